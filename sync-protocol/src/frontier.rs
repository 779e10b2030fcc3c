//! What one node holds of each journal; comparing two of them tells what each side lacks.
//!
//! Answers *what is missing*; *who may have it* is [`crate::charter`]. Rows travel short, with the
//! first 8 bytes of keys and ids; a digest over full keys and ids comes first, so that a crafted
//! collision of prefixes shows and the rows are sent again in full. Spec: docs/protocol.md, section 6.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::id::{EntryId, NodeId, Prefix};

/// The most journals a frontier may name.
pub const MAX_JOURNALS: usize = 10_000;

/// How far a journal goes: its last entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tip {
    /// Sequence number of the last entry, 0 for an empty journal.
    pub seq: u64,
    /// Identity of that entry, zeros for an empty journal.
    pub id: EntryId,
}

impl Tip {
    /// An empty journal.
    pub const EMPTY: Self = Self {
        seq: 0,
        id: EntryId::ZERO,
    };
}

/// A hash of a whole frontier: equal digests mean equal journals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrontierDigest(pub [u8; 32]);

/// How far one node holds each journal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    tips: BTreeMap<NodeId, Tip>,
}

impl Frontier {
    /// The tip held of `author`'s journal, [`Tip::EMPTY`] if none.
    #[must_use]
    pub fn tip(&self, author: &NodeId) -> Tip {
        self.tips.get(author).copied().unwrap_or(Tip::EMPTY)
    }

    /// Sets the tip of one journal; an empty tip removes it.
    pub fn set(&mut self, author: NodeId, tip: Tip) {
        if tip.seq == 0 {
            self.tips.remove(&author);
        } else {
            self.tips.insert(author, tip);
        }
    }

    /// Journals and tips in the order of keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&NodeId, &Tip)> {
        self.tips.iter()
    }

    /// The journals whose key begins so; more than one only where somebody searched for it.
    pub fn beginning_with(&self, prefix: Prefix) -> impl Iterator<Item = (&NodeId, &Tip)> {
        let mut first = [0; 32];
        let mut last = [0xFF; 32];
        for bound in [&mut first, &mut last] {
            if let Some((head, _)) = bound.split_first_chunk_mut() {
                *head = prefix.0;
            }
        }
        self.tips.range(NodeId(first)..=NodeId(last))
    }

    /// How many journals are held.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tips.len()
    }

    /// Whether nothing is held.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tips.is_empty()
    }

    /// How many entries are held.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.tips.values().map(|tip| tip.seq).sum()
    }

    /// The digest over full keys, sequence numbers and ids.
    #[must_use]
    pub fn digest(&self) -> FrontierDigest {
        let mut hasher = Sha256::new();
        hasher.update(b"capactif-fr1");
        for (author, tip) in &self.tips {
            hasher.update(author.0);
            hasher.update(tip.seq.to_be_bytes());
            hasher.update(tip.id.0);
        }
        FrontierDigest(hasher.finalize().into())
    }

    /// The rows as they travel.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        self.tips
            .iter()
            .map(|(author, tip)| Row::new(author, tip))
            .collect()
    }
}

impl FromIterator<(NodeId, Tip)> for Frontier {
    fn from_iter<I: IntoIterator<Item = (NodeId, Tip)>>(rows: I) -> Self {
        let tips = rows.into_iter().filter(|(_, tip)| tip.seq > 0).collect();
        Self { tips }
    }
}

/// One journal's tip as it travels: some 18 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// First bytes of the author's key.
    pub author: Prefix,
    /// Sequence number of the last entry held.
    pub seq: u64,
    /// First bytes of that entry's id.
    pub id: Prefix,
}

impl Row {
    /// The row for one journal.
    #[must_use]
    pub const fn new(author: &NodeId, tip: &Tip) -> Self {
        Self {
            author: author.prefix(),
            seq: tip.seq,
            id: tip.id.prefix(),
        }
    }
}

/// Appends rows: a count, then each row.
pub fn encode_rows(rows: &[Row], bytes: &mut Vec<u8>) {
    bytes.put_varint(rows.len() as u64);
    for row in rows {
        bytes.extend_from_slice(&row.author.0);
        bytes.put_varint(row.seq);
        bytes.extend_from_slice(&row.id.0);
    }
}

/// Reads rows.
///
/// # Errors
/// More than [`MAX_JOURNALS`] rows, rows that are not in strictly rising order of their author's
/// prefix, or a sequence number of zero.
pub fn decode_rows(reader: &mut Reader<'_>) -> Result<Vec<Row>, DecodeError> {
    let count = reader.length(MAX_JOURNALS)?;
    let mut rows: Vec<Row> = Vec::with_capacity(count.min(reader.remaining() / 17 + 1));
    for _ in 0..count {
        let at = reader.clone();
        let row = Row {
            author: Prefix(reader.array()?),
            seq: reader.varint()?,
            id: Prefix(reader.array()?),
        };
        if row.seq == 0 {
            return Err(at.error(DecodeReason::Invalid("a row of an empty journal")));
        }
        if rows.last().is_some_and(|last| last.author > row.author) {
            return Err(at.error(DecodeReason::Invalid("rows out of order")));
        }
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_frontier() -> impl Strategy<Value = Frontier> {
        prop::collection::btree_map(any::<[u8; 32]>(), (1..u64::MAX, any::<[u8; 32]>()), 0..20)
            .prop_map(|tips| {
                tips.into_iter()
                    .map(|(author, (seq, id))| {
                        (
                            NodeId(author),
                            Tip {
                                seq,
                                id: EntryId(id),
                            },
                        )
                    })
                    .collect()
            })
    }

    proptest! {
        #[test]
        fn rows_round_trip(frontier in any_frontier()) {
            let rows = frontier.rows();
            let mut bytes = Vec::new();
            encode_rows(&rows, &mut bytes);
            let mut reader = Reader::new(&bytes);
            prop_assert_eq!(decode_rows(&mut reader).unwrap(), rows);
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn digest_tells_frontiers_apart(one in any_frontier(), other in any_frontier()) {
            prop_assert_eq!(one == other, one.digest() == other.digest());
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = decode_rows(&mut Reader::new(&bytes));
        }
    }

    #[test]
    fn journals_are_found_by_the_beginning_of_their_key() {
        let tip = Tip {
            seq: 1,
            id: EntryId::ZERO,
        };
        let frontier: Frontier = [[0; 32], [7; 32], [8; 32], [0xFF; 32]]
            .map(|key| (NodeId(key), tip))
            .into_iter()
            .collect();
        for (key, found) in [(0, 1), (7, 1), (9, 0), (0xFF, 1)] {
            assert_eq!(frontier.beginning_with(Prefix([key; 8])).count(), found);
        }
    }

    #[test]
    fn two_hundred_rows_fit_in_four_kilobytes() {
        let frontier: Frontier = (0..200u8)
            .map(|n| {
                (
                    NodeId([n; 32]),
                    Tip {
                        seq: 3_000,
                        id: EntryId([n; 32]),
                    },
                )
            })
            .collect();
        let mut bytes = Vec::new();
        encode_rows(&frontier.rows(), &mut bytes);
        assert!(bytes.len() <= 3_700, "{} bytes", bytes.len());
    }
}
