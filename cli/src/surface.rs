//! The whole command line, with its help in the person's language.
//!
//! Commands say here only what they take. Every word that a person reads is looked up while the
//! tree is walked: `cmd-network-found` for a command (its attribute `.example` ends the help),
//! `arg-network-found-name` or else `arg-name` for an argument, `value-name` for a placeholder.

use clap::builder::Styles;
use clap::{Arg, ArgAction, Command};

use crate::collections;
use crate::commands::{COMMANDS, Entry};
use crate::messages::Messages;

/// Builds the command line in the language of `messages`.
pub(crate) fn command(messages: &Messages) -> Command {
    let mut root = Command::new("capactif")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .infer_long_args(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .max_term_width(100)
        .styles(Styles::styled())
        .args(global_args());
    for entry in COMMANDS {
        root = insert(root, entry, entry.path);
    }
    for collection in collections::all() {
        let command = collections::surface::command(messages, collection);
        root = match root.find_subcommand(command.get_name()) {
            None => root.subcommand(command),
            Some(_) => root,
        };
    }
    localize(root, messages, &mut Vec::new())
}

/// The options that every command takes.
const GENERAL: [&str; 7] = [
    "home", "json", "lang", "quiet", "verbose", "help", "version",
];

fn global_args() -> [Arg; 7] {
    [
        Arg::new("home")
            .long("home")
            .env("CAPACTIF_HOME")
            .global(true)
            .hide_env(true),
        Arg::new("json")
            .long("json")
            .action(ArgAction::SetTrue)
            .global(true),
        Arg::new("lang")
            .long("lang")
            .value_parser(["fr", "en"])
            .global(true),
        Arg::new("quiet")
            .long("quiet")
            .short('q')
            .action(ArgAction::SetTrue)
            .global(true),
        Arg::new("verbose")
            .long("verbose")
            .short('v')
            .action(ArgAction::Count)
            .global(true),
        Arg::new("help")
            .long("help")
            .short('h')
            .action(ArgAction::Help)
            .global(true),
        Arg::new("version")
            .long("version")
            .short('V')
            .action(ArgAction::Version),
    ]
    .map(|arg| arg.display_order(900))
}

/// Puts a command at its path, making the groups on the way.
fn insert(parent: Command, entry: &Entry, path: &[&'static str]) -> Command {
    match path {
        [] => parent,
        [name] => parent.subcommand((entry.arguments)(Command::new(*name))),
        [group, rest @ ..] => {
            if parent.find_subcommand(group).is_some() {
                parent.mut_subcommand(*group, |group| insert(group, entry, rest))
            } else {
                let group = Command::new(*group)
                    .subcommand_required(true)
                    .arg_required_else_help(true);
                parent.subcommand(insert(group, entry, rest))
            }
        }
    }
}

/// Gives a command and all below it their words.
fn localize(mut command: Command, messages: &Messages, path: &mut Vec<String>) -> Command {
    let key = if path.is_empty() {
        "cmd-capactif".to_owned()
    } else {
        format!("cmd-{}", path.join("-"))
    };
    if command.get_about().is_none() {
        command = command.about(messages.text(&key));
        if let Some(text) = messages.find(&key, Some("example"), None) {
            command = command.after_help(example(messages, &text));
        }
    }
    command = command
        .help_template(format!(
            "{{about-with-newline}}\n{}{{usage}}\n\n{{all-args}}{{after-help}}",
            styled_heading(&messages.text("help-usage"))
        ))
        .subcommand_help_heading(messages.text("help-commands"))
        .subcommand_value_name(messages.text("help-command-placeholder"));
    let prefix = path.join("-");
    command = command.mut_args(|arg| words_of(arg, messages, &prefix));
    let names: Vec<String> = command
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(&name, |command| {
            path.push(name.clone());
            let command = localize(command, messages, path);
            path.pop();
            command
        });
    }
    command
}

fn words_of(arg: Arg, messages: &Messages, prefix: &str) -> Arg {
    let id = arg.get_id().as_str().to_owned();
    let takes_value = matches!(arg.get_action(), ArgAction::Set | ArgAction::Append);
    let mut arg = if takes_value {
        // clap says these in English only; the help texts name them.
        arg.hide_possible_values(true).hide_default_value(true)
    } else {
        arg
    };
    if arg.get_help().is_none() {
        let own = messages.find(&format!("arg-{prefix}-{id}"), None, None);
        arg = arg.help(own.unwrap_or_else(|| messages.text(&format!("arg-{id}"))));
    }
    if takes_value && arg.get_value_names().is_none() {
        let own = messages.find(&format!("value-{prefix}-{id}"), None, None);
        arg = arg.value_name(own.unwrap_or_else(|| messages.text(&format!("value-{id}"))));
    }
    if arg.get_help_heading().is_none() {
        let key = match (GENERAL.contains(&id.as_str()), arg.is_positional()) {
            (true, _) => "help-general",
            (false, true) => "help-arguments",
            (false, false) => "help-options",
        };
        arg = arg.help_heading(messages.text(key));
    }
    arg
}

/// An example as it ends a command's help.
pub(crate) fn example(messages: &Messages, text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    format!(
        "{}\n{}",
        styled_heading(&messages.text("help-example")).trim_end(),
        lines.join("\n")
    )
}

fn styled_heading(text: &str) -> String {
    format!("\x1b[1m\x1b[4m{text}\x1b[0m ")
}

#[cfg(test)]
mod tests;
