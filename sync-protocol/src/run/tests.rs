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
fn a_run_without_one_of_its_bodies_is_refused() {
    let whole = sign(
        NETWORK,
        &key(1),
        Tip::EMPTY,
        vec![statement(1, vec![7; 40]); 3],
    )
    .remove(0);
    let mut entries = whole.entries().to_vec();
    entries[1].body = None;
    let stripped = assemble(*whole.signature(), entries);
    assert_eq!(stripped.last(), whole.last());
    assert_eq!(
        verify(NETWORK, Tip::EMPTY, stripped.wire()),
        Err(RunError::Stripped { seq: 2 })
    );
}
