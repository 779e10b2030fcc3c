//! Sets of seals and grants, in all orders.

use super::*;
use crate::id::BlobHash;
use crate::seal::Random;
use crate::seal::key::{Generation, SealingSecret};
use crate::seal::part::tests::name;
use crate::seal::part::{Commitment, PartKey, SealedPart};
use crate::seal::wrap::Recipient;

mod histories;

/// The owner.
const A: u8 = 1;
const B: u8 = 2;
const C: u8 = 3;
const D: u8 = 4;

fn structure(seed: u8) -> StructureId {
    StructureId([seed; 32])
}

fn set(seeds: &[u8]) -> BTreeSet<StructureId> {
    seeds.iter().map(|seed| structure(*seed)).collect()
}

fn id(seed: u8) -> EntryId {
    EntryId([seed; 32])
}

fn ids(seeds: &[u8]) -> Vec<EntryId> {
    seeds.iter().map(|seed| id(*seed)).collect()
}

fn wraps(to: &[u8]) -> Vec<Wrap> {
    thread_local! {
        static ONE: Wrap = {
            let secret = SealingSecret::generate(Random::new([1; 32]));
            let to = Recipient {
                structure: structure(1),
                generation: Generation::FIRST,
                public: secret.public(),
            };
            let key = PartKey::generate(Random::new([2; 32]));
            Wrap::seal(&[0; 32], &key, &to, Random::new([3; 32])).unwrap()
        };
    }
    let wrap = |seed: &u8| {
        let mut wrap = ONE.with(|one| *one);
        wrap.recipient = structure(*seed);
        wrap
    };
    to.iter().map(wrap).collect()
}

type Fact = (EntryId, SealFact);

fn seal_of(part: &str, number: u32, parents: &[u8], grants: &[u8], to: &[u8]) -> Seal {
    Seal {
        part: name(part),
        number,
        parents: ids(parents),
        grants: ids(grants),
        sealed: SealedPart {
            blob: BlobHash([number.to_le_bytes()[0]; 32]),
            size: 1065,
            commitment: Commitment([0; 32]),
        },
        wraps: wraps(to),
    }
}

fn seal(entry: u8, by: u8, number: u32, parents: &[u8], grants: &[u8], to: &[u8]) -> Fact {
    let fact = SealFact {
        structure: structure(by),
        as_owner: by == A,
        said: Said::Seal(seal_of("identity", number, parents, grants, to)),
    };
    (id(entry), fact)
}

fn grant(entry: u8, by: u8, seal: u8, through: Option<u8>, to: &[u8]) -> Fact {
    let fact = SealFact {
        structure: structure(by),
        as_owner: by == A,
        said: Said::Grant(Grant {
            part: name("identity"),
            seal: id(seal),
            through: through.map(id),
            wraps: wraps(to),
        }),
    };
    (id(entry), fact)
}

/// The state that all orders of `facts` come to; a verdict, once given, is never another.
fn in_all_orders(facts: &[Fact]) -> PartState {
    let whole = |facts: &[Fact]| {
        let mut log = PartLog::default();
        for (id, fact) in facts {
            log.observe(*id, fact.clone());
        }
        log.state()
    };
    let expected = whole(facts);
    let mut orders = vec![Vec::new()];
    for place in 0..facts.len() {
        let put = |order: &Vec<usize>| -> Vec<Vec<usize>> {
            let at = |spot: usize| {
                let mut longer = order.clone();
                longer.insert(spot, place);
                longer
            };
            (0..=order.len()).map(at).collect()
        };
        orders = orders.iter().flat_map(put).collect();
    }
    for order in orders {
        let mut log = PartLog::default();
        for place in order {
            let (id, fact) = &facts[place];
            assert!(log.observe(*id, fact.clone()));
            let state = log.state();
            for (id, fault) in &state.refused {
                assert_eq!(expected.refused.get(id), Some(fault));
            }
            let mut accepted = log
                .facts
                .keys()
                .filter(|id| !state.waiting.contains(*id) && !state.refused.contains_key(*id));
            assert!(accepted.all(|id| {
                !expected.waiting.contains(id) && !expected.refused.contains_key(id)
            }));
        }
        assert_eq!(log.state(), expected);
    }
    expected
}

#[test]
fn one_seal_stands_after_another() {
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A, B]),
        seal(11, B, 2, &[10], &[], &[A, B]),
        seal(12, A, 3, &[11], &[], &[A, B, C]),
    ]);
    assert_eq!(
        (state.heads.clone(), state.is_conflict()),
        (ids(&[12]), false)
    );
    assert_eq!(state.next_readers, set(&[A, B, C]));
    assert_eq!(state.next_number, 4);
    assert!(state.waiting.is_empty() && state.refused.is_empty());
}

