//! Changes that no honest node writes: flipped, cut off, swollen, and well-formed ones that lie.
//!
//! What both parser and check let pass, Automerge has to take, save and load again, and to come to
//! the same values. By hand, in release:
//! `cargo test --release -p capactif-node --lib -- --ignored --nocapture change::hostile`
//! (`CHANGES=1000000` for more, `SEED=7` for another run).

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::Transactable;
use automerge::{ActorId as Actor, Automerge, ROOT, ReadDoc};
use proptest::prelude::*;

use super::encode::{Key, push_signed, push_unsigned};
use super::histories::{actor, history, random_steps, steps};
use super::lies::{altered, lying};
use super::refusals::{first_change, put};
use super::testing::{Forged, ForgedOperation, mended};
use super::tests::{assert_same, automerge_root};
use super::{Change, State};
use crate::replica::chunk::enclose;

/// A document with a change applied, after it came back from what it saved, and was edited there.
fn applied(document: &Automerge, chunk: &[u8]) -> Result<Automerge, String> {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let change = automerge::Change::try_from(chunk).map_err(|error| error.to_string())?;
        let hash = change.hash();
        let mut document = document.clone();
        document
            .apply_changes([change])
            .map_err(|error| error.to_string())?;
        let loaded = Automerge::load(&document.save()).map_err(|error| error.to_string())?;
        if automerge_root(&loaded) != automerge_root(&document) {
            return Err("loads as something else".to_owned());
        }
        match loaded.get_change_by_hash(&hash) {
            Some(change) if change.raw_bytes() == chunk => {}
            Some(_) => return Err("comes back as other bytes".to_owned()),
            None => return Err("is not there".to_owned()),
        }
        let mut edited = loaded.with_actor(Actor::from([1; 16]));
        let mut transaction = edited.transaction();
        transaction
            .put(ROOT, "field0", i64::MAX)
            .map_err(|error| error.to_string())?;
        transaction.commit();
        Ok(document)
    }));
    outcome.unwrap_or_else(|_| Err("panicked".to_owned()))
}

/// What became of some changes.
#[derive(Debug, Default)]
struct Tally {
    tried: u64,
    refused: BTreeMap<&'static str, u64>,
    accepted: u64,
    /// Of those refused that were shown to Automerge all the same: what it made of them.
    theirs: BTreeMap<String, u64>,
}

/// One change against a state and the same document; `show` asks Automerge about refused ones too.
fn judge(
    state: &State,
    document: &Automerge,
    chunk: &[u8],
    show: bool,
    tally: &mut Tally,
) -> Option<(State, Automerge)> {
    tally.tried += 1;
    let verdict = Change::parse(chunk)
        .map_err(|error| error.code())
        .and_then(|change| {
            assert_eq!(
                Forged::of(&change).chunk(),
                chunk,
                "another form of the same change"
            );
            let mut after = state.clone();
            let outcome = after.apply(&change, &change.actor);
            outcome.map(|_| after).map_err(|error| error.code())
        });
    match verdict {
        Ok(after) => {
            tally.accepted += 1;
            let document = applied(document, chunk)
                .unwrap_or_else(|error| panic!("accepted, but Automerge {error}: {chunk:?}"));
            assert_same(&after, &document);
            Some((after, document))
        }
        Err(code) => {
            *tally.refused.entry(code).or_default() += 1;
            if show {
                let words = applied(document, chunk).err();
                let words = words.unwrap_or_else(|| "took it".to_owned());
                let first: Vec<&str> = words.split_whitespace().take(4).collect();
                *tally.theirs.entry(first.join(" ")).or_default() += 1;
            }
            None
        }
    }
}

/// Tries `count` alterations of changes at some place in a history.
fn try_some(
    random: &mut fastrand::Rng,
    chunks: &[Vec<u8>],
    count: usize,
    shown: bool,
    tally: &mut Tally,
) {
    if chunks.is_empty() {
        return;
    }
    let place = random.usize(..chunks.len());
    let mut state = State::default();
    let mut document = Automerge::new();
    let mut known = Vec::new();
    for chunk in &chunks[..place] {
        let change = Change::parse(chunk).unwrap();
        state.apply(&change, &change.actor).unwrap();
        known.push(change.hash);
        let change = automerge::Change::try_from(&chunk[..]).unwrap();
        document.apply_changes([change]).unwrap();
    }
    for _ in 0..count {
        let near = (place + random.usize(..3)).min(chunks.len() - 1);
        let chunk = if random.bool() {
            altered(random, &chunks[near])
        } else {
            lying(random, &chunks[near], &known)
        };
        let show = shown && random.u8(..16) == 0;
        let next = judge(&state, &document, &chunk, show, tally);
        // Some stay, so that more can be built upon them.
        if let Some((after, with_it)) = next
            && random.u8(..12) == 0
        {
            known.push(Change::parse(&chunk).unwrap().hash);
            (state, document) = (after, with_it);
        }
    }
}

