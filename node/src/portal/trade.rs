//! The activities that a word means: *boulangerie*, *plombier*, *10.71C*.
//!
//! The nomenclature's own labels first say it, in officials' words; a short table adds those that
//! people use.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::naf::{self, Activity};
use crate::text::fold;

/// Everyday words, folded, each with the codes it means.
const EVERYDAY: &str = include_str!("../../data/trades.csv");

/// The most activities that a text is taken to mean.
const MOST: usize = 12;

/// The activities that a text means, the closest first; none where it names no trade.
#[must_use]
pub(crate) fn meant(text: &str) -> Vec<Activity> {
    let folded = fold(text);
    if folded.is_empty() {
        return Vec::new();
    }
    if let Some(activity) = naf::find(text) {
        return vec![activity];
    }
    let mut found: Vec<Activity> = Vec::new();
    for word in spellings(&folded) {
        let codes = everyday().get(word.as_str()).copied().unwrap_or_default();
        found.extend(codes.split('|').filter_map(naf::find));
    }
    found.extend(naf::search(&folded, MOST));
    let mut seen = Vec::new();
    found.retain(|activity| {
        let is_new = !seen.contains(&activity.code);
        seen.push(activity.code);
        is_new
    });
    found.truncate(MOST);
    found
}

/// The whole text, then its words, each in the singular too.
fn spellings(folded: &str) -> Vec<String> {
    let mut all = vec![folded.to_owned()];
    all.extend(folded.split(' ').map(str::to_owned));
    let singular = |word: &String| word.strip_suffix('s').map(str::to_owned);
    let singulars: Vec<String> = all.iter().filter_map(singular).collect();
    all.extend(singulars);
    all
}

fn everyday() -> &'static BTreeMap<&'static str, &'static str> {
    static TABLE: OnceLock<BTreeMap<&'static str, &'static str>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let lines = EVERYDAY.lines().skip(1);
        lines.filter_map(|line| line.split_once(';')).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<&'static str> {
        meant(text).iter().map(|activity| activity.code).collect()
    }

    #[test]
    fn every_code_of_the_table_exists_and_every_word_is_folded() {
        for (word, codes) in everyday() {
            assert_eq!(fold(word), *word);
            for code in codes.split('|') {
                assert!(naf::find(code).is_some(), "{word}: {code}");
            }
        }
    }

    #[test]
    fn people_find_the_activity_in_their_own_words() {
        assert_eq!(codes("boulangerie")[0], "10.71C");
        assert_eq!(codes("Boulangers")[0], "10.71C");
        assert_eq!(codes("10.71C"), ["10.71C"]);
        assert!(codes("plombier à Ambert").contains(&"43.22A"));
        assert!(codes("réparation automobile").contains(&"45.20A"));
        assert!(codes("maraîchage").contains(&"01.13Z"));
        assert!(codes("").is_empty());
        assert!(codes("xyzzy").is_empty());
    }
}
