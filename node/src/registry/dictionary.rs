//! The dictionary of fields, as people read it, from the declarations.

use std::fmt::Write as _;

use super::collection::Collection;
use super::collections::COLLECTIONS;
use super::field::{ANY, Default, Field, FieldKind, Rule, Visibility};
use super::freshness::{LONG_INTERVAL_DAYS, SHORT_INTERVAL_DAYS};
use super::labels::{code_label, field_label, label};
use super::referral::past::PAST;
use crate::language::Language;

/// The whole dictionary as Markdown: `docs/dictionary.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = INTRODUCTION.to_owned();
    for collection in COLLECTIONS {
        section(&mut text, collection);
    }
    text.push_str("\n## Codes\n\nEvery code is understood in files and on the command line by itself or by either label.\n");
    let mut written = Vec::new();
    for field in COLLECTIONS.iter().flat_map(|collection| collection.fields) {
        let vocabulary = field.vocabulary();
        if field.kind.codes().is_empty() || written.contains(&vocabulary) {
            continue;
        }
        codes(&mut text, &vocabulary, field);
        written.push(vocabulary);
    }
    text
}

const INTRODUCTION: &str = "# Dictionary

Every field of every collection. Generated from `node/src/registry/collections/`; to write it again after a
change there, run `UPDATE_DOCS=1 cargo test -p capactif-node dictionary`.

- The field's name is its CSV header, its JSON key and, with hyphens, its flag on the command line. Files
  may also use either label. Amounts are in euros; in JSON, and in CSV columns so named, they are whole cents under
  `<field>_cents`.
- A list is an array in JSON and `a|b` in CSV and on the command line; it is a set, without order.
- *public*: portal and exports; *network*: members; *sealed*: named recipients. The sealed fields of a collection form one sealed
  part of the record, which lists, exports and files never contain.
- *computed* fields are never written.
";

fn section(text: &mut String, collection: &Collection) {
    let named = |language| label(language, &collection.label_key()).unwrap_or(collection.name);
    let _ = write!(
        text,
        "\n## {}\n\n{} / {}. Records are named by `{}`.\n\n\
         | field | holds | French label | English label | at creation | who sees it |\n\
         |---|---|---|---|---|---|\n",
        collection.name,
        named(Language::French),
        named(Language::English),
        collection.title,
    );
    for field in collection.fields {
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {} | {} | {} |",
            field.name,
            holds(field),
            field_label(Language::French, field),
            field_label(Language::English, field),
            at_creation(field),
            who_sees(field.visibility),
        );
    }
}

fn codes(text: &mut String, vocabulary: &str, field: &Field) {
    let _ = write!(
        text,
        "\n### {vocabulary}\n\n| code | French label | English label |\n|---|---|---|\n"
    );
    for code in field.kind.codes() {
        let [french, english] = Language::ALL.map(|language| code_label(language, field, code));
        let _ = writeln!(text, "| `{code}` | {french} | {english} |");
    }
}

const fn who_sees(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Network => "network",
        Visibility::Sealed => "sealed",
    }
}

fn at_creation(field: &Field) -> String {
    let default = match field.default {
        None => String::new(),
        Some(Default::Code(code)) => format!("`{code}`"),
        Some(Default::OwnStructure) => "own structure".to_owned(),
        Some(Default::Today) => "today".to_owned(),
        Some(Default::ReviewInterval) => {
            format!("{SHORT_INTERVAL_DAYS} or {LONG_INTERVAL_DAYS} by kind")
        }
    };
    match (field.required, default.is_empty()) {
        (true, true) => "required".to_owned(),
        (true, false) => format!("required ({default})"),
        (false, _) => default,
    }
}

fn holds(field: &Field) -> String {
    let vocabulary = field.vocabulary();
    let kind = match field.kind {
        FieldKind::Text(max) => format!("text, {max} characters"),
        FieldKind::Prose(max) => format!("prose, {max} characters"),
        FieldKind::Enum(_) => format!("one of [{vocabulary}](#{vocabulary})"),
        FieldKind::EnumList(_) => format!("several of [{vocabulary}](#{vocabulary})"),
        FieldKind::TextList => "list of texts".to_owned(),
        FieldKind::Siret => "SIRET, 14 digits, checked".to_owned(),
        FieldKind::Siren => "SIREN, 9 digits, checked".to_owned(),
        FieldKind::Commune if field.rule == Some(Rule::InTerritory) => {
            "INSEE code or name of a commune of the territory".to_owned()
        }
        FieldKind::Commune => "INSEE code or name of any commune of France".to_owned(),
        FieldKind::Zone if field.rule == Some(Rule::EpciOnly) => {
            "zone, `epci:200070761`".to_owned()
        }
        FieldKind::Zone if field.rule == Some(Rule::EpciOrDepartment) => {
            "zone, `epci:200070761` or `dept:63`".to_owned()
        }
        FieldKind::Zone => "zone, `insee:63003`, `epci:200070761` or `dept:63`".to_owned(),
        FieldKind::ZoneList => {
            "list of zones, `insee:63003`, `epci:200070761` or `dept:63`".to_owned()
        }
        FieldKind::Naf => "NAF code, `10.71C`".to_owned(),
        FieldKind::NafList => "list of NAF codes or their beginnings, `10.7`".to_owned(),
        FieldKind::Bpe => "BPE code, `B207`".to_owned(),
        FieldKind::Telephone => "telephone, stored as E.164".to_owned(),
        FieldKind::Email => "e-mail address".to_owned(),
        FieldKind::Url => "web address".to_owned(),
        FieldKind::OpeningHours => "OpenStreetMap opening hours".to_owned(),
        FieldKind::Flag => "yes or no".to_owned(),
        FieldKind::Integer(min, max) => format!("whole number, {min} to {max}"),
        FieldKind::Decimal => "decimal number".to_owned(),
        FieldKind::Degrees(min, max) => format!("degrees WGS84, {min} to {max}"),
        FieldKind::Cents => "amount".to_owned(),
        FieldKind::Date => "day".to_owned(),
        FieldKind::DateTime => "instant".to_owned(),
        FieldKind::Period => "half-year, `2026-H1`".to_owned(),
        FieldKind::Ref(collection) => reference("identity of a record of", collection),
        FieldKind::RefList(collection) => reference("identities of records of", collection),
        FieldKind::Derived => "*computed*".to_owned(),
    };
    match field.rule {
        Some(Rule::ByMove) if field.name == PAST => {
            "walk, `2024-03-12 sent | 2024-03-15 accepted`; written by `import --history` only"
                .to_owned()
        }
        Some(Rule::ByMove) => format!("{kind}; written by moves only"),
        Some(Rule::ByAttachment) => {
            "list of files, each `hash size media-type name`; written by attaching only".to_owned()
        }
        Some(Rule::Anonymous) => format!("{kind}; must not identify a person"),
        _ => kind,
    }
}

fn reference(words: &str, collection: &str) -> String {
    if collection == ANY {
        format!("{words} any collection")
    } else {
        format!("{words} [{collection}](#{collection})")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_committed_dictionary_is_the_generated_one() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/dictionary.md");
        let generated = super::markdown();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).unwrap();
            std::fs::write(path, &generated).unwrap();
        }
        let committed = std::fs::read_to_string(path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        assert!(
            committed == generated,
            "docs/dictionary.md is out of date: run the tests once with UPDATE_DOCS=1"
        );
    }
}
