//! A referral's life: who may move it where, what a move writes, and how concurrent moves settle.
//!
//! Moves are made by name ([`Move`]) and give the fields to write ([`apply`]); `set` cannot write
//! what they write. Choices where the design leaves room:
//!
//! - *done*, *no help* and *unreachable* can follow *accepted* directly: who helps at once should not
//!   have to say "in progress" first.
//! - *Reopened* is no state of its own: a closed referral goes back to *received*, its answer and
//!   closing dates cleared and its clock started again, so the receiver takes position anew. The reason,
//!   being prose about a person, waits for sealing.
//! - *Open* means sent and not closed; a draft is nobody's but its sender's.
//! - *More information asked* counts as an answer.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::{Fault, FieldError};
use super::fold::{fold, nearest};
use super::opportunity::days_between;
use super::parse::date::{day_in_paris, instant_text};
use super::value::{Fields, Value};

pub mod precedence;

pub use precedence::{Settlement, settle};

/// Days without an answer after which a referral is overdue.
pub const OVERDUE_DAYS: i64 = 5;

/// Days without an answer after which a referral counts as unanswered.
pub const UNANSWERED_DAYS: i64 = 45;

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

/// What a structure is to one referral; it may be several things at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// It sends: `from_structure`.
    pub sender: bool,
    /// It receives: `to_structure`.
    pub receiver: bool,
    /// It leads the project: `lead_structure`.
    pub lead: bool,
    /// It receives and has a mandate to refer; false until mandates exist.
    pub mandated: bool,
}

impl Roles {
    /// What the structure whose record is `me` is to this referral, `lead` being the record of the
    /// structure that leads its project.
    #[must_use]
    pub fn of(me: &str, referral: &Fields, lead: Option<&str>) -> Self {
        let is_me = |name| matches!(referral.get(name), Some(Value::Text(id)) if id.as_str() == me);
        Self {
            sender: is_me("from_structure"),
            receiver: is_me("to_structure"),
            lead: lead == Some(me),
            mandated: false,
        }
    }
}

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

/// The moves that a structure of these roles can make now, but for what its node does by itself.
#[must_use]
pub fn available(status: Status, roles: Roles) -> Vec<Move> {
    let can = |it: &Move| it.starts_from(status) && it.is_open_to(roles) && *it != Move::Receive;
    Move::ALL.into_iter().filter(can).collect()
}

/// What a move writes: fields to put, and fields to clear.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// Fields to put.
    pub put: Fields,
    /// Fields to clear.
    pub clear: Vec<&'static str>,
}

/// What this move writes, made now by a structure of these roles.
///
/// `decline` needs one of the refusal reasons, as a code; no other move takes a reason.
///
/// # Errors
/// `move_not_allowed` from this state, `move_not_yours` in these roles, `reason_needed` or
/// `unknown_value` for a refusal without a known reason.
pub fn apply(
    referral: &Fields,
    requested: Move,
    roles: Roles,
    decline_reason: Option<&str>,
    now: Timestamp,
) -> Result<Changes, FieldError> {
    let status = Status::of(referral).unwrap_or(Status::Draft);
    if !requested.starts_from(status) {
        let names: Vec<_> = available(status, roles)
            .into_iter()
            .map(Move::name)
            .collect();
        let allowed = if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(", ")
        };
        let fault = Fault::new("move_not_allowed").with("from", status);
        return Err(fault
            .with("to", requested.target())
            .with("allowed", allowed)
            .at("status"));
    }
    if !requested.is_open_to(roles) {
        let names: Vec<_> = available(status, roles)
            .into_iter()
            .map(Move::name)
            .collect();
        let allowed = if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(", ")
        };
        let fault = Fault::new("move_not_yours").with("from", status);
        return Err(fault
            .with("to", requested.target())
            .with("allowed", allowed)
            .at("status"));
    }
    let mut changes = Changes::default();
    let mut put = |name: &str, text: String| changes.put.insert(name.to_owned(), Value::Text(text));
    put("status", requested.target().code().to_owned());
    if requested == Move::Decline {
        put("decline_reason", checked_reason(decline_reason)?.to_owned());
    }
    let answers = matches!(
        requested,
        Move::Ask | Move::Accept | Move::Waitlist | Move::Decline
    );
    if answers && !referral.contains_key("answered_on") {
        put("answered_on", instant_text(now));
    }
    if matches!(requested, Move::Send | Move::Reopen) {
        put("sent_on", instant_text(now));
    }
    if requested.target().is_closed() && requested != Move::Reroute {
        put("closed_on", instant_text(now));
    }
    if requested == Move::Reopen {
        let cleared = ["answered_on", "closed_on", "decline_reason"];
        changes.clear = cleared
            .into_iter()
            .filter(|name| referral.contains_key(*name))
            .collect();
    }
    Ok(changes)
}

fn checked_reason(reason: Option<&str>) -> Result<&'static str, FieldError> {
    let field = super::collections::referral::REFERRAL
        .field("decline_reason")
        .expect("the referral declares a decline_reason");
    let Some(reason) = reason.filter(|reason| !reason.trim().is_empty()) else {
        let allowed = field.kind.codes().join(", ");
        return Err(Fault::new("reason_needed")
            .with("allowed", allowed)
            .at(field.name));
    };
    super::parse::enumeration::code(field, reason).map_err(|fault| fault.at(field.name))
}

/// How late the answer to a referral is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Late {
    /// More than 5 days without an answer.
    Overdue,
    /// More than 45 days without an answer.
    Unanswered,
}

impl Late {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Unanswered => "unanswered",
        }
    }
}

/// Whether the answer to a referral is late on this day, counted in days of Paris.
#[must_use]
pub fn late(referral: &Fields, today: Date) -> Option<Late> {
    let waiting = matches!(Status::of(referral), Some(Status::Sent | Status::Received));
    let Some(Value::Text(sent_on)) = referral.get("sent_on") else {
        return None;
    };
    if !waiting || referral.contains_key("answered_on") {
        return None;
    }
    match days_between(day_in_paris(sent_on)?, today) {
        days if days > UNANSWERED_DAYS => Some(Late::Unanswered),
        days if days > OVERDUE_DAYS => Some(Late::Overdue),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
