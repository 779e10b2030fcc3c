//! Which entries of a record are applied, which wait, which are refused.
//!
//! The verdict depends on the entry and its ancestors only, never on the order of arrival: entries
//! of one author under one epoch are judged in their journal's order, each only when those before
//! it are settled. What Automerge would panic on or never forgive (a gap or a repetition in an
//! actor's sequence, a wrong first operation number) is kept from it here.

use std::collections::{BTreeMap, VecDeque};

use automerge::Change;
use sync_protocol::body::{self, Check};
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{ActorId, NodeId, StructureId};

use super::bounds;
use super::chunk::{self, Cut};
use super::document::{Document, DocumentError, contained, last_operation};
use super::lineage::Lineage;
use crate::view::UNKNOWN_AUTHOR;

/// The greatest operation number; Automerge counts in 32 bits.
const MAX_OPERATION: u64 = i32::MAX as u64;

/// The codes under which entries are refused.
pub const REFUSALS: [&str; 7] = [
    "malformed_body",
    "malformed_change",
    "no_record",
    "wrong_epoch",
    "wrong_ancestors",
    "wrong_sequence",
    "wrong_operation_number",
];

/// An entry whose body was understood.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) entry: Entry,
    pub(crate) body: body::Change,
    pub(crate) actor: ActorId,
    /// Collection and owner, when it creates the record.
    pub(crate) creates: Option<(String, StructureId)>,
}

/// Why an entry is not applied, now or ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wait(&'static str),
    Refuse(&'static str),
}

