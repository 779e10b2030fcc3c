//! Alterations of honest changes: of their bytes, and of what they say.

use std::collections::BTreeMap;

use super::Change;
use super::encode::{Key, Name};
use super::testing::{Forged, mended};

/// Bytes altered somewhere, with or without the header put right.
pub(super) fn altered(random: &mut fastrand::Rng, chunk: &[u8]) -> Vec<u8> {
    let mut bytes = chunk.to_vec();
    for _ in 0..random.usize(1..4) {
        let place = random.usize(..bytes.len().max(1));
        match random.u8(..6) {
            0 | 1 => bytes[place] ^= 1 << random.u8(..8),
            2 => bytes[place] = random.u8(..),
            3 => bytes.insert(place, random.u8(..)),
            4 if bytes.len() > 1 => drop(bytes.remove(place)),
            5 if random.u8(..4) == 0 => bytes.truncate(place),
            _ => bytes[place] = bytes[place].wrapping_add(1),
        }
        if bytes.is_empty() {
            break;
        }
    }
    if random.u8(..8) > 0 {
        mended(&bytes)
    } else {
        bytes
    }
}

/// A well-formed change that says something else.
pub(super) fn lying(random: &mut fastrand::Rng, chunk: &[u8], known: &[[u8; 32]]) -> Vec<u8> {
    let mut forged = Forged::of(&Change::parse(chunk).unwrap());
    for _ in 0..random.usize(1..4) {
        lie(random, &mut forged, known);
    }
    if random.u8(..4) > 0 {
        tidy(&mut forged);
    }
    forged.chunk()
}

fn lie(random: &mut fastrand::Rng, forged: &mut Forged, known: &[[u8; 32]]) {
    let greatest = forged.start_op + forged.operations.len() as u64;
    let actors = forged.others.len() as u64 + 1;
    let name = |random: &mut fastrand::Rng| (random.u64(..actors), random.u64(..=greatest));
    let nudged =
        |random: &mut fastrand::Rng, number: u64| number.saturating_add_signed(random.i64(-2..=2));
    if random.u8(..5) == 0 {
        match random.u8(..7) {
            0 => forged.seq = nudged(random, forged.seq),
            1 => forged.start_op = nudged(random, forged.start_op),
            2 => drop(forged.dependencies.pop()),
            3 | 4 => {
                forged.dependencies.extend(random.choice(known));
                forged.dependencies.sort_unstable();
            }
            5 => forged.actor = [[0x90, 0x10, 0xF0, 0x50, 0xB0][random.usize(..5)]; 16],
            _ => forged
                .others
                .push([[0x90, 0x10, 0xF0, 0x50, 0xB0][random.usize(..5)]; 16]),
        }
        return;
    }
    if forged.operations.is_empty() {
        return;
    }
    let place = random.usize(..forged.operations.len());
    let other = random.usize(..forged.operations.len());
    match random.u8(..16) {
        0 => drop(forged.operations.remove(place)),
        1 => {
            let again = forged.operations[other].clone();
            forged.operations.insert(place, again);
        }
        2 => forged.operations.swap(place, other),
        3 => {
            let one = name(random);
            forged.operations[place].predecessors.push(one);
        }
        4 => drop(forged.operations[place].predecessors.pop()),
        5 | 6 => {
            let one = &mut forged.operations[place];
            if let Some(last) = one.predecessors.last_mut() {
                *last = (random.u64(..actors), nudged(random, last.1));
            }
        }
        7 => forged.operations[place].object = Some(name(random)),
        8 => forged.operations[place].object = None,
        9 => forged.operations[place].key = Key::At(name(random)),
        10 => forged.operations[place].key = forged.operations[other].key.clone(),
        11 => forged.operations[place].key = Key::Text(format!("field{}", random.u8(..5)).into()),
        12 => forged.operations[place].insert ^= true,
        13 => forged.operations[place].action = random.u64(..8),
        14 => forged.operations[place].kind = random.u64(..11),
        _ => {
            let (kind, value) = (
                forged.operations[other].kind,
                &forged.operations[other].value,
            );
            let value = value.clone();
            forged.operations[place].kind = kind;
            forged.operations[place].value = value;
        }
    }
}

/// Lists the actors that are named and no others, in order, and predecessors in theirs.
fn tidy(forged: &mut Forged) {
    let own = forged.actor;
    let before: Vec<[u8; 16]> = [own].iter().chain(&forged.others).copied().collect();
    let mut named: Vec<[u8; 16]> = Vec::new();
    for_each_name(forged, |name| named.extend(before.get(name.0 as usize)));
    named.retain(|actor| *actor != own);
    named.sort_unstable();
    named.dedup();
    let after: BTreeMap<[u8; 16], u64> = named.iter().copied().zip(1..).collect();
    for_each_name(forged, |name| {
        let actor = before.get(name.0 as usize).unwrap_or(&own);
        name.0 = after.get(actor).copied().unwrap_or(0);
    });
    for operation in &mut forged.operations {
        let bytes = |actor: u64| match actor {
            0 => own,
            place => named[place as usize - 1],
        };
        let order = |name: &Name| (name.1, bytes(name.0));
        operation.predecessors.sort_unstable_by_key(order);
        operation.predecessors.dedup();
    }
    forged.others = named;
    forged.dependencies.sort_unstable();
    forged.dependencies.dedup();
}

fn for_each_name(forged: &mut Forged, mut call: impl FnMut(&mut Name)) {
    for operation in &mut forged.operations {
        if let Some(object) = &mut operation.object {
            call(object);
        }
        if let Key::At(element) = &mut operation.key {
            call(element);
        }
        operation.predecessors.iter_mut().for_each(&mut call);
    }
}
