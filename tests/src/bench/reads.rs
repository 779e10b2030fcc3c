//! List, search, query and report in the node.

use std::time::Instant;

use serde_json::{Value, json};

use super::calls::{call, open};
use super::report::{Row, Samples};
use super::{Bench, Outcome};

/// Times that each is asked.
const TIMES: usize = 200;

/// Times that a report is asked for: each reads every record.
const REPORTS: usize = 10;

/// The row.
///
/// # Errors
/// What the node says.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let node = open(&network.copy(0, scratch.path())?)?;
    let list = |more: Value| {
        let mut asked = json!({ "collection": "opportunity", "limit": 50 });
        if let (Value::Object(asked), Value::Object(more)) = (&mut asked, more) {
            asked.extend(more);
        }
        asked
    };
    let cheap_premises = json!(["kind=premises", "price_max<=90000"]);
    let grouped = "SELECT kind, count(*), avg(surface_m2) FROM opportunity GROUP BY kind";
    let asked = [
        ("list_s", "record.list", list(json!({}))),
        (
            "list_sorted_s",
            "record.list",
            list(json!({ "sort": "price" })),
        ),
        (
            "list_filtered_sorted_s",
            "record.list",
            list(json!({ "where": cheap_premises, "sort": "price" })),
        ),
        (
            "list_filtered_s",
            "record.list",
            list(json!({ "where": ["price_max<=90000"] })),
        ),
        (
            "list_near_s",
            "record.list",
            list(json!({ "near": "63003", "within": "20km" })),
        ),
        (
            "list_near_filtered_s",
            "record.list",
            list(json!({
                "near": "63003", "within": "20km", "where": ["kind=premises"], "sort": "price",
            })),
        ),
        (
            "list_nearest_s",
            "record.list",
            list(json!({ "near": "63003" })),
        ),
        (
            "list_title_s",
            "record.list",
            list(json!({ "where": ["title~vitrine"] })),
        ),
        (
            "search_one_word_s",
            "search",
            json!({ "text": "boulangerie ambert", "limit": 20 }),
        ),
        (
            "search_common_words_s",
            "search",
            json!({ "text": "commerces école", "limit": 20 }),
        ),
        ("query_s", "query", json!({ "sql": grouped })),
        ("report_s", "report", json!({ "by": "epci" })),
    ];
    let mut row = Row::new("reads", bench.options.records);
    for (name, operation, input) in asked {
        let mut times = Samples::default();
        let times_asked = if operation == "report" {
            REPORTS
        } else {
            TIMES
        };
        for _ in 0..times_asked {
            let input = input.clone();
            let start = Instant::now();
            let answer = call(&node, operation, input)?;
            times.add(start.elapsed().as_secs_f64());
            drop(answer);
        }
        row.latency(name, &times);
    }
    Ok(vec![row])
}
