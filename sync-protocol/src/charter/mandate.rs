//! Mandates: who may create or edit what, where, on which theme.
//!
//! Collections, themes, kinds of structure and territories are codes of the registry, opaque here.
//! A version names mandates; for a collection and right that it does not name, [`defaults`] hold;
//! where those are silent too, every member may create, and edit what it owns.
//! Deciding over them is [`super::grant`]. Spec: docs/protocol.md, section 7.

use std::sync::LazyLock;

use crate::body::MAX_COLLECTION_BYTES;
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::StructureId;

use super::version::{MAX_KIND_BYTES, Version};

/// The most mandates a version may declare.
pub const MAX_MANDATES: usize = 512;
/// The most territories or themes one mandate may name.
pub const MAX_CODES: usize = 512;
/// The most territories and themes that all mandates of a version may name together: comparing two
/// versions takes a few milliseconds at most.
pub const MAX_ALL_CODES: usize = 8_192;
/// The most bytes a code of a territory or theme may have.
pub const MAX_CODE_BYTES: usize = 40;

/// What a mandate lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Bring records into being.
    Create,
    /// Edit records that the holder owns.
    EditOwn,
    /// Edit any record, its own among them.
    EditAny,
}

/// Who holds a mandate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// Every member.
    Everyone,
    /// The member that the charter names coordinator.
    Coordinator,
    /// Every member of a kind.
    Kind(String),
    /// One member.
    Structure(StructureId),
}

/// One mandate. The order of fields is the order in which a version lists its mandates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mandate {
    /// The collection of the records.
    pub collection: String,
    /// What may be done.
    pub right: Right,
    /// By whom.
    pub holder: Holder,
    /// Only for records in one of these territories; everywhere if empty. Codes in rising order.
    pub territory: Vec<String>,
    /// Only for records of one of these themes; for all if empty. Codes in rising order.
    pub themes: Vec<String>,
}

/// Whether what is limited to `narrow` is within what is limited to `wide`; empty is no limit.
fn within(narrow: &[String], wide: &[String]) -> bool {
    let named = |code| wide.binary_search(code).is_ok();
    wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(named))
}

impl Mandate {
    /// A mandate without limits.
    #[must_use]
    pub fn new(collection: &str, right: Right, holder: Holder) -> Self {
        Self {
            collection: collection.into(),
            right,
            holder,
            territory: Vec::new(),
            themes: Vec::new(),
        }
    }

    /// The mandate, limited to these themes.
    #[must_use]
    pub fn on(mut self, themes: &[&str]) -> Self {
        self.themes = themes.iter().copied().map(str::to_owned).collect();
        self.themes.sort();
        self.themes.dedup();
        self
    }

    /// The mandate, limited to these territories.
    #[must_use]
    pub fn within(mut self, territory: &[&str]) -> Self {
        self.territory = territory.iter().copied().map(str::to_owned).collect();
        self.territory.sort();
        self.territory.dedup();
        self
    }

    /// Whether all that this mandate grants, `other` grants too, whoever holds them.
    pub(super) fn is_within(&self, other: &Self) -> bool {
        let right = self.right == other.right
            || (self.right == Right::EditOwn && other.right == Right::EditAny);
        right
            && self.collection == other.collection
            && within(&self.territory, &other.territory)
            && within(&self.themes, &other.themes)
    }

