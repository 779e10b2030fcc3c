//! A change against the record it is for: whether it fits, and what it would do there.
//!
//! The verdict depends on the change and what it follows only, never on what else is held. Nothing
//! that Automerge panics on, never forgives or cannot load again passes: gaps and repetitions in
//! an actor's sequence, numbers given twice, predecessors that do not exist or belong to another
//! key, unknown objects and elements.

use std::collections::BTreeMap;
use std::ops::Range;

use sync_protocol::id::ActorId;

use super::error::CheckError;
use super::log::{Made, OpId, Same};
use super::operation::{Act, OpRef, Scalar};
use super::parse::Change;
use super::seen::{Sight, follows};
use super::state::State;

/// What a change does to a record's state.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(super) actor: ActorId,
    pub(super) hash: [u8; 32],
    pub(super) operations: Range<u32>,
    pub(super) dependencies: Vec<u32>,
    /// What its operations make, places being those of this plan.
    pub(super) made: Vec<Same>,
    pub(super) fields: Vec<PlannedField<'a>>,
    pub(super) texts: Vec<PlannedText>,
    pub(super) writes: Vec<Write<'a>>,
    /// Operations that are replaced; each write has a range of them.
    pub(super) replaced: Vec<OpId>,
    by_key: BTreeMap<&'a str, u32>,
    /// The texts by number and actor of the operation that made them.
    by_name: BTreeMap<(u32, u32), u32>,
}

/// A key of the root that the change writes to.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlannedField<'a> {
    pub(super) key: &'a str,
    /// Its place in the state, where it has one.
    pub(super) held: Option<u32>,
    /// The value that the change gave it and did not take back since.
    standing: Option<u32>,
}

/// A text that the change makes or writes to.
#[derive(Clone, Debug)]
pub(super) struct PlannedText {
    /// How operations of the change name it.
    name: OpRef,
    pub(super) origin: Origin,
    /// The whole text, while it is written from beginning to end by the change that made it.
    pub(super) whole: Option<String>,
    /// The last element.
    last: Option<u32>,
}

/// Where a text comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin {
    /// The state, at this place.
    Held(u32),
    /// The change: under this field of the plan.
    Made(u32),
}

/// What one operation does to a key of the root.
#[derive(Clone, Debug)]
pub(super) struct Write<'a> {
    pub(super) counter: u32,
    pub(super) field: u32,
    pub(super) given: Option<Given<'a>>,
    pub(super) replaced: Range<u32>,
}

/// What a key of the root is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given<'a> {
    Scalar(Scalar<'a>),
    Text(u32),
}

impl<'a> Plan<'a> {
    /// What `change` would do to `state`, if it fits there and is by `actor`.
    pub(super) fn new(
        state: &State,
        change: &Change<'a>,
        actor: &ActorId,
    ) -> Result<Self, CheckError> {
        let dependencies = follows(state, change, actor)?;
        let end = change.last_op() as u32 + 1;
        let mut plan = Self {
            actor: change.actor,
            hash: change.hash,
            operations: change.start_op..end,
            dependencies: Vec::new(),
            made: Vec::new(),
            fields: Vec::new(),
            texts: Vec::new(),
            writes: Vec::new(),
            replaced: Vec::new(),
            by_key: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        let mut seen = Sight::new(state, change, &dependencies)?;
        let mut operations = change.operations();
        while let Some((operation, predecessors)) = operations.next() {
            let made = match operation.act {
                Act::Put { key, value } => {
                    let given = Some(Given::Scalar(value));
                    let field =
                        plan.write(&mut seen, operation.counter, key, given, predecessors)?;
                    Made::Value(field)
                }
                Act::MakeText { key } => {
                    let text = plan.texts.len() as u32;
                    let given = Some(Given::Text(text));
                    let field =
                        plan.write(&mut seen, operation.counter, key, given, predecessors)?;
                    let name = OpRef {
                        counter: operation.counter,
                        actor: 0,
                    };
                    plan.admit_text(name, Origin::Made(field));
                    Made::Text(text)
                }
                Act::Delete { key } => {
                    plan.write(&mut seen, operation.counter, key, None, predecessors)?;
                    Made::Nothing
                }
                Act::Insert {
                    text,
                    behind,
                    characters,
                } => {
                    let text = plan.text(&mut seen, operation.counter, text)?;
                    if let Some(element) = behind {
                        plan.element(&mut seen, operation.counter, text, element)?;
                    }
                    plan.insert(operation.counter, text, behind, characters);
                    Made::Element(text)
                }
                Act::Remove { text, element } => {
                    let text = plan.text(&mut seen, operation.counter, text)?;
                    plan.element(&mut seen, operation.counter, text, element)?;
                    plan.texts[text as usize].whole = None;
                    Made::Nothing
                }
            };
            plan.note(operation.counter, made);
        }
        drop(seen);
        plan.dependencies = dependencies;
        Ok(plan)
    }

    /// What the change gives a key: `None` if it does not write there, `Some(None)` if it leaves
    /// nothing there, or something other than a short text.
    pub(crate) fn given(&self, key: &str) -> Option<Option<&'a str>> {
        let field = *self.by_key.get(key)?;
        let last = self.writes.iter().rev().find(|it| it.field == field)?;
        Some(match last.given {
            Some(Given::Scalar(Scalar::Text(text))) => Some(text),
            Some(Given::Scalar(_) | Given::Text(_)) | None => None,
        })
    }

