//! What can be done with the records of any collection.

use anyhow::Result;
use capactif_node::registry::Collection;
use clap::ArgMatches;

use crate::session::Session;

mod conflicts;
mod history;
mod list;
mod show;
mod write;

pub(crate) use history::print_all as print_history;
pub(crate) use show::print;

/// Carries out a verb of [`crate::collections::surface::VERBS`].
pub(crate) fn run(
    session: &mut Session<'_>,
    collection: &'static Collection,
    verb: &str,
    matches: &ArgMatches,
) -> Result<()> {
    match verb {
        "list" => list::run(session, collection, matches),
        "show" => show::run(session, collection, matches),
        "add" => write::add(session, collection, matches),
        "set" => write::set(session, collection, matches),
        "history" => history::run(session, collection, matches),
        "conflicts" => conflicts::list(session, collection, matches),
        "resolve" => conflicts::resolve(session, collection, matches),
        "remove" => write::each(
            session,
            collection,
            matches,
            "record.remove",
            "record-removed",
        ),
        _ => write::each(
            session,
            collection,
            matches,
            "record.restore",
            "record-restored",
        ),
    }
}
