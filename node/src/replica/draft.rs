//! Edits on their way to becoming entries.
//!
//! A draft is the body of an entry that is yet to be numbered, signed and stored. Until it comes
//! back through [`Replica::apply`](super::Replica::apply) what was drafted is kept aside, so that a
//! further edit of the same record follows it and not the state before it.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::body;
use sync_protocol::entry::{Kind, MAX_BODY_BYTES, Place, body_hash};
use sync_protocol::id::{ActorId, BodyHash, NodeId, RecordId, Salt, StructureId};

use super::apply::{Context, carry_out, follow};
use super::change::{Change, Composed, State, compose};
use super::chunk::{self, Cut, Hash};
use super::deed::{About, deeds};
use super::document::{Document, DocumentError};
use super::error::ReplicaError;
use super::lineage::{Lineage, Naming};
use crate::registry::{Fields, Value};
use crate::view::{AcceptedChange, Written};

/// The most bytes of a field's name.
const MAX_FIELD_BYTES: usize = 64;

/// Who drafts.
#[derive(Clone, Debug)]
pub struct Author {
    /// The structure this node belongs to.
    pub structure: StructureId,
    /// The number the first drafted entry will have in this node's journal.
    pub next_seq: u64,
    /// The person who acts, as an agent record.
    pub person: Option<RecordId>,
}

/// What someone does to one record.
#[derive(Clone, Debug)]
pub enum Act {
    /// Bring a record into being.
    Create {
        /// Its collection.
        collection: String,
        /// What tells it from the others of this structure and collection.
        salt: Salt,
        /// Its first values.
        fields: Fields,
    },
    /// Change a record.
    Change {
        /// Which.
        record: RecordId,
        /// How.
        edits: Edits,
        /// Why, as a code of the registry; 0 for none.
        reason: u8,
    },
}

/// A change of one record's values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edits {
    /// Fields that get this value, or none any more.
    pub set: BTreeMap<String, Option<Value>>,
    /// Members that lists gain, whatever else they hold.
    pub add: BTreeMap<String, BTreeSet<String>>,
    /// Members that lists lose.
    pub remove: BTreeMap<String, BTreeSet<String>>,
    /// Removes the record from lists, or restores it.
    pub removed: Option<bool>,
}

impl Edits {
    /// Edits that give fields these values.
    #[must_use]
    pub fn set(fields: Fields) -> Self {
        let set = fields
            .into_iter()
            .map(|(name, value)| (name, Some(value)))
            .collect();
        Self {
            set,
            ..Self::default()
        }
    }

    /// Whether a record with these values already is as these edits would make it.
    pub(crate) fn hold_in(&self, fields: &Fields, removed: bool) -> bool {
        let is_member = |name: &str, member: &String| matches!(fields.get(name), Some(Value::Set(members)) if members.contains(member));
        self.set
            .iter()
            .all(|(name, value)| fields.get(name) == value.as_ref())
            && self
                .add
                .iter()
                .all(|(name, all)| all.iter().all(|one| is_member(name, one)))
            && self
                .remove
                .iter()
                .all(|(name, all)| !all.iter().any(|one| is_member(name, one)))
            && self.removed.is_none_or(|wanted| wanted == removed)
    }

    /// The first name or list member that a document cannot hold.
    pub(crate) fn check(&self) -> Result<(), ReplicaError> {
        let names = self
            .set
            .keys()
            .chain(self.add.keys())
            .chain(self.remove.keys());
        for name in names {
            let sound = !name.is_empty()
                && name.len() <= MAX_FIELD_BYTES
                && !name.starts_with('_')
                && !name.contains('/');
            if !sound {
                return Err(ReplicaError::MalformedField {
                    field: name.clone(),
                });
            }
        }
        let set = self.set.iter().filter_map(|(name, value)| match value {
            Some(Value::Set(members)) => Some((name, members)),
            _ => None,
        });
        for (name, members) in set.chain(&self.add) {
            if members.is_empty() || members.contains("") {
                return Err(ReplicaError::MalformedField {
                    field: format!("{name}/"),
                });
            }
        }
        Ok(())
    }
}

