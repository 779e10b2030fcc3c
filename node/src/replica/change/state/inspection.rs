//! What of a state only tests ask.

use sync_protocol::id::ActorId;

use super::super::error::CheckError;
use super::super::parse::Change;
use super::super::plan::Plan;
use super::{HeldChange, Live, State};

impl State {
    /// Whether a change fits, and is by `actor`; [`State::apply`] asks this first.
    pub(crate) fn check(&self, change: &Change<'_>, actor: &ActorId) -> Result<(), CheckError> {
        Plan::new(self, change, actor).map(drop)
    }

    /// The value of a key that stands.
    pub(crate) fn winner(&self, key: &str) -> Option<&Live> {
        self.values(key).last()
    }

    /// The hashes of the changes that no other follows, in rising order.
    pub(crate) fn heads(&self) -> Vec<[u8; 32]> {
        let heads = self.log.heads.iter();
        let mut heads: Vec<_> = heads.map(|place| self.log.held(*place).hash).collect();
        heads.sort_unstable();
        heads
    }

    /// The greatest operation number; 0 before the first change.
    pub(crate) fn max_op(&self) -> u32 {
        let last = self.log.changes.iter().map(|change| change.last_op);
        last.max().unwrap_or(0)
    }

    /// Every change, ancestors first, with what it follows directly.
    pub(crate) fn changes(
        &self,
    ) -> impl Iterator<Item = (HeldChange<'_>, impl Iterator<Item = &[u8; 32]>)> {
        self.log.changes.iter().enumerate().map(|(place, change)| {
            let dependencies = self.log.dependencies(change).iter();
            let hashes = dependencies.map(|dependency| &self.log.held(*dependency).hash);
            (self.held(place as u32), hashes)
        })
    }

    /// The last change of an actor.
    pub(crate) fn last_of(&self, actor: &ActorId) -> Option<HeldChange<'_>> {
        let place = self.log.actor_place(actor)?;
        Some(self.held(self.log.actors_last(place)?))
    }

    /// The change of this hash.
    pub(crate) fn change(&self, hash: &[u8; 32]) -> Option<HeldChange<'_>> {
        Some(self.held(self.log.place(hash)?))
    }
}
