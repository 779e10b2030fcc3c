//! What a request passes through: is it for us, is it small enough, has the browser that page
//! already; then the page, and the headers that keep it safe.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, RawPathParams, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, LOCATION,
    REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use data_encoding::BASE64URL_NOPAD;
use maud::Markup;
use sha2::{Digest, Sha256};
use tower_http::compression::CompressionLayer;

use crate::api::server::Server;
use crate::error::{ApiError, ExitKind};
use crate::node::Member;

use super::door::{Bounds, Door};
use super::route::language_of;
use super::tls::Certificate;
use super::visit::{Handler, Reply, Trouble, Visit};
use super::words::Words;
use super::{Portal, api, assets, feeds, limits, page, pages};

/// The longest form that is read, in bytes.
const MAX_FORM_BYTES: usize = 64 * 1024;

/// The longest address that is read, in bytes.
const MAX_ADDRESS_BYTES: usize = 4 * 1024;

/// How long a browser shows a page without asking again; it asks with the page's tag afterwards.
pub(super) const FRESH_FOR: &str = "public, max-age=60";

/// Everything comes from here: no script, no frame, no third party.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     base-uri 'none'; frame-ancestors 'none'";

/// Browsers that saw it sealed ask for it no other way for a year.
const SEALED: &str = "max-age=31536000";

/// Where the portal is on the web.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Its public address without a slash at the end, `https://portail.example`; none where it is
    /// only seen on this machine or by its number.
    url: Option<String>,
    /// What it shows browsers itself, where no web server stands before it.
    certificate: Option<Certificate>,
}

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
            |listener| Door::new(listener, bounds, certificate),
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

impl Site {
    /// A site with this public address, `https://portail.example`; without one it is where it listens.
    ///
    /// # Errors
    /// The address is none of the web.
    pub fn new(url: Option<&str>) -> Result<Self, ApiError> {
        let Some(url) = url else {
            return Ok(Self::default());
        };
        let url = url.trim_end_matches('/');
        let parsed = url.parse::<Uri>().ok();
        let is_site = parsed.is_some_and(|it| {
            matches!(it.scheme_str(), Some("http" | "https"))
                && it.authority().is_some_and(|it| !it.as_str().contains('@'))
                && it.path_and_query().is_none_or(|it| it.as_str() == "/")
        });
        if !is_site {
            let text = format!("{url} is not the address of a site: https://portail.example");
            return Err(ApiError::new("bad_portal_url", ExitKind::Usage, text).with("url", url));
        }
        Ok(Self {
            url: Some(url.to_owned()),
            ..Self::default()
        })
    }

    /// The same, with a certificate of its own.
    #[must_use]
    pub fn with_certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Whether browsers reach it sealed, by its own certificate or that of a web server before it.
    fn is_sealed(&self) -> bool {
        let url = self.url.as_deref().unwrap_or_default();
        url.starts_with("https://")
    }

    pub(super) fn settle(&mut self, address: SocketAddr) {
        let url = self.url.take().unwrap_or_else(|| match self.certificate {
            Some(_) => format!("https://{address}"),
            None => format!("http://{address}"),
        });
        self.url = Some(url.trim_end_matches('/').to_owned());
    }

    /// The public address of a path.
    pub(crate) fn address_of(&self, path: &str) -> String {
        format!("{}{path}", self.url.as_deref().unwrap_or_default())
    }

    /// Whether a request's Host is this site: its public name, or this machine's own by number.
    fn is_named(&self, host: &str, listens: SocketAddr) -> bool {
        let url = self.url.as_deref().unwrap_or_default();
        let own = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse::<u16>().ok()),
            _ => (host, Some(80)),
        };
        let number = name
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        // Where it listens on every address, none of them is another site.
        let by_number = number.is_ok_and(|it| {
            it == listens.ip() || it.is_loopback() || listens.ip().is_unspecified()
        });
        host.eq_ignore_ascii_case(own)
            || (port == Some(listens.port())
                && (by_number || name.eq_ignore_ascii_case("localhost")))
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

/// Refuses what is not for this site, and puts the headers on every answer.
async fn guard(portal: Arc<Portal>, listens: SocketAddr, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|it| it.to_str().ok());
    let host = host.or_else(|| request.uri().host()).unwrap_or_default();
    let is_sealed = portal.site.is_sealed();
    let from = address_of(&request);
    let cost = match *request.method() {
        Method::POST => limits::FORM,
        _ if request.uri().path().starts_with("/data/") => limits::FILE,
        _ => limits::PAGE,
    };
    // Who is on this machine is either its owner or a proxy that names nobody: limited, all of its
    // visitors would be one.
    let is_allowed =
        from.is_none_or(|it| it.is_loopback() || portal.limits.allow(it, cost, Instant::now()));
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

/// The address of who asks; behind a proxy on this machine, the one that it names last.
fn address_of(request: &Request) -> Option<IpAddr> {
    let ConnectInfo(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let forwarded = request.headers().get("x-forwarded-for");
    let forwarded = forwarded.and_then(|it| it.to_str().ok());
    let last = forwarded.and_then(|it| it.rsplit(',').next()?.trim().parse().ok());
    Some(
        last.filter(|_| peer.ip().is_loopback())
            .unwrap_or_else(|| peer.ip()),
    )
}

/// Browsers say which site a form comes from; another site's is refused.
fn is_from_here(site: &Site, headers: &HeaderMap) -> Result<(), Trouble> {
    let text = |name: &str| headers.get(name).and_then(|it| it.to_str().ok());
    let is_own_site = text("sec-fetch-site").is_none_or(|it| matches!(it, "same-origin" | "none"));
    let is_own_origin = text("origin").is_none_or(|origin| {
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        Some(origin) == site.url.as_deref() || text("host") == Some(host)
    });
    if is_own_site && is_own_origin {
        Ok(())
    } else {
        Err(Trouble::Bad("portal-trouble-other-site"))
    }
}

async fn form_of(body: Body) -> Result<Vec<(String, String)>, Trouble> {
    let bytes = to_bytes(body, MAX_FORM_BYTES).await;
    Ok(pairs(&bytes.map_err(|_| Trouble::TooLarge)?))
}

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

fn response(reply: Reply) -> Response {
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
