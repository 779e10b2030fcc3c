//! The moves of a referral: from which states, to which, by whom.

use super::{Roles, Status};

/// The fields that name whom a referral binds: sender, receiver, lead of the project.
pub const PARTIES: &[&str] = &["from_structure", "to_structure", "lead_structure"];
use crate::registry::error::{Fault, FieldError};
use crate::registry::nearest::nearest;
use crate::text::fold;

/// A move of a referral, as commands name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Move {
    /// Sends a draft.
    Send,
    /// Notes its arrival; made by the receiver's node by itself.
    Receive,
    /// Takes back what has no answer yet.
    Withdraw,
    /// Asks the sender for more.
    Ask,
    /// Gives what was asked for.
    Answer,
    /// Takes it on.
    Accept,
    /// Puts it on the waiting list.
    Waitlist,
    /// Refuses it, with a reason.
    Decline,
    /// Marks it as sent on elsewhere; the new referral names this one as its parent.
    Reroute,
    /// Begins the work.
    Start,
    /// Ends it: helped.
    Done,
    /// Ends it: there is no help to be had.
    NoHelp,
    /// Ends it: the holder does not answer.
    Unreachable,
    /// Ends it: the holder gave up.
    HolderWithdrew,
    /// Opens it again.
    Reopen,
}

impl Move {
    /// Every move, in the order of a referral's life.
    pub const ALL: [Self; 15] = [
        Self::Send,
        Self::Receive,
        Self::Withdraw,
        Self::Ask,
        Self::Answer,
        Self::Accept,
        Self::Waitlist,
        Self::Decline,
        Self::Reroute,
        Self::Start,
        Self::Done,
        Self::NoHelp,
        Self::Unreachable,
        Self::HolderWithdrew,
        Self::Reopen,
    ];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Receive => "receive",
            Self::Withdraw => "withdraw",
            Self::Ask => "ask",
            Self::Answer => "answer",
            Self::Accept => "accept",
            Self::Waitlist => "waitlist",
            Self::Decline => "decline",
            Self::Reroute => "reroute",
            Self::Start => "start",
            Self::Done => "done",
            Self::NoHelp => "no-help",
            Self::Unreachable => "unreachable",
            Self::HolderWithdrew => "holder-withdrew",
            Self::Reopen => "reopen",
        }
    }

    /// The move of this name, hyphens, underscores and case not mattering.
    ///
    /// # Errors
    /// `misspelt_move` with the nearest name, or `unknown_move` with all of them.
    pub fn from_name(name: &str) -> Result<Self, FieldError> {
        if let Some(found) = Self::ALL
            .into_iter()
            .find(|it| fold(it.name()) == fold(name))
        {
            return Ok(found);
        }
        let names = || Self::ALL.into_iter().map(Self::name);
        let fault = match nearest(name, names()) {
            Some(near) => Fault::new("misspelt_move").with("nearest", near),
            None => {
                Fault::new("unknown_move").with("allowed", names().collect::<Vec<_>>().join(", "))
            }
        };
        Err(fault.with("value", name).at("move"))
    }

    /// The state it leads to.
    #[must_use]
    pub const fn target(self) -> Status {
        match self {
            Self::Send => Status::Sent,
            Self::Receive | Self::Answer | Self::Reopen => Status::Received,
            Self::Withdraw => Status::Withdrawn,
            Self::Ask => Status::MoreInfo,
            Self::Accept => Status::Accepted,
            Self::Waitlist => Status::Waitlisted,
            Self::Decline => Status::Declined,
            Self::Reroute => Status::Rerouted,
            Self::Start => Status::InProgress,
            Self::Done => Status::Done,
            Self::NoHelp => Status::DoneNoHelp,
            Self::Unreachable => Status::Unreachable,
            Self::HolderWithdrew => Status::HolderWithdrew,
        }
    }

    /// Whether it can start from this state.
    #[must_use]
    pub const fn starts_from(self, status: Status) -> bool {
        use Status::{
            Accepted, Declined, Draft, InProgress, MoreInfo, Received, Rerouted, Sent, Waitlisted,
        };
        match self {
            Self::Send => matches!(status, Draft),
            Self::Receive => matches!(status, Sent),
            Self::Withdraw | Self::Ask | Self::Waitlist => matches!(status, Sent | Received),
            Self::Answer => matches!(status, MoreInfo),
            Self::Accept | Self::Decline => matches!(status, Sent | Received | Waitlisted),
            Self::Reroute => matches!(status, Declined),
            Self::Start => matches!(status, Accepted),
            Self::Done | Self::NoHelp | Self::Unreachable => {
                matches!(status, Accepted | InProgress)
            }
            Self::HolderWithdrew => status.is_open(),
            Self::Reopen => status.is_closed() && !matches!(status, Rerouted),
        }
    }

    /// The move that leads from one state to another, if one does.
    #[must_use]
    pub fn between(from: Status, to: Status) -> Option<Self> {
        let leads = |it: &Self| it.target() == to && it.starts_from(from);
        Self::ALL.into_iter().find(leads)
    }

    /// The fields that name the structures that may make it.
    #[must_use]
    pub const fn makers(self) -> &'static [&'static str] {
        match self {
            Self::Send | Self::Withdraw | Self::Answer => &["from_structure"],
            Self::Receive
            | Self::Ask
            | Self::Accept
            | Self::Waitlist
            | Self::Decline
            | Self::Start
            | Self::Done
            | Self::NoHelp
            | Self::Unreachable => &["to_structure"],
            Self::Reroute | Self::HolderWithdrew => &["lead_structure", "to_structure"],
            Self::Reopen => &["lead_structure"],
        }
    }

    /// Whether a structure of these roles may make it.
    #[must_use]
    pub const fn is_open_to(self, roles: Roles) -> bool {
        match self {
            Self::Send | Self::Withdraw | Self::Answer => roles.sender,
            Self::Receive
            | Self::Ask
            | Self::Accept
            | Self::Waitlist
            | Self::Decline
            | Self::Start
            | Self::Done
            | Self::NoHelp
            | Self::Unreachable => roles.receiver,
            Self::Reroute => roles.lead || (roles.receiver && roles.mandated),
            Self::HolderWithdrew => roles.lead || roles.receiver,
            Self::Reopen => roles.lead,
        }
    }
}

/// The fields that name the structures whose nodes may write that a referral came from one state to
/// another; every node asks this of every change, so nothing here depends on what else is held.
///
/// Looked at is where a move leads more than where it starts: what somebody saw may have been settled
/// between several concurrent states. A closed one, though, only its lead opens again.
pub(crate) fn movers_between(before: Option<&str>, after: &str) -> &'static [&'static str] {
    let Some(after) = Status::from_code(after) else {
        // Of a newer version: that one of the parties says it is all that can be asked.
        return PARTIES;
    };
    let before = before.and_then(Status::from_code);
    match after {
        Status::Received if before.is_some_and(Status::is_closed) => Move::Reopen.makers(),
        // Concurrent states may have been settled to a closed one that its lead opened again, though
        // another of them is the one that is read here.
        Status::Draft | Status::Received => PARTIES,
        Status::Sent
        | Status::MoreInfo
        | Status::Accepted
        | Status::Waitlisted
        | Status::InProgress
        | Status::Done
        | Status::DoneNoHelp
        | Status::Unreachable
        | Status::HolderWithdrew
        | Status::Declined
        | Status::Rerouted
        | Status::Withdrawn => {
            let leads_there = |it: &Move| it.target() == after;
            Move::ALL
                .into_iter()
                .find(leads_there)
                .map_or(PARTIES, Move::makers)
        }
    }
}
