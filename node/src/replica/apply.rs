//! What some entries make of one record: a pure step that any thread can do.

use std::collections::BTreeSet;
use std::sync::Arc;

use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{ActorId, NetworkId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::admit::{Admitted, Bench, Presented, admit, creation_of};
use super::authority::Authority;
use super::change::{Change, State as Fields};
use super::chunk::{self, Hash};
use super::content::Content;
use super::deed::About;
use super::document::{Document, DocumentError};
use super::lineage::Lineage;
use super::settle::Precedence;
use crate::registry::{Collection, Value};
use crate::view::{
    Accepted, AcceptedChange, Analyzer, ConflictingValue, Head, Outcome, Refusal, Refused, Shape,
    Stamp, State, Waiting, Written, record_digest, search_text,
};

/// What every record's step needs.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) network: NetworkId,
    pub(crate) collections: &'static [&'static Collection],
    pub(crate) precedence: Option<Precedence>,
    pub(crate) shape: Arc<Shape>,
    /// Who decides what counts.
    pub(crate) authority: Arc<dyn Authority>,
}

/// One record's entries with what is known of it.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) record: RecordId,
    /// The entries that create it, as far as they are known.
    pub(crate) creations: Vec<Place>,
    pub(crate) head: Option<Head>,
    /// Who owned it, its creator first, where it passed on.
    pub(crate) owners: Vec<StructureId>,
    /// The entries accepted before, none before what it follows.
    pub(crate) held: Vec<AcceptedChange>,
    /// Those that waited and those that are new, with what is known of their authors.
    pub(crate) entries: Vec<Presented>,
    /// The entries refused before.
    pub(crate) refused: Vec<Refused>,
    /// The changes whose bodies are not here, each behind the creation that it names.
    pub(crate) bodiless: BTreeSet<(Place, Place)>,
    /// Those among them that waited.
    pub(crate) waited: Vec<(sync_protocol::id::NodeId, u64)>,
    pub(crate) quarantined: bool,
}

