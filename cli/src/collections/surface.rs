//! The commands of every collection: `COLLECTION add|set|show|list|…`, with its fields as flags.

use capactif_node::registry::Collection;
use clap::{Arg, ArgAction, Command, value_parser};
use fluent_bundle::FluentArgs;

use crate::commands::{evaluation, meeting, papers};
use crate::messages::Messages;

use super::flags::{self, Use};
use super::{collection_label, command_name};

/// What can be done with the records of any collection, in the order of help.
pub(crate) const VERBS: [&str; 9] = [
    "list",
    "show",
    "add",
    "set",
    "history",
    "conflicts",
    "resolve",
    "remove",
    "restore",
];

/// The moves of a referral by name, besides sending it and sending it on, with whether they need a
/// reason: a code, which every member reads.
pub(crate) const MOVES: [(&str, bool); 12] = [
    ("accept", false),
    ("decline", true),
    ("ask", false),
    ("answer", false),
    ("waitlist", false),
    ("start", false),
    ("done", false),
    ("no-help", false),
    ("unreachable", false),
    ("holder-withdrew", false),
    ("withdraw", false),
    ("reopen", false),
];

/// The command of a collection.
pub(crate) fn command(messages: &Messages, collection: &'static Collection) -> Command {
    let mut args = FluentArgs::new();
    args.set("collection", collection_label(messages, collection.name));
    args.set("command", command_name(collection));
    let verbs = VERBS
        .into_iter()
        .map(|verb| verb_command(messages, collection, verb, &args));
    let command = Command::new(command_name(collection))
        .about(messages.format("cmd-collection", &args))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(verbs);
    match collection.name {
        "evaluation" => command
            .subcommand(evaluation::freeze_command())
            .subcommand(evaluation::ratify_command())
            .subcommands(papers::commands()),
        "action" => command.subcommand(evaluation::ratify_command()),
        "improvement" => command.subcommand(evaluation::adopt_command()),
        "opportunity" => command.subcommand(verify()).subcommands(attachments()),
        "holder" => command
            .mut_subcommand("add", |add| {
                // The node makes one.
                add.mut_arg("field:pseudonym", |arg| arg.hide(true))
            })
            .subcommands(holders(messages, collection)),
        "project" => command.subcommand(checklist()),
        "meeting" => command
            .subcommands(meeting::commands())
            .subcommands(papers::commands()),
        "referral" => command
            .subcommand(send())
            .subcommand(reroute())
            .subcommands(MOVES.map(move_command)),
        _ => command,
    }
}

fn verb_command(
    messages: &Messages,
    collection: &'static Collection,
    verb: &'static str,
    args: &FluentArgs<'_>,
) -> Command {
    let key = format!("cmd-collection-{verb}");
    let own_key = format!("cmd-{}-{verb}", command_name(collection));
    let example = messages
        .find(&own_key, Some("example"), None)
        .or_else(|| messages.find(&key, Some("example"), Some(args)))
        .unwrap_or_default();
    let command = Command::new(verb)
        .about(messages.format(&key, args))
        .after_help(crate::surface::example(messages, &example));
    let id = || Arg::new("id").required(true);
    let writing = || flags::of(messages, collection, Use::Write);
    match verb {
        "list" => command
            .args(list_args())
            .args(flags::of(messages, collection, Use::Filter)),
        "show" | "history" => command.arg(id()),
        "add" => command
            .args(writing())
            .args(share(collection))
            .arg_required_else_help(true),
        "set" => command
            .arg(id())
            .args(writing())
            .args(flags::of_lists(messages, collection))
            .args(share(collection))
            .arg(
                Arg::new("clear")
                    .long("clear")
                    .action(ArgAction::Append)
                    .display_order(290)
                    .help_heading(messages.text("help-fields")),
            ),
        "conflicts" => command.arg(Arg::new("id")),
        "resolve" => command.arg(id()).args(writing()),
        _ => command.arg(Arg::new("ids").required(true).num_args(1..)),
    }
}

