//! A change into bytes: the columns in their shortest form, as [`super::column`] reads them.
//!
//! Source: <https://automerge.org/automerge-binary-format-spec/>, "Chunk Structure", "Change Chunks",
//! "Operation Columns", "Columnar Storage Format".

use std::borrow::Cow;

use super::operation::Scalar;
use crate::replica::chunk::enclose;
pub(super) use crate::replica::chunk::push_leb128 as push_unsigned;

/// "Actions".
pub(super) const PUT: u64 = 1;
/// "Actions".
pub(super) const DELETE: u64 = 3;
/// "Actions".
pub(super) const MAKE_TEXT: u64 = 4;

/// An operation by its actor's place in the change, 0 being the change's own, and its number.
pub(super) type Name = (u64, u64);

/// Where in its object an operation is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Key<'a> {
    /// Under a key of a map.
    Text(Cow<'a, str>),
    /// At the beginning of a text.
    Head,
    /// At, or behind, an element of a text.
    At(Name),
}

/// An operation as the columns say it, whether or not it makes sense.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlainOperation<'a> {
    /// The object it is in; none for the root.
    pub(super) object: Option<Name>,
    pub(super) key: Key<'a>,
    pub(super) insert: bool,
    pub(super) action: u64,
    /// The type of the value; its length is that of `value`.
    pub(super) kind: u64,
    pub(super) value: Cow<'a, [u8]>,
    pub(super) predecessors: Vec<Name>,
}

/// A change that is to be encoded, whether or not it makes sense.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlainChange<'a> {
    /// In rising order.
    pub(super) dependencies: Vec<[u8; 32]>,
    pub(super) actor: [u8; 16],
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) time: i64,
    pub(super) message: String,
    /// The other actors that operations name, in rising order.
    pub(super) others: Vec<[u8; 16]>,
    pub(super) operations: Vec<PlainOperation<'a>>,
}

impl PlainChange<'_> {
    /// The whole chunk.
    pub(super) fn chunk(&self) -> Vec<u8> {
        enclose(&self.body())
    }

    fn body(&self) -> Vec<u8> {
        let mut body = Vec::new();
        push_unsigned(&mut body, self.dependencies.len() as u64);
        body.extend(self.dependencies.concat());
        push_bytes(&mut body, &self.actor);
        push_unsigned(&mut body, self.seq);
        push_unsigned(&mut body, self.start_op);
        push_signed(&mut body, self.time);
        push_bytes(&mut body, self.message.as_bytes());
        push_unsigned(&mut body, self.others.len() as u64);
        for other in &self.others {
            push_bytes(&mut body, other);
        }
        let columns = self.columns();
        let columns: Vec<_> = columns
            .iter()
            .filter(|(_, data)| !data.is_empty())
            .collect();
        push_unsigned(&mut body, columns.len() as u64);
        for (specification, data) in &columns {
            push_unsigned(&mut body, *specification);
            push_unsigned(&mut body, data.len() as u64);
        }
        for (_, data) in columns {
            body.extend_from_slice(data);
        }
        body
    }

    fn columns(&self) -> Vec<(u64, Vec<u8>)> {
        let all = &self.operations;
        let numbers = |value: &dyn Fn(&PlainOperation<'_>) -> Option<u64>| {
            let values: Vec<Option<u64>> = all.iter().map(value).collect();
            encode_runs(&values, push_unsigned)
        };
        let element = |operation: &PlainOperation<'_>| match operation.key {
            Key::At(name) => Some(name),
            Key::Text(_) | Key::Head => None,
        };
        let element_counters: Vec<Option<i64>> = all
            .iter()
            .map(|operation| match operation.key {
                Key::At((_, counter)) => Some(counter as i64),
                Key::Head => Some(0),
                Key::Text(_) => None,
            })
            .collect();
        let texts: Vec<Option<&str>> = all
            .iter()
            .map(|operation| match &operation.key {
                Key::Text(text) => Some(text.as_ref()),
                Key::At(_) | Key::Head => None,
            })
            .collect();
        let inserts: Vec<bool> = all.iter().map(|operation| operation.insert).collect();
        let predecessors: Vec<Name> = all
            .iter()
            .flat_map(|operation| operation.predecessors.iter().copied())
            .collect();
        let actors: Vec<Option<u64>> = predecessors.iter().map(|(actor, _)| Some(*actor)).collect();
        let counters: Vec<Option<i64>> = predecessors
            .iter()
            .map(|(_, counter)| Some(*counter as i64))
            .collect();
        vec![
            (0x01, numbers(&|one| one.object.map(|(actor, _)| actor))),
            (0x02, numbers(&|one| one.object.map(|(_, counter)| counter))),
            (0x11, numbers(&|one| element(one).map(|(actor, _)| actor))),
            (0x13, encode_deltas(&element_counters)),
            (
                0x15,
                encode_runs(&texts, |bytes, text| push_bytes(bytes, text.as_bytes())),
            ),
            (0x34, encode_flags(&inserts)),
            (0x42, numbers(&|one| Some(one.action))),
            (
                0x56,
                numbers(&|one| Some((one.value.len() as u64) << 4 | one.kind)),
            ),
            (
                0x57,
                all.iter()
                    .flat_map(|one| one.value.iter().copied())
                    .collect(),
            ),
            (0x70, numbers(&|one| Some(one.predecessors.len() as u64))),
            (0x71, encode_runs(&actors, push_unsigned)),
            (0x73, encode_deltas(&counters)),
        ]
    }
}

