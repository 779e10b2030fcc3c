//! Facts about asking the read model, on records written through a replica.

use std::sync::LazyLock;

use rusqlite::StatementStatus;
use sync_protocol::id::{RecordId, Salt};

use super::{Cell, List, Near, Reader, Record, Sort, ViewError};
use crate::registry::{COLLECTIONS, Fields, Value};
use crate::replica::testing::{TestNode, fields, removed, set, text};

fn opportunity(title: &str, kind: &str, insee: &str, euros: i64) -> Fields {
    fields([
        ("title", text(title)),
        ("kind", text(kind)),
        ("insee_code", text(insee)),
        ("price_max", Value::Integer(euros * 100)),
    ])
}

/// A node with a handful of records, made once for all tests of this file.
static NODE: LazyLock<(std::sync::Mutex<TestNode>, Reader)> = LazyLock::new(|| {
    let mut node = TestNode::new(1);
    let mut bakery = opportunity(
        "Boulangerie à reprendre",
        "business_takeover",
        "63003",
        90_000,
    );
    bakery.insert(
        "summary".into(),
        text(
            "Fonds de commerce au cœur du bourg, clientèle fidèle, matériel récent. Le cédant \
             accompagne le repreneur pendant six mois. Logement de fonction au-dessus du magasin, \
             entièrement rénové en 2019, trois chambres et un jardin clos exposé plein sud.",
        ),
    );
    bakery.insert("with_housing".into(), Value::Flag(true));
    bakery.insert("farm_production".into(), set(&["pain", "brioche"]));
    bakery.insert("available_from".into(), text("2026-12-31"));
    node.create(1, bakery);
    let mut shop = opportunity(
        "Local commercial, rue de l'Étang",
        "premises",
        "63430",
        45_000,
    );
    shop.insert("surface_m2".into(), Value::Decimal(80.5));
    node.create(2, shop);
    node.create(
        3,
        opportunity("Atelier de menuiserie", "premises", "63010", 120_000),
    );
    node.create(4, opportunity("Terrain 100% plat", "land", "63125", 12_345));
    let mut far = opportunity("Éleveur d'ovins", "business_takeover", "63003", 250_000);
    far.insert("latitude".into(), Value::Decimal(45.86));
    far.insert("longitude".into(), Value::Decimal(3.55));
    far.remove("price_max");
    node.create(5, far);
    let gone = node.create(
        6,
        opportunity("Ancienne boulangerie", "premises", "63003", 1),
    );
    node.edit(gone, removed(true));
    let reader = node.replica.reader();
    (std::sync::Mutex::new(node), reader)
});

fn reader() -> &'static Reader {
    &NODE.1
}

fn titles(list: &List) -> Vec<String> {
    let page = reader().list("opportunity", list).unwrap();
    page.records
        .iter()
        .map(|record| reader().title(record))
        .collect()
}

fn matching(conditions: &[&str]) -> Vec<String> {
    let conditions = conditions
        .iter()
        .map(|condition| (*condition).to_owned())
        .collect();
    let sort = Some(Sort::parse("title"));
    titles(&List {
        conditions,
        sort,
        ..List::default()
    })
}

const ATELIER: &str = "Atelier de menuiserie";
const BAKERY: &str = "Boulangerie à reprendre";
const SHEEP: &str = "Éleveur d'ovins";
const SHOP: &str = "Local commercial, rue de l'Étang";
const LAND: &str = "Terrain 100% plat";

