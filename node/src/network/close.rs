//! Why a connection ended: the codes we send, and what was observed.

use std::fmt;

use quinn::{ConnectionError, TransportErrorCode, VarInt};

/// The longest closing text kept from a peer, in characters.
const MAX_TEXT_CHARS: usize = 200;

/// The reason code that a closing peer sends. Spec: docs/protocol.md, "Transport".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    /// All is said.
    Done,
    /// Both nodes connected to each other at once, and another connection is kept.
    Superseded,
    /// The node key may not take part.
    KeyRefused,
    /// A frame exceeded its bound.
    FrameTooLarge,
    /// The peer broke the protocol.
    Misbehaved,
    /// The node stops.
    Stopping,
    /// The two speak no common version of the protocol.
    Incompatible,
    /// The node serves as many peers as it can.
    Busy,
    /// A code unknown to this version.
    Other(u32),
}

impl CloseCode {
    const ALL: [(Self, u32); 8] = [
        (Self::Done, 0),
        (Self::Superseded, 1),
        (Self::KeyRefused, 2),
        (Self::FrameTooLarge, 3),
        (Self::Misbehaved, 4),
        (Self::Stopping, 5),
        (Self::Incompatible, 6),
        (Self::Busy, 7),
    ];

    pub(crate) fn to_wire(self) -> VarInt {
        let number = match self {
            Self::Other(number) => number,
            known => Self::ALL
                .iter()
                .find(|(code, _)| *code == known)
                .map_or(0, |(_, n)| *n),
        };
        VarInt::from_u32(number)
    }

    fn from_wire(number: VarInt) -> Self {
        let number = u32::try_from(number.into_inner()).unwrap_or(u32::MAX);
        Self::ALL
            .iter()
            .find(|(_, n)| *n == number)
            .map_or(Self::Other(number), |(code, _)| *code)
    }
}

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloseReason {
    /// This node closed it.
    Local,
    /// The peer closed it.
    Peer {
        /// Why, for programs.
        code: CloseCode,
        /// Why, in the peer's words: bounded, without control characters, not to be trusted.
        text: String,
    },
    /// Nothing was heard from the peer for the idle timeout (30 s).
    Silent,
    /// The peer answers but no longer knows the connection: it was restarted.
    Restarted,
    /// The peer broke QUIC or TLS, or found that we did.
    Transport(String),
}

impl CloseReason {
    pub(crate) fn from_quinn(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::LocallyClosed => Self::Local,
            ConnectionError::ApplicationClosed(close) => Self::Peer {
                code: CloseCode::from_wire(close.error_code),
                text: printable(&close.reason),
            },
            // A close that overtakes the end of the handshake may not carry its code (RFC 9000,
            // section 10.2.3).
            ConnectionError::ConnectionClosed(close)
                if close.error_code == TransportErrorCode::APPLICATION_ERROR =>
            {
                Self::Peer {
                    code: CloseCode::Other(u32::MAX),
                    text: printable(&close.reason),
                }
            }
            ConnectionError::TimedOut => Self::Silent,
            ConnectionError::Reset => Self::Restarted,
            ConnectionError::VersionMismatch
            | ConnectionError::TransportError(_)
            | ConnectionError::ConnectionClosed(_)
            | ConnectionError::CidsExhausted => {
                Self::Transport(printable(error.to_string().as_bytes()))
            }
        }
    }

    /// Whether the peer does not accept our key.
    #[must_use]
    pub fn is_key_refused(&self) -> bool {
        matches!(
            self,
            Self::Peer {
                code: CloseCode::KeyRefused,
                ..
            }
        )
    }

    /// A stable name of the reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Local => "connection_closed_here",
            Self::Peer { code, .. } => match code {
                CloseCode::Done | CloseCode::Superseded | CloseCode::Other(_) => {
                    "connection_closed_by_peer"
                }
                CloseCode::KeyRefused => "key_refused_by_peer",
                CloseCode::FrameTooLarge | CloseCode::Misbehaved => "peer_blames_us",
                CloseCode::Stopping => "peer_stopping",
                CloseCode::Incompatible => "peer_incompatible",
                CloseCode::Busy => "peer_busy",
            },
            Self::Silent => "peer_silent",
            Self::Restarted => "peer_restarted",
            Self::Transport(_) => "transport_failed",
        }
    }

    /// The named facts behind [`CloseReason::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Peer { text, .. } | Self::Transport(text) => vec![("detail", text.clone())],
            Self::Local | Self::Silent | Self::Restarted => vec![],
        }
    }
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("the connection was closed here"),
            Self::Peer { code, text } if text.is_empty() => {
                write!(f, "the peer closed the connection ({code:?})")
            }
            Self::Peer { code, text } => {
                write!(f, "the peer closed the connection ({code:?}): {text}")
            }
            Self::Silent => f.write_str("the peer fell silent"),
            Self::Restarted => f.write_str("the peer no longer knows the connection"),
            Self::Transport(detail) => write!(f, "the connection broke: {detail}"),
        }
    }
}

/// Text from a peer as it may be shown: bounded, and nothing that moves a terminal's cursor.
pub(crate) fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !c.is_control())
        .take(MAX_TEXT_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_survive_the_wire() {
        for (code, _) in CloseCode::ALL {
            assert_eq!(CloseCode::from_wire(code.to_wire()), code);
        }
        assert_eq!(
            CloseCode::from_wire(VarInt::from_u32(99)),
            CloseCode::Other(99)
        );
        assert_eq!(
            CloseCode::from_wire(VarInt::MAX),
            CloseCode::Other(u32::MAX)
        );
    }

    #[test]
    fn a_peers_text_is_bounded_and_tame() {
        let text = printable(format!("\u{1b}[2J{}\n", "é".repeat(500)).as_bytes());
        assert_eq!(text.chars().count(), MAX_TEXT_CHARS);
        assert!(!text.contains('\u{1b}'));
        assert_eq!(printable(&[0xff, b'a']), "\u{fffd}a");
    }
}
