//! `charter show`: the charter in force, as people would sign it, and what is proposed.

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;

use crate::commands::path::write_new;
use crate::commands::{Entry, optional};
use crate::session::Session;
use crate::table;

use super::document::{Article, Block, For, document};
use super::page;
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
        let page = page::html(
            &session.messages,
            &document(&session.messages, &charter, For::Everyone),
        );
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
    let shown = document(&session.messages, &charter, For::Reader);
    let title = session.strong(&shown.title);
    session.line(&title)?;
    session.say(&shown.version)?;
    session.line("")?;
    session.say(&shown.preamble)?;
    for article in &shown.articles {
        print(session, article)?;
    }
    for article in &shown.notices {
        print(session, article)?;
    }
    let proposals = items(&charter["proposals"]);
    if proposals.iter().any(|it| it["can_pass"] != json!(false)) {
        let hint = session.text("charter-approve-hint");
        session.line(&format!("\n{hint}"))?;
    }
    Ok(())
}

/// Prints an article as the terminal shows it.
pub(super) fn print(session: &mut Session<'_>, article: &Article) -> Result<()> {
    let heading = session.strong(&article.heading);
    session.line(&format!("\n{heading}"))?;
    for block in &article.blocks {
        match block {
            Block::Text(text) => session.say(text)?,
            Block::Items(items) => {
                for item in items {
                    session.say(&format!("  • {item}"))?;
                }
            }
            Block::Table {
                header,
                rows,
                right,
            } => {
                let mut shown = table::with_header(session.terminal, header.clone());
                for row in rows {
                    shown.add_row(row.clone());
                }
                for column in right {
                    table::align_right(&mut shown, *column);
                }
                session.line(&table::text(&mut shown))?;
            }
        }
    }
    Ok(())
}