impl Context {
    pub(crate) fn collection(&self, name: &str) -> Option<&'static Collection> {
        self.collections
            .iter()
            .copied()
            .find(|collection| collection.name == name)
    }

    /// Does one record's step.
    pub(crate) fn step(&self, job: Job, analyzer: &mut Analyzer) -> Outcome {
        let Job {
            record,
            creations,
            head,
            owners,
            held,
            entries,
            refused,
            bodiless,
            waited,
            quarantined,
        } = job;
        let mut outcome = Outcome {
            record,
            creations,
            head,
            change: None,
            accepted: Vec::new(),
            held: held.len().cast_signed() as i64,
            waiting: Vec::new(),
            refused: Vec::new(),
            settled: waited,
            quarantined: None,
        };
        let known: Vec<Accepted> = held.iter().map(|change| change.entry).collect();
        let mut lineage = Lineage::new(self.network, record, &known);
        let fields = if quarantined {
            None
        } else {
            carry_out(&lineage, &held)
                .inspect_err(|error| {
                    tracing::error!(%record, %error, "a record's changes cannot be read");
                    outcome.quarantined = Some(error.0.clone());
                })
                .ok()
        };
        let Some(mut fields) = fields else {
            outcome.waiting = wait(entries.into_iter().map(|presented| presented.entry));
            return outcome;
        };
        let bench = Bench {
            authority: &*self.authority,
            about: outcome.head.as_ref().map(|head| About {
                collection: head.collection.clone(),
                owner: head.owner,
            }),
            owners: &owners,
            held: &held,
            named: (refused.iter())
                .filter_map(|it| Some((it.at, it.creation?)))
                .collect(),
            refused: refused.iter().map(|it| (it.at, it.check)).collect(),
            bodiless,
        };
        let Admitted {
            accepted,
            waiting,
            refused,
        } = admit(&mut lineage, &mut fields, bench, entries);
        outcome.waiting = waiting
            .into_iter()
            .map(|(entry, reason)| Waiting { entry, reason })
            .collect();
        outcome.refused = refused
            .into_iter()
            .map(|(entry, code)| Refusal {
                author: entry.header.author,
                seq: entry.header.seq,
                record: Some(record),
                creation: Some(creation_of(&entry)),
                kind: entry.header.kind,
                check: Check::of(&entry.id),
                code,
            })
            .collect();
        if accepted.is_empty() {
            return outcome;
        }
        let created = accepted
            .iter()
            .find_map(|(candidate, _)| candidate.creates.clone());
        let (entries, accepted): (Vec<Entry>, Vec<AcceptedChange>) = accepted
            .into_iter()
            .map(|(candidate, chunk)| {
                let accepted = Accepted {
                    author: candidate.entry.header.author,
                    seq: candidate.entry.header.seq,
                    epoch: candidate.body.epoch,
                    creation: candidate.creation(),
                    kind: candidate.entry.header.kind,
                    time: candidate.entry.header.time,
                    check: Check::of(&candidate.entry.id),
                    hash: chunk::hash(&chunk),
                };
                let entry = accepted;
                (candidate.entry, AcceptedChange { entry, chunk })
            })
            .unzip();
        let known = outcome
            .head
            .as_ref()
            .map(|head| (head.collection.clone(), head.owner));
        let (collection, owner) = known
            .or(created)
            .expect("a first accepted change has no ancestors, so it creates");
        let owner = owners.last().copied().unwrap_or(owner);
        let all = held.iter().chain(&accepted);
        match self.content(&fields, all.map(|change| change.chunk.as_slice())) {
            Ok(content) => {
                let new: Vec<Accepted> = accepted.iter().map(|change| change.entry).collect();
                let (created, changed) = stamps(outcome.head.as_ref(), &new);
                let all = held.iter().chain(&accepted).map(|change| &change.entry);
                let mut state = self.state(record, collection, owner, content, |change| {
                    let entry = all.clone().find(|entry| entry.hash == *change)?;
                    Some(Stamp {
                        time: entry.time,
                        node: entry.author,
                    })
                });
                (state.created, state.changed) = (created, changed);
                outcome.change = Some(self.written(state, analyzer));
                outcome.accepted = accepted;
            }
            Err(error) => {
                tracing::error!(%record, %error, "a record's changes cannot be applied");
                outcome.quarantined = Some(error.0);
                outcome.waiting.extend(wait(entries.into_iter()));
            }
        }
        outcome
    }

    /// A record's values out of what its changes come to. What several wrote into one text only
    /// Automerge can tell, from all of them.
    pub(crate) fn content<'c>(
        &self,
        fields: &Fields,
        changes: impl Iterator<Item = &'c [u8]>,
    ) -> Result<Content, DocumentError> {
        Content::of(fields).map_or_else(|| Document::of(changes)?.read(), Ok)
    }

    pub(crate) fn written(&self, state: State, analyzer: &mut Analyzer) -> Written {
        let digest = record_digest(&state);
        let text = search_text(analyzer, &self.shape, &state);
        Written {
            state,
            digest,
            text,
        }
    }

    /// The state of a document, whoever made it what it is.
    pub(crate) fn plain_state(
        &self,
        record: RecordId,
        collection: String,
        owner: StructureId,
        content: Content,
    ) -> State {
        self.state(record, collection, owner, content, |_| None)
    }

    fn state(
        &self,
        id: RecordId,
        collection: String,
        owner: StructureId,
        content: Content,
        author_of: impl Fn(&Hash) -> Option<Stamp>,
    ) -> State {
        let Content {
            mut fields,
            removed,
            conflicts,
        } = content;
        let declared = self.collection(&collection);
        let conflicts = conflicts
            .into_iter()
            .map(|(field, values)| {
                let mut values: Vec<ConflictingValue> = values
                    .into_iter()
                    .map(|(value, change)| {
                        let stamp = change.as_ref().and_then(&author_of);
                        ConflictingValue {
                            value,
                            node: stamp.map(|stamp| stamp.node),
                            time: stamp.map_or(Timestamp(0), |stamp| stamp.time),
                        }
                    })
                    .collect();
                if let (Some(precedence), Some(declared)) = (self.precedence, declared) {
                    let given: Vec<Value> = values
                        .iter()
                        .map(|conflicting| conflicting.value.clone())
                        .collect();
                    let first = precedence(declared, &field, &given);
                    if let Some(first) = first.filter(|first| *first < values.len()) {
                        let standing = values.remove(first);
                        fields.insert(field.clone(), standing.value.clone());
                        values.insert(0, standing);
                    }
                }
                (field, values)
            })
            .collect();
        let nobody = Stamp {
            time: Timestamp(0),
            node: sync_protocol::id::NodeId::ZERO,
        };
        State {
            id,
            collection,
            owner,
            fields,
            removed,
            created: nobody,
            changed: nobody,
            conflicts,
        }
    }
}

/// What changes that were accepted before came to.
pub(crate) fn carry_out(
    lineage: &Lineage,
    held: &[AcceptedChange],
) -> Result<Fields, DocumentError> {
    let mut fields = Fields::default();
    for AcceptedChange { entry, chunk } in held {
        let actor = lineage.actor(&entry.author, entry.epoch);
        follow(&mut fields, chunk, &actor)?;
    }
    Ok(fields)
}

/// Takes a change into a state that it follows; returns its hash.
pub(crate) fn follow(
    fields: &mut Fields,
    chunk: &[u8],
    actor: &ActorId,
) -> Result<Hash, DocumentError> {
    let change = Change::parse(chunk).map_err(|error| DocumentError(error.to_string()))?;
    let applied = fields.apply(&change, actor);
    applied.map_err(|error| DocumentError(error.to_string()))?;
    Ok(change.hash)
}

/// First creation and last change.
pub(crate) fn stamps(head: Option<&Head>, accepted: &[Accepted]) -> (Stamp, Stamp) {
    let stamp = |entry: &Accepted| Stamp {
        time: entry.time,
        node: entry.author,
    };
    let creations = accepted
        .iter()
        .filter(|entry| entry.kind == Kind::CREATE)
        .map(stamp);
    let created = creations.chain(head.map(|head| head.created)).min();
    let changed = accepted
        .iter()
        .map(stamp)
        .chain(head.map(|head| head.changed))
        .max();
    let changed = changed.expect("a record is written because an entry of it was accepted");
    (created.unwrap_or(changed), changed)
}

fn wait(entries: impl Iterator<Item = Entry>) -> Vec<Waiting> {
    entries
        .map(|entry| Waiting {
            entry,
            reason: "quarantined",
        })
        .collect()
}
