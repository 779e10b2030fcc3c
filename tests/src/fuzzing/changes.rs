//! Changes of one record, as entries carry them.
//!
//! The bytes are pieces: actor, a count (its low four bits) and as many places of changes to
//! follow, a count and as many other actors, two bytes of length (big-endian), operations.

use capactif_node::replica::{Said, Scrutiny, Verdict};

/// Changes of one input: more only take longer.
const MOST_CHANGES: usize = 64;

pub(super) fn change(bytes: &[u8]) -> bool {
    let mut record = Scrutiny::default();
    let mut took = false;
    let mut rest = bytes;
    for _ in 0..MOST_CHANGES {
        let Some((said, behind)) = piece(rest) else {
            break;
        };
        rest = behind;
        match record.take(said) {
            Ok(()) => took = true,
            Err(Verdict::Refused(_)) => {}
            Err(Verdict::Disagreement(flaw)) => panic!("taken, but {flaw}"),
        }
    }
    if let (true, Err(flaw)) = (took, record.finish()) {
        panic!("taken, but {flaw:?}");
    }
    took
}

fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, rest) = bytes.split_first()?;
    rest.split_at_checked(usize::from(count & 0x0F))
}

fn piece(bytes: &[u8]) -> Option<(Said<'_>, &[u8])> {
    let (actor, rest) = bytes.split_first()?;
    let (after, rest) = counted(rest)?;
    let (others, rest) = counted(rest)?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (operations, rest) = rest.split_at(length);
    let said = Said {
        actor: *actor,
        after,
        others,
        operations,
    };
    Some((said, rest))
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    Vec::new()
}
