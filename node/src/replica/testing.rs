//! Replicas for tests: a collection, nodes that write unsigned entries, and their exchange.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use sync_protocol::body::Create;
use sync_protocol::charter::DeniedReason;
use sync_protocol::entry::{Entry, Header, Kind, Place, body_hash};
use sync_protocol::id::{EntryId, NetworkId, NodeId, RecordId, Salt, StructureId, VersionId};
use sync_protocol::time::Timestamp;

use super::{
    Act, Applied, Author, Authority, Deed, Draft, Edits, NotPermitted, Rejudged, Replica, Ruling,
    Setup, What,
};
use crate::registry::{Collection, Field, FieldKind, Fields, Value, Visibility};
use crate::view::{Commune, Record, Standing};

const fn public(name: &'static str, kind: FieldKind) -> Field {
    Field::new("opportunity", name, kind, Visibility::Public)
}

/// A small stand-in for the registry's collections.
pub(crate) static COLLECTIONS: &[&Collection] = &[
    &Collection {
        name: "opportunity",
        title: "title",
        fields: &[
            public("title", FieldKind::Text(150)),
            public(
                "kind",
                FieldKind::Enum(&["premises", "land", "business_takeover"]),
            ),
            public("status", FieldKind::Enum(&["draft", "published", "filled"])),
            public("summary", FieldKind::Prose(5000)),
            public("insee_code", FieldKind::Commune),
            public("latitude", FieldKind::Degrees(-90, 90)),
            public("longitude", FieldKind::Degrees(-180, 180)),
            public("price_min", FieldKind::Cents),
            public("price_max", FieldKind::Cents),
            public("surface_m2", FieldKind::Decimal),
            public("headcount", FieldKind::Integer(0, 100_000)),
            public("with_housing", FieldKind::Flag),
            public("available_from", FieldKind::Date),
            public("farm_production", FieldKind::TextList),
            public("contact", FieldKind::Ref("agent")),
            public("note", FieldKind::Text(500)),
            public("phone", FieldKind::Telephone),
            public("expired", FieldKind::Derived),
            Field::new(
                "opportunity",
                "seller_name",
                FieldKind::Text(150),
                Visibility::Sealed,
            ),
        ],
    },
    &Collection {
        name: "agent",
        title: "name",
        fields: &[
            public("name", FieldKind::Text(150)),
            public("themes", FieldKind::EnumList(&["a", "b", "c"])),
        ],
    },
];

pub(crate) const NETWORK: NetworkId = NetworkId([0xAA; 32]);

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

pub(crate) fn set(items: &[&str]) -> Value {
    Value::Set(members(items))
}

pub(crate) fn members(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

pub(crate) fn fields<const N: usize>(pairs: [(&str, Value); N]) -> Fields {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Nodes of even numbers belong to one structure, the others each to their own.
pub(crate) fn structure_of(node: &NodeId) -> Option<StructureId> {
    match node.0[0] {
        0xFF => None,
        even if even % 2 == 0 => Some(StructureId([0xE0; 32])),
        odd => Some(StructureId([odd; 32])),
    }
}

/// Lets everybody do everything, or what a test says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Anyone {
    /// Nodes whose entries count up to a number only.
    pub(crate) heads: BTreeMap<NodeId, u64>,
    /// Nodes whose entries wait.
    pub(crate) suspended: BTreeSet<NodeId>,
    /// Themes that nobody may write about.
    pub(crate) forbidden: BTreeSet<String>,
}

impl Authority for Anyone {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        structure_of(node)
    }

    fn rule(&self, entry: &Entry, deeds: &[Deed]) -> Ruling {
        let Place { author, seq } = entry.place();
        if self.permit(&StructureId([0; 32]), deeds).is_err() {
            return Ruling::Refused("not_granted");
        }
        if self.heads.get(&author).is_some_and(|head| seq > *head) {
            return Ruling::Refused("beyond_head");
        }
        if self.suspended.contains(&author) {
            return Ruling::Waits("author_suspended");
        }
        Ruling::Counts
    }

    fn permit(&self, _: &StructureId, deeds: &[Deed]) -> Result<(), Box<NotPermitted>> {
        let is_forbidden = |deed: &&Deed| {
            let theme = deed.theme.as_ref();
            deed.what != What::Report && theme.is_some_and(|it| self.forbidden.contains(it))
        };
        match deeds.iter().find(is_forbidden) {
            None => Ok(()),
            Some(deed) => Err(Box::new(NotPermitted {
                deed: deed.clone(),
                reason: DeniedReason::NoMandate,
                who_may: Vec::new(),
            })),
        }
    }

    fn standing(&self, node: &NodeId) -> Standing {
        let head = self.heads.get(node).copied();
        let suspended = self.suspended.contains(node);
        let mut fingerprint = [0; 32];
        fingerprint[..8].copy_from_slice(&head.unwrap_or(u64::MAX).to_be_bytes());
        fingerprint[8] = u8::from(suspended);
        Standing {
            fingerprint,
            free_up_to: if suspended {
                0
            } else {
                head.unwrap_or(u64::MAX)
            },
        }
    }

    fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool {
        cited < before
    }
}

