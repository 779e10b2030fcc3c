//! `charter show`: the charter in force, as people would sign it, and what is proposed.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::path::write_new;
use crate::commands::{Entry, optional};
use crate::document::{page, print};
use crate::session::Session;

use super::document::{For, document};
use super::sentences::items;

pub(crate) const ENTRY: Entry = Entry {
    path: &["charter", "show"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("page").long("page"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let charter = session.call("charter.show", json!({}))?;
    if let Some(path) = optional(matches, "page") {
        let document = document(&session.messages, &charter, For::Everyone);
        let page = page::html(session.language(), &document);
        write_new(path, page.as_bytes())?;
        if session.options.json {
            return Ok(session.json(&json!({ "path": path }))?);
        }
        let mut args = FluentArgs::new();
        args.set("path", path);
        let text = session.format("charter-page-written", &args);
        return Ok(session.say(&text)?);
    }
    if session.options.json {
        return Ok(session.json(&charter)?);
    }
    print(session, &document(&session.messages, &charter, For::Reader))?;
    let proposals = items(&charter["proposals"]);
    if proposals.iter().any(|it| it["can_pass"] != json!(false)) {
        let hint = session.text("charter-approve-hint");
        session.line(&format!("\n{hint}"))?;
    }
    Ok(())
}
