//! What an operation of a change does.
//!
//! Of what the format allows, this registry writes little, and only that passes: at the root
//! scalars are put, deleted, or replaced by a new text; in a text, characters are inserted and
//! deleted. Counters, marks, lists, maps, links and nulls do not occur.

/// An operation by its number and the place of its actor in the change that names it: 0 is the
/// change's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpRef {
    pub(crate) counter: u32,
    pub(crate) actor: u32,
}

/// A value that is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Text(&'a str),
    Integer(i64),
    Decimal(f64),
    Flag(bool),
}

/// What an operation does, and where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Act<'a> {
    /// Gives a key of the root a value.
    Put { key: &'a str, value: Scalar<'a> },
    /// Gives a key of the root a new, empty text.
    MakeText { key: &'a str },
    /// Takes a key of the root its values; has predecessors.
    Delete { key: &'a str },
    /// Puts characters into a text, behind an element or at its beginning; has no predecessors.
    Insert {
        text: OpRef,
        behind: Option<OpRef>,
        characters: &'a str,
    },
    /// Takes an element out of a text; has that element for its only predecessor.
    Remove { text: OpRef, element: OpRef },
}

/// One operation of a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Operation<'a> {
    /// Its number.
    pub(crate) counter: u32,
    pub(crate) act: Act<'a>,
}
