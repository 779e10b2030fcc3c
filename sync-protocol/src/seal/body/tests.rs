//! Seal and grant entries: who opens them, and what must not.

use super::*;
use crate::charter::MAX_MEMBERS;
use crate::entry::MAX_BODY_BYTES;
use crate::seal::key::SealingPublic;
use crate::seal::part::open_part;
use crate::seal::part::tests::name;

const NETWORK: NetworkId = NetworkId([1; 32]);
const RECORD: RecordId = RecordId([2; 32]);
const AUTHOR: NodeId = NodeId([3; 32]);
const SEAL_ID: EntryId = EntryId([40; 32]);
const TEXT: &[u8] = b"what only two may read";

fn structure(seed: u8) -> StructureId {
    let mut bytes = [7; 32];
    bytes[0] = seed;
    StructureId(bytes)
}

fn secret(seed: u8, generation: u32) -> SealingSecret {
    let mut bytes = [seed; 32];
    bytes[..4].copy_from_slice(&generation.to_be_bytes());
    SealingSecret::generate(Random::new(bytes))
}

fn recipient(seed: u8, generation: u32) -> Recipient {
    Recipient {
        structure: structure(seed),
        generation: Generation(generation),
        public: secret(seed, generation).public(),
    }
}

fn secrets(seed: u8, generations: &[u32]) -> BTreeMap<Generation, SealingSecret> {
    let held = |it: &u32| (Generation(*it), secret(seed, *it));
    generations.iter().map(held).collect()
}

fn draw() -> impl FnMut() -> Random {
    let mut random = fastrand::Rng::with_seed(1);
    move || {
        let mut bytes = [0; 32];
        random.fill(&mut bytes);
        Random::new(bytes)
    }
}

fn founding(part: &PartName, record: RecordId) -> PartContext<'_> {
    PartContext {
        network: NETWORK,
        record,
        author: AUTHOR,
        part,
        number: 1,
        parents: &[],
        grants: &[],
    }
}

fn sealed_in(record: RecordId) -> (Seal, Vec<u8>) {
    let part = name("identity");
    let to = [recipient(2, 1), recipient(1, 3)];
    Seal::make(&founding(&part, record), TEXT, &to, &mut draw()).unwrap()
}

fn read(seal: &Seal, record: RecordId, blob: &[u8], reader: u8) -> Result<Vec<u8>, ReadError> {
    let context = seal.context(NETWORK, record, AUTHOR);
    let key = seal.key(&context, &structure(reader), &secrets(reader, &[1, 3]))?;
    Ok(open_part(&context, &seal.sealed, &key, blob)?.to_vec())
}

#[test]
fn recipients_read_and_others_do_not() {
    let (seal, blob) = sealed_in(RECORD);
    assert_eq!(read(&seal, RECORD, &blob, 1).unwrap(), TEXT);
    assert_eq!(read(&seal, RECORD, &blob, 2).unwrap(), TEXT);
}

#[test]
fn a_sealed_part_without_a_wrap_for_us() {
    let (seal, blob) = sealed_in(RECORD);
    let refused = read(&seal, RECORD, &blob, 5).unwrap_err();
    assert_eq!(refused, ReadError::Wrap(WrapError::NoWrap));
}

#[test]
fn a_key_of_another_generation() {
    let (seal, _) = sealed_in(RECORD);
    let context = seal.context(NETWORK, RECORD, AUTHOR);
    let refused = seal.key(&context, &structure(1), &secrets(1, &[1, 2]));
    assert_eq!(refused.unwrap_err(), WrapError::NoSecret(Generation(3)));
    // Another generation's secret under this one's number, as after a mistaken restore.
    let mistaken = BTreeMap::from([(Generation(3), secret(1, 2))]);
    let refused = seal.key(&context, &structure(1), &mistaken);
    assert_eq!(refused.unwrap_err(), WrapError::NotForHere);
}

