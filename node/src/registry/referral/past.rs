//! The past of a referral, told afterwards by who sent it: a walk through its states with a day for each.
//!
//! Networks begin with years behind them. A file tells a past in one of two ways: by the cell `past`,
//! every state with its day (`12/03/2024 envoyée | 15/03/2024 prise en charge | 30/06/2024 aboutie`), or by what
//! the record would say now, its state and the days of sending, answer and close, of which the shortest
//! walk that comes to it is made. Either is walked move by move as if it had been lived: what no
//! [`Move`] allows is refused, and so is a day before the one of the step before, or still to come.
//! What is written besides the outcome is the walk itself, so that everybody sees that it was told and
//! not lived, and by whom: the record's author. Spec: docs/protocol.md, section 7 (Mandates).

use jiff::Timestamp;

use super::{Move, Roles, Status, apply};
use crate::paris;
use crate::registry::collections::referral::REFERRAL;
use crate::registry::error::{Fault, FieldError};
use crate::registry::parse::date::instant;
use crate::registry::parse::enumeration;
use crate::registry::value::{Fields, Value};

/// The field that holds the walk.
pub const PAST: &str = "past";

/// More steps than any referral takes.
const MOST_STEPS: usize = 30;

/// What stands between the steps of a cell.
const BETWEEN: [char; 3] = ['|', ',', ';'];

/// Words that a step may hold beside its day and its state.
const FILLERS: [&str; 3] = ["le", "on", ":"];

/// One step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// When it was made.
    pub at: Timestamp,
    /// The state it led to.
    pub status: Status,
    /// The field of the file that tells it.
    told_by: &'static str,
}

/// What the moves write, and only they.
const WRITTEN: [&str; 5] = [
    "status",
    "sent_on",
    "answered_on",
    "closed_on",
    "decline_reason",
];

/// The fields that the past told in these leaves behind, the walk among them; `now` is the day of telling.
///
/// # Errors
/// The first step that cannot be (`past_impossible`, `past_goes_back`, `past_in_future`, `reason_needed`),
/// or everything that is missing, not understood, or does not agree with the walk.
pub(crate) fn told(given: &Fields, now: Timestamp) -> Result<Fields, Vec<FieldError>> {
    let steps = match given.get(PAST) {
        Some(Value::Text(text)) => read(text)?,
        _ => shortest(given)?,
    };
    let reason = text(given, "decline_reason");
    let mut left = walked(&steps, reason, now).map_err(|error| vec![error])?;
    let was_declined = steps.iter().any(|step| step.status == Status::Declined);
    let errors = disagreements(given, &left, was_declined);
    if !errors.is_empty() {
        return Err(errors);
    }
    left.insert(PAST.to_owned(), Value::Text(shown(&steps)));
    Ok(left)
}

/// The fields of a row without those that its past alone says.
pub(crate) fn without(mut given: Fields) -> Fields {
    for name in WRITTEN.into_iter().chain([PAST, "lead_structure"]) {
        given.remove(name);
    }
    given
}

/// The day in Paris on which a referral was sent.
pub(crate) fn sent_day(fields: &Fields) -> Option<String> {
    Some(paris::day_of(text(fields, "sent_on")?)?.to_string())
}

/// A walk as it is kept: `2024-03-12 sent | 2024-03-15 accepted`.
fn shown(steps: &[Step]) -> String {
    let steps = steps.iter().map(|step| {
        let day = paris::clock(step.at).date();
        format!("{day} {}", step.status)
    });
    steps.collect::<Vec<_>>().join(" | ")
}

/// The steps of a kept walk, day and state, as far as this version understands them.
#[must_use]
pub fn steps_of(kept: &str) -> Option<Vec<(&str, Status)>> {
    let mut steps = Vec::new();
    for part in kept.split('|') {
        let (day, status) = part.trim().split_once(' ')?;
        steps.push((day, Status::from_code(status)?));
    }
    Some(steps)
}

