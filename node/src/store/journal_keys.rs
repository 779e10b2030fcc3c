//! Where everything lies in the store: the journals' layout, one prefix byte a kind.
//!
//! | key | value |
//! |---|---|
//! | `a` author (32) seq (8) | an entry that carries authority, as peers are shown it: header, signature, body |
//! | `b` author (32) last entry's id (32) first seq (8) | a run of a branch that was put aside, as under `r` |
//! | `f` author (32) | the proof that this journal was forked |
//! | `l` author (32) seq (8) | an entry whose body its run left out, as its header describes it |
//! | `m` name | a small value of the node itself |
//! | `r` author (32) first seq (8) | id of the entry before the run (32), the run as it came |
//! | `t` author (32) | the journal's tip: seq (8), entry id (32) |
//!
//! Numbers are big-endian, so that a journal's runs lie in their order. A run's key and the next
//! run's key bound what it holds: stored runs of one journal neither overlap nor leave gaps.

use sync_protocol::entry::Place;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{EntryId, NodeId};

pub(crate) const AUTHORITY: u8 = b'a';
pub(crate) const ASIDE: u8 = b'b';
pub(crate) const FORK: u8 = b'f';
pub(crate) const LEFT_OUT: u8 = b'l';
pub(crate) const META: u8 = b'm';
pub(crate) const RUN: u8 = b'r';
pub(crate) const TIP: u8 = b't';

/// All keys of one kind: from the first, up to the second (excluded).
pub(crate) fn all(kind: u8) -> ([u8; 1], [u8; 1]) {
    ([kind], [kind + 1])
}

pub(crate) fn tip(author: &NodeId) -> Vec<u8> {
    [&[TIP], &author.0[..]].concat()
}

pub(crate) fn run(author: &NodeId, first_seq: u64) -> Vec<u8> {
    numbered(RUN, author, first_seq)
}

pub(crate) fn authority(author: &NodeId, seq: u64) -> Vec<u8> {
    numbered(AUTHORITY, author, seq)
}

pub(crate) fn left_out(place: &Place) -> Vec<u8> {
    numbered(LEFT_OUT, &place.author, place.seq)
}

pub(crate) fn fork(author: &NodeId) -> Vec<u8> {
    [&[FORK], &author.0[..]].concat()
}

pub(crate) fn aside(author: &NodeId, last: &EntryId, first_seq: u64) -> Vec<u8> {
    [&[ASIDE], &author.0[..], &last.0, &first_seq.to_be_bytes()].concat()
}

/// All keys of branches of one journal that were put aside: from the first, up to the second.
pub(crate) fn aside_of(author: &NodeId) -> (Vec<u8>, Vec<u8>) {
    let to = aside(author, &EntryId([0xFF; 32]), u64::MAX);
    ([&[ASIDE], &author.0[..]].concat(), to)
}

/// The last entry of the branch in a key.
pub(crate) fn branch_of(key: &[u8]) -> Option<EntryId> {
    key.get(33..65)
        .and_then(|bytes| bytes.try_into().ok())
        .map(EntryId)
}

pub(crate) fn meta(name: &str) -> Vec<u8> {
    [&[META], name.as_bytes()].concat()
}

fn numbered(kind: u8, author: &NodeId, seq: u64) -> Vec<u8> {
    [&[kind], &author.0[..], &seq.to_be_bytes()].concat()
}

/// The sequence number at the end of a run's or an authority entry's key.
pub(crate) fn seq_of(key: &[u8]) -> Option<u64> {
    key.get(33..)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u64::from_be_bytes)
}

/// The author in a key.
pub(crate) fn author_of(key: &[u8]) -> Option<NodeId> {
    key.get(1..33)
        .and_then(|bytes| bytes.try_into().ok())
        .map(NodeId)
}

pub(crate) fn tip_value(tip: Tip) -> Vec<u8> {
    [&tip.seq.to_be_bytes()[..], &tip.id.0].concat()
}

pub(crate) fn tip_of(value: &[u8]) -> Option<Tip> {
    let (seq, id) = value.split_first_chunk::<8>()?;
    Some(Tip {
        seq: u64::from_be_bytes(*seq),
        id: EntryId(id.try_into().ok()?),
    })
}
