//! What the figures of a half-year say: sections of tables, with what there is to draw.

use fluent_bundle::FluentArgs;
use serde_json::Value;

use crate::commands::charter::ratify::standing;
use crate::commands::papers;
use crate::document::{Block, Document, Section};
use crate::language::Language;
use crate::messages::Messages;

use super::chart::{self, Bar, Chart, Length};
use super::items;

/// The parts of a report in their order; each has its heading `report-group-…`.
const GROUPS: [&str; 8] = [
    "welcome",
    "projects",
    "territory",
    "offers",
    "breadth",
    "satisfaction",
    "governance",
    "costs",
];

/// Units that are drawn together, on one scale.
const SCALES: [(&str, &[&str]); 2] = [
    ("report-scale-percent", &["percent"]),
    (
        "report-scale-number",
        &[
            "persons",
            "projects",
            "referrals",
            "needs",
            "jobs",
            "meetings",
        ],
    ),
];

/// Not measured.
const NOTHING: &str = "—";

/// What the node's answer says.
pub(crate) fn document(messages: &Messages, answer: &Value) -> Document {
    let indicators = items(&answer["indicators"]);
    let sections = GROUPS.iter().filter_map(|group| {
        let all = indicators.iter().filter(|it| it["group"] == **group);
        let all: Vec<&Value> = all.collect();
        (!all.is_empty()).then(|| section(messages, group, &all, answer))
    });
    let notes = Section {
        heading: messages.text("report-notes"),
        blocks: vec![Block::Items(notes(messages, answer))],
    };
    let mut args = FluentArgs::new();
    args.set(
        "period",
        answer["period"].as_str().unwrap_or_default().to_owned(),
    );
    Document {
        title: messages.format("report-title", &args),
        subtitle: about(messages, answer),
        sections: sections.chain([notes]).collect(),
        ..Document::default()
    }
}

/// The network, the period, how sure the figures are.
pub(crate) fn about(messages: &Messages, answer: &Value) -> String {
    let mut args = FluentArgs::new();
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    let language = messages.language();
    args.set("network", text("network").to_owned());
    args.set("from", language.date(text("from")));
    args.set("to", language.date(text("to")));
    args.set("on", language.date(text("as_of")));
    let mut about = vec![messages.format("report-about", &args)];
    if answer["ended"] != Value::Bool(true) {
        about.push(messages.text("report-not-over"));
    }
    about.extend(evaluation(messages, &answer["evaluation"]));
    about.join(" ")
}

/// How the figures stand with the committee.
fn evaluation(messages: &Messages, it: &Value) -> Vec<String> {
    let hashes = items(&it["snapshots"]);
    let Some(hash) = hashes.first().and_then(Value::as_str) else {
        return Vec::new();
    };
    let mut args = FluentArgs::new();
    // Whole: who signs the page on paper signs these figures and no others.
    args.set("hash", hash.to_owned());
    let on = it["as_of"].as_str().map(|on| messages.language().date(on));
    args.set("on", on.unwrap_or_else(|| NOTHING.to_owned()));
    let mut told = vec![
        messages.format("report-frozen", &args),
        standing(messages, &it["ratification"]),
    ];
    told.extend(papers::sentence(messages, &it["papers"]));
    told
}

fn notes(messages: &Messages, answer: &Value) -> Vec<String> {
    let mut notes = Vec::new();
    for withheld in items(&answer["withheld"]) {
        let mut args = FluentArgs::new();
        args.set("name", name_of(messages, withheld));
        notes.push(messages.format("report-withheld", &args));
    }
    for unknown in items(&answer["objectives_unknown"]) {
        let mut args = FluentArgs::new();
        for name in ["title", "indicator"] {
            args.set(name, unknown[name].as_str().unwrap_or_default().to_owned());
        }
        notes.push(messages.format("report-objective-unknown", &args));
    }
    let indicators = items(&answer["indicators"]);
    let before = indicators.first().map(|it| items(&it["before"]));
    let recomputed = before
        .into_iter()
        .flatten()
        .filter(|it| it["frozen"] != Value::Bool(true));
    let recomputed: Vec<&str> = recomputed.filter_map(|it| it["period"].as_str()).collect();
    if !recomputed.is_empty() {
        let mut args = FluentArgs::new();
        args.set("periods", recomputed.join(", "));
        notes.push(messages.format("report-recomputed", &args));
    }
    notes.push(messages.text("report-definitions"));
    notes
}

