//! A referral written without network is received later, by the receiver's node itself.

use anyhow::Result;
use serde_json::{Value, json};

use crate::demo::place::{AGRICULTURE, ALL, CCI, Place};
use crate::demo::play::{Play, facts};

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-referral", &facts([]))?;
    play.stage.stop(&CCI)?;
    let project = json!({
        "collection": "project",
        "fields": {
            "pseudonym": "PP-DEMO",
            "title": play.session.text("demo-project-title"),
            "type": "farm_setup",
            "stage": "business_plan",
            "sector": "farming",
        },
    });
    let project = play.ask(&CCI, "record.add", project)?;
    let sent = json!({
        "project": project["id"], "to": AGRICULTURE.structure, "theme": "farmland",
    });
    let referral = play.ask(&CCI, "referral.send", sent)?["id"].clone();
    let waiting = play.status(&CCI)?["outbox"].as_u64().unwrap_or(0);

    play.stage.start(&CCI)?;
    play.wait("demo-wait-received", |play| {
        Ok((state(play, &CCI, &referral)? == json!("received")).then_some(()))
    })?;
    let accepted = json!({ "id": referral, "move": "accept" });
    play.ask(&AGRICULTURE, "referral.move", accepted)?;
    play.wait("demo-wait-accepted", |play| {
        Ok((state(play, &CCI, &referral)? == json!("accepted")).then_some(()))
    })?;
    play.converge(&ALL)?;
    play.outcome("demo-referral-done", facts([("waiting", waiting)]))
}

fn state(play: &Play<'_, '_>, place: &Place, id: &Value) -> Result<Value> {
    let input = json!({ "collection": "referral", "id": id });
    Ok(play.ask(place, "record.show", input)?["status"].take())
}
