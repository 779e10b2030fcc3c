//! What the engine asks of the caller, and what it tells.

use std::sync::Arc;

use crate::admission::{Exporter, JoinRequest};
use crate::authority::SignedEntry;
use crate::entry::Place;
use crate::frame::Bye;
use crate::frontier::Tip;
use crate::id::{NodeId, Prefix, StructureId};
use crate::run::VerifiedRun;

use super::SessionId;

/// What the caller has to do.
#[derive(Clone, Debug)]
pub enum Output {
    /// Send a frame.
    Send {
        /// On which connection.
        session: SessionId,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Make a run durable, then say [`Input::Stored`](super::Input::Stored) (or [`Input::NotStored`](super::Input::NotStored)).
    Store {
        /// The run.
        run: Arc<VerifiedRun>,
    },
    /// Read runs of a journal, then say [`Input::Loaded`](super::Input::Loaded).
    Load {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// The runs begin right after this entry.
        after: u64,
        /// About how many bytes.
        max_bytes: usize,
    },
    /// Read the entries that carry authority, then say [`Input::AuthorityLoaded`](super::Input::AuthorityLoaded).
    LoadAuthority {
        /// For which connection.
        session: SessionId,
    },
    /// Look up an entry, then say [`Input::Identified`](super::Input::Identified).
    Identify {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// Its number.
        seq: u64,
    },
    /// A journal has two branches: keep the proof. Here ours and the run of a peer part.
    Parted {
        /// The last entry of both.
        after: Tip,
        /// How the other one goes on.
        run: Arc<VerifiedRun>,
    },
    /// The charter decided for another branch of a journal than the one held here: put what follows an
    /// entry aside, keep it there, then say [`Input::Replaced`](super::Input::Replaced). Runs that end later than that entry may
    /// have to go as well, since a run is signed at its end only.
    Replace {
        /// For which connection.
        session: SessionId,
        /// Whose journal.
        author: NodeId,
        /// The last entry of both branches.
        after: Tip,
    },
    /// Read a piece of a blob if it is held, then say [`Input::BlobLoaded`](super::Input::BlobLoaded).
    LoadBlob {
        /// For which connection.
        session: SessionId,
        /// Its hash.
        hash: [u8; 32],
        /// Where the piece begins.
        offset: u64,
        /// How many bytes at most.
        max_bytes: usize,
    },
    /// Read the body of an entry if it is held, then say [`Input::BodyLoaded`](super::Input::BodyLoaded).
    LoadBody {
        /// For which connection.
        session: SessionId,
        /// The entry.
        place: Place,
    },
    /// Put a body that a stored run left out back into it, then say [`Input::BodyStored`](super::Input::BodyStored).
    StoreBody {
        /// The entry.
        place: Place,
        /// Its body, which hashes as the entry says.
        body: Vec<u8>,
    },
    /// A wanted blob arrived whole and its hash holds.
    Blob {
        /// Its hash.
        hash: [u8; 32],
        /// The blob.
        bytes: Vec<u8>,
    },
    /// A newcomer asks to be admitted: decide, then say [`Input::JoinAnswered`](super::Input::JoinAnswered).
    Join {
        /// On which connection.
        session: SessionId,
        /// The newcomer's node.
        peer: NodeId,
        /// Keying material of the connection.
        exporter: Exporter,
        /// What it asks.
        request: JoinRequest,
    },
    /// Send what is queued, then close the connection.
    Close {
        /// Which.
        session: SessionId,
        /// Why, as told to the peer.
        bye: Bye,
    },
    /// Something people or the caller may want to know.
    Event(Event),
}

/// Something worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The peer is a member's node; exchange begins.
    Trusted {
        /// On which connection.
        session: SessionId,
        /// The node.
        peer: NodeId,
        /// Its structure.
        structure: StructureId,
    },
    /// Both ends hold the same and have acknowledged it.
    InSync {
        /// On which connection.
        session: SessionId,
    },
    /// The peer ended the session, or its frames did.
    Ended {
        /// Which connection.
        session: SessionId,
        /// The node.
        peer: NodeId,
        /// Whether the peer said so itself.
        by_peer: bool,
        /// Why.
        bye: Bye,
    },
    /// A node holds our journal up to an entry; `relayed` when another node says so.
    Holds {
        /// The holder, by the first bytes of its key.
        holder: Prefix,
        /// Up to which of our entries.
        seq: u64,
        /// Whether this is hearsay.
        relayed: bool,
    },
    /// Our own journal is longer at a peer than here: this store was restored from an older copy.
    OwnJournalAhead {
        /// At which node.
        peer: NodeId,
        /// Up to which entry.
        seq: u64,
    },
    /// A peer holds another entry under a number that we hold too.
    Forked {
        /// Whose journal.
        author: NodeId,
        /// The node that holds the other branch.
        peer: NodeId,
    },
    /// A run of this journal came without bodies that no erasure names; they are asked for.
    BodiesMissing {
        /// Whose journal.
        author: NodeId,
    },
    /// A peer was sent the whole of a blob that it had asked for. Whether it keeps it is not known.
    BlobGiven {
        /// To whom.
        peer: NodeId,
        /// Its hash.
        hash: [u8; 32],
    },
    /// The charter grew.
    CharterGrew,
    /// It grew by entries that a peer showed, whose journals may never come: a node that was voted
    /// out is told so and nothing more.
    CharterShown {
        /// The entries, which hold.
        entries: Vec<SignedEntry>,
    },
}
