//! What the caller tells the engine.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::admission::{Exporter, JoinAnswer};
use crate::authority::SignedEntry;
use crate::charter::Charter;
use crate::entry::Place;
use crate::frontier::Tip;
use crate::id::{EntryId, NodeId};
use crate::run::VerifiedRun;
use crate::seal::erase::ErasedBodies;

use super::SessionId;

/// What happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A connection stands; the transport proved the peer's key.
    Connected {
        /// Its name from now on.
        session: SessionId,
        /// Who is at the other end.
        peer: NodeId,
        /// Keying material of the connection.
        exporter: Exporter,
    },
    /// A frame arrived.
    Received {
        /// On which connection.
        session: SessionId,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// The transport took bytes of frames that it was given. It may say so in large steps, as long
    /// as it says so.
    Sent {
        /// On which connection.
        session: SessionId,
        /// How many more bytes.
        bytes: usize,
    },
    /// A connection is gone.
    Disconnected {
        /// Which.
        session: SessionId,
    },
    /// A run is durable here: one of our own, or one the engine asked to store.
    Stored {
        /// The run.
        run: Arc<VerifiedRun>,
    },
    /// A run the engine asked to store was not taken, because another got there first.
    NotStored {
        /// Whose journal.
        author: NodeId,
        /// The tip that the store holds of it.
        tip: Tip,
    },
    /// The store takes nothing any more.
    StoreFailed,
    /// Answers [`Output::Load`](super::Output::Load): runs that begin right after the entry asked for.
    Loaded {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// The runs; empty if the store could not read them.
        runs: Vec<Arc<[u8]>>,
    },
    /// Answers [`Output::LoadAuthority`](super::Output::LoadAuthority).
    AuthorityLoaded {
        /// For which connection.
        session: SessionId,
        /// All entries that carry authority.
        entries: Vec<SignedEntry>,
    },
    /// Answers [`Output::Identify`](super::Output::Identify).
    Identified {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// The number.
        seq: u64,
        /// The entry under it, if one is held durably.
        id: Option<EntryId>,
    },
    /// Answers [`Output::Replace`](super::Output::Replace).
    Replaced {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// How far the journal is held now, and the charter that follows from what is; `None` if all
        /// stays as it was.
        outcome: Option<(Tip, Box<Charter>)>,
    },
    /// Answers [`Output::LoadBlob`](super::Output::LoadBlob).
    BlobLoaded {
        /// For which connection.
        session: SessionId,
        /// The blob's hash.
        hash: [u8; 32],
        /// Bytes of the whole blob; 0 if it is not held.
        total: u64,
        /// The piece that was asked for.
        bytes: Vec<u8>,
    },
    /// Answers [`Output::LoadBody`](super::Output::LoadBody).
    BodyLoaded {
        /// For which connection.
        session: SessionId,
        /// The entry.
        place: Place,
        /// Its body, if it is held.
        body: Option<Vec<u8>>,
    },
    /// A body that the engine asked to store is durable, in its run.
    BodyStored {
        /// The entry.
        place: Place,
    },
    /// What accepted erasures name, all of it: those bodies may be missing.
    Erased {
        /// The bodies.
        bodies: ErasedBodies,
    },
    /// Journals of which so much waits or was refused that they are read no further for now, all
    /// of them; those named before and not now are read on.
    Pause {
        /// Their authors.
        authors: BTreeSet<NodeId>,
    },
    /// A blob is wanted here.
    WantBlob {
        /// Its hash.
        hash: [u8; 32],
    },
    /// All blobs that are wanted here; those named before and not now are not wanted any more.
    WantBlobs {
        /// Their hashes; of very many only the first are taken, so say it again as they arrive.
        hashes: Vec<[u8; 32]>,
    },
    /// Answers [`Output::Join`](super::Output::Join).
    JoinAnswered {
        /// On which connection.
        session: SessionId,
        /// The answer.
        answer: JoinAnswer,
    },
    /// The caller ends a session politely.
    Leave {
        /// Which.
        session: SessionId,
    },
    /// Time passed. See [`Engine::next_wake`](super::Engine::next_wake).
    Tick,
}

impl Input {
    /// The one connection that it concerns.
    pub(super) const fn session(&self) -> Option<SessionId> {
        match self {
            Self::Connected { session, .. }
            | Self::Received { session, .. }
            | Self::Sent { session, .. }
            | Self::Disconnected { session }
            | Self::Loaded { session, .. }
            | Self::AuthorityLoaded { session, .. }
            | Self::Identified { session, .. }
            | Self::Replaced { session, .. }
            | Self::BlobLoaded { session, .. }
            | Self::BodyLoaded { session, .. }
            | Self::JoinAnswered { session, .. }
            | Self::Leave { session } => Some(*session),
            Self::Stored { .. }
            | Self::NotStored { .. }
            | Self::StoreFailed
            | Self::BodyStored { .. }
            | Self::Erased { .. }
            | Self::Pause { .. }
            | Self::WantBlob { .. }
            | Self::WantBlobs { .. }
            | Self::Tick => None,
        }
    }
}
