//! Which records may be two of one thing: scores, and pairs found without comparing all with all.
//!
//! Pure. A record is given as the few values that tell it from others ([`Traits`]); [`suspects`]
//! finds the pairs whose score reaches [`SUSPECT`]. Formulas and the reasons of each weight:
//! docs/matching.md.
//!
//! **Near linear.** Records are compared only within blocks that share something. Without a shared
//! number, telephone or address a pair comes to [`SUSPECT`] only if its titles have the same
//! trigrams and all else agrees, so a block of one place and kind is parted by title: nothing is
//! missed by it, and the block of a whole town is never compared with itself. A block that is large
//! all the same (one telephone for a thousand listings) is put in the order of places and titles,
//! and each of its records compared with the next [`NEIGHBOURS`] only.
//!
//! **An office's telephone** is given for all that it looks after, and says nothing of which of them
//! is meant: a telephone or an address that more than four different titles share counts for
//! nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::text::fold;

/// Pairs from this score on are suspected.
pub const SUSPECT: f64 = 0.6;

/// Blocks of so many are compared whole.
const WHOLE_BLOCK: usize = 64;

/// In larger ones each is compared with so many that follow it.
pub const NEIGHBOURS: usize = 16;

/// Whatever more different titles share than these is an office's telephone or address.
const OFFICE: usize = 4;

/// How far two amounts or surfaces may be apart, as a share of the greater.
const WITHIN: f64 = 0.1;

/// What an agreement counts, by collection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// The same SIRET.
    pub number: f64,
    /// The same telephone.
    pub telephone: f64,
    /// The same e-mail address.
    pub email: f64,
    /// Titles, times the share of trigrams that they have in common.
    pub title: f64,
    /// The same place, or what stands for it: a commune, the structure of an agent.
    pub place: f64,
    /// The same kind or theme.
    pub kind: f64,
    /// Prices within 10 %.
    pub price: f64,
    /// Surfaces within 10 %.
    pub surface: f64,
}

const NOTHING: Weights = Weights {
    number: 0.0,
    telephone: 0.0,
    email: 0.0,
    title: 0.0,
    place: 0.0,
    kind: 0.0,
    price: 0.0,
    surface: 0.0,
};

/// The collections that are looked through, with their weights. Of all but the first the weights
/// are such that the same name in the same place is suspected.
pub const COLLECTIONS: [(&str, Weights); 5] = [
    (
        "opportunity",
        Weights {
            number: 0.6,
            telephone: 0.3,
            title: 0.3,
            place: 0.1,
            price: 0.1,
            surface: 0.1,
            ..NOTHING
        },
    ),
    (
        "structure",
        Weights {
            number: 0.6,
            telephone: 0.3,
            email: 0.3,
            title: 0.5,
            place: 0.1,
            ..NOTHING
        },
    ),
    (
        "agent",
        Weights {
            telephone: 0.3,
            email: 0.6,
            title: 0.5,
            place: 0.1,
            ..NOTHING
        },
    ),
    (
        "local_service",
        Weights {
            telephone: 0.3,
            email: 0.3,
            title: 0.4,
            place: 0.1,
            kind: 0.1,
            ..NOTHING
        },
    ),
    (
        "holder",
        Weights {
            telephone: 0.6,
            email: 0.6,
            title: 0.3,
            place: 0.1,
            ..NOTHING
        },
    ),
];

/// The weights of a collection; none where it is not looked through.
#[must_use]
pub fn weights(collection: &str) -> Option<Weights> {
    let mut all = COLLECTIONS.iter();
    let found = all.find(|(name, _)| *name == collection);
    found.map(|(_, weights)| *weights)
}

/// What of a record tells it from others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traits {
    /// SIRET.
    pub number: Option<String>,
    /// Telephone, or what stands for it: equal if and only if these are.
    pub telephone: Option<String>,
    /// E-mail address, or what stands for it.
    pub email: Option<String>,
    /// Commune, or what stands for a place.
    pub place: Option<String>,
    /// Kind or theme.
    pub kind: Option<String>,
    /// Price in cents.
    pub price: Option<f64>,
    /// Surface in square metres.
    pub surface: Option<f64>,
    title: Title,
}

