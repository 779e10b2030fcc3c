//! What synchronisation asks of the node, and how it is started and stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sync_protocol::address::Addresses;
use sync_protocol::admission::{Exporter, JoinAnswer, JoinRequest};
use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::Charter;
use sync_protocol::engine::{Engine, Event};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{BlobHash, NetworkId, NodeId, Prefix, StructureId};
use sync_protocol::run::VerifiedRun;

use crate::api::{ApiError, ExitKind};
use crate::home::config::Config;
use crate::network::PeerAddress;
use crate::store::{Journals, StoreError};
use crate::sync::{Host, Options, PeerSummary, Since, Synchronisation};

use super::answers;
use super::charter::words;
use super::errors::read;
use super::member::{Member, lock};
use super::{Node, Outcome, Progress, clock};

/// How long a silent peer is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// So many entries that arrive before they are followed are a catching-up, not somebody's edits.
const MANY_ENTRIES: u64 = 128;
/// A catching-up pauses when nothing arrives for this long.
const CALM: Duration = Duration::from_millis(100);
/// The longest that a catching-up is waited for: then what came is shown.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// How `run` takes part in the network.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Addresses to listen on; the configured ones when empty.
    pub listen: Vec<SocketAddr>,
    /// Peers to connect to, besides those known.
    pub peers: Vec<PeerAddress>,
}

impl Node {
    /// Starts to listen for peers and to stay connected with those known.
    ///
    /// # Errors
    /// The home belongs to no network, an address is in use.
    pub fn start(&self, options: &RunOptions) -> Result<Vec<SocketAddr>, ApiError> {
        let member = self.member()?;
        let config = member.home.config()?;
        let listen = if options.listen.is_empty() {
            config.listen.clone()
        } else {
            options.listen.clone()
        };
        let mut peers = configured_peers(&config)?;
        peers.extend(options.peers.iter().map(|address| (address.clone(), None)));
        let options = Options {
            listen,
            peers,
            discovery: config.discovery,
            only: None,
        };
        let running =
            Synchronisation::start(Arc::clone(&member) as Arc<dyn Host>, &member.key, options)?;
        let addresses = running.addresses().to_vec();
        member.adopt(running);
        Ok(addresses)
    }

    /// Says goodbye to every peer; what arrived has been followed when this returns.
    pub fn stop(&self) {
        if let Ok(member) = self.member() {
            member.release();
        }
    }
}

fn configured_peers(config: &Config) -> Result<Vec<(PeerAddress, Option<NodeId>)>, ApiError> {
    let mut peers = Vec::new();
    for peer in &config.peers {
        let node = peer.node.as_deref().and_then(|node| node.parse().ok());
        peers.push((peer.address.parse::<PeerAddress>()?, node));
    }
    Ok(peers)
}

impl Member {
    fn adopt(self: &Arc<Self>, running: Synchronisation) {
        self.set_notifier(Some(running.notifier()));
        *lock(&self.synchronisation) = Some(Arc::new(running));
        self.begin_with_blobs();
        self.follower.start(Arc::downgrade(self));
    }

    /// Synchronisation, while it runs.
    pub(super) fn running(&self) -> Option<Arc<Synchronisation>> {
        lock(&self.synchronisation).clone()
    }

    fn release(&self) {
        self.set_notifier(None);
        let running = lock(&self.synchronisation).take();
        if let Some(running) = running {
            running.stop();
        }
        self.follower.stop();
        if let Err(error) = self.follow(&mut |_| {}) {
            tracing::warn!(%error, "the read model is behind the journals");
        }
    }

    /// `sync`: reconciles with the peers, or the one given.
    pub(super) fn sync(self: &Arc<Self>, input: Value, progress: Progress<'_>) -> Outcome {
        #[derive(serde::Deserialize)]
        struct Input {
            peer: Option<String>,
        }
        let Input { peer } = read(input)?;
        let only = peer
            .as_deref()
            .map(|text| self.find_peer(text))
            .transpose()?;
        let summaries = match self.running() {
            Some(running) => self.reconcile(&running, only, Since::Now, progress)?,
            None => self.sync_once(only, progress)?,
        };
        self.note_silence(&summaries);
        self.answer_summaries(&summaries)
    }