#[test]
fn conditions_read_values_as_fields_declare_them() {
    for (condition, expected) in [
        ("price_max<=90000", vec![BAKERY, SHOP, LAND]),
        ("price-max <= 90 000 €", vec![BAKERY, SHOP, LAND]),
        ("price_max_cents<4500001", vec![SHOP, LAND]),
        ("price_max=12345,00", vec![LAND]),
        ("price_max=", vec![SHEEP]),
        ("price_max!=", vec![ATELIER, BAKERY, SHOP, LAND]),
        ("kind=premises|land", vec![ATELIER, SHOP, LAND]),
        ("kind!=premises|land", vec![BAKERY, SHEEP]),
        ("title~BOULANGER", vec![BAKERY]),
        ("title~etang", vec![SHOP]),
        ("title~100%", vec![LAND]),
        ("title=eleveur d'ovins", vec![SHEEP]),
        ("insee_code=63430", vec![SHOP]),
        ("insee_code=courpiere", vec![LAND]),
        ("insee_code~amb", vec![BAKERY, SHEEP]),
        ("with_housing=oui", vec![BAKERY]),
        ("surface_m2>80,4", vec![SHOP]),
        ("farm_production=pain", vec![BAKERY]),
        ("farm_production!=pain", vec![ATELIER, SHEEP, SHOP, LAND]),
        ("available_from<=31/12/2026", vec![BAKERY]),
        ("available_from>2026-12-31", vec![]),
        (
            "created_on>=2026-01-01",
            vec![ATELIER, BAKERY, SHEEP, SHOP, LAND],
        ),
        ("changed_on<2026-01-01", vec![]),
        ("owner=0101", vec![ATELIER, BAKERY, SHEEP, SHOP, LAND]),
        ("owner=02", vec![]),
    ] {
        assert_eq!(matching(&[condition]), expected, "{condition}");
    }
    assert_eq!(matching(&["kind=premises", "price_max<=50000"]), [SHOP]);
}

#[test]
fn moments_are_compared_by_the_days_of_paris() {
    let mut node = TestNode::knowing(1, &COLLECTIONS);
    // Half an hour before and after midnight there, the same day in universal time.
    for (theme, second) in [("loan", 1_782_855_000), ("training", 1_782_858_600)] {
        let sent = jiff::Timestamp::from_second(second).unwrap().to_string();
        assert!(sent.starts_with("2026-06-30"), "{sent}");
        node.clock = second.unsigned_abs() * 1_000;
        let author = node.author();
        let values = fields([
            ("project", text(&"01".repeat(32))),
            ("theme", text(theme)),
            ("sent_on", text(&sent)),
        ]);
        let salt = Salt([theme.len() as u8; 32]);
        let draft = node.replica.draft_create(&author, "referral", salt, values);
        let entry = node.record(draft.unwrap());
        assert_eq!(node.apply(&[entry]).accepted, 1);
    }
    let reader = node.replica.reader();
    let themes = |condition: String| {
        let list = List {
            conditions: vec![condition],
            sort: Some(Sort::parse("theme")),
            ..List::default()
        };
        let records = reader.list("referral", &list).unwrap().records;
        let theme = |it: &Record| it.fields["theme"].clone();
        records.iter().map(theme).collect::<Vec<_>>()
    };
    for name in ["sent_on", "created_on", "changed_on"] {
        for (condition, expected) in [
            ("=2026-06-30", &["loan"][..]),
            ("=01/07/2026", &["training"]),
            ("<01/07/2026", &["loan"]),
            ("<=2026-06-30", &["loan"]),
            (">30/06/2026", &["training"]),
            (">=2026-06-30", &["loan", "training"]),
            ("<2026-06-30", &[]),
        ] {
            let condition = format!("{name}{condition}");
            let expected: Vec<_> = expected.iter().map(|it| text(it)).collect();
            assert_eq!(themes(condition.clone()), expected, "{condition}");
        }
    }
    assert_eq!(themes("sent_on!=2026-06-30".into()), [text("training")]);
    assert_eq!(themes("sent_on<30/06/2026 23:45".into()), [text("loan")]);
    assert_eq!(themes("sent_on~2026-06".into()).len(), 2);
    assert!(themes("sent_on=".into()).is_empty());
    let wrong = List {
        conditions: vec!["sent_on>=hier".into()],
        ..List::default()
    };
    let error = reader.list("referral", &wrong).unwrap_err();
    assert_eq!(error.code(), "malformed_condition_value");

    // In queries of one's own, and in indicators.
    let days = "SELECT created_on, changed_on FROM referral ORDER BY 1";
    let found = reader.query(days).unwrap();
    let day = |day: &str| vec![Cell::Text(day.into()), Cell::Text(day.into())];
    assert_eq!(found.rows, [day("2026-06-30"), day("2026-07-01")]);
}

