//! How a member's node is opened: keys, store, outbox, charter, read model.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, RwLock};

use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::{Certificate, Charter, Version};
use sync_protocol::entry::Kind;
use sync_protocol::id::{NetworkId, NodeId};
use sync_protocol::run;

use crate::api::{ApiError, ExitKind};
use crate::home::Home;
use crate::home::keys::KeyName;
use crate::home::membership::Membership;
use crate::node::hosting::Follower;
use crate::replica::{Replica, Setup};
use crate::store::{Journals, OpenOptions, Outbox};
use crate::territory::Territory;

use super::{Member, PINNED};

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
        let options = OpenOptions {
            kind: home.config()?.store,
            ..OpenOptions::default()
        };
        let journals = Journals::open_with(&home.store(), &options)?;
        Self::over(home, membership, territory, journals)
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
        replay(&journals, network, &outbox)?;

        let authority = journals.authority()?;
        let charter = read_charter(&journals, &authority, membership)?;
        let certificate = own_certificate(&authority, network, me)?;
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
            follower: Follower::default(),
            journals,
        });
        member.read_addresses()?;
        member.read_holders()?;
        member.follow(&mut |_| {})?;
        Ok(member)
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

fn read_charter(
    journals: &Journals,
    authority: &[SignedEntry],
    membership: &Membership,
) -> Result<Charter, ApiError> {
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
        .filter_map(|body| Version::decode(body).ok())
        .find(|version| version.id() == membership.charter)
        .ok_or_else(unknown)?;
    let mut charter = Charter::pinned(membership.network, version);
    charter.observe_all(authority.iter().map(|held| &held.entry));
    Ok(charter)
}

/// Our certificate: the first entry of our journal.
fn own_certificate(
    authority: &[SignedEntry],
    network: NetworkId,
    me: NodeId,
) -> Result<Vec<u8>, ApiError> {
    let own = authority
        .iter()
        .find(|held| held.entry.header.author == me && held.entry.header.seq == 1)
        .and_then(|held| held.entry.body.as_ref());
    let certificate = own.filter(|body| {
        Certificate::decode(me, body).is_ok_and(|certificate| certificate.verify(network).is_ok())
    });
    certificate.cloned().ok_or_else(|| {
        let text = "this node's journal does not open with its certificate";
        ApiError::new("certificate_missing", ExitKind::Failed, text)
    })
}
