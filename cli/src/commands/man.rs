//! `man`: the manual, one page a command.

use std::path::Path;

use anyhow::{Context, Result};
use clap::{Arg, ArgMatches, Command};
use clap_mangen::Man;
use fluent_bundle::FluentArgs;

use super::{Entry, optional};
use crate::session::Session;
use crate::surface;

pub(crate) const ENTRY: Entry = Entry {
    path: &["man"],
    arguments,
    run,
};

fn arguments(command: Command) -> Command {
    command.arg(Arg::new("output").long("output"))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let mut command = surface::command(&session.messages);
    let Some(directory) = optional(matches, "output") else {
        let mut page = Vec::new();
        Man::new(command).render(&mut page)?;
        return Ok(session.out.write_all(&page)?);
    };
    command.build();
    std::fs::create_dir_all(directory).with_context(|| directory.to_owned())?;
    let count = write_pages(&command, "capactif", Path::new(directory))?;
    let mut args = FluentArgs::new();
    args.set("count", count);
    args.set("path", directory);
    let text = session.format("man-written", &args);
    Ok(session.tell(&text)?)
}

fn write_pages(command: &Command, name: &str, directory: &Path) -> Result<usize> {
    let mut page = Vec::new();
    let title = name.to_uppercase();
    Man::new(command.clone().name(name.to_owned()))
        .title(title)
        .render(&mut page)?;
    std::fs::write(directory.join(format!("{name}.1")), page)?;
    let mut count = 1;
    for inner in command.get_subcommands() {
        count += write_pages(inner, &format!("{name}-{}", inner.get_name()), directory)?;
    }
    Ok(count)
}
