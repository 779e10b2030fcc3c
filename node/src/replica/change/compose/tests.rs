//! What is composed here, held against what Automerge makes of the same edits.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::registry::collection;
use crate::replica::change::Change;
use crate::replica::change::histories::actor;
use crate::replica::content::Content;
use crate::replica::document::Document;

/// Someone who edits: what they hold, ancestors first.
#[derive(Default)]
struct Writer {
    chunks: Vec<Vec<u8>>,
    state: State,
}

impl Writer {
    fn take(&mut self, chunk: &[u8]) {
        if self.chunks.iter().any(|held| held == chunk) {
            return;
        }
        let change = Change::parse(chunk).unwrap();
        self.state.apply(&change, &change.actor).unwrap();
        self.chunks.push(chunk.to_vec());
    }

    fn document(&self) -> Document {
        Document::of(self.chunks.iter().map(Vec::as_slice)).unwrap()
    }

    fn edit(&mut self, edits: &Edits, actor: &ActorId) -> Composed {
        let opportunity = collection("opportunity");
        let mut document = self.document();
        let by_document = document.edit(opportunity, edits, *actor).unwrap();
        let composed = compose(&self.state, opportunity, edits, actor);
        let conflict = self.state.entries().any(|(_, values)| values.len() > 1);
        match &composed {
            Composed::Nothing => assert_eq!(by_document, None),
            Composed::NeedsDocument => by_document.iter().for_each(|chunk| self.take(chunk)),
            Composed::Change(chunk) => {
                if !conflict {
                    // Where values stand beside each other, a deletion is saved.
                    assert_eq!(Some(chunk), by_document.as_ref());
                }
                self.take(chunk);
                let (ours, theirs) = (self.document().read().unwrap(), document.read().unwrap());
                assert_eq!(plain(&ours), plain(&theirs));
                if let Some(read) = Content::of(&self.state) {
                    assert_eq!(read, ours);
                }
            }
        }
        composed
    }
}

/// A content without the names of changes, which differ where a deletion was saved.
fn plain(content: &Content) -> (BTreeMap<String, Value>, bool, Vec<&String>) {
    let fields = content.fields.clone().into_iter().collect();
    let conflicts = content.conflicts.iter().map(|(name, _)| name);
    (fields, content.removed, conflicts.collect())
}

fn set<const N: usize>(members: [&str; N]) -> BTreeSet<String> {
    members.into_iter().map(str::to_owned).collect()
}

