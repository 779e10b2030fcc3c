//! Trying several addresses of one peer: staggered, both families, the first good answer wins.
//!
//! After RFC 8305 ("happy eyeballs"), with a longer stagger: a handshake over a rural line takes
//! half a second, and each attempt costs both ends some CPU.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quinn::{ConnectionError, TransportErrorCode};
use sync_protocol::id::NodeId;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::address::canonical;
use super::close::printable;
use super::identity::{Identity, PeerVerifier, SERVER_NAME};
use super::{CloseCode, CloseReason, ConnectError, Connection, SilenceCause, probe, settings};

/// How long one attempt goes alone before the next address is tried too.
const STAGGER: Duration = Duration::from_millis(500);

/// The most addresses tried in one race.
const MAX_ADDRESSES: usize = 16;

/// An address, and the open socket to reach it from.
pub(crate) struct Lane {
    pub(crate) address: SocketAddr,
    pub(crate) socket: quinn::Endpoint,
}

/// Orders addresses for a race: the first given stays first, then the families take turns.
pub(crate) fn order(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let mut unique: Vec<SocketAddr> = Vec::new();
    for address in addresses.iter().copied().map(canonical) {
        if !unique.contains(&address) {
            unique.push(address);
        }
    }
    let first_is_v4 = unique.first().is_some_and(SocketAddr::is_ipv4);
    let (mut turn, mut other): (VecDeque<_>, VecDeque<_>) = unique
        .into_iter()
        .partition(|address| address.is_ipv4() == first_is_v4);
    let mut ordered = Vec::new();
    while let Some(next) = turn.pop_front() {
        ordered.push(next);
        if !other.is_empty() {
            std::mem::swap(&mut turn, &mut other);
        }
    }
    ordered.truncate(MAX_ADDRESSES);
    ordered
}

/// Runs the race over `lanes`, in their order.
pub(crate) async fn run(
    identity: &Identity,
    lanes: Vec<Lane>,
    expected: Option<NodeId>,
    limit: Duration,
) -> Result<Connection, ConnectError> {
    let start = Instant::now();
    let deadline = start + limit;
    let mut waiting: VecDeque<Lane> = lanes.into();
    let mut running = JoinSet::new();
    let mut next_start = start;
    let mut failure: Option<ConnectError> = None;
    loop {
        if (running.is_empty() || next_start <= Instant::now())
            && let Some(lane) = waiting.pop_front()
        {
            running.spawn(attempt(identity.clone(), lane, expected, deadline));
            next_start = Instant::now() + STAGGER;
        }
        tokio::select! {
            ended = running.join_next() => match ended {
                // Dropping the set stops the others.
                Some(Ok(Ok(connection))) => return Ok(connection),
                Some(Ok(Err(error))) => {
                    failure = Some(match failure.take() {
                        Some(earlier) => earlier.or(error),
                        None => error,
                    });
                    next_start = Instant::now();
                }
                Some(Err(_)) => {}
                None if waiting.is_empty() => {
                    return Err(failure.unwrap_or(ConnectError::NoAddress));
                }
                None => {}
            },
            () = sleep_until(next_start), if !waiting.is_empty() => {}
        }
    }
}

async fn attempt(
    identity: Identity,
    lane: Lane,
    expected: Option<NodeId>,
    deadline: Instant,
) -> Result<Connection, ConnectError> {
    let Lane { address, socket } = lane;
    let verifier = identity.verifier(expected);
    let config = settings::client(&identity, verifier.clone());
    let connecting = match socket.connect_with(config, address, SERVER_NAME) {
        Ok(connecting) => connecting,
        Err(quinn::ConnectError::EndpointStopping) => return Err(ConnectError::Stopped),
        Err(error) => {
            return Err(ConnectError::Handshake {
                address,
                detail: error.to_string(),
            });
        }
    };
    let handshake = timeout_at(deadline, connecting);
    let failure = tokio::select! {
        outcome = handshake => match outcome {
            Ok(Ok(connection)) => match Connection::new(connection, true, None) {
                Some(connection) => return Ok(connection),
                None => ConnectError::Handshake { address, detail: "no key was presented".into() },
            },
            Ok(Err(error)) => classify(address, &error, &verifier, expected),
            Err(_elapsed) => silence(address, &verifier, SilenceCause::Silent),
        },
        cause = probe::refusal(address) => silence(address, &verifier, cause),
    };
    Err(failure)
}

