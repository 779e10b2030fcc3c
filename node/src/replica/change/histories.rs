//! Honest histories of several writers, made with Automerge, to hold our reading against.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId as Actor, Automerge, ObjType, ROOT, ReadDoc, ScalarValue};
use proptest::prelude::*;
use sync_protocol::id::ActorId;

/// One step of a history.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Which replica.
    pub(super) replica: usize,
    pub(super) deed: Deed,
}

/// What a replica does.
#[derive(Clone, Debug)]
pub(super) enum Deed {
    /// Takes all that another has.
    Merge(usize),
    /// Makes one change of these.
    Edit(Vec<Edit>),
}

/// One thing done to the root; keys are few, so that replicas meet.
#[derive(Clone, Debug)]
pub(super) enum Edit {
    Put(u8, u8),
    Delete(u8),
    /// As the product resolves a conflict: delete, then put.
    Settle(u8, u8),
    MakeText(u8, String),
    /// Position, characters to take out, and to put in.
    Splice(u8, u8, u8, String),
}

/// The key that a number stands for: a few fields, and members of a set.
pub(super) fn key(number: u8) -> String {
    match number % 9 {
        number @ 0..=4 => format!("field{number}"),
        number => format!("set/{number}"),
    }
}

/// A value of each kind there is, some equal.
fn value(number: u8) -> ScalarValue {
    match number % 8 {
        0 => ScalarValue::Boolean(true),
        1 => ScalarValue::Boolean(false),
        2 => ScalarValue::Int(i64::from(number) - 100),
        3 => ScalarValue::Int(i64::MIN),
        4 => ScalarValue::F64(f64::from(number) / 3.0),
        5 => ScalarValue::Str("".into()),
        6 => ScalarValue::Str(format!("texte n° {number}").into()),
        _ => ScalarValue::F64(-0.0),
    }
}

/// The actor of a replica: not in the order of the replicas.
pub(super) fn actor(replica: usize) -> ActorId {
    ActorId([[0x90, 0x10, 0xF0, 0x50, 0xB0][replica % 5]; 16])
}

/// The chunks of a history's changes, in the order in which they were made.
pub(super) fn history(replicas: usize, steps: &[Step]) -> Vec<Vec<u8>> {
    let mut documents: Vec<Automerge> = (0..replicas)
        .map(|replica| Automerge::new().with_actor(Actor::from(actor(replica).0)))
        .collect();
    let mut chunks: Vec<Vec<u8>> = Vec::new();
    for step in steps {
        let replica = step.replica % replicas;
        match &step.deed {
            Deed::Merge(other) => {
                let mut other = documents[other % replicas].clone();
                documents[replica].merge(&mut other).unwrap();
            }
            Deed::Edit(edits) => {
                let mut transaction = documents[replica].transaction();
                for edit in edits {
                    carry_out(&mut transaction, edit);
                }
                let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
                if let Some(hash) = hash {
                    let change = documents[replica].get_change_by_hash(&hash).unwrap();
                    chunks.push(change.raw_bytes().to_vec());
                }
            }
        }
    }
    chunks
}

fn carry_out(transaction: &mut automerge::transaction::Transaction<'_>, edit: &Edit) {
    match edit {
        Edit::Put(number, given) => transaction.put(ROOT, key(*number), value(*given)).unwrap(),
        Edit::Delete(number) => transaction.delete(ROOT, key(*number)).unwrap(),
        Edit::Settle(number, given) => {
            if transaction.get(ROOT, key(*number)).unwrap().is_some() {
                transaction.delete(ROOT, key(*number)).unwrap();
            }
            transaction.put(ROOT, key(*number), value(*given)).unwrap();
        }
        Edit::MakeText(number, text) => {
            let object = transaction
                .put_object(ROOT, key(*number), ObjType::Text)
                .unwrap();
            transaction.splice_text(&object, 0, 0, text).unwrap();
        }
        Edit::Splice(number, position, taken, text) => {
            let Some((automerge::Value::Object(ObjType::Text), object)) =
                transaction.get(ROOT, key(*number)).unwrap()
            else {
                return;
            };
            let length = transaction.length(&object);
            let position = usize::from(*position).min(length);
            let taken = usize::from(*taken).min(length - position);
            transaction
                .splice_text(&object, position, taken as isize, text)
                .unwrap();
        }
    }
}

fn edit() -> impl Strategy<Value = Edit> {
    let text = prop::sample::select(vec!["", "a", "é", "bon pain", "😀 forêt"]);
    let text = text.prop_map(str::to_owned);
    prop_oneof![
        8 => (0..9u8, any::<u8>()).prop_map(|(key, value)| Edit::Put(key, value)),
        3 => (0..9u8).prop_map(Edit::Delete),
        2 => (0..9u8, any::<u8>()).prop_map(|(key, value)| Edit::Settle(key, value)),
        1 => (0..3u8, text.clone()).prop_map(|(key, text)| Edit::MakeText(key, text)),
        2 => (0..3u8, 0..6u8, 0..4u8, text)
            .prop_map(|(key, at, taken, text)| Edit::Splice(key, at, taken, text)),
    ]
}

/// Steps of five writers.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let deed = prop_oneof![
        1 => (0..5usize).prop_map(Deed::Merge),
        2 => prop::collection::vec(edit(), 1..5).prop_map(Deed::Edit),
    ];
    let step = (0..5usize, deed).prop_map(|(replica, deed)| Step { replica, deed });
    prop::collection::vec(step, 1..40)
}

/// The like from a seed, where there are to be many.
pub(super) fn random_steps(random: &mut fastrand::Rng) -> Vec<Step> {
    let text = |random: &mut fastrand::Rng| {
        let texts = ["", "a", "é", "bon pain", "😀 forêt"];
        (*random.choice(texts.iter()).unwrap()).to_owned()
    };
    let edit = |random: &mut fastrand::Rng| match random.u8(..16) {
        0..=7 => Edit::Put(random.u8(..9), random.u8(..)),
        8..=10 => Edit::Delete(random.u8(..9)),
        11 | 12 => Edit::Settle(random.u8(..9), random.u8(..)),
        13 => Edit::MakeText(random.u8(..3), text(random)),
        _ => Edit::Splice(random.u8(..3), random.u8(..6), random.u8(..4), text(random)),
    };
    (0..random.usize(1..30))
        .map(|_| Step {
            replica: random.usize(..5),
            deed: if random.u8(..3) == 0 {
                Deed::Merge(random.usize(..5))
            } else {
                Deed::Edit((0..random.usize(1..5)).map(|_| edit(random)).collect())
            },
        })
        .collect()
}