/// Reads the steps of a cell.
fn read(cell: &str) -> Result<Vec<Step>, Vec<FieldError>> {
    let parts = cell.split(BETWEEN).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.len() > MOST_STEPS {
        let fault = Fault::new("past_too_long").with("max", MOST_STEPS);
        return Err(vec![fault.at(PAST)]);
    }
    let mut steps = Vec::with_capacity(parts.len());
    let mut errors = Vec::new();
    for part in parts {
        match step(part) {
            Some((at, status)) => steps.push(Step {
                at,
                status,
                told_by: PAST,
            }),
            None => errors.push(Fault::new("past_step").with("value", part).at(PAST)),
        }
    }
    if errors.is_empty() {
        Ok(steps)
    } else {
        Err(errors)
    }
}

/// A day and a state, whichever comes first.
fn step(part: &str) -> Option<(Timestamp, Status)> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let without_fillers = |words: &[&str]| {
        let words = words.iter().filter(|word| !FILLERS.contains(word));
        words.copied().collect::<Vec<_>>().join(" ")
    };
    let read = |day: &[&str], state: &[&str]| {
        let at = moment(&without_fillers(day))?;
        Some((at, status(&without_fillers(state))?))
    };
    (1..words.len()).find_map(|at| {
        let (first, second) = words.split_at(at);
        read(first, second).or_else(|| read(second, first))
    })
}

fn moment(text: &str) -> Option<Timestamp> {
    instant(text).ok()?.parse().ok()
}

fn status(text: &str) -> Option<Status> {
    let field = REFERRAL.field("status")?;
    Status::from_code(enumeration::code(field, text).ok()?)
}

/// The shortest walk to the state that a row tells, with the days that it gives.
fn shortest(given: &Fields) -> Result<Vec<Step>, Vec<FieldError>> {
    let missing = |name: &'static str| vec![Fault::new("missing_field").at(name)];
    let end = Status::of(given).ok_or_else(|| missing("status"))?;
    let day = |name: &'static str| -> Option<(Timestamp, &'static str)> {
        Some((text(given, name)?.parse().ok()?, name))
    };
    let needed = |name: &'static str| day(name).ok_or_else(|| missing(name));
    let step = |(at, told_by): (Timestamp, &'static str), status| Step {
        at,
        status,
        told_by,
    };
    let sent = needed("sent_on")?;
    let mut steps = Vec::with_capacity(4);
    if end != Status::Draft {
        steps.push(step(sent, Status::Sent));
    }
    match end {
        Status::Draft => steps.push(step((sent.0, "status"), end)),
        Status::Sent => {}
        Status::Received => steps.push(step(sent, end)),
        Status::MoreInfo | Status::Accepted | Status::Waitlisted => {
            steps.push(step(needed("answered_on")?, end));
        }
        Status::InProgress => {
            let answered = needed("answered_on")?;
            steps.push(step(answered, Status::Accepted));
            steps.push(step(answered, end));
        }
        Status::Done | Status::DoneNoHelp | Status::Unreachable => {
            steps.push(step(needed("answered_on")?, Status::Accepted));
            steps.push(step(needed("closed_on")?, end));
        }
        Status::HolderWithdrew => {
            if let Some(answered) = day("answered_on") {
                steps.push(step(answered, Status::Accepted));
            }
            steps.push(step(needed("closed_on")?, end));
        }
        Status::Withdrawn => steps.push(step(needed("closed_on")?, end)),
        Status::Declined | Status::Rerouted => {
            let refused = day("answered_on").or_else(|| day("closed_on"));
            let refused = refused.ok_or_else(|| missing("answered_on"))?;
            steps.push(step(refused, Status::Declined));
            if end == Status::Rerouted {
                steps.push(step(refused, end));
            }
        }
    }
    Ok(steps)
}

