//! A node of a network: store, replica and charter tied together.
//!
//! The write path is here, once: draft under the replica's lock, sign, put into the outbox, store
//! (synced), follow, tell the peers. So is following: the journals lead, the replica catches up
//! from its own position, in bounded steps, whoever stored what.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use ed25519_dalek::SigningKey;
use serde_json::json;
use sync_protocol::address::Addresses;
use sync_protocol::charter::{Certificate, Charter, Version};
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{NetworkId, NodeId, Prefix, RecordId, StructureId};
use sync_protocol::run::{self, Statement, VerifiedRun};

use crate::api::{ApiError, Detail, ExitKind};
use crate::home::Home;
use crate::home::keys::KeyName;
use crate::home::membership::Membership;
use crate::replica::{Author, Draft, Replica, Setup};
use crate::store::{Journals, Outbox, StoreError};
use crate::sync::{Notifier, Synchronisation};
use crate::territory::Territory;
use crate::view::Reader;

use super::Progress;
use super::clock;

/// Name of the store's value that holds the pinned charter version.
pub(super) const PINNED: &str = "charter/pinned";

/// Name of the store's value that holds who holds our journal.
const HOLDERS: &str = "peers/holders";

/// Bytes of runs read at a time when the replica catches up, of all journals together: each step
/// loads and saves every record it touches, so few large steps are much faster than many. Plain,
/// this is some 65,000 edits, about 40 MiB of memory.
const FOLLOW_BYTES: usize = 8 * 1024 * 1024;

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
    pub(super) journals: Journals,
    pub(super) territory: &'static Territory,
    pub(super) reader: Reader,
    outbox: Mutex<Outbox>,
    replica: Mutex<Replica>,
    charter: RwLock<Charter>,
    addresses: RwLock<BTreeMap<NodeId, Vec<String>>>,
    /// Up to where other nodes hold our journal.
    holders: Mutex<BTreeMap<Prefix, u64>>,
    /// One writer at a time: the next entry chains to the last one stored.
    writing: Mutex<()>,
    /// What people should hear of until the node is opened again, by code.
    alarms: Mutex<BTreeMap<String, Detail>>,
    pub(super) synchronisation: Mutex<Option<Arc<Synchronisation>>>,
    notifier: RwLock<Option<Notifier>>,
    pub(super) follower: super::hosting::Follower,
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

impl Member {
    /// Opens the node of `home`, which belongs to the network of `membership`.
    ///
    /// # Errors
    /// Keys, store, outbox or read model cannot be opened.
    pub fn open(
        home: &Home,
        membership: &Membership,
        territory: &'static Territory,
    ) -> Result<Arc<Self>, ApiError> {
        let journals = Journals::open(&home.store())?;
        Self::over(home, membership, territory, journals)
    }

    pub(super) fn over(
        home: &Home,
        membership: &Membership,
        territory: &'static Territory,
        journals: Journals,
    ) -> Result<Arc<Self>, ApiError> {
        let seed = home.key(KeyName::Node)?.ok_or_else(|| missing_key(home))?;
        let key = seed.signing_key();
        let me = seed.node_id();
        let network = membership.network;
        let outbox = Outbox::open(&home.outbox())?;
        replay(&journals, network, &outbox)?;

        let charter = read_charter(&journals, membership)?;
        let certificate = own_certificate(&journals, network, me)?;
        let view = home.view();
        let replica = Replica::open(Setup::registry(&view, network, me, territory))?;
        let member = Arc::new(Self {
            home: home.clone(),
            network,
            network_name: membership.name.clone(),
            me,
            structure: membership.structure,
            structure_name: membership.structure_name.clone(),
            key,
            certificate,
            territory,
            reader: replica.reader(),
            outbox: Mutex::new(outbox),
            replica: Mutex::new(replica),
            charter: RwLock::new(charter),
            addresses: RwLock::new(BTreeMap::new()),
            holders: Mutex::new(BTreeMap::new()),
            writing: Mutex::new(()),
            alarms: Mutex::new(BTreeMap::new()),
            synchronisation: Mutex::new(None),
            notifier: RwLock::new(None),
            follower: super::hosting::Follower::default(),
            journals,
        });
        member.read_addresses()?;
        member.read_holders()?;
        member.follow(&mut |_| {})?;
        Ok(member)
    }

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

