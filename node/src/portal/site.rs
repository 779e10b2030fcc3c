//! Where the portal is on the web, and what comes from there.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, Uri};

use crate::error::{ApiError, ExitKind};

use super::tls::Certificate;
use super::visit::Trouble;

/// Where the portal is on the web.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// Its public address without a slash at the end, `https://portail.example`; none where it is
    /// only seen on this machine or by its number.
    url: Option<String>,
    /// What it shows browsers itself, where no web server stands before it.
    pub(super) certificate: Option<Certificate>,
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
    pub(super) fn is_sealed(&self) -> bool {
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
    pub(super) fn is_named(&self, host: &str, listens: SocketAddr) -> bool {
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

/// Browsers say which site a form comes from; another site's is refused.
pub(super) fn is_from_here(site: &Site, headers: &HeaderMap) -> Result<(), Trouble> {
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