#[test]
fn a_wrap_moved_from_another_record() {
    let (here, blob) = sealed_in(RECORD);
    let (there, _) = sealed_in(RecordId([9; 32]));
    let moved = Seal {
        wraps: there.wraps.clone(),
        ..here.clone()
    };
    let refused = read(&moved, RECORD, &blob, 1).unwrap_err();
    assert_eq!(refused, ReadError::Wrap(WrapError::NotForHere));
    // The whole body, in an entry about another record or of another author.
    assert!(read(&here, RecordId([9; 32]), &blob, 1).is_err());
    let context = here.context(NETWORK, RECORD, NodeId([4; 32]));
    let refused = here.key(&context, &structure(1), &secrets(1, &[3]));
    assert_eq!(refused.unwrap_err(), WrapError::NotForHere);
}

#[test]
fn a_wrap_for_another_recipient_or_generation() {
    let (seal, blob) = sealed_in(RECORD);
    let renamed = |change: fn(&mut Wrap)| {
        let mut altered = seal.clone();
        altered.wraps.iter_mut().for_each(change);
        read(&altered, RECORD, &blob, 1).unwrap_err()
    };
    let other_recipient = renamed(|wrap| wrap.recipient.0[0] ^= 3);
    let other_generation = renamed(|wrap| wrap.generation.0 ^= 2);
    for refused in [other_recipient, other_generation] {
        assert_eq!(refused, ReadError::Wrap(WrapError::NotForHere));
    }
}

/// An author that gives its readers two keys, of which the entry can commit to one.
#[test]
fn two_texts_for_two_recipients() {
    let (mut seal, blob) = sealed_in(RECORD);
    let part = name("identity");
    let context = founding(&part, RECORD);
    let other = PartKey::generate(Random::new([77; 32]));
    // Wrapped honestly under its own commitment, and under a lie about it.
    let honest = Wrap::seal(&context.binding(), &other, &recipient(2, 1), draw()());
    seal.wraps[1] = honest.unwrap();
    let refused = read(&seal, RECORD, &blob, 2).unwrap_err();
    assert_eq!(refused, ReadError::Wrap(WrapError::NotForHere));
    let lie = super::super::wrap::tests::wrap_under(
        &context.binding(),
        &seal.sealed.commitment,
        &other,
        &recipient(2, 1),
    );
    seal.wraps[1] = lie;
    let refused = read(&seal, RECORD, &blob, 2).unwrap_err();
    assert_eq!(refused, ReadError::Wrap(WrapError::OtherKey));
    assert_eq!(read(&seal, RECORD, &blob, 1).unwrap(), TEXT);
}

#[test]
fn a_recipient_whose_key_everybody_could_open_is_not_sealed_to() {
    let part = name("identity");
    let broken = Recipient {
        public: SealingPublic([0; 32]),
        ..recipient(1, 1)
    };
    let refused = Seal::make(&founding(&part, RECORD), TEXT, &[broken], &mut draw());
    assert_eq!(refused.unwrap_err(), SealError::Unusable(UnusableKey));
}

#[test]
fn a_grant_opens_one_seal_to_further_structures() {
    let (seal, blob) = sealed_in(RECORD);
    let context = seal.context(NETWORK, RECORD, AUTHOR);
    let key = seal
        .key(&context, &structure(1), &secrets(1, &[3]))
        .unwrap();
    let to = [recipient(6, 1)];
    let grant = Grant::make((SEAL_ID, &context), None, &key, &to, &mut draw()).unwrap();
    assert_eq!(Grant::decode(&grant.encode()), Ok(grant.clone()));
    let commitment = &seal.sealed.commitment;
    let granted = grant.key(&context, commitment, &structure(6), &secrets(6, &[1]));
    let text = open_part(&context, &seal.sealed, &granted.unwrap(), &blob).unwrap();
    assert_eq!(*text, TEXT);
    let other = grant.key(&context, commitment, &structure(7), &secrets(7, &[1]));
    assert_eq!(other.unwrap_err(), WrapError::NoWrap);
    // For another seal of the same part it opens nothing.
    let next = PartContext {
        number: 2,
        parents: &[SEAL_ID],
        ..context
    };
    let moved = grant.key(&next, commitment, &structure(6), &secrets(6, &[1]));
    assert_eq!(moved.unwrap_err(), WrapError::NotForHere);
}