    pub(super) fn charter(&self) -> RwLockReadGuard<'_, Charter> {
        self.charter.read().unwrap_or_else(PoisonError::into_inner)
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

    /// What people call a structure.
    pub(super) fn name_of(&self, structure: &StructureId) -> String {
        let named = self
            .charter()
            .member(structure)
            .map(|member| member.name.clone());
        let own = || (*structure == self.structure).then(|| self.structure_name.clone());
        named.or_else(own).unwrap_or_else(|| structure.short())
    }

    /// The record that a structure keeps about itself.
    pub(super) fn structure_record(&self, structure: &StructureId) -> RecordId {
        let salt = sync_protocol::id::Salt::OWN_STRUCTURE;
        RecordId::derive(&self.network, structure, "structure", &salt)
    }

    /// Writes what `draft` makes: signs, puts into the outbox, stores, follows, tells the peers.
    ///
    /// When this returns, the edit is on the disk and can be read.
    pub(super) fn write(
        &self,
        draft: impl FnOnce(&mut Replica, &Author) -> Result<Vec<Option<Draft>>, ApiError>,
    ) -> Result<Written, ApiError> {
        let _writing = lock(&self.writing);
        self.follow_own()?;
        let mut replica = self.replica();
        let next_seq = self.journals.tip(&self.me).seq + 1;
        let author = Author {
            structure: self.structure,
            next_seq,
            person: None,
        };
        let drafts = draft(&mut replica, &author).inspect_err(|_| replica.discard_drafts())?;
        let charter = self.charter().current().0;
        let time = clock::now();
        let statements: Vec<Statement> = drafts
            .into_iter()
            .flatten()
            .map(|draft| Statement {
                charter,
                kind: draft.kind,
                record: draft.record,
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
        let _writing = lock(&self.writing);
        self.follow_own()?;
        let mut replica = self.replica();
        let statement = Statement {
            charter: self.charter().current().0,
            kind,
            record: RecordId::ZERO,
            time: clock::now(),
            body,
        };
        self.store(&mut replica, vec![statement])
    }

    fn store(&self, replica: &mut Replica, statements: Vec<Statement>) -> Result<(), ApiError> {
        let tip = self.journals.tip(&self.me);
        let runs: Vec<Arc<VerifiedRun>> = run::sign(self.network, &self.key, tip, statements)
            .into_iter()
            .map(Arc::new)
            .collect();
        let stored = lock(&self.outbox)
            .append(&runs)
            .and_then(|()| self.journals.append(runs.clone()).map(|_| ()));
        if let Err(error) = stored {
            replica.discard_drafts();
            return Err(error.into());
        }
        let entries: Vec<Entry> = runs
            .iter()
            .flat_map(|run| run.entries().iter().cloned())
            .collect();
        self.observe(&entries);
        replica.apply(&entries, &|node| self.structure_of(node), &mut |_| {})?;
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            for run in runs {
                notifier.stored(run);
            }
        }
        Ok(())
    }

    /// People should hear of this, in `status`.
    pub(super) fn alarm(&self, alarm: ApiError) {
        let ApiError {
            code,
            args,
            message,
            ..
        } = alarm;
        let alarm = Detail {
            code: code.clone(),
            args,
            message,
            ..Detail::default()
        };
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
        for entry in entries
            .iter()
            .filter(|entry| entry.header.kind == Kind::ADDRESS)
        {
            self.note_addresses(entry);
        }
    }

    /// Takes stored entries into account that carry authority.
    pub(super) fn observe_authority(&self, entries: &[Entry]) {
        for entry in entries
            .iter()
            .filter(|entry| entry.header.kind.carries_authority())
        {
            self.charter
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .observe(entry);
        }
    }

    fn note_addresses(&self, entry: &Entry) {
        let body = entry.body.as_deref().unwrap_or_default();
        let Ok(said) = Addresses::decode(body) else {
            return;
        };
        let author = entry.header.author;
        let name = address_key(&author);
        if let Err(error) = self.journals.put_meta(&name, Some(body)) {
            tracing::warn!(%error, "an address could not be noted");
        }
        self.addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(author, said.addresses);
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            notifier.addresses_changed();
        }
    }

    fn read_addresses(&self) -> Result<(), StoreError> {
        let nodes: Vec<NodeId> = self.journals.tips().into_keys().collect();
        let mut addresses = self
            .addresses
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for node in nodes {
            let noted = self.journals.get_meta(&address_key(&node))?;
            if let Some(said) = noted.and_then(|body| Addresses::decode(&body).ok()) {
                addresses.insert(node, said.addresses);
            }
        }
        Ok(())
    }

