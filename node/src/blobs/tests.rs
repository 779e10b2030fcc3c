//! A store over a temporary folder.

use super::*;

const QUOTA: u64 = 10_000;

fn store(folder: &Path) -> BlobStore {
    BlobStore::open(&folder.join("blobs"), QUOTA).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder.join("blobs")).unwrap();
    let mut names: Vec<String> = names
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_blob_is_held_over_a_restart_and_read_in_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let bytes: Vec<u8> = (0..5_000u32).map(|at| (at % 251) as u8).collect();
    let first = store(folder.path());
    let hash = first.put(&bytes).unwrap();
    assert_eq!(first.put(&bytes).unwrap(), hash);
    assert_eq!(first.stats().count, 1);
    drop(first);
    let again = store(folder.path());
    assert_eq!(again.read(&hash).unwrap(), bytes);
    let (total, mut pieces) = again.piece(&hash, 0, 2_000);
    assert_eq!((total, pieces.len()), (5_000, 2_000));
    while (pieces.len() as u64) < total {
        let (again_total, piece) = again.piece(&hash, pieces.len() as u64, 2_000);
        assert_eq!(again_total, total);
        pieces.extend(piece);
    }
    assert_eq!(pieces, bytes);
    assert_eq!(files(folder.path()), [hash.to_string()]);
}

#[test]
fn a_write_that_was_cut_short_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let hash = store(folder.path()).put(b"whole").unwrap();
    let half = folder.path().join(format!("blobs/.{hash}.77-0.new"));
    fs::write(&half, b"wh").unwrap();
    let again = store(folder.path());
    assert_eq!(again.stats().count, 1);
    assert_eq!(files(folder.path()), [hash.to_string()]);
}

#[test]
fn a_truncated_blob_is_put_aside_and_taken_anew() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = store(folder.path());
    let hash = blobs.put(b"an identity").unwrap();
    fs::write(folder.path().join(format!("blobs/{hash}")), b"an id").unwrap();
    let error = blobs.read(&hash).unwrap_err();
    assert_eq!(error.code(), "blob_truncated");
    assert!(!blobs.holds(&hash));
    assert_eq!(blobs.read(&hash).unwrap_err().code(), "blob_not_held");
    blobs.take(&hash, b"an identity").unwrap();
    assert_eq!(blobs.read(&hash).unwrap(), b"an identity");
}

#[test]
fn a_damaged_blob_is_found_by_the_check_and_sent_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = store(folder.path());
    let (sound, hash) = (blobs.put(b"sound").unwrap(), blobs.put(b"photo").unwrap());
    fs::write(folder.path().join(format!("blobs/{hash}")), b"phono").unwrap();
    assert_eq!(blobs.piece(&hash, 0, 100), (0, Vec::new()));
    fs::write(folder.path().join(format!("blobs/{hash}")), b"phono").unwrap();
    let again = store(folder.path());
    let problems = again.check(&mut |_, _| {});
    let codes: Vec<&str> = problems.iter().map(BlobError::code).collect();
    assert_eq!(codes, ["blob_damaged"]);
    assert!(again.holds(&sound) && !again.holds(&hash));
    assert!(files(folder.path()).contains(&format!("{hash}{DAMAGED}")));
}

#[test]
fn what_hashes_otherwise_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = store(folder.path());
    let asked = hash_of(b"asked for");
    assert_eq!(
        blobs.take(&asked, b"sent").unwrap_err().code(),
        "blob_other"
    );
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_full_store_takes_no_more_and_drops_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = store(folder.path());
    let first = blobs.put(&[1; 6_000]).unwrap();
    assert!(!blobs.has_room(6_000));
    let error = blobs.put(&[2; 6_000]).unwrap_err();
    assert_eq!(error.code(), "blob_over_quota");
    assert!(blobs.holds(&first));
    assert!(blobs.delete(&first).unwrap());
    assert!(!blobs.delete(&first).unwrap());
    blobs.put(&[2; 6_000]).unwrap();
}

#[test]
fn the_catalogues_know_every_code() {
    for code in BlobError::CODES {
        let key = format!("error-{} =", code.replace('_', "-"));
        let mut sources = crate::locales::CATALOGUES.iter();
        let known = sources.any(|(language, _, source)| *language == "fr" && source.contains(&key));
        assert!(known, "{key}");
    }
}
