//! The pairs that were found last, kept in the home so that `todo` tells how many wait.
//!
//! Looking compares every record with its likes, a third of a second at 100,000: too long for what
//! is asked each morning. So `duplicates` and `review`, which look, leave here what they found of
//! this structure's records, and `todo` leaves out what was decided since. Persons are not kept:
//! that two of them are alike is looked at where that is noted.

use std::collections::HashSet;
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::PathBuf;

use sync_protocol::id::RecordId;

use super::{Found, Links, Pair, Suspected};
use crate::api::ApiError;
use crate::duplicates::COLLECTIONS;
use crate::home::atomic::{self, Access};
use crate::node::clock;
use crate::node::duplicates::links::Decision;
use crate::node::errors::of_file;
use crate::node::member::Member;
use crate::view::Visit;

/// The most pairs that are kept, the most alike first.
const KEPT: usize = 5_000;

/// What is read of the file, in bytes: more than all pairs take, whatever somebody put there.
const LARGEST: u64 = 1 << 20;

/// What was found and waits.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::node) struct Waiting {
    /// The day when it was looked for.
    pub(in crate::node) looked_on: String,
    /// The pairs that nobody decided, or that two decided otherwise; the most alike first.
    pub(in crate::node) pairs: Vec<Pair>,
}

impl Member {
    fn found_file(&self) -> PathBuf {
        self.home.file("duplicates.found")
    }

    /// Keeps what was found of this structure's records. That it cannot be kept stops nothing.
    pub(super) fn keep_found(&self, found: &Found) {
        let kept = self.of_own(found).and_then(|pairs| {
            let mut text = format!("{}\n", clock::today());
            for pair in pairs {
                text.push_str(&format!("{} {}\n", pair.0, pair.1));
            }
            let path = self.found_file();
            atomic::write(&path, text.as_bytes(), Access::Owner)
                .map_err(|error| of_file(&path, &error))
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "the duplicates found could not be kept");
        }
    }

    fn of_own(&self, found: &Found) -> Result<Vec<Pair>, ApiError> {
        let mut own: HashSet<RecordId> = HashSet::new();
        let compared = COLLECTIONS.iter().map(|(name, _)| *name);
        for collection in compared.filter(|name| *name != "holder") {
            for owner in self.mine().whose().owners {
                let owned = Visit {
                    owner: Some(*owner),
                    ..Visit::default()
                };
                self.reader.visit(collection, &owned, |seen| {
                    own.insert(seen.id()?);
                    Ok(())
                })?;
            }
        }
        let is_own = |it: &&Suspected| own.contains(&it.pair.0) || own.contains(&it.pair.1);
        let pairs = found.pairs.iter().filter(|it| it.collection != "holder");
        Ok(pairs.filter(is_own).take(KEPT).map(|it| it.pair).collect())
    }

    /// What was found last and nobody decided since; nothing where nobody looked yet. A line that is
    /// not a pair is passed over, and a file that is not text is as none: looking again writes it anew.
    pub(in crate::node) fn duplicates_waiting(&self) -> Result<Waiting, ApiError> {
        let path = self.found_file();
        let mut text = String::new();
        let read = File::open(&path).and_then(|file| file.take(LARGEST).read_to_string(&mut text));
        match read {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::InvalidData) => {
                return Ok(Waiting::default());
            }
            Err(error) => return Err(of_file(&path, &error)),
        }
        let mut lines = text.lines();
        let looked_on = lines.next().unwrap_or_default().to_owned();
        let pair = |line: &str| {
            let (a, b) = line.split_once(' ')?;
            Some(Pair::of(a.parse().ok()?, b.parse().ok()?))
        };
        let mut pairs: Vec<Pair> = lines.filter_map(pair).take(KEPT).collect();
        if !pairs.is_empty() {
            let links: Links = self.links()?;
            let is_open = |decision: Decision| decision == Decision::Disputed;
            pairs.retain(|pair| links.decision(pair).is_none_or(is_open));
        }
        Ok(Waiting { looked_on, pairs })
    }
}
