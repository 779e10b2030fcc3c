//! From the fields a person gave to a record fit to be written: defaults, what is missing, what
//! does not go together, and what is adjusted.
//!
//! Single values are checked by [`super::parse`]; here they are seen together. Only changed fields
//! are checked, so a record that a newer or laxer version wrote can still be edited.

use jiff::Timestamp;
use jiff::civil::Date;

use super::collection::Collection;
use super::context::Context;
use super::error::{Fault, FieldError};
use super::field::{Default, Field, FieldKind, Rule};
use super::freshness;
use super::json::expected;
use super::opportunity::{self, Actor, Status};
use super::parse::check_writable;
use super::referral;
use super::value::{Fields, Value};

/// A record fit to be written, and what was adjusted in it that the person should know.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// The fields to write.
    pub fields: Fields,
    /// What was changed on the way, each with its reason; nothing is wrong.
    pub notices: Vec<FieldError>,
}

/// Completes and checks the fields of a new record.
///
/// # Errors
/// Everything that is wrong, in the order of the declaration.
pub fn prepare_new(
    collection: &Collection,
    fields: Fields,
    context: &Context<'_>,
) -> Result<Prepared, Vec<FieldError>> {
    let mut fields = fields;
    for field in collection.fields {
        if let Some(value) = default_of(field, &fields, context) {
            fields.entry(field.name.to_owned()).or_insert(value);
        }
    }
    let mut errors = Vec::new();
    for field in collection.fields {
        match fields.get(field.name) {
            None if field.required && !field.is_sealed() => {
                errors.push(Fault::new("missing_field").at(field.name));
            }
            None => {}
            Some(value) => errors.extend(check(field, value)),
        }
        let by_move = field.rule == Some(Rule::ByMove);
        if by_move && fields.get(field.name) != default_of(field, &Fields::new(), context).as_ref()
        {
            errors.push(Fault::new("by_move_only").at(field.name));
        }
    }
    finish(collection, None, fields, context, errors)
}

