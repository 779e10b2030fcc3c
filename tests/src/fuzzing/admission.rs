//! Entries about one record whose bodies a member wrote that means harm, each to its verdict.
//!
//! The bytes begin with who counts how far; then come steps of two bytes: what to do with the entry at
//! hand, and with which value. A step that brings bytes of its own is followed by their number and
//! them. Others hear the same entries in two other orders, and once with bodies that come late: all come to one verdict on each and to the
//! same values, what honest nodes wrote is accepted whatever stands beside it, and they go on writing.

use capactif_node::registry::Value;
use capactif_node::replica::{Judged, Trial};
use sync_protocol::entry::{Entry, Place};

mod attack;
mod ground;
mod members;

use attack::Attack;
use ground::{GROUND, edits, write};
use members::{HOSTILE, OTHER, OWNER, STOLEN};

pub(super) fn admission(bytes: &[u8]) -> bool {
    let ground = &*GROUND;
    let Some(attack) = Attack::read(bytes) else {
        return false;
    };
    let late = std::slice::from_ref(&ground.late);
    let governed = |trial: &Trial| {
        let mut trial = trial.clone();
        trial.govern(attack.members.clone());
        trial
    };
    // As they come, one by one.
    let mut trial = governed(&ground.known);
    let mut before = trial.verdicts();
    for entry in &attack.said {
        trial.hear(std::slice::from_ref(entry));
        let after = trial.verdicts();
        for (place, judged) in &before {
            let stays = matches!(judged, Judged::Waits(_)) || after[place] == *judged;
            assert!(stays, "{judged:?} becomes {:?}", after[place]);
        }
        before = after;
    }
    trial.hear(late);
    // All at once.
    let mut together = governed(&ground.nothing);
    let all: Vec<Entry> = [&attack.said, ground.honest.as_slice(), late].concat();
    together.hear(&all);
    // Whose they are, those first that nobody trusts.
    let mut apart = governed(&ground.nothing);
    for author in [STOLEN, HOSTILE, OTHER, OWNER] {
        for entry in all.iter().filter(|it| it.header.author == author) {
            apart.hear(std::slice::from_ref(entry));
        }
    }
    // From who leaves out every second body at first.
    let mut stripped = governed(&ground.nothing);
    let (kept, late_bodies): (Vec<&Entry>, Vec<&Entry>) =
        all.iter().partition(|it| it.header.seq % 2 == 1);
    for entry in &all {
        let mut entry = entry.clone();
        if !kept.contains(&&entry) {
            entry.body = None;
        }
        stripped.hear(&[entry]);
    }
    for entry in late_bodies.into_iter().rev() {
        stripped.hear(std::slice::from_ref(entry));
    }
    let verdicts = trial.verdicts();
    for other in [&together, &apart, &stripped] {
        assert_eq!(other.verdicts(), verdicts, "the order makes a difference");
        assert_eq!(other.digest(), trial.digest());
    }
    for entry in ground.honest.iter().chain(late) {
        assert_eq!(verdicts[&entry.place()], Judged::Accepted);
    }
    // What is about another record is none of this one's.
    assert!(verdicts.len() <= all.len());
    write(
        &mut trial,
        OWNER,
        4,
        edits([("headcount", Value::Integer(77))]),
    );
    trial.finish();
    let is_hostile = |place: &Place| [HOSTILE, STOLEN].contains(&place.author);
    let mut accepted = verdicts.iter().filter(|(_, it)| **it == Judged::Accepted);
    accepted.any(|(place, _)| is_hostile(place))
}

/// What those who mean harm would have written, as it is, alone and after one another; some of it
/// slightly wrong beside.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let steps: [&[[u8; 2]]; 6] = [
        &[
            [0, 0],
            [15, 0],
            [0, 1],
            [15, 0],
            [0, 2],
            [15, 0],
            [0, 3],
            [15, 0],
        ],
        &[[0, 4], [15, 0], [0, 5], [15, 0]],
        &[[0, 6], [15, 0], [0, 7], [15, 0], [0, 0], [15, 0]],
        &[
            [0, 0],
            [15, 0],
            [0, 1],
            [1, 9],
            [15, 0],
            [0, 1],
            [2, 1],
            [15, 0],
        ],
        &[
            [0, 0],
            [12, 9],
            [15, 0],
            [0, 1],
            [12, 3],
            [15, 0],
            [0, 1],
            [11, 40],
            [15, 0],
        ],
        &[
            [0, 0],
            [15, 0],
            [0, 1],
            [6, 8],
            [5, 3],
            [15, 0],
            [0, 2],
            [0x39, 9],
            [15, 0],
        ],
    ];
    let whole = |steps: &&[[u8; 2]]| [&[0], steps.concat().as_slice()].concat();
    steps.iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use sync_protocol::body::Create;
    use sync_protocol::id::RecordId;

    use super::super::runs::NETWORK;
    use super::members::{record, structure};
    use super::*;

    #[test]
    fn what_is_drafted_here_is_about_the_record_and_accepted() {
        let ground = &*GROUND;
        assert_eq!(ground.drafts.len(), 8);
        let mut attack = Attack::read(&[0]).unwrap();
        for template in &ground.drafts[..4] {
            attack.say(0, template, template.body());
        }
        let mut trial = ground.known.clone();
        trial.hear(&attack.said);
        let verdicts = trial.verdicts();
        assert!(verdicts.values().all(|it| *it == Judged::Accepted));
        assert_eq!(verdicts.len(), 8);
        let create = Create::decode(ground.honest[0].body.as_ref().unwrap()).unwrap();
        let of = structure(&OWNER);
        let ours = RecordId::derive(&NETWORK, &of, &create.collection, &create.salt);
        assert_eq!(ours, record());
    }
}
