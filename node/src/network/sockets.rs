//! The UDP sockets behind an endpoint: IPv4, IPv6, or one for both where the system allows it.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use socket2::{Domain, Protocol, Socket, Type};

use super::BindError;
use crate::error::is_out_of_files;

/// Asked of the system so that a burst outlives a busy moment; it may grant less.
const SOCKET_BUFFER_BYTES: usize = 2 << 20;

/// An open socket and the addresses it can reach.
#[derive(Debug)]
pub(crate) struct BoundSocket {
    pub(crate) socket: UdpSocket,
    pub(crate) reach: Reach,
}

/// Where a socket can send to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) local: SocketAddr,
    dual_stack: bool,
}

impl Reach {
    /// How well the socket suits `remote`; the highest is chosen, `None` cannot.
    pub(crate) fn suits(&self, remote: SocketAddr) -> Option<u8> {
        let same_family = self.local.is_ipv4() == remote.is_ipv4();
        if !same_family && !self.dual_stack {
            return None;
        }
        let (local, remote) = (self.local.ip().to_canonical(), remote.ip().to_canonical());
        let side = if local.is_unspecified() {
            1
        } else if local.is_loopback() == remote.is_loopback() {
            2
        } else {
            // From 127.0.0.1 nothing leaves the machine, but this machine may talk to itself.
            return if local.is_loopback() { None } else { Some(0) };
        };
        Some(side * 2 + u8::from(same_family))
    }
}

/// Opens a socket for each of `listen`, which may name port 0.
///
/// `[::]:port` listens for IPv4 too, by one socket or, where the system cannot, by two; where it
/// has no IPv6 at all, for IPv4 alone.
pub(crate) fn open(listen: &[SocketAddr]) -> Result<Vec<BoundSocket>, BindError> {
    let mut sockets: Vec<BoundSocket> = Vec::new();
    let any_v6 = |address: &SocketAddr| address.is_ipv6() && address.ip().is_unspecified();
    // First those that may cover others.
    let (wide, narrow): (Vec<_>, Vec<_>) = listen.iter().copied().partition(any_v6);
    for address in wide {
        sockets.extend(open_any(address)?);
    }
    for address in narrow {
        let covered = sockets.iter().any(|open| {
            let dual = open.reach.dual_stack && address.ip() == Ipv4Addr::UNSPECIFIED;
            (open.reach.local.ip() == address.ip() || dual)
                && open.reach.local.port() == address.port()
        });
        if !covered {
            sockets.push(open_one(address, false).map_err(|error| explain(address, error))?);
        }
    }
    if sockets.is_empty() {
        Err(BindError::NoAddress)
    } else {
        Ok(sockets)
    }
}

fn open_any(address: SocketAddr) -> Result<Vec<BoundSocket>, BindError> {
    match open_one(address, true) {
        Ok(both) => return Ok(vec![both]),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            return Err(explain(address, error));
        }
        Err(_) => {}
    }
    let v4 = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    match open_one(address, false) {
        Ok(v6) => {
            let v4 = v4(v6.reach.local.port());
            Ok(vec![
                v6,
                open_one(v4, false).map_err(|error| explain(v4, error))?,
            ])
        }
        // No IPv6 on this machine.
        Err(_) => {
            let v4 = v4(address.port());
            Ok(vec![
                open_one(v4, false).map_err(|error| explain(v4, error))?,
            ])
        }
    }
}

fn open_one(address: SocketAddr, dual_stack: bool) -> io::Result<BoundSocket> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::DGRAM,
        Some(Protocol::UDP),
    )?;
    if address.is_ipv6() {
        socket.set_only_v6(!dual_stack)?;
    }
    socket.bind(&address.into())?;
    // Best effort: the system's limits may be lower.
    let _ = socket.set_recv_buffer_size(SOCKET_BUFFER_BYTES);
    let _ = socket.set_send_buffer_size(SOCKET_BUFFER_BYTES);
    let socket = UdpSocket::from(socket);
    let local = socket.local_addr()?;
    Ok(BoundSocket {
        socket,
        reach: Reach { local, dual_stack },
    })
}

fn explain(address: SocketAddr, source: io::Error) -> BindError {
    match source.kind() {
        io::ErrorKind::AddrInUse => BindError::PortInUse { address },
        io::ErrorKind::PermissionDenied => BindError::PortReserved { address },
        io::ErrorKind::AddrNotAvailable => BindError::NotOurs { address },
        _ if is_out_of_files(&source) => BindError::NoResources(source),
        _ => BindError::System { address, source },
    }
}

/// An ephemeral address to send from towards `remote`.
pub(crate) fn any_port_towards(remote: SocketAddr) -> SocketAddr {
    if remote.is_ipv4() {
        (Ipv4Addr::UNSPECIFIED, 0).into()
    } else {
        (Ipv6Addr::UNSPECIFIED, 0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(local: &str, dual_stack: bool) -> Reach {
        Reach {
            local: local.parse().unwrap(),
            dual_stack,
        }
    }

    #[test]
    fn the_socket_that_reaches_an_address_is_chosen() {
        let v4: SocketAddr = "192.0.2.1:1".parse().unwrap();
        let v6: SocketAddr = "[2001:db8::1]:1".parse().unwrap();
        let here: SocketAddr = "127.0.0.1:1".parse().unwrap();
        assert_eq!(reach("[::]:1", false).suits(v4), None);
        assert!(reach("[::]:1", true).suits(v4).is_some());
        assert!(reach("[::]:1", true).suits(v6) > reach("[::]:1", true).suits(v4));
        assert_eq!(reach("127.0.0.1:1", false).suits(v4), None);
        assert!(reach("127.0.0.1:1", false).suits(here) > reach("0.0.0.0:1", false).suits(here));
        assert!(reach("0.0.0.0:1", false).suits(v4) > reach("[::]:1", true).suits(v4));
    }

    #[test]
    fn a_port_in_use_is_named() {
        let taken = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = open(&[address]).unwrap_err();
        assert_eq!(error.code(), "port_in_use");
        assert!(
            error.args().contains(&("port", address.port().to_string())),
            "{error}"
        );
        // The wildcard that would take the port for both families says so too.
        if cfg!(unix) {
            let taken = UdpSocket::bind("0.0.0.0:0").unwrap();
            let any = SocketAddr::from((Ipv6Addr::UNSPECIFIED, taken.local_addr().unwrap().port()));
            assert_eq!(open(&[any]).unwrap_err().code(), "port_in_use");
        }
    }

    #[test]
    fn an_address_of_another_machine_is_refused() {
        let error = open(&["192.0.2.99:0".parse().unwrap()]).unwrap_err();
        assert_eq!(error.code(), "listen_address_unknown");
        assert_eq!(open(&[]).unwrap_err().code(), "no_listen_address");
    }

    #[test]
    fn the_wildcard_and_its_own_ipv4_half_do_not_quarrel() {
        let free = UdpSocket::bind("[::]:0")
            .or_else(|_| UdpSocket::bind("0.0.0.0:0"))
            .unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let both: Vec<SocketAddr> = vec![
            (Ipv4Addr::UNSPECIFIED, port).into(),
            (Ipv6Addr::UNSPECIFIED, port).into(),
        ];
        let sockets = open(&both).unwrap();
        assert!(!sockets.is_empty() && sockets.len() <= 2);
    }
}
