//! The inside of a run: per entry what cannot be derived, one column after another.
//!
//! Columns of one kind compress far better than entries one after another. Network, author,
//! sequence numbers, the chain and body hashes are derived. Spec: docs/protocol.md, section 5.

use std::collections::BTreeMap;

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::{Entry, Header, Kind, MAX_BODY_BYTES, Place, body_hash};
use crate::id::{BodyHash, EntryId, NetworkId, NodeId, VersionId};
use crate::time::Timestamp;

use super::bodies::{self, Beside, Parts};
use super::{MAX_ENTRIES, MAX_RUN_BODY_BYTES, Preamble};

/// Distinct 32-byte values in order of first use, and each entry's index among them plus one.
pub(super) struct Table {
    values: Vec<[u8; 32]>,
    indexes: Vec<u64>,
}

impl Table {
    /// Collects `column`; zeros get index 0 and no place in the table.
    pub(super) fn collect(column: impl Iterator<Item = [u8; 32]>) -> Self {
        let mut places = BTreeMap::new();
        let mut values = Vec::new();
        let indexes = column
            .map(|value| {
                if value == [0; 32] {
                    return 0;
                }
                *places.entry(value).or_insert_with(|| {
                    values.push(value);
                    values.len() as u64
                })
            })
            .collect();
        Self { values, indexes }
    }

    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.put_varint(self.values.len() as u64);
        for value in &self.values {
            bytes.extend_from_slice(value);
        }
        for index in &self.indexes {
            bytes.put_varint(*index);
        }
    }

    pub(super) fn decode(
        reader: &mut Reader<'_>,
        count: usize,
    ) -> Result<Vec<[u8; 32]>, DecodeError> {
        let places = reader.length(MAX_ENTRIES)?;
        let mut values = vec![[0; 32]];
        for _ in 0..places {
            values.push(reader.array()?);
        }
        let mut column = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.clone();
            let index = reader.length(places)?;
            let outside = || at.error(DecodeReason::Invalid("index outside its table"));
            column.push(*values.get(index).ok_or_else(outside)?);
        }
        Ok(column)
    }
}

/// The nodes a run names: its author first, the others in order of first use.
pub(super) struct Nodes {
    places: BTreeMap<NodeId, u64>,
    others: Vec<NodeId>,
}

impl Nodes {
    fn new(author: NodeId) -> Self {
        Self {
            places: BTreeMap::from([(author, 0)]),
            others: Vec::new(),
        }
    }

    fn add(&mut self, node: &NodeId) {
        let next = self.places.len() as u64;
        self.places.entry(*node).or_insert_with(|| {
            self.others.push(*node);
            next
        });
    }

    pub(super) fn place(&self, node: &NodeId) -> u64 {
        self.places.get(node).copied().unwrap_or(0)
    }

    pub(super) fn numbers(&self) -> Numbers {
        Numbers(vec![0; self.places.len()])
    }

    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.put_varint(self.others.len() as u64);
        for node in &self.others {
            bytes.extend_from_slice(&node.0);
        }
    }
}

/// The nodes a run names, as they are read.
pub(super) struct NodesRead(Vec<NodeId>);

impl NodesRead {
    fn decode(reader: &mut Reader<'_>, author: NodeId) -> Result<Self, DecodeError> {
        let others = reader.length(reader.remaining() / 32)?;
        let mut nodes = Vec::with_capacity(others + 1);
        nodes.push(author);
        for _ in 0..others {
            nodes.push(NodeId(reader.array()?));
        }
        Ok(Self(nodes))
    }

    /// A node by its place plus one; 0 is none.
    pub(super) fn optional(
        &self,
        reader: &mut Reader<'_>,
    ) -> Result<Option<(usize, NodeId)>, DecodeError> {
        let at = reader.clone();
        let Some(place) = reader.length(self.0.len())?.checked_sub(1) else {
            return Ok(None);
        };
        let outside = || at.error(DecodeReason::Invalid("index outside its table"));
        Ok(Some((place, *self.0.get(place).ok_or_else(outside)?)))
    }

    pub(super) fn numbers(&self) -> Numbers {
        Numbers(vec![0; self.0.len()])
    }
}