    /// Whether all that the change does is to give this key this text.
    pub(crate) fn gives_only(&self, key: &str, value: &str) -> bool {
        self.fields.len() == 1 && self.texts.is_empty() && self.given(key) == Some(Some(value))
    }

    /// Notes what an operation made, with the one before if that made the same.
    fn note(&mut self, counter: u32, made: Made) {
        match self.made.last_mut() {
            Some(last) if last.made == made => last.end = counter + 1,
            _ => self.made.push(Same {
                end: counter + 1,
                made,
            }),
        }
    }

    /// The change's field of a key.
    fn field(&mut self, state: &State, key: &'a str) -> u32 {
        let fields = &mut self.fields;
        *self.by_key.entry(key).or_insert_with(|| {
            fields.push(PlannedField {
                key,
                held: state.place(key),
                standing: None,
            });
            fields.len() as u32 - 1
        })
    }

    fn write(
        &mut self,
        seen: &mut Sight<'_>,
        counter: u32,
        key: &'a str,
        given: Option<Given<'a>>,
        predecessors: &[OpRef],
    ) -> Result<u32, CheckError> {
        let field = self.field(seen.state, key);
        let PlannedField { held, standing, .. } = self.fields[field as usize];
        let first = self.replaced.len() as u32;
        let mut replaces_standing = standing.is_none();
        for predecessor in predecessors {
            if predecessor.actor == 0 && predecessor.counter >= self.operations.start {
                // Of its own values only the standing one is left to be replaced.
                if standing != Some(predecessor.counter) {
                    return Err(CheckError::UnknownPredecessor { operation: counter });
                }
                replaces_standing = true;
            } else {
                let made = seen.made(*predecessor);
                let of_field = match made {
                    Some(Made::Value(field)) => field,
                    Some(Made::Text(text)) => seen.state.text_at(text).field,
                    Some(Made::Nothing | Made::Element(_)) | None => {
                        return Err(CheckError::UnknownPredecessor { operation: counter });
                    }
                };
                if held != Some(of_field) {
                    return Err(CheckError::ForeignPredecessor { operation: counter });
                }
            }
            self.replaced.extend(seen.id(*predecessor));
        }
        // Else one change could leave any number of values beside each other in a few bytes.
        if !replaces_standing {
            return Err(CheckError::ForgottenPredecessor { operation: counter });
        }
        self.fields[field as usize].standing = given.map(|_| counter);
        self.writes.push(Write {
            counter,
            field,
            given,
            replaced: first..self.replaced.len() as u32,
        });
        Ok(field)
    }

    /// The change's place for a text that one of its operations names.
    fn text(
        &mut self,
        seen: &mut Sight<'_>,
        operation: u32,
        name: OpRef,
    ) -> Result<u32, CheckError> {
        // Operations of one text stand together.
        if let Some(last) = self.texts.len().checked_sub(1)
            && self.texts[last].name == name
        {
            return Ok(last as u32);
        }
        if let Some(place) = self.by_name.get(&(name.counter, name.actor)) {
            return Ok(*place);
        }
        let Some(Made::Text(held)) = seen.made(name) else {
            return Err(CheckError::UnknownObject { operation });
        };
        Ok(self.admit_text(name, Origin::Held(held)))
    }

    fn admit_text(&mut self, name: OpRef, origin: Origin) -> u32 {
        let place = self.texts.len() as u32;
        self.by_name.insert((name.counter, name.actor), place);
        self.texts.push(PlannedText {
            name,
            origin,
            whole: match origin {
                Origin::Held(_) => None,
                Origin::Made(_) => Some(String::new()),
            },
            last: None,
        });
        place
    }

    /// That an element is one of this text.
    fn element(
        &self,
        seen: &mut Sight<'_>,
        operation: u32,
        text: u32,
        element: OpRef,
    ) -> Result<(), CheckError> {
        let is_there = if element.actor == 0 && element.counter >= self.operations.start {
            let place = self
                .made
                .partition_point(|range| range.end <= element.counter);
            let range = self.made.get(place);
            range.is_some_and(|range| range.made == Made::Element(text))
        } else {
            let made = seen.made(element);
            match (made, self.texts[text as usize].origin) {
                (Some(Made::Element(of)), Origin::Held(held)) => of == held,
                _ => false,
            }
        };
        if is_there {
            Ok(())
        } else {
            Err(CheckError::UnknownElement { operation })
        }
    }

    /// Follows a text that its change writes from beginning to end.
    fn insert(&mut self, counter: u32, text: u32, behind: Option<OpRef>, characters: &str) {
        let text = &mut self.texts[text as usize];
        let goes_on = match (behind, text.last) {
            (None, None) => true,
            (Some(element), Some(last)) => element.actor == 0 && element.counter == last,
            _ => false,
        };
        match &mut text.whole {
            Some(whole) if goes_on => {
                whole.push_str(characters);
                text.last = Some(counter);
            }
            whole => *whole = None,
        }
    }
}