/// What an indicator is called.
pub(crate) fn name_of(messages: &Messages, it: &Value) -> String {
    let code = it["code"].as_str().unwrap_or_default();
    messages.text(&format!("indicator-{}", code.replace('_', "-")))
}

fn section(messages: &Messages, group: &str, all: &[&Value], answer: &Value) -> Section {
    let period = answer["period"].as_str().unwrap_or_default();
    let mut blocks: Vec<Block> = charts(messages, period, all)
        .iter()
        .map(chart::block)
        .collect();
    blocks.push(figures_table(messages, period, all));
    for it in all {
        blocks.extend(by_code(messages, it));
    }
    blocks.extend(by_dimension(messages, all));
    if group == "territory" && answer["baseline"] != Value::Bool(true) {
        blocks.push(Block::Text(messages.text("report-no-baseline")));
    }
    let hides = |cells: &Value| items(cells).iter().any(|it| it["hidden"].is_string());
    let is_hiding = |it: &&Value| {
        let cells = it["cells"].as_object().into_iter().flatten();
        cells.map(|(_, cells)| cells).any(hides) || hides(&it["categories"]["cells"])
    };
    if all.iter().any(is_hiding) {
        blocks.push(Block::Text(messages.text("report-hidden-note")));
    }
    Section {
        heading: messages.text(&format!("report-group-{group}")),
        blocks,
    }
}

/// The figures of some indicators beside those before and what was aimed at.
pub(crate) fn figures_table(messages: &Messages, period: &str, all: &[&Value]) -> Block {
    let before = all.first().map_or(&[][..], |it| items(&it["before"]));
    let periods = before.iter().filter_map(|it| it["period"].as_str());
    let mut header = vec![messages.text("report-indicator"), period.to_owned()];
    header.push(messages.text("report-basis"));
    header.extend(periods.map(str::to_owned));
    header.push(messages.text("report-objective"));
    let rows = all.iter().map(|it| {
        let unit = it["unit"].as_str().unwrap_or_default();
        let mut row = vec![
            name_of(messages, it),
            shown(messages, unit, it),
            basis(messages, it),
        ];
        row.extend(
            items(&it["before"])
                .iter()
                .map(|it| shown(messages, unit, it)),
        );
        row.push(aims(messages, unit, it));
        row
    });
    Block::Table {
        right: (1..header.len() - 1).collect(),
        rows: rows.collect(),
        header,
    }
}

/// A figure with its unit.
pub(crate) fn shown(messages: &Messages, unit: &str, it: &Value) -> String {
    if it["hidden"].is_string() {
        return messages.text("report-hidden");
    }
    let low_high = it["low"].as_f64().zip(it["high"].as_f64());
    if let Some((low, high)) = low_high {
        if low < high {
            let mut args = FluentArgs::new();
            args.set("low", amount(messages, unit, low));
            args.set("high", with_unit(messages, unit, high));
            return messages.format("report-bounds", &args);
        }
        return with_unit(messages, unit, low);
    }
    match it["value"].as_f64() {
        Some(value) => with_unit(messages, unit, value),
        None => NOTHING.to_owned(),
    }
}

/// A number as people read it, rounded as its unit asks.
fn amount(messages: &Messages, unit: &str, value: f64) -> String {
    let (scale, digits) = match unit {
        "percent" => (100.0, 1.0),
        _ => (1.0, 10.0),
    };
    messages
        .language()
        .decimal((value * scale * digits).round() / digits)
}

