//! The public pages of the sample's network, served by its hub.

use std::thread;
use std::time::Duration;

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use fluent_bundle::FluentArgs;
use serde_json::json;

use super::place::{EPCI, HUB, STRUCTURES};
use super::play::Play;
use super::sample::life::{Told, told_by};
use super::{sample, scenes};

/// How often the end of the demonstration is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// What the park tells of the network's life that newcomers see.
const SHOWN: [&str; 5] = ["agent", "support_offer", "news", "action", "objective"];

/// Founds the network, shares what its partners bring, and serves the portal until Ctrl-C.
pub(super) fn perform(play: &mut Play<'_, '_>, whole: bool) -> Result<()> {
    play.open("demo-title", "demo-portal-about")?;
    scenes::founding::play(play)?;
    scenes::shares::play(play)?;
    play.import(&EPCI, &sample::local_services())?;
    for told in told_by(HUB.folder) {
        if let Told::Rows(file) = told
            && SHOWN.contains(&file.collection)
        {
            play.import(&HUB, &file)?;
        }
    }
    play.converge(&STRUCTURES)?;
    if whole {
        scenes::life::play(play)?;
    }
    play.stage.stop(&HUB)?;
    let started = play.stage.start_with(&HUB, &["--portal", "127.0.0.1:0"])?;
    let url = started["portal"].as_str().ok_or_else(|| {
        ApiError::new("unexpected", ExitKind::Failed, "the hub names no portal")
            .with("reason", "portal")
    })?;
    if play.session.options.json {
        play.session.json(&json!({ "portal": url }))?;
        play.session.out.flush()?;
    }
    let mut args = FluentArgs::new();
    args.set("url", url);
    let text = play.session.format("demo-portal-open", &args);
    play.line("")?;
    play.line(&text)?;
    while !play.stage.is_interrupted() {
        thread::sleep(LOOK_EVERY);
    }
    Ok(())
}