/// Entry numbers of several journals in one column, each told as the difference to the last one
/// told of its journal: who edits records in the order of their making names numbers that rise.
pub(super) struct Numbers(Vec<u64>);

impl Numbers {
    pub(super) fn put(&mut self, bytes: &mut Vec<u8>, place: u64, seq: u64) {
        let last = usize::try_from(place)
            .ok()
            .and_then(|it| self.0.get_mut(it));
        let last = last.expect("every node named is in the table");
        bytes.put_signed_varint(seq.wrapping_sub(*last).cast_signed());
        *last = seq;
    }

    pub(super) fn read(
        &mut self,
        reader: &mut Reader<'_>,
        place: usize,
    ) -> Result<u64, DecodeError> {
        let difference = reader.signed_varint()?.cast_unsigned();
        let last = self.0.get_mut(place);
        let last = last.expect("the place was checked against the table");
        *last = last.wrapping_add(difference);
        Ok(*last)
    }
}

/// How a body stands in a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As it is.
    Whole,
    /// Left out, its hash instead.
    LeftOut,
    /// By its parts.
    Parts,
}

impl Form {
    const fn code(self) -> u64 {
        match self {
            Self::Whole => 0,
            Self::LeftOut => 1,
            Self::Parts => 2,
        }
    }
}

/// Writes the columns of `entries`.
pub(super) fn encode(author: NodeId, entries: &[Entry]) -> Vec<u8> {
    let bodies: usize = entries
        .iter()
        .filter_map(|entry| entry.body.as_ref())
        .map(Vec::len)
        .sum();
    let mut bytes = Vec::with_capacity(bodies + entries.len() * 48 + 64);
    let mut nodes = Nodes::new(author);
    let mut apart = Vec::new();
    let mut forms = Vec::with_capacity(entries.len());
    for entry in entries {
        if let Some(place) = &entry.header.subject {
            nodes.add(&place.author);
        }
        forms.push(match (&entry.body, Parts::of(entry)) {
            (None, _) => (Form::LeftOut, entry.header.body_bytes as usize),
            (Some(_), Some(parts)) => {
                parts.nodes().for_each(|node| nodes.add(node));
                let length = parts.operations().len();
                apart.push((Beside::entry(entry), parts));
                (Form::Parts, length)
            }
            (Some(body), None) => (Form::Whole, body.len()),
        });
    }
    bytes.extend(entries.iter().map(|entry| entry.header.kind.0));
    Table::collect(entries.iter().map(|entry| entry.header.charter.0)).encode(&mut bytes);
    nodes.encode(&mut bytes);
    for entry in entries {
        let subject = entry.header.subject.as_ref();
        bytes.put_varint(subject.map_or(0, |place| 1 + nodes.place(&place.author)));
    }
    let mut last = nodes.numbers();
    for place in entries.iter().filter_map(|entry| entry.header.subject) {
        last.put(&mut bytes, nodes.place(&place.author), place.seq);
    }
    let mut before = Timestamp(0);
    for entry in entries {
        let time = entry.header.time;
        bytes.put_signed_varint(time.0.wrapping_sub(before.0).cast_signed());
        before = time;
    }
    for (form, length) in &forms {
        bytes.put_varint((*length as u64) << 2 | form.code());
    }
    bodies::encode(&mut bytes, &apart, &nodes);
    for entry in entries.iter().filter(|entry| entry.body.is_none()) {
        bytes.extend_from_slice(&entry.header.body_hash.0);
    }
    let mut apart = apart.iter();
    for (entry, (form, _)) in entries.iter().zip(&forms) {
        match (form, &entry.body) {
            (Form::Parts, _) => {
                bytes.extend(apart.next().into_iter().flat_map(|(_, it)| it.operations()));
            }
            (Form::Whole, Some(body)) => bytes.extend_from_slice(body),
            _ => {}
        }
    }
    bytes
}