    /// Where members said they can be reached.
    pub(super) fn addresses(&self) -> BTreeMap<NodeId, Vec<String>> {
        self.addresses
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(super) fn set_notifier(&self, notifier: Option<Notifier>) {
        *self
            .notifier
            .write()
            .unwrap_or_else(PoisonError::into_inner) = notifier;
    }

    /// Tells running synchronisation of runs that did not come from a peer.
    pub(super) fn notify(&self, run: Arc<VerifiedRun>) {
        if let Some(notifier) = &*self.notifier.read().unwrap_or_else(PoisonError::into_inner) {
            notifier.stored(run);
        }
    }

    /// Other nodes hold our journal up to these entries.
    pub(super) fn note_holders(&self, news: BTreeMap<Prefix, u64>) {
        let holders = {
            let mut holders = lock(&self.holders);
            holders.extend(news);
            holders.clone()
        };
        let mut bytes = Vec::with_capacity(holders.len() * 16);
        for (holder, seq) in &holders {
            bytes.extend_from_slice(&holder.0);
            bytes.extend_from_slice(&seq.to_be_bytes());
        }
        let noted = self.journals.put_meta(HOLDERS, Some(&bytes));
        let safe = self.safe_elsewhere(&holders);
        let pruned = lock(&self.outbox).prune(&self.me, safe);
        if let Err(error) = noted.and(pruned) {
            tracing::warn!(%error, "acknowledgements could not be noted");
        }
    }

    fn read_holders(&self) -> Result<(), StoreError> {
        let bytes = self.journals.get_meta(HOLDERS)?.unwrap_or_default();
        let mut holders = lock(&self.holders);
        let (rows, _) = bytes.as_chunks::<16>();
        for row in rows {
            let (holder, seq) = row.split_at(8);
            let holder = holder.try_into().expect("8 of 16 bytes");
            let seq = seq.try_into().expect("8 of 16 bytes");
            holders.insert(Prefix(holder), u64::from_be_bytes(seq));
        }
        Ok(())
    }

    /// Up to where two other structures hold our journal, or one where there is only one.
    fn safe_elsewhere(&self, holders: &BTreeMap<Prefix, u64>) -> u64 {
        let charter = self.charter();
        let mut reached: BTreeMap<StructureId, u64> = BTreeMap::new();
        for (node, structure) in charter.nodes().filter(|(_, it)| **it != self.structure) {
            let seq = holders.get(&node.prefix()).copied().unwrap_or(0);
            let best = reached.entry(*structure).or_default();
            *best = (*best).max(seq);
        }
        let others: BTreeSet<StructureId> = charter
            .current()
            .1
            .members
            .iter()
            .map(|member| member.structure)
            .filter(|structure| *structure != self.structure)
            .collect();
        let needed = others.len().min(2);
        let mut tips: Vec<u64> = reached.into_values().collect();
        tips.sort_unstable_by(|a, b| b.cmp(a));
        needed
            .checked_sub(1)
            .and_then(|index| tips.get(index).copied())
            .unwrap_or(0)
    }

    pub(super) fn holders(&self) -> BTreeMap<Prefix, u64> {
        lock(&self.holders).clone()
    }

    /// How many of our own entries too few others hold.
    pub(super) fn waiting_in_outbox(&self) -> u64 {
        lock(&self.outbox).entries()
    }

    /// Own entries come before new ones: what a crash left between store and replica heals here.
    fn follow_own(&self) -> Result<(), ApiError> {
        let own = self
            .replica()
            .positions()
            .get(&self.me)
            .copied()
            .unwrap_or(0);
        if own < self.journals.tip(&self.me).seq {
            self.follow(&mut |_| {})?;
        }
        Ok(())
    }

    /// Lets the replica catch up with the journals.
    ///
    /// # Errors
    /// Store or read model cannot be read or written.
    pub fn follow(&self, progress: Progress<'_>) -> Result<(), ApiError> {
        let mut done = 0u64;
        loop {
            let mut replica = self.replica();
            let positions = replica.positions();
            let behind: Vec<(NodeId, u64)> = self
                .journals
                .tips()
                .into_iter()
                .map(|(author, tip)| (author, tip, positions.get(&author).copied().unwrap_or(0)))
                .filter(|(_, tip, position)| tip.seq > *position)
                .map(|(author, _, position)| (author, position))
                .collect();
            if behind.is_empty() {
                return Ok(());
            }
            let share = (FOLLOW_BYTES / behind.len()).max(64 * 1024);
            let mut entries = Vec::new();
            for (author, position) in &behind {
                entries.extend(self.entries_after(author, *position, share)?);
            }
            self.observe(&entries);
            replica.apply(&entries, &|node| self.structure_of(node), &mut |_| {})?;
            let moved = replica.positions() != positions;
            drop(replica);
            done += entries.len() as u64;
            progress(json!({ "step": "follow", "done": done }));
            if !moved {
                // Nothing could be taken: the rest stays for `doctor`, rather than being tried
                // without end.
                return Ok(());
            }
        }
    }

    /// The stored entries of a journal after a number, about `max_bytes` of them.
    pub(super) fn entries_after(
        &self,
        author: &NodeId,
        after: u64,
        max_bytes: usize,
    ) -> Result<Vec<Entry>, ApiError> {
        let Some(first) = self.journals.run_containing(author, after + 1)? else {
            return Ok(Vec::new());
        };
        let mut previous = first.previous;
        let mut entries = Vec::new();
        for wire in self.journals.runs_after(author, after, max_bytes)? {
            let read = run::read_stored(self.network, previous, &wire).map_err(|error| {
                let text = format!("a stored run cannot be read: {error}");
                ApiError::new("stored_run_unreadable", ExitKind::Failed, text).with("reason", error)
            })?;
            previous = read.last().map_or(previous, |entry| entry.id);
            entries.extend(read.into_iter().filter(|entry| entry.header.seq > after));
        }
        Ok(entries)
    }
}

fn address_key(node: &NodeId) -> String {
    format!("address/{node}")
}

fn missing_key(home: &Home) -> ApiError {
    let path = home.key_file(KeyName::Node);
    ApiError::new(
        "node_key_missing",
        ExitKind::Failed,
        "the node's key file is missing",
    )
    .with("path", path.display())
}

/// Own runs that the store lost are taken back from the outbox.
fn replay(journals: &Journals, network: NetworkId, outbox: &Outbox) -> Result<(), ApiError> {
    for wire in outbox.missing_from(&journals.tips()) {
        let author = run::Preamble::decode(&wire).map(|preamble| preamble.author);
        let Ok(author) = author else { continue };
        match run::verify(network, journals.tip(&author), &wire) {
            Ok(run) => {
                tracing::warn!(
                    entries = run.entries().len(),
                    "own entries taken from the outbox"
                );
                journals.append(vec![run])?;
            }
            Err(error) => tracing::warn!(%error, "a run of the outbox does not fit the store"),
        }
    }
    Ok(())
}

fn read_charter(journals: &Journals, membership: &Membership) -> Result<Charter, ApiError> {
    let unknown = || {
        ApiError::new(
            "charter_missing",
            ExitKind::Failed,
            "the charter version this home relies on is not in its store",
        )
        .with("version", membership.charter.short())
    };
    let entries = journals.authority()?;
    let pinned = journals.get_meta(PINNED)?;
    let proposed = entries
        .iter()
        .filter(|held| held.entry.header.kind == Kind::PROPOSE);
    let version = pinned
        .as_deref()
        .into_iter()
        .chain(proposed.filter_map(|held| held.entry.body.as_deref()))
        .filter_map(|body| Version::decode(body).ok())
        .find(|version| version.id() == membership.charter)
        .ok_or_else(unknown)?;
    let mut charter = Charter::pinned(membership.network, version);
    for held in &entries {
        charter.observe(&held.entry);
    }
    Ok(charter)
}

/// Our certificate: the first entry of our journal.
fn own_certificate(
    journals: &Journals,
    network: NetworkId,
    me: NodeId,
) -> Result<Vec<u8>, ApiError> {
    let own = journals
        .authority()?
        .into_iter()
        .find(|held| held.entry.header.author == me && held.entry.header.seq == 1)
        .and_then(|held| held.entry.body);
    let certificate = own.filter(|body| {
        Certificate::decode(me, body).is_ok_and(|certificate| certificate.verify(network).is_ok())
    });
    certificate.ok_or_else(|| {
        let text = "this node's journal does not open with its certificate";
        ApiError::new("certificate_missing", ExitKind::Failed, text)
    })
}
