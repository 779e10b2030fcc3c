//! Which records something waits for, as far as that is worth remembering.
//!
//! Most records wait for nothing, and are not to be asked for in the database each time. Whoever
//! writes entries about things that never come can make that list as long as it likes; beyond a
//! length it is given up, and the database is asked.

use std::collections::HashSet;

use sync_protocol::entry::Place;

/// So many creating entries are remembered, some 100 bytes each.
const MOST: usize = 65_536;

/// The creating entries that name the records of what waits.
#[derive(Debug)]
pub(super) enum Awaited {
    These(HashSet<Place>),
    /// Too many to remember.
    Any,
}

impl Default for Awaited {
    fn default() -> Self {
        Self::These(HashSet::new())
    }
}

impl Awaited {
    /// Whether something may wait for this.
    pub(super) fn contains(&self, creation: &Place) -> bool {
        match self {
            Self::These(places) => places.contains(creation),
            Self::Any => true,
        }
    }

    /// Whether nothing waits at all.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::These(places) => places.is_empty(),
            Self::Any => false,
        }
    }

    pub(super) fn insert(&mut self, creation: Place) {
        if let Self::These(places) = self {
            places.insert(creation);
            if places.len() > MOST {
                *self = Self::Any;
            }
        }
    }

    pub(super) fn remove(&mut self, creation: &Place) {
        if let Self::These(places) = self {
            places.remove(creation);
        }
    }
}

#[cfg(test)]
mod tests {
    use sync_protocol::id::NodeId;

    use super::*;

    #[test]
    fn who_waits_for_more_than_is_remembered_is_looked_up_and_never_missed() {
        let place = |seq: usize| Place {
            author: NodeId([1; 32]),
            seq: seq as u64,
        };
        let mut awaited = Awaited::default();
        assert!(awaited.is_empty());
        for seq in 1..=MOST {
            awaited.insert(place(seq));
        }
        assert!(awaited.contains(&place(MOST)) && !awaited.contains(&place(MOST + 1)));
        awaited.remove(&place(1));
        assert!(!awaited.contains(&place(1)));
        awaited.insert(place(1));
        awaited.insert(place(MOST + 1));
        assert!(matches!(awaited, Awaited::Any));
        assert!(awaited.contains(&place(MOST + 7)) && !awaited.is_empty());
    }
}
