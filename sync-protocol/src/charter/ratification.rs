//! Ratification: k persons of the steering committee sign one exact content.
//!
//! A person's signature covers record, content and the version whose committee the person sits on,
//! so any node may carry it. It says nothing of another content: when a record changes, what was
//! ratified before shows as lapsed. Spec: docs/protocol.md, sections 4 and 7.

use std::collections::BTreeMap;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::codec::{DecodeError, DecodeReason, Reader};
use crate::entry::Place;
use crate::id::{NetworkId, NodeId, PersonKey, VersionId};

use super::Charter;

const FORMAT: u8 = 1;

/// The hash of what is ratified, as the registry makes it.
pub type ContentHash = [u8; 32];

/// Body of a [`RATIFY`](crate::entry::Kind::RATIFY) entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ratify {
    /// The entry that created the record.
    pub record: Place,
    /// The exact content.
    pub content: ContentHash,
    /// The version whose committee the person sits on.
    pub version: VersionId,
    /// The person.
    pub person: PersonKey,
    signature: [u8; 64],
}

fn message(
    network: NetworkId,
    record: &Place,
    content: &ContentHash,
    version: &VersionId,
) -> Vec<u8> {
    let seq = record.seq.to_be_bytes();
    let parts: [&[u8]; 6] = [
        b"capactif-ra1",
        &network.0,
        &record.author.0,
        &seq,
        content,
        &version.0,
    ];
    parts.concat()
}

impl Ratify {
    /// Signs with a person's key.
    #[must_use]
    pub fn sign(
        network: NetworkId,
        record: Place,
        content: ContentHash,
        version: VersionId,
        person: &SigningKey,
    ) -> Self {
        let message = message(network, &record, &content, &version);
        Self {
            record,
            content,
            version,
            person: PersonKey(person.verifying_key().to_bytes()),
            signature: person.sign(&message).to_bytes(),
        }
    }

    /// Whether the person signed this, for this network.
    #[must_use]
    pub fn holds(&self, network: NetworkId) -> bool {
        let message = message(network, &self.record, &self.content, &self.version);
        VerifyingKey::from_bytes(&self.person.0).is_ok_and(|key| {
            key.verify_strict(&message, &Signature::from_bytes(&self.signature))
                .is_ok()
        })
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let seq = self.record.seq.to_be_bytes();
        let parts: [&[u8]; 7] = [
            &[FORMAT],
            &self.record.author.0,
            &seq,
            &self.content,
            &self.version.0,
            &self.person.0,
            &self.signature,
        ];
        parts.concat()
    }

    /// Reads a body; whether the signature holds is [`Ratify::holds`].
    ///
    /// # Errors
    /// Bytes that are not one.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(bytes);
        reader.format(FORMAT)?;
        let at = reader.clone();
        let record = Place {
            author: NodeId(reader.array()?),
            seq: reader.u64()?,
        };
        if record.seq == 0 {
            return Err(at.error(DecodeReason::Invalid("entry 0 does not exist")));
        }
        let ratify = Self {
            record,
            content: reader.array()?,
            version: VersionId(reader.array()?),
            person: PersonKey(reader.array()?),
            signature: reader.array()?,
        };
        reader.finish()?;
        Ok(ratify)
    }
}

/// Who signed which content of which record, under which version, and how many entries say so.
pub(super) type Signatures =
    BTreeMap<Place, BTreeMap<ContentHash, BTreeMap<VersionId, BTreeMap<PersonKey, u32>>>>;

/// How a content stands with the steering committee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ratification {
    /// Nobody of a committee signed it, nor anything before it.
    None,
    /// Some signed, fewer than needed.
    Partial {
        /// The version whose committee they sit on.
        under: VersionId,
        /// Their names.
        by: Vec<String>,
        /// How many more make it ratified.
        missing: usize,
    },
    /// It is ratified.
    Ratified {
        /// The version whose committee ratified.
        under: VersionId,
        /// The names of those who signed.
        by: Vec<String>,
    },
    /// Another content of the record was ratified; this one is not.
    Lapsed {
        /// The content that was.
        content: ContentHash,
        /// The version whose committee ratified that.
        under: VersionId,
        /// How many signatures this content has by now.
        signed: usize,
    },
}

impl Charter {
    /// How `content` of `record` stands with the steering committee.
    #[must_use]
    pub fn ratification(&self, record: &Place, content: &ContentHash) -> Ratification {
        let Some(contents) = self.ratifications.get(record) else {
            return Ratification::None;
        };
        let this = contents.get(content).and_then(|it| self.signed(it));
        if let Some((under, by, 0)) = this {
            return Ratification::Ratified { under, by };
        }
        let others = contents.iter().filter(|(other, _)| *other != content);
        let lapsed = others
            .filter_map(|(other, it)| Some((self.signed(it)?, other)))
            .filter(|((_, _, missing), _)| *missing == 0)
            // Of several, the one of the highest version; of these, the lowest hash.
            .map(|((under, _, _), other)| (self.height(&under), under, other))
            .min_by_key(|(height, _, other)| (std::cmp::Reverse(*height), *other));
        match (this, lapsed) {
            (this, Some((_, under, other))) => Ratification::Lapsed {
                content: *other,
                under,
                signed: this.map_or(0, |(_, by, _)| by.len()),
            },
            (Some((under, by, missing)), None) => Ratification::Partial { under, by, missing },
            (None, None) => Ratification::None,
        }
    }

    /// Whether a person signed this content of `record` under `version`.
    #[must_use]
    pub fn has_ratified(
        &self,
        record: &Place,
        content: &ContentHash,
        version: &VersionId,
        person: &PersonKey,
    ) -> bool {
        let contents = self.ratifications.get(record);
        let versions = contents.and_then(|it| it.get(content));
        let persons = versions.and_then(|it| it.get(version));
        persons.is_some_and(|it| it.contains_key(person))
    }

    /// The effective version under which most is signed: the one with the least missing, of these
    /// the highest; with the names of who signed, and how many are missing.
    fn signed(
        &self,
        versions: &BTreeMap<VersionId, BTreeMap<PersonKey, u32>>,
    ) -> Option<(VersionId, Vec<String>, usize)> {
        let under = |(id, persons): (&VersionId, &BTreeMap<PersonKey, u32>)| {
            let height = self.height(id)?;
            let terms = self.version(id)?.terms.as_ref()?;
            let seated = terms.committee.iter();
            let by: Vec<String> = seated
                .filter(|it| persons.contains_key(&it.key))
                .map(|it| it.name.clone())
                .collect();
            let needed = usize::from(terms.committee_quorum);
            let missing = needed.saturating_sub(by.len());
            (!by.is_empty()).then_some((*id, by, missing, height))
        };
        versions
            .iter()
            .filter_map(under)
            .min_by_key(|(_, _, missing, height)| (*missing, std::cmp::Reverse(*height)))
            .map(|(id, by, missing, _)| (id, by, missing))
    }
}
