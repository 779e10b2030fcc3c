//! What a change follows, and what its author can have seen.
//!
//! **Operation numbers.** Automerge numbers a change's first operation one above the greatest in
//! the document it is made in. All heads of that document are dependencies of the change, so this
//! is one above the greatest of its ancestors, and of its direct dependencies, which is what is
//! asked here; asking for the greatest held would make the verdict depend on arrival. Automerge
//! also always names the actor's change before among the dependencies; here following it, however
//! indirectly, is enough. From both: no two operations of an actor have one number.

use sync_protocol::id::ActorId;

use super::error::CheckError;
use super::log::{Ancestry, Made, OpId};
use super::operation::OpRef;
use super::parse::Change;
use super::state::State;

/// The places of what the change follows, if its header fits.
pub(super) fn follows(
    state: &State,
    change: &Change<'_>,
    actor: &ActorId,
) -> Result<Vec<u32>, CheckError> {
    let log = state.log();
    if log.place(&change.hash).is_some() {
        return Err(CheckError::Held);
    }
    if change.actor != *actor {
        return Err(CheckError::ForeignActor {
            actual: change.actor,
        });
    }
    if !change.message.is_empty() {
        return Err(CheckError::UnexpectedMessage);
    }
    if change.time != 0 {
        return Err(CheckError::UnexpectedTime { time: change.time });
    }
    let mut dependencies = Vec::with_capacity(change.dependencies.len());
    let mut ancestors = 0;
    for hash in change.dependencies {
        let place = log.place(hash);
        let place = place.ok_or(CheckError::MissingDependency { hash: *hash })?;
        ancestors = ancestors.max(log.held(place).last_op);
        dependencies.push(place);
    }
    let held = log
        .actor_place(actor)
        .map_or(0, |place| log.actor(place).changes.len() as u64);
    if change.seq != held + 1 {
        return Err(CheckError::WrongSequence {
            held,
            actual: change.seq,
        });
    }
    if change.start_op != ancestors + 1 {
        return Err(CheckError::WrongOperationNumber {
            expected: ancestors + 1,
            actual: change.start_op,
        });
    }
    Ok(dependencies)
}

/// What the change can have seen.
pub(super) struct Sight<'s> {
    pub(super) state: &'s State,
    ancestry: Ancestry<'s>,
    own: u32,
    /// For each actor that the change lists, its place in the log.
    names: Vec<Option<u32>>,
}

impl<'s> Sight<'s> {
    /// The view of a change that follows these, the change of its actor before among them.
    pub(super) fn new(
        state: &'s State,
        change: &Change<'_>,
        dependencies: &'s [u32],
    ) -> Result<Self, CheckError> {
        let log = state.log();
        let own = log.actor_place(&change.actor);
        let own = own.unwrap_or_else(|| log.actor_count());
        let mut ancestry = Ancestry::new(log, dependencies);
        if let Some(before) = log.actors_last(own)
            && !ancestry.contains(before)
        {
            return Err(CheckError::ForgottenSequence);
        }
        let mut names = vec![Some(own)];
        names.extend(change.actors().skip(1).map(|other| log.actor_place(&other)));
        Ok(Self {
            state,
            ancestry,
            own,
            names,
        })
    }

    /// An operation as the log names it, if its actor is known there.
    pub(super) fn id(&self, name: OpRef) -> Option<OpId> {
        Some(OpId {
            counter: name.counter,
            actor: (*self.names.get(name.actor as usize)?)?,
        })
    }

    /// What an operation that the change follows made.
    pub(super) fn made(&mut self, name: OpRef) -> Option<Made> {
        let id = self.id(name)?;
        let log = self.state.log();
        let change = log.change_of(id)?;
        // It follows all earlier changes of its actor, since each follows the one before.
        if id.actor != self.own && !self.ancestry.contains(change) {
            return None;
        }
        Some(log.made_by(change, id.counter))
    }
}
