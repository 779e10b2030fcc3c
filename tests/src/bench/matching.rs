//! Matches, duplicates, inconsistencies, `todo` and `report` in the node, over a registry of n
//! records of its own.
//!
//! R(n) has opportunities alone, none of them published in the end. Here n records are 60 %
//! opportunities (three quarters published and verified within the last 80 days, a fortieth under
//! negotiation and not seen for most of a year), 10 % services that nobody verified, 20 % projects,
//! most open, the others begun years ago, 10 % referrals, of which one in five is sent and not
//! answered, and decisions. One opportunity in a hundred is entered twice under one SIRET, one in a
//! hundred has title, place and price of another, and one in fifty is an agency's with one title in
//! one commune: a block that would be quadratic. All is of one structure, which is the most that
//! can wait for it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use capactif_node::naf;
use capactif_node::node::Node;
use capactif_node::paris;
use capactif_node::territory::Territory;
use data_encoding::BASE64;
use fastrand::Rng;
use jiff::{Timestamp, ToSpan};
use serde_json::json;

use super::calls::{call, identity, number, open, open_calling, start, sync, text};
use super::report::{Row, Samples};
use super::{Bench, Outcome};

/// The seed of published figures.
const SEED: u64 = 5;

/// Times that matches are asked for, each of another record.
const TIMES: usize = 300;

/// Times that `todo` is asked for.
const TODO_TIMES: usize = 100;

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
const TYPES: [&str; 5] = [
    "creation",
    "takeover",
    "farm_setup",
    "development",
    "relocation",
];
const STAGES: [&str; 6] = [
    "idea",
    "study",
    "business_plan",
    "funding",
    "launch",
    "running",
];
const THEMES: [&str; 6] = [
    "education",
    "childcare",
    "health",
    "transport",
    "shops",
    "telecom",
];
const NEEDS: [&str; 4] = ["premises", "housing", "loan", "education"];
const WORDS: [&str; 12] = [
    "atelier", "bourg", "vitrine", "fonds", "terrasse", "ferme", "grange", "local", "boutique",
    "garage", "maison", "hangar",
];

/// The row.
///
/// # Errors
/// What the node says.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let scratch = bench.scratch()?;
    let node = open(&scratch.path().join("node"))?;
    found_network(&node)?;
    let partner = partner(&node, &scratch.path().join("partner"))?;
    let began = Instant::now();
    let projects = fill(&node, bench.options.records, &partner)?;
    bench.say(&format!(
        "{} records imported in {:.1?}",
        bench.options.records,
        began.elapsed()
    ));
    let opportunities = ids(&node, "opportunity", "status=published")?;
    let mut row = Row::new("matching", bench.options.records);
    let mut found = 0.0;
    let asked = [
        (
            "match_project_s",
            "match.project",
            "opportunities",
            &projects,
        ),
        (
            "match_opportunity_s",
            "match.opportunity",
            "projects",
            &opportunities,
        ),
    ];
    for (name, operation, list, ids) in asked {
        let mut times = Samples::default();
        for id in ids.iter().cycle().take(TIMES) {
            let start = Instant::now();
            let answer = call(&node, operation, json!({ "id": id }))?;
            times.add(start.elapsed().as_secs_f64());
            found += answer[list].as_array().map_or(0, Vec::len) as f64;
        }
        row.latency(name, &times);
    }
    row.fact("found_a_match", found / (2.0 * TIMES as f64));
    let mut times = Samples::default();
    for _ in 0..TODO_TIMES {
        let start = Instant::now();
        let answer = call(&node, "todo", json!({}))?;
        times.add(start.elapsed().as_secs_f64());
        row.fact("todo", number(&answer, "total")?);
    }
    row.latency("todo_s", &times);
    let whole = [
        ("duplicates_s", "duplicates.list", json!({}), Some("total")),
        (
            "inconsistencies_s",
            "inconsistencies.list",
            json!({}),
            Some("total"),
        ),
        ("agenda_s", "meeting.agenda", json!({}), None),
        ("report_s", "report", json!({ "by": "epci" }), None),
        ("match_new_s", "match.new", json!({}), Some("more")),
    ];
    for (name, operation, input, counted) in whole {
        let mut times = Samples::default();
        for _ in 0..bench.options.repeat {
            let start = Instant::now();
            let answer = call(&node, operation, input.clone())?;
            times.add(start.elapsed().as_secs_f64());
            if let Some(counted) = counted {
                row.fact(operation, number(&answer, counted)?);
            }
        }
        row.figure(name, &times);
    }
    node.stop();
    Ok(vec![row])
}

