//! `COLLECTION list`: the records that fit, as a table, as CSV, or one JSON object a line.

use anyhow::Result;
use capactif_node::registry::{Collection, FieldKind};
use clap::ArgMatches;
use fluent_bundle::FluentArgs;
use serde_json::{Map, Value, json};

use crate::collections::{self, field_label, flags, values};
use crate::commands::{optional, repeated};
use crate::session::Session;
use crate::table;

/// How many records a person is shown who asked for no number.
const SHOWN: u64 = 50;

pub(super) fn run(
    session: &mut Session<'_>,
    collection: &'static Collection,
    matches: &ArgMatches,
) -> Result<()> {
    let is_for_people = !session.options.json && !matches.get_flag("csv");
    let answer = session.call("record.list", input(collection, matches, is_for_people))?;
    let rows: Vec<&Map<String, Value>> = answer["rows"]
        .as_array()
        .map(|rows| rows.iter().filter_map(Value::as_object).collect())
        .unwrap_or_default();
    if session.options.json {
        for row in rows {
            session.json(&Value::Object(row.clone()))?;
        }
        return Ok(());
    }
    let columns = repeated(matches, "columns");
    let columns: Vec<String> = columns
        .iter()
        .map(|name| name.trim().replace('-', "_"))
        .collect();
    if matches.get_flag("csv") {
        return print_csv(session, collection, columns, &rows);
    }
    let total = answer["total"].as_u64().unwrap_or(rows.len() as u64);
    print_table(session, collection, columns, &rows, total)
}

fn input(collection: &'static Collection, matches: &ArgMatches, is_for_people: bool) -> Value {
    let mut conditions = repeated(matches, "where");
    for (field, texts) in flags::given(collection, matches) {
        conditions.extend(texts.iter().map(|text| format!("{}={text}", field.name)));
    }
    let mut input = json!({ "collection": collection.name, "where": conditions });
    for name in ["near", "within"] {
        if let Some(value) = optional(matches, name) {
            input[name] = json!(value);
        }
    }
    if let Some(sort) = optional(matches, "sort") {
        let (sign, name) = match sort.strip_prefix('-') {
            Some(name) => ("-", name),
            None => ("", sort),
        };
        input["sort"] = json!(format!("{sign}{}", name.replace('-', "_")));
    }
    for name in ["limit", "offset"] {
        if let Some(number) = matches.get_one::<u64>(name) {
            input[name] = json!(number);
        }
    }
    if matches.get_flag("all") {
        input["all"] = json!(true);
    }
    if is_for_people && input.get("limit").is_none() {
        input["limit"] = json!(SHOWN);
    }
    input
}

fn print_table(
    session: &mut Session<'_>,
    collection: &'static Collection,
    columns: Vec<String>,
    rows: &[&Map<String, Value>],
    total: u64,
) -> Result<()> {
    if rows.is_empty() {
        let nothing = session.text("list-nothing");
        return Ok(session.tell(&nothing)?);
    }
    let columns: Vec<String> = if columns.is_empty() {
        // What is computed and says nothing of any row takes no room.
        let says = |name: &&str| {
            let is_computed = collection
                .field(name)
                .is_some_and(|field| field.kind == FieldKind::Derived);
            let shown = |row: &&Map<String, Value>| {
                !values::in_list(&session.messages, collection, row, name).is_empty()
            };
            !is_computed || rows.iter().any(shown)
        };
        collections::usual_columns(collection)
            .into_iter()
            .filter(says)
            .map(str::to_owned)
            .collect()
    } else {
        columns
    };
    let mut header = vec![session.text("list-id")];
    header.extend(
        columns
            .iter()
            .map(|name| field_label(&session.messages, collection, name)),
    );
    let mut lines = vec![header];
    let id_of = |row: &Map<String, Value>| {
        row.get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let ids: Vec<String> = rows.iter().map(|row| id_of(row)).collect();
    let length = values::distinct_length(ids.iter().map(String::as_str));
    for (row, id) in rows.iter().zip(&ids) {
        let mut cells = vec![id.get(..length).unwrap_or(id).to_owned()];
        cells.extend(
            columns
                .iter()
                .map(|name| values::in_list(&session.messages, collection, row, name)),
        );
        lines.push(cells);
    }
    let quantities = columns
        .iter()
        .enumerate()
        .filter_map(|(index, name)| values::is_quantity(collection, name).then_some(index + 1));
    let title = columns
        .iter()
        .position(|name| name == collection.title)
        .map(|index| index + 1);
    let whole: Vec<usize> = std::iter::once(0).chain(quantities).collect();
    table::shorten(session.terminal, &mut lines, title, &whole);
    let mut lines = lines.into_iter();
    let mut shown = table::with_header(session.terminal, lines.next().unwrap_or_default());
    shown.add_rows(lines);
    for index in whole.into_iter().skip(1) {
        table::align_right(&mut shown, index);
    }
    session.line(&table::text(&mut shown))?;
    let mut args = FluentArgs::new();
    args.set("shown", rows.len());
    args.set("total", total);
    let is_all = rows.len() as u64 >= total;
    let text = session.format(if is_all { "list-all" } else { "list-part" }, &args);
    Ok(session.tell(&text)?)
}

fn print_csv(
    session: &mut Session<'_>,
    collection: &'static Collection,
    columns: Vec<String>,
    rows: &[&Map<String, Value>],
) -> Result<()> {
    let columns: Vec<String> = if columns.is_empty() {
        let fields = collection.fields.iter().filter(|field| field.is_writable());
        let names = fields.map(|field| field.json_name().into_owned());
        ["id".to_owned()].into_iter().chain(names).collect()
    } else {
        // A column of cents says so, or it would be read back as euros.
        let named = |name: String| match collections::field_of_json_name(collection, &name) {
            Some(field) => field.json_name().into_owned(),
            None => name,
        };
        columns.into_iter().map(named).collect()
    };
    session.line(&values::csv_line(columns.iter().cloned()))?;
    for row in rows {
        let cells = columns
            .iter()
            .map(|name| values::csv_cell(values::raw(collection, row, name)));
        session.line(&values::csv_line(cells))?;
    }
    Ok(())
}