proptest! {
    #[test]
    fn what_is_let_pass_automerge_takes_too(steps in steps(), seed: u64) {
        let mut random = fastrand::Rng::with_seed(seed);
        let chunks = history(5, &steps);
        try_some(&mut random, &chunks, 16, false, &mut Tally::default());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = Change::parse(&bytes);
        let _ = Change::parse(&enclose(&bytes));
    }
}

/// A first change with these columns.
fn with_columns(columns: &[(u64, &[u8])]) -> Vec<u8> {
    let mut body = vec![0, 16];
    body.extend([9; 16]);
    body.extend([1, 1, 0, 0, 0, columns.len() as u8]);
    for (specification, data) in columns {
        push_unsigned(&mut body, *specification);
        push_unsigned(&mut body, data.len() as u64);
    }
    for (_, data) in columns {
        body.extend_from_slice(data);
    }
    enclose(&body)
}

/// A run of one byte.
fn run(count: i64, value: u8) -> Vec<u8> {
    let mut column = Vec::new();
    push_signed(&mut column, count);
    column.push(value);
    column
}

/// One field written by the first writer, and a change of the second that follows it.
fn pair() -> (Automerge, State, Forged) {
    let mut first = first_change();
    first.operations = vec![put("a", &[]), put("b", &[])];
    let chunk = first.chunk();
    let mut state = State::default();
    let change = Change::parse(&chunk).unwrap();
    state.apply(&change, &change.actor).unwrap();
    let next = Forged {
        dependencies: vec![change.hash],
        actor: actor(1).0,
        start_op: 3,
        operations: vec![put("c", &[])],
        ..first_change()
    };
    let document = applied(&Automerge::new(), &chunk).unwrap();
    (document, state, next)
}

#[test]
fn what_is_refused_would_break_automerge() {
    let (document, state, next) = pair();
    let verdict = |document: &Automerge, state: &State, forged: &Forged| {
        let chunk = forged.chunk();
        let ours = match Change::parse(&chunk) {
            Err(error) => error.code(),
            Ok(change) => state
                .check(&change, &change.actor)
                .map_or_else(|e| e.code(), |()| ""),
        };
        (ours, applied(document, &chunk).err().unwrap_or_default())
    };
    assert_eq!(verdict(&document, &state, &next), ("", String::new()));
    let breaks = |expected: &str, alter: &dyn Fn(&mut Forged)| {
        let mut forged = next.clone();
        alter(&mut forged);
        let (ours, theirs) = verdict(&document, &state, &forged);
        println!("{ours}: {theirs}");
        assert_eq!(ours, expected);
        assert!(!theirs.is_empty(), "Automerge takes {expected}");
    };
    breaks("wrong_sequence", &|next| next.seq = 2);
    breaks("wrong_operation_number", &|next| next.start_op = 1);
    breaks("number_out_of_range", &|next| {
        next.start_op = u64::from(u32::MAX);
    });
    breaks("unexpected_action", &|next| {
        next.operations[0].action = 7;
    });
    let by_the_first = |next: &mut Forged| next.others = vec![actor(0).0];
    breaks("malformed_actors", &|next| by_the_first(next));
    breaks("unknown_predecessor", &|next| {
        next.operations.push(put("a", &[(1, 1)]));
        next.operations.push(put("a", &[(0, 3)]));
        by_the_first(next);
    });
    breaks("foreign_predecessor", &|next| {
        by_the_first(next);
        next.operations[0].predecessors = vec![(1, 1)];
    });
    breaks("malformed_operation", &|next| {
        let deletion = &mut next.operations[0];
        (deletion.action, deletion.kind) = (3, 0);
    });
    breaks("unknown_object", &|next| {
        by_the_first(next);
        let insertion = &mut next.operations[0];
        insertion.object = Some((1, 2));
        (insertion.key, insertion.insert) = (Key::Head, true);
        (insertion.kind, insertion.value) = (6, b"x"[..].into());
    });
    breaks("unknown_element", &|next| {
        let mut text = put("text", &[]);
        (text.action, text.kind) = (4, 0);
        let insertion = ForgedOperation {
            object: Some((0, 4)),
            key: Key::At((0, 3)),
            insert: true,
            kind: 6,
            value: b"x"[..].into(),
            ..put("", &[])
        };
        next.operations.extend([text, insertion]);
    });
    // An actor that does not follow its own change gives one number twice.
    let chunk = next.chunk();
    let document = applied(&document, &chunk).unwrap();
    let mut state = state;
    let change = Change::parse(&chunk).unwrap();
    state.apply(&change, &change.actor).unwrap();
    let again = Forged {
        seq: 2,
        operations: vec![put("d", &[])],
        ..next
    };
    let (ours, theirs) = verdict(&document, &state, &again);
    println!("{ours}: {theirs}");
    assert_eq!(ours, "forgotten_sequence");
    assert!(!theirs.is_empty());
}