fn with_unit(messages: &Messages, unit: &str, value: f64) -> String {
    if unit == "euros" {
        return messages.language().euros((value * 100.0).round() as i64);
    }
    let mut args = FluentArgs::new();
    args.set("value", amount(messages, unit, value));
    let key = match unit {
        "percent" => "report-unit-percent",
        "days" => "report-unit-days",
        "score" => "report-unit-score",
        _ => return amount(messages, unit, value),
    };
    messages.format(key, &args)
}

/// What is divided by what.
fn basis(messages: &Messages, it: &Value) -> String {
    let language = messages.language();
    let number = |name: &str| {
        it[name]
            .as_f64()
            .map(|it| language.decimal((it * 10.0).round() / 10.0))
    };
    match (number("part"), number("of")) {
        // Nothing to measure: the dash beside it says so.
        _ if it["of"].as_f64() == Some(0.0) => String::new(),
        (Some(part), Some(of)) => format!("{part} / {of}"),
        (None, Some(of)) => of,
        _ => String::new(),
    }
}

/// What was aimed at, and whether it is reached.
fn aims(messages: &Messages, unit: &str, it: &Value) -> String {
    let scale = if unit == "percent" { 100.0 } else { 1.0 };
    let target = |aim: &Value, name: &str| {
        let value = aim[name].as_f64().unwrap_or_default();
        with_unit(messages, unit, value / scale)
    };
    let mut told: Vec<String> = Vec::new();
    if it["yearly_aim"].is_number() {
        let mut args = FluentArgs::new();
        args.set("target", target(it, "yearly_aim"));
        told.push(messages.format("report-yearly-aim", &args));
    }
    for aim in items(&it["objectives"]) {
        let mut args = FluentArgs::new();
        args.set("target", target(aim, "target"));
        args.set("name", aim["name"].as_str().unwrap_or_default().to_owned());
        args.set(
            "of",
            if aim["structure"].is_string() {
                "structure"
            } else {
                "network"
            },
        );
        let reached = match aim["reached"].as_bool() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "open",
        };
        args.set("reached", reached);
        told.push(messages.format("report-aim", &args));
    }
    told.join(match messages.language() {
        Language::French => " ; ",
        Language::English => "; ",
    })
}

fn length(messages: &Messages, unit: &str, it: &Value) -> Option<Length> {
    let value = match it["hidden"].is_string() {
        true => Some(0.0),
        false => it["value"].as_f64(),
    };
    let (low, high) = match it["low"].as_f64().zip(it["high"].as_f64()) {
        Some(bounds) => bounds,
        None => (value?, value?),
    };
    Some(Length {
        low,
        high,
        text: shown(messages, unit, it),
    })
}

/// The figures of one scale drawn together, periods beside each other.
fn charts(messages: &Messages, period: &str, all: &[&Value]) -> Vec<Chart> {
    let one = |(title, units): &(&str, &[&str])| {
        let drawn = all.iter().filter(|it| {
            units.iter().any(|unit| it["unit"] == **unit) && !it["categories"].is_object()
        });
        let mut series = vec![period.to_owned()];
        let bars = drawn.map(|it| {
            let unit = it["unit"].as_str().unwrap_or_default();
            let before = items(&it["before"]);
            let mut lengths = vec![length(messages, unit, it)];
            lengths.extend(before.iter().map(|it| length(messages, unit, it)));
            if series.len() == 1 {
                let periods = before.iter().filter_map(|it| it["period"].as_str());
                series.extend(periods.map(str::to_owned));
            }
            Bar {
                label: name_of(messages, it),
                lengths,
            }
        });
        let bars: Vec<Bar> = bars.collect();
        let is_something = bars.iter().any(|it| it.lengths.iter().any(Option::is_some));
        let whole = if *title == "report-scale-percent" {
            Some(1.0)
        } else {
            None
        };
        is_something.then(|| Chart {
            title: messages.text(title),
            series,
            bars,
            whole,
        })
    };
    SCALES.iter().filter_map(one).collect()
}

