//! Root statements: each byte counts, and a set of them comes to one state in whatever order.

use ed25519_dalek::SigningKey;

use super::log::{RootLog, RootState};
use super::*;
use crate::seal::Random;
use crate::seal::key::SealingSecret;

const NETWORK: NetworkId = NetworkId([9; 32]);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn root_key(seed: u8) -> RootKey {
    RootKey(key(seed).verifying_key().to_bytes())
}

fn structure() -> StructureId {
    StructureId::derive(&root_key(1))
}

fn public(seed: u8) -> SealingPublic {
    SealingSecret::generate(Random::new([seed; 32])).public()
}

fn certify(node: u8) -> RootAct {
    RootAct::Certify {
        node: NodeId([node; 32]),
        sealing: public(node),
    }
}

fn revoke(node: u8, seq: u64) -> RootAct {
    RootAct::Revoke {
        node: NodeId([node; 32]),
        last: Tip {
            seq,
            id: EntryId([node; 32]),
        },
    }
}

fn rotate(seed: u8) -> RootAct {
    RootAct::Rotate {
        root: root_key(seed),
    }
}

fn recovery(seed: u8) -> RootAct {
    RootAct::Recovery {
        key: root_key(seed),
    }
}

fn sealing(generation: u32) -> RootAct {
    RootAct::Sealing {
        generation: Generation(generation),
        public: public(100),
    }
}

#[test]
fn acts_round_trip_alone() {
    for act in all_acts() {
        let bytes = act.encode();
        assert_eq!(RootAct::decode(&bytes), Ok(act));
        assert!(RootAct::decode(&bytes[..bytes.len() - 1]).is_err());
        assert!(RootAct::decode(&[bytes, vec![0]].concat()).is_err());
    }
}

#[test]
fn a_recovery_key_speaks_from_where_it_was_last_named() {
    // A thief of the root names another recovery key, and certifies a node.
    let stolen = chain(
        None,
        vec![
            (1, sealing(1)),
            (1, recovery(4)),
            (1, certify(2)),
            (1, recovery(5)),
            (1, certify(6)),
        ],
    );
    let mut log = RootLog::new(NETWORK, structure());
    for statement in &stolen {
        log.observe(statement.clone()).unwrap();
    }
    assert_eq!(log.last_under(&root_key(9)), None);
    let at = log.last_under(&root_key(4)).unwrap();
    assert_eq!((at.number, at.tip), (3, stolen[2].id(NETWORK)));
    let rotation = after(Some(&stolen[2]), 4, rotate(3));
    log.observe(rotation.clone()).unwrap();
    let state = log.state(None);
    assert_eq!(
        (state.tip, state.root),
        (rotation.id(NETWORK), Some(root_key(3)))
    );
    assert!(!state.is_stopped());
}

fn all_acts() -> Vec<RootAct> {
    vec![certify(2), revoke(2, 7), rotate(3), recovery(4), sealing(1)]
}

/// The statement after `before`, signed by the key of `seed`.
fn after(before: Option<&RootStatement>, seed: u8, act: RootAct) -> RootStatement {
    let (number, previous) = before.map_or((1, StatementId::ZERO), |before| {
        (before.number + 1, before.id(NETWORK))
    });
    RootStatement::issue(NETWORK, structure(), number, previous, act, &key(seed))
}

/// A chain of acts, each signed by the key of its seed.
fn chain(mut before: Option<RootStatement>, acts: Vec<(u8, RootAct)>) -> Vec<RootStatement> {
    let mut all = Vec::new();
    for (seed, act) in acts {
        let statement = after(before.as_ref(), seed, act);
        all.push(statement.clone());
        before = Some(statement);
    }
    all
}

fn state<'a>(statements: impl IntoIterator<Item = &'a RootStatement>) -> RootState {
    let mut log = RootLog::new(NETWORK, structure());
    for statement in statements {
        log.observe(statement.clone()).unwrap();
    }
    log.state(None)
}

/// The one state that all orders of `statements` come to.
fn in_all_orders(statements: &[RootStatement]) -> RootState {
    let expected = state(statements);
    // Verified above, once: what differs is only the order.
    let ids: Vec<StatementId> = statements.iter().map(|it| it.id(NETWORK)).collect();
    let mut order: Vec<usize> = (0..statements.len()).collect();
    let mut left = vec![0; statements.len()];
    let mut at = 1;
    // Heap's algorithm, without recursion.
    while at < order.len() {
        if left[at] < at {
            order.swap(if at % 2 == 0 { 0 } else { left[at] }, at);
            let mut log = RootLog::new(NETWORK, structure());
            for place in &order {
                log.keep(ids[*place], statements[*place].clone());
            }
            assert_eq!(log.state(None), expected);
            left[at] += 1;
            at = 1;
        } else {
            left[at] = 0;
            at += 1;
        }
    }
    expected
}

