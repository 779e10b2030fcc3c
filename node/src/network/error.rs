//! What can go wrong on the network, with the facts that tell people what to do.
//!
//! Every enum has `code()` and `args()`: the texts for people are in `locales/*/network.ftl`.

use std::net::SocketAddr;

use sync_protocol::id::NodeId;

use super::CloseReason;

/// Why no socket could be opened to listen on.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// No address was given.
    #[error("no address to listen on")]
    NoAddress,
    /// Another program, or another node on this machine, has the port.
    #[error("UDP port {} is already in use; stop the other program or choose another port", .address.port())]
    PortInUse {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system reserves the port.
    #[error("UDP port {} needs rights that this user lacks; choose one above 1023", .address.port())]
    PortReserved {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The machine has no such address.
    #[error("{address} is not an address of this machine")]
    NotOurs {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The system grants this process no further threads, sockets or files.
    #[error("the system grants this process no further threads, sockets or files")]
    NoResources(#[source] std::io::Error),
    /// The system refused for another reason.
    #[error("cannot listen on {address}")]
    System {
        /// The address that was asked for.
        address: SocketAddr,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
}

impl BindError {
    /// A stable name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAddress => "no_listen_address",
            Self::PortInUse { .. } => "port_in_use",
            Self::PortReserved { .. } => "port_reserved",
            Self::NotOurs { .. } => "listen_address_unknown",
            Self::NoResources(_) => "no_network_resources",
            Self::System { .. } => "listen_failed",
        }
    }

    /// The named facts behind [`BindError::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoAddress => vec![],
            Self::PortInUse { address }
            | Self::PortReserved { address }
            | Self::NotOurs { address } => {
                vec![
                    ("address", address.to_string()),
                    ("port", address.port().to_string()),
                ]
            }
            Self::NoResources(source) => vec![("detail", source.to_string())],
            Self::System { address, source } => {
                vec![
                    ("address", address.to_string()),
                    ("detail", source.to_string()),
                ]
            }
        }
    }
}

/// What a silent address looks like from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SilenceCause {
    /// The host says that nothing listens on the port.
    PortClosed,
    /// Nothing came back: UDP is blocked on the way, or the host is down.
    Silent,
    /// This machine knows no way there: no network, or not of that family.
    NoRoute,
}

impl SilenceCause {
    /// A stable name of the cause.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PortClosed => "closed",
            Self::Silent => "silent",
            Self::NoRoute => "no-route",
        }
    }
}

/// Why a peer could not be reached. Of several addresses, the most telling failure is reported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// No address is known.
    #[error("no address of the peer is known")]
    NoAddress,
    /// Another key answered than the one expected.
    #[error("node {} answered at {address}, not {}", .actual.short(), .expected.short())]
    WrongPeer {
        /// Who was tried.
        address: SocketAddr,
        /// Whom we wanted.
        expected: NodeId,
        /// Who answered.
        actual: NodeId,
    },
    /// The peer does not accept our key.
    #[error("the node at {address} does not accept this node's key: {detail}")]
    KeyRefused {
        /// Who was tried.
        address: SocketAddr,
        /// The peer's words.
        detail: String,
    },
    /// Something else than this version of Cap Actif answers there.
    #[error("what answers at {address} does not speak this version of the protocol")]
    OtherProtocol {
        /// Who was tried.
        address: SocketAddr,
    },
    /// The peer has too many connections.
    #[error("the node at {address} takes no more connections for now")]
    Busy {
        /// Who was tried.
        address: SocketAddr,
    },
    /// The handshake failed in another way.
    #[error("the handshake with {address} failed: {detail}")]
    Handshake {
        /// Who was tried.
        address: SocketAddr,
        /// What was observed.
        detail: String,
    },
    /// The peer began to answer, then the handshake went no further.
    #[error("the handshake with {address} stalled")]
    Stalled {
        /// Who was tried.
        address: SocketAddr,
    },
    /// No UDP answer at all.
    #[error("no UDP answer from {}", list(.addresses))]
    NoAnswer {
        /// Who was tried.
        addresses: Vec<SocketAddr>,
        /// What the silence looks like; the most telling over all addresses.
        cause: SilenceCause,
    },
    /// The endpoint has no socket that reaches such an address.
    #[error("no open socket reaches {address}")]
    NoSocket {
        /// Who was tried.
        address: SocketAddr,
    },
    /// The endpoint was closed.
    #[error("this node's network is stopped")]
    Stopped,
}

