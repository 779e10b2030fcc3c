//! Sealing and opening one part, and what must not open.

use super::*;

const NETWORK: NetworkId = NetworkId([1; 32]);
const TEXT: &[u8] = "Jeanne Dupré, 06 12 34 56 78".as_bytes();

pub(crate) fn name(text: &str) -> PartName {
    text.parse().unwrap()
}

fn context(part: &PartName) -> PartContext<'_> {
    PartContext {
        network: NETWORK,
        record: RecordId([2; 32]),
        author: NodeId([3; 32]),
        part,
        number: 2,
        parents: &[EntryId([4; 32])],
        grants: &[EntryId([5; 32])],
    }
}

fn key(seed: u8) -> PartKey {
    PartKey::generate(Random::new([seed; 32]))
}

fn sealed(text: &[u8]) -> (SealedPart, Vec<u8>) {
    let random = Random::new([8; 32]);
    seal_part(&context(&name("identity")), text, &key(7), random).unwrap()
}

fn open(stated: &SealedPart, key: &PartKey, blob: &[u8]) -> Result<Vec<u8>, OpenError> {
    let opened = open_part(&context(&name("identity")), stated, key, blob)?;
    Ok(opened.to_vec())
}

/// A blob whose padded text is given, with what an honest author would state of it.
fn sealed_as(padded: &[u8]) -> (SealedPart, Vec<u8>) {
    let part = name("identity");
    let payload = Payload {
        msg: padded,
        aad: &context(&part).binding(),
    };
    let nonce = [8; NONCE_BYTES];
    let text = key(7).cipher().encrypt(&nonce.into(), payload).unwrap();
    let blob = [&[FORMAT], nonce.as_slice(), &text].concat();
    let stated = SealedPart {
        blob: hash(&blob),
        size: u32::try_from(blob.len()).unwrap(),
        commitment: key(7).commitment(),
    };
    (stated, blob)
}

#[test]
fn what_is_sealed_opens_to_its_readers() {
    for length in [0, 1, 1019, 1020, 1021, 2044, 70_000, MAX_PART_BYTES] {
        let text = vec![b'x'; length];
        let (stated, blob) = sealed(&text);
        assert_eq!(open(&stated, &key(7), &blob).unwrap(), text);
        assert!(is_sealed_size(stated.size), "{length}");
        assert!(blob.len() <= MAX_SEALED_BYTES);
    }
    let refused = seal_part(
        &context(&name("identity")),
        &vec![0; MAX_PART_BYTES + 1],
        &key(7),
        Random::new([8; 32]),
    );
    assert_eq!(refused.unwrap_err().actual, MAX_PART_BYTES + 1);
}

#[test]
fn a_blob_tells_its_size_in_steps_and_nothing_of_the_text() {
    let (stated, blob) = sealed(TEXT);
    assert_eq!(stated.size, 1024 + 41);
    let (longer, _) = sealed(&[0; 1020]);
    assert_eq!(longer.size, stated.size);
    assert!(!blob.windows(6).any(|window| window == b"Jeanne"));
}

#[test]
fn a_truncated_blob_is_told_from_another_one() {
    let (stated, blob) = sealed(TEXT);
    for length in [0, 1, 25, 41, 1064] {
        let error = open(&stated, &key(7), &blob[..length]).unwrap_err();
        let expected = OpenError::Size {
            stated: 1065,
            actual: length,
        };
        assert_eq!(error, expected);
    }
    let longer = [blob.as_slice(), &[0]].concat();
    let error = open(&stated, &key(7), &longer).unwrap_err();
    assert!(matches!(error, OpenError::Size { .. }));
}

#[test]
fn a_blob_that_hashes_otherwise_is_refused() {
    let (stated, blob) = sealed(TEXT);
    for index in [0, 1, 24, 25, 500, 1064] {
        let mut changed = blob.clone();
        changed[index] ^= 1;
        let error = open(&stated, &key(7), &changed).unwrap_err();
        assert_eq!(error, OpenError::OtherBlob, "byte {index}");
    }
}

#[test]
fn a_commitment_that_does_not_match_is_refused() {
    let (stated, blob) = sealed(TEXT);
    assert_eq!(
        open(&stated, &key(9), &blob).unwrap_err(),
        OpenError::OtherKey
    );
    let lying = SealedPart {
        commitment: key(9).commitment(),
        ..stated
    };
    assert_eq!(
        open(&lying, &key(7), &blob).unwrap_err(),
        OpenError::OtherKey
    );
    assert_eq!(
        open(&lying, &key(9), &blob).unwrap_err(),
        OpenError::NotSealed
    );
}