/// The body of an entry to be signed and stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The number it was drafted for: the entry must have it.
    pub seq: u64,
    /// Create or change.
    pub kind: Kind,
    /// The record.
    pub record: RecordId,
    /// The entry that created it, unless this one does.
    pub subject: Option<Place>,
    /// The entry's body.
    pub body: Vec<u8>,
}

/// A record as drafted, until its entries come back.
#[derive(Clone, Debug)]
pub(crate) struct Drafted {
    pub(crate) epoch: u64,
    pub(crate) collection: String,
    /// The entry that creates the record.
    pub(crate) creation: Place,
    /// What is drafted and not yet applied.
    pub(crate) changes: Vec<DraftedChange>,
    /// What accepted and drafted changes come to, unless many are drafted at once.
    pub(crate) state: Option<State>,
    /// The rows it makes, unless something else was applied in between.
    pub(crate) written: Option<Written>,
}

/// A change on its way to becoming an entry.
#[derive(Clone, Debug)]
pub(crate) struct DraftedChange {
    /// The number of its entry.
    pub(crate) seq: u64,
    pub(crate) hash: Hash,
    /// By which its entry is known again.
    pub(crate) body_hash: BodyHash,
    pub(crate) chunk: Vec<u8>,
}

/// All that drafting one entry takes, so that it can be done on any thread.
#[derive(Debug)]
pub(crate) struct DraftJob {
    pub(crate) seq: u64,
    pub(crate) epoch: u64,
    pub(crate) record: RecordId,
    pub(crate) collection: String,
    pub(crate) owner: StructureId,
    /// The structure that drafts.
    pub(crate) structure: StructureId,
    pub(crate) create: Option<Salt>,
    pub(crate) edits: Edits,
    pub(crate) person: Option<RecordId>,
    pub(crate) reason: u8,
    /// The entry that creates the record.
    pub(crate) creation: Place,
    /// What of the record was accepted.
    pub(crate) held: Vec<AcceptedChange>,
    /// What of it is drafted and not yet applied.
    pub(crate) earlier: Vec<DraftedChange>,
    /// What both come to, where that is known.
    pub(crate) state: Option<State>,
    /// Whether what they come to then is kept for the next draft.
    pub(crate) keep_state: bool,
}

impl DraftJob {
    /// Drafts; `None` when nothing changes.
    pub(crate) fn run(
        mut self,
        context: &Context,
        me: &NodeId,
        analyzer: &mut crate::view::Analyzer,
    ) -> Result<Option<(Draft, Drafted)>, ReplicaError> {
        let actor = ActorId::derive(&context.network, &self.record, me, self.epoch);
        let mut state = match self.state.take() {
            Some(state) => state,
            None => self.carry_out(context, &actor)?,
        };
        let declared = context.collection(&self.collection);
        let chunk = match compose(&state, declared, &self.edits, &actor) {
            Composed::Nothing => None,
            Composed::Change(chunk) => Some(chunk),
            Composed::NeedsDocument => self.document()?.edit(declared, &self.edits, actor)?,
        };
        let Some(chunk) = chunk else { return Ok(None) };
        let hash = self.take(&mut state, context, &chunk, &actor)?;
        let cut = chunk::cut(&chunk, &actor).map_err(|error| DocumentError(error.to_string()))?;
        let body = self.named(context, me, cut)?;
        let size = body.operations.len() + body.named_bytes() + 256;
        if size > MAX_BODY_BYTES {
            return Err(ReplicaError::EditTooLarge {
                actual: size,
                limit: MAX_BODY_BYTES,
            });
        }
        let (kind, body) = match self.create {
            Some(salt) => {
                let collection = self.collection.clone();
                (
                    Kind::CREATE,
                    body::Create {
                        collection,
                        salt,
                        first: body,
                    }
                    .encode(),
                )
            }
            None => (Kind::CHANGE, body.encode()),
        };
        let draft = Draft {
            seq: self.seq,
            kind,
            record: self.record,
            subject: self.create.is_none().then_some(self.creation),
            body,
        };
        let mut changes = self.earlier;
        changes.push(DraftedChange {
            seq: self.seq,
            hash,
            body_hash: body_hash(&draft.body),
            chunk,
        });
        let held = self.held.iter().map(|change| change.chunk.as_slice());
        let all = held.chain(changes.iter().map(|change| change.chunk.as_slice()));
        let content = context.content(&state, all)?;
        let plain = context.plain_state(self.record, self.collection.clone(), self.owner, content);
        let written = context.written(plain, analyzer);
        let drafted = Drafted {
            epoch: self.epoch,
            collection: self.collection,
            creation: self.creation,
            changes,
            state: self.keep_state.then_some(state),
            written: Some(written),
        };
        Ok(Some((draft, drafted)))
    }