#[test]
fn statements_round_trip_and_each_byte_counts() {
    for act in all_acts() {
        let first = after(None, 1, certify(9));
        let statement = after(Some(&first), 1, act);
        let bytes = statement.encode();
        assert_eq!(RootStatement::decode(&bytes), Ok(statement.clone()));
        assert_eq!(statement.verify(NETWORK), Ok(()));
        assert!(statement.verify(NetworkId([8; 32])).is_err());
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let read = RootStatement::decode(&changed);
            assert!(
                !read.is_ok_and(|it| it.verify(NETWORK).is_ok()),
                "byte {index}"
            );
        }
        assert!(RootStatement::decode(&bytes[..bytes.len() - 1]).is_err());
    }
}

#[test]
fn a_sealing_key_that_everybody_could_open_is_not_published() {
    let act = RootAct::Sealing {
        generation: Generation::FIRST,
        public: SealingPublic([0; 32]),
    };
    let node = RootAct::Certify {
        node: NodeId([5; 32]),
        sealing: SealingPublic([0; 32]),
    };
    for act in [act, node] {
        let statement = after(None, 1, act);
        assert_eq!(statement.verify(NETWORK), Err(RootError::UnusableKey));
    }
}

#[test]
fn a_chain_begins_with_the_key_that_names_the_structure() {
    assert_eq!(state(&[after(None, 2, certify(5))]).number, 0);
    let first = state(&[after(None, 1, certify(5))]);
    assert_eq!((first.number, first.root), (1, Some(root_key(1))));
}

#[test]
fn a_chain_in_any_order_comes_to_its_keys_and_nodes() {
    let statements = chain(
        None,
        vec![
            (1, certify(5)),
            (1, recovery(7)),
            (1, sealing(1)),
            (1, rotate(2)),
            (2, certify(6)),
            (2, revoke(5, 40)),
            (2, sealing(2)),
        ],
    );
    let state = in_all_orders(&statements);
    assert_eq!((state.number, state.root), (7, Some(root_key(2))));
    assert_eq!(state.current_sealing().unwrap().0, Generation(2));
    let nodes: Vec<&NodeId> = state.nodes().map(|(node, _)| node).collect();
    assert_eq!(nodes, [&NodeId([6; 32])]);
    assert!(state.forks.is_empty() && !state.sealing_is_due);
    assert!(
        in_all_orders(&statements[..6]).sealing_is_due,
        "the revoked node can open"
    );
}

#[test]
fn what_may_not_be_said_is_passed_over() {
    let first = after(None, 1, recovery(7));
    let signed_by = |seed, act| {
        let next = after(Some(&first), seed, act);
        state(&[first.clone(), next]).number
    };
    assert_eq!(signed_by(1, sealing(2)), 1, "a generation left out");
    assert_eq!(signed_by(3, sealing(1)), 1, "a stranger");
    assert_eq!(signed_by(7, sealing(1)), 1, "the recovery key only rotates");
    assert_eq!(signed_by(7, rotate(3)), 2);
    assert_eq!(signed_by(1, rotate(1)), 1, "the key it is already");
    assert_eq!(
        signed_by(1, recovery(1)),
        1,
        "a recovery key stolen with the root"
    );
    let mut again = chain(
        Some(first.clone()),
        vec![(1, revoke(5, 1)), (1, certify(5))],
    );
    again.push(first.clone());
    assert_eq!(state(&again).number, 2, "a revoked node is certified");
    let mut back = chain(Some(first.clone()), vec![(1, rotate(2)), (2, rotate(1))]);
    back.push(first.clone());
    assert_eq!(state(&back).number, 2, "an old root comes back");
    let mut old = chain(Some(first.clone()), vec![(1, rotate(2)), (1, certify(5))]);
    old.push(first);
    assert_eq!(state(&old).number, 2, "an old root speaks");
}