/// A network where everyone may create what is measured: that does not depend on who may what.
pub(super) fn found_network(node: &Node) -> Outcome<()> {
    let founded = json!({ "name": "Banc", "structure": "Parc", "kind": "park" });
    call(node, "network.found", founded)?;
    let mandates = [
        "opportunity",
        "local_service",
        "project",
        "referral",
        "decision",
    ]
    .map(|name| json!({ "collection": name, "right": "create", "holder": "everyone" }));
    call(node, "charter.propose", json!({ "mandates": mandates }))?;
    Ok(())
}

/// A second structure joins, so that referrals have somebody to go to; its own record.
pub(super) fn partner(node: &Node, home: &Path) -> Outcome<String> {
    start(node)?;
    let invited = json!({ "structure": "ADIE", "kind": "lender" });
    let made = call(node, "network.invite", invited)?;
    let partner = open_calling(home)?;
    let ticket = json!({ "ticket": text(&made, "ticket")? });
    call(&partner, "network.join", ticket)?;
    let me = ids(&partner, "structure", "name=ADIE")?;
    let me = me.first().ok_or("a structure without a record")?.clone();
    let says = json!({ "competences": ["loan"] });
    let input = json!({ "collection": "structure", "id": me, "fields": says });
    call(&partner, "record.set", input)?;
    let identity = identity(node)?;
    sync(&partner, &identity)?;
    partner.stop();
    Ok(me)
}

/// The identities of records, some hundreds at most.
pub(super) fn ids(node: &Node, collection: &str, condition: &str) -> Outcome<Vec<String>> {
    let list = json!({ "collection": collection, "where": [condition], "limit": TIMES });
    let answer = call(node, "record.list", list)?;
    let rows = answer["rows"].as_array().map_or(&[][..], Vec::as_slice);
    rows.iter().map(|row| text(row, "id")).collect()
}

/// Imports n records; returns the projects to ask about.
pub(super) fn fill(node: &Node, records: usize, partner: &str) -> Outcome<Vec<String>> {
    let mut rng = Rng::with_seed(SEED);
    import(
        node,
        "opportunity",
        &opportunities(&mut rng, records * 60 / 100),
    )?;
    import(
        node,
        "local_service",
        &services(&mut rng, records * 10 / 100),
    )?;
    import(node, "project", &projects(&mut rng, records * 20 / 100))?;
    let projects = ids(node, "project", "stage=idea|study|funding")?;
    let own = ids(node, "structure", "kind=park")?;
    // What makes one answer dear: needs that lead to several kinds, and services looked for.
    for project in &projects {
        for need in NEEDS {
            let fields = json!({ "project": project, "theme": need });
            call(
                node,
                "record.add",
                json!({ "collection": "need", "fields": fields }),
            )?;
        }
    }
    let Some(own) = own.first().filter(|_| !projects.is_empty()) else {
        return Ok(projects);
    };
    let mut rows = String::from("project;theme;from_structure;to_structure\n");
    for project in projects.iter().cycle().take(records * 8 / 100) {
        let _ = writeln!(rows, "{project};loan;{own};{partner}");
    }
    import(node, "referral", &rows)?;
    for project in projects.iter().cycle().take(records * 2 / 100) {
        let sent = json!({ "project": project, "to": partner, "theme": "loan" });
        call(node, "referral.send", sent)?;
    }
    let mut rows = String::from("text;due_on;state\n");
    for number in 0..records / 200 {
        let state = if number % 2 == 0 { "open" } else { "done" };
        let _ = writeln!(
            rows,
            "Décision {number};2026-0{}-15;{state}",
            1 + number % 9
        );
    }
    import(node, "decision", &rows)?;
    Ok(projects)
}

fn import(node: &Node, collection: &str, rows: &str) -> Outcome<()> {
    let input = json!({
        "collection": collection,
        "name": format!("{collection}.csv"),
        "content_base64": BASE64.encode(rows.as_bytes()),
    });
    let answer = call(node, "import", input)?;
    match answer["errors"].as_array() {
        Some(errors) if !errors.is_empty() => Err(format!("{collection}: {:?}", errors[0]).into()),
        _ => Ok(()),
    }
}

fn some<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

fn commune(rng: &mut Rng) -> &'static str {
    let communes = Territory::embedded().communes();
    &communes[rng.usize(..communes.len())].code
}

