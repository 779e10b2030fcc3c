//! What is found, in which order, and what is counted beside it.

use jiff::civil::date;

use crate::node::public::PublicRecord;
use crate::registry::{Fields, Value, find_collection};

use super::*;

const AMBERT: Point = Point {
    latitude: 45.55,
    longitude: 3.74,
};
const THIERS: Point = Point {
    latitude: 45.86,
    longitude: 3.55,
};

fn offer(number: u8, fields: &[(&str, Value)]) -> PublicOffer {
    let fields: Fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    PublicOffer {
        record: PublicRecord {
            id: RecordId([number; 32]),
            collection: find_collection("opportunity").unwrap(),
            fields,
            owner: RecordId([0; 32]),
            epci: None,
            distance_km: None,
        },
        good_until: date(2026, 12, 1),
        freshness: 0.5,
        quality: 50,
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn showcase() -> Showcase {
    let mut builder = Builder::default();
    let bakery = [
        ("kind", text("business_takeover")),
        ("title", text("Fournil du bourg")),
        ("naf_code", text("10.71C")),
        ("sector", text("craft")),
        ("insee_code", text("63003")),
        ("price_max", Value::Integer(9_000_000)),
        ("surface_m2", Value::Decimal(120.0)),
    ];
    builder.push(&offer(1, &bakery), Some(AMBERT));
    let pastry = [
        ("kind", text("business_takeover")),
        ("title", text("Pâtisserie de la place")),
        ("naf_code", text("10.71D")),
        ("sector", text("craft")),
        ("insee_code", text("63430")),
        ("price_max", Value::Integer(20_000_000)),
    ];
    builder.push(&offer(2, &pastry), Some(THIERS));
    let premises = [
        ("kind", text("premises")),
        ("title", text("Local commercial")),
        ("summary", text("Ancienne boulangerie, four démonté.")),
        ("insee_code", text("63003")),
        ("surface_m2", Value::Decimal(60.0)),
    ];
    builder.push(&offer(3, &premises), Some(AMBERT));
    let garage = [
        ("kind", text("business_takeover")),
        ("title", text("Garage automobile")),
        ("naf_code", text("45.20A")),
        ("sector", text("services")),
    ];
    builder.push(&offer(4, &garage), None);
    builder.finish()
}

fn found(wanted: &Wanted) -> Vec<u8> {
    showcase()
        .find(wanted)
        .offers
        .iter()
        .map(|(id, _)| id.0[0])
        .collect()
}

fn wanted(text: &str) -> Wanted {
    Wanted {
        text: text.to_owned(),
        ..Wanted::default()
    }
}

#[test]
fn a_trade_is_found_by_its_code_its_neighbours_and_its_word() {
    // The code first, then its class, then whoever only says the word.
    assert_eq!(found(&wanted("boulangerie")), [1, 2, 3]);
    assert_eq!(found(&wanted("boulanger"))[0], 1);
    assert_eq!(found(&wanted("garagiste")), [4]);
    assert_eq!(found(&wanted("LOCAL commerciaux")), [3]);
    assert_eq!(
        found(&wanted("loc")),
        [3],
        "the last word may be unfinished"
    );
    assert!(found(&wanted("piscine olympique")).is_empty());
    assert_eq!(found(&wanted("")).len(), 4);
}

#[test]
fn places_budgets_and_surfaces_leave_out_what_is_known_not_to_fit() {
    let near = Wanted {
        around: Some((AMBERT, 20.0)),
        ..Wanted::default()
    };
    let mut here = found(&near);
    here.sort_unstable();
    assert_eq!(here, [1, 3], "what says no place is not near");
    let cheap = Wanted {
        budget: Some(10_000_000),
        ..Wanted::default()
    };
    let cheap = found(&cheap);
    assert!(!cheap.contains(&2) && cheap.contains(&1));
    assert_eq!(
        cheap[0], 1,
        "what says its price comes before what does not"
    );
    assert!(cheap.contains(&4));
    let large = Wanted {
        surface: Some(100.0),
        ..Wanted::default()
    };
    assert!(!found(&large).contains(&3));
}

#[test]
fn facets_count_what_another_choice_would_give() {
    let chosen = Wanted {
        kinds: vec!["premises".to_owned()],
        ..Wanted::default()
    };
    let found = showcase().find(&chosen);
    assert_eq!(found.offers.len(), 1);
    assert_eq!(found.kinds["business_takeover"], 3);
    assert_eq!(found.kinds["premises"], 1);
    assert!(found.sectors.is_empty());
    assert_eq!(found.places, BTreeMap::from([("63003".to_owned(), 1)]));
}
