//! Whose a record is, by the set of offers and acceptances that count.
//!
//! Offers make a tree: each names the one by which its giver came to own the record. From the
//! creator on, the accepted offer of the owner's goes; of several, that with the lowest identity.
//! What the others gave on goes with them. Nothing here depends on time or order.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{EntryId, StructureId};

/// An offer whose author counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The structure of its author.
    pub by: StructureId,
    /// To whom.
    pub to: StructureId,
    /// The offer by which the giver came to own the record.
    pub after: Option<EntryId>,
}

/// What the transfers of one record come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// Who owned it, its creator first; whose it is last.
    pub owners: Vec<StructureId>,
    /// The offers by which it passed on, in that order.
    pub passed: Vec<EntryId>,
    /// What its owner offers, and nobody accepted.
    pub open: BTreeMap<EntryId, Offer>,
}

impl Ownership {
    /// What offers and acceptances come to; an acceptance is whose, and of which offer. `is_for`
    /// tells whether a structure may speak for another: itself, or its successor by the charter.
    #[must_use]
    pub fn of(
        creator: StructureId,
        offers: &BTreeMap<EntryId, Offer>,
        acceptances: &[(StructureId, EntryId)],
        is_for: &dyn Fn(&StructureId, &StructureId) -> bool,
    ) -> Self {
        let is_accepted = |(id, offer): &(&EntryId, &Offer)| {
            let of_it = acceptances.iter().filter(|(_, accepted)| accepted == *id);
            of_it.into_iter().any(|(by, _)| is_for(by, &offer.to))
        };
        let accepted: BTreeSet<EntryId> = offers
            .iter()
            .filter(is_accepted)
            .map(|(id, _)| *id)
            .collect();
        let (mut owner, mut after) = (creator, None);
        let mut ownership = Self {
            owners: vec![creator],
            passed: Vec::new(),
            open: BTreeMap::new(),
        };
        // An offer stands in one place of the tree, so each is come by once.
        loop {
            let of_owner = |offer: &Offer| offer.after == after && is_for(&offer.by, &owner);
            let next = offers
                .iter()
                .find(|(id, offer)| of_owner(offer) && accepted.contains(*id));
            let Some((id, offer)) = next else {
                let open = offers.iter().filter(|(_, offer)| of_owner(offer));
                ownership.open = open.map(|(id, offer)| (*id, *offer)).collect();
                return ownership;
            };
            ownership.owners.push(offer.to);
            ownership.passed.push(*id);
            (owner, after) = (offer.to, Some(*id));
        }
    }

    /// Whose it is, unless the charter names a successor.
    #[must_use]
    pub fn owner(&self) -> StructureId {
        self.owners.last().copied().unwrap_or(StructureId::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn structure(n: u8) -> StructureId {
        StructureId([n; 32])
    }

    const fn id(n: u8) -> EntryId {
        EntryId([n; 32])
    }

    /// Offers as (identity, by, to, after; 0 for none), acceptances as (by, of).
    fn ownership(offers: &[(u8, u8, u8, u8)], accepted: &[(u8, u8)]) -> Ownership {
        let offers = offers.iter().map(|(at, by, to, after)| {
            let offer = Offer {
                by: structure(*by),
                to: structure(*to),
                after: (*after > 0).then(|| id(*after)),
            };
            (id(*at), offer)
        });
        let accepted: Vec<_> = accepted
            .iter()
            .map(|(by, of)| (structure(*by), id(*of)))
            .collect();
        // 9 stands in for 4.
        let is_for = |by: &StructureId, whom: &StructureId| {
            by == whom || (*by == structure(9) && *whom == structure(4))
        };
        Ownership::of(structure(1), &offers.collect(), &accepted, &is_for)
    }

    fn owners(offers: &[(u8, u8, u8, u8)], accepted: &[(u8, u8)]) -> Vec<u8> {
        let ownership = ownership(offers, accepted);
        ownership.owners.iter().map(|it| it.0[0]).collect()
    }

    #[test]
    fn a_record_is_its_creators_until_whom_it_is_offered_accepts() {
        assert_eq!(owners(&[], &[]), [1]);
        let offers = [(50, 1, 2, 0)];
        let waiting = ownership(&offers, &[]);
        assert_eq!((waiting.owner(), waiting.open.len()), (structure(1), 1));
        assert_eq!(owners(&offers, &[(3, 50), (1, 50)]), [1]);
        let passed = ownership(&offers, &[(2, 50)]);
        assert_eq!((passed.owner(), passed.open.len()), (structure(2), 0));
        assert_eq!(passed.passed, [id(50)]);
    }

    #[test]
    fn nobody_offers_what_is_not_theirs_any_more_or_yet() {
        assert_eq!(owners(&[(50, 2, 3, 0)], &[(3, 50)]), [1]);
        // By who had given it away already, and by who names an offer that did not go.
        let offers = [(50, 1, 2, 0), (40, 1, 3, 50), (30, 3, 4, 40)];
        assert_eq!(owners(&offers, &[(2, 50), (3, 40), (4, 30)]), [1, 2]);
    }

    #[test]
    fn it_may_come_back_and_go_again() {
        let offers = [(50, 1, 2, 0), (40, 2, 1, 50), (30, 1, 3, 40)];
        let all = [(2, 50), (1, 40), (3, 30)];
        assert_eq!(owners(&offers, &all), [1, 2, 1, 3]);
        assert_eq!(owners(&offers, &all[..2]), [1, 2, 1]);
        assert_eq!(owners(&offers, &[all[0], all[2]]), [1, 2]);
    }

    #[test]
    fn of_concurrent_transfers_the_lowest_entry_goes_with_all_that_followed_it() {
        // 1 offers to 2 and to 3 from two of its nodes; both accept, 2 gives it on.
        let offers = [(50, 1, 2, 0), (40, 1, 3, 0), (10, 2, 4, 50)];
        assert_eq!(owners(&offers, &[(2, 50), (4, 10)]), [1, 2, 4]);
        assert_eq!(owners(&offers, &[(2, 50), (4, 10), (3, 40)]), [1, 3]);
    }

    #[test]
    fn who_stands_in_for_a_structure_that_left_accepts_and_gives_in_its_place() {
        let offers = [(50, 1, 4, 0), (40, 9, 2, 50)];
        assert_eq!(owners(&offers, &[(9, 50)]), [1, 4]);
        assert_eq!(owners(&offers, &[(4, 50), (2, 40)]), [1, 4, 2]);
        assert_eq!(owners(&offers, &[(8, 50)]), [1]);
    }
}