#[test]
fn conditions_that_make_no_sense_say_why() {
    for (condition, code) in [
        ("colour=red", "unknown_field"),
        ("expired=oui", "unknown_field"),
        ("seller_name=x", "unknown_field"),
        ("price_max", "malformed_condition"),
        ("=3", "malformed_condition"),
        ("price_max<=cheap", "malformed_condition_value"),
        ("price_max~9", "malformed_condition_value"),
        ("with_housing~oui", "malformed_condition_value"),
        ("with_housing=perhaps", "malformed_condition_value"),
        ("with_housing<oui", "malformed_condition_value"),
        ("available_from=tomorrow", "malformed_condition_value"),
        ("price_max<=' OR 1=1 --", "malformed_condition_value"),
    ] {
        let list = List {
            conditions: vec![condition.to_owned()],
            ..List::default()
        };
        let error = reader().list("opportunity", &list).unwrap_err();
        assert_eq!(error.code(), code, "{condition}");
    }
    assert_eq!(
        reader().list("x", &List::default()).unwrap_err().code(),
        "unknown_collection"
    );
}

#[test]
fn conditions_as_many_and_as_long_as_allowed_can_be_asked_and_no_more() {
    let ask = |conditions: Vec<String>| {
        let list = List {
            conditions,
            ..List::default()
        };
        reader()
            .list("opportunity", &list)
            .map_err(|error| error.code())
    };
    let alternatives = |count: usize| format!("insee_code~{}", vec!["a"; count].join("|"));
    assert!(ask(vec![alternatives(100); 100]).is_ok());
    assert!(ask(vec![format!("title~{}", "é%".repeat(6_000))]).is_ok());
    for conditions in [
        vec![alternatives(101)],
        vec![alternatives(1); 101],
        vec![format!("title~{}", "a".repeat(20_000))],
    ] {
        assert_eq!(ask(conditions).unwrap_err(), "malformed_condition");
    }
}

#[test]
fn lists_sort_page_and_count() {
    let by = |sort: &str| {
        titles(&List {
            sort: Some(Sort::parse(sort)),
            ..List::default()
        })
    };
    assert_eq!(by("price"), [LAND, SHOP, BAKERY, ATELIER, SHEEP]);
    assert_eq!(by("-price"), [ATELIER, BAKERY, SHOP, LAND, SHEEP]);
    assert_eq!(by("title desc"), [LAND, SHOP, SHEEP, BAKERY, ATELIER]);
    assert_eq!(
        titles(&List::default()),
        [SHEEP, LAND, ATELIER, SHOP, BAKERY]
    );
    let list = List {
        sort: Some(Sort::parse("price")),
        limit: Some(2),
        offset: 1,
        ..List::default()
    };
    let page = reader().list("opportunity", &list).unwrap();
    assert_eq!((page.records.len(), page.total), (2, 5));
    assert_eq!(reader().title(&page.records[0]), SHOP);
    let all = List {
        removed_too: true,
        ..List::default()
    };
    assert_eq!(reader().list("opportunity", &all).unwrap().total, 6);
    let unknown = List {
        sort: Some(Sort::parse("colour")),
        ..List::default()
    };
    assert_eq!(
        reader().list("opportunity", &unknown).unwrap_err().code(),
        "unknown_field"
    );
}

#[test]
fn near_measures_from_the_address_else_from_the_commune() {
    let ambert = Near {
        latitude: 45.5494,
        longitude: 3.7417,
        within_km: Some(20.0),
    };
    let list = List {
        near: Some(ambert),
        ..List::default()
    };
    let page = reader().list("opportunity", &list).unwrap();
    let found: Vec<_> = page
        .records
        .iter()
        .map(|record| reader().title(record))
        .collect();
    assert_eq!(found, [BAKERY, ATELIER]);
    assert!(page.records[0].distance_km.unwrap() < 0.1);
    assert!((page.records[1].distance_km.unwrap() - 15.2).abs() < 0.3);
    let everywhere = Near {
        within_km: None,
        ..ambert
    };
    let list = List {
        near: Some(everywhere),
        ..List::default()
    };
    assert_eq!(titles(&list), [BAKERY, ATELIER, LAND, SHOP, SHEEP]);
    for count in 1..=5 {
        let first = List {
            limit: Some(count),
            ..list.clone()
        };
        assert_eq!(titles(&first), titles(&list)[..count]);
        assert_eq!(reader().list("opportunity", &first).unwrap().total, 5);
    }
    let conditions = vec!["kind=premises".to_owned()];
    let premises = List {
        conditions: conditions.clone(),
        ..list.clone()
    };
    assert_eq!(titles(&premises), [ATELIER, SHOP]);
    let premises = List {
        conditions,
        near: Some(ambert),
        sort: Some(Sort::parse("-price")),
        ..List::default()
    };
    assert_eq!(titles(&premises), [ATELIER]);
    let farthest = List {
        sort: Some(Sort::parse("-distance")),
        limit: Some(1),
        ..list.clone()
    };
    assert_eq!(titles(&farthest), [SHEEP]);
    let error = reader().list("agent", &list).unwrap_err();
    assert_eq!(error.code(), "unknown_field");
}

