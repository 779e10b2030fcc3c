//! A node of a network: store, replica and charter tied together.
//!
//! The write path is here, once: draft under the replica's lock, sign, store and put into the
//! outbox (both synced), tell the peers, follow.
//!
//! - `opening` (keys, store, charter), `following` (the replica catches up with the journals),
//!   `elsewhere` (where other nodes are, and what they hold of our journal).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, mpsc,
};

use ed25519_dalek::SigningKey;
use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::Charter;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{BlobHash, NetworkId, NodeId, Prefix, RecordId, StructureId};
use sync_protocol::run::{self, Statement, VerifiedRun};
use sync_protocol::seal::erase::ErasedBodies;

use crate::api::{ApiError, Detail, ExitKind};
use crate::blobs::BlobStore;
use crate::home::Home;
use crate::replica::{Author, Draft, Replica};
use crate::store::{Journals, Outbox, StoreError};
use crate::sync::{Notifier, Synchronisation};
use crate::territory::Territory;
use crate::view::Reader;

use super::clock;
use super::identities::Identities;
use governance::Governance;

pub(in crate::node) mod elsewhere;
mod following;
pub(in crate::node) mod governance;
pub(in crate::node) mod opening;
mod reissue;

/// Name of the store's value that holds the pinned charter version.
pub(super) const PINNED: &str = "charter/pinned";

/// A node of a network.
pub struct Member {
    pub(super) home: Home,
    pub(super) network: NetworkId,
    network_name: String,
    pub(super) me: NodeId,
    pub(super) structure: StructureId,
    structure_name: String,
    pub(super) key: SigningKey,
    pub(super) certificate: Vec<u8>,
    pub(super) journals: Arc<Journals>,
    pub(super) territory: &'static Territory,
    pub(super) reader: Reader,
    pub(super) blobs: BlobStore,
    pub(super) blob_work: super::blobs::BlobWork,
    /// One writer of the access log at a time.
    pub(super) logging: Mutex<()>,
    /// One writer of what was told of matches at a time.
    pub(super) announcing: Mutex<()>,
    pub(super) outbox: Mutex<Outbox>,
    /// Whether the outbox holds runs that do not continue their journals yet: what lies between
    /// was lost, and comes back from peers.
    outbox_ahead: AtomicBool,
    replica: Mutex<Replica>,
    /// Replaced as a whole when it grows: whoever reads it holds what it was.
    charter: RwLock<Arc<Charter>>,
    /// The charter as whoever judges and writes asks it; of the version that was asked last.
    governance: Mutex<Arc<Governance>>,
    /// What the replica obeys; locked after the replica.
    obeyed: Mutex<Option<Arc<Governance>>>,
    identities: RwLock<Identities>,
    /// One statement of the own root at a time: the next chains to the last.
    pub(super) stating: Mutex<()>,
    /// One edit of a sealed part at a time, from opening what stands to the seal that replaces it.
    pub(super) resealing: Mutex<()>,
    addresses: RwLock<BTreeMap<NodeId, Vec<String>>>,
    /// Up to where other nodes hold our journal.
    holders: Mutex<BTreeMap<Prefix, u64>>,
    /// One writer at a time: the next entry chains to the last one stored.
    writing: Mutex<()>,
    /// Journals that are read no further for now.
    pub(super) paused: Mutex<BTreeSet<NodeId>>,
    /// What people should hear of until the node is opened again, by code.
    alarms: Mutex<BTreeMap<String, Detail>>,
    pub(super) synchronisation: Mutex<Option<Arc<Synchronisation>>>,
    notifier: RwLock<Option<Notifier>>,
    pub(super) follower: super::hosting::Follower,
    pub(super) erasing: super::erasure::Erasing,
    pub(super) transferring: super::transfers::Transferring,
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("node", &self.me)
            .field("network", &self.network)
            .finish()
    }
}

/// What a write came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    /// The entries that were stored.
    pub(super) entries: usize,
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A failure as a detail of another, or of a status.
fn detail_of_failure(failure: ApiError) -> Detail {
    Detail {
        code: failure.code,
        args: failure.args,
        message: failure.message,
        ..Detail::default()
    }
}

impl Member {
    /// The network's name.
    #[must_use]
    pub fn network_name(&self) -> &str {
        &self.network_name
    }

    /// The name of the structure this node belongs to.
    #[must_use]
    pub fn structure_name(&self) -> &str {
        &self.structure_name
    }

