//! A structure takes a second computer into use, which receives everything.

use anyhow::Result;
use serde_json::json;

use crate::demo::figures::Exchange;
use crate::demo::place::{ALL, EPCI, EPCI_2};
use crate::demo::play::{Play, facts};

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-device", &facts([]))?;
    play.stage.prepare(&EPCI_2)?;
    let invited = play.ask(&EPCI, "network.invite", json!({ "device": true }))?;
    play.ask(
        &EPCI_2,
        "network.join",
        json!({ "ticket": invited["ticket"] }),
    )?;
    let synced = play.ask(&EPCI_2, "sync", json!({ "peer": invited["node"] }))?;
    let exchange = Exchange::of("demo-exchange-device", &synced);
    let mut args = facts([("entries", exchange.entries_received)]);
    args.set(
        "bytes",
        play.session.language().bytes(exchange.bytes_received),
    );
    play.figures.exchanges.push(exchange);
    play.stage.start(&EPCI_2)?;
    play.converge(&ALL)?;
    play.outcome("demo-device-done", args)
}