/// A title by its trigrams: it may be a person's name, so it is never shown by `Debug` and wiped
/// when dropped.
#[derive(Clone, Default, PartialEq)]
struct Title {
    trigrams: Vec<[u8; 3]>,
    /// Of the trigrams: titles with the same ones have the same.
    hash: u64,
}

impl Traits {
    /// With what names the record.
    #[must_use]
    pub fn titled(mut self, title: &str) -> Self {
        self.title = Title::of(title);
        self
    }
}

impl Drop for Title {
    fn drop(&mut self) {
        self.trigrams.zeroize();
        self.hash.zeroize();
    }
}

impl fmt::Debug for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Title(hidden)")
    }
}

impl Title {
    fn of(title: &str) -> Self {
        let folded = fold(title);
        if folded.is_empty() {
            return Self::default();
        }
        // Blanks around give the beginnings and ends of titles their trigrams too.
        let padded = format!("  {folded} ");
        let trigrams: BTreeSet<[u8; 3]> = padded
            .as_bytes()
            .windows(3)
            .filter_map(|window| window.try_into().ok())
            .collect();
        let mut hasher = Sha256::new();
        for trigram in &trigrams {
            hasher.update(trigram);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let [a, b, c, d, e, f, g, h, ..] = digest;
        Self {
            trigrams: trigrams.into_iter().collect(),
            hash: u64::from_be_bytes([a, b, c, d, e, f, g, h]),
        }
    }

    /// The share of trigrams in common, between 0 and 1 (Dice).
    fn similarity(&self, other: &Self) -> f64 {
        let (mut ours, mut theirs) = (self.trigrams.iter(), other.trigrams.iter());
        let (mut a, mut b) = (ours.next(), theirs.next());
        let mut common = 0u32;
        while let (Some(one), Some(two)) = (a, b) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => a = ours.next(),
                std::cmp::Ordering::Greater => b = theirs.next(),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    (a, b) = (ours.next(), theirs.next());
                }
            }
        }
        let all = self.trigrams.len() + other.trigrams.len();
        if all == 0 {
            return 0.0;
        }
        2.0 * f64::from(common) / all as f64
    }
}

/// How two records agree.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Agreement {
    /// Between 0 and 1.
    pub score: f64,
    /// The share of trigrams that the titles have in common.
    pub title: f64,
    /// What is the same, in the order of [`Agreement::NAMES`].
    same: [bool; 7],
}

impl Agreement {
    /// The names of what may be the same.
    pub const NAMES: [&'static str; 7] = [
        "number",
        "telephone",
        "email",
        "place",
        "kind",
        "price",
        "surface",
    ];

    /// The names of what is the same and counts.
    pub fn same(&self) -> impl Iterator<Item = &'static str> {
        let named = Self::NAMES.into_iter().zip(self.same);
        named.filter(|(_, same)| *same).map(|(name, _)| name)
    }
}

/// Compares two records.
#[must_use]
pub fn agreement(weights: &Weights, a: &Traits, b: &Traits) -> Agreement {
    let alike = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let within = |one: Option<f64>, other: Option<f64>| {
        let pair = one.zip(other);
        pair.is_some_and(|(a, b)| (a - b).abs() <= WITHIN * a.max(b))
    };
    let counted = [
        (alike(&a.number, &b.number), weights.number),
        (alike(&a.telephone, &b.telephone), weights.telephone),
        (alike(&a.email, &b.email), weights.email),
        (alike(&a.place, &b.place), weights.place),
        (alike(&a.kind, &b.kind), weights.kind),
        (within(a.price, b.price), weights.price),
        (within(a.surface, b.surface), weights.surface),
    ];
    let title = a.title.similarity(&b.title);
    let plain: f64 = counted.iter().filter(|it| it.0).map(|it| it.1).sum();
    Agreement {
        // Tenths do not add up to tenths in binary.
        score: ((plain + weights.title * title) * 1e6).round().min(1e6) / 1e6,
        title,
        same: counted.map(|(same, weight)| same && weight > 0.0),
    }
}

