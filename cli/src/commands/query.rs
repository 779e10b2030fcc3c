//! `query`: read-only SQL over the read model.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use serde_json::{Map, Value, json};

use super::{Entry, required};
use crate::collections::values::csv_cell;
use crate::session::Session;
use crate::table;

pub(crate) const ENTRY: Entry = Entry {
    path: &["query"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("sql").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let answer = session.call("query", json!({ "sql": required(matches, "sql") }))?;
    let columns: Vec<String> = answer["columns"]
        .as_array()
        .map(|columns| columns.iter().map(|name| csv_cell(Some(name))).collect())
        .unwrap_or_default();
    let rows = answer["rows"].as_array().map_or(&[][..], Vec::as_slice);
    if session.options.json {
        for row in rows {
            let cells = row.as_array().cloned().unwrap_or_default();
            let object: Map<String, Value> = columns.iter().cloned().zip(cells).collect();
            session.json(&Value::Object(object))?;
        }
        return Ok(());
    }
    let mut shown = table::with_header(session.terminal, columns);
    for row in rows {
        let cells = row.as_array().map_or(&[][..], Vec::as_slice);
        shown.add_row(cells.iter().map(|cell| csv_cell(Some(cell))));
    }
    Ok(session.line(&table::text(&mut shown))?)
}