#[test]
fn a_grant_covers_one_seal_and_the_next_one_takes_it_in() {
    let facts = [
        seal(10, A, 1, &[], &[], &[A, B]),
        grant(20, B, 10, None, &[C]),
        grant(21, C, 10, Some(20), &[D]),
    ];
    let state = in_all_orders(&facts);
    assert_eq!(state.readers[&id(10)], set(&[A, B, C, D]));
    assert_eq!(state.next_readers, set(&[A, B, C, D]));
    assert_eq!(state.next_grants, ids(&[20, 21]));
    // Written without knowing of the grants: they do not open it, and are not lost.
    let unaware = [&facts[..], &[seal(11, A, 2, &[10], &[], &[A, B])]].concat();
    let state = in_all_orders(&unaware);
    assert_eq!(state.readers[&id(11)], set(&[A, B]));
    assert_eq!(state.next_readers, set(&[A, B, C, D]));
    assert_eq!(state.next_grants, ids(&[20, 21]));
    // The same where the grant that leads to another has the higher identity.
    let led_to = [
        seal(10, A, 1, &[], &[], &[A, B]),
        grant(21, B, 10, None, &[C]),
        grant(20, C, 10, Some(21), &[D]),
        seal(11, A, 2, &[10], &[], &[A, B]),
    ];
    assert_eq!(in_all_orders(&led_to).next_readers, set(&[A, B, C, D]));
    // Written by one who was granted, knowing of them, and removing one.
    let aware = [&facts[..], &[seal(11, C, 2, &[10], &[20, 21], &[A, B, C])]].concat();
    let state = in_all_orders(&aware);
    assert_eq!(state.next_readers, set(&[A, B, C]));
    assert!(state.next_grants.is_empty());
}

#[test]
fn concurrent_seals_are_a_conflict_for_those_common_to_both() {
    let facts = [
        seal(10, A, 1, &[], &[], &[A, B, C]),
        seal(11, A, 2, &[10], &[], &[A, B]),
        seal(12, B, 2, &[10], &[], &[A, B, C, D]),
    ];
    let state = in_all_orders(&facts);
    assert_eq!(state.heads, ids(&[11, 12]));
    assert!(state.is_conflict());
    assert_eq!(
        state.next_readers,
        set(&[A, B]),
        "C was removed, D not granted"
    );
    let resolved = [&facts[..], &[seal(13, B, 3, &[11, 12], &[], &[A, B])]].concat();
    let state = in_all_orders(&resolved);
    assert_eq!(
        (state.heads, state.next_readers),
        (ids(&[13]), set(&[A, B]))
    );
}

#[test]
fn a_grant_on_one_branch_holds_unless_another_removed_its_recipient() {
    let base = [
        seal(10, A, 1, &[], &[], &[A, B, C]),
        seal(11, A, 2, &[10], &[], &[A, B, C]),
    ];
    // D is granted on one branch, and the other knows nothing of it.
    let granted = [
        &base[..],
        &[
            seal(12, B, 2, &[10], &[], &[A, B, C]),
            grant(20, A, 11, None, &[D]),
        ],
    ]
    .concat();
    assert_eq!(in_all_orders(&granted).next_readers, set(&[A, B, C, D]));
    // The same, taken into a further seal of its branch.
    let taken = [&granted[..], &[seal(13, A, 3, &[11], &[20], &[A, B, C, D])]].concat();
    assert_eq!(in_all_orders(&taken).next_readers, set(&[A, B, C, D]));
    // Taken in, and removed again: the branch knew.
    let removed = [&taken[..], &[seal(14, A, 4, &[13], &[], &[A, B, C])]].concat();
    assert_eq!(in_all_orders(&removed).next_readers, set(&[A, B, C]));
    // C is granted again where it was removed; elsewhere it stayed.
    let again = [
        seal(10, A, 1, &[], &[], &[A, B, C]),
        seal(11, A, 2, &[10], &[], &[A, B]),
        grant(20, B, 11, None, &[C]),
        seal(12, B, 2, &[10], &[], &[A, B, C]),
    ];
    assert_eq!(in_all_orders(&again).next_readers, set(&[A, B, C]));
    // C is granted on a branch while another removes it.
    let against = [
        seal(10, A, 1, &[], &[], &[A, B, C]),
        seal(11, A, 2, &[10], &[], &[A, B]),
        seal(12, B, 2, &[10], &[], &[A, B]),
        grant(20, B, 12, None, &[C]),
    ];
    assert_eq!(in_all_orders(&against).next_readers, set(&[A, B]));
}

