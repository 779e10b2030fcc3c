//! Erasures: who may, what becomes of what, and who did it.

use std::collections::BTreeSet;

use super::state::{EraseFact, EraseLog, Fate, Progress};
use super::*;
use crate::id::{NodeId, StructureId};
use crate::seal::part::tests::name;

const NETWORK: NetworkId = NetworkId([1; 32]);
const RECORD_ID: RecordId = RecordId([2; 32]);
const OWNER: StructureId = StructureId([3; 32]);
const PARTNER: StructureId = StructureId([4; 32]);
const OTHER: StructureId = StructureId([5; 32]);
const SUBJECT: Place = Place {
    author: NodeId([8; 32]),
    seq: 9,
};
const PHOTO: BlobHash = BlobHash([6; 32]);

fn root() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn identity() -> EraseTarget {
    EraseTarget::Part(name("identity"))
}

fn id(seed: u8) -> EntryId {
    EntryId([seed; 32])
}

/// An owner names what goes of a part; others erase their own copies of it.
fn fact(structure: StructureId, target: EraseTarget, agreed: bool) -> EraseFact {
    let named = match (&target, structure) {
        (EraseTarget::Part(_), OWNER) => vec![SUBJECT],
        _ => vec![],
    };
    naming(structure, target, named, agreed)
}

fn naming(
    structure: StructureId,
    target: EraseTarget,
    named: Vec<Place>,
    agreed: bool,
) -> EraseFact {
    EraseFact {
        structure,
        as_owner: structure == OWNER,
        agreed,
        erase: Erase::new(RECORD_ID, target, named, EraseReason::ASKED),
    }
}

fn log(facts: &[EraseFact]) -> EraseLog {
    let mut log = EraseLog::default();
    for (seed, fact) in (1..).zip(facts) {
        assert!(log.observe(id(seed), fact.clone()));
        assert!(!log.observe(id(seed), fact.clone()));
    }
    log
}

/// Of the record, of its identity at the owner, the partner and another, and of its photograph.
fn fates(log: &EraseLog) -> [Fate; 5] {
    let part = |structure| log.part(&name("identity"), structure);
    [
        log.record(),
        part(&OWNER),
        part(&PARTNER),
        part(&OTHER),
        log.blob(PHOTO),
    ]
}

#[test]
fn bodies_round_trip_and_the_root_agrees_to_one_thing() {
    let named = vec![SUBJECT, Place { seq: 10, ..SUBJECT }];
    let targets = [
        (EraseTarget::Record, named.clone()),
        (identity(), named),
        (EraseTarget::Blob(PHOTO), vec![]),
    ];
    for (target, entries) in targets {
        let plain = Erase::new(RECORD_ID, target, entries, EraseReason::RETENTION);
        assert_eq!(Erase::decode(&plain.encode()), Ok(plain.clone()));
        assert_eq!(plain.agreed_by(NETWORK, &SUBJECT), None);
        let agreed = plain.countersigned(NETWORK, &SUBJECT, &root());
        let bytes = agreed.encode();
        assert_eq!(Erase::decode(&bytes), Ok(agreed.clone()));
        let key = RootKey(root().verifying_key().to_bytes());
        assert_eq!(agreed.agreed_by(NETWORK, &SUBJECT), Some(key));
        assert_eq!(agreed.agreed_by(NetworkId([9; 32]), &SUBJECT), None);
        // Nor is it agreed in an entry about another record.
        let other = Place { seq: 1, ..SUBJECT };
        assert_eq!(agreed.agreed_by(NETWORK, &other), None);
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let Ok(read) = Erase::decode(&changed) else {
                continue;
            };
            assert_eq!(read.encode(), changed);
            // The reason is shown to people; the root agrees to what is erased.
            let same = Erase {
                why: agreed.why,
                ..read.clone()
            };
            let holds = read.agreed_by(NETWORK, &SUBJECT).is_some();
            assert_eq!(holds, same == agreed, "byte {index}");
        }
    }
}

