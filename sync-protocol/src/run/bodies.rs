//! Bodies of a run by their parts: what names nodes, entries and actors goes into columns.
//!
//! An author's key, an entry and an actor would each take 16 to 32 bytes a change that no
//! compression finds again; as a place in a table and a small number they take two or three.
//! Only bodies with one possible encoding are taken apart, so that the same bytes come back.
//! Spec: docs/protocol.md, section 5.

use crate::body::{
    Ancestor, Change, Check, Create, MAX_ACTORS, MAX_ANCESTORS, MAX_COLLECTION_BYTES, Speaker,
};
use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::{Entry, Kind, Place};
use crate::id::{NodeId, RecordId, Salt};

use super::MAX_ENTRIES;
use super::columns::{Nodes, NodesRead, Table};

/// A body taken apart.
pub(super) struct Parts {
    create: Option<(String, Salt)>,
    change: Change,
}

impl Parts {
    /// The parts of a body that creates or changes a record, if it is one.
    pub(super) fn of(entry: &Entry) -> Option<Self> {
        let body = entry.body.as_deref()?;
        match entry.header.kind {
            Kind::CREATE => Create::decode(body).ok().map(|create| Self {
                create: Some((create.collection, create.salt)),
                change: create.first,
            }),
            Kind::CHANGE => Change::decode(body).ok().map(|change| Self {
                create: None,
                change,
            }),
            _ => None,
        }
    }

    pub(super) fn operations(&self) -> &[u8] {
        &self.change.operations
    }

    /// Every node a body names.
    pub(super) fn nodes(&self) -> impl Iterator<Item = &NodeId> {
        let ancestors = self.change.ancestors.iter().filter_map(|it| match it {
            Ancestor::Own { .. } => None,
            Ancestor::Other { author, .. } => Some(author),
        });
        let speakers = self.change.speakers.iter().filter_map(|it| match it {
            Speaker::Own { .. } => None,
            Speaker::Other { author, .. } => Some(author),
        });
        ancestors.chain(speakers)
    }

    fn join(self) -> Vec<u8> {
        match self.create {
            None => self.change.encode(),
            Some((collection, salt)) => Create {
                collection,
                salt,
                first: self.change,
            }
            .encode(),
        }
    }
}

/// What the columns of a body are relative to.
#[derive(Clone, Copy)]
pub(super) struct Beside {
    pub(super) kind: Kind,
    pub(super) seq: u64,
    pub(super) subject: Option<Place>,
}

impl Beside {
    pub(super) const fn entry(entry: &Entry) -> Self {
        Self {
            kind: entry.header.kind,
            seq: entry.header.seq,
            subject: entry.header.subject,
        }
    }

    /// What a speaker's epoch is told as a difference to: mostly the one that created the record.
    fn expected_epoch(&self) -> u64 {
        self.subject.map_or(0, |place| place.seq)
    }
}

fn put_difference(bytes: &mut Vec<u8>, value: u64, expected: u64) {
    bytes.put_signed_varint(value.wrapping_sub(expected).cast_signed());
}

fn difference(reader: &mut Reader<'_>, expected: u64) -> Result<u64, DecodeError> {
    Ok(expected.wrapping_add(reader.signed_varint()?.cast_unsigned()))
}