impl ConnectError {
    /// A stable name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoAddress => "no_peer_address",
            Self::WrongPeer { .. } => "wrong_peer_key",
            Self::KeyRefused { .. } => "key_refused_by_peer",
            Self::OtherProtocol { .. } => "protocol_mismatch",
            Self::Busy { .. } => "peer_busy",
            Self::Handshake { .. } => "handshake_failed",
            Self::Stalled { .. } => "handshake_stalled",
            Self::NoAnswer { .. } => "no_udp_answer",
            Self::NoSocket { .. } => "no_socket_for_address",
            Self::Stopped => "network_stopped",
        }
    }

    /// The named facts behind [`ConnectError::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NoAddress | Self::Stopped => vec![],
            Self::WrongPeer {
                address,
                expected,
                actual,
            } => vec![
                ("address", address.to_string()),
                ("expected", expected.short()),
                ("actual", actual.short()),
            ],
            Self::KeyRefused { address, detail } | Self::Handshake { address, detail } => {
                vec![("address", address.to_string()), ("detail", detail.clone())]
            }
            Self::OtherProtocol { address }
            | Self::Busy { address }
            | Self::Stalled { address }
            | Self::NoSocket { address } => {
                vec![("address", address.to_string()), ("detail", String::new())]
            }
            Self::NoAnswer { addresses, cause } => vec![
                ("addresses", list(addresses)),
                ("port", ports(addresses)),
                ("cause", cause.code().to_owned()),
            ],
        }
    }

    /// How much a failure tells: of several, the lowest is reported.
    fn rank(&self) -> u8 {
        match self {
            Self::WrongPeer { .. } => 0,
            Self::KeyRefused { .. } => 1,
            Self::OtherProtocol { .. } => 2,
            Self::Busy { .. } => 3,
            Self::Handshake { .. } => 4,
            Self::Stalled { .. } => 5,
            Self::NoAnswer { .. } => 6,
            Self::NoSocket { .. } => 7,
            Self::Stopped => 8,
            Self::NoAddress => 9,
        }
    }

    /// The most telling of two failures; silence at several addresses is told as one.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::NoAnswer {
                    mut addresses,
                    cause,
                },
                Self::NoAnswer {
                    addresses: more,
                    cause: other,
                },
            ) => {
                addresses.extend(more);
                Self::NoAnswer {
                    addresses,
                    cause: cause.min(other),
                }
            }
            (first, second) if second.rank() < first.rank() => second,
            (first, _) => first,
        }
    }
}

/// Why text is not a peer's address, or leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// The text has another form.
    #[error("\"{text}\" is not an address such as hub.example.org:4433 or 192.0.2.7:4433")]
    Malformed {
        /// The text, shortened.
        text: String,
    },
    /// The name is not known to the name service.
    #[error("the name {host} is not known: {detail}")]
    UnknownName {
        /// The host name.
        host: String,
        /// The system's reason.
        detail: String,
    },
    /// The name service did not answer in time.
    #[error("the name service gave no answer for {host}")]
    NoNameService {
        /// The host name.
        host: String,
    },
}

impl AddressError {
    /// A stable name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed { .. } => "malformed_address",
            Self::UnknownName { .. } => "unknown_host_name",
            Self::NoNameService { .. } => "no_name_service",
        }
    }

    /// The named facts behind [`AddressError::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Malformed { text } => vec![("text", text.clone())],
            Self::UnknownName { host, detail } => {
                vec![("host", host.clone()), ("detail", detail.clone())]
            }
            Self::NoNameService { host } => vec![("host", host.clone())],
        }
    }
}

/// Why a frame was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The frame is longer than any peer accepts: a local fault.
    #[error("frame of {actual} bytes exceeds the limit of {limit}")]
    FrameTooLarge {
        /// Its length in bytes.
        actual: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// The queue is full; only [`super::FrameSender::try_send`] says so.
    #[error("the queue to the peer is full")]
    Full,
    /// The connection ended.
    #[error("{0}")]
    Closed(CloseReason),
    /// The peer did not confirm the last frames in time.
    #[error("the peer did not confirm the last frames")]
    Undelivered,
}

impl SendError {
    /// A stable name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FrameTooLarge { .. } => "frame_too_large",
            Self::Full => "peer_queue_full",
            Self::Closed(reason) => reason.code(),
            Self::Undelivered => "frames_undelivered",
        }
    }

    /// The named facts behind [`SendError::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::FrameTooLarge { actual, limit } => {
                vec![("actual", actual.to_string()), ("limit", limit.to_string())]
            }
            Self::Full | Self::Undelivered => vec![],
            Self::Closed(reason) => reason.args(),
        }
    }
}

/// Why no further frame comes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiveError {
    /// The peer announced a frame beyond the bound; the connection was closed for it.
    #[error("frame of {actual} bytes exceeds the limit of {limit}")]
    FrameTooLarge {
        /// The announced length in bytes.
        actual: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// The peer ended its stream in the middle of a frame.
    #[error("the stream ended {missing} bytes before the end of a frame")]
    Truncated {
        /// How many bytes of the frame, or of its length, were still to come.
        missing: usize,
    },
    /// The connection ended.
    #[error("{0}")]
    Closed(CloseReason),
}

impl ReceiveError {
    /// A stable name of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FrameTooLarge { .. } => "frame_too_large",
            Self::Truncated { .. } => "frame_truncated",
            Self::Closed(reason) => reason.code(),
        }
    }

    /// The named facts behind [`ReceiveError::code`].
    #[must_use]
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::FrameTooLarge { actual, limit } => {
                vec![("actual", actual.to_string()), ("limit", limit.to_string())]
            }
            Self::Truncated { missing } => vec![("missing", missing.to_string())],
            Self::Closed(reason) => reason.args(),
        }
    }
}

fn list(addresses: &[SocketAddr]) -> String {
    addresses
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn ports(addresses: &[SocketAddr]) -> String {
    let mut ports: Vec<u16> = addresses.iter().map(SocketAddr::port).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
