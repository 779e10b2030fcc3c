//! Our reading of changes held against Automerge's, over random histories of several writers.

use std::collections::BTreeSet;

use automerge::{ActorId as Actor, Automerge, ObjType, ROOT, ReadDoc, ScalarValue};
use proptest::prelude::*;

use super::histories::{history, steps};
use super::operation::{Act, Scalar};
use super::testing::Forged;
use super::{Change, CheckError, State, Value};

/// One value as both sides can say it: number and actor of its operation, and the value.
pub(super) type Said = (u64, [u8; 16], String);

/// A key with all its values, the standing one last.
pub(super) type Root = Vec<(String, Vec<Said>)>;

/// The root map as Automerge has it, conflicts and texts included.
pub(super) fn automerge_root(document: &Automerge) -> Root {
    let keys: Vec<String> = document.keys(ROOT).collect();
    keys.into_iter()
        .map(|key| {
            let values = document.get_all(ROOT, key.as_str()).unwrap();
            let said = values.into_iter().map(|(value, id)| {
                let (counter, actor) = match &id {
                    automerge::ObjId::Id(counter, actor, _) => (*counter, actor.clone()),
                    automerge::ObjId::Root => unreachable!("a value has an operation"),
                };
                let actor = actor.to_bytes().try_into().unwrap();
                let value = match value {
                    automerge::Value::Object(ObjType::Text) => {
                        format!("prose {:?}", document.text(&id).unwrap())
                    }
                    automerge::Value::Object(other) => format!("{other:?}"),
                    automerge::Value::Scalar(scalar) => match scalar.as_ref() {
                        ScalarValue::Str(text) => format!("text {:?}", text.as_str()),
                        ScalarValue::Int(number) => format!("integer {number}"),
                        ScalarValue::F64(number) => format!("decimal {:x}", number.to_bits()),
                        ScalarValue::Boolean(flag) => format!("flag {flag}"),
                        other => format!("{other:?}"),
                    },
                };
                (counter, actor, value)
            });
            (key.clone(), said.collect())
        })
        .collect()
}

/// The same out of our state; a text that only a document can tell says nothing.
pub(super) fn state_root(state: &State) -> Root {
    let entries = state.entries().map(|(key, values)| {
        let said = values.iter().map(|live| {
            let value = match live.value() {
                Value::Text(text) => format!("text {text:?}"),
                Value::Integer(number) => format!("integer {number}"),
                Value::Decimal(number) => format!("decimal {:x}", number.to_bits()),
                Value::Flag(flag) => format!("flag {flag}"),
                Value::Prose(text) => state
                    .prose(*text)
                    .map_or_else(String::new, |text| format!("prose {text:?}")),
            };
            let change = state.change_of(live.id()).unwrap();
            (u64::from(live.id().counter), change.actor.0, value)
        });
        (key.to_owned(), said.collect())
    });
    entries.collect()
}

/// That a state says what a document says; texts only where the state knows them.
pub(super) fn assert_same(state: &State, document: &Automerge) {
    let mut theirs = automerge_root(document);
    let ours = state_root(state);
    let mut unknown = false;
    for ((_, theirs), (_, ours)) in theirs.iter_mut().zip(&ours) {
        for (theirs, ours) in theirs.iter_mut().zip(ours) {
            if ours.2.is_empty() {
                assert!(theirs.2.starts_with("prose"), "{}", theirs.2);
                theirs.2.clear();
                unknown = true;
            }
        }
    }
    assert_eq!(ours, theirs);
    assert_eq!(state.needs_document(), unknown);
    for (key, values) in state.entries() {
        let standing = state.winner(key).unwrap();
        // As text: a hostile change may put a decimal that is no number, which equals nothing.
        assert_eq!(format!("{:?}", state.values(key)), format!("{values:?}"));
        let (_, id) = document.get(ROOT, key).unwrap().unwrap();
        let change = state.change_of(standing.id()).unwrap();
        assert_eq!(state.change(change.hash), Some(change));
        let automerge::ObjId::Id(counter, by, _) = id else {
            unreachable!("a value has an operation");
        };
        assert_eq!(
            (u64::from(standing.id().counter), &change.actor.0[..]),
            (counter, by.to_bytes())
        );
    }
    let heads = document.get_heads();
    let heads: BTreeSet<[u8; 32]> = heads.iter().map(|hash| hash.0).collect();
    assert_eq!(state.heads(), heads.into_iter().collect::<Vec<_>>());
}

