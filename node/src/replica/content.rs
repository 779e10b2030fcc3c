//! A record's values, as its document's root holds them.
//!
//! Every value is a scalar under its field's name. A list is a set: one key `field/item` per
//! member, so that two people adding at once both succeed. Long prose alone is a text object. A
//! removed record has the key `_removed`. Other keys that begin with `_` are kept for versions to
//! come and not shown.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{State, Value as StateValue};
use super::chunk::Hash;
use crate::registry::{Fields, Value};

/// The key of a removed record.
pub(crate) const REMOVED: &str = "_removed";
/// What parts a list's name from its member in a key.
pub(crate) const MEMBER: char = '/';

/// A record's values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Content {
    /// The values that stand.
    pub(crate) fields: Fields,
    /// Whether the record is removed.
    pub(crate) removed: bool,
    /// Fields with several values, each with the change that set it, the standing one first.
    pub(crate) conflicts: Vec<(String, Vec<Given>)>,
}

/// A value with the change that gave it, when it can be told.
pub(crate) type Given = (Value, Option<Hash>);

impl Content {
    /// What changes came to; none where only a document can tell what a text says.
    pub(crate) fn of(state: &State) -> Option<Self> {
        if state.needs_document() {
            return None;
        }
        let read = |value: &StateValue| match value {
            StateValue::Text(text) => Some(Value::Text(text.to_string())),
            StateValue::Integer(number) => Some(Value::Integer(*number)),
            StateValue::Decimal(number) => Some(Value::Decimal(*number)),
            StateValue::Flag(flag) => Some(Value::Flag(*flag)),
            StateValue::Prose(text) => state.prose(*text).map(|text| Value::Text(text.to_owned())),
        };
        let mut gathering = Gathering::default();
        for (key, values) in state.entries() {
            let Some(standing) = values.last().and_then(|live| read(live.value())) else {
                continue;
            };
            let all = || {
                let given = values.iter().rev().filter_map(|live| {
                    let change = state.change_of(live.id()).map(|change| *change.hash);
                    Some((read(live.value())?, change))
                });
                given.collect()
            };
            gathering.add(key, standing, (values.len() > 1).then_some(all));
        }
        Some(gathering.finish())
    }
}

/// Puts a content together, key by key.
#[derive(Debug, Default)]
pub(crate) struct Gathering {
    content: Content,
    sets: BTreeMap<String, BTreeSet<String>>,
}

impl Gathering {
    /// Adds a key with the value that stands; `all` gives its values, the greatest first, where
    /// several stand beside each other.
    pub(crate) fn add(
        &mut self,
        key: &str,
        standing: Value,
        all: Option<impl FnOnce() -> Vec<Given>>,
    ) {
        let is_true = standing == Value::Flag(true);
        if key.starts_with('_') {
            self.content.removed |= key == REMOVED && is_true;
            return;
        }
        if let Some((name, member)) = key.split_once(MEMBER) {
            if is_true {
                let set = self.sets.entry(name.to_owned()).or_default();
                set.insert(member.to_owned());
            }
            return;
        }
        if let Some(all) = all {
            let mut values: Vec<Given> = Vec::new();
            for (value, change) in all() {
                if values.iter().all(|(other, _)| !same(other, &value)) {
                    values.push((value, change));
                }
            }
            values.sort_by_key(|(value, _)| !same(value, &standing));
            if values.len() > 1 {
                self.content.conflicts.push((key.to_owned(), values));
            }
        }
        self.content.fields.insert(key.to_owned(), standing);
    }

    pub(crate) fn finish(self) -> Content {
        let Self { mut content, sets } = self;
        for (name, members) in sets {
            content.conflicts.retain(|(field, _)| *field != name);
            content.fields.insert(name, Value::Set(members));
        }
        content
    }
}

/// Equality under which a decimal that is not a number equals itself.
pub(crate) fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Decimal(one), Value::Decimal(other)) => one.to_bits() == other.to_bits(),
        _ => one == other,
    }
}
