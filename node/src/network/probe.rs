//! Tells a closed port from silence.
//!
//! QUIC sends from an unconnected socket, to which systems do not report that a host refused a
//! datagram or that there is no way to it. One byte from a connected socket brings that out in one
//! round trip instead of a timeout; a QUIC endpoint discards it as too short to be a packet.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::sleep;

use super::SilenceCause;
use super::sockets::any_port_towards;

/// The byte is sent again in case it or its answer was lost.
const REPEATS: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(700),
    Duration::from_millis(2300),
];

/// How long a handshake may still surprise us after a refusal.
const GRACE: Duration = Duration::from_millis(250);

/// Returns once the system says that nothing can answer at `remote`; otherwise never.
pub(crate) async fn refusal(remote: SocketAddr) -> SilenceCause {
    if let Some(cause) = attempt(remote).await {
        if cause == SilenceCause::PortClosed {
            sleep(GRACE).await;
        }
        return cause;
    }
    std::future::pending().await
}

async fn attempt(remote: SocketAddr) -> Option<SilenceCause> {
    let socket = UdpSocket::bind(any_port_towards(remote)).await.ok()?;
    if let Err(error) = socket.connect(remote).await {
        return cause_of(error.kind());
    }
    for pause in REPEATS {
        sleep(pause).await;
        if let Err(error) = socket.send(&[0]).await
            && let Some(cause) = cause_of(error.kind())
        {
            return Some(cause);
        }
        let mut byte = [0; 1];
        let answer = tokio::time::timeout(Duration::from_millis(500), socket.recv(&mut byte));
        if let Ok(Err(error)) = answer.await
            && let Some(cause) = cause_of(error.kind())
        {
            return Some(cause);
        }
    }
    let mut byte = [0; 1];
    loop {
        match socket.recv(&mut byte).await {
            Err(error) => return cause_of(error.kind()),
            // Somebody talks to us, in whatever language: no refusal.
            Ok(_) => sleep(GRACE).await,
        }
    }
}

fn cause_of(kind: ErrorKind) -> Option<SilenceCause> {
    match kind {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Some(SilenceCause::PortClosed),
        ErrorKind::NetworkUnreachable
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::AddrNotAvailable => Some(SilenceCause::NoRoute),
        _ => None,
    }
}
