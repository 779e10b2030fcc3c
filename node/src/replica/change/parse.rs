//! A change out of the bytes of its chunk; all of them are read and judged, nothing is unfolded.
//!
//! Source: <https://automerge.org/automerge-binary-format-spec/>, "Chunk Structure", "Change Chunks",
//! "Operation Columns", "Column Specifications". Stricter than it: only what this registry writes
//! is a change here, in the one form in which Automerge writes it (see [`super::column`]).

use sha2::{Digest, Sha256};
use sync_protocol::id::ActorId;

use super::error::{Column, MAX_COUNTER, MAX_DEPENDENCIES, ParseError};
use super::operations::Operations;
use super::read::Bytes;

/// "Chunk Structure": the first bytes of every chunk.
const MAGIC: [u8; 4] = [0x85, 0x6F, 0x4A, 0x83];
/// "Chunk Types": an uncompressed change.
const CHANGE_CHUNK: u8 = 1;

/// "Operation Columns": id in the high bits, type in the three low ones; in this order in a change.
const COLUMNS: [(u64, Column); COLUMN_COUNT] = [
    (0x01, Column::ObjectActor),
    (0x02, Column::ObjectCounter),
    (0x11, Column::KeyActor),
    (0x13, Column::KeyCounter),
    (0x15, Column::KeyText),
    (0x34, Column::Insert),
    (0x42, Column::Action),
    (0x56, Column::ValueKind),
    (0x57, Column::Value),
    (0x70, Column::PredecessorCount),
    (0x71, Column::PredecessorActor),
    (0x73, Column::PredecessorCounter),
];
const COLUMN_COUNT: usize = 12;

/// A change as its bytes say it, which it borrows.
///
/// Whoever holds one knows: its operations can be read to their end, each makes sense by itself,
/// names only actors listed here and operations numbered before itself.
#[derive(Clone, Debug)]
pub(crate) struct Change<'a> {
    /// SHA-256 of the chunk behind its checksum: what other changes call it.
    pub(crate) hash: [u8; 32],
    /// What it follows directly, in rising order.
    pub(crate) dependencies: &'a [[u8; 32]],
    /// Who made it.
    pub(crate) actor: ActorId,
    /// Which of its actor's changes it is, from 1.
    pub(crate) seq: u64,
    /// The number of its first operation.
    pub(crate) start_op: u32,
    /// Seconds since 1970, as its author says; 0 in changes of ours.
    pub(crate) time: i64,
    /// What its author says about it; nothing in changes of ours.
    pub(crate) message: &'a str,
    /// How many operations it has; at least one.
    pub(crate) operation_count: u32,
    /// The actors that its operations name, in rising order, its own left out; each behind its
    /// length, a byte that says 16.
    others: &'a [[u8; 17]],
    columns: Columns<'a>,
    /// Bytes of the chunk.
    length: usize,
}

/// The bytes of each column; none where it was left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Columns<'a>([&'a [u8]; COLUMN_COUNT]);

impl<'a> Columns<'a> {
    pub(super) const fn of(&self, column: Column) -> &'a [u8] {
        self.0[column as usize]
    }
}

impl<'a> Change<'a> {
    /// The change in one whole chunk.
    pub(crate) fn parse(chunk: &'a [u8]) -> Result<Self, ParseError> {
        let rest = chunk.strip_prefix(&MAGIC).ok_or(ParseError::Chunk)?;
        let (checksum, hashed) = rest.split_at_checked(4).ok_or(ParseError::Chunk)?;
        let (kind, rest) = hashed.split_first().ok_or(ParseError::Chunk)?;
        let mut body = Bytes::new(rest);
        let length = body.unsigned().ok_or(ParseError::Chunk)?;
        if *kind != CHANGE_CHUNK || length != body.rest().len() as u64 {
            return Err(ParseError::Chunk);
        }
        let hash: [u8; 32] = Sha256::digest(hashed).into();
        if !hash.starts_with(checksum) {
            return Err(ParseError::Checksum);
        }
        Self::parse_body(body.rest(), hash)
    }

    /// The change in the bytes of a chunk behind its header.
    ///
    /// `hash` is SHA-256 of chunk type, length and these bytes; the caller answers for it.
    pub(crate) fn parse_body(body: &'a [u8], hash: [u8; 32]) -> Result<Self, ParseError> {
        let mut change = Self::header(body, hash)?;
        let mut operations = Operations::new(&change, body.len());
        let mut count = 0;
        while operations.advance()? {
            count += 1;
        }
        if count == 0 {
            return Err(ParseError::Empty);
        }
        operations.finish()?;
        change.operation_count = count;
        Ok(change)
    }

