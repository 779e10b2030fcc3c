//! How long records are kept, by what became of them, and which are kept longer than that.
//!
//! Computed from dates when read; a record that is due is proposed to its owner, never erased by
//! itself. The last contact is the last change that the registry knows of. What else says how
//! long something may be kept comes with its collection. The table that
//! people read is in docs/rgpd.md.

use jiff::Span;
use jiff::civil::Date;

use super::value::{Fields, Value};
use crate::paris;

/// Why a record is not to be kept any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A draft that nobody went on with for 90 days.
    Draft,
    /// Not taken up: 12 months since the last contact.
    NotTakenUp,
    /// Closed for 3 years.
    Closed,
    /// A success, followed up to the 60th month.
    FollowedUp,
    /// Taken back by the person: at once.
    TakenBack,
}

/// Days that a draft is kept untouched.
pub const DRAFT_DAYS: i64 = 90;
/// Months that something is kept which was not taken up.
pub const NOT_TAKEN_UP_MONTHS: i64 = 12;
/// Years that something closed is kept.
pub const CLOSED_YEARS: i64 = 3;
/// Months after which a success was followed up for the last time.
pub const FOLLOW_UP_MONTHS: i64 = 60;

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::NotTakenUp,
        Self::Closed,
        Self::FollowedUp,
        Self::TakenBack,
    ];

    /// Its stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::NotTakenUp => "not_taken_up",
            Self::Closed => "closed",
            Self::FollowedUp => "followed_up",
            Self::TakenBack => "taken_back",
        }
    }

    fn keeps_for(self) -> Span {
        match self {
            Self::Draft => Span::new().days(DRAFT_DAYS),
            Self::NotTakenUp => Span::new().months(NOT_TAKEN_UP_MONTHS),
            Self::Closed => Span::new().years(CLOSED_YEARS),
            Self::FollowedUp => Span::new().months(FOLLOW_UP_MONTHS),
            Self::TakenBack => Span::new(),
        }
    }
}

/// The rule that a record falls under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Which.
    pub rule: Rule,
    /// The day that its time counts from.
    pub since: Date,
    /// The day from which it is not to be kept.
    pub until: Date,
}

impl Retention {
    /// What applies to a record of `collection` that was last changed on `changed`; `None` for one
    /// that is kept as long as it is in use.
    #[must_use]
    pub fn of(collection: &str, fields: &Fields, changed: Date) -> Option<Self> {
        let text = |name: &str| match fields.get(name) {
            Some(Value::Text(text)) => text.as_str(),
            _ => "",
        };
        let (rule, since) = match collection {
            "opportunity" => match text("status") {
                "draft" | "to_check" => (Rule::Draft, changed),
                "filled" | "withdrawn" => (Rule::Closed, changed),
                _ => return None,
            },
            "referral" => {
                let closed = day(text("closed_on")).unwrap_or(changed);
                match text("status") {
                    "draft" => (Rule::Draft, changed),
                    "done" => (Rule::Closed, closed),
                    "declined" | "rerouted" | "withdrawn" | "unreachable" | "done_no_help"
                    | "holder_withdrew" => (Rule::NotTakenUp, closed),
                    _ => return None,
                }
            }
            "holder" => {
                let contact = day(text("last_contact_on")).unwrap_or(changed);
                match text("status") {
                    "closed" => (Rule::Closed, changed),
                    "withdrawn" => (Rule::TakenBack, changed),
                    _ => (Rule::NotTakenUp, contact),
                }
            }
            "project" => match text("outcome") {
                "created" | "taken_over" => {
                    let launched = day(text("launched_on")).unwrap_or(changed);
                    // Whoever still notes something is still in contact.
                    (Rule::FollowedUp, launched)
                }
                "settled_elsewhere" => (Rule::Closed, changed),
                _ => (Rule::NotTakenUp, changed),
            },
            _ => return None,
        };
        let until = since.checked_add(rule.keeps_for()).ok()?;
        Some(Self { rule, since, until })
    }

    /// Whether its time is over.
    #[must_use]
    pub fn is_over(&self, today: Date) -> bool {
        today >= self.until
    }
}

/// A day, or the day in Paris of an instant.
fn day(text: &str) -> Option<Date> {
    // What reads as a day may be an instant, which begins like one.
    paris::day_of(text).or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retention(collection: &str, fields: &[(&str, &str)]) -> Option<(Rule, String)> {
        let fields = fields
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Value::Text((*text).to_owned())))
            .collect();
        let changed = "2024-02-29".parse().unwrap();
        let found = Retention::of(collection, &fields, changed)?;
        assert!(found.is_over(found.until) && !found.is_over(found.until.yesterday().unwrap()));
        Some((found.rule, found.until.to_string()))
    }

    #[test]
    fn each_thing_is_kept_as_long_as_the_table_says() {
        let opportunity = |status| retention("opportunity", &[("status", status)]);
        assert_eq!(
            opportunity("draft"),
            Some((Rule::Draft, "2024-05-29".into()))
        );
        assert_eq!(opportunity("published"), None);
        assert_eq!(
            opportunity("filled"),
            Some((Rule::Closed, "2027-02-28".into()))
        );
        let referral =
            |status, closed| retention("referral", &[("status", status), ("closed_on", closed)]);
        assert_eq!(referral("in_progress", ""), None);
        let late = "2024-01-10T23:30:00Z";
        assert_eq!(
            referral("done", late),
            Some((Rule::Closed, "2027-01-11".into()))
        );
        assert_eq!(
            referral("declined", late),
            Some((Rule::NotTakenUp, "2025-01-11".into()))
        );
        let project = |outcome| {
            retention(
                "project",
                &[("outcome", outcome), ("launched_on", "2023-06-01")],
            )
        };
        assert_eq!(project(""), Some((Rule::NotTakenUp, "2025-02-28".into())));
        assert_eq!(
            project("taken_over"),
            Some((Rule::FollowedUp, "2028-06-01".into()))
        );
        let holder = |status| {
            retention(
                "holder",
                &[("status", status), ("last_contact_on", "2023-12-31")],
            )
        };
        assert_eq!(
            holder("withdrawn"),
            Some((Rule::TakenBack, "2024-02-29".into()))
        );
        assert_eq!(
            holder("paused"),
            Some((Rule::NotTakenUp, "2024-12-31".into()))
        );
        assert_eq!(holder("closed"), Some((Rule::Closed, "2027-02-28".into())));
        assert_eq!(retention("structure", &[]), None);
    }
}