#[test]
fn bodies_that_say_nothing_are_refused() {
    let erase = |target, entries, why| {
        Erase::decode(&Erase::new(RECORD_ID, target, entries, EraseReason(why)).encode())
    };
    assert!(erase(EraseTarget::Record, vec![SUBJECT], 1).is_ok());
    assert!(erase(EraseTarget::Record, vec![SUBJECT], 0).is_err());
    assert!(erase(EraseTarget::Record, vec![SUBJECT; 2], 1).is_err());
    assert!(erase(EraseTarget::Blob(PHOTO), vec![SUBJECT], 1).is_err());
    let nowhere = Place { seq: 0, ..SUBJECT };
    assert!(erase(EraseTarget::Record, vec![nowhere], 1).is_err());
    let places = |count: u64| (1..=count).map(|seq| Place { seq, ..SUBJECT }).collect();
    assert!(erase(identity(), places(512), 1).is_ok());
    assert!(erase(identity(), places(513), 1).is_err());
    assert!(
        Erased::decode(
            &Erased {
                scope: Scope::All,
                erases: vec![]
            }
            .encode()
        )
        .is_err()
    );
    let twice = Erased {
        scope: Scope::All,
        erases: vec![id(1), id(1)],
    };
    assert!(Erased::decode(&twice.encode()).is_err());
    let many = |count: u16| {
        let entry = |place: u16| {
            let mut bytes = [0; 32];
            bytes[..2].copy_from_slice(&place.to_be_bytes());
            EntryId(bytes)
        };
        let erases = (0..count).map(entry).collect();
        Erased {
            scope: Scope::Sealed,
            erases,
        }
    };
    assert_eq!(Erased::decode(&many(1_024).encode()), Ok(many(1_024)));
    assert!(Erased::decode(&many(1_025).encode()).is_err());
}

#[test]
fn an_erased_record_is_hidden_and_its_sealed_parts_go_at_once() {
    use Fate::{Deleted, Hidden, Kept};
    assert_eq!(fates(&log(&[])), [Kept; 5]);
    let by_node = fact(OWNER, EraseTarget::Record, false);
    let expected = [Hidden, Deleted, Deleted, Deleted, Hidden];
    assert_eq!(fates(&log(std::slice::from_ref(&by_node))), expected);
    let by_root = fact(OWNER, EraseTarget::Record, true);
    assert_eq!(fates(&log(&[by_node, by_root])), [Deleted; 5]);
}

#[test]
fn only_the_owner_erases_and_a_recipient_its_own_copies() {
    use Fate::{Deleted, Hidden, Kept};
    let by_others = log(&[
        fact(PARTNER, EraseTarget::Record, true),
        fact(PARTNER, EraseTarget::Blob(PHOTO), true),
    ]);
    assert_eq!(fates(&by_others), [Kept; 5]);
    let own = log(&[fact(PARTNER, identity(), false)]);
    assert_eq!(fates(&own), [Kept, Kept, Deleted, Kept, Kept]);
    assert_eq!(own.part(&name("notes"), &PARTNER), Kept);
    let part = log(&[fact(OWNER, identity(), false)]);
    assert_eq!(fates(&part), [Kept, Deleted, Deleted, Deleted, Kept]);
    let blob = log(&[fact(OWNER, EraseTarget::Blob(PHOTO), false)]);
    assert_eq!(fates(&blob), [Kept, Kept, Kept, Kept, Hidden]);
    // What an erasure is, its bytes say: naming what goes for all, or nothing for oneself.
    let for_all = naming(PARTNER, identity(), vec![SUBJECT], true);
    assert_eq!(fates(&log(&[for_all])), [Kept; 5]);
    let for_oneself = naming(OWNER, identity(), vec![], true);
    let alone = log(&[for_oneself]);
    assert_eq!(fates(&alone), [Kept, Deleted, Kept, Kept, Kept]);
    assert_eq!(alone.targets(), [&identity()].into());
    let nodes = [NodeId([1; 32])].into();
    let mut told = alone;
    told.acknowledge(
        NodeId([1; 32]),
        &Erased {
            scope: Scope::All,
            erases: vec![id(1)],
        },
    );
    assert_eq!(told.progress(&identity(), &nodes).waiting, nodes);
}

