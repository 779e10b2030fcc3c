//! The inside of a run: per entry what cannot be derived, one column after another.
//!
//! Columns of one kind compress far better than entries one after another. Network, author,
//! sequence numbers, the chain and body hashes are derived. Spec: docs/protocol.md, section 5.

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::entry::{Entry, Header, Kind, MAX_BODY_BYTES, body_hash};
use crate::id::{BodyHash, EntryId, NetworkId, RecordId, VersionId};
use crate::time::Timestamp;

use super::{MAX_ENTRIES, MAX_RUN_BODY_BYTES, Preamble};

/// Distinct 32-byte values in order of first use, and each entry's index among them plus one.
struct Table {
    values: Vec<[u8; 32]>,
    indexes: Vec<u64>,
}

impl Table {
    /// Collects `column`; zeros get index 0 and no place in the table.
    fn collect(column: impl Iterator<Item = [u8; 32]>) -> Self {
        let mut places = std::collections::BTreeMap::new();
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

    fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.put_varint(self.values.len() as u64);
        for value in &self.values {
            bytes.extend_from_slice(value);
        }
        for index in &self.indexes {
            bytes.put_varint(*index);
        }
    }

    fn decode(reader: &mut Reader<'_>, count: usize) -> Result<Vec<[u8; 32]>, DecodeError> {
        let places = reader.length(MAX_ENTRIES)?;
        let mut values = vec![[0; 32]];
        for _ in 0..places {
            values.push(reader.array()?);
        }
        let mut column = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.clone();
            let index = reader.length(places)?;
            let outside = at.error(DecodeReason::Invalid("index outside its table"));
            column.push(*values.get(index).ok_or(outside)?);
        }
        Ok(column)
    }
}

/// Writes the columns of `entries`.
pub(super) fn encode(entries: &[Entry]) -> Vec<u8> {
    let bodies: usize = entries
        .iter()
        .filter_map(|entry| entry.body.as_ref())
        .map(Vec::len)
        .sum();
    let mut bytes = Vec::with_capacity(bodies + entries.len() * 48 + 64);
    for entry in entries {
        bytes.push(entry.header.kind.0);
    }
    Table::collect(entries.iter().map(|entry| entry.header.charter.0)).encode(&mut bytes);
    Table::collect(entries.iter().map(|entry| entry.header.record.0)).encode(&mut bytes);
    let mut before = Timestamp(0);
    for entry in entries {
        let time = entry.header.time;
        bytes.put_signed_varint(time.0.wrapping_sub(before.0).cast_signed());
        before = time;
    }
    for entry in entries {
        let erased = u64::from(entry.body.is_none());
        bytes.put_varint(u64::from(entry.header.body_bytes) << 1 | erased);
    }
    for entry in entries.iter().filter(|entry| entry.body.is_none()) {
        bytes.extend_from_slice(&entry.header.body_hash.0);
    }
    for body in entries.iter().filter_map(|entry| entry.body.as_ref()) {
        bytes.extend_from_slice(body);
    }
    bytes
}

/// Reads the columns back into chained entries; signatures are the caller's business.
pub(super) fn decode(
    network: NetworkId,
    preamble: &Preamble,
    mut previous: EntryId,
    plain: Vec<u8>,
) -> Result<Vec<Entry>, DecodeError> {
    let mut reader = Reader::new(&plain);
    let count = usize::from(preamble.count);
    let kinds = reader.take(count)?;
    let charters = Table::decode(&mut reader, count)?;
    let records = Table::decode(&mut reader, count)?;
    let mut times = Vec::with_capacity(count);
    let mut time = 0u64;
    for _ in 0..count {
        time = time.wrapping_add(reader.signed_varint()?.cast_unsigned());
        times.push(Timestamp(time));
    }
    let lengths = decode_lengths(&mut reader, count)?;
    let mut hashes = Vec::with_capacity(count);
    for (_, erased) in &lengths {
        hashes.push(if *erased {
            Some(BodyHash(reader.array()?))
        } else {
            None
        });
    }

    let mut entries = Vec::with_capacity(count);
    let per_entry = kinds
        .iter()
        .zip(charters)
        .zip(records)
        .zip(times)
        .zip(lengths)
        .zip(hashes);
    for (seq, (((((kind, charter), record), time), (body_bytes, _)), erased_hash)) in
        (preamble.first_seq..).zip(per_entry)
    {
        let (body, hash) = match erased_hash {
            Some(hash) => (None, hash),
            None => {
                let body = reader.take(body_bytes as usize)?.to_vec();
                let hash = body_hash(&body);
                (Some(body), hash)
            }
        };
        let header = Header {
            network,
            author: preamble.author,
            seq,
            previous,
            charter: VersionId(charter),
            kind: Kind(*kind),
            record: RecordId(record),
            time,
            body_bytes,
            body_hash: hash,
        };
        let id = header.id();
        previous = id;
        entries.push(Entry { header, id, body });
    }
    reader.finish()?;
    Ok(entries)
}

fn decode_lengths(reader: &mut Reader<'_>, count: usize) -> Result<Vec<(u32, bool)>, DecodeError> {
    let mut lengths = Vec::with_capacity(count);
    let mut total = 0usize;
    for _ in 0..count {
        let at = reader.clone();
        let stated = reader.length(MAX_BODY_BYTES * 2 + 1)?;
        let (bytes, erased) = (stated >> 1, stated & 1 == 1);
        let too_large = |actual: usize, limit: usize| {
            at.error(DecodeReason::TooLarge {
                actual: actual as u64,
                limit: limit as u64,
            })
        };
        total += if erased { 0 } else { bytes };
        if total > MAX_RUN_BODY_BYTES {
            return Err(too_large(total, MAX_RUN_BODY_BYTES));
        }
        let bytes = u32::try_from(bytes).map_err(|_| too_large(bytes, MAX_BODY_BYTES))?;
        lengths.push((bytes, erased));
    }
    Ok(lengths)
}
