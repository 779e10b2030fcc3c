//! Which entries of a record are applied, which wait, which are refused.
//!
//! The verdict depends on the entry and its ancestors only, never on the order of arrival: entries
//! of one author under one epoch are judged in their journal's order, each only when those before
//! it are settled. What Automerge would panic on or never forgive is kept from it by
//! [`super::change`], whose rules docs/protocol.md gives in section 5.

use std::collections::{BTreeMap, VecDeque};

use sync_protocol::body::{self, Check};
use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{ActorId, NodeId, StructureId};

use super::change::{Change, CheckError, State};
use super::chunk::{self, Cut};
use super::lineage::Lineage;
use crate::view::UNKNOWN_AUTHOR;

/// The codes under which entries are refused.
pub const REFUSALS: [&str; 9] = [
    "malformed_body",
    "malformed_change",
    "needs_newer_version",
    "no_record",
    "wrong_epoch",
    "wrong_ancestors",
    "wrong_sequence",
    "wrong_operation_number",
    "unseen_operation",
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
    /// Each with its change, whole.
    pub(crate) accepted: Vec<(Candidate, Vec<u8>)>,
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

/// Judges a record's entries and notes the accepted ones in `state` and `lineage`.
pub(crate) fn admit(
    lineage: &mut Lineage,
    state: &mut State,
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
                let verdict = judge(lineage, state, first);
                if matches!(verdict, Err(Verdict::Wait(_))) {
                    break;
                }
                let Some(candidate) = queue.pop_front() else {
                    break;
                };
                moved = true;
                match verdict {
                    Ok(Some(chunk)) => {
                        let check = Check::of(&candidate.entry.id);
                        lineage.add(candidate.entry.place(), check, chunk::hash(&chunk));
                        admitted.accepted.push((candidate, chunk));
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

/// The change that `state` took; `None` where it held it already.
fn judge(
    lineage: &Lineage,
    state: &mut State,
    candidate: &Candidate,
) -> Result<Option<Vec<u8>>, Verdict> {
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
    let malformed = Verdict::Refuse("malformed_change");
    let chunk = chunk::restore(&cut, actor).map_err(|_| malformed)?;
    let change = Change::parse(&chunk).map_err(|_| malformed)?;
    if (change.seq == 1) != (body.epoch == entry.header.seq) {
        return Err(Verdict::Refuse("wrong_epoch"));
    }
    state
        .apply(&change, actor)
        .map_err(|error| verdict(&error))?;
    Ok(Some(chunk))
}

fn verdict(error: &CheckError) -> Verdict {
    match error {
        CheckError::MissingDependency { .. } => Verdict::Wait("missing_ancestor"),
        CheckError::ForeignActor { .. }
        | CheckError::UnexpectedMessage
        | CheckError::UnexpectedTime { .. } => Verdict::Refuse("malformed_change"),
        CheckError::Held | CheckError::WrongSequence { .. } | CheckError::ForgottenSequence => {
            Verdict::Refuse("wrong_sequence")
        }
        CheckError::WrongOperationNumber { .. } => Verdict::Refuse("wrong_operation_number"),
        CheckError::UnknownPredecessor { .. }
        | CheckError::ForeignPredecessor { .. }
        | CheckError::ForgottenPredecessor { .. }
        | CheckError::UnknownObject { .. }
        | CheckError::UnknownElement { .. } => Verdict::Refuse("unseen_operation"),
    }
}
