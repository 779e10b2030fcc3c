//! The addresses under which other machines may reach this one, for tickets and for the entries by
//! which members tell each other where their nodes are.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The most addresses told: what members repeat to each other stays short.
const MAX_ADDRESSES: usize = 8;

/// The addresses behind the listening ones: wildcards stand for the machine's interfaces.
///
/// Loopback addresses stay only if there is nothing else, so that nodes on one machine can be tried
/// out together; link-local ones mean nothing elsewhere and are left to discovery.
pub fn reachable(listening: &[SocketAddr]) -> Vec<SocketAddr> {
    let interfaces: Vec<IpAddr> = if_addrs::get_if_addrs()
        .map(|found| found.iter().map(if_addrs::Interface::ip).collect())
        // Without the list, the addresses that were configured by hand are still told.
        .unwrap_or_default();
    expand(listening, &interfaces)
}

fn expand(listening: &[SocketAddr], interfaces: &[IpAddr]) -> Vec<SocketAddr> {
    let mut found: Vec<SocketAddr> = Vec::new();
    for address in listening {
        let ip = address.ip().to_canonical();
        if !ip.is_unspecified() {
            found.push(SocketAddr::new(ip, address.port()));
            continue;
        }
        let both = ip.is_ipv6();
        let covered = interfaces
            .iter()
            .filter(|interface| both || interface.is_ipv4());
        found.extend(covered.map(|interface| SocketAddr::new(*interface, address.port())));
    }
    found.retain(|address| !is_link_local(address.ip()));
    if found.iter().any(|address| !address.ip().is_loopback()) {
        found.retain(|address| !address.ip().is_loopback());
    }
    // Public addresses first: they work from everywhere.
    found.sort_by_key(|address| (is_private(address.ip()), *address));
    found.dedup();
    found.truncate(MAX_ADDRESSES);
    found
}

fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6 == Ipv6Addr::LOCALHOST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(listening: &[&str], interfaces: &[&str]) -> Vec<String> {
        let listening: Vec<_> = listening.iter().map(|text| text.parse().unwrap()).collect();
        let interfaces: Vec<_> = interfaces
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        expand(&listening, &interfaces)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_wildcard_stands_for_the_interfaces_public_ones_first() {
        let interfaces = ["127.0.0.1", "::1", "10.0.0.5", "2001:db8::5", "fe80::5"];
        assert_eq!(
            expanded(&["[::]:7"], &interfaces),
            ["[2001:db8::5]:7", "10.0.0.5:7"]
        );
        assert_eq!(expanded(&["0.0.0.0:7"], &interfaces), ["10.0.0.5:7"]);
        assert_eq!(expanded(&["10.0.0.5:7", "[::]:7"], &interfaces).len(), 2);
    }

    #[test]
    fn loopback_is_told_only_where_there_is_nothing_else() {
        assert_eq!(
            expanded(&["[::]:7"], &["127.0.0.1", "::1"]),
            ["127.0.0.1:7", "[::1]:7"]
        );
        assert_eq!(expanded(&["127.0.0.1:7"], &["10.0.0.5"]), ["127.0.0.1:7"]);
        assert_eq!(
            expanded(&["127.0.0.1:7", "10.0.0.5:8"], &[]),
            ["10.0.0.5:8"]
        );
    }
}