/// What a walk leaves behind.
fn walked(steps: &[Step], reason: Option<&str>, now: Timestamp) -> Result<Fields, FieldError> {
    // Whoever made each move, somebody could.
    let anybody = Roles {
        sender: true,
        receiver: true,
        lead: true,
        mandated: true,
    };
    let mut left = Fields::new();
    let mut before: Option<&Step> = None;
    if steps.is_empty() {
        return Err(Fault::new("missing_field").at(PAST));
    }
    for step in steps {
        let day = |at: Timestamp| paris::clock(at).date();
        if step.at > now {
            let fault = Fault::new("past_in_future").with("date", day(step.at));
            return Err(fault.at(step.told_by));
        }
        if let Some(before) = before.filter(|before| before.at > step.at) {
            let fault = Fault::new("past_goes_back").with("date", day(step.at));
            return Err(fault
                .with("earlier", day(before.at))
                .with("before", before.status)
                .at(step.told_by));
        }
        let from = before.map_or(Status::Draft, |before| before.status);
        let Some(made) = Move::between(from, step.status) else {
            let fault = Fault::new("past_impossible").with("before", from);
            let fault = fault.with("after", step.status);
            return Err(fault.with("states", after(from)).at(step.told_by));
        };
        let reason = reason.filter(|_| made == Move::Decline);
        let changes = apply(&left, made, anybody, reason, step.at)?;
        left.extend(changes.put);
        for name in changes.clear {
            left.remove(name);
        }
        before = Some(step);
    }
    Ok(left)
}

/// The states that can come after this one.
fn after(from: Status) -> String {
    let mut states: Vec<Status> = Vec::new();
    for it in Move::ALL.into_iter().filter(|it| it.starts_from(from)) {
        if !states.contains(&it.target()) {
            states.push(it.target());
        }
    }
    if states.is_empty() {
        return "-".to_owned();
    }
    let codes: Vec<&str> = states.into_iter().map(Status::code).collect();
    codes.join(", ")
}

/// What a row says beside its walk and the walk does not come to; instants agree on the same day.
///
/// A reason belongs to a refusal, be it one that was reopened since.
fn disagreements(given: &Fields, left: &Fields, was_declined: bool) -> Vec<FieldError> {
    let shown = |fields: &Fields, name: &str| {
        let text = text(fields, name)?;
        if name.ends_with("_on") {
            return Some(paris::day_of(text)?.to_string());
        }
        Some(text.to_owned())
    };
    let differs = |name: &'static str| {
        let said = shown(given, name)?;
        let walked = shown(left, name);
        (walked.as_ref() != Some(&said)).then(|| {
            Fault::new("past_disagrees")
                .with("value", said)
                .with("found", walked.unwrap_or_else(|| "-".to_owned()))
                .at(name)
        })
    };
    let compared = WRITTEN
        .into_iter()
        .filter(|name| !(was_declined && *name == "decline_reason"));
    compared.filter_map(differs).collect()
}

