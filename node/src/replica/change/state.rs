//! A record's fields out of its changes, without a document.
//!
//! The root of an Automerge document is a map in which each key has the values that no operation
//! replaced. Usually that is one; written at once by several, each is kept, and the one with the
//! greatest operation number stands, between equal numbers the one whose actor's bytes are
//! greater. That much is followed here, exactly as Automerge does. What is inside a text only
//! Automerge can tell, except for one that still is as it was written in one go.

use std::collections::BTreeMap;
use std::ops::Bound;

use sync_protocol::id::ActorId;

use super::error::CheckError;
use super::log::{Ancestry, Log, Made, OpId, Same};
use super::operation::Scalar;
use super::parse::Change;
use super::plan::{Given, Origin, Plan};

/// What a record's changes come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    log: Log,
    fields: Vec<Field>,
    by_key: BTreeMap<Box<str>, u32>,
    texts: Vec<Text>,
}

#[derive(Clone, Debug)]
struct Field {
    /// The values that nothing replaced; the last one stands.
    values: Vec<Live>,
    /// Whether it was written more than once, or cleared.
    rewritten: bool,
}

/// What stood under a key for whoever made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen<'a> {
    /// Nothing, or something other than a short text.
    Nothing,
    /// This.
    Text(&'a str),
    /// Something else was written there since, beside the change.
    Unclear,
}

/// A text object.
#[derive(Clone, Debug)]
pub(super) struct Text {
    /// The field whose value it is or was.
    pub(super) field: u32,
    /// What it says, if nobody wrote to it since it was written.
    whole: Option<Box<str>>,
}

/// A value that nothing replaced.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Live {
    id: OpId,
    value: Value,
}

impl Live {
    /// The value.
    pub(crate) const fn value(&self) -> &Value {
        &self.value
    }

    /// The operation that gave it; [`State::change_of`] tells whose it is.
    pub(crate) const fn id(&self) -> OpId {
        self.id
    }
}

/// A value of a key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Text(Box<str>),
    Integer(i64),
    Decimal(f64),
    Flag(bool),
    /// A text object; [`State::prose`] tells what it says, or that a document must.
    Prose(TextId),
}

/// One text of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextId(u32);

/// A change that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeldChange<'a> {
    pub(crate) actor: ActorId,
    pub(crate) seq: u64,
    pub(crate) hash: &'a [u8; 32],
    pub(crate) start_op: u32,
    pub(crate) last_op: u32,
}

impl State {
    /// Takes a change whose dependencies are held; one that does not fit leaves everything as it
    /// was.
    pub(crate) fn apply(&mut self, change: &Change<'_>, actor: &ActorId) -> Result<(), CheckError> {
        let plan = self.plan(change, actor)?;
        self.carry_out(plan);
        Ok(())
    }

