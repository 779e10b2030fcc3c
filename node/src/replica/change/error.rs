//! Why bytes are not a change of ours, and why a change does not fit its record.
//!
//! Every reason has a stable code; only a missing dependency can pass.

use sync_protocol::id::ActorId;

use super::column::Fault;
use crate::error::{ExitKind, coded};

/// The most operations that one change may hold, and the most predecessors they may name together.
pub(crate) const MAX_OPERATIONS: u32 = 65_536;

/// The greatest operation number: Automerge counts in 32 bits.
pub(crate) const MAX_COUNTER: u32 = i32::MAX as u32;

/// The most changes that one change may follow directly.
pub(crate) const MAX_DEPENDENCIES: u64 = 256;

/// A column that changes of ours have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    ObjectActor,
    ObjectCounter,
    KeyActor,
    KeyCounter,
    KeyText,
    Insert,
    Action,
    ValueKind,
    Value,
    PredecessorCount,
    PredecessorActor,
    PredecessorCounter,
}

/// Bytes that are not a change as this registry writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ParseError {
    /// Not one whole chunk of the kind that is an uncompressed change.
    #[error("not one whole chunk of an uncompressed change")]
    Chunk,
    /// The checksum is not that of the bytes.
    #[error("the checksum is not that of the bytes")]
    Checksum,
    /// Ends within a number or a byte string, or has a number in a longer form than needed.
    #[error("{part} is malformed or missing")]
    Header { part: &'static str },
    /// Dependencies not in rising order, or more than [`MAX_DEPENDENCIES`].
    #[error("dependencies are too many or out of order")]
    Dependencies,
    /// An actor that is not 16 bytes, that stands twice, out of order, or that nothing names.
    #[error("an actor is malformed, out of order or not named by any operation")]
    Actors,
    /// A sequence or operation number that is zero or beyond [`MAX_COUNTER`].
    #[error("{part} is out of range")]
    Range { part: &'static str },
    /// A column that changes of ours never have: compressed, of marks, or of a later version.
    #[error("no change of this registry has column {specification}")]
    UnknownColumn { specification: u64 },
    /// Columns out of order, without bytes, or longer than what is there.
    #[error("columns are out of order, empty or cut off")]
    Columns,
    /// Bytes behind the last column.
    #[error("{count} bytes stand behind the last column")]
    TrailingBytes { count: usize },
    /// A column that cannot be read, or holds more or less than it should.
    #[error("column {column:?} {fault}")]
    Column { column: Column, fault: Fault },
    /// A change that does nothing.
    #[error("no operations")]
    Empty,
    /// More operations than bytes or than [`MAX_OPERATIONS`], or more predecessors.
    #[error("more operations or predecessors than a change may hold")]
    TooManyOperations,
    /// A value of a kind that this registry never writes.
    #[error("operation {operation} writes {kind}")]
    UnexpectedValue { operation: u32, kind: &'static str },
    /// An operation of a kind that this registry never makes.
    #[error("operation {operation} has action {action}")]
    UnexpectedAction { operation: u32, action: u64 },
    /// An operation whose parts contradict each other.
    #[error("operation {operation} {reason}")]
    Operation {
        operation: u32,
        reason: &'static str,
    },
}

impl ParseError {
    /// The stable name of this kind of error.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Chunk => "malformed_chunk",
            Self::Checksum => "wrong_checksum",
            Self::Header { .. } => "malformed_header",
            Self::Dependencies => "malformed_dependencies",
            Self::Actors => "malformed_actors",
            Self::Range { .. } => "number_out_of_range",
            Self::UnknownColumn { .. } => "unknown_column",
            Self::Columns => "malformed_columns",
            Self::TrailingBytes { .. } => "trailing_bytes",
            Self::Column { .. } => "malformed_column",
            Self::Empty => "empty_change",
            Self::TooManyOperations => "too_many_operations",
            Self::UnexpectedValue { .. } => "unexpected_value",
            Self::UnexpectedAction { .. } => "unexpected_action",
            Self::Operation { .. } => "malformed_operation",
        }
    }

    /// The facts the error's message names.
    pub(crate) fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Chunk
            | Self::Checksum
            | Self::Dependencies
            | Self::Actors
            | Self::Columns
            | Self::Empty
            | Self::TooManyOperations => Vec::new(),
            Self::Header { part } | Self::Range { part } => vec![("part", (*part).to_owned())],
            Self::UnknownColumn { specification } => {
                vec![("column", specification.to_string())]
            }
            Self::TrailingBytes { count } => vec![("count", count.to_string())],
            Self::Column { column, fault } => {
                vec![
                    ("column", format!("{column:?}")),
                    ("fault", fault.to_string()),
                ]
            }
            Self::UnexpectedValue { operation, kind } => {
                vec![
                    ("operation", operation.to_string()),
                    ("kind", (*kind).to_owned()),
                ]
            }
            Self::UnexpectedAction { operation, action } => {
                vec![
                    ("operation", operation.to_string()),
                    ("action", action.to_string()),
                ]
            }
            Self::Operation { operation, reason } => {
                vec![
                    ("operation", operation.to_string()),
                    ("reason", (*reason).to_owned()),
                ]
            }
        }
    }
}

