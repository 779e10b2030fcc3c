//! Cutting and merging stored runs for a peer that resumes anywhere.
//!
//! A run may begin at any entry but must end at a signed one, and the ends of stored runs are
//! signed. So stored runs can be cut at the front and joined at their ends: a journal of single
//! edits travels in few runs. An entry that carries authority keeps ending its run.

use crate::codec::DecodeError;
use crate::entry::Entry;
use crate::id::{EntryId, NetworkId};
use std::sync::Arc;

use super::{MAX_ENTRIES, MAX_RUN_BODY_BYTES, Preamble, assemble, read_stored};

/// Why stored runs could not be recomposed: the store is damaged, no peer is to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecomposeError {
    /// A stored run cannot be read.
    #[error("stored run cannot be read")]
    Damaged(#[from] DecodeError),
    /// Stored runs do not follow each other.
    #[error("stored runs leave a gap before entry {0}")]
    Gap(u64),
}

/// Rewrites stored runs of one journal so that they begin after entry `after`, in as few runs as
/// the limits allow.
///
/// `stored` are consecutive runs as they were stored. Ids do not travel (the receiver derives
/// them), so the chain before the first run need not be known.
///
/// # Errors
/// [`RecomposeError`] if the stored bytes are damaged.
pub fn recompose(
    network: NetworkId,
    after: u64,
    stored: &[Arc<[u8]>],
) -> Result<Vec<Arc<[u8]>>, RecomposeError> {
    let mut out = Vec::new();
    let mut open: Option<Open> = None;
    let mut expected = None;
    for wire in stored {
        let preamble = Preamble::decode(wire)?;
        if expected.is_some_and(|seq| seq != preamble.first_seq) {
            return Err(RecomposeError::Gap(preamble.first_seq));
        }
        expected = preamble.last_seq().checked_add(1);
        if preamble.last_seq() <= after {
            continue;
        }
        let whole = preamble.first_seq > after;
        // Large runs stay as they are: reading them again would buy little.
        if whole && usize::from(preamble.count) >= MAX_ENTRIES / 2 {
            out.extend(open.take().map(Open::close));
            out.push(Arc::clone(wire));
            continue;
        }
        let mut entries = read_stored(network, EntryId::ZERO, wire)?;
        entries.retain(|entry| entry.header.seq > after);
        open = Some(match open.take() {
            Some(mut run) if run.fits(&entries) => {
                run.extend(preamble.signature, entries);
                run
            }
            other => {
                out.extend(other.map(Open::close));
                Open::new(preamble.signature, entries)
            }
        });
    }
    out.extend(open.map(Open::close));
    Ok(out)
}

/// A run being merged.
struct Open {
    signature: [u8; 64],
    entries: Vec<Entry>,
    body_bytes: usize,
}

fn body_bytes(entries: &[Entry]) -> usize {
    // Those left out count too: one may be put back.
    entries
        .iter()
        .map(|entry| entry.header.body_bytes as usize)
        .sum()
}

impl Open {
    fn new(signature: [u8; 64], entries: Vec<Entry>) -> Self {
        Self {
            signature,
            body_bytes: body_bytes(&entries),
            entries,
        }
    }

    fn fits(&self, more: &[Entry]) -> bool {
        let ends_with_authority = self
            .entries
            .last()
            .is_some_and(|entry| entry.header.kind.carries_authority());
        !ends_with_authority
            && self.entries.len() + more.len() <= MAX_ENTRIES
            && self.body_bytes + body_bytes(more) <= MAX_RUN_BODY_BYTES
    }

    fn extend(&mut self, signature: [u8; 64], more: Vec<Entry>) {
        self.signature = signature;
        self.body_bytes += body_bytes(&more);
        self.entries.extend(more);
    }

    fn close(self) -> Arc<[u8]> {
        Arc::clone(assemble(self.signature, self.entries).wire())
    }
}
