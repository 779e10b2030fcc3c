//! Changes of one record, as entries carry them.
//!
//! The bytes are pieces: actor, a count (its low four bits) and as many places of changes to
//! follow, a count and as many other actors, two bytes of length (big-endian), operations.

use std::collections::BTreeMap;

use capactif_node::replica::{Said, Scrutiny, Verdict};
use sync_protocol::body::{Change, Create};
use sync_protocol::bundle::{Decoder, Item};
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{EntryId, NetworkId};
use sync_protocol::run::read_stored;

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

/// The changes of real records: those of a bundle that is kept.
pub(super) fn seeds() -> Vec<Vec<u8>> {
    let bundle = std::fs::read(crate::fixtures::folder(2).join("hub.bundle"));
    let bundle = bundle.expect("the bundle is kept");
    let network = NetworkId(bundle[12..44].try_into().expect("32 bytes"));
    let mut decoder = Decoder::new(network);
    let items = decoder.push(&bundle).expect("the bundle is whole");
    let mut records: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    for item in items {
        let Item::Run(wire) = item else { continue };
        let entries = read_stored(network, EntryId::ZERO, &wire).expect("the bundle is whole");
        for Entry { header, body, .. } in entries {
            let body = body.expect("nothing is left out");
            let (record, change) = match header.kind {
                Kind::CREATE => (header.seq, Create::decode(&body).map(|create| create.first)),
                Kind::CHANGE => {
                    let subject = header.subject.expect("a change has a subject");
                    (subject.seq, Change::decode(&body))
                }
                _ => continue,
            };
            let change = change.expect("the bundle is whole");
            let pieces = records.entry(record).or_default();
            // No record here was edited more than once.
            let after: &[u8] = if pieces.is_empty() { &[0] } else { &[1, 0] };
            pieces.push(1);
            pieces.extend(after);
            pieces.push(0);
            let length = u16::try_from(change.operations.len()).expect("changes are small");
            pieces.extend(length.to_be_bytes());
            pieces.extend(&change.operations);
        }
    }
    records.into_values().collect()
}