    /// Takes the drafted change into `state` if the charter lets its author make it; returns its
    /// hash.
    fn take(
        &self,
        state: &mut State,
        context: &Context,
        chunk: &[u8],
        actor: &ActorId,
    ) -> Result<Hash, ReplicaError> {
        let flaw = |error: &dyn std::fmt::Display| DocumentError(error.to_string());
        let change = Change::parse(chunk).map_err(|error| flaw(&error))?;
        let plan = state.plan(&change, actor).map_err(|error| flaw(&error))?;
        let about = About {
            collection: self.collection.clone(),
            owner: self.owner,
        };
        // A draft follows everything, so nothing has to be replayed.
        let replayed = || Err(flaw(&"a draft does not follow all that is held"));
        let deeds = deeds(&about, self.create.is_some(), state, &plan, replayed)?;
        let permitted = context.authority.permit(&self.structure, &deeds);
        permitted.map_err(ReplicaError::NotPermitted)?;
        state.carry_out(plan);
        Ok(change.hash)
    }

    /// What accepted and drafted changes come to.
    fn carry_out(&self, context: &Context, actor: &ActorId) -> Result<State, DocumentError> {
        let lineage = Lineage::new(context.network, self.record, &[]);
        let mut state = carry_out(&lineage, &self.held)?;
        for DraftedChange { chunk, .. } in &self.earlier {
            follow(&mut state, chunk, actor)?;
        }
        Ok(state)
    }

    /// The document of accepted and drafted changes.
    fn document(&self) -> Result<Document, DocumentError> {
        let held = self.held.iter().map(|change| change.chunk.as_slice());
        let earlier = self.earlier.iter().map(|change| change.chunk.as_slice());
        Document::of(held.chain(earlier))
    }

    /// A change with what it names told by entries.
    fn named(
        &self,
        context: &Context,
        me: &NodeId,
        cut: Cut,
    ) -> Result<body::Change, DocumentError> {
        let earlier: Vec<(u64, Hash)> = self.earlier.iter().map(|it| (it.seq, it.hash)).collect();
        let naming = Naming {
            network: &context.network,
            record: &self.record,
            me,
            held: &self.held,
            drafted: &earlier,
            epoch: self.epoch,
        };
        let stranger = || DocumentError("a change names what no entry said".to_owned());
        let ancestors = cut.dependencies.iter();
        let ancestors: Option<Vec<_>> = ancestors.map(|hash| naming.ancestor(hash)).collect();
        let mut ancestors = ancestors.ok_or_else(stranger)?;
        ancestors.sort_unstable();
        let speakers = cut.actors.iter().map(|actor| naming.speaker(actor));
        Ok(body::Change {
            person: self.person,
            reason: self.reason,
            epoch: self.epoch,
            ancestors,
            speakers: speakers.collect::<Option<_>>().ok_or_else(stranger)?,
            operations: cut.operations,
        })
    }
}

impl From<DocumentError> for ReplicaError {
    fn from(error: DocumentError) -> Self {
        Self::Document { detail: error.0 }
    }
}