fn activity(rng: &mut Rng) -> &'static str {
    static CODES: std::sync::OnceLock<Vec<&'static str>> = std::sync::OnceLock::new();
    let codes = CODES.get_or_init(|| {
        let all = naf::all().iter().filter(|it| it.is_subclass());
        all.map(|it| it.code).collect()
    });
    codes[rng.usize(..codes.len())]
}

fn opportunities(rng: &mut Rng, count: usize) -> String {
    let today = paris::clock(Timestamp::now()).date();
    let mut rows = String::from(
        "source;source_id;kind;status;title;insee_code;naf_code;price_max;surface_m2;siret;\
         last_verified_on;latitude;longitude\n",
    );
    let mut last = (String::new(), "", 0, 0);
    for number in 0..count {
        let (status, days) = match rng.u8(0..40) {
            0..9 => ("draft", rng.i64(0..80)),
            9 => ("under_negotiation", rng.i64(200..300)),
            _ => ("published", rng.i64(0..80)),
        };
        let verified = today.saturating_sub(days.days());
        let again = number % 100 == 1;
        let agency = number % 50 == 2;
        let one = match (again, agency) {
            (true, _) => last,
            (_, true) => ("Local commercial".to_owned(), "63003", 50_000, 80),
            _ => {
                let title = format!("{} {} {number}", some(rng, &WORDS), some(rng, &WORDS));
                (
                    title,
                    commune(rng),
                    rng.i64(10..400) * 1_000,
                    rng.i64(30..900),
                )
            }
        };
        let kind = if agency {
            "premises"
        } else {
            KINDS[number / 2 % KINDS.len()]
        };
        let siret = match number % 100 {
            3 | 4 => siret(5_000_000 + number / 100),
            _ if number % 2 == 0 => siret(number),
            _ => String::new(),
        };
        let (title, place, price, surface) = &one;
        let naf = activity(rng);
        let at = match number % 3 {
            0 => point(rng, place),
            _ => ";".to_owned(),
        };
        let _ = writeln!(
            rows,
            "other;m-{number};{kind};{status};{title};{place};{naf};{price};{surface};{siret};\
             {verified};{at}"
        );
        last = one;
    }
    rows
}

/// Somewhere in a commune, as two cells.
fn point(rng: &mut Rng, code: &str) -> String {
    let commune = Territory::embedded().commune(code);
    commune.map_or_else(String::new, |commune| {
        let mut near = |degrees: f64| degrees + (rng.f64() - 0.5) / 50.0;
        let (latitude, longitude) = (
            near(commune.centroid.latitude),
            near(commune.centroid.longitude),
        );
        format!("{latitude:.5};{longitude:.5}")
    })
}

/// A SIRET with its check digit, another for every number.
fn siret(number: usize) -> String {
    let siren = with_check_digit(&format!("{:08}", 10_000_000 + number));
    with_check_digit(&format!("{siren}0001"))
}

/// The digits with one more behind them that makes their sum by Luhn a multiple of ten.
fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 if digit > 4 => digit * 2 - 9,
                0 => digit * 2,
                _ => digit,
            }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn services(rng: &mut Rng, count: usize) -> String {
    let mut rows = String::from("source;source_id;theme;name;insee_code\n");
    for number in 0..count {
        let (theme, place) = (some(rng, &THEMES), commune(rng));
        let _ = writeln!(rows, "bench;s-{number};{theme};Service {number};{place}");
    }
    rows
}

fn projects(rng: &mut Rng, count: usize) -> String {
    let mut rows = String::from(
        "pseudonym;type;stage;naf_code;target_zones;budget_max;surface_min;target_date;\
         launched_on\n",
    );
    for number in 0..count {
        let (kind, stage) = (some(rng, &TYPES), some(rng, &STAGES));
        let (naf, place) = (activity(rng), commune(rng));
        let zone = match rng.u8(0..3) {
            0 => format!("insee:{place}"),
            1 => "epci:200070761".to_owned(),
            _ => "dept:63".to_owned(),
        };
        let (budget, surface) = (rng.i64(10..400) * 1_000, rng.i64(30..300));
        let launched = match stage {
            "running" => format!("202{}-0{}-01", rng.u8(2..6), rng.u8(1..9)),
            _ => String::new(),
        };
        let _ = writeln!(
            rows,
            "PP-B{number:05};{kind};{stage};{naf};{zone};{budget};{surface};2027-06-30;{launched}"
        );
    }
    rows
}
