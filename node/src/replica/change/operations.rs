//! The operations of a change, read out of its columns one by one.
//!
//! Source: <https://automerge.org/automerge-binary-format-spec/>, "Operation Columns", "Actions",
//! "Value Metadata".

use sync_protocol::id::ActorId;

use super::column::{Deltas, Fault, Flags, Runs};
use super::encode::{DELETE, MAKE_TEXT, PUT};
use super::error::{Column, MAX_COUNTER, MAX_OPERATIONS, ParseError};
use super::operation::{Act, OpRef, Operation, Scalar};
use super::parse::{Change, other_actor};
use super::read::Bytes;

/// Operations on their way out of the columns.
#[derive(Clone, Debug)]
pub(crate) struct Operations<'a> {
    own: ActorId,
    others: &'a [[u8; 17]],
    object_actor: Runs<'a, u64>,
    object_counter: Runs<'a, u64>,
    key_actor: Runs<'a, u64>,
    key_counter: Deltas<'a>,
    key_text: Runs<'a, &'a str>,
    insert: Flags<'a>,
    action: Runs<'a, u64>,
    has_actions: bool,
    value_kind: Runs<'a, u64>,
    value: Bytes<'a>,
    predecessor_count: Runs<'a, u64>,
    predecessor_actor: Runs<'a, u64>,
    predecessor_counter: Deltas<'a>,
    start: u32,
    read: u32,
    current: Option<Operation<'a>>,
    predecessors: Vec<OpRef>,
    /// Whether each of the other actors was named.
    named: Vec<bool>,
    /// How many operations the change's bytes still allow; taking characters out of a text is
    /// free, since Automerge says it of thousands in a few bytes.
    allowed: usize,
    predecessors_allowed: u64,
}

/// Names the column in which something is wrong.
trait In<T> {
    fn at(self, column: Column) -> Result<T, ParseError>;
}

impl<T> In<T> for Result<T, Fault> {
    #[inline]
    fn at(self, column: Column) -> Result<T, ParseError> {
        self.map_err(|fault| ParseError::Column { column, fault })
    }
}

impl<'a> Operations<'a> {
    pub(super) fn new(change: &Change<'a>, length: usize) -> Self {
        let columns = change.columns();
        let actions = columns.of(Column::Action);
        Self {
            own: change.actor,
            others: change.others(),
            object_actor: Runs::new(columns.of(Column::ObjectActor)),
            object_counter: Runs::new(columns.of(Column::ObjectCounter)),
            key_actor: Runs::new(columns.of(Column::KeyActor)),
            key_counter: Deltas::new(columns.of(Column::KeyCounter)),
            key_text: Runs::new(columns.of(Column::KeyText)),
            insert: Flags::new(columns.of(Column::Insert)),
            action: Runs::new(actions),
            has_actions: !actions.is_empty(),
            value_kind: Runs::new(columns.of(Column::ValueKind)),
            value: Bytes::new(columns.of(Column::Value)),
            predecessor_count: Runs::new(columns.of(Column::PredecessorCount)),
            predecessor_actor: Runs::new(columns.of(Column::PredecessorActor)),
            predecessor_counter: Deltas::new(columns.of(Column::PredecessorCounter)),
            start: change.start_op,
            read: 0,
            current: None,
            predecessors: Vec::new(),
            named: vec![false; change.others().len()],
            allowed: length,
            predecessors_allowed: u64::from(MAX_OPERATIONS),
        }
    }

    /// The next operation and what it replaces, in rising order of number and actor.
    pub(crate) fn next(&mut self) -> Option<(Operation<'a>, &[OpRef])> {
        let is_there = self.advance();
        is_there.expect("parsing read these columns to their end before");
        Some((self.current?, &self.predecessors))
    }

    /// Reads one operation; `false` behind the last.
    pub(super) fn advance(&mut self) -> Result<bool, ParseError> {
        self.current = None;
        if !self.has_actions || self.action.is_done() {
            return Ok(false);
        }
        if self.read == MAX_OPERATIONS {
            return Err(ParseError::TooManyOperations);
        }
        let counter = self
            .start
            .checked_add(self.read)
            .filter(|counter| *counter <= MAX_COUNTER)
            .ok_or(ParseError::Range { part: "operations" })?;
        let action = self.action.value().at(Column::Action)?;
        let object = self.object(counter)?;
        let key_text = self.key_text.next().at(Column::KeyText)?;
        let element = self.element(counter)?;
        let insert = self.insert.next().at(Column::Insert)?;
        let value = self.scalar()?;
        self.read_predecessors(counter)?;
        let parts = Parts {
            key_text,
            element,
            insert,
            action,
            value,
        };
        let act = match object {
            None => self.at_root(parts)?,
            Some(text) => self.in_text(text, parts)?,
        };
        if !matches!(act, Act::Remove { .. }) {
            self.allowed = self
                .allowed
                .checked_sub(1)
                .ok_or(ParseError::TooManyOperations)?;
        }
        self.read += 1;
        self.current = Some(Operation { counter, act });
        Ok(true)
    }

