//! What it costs to find out that there is nothing new.

use anyhow::Result;
use serde_json::json;

use crate::demo::figures::Exchange;
use crate::demo::place::{EPCI_2, HUB};
use crate::demo::play::{Play, facts};

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-quiet", &facts([]))?;
    let hub = play.status(&HUB)?["node"].clone();
    play.stage.stop(&EPCI_2)?;
    let synced = play.ask(&EPCI_2, "sync", json!({ "peer": hub }))?;
    let in_sync = &synced["peers"][0]["in_sync"];
    play.promise("demo-check-in-sync", &json!(true), in_sync)?;
    let exchange = Exchange::of("demo-exchange-quiet", &synced);
    let language = play.session.language();
    let mut args = facts([]);
    args.set("sent", language.bytes(exchange.bytes_sent));
    args.set("received", language.bytes(exchange.bytes_received));
    play.figures.exchanges.push(exchange);
    play.outcome("demo-quiet-done", args)
}