/// Completes and checks a new referral of which its sender tells the past; `now` is when it is told.
///
/// # Errors
/// Everything that is wrong with the record, or with its past.
pub fn prepare_past(
    collection: &Collection,
    fields: Fields,
    context: &Context<'_>,
    now: Timestamp,
) -> Result<Prepared, Vec<FieldError>> {
    let told = referral::past::told(&fields, now);
    let prepared = prepare_new(collection, referral::past::without(fields), context);
    match (prepared, told) {
        (Ok(mut prepared), Ok(told)) => {
            prepared.fields.extend(told);
            Ok(prepared)
        }
        (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
        (Err(mut errors), Err(more)) => {
            errors.extend(more);
            Err(errors)
        }
    }
}

/// Checks a changed record, `before` being what it was.
///
/// Whether this structure may change the record at all is not asked here; states are moved as its
/// owner may.
///
/// # Errors
/// Everything that is wrong, in the order of the declaration.
pub fn prepare_change(
    collection: &Collection,
    before: &Fields,
    after: Fields,
    context: &Context<'_>,
) -> Result<Prepared, Vec<FieldError>> {
    let mut errors = Vec::new();
    for field in collection.fields {
        let value = after.get(field.name);
        if before.get(field.name) == value {
            continue;
        }
        if field.rule == Some(Rule::ByMove) {
            errors.push(Fault::new("by_move_only").at(field.name));
            continue;
        }
        match value {
            None if field.required => errors.push(Fault::new("missing_field").at(field.name)),
            None => {}
            Some(value) => errors.extend(check(field, value)),
        }
    }
    finish(collection, Some(before), after, context, errors)
}

fn finish(
    collection: &Collection,
    before: Option<&Fields>,
    fields: Fields,
    context: &Context<'_>,
    mut errors: Vec<FieldError>,
) -> Result<Prepared, Vec<FieldError>> {
    let mut prepared = Prepared {
        fields,
        notices: Vec::new(),
    };
    match collection.name {
        "opportunity" => {
            errors.extend(together(&prepared.fields));
            errors.extend(settle_opportunity(before, &mut prepared, context.today));
        }
        "referral" => {
            let end = |name| prepared.fields.get(name);
            if end("from_structure").is_some() && end("from_structure") == end("to_structure") {
                errors.push(Fault::new("referral_to_self").at("to_structure"));
            }
            errors.extend(
                before
                    .into_iter()
                    .flat_map(|before| moved_once_sent(before, &prepared)),
            );
        }
        _ => {}
    }
    if errors.is_empty() {
        Ok(prepared)
    } else {
        Err(errors)
    }
}

fn default_of(field: &Field, fields: &Fields, context: &Context<'_>) -> Option<Value> {
    match field.default? {
        Default::Code(code) => Some(Value::Text(code.to_owned())),
        Default::OwnStructure => context.own_structure.map(|id| Value::Text(id.to_owned())),
        Default::Today => Some(Value::Text(context.today.to_string())),
        Default::ReviewInterval => fields
            .contains_key("kind")
            .then(|| Value::Integer(freshness::usual_interval(fields))),
    }
}

/// What is wrong with a value for this field, whoever made it.
fn check(field: &Field, value: &Value) -> Option<FieldError> {
    if field.is_sealed() {
        // Whoever writes a record takes these out first; what slips through stays out all the same.
        return Some(Fault::new("sealed_in_the_open").at(field.name));
    }
    if let Err(fault) = check_writable(field) {
        return Some(fault.at(field.name));
    }
    let fits = match (field.kind, value) {
        (kind, Value::Set(set)) if kind.is_list() => {
            let codes = kind.codes();
            let unknown = set.iter().find(|code| !codes.contains(&code.as_str()));
            return unknown
                .filter(|_| !codes.is_empty())
                .map(|code| not_allowed(field, code));
        }
        (FieldKind::Integer(min, max), Value::Integer(number)) => {
            return (!(min..=max).contains(number)).then(|| {
                let fault = Fault::new("out_of_bounds").with("value", number);
                fault.with("min", min).with("max", max).at(field.name)
            });
        }
        (FieldKind::Enum(codes), Value::Text(code)) => {
            return (!codes.contains(&code.as_str())).then(|| not_allowed(field, code));
        }
        (FieldKind::Flag, Value::Flag(_)) | (FieldKind::Cents, Value::Integer(0..)) => true,
        (FieldKind::Decimal | FieldKind::Degrees(..), Value::Decimal(number)) => number.is_finite(),
        (kind, Value::Text(_)) => expected(kind) == "expected_text",
        _ => false,
    };
    let shown = super::to_json(value);
    (!fits).then(|| {
        Fault::new(expected(field.kind))
            .with("value", shown)
            .at(field.name)
    })
}

fn not_allowed(field: &Field, code: &str) -> FieldError {
    Fault::new("unknown_value")
        .with("value", code)
        .with("allowed", field.kind.codes().join(", "))
        .at(field.name)
}

/// What a referral is about, and between whom, once it was sent: another matter is another referral.
fn moved_once_sent(before: &Fields, prepared: &Prepared) -> Vec<FieldError> {
    if matches!(
        referral::Status::of(before),
        None | Some(referral::Status::Draft)
    ) {
        return Vec::new();
    }
    ["project", "theme", "from_structure", "to_structure"]
        .into_iter()
        .filter(|name| before.get(*name) != prepared.fields.get(*name))
        .map(|name| Fault::new("fixed_once_sent").at(name))
        .collect()
}

/// What does not go together in an opportunity.
fn together(fields: &Fields) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if let (Some(Value::Integer(min)), Some(Value::Integer(max))) =
        (fields.get("price_min"), fields.get("price_max"))
        && min > max
    {
        errors.push(
            Fault::new("min_above_max")
                .with("other", "price_max")
                .at("price_min"),
        );
    }
    for (one, other) in [("latitude", "longitude"), ("longitude", "latitude")] {
        if fields.contains_key(one) && !fields.contains_key(other) {
            errors.push(Fault::new("goes_with").with("other", one).at(other));
        }
    }
    errors
}

