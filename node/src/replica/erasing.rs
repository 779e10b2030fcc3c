//! What erasures come to: which records are dead, which bodies may go.
//!
//! An erasure is kept when it is read, and judged once what it names is known; all are judged anew
//! whenever the charter grows, since nothing here depends on the order in which things came. Of a
//! dead record nothing is in the read model, and what its entries say is not looked at any more. What
//! is erased of a record that stays is [`parts`]'.
//! Spec: docs/protocol.md, section 14.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{EntryId, NetworkId, NodeId, RecordId, RootKey, StructureId, VersionId};
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::seal::erase::{Erase, EraseTarget, Erased, ErasedBodies, Scope};

use super::error::ReplicaError;
use super::follower::{Group, Replica};
use crate::view::{ERASURE_REFUSALS, Effect, Erasure, View, ViewError};

mod parts;

pub(crate) use parts::{Loose, PartlyErased, part_of};

/// What erasures are judged by, besides the entries themselves: the charter's business.
pub(crate) trait ErasureJudge {
    /// The structure of a node.
    fn structure_of(&self, node: &NodeId) -> Option<StructureId>;

    /// Who owns what a structure created.
    fn owner_of(&self, creator: StructureId) -> StructureId;

    /// Whether the charter lets an entry count that cites a version, of a node whose structure owns
    /// what it is about.
    fn counts(&self, at: &Place, cited: &VersionId, owner: &StructureId) -> Counting;

    /// Whether this is the root key of a structure, or was.
    fn is_root_of(&self, structure: &StructureId, root: &RootKey) -> bool;

    /// The entry at a place, if it is held.
    fn entry_at(&self, place: &Place) -> Option<Entry>;

    /// Whether a version of the charter vouches for the journal up to this entry.
    fn is_vouched_for(&self, author: &NodeId, seq: u64, id: &EntryId) -> bool;
}

/// Whether the charter lets an entry count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// It does.
    Yes,
    /// That cannot be said yet.
    Undecided,
    /// It does not: its author was no member any more.
    No,
}

/// What the erasures that are known come to.
#[derive(Clone, Debug, Default)]
pub(crate) struct ErasureRuling {
    /// Bodies that are to be deleted.
    pub(crate) bodies: ErasedBodies,
    /// The erasures that delete, which a node says that it carried out.
    pub(crate) deleting: BTreeSet<EntryId>,
    /// Those that hide a record, and delete what is sealed of it.
    pub(crate) hiding: BTreeSet<EntryId>,
    /// Those of own copies, with whose copies these are.
    pub(crate) own: BTreeMap<EntryId, StructureId>,
    /// Those of `deleting` that take files and no bodies.
    pub(crate) of_files: BTreeSet<EntryId>,
    /// What is erased of records that stay.
    pub(crate) partly: Arc<PartlyErased>,
    /// Seals and grants of erased parts that no erasure names, and those of parts of which only own
    /// copies are erased.
    pub(crate) loose: Vec<Loose>,
    /// Whether a record that was dead is none any more, or a part that was erased: only following from
    /// the start brings it back.
    pub(crate) revived: bool,
    /// Whether bodies of deleted records came after they were deleted here.
    pub(crate) late: bool,
}

/// What new entries say of erasures, on its way into the read model.
#[derive(Debug, Default)]
pub(crate) struct Erasing<'a> {
    /// Entries that erase, or say what was.
    pub(super) entries: Vec<&'a Entry>,
    /// Entries about records whose bodies are not here.
    pub(super) without_body: Vec<&'a Entry>,
    /// Those whose bodies came after all.
    pub(super) came: Vec<&'a Entry>,
    /// Creations of records that are dead.
    pub(super) creations: Vec<(Place, RecordId)>,
    /// Bodies of deleted records came.
    pub(super) late: bool,
}

