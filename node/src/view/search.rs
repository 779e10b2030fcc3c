//! Full text over all collections: ranked, titles first, forgiving of accents and word forms.

use rusqlite::params;
use sync_protocol::id::RecordId;

use super::analysis::{Analyzer, SearchText, fold, words};
use super::error::ViewError;
use super::read::Reader;
use super::record::{Record, State};
use super::schema::Shape;
use crate::registry::{Collection, Field, FieldKind, Fields, Value, Visibility};

/// The most words of a search that count.
const MAX_WORDS: usize = 16;

/// With more matches than this the words tell little, and weighing them by how rare they are would
/// read every place where they stand (84 ms at 100,000 records, on a busy machine).
const MOST_RANKED: usize = 4_096;

/// How many characters a snippet has.
const SNIPPET_CHARACTERS: usize = 160;

/// How much more a word in a title weighs than one elsewhere.
const TITLE_WEIGHT: f64 = 8.0;

/// A record that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The record.
    pub record: Record,
    /// What names it to people.
    pub title: String,
    /// The part of its text where the words stand.
    pub snippet: String,
    /// How well it fits: greater is better, comparable within one search only.
    pub score: f64,
}

impl Reader {
    /// The records that best fit `text`, best first.
    ///
    /// All words must be found; the last one may be the beginning of a word. When no record has all
    /// of them, those with some are given. When very many have them, those with the words in their
    /// title come first, then those that came to this node last.
    ///
    /// # Errors
    /// No word in `text`, or the read model cannot be read.
    pub fn search(&self, text: &str, limit: usize) -> Result<Vec<Hit>, ViewError> {
        let mut analyzer = Analyzer::default();
        let mut terms = terms(&mut analyzer, text);
        if terms.is_empty() {
            return Err(ViewError::EmptySearch);
        }
        terms.truncate(MAX_WORDS);
        let mut found = self.matching(&terms.join(" AND "), limit, MOST_RANKED)?;
        if found.is_empty() && terms.len() > 1 {
            found = self.matching(&terms.join(" OR "), limit, MOST_RANKED)?;
        }
        let mut hits = Vec::with_capacity(found.len());
        for (id, score) in found {
            // A record removed or replaced between the two readings is simply not a hit.
            let Some(record) = self.get(&id)? else {
                continue;
            };
            let title = self.title(&record);
            let snippet = snippet(&mut analyzer, self.shape(), &record, text);
            hits.push(Hit {
                record,
                title,
                snippet,
                score,
            });
        }
        Ok(hits)
    }

    fn matching(
        &self,
        expression: &str,
        limit: usize,
        most_ranked: usize,
    ) -> Result<Vec<(RecordId, f64)>, ViewError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.with(|connection| {
            let found = |sql: &str, expression: &str| -> Result<Vec<_>, ViewError> {
                let mut select = connection.prepare_cached(sql)?;
                let rows = select.query_map(params![expression, TITLE_WEIGHT, limit], |row| {
                    Ok((RecordId(row.get(0)?), row.get(1)?))
                })?;
                Ok(rows.collect::<Result<_, _>>()?)
            };
            let more_than = i64::try_from(most_ranked).unwrap_or(i64::MAX);
            let is_common: bool = connection
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM search_text WHERE search_text MATCH ?1 \
                     LIMIT 1 OFFSET ?2)",
                )?
                .query_row(params![expression, more_than], |row| row.get(0))?;
            if !is_common {
                return found(RANKED, expression);
            }
            let mut hits = found(IN_TITLE, &format!("title : ({expression})"))?;
            for hit in found(ANYWHERE, expression)? {
                if hits.len() as i64 >= limit {
                    break;
                }
                if !hits.iter().any(|(id, _)| *id == hit.0) {
                    hits.push(hit);
                }
            }
            Ok(hits)
        })
    }
}

/// The best of all that fit.
const RANKED: &str = "SELECT r.id, f.score FROM (SELECT rowid, -bm25(search_text, ?2, 1.0) AS score \
     FROM search_text WHERE search_text MATCH ?1 ORDER BY score DESC LIMIT ?3) f \
     JOIN record r ON r.number = f.rowid ORDER BY f.score DESC, r.id";

/// Those that came last, with a score above any that is found elsewhere.
const IN_TITLE: &str = "SELECT r.id, ?2 FROM (SELECT rowid FROM search_text \
     WHERE search_text MATCH ?1 ORDER BY rowid DESC LIMIT ?3) f \
     JOIN record r ON r.number = f.rowid ORDER BY f.rowid DESC";

/// Those that came last.
const ANYWHERE: &str = "SELECT r.id, ?2 * 0.0 + 1.0 FROM (SELECT rowid FROM search_text \
     WHERE search_text MATCH ?1 ORDER BY rowid DESC LIMIT ?3) f \
     JOIN record r ON r.number = f.rowid ORDER BY f.rowid DESC";

/// The terms of a search in FTS5's language.
fn terms(analyzer: &mut Analyzer, text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut stems = String::new();
    analyzer.append(text, &mut stems);
    let mut terms: Vec<String> = stems
        .split(' ')
        .filter(|stem| !stem.is_empty())
        .map(|stem| format!("\"{stem}\""))
        .collect();
    let unfinished = folded.ends_with(char::is_alphanumeric);
    if let (Some(last), Some(word), true) = (terms.last_mut(), words(&folded).last(), unfinished)
        && word.chars().count() >= 3
    {
        *last = format!("({last} OR \"{word}\"*)");
    }
    terms
}

