//! A node of these tests: key, journal, and copy of the registry.

use std::sync::Arc;

use capactif_node::registry::{Fields, Value};
use capactif_node::replica::{
    Applied, Author, Authority, Deed, Edits, NotPermitted, Replica, Ruling, Setup,
};
use capactif_node::territory::Territory;
use capactif_node::view::Standing;
use capactif_tests::forged::Forged;
use ed25519_dalek::SigningKey;
use sync_protocol::body;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{NodeId, RecordId, Salt, StructureId, VersionId};
use sync_protocol::run::{Statement, VerifiedRun, sign};
use sync_protocol::time::Timestamp;

use crate::NETWORK;

/// A node: its key, its journal as it travels, and its copy of the registry.
pub(crate) struct Station {
    pub(crate) key: SigningKey,
    pub(crate) replica: Replica,
    pub(crate) tip: Tip,
    pub(crate) runs: Vec<VerifiedRun>,
    pub(crate) folder: tempfile::TempDir,
}

/// Every station is a structure of its own, and may do everything: what is hostile here is refused
/// whatever the charter says.
#[derive(Debug)]
struct Everybody;

impl Authority for Everybody {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        Some(StructureId(node.0))
    }

    fn rule(&self, _: &Entry, _: &[Deed]) -> Ruling {
        Ruling::Counts
    }

    fn permit(&self, _: &StructureId, _: &[Deed]) -> Result<(), Box<NotPermitted>> {
        Ok(())
    }

    fn standing(&self, _: &NodeId) -> Standing {
        Standing {
            fingerprint: [0; 32],
            free_up_to: u64::MAX,
        }
    }

    fn falls_back(&self, _: &VersionId, _: &VersionId) -> bool {
        false
    }
}

pub(crate) fn open(folder: &tempfile::TempDir, me: NodeId) -> Replica {
    let path = folder.path().join("registry.sqlite");
    let (territory, everybody) = (Territory::embedded(), Arc::new(Everybody));
    Replica::open(Setup::registry(&path, NETWORK, me, territory, everybody)).unwrap()
}

pub(crate) fn follow(replica: &mut Replica, entries: &[Entry]) -> Applied {
    replica.apply(entries, &mut |_| {}).unwrap()
}

impl Station {
    pub(crate) fn new(seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let folder = tempfile::tempdir().unwrap();
        let replica = open(&folder, NodeId(key.verifying_key().to_bytes()));
        Self {
            key,
            replica,
            tip: Tip::EMPTY,
            runs: Vec::new(),
            folder,
        }
    }

    pub(crate) fn id(&self) -> NodeId {
        NodeId(self.key.verifying_key().to_bytes())
    }

    pub(crate) fn author(&self) -> Author {
        Author {
            structure: StructureId(self.id().0),
            next_seq: self.tip.seq + 1,
            person: None,
        }
    }

    /// Signs one entry, whatever it says.
    pub(crate) fn say(&mut self, (kind, subject, body): Said) -> Vec<Entry> {
        let statement = Statement {
            charter: VersionId::ZERO,
            kind,
            subject,
            time: Timestamp(1_790_000_000_000),
            body,
        };
        let run = sign(NETWORK, &self.key, self.tip, vec![statement]).remove(0);
        self.tip = run.last();
        let entries = run.entries().to_vec();
        self.runs.push(run);
        entries
    }

    pub(crate) fn create(&mut self, salt: u8, fields: Fields) -> (RecordId, Place) {
        let author = self.author();
        let salt = Salt([salt; 32]);
        let draft = self
            .replica
            .draft_create(&author, "opportunity", salt, fields);
        let draft = draft.unwrap();
        let entries = self.say((draft.kind, draft.subject, draft.body));
        assert_eq!(follow(&mut self.replica, &entries).accepted, 1);
        (draft.record, entries[0].place())
    }

    /// What an honest edit of the number of jobs would say, without saying it.
    pub(crate) fn draft(&mut self, record: RecordId, headcount: i64) -> Said {
        self.draft_of(record, fields([("headcount", Value::Integer(headcount))]))
    }

    pub(crate) fn draft_of(&mut self, record: RecordId, fields: Fields) -> Said {
        let author = self.author();
        let edits = Edits::set(fields);
        let draft = self.replica.draft_change(&author, record, edits);
        self.replica.discard_drafts();
        let draft = draft.unwrap().unwrap();
        (draft.kind, draft.subject, draft.body)
    }

    /// The same, to be altered.
    pub(crate) fn forge(&mut self, record: RecordId, alter: impl FnOnce(&mut Forged)) -> Said {
        // The title was written once, long before the last change.
        let title = Value::Text(format!("Boulangerie {}", self.tip.seq));
        let (kind, subject, body) = self.draft_of(record, fields([("title", title)]));
        let mut forged = Forged::of(&body::Change::decode(&body).unwrap());
        assert_eq!(forged.encode(), body, "taken apart and put together again");
        alter(&mut forged);
        (kind, subject, forged.encode())
    }

    pub(crate) fn edit(&mut self, record: RecordId, headcount: i64) {
        let said = self.draft(record, headcount);
        let entries = self.say(said);
        assert_eq!(follow(&mut self.replica, &entries).accepted, 1);
    }

    /// Reads what `other` said beyond what was read of it.
    pub(crate) fn pull(&mut self, other: &Self) -> Applied {
        let read = self.replica.positions().get(&other.id()).copied();
        let entries: Vec<Entry> = entries(&other.runs)
            .filter(|it| it.header.seq > read.unwrap_or(0))
            .cloned()
            .collect();
        follow(&mut self.replica, &entries)
    }

    pub(crate) fn digest(&self) -> String {
        self.replica.reader().digest().unwrap().to_string()
    }

    pub(crate) fn refused(&self) -> Vec<(u64, String)> {
        let refused = self.replica.reader().refused(100).unwrap();
        refused.into_iter().map(|it| (it.seq, it.code)).collect()
    }
}

pub(crate) type Said = (Kind, Option<Place>, Vec<u8>);

pub(crate) fn entries(runs: &[VerifiedRun]) -> impl Iterator<Item = &Entry> {
    runs.iter().flat_map(VerifiedRun::entries)
}

pub(crate) fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Fields {
    let named = |(name, value): (&str, Value)| (name.to_owned(), value);
    pairs.into_iter().map(named).collect()
}

pub(crate) fn bakery() -> Fields {
    let text = |text: &str| Value::Text(text.to_owned());
    fields([
        ("kind", text("business_takeover")),
        ("title", text("Boulangerie à reprendre")),
        ("summary", text("Four à bois, fidèle clientèle.")),
        ("headcount", Value::Integer(2)),
    ])
}
