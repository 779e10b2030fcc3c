//! What a refused entry meant to write, so that it can be written again.
//!
//! A refused change cannot be followed: what it built upon may be refused too. What it gave each
//! field is in its operations all the same, but for edits inside a long text that another change
//! wrote.

use sync_protocol::body;
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::ActorId;

use super::change::{Change, OpRef, OperationAct, Scalar};
use super::chunk::{self, Cut};
use super::content::{MEMBER, REMOVED};
use super::draft::Edits;
use crate::registry::Value;

/// What an entry meant to write.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meant {
    /// The collection, where it creates a record.
    pub creates: Option<String>,
    /// Its values.
    pub edits: Edits,
    /// Whether it also edits inside texts, which are not among the values.
    pub is_partial: bool,
}

/// What a create or change entry meant to write; `None` of another kind, and of one whose bytes
/// are not what its kind says.
#[must_use]
pub fn meant(entry: &Entry) -> Option<Meant> {
    let bytes = entry.body.as_deref()?;
    let (first, creates) = match entry.header.kind {
        Kind::CREATE => {
            let create = body::Create::decode(bytes).ok()?;
            (create.first, Some(create.collection))
        }
        Kind::CHANGE => (body::Change::decode(bytes).ok()?, None),
        _ => return None,
    };
    // Names of others are of no account here, as long as they are different.
    let own = ActorId([0; 16]);
    let others = (1..=first.speakers.len()).map(|place| {
        let mut actor = [0xFF; 16];
        actor[..8].copy_from_slice(&(place as u64).to_be_bytes());
        ActorId(actor)
    });
    let cut = Cut {
        dependencies: Vec::new(),
        actors: others.collect(),
        operations: first.operations,
    };
    let chunk = chunk::restore(&cut, &own).ok()?;
    let change = Change::parse(&chunk).ok()?;
    let mut meant = Meant {
        creates,
        ..Meant::default()
    };
    let mut texts: Vec<(OpRef, String)> = Vec::new();
    let mut operations = change.operations();
    while let Some((operation, _)) = operations.next() {
        match operation.act {
            OperationAct::Put { key, value } => meant.put(key, Some(value)),
            OperationAct::Delete { key } => meant.put(key, None),
            OperationAct::MakeText { key } => {
                let made = OpRef {
                    counter: operation.counter,
                    actor: 0,
                };
                texts.push((made, key.to_owned()));
                meant
                    .edits
                    .set
                    .insert(key.to_owned(), Some(Value::Text(String::new())));
            }
            OperationAct::Insert {
                text, characters, ..
            } => {
                let key = texts.iter().find(|(made, _)| *made == text);
                let value = key.and_then(|(_, key)| meant.edits.set.get_mut(key));
                match value {
                    // A text that is new is written from beginning to end.
                    Some(Some(Value::Text(whole))) => whole.push_str(characters),
                    _ => meant.is_partial = true,
                }
            }
            OperationAct::Remove { .. } => meant.is_partial = true,
        }
    }
    Some(meant)
}

impl Meant {
    fn put(&mut self, key: &str, value: Option<Scalar<'_>>) {
        if key == REMOVED {
            self.edits.removed = Some(value == Some(Scalar::Flag(true)));
            return;
        }
        if key.starts_with('_') {
            self.is_partial = true;
            return;
        }
        if let Some((list, member)) = key.split_once(MEMBER) {
            let (into, out_of) = if value == Some(Scalar::Flag(true)) {
                (&mut self.edits.add, &mut self.edits.remove)
            } else {
                (&mut self.edits.remove, &mut self.edits.add)
            };
            into.entry(list.to_owned())
                .or_default()
                .insert(member.to_owned());
            if let Some(members) = out_of.get_mut(list) {
                members.remove(member);
            }
            return;
        }
        let value = value.map(|value| match value {
            Scalar::Text(text) => Value::Text(text.to_owned()),
            Scalar::Integer(number) => Value::Integer(number),
            Scalar::Decimal(number) => Value::Decimal(number),
            Scalar::Flag(flag) => Value::Flag(flag),
        });
        self.edits.set.insert(key.to_owned(), value);
    }
}
