//! How many seals and grants of one journal are looked at for one record.
//!
//! In the order of the journal, so what counts is the same wherever it is held, and nobody takes a
//! place from others or from what he wrote before. Spec: docs/protocol.md, section 14.

use crate::entry::Header;
use crate::id::{NodeId, RecordId};

/// So many seals and grants of one journal count for one record: one a week for twenty years.
pub const MAX_ENTRIES: usize = 1_024;
/// So many bytes their bodies may have together; most have some hundred.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Counts them, record by record and journal by journal.
#[derive(Clone, Copy, Debug, Default)]
pub struct SealQuota {
    of: Option<(RecordId, NodeId)>,
    entries: usize,
    bytes: u64,
}

impl SealQuota {
    /// Whether the next seal or grant about `record` counts, those of one journal being shown one
    /// after the other as they stand in it.
    pub fn admits(&mut self, record: RecordId, header: &Header) -> bool {
        let of = Some((record, header.author));
        if self.of != of {
            *self = Self {
                of,
                ..Self::default()
            };
        }
        self.entries = self.entries.saturating_add(1);
        self.bytes = self.bytes.saturating_add(u64::from(header.body_bytes));
        self.entries <= MAX_ENTRIES && self.bytes <= MAX_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::{Kind, body_hash};
    use crate::id::{EntryId, NetworkId, VersionId};
    use crate::time::Timestamp;

    fn header(author: u8, seq: u64, body_bytes: u32) -> Header {
        Header {
            network: NetworkId([9; 32]),
            author: NodeId([author; 32]),
            seq,
            previous: EntryId::ZERO,
            charter: VersionId::ZERO,
            kind: Kind::SEAL,
            subject: None,
            time: Timestamp(1),
            body_bytes,
            body_hash: body_hash(&[]),
        }
    }

    #[test]
    fn of_each_journal_and_record_the_first_count() {
        let mut quota = SealQuota::default();
        let (one, other) = (RecordId([1; 32]), RecordId([2; 32]));
        for (record, author) in [(one, 1), (one, 2), (other, 2)] {
            let counted =
                (1..=3_000).filter(|seq| quota.admits(record, &header(author, *seq, 700)));
            assert!(counted.eq(1..=1_024));
        }
        // By bytes: nothing counts behind the first that is too many, however small.
        let sizes = (1..=100).map(|seq| if seq == 50 { 10 } else { 100_000 });
        let counted = sizes.zip(1..).filter(|(bytes, seq)| {
            let header = header(3, *seq, *bytes);
            quota.admits(one, &header)
        });
        assert_eq!(counted.count(), 41);
    }
}
