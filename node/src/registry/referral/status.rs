//! The states of a referral.

use std::fmt;

use crate::registry::value::{Fields, Value};

/// A state of a referral, in the order of its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Being written by its sender.
    Draft,
    /// Sent, not yet at the receiver's node.
    Sent,
    /// At the receiver's node.
    Received,
    /// The receiver asked for more.
    MoreInfo,
    /// The receiver takes it on.
    Accepted,
    /// The receiver will, when there is room.
    Waitlisted,
    /// The receiver is at work.
    InProgress,
    /// Helped.
    Done,
    /// There is no help to be had.
    DoneNoHelp,
    /// The holder does not answer.
    Unreachable,
    /// The holder gave up.
    HolderWithdrew,
    /// The receiver refused.
    Declined,
    /// Refused, and sent on to another structure.
    Rerouted,
    /// The sender took it back.
    Withdrawn,
}

impl Status {
    /// Every state, in the order of a referral's life.
    pub const ALL: [Self; 14] = [
        Self::Draft,
        Self::Sent,
        Self::Received,
        Self::MoreInfo,
        Self::Accepted,
        Self::Waitlisted,
        Self::InProgress,
        Self::Done,
        Self::DoneNoHelp,
        Self::Unreachable,
        Self::HolderWithdrew,
        Self::Declined,
        Self::Rerouted,
        Self::Withdrawn,
    ];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::MoreInfo => "more_info",
            Self::Accepted => "accepted",
            Self::Waitlisted => "waitlisted",
            Self::InProgress => "in_progress",
            Self::Done => "done",
            Self::DoneNoHelp => "done_no_help",
            Self::Unreachable => "unreachable",
            Self::HolderWithdrew => "holder_withdrew",
            Self::Declined => "declined",
            Self::Rerouted => "rerouted",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// A record's state; none if it is absent or unknown to this version.
    #[must_use]
    pub fn of(fields: &Fields) -> Option<Self> {
        match fields.get("status") {
            Some(Value::Text(code)) => Self::from_code(code),
            _ => None,
        }
    }

    /// Whether somebody still has something to do.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Sent
                | Self::Received
                | Self::MoreInfo
                | Self::Accepted
                | Self::Waitlisted
                | Self::InProgress
        )
    }

    /// Whether an answer led to it: it was taken up or turned down, however it went on from there.
    #[must_use]
    pub const fn is_answered(self) -> bool {
        !matches!(
            self,
            Self::Draft | Self::Sent | Self::Received | Self::MoreInfo | Self::Withdrawn
        )
    }

    /// Whether it has come to an end; a rerouted one goes on elsewhere and cannot be reopened.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        !self.is_open() && !matches!(self, Self::Draft)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