    /// The identity of this node.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.me
    }

    pub(super) fn charter(&self) -> Arc<Charter> {
        Arc::clone(&self.charter.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The charter as it is now, as whoever judges and writes asks it.
    pub(super) fn authority(&self) -> Arc<Governance> {
        let charter = self.charter();
        let mut governance = lock(&self.governance);
        if !governance.is_of(&charter) {
            let journals = Arc::clone(&self.journals);
            let new = Governance::new(charter, self.me, self.structure, journals);
            *governance = Arc::new(new);
        }
        Arc::clone(&governance)
    }

    pub(super) fn identities(&self) -> RwLockReadGuard<'_, Identities> {
        self.identities
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn identities_mut(&self) -> RwLockWriteGuard<'_, Identities> {
        self.identities
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn replica(&self) -> MutexGuard<'_, Replica> {
        lock(&self.replica)
    }

    /// The structure a node belongs to; our own even before the network has admitted it.
    pub(super) fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        if *node == self.me {
            Some(self.structure)
        } else {
            self.charter().structure_of(node)
        }
    }

    /// What people call a structure: as the last version names it that has it on its roll.
    pub(super) fn name_of(&self, structure: &StructureId) -> String {
        let charter = self.charter();
        let mut versions = charter.effective().rev();
        let named = versions.find_map(|(_, version)| version.member(structure));
        let named = named.map(|member| member.name.clone());
        let own = || (*structure == self.structure).then(|| self.structure_name.clone());
        named.or_else(own).unwrap_or_else(|| structure.short())
    }

    /// The record that a structure keeps about itself.
    pub(super) fn structure_record(&self, structure: &StructureId) -> RecordId {
        governance::structure_record(&self.network, structure)
    }

    /// Writes what `draft` makes: signs, puts into the outbox, stores, follows, tells the peers.
    ///
    /// When this returns, the edit is on the disk and can be read.
    pub(super) fn write(
        &self,
        draft: impl FnOnce(&mut Replica, &Author) -> Result<Vec<Option<Draft>>, ApiError>,
    ) -> Result<Written, ApiError> {
        let _writing = lock(&self.writing);
        self.require_own_journal()?;
        self.follow_own()?;
        let mut replica = self.replica();
        let charter = self.obey(&mut replica)?.version();
        let next_seq = self.journals.tip(&self.me).seq + 1;
        let author = Author {
            structure: self.structure,
            next_seq,
            person: None,
        };
        let drafts = draft(&mut replica, &author).inspect_err(|_| replica.discard_drafts())?;
        let time = clock::now();
        let statements: Vec<Statement> = drafts
            .into_iter()
            .flatten()
            .map(|draft| Statement {
                charter,
                kind: draft.kind,
                subject: draft.subject,
                time,
                body: draft.body,
            })
            .collect();
        let entries = statements.len();
        if entries > 0 {
            self.store(&mut replica, statements)?;
        }
        Ok(Written { entries })
    }

    /// Says something that is not about a record: an approval, an address.
    pub(super) fn say(&self, kind: Kind, body: Vec<u8>) -> Result<(), ApiError> {
        self.say_of(None, kind, body)
    }

    /// Says something that changes no record, of the one that the entry at `subject` created.
    pub(super) fn say_of(
        &self,
        subject: Option<Place>,
        kind: Kind,
        body: Vec<u8>,
    ) -> Result<(), ApiError> {
        self.say_with(subject, kind, |_| Some(body)).map(|_| ())
    }

    /// Says what the charter makes of it while no other writer is at work; returns whether there
    /// was something to say.
    pub(super) fn say_if(
        &self,
        kind: Kind,
        body: impl FnOnce(&Charter) -> Option<Vec<u8>>,
    ) -> Result<bool, ApiError> {
        self.say_with(None, kind, body)
    }

    fn say_with(
        &self,
        subject: Option<Place>,
        kind: Kind,
        body: impl FnOnce(&Charter) -> Option<Vec<u8>>,
    ) -> Result<bool, ApiError> {
        let _writing = lock(&self.writing);
        self.require_own_journal()?;
        self.follow_own()?;
        let Some(body) = body(&self.charter()) else {
            return Ok(false);
        };
        let mut replica = self.replica();
        let statement = Statement {
            charter: self.charter().current().0,
            kind,
            subject,
            time: clock::now(),
            body,
        };
        self.store(&mut replica, vec![statement])?;
        Ok(true)
    }

    fn store(&self, replica: &mut Replica, statements: Vec<Statement>) -> Result<(), ApiError> {
        let tip = self.journals.tip(&self.me);
        let runs: Vec<Arc<VerifiedRun>> = run::sign(self.network, &self.key, tip, statements)
            .into_iter()
            .map(Arc::new)
            .collect();
        // Journal and outbox are two files on one disk: their syncs share one wait.
        let (tell, told) = mpsc::sync_channel(1);
        self.journals.append_then(runs.clone(), move |stored| {
            // Whoever asked waits below.
            let _ = tell.send(stored);
        });
        let kept = lock(&self.outbox).append(&runs);
        let stored = told.recv().unwrap_or(Err(StoreError::Closed));
        if let Err(error) = stored {
            replica.discard_drafts();
            return Err(error.into());
        }
        // Peers hear of it first: they need not wait until it can be read here.
        for run in &runs {
            self.notify(Arc::clone(run));
        }
        let entries: Vec<Entry> = runs
            .iter()
            .flat_map(|run| run.entries().iter().cloned())
            .collect();
        self.observe(&entries);
        let shown = self.obey(replica).and_then(|_| {
            let applied = replica.apply(&entries, &mut |_| {})?;
            self.settle(replica, &applied)
        });
        shown.map_err(|error| {
            let text = "the edit is stored, but the local view could not follow";
            ApiError::new("stored_not_shown", ExitKind::Failed, text)
                .with_details(vec![detail_of_failure(error)])
        })?;
        kept.map_err(|error| {
            let text = "the edit is stored, but not a second time in the outbox";
            ApiError::new("stored_once", ExitKind::Failed, text)
                .with_details(vec![Detail::from_coded(&error)])
        })
    }

    /// People should hear of this, in `status`.
    pub(super) fn alarm(&self, alarm: ApiError) {
        let alarm = detail_of_failure(alarm);
        let code = alarm.code.clone();
        lock(&self.alarms).entry(code).or_insert(alarm);
    }

    pub(super) fn alarms(&self) -> Vec<Detail> {
        lock(&self.alarms).values().cloned().collect()
    }

    /// Takes stored entries into account that are about authority or addresses.
    ///
    /// Waits for the store, so never to be called from its thread.
    fn observe(&self, entries: &[Entry]) {
        self.observe_authority(entries);
        if let Err(error) = self.note_identities(entries) {
            tracing::error!(%error, "what a root or a lockbox says could not be noted");
            self.alarm(error);
        }
        for entry in entries
            .iter()
            .filter(|entry| entry.header.kind == Kind::ADDRESS)
        {
            self.note_addresses(entry);
        }
    }

    /// Takes stored entries into account that carry authority.
    pub(super) fn observe_authority(&self, entries: &[Entry]) {
        let carries = |entry: &&Entry| entry.header.kind.carries_authority();
        let mut carrying = entries.iter().filter(carries).peekable();
        // Most runs carry none, and readers of the charter need not wait for those.
        if carrying.peek().is_some() {
            let mut charter = self.charter.write().unwrap_or_else(PoisonError::into_inner);
            // Copied only where somebody still judges by what it was.
            if Arc::make_mut(&mut charter).observe_all(carrying) {
                self.erasing.charter_grew();
            }
        }
    }

    /// Takes entries into account that a peer showed without their journals.
    pub(super) fn believe(&self, shown: &[SignedEntry]) {
        let mut charter = self.charter.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut charter).believe(shown.iter().map(|held| &held.entry));
        self.erasing.charter_grew();
    }

    /// Tells running synchronisation which bodies may be missing.
    pub(super) fn notify_erased(&self, bodies: ErasedBodies) {
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            notifier.erased(bodies);
        }
    }

    /// Exchanges the charter for one that fewer entries make.
    pub(super) fn set_charter(&self, charter: Charter) {
        *self.charter.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(charter);
        self.erasing.charter_grew();
    }

    pub(super) fn set_notifier(&self, notifier: Option<Notifier>) {
        *self
            .notifier
            .write()
            .unwrap_or_else(PoisonError::into_inner) = notifier;
        self.notify_paused();
    }

    /// Tells running synchronisation which journals are read no further.
    pub(super) fn notify_paused(&self) {
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            notifier.pause(self.paused());
        }
    }

    /// Tells running synchronisation which blobs are wanted; false while none runs.
    pub(super) fn tell_wanted(&self, hashes: &[BlobHash]) -> bool {
        let notifier = self.notifier.read().unwrap_or_else(PoisonError::into_inner);
        notifier.as_ref().map(|it| it.want_blobs(hashes)).is_some()
    }

    /// Tells running synchronisation of runs that did not come from a peer.
    pub(super) fn notify(&self, run: Arc<VerifiedRun>) {
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            notifier.stored(run);
        }
    }
}