    /// Whether the mandate reaches a record in these territories and of this theme.
    pub(super) fn reaches(&self, territory: &[&str], theme: Option<&str>) -> bool {
        let here = |codes: &[String], code: &str| {
            let found = codes.binary_search_by(|own| own.as_str().cmp(code));
            found.is_ok()
        };
        (self.territory.is_empty() || territory.iter().any(|code| here(&self.territory, code)))
            && (self.themes.is_empty() || theme.is_some_and(|theme| here(&self.themes, theme)))
    }

    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.put_bytes(self.collection.as_bytes());
        bytes.push(match self.right {
            Right::Create => 1,
            Right::EditOwn => 2,
            Right::EditAny => 3,
        });
        match &self.holder {
            Holder::Everyone => bytes.push(0),
            Holder::Coordinator => bytes.push(1),
            Holder::Kind(kind) => {
                bytes.push(2);
                bytes.put_bytes(kind.as_bytes());
            }
            Holder::Structure(structure) => {
                bytes.push(3);
                bytes.extend_from_slice(&structure.0);
            }
        }
        for codes in [&self.territory, &self.themes] {
            bytes.put_varint(codes.len() as u64);
            for code in codes {
                bytes.put_bytes(code.as_bytes());
            }
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let collection = reader.text(MAX_COLLECTION_BYTES)?.to_owned();
        let at = reader.clone();
        let right = match reader.u8()? {
            1 => Right::Create,
            2 => Right::EditOwn,
            3 => Right::EditAny,
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let at = reader.clone();
        let holder = match reader.u8()? {
            0 => Holder::Everyone,
            1 => Holder::Coordinator,
            2 => Holder::Kind(reader.text(MAX_KIND_BYTES)?.to_owned()),
            3 => Holder::Structure(StructureId(reader.array()?)),
            other => return Err(at.error(DecodeReason::Unknown(u64::from(other)))),
        };
        let code = |reader: &mut Reader<'_>| reader.text(MAX_CODE_BYTES).map(str::to_owned);
        Ok(Self {
            collection,
            right,
            holder,
            territory: read_rising(reader, MAX_CODES, code)?,
            themes: read_rising(reader, MAX_CODES, code)?,
        })
    }
}

/// Reads a count of at most `limit`, then as many values that rise strictly: one way to write each
/// list, and nothing in it twice.
pub(super) fn read_rising<'a, T: Ord>(
    reader: &mut Reader<'a>,
    limit: usize,
    read: impl Fn(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = reader.length(limit)?;
    // A count that the bytes cannot hold reserves nothing.
    let mut values: Vec<T> = Vec::with_capacity(count.min(reader.remaining()));
    for _ in 0..count {
        let at = reader.clone();
        let value = read(reader)?;
        if values.last().is_some_and(|last| *last >= value) {
            return Err(at.error(DecodeReason::Invalid("a list is not in rising order")));
        }
        values.push(value);
    }
    Ok(values)
}

/// The collections that the network writes together, whoever created a record: the history says
/// who changed what.
const SHARED_WORK: [&str; 9] = [
    "action",
    "decision",
    "duplicate_link",
    "evaluation",
    "improvement",
    "meeting",
    "need",
    "objective",
    "training",
];

/// What holds for collections and rights that a version does not name.
///
/// The same on every node, and therefore here and not in the registry whose codes they are: two
/// nodes that judged by different defaults would hold different records. For opportunities a
/// record's theme is its kind.
#[must_use]
pub fn defaults() -> &'static [Mandate] {
    static DEFAULTS: LazyLock<Vec<Mandate>> = LazyLock::new(|| {
        let kind = |kind: &str| Holder::Kind(kind.into());
        let create =
            |holder, themes: &[&str]| Mandate::new("opportunity", Right::Create, holder).on(themes);
        let correct = |collection| Mandate::new(collection, Right::EditAny, Holder::Coordinator);
        let mut all = vec![
            create(Holder::Everyone, &["activity_wanted", "job"]),
            create(kind("cci"), &["business_takeover"]),
            create(kind("cma"), &["business_takeover"]),
            create(kind("chamber_agriculture"), &["farm_takeover", "farmland"]),
            create(kind("epci"), &["farmland", "housing", "land", "premises"]),
            Mandate::new("local_service", Right::Create, kind("epci")),
            correct("local_service"),
            correct("opportunity"),
            correct("structure"),
        ];
        // What meetings and the committee work on belongs to all who sit there.
        let together = |collection| Mandate::new(collection, Right::EditAny, Holder::Everyone);
        all.extend(SHARED_WORK.map(together));
        all.sort();
        all
    });
    &DEFAULTS
}

/// The mandates of a sorted list for one collection and right.
fn named<'m>(list: &'m [Mandate], collection: &str, right: Right) -> &'m [Mandate] {
    let key = |mandate: &Mandate| (mandate.collection.as_str().cmp(collection), mandate.right);
    let target = (std::cmp::Ordering::Equal, right);
    let start = list.partition_point(|mandate| key(mandate) < target);
    let end = list.partition_point(|mandate| key(mandate) <= target);
    list.get(start..end).unwrap_or_default()
}

/// What holds in `version` for one collection and right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InForce<'v> {
    /// These mandates and no others.
    Mandates(&'v [Mandate]),
    /// Nobody named any: open to every member.
    Open,
}

pub(super) fn in_force<'v>(version: &'v Version, collection: &str, right: Right) -> InForce<'v> {
    for list in [version.mandates(), defaults()] {
        let found = named(list, collection, right);
        if !found.is_empty() {
            return InForce::Mandates(found);
        }
    }
    match right {
        Right::Create | Right::EditOwn => InForce::Open,
        Right::EditAny => InForce::Mandates(&[]),
    }
}