/// Checks the move of an opportunity's state, and adjusts it to its verification date.
fn settle_opportunity(
    before: Option<&Fields>,
    prepared: &mut Prepared,
    today: Date,
) -> Option<FieldError> {
    let status = Status::of(&prepared.fields)?;
    if let Some(before) = before
        && let Some(from) = Status::of(before)
        && from != status
        && let Err(error) = opportunity::check_move(from, status, Actor::Owner)
    {
        return Some(error);
    }
    let (changes, notices) = opportunity::adjust(before, &prepared.fields, today);
    prepared.fields.extend(changes);
    prepared.notices.extend(notices);
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::collections::opportunity::OPPORTUNITY;
    use crate::registry::collections::referral::REFERRAL;
    use crate::registry::context::fixture::context;
    use crate::registry::parse_value;

    fn opportunity(pairs: &[(&str, &str)]) -> Fields {
        pairs
            .iter()
            .map(|(name, text)| {
                let field = OPPORTUNITY.field(name).unwrap();
                (
                    (*name).to_owned(),
                    parse_value(field, text, &context()).unwrap(),
                )
            })
            .collect()
    }

    fn fournil() -> Fields {
        opportunity(&[
            ("kind", "premises"),
            ("title", "Fournil"),
            ("insee_code", "63003"),
        ])
    }

    #[test]
    fn a_new_opportunity_is_a_draft_to_review_by_its_kind() {
        let prepared = prepare_new(&OPPORTUNITY, fournil(), &context()).unwrap();
        assert_eq!(prepared.fields["status"], Value::Text("draft".into()));
        assert_eq!(prepared.fields["review_every_days"], Value::Integer(90));
        let land = opportunity(&[("kind", "land"), ("title", "Pré"), ("insee_code", "63003")]);
        let prepared = prepare_new(&OPPORTUNITY, land, &context()).unwrap();
        assert_eq!(prepared.fields["review_every_days"], Value::Integer(180));
    }

    #[test]
    fn everything_missing_is_said_at_once() {
        let errors = prepare_new(&OPPORTUNITY, Fields::new(), &context()).unwrap_err();
        let missing: Vec<_> = errors
            .iter()
            .map(|error| (error.code, &*error.field))
            .collect();
        assert_eq!(
            missing,
            [
                ("missing_field", "kind"),
                ("missing_field", "title"),
                ("missing_field", "insee_code")
            ]
        );
    }

    #[test]
    fn a_verification_in_the_future_is_to_check() {
        let mut fields = fournil();
        fields.extend(opportunity(&[
            ("status", "published"),
            ("last_verified_on", "31/12/2026"),
        ]));
        let prepared = prepare_new(&OPPORTUNITY, fields, &context()).unwrap();
        assert_eq!(prepared.fields["status"], Value::Text("to_check".into()));
        assert_eq!(prepared.notices[0].code, "verification_in_future");
    }

    #[test]
    fn values_that_do_not_go_together_are_refused() {
        let mut fields = fournil();
        fields.extend(opportunity(&[
            ("price_min", "100"),
            ("price_max", "50"),
            ("latitude", "45,5"),
        ]));
        let errors = prepare_new(&OPPORTUNITY, fields, &context()).unwrap_err();
        let codes: Vec<_> = errors.iter().map(|error| error.code).collect();
        assert_eq!(codes, ["min_above_max", "goes_with"]);
    }

    #[test]
    fn a_state_moves_only_where_it_may() {
        let before = prepare_new(&OPPORTUNITY, fournil(), &context())
            .unwrap()
            .fields;
        let mut after = before.clone();
        after.insert("status".into(), Value::Text("filled".into()));
        let errors = prepare_change(&OPPORTUNITY, &before, after.clone(), &context()).unwrap_err();
        assert_eq!(errors[0].code, "move_not_allowed");
        after.insert("status".into(), Value::Text("published".into()));
        let prepared = prepare_change(&OPPORTUNITY, &before, after, &context()).unwrap();
        assert_eq!(
            prepared.fields["last_verified_on"],
            Value::Text("2026-11-22".into())
        );
        assert_eq!(prepared.notices[0].code, "verified_by_publishing");
    }

    #[test]
    fn a_referral_moves_by_name_only_and_not_to_its_sender() {
        let id = |text: &str| Value::Text(text.into());
        let mut fields: Fields = [
            ("project".to_owned(), id("aa")),
            ("theme".to_owned(), id("loan")),
            ("from_structure".to_owned(), id("bb")),
            ("to_structure".to_owned(), id("bb")),
        ]
        .into();
        let errors = prepare_new(&REFERRAL, fields.clone(), &context()).unwrap_err();
        assert_eq!(errors[0].code, "referral_to_self");
        fields.insert("to_structure".into(), id("cc"));
        let before = prepare_new(&REFERRAL, fields, &context()).unwrap().fields;
        let mut after = before.clone();
        after.insert("status".into(), id("done"));
        let errors = prepare_change(&REFERRAL, &before, after, &context()).unwrap_err();
        assert_eq!(errors[0].code, "by_move_only");

        let mut sent = before;
        sent.insert("status".into(), id("sent"));
        let mut after = sent.clone();
        after.insert("urgency".into(), id("high"));
        assert!(prepare_change(&REFERRAL, &sent, after.clone(), &context()).is_ok());
        after.insert("to_structure".into(), id("dd"));
        let errors = prepare_change(&REFERRAL, &sent, after, &context()).unwrap_err();
        assert_eq!(errors[0].code, "fixed_once_sent");
    }

    #[test]
    fn what_is_sealed_is_not_written_in_the_open() {
        let mut fields = fournil();
        fields.extend(opportunity(&[("seller_name", "Jeanne Dupré")]));
        let errors = prepare_new(&OPPORTUNITY, fields.clone(), &context()).unwrap_err();
        assert_eq!(
            (errors[0].code, &*errors[0].field),
            ("sealed_in_the_open", "seller_name")
        );
        let before = prepare_new(&OPPORTUNITY, fournil(), &context())
            .unwrap()
            .fields;
        let mut after = before.clone();
        after.extend(opportunity(&[("seller_name", "Jeanne Dupré")]));
        let errors = prepare_change(&OPPORTUNITY, &before, after, &context()).unwrap_err();
        assert_eq!(errors[0].code, "sealed_in_the_open");
    }

    #[test]
    fn fields_of_a_newer_version_are_kept() {
        let mut fields = fournil();
        fields.insert("tomorrow".into(), Value::Flag(true));
        let prepared = prepare_new(&OPPORTUNITY, fields, &context()).unwrap();
        assert_eq!(prepared.fields["tomorrow"], Value::Flag(true));
    }
}
