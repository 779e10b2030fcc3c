//! A change made out of what someone edits, without a document.
//!
//! Only what someone does to a text that stands needs one: where characters go in and out of it
//! is for Automerge to say. All else is scalars put and deleted at the root, and texts written
//! anew, from beginning to end.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::id::ActorId;

use super::encode::{DELETE, Key, MAKE_TEXT, Name, PUT, PlainChange, PlainOperation, encoded};
use super::operation::Scalar;
use super::state::{Live, State, Value as Held};
use crate::registry::{Collection, FieldKind, Value};
use crate::replica::content::{MEMBER, REMOVED};
use crate::replica::draft::Edits;

/// What edits come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Composed {
    /// The record is so already.
    Nothing,
    /// A change, in a whole chunk.
    Change(Vec<u8>),
    /// Only a document can tell: a text that stands becomes another.
    NeedsDocument,
}

/// The change by which `actor` edits a record that holds `state`.
pub(crate) fn compose(
    state: &State,
    collection: Option<&Collection>,
    edits: &Edits,
    actor: &ActorId,
) -> Composed {
    let mut change = Composing::new(state, actor);
    if change.write(collection, edits).is_err() {
        return Composed::NeedsDocument;
    }
    if change.operations.is_empty() {
        return Composed::Nothing;
    }
    Composed::Change(change.finish().chunk())
}

/// Why there is no change.
struct NeedsDocument;

/// A change being made. Operations name others by the place of their actor in the state's log;
/// only in the end it is known which actors are named.
struct Composing<'a> {
    state: &'a State,
    actor: ActorId,
    /// This actor's place in the state's log; beyond it where it has made no change yet.
    own: u64,
    start_op: u64,
    operations: Vec<PlainOperation<'a>>,
    /// The keys that this change wrote: the operation that gave each its value, or none.
    written: BTreeMap<Cow<'a, str>, Option<u64>>,
}

impl<'a> Composing<'a> {
    fn new(state: &'a State, actor: &ActorId) -> Self {
        let log = state.log();
        let heads = log.heads.iter().map(|head| log.held(*head).last_op);
        Self {
            state,
            actor: *actor,
            own: u64::from(log.actor_place(actor).unwrap_or_else(|| log.actor_count())),
            start_op: u64::from(heads.max().unwrap_or(0)) + 1,
            operations: Vec::new(),
            written: BTreeMap::new(),
        }
    }

    fn write(
        &mut self,
        collection: Option<&Collection>,
        edits: &'a Edits,
    ) -> Result<(), NeedsDocument> {
        for (name, value) in &edits.set {
            let kind = collection.and_then(|it| it.field(name)).map(|it| it.kind);
            match value {
                None => self.clear(name),
                Some(Value::Set(members)) => {
                    let others = self.members(name);
                    self.remove(name, others.iter().filter(|it| !members.contains(*it)));
                    self.add(name, members);
                }
                Some(Value::Text(text)) if matches!(kind, Some(FieldKind::Prose(_))) => {
                    self.write_prose(name, text)?;
                }
                Some(Value::Text(text)) => self.write_scalar(name, Scalar::Text(text)),
                Some(Value::Integer(number)) => self.write_scalar(name, Scalar::Integer(*number)),
                Some(Value::Decimal(number)) => self.write_scalar(name, Scalar::Decimal(*number)),
                Some(Value::Flag(flag)) => self.write_scalar(name, Scalar::Flag(*flag)),
            }
        }
        for (name, members) in &edits.add {
            self.add(name, members);
        }
        for (name, members) in &edits.remove {
            let held = self.members(name);
            self.remove(name, members.intersection(&held));
        }
        match edits.removed {
            Some(true) => self.write_scalar(REMOVED, Scalar::Flag(true)),
            Some(false) => self.clear(REMOVED),
            None => {}
        }
        Ok(())
    }

    /// The members of a list, as this change leaves them so far.
    fn members(&self, name: &str) -> BTreeSet<String> {
        // The keys of one list stand between `name/` and `name0`, the character behind `/`.
        let (first, end) = (format!("{name}{MEMBER}"), format!("{name}0"));
        let held = self.state.within(&first, &end);
        let held = held.filter(|(key, _)| !self.written.contains_key(*key));
        let held = held.filter(|(_, values)| is_true(values)).map(|it| it.0);
        let written = self.written.iter().filter(|(_, by)| by.is_some());
        let written = written.map(|(key, _)| &**key);
        let written = written.filter(|key| (first.as_str()..end.as_str()).contains(key));
        held.chain(written)
            .filter_map(|key| Some(key.split_once(MEMBER)?.1.to_owned()))
            .collect()
    }

    fn add(&mut self, name: &str, members: &BTreeSet<String>) {
        for member in members {
            let key = format!("{name}{MEMBER}{member}");
            let is_held = match self.written.get(key.as_str()) {
                Some(by) => by.is_some(),
                None => is_true(self.state.values(&key)),
            };
            if !is_held {
                self.put(Cow::Owned(key), Scalar::Flag(true));
            }
        }
    }

