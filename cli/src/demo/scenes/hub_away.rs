//! The hub is away: two partners go on directly, and it catches up.

use anyhow::Result;
use serde_json::{Value, json};

use crate::demo::place::{AGRICULTURE, ALL, CCI, HUB, Place};
use crate::demo::play::{Play, facts};

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-hub-away", &facts([]))?;
    play.stage.stop(&HUB)?;
    let node = play.status(&AGRICULTURE)?["node"].clone();
    play.wait("demo-wait-direct", |play| {
        let status = play.status(&CCI)?;
        let peers = status["peers"].as_array().map_or(&[][..], Vec::as_slice);
        let direct = peers
            .iter()
            .any(|peer| peer["node"] == node && peer["connected"] == json!(true));
        Ok(direct.then_some(()))
    })?;
    let before = entries(&play.status(&CCI)?);
    pass(play, &CCI, &AGRICULTURE, "exemple-cci-0003")?;
    pass(play, &AGRICULTURE, &CCI, "exemple-agriculture-0001")?;
    let missed = entries(&play.status(&CCI)?).saturating_sub(before);

    play.stage.start(&HUB)?;
    play.converge(&ALL)?;
    play.outcome("demo-hub-away-done", facts([("missed", missed)]))
}

/// One partner changes a record of its own; the other sees it.
fn pass(play: &Play<'_, '_>, from: &Place, to: &Place, source_id: &str) -> Result<()> {
    let record = play.sampled(from, source_id)?;
    let change = json!({
        "collection": "opportunity", "id": record["id"],
        "fields": { "status": "under_negotiation" },
    });
    play.ask(from, "record.set", change)?;
    play.wait("demo-wait-passed", |play| {
        let seen = play.sampled(to, source_id)?;
        Ok((seen["status"] == json!("under_negotiation")).then_some(()))
    })
}

fn entries(status: &Value) -> u64 {
    status["entries"].as_u64().unwrap_or(0)
}
