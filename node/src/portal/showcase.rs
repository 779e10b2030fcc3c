//! Every opportunity on offer, held ready to be searched: what a visitor asks is answered from
//! memory.
//!
//! Made of public fields only, so that nothing hidden can be guessed from what is found. Pure: it is
//! given offers and a day.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use sync_protocol::id::RecordId;

use crate::matching::offer::{self, Comparison, Criterion};
use crate::naf::Activity;
use crate::node::public::PublicOffer;
use crate::territory::{Point, distance_km};
use crate::view::Analyzer;

use super::trade;

/// The most words of a search that count.
const MOST_WORDS: usize = 12;

/// How close an activity is to the one asked for: the same; of the same class (four digits); of the
/// same group (three), a neighbour.
const CLOSENESS: [(usize, f64); 3] = [(6, 1.0), (5, 0.8), (4, 0.6)];

/// What answers less of a text is not shown: one word of three.
const LEAST: f64 = 0.23;

/// Of a hundred points: how well it fits, how fresh and how complete it is.
const MATCH_POINTS: f64 = 70.0;
const FRESH_POINTS: f64 = 15.0;
const QUALITY_POINTS: f64 = 15.0;

/// What a visitor looks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    /// Words, or a trade.
    pub(crate) text: String,
    /// Kinds of opportunity; none for all.
    pub(crate) kinds: Vec<String>,
    /// Sectors; none for all.
    pub(crate) sectors: Vec<String>,
    /// Around which place, and how far at most, in kilometres.
    pub(crate) around: Option<(Point, f64)>,
    /// The highest price, in cents.
    pub(crate) budget: Option<i64>,
    /// The least surface, in square metres.
    pub(crate) surface: Option<f64>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// All of it, the best first, each with how far it is from the place asked for.
    pub(crate) offers: Vec<(RecordId, Option<f64>)>,
    /// How many there are of each kind, whatever kinds were asked for.
    pub(crate) kinds: BTreeMap<String, usize>,
    /// How many there are of each sector, whatever sectors were asked for.
    pub(crate) sectors: BTreeMap<String, usize>,
    /// How many there are at each place: a commune's code, or `epci:` and a SIREN.
    pub(crate) places: BTreeMap<String, usize>,
    /// The activities that the text was taken to mean.
    pub(crate) trades: Vec<Activity>,
}

/// One offer, as far as it is searched.
#[derive(Debug)]
struct Entry {
    id: RecordId,
    /// The record of the structure that answers for it.
    owner: RecordId,
    kind: String,
    sector: Option<String>,
    naf: Option<String>,
    place: Option<(String, Point)>,
    price: Option<i64>,
    surface_m2: Option<f64>,
    freshness: f64,
    quality: f64,
}

/// All offers of one day and version of the registry.
#[derive(Debug, Default)]
pub(crate) struct Showcase {
    entries: Vec<Entry>,
    /// By stem, where it stands; `true` in a title.
    words: BTreeMap<Box<str>, Vec<(u32, bool)>>,
}

/// Takes offers one after another.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    showcase: Showcase,
    analyzer: Analyzer,
}

impl Builder {
    /// Takes an offer that lies at `place`, as far as that is published.
    pub(crate) fn push(&mut self, offer: &PublicOffer, place: Option<Point>) {
        let record = &offer.record;
        let number = u32::try_from(self.showcase.entries.len()).unwrap_or(u32::MAX);
        let at = record.text("insee_code").map(str::to_owned);
        let at = at.or_else(|| record.epci.as_ref().map(|epci| format!("epci:{epci}")));
        self.index(number, record.title(), true);
        let summary = record.text("summary").unwrap_or_default();
        let productions: Vec<&str> = record.set("farm_production").collect();
        self.index(number, summary, false);
        self.index(number, &productions.join(" "), false);
        self.showcase.entries.push(Entry {
            id: record.id,
            owner: record.owner,
            kind: record.text("kind").unwrap_or_default().to_owned(),
            sector: record.text("sector").map(str::to_owned),
            naf: record.text("naf_code").map(str::to_owned),
            place: at.zip(place),
            price: record
                .integer("price_min")
                .or_else(|| record.integer("price_max")),
            surface_m2: record
                .decimal("surface_m2")
                .or_else(|| record.decimal("surface_ha").map(|ha| ha * 10_000.0)),
            freshness: offer.freshness,
            quality: f64::from(offer.quality) / 100.0,
        });
    }

    fn index(&mut self, number: u32, text: &str, in_title: bool) {
        let mut stems = String::new();
        self.analyzer.append(text, &mut stems);
        let stems: BTreeSet<&str> = stems.split(' ').filter(|it| !it.is_empty()).collect();
        for stem in stems {
            let places = match self.showcase.words.get_mut(stem) {
                Some(places) => places,
                None => self.showcase.words.entry(stem.into()).or_default(),
            };
            match places.last_mut() {
                Some((last, title)) if *last == number => *title |= in_title,
                _ => places.push((number, in_title)),
            }
        }
    }

    /// The showcase.
    pub(crate) fn finish(self) -> Showcase {
        self.showcase
    }
}

impl Showcase {
    /// The offers that a structure answers for, the freshest first.
    pub(crate) fn of_owner(&self, owner: &RecordId) -> Vec<RecordId> {
        let own = self.entries.iter().filter(|it| it.owner == *owner);
        let mut own: Vec<&Entry> = own.collect();
        own.sort_by(|a, b| b.freshness.total_cmp(&a.freshness).then(a.id.cmp(&b.id)));
        own.into_iter().map(|it| it.id).collect()
    }