#[test]
fn bodies_have_one_encoding_and_their_limits() {
    let (seal, _) = sealed_in(RECORD);
    let bytes = seal.encode();
    assert_eq!(Seal::decode(&bytes), Ok(seal.clone()));
    let altered = |change: fn(&mut Seal)| {
        let mut altered = seal.clone();
        change(&mut altered);
        Seal::decode(&altered.encode())
    };
    assert!(altered(|it| it.wraps.reverse()).is_err());
    assert!(altered(|it| it.wraps.clear()).is_err());
    assert!(altered(|it| it.wraps = vec![it.wraps[0]; 2]).is_err());
    assert!(altered(|it| it.number = 0).is_err());
    assert!(altered(|it| it.number = 2).is_err());
    assert!(altered(|it| it.parents = vec![SEAL_ID]).is_err());
    assert!(altered(|it| it.grants = vec![SEAL_ID]).is_err());
    assert!(altered(|it| it.sealed.size += 1).is_err());
    assert!(altered(|it| it.sealed.size = u32::MAX).is_err());
    let numbered = |count: usize, it: &mut Seal| {
        let id = |place: usize| {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&(place as u64).to_be_bytes());
            EntryId(bytes)
        };
        it.number = 2;
        it.parents = (0..count).map(id).collect();
    };
    let mut many = seal.clone();
    numbered(MAX_PARENTS, &mut many);
    assert!(Seal::decode(&many.encode()).is_ok());
    numbered(MAX_PARENTS + 1, &mut many);
    assert!(Seal::decode(&many.encode()).is_err());
}

/// A seal to a full roll, that takes as much into account as one may, is a body.
#[test]
fn the_largest_seal_fits_an_entry() {
    let (mut seal, _) = sealed_in(RECORD);
    let wrap = seal.wraps[0];
    let wrap_to = |place: usize| {
        let mut recipient = wrap;
        recipient.recipient.0[..8].copy_from_slice(&(place as u64).to_be_bytes());
        recipient
    };
    seal.wraps = (0..MAX_MEMBERS).map(wrap_to).collect();
    let id = |place: usize| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&(place as u64).to_be_bytes());
        EntryId(bytes)
    };
    seal.number = u32::MAX;
    seal.parents = (0..MAX_PARENTS).map(id).collect();
    seal.grants = (0..MAX_GRANTS).map(id).collect();
    let bytes = seal.encode();
    assert!(bytes.len() <= MAX_BODY_BYTES, "{} bytes", bytes.len());
    assert_eq!(Seal::decode(&bytes), Ok(seal.clone()));
    seal.wraps.push(wrap_to(MAX_MEMBERS));
    assert!(Seal::decode(&seal.encode()).is_err());
}

#[test]
fn altered_bodies_never_panic_and_never_open() {
    let (seal, blob) = sealed_in(RECORD);
    let context = seal.context(NETWORK, RECORD, AUTHOR);
    let key = seal
        .key(&context, &structure(1), &secrets(1, &[3]))
        .unwrap();
    let grant = Grant::make(
        (SEAL_ID, &context),
        None,
        &key,
        &[recipient(6, 1)],
        &mut draw(),
    );
    let bodies = [seal.encode(), grant.unwrap().encode()];
    let mut random = fastrand::Rng::with_seed(3);
    let mut read_anyway = 0;
    for _ in 0..3_000 {
        let mut bytes = bodies[random.usize(..2)].clone();
        if random.u8(..4) == 0 {
            bytes.truncate(random.usize(..bytes.len()));
        }
        if let Some(last) = bytes.len().checked_sub(1) {
            bytes[random.usize(..=last)] ^= random.u8(1..);
        }
        if let Ok(read) = Grant::decode(&bytes) {
            assert_eq!(read.encode(), bytes);
        }
        if let Ok(altered) = Seal::decode(&bytes) {
            assert_eq!(altered.encode(), bytes);
            read_anyway += 1;
            // Only what concerns the other recipient's wrap leaves ours whole.
            let ours = altered.wraps.iter().find(|it| it.recipient == structure(1));
            if read(&altered, RECORD, &blob, 1).is_ok() {
                assert_eq!(ours, seal.wraps.first());
                assert_eq!(altered.sealed, seal.sealed);
            }
        }
    }
    assert!(read_anyway > 100, "{read_anyway} bodies could be read");
}