/// A change that its record cannot take, now or ever.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CheckError {
    /// It was applied already.
    #[error("the change is held already")]
    Held,
    /// It follows a change that is not held yet.
    #[error("the change follows one that is not held")]
    MissingDependency { hash: [u8; 32] },
    /// Its actor is not the one its entry derives.
    #[error("the change is by another actor than its entry says")]
    ForeignActor { actual: ActorId },
    /// It carries a message.
    #[error("the change carries a message")]
    UnexpectedMessage,
    /// It carries a time of its own.
    #[error("the change carries the time {time}")]
    UnexpectedTime { time: i64 },
    /// Not the next of its actor.
    #[error("the actor's change {actual} does not follow {held}")]
    WrongSequence { held: u64, actual: u64 },
    /// It does not follow its actor's change before.
    #[error("the change does not follow its actor's change before")]
    ForgottenSequence,
    /// Its first operation is not numbered behind all that it follows.
    #[error("the first operation is numbered {actual}, not {expected}")]
    WrongOperationNumber { expected: u32, actual: u32 },
    /// An operation replaces one that nothing it follows has made, or that is not a value.
    #[error("operation {operation} replaces what its author cannot have seen")]
    UnknownPredecessor { operation: u32 },
    /// An operation replaces a value of another key.
    #[error("operation {operation} replaces a value of another key")]
    ForeignPredecessor { operation: u32 },
    /// An operation leaves beside itself a value that the same change gave the same key before.
    #[error("operation {operation} leaves a value beside it that the same change gave")]
    ForgottenPredecessor { operation: u32 },
    /// An operation is in an object that nothing it follows has made.
    #[error("operation {operation} is in an unknown object")]
    UnknownObject { operation: u32 },
    /// An operation is at an element that nothing it follows has put into this object.
    #[error("operation {operation} is at an unknown element")]
    UnknownElement { operation: u32 },
}

impl CheckError {
    /// The stable name of this kind of error.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Held => "change_held",
            Self::MissingDependency { .. } => "missing_ancestor",
            Self::ForeignActor { .. } => "foreign_actor",
            Self::UnexpectedMessage => "unexpected_message",
            Self::UnexpectedTime { .. } => "unexpected_time",
            Self::WrongSequence { .. } => "wrong_sequence",
            Self::ForgottenSequence => "forgotten_sequence",
            Self::WrongOperationNumber { .. } => "wrong_operation_number",
            Self::UnknownPredecessor { .. } => "unknown_predecessor",
            Self::ForeignPredecessor { .. } => "foreign_predecessor",
            Self::ForgottenPredecessor { .. } => "forgotten_predecessor",
            Self::UnknownObject { .. } => "unknown_object",
            Self::UnknownElement { .. } => "unknown_element",
        }
    }

    /// The facts the error's message names.
    pub(crate) fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Held | Self::UnexpectedMessage | Self::ForgottenSequence => Vec::new(),
            Self::MissingDependency { hash } => {
                vec![("hash", data_encoding::HEXLOWER.encode(hash))]
            }
            Self::ForeignActor { actual } => {
                vec![("actual", data_encoding::HEXLOWER.encode(&actual.0))]
            }
            Self::UnexpectedTime { time } => vec![("time", time.to_string())],
            Self::WrongSequence { held, actual } => {
                vec![("held", held.to_string()), ("actual", actual.to_string())]
            }
            Self::WrongOperationNumber { expected, actual } => {
                vec![
                    ("expected", expected.to_string()),
                    ("actual", actual.to_string()),
                ]
            }
            Self::UnknownPredecessor { operation }
            | Self::ForeignPredecessor { operation }
            | Self::ForgottenPredecessor { operation }
            | Self::UnknownObject { operation }
            | Self::UnknownElement { operation } => vec![("operation", operation.to_string())],
        }
    }
}

coded! {
    ParseError => |_| ExitKind::Refused;
    CheckError => |_| ExitKind::Refused;
}