/// A node with its journal and what it has of the others'.
pub(crate) struct TestNode {
    pub(crate) id: NodeId,
    pub(crate) replica: Replica,
    pub(crate) journal: Vec<Entry>,
    pub(crate) clock: u64,
    pub(crate) folder: tempfile::TempDir,
}

impl TestNode {
    pub(crate) fn new(number: u8) -> Self {
        Self::knowing(number, COLLECTIONS)
    }

    /// A node whose version knows these collections.
    pub(crate) fn knowing(number: u8, collections: &'static [&'static Collection]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let id = NodeId([number; 32]);
        let replica = open_knowing(folder.path(), id, collections);
        Self {
            id,
            replica,
            journal: Vec::new(),
            clock: 1_790_000_000_000,
            folder,
        }
    }

    pub(crate) fn reopen(self) -> Self {
        let Self {
            id,
            replica,
            journal,
            clock,
            folder,
        } = self;
        drop(replica);
        let replica = open(folder.path(), id);
        Self {
            id,
            replica,
            journal,
            clock,
            folder,
        }
    }

    pub(crate) fn author(&self) -> Author {
        Author {
            structure: structure_of(&self.id).unwrap(),
            next_seq: self.journal.len() as u64 + 1,
            person: None,
        }
    }

    /// Appends a draft to the journal without applying it.
    pub(crate) fn record(&mut self, draft: Draft) -> Entry {
        assert_eq!(draft.seq, self.journal.len() as u64 + 1);
        self.push(draft.kind, draft.subject, draft.body)
    }

    pub(crate) fn push(&mut self, kind: Kind, subject: Option<Place>, body: Vec<u8>) -> Entry {
        self.clock += 1_000;
        let previous = self.journal.last().map_or(EntryId::ZERO, |entry| entry.id);
        let header = Header {
            network: NETWORK,
            author: self.id,
            seq: self.journal.len() as u64 + 1,
            previous,
            charter: VersionId::ZERO,
            kind,
            subject,
            time: Timestamp(self.clock),
            body_bytes: body.len() as u32,
            body_hash: body_hash(&body),
        };
        let entry = Entry {
            id: header.id(),
            header,
            body: Some(body),
        };
        self.journal.push(entry.clone());
        entry
    }

    pub(crate) fn apply(&mut self, entries: &[Entry]) -> Applied {
        self.replica.apply(entries, &mut |_| {}).unwrap()
    }

    /// Obeys this authority from now on, and judges anew by it.
    pub(crate) fn obey(&mut self, authority: Anyone) -> Rejudged {
        self.replica.govern(Arc::new(authority));
        self.rejudge(&[])
    }

    /// Judges anew; `others` are further journals held.
    pub(crate) fn rejudge(&mut self, others: &[&Self]) -> Rejudged {
        let journals: Vec<&[Entry]> = std::iter::once(&*self.journal)
            .chain(others.iter().map(|it| &*it.journal))
            .collect();
        let read = |places: &[Place]| {
            let held = journals.iter().flat_map(|journal| journal.iter());
            let found = held
                .filter(|entry| places.contains(&entry.place()))
                .cloned();
            Ok::<_, super::ReplicaError>(found.collect())
        };
        self.replica.rejudge(&read).unwrap()
    }

    pub(crate) fn create(&mut self, salt: u8, values: Fields) -> RecordId {
        let author = self.author();
        let salt = Salt([salt; 32]);
        let draft = self
            .replica
            .draft_create(&author, "opportunity", salt, values)
            .unwrap();
        let record = draft.record;
        let entry = self.record(draft);
        let applied = self.apply(std::slice::from_ref(&entry));
        assert_eq!(applied.accepted, 1);
        record
    }

    /// Edits; whether anything changed.
    pub(crate) fn edit(&mut self, record: RecordId, edits: Edits) -> bool {
        let author = self.author();
        let Some(draft) = self.replica.draft_change(&author, record, edits).unwrap() else {
            return false;
        };
        let entry = self.record(draft);
        assert_eq!(self.apply(&[entry]).accepted, 1);
        true
    }

    pub(crate) fn set<const N: usize>(
        &mut self,
        record: RecordId,
        pairs: [(&str, Value); N],
    ) -> bool {
        self.edit(record, Edits::set(fields(pairs)))
    }

    pub(crate) fn get(&self, record: &RecordId) -> Record {
        self.replica.reader().get(record).unwrap().unwrap()
    }

    pub(crate) fn digest(&self) -> String {
        self.replica.reader().digest().unwrap().to_string()
    }

    /// What `other` wrote and this node has not read.
    pub(crate) fn lacks(&self, other: &Self) -> Vec<Entry> {
        let position = self
            .replica
            .positions()
            .get(&other.id)
            .copied()
            .unwrap_or(0);
        other.journal[position as usize..].to_vec()
    }

    /// Reads what `other` wrote.
    pub(crate) fn pull(&mut self, other: &Self) -> Applied {
        let entries = self.lacks(other);
        self.apply(&entries)
    }
}

