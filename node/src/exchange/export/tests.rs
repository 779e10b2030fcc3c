//! What goes out comes back in: exports read by our own import.

use proptest::option::of as some;
use proptest::prelude::*;
use serde_json::Value as Json;

mod planted;

use super::*;
use crate::exchange::fixture::{OFFER, schema};
use crate::exchange::{ImportedRow, Options, Report, preview};
use crate::registry::Value;

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn record(fields: &[(&str, Value)]) -> ExportedRecord {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    ExportedRecord {
        id: "ab12".to_owned(),
        owner: "cd34".to_owned(),
        created: Timestamp(0),
        changed: Timestamp(0),
        fields,
    }
}

fn sample() -> ExportedRecord {
    record(&[
        ("title", text("=SOMME(A1)")),
        ("insee_code", text("63003")),
        ("latitude", Value::Decimal(45.549_123_456_7)),
        ("longitude", Value::Decimal(3.74)),
        ("price_max", Value::Integer(9_000_050)),
        ("organic", Value::Flag(true)),
        ("phone", text("+33473820000")),
        ("seller_name", text("Jeanne")),
        ("from_a_newer_version", text("x")),
    ])
}

fn csv(record: ExportedRecord, audience: Audience, style: &CsvStyle<'_>) -> String {
    let mut out = Vec::new();
    write_csv(&mut out, &OFFER, [record], audience, style).unwrap();
    String::from_utf8(out).unwrap()
}

fn read(bytes: &[u8]) -> (Vec<ImportedRow>, Report) {
    preview(bytes, "export", &schema(), &Options::default(), 1_000).unwrap()
}

#[test]
fn csv_is_made_for_french_excel_and_guards_formulas() {
    assert_eq!(
        csv(sample(), Audience::Network, &CsvStyle::FRENCH),
        "\u{FEFF}id;owner;kind;title;summary;insee_code;latitude;longitude;location_precision;\
         price_max;surface_m2;headcount;organic;productions;phone;source;source_id\r\n\
         ab12;cd34;;'=SOMME(A1);;63003;45,5491234567;3,74;;90000,50;;;oui;;'+33473820000;;\r\n"
    );
}

#[test]
fn public_files_hold_public_fields_only() {
    let csv = csv(sample(), Audience::Public, &CsvStyle::PLAIN);
    assert_eq!(
        csv,
        "id,owner,kind,title,summary,insee_code,location_precision,price_max,surface_m2,headcount,\
         organic,productions\r\nab12,cd34,,'=SOMME(A1),,63003,,90000.50,,,true,\r\n"
    );
    let mut out = Vec::new();
    write_json_lines(&mut out, &OFFER, [sample()], Audience::Public).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "{\"id\":\"ab12\",\"collection\":\"offer\",\"owner\":\"cd34\",\"title\":\"=SOMME(A1)\",\
         \"insee_code\":\"63003\",\"price_max_cents\":9000050,\"organic\":true}\n"
    );
}

#[test]
fn json_lines_keep_unknown_fields_for_members() {
    let mut out = Vec::new();
    write_json_lines(&mut out, &OFFER, [sample()], Audience::Network).unwrap();
    let object: Json = serde_json::from_slice(&out).unwrap();
    assert_eq!(object["from_a_newer_version"], "x");
    assert_eq!(object.get("seller_name"), None);
}

#[test]
fn labels_may_head_the_columns() {
    let label = |field: &Field| field.name.to_uppercase();
    let style = CsvStyle {
        label: Some(&label),
        ..CsvStyle::FRENCH
    };
    assert!(csv(sample(), Audience::Public, &style).contains("id;owner;KIND;TITLE;"));
}

struct OneCommune;

impl Places for OneCommune {
    fn commune(&self, insee_code: &str) -> Option<Point> {
        (insee_code == "63003").then_some(Point {
            latitude: 45.55,
            longitude: 3.75,
        })
    }

    fn epci_of(&self, insee_code: &str) -> Option<Point> {
        (insee_code == "63003").then_some(Point {
            latitude: 45.6,
            longitude: 3.7,
        })
    }
}

fn feature(record: ExportedRecord, audience: Audience) -> Json {
    let mut out = Vec::new();
    write_geojson(&mut out, &OFFER, [record], audience, &OneCommune).unwrap();
    let collection: Json = serde_json::from_slice(&out).unwrap();
    assert_eq!(collection["type"], "FeatureCollection");
    collection["features"][0].clone()
}