    /// That every column ends here, and that every actor was named.
    pub(super) fn finish(&self) -> Result<(), ParseError> {
        self.object_actor.finish().at(Column::ObjectActor)?;
        self.object_counter.finish().at(Column::ObjectCounter)?;
        self.key_actor.finish().at(Column::KeyActor)?;
        self.key_counter.finish().at(Column::KeyCounter)?;
        self.key_text.finish().at(Column::KeyText)?;
        self.insert.finish().at(Column::Insert)?;
        self.action.finish().at(Column::Action)?;
        self.value_kind.finish().at(Column::ValueKind)?;
        if !self.value.is_empty() {
            return Err(Fault::Long).at(Column::Value);
        }
        self.predecessor_count
            .finish()
            .at(Column::PredecessorCount)?;
        self.predecessor_actor
            .finish()
            .at(Column::PredecessorActor)?;
        self.predecessor_counter
            .finish()
            .at(Column::PredecessorCounter)?;
        if self.named.iter().all(|named| *named) {
            Ok(())
        } else {
            Err(ParseError::Actors)
        }
    }

    fn wrong(&self, reason: &'static str) -> ParseError {
        ParseError::Operation {
            operation: self.read,
            reason,
        }
    }

    /// Notes that an actor is named.
    #[inline]
    fn name(&mut self, actor: u64, column: Column) -> Result<u32, ParseError> {
        if actor == 0 {
            return Ok(0);
        }
        let place = usize::try_from(actor - 1).ok();
        match place.and_then(|place| self.named.get_mut(place)) {
            Some(named) => {
                *named = true;
                Ok(actor as u32)
            }
            None => Err(Fault::Range).at(column),
        }
    }

    /// A number before that of the operation that names it.
    #[inline]
    fn earlier(counter: u64, than: u32, column: Column) -> Result<u32, ParseError> {
        match u32::try_from(counter) {
            Ok(counter) if counter > 0 && counter < than => Ok(counter),
            _ => Err(Fault::Range).at(column),
        }
    }

    /// The object it is in; none for the root.
    #[inline]
    fn object(&mut self, own: u32) -> Result<Option<OpRef>, ParseError> {
        let actor = self.object_actor.next().at(Column::ObjectActor)?;
        let counter = self.object_counter.next().at(Column::ObjectCounter)?;
        match (actor, counter) {
            (None, None) => Ok(None),
            (Some(actor), Some(counter)) => Ok(Some(OpRef {
                counter: Self::earlier(counter, own, Column::ObjectCounter)?,
                actor: self.name(actor, Column::ObjectActor)?,
            })),
            (None, Some(_)) => Err(Fault::Null).at(Column::ObjectActor),
            (Some(_), None) => Err(Fault::Null).at(Column::ObjectCounter),
        }
    }

    #[inline]
    fn element(&mut self, own: u32) -> Result<Element, ParseError> {
        let actor = self.key_actor.next().at(Column::KeyActor)?;
        let counter = self.key_counter.next().at(Column::KeyCounter)?;
        match (actor, counter) {
            (None, None) => Ok(Element::None),
            (None, Some(0)) => Ok(Element::Head),
            (Some(actor), Some(counter)) => {
                let counter = u64::try_from(counter).unwrap_or(0);
                Ok(Element::At(OpRef {
                    counter: Self::earlier(counter, own, Column::KeyCounter)?,
                    actor: self.name(actor, Column::KeyActor)?,
                }))
            }
            (None, Some(_)) => Err(Fault::Null).at(Column::KeyActor),
            (Some(_), None) => Err(Fault::Null).at(Column::KeyCounter),
        }
    }