/// The text of a record that searches see.
pub(crate) fn search_text(analyzer: &mut Analyzer, shape: &Shape, state: &State) -> SearchText {
    let mut text = SearchText::default();
    if state.removed {
        return text;
    }
    let Some(table) = shape.table(&state.collection) else {
        return text;
    };
    for (field, value) in searched(table.collection, &state.fields) {
        let into = if field.name == table.collection.title {
            &mut text.title
        } else {
            &mut text.body
        };
        match value {
            Value::Text(code) if field.kind == FieldKind::Commune => {
                analyzer.append(code, into);
                if let Some(commune) = shape.commune(code) {
                    analyzer.append(&commune.name, into);
                }
            }
            Value::Text(value) => analyzer.append(value, into),
            Value::Set(items) => {
                for item in items {
                    analyzer.append(item, into);
                }
            }
            Value::Integer(_) | Value::Decimal(_) | Value::Flag(_) => {}
        }
    }
    text
}

/// The fields of a record that searches see, in the order of their declaration.
fn searched<'a>(
    collection: &'static Collection,
    fields: &'a Fields,
) -> impl Iterator<Item = (&'static Field, &'a Value)> {
    let readable = |field: &&'static Field| {
        let text = matches!(
            field.kind,
            FieldKind::Text(_)
                | FieldKind::Prose(_)
                | FieldKind::TextList
                | FieldKind::Commune
                | FieldKind::Siret
                | FieldKind::Email
        );
        text && field.visibility != Visibility::Sealed
    };
    let open = collection.fields.iter().filter(readable);
    open.filter_map(|field| Some((field, fields.get(field.name)?)))
}

/// The part of a record's text where most of the searched words stand.
fn snippet(analyzer: &mut Analyzer, shape: &Shape, record: &Record, asked: &str) -> String {
    let mut stems = String::new();
    analyzer.append(asked, &mut stems);
    let stems: Vec<&str> = stems.split(' ').collect();
    let Some(table) = shape.table(&record.collection) else {
        return String::new();
    };
    let mut best: Option<(usize, String)> = None;
    for (field, value) in searched(table.collection, &record.fields) {
        let Value::Text(text) = value else { continue };
        if field.name == table.collection.title || field.kind == FieldKind::Commune {
            continue;
        }
        let (count, part) = best_window(analyzer, text, &stems);
        if best.as_ref().is_none_or(|(most, _)| count > *most) {
            best = Some((count, part));
        }
    }
    best.map(|(_, part)| part).unwrap_or_default()
}

/// The window of `text` with most of the stems, and how many it has.
fn best_window(analyzer: &mut Analyzer, text: &str, stems: &[&str]) -> (usize, String) {
    let mut found = Vec::new();
    let mut place = 0;
    for word in text.split_inclusive(|character: char| !character.is_alphanumeric()) {
        let folded = fold(word);
        if words(&folded).any(|word| stems.contains(&&*analyzer.stem(word))) {
            found.push(place);
        }
        place += word.chars().count();
    }
    let length = place;
    let (mut start, mut most) = (0, 0);
    for first in &found {
        let within = found
            .iter()
            .filter(|other| (*first..first + SNIPPET_CHARACTERS).contains(other));
        let count = within.count();
        if count > most {
            (start, most) = (first.saturating_sub(24), count);
        }
    }
    if length <= SNIPPET_CHARACTERS {
        start = 0;
    }
    let mut part: String = text.chars().skip(start).take(SNIPPET_CHARACTERS).collect();
    if start > 0
        && let Some(space) = part.find(' ')
    {
        part = format!("…{}", part.get(space..).unwrap_or_default().trim_start());
    }
    if start + SNIPPET_CHARACTERS < length {
        if let Some(space) = part.rfind(' ') {
            part.truncate(space);
        }
        part.push('…');
    }
    (most, part.replace(['\n', '\r'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::testing::{TestNode, fields, text};

    #[test]
    fn too_many_matches_come_titles_first_and_then_the_newest() {
        let mut node = TestNode::new(1);
        let mut create = |salt, title, summary| {
            node.create(
                salt,
                fields([
                    ("kind", text("land")),
                    ("title", text(title)),
                    ("summary", text(summary)),
                    ("insee_code", text("63003")),
                ]),
            )
        };
        let titled = create(1, "Étang", "Calme");
        let [one, two, three] = [2, 3, 4].map(|salt| create(salt, "Terrain", "près de l'étang"));
        let reader = node.replica.reader();
        let found = |most_ranked, limit| -> Vec<RecordId> {
            let hits = reader.matching("\"etang\"", limit, most_ranked).unwrap();
            hits.into_iter().map(|(id, _)| id).collect()
        };
        assert_eq!(found(3, 9), [titled, three, two, one]);
        assert_eq!(found(3, 2), [titled, three]);
        assert_eq!(found(4, 9)[0], titled);
        assert_eq!(found(4, 9).len(), 4);
    }
}
