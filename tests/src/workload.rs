//! Workload R(n) of the benchmarks: n opportunities of about fifteen fields, about 800 bytes of JSON
//! each, then five single-field edits of every one.
//!
//! Pure function of the seed and n; record k is the same whatever n is, so a smaller workload is a
//! prefix of a larger one.

use capactif_node::registry::{Fields, Value};
use capactif_node::territory::Territory;
use fastrand::Rng;

/// The seed of published figures.
pub const SEED: u64 = 2;

/// Edits of every record.
pub const EDITS: usize = 5;

/// Characters of the summary.
const SUMMARY_CHARS: usize = 300;

/// Words that the summaries are made of: about as varied as real ones.
const WORDS: [&str; 64] = [
    "local",
    "atelier",
    "bourg",
    "vitrine",
    "fonds",
    "clientèle",
    "fidèle",
    "équipé",
    "lumineux",
    "proche",
    "école",
    "marché",
    "commune",
    "loyer",
    "modéré",
    "travaux",
    "récents",
    "chauffage",
    "bois",
    "terrain",
    "plat",
    "accès",
    "facile",
    "parking",
    "gratuit",
    "logement",
    "étage",
    "jardin",
    "reprise",
    "retraite",
    "accompagnement",
    "possible",
    "matériel",
    "compris",
    "chambre",
    "froide",
    "terrasse",
    "ensoleillée",
    "vue",
    "montagne",
    "route",
    "départementale",
    "fibre",
    "disponible",
    "immédiatement",
    "famille",
    "projet",
    "activité",
    "artisan",
    "commerce",
    "vallée",
    "village",
    "habitants",
    "saison",
    "touristique",
    "ferme",
    "prairies",
    "bâtiment",
    "fonctionnel",
    "grange",
    "pierre",
    "surface",
    "annexe",
    "cour",
];

const KINDS: [&str; 8] = [
    "business_takeover",
    "farm_takeover",
    "premises",
    "land",
    "farmland",
    "housing",
    "job",
    "activity_wanted",
];

