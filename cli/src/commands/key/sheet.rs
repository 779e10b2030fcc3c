//! `key sheet`: a recovery key on a sheet to print, as a page for a browser or as plain text.

use std::cell::RefCell;
use std::path::Path;

use anyhow::Result;
use capactif_node::api::{ApiError, ExitKind};
use capactif_node::home::atomic::{self, Access};
use capactif_node::node::Sheet;
use capactif_node::paris;
use clap::{Arg, ArgMatches, Command};
use fluent_bundle::FluentArgs;
use serde_json::json;
use zeroize::Zeroizing;

use crate::commands::{Entry, required};
use crate::messages::Messages;
use crate::session::Session;

pub(crate) const ENTRY: Entry = Entry {
    path: &["key", "sheet"],
    arguments,
    run,
};

/// Groups on one line of the sheet.
const GROUPS_A_LINE: usize = 4;

fn arguments(command: Command) -> Command {
    super::with_root(command).arg(Arg::new("file").required(true))
}

fn run(session: &mut Session<'_>, matches: &ArgMatches) -> Result<()> {
    let file = required(matches, "file");
    let messages = crate::messages::of(session.language());
    let today = session
        .language()
        .date(&paris::clock(jiff::Timestamp::now()).date().to_string());
    let made = super::at_desk_with(&RefCell::new(session), matches, |desk| {
        desk.sheet(&mut |sheet| write(&messages, &today, sheet, file))
    })?;
    if session.options.json {
        return Ok(session.json(&json!({ "path": file, "recovery": made.public.to_string() }))?);
    }
    let mut args = FluentArgs::new();
    args.set("file", file);
    args.set("key", made.public.short());
    let said = session.format("key-sheet-written", &args);
    session.say(&said)?;
    let next = session.text("key-sheet-next");
    Ok(session.tell(&next)?)
}

/// Writes the sheet for its owner alone, never over another file.
fn write(messages: &Messages, today: &str, sheet: &Sheet, file: &str) -> Result<(), ApiError> {
    let path = Path::new(file);
    if path.exists() {
        let text = format!("{file} is there already");
        return Err(ApiError::new("file_exists", ExitKind::Usage, text).with("path", file));
    }
    let is_page = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("html") || it.eq_ignore_ascii_case("htm"));
    let lines = blocks(messages, today, sheet);
    let text = if is_page {
        page(messages, &lines)
    } else {
        plain(&lines)
    };
    atomic::write(path, text.as_bytes(), Access::Owner).map_err(|error| {
        let text = format!("{file}: {error}");
        ApiError::new("file_unwritable", ExitKind::Failed, text)
            .with("path", file)
            .with("reason", error)
    })
}

/// A piece of the sheet.
enum Block {
    Title(String),
    Paragraph(String),
    Code(Zeroizing<String>),
}

fn blocks(messages: &Messages, today: &str, sheet: &Sheet) -> Vec<Block> {
    let mut args = FluentArgs::new();
    args.set("structure", sheet.structure_name.as_str());
    args.set("network", sheet.network_name.as_str());
    args.set("structure_id", sheet.structure.as_str());
    args.set("network_id", sheet.network.as_str());
    args.set("key", sheet.public.short());
    args.set("date", today);
    let said = |key: &str| Block::Paragraph(messages.format(key, &args));
    vec![
        Block::Title(messages.format("sheet-title", &args)),
        said("sheet-what"),
        Block::Code(in_lines(&sheet.code)),
        said("sheet-reading"),
        said("sheet-when"),
        said("sheet-how"),
        said("sheet-keep"),
        said("sheet-identities"),
    ]
}

fn in_lines(code: &str) -> Zeroizing<String> {
    let groups: Vec<&str> = code.split(' ').collect();
    let lines: Vec<_> = groups
        .chunks(GROUPS_A_LINE)
        .map(|some| Zeroizing::new(some.join("  ")))
        .collect();
    let mut all = Zeroizing::new(String::with_capacity(code.len() * 2));
    for line in &lines {
        all.push_str(line);
        all.push('\n');
    }
    all
}

