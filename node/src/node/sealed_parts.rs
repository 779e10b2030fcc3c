//! Sealed parts written and opened by this node: to whom, by which keys, under which entries.

use std::collections::BTreeSet;

use sync_protocol::charter::Subject;
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{BlobHash, RecordId, StructureId};
use sync_protocol::seal::Random;
use sync_protocol::seal::part::PartName;
use sync_protocol::seal::quota::MAX_ENTRIES;
use sync_protocol::seal::wrap::Recipient;

use crate::api::{ApiError, ExitKind};
use crate::replica::{Author, Draft, Replica};
use crate::sealing::{Eyes, Opened, Part, Sealed, SealingError};
use crate::text::fold;

use super::clock;
use super::member::{Member, Written};

/// A seal whose blob is kept and whose entry is still to be written.
pub(super) struct NextSeal {
    record: RecordId,
    body: Vec<u8>,
    blob: BlobHash,
}

impl Member {
    /// The sealed parts of a record.
    pub(super) fn sealed(&self, record: &RecordId) -> Result<Sealed, ApiError> {
        let entries = self.reader.sealing(Some(record))?;
        let counts: crate::sealing::Counts<'_> = &|entry, creator| self.counts(entry, creator);
        Ok(Sealed::of(self.network, *record, &entries, counts))
    }

    /// Opens every seal of a part that stands.
    pub(super) fn open_part(
        &self,
        sealed: &Sealed,
        part: &Part,
    ) -> Result<Vec<Opened>, SealingError> {
        let secrets = self.sealing_secrets();
        let eyes = Eyes {
            structure: self.structure,
            secrets: &secrets,
        };
        let heads = part.heads();
        heads
            .map(|(id, ..)| sealed.open(part, id, &eyes, &self.blobs))
            .collect()
    }

    /// Seals a part's text as the next of it, to these readers. Its blob is on the disk when this
    /// returns; the entry that names it is written by [`Member::write_sealed`].
    pub(super) fn make_seal(
        &self,
        sealed: &Sealed,
        name: &PartName,
        text: &[u8],
        readers: &BTreeSet<StructureId>,
    ) -> Result<NextSeal, ApiError> {
        self.require_part_alive(&sealed.record, name)?;
        self.require_room(&sealed.record, 1)?;
        // Who erased their own copies is not made to keep others.
        let readers = &(readers - &self.without_copies(&sealed.record, name, readers));
        let recipients = self.recipients(readers)?;
        let mut drawn = draws(recipients.len() + 2)?;
        let draw = &mut || next(&mut drawn);
        let (seal, blob) = sealed.seal(name, self.me, text, &recipients, draw)?;
        Ok(NextSeal {
            record: sealed.record,
            body: seal.encode(),
            blob: self.keep_own_blob(&blob)?,
        })
    }

    /// Writes what `draft` makes and a seal after it, in one commit: both are stored or neither.
    pub(super) fn write_sealed(
        &self,
        seal: Option<NextSeal>,
        draft: impl FnOnce(&mut Replica, &Author) -> Result<Vec<Option<Draft>>, ApiError>,
    ) -> Result<Written, ApiError> {
        let Some(NextSeal { record, body, blob }) = seal else {
            return self.write(draft);
        };
        let written = self.write(|replica, author| {
            let mut drafts = draft(replica, author)?;
            let mut stated = drafts.iter().flatten();
            let created = stated.find(|it| it.kind == Kind::CREATE && it.record == record);
            let creation = match created {
                Some(create) => Some(Place {
                    author: self.me,
                    seq: create.seq,
                }),
                None => self.reader.creation(&record)?,
            };
            drafts.push(Some(Draft {
                seq: author.next_seq + drafts.iter().flatten().count() as u64,
                kind: Kind::SEAL,
                record,
                subject: creation,
                body,
            }));
            Ok(drafts)
        });
        self.keep_only_if(written, &blob)
    }

    /// Opens what stands of a part to further structures.
    pub(super) fn grant_part(
        &self,
        sealed: &Sealed,
        part: &Part,
        readers: &BTreeSet<StructureId>,
    ) -> Result<(), ApiError> {
        if let Some((_, stated, _)) = part.heads().next() {
            self.require_copies(&sealed.record, &stated.seal.part, readers)?;
        }
        let secrets = self.sealing_secrets();
        let eyes = Eyes {
            structure: self.structure,
            secrets: &secrets,
        };
        let mut grants = Vec::new();
        for (id, _, already) in part.heads() {
            let new: BTreeSet<StructureId> = readers.difference(already).copied().collect();
            if new.is_empty() {
                continue;
            }
            let recipients = self.recipients(&new)?;
            let mut drawn = draws(recipients.len())?;
            let draw = &mut || next(&mut drawn);
            let grant = sealed
                .grant(part, id, &eyes, &recipients, draw)
                .map_err(|error| self.of_sealing(error, part))?;
            grants.push(grant.encode());
        }
        if grants.is_empty() {
            return Ok(());
        }
        self.say_about(sealed.record, Kind::GRANT, grants)
    }

