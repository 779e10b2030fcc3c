//! Which bodies may be missing: those that accepted, agreed erasures name.
//!
//! Told by headers alone, since a body that is gone tells nothing. Which erasures count is decided
//! elsewhere ([`super::state`], the charter); here they are only added up.

use std::collections::BTreeSet;

use super::{Erase, EraseTarget};
use crate::entry::{Kind, Place};
use crate::run::LeftOut;

/// The bodies that erasures name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErasedBodies {
    /// Creations of erased records: their bodies, and those of all that names one of them.
    creations: BTreeSet<Place>,
    /// Creations of records that are hidden: bodies of seals and grants that name one of them.
    hidden: BTreeSet<Place>,
    /// Seals and grants of erased parts.
    sealed: BTreeSet<Place>,
}

impl ErasedBodies {
    /// Adds what an erasure in an entry about `subject` names; while the owner's root has not
    /// `agreed`, what is sealed alone.
    pub fn add(&mut self, subject: Place, erase: &Erase, agreed: bool) {
        match erase.target {
            EraseTarget::Record => {
                let creations = match agreed {
                    true => &mut self.creations,
                    false => &mut self.hidden,
                };
                creations.insert(subject);
                creations.extend(&erase.entries);
            }
            EraseTarget::Part(_) => self.sealed.extend(&erase.entries),
            EraseTarget::Blob(_) => {}
        }
    }

    /// The seals and grants of erased parts.
    pub fn sealed(&self) -> impl Iterator<Item = &Place> {
        self.sealed.iter()
    }

    /// Whether the body of the entry of this kind at `place`, about `subject`, is named.
    #[must_use]
    pub fn name(&self, kind: Kind, place: &Place, subject: Option<&Place>) -> bool {
        let of_record = || subject.is_some_and(|it| self.creations.contains(it));
        let of_hidden = || subject.is_some_and(|it| self.hidden.contains(it));
        match kind {
            Kind::CREATE => self.creations.contains(place),
            Kind::CHANGE => of_record(),
            Kind::SEAL | Kind::GRANT => of_record() || of_hidden() || self.sealed.contains(place),
            _ => false,
        }
    }

    /// Whether it is excused that this body is missing.
    #[must_use]
    pub fn excuse(&self, missing: &LeftOut) -> bool {
        self.name(missing.kind, &missing.place, missing.subject.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{NodeId, RecordId};
    use crate::seal::erase::EraseReason;
    use crate::seal::part::PartName;

    const fn place(seq: u64) -> Place {
        Place {
            author: NodeId([1; 32]),
            seq,
        }
    }

    #[test]
    fn a_record_takes_all_that_names_its_creations_and_a_part_its_seals_and_grants() {
        let erase = |target, entries: &[u64]| {
            let entries = entries.iter().copied().map(place).collect();
            Erase::new(RecordId([2; 32]), target, entries, EraseReason::ASKED)
        };
        let mut bodies = ErasedBodies::default();
        bodies.add(place(2), &erase(EraseTarget::Record, &[7]), true);
        bodies.add(place(40), &erase(EraseTarget::Record, &[]), false);
        let part = "identity".parse::<PartName>().unwrap();
        bodies.add(place(20), &erase(EraseTarget::Part(part), &[21, 22]), false);
        let names = |kind, at, about: u64| bodies.name(kind, &place(at), Some(&place(about)));
        assert!(bodies.name(Kind::CREATE, &place(2), None));
        assert!(bodies.name(Kind::CREATE, &place(7), None));
        assert!(!bodies.name(Kind::CREATE, &place(20), None));
        for kind in [Kind::CHANGE, Kind::SEAL, Kind::GRANT] {
            assert!(names(kind, 9, 7) && !names(kind, 9, 3));
        }
        assert!(bodies.sealed().map(|it| it.seq).eq([21, 22]));
        assert!(names(Kind::SEAL, 21, 20) && names(Kind::GRANT, 22, 20));
        assert!(!names(Kind::SEAL, 23, 20) && !names(Kind::CHANGE, 21, 20));
        assert!(names(Kind::SEAL, 9, 40) && !names(Kind::CHANGE, 9, 40));
        assert!(!bodies.name(Kind::CREATE, &place(40), None));
        assert!(!names(Kind::ADDRESS, 9, 7));
    }
}
