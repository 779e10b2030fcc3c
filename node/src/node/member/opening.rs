//! How a member's node is opened: keys, store, outbox, charter, read model.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use data_encoding::HEXLOWER;
use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::{Certificate, Charter, Version};
use sync_protocol::entry::Kind;
use sync_protocol::id::{NetworkId, NodeId, StructureId};
use sync_protocol::run::{self, VerifiedRun};

use crate::api::{ApiError, ExitKind};
use crate::blobs::BlobStore;
use crate::home::Home;
use crate::home::credentials::Credentials;
use crate::home::keys::KeyName;
use crate::home::membership::Membership;
use crate::node::blobs::BlobWork;
use crate::node::charter::shown;
use crate::node::erasure::Erasing;
use crate::node::hosting::Follower;
use crate::node::identities::Identities;
use crate::node::repair::refuse_unfinished_repair;
use crate::node::transfers::Transferring;
use crate::replica::{Authority, Replica, Setup};
use crate::store::{Journals, OpenOptions, Outbox, OutboxRun, beyond};
use crate::territory::Territory;

use super::governance::Governance;
use super::{Member, PINNED, lock};

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
        refuse_unfinished_repair(home)?;
        let options = OpenOptions {
            kind: home.config()?.store,
            ..OpenOptions::default()
        };
        let journals = Journals::open_with(&home.store(), &options)?;
        let member = Self::over(home, membership, territory, journals)?;
        member.settle_identities_at_opening();
        if let Err(error) = member.delete_unnamed_blobs() {
            tracing::warn!(%error, "blobs that nothing names could not be looked for");
        }
        Ok(member)
    }

    pub(in crate::node) fn over(
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
        let damaged_pieces = outbox.damaged();
        replay(&journals, network, outbox.runs())?;
        let ahead = beyond(outbox.runs(), &journals.tips()).next().is_some();

        let authority = journals.authority()?;
        let credentials = home.credentials();
        let noted = |hex: fn(&Credentials) -> &String| {
            let bytes = credentials
                .as_ref()
                .map(|it| HEXLOWER.decode(hex(it).as_bytes()));
            bytes.and_then(Result::ok)
        };
        let (version, charter) =
            read_charter(&journals, &authority, membership, noted(|it| &it.charter))?;
        let certificate = own_certificate(&authority, network, me)
            .or_else(|| noted(|it| &it.certificate).filter(|body| certifies(body, network, me)))
            .or_else(|| issued_again(home, membership, me))
            .ok_or_else(|| {
                let text = "this node's journal does not open with its certificate";
                ApiError::new("certificate_missing", ExitKind::Failed, text)
            })?;
        let current = Credentials {
            node: me,
            certificate: HEXLOWER.encode(&certificate),
            charter: HEXLOWER.encode(&version),
        };
        if credentials.as_ref() != Some(&current) {
            home.set_credentials(&current)?;
        }
        let quota_bytes = home.config()?.blob_quota_mb.saturating_mul(1_000_000);
        let blobs = BlobStore::open(&home.blobs(), quota_bytes)?;
        let identities = Identities::open(
            home,
            &journals,
            (network, membership.structure, me),
            charter.root_state(&membership.structure),
        )?;
        let view = home.view();
        let (charter, journals) = (Arc::new(charter), Arc::new(journals));
        let structure = membership.structure;
        let governance =
            Governance::new(Arc::clone(&charter), me, structure, Arc::clone(&journals));
        let governance = Arc::new(governance);
        let authority = Arc::clone(&governance) as Arc<dyn Authority>;
        let setup = Setup::registry(&view, network, me, territory, authority);
        let replica = Replica::open(setup)?;
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
            blobs,
            blob_work: BlobWork::default(),
            logging: Mutex::new(()),
            announcing: Mutex::new(()),
            outbox: Mutex::new(outbox),
            outbox_ahead: AtomicBool::new(ahead),
            replica: Mutex::new(replica),
            charter: RwLock::new(charter),
            governance: Mutex::new(governance),
            obeyed: Mutex::new(None),
            identities: RwLock::new(identities),
            stating: Mutex::new(()),
            resealing: Mutex::new(()),
            addresses: RwLock::new(BTreeMap::new()),
            holders: Mutex::new(BTreeMap::new()),
            writing: Mutex::new(()),
            paused: Mutex::new(BTreeSet::new()),
            alarms: Mutex::new(BTreeMap::new()),
            synchronisation: Mutex::new(None),
            notifier: RwLock::new(None),
            follower: Follower::default(),
            erasing: Erasing::default(),
            transferring: Transferring::default(),
            journals,
        });
        member.read_addresses()?;
        member.read_holders()?;
        member.read_ungiven()?;
        member.settle_outbox()?;
        if damaged_pieces > 0 {
            let text = "pieces of the outbox were damaged; the journal holds all of them";
            let alarm = ApiError::new("outbox_was_damaged", ExitKind::Failed, text)
                .with("count", damaged_pieces)
                .with("path", home.outbox().display());
            member.alarm(alarm);
        }
        member.renew_stale_view()?;
        member.follow(&mut |_| {})?;
        member.heal_erasures()?;
        Ok(member)
    }

    /// Makes the outbox know all that this node wrote: an outbox that lost something, or an older
    /// version's, does not.
    fn settle_outbox(&self) -> Result<(), ApiError> {
        let tip = self.journals.tip(&self.me).seq;
        let mut outbox = lock(&self.outbox);
        let used = outbox.used(&self.me);
        if !outbox.is_doubtful() && used.is_some_and(|used| used >= tip) {
            return Ok(());
        }
        if used.is_some_and(|used| used > tip) {
            // Numbers beyond the journal are used: nothing here says what else was lost.
            return Ok(());
        }
        let safe = self.safe_elsewhere(&self.holders());
        let stored = self.journals.runs_after(&self.me, safe, usize::MAX)?;
        let runs = stored.into_iter().filter_map(OutboxRun::of_wire).collect();
        Ok(outbox.settle(&self.me, tip, runs)?)
    }

    /// Takes own entries back from the outbox once what came before them has come back from a
    /// peer or a bundle, and passes them on.
    pub(in crate::node) fn take_back_own(&self) -> Result<(), ApiError> {
        if !self.outbox_ahead.load(Ordering::SeqCst) {
            return Ok(());
        }
        let _writing = lock(&self.writing);
        let waiting = lock(&self.outbox).runs().to_vec();
        let taken = replay(&self.journals, self.network, &waiting)?;
        let ahead = beyond(&waiting, &self.journals.tips()).next().is_some();
        self.outbox_ahead.store(ahead, Ordering::SeqCst);
        if taken.is_empty() {
            return Ok(());
        }
        self.follow(&mut |_| {})?;
        for run in taken {
            self.notify(run);
        }
        Ok(())
    }

    /// Refuses to write while this node's own journal is shorter here than it is: the next entry
    /// would take a number that another entry has.
    pub(in crate::node) fn require_own_journal(&self) -> Result<(), ApiError> {
        let held = self.journals.tip(&self.me).seq;
        let used = lock(&self.outbox).used(&self.me);
        if used == Some(u64::MAX) {
            let text = "this node's journal may be longer elsewhere, and its key may not be used \
                        for new entries";
            return Err(ApiError::new("own_journal_closed", ExitKind::Refused, text));
        }
        if held > 0 && used.is_none_or(|used| used <= held) {
            return Ok(());
        }
        let text = "this node's own journal is not complete here yet";
        Err(
            ApiError::new("own_journal_incomplete", ExitKind::Refused, text)
                .with("held", held)
                .with("used", used.unwrap_or(1).max(1)),
        )
    }
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

