use proptest::prelude::*;

use super::*;
use crate::body::Create;
use crate::body::tests::any_change;
use crate::id::Salt;

const NETWORK: NetworkId = NetworkId([7; 32]);

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn place(n: u8) -> Place {
    Place {
        author: NodeId([n; 32]),
        seq: 1 + u64::from(n),
    }
}

fn statement(n: u8, body: Vec<u8>) -> Statement {
    Statement {
        charter: VersionId([1; 32]),
        kind: Kind::CHANGE,
        subject: Some(place(n)),
        time: Timestamp(1_000 + u64::from(n)),
        body,
    }
}

/// Bytes that are no body, and bodies that travel by their parts.
fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any::<Vec<u8>>(),
        any_change().prop_map(|change| change.encode()),
        (any_change(), "[a-z]{1,9}", any::<[u8; 32]>()).prop_map(|(first, collection, salt)| {
            Create {
                collection,
                salt: Salt(salt),
                first,
            }
            .encode()
        }),
    ]
}

fn any_statement() -> impl Strategy<Value = Statement> {
    (
        any::<[u8; 2]>(),
        prop_oneof![0u8..=20, 2u8..=3],
        0u8..4,
        any::<u64>(),
        any_body(),
    )
        .prop_map(|([charter, record], kind, zeros, time, body)| Statement {
            charter: VersionId([charter; 32]),
            kind: Kind(kind),
            subject: (zeros != 0).then(|| place(record)),
            time: Timestamp(time),
            body,
        })
}

proptest! {
    #[test]
    fn runs_round_trip(statements in prop::collection::vec(any_statement(), 1..40)) {
        let runs = sign(NETWORK, &key(1), Tip::EMPTY, statements.clone());
        let mut tip = Tip::EMPTY;
        let mut bodies = Vec::new();
        for run in &runs {
            let again = verify(NETWORK, tip, run.wire()).unwrap();
            prop_assert_eq!(&again, run);
            bodies.extend(again.entries().iter().map(|entry| entry.body.clone().unwrap()));
            tip = again.last();
        }
        let said: Vec<_> = statements.into_iter().map(|statement| statement.body).collect();
        prop_assert_eq!(bodies, said);
    }

    #[test]
    fn arbitrary_bytes_never_panic(mut bytes: Vec<u8>, framed: bool) {
        if framed {
            // Past the preamble, so that decompression and columns are reached too.
            let real = sign(NETWORK, &key(1), Tip::EMPTY, vec![statement(1, vec![])]);
            let head = real[0].wire()[..PREAMBLE_BYTES].to_vec();
            let plain = bytes.clone();
            bytes = head;
            let at = PREAMBLE_BYTES - 4;
            bytes[at..].copy_from_slice(&u32::try_from(plain.len()).unwrap().to_be_bytes());
            bytes.extend(zstd::bulk::compress(&plain, 1).unwrap());
        }
        prop_assert!(verify(NETWORK, Tip::EMPTY, &bytes).is_err());
    }

    #[test]
    fn any_changed_bit_is_noticed(flip in 0usize..10_000, length in 0usize..200) {
        let run = sign(NETWORK, &key(1), Tip::EMPTY, vec![statement(1, vec![9; length])]).remove(0);
        let mut wire = run.wire().to_vec();
        let bit = flip % (wire.len() * 8);
        wire[bit / 8] ^= 1 << (bit % 8);
        if let Ok(other) = verify(NETWORK, Tip::EMPTY, &wire) {
            // Compression has slack bits; what is read must be what was signed all the same.
            prop_assert_eq!(other.entries(), run.entries());
        }
    }

    #[test]
    fn recomposed_runs_say_the_same(sizes in prop::collection::vec(1usize..9, 1..20), after in 0u64..60) {
        let mut tip = Tip::EMPTY;
        let mut stored = Vec::new();
        let mut ids = vec![EntryId::ZERO];
        for (n, size) in sizes.iter().enumerate() {
            let mut statements = vec![statement(u8::try_from(n).unwrap(), vec![5; 30]); *size];
            if n % 5 == 4 {
                statements[size - 1].kind = Kind::APPROVE;
            }
            for run in sign(NETWORK, &key(2), tip, statements) {
                tip = run.last();
                ids.extend(run.entries().iter().map(|entry| entry.id));
                stored.push(Arc::clone(run.wire()));
            }
        }
        let after = after.min(tip.seq);
        let sent = recompose(NETWORK, after, &stored).unwrap();
        let mut at = Tip { seq: after, id: ids[usize::try_from(after).unwrap()] };
        for wire in &sent {
            at = verify(NETWORK, at, wire).unwrap().last();
        }
        prop_assert_eq!(at, tip);
        prop_assert!(sent.len() <= stored.len());
    }
}

#[test]
fn limits_split_a_commit_into_runs() {
    let many = sign(
        NETWORK,
        &key(1),
        Tip::EMPTY,
        vec![statement(1, vec![]); 600],
    );
    assert_eq!(
        many.iter()
            .map(|run| run.entries().len())
            .collect::<Vec<_>>(),
        [256, 256, 88]
    );
    let large = vec![statement(1, vec![0; MAX_RUN_BODY_BYTES / 2]); 5];
    let large = sign(NETWORK, &key(1), Tip::EMPTY, large);
    assert_eq!(
        large
            .iter()
            .map(|run| run.entries().len())
            .collect::<Vec<_>>(),
        [2, 2, 1]
    );
    assert!(verify(NETWORK, Tip::EMPTY, large[0].wire()).is_ok());
}

