//! Parts sealed and opened over entries made by hand.

use std::path::Path;

use sync_protocol::entry::{Header, Place, body_hash};
use sync_protocol::id::VersionId;

use super::*;

const NETWORK: NetworkId = NetworkId([7; 32]);
const RECORD: RecordId = RecordId([8; 32]);
const TOWN: StructureId = StructureId([1; 32]);
const CCI: StructureId = StructureId([2; 32]);
const BANK: StructureId = StructureId([3; 32]);
const AUTHOR: NodeId = NodeId([4; 32]);
const NAME: &[u8] = b"Jeanne";

fn secrets(structure: StructureId) -> BTreeMap<Generation, SealingSecret> {
    let random = Random::new(structure.0);
    [(Generation::FIRST, SealingSecret::generate(random))].into()
}

fn to(structures: &[StructureId]) -> Vec<Recipient> {
    let recipient = |structure: &StructureId| Recipient {
        structure: *structure,
        generation: Generation::FIRST,
        public: secrets(*structure)[&Generation::FIRST].public(),
    };
    structures.iter().map(recipient).collect()
}

fn part_name() -> PartName {
    "identity".parse().unwrap()
}

/// An entry of the town's node about a record.
fn entry(seq: u64, kind: Kind, record: RecordId, body: Vec<u8>) -> SealingEntry {
    let header = Header {
        network: NETWORK,
        author: AUTHOR,
        seq,
        previous: EntryId([9; 32]),
        charter: VersionId([10; 32]),
        kind,
        subject: Some(Place {
            author: AUTHOR,
            seq: 1,
        }),
        time: Timestamp(seq),
        body_bytes: u32::try_from(body.len()).unwrap(),
        body_hash: body_hash(&body),
    };
    SealingEntry {
        record,
        owner: TOWN,
        entry: Entry {
            id: header.id(),
            header,
            body: Some(body),
        },
    }
}

fn sealed(record: RecordId, entries: &[SealingEntry]) -> Sealed {
    Sealed::of(NETWORK, record, entries, &|_, owner| {
        Some((TOWN, *owner == TOWN))
    })
}

fn draws() -> impl FnMut() -> Random {
    let mut next = 20;
    move || {
        next += 1;
        Random::new([next; 32])
    }
}

/// A store with the blob of the first seal, which goes to town and chamber, and its entry.
fn world(folder: &Path) -> (BlobStore, SealingEntry, Seal) {
    let blobs = BlobStore::open(folder, 1_000_000).unwrap();
    let nothing = sealed(RECORD, &[]);
    let (name, readers) = (part_name(), to(&[TOWN, CCI]));
    let made = nothing.seal(&name, AUTHOR, NAME, &readers, &mut draws());
    let (seal, blob) = made.unwrap();
    blobs.put(&blob).unwrap();
    (blobs, entry(2, Kind::SEAL, RECORD, seal.encode()), seal)
}

fn open(
    sealed: &Sealed,
    structure: StructureId,
    blobs: &BlobStore,
) -> Result<Vec<u8>, &'static str> {
    let secrets = secrets(structure);
    open_with(sealed, structure, &secrets, blobs)
}

fn open_with(
    sealed: &Sealed,
    structure: StructureId,
    secrets: &BTreeMap<Generation, SealingSecret>,
    blobs: &BlobStore,
) -> Result<Vec<u8>, &'static str> {
    let part = sealed.part(&part_name()).expect("something is sealed");
    let eyes = Eyes { structure, secrets };
    let head = *part.heads().next().expect("a seal stands").0;
    let opened = sealed.open(part, &head, &eyes, blobs);
    opened
        .map(|opened| opened.text.to_vec())
        .map_err(|error| error.code())
}

#[test]
fn readers_open_a_part_and_whoever_is_granted_it() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, first, _) = world(folder.path());
    let before = sealed(RECORD, std::slice::from_ref(&first));
    assert_eq!(open(&before, TOWN, &blobs).unwrap(), NAME);
    assert_eq!(open(&before, CCI, &blobs).unwrap(), NAME);
    assert_eq!(open(&before, BANK, &blobs), Err("not_a_reader"));
    let part = before.part(&part_name()).unwrap();
    let of_cci = secrets(CCI);
    let eyes = Eyes {
        structure: CCI,
        secrets: &of_cci,
    };
    let id = first.entry.id;
    let grant = before
        .grant(part, &id, &eyes, &to(&[BANK]), &mut draws())
        .unwrap();
    let entries = [first, entry(3, Kind::GRANT, RECORD, grant.encode())];
    let after = sealed(RECORD, &entries);
    assert_eq!(open(&after, BANK, &blobs).unwrap(), NAME);
    let readers = after.part(&part_name()).unwrap().readers();
    assert_eq!(readers, [TOWN, CCI, BANK].into());
}

#[test]
fn a_wrap_moved_from_another_record_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _, seal) = world(folder.path());
    let other = RecordId([77; 32]);
    let moved = entry(2, Kind::SEAL, other, seal.encode());
    assert_eq!(
        open(&sealed(other, &[moved]), TOWN, &blobs),
        Err("wrap_elsewhere")
    );
}

#[test]
fn a_secret_that_is_not_here_is_told_from_a_wrap_that_is_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, first, _) = world(folder.path());
    let sealed = sealed(RECORD, &[first]);
    let opened = open_with(&sealed, TOWN, &BTreeMap::new(), &blobs);
    assert_eq!(opened, Err("sealing_secret_missing"));
}

#[test]
fn a_blob_that_is_missing_truncated_or_another_is_named_so() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, first, seal) = world(folder.path());
    let sealed = sealed(RECORD, &[first]);
    let blob = seal.sealed.blob;
    let file = folder.path().join(blob.to_string());
    let bytes = blobs.read(&blob).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(open(&sealed, TOWN, &blobs), Err("blob_truncated"));
    assert_eq!(open(&sealed, TOWN, &blobs), Err("blob_not_held"));
    blobs.take(&blob, &bytes).unwrap();
    let mut other = bytes;
    other[30] ^= 1;
    std::fs::write(&file, &other).unwrap();
    assert_eq!(open(&sealed, TOWN, &blobs), Err("blob_damaged"));
    assert_eq!(blobs.take(&blob, &other).unwrap_err().code(), "blob_other");
}

#[test]
fn a_seal_that_states_another_size_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let (blobs, _, mut seal) = world(folder.path());
    seal.sealed.size += 1_024;
    let lying = entry(2, Kind::SEAL, RECORD, seal.encode());
    assert_eq!(
        open(&sealed(RECORD, &[lying]), TOWN, &blobs),
        Err("sealed_size_differs")
    );
}

#[test]
fn what_does_not_count_seals_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (_, first, _) = world(folder.path());
    let entries = [first];
    let nobody = Sealed::of(NETWORK, RECORD, &entries, &|_, _| None);
    assert!(nobody.part(&part_name()).is_none());
    let stranger = Sealed::of(NETWORK, RECORD, &entries, &|_, _| Some((BANK, false)));
    let part = stranger.part(&part_name()).unwrap();
    assert_eq!(part.heads().count(), 0);
    assert_eq!(part.state.refused.len(), 1);
}

#[test]
fn the_catalogues_know_every_code() {
    for code in SealingError::CODES {
        let key = format!("error-{} =", code.replace('_', "-"));
        let mut sources = crate::locales::CATALOGUES.iter();
        let known = sources.any(|(language, _, source)| *language == "fr" && source.contains(&key));
        assert!(known, "{key}");
    }
}