#[test]
fn geojson_publishes_a_place_no_closer_than_the_record_allows() {
    let at = |precision: Option<&str>, audience| {
        let mut record = sample();
        if let Some(precision) = precision {
            record
                .fields
                .insert("location_precision".to_owned(), text(precision));
        }
        let feature = feature(record, audience);
        let coordinates = &feature["geometry"]["coordinates"];
        let precision = feature["properties"]["geometry_precision"].clone();
        assert_eq!(feature["id"], "ab12");
        (
            coordinates.to_string(),
            precision.as_str().unwrap().to_owned(),
        )
    };
    let exact = ("[3.74,45.549123]".to_owned(), "address".to_owned());
    let commune = ("[3.75,45.55]".to_owned(), "commune".to_owned());
    let epci = ("[3.7,45.6]".to_owned(), "epci".to_owned());
    assert_eq!(at(None, Audience::Network), exact);
    assert_eq!(at(Some("exact"), Audience::Public), exact);
    assert_eq!(at(None, Audience::Public), commune);
    assert_eq!(at(Some("commune"), Audience::Public), commune);
    assert_eq!(at(Some("epci"), Audience::Public), epci);
}

#[test]
fn public_files_hide_the_commune_where_only_the_epci_is_published() {
    let mut record = sample();
    record
        .fields
        .insert("location_precision".to_owned(), text("epci"));
    assert_eq!(
        feature(record.clone(), Audience::Public)["properties"].get("insee_code"),
        None
    );
    assert!(!csv(record, Audience::Public, &CsvStyle::FRENCH).contains("63003"));
}

#[test]
fn unknown_place_is_a_feature_without_geometry() {
    let feature = feature(record(&[("title", text("A"))]), Audience::Network);
    assert_eq!(feature["geometry"], Json::Null);
    assert_eq!(feature["type"], "Feature");
}

fn fields() -> impl Strategy<Value = Fields> {
    // Texts that break tables: quotes, delimiters, line ends, formula signs, apostrophes, accents.
    let line = "[a-zéÉ’œ€ ;,\"'=+@|-]{0,12}[a-z=+@'\"-]";
    let prose = "['=+@-]?[a-zé\n\r\t;\"]{0,20}[a-z]";
    let texts = (
        line,
        some(prose),
        some("[+][0-9]{8,12}"),
        some("[a-z0-9-]{1,9}"),
    );
    let numbers = (
        some(0..10_000_000_000_000_i64),
        some(0.0..1e12_f64),
        some(-180.0..180.0_f64),
        some(0..100_000_i64),
        some(any::<bool>()),
    );
    let list = some(proptest::collection::btree_set(
        "[=+@'-]?[a-zé \";-]{0,8}[a-z]",
        1..4,
    ));
    (texts, numbers, list).prop_map(|(texts, numbers, list)| {
        let (title, summary, phone, source_id) = texts;
        let (price, surface, longitude, headcount, organic) = numbers;
        [
            ("title", Some(Value::Text(title))),
            ("summary", summary.map(Value::Text)),
            ("phone", phone.map(Value::Text)),
            ("source_id", source_id.map(Value::Text)),
            ("price_max", price.map(Value::Integer)),
            ("surface_m2", surface.map(Value::Decimal)),
            ("longitude", longitude.map(Value::Decimal)),
            ("headcount", headcount.map(Value::Integer)),
            ("organic", organic.map(Value::Flag)),
            ("productions", list.map(Value::Set)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    })
}

fn records() -> impl Strategy<Value = Vec<ExportedRecord>> {
    proptest::collection::vec(fields(), 1..6).prop_map(|all| {
        let numbered = all.into_iter().enumerate().map(|(index, mut fields)| {
            // One reference stands once in a file.
            if fields.contains_key("source_id") {
                fields.insert("source_id".to_owned(), Value::Text(format!("r{index}")));
            }
            ExportedRecord {
                id: format!("{index:04x}"),
                owner: "cd34".to_owned(),
                created: Timestamp(0),
                changed: Timestamp(0),
                fields,
            }
        });
        numbered.collect()
    })
}

fn same(records: &[ExportedRecord], bytes: &[u8]) -> Result<(), TestCaseError> {
    let (rows, report) = read(bytes);
    prop_assert_eq!(&report.errors, &[], "{}", String::from_utf8_lossy(bytes));
    prop_assert_eq!(rows.len(), records.len());
    for (row, record) in rows.iter().zip(records) {
        prop_assert_eq!(row.id.as_deref(), Some(record.id.as_str()));
        prop_assert_eq!(&row.fields, &record.fields);
    }
    Ok(())
}

proptest! {
    #[test]
    fn csv_comes_back_as_it_went_out(records in records()) {
        for style in [CsvStyle::FRENCH, CsvStyle::PLAIN] {
            let mut out = Vec::new();
            write_csv(&mut out, &OFFER, records.clone(), Audience::Network, &style).unwrap();
            same(&records, &out)?;
        }
    }

    #[test]
    fn json_lines_come_back_as_they_went_out(records in records()) {
        let mut out = Vec::new();
        write_json_lines(&mut out, &OFFER, records.clone(), Audience::Network).unwrap();
        same(&records, &out)?;
    }
}
