use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::language::Language;
use crate::registry::collections::COLLECTIONS;
use crate::registry::collections::holder::HOLDER;
use crate::registry::collections::opportunity::OPPORTUNITY;
use crate::registry::collections::project::PROJECT;
use crate::registry::collections::structure::STRUCTURE;
use crate::registry::context::Records;
use crate::registry::context::fixture::{FourCommunes, context};
use crate::registry::{Collection, display, to_text};

fn read(collection: &Collection, name: &str, text: &str) -> Result<Value, FieldError> {
    parse_value(collection.field(name).unwrap(), text, &context())
}

fn code(collection: &Collection, name: &str, text: &str) -> &'static str {
    read(collection, name, text).unwrap_err().code
}

#[test]
fn codes_are_found_by_code_and_by_either_label() {
    for text in [
        "premises",
        "Local professionnel",
        "LOCAL PROFESSIONNEL",
        "business premises",
    ] {
        assert_eq!(
            read(&OPPORTUNITY, "kind", text),
            Ok(Value::Text("premises".into())),
            "{text}"
        );
    }
    let error = read(&OPPORTUNITY, "kind", "premisses").unwrap_err();
    assert_eq!(error.code, "misspelt_value");
    assert!(error.to_string().contains("\"premises\""), "{error}");
    assert!(
        error.message(Language::French).contains("« premises »"),
        "{}",
        error.message(Language::French)
    );
}

#[test]
fn yes_and_no_have_many_forms() {
    for (text, flag) in [
        ("oui", true),
        ("X", true),
        ("Vrai", true),
        ("non", false),
        ("0", false),
    ] {
        assert_eq!(
            read(&OPPORTUNITY, "organic", text),
            Ok(Value::Flag(flag)),
            "{text}"
        );
    }
    assert_eq!(code(&OPPORTUNITY, "organic", "peut-être"), "flag_form");
}

#[test]
fn lists_are_sets_of_parsed_members() {
    let set = |items: &[&str]| {
        Ok(Value::Set(
            items.iter().map(|item| (*item).into()).collect(),
        ))
    };
    let competences = read(&STRUCTURE, "competences", "Prêt | loan|garantie|");
    assert_eq!(competences, set(&["guarantee", "loan"]));
    assert_eq!(
        read(&STRUCTURE, "accepts_naf", "107|4711b"),
        set(&["10.7", "47.11B"])
    );
    assert_eq!(
        code(&STRUCTURE, "competences", "loan|lon"),
        "misspelt_value"
    );
    assert_eq!(
        code(&STRUCTURE, "networks", &"a".repeat(90)),
        "item_too_long"
    );
    assert_eq!(code(&STRUCTURE, "networks", " | "), "empty");
    let many: Vec<String> = (0..=MAX_LIST_ITEMS).map(|item| item.to_string()).collect();
    assert_eq!(
        code(&STRUCTURE, "networks", &many.join("|")),
        "too_many_items"
    );
}

#[test]
fn what_cannot_be_written_says_why() {
    assert_eq!(code(&OPPORTUNITY, "expired", "oui"), "derived_not_writable");
    assert_eq!(
        code(&OPPORTUNITY, "attachments", "aa"),
        "by_attachment_only"
    );
    assert_eq!(
        code(&HOLDER, "residence", "insee:63003"),
        "zone_not_a_commune"
    );
}

#[test]
fn text_is_cleaned_and_bounded() {
    let text = |text: &str| Ok(Value::Text(text.to_owned()));
    assert_eq!(
        read(&OPPORTUNITY, "title", "  Le \n fournil "),
        text("Le fournil")
    );
    assert_eq!(read(&OPPORTUNITY, "title", "E\u{301}cole"), text("École"));
    assert_eq!(read(&OPPORTUNITY, "summary", "a\r\nb\n"), text("a\nb"));
    assert_eq!(code(&OPPORTUNITY, "title", &"é".repeat(151)), "too_long");
    assert_eq!(code(&OPPORTUNITY, "title", "a\u{0}b"), "control_character");
    assert_eq!(code(&OPPORTUNITY, "siret", &"1".repeat(10_000)), "too_long");
    assert_eq!(code(&OPPORTUNITY, "title", " "), "empty");
}