/// The charter's heads leave the thief's entries out of the set.
#[test]
fn what_a_stolen_laptop_erased_is_back_once_it_is_revoked() {
    let before = [fact(OWNER, EraseTarget::Blob(PHOTO), true)];
    let stolen = fact(OWNER, EraseTarget::Record, false);
    let with = log(&[before[0].clone(), stolen]);
    assert_eq!(with.record(), Fate::Hidden, "not a byte of it is deleted");
    let without = log(&before);
    assert_eq!(
        (without.record(), without.blob(PHOTO)),
        (Fate::Kept, Fate::Deleted)
    );
}

#[test]
fn erased_on_two_of_three() {
    let node = |seed: u8| NodeId([seed; 32]);
    let nodes: BTreeSet<NodeId> = [node(1), node(2), node(3)].into();
    let mut log = log(&[
        fact(OWNER, EraseTarget::Record, false),
        fact(OWNER, EraseTarget::Record, true),
        fact(PARTNER, identity(), false),
    ]);
    let says = |scope, seeds: &[u8]| Erased {
        scope,
        erases: seeds.iter().map(|seed| id(*seed)).collect(),
    };
    // What is sealed goes on the first word; of a partner's own copies nobody else speaks.
    log.acknowledge(node(1), &says(Scope::Sealed, &[1, 3]));
    log.acknowledge(node(2), &says(Scope::All, &[2]));
    log.acknowledge(node(2), &says(Scope::Sealed, &[2]));
    log.acknowledge(node(3), &says(Scope::All, &[3, 9]));
    log.acknowledge(node(8), &says(Scope::All, &[2]));
    let record = log.progress(&EraseTarget::Record, &nodes);
    let expected = Progress {
        done: [node(2)].into(),
        waiting: [node(1), node(3)].into(),
    };
    assert_eq!(record, expected);
    let part = log.progress(&identity(), &nodes);
    assert_eq!(part.done, [node(1), node(2)].into());
    // That the root agrees later to what a node had done in part does not say that it did the rest.
    log.observe(id(1), fact(OWNER, EraseTarget::Record, true));
    assert_eq!(log.progress(&EraseTarget::Record, &nodes), expected);
    log.acknowledge(node(1), &says(Scope::All, &[1, 2]));
    log.acknowledge(node(3), &says(Scope::All, &[2]));
    let all = log.progress(&EraseTarget::Record, &nodes);
    assert_eq!((all.done, all.waiting), (nodes, BTreeSet::new()));
}

#[test]
fn facts_in_any_order_come_to_the_same() {
    let facts = [
        fact(OWNER, EraseTarget::Record, false),
        fact(OWNER, EraseTarget::Blob(PHOTO), true),
        fact(PARTNER, identity(), false),
        fact(OWNER, EraseTarget::Part(name("notes")), false),
        naming(OTHER, identity(), vec![SUBJECT], true),
        fact(OTHER, EraseTarget::Record, true),
    ];
    let expected = fates(&log(&facts));
    let mut random = fastrand::Rng::with_seed(8);
    for _ in 0..100 {
        let mut order: Vec<usize> = (0..facts.len()).collect();
        random.shuffle(&mut order);
        let shuffled: Vec<EraseFact> = order.iter().map(|place| facts[*place].clone()).collect();
        assert_eq!(fates(&log(&shuffled)), expected);
    }
}

#[test]
fn altered_bodies_never_panic() {
    let agreed = Erase::new(RECORD_ID, identity(), vec![SUBJECT], EraseReason::ASKED);
    let agreed = agreed.countersigned(NETWORK, &SUBJECT, &root());
    let done = Erased {
        scope: Scope::All,
        erases: vec![id(1), id(2)],
    };
    let mut random = fastrand::Rng::with_seed(5);
    for bytes in [agreed.encode(), done.encode()] {
        for _ in 0..3_000 {
            let mut changed = bytes.clone();
            changed[random.usize(..bytes.len())] ^= random.u8(1..);
            changed.truncate(random.usize(1..=bytes.len()));
            if let Ok(read) = Erase::decode(&changed) {
                assert_eq!(read.encode(), changed);
            }
            if let Ok(read) = Erased::decode(&changed) {
                assert_eq!(read.encode(), changed);
            }
        }
    }
}
