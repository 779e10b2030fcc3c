//! The person asks to be forgotten: the erasure reaches every node, to the last byte.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::demo::place::AGRICULTURE;
use crate::demo::play::{Play, facts};

use super::{LOYAL, sealed};

pub(super) fn play(play: &mut Play<'_, '_>, holder: &Value) -> Result<()> {
    play.scene("demo-erased", &facts([]))?;
    let pseudonym = play.ask(&AGRICULTURE, "holder.show", json!({ "id": holder }))?;
    let pseudonym = pseudonym["pseudonym"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let asked = json!({
        "collection": "holder", "id": holder, "why": "asked", "confirmed": true,
    });
    let erased = play.ask(&AGRICULTURE, "erasure.erase", asked)?;
    play.promise("demo-check-erasure", &json!("deletes"), &erased["standing"])?;
    let nodes = play.wait("demo-wait-erased", |play| {
        let status = play.ask(&AGRICULTURE, "erasure.status", json!({ "id": holder }))?;
        let first = &status["erasures"][0];
        let done = first["done"].as_array().map_or(0, Vec::len) as u64;
        Ok((done == LOYAL.len() as u64).then_some(done))
    })?;
    play.converge(&LOYAL)?;
    for place in LOYAL {
        play.stage.stop(place)?;
        let home = play.stage.home(place);
        let found = sealed::holds(&home, &pseudonym).with_context(|| home.display().to_string())?;
        play.promise("demo-check-erased", &json!(false), &json!(found))?;
        play.stage.start(place)?;
    }
    play.converge(&LOYAL)?;
    play.outcome("demo-erased-done", facts([("nodes", nodes)]))
}