    /// Waits until the peers and this node hold the same, what arrived has been read, and what it
    /// made this node say has reached them too: a referral that arrived is marked as received.
    fn reconcile(
        &self,
        running: &Synchronisation,
        only: Option<NodeId>,
        since: Since,
        progress: Progress<'_>,
    ) -> Result<Vec<PeerSummary>, ApiError> {
        let tip = self.journals.tip(&self.me);
        let wait = |progress: Progress<'_>| {
            running.reconcile(only, since, PATIENCE, &mut |received, sent| {
                progress(json!({ "step": "sync", "done": received + sent }));
            })
        };
        let first = wait(progress);
        self.follow(progress)?;
        self.take_back_own()?;
        self.reissue_orphaned()?;
        self.receive_referrals()?;
        self.carry_out_erasures()?;
        if first.iter().any(|it| it.in_sync) {
            self.settle_in_sync();
        }
        self.certify_quietly();
        let reached = first.iter().filter(|it| it.in_sync);
        let reached: BTreeSet<StructureId> = reached.filter_map(|it| it.structure).collect();
        self.review_blobs()?;
        if self.journals.tip(&self.me) == tip {
            if self.wanted_blobs()?.missing() > 0 {
                wait(progress);
            }
            self.give_blobs(&reached)?;
            return Ok(first);
        }
        let second = wait(progress);
        self.give_blobs(&reached)?;
        Ok(match since {
            Since::Start => second,
            Since::Now => first,
        })
    }

    fn sync_once(
        self: &Arc<Self>,
        only: Option<NodeId>,
        progress: Progress<'_>,
    ) -> Result<Vec<PeerSummary>, ApiError> {
        let config = self.home.config()?;
        let peers = configured_peers(&config)?;
        let options = Options {
            listen: Vec::new(),
            peers,
            discovery: config.discovery,
            only,
        };
        let running =
            Synchronisation::start(Arc::clone(self) as Arc<dyn Host>, &self.key, options)?;
        self.adopt(running);
        let summaries = self.running().map_or_else(
            || Ok(Vec::new()),
            |it| self.reconcile(&it, only, Since::Start, progress),
        );
        self.release();
        summaries
    }

    fn answer_summaries(&self, summaries: &[PeerSummary]) -> Outcome {
        if summaries.is_empty() {
            let text = "no other node is known yet: invite one, or add its address";
            return Err(ApiError::new("no_peer_known", ExitKind::Unreachable, text));
        }
        let reached = |it: &PeerSummary| it.structure.is_some() && it.failure.is_none();
        let peers: Vec<Value> = summaries
            .iter()
            .map(|summary| answers::summary(self, summary))
            .collect();
        if summaries.iter().any(reached) {
            return Ok(json!({ "peers": peers }));
        }
        let failures = || {
            summaries
                .iter()
                .filter_map(|summary| summary.failure.as_ref())
        };
        if failures().any(|failure| failure.code == "not_admitted_yet") {
            let outside = words::outside(self);
            return Err(outside.unwrap_or_else(|| {
                let text = "no peer knows yet that this node was admitted";
                ApiError::new("not_admitted_yet", ExitKind::Refused, text)
            }));
        }
        let text = "no peer could be reached; your work is safe here and goes out later";
        let mut details: Vec<_> = failures().map(super::errors::detail_of_failure).collect();
        // A host of several ports fails in one way.
        details.dedup();
        Err(ApiError::new("no_peer_reached", ExitKind::Unreachable, text).with_details(details))
    }

    /// Announces our addresses to the members, unless they know them.
    fn announce(&self, addresses: Vec<String>) -> Result<(), ApiError> {
        if self.addresses().get(&self.me) == Some(&addresses) {
            return Ok(());
        }
        self.say(Kind::ADDRESS, Addresses { addresses }.encode())
    }
}

impl Host for Member {
    fn journals(&self) -> &Journals {
        &self.journals
    }

    fn network(&self) -> NetworkId {
        self.network
    }

    fn engine(&self) -> Engine {
        let seed = clock::random::<8>().map_or(1, u64::from_be_bytes);
        let charter = Charter::clone(&self.charter());
        Engine::new(
            self.me,
            self.certificate.clone(),
            charter,
            self.journals.frontier(),
            seed,
        )
        .missing_bodies(self.left_out(), self.erased_bodies())
    }

    fn stored(&self, run: &VerifiedRun) {
        self.observe_authority(run.entries());
        self.follower.wake(run.entries().len());
    }

    fn put_back(&self, place: &Place, body: Vec<u8>) -> Result<(), StoreError> {
        self.journals.put_back(place, body)?;
        self.follower.body_came(*place);
        Ok(())
    }