#[test]
fn millions_of_operations_in_a_hundred_bytes_are_refused() {
    for count in [60_000, 2_000_000, i64::MAX] {
        let mut key = Vec::new();
        push_signed(&mut key, count);
        key.extend(b"\x01a");
        let mut insert = Vec::new();
        push_unsigned(&mut insert, count.unsigned_abs());
        let bomb = with_columns(&[
            (0x15, &key),
            (0x34, &insert),
            (0x42, &run(count, 1)),
            (0x56, &run(count, 2)),
            (0x70, &run(count, 0)),
        ]);
        assert!(bomb.len() < 120);
        assert_eq!(
            Change::parse(&bomb).unwrap_err().code(),
            "too_many_operations"
        );
    }
}

#[test]
fn billions_of_predecessors_actors_dependencies_and_columns_are_refused() {
    let code = |chunk: &[u8]| Change::parse(chunk).unwrap_err().code();
    let bomb = |predecessors: i64| {
        let mut count = vec![0x7F];
        push_unsigned(&mut count, predecessors.unsigned_abs());
        with_columns(&[
            (0x15, b"\x7F\x01a"),
            (0x34, &[1]),
            (0x42, &[0x7F, 3]),
            (0x56, &[0x7F, 0]),
            (0x70, &count),
            (0x71, &run(predecessors, 0)),
            (0x73, &run(predecessors, 1)),
        ])
    };
    assert_eq!(code(&bomb(1 << 40)), "too_many_operations");
    assert_eq!(code(&bomb(60_000)), "malformed_column");
    let most = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1];
    assert_eq!(code(&enclose(&most)), "malformed_dependencies");
    let head: Vec<u8> = [&[0, 16][..], &[9; 16], &[1, 1, 0, 0]].concat();
    assert_eq!(
        code(&enclose(&[&head[..], &most].concat())),
        "malformed_header"
    );
    assert_eq!(
        code(&enclose(&[&head[..], &[0], &most].concat())),
        "malformed_columns"
    );
    let length = [&head[..], &[0, 1, 0x42], &most].concat();
    assert_eq!(code(&enclose(&length)), "malformed_columns");
}

#[test]
fn columns_of_marks_compressed_ones_and_what_stands_behind_are_refused() {
    let forged = {
        let mut forged = first_change();
        forged.operations = vec![put("a", &[])];
        forged
    };
    let chunk = forged.chunk();
    Change::parse(&chunk).unwrap();
    for specification in [0x94, 0xA5, 0x4A, 0x5E, 0x80, 1 << 33] {
        let chunk = with_columns(&[(0x15, b"\x7F\x01a"), (specification, &[1])]);
        assert_eq!(Change::parse(&chunk).unwrap_err().code(), "unknown_column");
    }
    let behind = mended(&[&chunk[..], &[0]].concat());
    assert_eq!(Change::parse(&behind).unwrap_err().code(), "trailing_bytes");
    let longer = [&chunk[..], &[0]].concat();
    assert_eq!(
        Change::parse(&longer).unwrap_err().code(),
        "malformed_chunk"
    );
    let mut wrong = chunk;
    wrong[5] ^= 1;
    assert_eq!(Change::parse(&wrong).unwrap_err().code(), "wrong_checksum");
}

#[test]
#[ignore = "takes minutes; by hand, in release"]
fn hundreds_of_thousands_of_altered_changes() {
    let number = |name: &str, otherwise: u64| {
        std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
    };
    let (count, seed) = (number("CHANGES", 300_000), number("SEED", 1));
    println!("seed {seed}");
    // What Automerge panics on is part of what is counted; its words would bury the figures.
    let hook = std::panic::take_hook();
    let mut tally = Tally::default();
    let mut random = fastrand::Rng::with_seed(seed);
    let start = std::time::Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        std::panic::set_hook(Box::new(|_| {}));
        while tally.tried < count {
            let chunks = history(5, &random_steps(&mut random));
            try_some(&mut random, &chunks, 200, true, &mut tally);
        }
    }));
    std::panic::set_hook(hook);
    println!("{} changes in {:?}", tally.tried, start.elapsed());
    println!(
        "accepted by us and by Automerge, with equal results: {}",
        tally.accepted
    );
    println!("refused: {:?}", tally.refused);
    println!(
        "one in 16 of the refused shown to Automerge: {:?}",
        tally.theirs
    );
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}