#[test]
fn two_statements_under_one_number_void_each_other_but_not_revocations() {
    let first = after(None, 1, certify(5));
    let mut statements = chain(Some(first.clone()), vec![(1, sealing(1)), (1, certify(6))]);
    statements.extend(chain(
        Some(first.clone()),
        vec![(1, revoke(5, 3)), (1, certify(8))],
    ));
    statements.push(first);
    let state = in_all_orders(&statements);
    assert_eq!(state.number, 1);
    assert_eq!(state.forks.len(), 1);
    assert!(state.is_stopped());
    assert_eq!(
        state.nodes().count(),
        0,
        "the revocation holds, no new node does"
    );
    assert_eq!(state.current_sealing(), None);
}

#[test]
fn the_recovery_key_ends_a_fork() {
    let base = chain(None, vec![(1, recovery(7)), (1, certify(5))]);
    let thief = chain(base.last().cloned(), vec![(1, rotate(8)), (8, certify(9))]);
    let owner = chain(base.last().cloned(), vec![(7, rotate(2)), (2, sealing(1))]);
    let statements = [base.clone(), thief, owner].concat();
    let state = in_all_orders(&statements);
    assert_eq!((state.number, state.root), (4, Some(root_key(2))));
    assert!(!state.is_stopped());
    assert_eq!(state.forks.len(), 1);
    assert_eq!(state.nodes().count(), 1);
    // The same where the owner rotates at the end of what it knew, and the thief's is beside it.
    let known = chain(base.last().cloned(), vec![(1, sealing(1)), (7, rotate(2))]);
    let early = chain(
        base.first().cloned(),
        vec![(1, recovery(8)), (8, rotate(9))],
    );
    let state = in_all_orders(&[base.clone(), known, early].concat());
    assert_eq!((state.number, state.root), (4, Some(root_key(2))));
    assert_eq!((state.sealing.len(), state.forks.len()), (1, 1));
    // Two by the recovery key leave nobody to believe.
    let other = chain(base.last().cloned(), vec![(7, rotate(3))]);
    let state = in_all_orders(&[statements, other].concat());
    assert_eq!((state.number, state.is_stopped()), (2, true));
}

#[test]
fn of_several_revocations_the_lowest_entry_counts() {
    for order in [[40, 30], [30, 40]] {
        let [one, other] = order.map(|seq| (1, revoke(5, seq)));
        let state = in_all_orders(&chain(None, vec![(1, certify(5)), one, other]));
        assert_eq!(state.revoked[&NodeId([5; 32])].seq, 30);
    }
    let base = chain(None, vec![(1, certify(5)), (1, revoke(5, 40))]);
    let beside = after(base.first(), 1, revoke(5, 30));
    let state = in_all_orders(&[base, vec![beside]].concat());
    assert_eq!((state.number, state.revoked[&NodeId([5; 32])].seq), (1, 30));
}

/// A root that was stolen after it was rotated away, and after the recovery key was forgotten.
#[test]
fn an_old_root_voids_nothing_below_a_checkpoint() {
    let honest = chain(None, vec![(1, certify(5)), (1, rotate(2)), (2, sealing(1))]);
    let rival = after(None, 1, certify(9));
    let all = [honest.clone(), vec![rival]].concat();
    assert!(in_all_orders(&all).is_stopped());
    let mut log = RootLog::new(NETWORK, structure());
    for statement in &all {
        log.observe(statement.clone()).unwrap();
    }
    let checkpoint = honest[1].id(NETWORK);
    let state = log.state(Some(checkpoint));
    assert_eq!((state.number, state.is_stopped()), (3, false));
    assert_eq!(state.forks.len(), 1, "people are alarmed all the same");
    // Above it a fork is one.
    log.observe(after(Some(&honest[1]), 2, certify(6))).unwrap();
    assert_eq!(log.state(Some(checkpoint)).number, 2);
    assert!(
        log.state(Some(StatementId([7; 32]))).is_stopped(),
        "one that is not held"
    );
}

#[test]
fn altered_statements_never_panic() {
    let mut random = fastrand::Rng::with_seed(4);
    for act in all_acts() {
        let bytes = after(None, 1, act).encode();
        for _ in 0..2_000 {
            let mut changed = bytes.clone();
            changed.truncate(random.usize(..=bytes.len()));
            for _ in 0..random.usize(1..4) {
                if let Some(byte) = changed.get_mut(random.usize(..bytes.len())) {
                    *byte = random.u8(..);
                }
            }
            if let Ok(read) = RootStatement::decode(&changed) {
                assert_eq!(read.encode(), changed);
            }
        }
    }
}
