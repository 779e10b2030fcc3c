//! An opportunity's life: its states, its freshness, its verification.
//!
//! ```text
//! draft -> to_check -> published -> under_negotiation -> filled | withdrawn
//! ```
//!
//! Its owner moves it along, back where a sale falls through, and out at any time; another member
//! can only say that it is to check. *Expired* is computed from dates on reading and never written,
//! so replicas cannot race over it. An opportunity on offer whose verification date is missing counts
//! as expired: nobody vouches for it. Publishing one that has no source but ourselves vouches for it
//! that day; one that came from a list keeps the list's date.

use std::fmt;

use jiff::civil::Date;

use super::error::{Fault, FieldError};
use super::freshness::{Freshness, freshness, verified_on};
use super::value::{Fields, Value};

/// A state of an opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Being written.
    Draft,
    /// Somebody is to make sure of it.
    ToCheck,
    /// On offer.
    Published,
    /// On offer, somebody being interested.
    UnderNegotiation,
    /// Taken.
    Filled,
    /// No longer on offer.
    Withdrawn,
}

impl Status {
    /// Every state, in the order of an opportunity's life.
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::ToCheck,
        Self::Published,
        Self::UnderNegotiation,
        Self::Filled,
        Self::Withdrawn,
    ];

    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::ToCheck => "to_check",
            Self::Published => "published",
            Self::UnderNegotiation => "under_negotiation",
            Self::Filled => "filled",
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

    /// Whether the opportunity can still be had.
    #[must_use]
    pub const fn is_on_offer(self) -> bool {
        matches!(self, Self::Published | Self::UnderNegotiation)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Who moves an opportunity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The structure that owns the record.
    Owner,
    /// Another member of the network.
    Member,
}

/// The states to which this actor may move an opportunity.
#[must_use]
pub const fn moves(from: Status, actor: Actor) -> &'static [Status] {
    use Status::{Draft, Filled, Published, ToCheck, UnderNegotiation, Withdrawn};
    match (actor, from) {
        (Actor::Owner, Draft) => &[ToCheck, Published, Withdrawn],
        (Actor::Owner, ToCheck) => &[Draft, Published, UnderNegotiation, Filled, Withdrawn],
        (Actor::Owner, Published) => &[ToCheck, UnderNegotiation, Filled, Withdrawn],
        (Actor::Owner, UnderNegotiation) => &[ToCheck, Published, Filled, Withdrawn],
        (Actor::Owner, Filled) => &[ToCheck, Published, Withdrawn],
        (Actor::Owner, Withdrawn) => &[Draft, ToCheck, Published],
        (Actor::Member, Published | UnderNegotiation) => &[ToCheck],
        (Actor::Member, _) => &[],
    }
}

/// Checks that this actor may move an opportunity so.
///
/// # Errors
/// `move_not_yours` where its owner could, `move_not_allowed` where nobody can.
pub fn check_move(from: Status, to: Status, actor: Actor) -> Result<(), FieldError> {
    if moves(from, actor).contains(&to) {
        return Ok(());
    }
    let codes: Vec<_> = moves(from, actor)
        .iter()
        .map(|status| status.code())
        .collect();
    let code = if actor == Actor::Member && moves(from, Actor::Owner).contains(&to) {
        "move_not_yours"
    } else {
        "move_not_allowed"
    };
    let allowed = if codes.is_empty() {
        "-".to_owned()
    } else {
        codes.join(", ")
    };
    Err(Fault::new(code)
        .with("from", from)
        .with("to", to)
        .with("allowed", allowed)
        .at("status"))
}

/// Whether an opportunity on offer, or to check, is past its review date or was never verified.
#[must_use]
pub fn expired(fields: &Fields, today: Date) -> bool {
    let alive =
        Status::of(fields).is_some_and(|status| status.is_on_offer() || status == Status::ToCheck);
    alive
        && matches!(
            freshness(fields, today),
            Freshness::Never | Freshness::Expired { .. }
        )
}

/// Whether its owner has something to look at: to check, expired, or verified in the future.
#[must_use]
pub fn needs_check(fields: &Fields, today: Date) -> bool {
    let Some(status) = Status::of(fields) else {
        return false;
    };
    status == Status::ToCheck
        || expired(fields, today)
        || (status.is_on_offer() && freshness(fields, today) == Freshness::InFuture)
}

/// What "still available" on this day changes: the date, and *to check* becomes *published*.
///
/// # Errors
/// `verified_closed` for an opportunity that is filled or withdrawn; `verification_in_future` if
/// `on` is after today.
pub fn verify(fields: &Fields, on: Option<Date>, today: Date) -> Result<Fields, FieldError> {
    let on = on.unwrap_or(today);
    if on > today {
        return Err(Fault::new("verification_in_future")
            .with("date", on)
            .at("last_verified_on"));
    }
    let mut changes = Fields::new();
    changes.insert("last_verified_on".to_owned(), Value::Text(on.to_string()));
    match Status::of(fields) {
        Some(status @ (Status::Filled | Status::Withdrawn)) => {
            return Err(Fault::new("verified_closed")
                .with("from", status)
                .at("status"));
        }
        Some(Status::ToCheck) => {
            changes.insert("status".to_owned(), Value::Text("published".to_owned()));
        }
        _ => {}
    }
    Ok(changes)
}