#[test]
fn a_blob_moved_elsewhere_opens_nowhere() {
    let (stated, blob) = sealed(TEXT);
    let part = name("identity");
    let other_part = name("notes");
    let here = context(&part);
    let elsewhere = [
        PartContext {
            network: NetworkId([9; 32]),
            ..here
        },
        PartContext {
            record: RecordId([9; 32]),
            ..here
        },
        PartContext {
            author: NodeId([9; 32]),
            ..here
        },
        PartContext {
            part: &other_part,
            ..here
        },
        PartContext { number: 3, ..here },
        PartContext {
            parents: &[],
            ..here
        },
        PartContext {
            grants: &[],
            ..here
        },
        PartContext {
            parents: here.grants,
            grants: here.parents,
            ..here
        },
    ];
    for context in elsewhere {
        let opened = open_part(&context, &stated, &key(7), &blob);
        assert_eq!(opened.unwrap_err(), OpenError::NotSealed, "{context:?}");
    }
}

#[test]
fn altered_padding_is_refused() {
    let padded = pad(TEXT).unwrap();
    let (stated, blob) = sealed_as(&padded);
    assert_eq!(open(&stated, &key(7), &blob).unwrap(), TEXT);
    let mut written_into = padded.to_vec();
    *written_into.last_mut().unwrap() = 1;
    let mut step_too_many = padded.to_vec();
    step_too_many.resize(2048, 0);
    let mut beyond = padded.to_vec();
    beyond[..4].copy_from_slice(&2000u32.to_be_bytes());
    let mut far_beyond = padded.to_vec();
    far_beyond[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    for altered in [written_into, step_too_many, beyond, far_beyond] {
        let (stated, blob) = sealed_as(&altered);
        let error = open(&stated, &key(7), &blob).unwrap_err();
        assert_eq!(error, OpenError::Padding);
    }
    let (stated, blob) = sealed_as(&padded[..1000]);
    assert!(matches!(
        open(&stated, &key(7), &blob).unwrap_err(),
        OpenError::Size { .. }
    ));
}

#[test]
fn another_format_is_told_from_damage() {
    let (_, mut blob) = sealed(TEXT);
    blob[0] = 2;
    let stated = SealedPart {
        blob: hash(&blob),
        size: 1065,
        commitment: key(7).commitment(),
    };
    let error = open(&stated, &key(7), &blob).unwrap_err();
    assert_eq!(error, OpenError::Format(2));
}

/// A blob that XChaCha20-Poly1305 opens under two keys, to two texts that are both padded rightly:
/// what a lying author would give to two readers, were there no commitment.
///
/// Both keys end in 28 times 07; the first four bytes of one and the other are found so that both
/// key streams begin alike under the nonce (one pair in 40,000 keys), so that both texts have 1,020
/// bytes and no padding. With both one-time keys of Poly1305 known, equal tags are one linear
/// equation, here in the eleventh block.
#[test]
fn two_texts_for_two_recipients_are_refused_to_one_of_them() {
    let hex = |text: &str| data_encoding::HEXLOWER.decode(text.as_bytes()).unwrap();
    let mut text = vec![0; 1024];
    text[..4].copy_from_slice(&hex("d7494cc3"));
    text[160..176].copy_from_slice(&hex("1ed70a4c5a2bc6a2bcc668f444adb38e"));
    let tag = hex("7009445ef682a6378ba7bad18aed44a9");
    let blob = [vec![FORMAT], vec![8; NONCE_BYTES], text, tag].concat();
    let keys = [3_112u32, 40_787].map(|first| {
        let mut bytes = [7; 32];
        bytes[..4].copy_from_slice(&first.to_le_bytes());
        PartKey::from_bytes(bytes)
    });
    let stated = |key: &PartKey| SealedPart {
        blob: hash(&blob),
        size: u32::try_from(blob.len()).unwrap(),
        commitment: key.commitment(),
    };
    let binding = [0; 32];
    let texts = keys.each_ref().map(|key| {
        let text = open_bound(&binding, &stated(key), key, &blob).unwrap();
        assert_eq!(text.len(), 1_020);
        text
    });
    assert_ne!(texts[0], texts[1]);
    let refused = open_bound(&binding, &stated(&keys[0]), &keys[1], &blob);
    assert_eq!(refused.unwrap_err(), OpenError::OtherKey);
}

#[test]
fn names_of_parts_are_plain() {
    for good in ["identity", "document/3", "a-b_c"] {
        assert_eq!(good.parse::<PartName>().unwrap().as_str(), good);
    }
    for bad in ["", "Identity", "é", "a b", &"a".repeat(65), "..", "a\0"] {
        assert_eq!(bad.parse::<PartName>(), Err(BadPartName), "{bad}");
    }
}

#[test]
fn altered_blobs_never_panic() {
    let (stated, blob) = sealed(TEXT);
    let mut random = fastrand::Rng::with_seed(2);
    for _ in 0..5_000 {
        let mut changed = blob.clone();
        changed.truncate(random.usize(..=blob.len()));
        if let Some(length) = changed.len().checked_sub(1) {
            changed[random.usize(..=length)] ^= random.u8(1..);
        }
        // As if its author had sealed it so.
        let stated = SealedPart {
            blob: hash(&changed),
            size: u32::try_from(changed.len()).unwrap(),
            ..stated
        };
        assert!(open(&stated, &key(7), &changed).is_err());
    }
}