impl Erasing<'_> {
    /// Whether there is nothing to write.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
            && self.without_body.is_empty()
            && self.came.is_empty()
            && self.creations.is_empty()
            && !self.late
    }

    /// Writes which bodies are not here: what stands behind them waits for them.
    pub(super) fn write_bodies(&self, view: &mut View) -> Result<(), ViewError> {
        for entry in &self.without_body {
            view.note_without_body(entry)?;
        }
        for entry in &self.came {
            view.body_came(entry)?;
        }
        Ok(())
    }

    /// Writes the rest.
    pub(super) fn write(&self, view: &mut View) -> Result<(), ViewError> {
        for (place, record) in &self.creations {
            view.bury_creation(place, record)?;
        }
        for entry in &self.entries {
            let body = entry.body.as_deref().unwrap_or_default();
            match entry.header.subject {
                Some(subject) if entry.header.kind == Kind::ERASE => {
                    view.write_erasure(entry, &subject)?;
                }
                _ => {
                    if let Ok(said) = Erased::decode(body) {
                        view.write_erased(&entry.header.author, &said)?;
                    }
                }
            }
        }
        if self.late {
            view.set_late_bodies(true)?;
        }
        Ok(())
    }
}

/// Stands for a whole journal among places: what an entry comes to may depend on those behind it.
pub(super) const fn journal_of(author: &NodeId) -> Place {
    Place {
        author: *author,
        seq: 0,
    }
}

/// Why an entry that erases, or says what was, cannot be read at all.
pub(super) fn flaw(entry: &Entry) -> Option<&'static str> {
    let body = entry.body.as_deref().unwrap_or_default();
    if entry.header.kind == Kind::ERASED {
        return Erased::decode(body).is_err().then_some("malformed_body");
    }
    match (entry.header.subject, Erase::decode(body)) {
        (_, Err(_)) => Some("malformed_body"),
        (None, Ok(_)) => Some("no_record"),
        (Some(_), Ok(_)) => None,
    }
}

/// The creations that an erasure is about.
fn creations(erasure: &Erasure) -> BTreeSet<Place> {
    let named: &[Place] = match erasure.erase.target {
        EraseTarget::Record => &erasure.erase.entries,
        EraseTarget::Part(_) | EraseTarget::Blob(_) => &[],
    };
    named.iter().copied().chain([erasure.subject]).collect()
}

impl Replica {
    /// Whether some of these entries bear on erasures that are known.
    pub(super) fn bears_on_erasures(&self, entries: &[Entry]) -> bool {
        let awaited = &self.awaited;
        let bears = |entry: &Entry| {
            let author = &entry.header.author;
            awaited.contains(&entry.place()) || awaited.contains(&journal_of(author))
        };
        !awaited.is_empty() && entries.iter().any(bears)
    }