/// What a record about to be written needs to agree with its dates, and why.
pub(crate) fn adjust(
    before: Option<&Fields>,
    fields: &Fields,
    today: Date,
) -> (Fields, Vec<FieldError>) {
    let mut changes = Fields::new();
    let mut notices = Vec::new();
    let status = Status::of(fields);
    match verified_on(fields) {
        Some(on) if on > today && status.is_some_and(Status::is_on_offer) => {
            changes.insert("status".to_owned(), Value::Text("to_check".to_owned()));
            notices.push(
                Fault::new("verification_in_future")
                    .with("date", on)
                    .at("status"),
            );
        }
        None if status == Some(Status::Published)
            && before.and_then(Status::of) != status
            && is_our_own(fields) =>
        {
            changes.insert(
                "last_verified_on".to_owned(),
                Value::Text(today.to_string()),
            );
            let notice = Fault::new("verified_by_publishing").with("date", today);
            notices.push(notice.at("last_verified_on"));
        }
        _ => {}
    }
    (changes, notices)
}

/// Whether the structure knows the opportunity at first hand.
fn is_our_own(fields: &Fields) -> bool {
    match fields.get("source") {
        None => true,
        Some(source) => *source == Value::Text("direct".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::registry::collections::opportunity::STATUSES;

    fn record(kind: &str, status: &str, verified: Option<&str>) -> Fields {
        let mut fields = Fields::new();
        fields.insert("kind".into(), Value::Text(kind.into()));
        fields.insert("status".into(), Value::Text(status.into()));
        if let Some(day) = verified {
            fields.insert("last_verified_on".into(), Value::Text(day.into()));
        }
        fields
    }

    #[test]
    fn states_and_codes_are_the_declared_ones() {
        assert_eq!(Status::ALL.map(Status::code), STATUSES);
    }

    #[test]
    fn it_expires_the_day_after_its_interval() {
        let premises = record("premises", "published", Some("2026-01-01"));
        assert!(!expired(&premises, date(2026, 4, 1)));
        assert!(expired(&premises, date(2026, 4, 2)));
        let land = record("land", "published", Some("2026-01-01"));
        assert!(!expired(&land, date(2026, 6, 30)));
        assert!(expired(&land, date(2026, 7, 1)));
        let mut often = premises;
        often.insert("review_every_days".into(), Value::Integer(10));
        assert!(expired(&often, date(2026, 1, 12)));
    }

    #[test]
    fn only_what_is_on_offer_expires() {
        let today = date(2026, 11, 22);
        assert!(expired(&record("job", "published", None), today));
        assert!(!expired(&record("job", "draft", None), today));
        assert!(!expired(
            &record("job", "filled", Some("2020-01-01")),
            today
        ));
        assert!(needs_check(
            &record("job", "published", Some("2027-01-01")),
            today
        ));
    }

    #[test]
    fn verifying_refreshes_and_publishes_what_was_to_check() {
        let today = date(2026, 11, 22);
        let changes = verify(&record("job", "to_check", None), None, today).unwrap();
        assert_eq!(changes["status"], Value::Text("published".into()));
        assert_eq!(
            changes["last_verified_on"],
            Value::Text("2026-11-22".into())
        );
        let changes = verify(&record("job", "published", None), None, today).unwrap();
        assert!(!changes.contains_key("status"));
        let closed = verify(&record("job", "filled", None), None, today);
        assert_eq!(closed.unwrap_err().code, "verified_closed");
        let future = verify(&record("job", "draft", None), Some(date(2027, 1, 1)), today);
        assert_eq!(future.unwrap_err().code, "verification_in_future");
    }

    #[test]
    fn another_member_can_only_ask_for_a_check() {
        assert!(check_move(Status::Published, Status::ToCheck, Actor::Member).is_ok());
        let error = check_move(Status::Published, Status::Filled, Actor::Member).unwrap_err();
        assert_eq!(error.code, "move_not_yours");
        let error = check_move(Status::Draft, Status::Filled, Actor::Owner).unwrap_err();
        assert_eq!(error.code, "move_not_allowed");
    }

    #[test]
    fn what_comes_from_a_list_is_not_vouched_for_by_publishing() {
        let today = date(2026, 11, 22);
        let mut fields = record("job", "published", None);
        assert!(
            adjust(None, &fields, today)
                .0
                .contains_key("last_verified_on")
        );
        fields.insert("source".into(), Value::Text("agency".into()));
        assert!(adjust(None, &fields, today).0.is_empty());
    }
}
