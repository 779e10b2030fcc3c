//! Runs: as they travel, and with columns that a stranger chose and signed.

use std::sync::{Arc, LazyLock};

use ed25519_dalek::{Signer, SigningKey};
use sync_protocol::entry::{Entry, Header};
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, NetworkId};
use sync_protocol::run::{
    MAX_RUN_BODY_BYTES, Preamble, RunError, VerifiedRun, read_stored, recompose, verify,
};

use super::seeds;

/// The network of all targets.
pub(super) const NETWORK: NetworkId = NetworkId([7; 32]);
/// Where the columns of a run begin: spec, section 5.
pub(super) const PREAMBLE_BYTES: usize = 111;
const SIGNATURE_AT: usize = 43;

/// The format byte, from a run that was written.
static FORMAT: LazyLock<u8> = LazyLock::new(|| seeds::signed()[0].wire()[0]);

pub(super) fn run(bytes: &[u8]) -> bool {
    let Ok(preamble) = Preamble::decode(bytes) else {
        return false;
    };
    let stored = read_stored(NETWORK, EntryId::ZERO, bytes);
    let tip = Tip {
        seq: preamble.first_seq - 1,
        id: EntryId::ZERO,
    };
    match verify(NETWORK, tip, bytes) {
        Ok(run) => {
            assert_eq!(stored.as_deref(), Ok(run.entries()));
            packed_anew(&run, tip);
            true
        }
        Err(_) => {
            // What a damaged store holds is read without the signature, and packed for a peer.
            let _ = recompose(NETWORK, 0, &[bytes.into()]);
            stored.is_ok()
        }
    }
}

/// The first byte is the number of entries less one, the second the first's number less one.
pub(super) fn columns(bytes: &[u8]) -> bool {
    let Some(([count, first], plain)) = bytes.split_first_chunk() else {
        return false;
    };
    let tip = Tip {
        seq: u64::from(*first),
        id: EntryId::ZERO,
    };
    let key = SigningKey::from_bytes(&[2; 32]);
    let Some(wire) = signed_whatever(&key, tip, u16::from(*count) + 1, plain) else {
        return false;
    };
    match verify(NETWORK, tip, &wire) {
        Ok(run) => packed_anew(&run, tip),
        Err(RunError::AuthorityInside { .. } | RunError::Stripped { .. }) => return false,
        Err(other) => panic!("read, signed, and refused: {other}"),
    }
    true
}

/// A run with these columns and a signature that holds, if they can be read at all.
pub(super) fn signed_whatever(
    key: &SigningKey,
    tip: Tip,
    count: u16,
    plain: &[u8],
) -> Option<Arc<[u8]>> {
    let mut wire = vec![*FORMAT];
    wire.extend(key.verifying_key().to_bytes());
    wire.extend((tip.seq + 1).to_be_bytes());
    wire.extend(count.to_be_bytes());
    wire.extend([0; 64]);
    wire.extend(u32::try_from(plain.len()).ok()?.to_be_bytes());
    assert_eq!(wire.len(), PREAMBLE_BYTES);
    wire.extend(zstd::bulk::compress(plain, 1).ok()?);
    let entries = read_stored(NETWORK, tip.id, &wire).ok()?;
    well_formed(&entries);
    let last = entries.last().expect("a run has entries");
    let signature = key.sign(&[b"capactif-sg1".as_slice(), &last.id.0].concat());
    wire[SIGNATURE_AT..SIGNATURE_AT + 64].copy_from_slice(&signature.to_bytes());
    Some(wire.into())
}

fn well_formed(entries: &[Entry]) {
    let bodies = entries.iter().filter_map(|entry| entry.body.as_ref());
    assert!(bodies.map(Vec::len).sum::<usize>() <= MAX_RUN_BODY_BYTES);
    for entry in entries {
        assert_eq!(
            Header::decode(&entry.header.encode()).as_ref(),
            Ok(&entry.header)
        );
    }
}

/// A run that a peer gets out of the store says what the stored one said.
fn packed_anew(run: &VerifiedRun, tip: Tip) {
    well_formed(run.entries());
    let stored = [Arc::clone(run.wire())];
    let whole = recompose(NETWORK, tip.seq, &stored).expect("it was verified");
    assert_eq!(whole.len(), 1);
    let again = verify(NETWORK, tip, &whole[0]).expect("it was verified");
    assert_eq!(again.entries(), run.entries());
    let [first, rest @ ..] = run.entries() else {
        panic!("a run has entries");
    };
    let end = recompose(NETWORK, first.header.seq, &stored).expect("it was verified");
    assert_eq!(end.len(), usize::from(!rest.is_empty()));
    if let Some(end) = end.first() {
        let tip = Tip {
            seq: first.header.seq,
            id: first.id,
        };
        let again = verify(NETWORK, tip, end).expect("it was verified");
        assert_eq!(again.entries(), rest);
    }
}