fn list_args() -> [Arg; 9] {
    let number = || value_parser!(u64);
    [
        Arg::new("near").long("near"),
        Arg::new("within").long("within").requires("near"),
        Arg::new("where").long("where").action(ArgAction::Append),
        Arg::new("sort").long("sort").allow_hyphen_values(true),
        Arg::new("limit").long("limit").value_parser(number()),
        Arg::new("offset").long("offset").value_parser(number()),
        Arg::new("all").long("all").action(ArgAction::SetTrue),
        Arg::new("columns")
            .long("columns")
            .value_delimiter(',')
            .action(ArgAction::Append),
        Arg::new("csv")
            .long("csv")
            .action(ArgAction::SetTrue)
            .conflicts_with("json"),
    ]
}

fn verify() -> Command {
    Command::new("verify")
        .arg(Arg::new("ids").required(true).num_args(1..))
        .arg(Arg::new("on").long("on"))
}

/// Photographs and documents of a record.
fn attachments() -> [Command; 4] {
    let id = || Arg::new("id").required(true);
    let several = |name: &'static str| Arg::new(name).num_args(1..);
    [
        Command::new("attach")
            .arg(id())
            .arg(several("files").required(true)),
        Command::new("attachments").arg(id()),
        Command::new("detach")
            .arg(id())
            .arg(several("names").required(true)),
        Command::new("save")
            .arg(id())
            .arg(several("names"))
            .arg(Arg::new("into").long("into").default_value(".")),
    ]
}

/// Who reads what is sealed, where a collection has such fields.
fn share(collection: &Collection) -> Option<Arg> {
    collection.sealed_part().map(|_| share_flag())
}

fn share_flag() -> Arg {
    Arg::new("share")
        .long("share")
        .value_delimiter(',')
        .action(ArgAction::Append)
}

/// Why somebody is referred, sealed to the structures of the referral.
fn reason() -> Arg {
    Arg::new("reason").long("reason").allow_hyphen_values(true)
}

/// What is done with the identities of holders.
fn holders(messages: &Messages, collection: &'static Collection) -> [Command; 6] {
    let id = || Arg::new("id").required(true);
    [
        Command::new("edit")
            .arg(id())
            .args(flags::of_sealed(messages, collection)),
        Command::new("share").arg(id()).arg(
            Arg::new("structures")
                .required(true)
                .num_args(1..)
                .value_delimiter(','),
        ),
        Command::new("unshare")
            .arg(id())
            .arg(Arg::new("structure").required(true)),
        Command::new("search").arg(Arg::new("text").required(true)),
        Command::new("log").arg(Arg::new("id")),
        Command::new("export").arg(id()),
    ]
}

fn checklist() -> Command {
    Command::new("checklist")
        .arg(Arg::new("id").required(true))
        .arg(
            Arg::new("need")
                .long("need")
                .value_delimiter(',')
                .action(ArgAction::Append),
        )
}

/// A new referral, or the draft of one.
fn send() -> Command {
    let new = |name: &'static str| Arg::new(name).long(name).conflicts_with("id");
    Command::new("send")
        .arg(Arg::new("id"))
        .arg(new("project").required_unless_present("id"))
        .arg(new("to").required_unless_present("id"))
        .arg(new("theme").required_unless_present_any(["need", "id"]))
        .arg(new("need").conflicts_with("theme"))
        .arg(new("opportunity"))
        .arg(new("urgency"))
        .arg(reason())
        .arg(share_flag())
}

fn reroute() -> Command {
    Command::new("reroute")
        .arg(Arg::new("id").required(true))
        .arg(Arg::new("to").long("to").required(true))
        .arg(Arg::new("theme").long("theme"))
        .arg(reason())
        .arg(share_flag())
}

fn move_command((name, needs_reason): (&'static str, bool)) -> Command {
    let command = Command::new(name).arg(Arg::new("id").required(true));
    let reason = Arg::new("reason").long("reason");
    match name {
        _ if needs_reason => command.arg(reason.required(true)),
        // In words, and sealed.
        "reopen" => command.arg(reason),
        _ => command,
    }
}
