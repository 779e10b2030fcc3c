//! A peer's address as people and tickets write it: a host name or an IP address, and a UDP port.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use super::AddressError;

/// The UDP port of a node where none is written.
pub const DEFAULT_PORT: u16 = 7630;

/// The longest address accepted, in bytes: a full host name, and a port.
const MAX_BYTES: usize = 260;

/// The most addresses that one name may stand for.
const MAX_RESOLVED: usize = 8;

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(5);

/// Where a peer may be reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeerAddress {
    /// An IP address and UDP port.
    Socket(SocketAddr),
    /// A host name, looked up at each attempt, and a UDP port.
    Name(String, u16),
}

impl FromStr for PeerAddress {
    type Err = AddressError;

    /// Reads `host`, `host:port`, `192.0.2.7:7630`, `[2001:db8::7]:7630` or `2001:db8::7`.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let malformed = || AddressError::Malformed {
            text: text.chars().take(60).collect::<String>(),
        };
        if text.is_empty() || text.len() > MAX_BYTES {
            return Err(malformed());
        }
        if let Ok(socket) = text.parse::<SocketAddr>() {
            return if socket.port() == 0 {
                Err(malformed())
            } else {
                Ok(socket.into())
            };
        }
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Ok(v6) = bare.unwrap_or(text).parse::<Ipv6Addr>() {
            return Ok(SocketAddr::new(IpAddr::V6(v6), DEFAULT_PORT).into());
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(SocketAddr::new(ip, DEFAULT_PORT).into());
        }
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| malformed())?),
            None => (text, DEFAULT_PORT),
        };
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        // All digits and dots would be an IPv4 address with a slip in it.
        let named = host.chars().any(char::is_alphabetic) && host.chars().all(plain);
        if named && port != 0 {
            Ok(Self::Name(host.to_owned(), port))
        } else {
            Err(malformed())
        }
    }
}

impl From<SocketAddr> for PeerAddress {
    fn from(address: SocketAddr) -> Self {
        Self::Socket(canonical(address))
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(address) => address.fmt(f),
            Self::Name(host, port) => write!(f, "{host}:{port}"),
        }
    }
}

impl PeerAddress {
    /// The IP addresses that this stands for now.
    ///
    /// # Errors
    /// [`AddressError::UnknownName`] and [`AddressError::NoNameService`] for a name.
    pub async fn resolve(&self) -> Result<Vec<SocketAddr>, AddressError> {
        let (host, port) = match self {
            Self::Socket(address) => return Ok(vec![*address]),
            Self::Name(host, port) => (host, *port),
        };
        let unknown = |detail: String| AddressError::UnknownName {
            host: host.clone(),
            detail,
        };
        let found = timeout(
            RESOLVE_TIMEOUT,
            tokio::net::lookup_host((host.as_str(), port)),
        )
        .await
        .map_err(|_| AddressError::NoNameService { host: host.clone() })?
        .map_err(|error| unknown(error.to_string()))?;
        let addresses: Vec<_> = found.map(canonical).take(MAX_RESOLVED).collect();
        if addresses.is_empty() {
            Err(unknown(String::new()))
        } else {
            Ok(addresses)
        }
    }
}

/// Reads an address and looks its name up: `resolve("hub.example.org:7630")`.
///
/// # Errors
/// [`AddressError`], whether the text or the name is at fault.
pub async fn resolve(text: &str) -> Result<Vec<SocketAddr>, AddressError> {
    text.parse::<PeerAddress>()?.resolve().await
}

/// The IP addresses behind `addresses`, in their order, names looked up at the same time.
///
/// # Errors
/// The first failure, only if nothing at all was found.
pub async fn resolve_all(addresses: &[PeerAddress]) -> Result<Vec<SocketAddr>, AddressError> {
    let mut lookups = JoinSet::new();
    for (place, address) in addresses.iter().cloned().enumerate() {
        lookups.spawn(async move { (place, address.resolve().await) });
    }
    let mut results = lookups.join_all().await;
    results.sort_by_key(|(place, _)| *place);
    let mut found: Vec<SocketAddr> = Vec::new();
    let mut failure = None;
    for (_, result) in results {
        match result {
            Ok(more) => found.extend(more),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    match failure {
        Some(error) if found.is_empty() => Err(error),
        _ => Ok(found),
    }
}

/// The address without the IPv6 form that a dual-stack socket gives to IPv4 ones.
pub(crate) fn canonical(address: SocketAddr) -> SocketAddr {
    match address.ip().to_canonical() {
        IpAddr::V4(v4) => SocketAddr::new(IpAddr::V4(v4), address.port()),
        // The scope of a link-local address is kept.
        IpAddr::V6(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, expected) in [
            ("hub.example.org:7630", "hub.example.org:7630"),
            ("hub.example.org", "hub.example.org:7630"),
            (" mairie-ambert.fr:7000\n", "mairie-ambert.fr:7000"),
            ("192.0.2.7", "192.0.2.7:7630"),
            ("192.0.2.7:9", "192.0.2.7:9"),
            ("[2001:db8::7]:9", "[2001:db8::7]:9"),
            ("[2001:db8::7]", "[2001:db8::7]:7630"),
            ("2001:db8::7", "[2001:db8::7]:7630"),
            ("[::ffff:192.0.2.7]:9", "192.0.2.7:9"),
            ("localhost:1", "localhost:1"),
        ] {
            let address: PeerAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), expected, "{text}");
            assert_eq!(address.to_string().parse::<PeerAddress>().unwrap(), address);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            ":7630",
            "https://hub.example.org",
            "hub:0",
            "hub:70000",
            "hub:",
            "a b:1",
            "192.0.2.300:7630",
            "192.0.2.7:0",
            "a:b:c",
            "hub.example.org:7630/x",
            "[::1:7630",
        ] {
            let result = text.parse::<PeerAddress>();
            assert!(
                matches!(result, Err(AddressError::Malformed { .. })),
                "{text}: {result:?}"
            );
        }
        assert!("x".repeat(1000).parse::<PeerAddress>().is_err());
    }

    #[tokio::test]
    async fn one_bad_name_does_not_hide_the_good_addresses() {
        let good: PeerAddress = "127.0.0.1:7630".parse().unwrap();
        let bad: PeerAddress = "nowhere.invalid:7630".parse().unwrap();
        let found = resolve_all(&[bad.clone(), good.clone()]).await.unwrap();
        assert_eq!(found, ["127.0.0.1:7630".parse().unwrap()]);
        let error = resolve_all(&[bad]).await.unwrap_err();
        assert!(
            matches!(error.code(), "unknown_host_name" | "no_name_service"),
            "{error}"
        );
    }
}