    /// Judges all erasures that are known, takes what they name out of what is shown, and tells what
    /// is to be deleted.
    ///
    /// # Errors
    /// The read model cannot be written; it is then as it was.
    pub(crate) fn follow_erasures(
        &mut self,
        judge: &dyn ErasureJudge,
    ) -> Result<ErasureRuling, ReplicaError> {
        let network = self.network();
        let Self {
            view,
            drafted,
            awaited,
            gone,
            partly,
            ..
        } = self;
        let erasures = view.erasures()?;
        let mut ruling = ErasureRuling {
            late: view.has_late_bodies()?,
            ..ErasureRuling::default()
        };
        awaited.clear();
        *gone = ErasedBodies::default();
        *partly = Arc::default();
        if erasures.is_empty() && view.dead().next().is_none() {
            return Ok(ruling);
        }
        let mut fates: BTreeMap<RecordId, (Fate, BTreeSet<Place>)> = BTreeMap::new();
        let mut judged = Vec::with_capacity(erasures.len());
        for erasure in erasures {
            let standing = standing(view, judge, network, &erasure)?;
            let about = creations(&erasure);
            if standing == Effect::Waits {
                awaited.extend(&about);
                awaited.insert(journal_of(&erasure.author));
            }
            let target = &erasure.erase.target;
            let fate = match (standing, target) {
                (Effect::Hides, EraseTarget::Record) => {
                    ruling.bodies.add(erasure.subject, &erasure.erase, false);
                    ruling.hiding.insert(erasure.id);
                    Fate::Hidden
                }
                (Effect::Deletes, EraseTarget::Record) => {
                    ruling.bodies.add(erasure.subject, &erasure.erase, true);
                    ruling.deleting.insert(erasure.id);
                    Fate::Deleted
                }
                (Effect::Deletes, EraseTarget::Part(part)) => {
                    let named = parts::named(view, judge, &erasure, part)?;
                    awaited.extend(named.unknown);
                    ruling.bodies.add(erasure.subject, &named.erase, true);
                    ruling.deleting.insert(erasure.id);
                    Fate::Kept
                }
                (Effect::Deletes, EraseTarget::Blob(_)) => {
                    ruling.deleting.insert(erasure.id);
                    ruling.of_files.insert(erasure.id);
                    Fate::Kept
                }
                (Effect::Own, _) => {
                    let structure = judge.structure_of(&erasure.author);
                    ruling.own.extend(structure.map(|it| (erasure.id, it)));
                    Fate::Kept
                }
                _ => Fate::Kept,
            };
            if fate > Fate::Kept {
                let (worst, all) = fates.entry(erasure.erase.record).or_insert((fate, about));
                *worst = fate.max(*worst);
                all.extend(creations(&erasure));
            }
            // Bodies that were here once are gone from the read model.
            ruling.revived |= matches!(target, EraseTarget::Part(_))
                && erasure.standing == Effect::Deletes
                && standing != Effect::Deletes;
            judged.push((erasure, standing));
        }
        ruling.revived |= view.dead().any(|(record, _)| !fates.contains_key(record));
        ruling.partly = Arc::new(PartlyErased::of(view, judge, &judged)?);
        let late = view.transaction(|view| {
            for (erasure, standing) in &judged {
                if erasure.standing != *standing {
                    view.set_standing(erasure, *standing)?;
                }
            }
            for (record, (fate, creations)) in &fates {
                let known = creations.iter().all(|it| view.dead_record(it).is_some());
                if view.fate(record) != *fate || !known {
                    view.bury(record, *fate, creations)?;
                    drafted.remove(record);
                }
            }
            let late = view.forget_sealing(ruling.bodies.sealed())?;
            if late {
                view.set_late_bodies(true)?;
            }
            Ok::<_, ReplicaError>(late)
        })?;
        ruling.late |= late;
        ruling.loose = ruling.partly.loose(view)?;
        *gone = ruling.bodies.clone();
        *partly = Arc::clone(&ruling.partly);
        Ok(ruling)
    }

