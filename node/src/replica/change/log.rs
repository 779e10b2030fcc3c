//! The changes that a record holds: who follows whom, and what each of their operations made.
//!
//! Kept small: operations that made the same kind of thing stand together as one range, so a text
//! of a thousand characters takes as much room here as a number. Values are not kept here.

use std::collections::BTreeMap;
use std::ops::Range;

use sync_protocol::id::ActorId;

/// An operation by its number and its actor's place among [`Log::actors`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OpId {
    pub(crate) counter: u32,
    pub(crate) actor: u32,
}

/// What an operation made, for others to name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Nothing: it deleted.
    Nothing,
    /// A scalar under a key of the root: a place among the fields.
    Value(u32),
    /// A text under a key of the root: a place among the texts.
    Text(u32),
    /// An element of a text: that text's place.
    Element(u32),
}

/// Operations before `end`, and behind the range before, which made the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Same {
    pub(super) end: u32,
    pub(super) made: Made,
}

/// A change that is held.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) hash: [u8; 32],
    pub(super) actor: u32,
    pub(super) seq: u32,
    pub(super) start_op: u32,
    pub(super) last_op: u32,
    /// Where its dependencies stand among [`Log::dependencies`].
    dependencies: Range<u32>,
    /// Where its operations stand among [`Log::made`].
    made: Range<u32>,
}

/// An actor with its changes, in their order.
#[derive(Clone, Debug)]
pub(super) struct Actor {
    pub(super) id: ActorId,
    pub(super) changes: Vec<u32>,
}

/// All changes of a record, ancestors first.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    pub(super) changes: Vec<Held>,
    by_hash: BTreeMap<[u8; 32], u32>,
    actors: Vec<Actor>,
    by_actor: BTreeMap<ActorId, u32>,
    dependencies: Vec<u32>,
    made: Vec<Same>,
    pub(super) heads: Vec<u32>,
}

impl Log {
    /// A change's place.
    pub(super) fn place(&self, hash: &[u8; 32]) -> Option<u32> {
        self.by_hash.get(hash).copied()
    }

    pub(super) fn held(&self, place: u32) -> &Held {
        &self.changes[place as usize]
    }

    /// The places of what a change follows directly.
    pub(super) fn dependencies(&self, change: &Held) -> &[u32] {
        let Range { start, end } = change.dependencies;
        &self.dependencies[start as usize..end as usize]
    }

    pub(super) fn actor_place(&self, actor: &ActorId) -> Option<u32> {
        self.by_actor.get(actor).copied()
    }

    pub(super) fn actor(&self, place: u32) -> &Actor {
        &self.actors[place as usize]
    }

    /// An actor's last change.
    pub(super) fn actors_last(&self, place: u32) -> Option<u32> {
        self.actors.get(place as usize)?.changes.last().copied()
    }

    pub(super) fn actor_count(&self) -> u32 {
        self.actors.len() as u32
    }

    /// The change that an operation belongs to.
    pub(super) fn change_of(&self, operation: OpId) -> Option<u32> {
        let changes = &self.actors.get(operation.actor as usize)?.changes;
        let behind =
            changes.partition_point(|place| self.held(*place).start_op <= operation.counter);
        let place = *changes.get(behind.checked_sub(1)?)?;
        (operation.counter <= self.held(place).last_op).then_some(place)
    }

    /// What an operation of a held change made.
    pub(super) fn made_by(&self, change: u32, counter: u32) -> Made {
        let Range { start, end } = self.held(change).made;
        let ranges = &self.made[start as usize..end as usize];
        let place = ranges.partition_point(|range| range.end <= counter);
        ranges.get(place).map_or(Made::Nothing, |range| range.made)
    }

    /// The order in which Automerge puts operations: the last of several values is the winner.
    pub(super) fn is_before(&self, one: OpId, other: OpId) -> bool {
        one.counter < other.counter
            || (one.counter == other.counter
                && one.actor != other.actor
                && self.actor(one.actor).id < self.actor(other.actor).id)
    }

    /// The place of an actor, which is made if there is none.
    pub(super) fn admit_actor(&mut self, id: ActorId) -> u32 {
        *self.by_actor.entry(id).or_insert_with(|| {
            self.actors.push(Actor {
                id,
                changes: Vec::new(),
            });
            self.actors.len() as u32 - 1
        })
    }

    /// Takes a change whose dependencies are held; `made` are its operations.
    pub(super) fn push(
        &mut self,
        hash: [u8; 32],
        actor: u32,
        operations: Range<u32>,
        dependencies: &[u32],
        made: &[Same],
    ) {
        let place = self.changes.len() as u32;
        let own = &mut self.actors[actor as usize].changes;
        own.push(place);
        let held = Held {
            hash,
            actor,
            seq: own.len() as u32,
            start_op: operations.start,
            last_op: operations.end - 1,
            dependencies: extended(&mut self.dependencies, dependencies),
            made: extended(&mut self.made, made),
        };
        self.changes.push(held);
        self.by_hash.insert(hash, place);
        self.heads.retain(|head| !dependencies.contains(head));
        self.heads.push(place);
    }
}

fn extended<T: Copy>(all: &mut Vec<T>, more: &[T]) -> Range<u32> {
    let start = all.len() as u32;
    all.extend_from_slice(more);
    start..all.len() as u32
}

/// What a change follows, directly or not.
///
/// Who follows every head follows everything; else it is found out on the first question, in one
/// pass over the changes from the latest back.
#[derive(Debug)]
pub(super) struct Ancestry<'a> {
    log: &'a Log,
    dependencies: &'a [u32],
    follows_all: bool,
    follows: Vec<bool>,
}

impl<'a> Ancestry<'a> {
    pub(super) fn new(log: &'a Log, dependencies: &'a [u32]) -> Self {
        let follows_all = log.heads.iter().all(|head| dependencies.contains(head));
        Self {
            log,
            dependencies,
            follows_all,
            follows: Vec::new(),
        }
    }

    /// Whether it follows everything.
    pub(super) const fn follows_all(&self) -> bool {
        self.follows_all
    }

    pub(super) fn contains(&mut self, change: u32) -> bool {
        if self.follows_all || self.dependencies.contains(&change) {
            return true;
        }
        if self.follows.is_empty() {
            self.find();
        }
        self.follows.get(change as usize).copied().unwrap_or(false)
    }

    fn find(&mut self) {
        self.follows = vec![false; self.log.changes.len()];
        for dependency in self.dependencies {
            self.follows[*dependency as usize] = true;
        }
        // Dependencies stand before what follows them.
        for (place, change) in self.log.changes.iter().enumerate().rev() {
            if self.follows[place] {
                for dependency in self.log.dependencies(change) {
                    self.follows[*dependency as usize] = true;
                }
            }
        }
    }
}