#[test]
fn pseudonyms_do_not_identify() {
    assert!(read(&PROJECT, "pseudonym", "PP-7K3F").is_ok());
    assert!(read(&PROJECT, "pseudonym", "boulangère du lundi").is_ok());
    for text in [
        "Mme Dupont",
        "M. Martin",
        "jean@exemple.fr",
        "04 73 82 00 00",
    ] {
        assert_eq!(
            code(&PROJECT, "pseudonym", text),
            "identifies_person",
            "{text}"
        );
    }
    assert_eq!(code(&PROJECT, "settled_in", "dept:63"), "zone_epci_only");
}

#[test]
fn records_are_referred_to_by_identity_or_by_what_the_view_finds() {
    struct OneRecord;
    impl Records for OneRecord {
        fn resolve(&self, _: &str, text: &str) -> RecordAnswer {
            match text {
                "ab" => RecordAnswer::Found("ab".repeat(32)),
                "a" => RecordAnswer::Ambiguous(2),
                _ => RecordAnswer::Unknown,
            }
        }
    }
    let id = "AB".repeat(32);
    assert_eq!(
        read(&OPPORTUNITY, "contact", &id),
        Ok(Value::Text("ab".repeat(32)))
    );
    assert_eq!(code(&OPPORTUNITY, "contact", "ab"), "reference_form");
    let field = OPPORTUNITY.field("contact").unwrap();
    let known = Context {
        today: date(2026, 11, 22),
        communes: &FourCommunes,
        records: Some(&OneRecord),
        own_structure: None,
    };
    assert_eq!(
        parse_value(field, "ab", &known),
        Ok(Value::Text("ab".repeat(32)))
    );
    assert_eq!(
        parse_value(field, "a", &known).unwrap_err().code,
        "ambiguous_record"
    );
    assert_eq!(
        parse_value(field, "c", &known).unwrap_err().code,
        "unknown_record"
    );
}

#[test]
fn every_message_is_filled_to_its_last_placeholder() {
    // Words that are wrong for something everywhere.
    let wrong = [
        "",
        "?!",
        "-1",
        "1,234",
        "99999999999999",
        "31/02/2026",
        "a|b",
        "é\u{0}",
        "12345",
    ];
    for field in COLLECTIONS.iter().flat_map(|collection| collection.fields) {
        for text in wrong {
            let Err(error) = parse_value(field, text, &context()) else {
                continue;
            };
            for language in Language::ALL {
                let pattern =
                    crate::registry::labels::label(language, &format!("invalid-{}", error.code));
                for placeholder in pattern.unwrap().split("{ $").skip(1) {
                    let name = placeholder.split(' ').next().unwrap();
                    assert!(
                        error.args.iter().any(|(known, _)| *known == name),
                        "{error:?}: {name}"
                    );
                }
                assert!(
                    !error.message(language).starts_with("invalid-"),
                    "{error:?}"
                );
            }
        }
    }
}

fn round_trips(field: &Field, text: &str) {
    let Ok(value) = parse_value(field, text, &context()) else {
        return;
    };
    let written = to_text(field, &value);
    assert_eq!(
        parse_value(field, &written, &context()),
        Ok(value),
        "{}: {written:?}",
        field.name
    );
}

proptest! {
    // Each case goes through every field of every collection.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_back_as_written(text in any::<String>()) {
        for field in COLLECTIONS.iter().flat_map(|collection| collection.fields) {
            round_trips(field, &text);
        }
    }

    #[test]
    fn likely_text_is_read_back_as_written(
        text in "[ 0-9a-zéA-Z€.,:;/|+@\"()\\[\\]'-]{1,24}",
        numeric in "-?[0-9 ]{1,9}[.,]?[0-9]{0,4} ?(€|k€|ha|m²)?",
        dated in "[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}([T ][0-9]{1,2}[:h][0-9]{0,2})?",
        hours in "(Mo|Tu-Fr|PH|Jan|week 1-5|24/7)[ ,-]?[0-2]?[0-9]:[0-5][0-9]-[0-2][0-9]:00[+,;|]?",
    ) {
        for field in COLLECTIONS.iter().flat_map(|collection| collection.fields) {
            for text in [&text, &numeric, &dated, &hours] {
                round_trips(field, text);
            }
        }
    }

    #[test]
    fn every_amount_is_read_back_to_the_cent(cents in 0_i64..10_000_000_000_000) {
        let field = OPPORTUNITY.field("price_max").unwrap();
        let value = Value::Integer(cents);
        let read = |text: &str| parse_value(field, text, &context());
        prop_assert_eq!(read(&to_text(field, &value)), Ok(value.clone()));
        // English whole thousands, `€90,000`, can be read two ways and are refused.
        prop_assert_eq!(read(&display(field, &value, Language::French)), Ok(value.clone()));
    }
}