/// One record of the workload and what is changed in it afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its fields when it is created.
    pub fields: Fields,
    /// Its edits, in order: one field each, with its new value.
    pub edits: [(&'static str, Value); EDITS],
}

/// Record `index` of the workload of this seed.
#[must_use]
pub fn record(seed: u64, index: usize) -> Record {
    let mut rng = Rng::with_seed(seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let communes = Territory::embedded().communes();
    let commune = &communes[rng.usize(..communes.len())];
    let kind = KINDS[rng.usize(..KINDS.len())];
    let price = rng.i64(10..400) * 100_000;
    let text = |text: String| Value::Text(text);
    let code = |code: &str| Value::Text(code.to_owned());
    let mut productions = Vec::new();
    for _ in 0..3 {
        productions.push(WORDS[rng.usize(..WORDS.len())].to_owned());
    }
    let fields = [
        ("kind", code(kind)),
        ("status", code("published")),
        (
            "title",
            text(format!(
                "{} {} n° {index}",
                words(&mut rng, 50),
                commune.name
            )),
        ),
        ("summary", text(summary(&mut rng))),
        ("insee_code", text(commune.code.clone())),
        ("sector", code("craft")),
        ("transfer_mode", code("sale_goodwill")),
        ("price_max", Value::Integer(price)),
        ("headcount", Value::Integer(rng.i64(0..12))),
        (
            "surface_m2",
            Value::Decimal(f64::from(rng.u32(300..9_000)) / 10.0),
        ),
        (
            "farm_production",
            Value::Set(productions.into_iter().collect()),
        ),
        (
            "address",
            text(format!("{} {}", rng.u8(1..99), words(&mut rng, 44))),
        ),
        ("source", code("other")),
        ("source_id", text(format!("r-{seed}-{index:06}"))),
        (
            "last_verified_on",
            text(format!("2026-{:02}-{:02}", rng.u8(1..11), rng.u8(1..29))),
        ),
        ("review_every_days", Value::Integer(90)),
    ];
    let edits = [
        ("price_max", Value::Integer(price - price / 20 / 100 * 100)),
        (
            "last_verified_on",
            text(format!("2026-11-{:02}", rng.u8(1..23))),
        ),
        ("status", code("under_negotiation")),
        ("headcount", Value::Integer(rng.i64(12..20))),
        (
            "title",
            text(format!(
                "{} {} n° {index}",
                words(&mut rng, 50),
                commune.name
            )),
        ),
    ];
    Record {
        fields: fields.map(|(name, value)| (name.to_owned(), value)).into(),
        edits,
    }
}

/// The first n records of the workload of this seed.
pub fn records(seed: u64, n: usize) -> impl Iterator<Item = Record> {
    (0..n).map(move |index| record(seed, index))
}

/// The records as an import file: `;`, UTF-8, dictionary field names, amounts in euros.
#[must_use]
pub fn csv(seed: u64, n: usize) -> String {
    let mut text = String::with_capacity(n * 600);
    let columns: Vec<String> = record(seed, 0).fields.into_keys().collect();
    text.push_str(&columns.join(";"));
    for record in records(seed, n) {
        for (position, column) in columns.iter().enumerate() {
            text.push(if position == 0 { '\n' } else { ';' });
            if let Some(value) = record.fields.get(column) {
                text.push_str(&cell(column, value));
            }
        }
    }
    text.push('\n');
    text
}

/// A cell; none of ours holds a semicolon or a quote.
fn cell(column: &str, value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Integer(cents) if column.starts_with("price_") => {
            format!("{}.{:02}", cents / 100, cents % 100)
        }
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Set(items) => items
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("|"),
    }
}

/// Words up to so many characters.
fn words(rng: &mut Rng, characters: usize) -> String {
    let mut text = String::new();
    let mut length = 0;
    loop {
        let word = WORDS[rng.usize(..WORDS.len())];
        length += word.chars().count() + 1;
        if length > characters + 1 {
            return text;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
}

/// A summary of exactly [`SUMMARY_CHARS`] characters.
fn summary(rng: &mut Rng) -> String {
    let mut text = words(rng, SUMMARY_CHARS - 1);
    let missing = SUMMARY_CHARS - 1 - text.chars().count();
    text.extend(std::iter::repeat_n('x', missing));
    text.push('.');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(fields: &Fields) -> String {
        let value = |value: &Value| match value {
            Value::Text(text) => serde_json::json!(text),
            Value::Integer(number) => serde_json::json!(number),
            Value::Decimal(number) => serde_json::json!(number),
            Value::Flag(flag) => serde_json::json!(flag),
            Value::Set(items) => serde_json::json!(items),
        };
        let object: serde_json::Map<_, _> = fields
            .iter()
            .map(|(name, it)| (name.clone(), value(it)))
            .collect();
        serde_json::Value::Object(object).to_string()
    }

    #[test]
    fn records_have_the_size_that_the_figures_speak_of() {
        let sizes: Vec<usize> = records(SEED, 200)
            .map(|it| json(&it.fields).len())
            .collect();
        let mean = sizes.iter().sum::<usize>() / sizes.len();
        assert!((750..=850).contains(&mean), "{mean} bytes");
        let first = record(SEED, 0).fields;
        assert!((14..=16).contains(&first.len()), "{}", first.len());
        let Value::Text(summary) = &first["summary"] else {
            panic!()
        };
        assert_eq!(summary.chars().count(), SUMMARY_CHARS);
    }

    #[test]
    fn every_edit_changes_its_field() {
        for Record { fields, edits } in records(SEED, 500) {
            let mut now = fields;
            for (field, value) in edits {
                assert_ne!(now.get(field), Some(&value), "{field}");
                now.insert(field.to_owned(), value);
            }
        }
    }

    #[test]
    fn a_smaller_workload_begins_a_larger_one() {
        let (small, large) = (csv(SEED, 3), csv(SEED, 9));
        assert!(large.starts_with(&small));
        assert_eq!(large.lines().count(), 10);
        assert_eq!(record(SEED, 7), record(SEED, 7));
        assert_ne!(record(SEED, 7), record(SEED + 1, 7));
    }
}
