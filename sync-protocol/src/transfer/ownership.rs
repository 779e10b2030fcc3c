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
    /// What its owner offers and did not withdraw, and nobody accepted.
    pub open: BTreeMap<EntryId, Offer>,
}

impl Ownership {
    /// What offers, acceptances and withdrawals come to; each of these is whose, and of which offer.
    /// `is_for` tells whether a structure may speak for another: itself, or its successor by the
    /// charter.
    #[must_use]
    pub fn of(
        creator: StructureId,
        offers: &BTreeMap<EntryId, Offer>,
        acceptances: &[(StructureId, EntryId)],
        withdrawals: &[(StructureId, EntryId)],
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
                let is_withdrawn = |id: &EntryId, offer: &Offer| {
                    let mut of_it = withdrawals.iter().filter(|(_, withdrawn)| withdrawn == id);
                    of_it.any(|(by, _)| is_for(by, &offer.by))
                };
                let open = offers.iter().filter(|(_, offer)| of_owner(offer));
                let open = open.filter(|(id, offer)| !is_withdrawn(id, offer));
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
        withdrawing(offers, accepted, &[])
    }

    fn withdrawing(
        offers: &[(u8, u8, u8, u8)],
        accepted: &[(u8, u8)],
        withdrawn: &[(u8, u8)],
    ) -> Ownership {
        let offers = offers.iter().map(|(at, by, to, after)| {
            let offer = Offer {
                by: structure(*by),
                to: structure(*to),
                after: (*after > 0).then(|| id(*after)),
            };
            (id(*at), offer)
        });
        let said = |of: &[(u8, u8)]| -> Vec<_> {
            let of = of.iter().map(|(by, of)| (structure(*by), id(*of)));
            of.collect()
        };
        // 9 stands in for 4.
        let is_for = |by: &StructureId, whom: &StructureId| {
            by == whom || (*by == structure(9) && *whom == structure(4))
        };
        let (offers, accepted) = (offers.collect(), said(accepted));
        Ownership::of(structure(1), &offers, &accepted, &said(withdrawn), &is_for)
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
    fn who_offered_takes_it_back_unless_it_was_accepted() {
        let offers = [(50, 1, 2, 0), (40, 1, 3, 0)];
        let open = |withdrawn: &[(u8, u8)]| {
            let ownership = withdrawing(&offers, &[], withdrawn);
            let open = ownership.open.keys().map(|id| id.0[0]);
            open.collect::<Vec<_>>()
        };
        assert_eq!(open(&[]), [40, 50]);
        assert_eq!(open(&[(1, 50)]), [40]);
        assert_eq!(open(&[(1, 50), (1, 40)]), [0; 0]);
        // By another, even by whom it was offered to.
        assert_eq!(open(&[(2, 50), (3, 40)]), [40, 50]);
        let accepted = withdrawing(&offers, &[(2, 50)], &[(1, 50)]);
        assert_eq!(accepted.owner(), structure(2));
        // Of one that left, its successor.
        let successor = [(50, 1, 4, 0), (30, 4, 2, 50)];
        let given_on = withdrawing(&successor, &[(4, 50)], &[(9, 30)]);
        assert_eq!((given_on.owner(), given_on.open.len()), (structure(4), 0));
    }

    #[test]
    fn who_stands_in_for_a_structure_that_left_accepts_and_gives_in_its_place() {
        let offers = [(50, 1, 4, 0), (40, 9, 2, 50)];
        assert_eq!(owners(&offers, &[(9, 50)]), [1, 4]);
        assert_eq!(owners(&offers, &[(4, 50), (2, 40)]), [1, 4, 2]);
        assert_eq!(owners(&offers, &[(8, 50)]), [1]);
    }
}
