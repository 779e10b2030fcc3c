//! A node that was tampered with writes what it may not and what nobody can read: refused
//! everywhere, and then suspended.

use anyhow::Result;
use capactif_node::node::forgery::forge;
use serde_json::{Value, json};

use crate::demo::place::{AGRICULTURE, CCI, CMA, EPCI, HUB};
use crate::demo::play::{Play, facts};

use super::{FIVE, LOYAL};

pub(super) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    refuse(play)?;
    suspend(play)
}

fn refuse(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-hostile", &facts([]))?;
    let before = play.status(&HUB)?["records"].clone();
    play.stage.stop(&CMA)?;
    let charter = play.ask(&CMA, "charter.show", json!({}))?;
    let model = play.status(&AGRICULTURE)?["node"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let home = play.stage.home(&CMA);
    let forged = forge(&home, &text(&charter["version"]), &text(&model))?;
    play.stage.start(&CMA)?;
    play.wait("demo-wait-refused", |play| {
        for place in FIVE {
            if play.status(place)?["refused"] != json!(forged) {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })?;
    let after = play.converge(&FIVE)?["records"].clone();
    play.promise("demo-check-records", &before, &after)?;
    play.outcome("demo-hostile-done", facts([("entries", forged)]))
}

fn suspend(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-suspend", &facts([]))?;
    let subject = json!({ "subject": CMA.structure });
    let mut votes = 0;
    for place in [&CCI, &EPCI] {
        play.ask(place, "charter.suspend", subject.clone())?;
        votes += 1;
    }
    play.wait("demo-wait-suspended", |play| {
        for place in LOYAL {
            let charter = play.ask(place, "charter.show", json!({}))?;
            if charter["suspensions"][0]["missing"] != json!(0) {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })?;
    // What it writes from now on waits, on every node but its own and on that too.
    let title = play.session.text("demo-suspended-title");
    let fields = json!({ "kind": "job", "title": title, "insee_code": "63003" });
    let job = json!({ "collection": "opportunity", "fields": fields });
    play.ask(&CMA, "record.add", job)?;
    play.wait("demo-wait-suspended", |play| {
        for place in LOYAL {
            if play.status(place)?["pending"] == json!(0) {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })?;
    play.outcome("demo-suspend-done", facts([("votes", votes)]))
}