    /// What fits, the best first.
    pub(crate) fn find(&self, wanted: &Wanted) -> Found {
        let mut found = Found {
            trades: trade::meant(&wanted.text),
            ..Found::default()
        };
        let texts = self.said(&wanted.text);
        let asked = weight_of(wanted);
        let mut ranked: Vec<(f64, RecordId, Option<f64>)> = Vec::new();
        for (number, entry) in self.entries.iter().enumerate() {
            let Some((comparison, km)) = entry.compare(wanted, &found.trades, texts.get(number))
            else {
                continue;
            };
            let of_kind = wanted.kinds.is_empty() || wanted.kinds.contains(&entry.kind);
            let of_sector = wanted.sectors.is_empty()
                || entry
                    .sector
                    .as_ref()
                    .is_some_and(|it| wanted.sectors.contains(it));
            if of_sector {
                *found.kinds.entry(entry.kind.clone()).or_default() += 1;
            }
            if of_kind && let Some(sector) = &entry.sector {
                *found.sectors.entry(sector.clone()).or_default() += 1;
            }
            if !(of_kind && of_sector) {
                continue;
            }
            if let Some((place, _)) = &entry.place {
                *found.places.entry(place.clone()).or_default() += 1;
            }
            let fits = match comparison.score() {
                // What says nothing of something asked stays, behind what answers it.
                Some(score) => score / 100.0 * (f64::from(comparison.coverage()) / asked).sqrt(),
                None if asked > 0.0 => 0.0,
                None => 1.0,
            };
            let score = MATCH_POINTS * fits
                + FRESH_POINTS * entry.freshness
                + QUALITY_POINTS * entry.quality;
            ranked.push((score, entry.id, km));
        }
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.offers = ranked.into_iter().map(|(_, id, km)| (id, km)).collect();
        found
    }

    /// How well each offer's words answer a text, from 0 to 1; empty where nothing was asked.
    fn said(&self, text: &str) -> Vec<f64> {
        let mut stems = String::new();
        Analyzer::default().append(text, &mut stems);
        let stems: Vec<&str> = stems
            .split(' ')
            .filter(|it| !it.is_empty())
            .take(MOST_WORDS)
            .collect();
        if stems.is_empty() {
            return Vec::new();
        }
        let mut all = vec![0.0; self.entries.len()];
        let share = 1.0 / stems.len() as f64;
        for (place, stem) in stems.iter().enumerate() {
            let mut best: BTreeMap<u32, f64> = BTreeMap::new();
            // The last word may still be being written.
            let is_last = place + 1 == stems.len();
            let begins = self
                .words
                .range::<str, _>((Bound::Included(*stem), Bound::Unbounded))
                .take_while(|(word, _)| word.starts_with(stem) && (is_last || &***word == *stem));
            for (word, places) in begins {
                let whole = if **word == **stem { 1.0 } else { 0.8 };
                for (number, in_title) in places {
                    let weight = whole * if *in_title { 1.0 } else { 0.7 };
                    let held = best.entry(*number).or_default();
                    *held = held.max(weight);
                }
            }
            for (number, weight) in best {
                if let Some(sum) = all.get_mut(number as usize) {
                    *sum += weight * share;
                }
            }
        }
        all
    }
}

/// The weight of all that a visitor asked for, of 100.
fn weight_of(wanted: &Wanted) -> f64 {
    let mut weight = 0;
    for (asked, criterion) in [
        (!wanted.text.trim().is_empty(), Criterion::Activity),
        (wanted.around.is_some(), Criterion::Place),
        (wanted.budget.is_some(), Criterion::Budget),
        (wanted.surface.is_some(), Criterion::Surface),
    ] {
        if asked {
            weight += criterion.weight();
        }
    }
    f64::from(weight)
}

/// How close an activity is to the one meant, from 0 to 1.
fn closeness(meant: &str, own: &str) -> f64 {
    let same = |length: usize| {
        meant
            .get(..length)
            .is_some_and(|it| own.get(..length) == Some(it))
    };
    let found = CLOSENESS.iter().find(|(length, _)| same(*length));
    found.map_or(0.0, |(_, closeness)| *closeness)
}

impl Entry {
    /// How well it fits, and how far it is; none where it does not come into question.
    fn compare(
        &self,
        wanted: &Wanted,
        trades: &[Activity],
        said: Option<&f64>,
    ) -> Option<(Comparison, Option<f64>)> {
        let mut comparison = Comparison::default();
        if !wanted.text.trim().is_empty() {
            let own = self.naf.as_deref().unwrap_or_default();
            let trade = trades.iter().map(|meant| closeness(meant.code, own));
            let trade = trade.fold(0.0, f64::max);
            let said = said.copied().unwrap_or(0.0);
            let fits = said.max(trade);
            if fits < LEAST {
                return None;
            }
            comparison.put(Criterion::Activity, Some(fits));
        }
        let mut km = None;
        if let Some((centre, within)) = wanted.around {
            let (_, point) = self.place.as_ref()?;
            let distance = distance_km(centre, *point);
            if distance > within {
                return None;
            }
            comparison.put(Criterion::Place, Some(offer::place(distance)));
            km = Some(distance);
        }
        if let Some(budget) = wanted.budget {
            if self.price.is_some_and(|price| price > budget) {
                return None;
            }
            comparison.put(Criterion::Budget, offer::budget(wanted.budget, self.price));
        }
        if let Some(surface) = wanted.surface {
            if self.surface_m2.is_some_and(|own| own < surface) {
                return None;
            }
            comparison.put(
                Criterion::Surface,
                offer::surface(wanted.surface, self.surface_m2),
            );
        }
        Some((comparison, km))
    }
}

#[cfg(test)]
mod tests;
