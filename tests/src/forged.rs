//! A change as an entry carries it, taken apart so that it can be made to lie.
//!
//! The bytes behind an entry's ancestors and speakers are those of an Automerge change: two
//! numbers, then columns (docs/protocol.md, section 4). What is put together again says whatever
//! its columns say, whether or not that makes sense.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use sync_protocol::body::Change;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The object that an operation is in: the place of its actor.
pub const OBJECT_ACTOR: u64 = 0x01;
/// The object that an operation is in: its number.
pub const OBJECT_COUNTER: u64 = 0x02;
/// The element of a text that an operation is at: the place of its actor.
pub const ELEMENT_ACTOR: u64 = 0x11;
/// The element of a text that an operation is at: its number.
pub const ELEMENT_COUNTER: u64 = 0x13;
/// The key of the root.
pub const KEY: u64 = 0x15;
/// Whether something is inserted into a text.
pub const INSERT: u64 = 0x34;
/// What is done.
pub const ACTION: u64 = 0x42;
/// Types and lengths of values.
pub const VALUE_META: u64 = 0x56;
/// Values.
pub const VALUE: u64 = 0x57;
/// How many operations each one replaces.
pub const PREDECESSORS: u64 = 0x70;
/// The places of their actors.
pub const PREDECESSOR_ACTOR: u64 = 0x71;
/// Their numbers.
pub const PREDECESSOR_COUNTER: u64 = 0x73;
/// What an author of columns sets to have Automerge inflate one.
pub const DEFLATED: u64 = 0x08;

/// A change that may say anything.
#[derive(Clone, Debug)]
pub struct Forged {
    /// Whose number it is, what it follows, whom it speaks of; its operations are those below.
    pub body: Change,
    /// Its number among its actor's changes.
    pub number: u64,
    /// The number of its first operation.
    pub first: u64,
    /// Columns by their specification.
    pub columns: BTreeMap<u64, Vec<u8>>,
}

impl Forged {
    /// Takes apart what an honest node wrote.
    ///
    /// # Panics
    /// If it is not honest.
    #[must_use]
    pub fn of(body: &Change) -> Self {
        let mut rest = body.operations.as_slice();
        let (number, first) = (leb128(&mut rest), leb128(&mut rest));
        let count = leb128(&mut rest);
        let lengths: Vec<(u64, u64)> = (0..count)
            .map(|_| (leb128(&mut rest), leb128(&mut rest)))
            .collect();
        let columns = lengths.into_iter().map(|(specification, length)| {
            let length = usize::try_from(length).expect("columns are short");
            let (column, behind) = rest.split_at(length);
            rest = behind;
            (specification, column.to_vec())
        });
        Self {
            body: body.clone(),
            number,
            first,
            columns: columns.collect(),
        }
    }

    /// Has a column say something else; empty to leave it out.
    pub fn column(&mut self, specification: u64, bytes: &[u8]) {
        if bytes.is_empty() {
            self.columns.remove(&specification);
        } else {
            self.columns.insert(specification, bytes.to_vec());
        }
    }

    /// What an entry carries as its body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut operations = Vec::new();
        push_leb128(&mut operations, self.number);
        push_leb128(&mut operations, self.first);
        push_leb128(&mut operations, self.columns.len() as u64);
        for (specification, column) in &self.columns {
            push_leb128(&mut operations, *specification);
            push_leb128(&mut operations, column.len() as u64);
        }
        for column in self.columns.values() {
            operations.extend_from_slice(column);
        }
        let body = Change {
            operations,
            ..self.body.clone()
        };
        body.encode()
    }
}

/// One value of a column of numbers or actors.
#[must_use]
pub fn one(value: u64) -> Vec<u8> {
    let mut column = vec![0x7F];
    push_leb128(&mut column, value);
    column
}

/// One value of a column of differences.
#[must_use]
pub fn one_signed(value: i64) -> Vec<u8> {
    let mut column = vec![0x7F];
    push_signed(&mut column, value);
    column
}

/// So many times the same byte, as a run of a few bytes.
#[must_use]
pub fn repeated(count: i64, value: u8) -> Vec<u8> {
    let mut column = Vec::new();
    push_signed(&mut column, count);
    column.push(value);
    column
}

/// Appends a number as Automerge writes it.
pub fn push_leb128(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Appends a signed number as Automerge writes it.
pub fn push_signed(bytes: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = (value & 0x7F) as u8;
        value >>= 7;
        let sign = byte & 0x40 != 0;
        if (value == 0 && !sign) || (value == -1 && sign) {
            return bytes.push(byte);
        }
        bytes.push(byte | 0x80);
    }
}

fn leb128(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

/// So many zeros, deflated: what a column says of itself is inflated by whoever believes it.
///
/// # Panics
/// If the library that deflates fails.
#[must_use]
pub fn deflated_zeros(mebibytes: usize) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive
        .start_file("zeros", options)
        .expect("a file in memory");
    for _ in 0..mebibytes {
        archive.write_all(&[0; 1 << 20]).expect("a file in memory");
    }
    let bytes = archive.finish().expect("a file in memory").into_inner();
    let mut archive = ZipArchive::new(Cursor::new(&bytes)).expect("it was written here");
    let file = archive.by_index(0).expect("it was written here");
    let start = file.data_start().expect("it was written here");
    let range = start..start + file.compressed_size();
    let at = |place: u64| usize::try_from(place).expect("the archive is in memory");
    bytes[at(range.start)..at(range.end)].to_vec()
}