    /// What a change would do here, if its dependencies are held and it fits.
    pub(crate) fn plan<'c>(
        &self,
        change: &Change<'c>,
        actor: &ActorId,
    ) -> Result<Plan<'c>, CheckError> {
        Plan::new(self, change, actor)
    }

    /// The short text that stands under a key.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.values(key).last()?.value() {
            Value::Text(text) => Some(text),
            Value::Integer(_) | Value::Decimal(_) | Value::Flag(_) | Value::Prose(_) => None,
        }
    }

    /// What stood under a key for whoever made a planned change.
    pub(crate) fn seen(&self, plan: &Plan<'_>, key: &str) -> Seen<'_> {
        let Some(place) = self.place(key) else {
            return Seen::Nothing;
        };
        let field = &self.fields[place as usize];
        let mut ancestry = Ancestry::new(&self.log, &plan.dependencies);
        if !ancestry.follows_all() {
            if field.rewritten {
                return Seen::Unclear;
            }
            let written = field
                .values
                .last()
                .and_then(|live| self.log.change_of(live.id));
            if !written.is_some_and(|change| ancestry.contains(change)) {
                return Seen::Nothing;
            }
        }
        self.text(key).map_or(Seen::Nothing, Seen::Text)
    }

    /// The hashes of all that a planned change follows, ancestors first.
    pub(crate) fn followed(&self, plan: &Plan<'_>) -> Vec<[u8; 32]> {
        let mut ancestry = Ancestry::new(&self.log, &plan.dependencies);
        let places = 0..self.log.changes.len() as u32;
        let followed = places.filter(|place| ancestry.contains(*place));
        followed.map(|place| self.log.held(place).hash).collect()
    }

    /// Takes what [`State::plan`] planned; nothing else was taken since.
    pub(crate) fn carry_out(&mut self, plan: Plan<'_>) {
        let actor = self.log.admit_actor(plan.actor);
        let mut fields = Vec::with_capacity(plan.fields.len());
        fields.extend(
            plan.fields
                .iter()
                .map(|field| field.held.unwrap_or_else(|| self.admit_key(field.key))),
        );
        let texts: Vec<u32> = plan
            .texts
            .into_iter()
            .map(|text| match text.origin {
                Origin::Made(field) => {
                    self.texts.push(Text {
                        field: fields[field as usize],
                        whole: text.whole.map(String::into_boxed_str),
                    });
                    self.texts.len() as u32 - 1
                }
                Origin::Held(held) => {
                    let text = &mut self.texts[held as usize];
                    text.whole = None;
                    held
                }
            })
            .collect();
        let mut made = plan.made;
        for Same { made, .. } in &mut made {
            *made = match *made {
                Made::Nothing => Made::Nothing,
                Made::Value(field) => Made::Value(fields[field as usize]),
                Made::Text(text) => Made::Text(texts[text as usize]),
                Made::Element(text) => Made::Element(texts[text as usize]),
            };
        }
        for write in plan.writes {
            let range = write.replaced.start as usize..write.replaced.end as usize;
            let replaced = &plan.replaced[range];
            let field = &mut self.fields[fields[write.field as usize] as usize];
            field.rewritten |= !field.values.is_empty() || !replaced.is_empty();
            field.rewritten |= write.given.is_none();
            let values = &mut field.values;
            if !replaced.is_empty() {
                values.retain(|live| !replaced.contains(&live.id));
            }
            let Some(given) = write.given else { continue };
            let value = match given {
                Given::Scalar(Scalar::Text(text)) => Value::Text(text.into()),
                Given::Scalar(Scalar::Integer(number)) => Value::Integer(number),
                Given::Scalar(Scalar::Decimal(number)) => Value::Decimal(number),
                Given::Scalar(Scalar::Flag(flag)) => Value::Flag(flag),
                Given::Text(text) => Value::Prose(TextId(texts[text as usize])),
            };
            let id = OpId {
                counter: write.counter,
                actor,
            };
            if values.is_empty() {
                // Nearly always there is one value only.
                values.reserve_exact(1);
            }
            let behind = values.partition_point(|live| self.log.is_before(live.id, id));
            values.insert(behind, Live { id, value });
        }
        self.log
            .push(plan.hash, actor, plan.operations, &plan.dependencies, &made);
    }

    fn admit_key(&mut self, key: &str) -> u32 {
        let place = self.fields.len() as u32;
        self.by_key.insert(key.into(), place);
        self.fields.push(Field {
            values: Vec::new(),
            rewritten: false,
        });
        place
    }

    /// Every key that has a value, in rising order, with its values: the last one stands, if there
    /// are others they are in conflict with it.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &[Live])> {
        self.by_key.iter().filter_map(|(key, place)| {
            let values = self.fields[*place as usize].values.as_slice();
            (!values.is_empty()).then_some((&**key, values))
        })
    }

    /// The values of a key that nothing replaced; the last one stands.
    pub(crate) fn values(&self, key: &str) -> &[Live] {
        self.place(key)
            .map_or(&[], |place| &self.fields[place as usize].values)
    }

    /// The keys from `first` on and before `end` that have a value, with their values.
    pub(super) fn within(&self, first: &str, end: &str) -> impl Iterator<Item = (&str, &[Live])> {
        let keys = (Bound::Included(first), Bound::Excluded(end));
        self.by_key
            .range::<str, _>(keys)
            .filter_map(|(key, place)| {
                let values = self.fields[*place as usize].values.as_slice();
                (!values.is_empty()).then_some((&**key, values))
            })
    }

    /// What a text says; none if only a document can tell.
    pub(crate) fn prose(&self, text: TextId) -> Option<&str> {
        self.texts.get(text.0 as usize)?.whole.as_deref()
    }

    /// Whether some value can only be read out of a document.
    pub(crate) fn needs_document(&self) -> bool {
        !self.texts.is_empty()
            && self.fields.iter().any(|field| {
                field.values.iter().any(|live| match live.value {
                    Value::Prose(text) => self.prose(text).is_none(),
                    Value::Text(_) | Value::Integer(_) | Value::Decimal(_) | Value::Flag(_) => {
                        false
                    }
                })
            })
    }

    /// The change that an operation belongs to.
    pub(crate) fn change_of(&self, operation: OpId) -> Option<HeldChange<'_>> {
        Some(self.held(self.log.change_of(operation)?))
    }

    fn held(&self, place: u32) -> HeldChange<'_> {
        let held = self.log.held(place);
        HeldChange {
            actor: self.log.actor(held.actor).id,
            seq: u64::from(held.seq),
            hash: &held.hash,
            start_op: held.start_op,
            last_op: held.last_op,
        }
    }

    pub(super) const fn log(&self) -> &Log {
        &self.log
    }

    /// A key's place.
    pub(super) fn place(&self, key: &str) -> Option<u32> {
        self.by_key.get(key).copied()
    }

    pub(super) fn text_at(&self, place: u32) -> &Text {
        &self.texts[place as usize]
    }
}

#[cfg(test)]
mod inspection;
