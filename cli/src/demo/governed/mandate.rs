//! A chamber of commerce may not list a farm, and is told who may.

use anyhow::Result;
use capactif_node::api::{ApiError, Detail};
use fluent_bundle::FluentArgs;
use serde_json::{Value, json};

use crate::demo::place::{AGRICULTURE, CCI};
use crate::demo::play::{Play, facts};
use crate::failure;

pub(super) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-mandate", &facts([]))?;
    let title = play.session.text("demo-farm-title");
    let farm = farm(&title);
    let refused = play.ask(&CCI, "record.add", farm.clone());
    let said = match &refused {
        Err(error) => error.downcast_ref::<ApiError>(),
        Ok(_) => None,
    };
    let code = said.map(|it| json!(it.code)).unwrap_or_default();
    play.promise("demo-check-mandate", &json!("no_mandate"), &code)?;
    let words = said.map(|error| {
        let detail = Detail {
            code: error.code.clone(),
            args: error.args.clone(),
            message: error.message.clone(),
            ..Detail::default()
        };
        failure::detail_line(&play.session.messages, &detail)
    });
    play.ask(&AGRICULTURE, "record.add", farm)?;
    play.converge(&super::FIVE)?;
    let mut args = FluentArgs::new();
    args.set("words", words.unwrap_or_default());
    play.outcome("demo-mandate-done", args)
}

/// A farm to take over.
pub(super) fn farm(title: &str) -> Value {
    json!({
        "collection": "opportunity",
        "fields": { "kind": "farm_takeover", "title": title, "insee_code": "63003" },
    })
}