#[test]
fn search_forgives_accents_and_forms_and_ranks_titles_first() {
    let found = |asked: &str| {
        let hits = reader().search(asked, 10).unwrap();
        hits.into_iter().map(|hit| hit.title).collect::<Vec<_>>()
    };
    assert_eq!(found("boulangeries"), [BAKERY]);
    assert_eq!(found("BOULANGERIE reprendre"), [BAKERY]);
    assert_eq!(found("etang"), [SHOP]);
    assert_eq!(found("l'étang"), [SHOP]);
    assert_eq!(found("menuis"), [ATELIER]);
    assert_eq!(found("renovee"), [BAKERY]);
    assert_eq!(found("courpière"), [LAND]);
    assert_eq!(found("brioche"), [BAKERY]);
    // Where no record has all the words, those with some are given.
    assert_eq!(found("menuiserie xylophone"), [ATELIER]);
    assert_eq!(found("xylophone"), Vec::<String>::new());
    assert_eq!(found("\"AND) NEAR( OR *"), Vec::<String>::new());
    assert!(matches!(
        reader().search("de la", 5),
        Err(ViewError::EmptySearch)
    ));
}

#[test]
fn snippets_show_where_the_words_stand() {
    let hits = reader().search("chambres jardin", 5).unwrap();
    assert!(
        hits[0].snippet.contains("trois chambres et un jardin"),
        "{}",
        hits[0].snippet
    );
    assert!(hits[0].snippet.chars().count() <= 162);
}

#[test]
fn queries_read_and_nothing_else() {
    let sql = "SELECT o.title, c.name, o.price_max_cents FROM opportunity o JOIN commune c \
               ON c.code = o.insee_code WHERE o.kind = 'premises' ORDER BY o.price_max_cents;";
    let table = reader().query(sql).unwrap();
    assert_eq!(table.columns, ["title", "name", "price_max_cents"]);
    assert_eq!(table.rows.len(), 2, "removed records are not there");
    assert_eq!(table.rows[0][1], Cell::Text("Thiers".into()));
    assert_eq!(table.rows[0][2], Cell::Integer(4_500_000));
    for sql in [
        "DELETE FROM record",
        "PRAGMA query_only = OFF",
        "ATTACH 'x.sqlite' AS x",
        "UPDATE author SET position = 0",
        "CREATE TEMP TABLE t (a)",
        "SELECT 1; SELECT 2",
        "WITH a AS (SELECT 1) DELETE FROM record",
    ] {
        assert_eq!(
            reader().query(sql).unwrap_err().code(),
            "forbidden_query",
            "{sql}"
        );
    }
    for sql in ["", "SELEC 1", "SELECT nothing FROM opportunity"] {
        assert_eq!(
            reader().query(sql).unwrap_err().code(),
            "malformed_query",
            "{sql}"
        );
    }
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) \
                SELECT i FROM n";
    let table = reader().query(many).unwrap();
    assert!(table.truncated && table.rows.len() == 10_000);
}

#[test]
fn prefixes_name_one_record_or_say_which_there_are() {
    let page = reader().list("opportunity", &List::default()).unwrap();
    for record in &page.records {
        let whole = record.id.to_string();
        assert_eq!(reader().resolve(&whole, None).unwrap(), record.id);
        assert_eq!(
            reader().resolve(&whole[..9], Some("opportunity")).unwrap(),
            record.id
        );
        assert_eq!(
            reader().resolve(&whole[..9].to_uppercase(), None).unwrap(),
            record.id
        );
        let elsewhere = reader().resolve(&whole[..9], Some("agent")).unwrap_err();
        assert_eq!(elsewhere.code(), "unknown_record");
    }
    assert_eq!(
        reader().resolve("xyz", None).unwrap_err().code(),
        "malformed_prefix"
    );
    assert_eq!(
        reader().resolve("", None).unwrap_err().code(),
        "malformed_prefix"
    );
    let mut firsts: Vec<String> = page
        .records
        .iter()
        .map(|record| record.id.to_string()[..1].to_owned())
        .collect();
    firsts.sort();
    let ambiguous = (0..16).map(|digit| format!("{digit:x}")).find(|digit| {
        matches!(
            reader().resolve(digit, None),
            Err(ViewError::AmbiguousPrefix { .. })
        )
    });
    if let Some(digit) = ambiguous {
        let Err(ViewError::AmbiguousPrefix { candidates, .. }) = reader().resolve(&digit, None)
        else {
            panic!("not ambiguous any more");
        };
        assert!(candidates.len() >= 2 && candidates.iter().all(|id| id.starts_with(&digit)));
    }
    assert!(reader().get(&RecordId([9; 32])).unwrap().is_none());
}