/// Two records that may be one thing, by their places among those given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Suspect {
    /// The first.
    pub a: usize,
    /// The second, behind the first.
    pub b: usize,
    /// How they agree.
    pub agreement: Agreement,
}

/// The telephone of a record, or its address.
type Contact = fn(&mut Traits) -> &mut Option<String>;

/// Leaves out the telephones and addresses that are an office's. Copies of one record have one title,
/// or nearly so, however many they are.
fn without_offices(records: &mut [Traits]) {
    let contacts: [Contact; 2] = [|it| &mut it.telephone, |it| &mut it.email];
    for contact in contacts {
        let mut titles: HashMap<String, Vec<u64>> = HashMap::new();
        for record in &mut *records {
            let title = record.title.hash;
            let Some(shared) = contact(record) else {
                continue;
            };
            let seen = titles.entry(shared.clone()).or_default();
            if seen.len() <= OFFICE && !seen.contains(&title) {
                seen.push(title);
            }
        }
        for record in &mut *records {
            let shared = contact(record);
            let is_office = |it: &String| titles.get(it).is_some_and(|seen| seen.len() > OFFICE);
            if shared.as_ref().is_some_and(is_office) {
                *shared = None;
            }
        }
    }
}

/// The pairs that may be one thing each, the most alike first.
#[must_use]
pub fn suspects(weights: &Weights, mut records: Vec<Traits>) -> Vec<Suspect> {
    without_offices(&mut records);
    let records = records.as_slice();
    let mut found: BTreeMap<(usize, usize), Agreement> = BTreeMap::new();
    let mut compare = |one: usize, other: usize| {
        let pair = (one.min(other), one.max(other));
        let (Some(a), Some(b)) = (records.get(pair.0), records.get(pair.1)) else {
            return;
        };
        if found.contains_key(&pair) {
            return;
        }
        let agreement = agreement(weights, a, b);
        if agreement.score >= SUSPECT {
            found.insert(pair, agreement);
        }
    };
    for mut block in blocks(records).into_values() {
        if block.len() <= WHOLE_BLOCK {
            for (place, one) in block.iter().enumerate() {
                for other in block.iter().skip(place + 1) {
                    compare(*one, *other);
                }
            }
        } else {
            block.sort_by_key(|place| records.get(*place).map(order));
            for (place, one) in block.iter().enumerate() {
                for other in block.iter().skip(place + 1).take(NEIGHBOURS) {
                    compare(*one, *other);
                }
            }
        }
    }
    let mut found: Vec<Suspect> = found
        .into_iter()
        .map(|((a, b), agreement)| Suspect { a, b, agreement })
        .collect();
    found.sort_by(|one, other| {
        let by_score = other.agreement.score.total_cmp(&one.agreement.score);
        by_score.then_with(|| (one.a, one.b).cmp(&(other.a, other.b)))
    });
    found
}

/// In the order in which the most alike of a large block stand side by side.
fn order(traits: &Traits) -> (Option<&str>, Option<&str>, &[[u8; 3]]) {
    let (place, kind) = (traits.place.as_deref(), traits.kind.as_deref());
    (place, kind, &traits.title.trigrams)
}

/// What the records of a block share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shared<'r> {
    Number(&'r str),
    Telephone(&'r str),
    Email(&'r str),
    /// Place, kind, and the trigrams of the title.
    Place(&'r str, Option<&'r str>, u64),
}

/// The records by what they share; of two or more only.
fn blocks(records: &[Traits]) -> BTreeMap<Shared<'_>, Vec<usize>> {
    let mut blocks: BTreeMap<Shared<'_>, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        let titled = !record.title.trigrams.is_empty();
        let here = record.place.as_deref().filter(|_| titled);
        let keys = [
            record.number.as_deref().map(Shared::Number),
            record.telephone.as_deref().map(Shared::Telephone),
            record.email.as_deref().map(Shared::Email),
            here.map(|code| Shared::Place(code, record.kind.as_deref(), record.title.hash)),
        ];
        for key in keys.into_iter().flatten() {
            blocks.entry(key).or_default().push(place);
        }
    }
    blocks.retain(|_, block| block.len() > 1);
    blocks
}

#[cfg(test)]
mod tests;
