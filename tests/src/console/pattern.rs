//! What a guide shows, held against what is seen.
//!
//! `...` alone on a line stands for any number of lines, `[..]` for anything within a line. A word
//! of eight or more hexadecimal digits, at least one of them a letter, is an id: it stands for
//! whatever id is seen there first, and for that one from then on. Any day, duration or size stands
//! for any other.

use std::collections::BTreeMap;

use super::plain::plain;

/// Which real id each id of the guide stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ids(BTreeMap<String, String>);

impl Ids {
    /// `text` with the guide's ids replaced by the real ones.
    pub fn real(&self, text: &str) -> String {
        let mut real = text.to_owned();
        for (shown, id) in &self.0 {
            real = real.replace(shown, id);
        }
        real
    }

    /// Compares what the guide shows with what was seen; returns the ids known from then on.
    ///
    /// # Errors
    /// Both texts, if they differ.
    pub fn matches(&self, expected: &[String], seen: &str) -> Result<Self, String> {
        let shown: Vec<String> = expected.iter().map(|line| plain(line)).collect();
        let lines: Vec<String> = seen.lines().map(plain).collect();
        self.lines(&shown, &lines).ok_or_else(|| {
            let expected = expected.join("\n");
            format!("the guide shows:\n{expected}\n\nbut it prints:\n{seen}")
        })
    }

    fn lines(&self, expected: &[String], seen: &[String]) -> Option<Self> {
        match expected.split_first() {
            None => seen
                .iter()
                .all(|line| line.is_empty())
                .then(|| self.clone()),
            Some((first, rest)) if first == "..." => {
                (0..=seen.len()).find_map(|skipped| self.lines(rest, &seen[skipped..]))
            }
            Some((first, rest)) => {
                let (line, others) = seen.split_first()?;
                self.line(first, line)
                    .and_then(|ids| ids.lines(rest, others))
            }
        }
    }

    fn line(&self, expected: &str, seen: &str) -> Option<Self> {
        if expected.is_empty() {
            return seen.is_empty().then(|| self.clone());
        }
        if let Some(rest) = expected.strip_prefix("[..]") {
            return seen
                .char_indices()
                .map(|(start, _)| start)
                .chain([seen.len()])
                .find_map(|start| self.line(rest, &seen[start..]));
        }
        let id = leading_id(expected);
        // A real id may happen to have no letter; one shown in a guide is chosen.
        if id.bytes().any(|byte| byte.is_ascii_lowercase()) {
            let real = leading_id(seen);
            let known = self.0.get(id).map_or(real, String::as_str);
            if real.is_empty() || real != known {
                return None;
            }
            let mut ids = self.clone();
            ids.0.insert(id.to_owned(), real.to_owned());
            return ids.line(&expected[id.len()..], &seen[real.len()..]);
        }
        // By whole words, so that an id is looked for only where one begins.
        let other = expected.chars().next().map_or(0, char::len_utf8);
        let word = &expected[..leading_word(expected).len().max(other)];
        self.line(&expected[word.len()..], seen.strip_prefix(word)?)
    }
}

/// The hexadecimal word of an id's length that `text` begins with, or nothing.
fn leading_id(text: &str) -> &str {
    let word = leading_word(text);
    let is_id = word.len() >= 8
        && word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_id { word } else { "" }
}

fn leading_word(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric());
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(expected: &str, seen: &str) -> Option<Ids> {
        let expected: Vec<String> = expected.lines().map(str::to_owned).collect();
        Ids::default().matches(&expected, seen).ok()
    }

    #[test]
    fn wildcards_stand_for_lines_and_for_parts_of_them() {
        assert!(matched("a\n...\nz", "a\nb\nc\nz\n").is_some());
        assert!(matched("a\n...", "a\n").is_some());
        assert!(matched("took 1 s, [..] 3 rows", "took 0.25 s, for 3 rows\n").is_some());
        assert!(matched("took 1 s, [..] 3 rows", "took 0.25 s, for 4 rows\n").is_none());
        assert!(matched("a", "a\nb\n").is_none());
        assert!(matched("élan, [..]", "élan, é").is_some());
    }

    #[test]
    fn an_id_is_learnt_where_it_is_first_seen() {
        let ids = matched(
            "Added 3f9a12c4.\nshow 3f9a12c4",
            "Added 00aa11bb.\nshow 00aa11bb",
        )
        .unwrap();
        assert_eq!(ids.real("show 3f9a12c4"), "show 00aa11bb");
        assert!(
            matched(
                "Added 3f9a12c4.\nshow 3f9a12c4",
                "Added 00aa11bb.\nshow 11aa11bb"
            )
            .is_none()
        );
        assert!(matched("on 20261123", "on 20261124").is_none());
        assert!(matched("Added 3f9a12c4", "Added nothing").is_none());
    }
}