/// A figure by its codes: reasons, themes.
fn by_code(messages: &Messages, it: &Value) -> Vec<Block> {
    by_code_of(messages, it).unwrap_or_default()
}

fn by_code_of(messages: &Messages, it: &Value) -> Option<Vec<Block>> {
    let field = it["categories"]["field"].as_str()?;
    let unit = it["unit"].as_str().unwrap_or_default();
    let cells = items(&it["categories"]["cells"]);
    if cells.is_empty() {
        return None;
    }
    let (collection, name) = field.split_once('.')?;
    let declared = capactif_node::registry::collection(collection)?.field(name)?;
    let label = |cell: &Value| match cell["key"].as_str() {
        Some(code) => messages.text(&declared.code_label_key(code)),
        None => messages.text("report-no-code"),
    };
    let rows = cells
        .iter()
        .map(|cell| vec![label(cell), shown(messages, unit, cell)]);
    let table = Block::Table {
        header: vec![name_of(messages, it), messages.text("report-count")],
        rows: rows.collect(),
        right: vec![1],
    };
    let bars = cells.iter().map(|cell| Bar {
        label: label(cell),
        lengths: vec![length(messages, unit, cell)],
    });
    let bars: Vec<Bar> = bars.collect();
    let is_something = bars.iter().any(|it| it.lengths.iter().any(Option::is_some));
    let chart = Chart {
        title: name_of(messages, it),
        series: Vec::new(),
        bars,
        whole: None,
    };
    let mut blocks: Vec<Block> = is_something
        .then(|| chart::block(&chart))
        .into_iter()
        .collect();
    blocks.push(table);
    Some(blocks)
}

/// One row a structure, community of communes or sector; one column an indicator.
fn by_dimension(messages: &Messages, all: &[&Value]) -> Vec<Block> {
    by_dimension_of(messages, all).unwrap_or_default()
}

fn by_dimension_of(messages: &Messages, all: &[&Value]) -> Option<Vec<Block>> {
    let broken = all.iter().filter(|it| it["cells"].is_object());
    let broken: Vec<&&Value> = broken.collect();
    let dimension = broken.first()?["cells"].as_object()?.keys().next()?.clone();
    let mut keys: Vec<(Option<&str>, String)> = Vec::new();
    for cell in broken.iter().flat_map(|it| items(&it["cells"][&dimension])) {
        let key = cell["key"].as_str();
        if !keys.iter().any(|(known, _)| *known == key) {
            let name = match (key, cell["name"].as_str()) {
                (None, _) => messages.text(&format!("report-without-{dimension}")),
                (Some(_), Some(name)) => name.to_owned(),
                (Some(code), None) => sector(messages, code),
            };
            keys.push((key, name));
        }
    }
    // What belongs nowhere comes last.
    keys.sort_by(|(one, one_name), (next, next_name)| {
        (one.is_none(), one_name).cmp(&(next.is_none(), next_name))
    });
    let mut header = vec![messages.text(&format!("report-by-{dimension}"))];
    header.extend(broken.iter().map(|it| name_of(messages, it)));
    let rows = keys.into_iter().map(|(key, name)| {
        let mut row = vec![name];
        row.extend(broken.iter().map(|it| {
            let unit = it["unit"].as_str().unwrap_or_default();
            let mut cells = items(&it["cells"][&dimension]).iter();
            let cell = cells.find(|cell| cell["key"].as_str() == key);
            cell.map_or_else(String::new, |cell| shown(messages, unit, cell))
        }));
        row
    });
    Some(vec![Block::Table {
        rows: rows.collect(),
        right: (1..header.len()).collect(),
        header,
    }])
}

fn sector(messages: &Messages, code: &str) -> String {
    let declared = capactif_node::registry::collection("project").and_then(|it| it.field("sector"));
    let key = declared.map(|it| it.code_label_key(code));
    let label = key.and_then(|key| messages.find(&key, None, None));
    label.unwrap_or_else(|| code.to_owned())
}
