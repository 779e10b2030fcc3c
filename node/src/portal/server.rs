//! The portal as a server: from a request that may pass (`guard`) to a page, unless the browser has it
//! already.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, IF_NONE_MATCH};
use axum::http::{HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tower_http::compression::CompressionLayer;

use crate::api::server::Server;
use crate::error::{ApiError, ExitKind};
use crate::node::Member;

use super::answer::{response, tag, tagged, trouble};
use super::connections::{BoundedListener, Bounds};
use super::guard::{address_of, guard};
use super::route::language_of;
use super::site::{Site, is_from_here};
use super::visit::{Handler, Trouble, Visit};
use super::words::Words;
use super::{Portal, api, assets, feeds, pages};

/// The longest form that is read, in bytes.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// A portal that answers; stops when told to.
#[derive(Debug)]
pub struct PortalServer {
    server: Server,
    url: String,
}

impl PortalServer {
    /// Serves the portal of a node on `address`.
    ///
    /// # Errors
    /// The registry cannot be read; the address is taken, or the system refuses.
    pub async fn start(
        member: Arc<Member>,
        site: Site,
        address: SocketAddr,
    ) -> Result<Self, ApiError> {
        Self::start_within(member, site, address, Bounds::default()).await
    }

    pub(super) async fn start_within(
        member: Arc<Member>,
        site: Site,
        address: SocketAddr,
        bounds: Bounds,
    ) -> Result<Self, ApiError> {
        let certificate = site.certificate.clone();
        let made = tokio::task::spawn_blocking(move || Portal::new(member, site)).await;
        let mut portal =
            made.map_err(|error| ApiError::new("internal", ExitKind::Failed, error.to_string()))??;
        let mut url = String::new();
        let server = Server::serve(
            address,
            |listener| BoundedListener::new(listener, bounds, certificate),
            |address| {
                portal.site.settle(address);
                url = portal.site.address_of("/");
                router(Arc::new(portal), address)
            },
        )
        .await?;
        Ok(Self { server, url })
    }

    /// Its address for browsers.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Takes no further request, lets those under way finish, and returns.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

fn router(portal: Arc<Portal>, address: SocketAddr) -> Router {
    let guarded = Arc::clone(&portal);
    pages::routes()
        .merge(feeds::routes())
        .merge(api::routes())
        .route("/assets/{name}", get(asset))
        .fallback(missing)
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(move |request: Request, next: Next| {
            guard(Arc::clone(&guarded), address, request, next)
        }))
        .with_state(portal)
}

async fn asset(uri: Uri) -> Response {
    match assets::at(uri.path()) {
        Some(asset) => (
            [
                (CONTENT_TYPE, asset.media_type),
                (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.body,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn missing(State(portal): State<Arc<Portal>>, uri: Uri) -> Response {
    let visit = visit_of(portal, &uri, None);
    trouble(&visit, &Trouble::NotFound)
}

/// A page that is only looked at: the same until the registry or the day is another.
pub(super) fn shown(handler: Handler) -> MethodRouter<Arc<Portal>> {
    get(
        move |State(portal): State<Arc<Portal>>, id: RawPathParams, request: Request| {
            let visit = visit_of(portal, request.uri(), Some(&id));
            let known = request.headers().get(IF_NONE_MATCH).cloned();
            blocking(move || {
                visit.portal.renew();
                let tag = tag(&visit, request.uri());
                if let (Some(tag), Some(known)) = (&tag, &known)
                    && known
                        .to_str()
                        .is_ok_and(|known| known.contains(tag.as_str()))
                {
                    return tagged(StatusCode::NOT_MODIFIED.into_response(), tag);
                }
                match handler(&visit) {
                    Ok(reply) => {
                        let response = response(reply);
                        match tag {
                            Some(tag) if response.status() == StatusCode::OK => {
                                tagged(response, &tag)
                            }
                            _ => response,
                        }
                    }
                    Err(failure) => trouble(&visit, &failure),
                }
            })
        },
    )
}

/// A page about one visitor alone, which nobody keeps: a form and what is sent with it.
pub(super) fn private(look: Handler, send: Handler) -> MethodRouter<Arc<Portal>> {
    let answer = |handler: Handler| {
        move |State(portal): State<Arc<Portal>>, id: RawPathParams, request: Request| async move {
            let mut visit = visit_of(portal, request.uri(), Some(&id));
            visit.from = address_of(&request);
            if request.method() == Method::POST {
                if let Err(failure) = is_from_here(&visit.portal.site, request.headers()) {
                    return trouble(&visit, &failure);
                }
                match form_of(request.into_body()).await {
                    Ok(form) => visit.form = form,
                    Err(failure) => return trouble(&visit, &failure),
                }
            }
            let answered = blocking(move || match handler(&visit) {
                Ok(reply) => response(reply),
                Err(failure) => trouble(&visit, &failure),
            });
            let mut response = answered.await;
            let never = HeaderValue::from_static("no-store");
            response.headers_mut().insert(CACHE_CONTROL, never);
            response
        }
    };
    get(answer(look)).post(answer(send))
}

pub(super) async fn blocking(work: impl FnOnce() -> Response + Send + 'static) -> Response {
    match tokio::task::spawn_blocking(work).await {
        Ok(response) => response,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

pub(super) fn visit_of(portal: Arc<Portal>, uri: &Uri, id: Option<&RawPathParams>) -> Visit {
    let id = id.and_then(|params| params.iter().next());
    let query = uri.query().unwrap_or_default().as_bytes();
    Visit {
        portal,
        words: Words::of(language_of(uri.path())),
        id: id.map_or_else(String::new, |(_, value)| value.to_owned()),
        query: pairs(query),
        form: Vec::new(),
        from: None,
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

async fn form_of(body: Body) -> Result<Vec<(String, String)>, Trouble> {
    let bytes = to_bytes(body, MAX_FORM_BYTES).await;
    Ok(pairs(&bytes.map_err(|_| Trouble::TooLarge)?))
}