    fn event(&self, event: &Event) {
        match event {
            Event::Holds { holder, seq, .. } => self.follower.note_holder(*holder, *seq),
            // Both rest on a peer's word, so nothing stops because of them. Entries that were lost
            // here arrive, verified, with the journal.
            Event::OwnJournalAhead { peer, seq } if *seq > self.journals.tip(&self.me).seq => {
                let text = "a peer holds later entries of this node than this home";
                self.alarm(
                    ApiError::new("own_journal_ahead", ExitKind::Failed, text)
                        .with("peer", peer.short())
                        .with("seq", seq),
                );
            }
            Event::Forked { author, peer } => {
                tracing::error!(?author, ?peer, "a journal has two branches");
                let alarm = if *author == self.me {
                    let text = "a peer holds another branch of this node's journal";
                    ApiError::new("own_journal_forked", ExitKind::Failed, text)
                        .with("peer", peer.short())
                } else {
                    let text = "a peer holds another branch of a journal";
                    ApiError::new("foreign_journal_forked", ExitKind::Failed, text)
                        .with("author", author.short())
                        .with("peer", peer.short())
                };
                self.alarm(alarm);
            }
            Event::Trusted { peer, .. }
            | Event::Ended {
                peer,
                by_peer: true,
                ..
            } => {
                self.follower.note_contact(*peer);
            }
            Event::InSync { .. } => self.follower.note_in_sync(),
            Event::BodiesMissing { author } => {
                tracing::warn!(?author, "bodies are missing that no erasure names");
            }
            Event::BlobGiven { hash, .. } => self.follower.note_given(BlobHash(*hash)),
            Event::CharterShown { entries } => self.follower.note_shown(entries),
            Event::OwnJournalAhead { .. } | Event::Ended { .. } | Event::CharterGrew => {}
        }
    }

    fn parted(&self, after: Tip, run: &VerifiedRun) {
        self.keep_proof(after, run);
    }

    fn replace_branch(&self, author: NodeId, after: Tip) -> Option<(Tip, Charter)> {
        self.put_branch_aside(author, after)
    }

    fn store_failed(&self, error: &StoreError) {
        self.alarm(ApiError::from_coded(error));
    }

    fn answer_join(&self, peer: NodeId, exporter: &Exporter, request: &JoinRequest) -> JoinAnswer {
        self.decide_on(peer, exporter, request)
    }

    fn known_addresses(&self) -> Vec<(NodeId, Vec<String>)> {
        self.addresses()
            .into_iter()
            .filter(|(node, _)| self.is_member(node))
            .collect()
    }

    fn is_member(&self, node: &NodeId) -> bool {
        self.charter().structure_of(node).is_some()
    }

    fn blob_piece(&self, hash: &BlobHash, offset: u64, max_bytes: usize) -> (u64, Vec<u8>) {
        self.blobs.piece(hash, offset, max_bytes)
    }

    fn take_blob(&self, hash: &BlobHash, bytes: &[u8]) {
        self.keep_sent_blob(hash, bytes);
    }

    fn listening(&self, addresses: &[SocketAddr]) {
        let configured = self
            .home
            .config()
            .map(|it| it.public_addresses)
            .unwrap_or_default();
        let mut said = configured;
        said.extend(addresses.iter().map(ToString::to_string));
        said.truncate(sync_protocol::address::MAX_ADDRESSES);
        if let Err(error) = self.announce(said) {
            tracing::warn!(%error, "this node's addresses could not be announced");
        }
    }
}

/// The thread that lets the replica follow while peers deliver, and keeps account of who holds
/// our journal: both wait for the disk, which the network must not.
#[derive(Debug, Default)]
pub(super) struct Follower {
    shared: Arc<Shared>,
    /// Held by whoever marks referrals as received.
    pub(super) receiving: Mutex<()>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Shared {
    work: Mutex<Work>,
    woken: Condvar,
    stopping: AtomicBool,
}

#[derive(Debug, Default)]
struct Work {
    behind: bool,
    /// Entries that arrived since work was last taken up.
    arrived: usize,
    holders: BTreeMap<Prefix, u64>,
    contacts: BTreeSet<NodeId>,
    /// Entries whose bodies came later than they.
    bodies: BTreeSet<Place>,
    /// A peer holds all that is held here.
    in_sync: bool,
    /// Blobs that another node was sent.
    given: BTreeSet<BlobHash>,
    /// Other blobs may be wanted than synchronisation knows.
    blobs: bool,
    /// What a peer showed of the charter.
    shown: Vec<SignedEntry>,
}

impl Work {
    fn is_empty(&self) -> bool {
        let news = self.behind || self.in_sync || self.blobs;
        let none = self.holders.is_empty() && self.contacts.is_empty() && self.bodies.is_empty();
        !news && none && self.given.is_empty() && self.shown.is_empty()
    }
}

impl Follower {
    fn start(&self, member: Weak<Member>) {
        let mut thread = lock(&self.thread);
        if thread.is_some() {
            return;
        }
        self.shared.stopping.store(false, Ordering::SeqCst);
        let shared = Arc::clone(&self.shared);
        let spawned = std::thread::Builder::new()
            .name("follower".into())
            .spawn(move || shared.run(&member))
            .expect("the system grants a thread to a process");
        *thread = Some(spawned);
    }

