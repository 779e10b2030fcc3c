//! The end: what was measured, equal digests, where to look next.

use anyhow::Result;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use super::place::Place;
use super::play::{Play, digests};
use crate::collections::values::short;
use crate::table;

/// Tells what came of the whole, in tables or as JSON; fails unless all nodes agree.
pub(super) fn tell(play: &mut Play<'_, '_>, places: &[&Place]) -> Result<()> {
    let mut states = Vec::new();
    for place in places {
        states.push(play.status(place)?);
    }
    let [first, rest @ ..] = states.as_slice() else {
        unreachable!("there are nodes");
    };
    for other in rest {
        let same = [first, other].map(|it| json!(digests(it)));
        play.promise("demo-check-same", &same[0], &same[1])?;
    }
    for place in places {
        play.stage.stop(place)?;
        if play.stage.kept().is_some() {
            play.stage.settle(place)?;
        }
    }
    if play.session.options.json {
        return figures(play, places, &states);
    }
    play.write("")?;
    nodes(play, places, &states)?;
    play.write("")?;
    if !play.figures.exchanges.is_empty() {
        exchanges(play)?;
        play.write("")?;
    }
    let mut args = FluentArgs::new();
    let seconds = play.elapsed().as_secs_f64();
    args.set("seconds", play.session.language().seconds(seconds));
    let agreed = play.session.format("demo-agreed", &args);
    play.line(&agreed)?;
    next(play)
}

fn figures(play: &mut Play<'_, '_>, places: &[&Place], states: &[Value]) -> Result<()> {
    let nodes: Vec<Value> = places
        .iter()
        .zip(states)
        .map(|(place, status)| {
            json!({
                "home": place.folder,
                "node": status["node"],
                "structure": status["structure"],
                "structure_name": status["structure_name"],
                "records": status["records"],
                "entries": status["entries"],
                "disk_bytes": status["disk_bytes"],
                "frontier_digest": status["frontier_digest"],
                "view_digest": status["view_digest"],
            })
        })
        .collect();
    let (scenes, exchanges) = play.figures.json();
    let answer = json!({
        "agree": true,
        "nodes": nodes,
        "scenes": scenes,
        "exchanges": exchanges,
        "seconds": play.elapsed().as_secs_f64(),
        "kept": play.stage.kept().map(|folder| folder.display().to_string()),
    });
    Ok(play.session.json(&answer)?)
}

fn nodes(play: &mut Play<'_, '_>, places: &[&Place], states: &[Value]) -> Result<()> {
    let header = [
        "demo-node",
        "demo-records",
        "demo-entries",
        "demo-frontier",
        "demo-view",
    ];
    let header = header.map(|key| play.session.text(key)).to_vec();
    let mut rows = table::with_header(play.session.terminal, header);
    let language = play.session.language();
    for (place, status) in places.iter().zip(states) {
        let count = |name: &str| language.integer(status[name].as_i64().unwrap_or(0));
        let (frontier, view) = digests(status);
        rows.add_row([
            play.name(place),
            count("records"),
            count("entries"),
            short(&frontier).to_owned(),
            short(&view).to_owned(),
        ]);
    }
    for column in 1..3 {
        table::align_right(&mut rows, column);
    }
    play.write(&table::text(&mut rows))
}

fn exchanges(play: &mut Play<'_, '_>) -> Result<()> {
    let header = [
        "demo-exchange",
        "demo-received",
        "demo-sent",
        "demo-round-trips",
        "demo-time",
    ];
    let header = header.map(|key| play.session.text(key)).to_vec();
    let mut rows = table::with_header(play.session.terminal, header);
    let language = play.session.language();
    for exchange in &play.figures.exchanges {
        let moved = |entries: u64, bytes: u64| {
            let mut args = FluentArgs::new();
            args.set("entries", entries);
            args.set("bytes", language.bytes(bytes));
            play.session.format("demo-moved", &args)
        };
        rows.add_row([
            play.session.text(exchange.label),
            moved(exchange.entries_received, exchange.bytes_received),
            moved(exchange.entries_sent, exchange.bytes_sent),
            language.integer(exchange.round_trips.cast_signed()),
            language.seconds(exchange.seconds),
        ]);
    }
    for column in 1..5 {
        table::align_right(&mut rows, column);
    }
    play.write(&table::text(&mut rows))
}

fn next(play: &mut Play<'_, '_>) -> Result<()> {
    let program = std::env::args().next();
    let mut args = FluentArgs::new();
    args.set("program", program.unwrap_or_else(|| "capactif".to_owned()));
    let text = match play.stage.kept() {
        Some(folder) => {
            args.set("folder", folder.display().to_string());
            play.session.format("demo-next-kept", &args)
        }
        None => play.session.format("demo-next", &args),
    };
    play.write(&text)
}