    /// All but the operations.
    fn header(body: &'a [u8], hash: [u8; 32]) -> Result<Self, ParseError> {
        let malformed = |part| ParseError::Header { part };
        let mut rest = Bytes::new(body);
        let count = rest.unsigned().ok_or_else(|| malformed("dependencies"))?;
        if count > MAX_DEPENDENCIES {
            return Err(ParseError::Dependencies);
        }
        let dependencies = rest
            .take(count * 32)
            .ok_or_else(|| malformed("dependencies"))?;
        let (dependencies, _) = dependencies.as_chunks::<32>();
        if !dependencies.is_sorted_by(|one, next| one < next) {
            return Err(ParseError::Dependencies);
        }
        let actor = rest.prefixed().ok_or_else(|| malformed("actor"))?;
        let actor = ActorId(actor.try_into().map_err(|_| ParseError::Actors)?);
        let seq = rest.unsigned().ok_or_else(|| malformed("seq"))?;
        let start_op = rest.unsigned().ok_or_else(|| malformed("start_op"))?;
        if seq == 0 || seq > u64::from(MAX_COUNTER) {
            return Err(ParseError::Range { part: "seq" });
        }
        let start_op = u32::try_from(start_op)
            .ok()
            .filter(|start| (1..=MAX_COUNTER).contains(start))
            .ok_or(ParseError::Range { part: "start_op" })?;
        let time = rest.signed().ok_or_else(|| malformed("time"))?;
        let message = rest.text().ok_or_else(|| malformed("message"))?;
        let others = other_actors(&mut rest, &actor)?;
        let columns = columns(rest)?;
        Ok(Self {
            hash,
            dependencies,
            actor,
            seq,
            start_op,
            time,
            message,
            operation_count: 0,
            others,
            columns,
            length: body.len(),
        })
    }

    /// The operations, in order; they borrow from the bytes, and are read anew each time.
    pub(crate) fn operations(&self) -> Operations<'a> {
        Operations::new(self, self.length)
    }

    /// The number of its last operation.
    pub(crate) const fn last_op(&self) -> u64 {
        self.start_op as u64 + self.operation_count as u64 - 1
    }

    /// The actors that operations name by their place: its own, then the others in rising order.
    pub(crate) fn actors(&self) -> impl Iterator<Item = ActorId> + use<'a> {
        let others = self.others.iter();
        std::iter::once(self.actor).chain(others.map(|[_, other @ ..]| ActorId(*other)))
    }

    pub(super) const fn others(&self) -> &'a [[u8; 17]] {
        self.others
    }

    pub(super) const fn columns(&self) -> &Columns<'a> {
        &self.columns
    }
}

/// An actor behind the change's own.
pub(super) fn other_actor(others: &[[u8; 17]], place: u32) -> Option<ActorId> {
    let [_, actor @ ..] = others.get(place as usize)?;
    Some(ActorId(*actor))
}

fn other_actors<'a>(rest: &mut Bytes<'a>, own: &ActorId) -> Result<&'a [[u8; 17]], ParseError> {
    let malformed = ParseError::Header { part: "actors" };
    let count = rest.unsigned().ok_or(malformed)?;
    let bytes = rest
        .take(count.checked_mul(17).ok_or(malformed)?)
        .ok_or(malformed)?;
    let (others, _) = bytes.as_chunks::<17>();
    let in_order = others.is_sorted_by(|one, next| one < next);
    let of_ours = |other: &[u8; 17]| other[0] == 16 && other[1..] != own.0;
    if in_order && others.iter().all(of_ours) {
        Ok(others)
    } else {
        Err(ParseError::Actors)
    }
}

fn columns(mut rest: Bytes<'_>) -> Result<Columns<'_>, ParseError> {
    let count = rest
        .unsigned()
        .ok_or(ParseError::Header { part: "columns" })?;
    let mut lengths = [0; COLUMN_COUNT];
    let mut known = COLUMNS.iter().enumerate();
    for _ in 0..count {
        let specification = rest.unsigned().ok_or(ParseError::Columns)?;
        let length = rest.unsigned().ok_or(ParseError::Columns)?;
        if COLUMNS.iter().all(|(column, _)| *column != specification) {
            return Err(ParseError::UnknownColumn { specification });
        }
        let (place, _) = known
            .find(|(_, (column, _))| *column == specification)
            .ok_or(ParseError::Columns)?;
        if length == 0 {
            return Err(ParseError::Columns);
        }
        lengths[place] = length;
    }
    let mut columns = Columns::default();
    for (column, length) in columns.0.iter_mut().zip(lengths) {
        *column = rest.take(length).ok_or(ParseError::Columns)?;
    }
    match rest.rest().len() {
        0 => Ok(columns),
        count => Err(ParseError::TrailingBytes { count }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_stands_at_its_place() {
        for (place, (_, column)) in COLUMNS.iter().enumerate() {
            assert_eq!(*column as usize, place);
        }
        assert!(COLUMNS.is_sorted_by(|(one, _), (next, _)| one < next));
    }
}