    fn say_about(
        &self,
        record: RecordId,
        kind: Kind,
        bodies: Vec<Vec<u8>>,
    ) -> Result<(), ApiError> {
        let creation = self.reader.creation(&record)?;
        self.require_room(&record, bodies.len())?;
        let drafts = |first: u64| {
            let numbered = (first..).zip(bodies);
            let drafts = numbered.map(|(seq, body)| Draft {
                seq,
                kind,
                record,
                subject: creation,
                body,
            });
            drafts.map(Some).collect()
        };
        self.write(|_, author| Ok(drafts(author.next_seq)))
            .map(drop)
    }

    /// Refuses what would lie behind the quota of this node's journal, where it counts for nobody.
    fn require_room(&self, record: &RecordId, entries: usize) -> Result<(), ApiError> {
        let said = self.reader.sealing(Some(record))?;
        let own = said.iter().filter(|it| it.entry.header.author == self.me);
        if own.count() + entries > MAX_ENTRIES {
            let text = "this node sealed or shared this record as often as counts";
            return Err(ApiError::new("sealed_too_often", ExitKind::Refused, text)
                .with("limit", MAX_ENTRIES));
        }
        Ok(())
    }

    /// A blob that no entry came to name is not kept.
    fn keep_only_if(
        &self,
        written: Result<Written, ApiError>,
        hash: &BlobHash,
    ) -> Result<Written, ApiError> {
        // Stored, if not everywhere it should be: then it is named.
        let stored = |error: &ApiError| error.code.starts_with("stored_");
        if let Err(error) = &written
            && !stored(error)
            && let Err(error) = self.delete_blob(hash)
        {
            tracing::warn!(%error, "a blob that nothing names could not be deleted");
        }
        written
    }

    /// The keys to seal to.
    fn recipients(&self, structures: &BTreeSet<StructureId>) -> Result<Vec<Recipient>, ApiError> {
        let recipient = |structure: &StructureId| {
            if let Some((generation, public)) = self.sealing_key_of(structure) {
                return Ok(Recipient {
                    structure: *structure,
                    generation,
                    public,
                });
            }
            if *structure == self.structure {
                let text = "this structure has published no sealing key yet";
                return Err(ApiError::new(
                    "own_sealing_key_missing",
                    ExitKind::Failed,
                    text,
                ));
            }
            let name = self.name_of(structure);
            let text = format!("{name} has published no sealing key");
            Err(ApiError::new("recipient_without_key", ExitKind::Refused, text).with("name", name))
        };
        structures.iter().map(recipient).collect()
    }

    /// The members that people name as readers: on the roll, and not suspended.
    pub(super) fn find_readers(&self, names: &[String]) -> Result<BTreeSet<StructureId>, ApiError> {
        let found = names.iter().map(|name| self.find_structure(name));
        let found: BTreeSet<StructureId> = found.collect::<Result<_, _>>()?;
        if let Some(suspended) = found.intersection(&self.suspended()).next() {
            let name = self.name_of(suspended);
            let text = format!("{name} is suspended");
            return Err(
                ApiError::new("recipient_suspended", ExitKind::Refused, text).with("name", name),
            );
        }
        Ok(found)
    }

    /// The structures whose suspension is in force.
    pub(super) fn suspended(&self) -> BTreeSet<StructureId> {
        let suspensions = self.charter().suspensions();
        let in_force = suspensions.into_iter().filter(|it| it.missing == 0);
        let structures = in_force.filter_map(|suspension| match suspension.subject {
            Subject::Structure(structure) => Some(structure),
            Subject::Node(..) => None,
        });
        structures.collect()
    }

    /// The member that people mean: its whole name, words that its name begins or holds, or the
    /// beginning of its identity.
    pub(super) fn find_structure(&self, text: &str) -> Result<StructureId, ApiError> {
        let wanted = fold(text);
        let charter = self.charter();
        let members = &charter.current().1.members;
        let named = |fits: &dyn Fn(&str) -> bool| -> Vec<StructureId> {
            let fitting = members.iter().filter(|member| fits(&fold(&member.name)));
            fitting.map(|member| member.structure).collect()
        };
        let words: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
        let holds = |name: &str| {
            let mut of_name = name.split(' ');
            words
                .iter()
                .all(|word| of_name.any(|it| it.starts_with(word)))
        };
        let mut found = named(&|name| name == wanted);
        if found.is_empty() && !words.is_empty() {
            found = named(&holds);
        }
        match found.as_slice() {
            [only] => Ok(*only),
            // By its identity, or nobody: the charter says who there is.
            [] => self.find_member(text),
            several => {
                let message = format!("{} members are called {text}", several.len());
                Err(ApiError::new("ambiguous_member", ExitKind::Usage, message)
                    .with("value", text.trim())
                    .with("count", several.len()))
            }
        }
    }

    /// The names of structures, for people.
    pub(super) fn names_of(&self, structures: &BTreeSet<StructureId>) -> String {
        let mut names: Vec<String> = structures.iter().map(|it| self.name_of(it)).collect();
        names.sort();
        names.join(", ")
    }

    /// Why a part does not open, with who reads it.
    pub(super) fn of_sealing(&self, error: SealingError, part: &Part) -> ApiError {
        let readers = self.names_of(&part.readers());
        ApiError::from(error).with("readers", readers)
    }
}

/// Random bytes for so many uses, drawn before they are needed.
fn draws(count: usize) -> Result<Vec<Random>, ApiError> {
    (0..count)
        .map(|_| clock::random().map(Random::new))
        .collect()
}

fn next(drawn: &mut Vec<Random>) -> Random {
    drawn.pop().expect("as many were drawn as are used")
}