/// Writes the columns of all bodies that were taken apart.
pub(super) fn encode(bytes: &mut Vec<u8>, bodies: &[(Beside, Parts)], nodes: &Nodes) {
    let changes = || bodies.iter().map(|(beside, parts)| (beside, &parts.change));
    let creates = || bodies.iter().filter_map(|(_, parts)| parts.create.as_ref());
    let mut collections: Vec<&str> = Vec::new();
    let mut places = Vec::new();
    for (collection, _) in creates() {
        let known = collections.iter().position(|known| known == collection);
        places.push(known.unwrap_or(collections.len()) as u64);
        if known.is_none() {
            collections.push(collection);
        }
    }
    bytes.put_varint(collections.len() as u64);
    for collection in collections {
        bytes.put_bytes(collection.as_bytes());
    }
    for place in places {
        bytes.put_varint(place);
    }
    for (_, salt) in creates() {
        bytes.extend_from_slice(&salt.0);
    }
    let persons = changes().map(|(_, change)| change.person.unwrap_or_default().0);
    Table::collect(persons).encode(bytes);
    bytes.extend(changes().map(|(_, change)| change.reason));
    for (beside, change) in changes() {
        put_difference(bytes, beside.seq, change.epoch);
    }
    for (_, change) in changes() {
        bytes.put_varint(change.ancestors.len() as u64);
    }
    let ancestors = || {
        changes().flat_map(|(beside, change)| change.ancestors.iter().map(move |it| (beside, it)))
    };
    for (_, ancestor) in ancestors() {
        bytes.put_varint(match ancestor {
            Ancestor::Own { .. } => 0,
            Ancestor::Other { author, .. } => 1 + nodes.place(author),
        });
    }
    let mut last = nodes.numbers();
    for (beside, ancestor) in ancestors() {
        match ancestor {
            Ancestor::Own { seq } => put_difference(bytes, beside.seq, *seq),
            Ancestor::Other { author, seq, .. } => last.put(bytes, nodes.place(author), *seq),
        }
    }
    for (_, ancestor) in ancestors() {
        if let Ancestor::Other { check, .. } = ancestor {
            bytes.extend_from_slice(&check.0);
        }
    }
    for (_, change) in changes() {
        bytes.put_varint(change.speakers.len() as u64);
    }
    let speakers = || {
        changes().flat_map(|(beside, change)| change.speakers.iter().map(move |it| (beside, it)))
    };
    for (_, speaker) in speakers() {
        bytes.put_varint(match speaker {
            Speaker::Own { .. } => 0,
            Speaker::Other { author, .. } => 1 + nodes.place(author),
        });
    }
    for (beside, speaker) in speakers() {
        let (Speaker::Own { epoch } | Speaker::Other { epoch, .. }) = speaker;
        put_difference(bytes, *epoch, beside.expected_epoch());
    }
}

/// Bodies as they are read back, without their operations, which stand at the end of the run.
pub(super) struct Bodies {
    parts: std::vec::IntoIter<Parts>,
}

impl Bodies {
    /// The next body, with its operations.
    pub(super) fn next(&mut self, operations: &[u8]) -> Option<Vec<u8>> {
        let mut parts = self.parts.next()?;
        parts.change.operations = operations.to_vec();
        Some(parts.join())
    }
}

/// Reads the columns of the bodies of these entries.
pub(super) fn decode(
    reader: &mut Reader<'_>,
    entries: &[Beside],
    nodes: &NodesRead,
) -> Result<Bodies, DecodeError> {
    let count = entries.len();
    let mut creates = decode_creates(reader, entries)?.into_iter();
    let persons = Table::decode(reader, count)?;
    let reasons = reader.take(count)?;
    let mut epochs = Vec::with_capacity(count);
    for beside in entries {
        let behind = reader.signed_varint()?.cast_unsigned();
        epochs.push(beside.seq.wrapping_sub(behind));
    }
    let mut ancestors = decode_ancestors(reader, entries, nodes)?.into_iter();
    let mut speakers = decode_speakers(reader, entries, nodes)?.into_iter();
    let rows = entries.iter().zip(persons).zip(reasons).zip(epochs);
    let mut parts = Vec::with_capacity(count);
    for (((beside, person), reason), epoch) in rows {
        let create = match beside.kind {
            Kind::CREATE => creates.next(),
            _ => None,
        };
        parts.push(Parts {
            create,
            change: Change {
                person: Some(RecordId(person)).filter(|it| *it != RecordId::ZERO),
                reason: *reason,
                epoch,
                ancestors: ancestors.next().unwrap_or_default(),
                speakers: speakers.next().unwrap_or_default(),
                operations: Vec::new(),
            },
        });
    }
    Ok(Bodies {
        parts: parts.into_iter(),
    })
}

