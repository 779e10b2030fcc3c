//! What newly arrived for this structure, or came due: for the desktop of whoever runs the node.
//!
//! A screen in a village hall is read by everybody, so nothing here says more than how many of which
//! kind. What was told is remembered in the home, as matches are ([`super::matching`]): a restart
//! tells nothing twice, and nothing is written for others. From the first look on, that is: what
//! stood before is no news.
//!
//! News are a difference of two sets, what stands now and what stood when somebody was last told.
//! So they collect by themselves however long nobody looks, and what was settled meanwhile is none.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::ApiError;
use crate::home::atomic::{self, Access};
use crate::paris;
use crate::registry::freshness::LONG_INTERVAL_DAYS;
use crate::registry::referral::Status;
use crate::view::Moment;

use super::errors::{of_file, read, text_if_there};
use super::matching::Looked;
use super::member::{Member, lock};
use super::todo::late_from;
use super::{Outcome, clock};

mod key;

use key::{Key, Kind};

/// How the line of a file begins that says up to where it was looked.
const MARK: &str = "mark ";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// What the last look gave as `mark`, if what it found was told.
    #[serde(default)]
    mark: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    keys: Vec<String>,
    mark: String,
}

/// Up to where it was looked: in the read model, and on the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    looked: Moment,
    day: String,
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        let (looked, day) = text.split_once(' ')?;
        Some(Self {
            looked: looked.parse().ok()?,
            day: day.to_owned(),
        })
    }

    fn text(&self) -> String {
        format!("{} {}", self.looked, self.day)
    }
}

/// What somebody was told at this node.
#[derive(Debug)]
struct Memory {
    mark: Mark,
    keys: BTreeSet<Key>,
}

impl Memory {
    /// A line that is no key is passed over: at worst something is told twice.
    fn read(text: &str) -> Option<Self> {
        let mark = text.lines().find_map(|line| line.strip_prefix(MARK))?;
        Some(Self {
            mark: Mark::read(mark)?,
            keys: text.lines().filter_map(|line| line.parse().ok()).collect(),
        })
    }

    fn text(&self) -> String {
        let mut text = format!("{MARK}{}\n", self.mark.text());
        for key in &self.keys {
            text.push_str(&format!("{key}\n"));
        }
        text
    }

    /// After a telling: what was told is known, and what no longer stands is forgotten, so that it
    /// is news when it comes again.
    fn told(&mut self, keys: BTreeSet<Key>, mark: Mark, stands: impl Fn(&Key) -> bool) {
        self.keys.extend(keys);
        self.keys.retain(stands);
        self.mark = mark;
    }
}

/// How many of each kind, in the order of the kinds.
fn counted<'k>(keys: impl Iterator<Item = &'k Key>) -> Vec<Value> {
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for key in keys {
        *counts.entry(key.kind).or_default() += 1;
    }
    let shown = |(kind, count): (Kind, u64)| json!({ "code": kind.code(), "count": count });
    counts.into_iter().map(shown).collect()
}

impl Member {
    /// `arrivals.new`: how much of what is new; it stays new until `arrivals.told` says that
    /// somebody was told. What this very node wrote is among the keys and not counted.
    pub(super) fn new_arrivals(&self, input: Value) -> Outcome {
        let Asked { mark } = if input.is_null() {
            Asked::default()
        } else {
            read(input)?
        };
        let today = clock::today();
        let now = Mark {
            looked: self.reader.moment()?,
            day: today.to_string(),
        };
        let nothing = |mark: &Mark| json!({ "counts": [], "keys": [], "mark": mark.text() });
        if mark.is_some_and(|mark| mark == now.text()) {
            return Ok(nothing(&now));
        }
        let _one_at_a_time = lock(&self.announcing);
        let Some(memory) = self.told_arrivals()? else {
            let keys = self.what_stands(today)?;
            self.keep_arrivals(&Memory {
                mark: now.clone(),
                keys,
            })?;
            return Ok(nothing(&now));
        };
        let mut counted_keys = BTreeSet::new();
        let mut silent = BTreeSet::new();
        for key in self.what_stands(today)?.difference(&memory.keys) {
            let heard = !self.is_own_doing(key, today)?;
            let keys = if heard {
                &mut counted_keys
            } else {
                &mut silent
            };
            keys.insert(key.clone());
        }
        // A read model that was built again says of every record that it was written just now.
        let mut looked = now.looked.clone();
        if now.looked.is_of_the_same(&memory.mark.looked) {
            let told = Looked::with(
                memory.keys.iter().filter_map(Key::pair),
                &memory.mark.looked,
            );
            let matches = self.matches_beyond(&told)?;
            looked = matches.looked;
            for (pair, found) in matches.new {
                let keys = if found.own {
                    &mut silent
                } else {
                    &mut counted_keys
                };
                keys.insert(Key::of_match(pair));
            }
        }
        let mark = Mark { looked, ..now };
        let keys: Vec<String> = counted_keys
            .union(&silent)
            .map(ToString::to_string)
            .collect();
        Ok(json!({
            "counts": counted(counted_keys.iter()),
            "keys": keys,
            "mark": mark.text(),
        }))
    }

    /// `arrivals.told`: somebody was told of these, and they are not new any more.
    pub(super) fn tell_arrivals(&self, input: Value) -> Outcome {
        let Told { keys, mark } = read(input)?;
        let keys: BTreeSet<Key> = keys.iter().filter_map(|key| key.parse().ok()).collect();
        let told = keys.len();
        let _one_at_a_time = lock(&self.announcing);
        let (Some(mark), Some(mut memory)) = (Mark::read(&mark), self.told_arrivals()?) else {
            return Ok(json!({ "told": 0 }));
        };
        let standing = self.what_stands(clock::today())?;
        let mut gone = BTreeSet::new();
        for key in memory.keys.iter().chain(&keys) {
            if let Some((project, opportunity)) = key.pair()
                && !(self.stands(&project)? && self.stands(&opportunity)?)
            {
                gone.insert(key.clone());
            }
        }
        memory.told(keys, mark, |key| match key.kind {
            Kind::Matches => !gone.contains(key),
            _ => standing.contains(key),
        });
        self.keep_arrivals(&memory)?;
        Ok(json!({ "told": told }))
    }

