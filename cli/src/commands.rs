//! The commands, one a file; each says what it takes and what it does.

use anyhow::Result;
use clap::{ArgMatches, Command};

use crate::collections;
use crate::session::Session;

mod attachment;
mod backup;
mod baseline;
mod bundle;
mod changes;
mod charter;
mod checklist;
mod committee;
mod completions;
mod demo;
mod digest;
mod doctor;
mod duplicates;
mod erase;
pub(crate) mod evaluation;
mod export;
mod holder;
mod import;
mod inconsistencies;
mod key;
mod man;
mod mapping;
mod matching;
pub(crate) mod meeting;
mod network;
mod opportunity;
pub(crate) mod papers;
mod path;
mod peer;
mod query;
mod record;
mod referral;
mod refused;
mod report;
mod restore;
mod run;
mod sealed;
mod search;
mod status;
mod sync;
mod todo;
mod transfer;

/// A command outside the collections.
pub(crate) struct Entry {
    /// Its words: `network found`.
    pub(crate) path: &'static [&'static str],
    /// Adds what it takes.
    pub(crate) arguments: fn(Command) -> Command,
    /// Does it.
    pub(crate) run: fn(&mut Session<'_>, &ArgMatches) -> Result<()>,
}

/// Every command outside the collections, in the order of help.
pub(crate) const COMMANDS: &[Entry] = &[
    demo::ENTRY,
    network::found::ENTRY,
    network::invite::ENTRY,
    network::join::ENTRY,
    run::ENTRY,
    sync::ENTRY,
    status::ENTRY,
    todo::ENTRY,
    digest::ENTRY,
    search::ENTRY,
    changes::ENTRY,
    query::ENTRY,
    matching::PROJECT,
    matching::OPPORTUNITY,
    matching::NEW,
    duplicates::ENTRY,
    duplicates::CONFIRM,
    duplicates::REJECT,
    duplicates::UNDO,
    inconsistencies::ENTRY,
    inconsistencies::REVIEW,
    report::ENTRY,
    committee::ENTRY,
    baseline::SHOW,
    baseline::LOAD,
    baseline::FORM,
    import::ENTRY,
    export::ENTRY,
    transfer::ENTRY,
    transfer::accept::ENTRY,
    transfer::list::ENTRY,
    transfer::withdraw::ENTRY,
    sealed::GRANT,
    sealed::REVOKE,
    sealed::READINGS,
    mapping::LIST,
    mapping::SHOW,
    mapping::SAVE,
    mapping::REMOVE,
    erase::ENTRY,
    erase::status::ENTRY,
    erase::due::ENTRY,
    charter::show::ENTRY,
    charter::log::ENTRY,
    charter::propose::ENTRY,
    charter::approve::ENTRY,
    charter::suspend::ENTRY,
    charter::ratify::ENTRY,
    charter::person::ENTRY,
    refused::LIST,
    refused::REISSUE,
    key::show::ENTRY,
    key::passphrase::ENTRY,
    key::sheet::ENTRY,
    key::recover::ENTRY,
    key::rotate_root::ENTRY,
    key::rotate_sealing::ENTRY,
    key::revoke::ENTRY,
    key::admit::ENTRY,
    peer::add::ENTRY,
    peer::list::ENTRY,
    bundle::write::ENTRY,
    bundle::read::ENTRY,
    backup::ENTRY,
    restore::ENTRY,
    doctor::ENTRY,
    completions::ENTRY,
    man::ENTRY,
];

/// Carries out what a command line asks for.
pub(crate) fn dispatch(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut path = Vec::new();
    let mut innermost = matches;
    while let Some((name, inner)) = innermost.subcommand() {
        path.push(name);
        innermost = inner;
    }
    if let Some(entry) = COMMANDS.iter().find(|entry| entry.path == path.as_slice()) {
        return (entry.run)(session, innermost);
    }
    let [collection, verb] = path.as_slice() else {
        unreachable!("the command line was parsed by the tree that these commands make");
    };
    let collection = collections::all()
        .find(|candidate| collections::command_name(candidate) == **collection)
        .expect("every other command of two words is a collection's");
    if collection.name == "holder"
        && let Some(done) = holder::run(session, collection, verb, innermost)
    {
        return done;
    }
    match (collection.name, *verb) {
        ("meeting", verb) if meeting::VERBS.contains(&verb) => {
            meeting::run(session, verb, innermost)
        }
        ("evaluation" | "meeting", verb) if papers::VERBS.contains(&verb) => {
            papers::run(session, collection, verb, innermost)
        }
        ("opportunity", "attach") => attachment::attach(session, collection, innermost),
        ("opportunity", "attachments") => attachment::list(session, collection, innermost),
        ("opportunity", "detach") => attachment::detach(session, collection, innermost),
        ("opportunity", "save") => attachment::save(session, collection, innermost),
        ("evaluation", "freeze") => evaluation::freeze(session, innermost),
        ("evaluation" | "action", "ratify") => {
            evaluation::ratify(session, collection.name, innermost)
        }
        ("improvement", "adopt") => evaluation::adopt(session, innermost),
        ("opportunity", "verify") => opportunity::verify(session, innermost),
        ("project", "checklist") => checklist::run(session, innermost),
        ("referral", "send") => referral::send(session, innermost),
        ("referral", "reroute") => referral::reroute(session, innermost),
        (_, verb) if collections::surface::VERBS.contains(&verb) => {
            record::run(session, collection, verb, innermost)
        }
        (_, name) => referral::make_move(session, name, innermost),
    }
}

/// An argument that is there: required, or with a default.
fn required<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    optional(matches, name).unwrap_or_default()
}

/// An argument that may be absent.
fn optional<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// Every value of an argument that may be repeated.
fn repeated(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches
        .get_many::<String>(name)
        .map(|values| values.cloned().collect())
        .unwrap_or_default()
}
