//! A structure leaves: what it wrote in good time stays, what it wrote too late is refused
//! everywhere, whoever brings it, and another structure may write it again in its own name.

use anyhow::Result;
use serde_json::{Value, json};

use crate::demo::place::{AGRICULTURE, CCI, CMA, EPCI, HUB, Place};
use crate::demo::play::{Play, facts};

use super::{LOYAL, obeyed, vote};

/// How many offers it writes too late.
const LATE: u64 = 3;

pub(super) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-removal", &facts([]))?;
    play.stage.stop(&CMA)?;
    let wanted = json!({ "remove": [{ "structure": CMA.structure, "successor": CCI.structure }] });
    let proposed = play.ask(&HUB, "charter.propose", wanted)?;
    let votes = 1 + vote(play, &proposed["version"], &[&CCI, &AGRICULTURE, &EPCI])?;
    obeyed(play, &proposed["version"], &LOYAL)?;
    // It does not know yet, and writes as before; then it hears that it left.
    for number in 1..=LATE {
        let title = format!("{} {number}", play.session.text("demo-late-title"));
        let fields = json!({ "kind": "job", "title": title, "insee_code": "63003" });
        play.ask(
            &CMA,
            "record.add",
            json!({ "collection": "opportunity", "fields": fields }),
        )?;
    }
    let before = play.status(&HUB)?;
    // Whoever brings it: here on a stick.
    let file = play.stage.home(&CMA).join("late.capactif");
    let path = json!({ "path": file.display().to_string() });
    play.ask(&CMA, "bundle.write", path.clone())?;
    play.ask(&EPCI, "bundle.read", path)?;
    let refused = before["refused"].as_u64().unwrap_or(0);
    play.wait("demo-wait-refused", |play| {
        for place in LOYAL {
            // One more than it wrote since: what waited while it was suspended came too late too.
            if play.status(place)?["refused"].as_u64() < Some(refused + LATE) {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })?;
    let after = play.converge(&LOYAL)?;
    play.promise("demo-check-records", &before["records"], &after["records"])?;
    reissue(play, &CCI)?;
    play.converge(&LOYAL)?;
    play.outcome(
        "demo-removal-done",
        facts([("votes", votes), ("late", LATE)]),
    )
}

/// Writes one of the late offers again.
fn reissue(play: &Play<'_, '_>, place: &Place) -> Result<()> {
    let listed = play.ask(place, "entry.refused", json!({}))?;
    let entries = listed["entries"].as_array().cloned().unwrap_or_default();
    let late = entries.iter().rev().find(|it| it["code"] == "beyond_head");
    let late = late.cloned().unwrap_or(Value::Null);
    let again = play.ask(
        place,
        "entry.reissue",
        json!({ "node": late["node"], "seq": late["seq"] }),
    )?;
    play.promise("demo-check-reissued", &json!(true), &again["created"])
}
