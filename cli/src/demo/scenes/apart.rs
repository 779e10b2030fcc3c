//! Two computers of one structure, cut off from each other and all, edit the same records; then
//! they meet again.

use anyhow::Result;
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::demo::figures::Exchange;
use crate::demo::place::{ALL, CCI, EPCI, EPCI_2, HUB, Place};
use crate::demo::play::{Play, digests, facts};

/// An old presbytery for sale: both change its price, and one more field each.
const CONTESTED: &str = "exemple-epci-0009";
const FIRST_PRICE_CENTS: i64 = 7_500_000;
const SECOND_PRICE_CENTS: i64 = 7_200_000;
/// A former restaurant to let: each changes another field.
const SHARED: &str = "exemple-epci-0004";

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    edit_apart(play)?;
    heal(play)?;
    decide(play)
}

fn edit_apart(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-apart", &facts([]))?;
    let contested = id(play, &EPCI, CONTESTED)?;
    let shared = id(play, &EPCI, SHARED)?;
    play.stage.stop(&EPCI)?;
    play.stage.stop(&EPCI_2)?;
    set(
        play,
        &EPCI,
        &contested,
        json!({ "price_max_cents": FIRST_PRICE_CENTS, "available_from": "2027-04-01" }),
    )?;
    set(play, &EPCI, &shared, json!({ "rent_monthly": "320" }))?;
    set(
        play,
        &EPCI_2,
        &contested,
        json!({ "price_max_cents": SECOND_PRICE_CENTS, "telecom": "fibre" }),
    )?;
    set(play, &EPCI_2, &shared, json!({ "surface_m2": "131" }))?;
    // The others do not wait for them.
    let verified = id(play, &CCI, "exemple-cci-0002")?;
    play.ask(&CCI, "opportunity.verify", json!({ "ids": [verified] }))?;

    let (first, second) = (play.status(&EPCI)?, play.status(&EPCI_2)?);
    let differ = digests(&first) != digests(&second);
    play.promise("demo-check-apart", &json!(true), &json!(differ))?;
    let waiting = |status: &Value| status["outbox"].as_u64().unwrap_or(0);
    let args = facts([("first", waiting(&first)), ("second", waiting(&second))]);
    play.outcome("demo-apart-done", args)
}

fn heal(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-heal", &facts([]))?;
    let hub = play.status(&HUB)?["node"].clone();
    let mut bytes = 0;
    for (place, label) in [
        (&EPCI, "demo-exchange-first-desk"),
        (&EPCI_2, "demo-exchange-second-desk"),
    ] {
        let synced = play.ask(place, "sync", json!({ "peer": hub }))?;
        let exchange = Exchange::of(label, &synced);
        bytes += exchange.bytes_received + exchange.bytes_sent;
        play.figures.exchanges.push(exchange);
        play.stage.start(place)?;
    }
    play.converge(&ALL)?;
    let contested = play.sampled(&HUB, CONTESTED)?;
    let shared = play.sampled(&HUB, SHARED)?;
    let merged = json!([
        contested["available_from"],
        contested["telecom"],
        shared["rent_monthly_cents"],
        shared["surface_m2"],
    ]);
    let all = json!(["2027-04-01", "fibre", 32_000, 131.0]);
    play.promise("demo-check-merged", &all, &merged)?;
    let conflicting = json!([contested["_conflicts"], shared["_conflicts"]]);
    play.promise(
        "demo-check-conflict",
        &json!([["price_max"], null]),
        &conflicting,
    )?;
    let mut args = facts([("merged", 4)]);
    args.set("bytes", play.session.language().bytes(bytes));
    play.outcome("demo-heal-done", args)
}

fn decide(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-decide", &facts([]))?;
    let asked = json!({ "collection": "opportunity" });
    let conflicts = play.ask(&EPCI_2, "record.conflicts", asked)?;
    let conflict = &conflicts["conflicts"][0];
    let mut values: Vec<i64> = conflict["values"]
        .as_array()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|given| given["value"].as_i64())
        .collect();
    values.sort_unstable_by(|one, other| other.cmp(one));
    let both = json!([FIRST_PRICE_CENTS, SECOND_PRICE_CENTS]);
    play.promise("demo-check-values", &both, &json!(values))?;
    let chosen = json!({
        "collection": "opportunity", "id": conflict["id"], "field": "price_max_cents",
        "value": SECOND_PRICE_CENTS,
    });
    play.ask(&EPCI_2, "record.resolve", chosen)?;
    let after = play.wait("demo-wait-decided", |play| {
        let status = play.converge(&ALL)?;
        Ok((status["conflicting"] == json!(0)).then_some(status))
    })?;
    play.promise("demo-check-decided", &json!(0), &after["conflicting"])?;
    let decided = play.sampled(&HUB, CONTESTED)?;
    play.promise(
        "demo-check-decided",
        &json!(SECOND_PRICE_CENTS),
        &decided["price_max_cents"],
    )?;
    let language = play.session.language();
    let mut args = FluentArgs::new();
    args.set("title", conflict["title"].as_str().unwrap_or_default());
    args.set("one", language.euros(FIRST_PRICE_CENTS));
    args.set("other", language.euros(SECOND_PRICE_CENTS));
    play.outcome("demo-decide-done", args)
}

fn id(play: &Play<'_, '_>, place: &Place, source_id: &str) -> Result<String> {
    let record = play.sampled(place, source_id)?;
    Ok(record["id"].as_str().unwrap_or_default().to_owned())
}

fn set(play: &Play<'_, '_>, place: &Place, id: &str, fields: Value) -> Result<()> {
    let input = json!({ "collection": "opportunity", "id": id, "fields": fields });
    play.ask(place, "record.set", input)?;
    Ok(())
}