/// Reads the columns back into chained entries; signatures are the caller's business.
pub(super) fn decode(
    network: NetworkId,
    preamble: &Preamble,
    mut previous: EntryId,
    plain: &[u8],
) -> Result<Vec<Entry>, DecodeError> {
    let mut reader = Reader::new(plain);
    let count = usize::from(preamble.count);
    let kinds = reader.take(count)?;
    let charters = Table::decode(&mut reader, count)?;
    let nodes = NodesRead::decode(&mut reader, preamble.author)?;
    let subjects = decode_subjects(&mut reader, count, &nodes)?;
    let mut times = Vec::with_capacity(count);
    let mut time = 0u64;
    for _ in 0..count {
        time = time.wrapping_add(reader.signed_varint()?.cast_unsigned());
        times.push(Timestamp(time));
    }
    let forms = decode_forms(&mut reader, count)?;
    let mut apart = Vec::new();
    let besides = (preamble.first_seq..).zip(kinds).zip(&subjects).zip(&forms);
    for (((seq, kind), subject), (form, _)) in besides {
        if *form == Form::Parts {
            apart.push(Beside {
                kind: Kind(*kind),
                seq,
                subject: *subject,
            });
        }
    }
    let mut bodies = bodies::decode(&mut reader, &apart, &nodes)?;
    let mut hashes = Vec::new();
    for _ in forms.iter().filter(|(form, _)| *form == Form::LeftOut) {
        hashes.push(BodyHash(reader.array()?));
    }

    let mut hashes = hashes.into_iter();
    let mut entries = Vec::with_capacity(count);
    let mut body_bytes = 0;
    let rows = kinds
        .iter()
        .zip(charters)
        .zip(subjects)
        .zip(times)
        .zip(forms);
    for (seq, ((((kind, charter), subject), time), (form, length))) in
        (preamble.first_seq..).zip(rows)
    {
        let body = match form {
            Form::LeftOut => None,
            Form::Whole => Some(reader.take(length)?.to_vec()),
            Form::Parts => bodies.next(reader.take(length)?),
        };
        let actual = body.as_ref().map_or(length, Vec::len);
        // Those left out count too: one may be put back.
        body_bytes += actual;
        within(&reader, actual, MAX_BODY_BYTES)?;
        within(&reader, body_bytes, MAX_RUN_BODY_BYTES)?;
        let header = Header {
            network,
            author: preamble.author,
            seq,
            previous,
            charter: VersionId(charter),
            kind: Kind(*kind),
            subject,
            time,
            body_bytes: u32::try_from(actual).expect("a body's bytes were just bounded"),
            body_hash: match &body {
                Some(body) => body_hash(body),
                None => hashes.next().unwrap_or_default(),
            },
        };
        let id = header.id();
        previous = id;
        entries.push(Entry { header, id, body });
    }
    reader.finish()?;
    Ok(entries)
}

fn within(reader: &Reader<'_>, actual: usize, limit: usize) -> Result<(), DecodeError> {
    if actual <= limit {
        return Ok(());
    }
    Err(reader.error(DecodeReason::TooLarge {
        actual: actual as u64,
        limit: limit as u64,
    }))
}

fn decode_subjects(
    reader: &mut Reader<'_>,
    count: usize,
    nodes: &NodesRead,
) -> Result<Vec<Option<Place>>, DecodeError> {
    let mut authors = Vec::with_capacity(count);
    for _ in 0..count {
        authors.push(nodes.optional(reader)?);
    }
    let mut last = nodes.numbers();
    let mut subjects = Vec::with_capacity(count);
    for author in authors {
        let Some((place, author)) = author else {
            subjects.push(None);
            continue;
        };
        let at = reader.clone();
        let seq = last.read(reader, place)?;
        if seq == 0 {
            return Err(at.error(DecodeReason::Invalid("entry 0 does not exist")));
        }
        subjects.push(Some(Place { author, seq }));
    }
    Ok(subjects)
}

fn decode_forms(reader: &mut Reader<'_>, count: usize) -> Result<Vec<(Form, usize)>, DecodeError> {
    let mut forms = Vec::with_capacity(count);
    for _ in 0..count {
        let at = reader.clone();
        let stated = reader.length(MAX_BODY_BYTES * 4 + 3)?;
        let form = match stated & 3 {
            0 => Form::Whole,
            1 => Form::LeftOut,
            2 => Form::Parts,
            other => return Err(at.error(DecodeReason::Unknown(other as u64))),
        };
        forms.push((form, stated >> 2));
    }
    Ok(forms)
}
