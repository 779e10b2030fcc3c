//! One hash for all that is shown: two nodes with equal digests show the same registry.
//!
//! Over stored values of accepted records, sorted by identity; values in conflict as sorted sets;
//! removed records too. Nothing local, pending, or computed from dates enters it.
//! Spec: docs/protocol.md, section on the view digest.

use std::fmt;

use data_encoding::HEXLOWER;
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};
use sync_protocol::id::RecordId;

use super::error::ViewError;
use super::read::Reader;
use super::record::State;
use crate::registry::Value;

/// The digest of everything a node shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewDigest(pub [u8; 32]);

impl fmt::Display for ViewDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// Folds the records' digests, given in the order of their identities.
#[derive(Debug)]
pub(crate) struct Folder(Sha256);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(Sha256::new_with_prefix(b"capactif-vd1"))
    }

    pub(crate) fn push(&mut self, record: &[u8]) {
        self.0.update(record);
    }

    pub(crate) fn finish(self) -> ViewDigest {
        ViewDigest(self.0.finalize().into())
    }
}

/// The digest of one record's stored values.
pub(crate) fn record_digest(state: &State) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(1024);
    bytes.extend_from_slice(b"capactif-vr1");
    bytes.extend_from_slice(&state.id.0);
    bytes.extend_from_slice(&state.owner.0);
    push(&mut bytes, state.collection.as_bytes());
    bytes.push(u8::from(state.removed));
    for (name, value) in &state.fields {
        push(&mut bytes, name.as_bytes());
        let conflict = state.conflicts.iter().find(|(field, _)| field == name);
        let mut values: Vec<Vec<u8>> = match conflict {
            None => vec![encode(value)],
            Some((_, values)) => values.iter().map(|other| encode(&other.value)).collect(),
        };
        values.sort_unstable();
        values.dedup();
        bytes.extend_from_slice(&(values.len() as u64).to_be_bytes());
        for value in values {
            push(&mut bytes, &value);
        }
    }
    Sha256::digest(&bytes).into()
}

impl Reader {
    /// The digest of one record's stored values, as it is shown: the content that people ratify.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn digest_of(&self, id: &RecordId) -> Result<Option<[u8; 32]>, ViewError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT digest FROM record WHERE id = ?1")?;
            Ok(select.query_row([&id.0[..]], |row| row.get(0)).optional()?)
        })
    }
}

fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

/// A value's unambiguous bytes.
fn encode(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    match value {
        Value::Text(text) => {
            bytes.push(1);
            bytes.extend_from_slice(text.as_bytes());
        }
        Value::Integer(number) => {
            bytes.push(2);
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        Value::Decimal(number) => {
            bytes.push(3);
            bytes.extend_from_slice(&number.to_bits().to_be_bytes());
        }
        Value::Flag(flag) => bytes.extend_from_slice(&[4, u8::from(*flag)]),
        Value::Set(items) => {
            bytes.push(5);
            for item in items {
                push(&mut bytes, item.as_bytes());
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use sync_protocol::id::{NodeId, StructureId};
    use sync_protocol::time::Timestamp;

    use super::super::record::{ConflictingValue, Stamp};
    use super::*;

    /// What people ratified stays ratified with later versions of the program.
    #[test]
    fn the_digest_of_a_record_is_the_one_that_people_signed() {
        let stamp = Stamp {
            time: Timestamp(1),
            node: NodeId([3; 32]),
        };
        let conflicting = |price: i64| ConflictingValue {
            value: Value::Integer(price),
            node: None,
            time: Timestamp(1),
        };
        let text = |it: &str| it.to_owned();
        let set: BTreeSet<String> = [text("miel"), text("lait")].into();
        let mut state = State {
            id: RecordId([1; 32]),
            collection: text("opportunity"),
            owner: StructureId([2; 32]),
            fields: [
                (text("title"), Value::Text(text("Fromagerie"))),
                (text("price_max"), Value::Integer(9_000_000)),
                (text("surface_m2"), Value::Decimal(120.5)),
                (text("organic"), Value::Flag(true)),
                (text("farm_production"), Value::Set(set)),
            ]
            .into(),
            removed: false,
            created: stamp,
            changed: stamp,
            conflicts: vec![(
                text("price_max"),
                vec![conflicting(9_000_000), conflicting(8_500_000)],
            )],
        };
        let signed = "f2bf5f77947fa53c6cd7b05d1195ea0de927f0ff02f871501dca164909ed4c59";
        assert_eq!(HEXLOWER.encode(&record_digest(&state)), signed);
        state.changed.time = Timestamp(2);
        state.conflicts[0].1.reverse();
        assert_eq!(HEXLOWER.encode(&record_digest(&state)), signed);
        state.removed = true;
        assert_ne!(HEXLOWER.encode(&record_digest(&state)), signed);
    }
}
