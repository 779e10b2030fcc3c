//! What all opportunities have in common: a summary of sentences, a state, dates, a place.

use capactif_node::territory::Commune;
use fastrand::Rng;

use super::calendar::{day, first_of_a_month, recent};
use super::places::{setting, street};
use super::row::Row;

/// Longest summary, in characters.
const MAX_SUMMARY: usize = 600;
/// Shortest one.
const MIN_SUMMARY: usize = 200;
/// The last sentence of every summary: nobody must take the sample for an offer.
const NOTICE: &str = "Annonce fictive (exemple).";

/// An opportunity under writing.
pub(super) struct Listing {
    pub(super) row: Row,
    place: &'static Commune,
    sentences: Vec<String>,
}

impl Listing {
    pub(super) fn new(rng: &mut Rng, kind: &'static str, place: &'static Commune) -> Self {
        let mut row = Row::default();
        row.set("kind", kind);
        row.set("insee_code", &place.code);
        // Half of the owners let the address be known to the network.
        if rng.bool() {
            row.set("address", street(rng, place));
            let shift = |rng: &mut Rng| (rng.f64() - 0.5) * 0.012;
            row.set(
                "latitude",
                format!("{:.5}", place.centroid.latitude + shift(rng)),
            );
            row.set(
                "longitude",
                format!("{:.5}", place.centroid.longitude + shift(rng)),
            );
        }
        let precision = match rng.u8(..10) {
            0 => "epci",
            1..4 if row.get("address").is_some() => "exact",
            _ => "commune",
        };
        row.set("location_precision", precision);
        Self {
            row,
            place,
            sentences: Vec::new(),
        }
    }

    /// Adds a sentence to the summary.
    pub(super) fn say(&mut self, sentence: impl Into<String>) {
        self.sentences.push(sentence.into());
    }

    /// Adds a sentence if the summary stays short.
    pub(super) fn say_if_room(&mut self, sentence: &str) {
        if self.summary().chars().count() + sentence.chars().count() < MAX_SUMMARY - 130 {
            self.say(sentence);
        }
    }

    /// Adds a sentence on the place.
    pub(super) fn say_setting(&mut self, rng: &mut Rng) {
        let sentence = setting(rng, self.place);
        if self.summary().chars().count() + sentence.chars().count() < MAX_SUMMARY {
            self.say(sentence);
        }
    }

    fn summary(&self) -> String {
        format!("{} {NOTICE}", self.sentences.join(" "))
    }

    /// Adds title, state and dates.
    ///
    /// # Panics
    /// If the summary came out too short or too long: the sentences are ours.
    pub(super) fn finish(mut self, rng: &mut Rng, title: &str, review_every_days: u32) -> Row {
        let title = match rng.u8(..4) {
            0 => title.to_owned(),
            1 => format!("{title} – {}", self.place.name),
            2 => format!("{title} à {}", self.place.name),
            _ => format!("{title}, {}", self.place.name),
        };
        // « à Le Puy » does not exist.
        let title = title.replace(" à Les ", " aux ").replace(" à Le ", " au ");
        let summary = self.summary();
        let length = summary.chars().count();
        assert!(
            (MIN_SUMMARY..=MAX_SUMMARY).contains(&length),
            "{length} characters: {summary}"
        );

        let status = match rng.u8(..40) {
            0..31 => "published",
            31..34 => "to_check",
            34..37 => "under_negotiation",
            37..39 => "filled",
            _ => "withdrawn",
        };
        let row = &mut self.row;
        row.set("status", status);
        row.set("title", title);
        row.set("summary", summary);
        // Nearly all still fresh, a few overdue: the to-do list has something to show.
        let verified = match status {
            "published" if rng.u8(..12) == 0 => day(-rng.i64(100..260)),
            "to_check" => day(-rng.i64(80..200)),
            "filled" | "withdrawn" => day(-rng.i64(20..300)),
            _ => recent(rng, i64::from(review_every_days) - 20),
        };
        row.set("last_verified_on", verified);
        row.set("review_every_days", review_every_days);
        if row.get("available_from").is_none() && rng.u8(..10) < 6 {
            row.set("available_from", first_of_a_month(rng, -30, 300));
        }
        if row.get("telecom").is_none() && rng.u8(..10) < 8 {
            let telecom = match rng.u8(..20) {
                0..13 => "fibre",
                13..16 => "vdsl",
                16..19 => "radio",
                _ => "satellite",
            };
            row.set("telecom", telecom);
        }
        self.row
    }
}

/// Whether the public can come in a wheelchair, where somebody has looked.
pub(super) fn accessibility(rng: &mut Rng, row: &mut Row) {
    match rng.u8(..10) {
        0..5 => row.set("accessible", true),
        5..8 => row.set("accessible", false),
        _ => {}
    }
}

/// One of these.
pub(super) fn one_of<'a, T: AsRef<str>>(rng: &mut Rng, pool: &'a [T]) -> &'a str {
    pool[rng.usize(..pool.len())].as_ref()
}

/// One of these, those of greater weight more often.
pub(super) fn weighted<'a, T>(rng: &mut Rng, pool: &'a [T], weight: impl Fn(&T) -> u32) -> &'a T {
    let total: u32 = pool.iter().map(&weight).sum();
    let mut left = rng.u32(..total);
    for item in pool {
        let weight = weight(item);
        if left < weight {
            return item;
        }
        left -= weight;
    }
    unreachable!("the draw is below the sum of all weights")
}

/// So many different ones of these, or all, in their order.
pub(super) fn some_of<'a>(rng: &mut Rng, pool: &'a [&'a str], count: usize) -> Vec<&'a str> {
    let mut chosen = rng.choose_multiple(0..pool.len(), count.min(pool.len()));
    chosen.sort_unstable();
    chosen.into_iter().map(|position| pool[position]).collect()
}
