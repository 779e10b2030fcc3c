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

use jiff::Timestamp;
use jiff::civil::Date;

use super::error::{Fault, FieldError};
use super::freshness::days_between;
use super::parse::date::instant_text;
use super::value::{Fields, Value};
use crate::paris;

pub mod moves;
pub mod past;
pub mod precedence;
pub mod sending;
pub mod status;

pub(crate) use moves::movers_between;
pub use moves::{Move, PARTIES};
pub use precedence::{Settlement, settle};
pub use status::Status;

/// Days without an answer after which a referral is overdue.
pub const OVERDUE_DAYS: i64 = 5;

/// Days without an answer after which a referral counts as unanswered.
pub const UNANSWERED_DAYS: i64 = 45;

/// What a structure is to one referral; it may be several things at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// It sends: `from_structure`.
    pub sender: bool,
    /// It receives: `to_structure`.
    pub receiver: bool,
    /// It leads the project: `lead_structure`.
    pub lead: bool,
    /// It receives and the charter lets it refer people itself.
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

    /// The same, for a structure that the charter lets refer people, or does not.
    #[must_use]
    pub const fn mandated(self, mandated: bool) -> Self {
        Self { mandated, ..self }
    }
}

/// The moves that a structure of these roles can make now, but for what its node does by itself.
#[must_use]
pub fn available(status: Status, roles: Roles) -> Vec<Move> {
    let can = |it: &Move| it.starts_from(status) && it.is_open_to(roles) && *it != Move::Receive;
    Move::ALL.into_iter().filter(can).collect()
}

/// Every move from a state that somebody can ask for, with the fields that name who makes it.
fn from_here(status: Status) -> String {
    let starts = |it: &Move| it.starts_from(status) && *it != Move::Receive;
    let moves = Move::ALL.into_iter().filter(starts);
    let told: Vec<String> = moves
        .map(|it| format!("{} ({})", it.name(), it.makers().join(", ")))
        .collect();
    if told.is_empty() {
        "-".to_owned()
    } else {
        told.join("; ")
    }
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
/// `move_not_allowed` from this state, with every move from it and the fields that name who makes it;
/// `move_not_yours` in these roles, with what is open to them and who may instead; `reason_needed` or
/// `unknown_value` for a refusal without a known reason.
pub fn apply(
    referral: &Fields,
    requested: Move,
    roles: Roles,
    decline_reason: Option<&str>,
    now: Timestamp,
) -> Result<Changes, FieldError> {
    let status = Status::of(referral).unwrap_or(Status::Draft);
    let refused = |fault: Fault| fault.with("from", status).with("to", requested.target());
    if !requested.starts_from(status) {
        let fault = refused(Fault::new("move_not_allowed"));
        return Err(fault.with("allowed", from_here(status)).at("status"));
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
        let fault = refused(Fault::new("move_not_yours"));
        return Err(fault
            .with("allowed", allowed)
            .with("who", requested.makers().join(", "))
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
    match days_between(paris::day_of(sent_on)?, today) {
        days if days > UNANSWERED_DAYS => Some(Late::Unanswered),
        days if days > OVERDUE_DAYS => Some(Late::Overdue),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
