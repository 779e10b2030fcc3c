//! What is computed from a record and the day when it is read, and never stored.
//!
//! What needs more than the record itself is left to others: `charter_member` to the charter,
//! `owner_structure` to whoever holds the record's history.

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use super::collection::Collection;
use super::freshness::{Freshness, service_freshness};
use super::labels::{field_label, label};
use super::opportunity;
use super::quality::{Gap, quality};
use super::referral;
use super::value::Fields;
use crate::language::Language;

/// The computed values of a record on this day, as JSON.
///
/// An opportunity has `expired`, `needs_check`, `quality` and `quality_gaps`; a local service
/// `needs_check`; a referral `late`, which is null while it is not.
#[must_use]
pub fn derived(collection: &Collection, fields: &Fields, today: Date) -> Map<String, Json> {
    let mut computed = Map::new();
    let mut put = |name: &str, value: Json| computed.insert(name.to_owned(), value);
    match collection.name {
        "opportunity" => {
            let quality = quality(fields, today);
            put("expired", json!(opportunity::expired(fields, today)));
            put(
                "needs_check",
                json!(opportunity::needs_check(fields, today)),
            );
            put("quality", json!(quality.score));
            let gaps = quality
                .gaps
                .iter()
                .map(|gap| json!({"field": gap.field, "code": gap.code, "points": gap.points}));
            put("quality_gaps", gaps.collect());
        }
        "local_service" => {
            let fresh = matches!(service_freshness(fields, today), Freshness::Fresh { .. });
            put("needs_check", json!(!fresh));
        }
        "referral" => {
            put(
                "late",
                json!(referral::late(fields, today).map(referral::Late::code)),
            );
        }
        _ => {}
    }
    computed
}

/// What to do about a gap, for people: `Contact: to fill in (9)`.
#[must_use]
pub fn advice(gap: &Gap, language: Language) -> String {
    let opportunity = &super::collections::opportunity::OPPORTUNITY;
    let name = opportunity
        .field(gap.field)
        .map_or(gap.field, |field| field_label(language, field));
    let text = label(language, &format!("quality-{}", gap.code)).unwrap_or(gap.code);
    let colon = match language {
        Language::French => "\u{a0}:",
        Language::English => ":",
    };
    format!("{name}{colon} {text} ({})", gap.points)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::registry::collections::opportunity::OPPORTUNITY;
    use crate::registry::collections::referral::REFERRAL;
    use crate::registry::value::Value;

    #[test]
    fn an_opportunity_says_how_good_it_is_and_why() {
        let status = Value::Text("published".to_owned());
        let fields: Fields = [("status".to_owned(), status)].into();
        let computed = derived(&OPPORTUNITY, &fields, date(2026, 11, 22));
        assert_eq!(computed["expired"], json!(true));
        assert_eq!(computed["quality"], json!(0));
        let gaps: Vec<_> = computed["quality_gaps"]
            .as_array()
            .unwrap()
            .iter()
            .collect();
        assert_eq!(gaps[0]["field"], json!("summary"));
        assert!(
            gaps.iter()
                .any(|gap| gap["code"] == json!("never_verified"))
        );
    }

    #[test]
    fn a_referral_in_time_is_not_late() {
        let computed = derived(&REFERRAL, &Fields::new(), date(2026, 11, 22));
        assert_eq!(computed["late"], Json::Null);
    }

    #[test]
    fn every_gap_has_its_advice() {
        let codes = [
            "missing",
            "too_short",
            "too_long",
            "never_verified",
            "verified_in_future",
            "expired",
            "verify_soon",
        ];
        for code in codes {
            for language in Language::ALL {
                assert!(
                    label(language, &format!("quality-{code}")).is_some(),
                    "{code}"
                );
            }
        }
        let gap = Gap {
            field: "contact",
            code: "missing",
            points: 9,
        };
        assert_eq!(advice(&gap, Language::English), "Contact: to fill in (9)");
    }
}
