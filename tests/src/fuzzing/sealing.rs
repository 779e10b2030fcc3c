//! What is said of one record's sealed parts, of its erasure and of the keys that are sealed to, in any
//! order.
//!
//! The bytes are acts of four bytes: who (the low three bits; of five structures, the first of which
//! owns the record), what, and two that choose of what. An act of raw bytes is followed by as many as
//! its last byte says. What was said is then heard by others backwards and in a third order: all come to
//! the same, a verdict once given stays, and whoever reads what stands may write what follows.

use std::collections::BTreeSet;

use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{BlobHash, EntryId};
use sync_protocol::seal::Random;
use sync_protocol::seal::body::{MAX_GRANTS, MAX_PARENTS, Seal};
use sync_protocol::seal::key::{Generation, SealingSecret};
use sync_protocol::seal::lockbox::Lockbox;
use sync_protocol::seal::part::{Commitment, PartName, SealedPart};
use sync_protocol::seal::state::{PartLog, PartState, Said, SealFact};

use super::runs::NETWORK;

mod keeper;
mod people;
mod world;

use keeper::Keeper;
use people::{NODES, PUBLICS, RECORD, STRUCTURES, wraps};
use world::World;

/// Acts of one input: more only take longer.
const MOST_ACTS: usize = 40;

/// What follows from the rules, whatever was said of a part.
fn check_part(log: &PartLog, part: &PartName, state: &PartState) {
    assert!(state.next_parents.len() <= MAX_PARENTS && state.next_grants.len() <= MAX_GRANTS);
    assert!(state.heads.iter().eq(state.readers.keys()));
    let mut settled = state.heads.iter().chain(&state.next_grants);
    assert!(settled.all(|id| !state.waiting.contains(id) && !state.refused.contains_key(id)));
    for (who, structure) in STRUCTURES.iter().enumerate() {
        let reads = |id: &EntryId| state.readers[id].contains(structure);
        let may = !state.next_parents.is_empty() && state.next_parents.iter().all(reads);
        if !may && who != 0 {
            continue;
        }
        let next = Seal {
            part: part.clone(),
            number: state.next_number.max(1),
            parents: state.next_parents.clone(),
            grants: state.next_grants.clone(),
            sealed: SealedPart {
                blob: BlobHash([0; 32]),
                size: 1065,
                commitment: Commitment([0; 32]),
            },
            wraps: wraps(1 << who),
        };
        assert_eq!(Seal::decode(&next.encode()).as_ref(), Ok(&next));
        // Nobody named it beforehand: it is made of its content elsewhere.
        let id = EntryId(std::array::from_fn(|n| 0xA0 ^ n as u8));
        let fact = SealFact {
            structure: *structure,
            as_owner: who == 0,
            said: Said::Seal(next),
        };
        let mut then = log.clone();
        assert!(then.observe(id, fact));
        let then = then.state();
        let left = state.heads.len() - state.next_parents.len();
        assert_eq!(then.heads.len(), left + 1, "what stands is replaced");
        assert_eq!(then.readers[&id], BTreeSet::from([*structure]));
    }
}

pub(super) fn sealing(bytes: &[u8]) -> bool {
    let mut world = World::default();
    let Some((order, mut rest)) = bytes.split_first() else {
        return false;
    };
    for _ in 0..MOST_ACTS {
        let Some(([who, what, which, further], behind)) = rest.split_first_chunk() else {
            break;
        };
        rest = behind;
        let who = usize::from(who & 7) % 5;
        if what % 16 == 15 {
            let (body, behind) = rest.split_at(usize::from(*further).min(rest.len()));
            rest = behind;
            world.say(who, Kind(10 + which % 6), body.to_vec());
        } else {
            world.act(who, *what, *which, *further);
        }
    }
    let outcome = world.keeper.outcome();
    let (mut backwards, mut turned) = (Keeper::default(), Keeper::default());
    for entry in world.entries.iter().rev() {
        backwards.hear(entry);
    }
    // By a step that meets each once, some of them twice.
    let count = world.entries.len();
    let step = usize::from(*order) % count.max(1) + 1;
    for first in 0..step {
        for entry in world.entries.iter().skip(first).step_by(step) {
            turned.hear(entry);
        }
        if let Some(again) = world.entries.get(first) {
            turned.hear(again);
        }
    }
    for other in [backwards, turned] {
        assert_eq!(other.outcome(), outcome, "the order makes a difference");
    }
    for (part, state) in &outcome.parts {
        check_part(&world.keeper.parts[part], part, state);
    }
    open(&world);
    world.took > 1
}

/// Nothing said here was sealed to anybody, so nobody opens anything.
fn open(world: &World) {
    let secrets = [(
        Generation::FIRST,
        SealingSecret::generate(Random::new([1; 32])),
    )];
    let secrets = secrets.into();
    let last = |kind| world.entries.iter().rev().find(|it| it.header.kind == kind);
    let of = |entry: &Entry| entry.body.clone().expect("nothing is left out");
    if let Some(entry) = last(Kind::SEAL)
        && let Ok(seal) = Seal::decode(&of(entry))
    {
        let context = seal.context(NETWORK, RECORD, entry.header.author);
        let key = seal.key(&context, &STRUCTURES[0], &secrets);
        assert!(key.is_err());
    }
    if let Some(entry) = last(Kind::LOCKBOX)
        && let Ok(lockbox) = Lockbox::decode(&of(entry))
    {
        let stranger = SealingSecret::generate(Random::new([77; 32]));
        let by = (&NODES[0], &stranger);
        let opened = lockbox.open(NETWORK, &STRUCTURES[0], &PUBLICS[0], by);
        assert!(opened.is_err());
    }
}

/// What honest members do: seal, grant and take away, at once and one after the other; erase and say
/// that it is done; certify, rotate, make keys and hand them on.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let acts: [&[[u8; 4]]; 5] = [
        &[[0, 0, 3, 0], [1, 4, 7, 0], [2, 0, 7, 1], [0, 0, 5, 2]],
        &[
            [0, 0, 3, 0],
            [0, 0, 7, 1],
            [1, 16, 3, 2],
            [1, 4, 12, 0],
            [2, 0x34, 16, 0],
            [0, 0, 31, 3],
        ],
        &[
            [0, 0, 3, 0],
            [0, 0x17, 64, 1],
            [1, 7, 65, 0],
            [0, 9, 1, 3],
            [1, 9, 0, 1],
            [0, 0, 33, 0],
        ],
        &[
            [0, 10, 0, 0],
            [0, 10, 32, 0],
            [0, 10, 5, 1],
            [0, 12, 3, 2],
            [1, 10, 24, 1],
            [0, 10, 8, 0x80],
            [1, 10, 8, 0x70],
        ],
        &[
            [1, 0, 3, 0],
            [0, 0, 3, 0],
            [0, 14, 40, 1],
            [2, 36, 8, 0],
            [1, 53, 9, 16],
            [0, 3, 64, 7],
        ],
    ];
    let whole = |acts: &&[[u8; 4]]| [&[3], acts.concat().as_slice()].concat();
    acts.iter().map(whole).collect()
}
