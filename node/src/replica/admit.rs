//! Which entries of a record are applied, which wait, which are refused.
//!
//! The verdict depends on the entry, its ancestors and the charter only, never on the order of
//! arrival: entries of one author under one epoch all name one creation, so that they are heard of
//! together, and are judged in their journal's order, each only when those before it are settled.
//! What Automerge would panic on or never forgive is kept from it by [`super::change`], and what
//! the charter does not let count by [`super::authority`]. The rules are those of docs/protocol.md,
//! sections 4 and 7.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use sync_protocol::body::{self, Ancestor, Check};
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{ActorId, NodeId, StructureId};

use super::authority::{Authority, Deed, Ruling};
use super::change::{Change, CheckError, Plan, State};
use super::chunk::{self, Cut, Hash};
use super::deed::{About, deeds};
use super::lineage::{Lineage, place_of};
use crate::view::{AcceptedChange, UNKNOWN_AUTHOR};

/// The codes under which entries are refused.
pub const REFUSALS: [&str; 15] = [
    "malformed_body",
    "malformed_change",
    "needs_newer_version",
    "no_record",
    "wrong_epoch",
    "wrong_ancestors",
    "wrong_sequence",
    "wrong_operation_number",
    "unseen_operation",
    "refused_ancestor",
    "charter_falls_back",
    "not_granted",
    "left_the_network",
    "node_revoked",
    "beyond_head",
];

/// An entry with what the node knows of its author.
#[derive(Clone, Debug)]
pub(crate) struct Presented {
    pub(crate) entry: Entry,
    pub(crate) structure: Option<StructureId>,
    /// Whether a higher charter version was cited before it in its journal.
    pub(crate) falls_back: bool,
}

/// What entries of a record are judged by.
#[derive(Debug)]
pub(crate) struct Bench<'a> {
    pub(crate) authority: &'a dyn Authority,
    /// The record, once something of it was accepted.
    pub(crate) about: Option<About>,
    /// Who owned it, its creator first, where it passed on to another.
    pub(crate) owners: &'a [StructureId],
    /// What of it was accepted before.
    pub(crate) held: &'a [AcceptedChange],
    /// What of it was refused.
    pub(crate) refused: HashMap<Place, Check>,
    /// The creation that each of those named.
    pub(crate) named: HashMap<Place, Place>,
    /// Changes of it whose bodies are not here, each behind the creation that it names.
    pub(crate) bodiless: BTreeSet<(Place, Place)>,
}

/// Why an entry waits that follows one which is not accepted yet.
pub(crate) const MISSING_ANCESTOR: &str = "missing_ancestor";

/// An entry whose body was understood.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) entry: Entry,
    pub(crate) body: body::Change,
    pub(crate) actor: ActorId,
    /// Collection and owner, when it creates the record.
    pub(crate) creates: Option<(String, StructureId)>,
}

impl Candidate {
    /// The creation that it names; itself where it is one.
    pub(crate) fn creation(&self) -> Place {
        creation_of(&self.entry)
    }
}