    /// Everything that waits for this structure or concerns it now, but for matches.
    fn what_stands(&self, today: Date) -> Result<BTreeSet<Key>, ApiError> {
        let mine = self.mine();
        let whose = mine.whose();
        let long_ago = today.checked_sub(Span::new().days(LONG_INTERVAL_DAYS));
        let long_ago = long_ago.unwrap_or(Date::MIN);
        let (reader, all) = (&self.reader, usize::MAX);
        let answered = Status::ALL.into_iter().filter(|it| it.is_answered());
        let answered: Vec<&str> = answered.map(Status::code).collect();
        let mut standing = BTreeSet::new();
        for (kind, work) in [
            (
                Kind::Answers,
                reader.referrals_of(&whose, true, &["received", "sent"], all)?,
            ),
            (
                Kind::Information,
                reader.referrals_of(&whose, false, &["more_info"], all)?,
            ),
            (
                Kind::Answered,
                reader.referrals_of(&whose, false, &answered, all)?,
            ),
            (
                Kind::Awaited,
                reader.referrals_unanswered(&whose, &late_from(today), all)?,
            ),
            (
                Kind::Verify,
                reader.opportunities_to_verify(&whose, today, all)?,
            ),
            (
                Kind::Services,
                reader.services_to_verify(&whose, long_ago, all)?,
            ),
            (Kind::Durability, reader.durability_due(&whose, today, all)?),
            (Kind::Decisions, reader.decisions_due(&whose, today, all)?),
        ] {
            standing.extend(work.first.into_iter().map(|id| Key::new(kind, id)));
        }
        for item in self.portal_waiting(&mine, today, all)?.items {
            let id = item["id"].as_str().and_then(|id| id.parse().ok());
            standing.extend(id.map(|id| Key::new(Kind::Portal, id)));
        }
        Ok(standing)
    }

    /// Whether this node itself made it so: it answered for its structure, or wrote today what is
    /// due today. That a referral arrived it notes by itself, which makes the arrival no less news;
    /// and what came through a portal came from a visitor.
    fn is_own_doing(&self, key: &Key, today: Date) -> Result<bool, ApiError> {
        if matches!(key.kind, Kind::Answers | Kind::Portal) {
            return Ok(false);
        }
        let Some(record) = self.reader.get(&key.record)? else {
            return Ok(true);
        };
        if record.changed.node != self.me {
            return Ok(false);
        }
        Ok(!key.kind.comes_with_time() || paris::day(record.changed.time) == today)
    }

    fn arrivals_file(&self) -> PathBuf {
        self.home.file("arrivals.told")
    }

    /// What somebody was told; nothing before the first look.
    fn told_arrivals(&self) -> Result<Option<Memory>, ApiError> {
        let path = self.arrivals_file();
        Ok(text_if_there(&path)?.and_then(|text| Memory::read(&text)))
    }

    fn keep_arrivals(&self, memory: &Memory) -> Result<(), ApiError> {
        let path = self.arrivals_file();
        atomic::write(&path, memory.text().as_bytes(), Access::Owner)
            .map_err(|error| of_file(&path, &error))
    }
}

#[cfg(test)]
mod tests {
    use sync_protocol::id::RecordId;

    use super::*;

    fn key(kind: Kind, byte: u8) -> Key {
        Key::new(kind, RecordId([byte; 32]))
    }

    fn mark(text: &str) -> Mark {
        Mark::read(text).unwrap()
    }

    fn memory() -> Memory {
        Memory {
            mark: mark("0a.7 2026-11-23"),
            keys: BTreeSet::from([
                key(Kind::Answers, 1),
                key(Kind::Decisions, 2),
                Key::of_match((RecordId([3; 32]), RecordId([4; 32]))),
            ]),
        }
    }

    #[test]
    fn what_was_told_is_remembered_line_by_line() {
        let text = memory().text();
        let again = Memory::read(&text).unwrap();
        assert_eq!((&again.mark, &again.keys), (&memory().mark, &memory().keys));
        let damaged = text.replace("decisions ", "decisions of ");
        assert_eq!(Memory::read(&damaged).unwrap().keys.len(), 2);
        assert!(Memory::read("answers 01").is_none(), "no mark, no look");
    }

    #[test]
    fn what_is_settled_and_comes_again_is_news_again() {
        let mut memory = memory();
        let new = BTreeSet::from([key(Kind::Answers, 9)]);
        let later = mark("0a.8 2026-11-24");
        memory.told(new, later.clone(), |key| key.kind != Kind::Decisions);
        assert_eq!(memory.mark, later);
        assert!(memory.keys.contains(&key(Kind::Answers, 9)));
        assert!(memory.keys.contains(&key(Kind::Answers, 1)));
        assert!(!memory.keys.contains(&key(Kind::Decisions, 2)));
    }

    #[test]
    fn a_count_says_nothing_but_kind_and_number() {
        let keys = [
            key(Kind::Decisions, 1),
            key(Kind::Answers, 2),
            key(Kind::Answers, 3),
        ];
        let counts = json!(counted(keys.iter()));
        let expected = json!([
            {"code": "answers", "count": 2},
            {"code": "decisions", "count": 1},
        ]);
        assert_eq!(counts, expected);
    }
}