/// Own runs that the store lost are taken back from the outbox; returns those.
pub(in crate::node) fn replay(
    journals: &Journals,
    network: NetworkId,
    runs: &[OutboxRun],
) -> Result<Vec<Arc<VerifiedRun>>, ApiError> {
    let mut taken = Vec::new();
    for waiting in beyond(runs, &journals.tips()) {
        let tip = journals.tip(&waiting.author);
        // What came back from a peer may end in the middle of a run.
        let cut = run::recompose(network, tip.seq, &[Arc::clone(&waiting.wire)]);
        let wire = cut.ok().and_then(|cut| cut.into_iter().next());
        let wire = wire.as_ref().unwrap_or(&waiting.wire);
        match run::verify(network, tip, wire) {
            Ok(run) => {
                let run = Arc::new(run);
                journals.append(vec![Arc::clone(&run)])?;
                taken.push(run);
            }
            Err(error) => tracing::warn!(%error, "a run of the outbox does not fit the store"),
        }
    }
    if !taken.is_empty() {
        tracing::warn!(runs = taken.len(), "own entries taken from the outbox");
    }
    Ok(taken)
}

fn read_charter(
    journals: &Journals,
    authority: &[SignedEntry],
    membership: &Membership,
    noted: Option<Vec<u8>>,
) -> Result<(Vec<u8>, Charter), ApiError> {
    let unknown = || {
        ApiError::new(
            "charter_missing",
            ExitKind::Failed,
            "the charter version this home relies on is not in its store",
        )
        .with("version", membership.charter.short())
    };
    let pinned = journals.get_meta(PINNED)?;
    let proposed = authority
        .iter()
        .filter(|held| held.entry.header.kind == Kind::PROPOSE);
    let version = pinned
        .as_deref()
        .into_iter()
        .chain(proposed.filter_map(|held| held.entry.body.as_deref()))
        .chain(noted.as_deref())
        .filter_map(|body| Version::decode(body).ok())
        .find(|version| version.id() == membership.charter)
        .ok_or_else(unknown)?;
    let encoded = version.encode();
    let mut charter = Charter::pinned(membership.network, version);
    charter.observe_all(authority.iter().map(|held| &held.entry));
    let shown = shown::entries(journals, membership.network)?;
    charter.believe(shown.iter().map(|held| &held.entry));
    Ok((encoded, charter))
}

/// Our certificate: the first entry of our journal.
fn own_certificate(authority: &[SignedEntry], network: NetworkId, me: NodeId) -> Option<Vec<u8>> {
    let own = authority
        .iter()
        .find(|held| held.entry.header.author == me && held.entry.header.seq == 1)
        .and_then(|held| held.entry.body.clone());
    own.filter(|body| certifies(body, network, me))
}

fn certifies(body: &[u8], network: NetworkId, me: NodeId) -> bool {
    Certificate::decode(me, body).is_ok_and(|certificate| certificate.verify(network).is_ok())
}

/// The same certificate once more, where the structure's root key is at hand: signing is
/// deterministic.
fn issued_again(home: &Home, membership: &Membership, me: NodeId) -> Option<Vec<u8>> {
    let root = home.key(KeyName::Root).ok().flatten()?;
    let (network, structure) = (membership.network, membership.structure);
    let issued = Certificate::issue(network, structure, &root.signing_key(), me);
    (StructureId::derive(&root.root_key()) == structure).then(|| issued.encode())
}