#[test]
fn counts_tell_what_there_is() {
    let counts = reader().counts().unwrap();
    assert_eq!((counts.records, counts.removed, counts.pending), (5, 1, 0));
    assert_eq!(counts.collections, [("opportunity".to_owned(), 5)]);
    assert_eq!(reader().shown_digits().unwrap(), 6);
    assert!(reader().check().unwrap().is_empty());
}

/// A read model with nothing in it, of the registry's collections.
pub(super) fn of_registry(folder: &std::path::Path) -> Reader {
    let path = folder.join("registry.sqlite");
    let setup = crate::replica::Setup::registry(
        &path,
        crate::replica::testing::NETWORK,
        sync_protocol::id::NodeId([1; 32]),
        crate::territory::Territory::embedded(),
        std::sync::Arc::new(crate::replica::Nobody),
    );
    crate::replica::Replica::open(setup).unwrap().reader()
}

/// How SQLite goes about a statement, a line a step.
pub(super) fn plan_of(reader: &Reader, sql: &str) -> String {
    let plan = reader.with(|connection| {
        let mut select = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let mut rows = select.raw_query();
        let mut lines = String::new();
        while let Some(row) = rows.next()? {
            lines += &format!("{}\n", row.get::<_, String>(3)?);
        }
        Ok(lines)
    });
    plan.unwrap()
}

#[test]
fn every_collection_of_the_registry_has_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let reader = of_registry(folder.path());
    for collection in COLLECTIONS {
        assert_eq!(
            reader
                .list(collection.name, &List::default())
                .unwrap()
                .total,
            0
        );
        reader
            .query(&format!("SELECT * FROM \"{}\"", collection.name))
            .unwrap();
    }
}

#[test]
fn every_error_has_a_text_in_both_languages() {
    let catalogues = [
        include_str!("../../locales/fr/view.ftl"),
        include_str!("../../locales/en/view.ftl"),
    ];
    let codes = ViewError::CODES
        .iter()
        .chain(&crate::replica::ReplicaError::CODES);
    let reasons = ["missing_ancestor", "quarantined"];
    let reasons: Vec<&str> = reasons.into_iter().chain(super::CHARTER_WAITS).collect();
    let refusals = crate::replica::REFUSALS
        .into_iter()
        .chain(crate::view::ERASURE_REFUSALS)
        .chain(crate::view::TRANSFER_REFUSALS);
    let messages = codes
        .map(|code| format!("error-{}", code.replace('_', "-")))
        .chain(
            reasons
                .iter()
                .map(|code| format!("pending-{}", code.replace('_', "-"))),
        )
        .chain(refusals.map(|code| format!("refused-{}", code.replace('_', "-"))));
    for message in messages {
        for catalogue in catalogues {
            let found = catalogue
                .lines()
                .any(|line| line.starts_with(&format!("{message} =")));
            assert!(found, "{message}");
        }
    }
}

#[test]
fn a_statement_is_planned_once_whatever_is_bound() {
    let statement = "SELECT id FROM record WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3";
    reader()
        .with(|connection| {
            for limit in 1..=5 {
                let mut select = connection.prepare_cached(statement)?;
                let rows = select.query_map((vec![0; 32], vec![limit; 32], limit), |_| Ok(()))?;
                assert!(rows.count() <= usize::from(limit));
            }
            let select = connection.prepare_cached(statement)?;
            assert_eq!(select.get_status(StatementStatus::Run), 5);
            assert_eq!(select.get_status(StatementStatus::RePrepare), 0);
            Ok(())
        })
        .unwrap();
}
