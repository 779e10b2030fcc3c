//! Nothing leaves by a file that its readers may not see: every collection, every form, with a value
//! planted in each field, sealed ones and those of a newer version included.

use jiff::civil::date;

use super::*;
use crate::exchange::export::icalendar::SHOWN;
use crate::registry::COLLECTIONS;

/// Ambert, and nothing else.
struct Ambert;

impl Places for Ambert {
    fn commune(&self, _: &str) -> Option<Point> {
        Some(Point {
            latitude: 45.5,
            longitude: 3.7,
        })
    }

    fn epci_of(&self, _: &str) -> Option<Point> {
        None
    }
}

impl Surroundings for Ambert {
    fn town(&self, code: &str) -> Option<Town> {
        Some(Town {
            code: code.to_owned(),
            name: "Ambert".to_owned(),
            department: "63".to_owned(),
            postal_codes: vec!["63600".to_owned()],
            epci: Some(("200070761".to_owned(), "ALF".to_owned())),
        })
    }

    fn structure(&self, _: &str) -> Option<Named> {
        None
    }

    fn owner(&self, owner: &str) -> Option<Named> {
        Some(Named {
            record: owner.to_owned(),
            name: "Parc".to_owned(),
        })
    }
}

const PUBLISHER: Publisher<'static> = Publisher {
    network: "Essai",
    network_id: "00",
    today: date(2026, 11, 23),
    lang: crate::language::Language::French,
    around: &Ambert,
};

/// Values without which a record is not published at all; they are not looked for.
const NEEDED: [(&str, &str, &str); 10] = [
    ("opportunity", "kind", "premises"),
    ("opportunity", "status", "published"),
    ("opportunity", "insee_code", "63003"),
    ("opportunity", "last_verified_on", "2026-11-23"),
    ("opportunity", "location_precision", "commune"),
    ("local_service", "insee_code", "63003"),
    ("structure", "insee_code", "63003"),
    ("support_offer", "valid_until", "2027-01-01"),
    ("meeting", "at", "2026-12-01T10:00:00Z"),
    ("training", "at", "2026-12-01T10:00:00Z"),
];

const NEWER: &str = "from_a_newer_version";

fn planted(collection: &Collection) -> (ExportedRecord, Vec<(String, String)>) {
    let mut fields = Fields::new();
    let mut traces = Vec::new();
    for (index, field) in collection.fields.iter().enumerate() {
        let name = field.name;
        let needed = NEEDED
            .iter()
            .find(|(of, it, _)| (*of, *it) == (collection.name, name));
        if let Some((_, _, value)) = needed {
            fields.insert(name.to_owned(), text(value));
            continue;
        }
        let word = format!("planted-{name}-planted");
        let figure = 770_077_000 + i64::try_from(index).unwrap();
        let (value, trace) = match field.kind {
            FieldKind::Derived => (text(&word), word),
            kind if kind.is_list() => (Value::Set([word.clone()].into()), word),
            FieldKind::Flag => continue,
            // How often it is to be seen again, so that it is fresh.
            FieldKind::Integer(1, 730) => {
                fields.insert(name.to_owned(), Value::Integer(90));
                continue;
            }
            FieldKind::Integer(..) => (Value::Integer(figure), figure.to_string()),
            FieldKind::Cents => (Value::Integer(figure * 100), figure.to_string()),
            FieldKind::Decimal if name == "hours" || name == "surface_m2" => {
                fields.insert(name.to_owned(), Value::Decimal(120.0));
                continue;
            }
            FieldKind::Decimal | FieldKind::Degrees(..) => {
                // Places may be rounded on the way.
                let decimal: f64 = format!("{}.{figure}", 10 + index).parse().unwrap();
                (Value::Decimal(decimal), format!("{}.77007", 10 + index))
            }
            _ => (text(&word), word),
        };
        fields.insert(name.to_owned(), value);
        traces.push((name.to_owned(), trace));
    }
    fields.insert(NEWER.to_owned(), text("planted-newer-planted"));
    traces.push((NEWER.to_owned(), "planted-newer-planted".to_owned()));
    let record = ExportedRecord {
        id: "ab".repeat(32),
        owner: "cd".repeat(32),
        created: Timestamp(1_000),
        changed: Timestamp(2_000),
        fields,
    };
    (record, traces)
}

type Seen<'a> = &'a dyn Fn(&Field) -> bool;