/// A value's type and bytes.
pub(super) fn encoded(value: Scalar<'_>) -> (u64, Cow<'_, [u8]>) {
    match value {
        Scalar::Flag(false) => (1, Cow::Borrowed(&[])),
        Scalar::Flag(true) => (2, Cow::Borrowed(&[])),
        Scalar::Integer(number) => {
            let mut bytes = Vec::new();
            push_signed(&mut bytes, number);
            (4, Cow::Owned(bytes))
        }
        Scalar::Decimal(number) => (5, Cow::Owned(number.to_le_bytes().to_vec())),
        Scalar::Text(text) => (6, Cow::Borrowed(text.as_bytes())),
    }
}

/// A signed number (LEB), in its shortest form.
pub(super) fn push_signed(bytes: &mut Vec<u8>, mut value: i64) {
    loop {
        let byte = value as u8 & 0x7F;
        value >>= 7;
        if (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0) {
            bytes.push(byte);
            return;
        }
        bytes.push(byte | 0x80);
    }
}

fn push_bytes(bytes: &mut Vec<u8>, value: &[u8]) {
    push_unsigned(bytes, value.len() as u64);
    bytes.extend_from_slice(value);
}

/// A run-length column in its shortest form.
pub(super) fn encode_runs<T: Clone + PartialEq>(
    values: &[Option<T>],
    push: impl Fn(&mut Vec<u8>, T),
) -> Vec<u8> {
    let mut column = Vec::new();
    if values.iter().all(Option::is_none) {
        return column;
    }
    let runs: Vec<(&Option<T>, usize)> = values
        .chunk_by(|one, next| one == next)
        .filter_map(|run| Some((run.first()?, run.len())))
        .collect();
    let mut rest = runs.as_slice();
    while let [(value, length), behind @ ..] = rest {
        match value {
            None => {
                push_signed(&mut column, 0);
                push_unsigned(&mut column, *length as u64);
                rest = behind;
            }
            Some(value) if *length > 1 => {
                push_signed(&mut column, *length as i64);
                push(&mut column, value.clone());
                rest = behind;
            }
            Some(_) => {
                let lone = |(value, length): &(&Option<T>, usize)| *length == 1 && value.is_some();
                let count = rest.iter().take_while(|run| lone(run)).count();
                let (literal, behind) = rest.split_at(count);
                push_signed(&mut column, -(count as i64));
                for value in literal.iter().filter_map(|(value, _)| value.as_ref()) {
                    push(&mut column, value.clone());
                }
                rest = behind;
            }
        }
    }
    column
}

/// A column of differences in its shortest form.
pub(super) fn encode_deltas(values: &[Option<i64>]) -> Vec<u8> {
    let mut last = 0i64;
    let differences = values.iter().map(|value| {
        value.map(|value| {
            let difference = value.wrapping_sub(last);
            last = value;
            difference
        })
    });
    let differences: Vec<Option<i64>> = differences.collect();
    encode_runs(&differences, push_signed)
}

/// A column of booleans in its shortest form.
pub(super) fn encode_flags(values: &[bool]) -> Vec<u8> {
    let mut column = Vec::new();
    if values.first() == Some(&true) {
        column.push(0);
    }
    for run in values.chunk_by(|one, next| one == next) {
        push_unsigned(&mut column, run.len() as u64);
    }
    column
}
