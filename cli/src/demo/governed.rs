//! The demonstration of the charter: nobody owns the network.
//!
//! Four structures found it and vote a fifth in; a mandate keeps each to its own; a hostile node is
//! refused and suspended; a structure that leaves stays in what it wrote in good time, and in
//! nothing later; who a project holder is, two structures read and the hub does not, and an
//! erasure reaches all. The same on every node, each with its own process.

use anyhow::Result;
use serde_json::{Value, json};

use super::place::{AGRICULTURE, CCI, CMA, EPCI, HUB, Place};
use super::play::Play;
use super::{ending, scenes};

mod erased;
mod fifth;
mod hostile;
mod mandate;
mod removal;
mod sealed;

/// Those that stay to the end.
const LOYAL: [&Place; 4] = [&HUB, &CCI, &AGRICULTURE, &EPCI];
/// Everybody, while the fifth is there.
const FIVE: [&Place; 5] = [&HUB, &CCI, &AGRICULTURE, &EPCI, &CMA];

pub(super) fn perform(play: &mut Play<'_, '_>) -> Result<()> {
    play.open("demo-charter-title", "demo-charter-about")?;
    scenes::founding::play(play)?;
    fifth::play(play)?;
    mandate::play(play)?;
    hostile::play(play)?;
    removal::play(play)?;
    let holder = sealed::play(play)?;
    erased::play(play, &holder)?;
    ending::tell(play, &LOYAL)
}

/// Lets members approve a version until it is in force; returns how many did.
fn vote(play: &Play<'_, '_>, version: &Value, members: &[&Place]) -> Result<u64> {
    let mut votes = 0;
    for member in members {
        let known = |play: &Play<'_, '_>| {
            let charter = play.ask(member, "charter.show", json!({}))?;
            let proposals = charter["proposals"].as_array().cloned().unwrap_or_default();
            let is_known = proposals.iter().any(|it| it["id"] == *version);
            Ok((is_known || charter["version"] == *version).then_some(()))
        };
        play.wait("demo-wait-vote", known)?;
        let approved = play.ask(member, "charter.approve", json!({ "version": version }));
        match approved {
            Ok(approved) => {
                votes += 1;
                if approved["missing"] == json!(0) {
                    break;
                }
            }
            // Enough others did meanwhile.
            Err(error) if is_code(&error, "unknown_proposal") => break,
            Err(error) => return Err(error),
        }
    }
    Ok(votes)
}

/// Waits until these nodes obey the same charter version.
fn obeyed(play: &Play<'_, '_>, version: &Value, places: &[&Place]) -> Result<()> {
    play.wait("demo-wait-charter", |play| {
        for place in places {
            let charter = play.ask(place, "charter.show", json!({}))?;
            if charter["version"] != *version {
                return Ok(None);
            }
        }
        Ok(Some(()))
    })
}

fn is_code(error: &anyhow::Error, code: &str) -> bool {
    let failure = error.downcast_ref::<capactif_node::api::ApiError>();
    failure.is_some_and(|failure| failure.code == code)
}
