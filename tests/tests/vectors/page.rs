//! The vectors as docs/protocol.md has them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Once;

use data_encoding::HEXLOWER;

use crate::table::vectors;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol.md")
}

/// The blocks of the page: language, id, content.
fn blocks(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((language, id)) = line.strip_prefix("```").and_then(|it| it.split_once(' '))
        else {
            continue;
        };
        let content: String = lines
            .by_ref()
            .take_while(|line| !line.starts_with("```"))
            .collect();
        found.push((language.to_owned(), id.to_owned(), content));
    }
    found
}

/// The vectors as the page has them, rewritten before if that is asked for.
pub(crate) fn documented() -> BTreeMap<String, Vec<u8>> {
    static UPDATED: Once = Once::new();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        UPDATED.call_once(update);
    }
    let text = fs::read_to_string(page()).unwrap();
    blocks(&text)
        .into_iter()
        .map(|(language, id, content)| {
            let bytes = match language.as_str() {
                "hex" => HEXLOWER.decode(content.as_bytes()).unwrap_or_default(),
                _ => content.into_bytes(),
            };
            (id, bytes)
        })
        .collect()
}

/// Rewrites every block with what the code says.
fn update() {
    let text = fs::read_to_string(page()).unwrap();
    let vectors = vectors();
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some((language, id)) = line.strip_prefix("```").and_then(|it| it.split_once(' '))
        else {
            continue;
        };
        for _ in lines.by_ref().take_while(|line| !line.starts_with("```")) {}
        let bytes = vectors.get(id).unwrap_or_else(|| panic!("no vector {id}"));
        let content = match language {
            "hex" => HEXLOWER.encode(bytes),
            _ => String::from_utf8(bytes.clone()).unwrap(),
        };
        for piece in content.as_bytes().chunks(96) {
            out.push_str(std::str::from_utf8(piece).unwrap());
            out.push('\n');
        }
        out.push_str("```\n");
    }
    fs::write(page(), out).unwrap();
}