/// What became of a record's entries.
#[derive(Debug, Default)]
pub(crate) struct Admitted {
    pub(crate) accepted: Vec<(Candidate, Change)>,
    pub(crate) waiting: Vec<(Entry, &'static str)>,
    pub(crate) refused: Vec<(Entry, &'static str)>,
}

/// A body with its actor, and with collection and owner when it creates the record.
type Understood = (body::Change, ActorId, Option<(String, StructureId)>);

/// Reads the body of an entry that creates or changes a record.
fn read_body(
    lineage: &Lineage,
    entry: &Entry,
    structure: Option<StructureId>,
) -> Result<Understood, Verdict> {
    let header = &entry.header;
    let structure = structure.ok_or(Verdict::Wait(UNKNOWN_AUTHOR))?;
    let body = entry.body.as_deref().unwrap_or_default();
    let malformed = |_| Verdict::Refuse("malformed_body");
    let (first, creates) = if header.kind == Kind::CREATE {
        let create = body::Create::decode(body).map_err(malformed)?;
        (create.first, Some((create.collection, structure)))
    } else {
        (body::Change::decode(body).map_err(malformed)?, None)
    };
    let epoch = first.epoch;
    if epoch == 0 || epoch > header.seq || (creates.is_some() && epoch != header.seq) {
        return Err(Verdict::Refuse("wrong_epoch"));
    }
    if first.ancestors.is_empty() != creates.is_some() {
        return Err(Verdict::Refuse("wrong_ancestors"));
    }
    let actor = lineage.actor(&header.author, epoch);
    Ok((first, actor, creates))
}

/// The change in a body, if it has exactly the shape that changes of ours have.
fn read_change(cut: &Cut, actor: &ActorId) -> Option<Change> {
    let chunk = chunk::restore(cut, actor).ok()?;
    if !bounds::within_bounds(chunk::body(&chunk)?) {
        return None;
    }
    let parsed = contained(|| {
        Change::try_from(chunk.as_slice()).map_err(|error| DocumentError(error.to_string()))
    });
    let change = parsed.ok()?;
    let plain = change.raw_bytes() == chunk
        && change.extra_bytes().is_empty()
        && change.message().is_none()
        && change.timestamp() == 0
        && change.actor_id().to_bytes() == actor.0
        && change.deps().is_sorted_by(|one, next| one < next);
    plain.then_some(change)
}

/// Judges a record's entries and notes the accepted ones in `document` and `lineage`.
pub(crate) fn admit(
    lineage: &mut Lineage,
    document: &mut Document,
    entries: Vec<(Entry, Option<StructureId>)>,
) -> Admitted {
    let mut admitted = Admitted::default();
    let mut queues: BTreeMap<(NodeId, u64), VecDeque<Candidate>> = BTreeMap::new();
    let mut unread = Vec::new();
    for (entry, structure) in entries {
        match read_body(lineage, &entry, structure) {
            Ok((body, actor, creates)) => {
                let key = (entry.header.author, body.epoch);
                let candidate = Candidate {
                    entry,
                    body,
                    actor,
                    creates,
                };
                queues.entry(key).or_default().push_back(candidate);
            }
            Err(Verdict::Refuse(code)) => admitted.refused.push((entry, code)),
            Err(Verdict::Wait(reason)) => unread.push((entry, reason)),
        }
    }
    admitted.waiting = unread;
    for queue in queues.values_mut() {
        queue
            .make_contiguous()
            .sort_by_key(|candidate| candidate.entry.header.seq);
    }
    let mut moved = true;
    while moved {
        moved = false;
        for queue in queues.values_mut() {
            while let Some(first) = queue.front() {
                let verdict = judge(lineage, document, first);
                if matches!(verdict, Err(Verdict::Wait(_))) {
                    break;
                }
                let Some(candidate) = queue.pop_front() else {
                    break;
                };
                moved = true;
                match verdict {
                    Ok(Some(change)) => {
                        document.note(candidate.actor, &change);
                        let check = Check::of(&candidate.entry.id);
                        lineage.add(candidate.entry.place(), check, change.hash().0);
                        admitted.accepted.push((candidate, change));
                    }
                    Ok(None) => {}
                    Err(Verdict::Refuse(code)) => admitted.refused.push((candidate.entry, code)),
                    Err(Verdict::Wait(_)) => {}
                }
            }
        }
    }
    let left = queues.into_values().flatten();
    admitted
        .waiting
        .extend(left.map(|candidate| (candidate.entry, "missing_ancestor")));
    admitted
}

/// The change to be applied; `None` where it is held already.
fn judge(
    lineage: &Lineage,
    document: &Document,
    candidate: &Candidate,
) -> Result<Option<Change>, Verdict> {
    let Candidate {
        entry, body, actor, ..
    } = candidate;
    if lineage.holds(&entry.place()) {
        return Ok(None);
    }
    let author = &entry.header.author;
    let hashes = body.ancestors.iter().map(|it| lineage.hash(author, it));
    let dependencies: Option<Vec<_>> = hashes.collect();
    let mut dependencies = dependencies.ok_or(Verdict::Wait("missing_ancestor"))?;
    dependencies.sort_unstable();
    let cut = Cut {
        dependencies,
        actors: (body.speakers.iter())
            .map(|speaker| lineage.actor_of(author, speaker))
            .collect(),
        operations: body.operations.clone(),
    };
    let change = read_change(&cut, actor).ok_or(Verdict::Refuse("malformed_change"))?;
    if (change.seq() == 1) != (body.epoch == entry.header.seq) {
        return Err(Verdict::Refuse("wrong_epoch"));
    }
    let ancestors = cut.dependencies.iter();
    let ancestors = ancestors
        .map(|dependency| document.last_operation(dependency))
        .try_fold(0, |greatest, last| Some(last?.max(greatest)))
        .ok_or(Verdict::Wait("missing_ancestor"))?;
    if change.seq() != document.sequence(actor) + 1 {
        return Err(Verdict::Refuse("wrong_sequence"));
    }
    let in_order = change.start_op().get() == ancestors + 1;
    if !in_order || last_operation(&change) > MAX_OPERATION {
        return Err(Verdict::Refuse("wrong_operation_number"));
    }
    Ok(Some(change))
}
