//! Approvals, and the list of those that made a version's quorum.
//!
//! An approval of a version that narrows somebody states how far its author holds each journal
//! concerned; the certificate of that version is a list of approvals, written once by its proposer.
//! Which tips count is [`super::heads`]. Spec: docs/protocol.md, sections 4 and 7.

use crate::codec::{DecodeError, DecodeReason, Reader, Writer};
use crate::frontier::Tip;
use crate::id::{EntryId, NodeId, VersionId};

use super::mandate::read_rising;
use super::terms::{read_tip, write_tip};
use super::version::MAX_MEMBERS;

/// The most journals an approval or a suspension may state: such a body stays within its limit.
pub const MAX_TIPS: usize = 3_000;

const FORMAT: u8 = 1;

/// Body of an [`APPROVE`](crate::entry::Kind::APPROVE) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// The version approved.
    pub version: VersionId,
    /// How far the author holds the journals that the version narrows, by rising node; a journal
    /// of which it holds nothing is left out.
    pub tips: Vec<(NodeId, Tip)>,
}

/// Writes how far journals are held.
pub(super) fn write_tips(bytes: &mut Vec<u8>, tips: &[(NodeId, Tip)]) {
    bytes.put_varint(tips.len() as u64);
    for (node, tip) in tips {
        bytes.extend_from_slice(&node.0);
        write_tip(bytes, tip);
    }
}

/// Reads how far journals are held: each once, none of them empty.
pub(super) fn read_tips(reader: &mut Reader<'_>) -> Result<Vec<(NodeId, Tip)>, DecodeError> {
    let at = reader.clone();
    let tips = read_rising(reader, MAX_TIPS, |reader| {
        Ok((NodeId(reader.array()?), read_tip(reader)?))
    })?;
    let twice = tips.windows(2).any(|pair| match pair {
        [one, other] => one.0 == other.0,
        _ => false,
    });
    if twice || tips.iter().any(|(_, tip)| *tip == Tip::EMPTY) {
        return Err(at.error(DecodeReason::Invalid("a journal twice, or an empty one")));
    }
    Ok(tips)
}

impl Approval {
    /// The bytes: without tips the version's identity alone, as versions of format 1 have it.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = self.version.0.to_vec();
        if !self.tips.is_empty() {
            write_tips(&mut bytes, &self.tips);
        }
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        let version = VersionId(reader.array()?);
        if reader.remaining() == 0 {
            let tips = Vec::new();
            return Ok(Self { version, tips });
        }
        let at = reader.clone();
        let tips = read_tips(&mut reader)?;
        if tips.is_empty() {
            return Err(at.error(DecodeReason::Invalid("a second way to state no tip")));
        }
        reader.finish()?;
        Ok(Self { version, tips })
    }
}

/// Body of a [`CERTIFY`](crate::entry::Kind::CERTIFY) entry: the approvals that made the quorum of
/// a version that narrows somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// The version.
    pub version: VersionId,
    /// The entries that approved it, in rising order.
    pub approvals: Vec<EntryId>,
}

impl Certified {
    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.version.0);
        bytes.put_varint(self.approvals.len() as u64);
        for approval in &self.approvals {
            bytes.extend_from_slice(&approval.0);
        }
        bytes
    }

    /// Reads a body.
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let version = VersionId(reader.array()?);
        let approvals = read_rising(&mut reader, MAX_MEMBERS, |reader| {
            Ok(EntryId(reader.array()?))
        })?;
        reader.finish()?;
        Ok(Self { version, approvals })
    }
}
