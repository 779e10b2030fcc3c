//! What every request passes first: is it for this site, is it not too much; and the headers that
//! keep every answer safe.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request};
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HOST, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Portal;
use super::answer::trouble;
use super::limits::Deed;
use super::server::visit_of;
use super::visit::Trouble;

/// The longest address that is read, in bytes.
const MAX_ADDRESS_BYTES: usize = 4 * 1024;

/// Everything comes from here: no script, no frame, no third party.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Browsers that saw it sealed ask for it no other way for a year.
const SEALED: &str = "max-age=31536000";

/// Refuses what is not for this site, and puts the headers on every answer.
pub(super) async fn guard(
    portal: Arc<Portal>,
    listens: SocketAddr,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(HOST).and_then(|it| it.to_str().ok());
    let host = host.or_else(|| request.uri().host()).unwrap_or_default();
    let is_sealed = portal.site.is_sealed();
    let from = address_of(&request);
    let deed = match *request.method() {
        Method::POST => Deed::Form,
        _ if request.uri().path().starts_with("/data/") => Deed::File,
        _ => Deed::Page,
    };
    // Who is on this machine is either its owner or a proxy that names nobody: limited, all of its
    // visitors would be one.
    let is_own = from.is_none_or(|it| it.is_loopback());
    let is_allowed = is_own || portal.limits.allow(deed, from, Instant::now());
    let mut response = if !portal.site.is_named(host, listens) {
        (StatusCode::MISDIRECTED_REQUEST, "wrong host\n").into_response()
    } else if !is_allowed {
        let visit = visit_of(portal, request.uri(), None);
        let mut response = trouble(&visit, &Trouble::TooMany);
        let soon = HeaderValue::from_static("5");
        response.headers_mut().insert(RETRY_AFTER, soon);
        response
    } else if request
        .uri()
        .path_and_query()
        .map_or(0, |it| it.as_str().len())
        > MAX_ADDRESS_BYTES
    {
        StatusCode::URI_TOO_LONG.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if is_sealed {
        headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(SEALED));
    }
    for (name, value) in [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=()",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The address of who asks; behind a proxy on this machine, the one that it names last.
pub(super) fn address_of(request: &Request) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let forwarded = request.headers().get("x-forwarded-for");
    let forwarded = forwarded.and_then(|it| it.to_str().ok());
    let last = forwarded.and_then(|it| it.rsplit(',').next()?.trim().parse().ok());
    Some(
        last.filter(|_| peer.ip().is_loopback())
            .unwrap_or_else(|| peer.ip()),
    )
}