#[test]
fn entries_that_carry_authority_end_their_run() {
    let mut vote = statement(1, vec![]);
    vote.kind = Kind::APPROVE;
    let runs = sign(
        NETWORK,
        &key(1),
        Tip::EMPTY,
        vec![statement(1, vec![]), vote, statement(2, vec![])],
    );
    assert_eq!(
        runs.iter()
            .map(|run| run.entries().len())
            .collect::<Vec<_>>(),
        [2, 1]
    );
}

#[test]
fn a_run_of_another_network_or_place_is_refused() {
    let runs = sign(NETWORK, &key(1), Tip::EMPTY, vec![statement(1, vec![1])]);
    let wire = runs[0].wire();
    assert!(matches!(
        verify(NetworkId([8; 32]), Tip::EMPTY, wire),
        Err(RunError::BadSignature { .. })
    ));
    let elsewhere = Tip {
        seq: 4,
        id: EntryId([3; 32]),
    };
    assert_eq!(
        verify(NETWORK, elsewhere, wire),
        Err(RunError::OutOfOrder {
            first: 1,
            expected: 5
        })
    );
}

#[test]
fn a_decompression_bomb_stops_at_the_declared_length() {
    let run = sign(NETWORK, &key(1), Tip::EMPTY, vec![statement(1, vec![])]).remove(0);
    let mut wire = run.wire()[..PREAMBLE_BYTES].to_vec();
    wire.extend(zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap());
    assert!(matches!(
        verify(NETWORK, Tip::EMPTY, &wire),
        Err(RunError::Malformed(_))
    ));
}

#[test]
fn a_single_edit_costs_little_more_than_its_body() {
    let run = sign(
        NETWORK,
        &key(1),
        Tip::EMPTY,
        vec![statement(1, vec![3; 10])],
    )
    .remove(0);
    assert!(run.wire().len() < 230, "{} bytes", run.wire().len());
}

#[test]
fn a_body_that_is_never_erased_may_not_be_left_out() {
    let mut statements = vec![statement(1, vec![7; 40]); 3];
    statements[1].kind = Kind::ADDRESS;
    let whole = sign(NETWORK, &key(1), Tip::EMPTY, statements).remove(0);
    let mut entries = whole.entries().to_vec();
    entries[1].body = None;
    let stripped = assemble(*whole.signature(), entries);
    assert_eq!(stripped.last(), whole.last());
    assert_eq!(
        verify(NETWORK, Tip::EMPTY, stripped.wire()),
        Err(RunError::Stripped { seq: 2 })
    );
    let all = (1..=3).collect();
    let left = leave_out(whole.wire(), &all).unwrap().unwrap();
    let left = verify(NETWORK, Tip::EMPTY, &left).unwrap();
    let missing: Vec<_> = left.entries().iter().filter_map(LeftOut::of).collect();
    assert_eq!(
        missing.iter().map(|it| it.place.seq).collect::<Vec<_>>(),
        [1, 3]
    );
}

#[test]
fn bodies_left_out_count_towards_the_limit_of_a_run() {
    let half = MAX_RUN_BODY_BYTES / 2;
    let whole = sign(
        NETWORK,
        &key(1),
        Tip::EMPTY,
        vec![statement(1, vec![0; half]); 2],
    )
    .remove(0);
    let mut entries = whole.entries().to_vec();
    entries[1].header.body_bytes += 1;
    entries[1].body = None;
    let longer = assemble(*whole.signature(), entries);
    assert!(matches!(
        verify(NETWORK, Tip::EMPTY, longer.wire()),
        Err(RunError::Malformed(_))
    ));
    let small = sign(NETWORK, &key(1), whole.last(), vec![statement(1, vec![1])]).remove(0);
    let emptied = leave_out(whole.wire(), &[1, 2].into()).unwrap().unwrap();
    let sent = recompose(NETWORK, 0, &[emptied, Arc::clone(small.wire())]).unwrap();
    assert_eq!(sent.len(), 2, "what may be put back needs its room");
}

proptest! {
    #[test]
    fn a_run_holds_without_some_bodies_and_is_itself_once_they_are_back(
        statements in prop::collection::vec(any_statement(), 1..20),
        picked in prop::collection::btree_set(1u64..20, 0..20),
    ) {
        let mut tip = Tip::EMPTY;
        for run in sign(NETWORK, &key(1), Tip::EMPTY, statements) {
            let may = |entry: &&Entry| may_leave_out(entry.header.kind);
            let gone: Vec<&Entry> = run
                .entries()
                .iter()
                .filter(may)
                .filter(|entry| picked.contains(&entry.header.seq))
                .collect();
            let left = leave_out(run.wire(), &picked).unwrap();
            prop_assert_eq!(left.is_some(), !gone.is_empty());
            prop_assert_eq!(run.leaves_out(), false);
            if let Some(mut wire) = left {
                let read = verify(NETWORK, tip, &wire).unwrap();
                prop_assert!(read.leaves_out() && leaves_out(&wire).unwrap());
                prop_assert_eq!(read.last(), run.last());
                prop_assert!(leave_out(&wire, &picked).unwrap().is_none(), "idempotent");
                for entry in gone {
                    let missing = &read.entries()[usize::try_from(entry.header.seq - run.first_seq()).unwrap()];
                    let missing = LeftOut::of(missing).unwrap();
                    prop_assert_eq!(LeftOut::decode(&missing.encode()).unwrap(), missing);
                    let body = entry.body.clone().unwrap();
                    let mut other = body.clone();
                    other.push(0);
                    prop_assert!(put_back(&wire, entry.header.seq, &other).unwrap().is_none());
                    wire = put_back(&wire, entry.header.seq, &body).unwrap().unwrap();
                }
                prop_assert_eq!(&verify(NETWORK, tip, &wire).unwrap(), &run);
            }
            tip = run.last();
        }
    }
}
