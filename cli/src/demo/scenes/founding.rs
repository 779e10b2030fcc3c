//! The hub founds the network; partners join with tickets and the votes of those before them.

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::demo::place::{HUB, PARTNERS, Place, STRUCTURES};
use crate::demo::play::{Play, facts};
use crate::demo::sample;

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-founding", &facts([]))?;
    for place in STRUCTURES {
        play.stage.prepare(place)?;
    }
    let name = play.session.text("demo-network-name");
    let founded = json!({ "name": name, "structure": HUB.structure, "kind": HUB.kind });
    play.ask(&HUB, "network.found", founded)?;
    // Beside what holds unless a charter says otherwise: the chamber of commerce asked for it.
    let premises = json!({
        "collection": "opportunity", "right": "create", "holder": "cci", "themes": ["premises"],
    });
    play.ask(&HUB, "charter.propose", json!({ "mandates": [premises] }))?;
    play.stage.start(&HUB)?;
    let mut votes = 0;
    for (index, partner) in PARTNERS.into_iter().enumerate() {
        let members = STRUCTURES.get(..=index).unwrap_or_default();
        votes += admit(play, partner, members)?;
    }
    for place in STRUCTURES {
        describe(play, place)?;
    }
    let args = facts([("nodes", STRUCTURES.len() as u64), ("votes", votes)]);
    play.outcome("demo-founding-done", args)
}

/// Invites a partner and lets the members vote; returns how many did, the inviting hub included.
pub(in crate::demo) fn admit(
    play: &Play<'_, '_>,
    partner: &Place,
    members: &[&'static Place],
) -> Result<u64> {
    let asked = json!({ "structure": partner.structure, "kind": partner.kind });
    let invited = play.ask(&HUB, "network.invite", asked)?;
    let joined = play.ask(
        partner,
        "network.join",
        json!({ "ticket": invited["ticket"] }),
    )?;
    let mut missing = joined["missing_approvals"].as_u64().unwrap_or(0);
    let mut votes = 1;
    for member in members.iter().filter(|it| ***it != HUB) {
        if missing == 0 {
            break;
        }
        let version = play.wait("demo-wait-proposal", |play| proposal(play, member, partner))?;
        let approved = play.ask(member, "charter.approve", json!({ "version": version }))?;
        missing = approved["missing"].as_u64().unwrap_or(0);
        votes += 1;
    }
    // Only now: one that calls before it is admitted is told so, and waits before it calls again.
    play.stage.start(partner)?;
    play.wait("demo-wait-admitted", |play| {
        let hub = play.ask(&HUB, "charter.show", json!({}))?;
        let roll = hub["members"].as_array().map_or(0, Vec::len);
        let admitted = play.status(partner)?["member"] == json!(true);
        Ok((roll > members.len() && admitted).then_some(()))
    })?;
    Ok(votes)
}

/// The version that admits a partner, once a member's node knows of it.
fn proposal(play: &Play<'_, '_>, member: &Place, partner: &Place) -> Result<Option<Value>> {
    let charter = play.ask(member, "charter.show", json!({}))?;
    let proposals = charter["proposals"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let admits = |proposal: &&Value| proposal["summary"] == json!(partner.structure);
    Ok(proposals.iter().find(admits).map(|it| it["id"].clone()))
}

/// A structure completes the record that it keeps about itself.
fn describe(play: &Play<'_, '_>, place: &Place) -> Result<()> {
    let fields: Map<String, Value> = sample::described(place.structure)
        .into_iter()
        .map(|(field, text)| (field, json!(text)))
        .collect();
    let input = json!({ "collection": "structure", "id": place.structure, "fields": fields });
    play.ask(place, "record.set", input)?;
    Ok(())
}