fn decode_creates(
    reader: &mut Reader<'_>,
    entries: &[Beside],
) -> Result<Vec<(String, Salt)>, DecodeError> {
    let count = entries.iter().filter(|it| it.kind == Kind::CREATE).count();
    let mut collections = Vec::new();
    for _ in 0..reader.length(MAX_ENTRIES)? {
        collections.push(reader.text(MAX_COLLECTION_BYTES)?.to_owned());
    }
    let mut names = Vec::with_capacity(count);
    for _ in 0..count {
        let at = reader.clone();
        let place = reader.length(MAX_ENTRIES)?;
        let outside = || at.error(DecodeReason::Invalid("index outside its table"));
        names.push(collections.get(place).ok_or_else(outside)?.clone());
    }
    names
        .into_iter()
        .map(|name| Ok((name, Salt(reader.array()?))))
        .collect()
}

/// How many of something each body has, the sum bounded by the bytes that are left.
fn decode_counts(
    reader: &mut Reader<'_>,
    bodies: usize,
    limit: usize,
) -> Result<Vec<usize>, DecodeError> {
    let mut counts = Vec::with_capacity(bodies);
    let mut sum = 0;
    for _ in 0..bodies {
        let count = reader.length(limit)?;
        sum += count;
        counts.push(count);
    }
    if sum > reader.remaining() {
        return Err(reader.error(DecodeReason::Truncated {
            needed: sum,
            had: reader.remaining(),
        }));
    }
    Ok(counts)
}

fn decode_ancestors(
    reader: &mut Reader<'_>,
    entries: &[Beside],
    nodes: &NodesRead,
) -> Result<Vec<Vec<Ancestor>>, DecodeError> {
    let counts = decode_counts(reader, entries.len(), MAX_ANCESTORS)?;
    let mut authors = Vec::with_capacity(counts.iter().sum());
    for _ in 0..counts.iter().sum() {
        authors.push(nodes.optional(reader)?);
    }
    let mut last = nodes.numbers();
    let mut all = Vec::with_capacity(entries.len());
    let mut authors = authors.into_iter();
    for (beside, count) in entries.iter().zip(&counts) {
        let mut ancestors = Vec::with_capacity(*count);
        for author in authors.by_ref().take(*count) {
            ancestors.push(match author {
                None => {
                    let behind = reader.signed_varint()?.cast_unsigned();
                    Ancestor::Own {
                        seq: beside.seq.wrapping_sub(behind),
                    }
                }
                Some((place, author)) => Ancestor::Other {
                    author,
                    seq: last.read(reader, place)?,
                    check: Check([0; 4]),
                },
            });
        }
        all.push(ancestors);
    }
    for ancestor in all.iter_mut().flatten() {
        if let Ancestor::Other { check, .. } = ancestor {
            *check = Check(reader.array()?);
        }
    }
    Ok(all)
}

fn decode_speakers(
    reader: &mut Reader<'_>,
    entries: &[Beside],
    nodes: &NodesRead,
) -> Result<Vec<Vec<Speaker>>, DecodeError> {
    let counts = decode_counts(reader, entries.len(), MAX_ACTORS)?;
    let mut authors = Vec::with_capacity(counts.iter().sum());
    for _ in 0..counts.iter().sum() {
        authors.push(nodes.optional(reader)?);
    }
    let mut authors = authors.into_iter();
    let mut all = Vec::with_capacity(entries.len());
    for (beside, count) in entries.iter().zip(counts) {
        let mut speakers = Vec::with_capacity(count);
        for author in authors.by_ref().take(count) {
            let epoch = difference(reader, beside.expected_epoch())?;
            speakers.push(match author {
                None => Speaker::Own { epoch },
                Some((_, author)) => Speaker::Other { author, epoch },
            });
        }
        all.push(speakers);
    }
    Ok(all)
}