/// A form's output for one record, and who sees it.
fn outputs(
    collection: &'static Collection,
    record: &ExportedRecord,
) -> Vec<(&'static str, String, &'static str)> {
    let mut all = Vec::new();
    let mut add = |name, who, write: &dyn Fn(&mut Vec<u8>)| {
        let mut out = Vec::new();
        write(&mut out);
        all.push((name, String::from_utf8(out).unwrap(), who));
    };
    let one = || [record.clone()];
    for (audience, who) in [(Audience::Public, "public"), (Audience::Network, "network")] {
        add("csv", who, &|out| {
            write_csv(out, collection, one(), audience, &CsvStyle::FRENCH).unwrap();
        });
        add("jsonl", who, &|out| {
            write_json_lines(out, collection, one(), audience).unwrap();
        });
    }
    add("geojson", "public", &|out| {
        write_geojson(out, collection, one(), Audience::Public, &Ambert).unwrap();
    });
    // Whatever the node lets through, no writer may tell: all are given every collection.
    add("data-inclusion", "public", &|out| {
        write_data_inclusion(out, collection, one(), &PUBLISHER).unwrap();
    });
    add("hsds", "public", &|out| {
        write_hsds(out, collection, one(), &PUBLISHER).unwrap();
    });
    for class in [SiteClass::Site, SiteClass::Plot] {
        add("cnig", "public", &|out| {
            write_sites(out, collection, one(), &PUBLISHER, class).unwrap();
        });
    }
    add("atom", "public", &|out| {
        write_atom(out, collection, one(), &PUBLISHER).unwrap();
    });
    add("ics", "calendar", &|out| {
        write_icalendar(out, collection, one(), &PUBLISHER).unwrap();
    });
    all
}

#[test]
fn no_form_of_any_collection_tells_what_its_readers_may_not_see() {
    let public: Seen<'_> = &|field| field.visibility == Visibility::Public;
    let network: Seen<'_> = &|field| field.visibility != Visibility::Sealed;
    let calendar: Seen<'_> = &|field| SHOWN.contains(&field.name);
    let mut hidden = 0;
    for collection in COLLECTIONS {
        let (record, traces) = planted(collection);
        for (form, output, who) in outputs(collection, &record) {
            let sees = match who {
                "public" => public,
                "network" => network,
                _ => calendar,
            };
            let may = |name: &str| match collection.field(name) {
                Some(field) => sees(field) && field.kind != FieldKind::Derived,
                None => who == "network",
            };
            for (name, trace) in &traces {
                if may(name) {
                    continue;
                }
                hidden += 1;
                assert!(
                    !output.contains(trace.as_str()),
                    "{form} of {} tells {name} to {who}:\n{output}",
                    collection.name
                );
            }
        }
    }
    assert!(hidden > 500, "{hidden} values were looked for");
}

#[test]
fn what_is_public_does_go_out() {
    for (name, forms) in [
        (
            "opportunity",
            &["geojson", "cnig", "atom", "csv", "jsonl"][..],
        ),
        ("structure", &["data-inclusion", "hsds", "csv"]),
        ("support_offer", &["data-inclusion", "hsds"]),
        ("local_service", &["data-inclusion", "hsds"]),
        ("news", &["atom"]),
        ("training", &["ics"]),
    ] {
        let collection = crate::registry::collection(name).unwrap();
        let (record, _) = planted(collection);
        let title = format!("planted-{}-planted", collection.title);
        for (form, output, _) in outputs(collection, &record) {
            let has_title = !output.starts_with("terr_id");
            if forms.contains(&form) && has_title {
                assert!(output.contains(&title), "{form} of {name}:\n{output}");
            }
        }
    }
}

#[test]
fn a_feed_speaks_the_language_that_is_asked_for() {
    let collection = crate::registry::collection("opportunity").unwrap();
    let (record, _) = planted(collection);
    let feed = |lang| {
        let publisher = Publisher { lang, ..PUBLISHER };
        let mut out = Vec::new();
        write_atom(&mut out, collection, [record.clone()], &publisher).unwrap();
        String::from_utf8(out).unwrap()
    };
    use crate::language::Language;
    let (french, english) = (feed(Language::French), feed(Language::English));
    assert!(french.contains("xml:lang=\"fr\"") && english.contains("xml:lang=\"en\""));
    assert!(french.contains("Local professionnel") && !english.contains("Local professionnel"));
}