/// The creation that an entry about a record names; itself where it is one.
pub(crate) fn creation_of(entry: &Entry) -> Place {
    entry.header.subject.unwrap_or_else(|| entry.place())
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
    mut bench: Bench<'_>,
    entries: Vec<Presented>,
) -> Admitted {
    bench.note_names(&entries);
    let mut admitted = Admitted::default();
    let mut queues: BTreeMap<(NodeId, u64), VecDeque<Candidate>> = BTreeMap::new();
    let mut reasons: BTreeMap<(NodeId, u64), &'static str> = BTreeMap::new();
    for presented in entries {
        let Presented {
            entry,
            structure,
            falls_back,
        } = presented;
        let read = if falls_back {
            Err(Verdict::Refuse("charter_falls_back"))
        } else {
            read_body(lineage, &entry, structure)
        };
        match read {
            Ok((body, actor, creates)) => {
                let key = (entry.header.author, body.epoch);
                let candidate = Candidate {
                    entry,
                    body,
                    actor,
                    creates,
                };
                if bench.goes_on_elsewhere(&candidate) {
                    bench.refuse(&mut admitted, candidate.entry, "wrong_epoch");
                } else {
                    queues.entry(key).or_default().push_back(candidate);
                }
            }
            Err(Verdict::Refuse(code)) => bench.refuse(&mut admitted, entry, code),
            Err(Verdict::Wait(reason)) => admitted.waiting.push((entry, reason)),
        }
    }
    for queue in queues.values_mut() {
        queue
            .make_contiguous()
            .sort_by_key(|candidate| candidate.entry.header.seq);
    }
    let mut moved = true;
    while moved {
        moved = false;
        for (key, queue) in &mut queues {
            while let Some(first) = queue.front() {
                let verdict = bench.judge(lineage, state, first, &admitted.accepted);
                if let Err(Verdict::Wait(reason)) = verdict {
                    reasons.insert(*key, reason);
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
                        if let Some((collection, owner)) = &candidate.creates {
                            bench.about.get_or_insert_with(|| About {
                                collection: collection.clone(),
                                owner: *owner,
                            });
                        }
                        admitted.accepted.push((candidate, chunk));
                    }
                    Ok(None) => {}
                    Err(Verdict::Refuse(code)) => {
                        bench.refuse(&mut admitted, candidate.entry, code);
                    }
                    Err(Verdict::Wait(_)) => {}
                }
            }
        }
    }
    for (key, queue) in queues {
        // What stands behind one that waits, waits for that one.
        let mut reason = reasons.get(&key).copied().unwrap_or(MISSING_ANCESTOR);
        for candidate in queue {
            admitted.waiting.push((candidate.entry, reason));
            reason = MISSING_ANCESTOR;
        }
    }
    admitted
}