fn text<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    match fields.get(name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        let value = |(name, text): &(&str, &str)| {
            let text = if name.ends_with("_on") {
                instant(text).unwrap()
            } else {
                (*text).to_owned()
            };
            ((*name).to_owned(), Value::Text(text))
        };
        pairs.iter().map(value).collect()
    }

    fn at(text: &str) -> Timestamp {
        moment(text).unwrap()
    }

    fn tell(pairs: &[(&str, &str)]) -> Result<Fields, Vec<(&'static str, String)>> {
        let told = told(&fields(pairs), at("23/11/2026"));
        told.map_err(|errors| errors.into_iter().map(|it| (it.code, it.field)).collect())
    }

    fn refused(pairs: &[(&str, &str)]) -> (&'static str, String) {
        tell(pairs).unwrap_err().remove(0)
    }

    #[test]
    fn a_walk_leaves_what_living_it_would_have() {
        let cell = "12/03/2024 envoyée | en attente de place le 20/03/2024; 2 mai 2024 14:30 accepted, \
                    2024-06-30 aboutie";
        let left = tell(&[(PAST, cell)]).unwrap();
        let expected = fields(&[
            ("status", "done"),
            ("sent_on", "12/03/2024"),
            ("answered_on", "20/03/2024"),
            ("closed_on", "30/06/2024"),
            (
                PAST,
                "2024-03-12 sent | 2024-03-20 waitlisted | 2024-05-02 accepted | 2024-06-30 done",
            ),
        ]);
        assert_eq!(left, expected);
        let Value::Text(kept) = &left[PAST] else {
            unreachable!("it is a text")
        };
        assert_eq!(steps_of(kept).unwrap()[2], ("2024-05-02", Status::Accepted));
        assert_eq!(tell(&[(PAST, kept)]).unwrap(), left, "what is kept is read");
        assert_eq!(steps_of("2024-05-02 tomorrow"), None);
    }

    #[test]
    fn every_state_has_a_shortest_walk_that_comes_to_it() {
        for status in Status::ALL.into_iter().filter(|it| *it != Status::Draft) {
            let mut pairs = vec![("status", status.code()), ("sent_on", "12/03/2024")];
            let refused = matches!(status, Status::Declined | Status::Rerouted);
            if refused {
                pairs.push(("decline_reason", "no_capacity"));
            }
            let unanswered = [Status::Sent, Status::Received, Status::Withdrawn];
            if !unanswered.contains(&status) {
                pairs.push(("answered_on", "15/03/2024"));
            }
            if status.is_closed() && !refused {
                pairs.push(("closed_on", "30/06/2024"));
            }
            let left = tell(&pairs).unwrap();
            assert_eq!(Status::of(&left), Some(status));
            let given = fields(&pairs);
            for (name, value) in &given {
                assert_eq!(left.get(name), Some(value), "{status}: {name}");
            }
            assert_eq!(left.contains_key("closed_on"), status.is_closed());
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(refused(&[]), ("missing_field", "status".to_owned()));
        let accepted = &[("status", "accepted"), ("sent_on", "12/03/2024")];
        assert_eq!(
            refused(accepted),
            ("missing_field", "answered_on".to_owned())
        );
        let declined = "12/03/2024 sent | 15/03/2024 declined";
        assert_eq!(refused(&[(PAST, declined)]).0, "reason_needed");
        assert_eq!(refused(&[(PAST, " | ")]).0, "missing_field");
    }

    #[test]
    fn impossible_walks_are_refused() {
        for (cell, code) in [
            ("15/03/2024 accepted", "past_impossible"),
            ("12/03/2024 draft", "past_impossible"),
            ("12/03/2024 sent | 13/03/2024 done", "past_impossible"),
            (
                "12/03/2024 sent | 13/03/2024 withdrawn | 14/03/2024 accepted",
                "past_impossible",
            ),
            ("12/03/2024 sent | 11/03/2024 accepted", "past_goes_back"),
            ("12/03/2024 sent | 24/11/2026 accepted", "past_in_future"),
            ("12/03/2024 sent | hier accepted", "past_step"),
            ("12/03/2024 sent | 13/03/2024 volée", "past_step"),
            ("12/03/2024", "past_step"),
        ] {
            assert_eq!(refused(&[(PAST, cell)]), (code, PAST.to_owned()), "{cell}");
        }
        let long = "12/03/2024 sent | ".repeat(31);
        assert_eq!(refused(&[(PAST, &long)]).0, "past_too_long");
        let draft = &[("status", "draft"), ("sent_on", "12/03/2024")];
        assert_eq!(refused(draft), ("past_impossible", "status".to_owned()));
        let back = &[
            ("status", "accepted"),
            ("sent_on", "12/03/2024"),
            ("answered_on", "11/03/2024"),
        ];
        assert_eq!(refused(back), ("past_goes_back", "answered_on".to_owned()));
    }

    #[test]
    fn what_else_a_row_says_agrees_with_its_walk() {
        let cell = (PAST, "12/03/2024 10:00 sent | 15/03/2024 accepted");
        let all = &[
            cell,
            ("status", "accepted"),
            ("sent_on", "12/03/2024"),
            ("answered_on", "15/03/2024"),
        ];
        assert!(tell(all).is_ok(), "the same day is the same");
        for (name, text) in [
            ("status", "done"),
            ("sent_on", "13/03/2024"),
            ("closed_on", "15/03/2024"),
            ("decline_reason", "other"),
        ] {
            let error = refused(&[cell, (name, text)]);
            assert_eq!(error, ("past_disagrees", name.to_owned()));
        }
    }

    #[test]
    fn a_reopened_referral_begins_anew() {
        let cell = "12/03/2024 sent | 13/03/2024 received | 14/03/2024 declined | 1/4/2024 received | \
                    2/4/2024 accepted";
        let left = tell(&[(PAST, cell), ("decline_reason", "no_capacity")]).unwrap();
        assert_eq!(Status::of(&left), Some(Status::Accepted));
        assert_eq!(sent_day(&left).as_deref(), Some("2024-04-01"));
        assert!(!left.contains_key("decline_reason"));
    }
}