    /// Whether some of these bear on what is erased of records that stay: their seals and grants, or
    /// further entries that create them.
    pub(super) fn bears_on_parts(&self, sealing: &[&Entry], groups: &[Group<'_>]) -> bool {
        let partly = &self.partly;
        let is_about = |entry: &&Entry| {
            let subject = entry.header.subject.as_ref();
            subject.is_some_and(|it| partly.record_of(it).is_some())
        };
        let creates = |group: &Group<'_>| !group.creations.is_empty() && partly.has(&group.record);
        !partly.is_empty() && (sealing.iter().any(is_about) || groups.iter().any(creates))
    }

    /// Whether an erasure names the body of the seal or grant at a place.
    pub(super) fn is_gone(&self, at: &Place, kind: Kind) -> bool {
        matches!(kind, Kind::SEAL | Kind::GRANT) && self.gone.name(kind, at, None)
    }

    /// The record that an identity to be made would be, if that is dead.
    pub(super) fn refuse_dead(&self, record: &RecordId) -> Result<(), ReplicaError> {
        match self.view.fate(record) {
            Fate::Kept => Ok(()),
            Fate::Hidden | Fate::Deleted => Err(ReplicaError::RecordErased { record: *record }),
        }
    }

    /// Those of `erasures` of which a node has not said that it carried out so much.
    pub(crate) fn not_carried_out(
        &self,
        node: &NodeId,
        erasures: &BTreeSet<EntryId>,
        scope: Scope,
    ) -> Result<BTreeSet<EntryId>, ReplicaError> {
        let done = self.view.carried_out(node, scope)?;
        Ok(erasures.difference(&done).copied().collect())
    }

    /// Entries whose bodies this replica has not seen.
    pub(crate) fn without_body(&self) -> BTreeSet<Place> {
        self.view.without_body().keys().copied().collect()
    }

    /// Leaves no byte of what was deleted in the read model's files.
    pub(crate) fn scrub(&self) -> Result<(), ReplicaError> {
        self.view.set_late_bodies(false)?;
        Ok(self.view.scrub()?)
    }
}

/// How an erasure stands, by what is known now.
fn standing(
    view: &View,
    judge: &dyn ErasureJudge,
    network: NetworkId,
    erasure: &Erasure,
) -> Result<Effect, ReplicaError> {
    let [by_another, of_another, of_several, by_who_left] = ERASURE_REFUSALS.map(Effect::Refused);
    let mut waits = false;
    let mut creator = None;
    for creation in creations(erasure) {
        let known = record_made_by(view, &creation)?;
        match (known, view.without_body().get(&creation)) {
            (Some(record), _) if record != erasure.erase.record => return Ok(of_another),
            // Without its body nothing contradicts what the erasure says.
            (Some(_), _) | (None, Some(&Kind::CREATE)) => {}
            (None, Some(_)) => return Ok(of_another),
            (None, None) => waits = true,
        }
        let Some(structure) = judge.structure_of(&creation.author) else {
            waits = true;
            continue;
        };
        match creator {
            Some(other) if other != structure => return Ok(of_several),
            _ => creator = Some(structure),
        }
    }
    let (Some(creator), Some(structure)) = (creator, judge.structure_of(&erasure.author)) else {
        return Ok(Effect::Waits);
    };
    // Whoever owns the record or did: what was deleted on their word cannot come back because it
    // turns out that the record had passed on, or because they left since.
    let owners = view.owners(&erasure.erase.record).iter();
    let mut owners = owners.copied().chain([creator]);
    let owner = structure;
    let own_copies = erasure.erase.is_of_own_copies();
    if !own_copies && !owners.any(|it| it == owner || judge.owner_of(it) == owner) {
        return Ok(by_another);
    }
    let at = Place {
        author: erasure.author,
        seq: erasure.seq,
    };
    match judge.counts(&at, &erasure.cited, &owner) {
        Counting::Yes if !waits => {}
        Counting::Yes | Counting::Undecided => return Ok(Effect::Waits),
        Counting::No => return Ok(by_who_left),
    }
    if own_copies {
        return Ok(Effect::Own);
    }
    if matches!(erasure.erase.target, EraseTarget::Part(_)) {
        // What is sealed goes at once.
        return Ok(Effect::Deletes);
    }
    let countersigned = erasure.erase.agreed_by(network, &erasure.subject);
    let agreed = countersigned.is_some_and(|root| judge.is_root_of(&owner, &root))
        || judge.is_vouched_for(&erasure.author, erasure.seq, &erasure.id);
    Ok(match agreed {
        true => Effect::Deletes,
        false => Effect::Hides,
    })
}

/// The record that the entry at a place created, if that is known.
fn record_made_by(view: &View, creation: &Place) -> Result<Option<RecordId>, ViewError> {
    Ok(match view.created_by(creation)? {
        Some(record) => Some(record),
        None => match view.dead_record(creation) {
            Some(record) => Some(record),
            // Who made what counts for nothing may still have it erased.
            None => view.refused_creation(creation)?,
        },
    })
}

#[cfg(test)]
mod tests;