/// The record that each creating entry makes.
pub(crate) fn records(entries: &[Entry]) -> HashMap<Place, RecordId> {
    let created = entries.iter().filter(|it| it.header.kind == Kind::CREATE);
    let record = |entry: &Entry| {
        let create = Create::decode(entry.body.as_ref().unwrap()).unwrap();
        let structure = structure_of(&entry.header.author).unwrap();
        RecordId::derive(&NETWORK, &structure, &create.collection, &create.salt)
    };
    created
        .map(|entry| (entry.place(), record(entry)))
        .collect()
}

/// The record that an entry is about.
pub(crate) fn record_of(entry: &Entry, records: &HashMap<Place, RecordId>) -> RecordId {
    records[&entry.header.subject.unwrap_or_else(|| entry.place())]
}

pub(crate) fn open(folder: &std::path::Path, me: NodeId) -> Replica {
    open_knowing(folder, me, COLLECTIONS)
}

fn open_knowing(
    folder: &std::path::Path,
    me: NodeId,
    collections: &'static [&'static Collection],
) -> Replica {
    Replica::open(Setup {
        path: &folder.join("view").join("registry.sqlite"),
        network: NETWORK,
        me,
        collections,
        precedence: Some(published_first),
        communes: communes(),
        authority: Arc::new(Anyone::default()),
    })
    .unwrap()
}

/// A precedence of states for tests.
fn published_first(_: &Collection, field: &str, values: &[Value]) -> Option<usize> {
    if field != "status" {
        return None;
    }
    let rank = |value: &Value| match value {
        Value::Text(text) => match text.as_str() {
            "filled" => 0,
            "published" => 1,
            _ => 2,
        },
        _ => 3,
    };
    (0..values.len()).min_by_key(|place| rank(&values[*place]))
}

pub(crate) fn communes() -> Vec<Commune> {
    let commune = |code: &str, name: &str, latitude, longitude| Commune {
        code: code.to_owned(),
        name: name.to_owned(),
        latitude,
        longitude,
        epci: None,
    };
    vec![
        commune("63003", "Ambert", 45.5494, 3.7417),
        commune("63430", "Thiers", 45.8562, 3.5477),
        commune("63010", "Arlanc", 45.4133, 3.7247),
        commune("63125", "Courpière", 45.7569, 3.5414),
    ]
}

pub(crate) fn add(field: &str, items: &[&str]) -> Edits {
    Edits {
        add: BTreeMap::from([(field.to_owned(), members(items))]),
        ..Edits::default()
    }
}

pub(crate) fn remove(field: &str, items: &[&str]) -> Edits {
    Edits {
        remove: BTreeMap::from([(field.to_owned(), members(items))]),
        ..Edits::default()
    }
}

pub(crate) fn clear(field: &str) -> Edits {
    Edits {
        set: BTreeMap::from([(field.to_owned(), None)]),
        ..Edits::default()
    }
}

pub(crate) fn removed(removed: bool) -> Edits {
    Edits {
        removed: Some(removed),
        ..Edits::default()
    }
}

pub(crate) fn change(record: RecordId, edits: Edits) -> Act {
    Act::Change {
        record,
        edits,
        reason: 0,
    }
}