    /// "Value Metadata": the type in the four low bits, the length in bytes above them.
    #[inline]
    fn scalar(&mut self) -> Result<Option<Scalar<'a>>, ParseError> {
        let meta = self.value_kind.value().at(Column::ValueKind)?;
        let bytes = self.value.take(meta >> 4);
        let bytes = bytes.ok_or(Fault::Short).at(Column::Value)?;
        let kind = match (meta & 0x0F, bytes.len()) {
            (0, 0) => return Ok(None),
            (1, 0) => return Ok(Some(Scalar::Flag(false))),
            (2, 0) => return Ok(Some(Scalar::Flag(true))),
            (0..=2, _) => return Err(Fault::Long).at(Column::Value),
            (3, _) => "an unsigned number",
            (4, _) => {
                let mut number = Bytes::new(bytes);
                let value = number.signed().filter(|_| number.is_empty());
                let value = value.ok_or(Fault::Malformed).at(Column::Value)?;
                return Ok(Some(Scalar::Integer(value)));
            }
            (5, _) => {
                let bytes = <[u8; 8]>::try_from(bytes);
                let bytes = bytes.map_err(|_| Fault::Malformed).at(Column::Value)?;
                return Ok(Some(Scalar::Decimal(f64::from_le_bytes(bytes))));
            }
            (6, _) => {
                let text = std::str::from_utf8(bytes);
                let text = text.map_err(|_| Fault::Malformed).at(Column::Value)?;
                return Ok(Some(Scalar::Text(text)));
            }
            (7, _) => "bytes",
            (8, _) => "a counter",
            (9, _) => "a timestamp",
            _ => "a value of an unknown type",
        };
        Err(ParseError::UnexpectedValue {
            operation: self.read,
            kind,
        })
    }

    #[inline]
    fn read_predecessors(&mut self, own: u32) -> Result<(), ParseError> {
        let count = self
            .predecessor_count
            .value()
            .at(Column::PredecessorCount)?;
        self.predecessors_allowed = self
            .predecessors_allowed
            .checked_sub(count)
            .ok_or(ParseError::TooManyOperations)?;
        self.predecessors.clear();
        for _ in 0..count {
            let actor = self
                .predecessor_actor
                .value()
                .at(Column::PredecessorActor)?;
            let counter = self.predecessor_counter.next();
            let counter = counter.and_then(|counter| counter.ok_or(Fault::Null));
            let counter = u64::try_from(counter.at(Column::PredecessorCounter)?).unwrap_or(0);
            let predecessor = OpRef {
                counter: Self::earlier(counter, own, Column::PredecessorCounter)?,
                actor: self.name(actor, Column::PredecessorActor)?,
            };
            if let Some(before) = self.predecessors.last()
                && !self.is_before(*before, predecessor)
            {
                return Err(self.wrong("names predecessors out of order"));
            }
            self.predecessors.push(predecessor);
        }
        Ok(())
    }

    fn is_before(&self, one: OpRef, other: OpRef) -> bool {
        let actor = |place: u32| match place.checked_sub(1) {
            None => Some(self.own),
            Some(place) => other_actor(self.others, place),
        };
        one.counter < other.counter
            || (one.counter == other.counter && actor(one.actor) < actor(other.actor))
    }

    fn at_root(&self, parts: Parts<'a>) -> Result<Act<'a>, ParseError> {
        let (Some(key), Element::None) = (parts.key_text, parts.element) else {
            return Err(self.wrong("is at the root without a key"));
        };
        if key.is_empty() {
            return Err(self.wrong("has an empty key"));
        }
        if parts.insert {
            return Err(self.wrong("inserts into a map"));
        }
        match (parts.action, parts.value) {
            (PUT, Some(value)) => Ok(Act::Put { key, value }),
            (PUT, None) => Err(ParseError::UnexpectedValue {
                operation: self.read,
                kind: "null",
            }),
            (MAKE_TEXT, None) => Ok(Act::MakeText { key }),
            // Automerge finds a deletion again by what it deletes.
            (DELETE, None) if !self.predecessors.is_empty() => Ok(Act::Delete { key }),
            (DELETE, None) => Err(self.wrong("deletes nothing")),
            (MAKE_TEXT | DELETE, Some(_)) => Err(self.wrong("has a value and does not put it")),
            (action, _) => Err(ParseError::UnexpectedAction {
                operation: self.read,
                action,
            }),
        }
    }

    #[inline]
    fn in_text(&self, text: OpRef, parts: Parts<'a>) -> Result<Act<'a>, ParseError> {
        if parts.key_text.is_some() {
            return Err(self.wrong("is in a text and has a key"));
        }
        match (parts.action, parts.insert, parts.element, parts.value) {
            (_, _, Element::None, _) => Err(self.wrong("is in a text without a place")),
            (PUT, true, element, Some(Scalar::Text(characters))) if !characters.is_empty() => {
                if !self.predecessors.is_empty() {
                    return Err(self.wrong("inserts and replaces"));
                }
                let behind = match element {
                    Element::At(element) => Some(element),
                    Element::Head | Element::None => None,
                };
                Ok(Act::Insert {
                    text,
                    behind,
                    characters,
                })
            }
            (DELETE, false, Element::At(element), None) => {
                if self.predecessors == [element] {
                    Ok(Act::Remove { text, element })
                } else {
                    Err(self.wrong("deletes something else than its element"))
                }
            }
            (PUT | DELETE, ..) => Err(self.wrong("is not one that a text has")),
            (action, ..) => Err(ParseError::UnexpectedAction {
                operation: self.read,
                action,
            }),
        }
    }
}

/// What the columns say of one operation.
#[derive(Clone, Copy, Debug)]
struct Parts<'a> {
    key_text: Option<&'a str>,
    element: Element,
    insert: bool,
    action: u64,
    value: Option<Scalar<'a>>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug)]
enum Element {
    None,
    Head,
    At(OpRef),
}