impl Bench<'_> {
    fn refuse(&mut self, admitted: &mut Admitted, entry: Entry, code: &'static str) {
        self.refused.insert(entry.place(), Check::of(&entry.id));
        admitted.refused.push((entry, code));
    }

    /// Notes which creation each entry names, as far as an epoch may begin with it.
    fn note_names(&mut self, entries: &[Presented]) {
        let held = self.held.iter().map(|change| &change.entry);
        let first = held.filter(|entry| entry.seq == entry.epoch);
        let first = first.map(|entry| (entry.place(), entry.creation));
        let new = entries.iter().map(|it| &it.entry);
        let new = new.map(|entry| (entry.place(), creation_of(entry)));
        let bodiless = self.bodiless.iter().map(|(creation, at)| (*at, *creation));
        self.named.extend(first.chain(new).chain(bodiless));
    }

    /// Whether it names another creation than the first entry of its epoch does. A record may have
    /// several creations, and what names one is heard of once that is known: were an epoch about
    /// two, which of its entries are heard of first would decide which are taken. The first of an
    /// epoch stands before the others in their journal, so what names the creation that they name,
    /// whatever became of it, is among what this record is known by.
    fn goes_on_elsewhere(&self, candidate: &Candidate) -> bool {
        let first = Place {
            author: candidate.entry.header.author,
            seq: candidate.body.epoch,
        };
        let named = self.named.get(&first).copied();
        // An epoch may be said to begin with an entry that goes on with another one.
        let held = || {
            let mut held = self.held.iter().map(|change| &change.entry);
            held.find(|entry| entry.place() == first)
                .map(|entry| entry.creation)
        };
        named.or_else(held) != Some(candidate.creation())
    }

    /// Whether a body is not here of an entry that may stand before it in its epoch.
    fn lacks_one_before(&self, candidate: &Candidate) -> bool {
        let Place { author, seq } = candidate.entry.place();
        let at = |seq| (candidate.creation(), Place { author, seq });
        let mut before = self.bodiless.range(at(candidate.body.epoch)..at(seq));
        before.next().is_some()
    }

    /// The change that `state` took; `None` where it held it already.
    fn judge(
        &self,
        lineage: &Lineage,
        state: &mut State,
        candidate: &Candidate,
        accepted: &[(Candidate, Vec<u8>)],
    ) -> Result<Option<Vec<u8>>, Verdict> {
        let Candidate {
            entry, body, actor, ..
        } = candidate;
        if lineage.holds(&entry.place()) {
            return Ok(None);
        }
        let author = &entry.header.author;
        let creation = candidate.creation();
        if creation != entry.place() && !lineage.holds(&creation) {
            return Err(match self.refused.contains_key(&creation) {
                true => Verdict::Refuse("refused_ancestor"),
                false => Verdict::Wait(MISSING_ANCESTOR),
            });
        }
        if self.lacks_one_before(candidate) {
            return Err(Verdict::Wait(MISSING_ANCESTOR));
        }
        let mut dependencies = Vec::with_capacity(body.ancestors.len());
        for ancestor in &body.ancestors {
            match lineage.hash(author, ancestor) {
                Some(hash) => dependencies.push(hash),
                None if self.is_refused(author, ancestor) => {
                    return Err(Verdict::Refuse("refused_ancestor"));
                }
                None => return Err(Verdict::Wait(MISSING_ANCESTOR)),
            }
        }
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
        let plan = state
            .plan(&change, actor)
            .map_err(|error| verdict(&error))?;
        self.ask(state, &plan, candidate, accepted)?;
        state.carry_out(plan);
        Ok(Some(chunk))
    }

    /// Asks the charter whether a change that fits counts.
    fn ask(
        &self,
        state: &State,
        plan: &Plan<'_>,
        candidate: &Candidate,
        accepted: &[(Candidate, Vec<u8>)],
    ) -> Result<(), Verdict> {
        let created = candidate.creates.as_ref().map(|(collection, owner)| About {
            collection: collection.clone(),
            owner: *owner,
        });
        // What has ancestors here has a creation here.
        let about = created.as_ref().or(self.about.as_ref());
        let about = about.ok_or(Verdict::Wait(MISSING_ANCESTOR))?;
        let replay = || self.replay(state, plan, candidate, accepted);
        let deeds = deeds(about, created.is_some(), state, plan, replay)?;
        match self.authority.rule(&candidate.entry, &deeds) {
            Ruling::Counts => Ok(()),
            _ if self.counts_by_another_owner(&candidate.entry, &deeds) => Ok(()),
            Ruling::Waits(reason) => Err(Verdict::Wait(reason)),
            Ruling::Refused(code) => Err(Verdict::Refuse(code)),
        }
    }

    /// Whether it counts as that of somebody who owned the record, or came to. What an owner wrote
    /// who had not heard yet that it passed on counts as well, so that no verdict depends on when
    /// that was heard.
    fn counts_by_another_owner(&self, entry: &Entry, deeds: &[Deed]) -> bool {
        let counts = |owner: &StructureId| {
            let deeds: Vec<Deed> = deeds.iter().map(|deed| deed.owned_by(*owner)).collect();
            self.authority.rule(entry, &deeds) == Ruling::Counts
        };
        self.owners.iter().any(counts)
    }

    /// The record as of what a change follows.
    fn replay(
        &self,
        state: &State,
        plan: &Plan<'_>,
        candidate: &Candidate,
        accepted: &[(Candidate, Vec<u8>)],
    ) -> Result<State, Verdict> {
        let followed: HashSet<Hash> = state.followed(plan).into_iter().collect();
        let held = self.held.iter().map(|it| it.chunk.as_slice());
        let chunks = held.chain(accepted.iter().map(|(_, chunk)| chunk.as_slice()));
        let mut then = State::default();
        for chunk in chunks {
            // What was taken before is sound.
            let flaw = Verdict::Wait(MISSING_ANCESTOR);
            let change = Change::parse(chunk).map_err(|_| flaw)?;
            if followed.contains(&change.hash) {
                let actor = change.actor;
                then.apply(&change, &actor).map_err(|error| {
                    tracing::error!(%error, place = ?candidate.entry.place(), "a change that was taken is not taken again");
                    flaw
                })?;
            }
        }
        Ok(then)
    }

    fn is_refused(&self, author: &NodeId, ancestor: &Ancestor) -> bool {
        let (place, wanted) = place_of(author, ancestor);
        let check = self.refused.get(&place);
        check.is_some_and(|check| wanted.is_none_or(|wanted| wanted == check))
    }
}

fn verdict(error: &CheckError) -> Verdict {
    match error {
        CheckError::MissingDependency { .. } => Verdict::Wait(MISSING_ANCESTOR),
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
