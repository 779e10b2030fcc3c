//! Which members may do less under one version than under the one before.
//!
//! Mandates are compared one by one: where several together make up for one that is gone, it says
//! that something was lost. Then approvals state tips that nobody needs, and nothing else happens.
//! Each two mandates are compared once, whoever holds them, so that a version made to be expensive
//! is not.

use std::collections::{BTreeMap, BTreeSet};

use super::grant::is_held;
use super::mandate::{Holder, InForce, Mandate, Right, defaults, in_force};
use super::version::{Member, Version};

/// The mandates that one version and the next come to, and which make up for which.
pub(super) struct Losses<'v> {
    before: &'v Version,
    next: &'v Version,
    /// What was granted.
    granted: Vec<Granted<'v>>,
    /// Members alike in all that mandates look at, and whether they lose something.
    known: BTreeMap<(Vec<usize>, Vec<usize>), bool>,
    /// All mandates of the next version that make up for something.
    held: Vec<&'v Mandate>,
}

/// Something that was granted.
struct Granted<'v> {
    /// By this mandate; to everyone where none was named.
    mandate: Option<&'v Mandate>,
    /// What makes up for it, by place among those held.
    made_up_by: BTreeSet<usize>,
    /// Whether it is open to everyone now.
    open: bool,
}

/// The rights that make up for one.
const fn as_good_as(right: Right) -> [Right; 2] {
    match right {
        Right::Create => [Right::Create; 2],
        Right::EditOwn => [Right::EditOwn, Right::EditAny],
        Right::EditAny => [Right::EditAny; 2],
    }
}

impl<'v> Losses<'v> {
    pub(super) fn new(before: &'v Version, next: &'v Version) -> Self {
        let mut pairs: BTreeSet<(&str, Right)> = BTreeSet::new();
        for list in [before.mandates(), next.mandates(), defaults()] {
            pairs.extend(list.iter().map(|it| (it.collection.as_str(), it.right)));
        }
        let mut losses = Self {
            before,
            next,
            granted: Vec::new(),
            known: BTreeMap::new(),
            held: Vec::new(),
        };
        let mut places: BTreeMap<(&str, Right), (usize, usize)> = BTreeMap::new();
        for (collection, right) in &pairs {
            if let InForce::Mandates(mandates) = in_force(next, collection, *right) {
                let start = losses.held.len();
                losses.held.extend(mandates);
                places.insert((collection, *right), (start, losses.held.len()));
            }
        }
        for (collection, right) in pairs {
            let all = Mandate::new(collection, right, Holder::Everyone);
            match in_force(before, collection, right) {
                InForce::Open => losses.grant(&places, &all, None),
                InForce::Mandates(mandates) => {
                    for mandate in mandates {
                        losses.grant(&places, mandate, Some(mandate));
                    }
                }
            }
        }
        losses
    }

    fn grant(
        &mut self,
        places: &BTreeMap<(&str, Right), (usize, usize)>,
        content: &Mandate,
        mandate: Option<&'v Mandate>,
    ) {
        let collection = content.collection.as_str();
        let mut made_up_by = BTreeSet::new();
        let mut open = false;
        for right in as_good_as(content.right) {
            match places.get(&(collection, right)) {
                Some((start, end)) => made_up_by.extend((*start..*end).filter(|place| {
                    let now = self.held.get(*place);
                    now.is_some_and(|now| content.is_within(now))
                })),
                None => open |= in_force(self.next, collection, right) == InForce::Open,
            }
        }
        self.granted.push(Granted {
            mandate,
            made_up_by,
            open,
        });
    }

    /// Whether a member, who `was` and is `now` on the roll, may do less.
    pub(super) fn of(&mut self, was: &Member, now: &Member) -> bool {
        let had: Vec<usize> = (0..self.granted.len())
            .filter(|place| {
                self.granted.get(*place).is_some_and(|it| {
                    it.mandate
                        .is_none_or(|it| is_held(self.before, &it.holder, was))
                })
            })
            .collect();
        let has: Vec<usize> = (0..self.held.len())
            .filter(|place| {
                let held = self.held.get(*place);
                held.is_some_and(|it| is_held(self.next, &it.holder, now))
            })
            .collect();
        let key = (had, has);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let (had, has) = &key;
        let lost = had
            .iter()
            .filter_map(|place| self.granted.get(*place))
            .any(|it| !it.open && !has.iter().any(|place| it.made_up_by.contains(place)));
        self.known.insert(key, lost);
        lost
    }
}