fn plain(blocks: &[Block]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(8192));
    for block in blocks {
        match block {
            Block::Title(title) => {
                text.push_str(title);
                text.push('\n');
                text.push_str(&"═".repeat(title.chars().count()));
                text.push('\n');
            }
            Block::Paragraph(paragraph) => {
                for line in paragraph.lines() {
                    text.push_str(&crate::table::wrapped(line, 78));
                    text.push('\n');
                }
            }
            Block::Code(code) => {
                for line in code.lines() {
                    text.push_str("        ");
                    text.push_str(line);
                    text.push('\n');
                }
            }
        }
        text.push('\n');
    }
    text
}

/// A page without anything from elsewhere: it is opened, printed, and deleted.
fn page(messages: &Messages, blocks: &[Block]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(16 * 1024));
    text.push_str("<!doctype html>\n<html lang=\"");
    text.push_str(messages.language().code());
    text.push_str(
        "\">\n<head>\n<meta charset=\"utf-8\">\n<style>\nbody { font: 12pt/1.5 serif; max-width: 42em; \
         margin: 2em auto; }\npre { font: bold 17pt/1.8 monospace; border: 1pt solid; \
         padding: 1em; text-align: center; }\np { white-space: pre-line; overflow-wrap: anywhere; }\n\
         </style>\n",
    );
    for block in blocks {
        match block {
            Block::Title(title) => {
                let title = escaped(title);
                text.push_str(&format!(
                    "<title>{title}</title>\n</head>\n<body>\n<h1>{title}</h1>\n"
                ));
            }
            Block::Paragraph(paragraph) => {
                text.push_str(&format!("<p>{}</p>\n", escaped(paragraph)));
            }
            Block::Code(code) => {
                text.push_str("<pre>");
                text.push_str(code.trim_end());
                text.push_str("</pre>\n");
            }
        }
    }
    text.push_str("</body>\n</html>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use capactif_node::home::keys::SecretSeed;

    use crate::language::Language;

    use super::*;

    fn sheet() -> Sheet {
        let groups = ["ABCD", "EFGH", "IJKL", "MNOP"].repeat(4);
        Sheet {
            code: Zeroizing::new(groups.join(" ")),
            public: SecretSeed::from_bytes([1; 32]).root_key(),
            network: "11".repeat(32),
            network_name: "Cap <Actif>".to_owned(),
            structure: "22".repeat(32),
            structure_name: "CCI & fils".to_owned(),
        }
    }

    #[test]
    fn the_sheet_holds_the_whole_key_in_four_lines_and_says_what_to_do() {
        for language in Language::ALL {
            let messages = crate::messages::of(language);
            let text = plain(&blocks(&messages, "23/11/2026", &sheet()));
            let line = "        ABCD  EFGH  IJKL  MNOP\n";
            assert_eq!(text.matches(line).count(), 4, "{}", *text);
            for said in [
                "capactif key recover",
                "CCI & fils",
                "23/11/2026",
                &"11".repeat(32),
            ] {
                assert!(text.contains(said), "{said} in {}", *text);
            }
        }
    }

    #[test]
    fn the_page_takes_nothing_from_elsewhere_and_escapes_names() {
        let messages = crate::messages::of(Language::French);
        let text = page(&messages, &blocks(&messages, "23/11/2026", &sheet()));
        assert!(text.contains("CCI &amp; fils") && text.contains("Cap &lt;Actif&gt;"));
        assert!(!text.contains("http") && !text.contains("<script"));
        assert!(text.contains("<pre>ABCD  EFGH  IJKL  MNOP\n"));
    }

    #[cfg(unix)]
    #[test]
    fn a_sheet_is_its_owners_alone_and_written_over_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fiche.txt");
        let messages = crate::messages::of(Language::French);
        let file = path.display().to_string();
        write(&messages, "", &sheet(), &file).unwrap();
        assert!(capactif_node::home::keys::is_private(&path).unwrap());
        let again = write(&messages, "", &sheet(), &file).unwrap_err();
        assert_eq!(again.code, "file_exists");
    }
}