    fn stop(&self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        self.shared.woken.notify_all();
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
    }

    pub(super) fn wake(&self, entries: usize) {
        let mut work = lock(&self.shared.work);
        work.behind = true;
        work.arrived += entries;
        drop(work);
        self.shared.woken.notify_one();
    }

    fn body_came(&self, place: Place) {
        lock(&self.shared.work).bodies.insert(place);
        self.shared.woken.notify_one();
    }

    fn note_contact(&self, peer: NodeId) {
        lock(&self.shared.work).contacts.insert(peer);
        self.shared.woken.notify_one();
    }

    fn note_in_sync(&self) {
        lock(&self.shared.work).in_sync = true;
        self.shared.woken.notify_one();
    }

    fn note_given(&self, hash: BlobHash) {
        lock(&self.shared.work).given.insert(hash);
        self.shared.woken.notify_one();
    }

    pub(super) fn look_for_blobs(&self) {
        lock(&self.shared.work).blobs = true;
        self.shared.woken.notify_one();
    }

    fn note_shown(&self, entries: &[SignedEntry]) {
        lock(&self.shared.work).shown.extend_from_slice(entries);
        self.shared.woken.notify_one();
    }

    fn note_holder(&self, holder: Prefix, seq: u64) {
        lock(&self.shared.work).holders.insert(holder, seq);
        self.shared.woken.notify_one();
    }
}

impl Shared {
    /// While a peer delivers much at once, waits until it pauses; what is little is not kept
    /// waiting. Following each run as it comes would touch every record again and again.
    fn until_calm(&self, behind: u64) {
        let since = Instant::now();
        let mut work = lock(&self.work);
        let mut seen = None;
        while behind >= MANY_ENTRIES
            && seen != Some(work.arrived)
            && since.elapsed() < LONGEST_WAIT
            && !self.stopping.load(Ordering::SeqCst)
        {
            seen = Some(work.arrived);
            let waited = self
                .woken
                .wait_timeout_while(work, CALM, |_| !self.stopping.load(Ordering::SeqCst));
            work = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    fn run(&self, member: &Weak<Member>) {
        loop {
            let work = {
                let mut work = lock(&self.work);
                while work.is_empty() && !self.stopping.load(Ordering::SeqCst) {
                    work = self
                        .woken
                        .wait(work)
                        .unwrap_or_else(std::sync::PoisonError::into_inner);
                }
                std::mem::take(&mut *work)
            };
            let Some(member) = member.upgrade() else {
                return;
            };
            if !work.contacts.is_empty() {
                member.note_contacts(&work.contacts);
            }
            if !work.holders.is_empty() {
                member.note_holders(work.holders);
            }
            if !work.shown.is_empty() {
                member.heed_shown(&work.shown);
            }
            if work.in_sync {
                member.forget_retired();
            }
            if !work.bodies.is_empty()
                && let Err(error) = member.follow_late(&work.bodies)
            {
                tracing::error!(%error, "the read model cannot follow");
                member.alarm(error);
            }
            for hash in &work.given {
                if let Err(error) = member.forget_ungiven(hash) {
                    tracing::warn!(%error, "that a blob was given could not be noted");
                }
            }
            if work.behind {
                if let Err(error) =
                    member.follow_when(&|behind| self.until_calm(behind), &mut |_| {})
                {
                    tracing::error!(%error, "the read model cannot follow");
                    member.alarm(error);
                }
                if let Err(error) = member.take_back_own() {
                    tracing::error!(%error, "own entries could not be taken from the outbox");
                }
                if let Err(error) = member.reissue_orphaned() {
                    tracing::warn!(%error, "own edits could not be written again");
                }
                if let Err(error) = member.receive_referrals() {
                    tracing::warn!(%error, "received referrals could not be marked");
                }
                if let Err(error) = member.carry_out_erasures() {
                    tracing::error!(%error, "erasures could not be carried out");
                    member.alarm(error);
                }
                member.certify_quietly();
            }
            if work.in_sync {
                member.settle_in_sync();
            }
            if (work.behind || work.blobs)
                && let Err(error) = member.review_blobs()
            {
                tracing::error!(%error, "the blobs that are wanted cannot be told");
                member.alarm(error);
            }
            if self.stopping.load(Ordering::SeqCst) {
                return;
            }
        }
    }
}