fn silence(address: SocketAddr, verifier: &PeerVerifier, cause: SilenceCause) -> ConnectError {
    if verifier.seen().is_some() {
        ConnectError::Stalled { address }
    } else {
        ConnectError::NoAnswer {
            addresses: vec![address],
            cause,
        }
    }
}

/// TLS alerts (RFC 8446, section 6) in QUIC's error codes (RFC 9001, section 4.8).
const ALERT: u64 = 0x100;
const NO_APPLICATION_PROTOCOL: u64 = ALERT + 120;
/// Bad, unsupported, revoked, expired or unknown certificate; unknown authority; access denied;
/// certificate required.
const KEY_ALERTS: [u64; 8] = [
    ALERT + 42,
    ALERT + 43,
    ALERT + 44,
    ALERT + 45,
    ALERT + 46,
    ALERT + 48,
    ALERT + 49,
    ALERT + 116,
];

fn classify(
    address: SocketAddr,
    error: &ConnectionError,
    verifier: &Arc<PeerVerifier>,
    expected: Option<NodeId>,
) -> ConnectError {
    let detail = printable(error.to_string().as_bytes());
    let code = match error {
        ConnectionError::TransportError(ours) => u64::from(ours.code),
        ConnectionError::ConnectionClosed(theirs) => u64::from(theirs.error_code),
        ConnectionError::VersionMismatch => return ConnectError::OtherProtocol { address },
        ConnectionError::LocallyClosed => return ConnectError::Stopped,
        ConnectionError::TimedOut => return silence(address, verifier, SilenceCause::Silent),
        ConnectionError::ApplicationClosed(_) => {
            return match CloseReason::from_quinn(error) {
                CloseReason::Peer {
                    code: CloseCode::KeyRefused,
                    text,
                } => ConnectError::KeyRefused {
                    address,
                    detail: text,
                },
                CloseReason::Peer {
                    code: CloseCode::Busy,
                    ..
                } => ConnectError::Busy { address },
                other => ConnectError::Handshake {
                    address,
                    detail: other.to_string(),
                },
            };
        }
        ConnectionError::Reset | ConnectionError::CidsExhausted => {
            return ConnectError::Handshake { address, detail };
        }
    };
    let theirs = matches!(error, ConnectionError::ConnectionClosed(_));
    match (expected, verifier.seen()) {
        (Some(expected), Some(actual)) if actual != expected && !theirs => {
            ConnectError::WrongPeer {
                address,
                expected,
                actual,
            }
        }
        _ if code == NO_APPLICATION_PROTOCOL => ConnectError::OtherProtocol { address },
        _ if theirs && code == u64::from(TransportErrorCode::CONNECTION_REFUSED) => {
            ConnectError::Busy { address }
        }
        _ if theirs && KEY_ALERTS.contains(&code) => ConnectError::KeyRefused { address, detail },
        _ => ConnectError::Handshake { address, detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_take_turns_and_the_first_stays_first() {
        let parse = |list: &[&str]| -> Vec<SocketAddr> {
            list.iter().map(|text| text.parse().unwrap()).collect()
        };
        let given = parse(&[
            "192.0.2.1:1",
            "192.0.2.2:1",
            "[2001:db8::1]:1",
            "[::ffff:192.0.2.1]:1",
            "192.0.2.3:1",
            "[2001:db8::2]:1",
        ]);
        let expected = parse(&[
            "192.0.2.1:1",
            "[2001:db8::1]:1",
            "192.0.2.2:1",
            "[2001:db8::2]:1",
            "192.0.2.3:1",
        ]);
        assert_eq!(order(&given), expected);
        assert_eq!(order(&given[2..3]), given[2..3]);
        assert_eq!(order(&[]), []);
    }
}