    fn remove<'m>(&mut self, name: &str, members: impl Iterator<Item = &'m String>) {
        for member in members {
            self.delete(Cow::Owned(format!("{name}{MEMBER}{member}")));
        }
    }

    fn clear(&mut self, name: &'a str) {
        let members = self.members(name);
        self.remove(name, members.iter());
        if !self.state.values(name).is_empty() {
            self.delete(Cow::Borrowed(name));
        }
    }

    fn write_scalar(&mut self, name: &'a str, value: Scalar<'a>) {
        match self.state.values(name) {
            [standing] if is_same(standing.value(), value) => {}
            _ => self.put(Cow::Borrowed(name), value),
        }
    }

    fn write_prose(&mut self, name: &'a str, text: &'a str) -> Result<(), NeedsDocument> {
        if let [standing] = self.state.values(name)
            && let Held::Prose(held) = standing.value()
        {
            return match self.state.prose(*held) {
                Some(held) if held == text => Ok(()),
                _ => Err(NeedsDocument),
            };
        }
        let made = self.at_root(Cow::Borrowed(name), MAKE_TEXT, None);
        let mut behind = Key::Head;
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let (character, others) = rest.split_at(character.len_utf8());
            rest = others;
            let (kind, value) = encoded(Scalar::Text(character));
            let name = self.push(PlainOperation {
                object: Some((self.own, made)),
                key: behind,
                insert: true,
                action: PUT,
                kind,
                value,
                predecessors: Vec::new(),
            });
            behind = Key::At((self.own, name));
        }
        Ok(())
    }

    fn put(&mut self, key: Cow<'a, str>, value: Scalar<'a>) {
        let by = self.at_root(key.clone(), PUT, Some(value));
        self.written.insert(key, Some(by));
    }

    fn delete(&mut self, key: Cow<'a, str>) {
        self.at_root(key.clone(), DELETE, None);
        self.written.insert(key, None);
    }

    /// Writes to a key of the root in the place of all its values; returns the operation's number.
    fn at_root(&mut self, key: Cow<'a, str>, action: u64, value: Option<Scalar<'a>>) -> u64 {
        let predecessors = match self.written.get(&key) {
            Some(by) => by.iter().map(|by| (self.own, *by)).collect(),
            None => {
                let values = self.state.values(&key).iter().map(Live::id);
                values
                    .map(|id| (u64::from(id.actor), u64::from(id.counter)))
                    .collect()
            }
        };
        let (kind, value) = value.map_or((0, Cow::Borrowed(&[][..])), encoded);
        self.push(PlainOperation {
            object: None,
            key: Key::Text(key),
            insert: false,
            action,
            kind,
            value,
            predecessors,
        })
    }

    fn push(&mut self, operation: PlainOperation<'a>) -> u64 {
        self.operations.push(operation);
        self.start_op + self.operations.len() as u64 - 1
    }

    fn finish(mut self) -> PlainChange<'a> {
        let log = self.state.log();
        let (others, places) = self.name_actors();
        for operation in &mut self.operations {
            let name = |(actor, _): &mut Name| *actor = places.get(actor).copied().unwrap_or(0);
            operation.predecessors.iter_mut().for_each(name);
            operation.object.iter_mut().for_each(name);
            if let Key::At(element) = &mut operation.key {
                name(element);
            }
        }
        let mut dependencies: BTreeSet<[u8; 32]> =
            log.heads.iter().map(|head| log.held(*head).hash).collect();
        // Automerge names it always, whether or not another of them follows it.
        let before = log.actor_place(&self.actor);
        let before = before.and_then(|actor| log.actors_last(actor));
        dependencies.extend(before.map(|before| log.held(before).hash));
        PlainChange {
            dependencies: dependencies.into_iter().collect(),
            actor: self.actor.0,
            seq: before.map_or(0, |before| u64::from(log.held(before).seq)) + 1,
            start_op: self.start_op,
            time: 0,
            message: String::new(),
            others: others.into_iter().map(|actor| actor.0).collect(),
            operations: self.operations,
        }
    }

    /// The other actors that are named, in rising order, and what each one's place becomes.
    fn name_actors(&self) -> (Vec<ActorId>, BTreeMap<u64, u64>) {
        let named = self.operations.iter();
        let named = named.flat_map(|operation| operation.predecessors.iter());
        let named = named.map(|(actor, _)| *actor).filter(|it| *it != self.own);
        let named: BTreeSet<u64> = named.collect();
        let mut actors: Vec<(ActorId, u64)> = named
            .into_iter()
            .map(|place| (self.state.log().actor(place as u32).id, place))
            .collect();
        actors.sort_unstable();
        let places = actors.iter().zip(1..);
        let places = places.map(|((_, place), becomes)| (*place, becomes));
        let places = places.collect();
        (actors.into_iter().map(|(actor, _)| actor).collect(), places)
    }
}

fn is_true(values: &[Live]) -> bool {
    values.last().map(Live::value) == Some(&Held::Flag(true))
}

fn is_same(held: &Held, value: Scalar<'_>) -> bool {
    match (held, value) {
        (Held::Text(held), Scalar::Text(text)) => **held == *text,
        (Held::Integer(held), Scalar::Integer(number)) => *held == number,
        (Held::Decimal(held), Scalar::Decimal(number)) => held.to_bits() == number.to_bits(),
        (Held::Flag(held), Scalar::Flag(flag)) => *held == flag,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
