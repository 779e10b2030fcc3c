//! One record at one node, in memory: what others say of it, each entry to its verdict.
//!
//! The fuzzing targets (`tests/src/fuzzing.rs`) enter here: the step that every record takes
//! ([`super::apply`]), with what the read model would know beside it kept in lists.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sync_protocol::body;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{NetworkId, NodeId, RecordId, Salt, StructureId, VersionId};

use super::admit::{Presented, creation_of};
use super::apply::{Context, Job};
use super::authority::Authority;
use super::document::Document;
use super::draft::{Draft, DraftJob, Edits};
use super::settle::registry_precedence;
use crate::registry::COLLECTIONS;
use crate::view::{AcceptedChange, Analyzer, Head, Outcome, Refused, Shape, Written};

thread_local! {
    static ANALYZER: RefCell<Analyzer> = RefCell::default();
}

/// What became of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// It is part of the record.
    Accepted,
    /// It waits, and for what.
    Waits(&'static str),
    /// It never will be, and why.
    Refused(&'static str),
}

/// One record, as it is known at one node.
#[derive(Clone, Debug)]
pub struct Trial {
    context: Context,
    record: RecordId,
    creations: Vec<Place>,
    head: Option<Head>,
    held: Vec<AcceptedChange>,
    /// What waits, also for its record's creation.
    waiting: Vec<(Entry, &'static str)>,
    refused: BTreeMap<Place, (Refused, &'static str)>,
    /// Changes without a body, each behind the creation that it names.
    bodiless: BTreeSet<(Place, Place)>,
    /// Creations that cannot be read, and so are of no record.
    unread: Vec<Place>,
    /// The versions that each journal cited.
    cited: BTreeMap<NodeId, Vec<(u64, VersionId)>>,
    digest: [u8; 32],
}

impl Trial {
    /// Of this record nothing is known yet.
    #[must_use]
    pub fn new(network: NetworkId, record: RecordId, authority: Arc<dyn Authority>) -> Self {
        let context = Context {
            network,
            collections: &COLLECTIONS,
            precedence: Some(registry_precedence),
            shape: Arc::new(Shape::new(network, &COLLECTIONS, Vec::new())),
            authority,
        };
        Self {
            context,
            record,
            creations: Vec::new(),
            head: None,
            held: Vec::new(),
            waiting: Vec::new(),
            refused: BTreeMap::new(),
            bodiless: BTreeSet::new(),
            unread: Vec::new(),
            cited: BTreeMap::new(),
            digest: [0; 32],
        }
    }

    /// From now on another decides what counts.
    pub fn govern(&mut self, authority: Arc<dyn Authority>) {
        self.context.authority = authority;
    }

    /// Judges entries of this record, each journal's in its order, and what waited. What comes
    /// without its body may come again with it, at any time.
    ///
    /// # Panics
    /// If what was accepted cannot be read: a flaw.
    pub fn hear(&mut self, entries: &[Entry]) {
        let mut new = Vec::new();
        for entry in entries {
            let cited = self.cited.entry(entry.header.author).or_default();
            cited.push((entry.header.seq, entry.header.charter));
            if entry.body.is_none() {
                if entry.header.kind == Kind::CHANGE {
                    self.bodiless.insert((creation_of(entry), entry.place()));
                }
                continue;
            }
            self.bodiless.remove(&(creation_of(entry), entry.place()));
            if entry.header.kind == Kind::CREATE && entry.header.subject.is_none() {
                match self.creates(entry) {
                    Some(record) if record == self.record => self.creations.push(entry.place()),
                    Some(_) => continue,
                    None => {
                        self.unread.push(entry.place());
                        continue;
                    }
                }
            }
            new.push(entry.clone());
        }
        let waited = std::mem::take(&mut self.waiting);
        let all = waited.into_iter().map(|(entry, _)| entry).chain(new);
        let (ours, aside): (Vec<Entry>, Vec<Entry>) =
            all.partition(|entry| self.creations.contains(&creation_of(entry)));
        let job = Job {
            record: self.record,
            creations: self.creations.clone(),
            head: self.head.clone(),
            owners: Vec::new(),
            held: self.held.clone(),
            entries: ours.into_iter().map(|entry| self.present(entry)).collect(),
            refused: self.refused.values().map(|(refused, _)| *refused).collect(),
            bodiless: self.bodiless.clone(),
            waited: Vec::new(),
            quarantined: false,
        };
        let outcome = ANALYZER.with_borrow_mut(|analyzer| self.context.step(job, analyzer));
        let Outcome {
            change,
            accepted,
            waiting,
            refused,
            quarantined,
            ..
        } = outcome;
        assert_eq!(quarantined, None, "accepted, but not to be read");
        if let Some(Written { state, digest, .. }) = change {
            self.digest = digest;
            self.head = Some(Head {
                number: 1,
                collection: state.collection,
                owner: state.owner,
                created: state.created,
                changed: state.changed,
                text_hash: 0,
            });
        }
        self.held.extend(accepted);
        self.waiting = aside
            .into_iter()
            .map(|entry| (entry, super::admit::MISSING_ANCESTOR))
            .collect();
        let waiting = waiting.into_iter().map(|it| (it.entry, it.reason));
        self.waiting.extend(waiting);
        for refusal in refused {
            let at = Place {
                author: refusal.author,
                seq: refusal.seq,
            };
            let refused = Refused {
                at,
                check: refusal.check,
                creation: refusal.creation,
            };
            self.refused.insert(at, (refused, refusal.code));
        }
    }

    fn creates(&self, entry: &Entry) -> Option<RecordId> {
        let create = body::Create::decode(entry.body.as_deref()?).ok()?;
        let owner = self.context.authority.structure_of(&entry.header.author)?;
        let network = self.context.network;
        Some(RecordId::derive(
            &network,
            &owner,
            &create.collection,
            &create.salt,
        ))
    }

    fn present(&self, entry: Entry) -> Presented {
        let authority = &self.context.authority;
        let header = &entry.header;
        let cited = self.cited.get(&header.author).into_iter().flatten();
        let falls_back = cited
            .filter(|(seq, _)| *seq < header.seq)
            .any(|(_, before)| authority.falls_back(before, &header.charter));
        Presented {
            structure: authority.structure_of(&header.author),
            falls_back,
            entry,
        }
    }

    /// What became of each entry.
    #[must_use]
    pub fn verdicts(&self) -> BTreeMap<Place, Judged> {
        let accepted = self.held.iter();
        let accepted = accepted.map(|it| (it.entry.place(), Judged::Accepted));
        let waiting = self.waiting.iter();
        let waiting = waiting.map(|(it, reason)| (it.place(), Judged::Waits(reason)));
        let refused = self.refused.iter();
        let refused = refused.map(|(place, (_, code))| (*place, Judged::Refused(code)));
        let unread = self.unread.iter();
        let unread = unread.map(|place| (*place, Judged::Refused("malformed_body")));
        accepted
            .chain(waiting)
            .chain(refused)
            .chain(unread)
            .collect()
    }

    /// The digest of the record's values.
    #[must_use]
    pub const fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Drafts an edit by `me` of `structure` on what was accepted; none where it changes nothing.
    /// Without a record yet it creates one of this collection.
    ///
    /// # Panics
    /// If it cannot be drafted: a flaw.
    #[must_use]
    pub fn draft(
        &self,
        (me, structure): (&NodeId, StructureId),
        seq: u64,
        (collection, salt): (&str, Salt),
        edits: Edits,
    ) -> Option<Draft> {
        let own = self.held.iter().map(|it| &it.entry);
        let own = own.filter(|it| it.author == *me).max_by_key(|it| it.seq);
        let creation = self.held.iter().map(|it| &it.entry);
        let mut creation = creation.filter(|it| it.kind == Kind::CREATE);
        let named = own.or_else(|| creation.next()).map(|it| it.creation);
        let here = Place { author: *me, seq };
        let job = DraftJob {
            seq,
            epoch: own.map_or(seq, |own| own.epoch),
            record: self.record,
            collection: collection.to_owned(),
            owner: self.head.as_ref().map_or(structure, |head| head.owner),
            structure,
            create: self.head.is_none().then_some(salt),
            edits,
            person: None,
            reason: 0,
            creation: named.unwrap_or(here),
            held: self.held.clone(),
            earlier: Vec::new(),
            state: None,
            keep_state: false,
        };
        let drafted = ANALYZER.with_borrow_mut(|analyzer| job.run(&self.context, me, analyzer));
        let drafted = drafted.expect("an honest edit can be drafted");
        drafted.map(|(draft, _)| draft)
    }

    /// That Automerge makes the same of what was accepted, also once it is saved and loaded.
    ///
    /// # Panics
    /// If it does not: a flaw.
    pub fn finish(&self) {
        let chunks = self.held.iter().map(|it| it.chunk.as_slice());
        let document = Document::of(chunks.clone()).expect("what was accepted is a document");
        let loaded = automerge::Automerge::load(&document.save()).expect("what was saved loads");
        assert_eq!(loaded.get_changes_meta(&[]).len(), self.held.len());
        let lineage = super::lineage::Lineage::new(self.context.network, self.record, &[]);
        let fields = super::apply::carry_out(&lineage, &self.held);
        let fields = fields.expect("what was accepted is taken again");
        let ours = self.context.content(&fields, chunks);
        let theirs = document.read().expect("it can be read");
        let ours = ours.expect("it can be read");
        // As text, in which what is not a number equals itself.
        assert_eq!(format!("{:?}", ours.fields), format!("{:?}", theirs.fields));
        assert_eq!(ours.removed, theirs.removed);
    }
}
