//! How a page is put on the wire: its status, its tag, how long a browser keeps it.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64URL_NOPAD;
use maud::Markup;
use sha2::{Digest, Sha256};

use super::visit::{Reply, Trouble, Visit};
use super::{assets, page};

/// How long a browser shows a page without asking again; it asks with the page's tag afterwards.
pub(super) const FRESH_FOR: &str = "public, max-age=60";

/// What names this page as it is now: registry, day, address, program.
pub(super) fn tag(visit: &Visit, uri: &Uri) -> Option<String> {
    let (version, shown, day) = visit.portal.edition().ok()?;
    let mut hasher = Sha256::new();
    let program = (env!("CARGO_PKG_VERSION"), assets::STYLE.path());
    hasher.update(format!("{version} {shown} {day} {program:?} {uri}"));
    let hash = BASE64URL_NOPAD.encode(&hasher.finalize()[..12]);
    Some(format!("W/\"{hash}\""))
}

pub(super) fn tagged(mut response: Response, tag: &str) -> Response {
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FRESH_FOR));
    response
}

fn html(status: StatusCode, markup: Markup) -> Response {
    let media_type = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, media_type, markup.into_string()).into_response()
}

pub(super) fn response(reply: Reply) -> Response {
    match reply {
        Reply::Page(markup) => html(StatusCode::OK, markup),
        Reply::PageWith(status, markup) => html(status, markup),
        Reply::SeeOther(path) => (StatusCode::SEE_OTHER, [(LOCATION, path)]).into_response(),
    }
}

pub(super) fn trouble(visit: &Visit, trouble: &Trouble) -> Response {
    let status = match trouble {
        Trouble::NotFound => StatusCode::NOT_FOUND,
        Trouble::Gone => StatusCode::GONE,
        Trouble::Bad(_) => StatusCode::BAD_REQUEST,
        Trouble::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Trouble::Failed(error) => {
            tracing::error!(code = %error.code, %error, "a page of the portal failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    html(status, page::trouble(visit, trouble))
}