fn edits<const N: usize>(pairs: [(&str, Option<Value>); N]) -> Edits {
    Edits {
        set: pairs.map(|(name, value)| (name.to_owned(), value)).into(),
        ..Edits::default()
    }
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

#[test]
fn a_record_is_made_and_edited_without_a_document() {
    let (mut one, mut other) = (Writer::default(), Writer::default());
    let first = edits([
        ("title", text("Boulangerie")),
        ("summary", text("Fonds vendu, « clé en main » 🥖")),
        ("price_max", Some(Value::Integer(-3))),
        ("surface_m2", Some(Value::Decimal(80.5))),
        ("with_housing", Some(Value::Flag(true))),
        ("farm_production", Some(Value::Set(set(["lait", "miel"])))),
    ]);
    assert!(matches!(one.edit(&first, &actor(0)), Composed::Change(_)));
    assert_eq!(one.edit(&first, &actor(0)), Composed::Nothing);
    one.chunks
        .clone()
        .iter()
        .for_each(|chunk| other.take(chunk));
    let members = edits([("farm_production", Some(Value::Set(set(["miel", "pain"]))))]);
    assert!(matches!(one.edit(&members, &actor(0)), Composed::Change(_)));
    let price = edits([("price_max", None), ("title", text("Boulangerie-épicerie"))]);
    assert!(matches!(other.edit(&price, &actor(1)), Composed::Change(_)));
    other
        .chunks
        .clone()
        .iter()
        .for_each(|chunk| one.take(chunk));
    let removed = Edits {
        removed: Some(true),
        ..Edits::default()
    };
    assert!(matches!(one.edit(&removed, &actor(2)), Composed::Change(_)));
    let prose = edits([("summary", text("Fonds vendu"))]);
    assert_eq!(one.edit(&prose, &actor(2)), Composed::NeedsDocument);
    assert_eq!(one.edit(&edits([]), &actor(2)), Composed::Nothing);
}

#[test]
fn one_value_takes_the_place_of_several() {
    let (mut one, mut other) = (Writer::default(), Writer::default());
    one.edit(&edits([("title", text("Ferme"))]), &actor(0));
    one.chunks
        .clone()
        .iter()
        .for_each(|chunk| other.take(chunk));
    one.edit(&edits([("title", text("Ferme du haut"))]), &actor(0));
    other.edit(&edits([("title", text("Ferme du bas"))]), &actor(1));
    other
        .chunks
        .clone()
        .iter()
        .for_each(|chunk| one.take(chunk));
    assert_eq!(one.state.values("title").len(), 2);
    let settled = edits([("title", text("Ferme du bas"))]);
    assert!(matches!(one.edit(&settled, &actor(0)), Composed::Change(_)));
    assert_eq!(one.state.values("title").len(), 1);
    assert_eq!(one.edit(&settled, &actor(0)), Composed::Nothing);
}

fn some_value(kind: u8) -> impl Strategy<Value = Option<Value>> {
    let texts = ["", "a", "é", "bon pain", "😀 forêt, e\u{301}"];
    let members =
        prop::collection::btree_set(prop::sample::select(vec!["lait", "miel", "pain"]), 1..3);
    let members = members.prop_map(|set| set.into_iter().map(str::to_owned).collect());
    prop_oneof![
        1 => Just(None),
        4 => match kind {
            0 => prop::sample::select(texts.to_vec()).prop_map(text).boxed(),
            1 => (-2..3i64).prop_map(|it| Some(Value::Integer(it))).boxed(),
            2 => prop::sample::select(vec![0.0, -2.5, 1.5]).prop_map(|it| Some(Value::Decimal(it))).boxed(),
            3 => any::<bool>().prop_map(|it| Some(Value::Flag(it))).boxed(),
            _ => members.prop_map(|it| Some(Value::Set(it))).boxed(),
        },
    ]
}

fn some_edits() -> impl Strategy<Value = Edits> {
    let fields = [
        ("title", 0),
        ("summary", 0),
        ("price_max", 1),
        ("surface_m2", 2),
    ];
    let fields = [&fields[..], &[("with_housing", 3), ("farm_production", 4)]].concat();
    let one = prop::sample::select(fields)
        .prop_flat_map(|(name, kind)| (Just(name.to_owned()), some_value(kind)));
    let members = prop::sample::select(vec!["lait", "miel", "pain"]).prop_map(|it| {
        (
            "farm_production".to_owned(),
            BTreeSet::from([it.to_owned()]),
        )
    });
    (
        prop::collection::vec(one, 0..4),
        prop::option::weighted(0.2, members.clone()),
        prop::option::weighted(0.2, members),
        prop::option::weighted(0.1, any::<bool>()),
    )
        .prop_map(|(set, add, remove, removed)| Edits {
            set: set.into_iter().collect(),
            add: add.into_iter().collect(),
            remove: remove.into_iter().collect(),
            removed,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Four writers edit and meet in any order; each change is what Automerge would have made.
    #[test]
    fn what_is_composed_is_what_automerge_makes(
        steps in prop::collection::vec((0..4usize, prop::option::weighted(0.4, 0..4usize), some_edits()), 1..25),
    ) {
        let mut writers: [Writer; 4] = Default::default();
        for (writer, meets, edits) in steps {
            match meets {
                Some(other) => {
                    let theirs = writers[other].chunks.clone();
                    theirs.iter().for_each(|chunk| writers[writer].take(chunk));
                }
                None => drop(writers[writer].edit(&edits, &actor(writer))),
            }
        }
    }
}