/// The operations of an honest change, in Automerge's words and in ours.
fn assert_parsed(chunk: &[u8]) {
    let change = Change::parse(chunk).unwrap();
    let theirs = automerge::Change::try_from(chunk).unwrap();
    assert_eq!(change.hash, theirs.hash().0);
    assert_eq!(&change.actor.0[..], theirs.actor_id().to_bytes());
    assert_eq!(change.seq, theirs.seq());
    assert_eq!(u64::from(change.start_op), theirs.start_op().get());
    assert_eq!(change.operation_count as usize, theirs.len());
    assert_eq!(change.last_op(), theirs.max_op());
    assert_eq!(change.time, theirs.timestamp());
    let dependencies: Vec<[u8; 32]> = theirs.deps().iter().map(|hash| hash.0).collect();
    assert_eq!(change.dependencies, dependencies);
    let actors: Vec<Vec<u8>> = theirs.actors().map(|id| id.to_bytes().to_vec()).collect();
    let ours: Vec<Vec<u8>> = change.actors().map(|id| id.0.to_vec()).collect();
    assert_eq!(ours, actors);
    let decoded = theirs.decode();
    let mut operations = change.operations();
    for theirs in &decoded.operations {
        let (operation, predecessors) = operations.next().unwrap();
        let named: Vec<String> = predecessors
            .iter()
            .map(|one| {
                let actor = change.actors().nth(one.actor as usize).unwrap();
                format!("{}@{}", one.counter, Actor::from(actor.0))
            })
            .collect();
        let theirs_named: Vec<String> = theirs.pred.iter().map(ToString::to_string).collect();
        assert_eq!(named, theirs_named);
        let key = match operation.act {
            Act::Put { key, .. } | Act::MakeText { key } | Act::Delete { key } => key.to_owned(),
            Act::Insert { behind: None, .. } => "_head".to_owned(),
            Act::Insert {
                behind: Some(element),
                ..
            }
            | Act::Remove { element, .. } => {
                let actor = change.actors().nth(element.actor as usize).unwrap();
                format!("{}@{}", element.counter, Actor::from(actor.0))
            }
        };
        let theirs_key = match &theirs.key {
            automerge::legacy::Key::Map(key) => key.to_string(),
            automerge::legacy::Key::Seq(element) => element.to_string(),
        };
        assert_eq!(key, theirs_key);
        assert_eq!(
            theirs.insert,
            matches!(operation.act, Act::Insert { .. }),
            "{theirs:?}"
        );
        let value = match operation.act {
            Act::Put { value, .. } => Some(value),
            Act::Insert { characters, .. } => Some(Scalar::Text(characters)),
            Act::MakeText { .. } | Act::Delete { .. } | Act::Remove { .. } => None,
        };
        let theirs_value = match theirs.primitive_value() {
            Some(ScalarValue::Str(text)) => Some(format!("{:?}", Scalar::Text(text.as_str()))),
            Some(ScalarValue::Int(number)) => Some(format!("{:?}", Scalar::Integer(number))),
            Some(ScalarValue::F64(number)) => Some(format!("{:?}", Scalar::Decimal(number))),
            Some(ScalarValue::Boolean(flag)) => Some(format!("{:?}", Scalar::Flag(flag))),
            _ => None,
        };
        assert_eq!(value.map(|value| format!("{value:?}")), theirs_value);
    }
    assert!(operations.next().is_none());
    assert_eq!(Forged::of(&change).chunk(), chunk);
}

proptest! {
    #[test]
    fn changes_are_read_as_automerge_reads_them(steps in steps()) {
        for chunk in history(5, &steps) {
            assert_parsed(&chunk);
        }
    }

    #[test]
    fn every_prefix_comes_to_what_automerge_comes_to(steps in steps()) {
        let mut state = State::default();
        let mut document = Automerge::new();
        let mut seen: Vec<[u8; 32]> = Vec::new();
        for chunk in history(5, &steps) {
            let change = Change::parse(&chunk).unwrap();
            state.check(&change, &change.actor).unwrap();
            state.apply(&change, &change.actor).unwrap();
            document.apply_changes([automerge::Change::try_from(&chunk[..]).unwrap()]).unwrap();
            seen.push(change.hash);
            assert_same(&state, &document);
            let last = state.last_of(&change.actor).unwrap();
            prop_assert_eq!((last.seq, *last.hash), (change.seq, change.hash));
            prop_assert_eq!(u64::from(last.last_op), change.last_op());
            prop_assert_eq!(state.check(&change, &change.actor), Err(CheckError::Held));
        }
        let hashes: Vec<[u8; 32]> = state.changes().map(|(change, _)| *change.hash).collect();
        prop_assert_eq!(hashes, seen);
        let metas = document.get_changes_meta(&[]);
        let greatest = metas.iter().map(|meta| meta.max_op).max().unwrap_or(0);
        prop_assert_eq!(u64::from(state.max_op()), greatest);
        for (change, dependencies) in state.changes() {
            let meta = metas.iter().find(|meta| meta.hash.0 == *change.hash).unwrap();
            let theirs: Vec<[u8; 32]> = meta.deps.iter().map(|hash| hash.0).collect();
            prop_assert_eq!(dependencies.copied().collect::<Vec<_>>(), theirs);
            prop_assert_eq!(meta.seq, change.seq);
        }
    }

    #[test]
    fn any_causal_order_comes_to_the_same(steps in steps(), seed: u64) {
        let mut chunks = history(5, &steps);
        let mut in_order = State::default();
        for chunk in &chunks {
            let change = Change::parse(chunk).unwrap();
            in_order.apply(&change, &change.actor).unwrap();
        }
        fastrand::Rng::with_seed(seed).shuffle(&mut chunks);
        let mut state = State::default();
        while !chunks.is_empty() {
            let before = chunks.len();
            chunks.retain(|chunk| {
                let change = Change::parse(chunk).unwrap();
                match state.apply(&change, &change.actor) {
                    Ok(()) => false,
                    Err(error) => {
                        let waits = matches!(error, CheckError::MissingDependency { .. });
                        assert!(waits, "{error}");
                        true
                    }
                }
            });
            prop_assert!(chunks.len() < before);
        }
        prop_assert_eq!(state_root(&state), state_root(&in_order));
        prop_assert_eq!(state.heads(), in_order.heads());
        prop_assert_eq!(state.needs_document(), in_order.needs_document());
    }
}
