//! The outbox's file, piece by piece: what may stand in it, and reading one that may be torn or
//! damaged. The layout is the [parent module](super)'s.

use std::collections::BTreeMap;
use std::path::Path;

use sync_protocol::id::NodeId;
use sync_protocol::run::MAX_WIRE_BYTES;

use super::OutboxRun;
use crate::store::{StoreError, sealed_value};

pub(super) const TAG: &[u8; 4] = b"cab1";
/// The format that the tag's last byte says.
const FORMAT: u32 = 1;
pub(super) const FRAME_BYTES: usize = 4 + 1 + 4 + 8;
pub(super) const RUN: u8 = 1;
pub(super) const MARK: u8 = 2;
const USED: u8 = 3;
pub(super) const DOUBT: u8 = 4;
const MAX_CONTENT_BYTES: usize = MAX_WIRE_BYTES + 48;

/// Refuses a file that a later version wrote: nothing in it is damaged, and it must not be rewritten
/// as if it were. A flipped bit of a tag is no later version: the piece behind it is sound, or
/// others are there. A later format has to make its checksums otherwise.
pub(super) fn refuse_later(file: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let Some(([b'c', b'a', b'b', format @ b'2'..=b'9'], rest)) = bytes.split_first_chunk::<4>()
    else {
        return Ok(());
    };
    let ours =
        read_behind_tag(rest).is_some() || bytes.windows(TAG.len()).any(|window| window == TAG);
    if ours {
        return Ok(());
    }
    Err(StoreError::NewerFormat {
        path: file.to_owned(),
        found: u32::from(format - b'0'),
        known: FORMAT,
    })
}

pub(super) fn raise(used: &mut BTreeMap<NodeId, u64>, author: NodeId, seq: u64) {
    let highest = used.entry(author).or_default();
    *highest = seq.max(*highest);
}

pub(super) fn used_piece(author: &NodeId, seq: u64) -> Vec<u8> {
    piece(USED, &[&author.0[..], &seq.to_be_bytes()].concat())
}

/// An author and a number: a mark's content, and a used number's.
fn numbered(content: &[u8]) -> Option<(NodeId, u64)> {
    let (author, seq) = content.split_first_chunk::<32>()?;
    let seq = seq.try_into().ok().map(u64::from_be_bytes)?;
    Some((NodeId(*author), seq))
}

pub(super) fn piece(kind: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len())
        .expect("runs are bounded")
        .to_be_bytes();
    let sum = sealed_value::checksum(&[&[kind][..], &length].concat(), content);
    [&TAG[..], &[kind], &length, &sum, content].concat()
}

/// What a file holds.
pub(super) struct Contents {
    pub(super) runs: Vec<OutboxRun>,
    pub(super) used: BTreeMap<NodeId, u64>,
    pub(super) doubtful: bool,
    /// Where its last sound piece ends.
    pub(super) end: usize,
    /// Damaged pieces before that.
    pub(super) damaged: usize,
}

impl Contents {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let mut contents = Self {
            runs: Vec::new(),
            used: BTreeMap::new(),
            doubtful: false,
            end: 0,
            damaged: 0,
        };
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            if let Some((kind, content)) = read_piece(rest) {
                contents.take(kind, content);
                if at > contents.end {
                    contents.damaged += 1;
                }
                at += FRAME_BYTES + content.len();
                contents.end = at;
            } else {
                let next = rest
                    .get(1..)
                    .and_then(|rest| rest.windows(TAG.len()).position(|window| window == TAG));
                let Some(next) = next else { break };
                at += 1 + next;
            }
        }
        // Half a piece is a torn append; anything else at the end was whole once.
        let tail = bytes.get(contents.end..).unwrap_or_default();
        contents.damaged += usize::from(!is_torn(tail));
        contents
    }

    fn take(&mut self, kind: u8, content: &[u8]) {
        match kind {
            RUN => {
                if let Some(run) = OutboxRun::read(content) {
                    raise(&mut self.used, run.author, run.last_seq);
                    self.runs.push(run);
                }
            }
            MARK => {
                if let Some((author, seq)) = numbered(content) {
                    self.runs
                        .retain(|run| run.author != author || run.last_seq > seq);
                }
            }
            USED => {
                if let Some((author, seq)) = numbered(content) {
                    raise(&mut self.used, author, seq);
                }
            }
            DOUBT => self.doubtful = true,
            // A later version's piece: sound, but nothing that this one can use.
            _ => {}
        }
    }
}

/// Whether `tail` is nothing, the beginning of a piece, or zeros: after a power cut the length of a
/// file may have reached the disk before what was appended.
fn is_torn(tail: &[u8]) -> bool {
    if tail.iter().all(|byte| *byte == 0) {
        return true;
    }
    let tag = tail.get(..TAG.len().min(tail.len())).unwrap_or_default();
    let length = tail
        .get(5..9)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_be_bytes);
    TAG.starts_with(tag) && length.is_none_or(|length| tail.len() < FRAME_BYTES + length as usize)
}

/// The sound piece that `bytes` start with.
fn read_piece(bytes: &[u8]) -> Option<(u8, &[u8])> {
    read_behind_tag(bytes.strip_prefix(TAG)?)
}

fn read_behind_tag(rest: &[u8]) -> Option<(u8, &[u8])> {
    let (&kind, rest) = rest.split_first()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<8>()?;
    let bytes = u32::from_be_bytes(*length) as usize;
    let content = rest.get(..bytes).filter(|_| bytes <= MAX_CONTENT_BYTES)?;
    let expected = sealed_value::checksum(&[&[kind][..], length].concat(), content);
    (*sum == expected).then_some((kind, content))
}
