//! Changes taken apart, to be altered and put together again.

use std::borrow::Cow;

use super::Change;
use super::encode::{Key, PlainChange, PlainOperation, encoded};
use super::operation::{Act, OpRef, Scalar};
use crate::replica::chunk::enclose;

pub(super) type Forged = PlainChange<'static>;
pub(super) type ForgedOperation = PlainOperation<'static>;

impl PlainChange<'static> {
    /// The same change as the parser read it.
    pub(super) fn of(change: &Change<'_>) -> Self {
        let name = |name: OpRef| (u64::from(name.actor), u64::from(name.counter));
        let mut operations = Vec::new();
        let mut all = change.operations();
        while let Some((operation, predecessors)) = all.next() {
            let mut forged = ForgedOperation {
                object: None,
                key: Key::Head,
                insert: false,
                action: 3,
                kind: 0,
                value: Cow::Borrowed(&[]),
                predecessors: predecessors.iter().map(|one| name(*one)).collect(),
            };
            match operation.act {
                Act::Put { key, value } => {
                    forged.key = Key::Text(Cow::Owned(key.to_owned()));
                    forged.action = 1;
                    (forged.kind, forged.value) = owned(value);
                }
                Act::MakeText { key } => {
                    forged.key = Key::Text(Cow::Owned(key.to_owned()));
                    forged.action = 4;
                }
                Act::Delete { key } => forged.key = Key::Text(Cow::Owned(key.to_owned())),
                Act::Insert {
                    text,
                    behind,
                    characters,
                } => {
                    forged.object = Some(name(text));
                    forged.key = behind.map_or(Key::Head, |element| Key::At(name(element)));
                    forged.insert = true;
                    forged.action = 1;
                    (forged.kind, forged.value) = owned(Scalar::Text(characters));
                }
                Act::Remove { text, element } => {
                    forged.object = Some(name(text));
                    forged.key = Key::At(name(element));
                }
            }
            operations.push(forged);
        }
        Self {
            dependencies: change.dependencies.to_vec(),
            actor: change.actor.0,
            seq: change.seq,
            start_op: u64::from(change.start_op),
            time: change.time,
            message: change.message.to_owned(),
            others: change.actors().skip(1).map(|actor| actor.0).collect(),
            operations,
        }
    }
}

/// A chunk with its length and checksum put right, if what stands before them allows.
pub(super) fn mended(chunk: &[u8]) -> Vec<u8> {
    let Some(behind) = chunk.get(9..) else {
        return chunk.to_vec();
    };
    let length = behind.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    enclose(behind.get(length..).unwrap_or_default())
}

fn owned(value: Scalar<'_>) -> (u64, Cow<'static, [u8]>) {
    let (kind, bytes) = encoded(value);
    (kind, Cow::Owned(bytes.into_owned()))
}
