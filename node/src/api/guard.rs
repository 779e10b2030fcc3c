//! Who may knock: the token, and where a request says it comes from.
//!
//! A web page open in the same browser can send requests to loopback. It cannot know the token,
//! and a page that had its own name resolve to loopback (DNS rebinding) or that posts across
//! origins is refused by its Host and Origin before the token is even looked at.

use std::net::IpAddr;

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use sha2::{Digest, Sha256};

use crate::error::{ApiError, ExitKind};

/// The checks that every request passes before it is read.
#[derive(Clone)]
pub struct Guard {
    token_hash: [u8; 32],
    port: u16,
}

impl std::fmt::Debug for Guard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard")
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

impl Guard {
    /// A guard that lets in who holds `token` and speaks to `port` of this machine.
    #[must_use]
    pub fn new(token: &str, port: u16) -> Self {
        Self {
            token_hash: Sha256::digest(token.trim().as_bytes()).into(),
            port,
        }
    }

    /// Judges a request by its headers.
    pub(crate) fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let host = headers
            .get(HOST)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !self.is_ours(host) {
            return Err(Refusal::ForeignHost {
                host: shortened(host),
            });
        }
        if let Some(origin) = headers.get(ORIGIN) {
            let origin = origin.to_str().unwrap_or_default();
            if !origin
                .strip_prefix("http://")
                .is_some_and(|host| self.is_ours(host))
            {
                return Err(Refusal::ForeignOrigin {
                    origin: shortened(origin),
                });
            }
        }
        let token = headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Refusal::NoToken)?;
        // Hashing first makes the comparison's time independent of how much of a guess is right.
        let given: [u8; 32] = Sha256::digest(token.trim().as_bytes()).into();
        let difference = given
            .iter()
            .zip(&self.token_hash)
            .fold(0, |difference, (a, b)| difference | (a ^ b));
        if difference == 0 {
            Ok(())
        } else {
            Err(Refusal::WrongToken)
        }
    }

    /// Whether `authority` (`host:port`) is a loopback name or address with our port.
    fn is_ours(&self, authority: &str) -> bool {
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()),
            _ => (authority, Some(80)),
        };
        let address = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let is_loopback = host.eq_ignore_ascii_case("localhost")
            || address
                .unwrap_or(host)
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback());
        is_loopback && port == Some(self.port)
    }
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(80)
        .collect()
}

/// Why a request was not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The Host header names another machine: a page is rebinding its name to this one.
    #[error("the request is for {host}, which is not this node")]
    ForeignHost { host: String },
    /// A page of another site sent it.
    #[error("a page of {origin} sent this request")]
    ForeignOrigin { origin: String },
    /// No bearer token came with it.
    #[error("the request carries no bearer token")]
    NoToken,
    /// The token is not that of this node's file.
    #[error("the bearer token is not this node's")]
    WrongToken,
}

impl Refusal {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::ForeignHost { .. } | Self::ForeignOrigin { .. } => StatusCode::FORBIDDEN,
            Self::NoToken | Self::WrongToken => StatusCode::UNAUTHORIZED,
        }
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::ForeignHost { host } => {
                Self::new("api_foreign_host", ExitKind::Refused, message).with("host", host)
            }
            Refusal::ForeignOrigin { origin } => {
                Self::new("api_foreign_origin", ExitKind::Refused, message).with("origin", origin)
            }
            Refusal::NoToken => Self::new("api_no_token", ExitKind::Refused, message),
            Refusal::WrongToken => Self::new("api_wrong_token", ExitKind::Refused, message),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(host: &str, origin: Option<&str>, token: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        if let Some(token) = token {
            let bearer = format!("Bearer {token}");
            headers.insert(AUTHORIZATION, HeaderValue::from_str(&bearer).unwrap());
        }
        headers
    }

    #[test]
    fn every_loopback_spelling_with_our_port_is_ours() {
        let guard = Guard::new("secret\n", 4242);
        for host in [
            "127.0.0.1:4242",
            "localhost:4242",
            "LocalHost:4242",
            "[::1]:4242",
        ] {
            assert_eq!(
                guard.admit(&headers(host, None, Some("secret"))),
                Ok(()),
                "{host}"
            );
        }
        let own = headers(
            "127.0.0.1:4242",
            Some("http://localhost:4242"),
            Some("secret"),
        );
        assert_eq!(guard.admit(&own), Ok(()));
    }

    #[test]
    fn rebound_host_is_refused() {
        let guard = Guard::new("secret", 4242);
        for host in [
            "evil.example:4242",
            "127.0.0.1.evil.example:4242",
            "127.0.0.1:4243",
            "127.0.0.1",
            "[::1]",
            "192.168.1.7:4242",
            "",
        ] {
            let verdict = guard.admit(&headers(host, None, Some("secret")));
            assert!(
                matches!(verdict, Err(Refusal::ForeignHost { .. })),
                "{host}"
            );
        }
        assert!(guard.admit(&HeaderMap::new()).is_err());
    }

    #[test]
    fn foreign_origin_is_refused_even_with_the_token() {
        let guard = Guard::new("secret", 4242);
        for origin in [
            "https://evil.example",
            "null",
            "https://localhost:4242",
            "http://[::1]:1",
        ] {
            let verdict = guard.admit(&headers("localhost:4242", Some(origin), Some("secret")));
            assert!(
                matches!(verdict, Err(Refusal::ForeignOrigin { .. })),
                "{origin}"
            );
        }
    }

    #[test]
    fn token_must_be_whole() {
        let guard = Guard::new("secret", 4242);
        for (token, refusal) in [
            (None, Refusal::NoToken),
            (Some("secre"), Refusal::WrongToken),
            (Some(""), Refusal::WrongToken),
        ] {
            assert_eq!(
                guard.admit(&headers("localhost:4242", None, token)),
                Err(refusal)
            );
        }
    }
}
