//! A node is killed in the middle of an import: what it had confirmed is there afterwards.

use anyhow::Result;
use serde_json::{Value, json};

use crate::demo::place::{EPCI, Place, STRUCTURES};
use crate::demo::play::{Play, facts};
use crate::demo::sample;

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    let services = sample::local_services();
    let rows = services.text.lines().count().saturating_sub(1) as u64;
    play.scene("demo-crash", &facts([("rows", rows)]))?;

    let mut confirmed = 0;
    let stage = play.stage.clone();
    let cut = play.import_watching(&EPCI, &services, &mut |step| {
        if confirmed == 0 {
            confirmed = step["done"].as_u64().unwrap_or(0);
            stage.kill(&EPCI);
        }
    });
    if confirmed == 0 {
        // It failed by itself, before anything was confirmed.
        cut?;
    }
    play.stage.start(&EPCI)?;
    let found = listed(play, &EPCI)?;
    if found < confirmed {
        play.promise("demo-check-confirmed", &json!(confirmed), &json!(found))?;
    }

    let answer = play.import(&EPCI, &services)?;
    let count = |name: &str| answer[name].as_u64().unwrap_or(0);
    play.promise(
        "demo-check-found-again",
        &json!(found),
        &answer["unchanged"],
    )?;
    play.promise(
        "demo-check-listed",
        &json!(rows),
        &json!(listed(play, &EPCI)?),
    )?;
    play.converge(&STRUCTURES)?;
    let args = facts([
        ("confirmed", confirmed),
        ("found", found),
        ("rows", rows),
        ("created", count("created")),
    ]);
    play.outcome("demo-crash-done", args)
}

fn listed(play: &Play<'_, '_>, place: &Place) -> Result<u64> {
    let input = json!({ "collection": "local_service", "limit": 1 });
    let list: Value = play.ask(place, "record.list", input)?;
    Ok(list["total"].as_u64().unwrap_or(0))
}