/// It still reads the seal before, so its grants of that one are accepted, and lead no further.
#[test]
fn who_was_removed_names_no_readers() {
    let removed = [
        seal(10, A, 1, &[], &[], &[A, B, C]),
        seal(11, A, 2, &[10], &[], &[A, C]),
        grant(20, B, 10, None, &[D]),
    ];
    let state = in_all_orders(&removed);
    assert_eq!(state.readers[&id(11)], set(&[A, C]));
    assert_eq!(state.next_readers, set(&[A, C]));
    // Nor through one whom it granted, nor itself.
    let through = [
        &removed[..2],
        &[
            grant(20, B, 10, None, &[B, D]),
            grant(21, D, 10, Some(20), &[D]),
        ],
    ]
    .concat();
    assert_eq!(in_all_orders(&through).next_readers, set(&[A, C]));
    // One who stays does, and the owner.
    let stays = [&removed[..2], &[grant(20, C, 10, None, &[D])]].concat();
    assert_eq!(in_all_orders(&stays).next_readers, set(&[A, C, D]));
}

#[test]
fn who_does_not_read_neither_replaces_nor_grants() {
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A, B]),
        seal(11, D, 2, &[10], &[], &[D]),
        grant(20, D, 10, None, &[D]),
        seal(12, B, 1, &[], &[], &[B]),
        // Granted, but it does not say so: whoever has not seen the grant could not tell.
        grant(21, A, 10, None, &[C]),
        grant(22, C, 10, None, &[D]),
    ]);
    assert_eq!(state.heads, ids(&[10]));
    let refused = [
        (id(11), SealFault::NotReader),
        (id(12), SealFault::NotOwner),
        (id(20), SealFault::NotReader),
        (id(22), SealFault::NotReader),
    ];
    assert_eq!(state.refused, refused.into());
    assert_eq!(state.readers[&id(10)], set(&[A, B, C]));
}

#[test]
fn a_grant_of_one_seal_gives_no_right_to_another() {
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A, B]),
        seal(11, A, 1, &[], &[], &[A, B]),
        grant(20, A, 10, None, &[C]),
        seal(12, C, 2, &[10, 11], &[20], &[C]),
        grant(21, C, 11, Some(20), &[C]),
        seal(13, C, 2, &[10], &[20], &[A, B, C]),
    ]);
    let refused = [
        (id(12), SealFault::NotReader),
        (id(21), SealFault::Misplaced),
    ];
    assert_eq!(state.refused, refused.into());
    assert_eq!(state.heads, ids(&[11, 13]));
}

#[test]
fn the_owner_grants_what_it_was_shut_out_of() {
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A, B]),
        seal(11, B, 2, &[10], &[], &[B]),
        grant(20, A, 10, None, &[C]),
    ]);
    assert_eq!(state.next_readers, set(&[B, C]));
}

#[test]
fn the_owner_replaces_what_it_was_shut_out_of() {
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A, B]),
        seal(11, B, 2, &[10], &[], &[B]),
        seal(12, A, 3, &[11], &[], &[A]),
    ]);
    assert_eq!((state.heads, state.next_readers), (ids(&[12]), set(&[A])));
}

#[test]
fn what_names_the_wrong_entries_is_refused_and_what_follows_it_waits() {
    let mut elsewhere = seal(12, A, 2, &[10], &[], &[A]);
    elsewhere.1.said = Said::Seal(seal_of("notes", 2, &[10], &[], &[A]));
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A, B]),
        grant(20, A, 10, None, &[C]),
        seal(11, A, 3, &[10], &[], &[A]),
        elsewhere,
        seal(13, A, 2, &[20], &[], &[A]),
        seal(14, A, 4, &[11], &[], &[A]),
        grant(21, A, 99, None, &[C]),
    ]);
    let refused = [
        (id(11), SealFault::Number),
        (id(12), SealFault::Misplaced),
        (id(13), SealFault::Misplaced),
    ];
    assert_eq!(state.refused, refused.into());
    assert_eq!(state.waiting, ids(&[14, 21]).into_iter().collect());
    assert_eq!(state.heads, ids(&[10]));
    // A grant of a branch that the seal does not replace.
    let state = in_all_orders(&[
        seal(10, A, 1, &[], &[], &[A]),
        seal(11, A, 1, &[], &[], &[A]),
        grant(20, A, 11, None, &[B]),
        seal(12, A, 2, &[10], &[20], &[A, B]),
    ]);
    assert_eq!(state.refused, [(id(12), SealFault::Misplaced)].into());
}

#[test]
fn entries_that_name_each_other_wait() {
    let state = in_all_orders(&[
        seal(10, A, 2, &[11], &[], &[A]),
        seal(11, A, 2, &[10], &[], &[A]),
    ]);
    assert_eq!(state.waiting.len(), 2);
    assert!(state.heads.is_empty());
}
