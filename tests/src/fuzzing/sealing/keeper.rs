//! Somebody who hears entries in some order, and what they come to.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::entry::{Entry, Kind};
use sync_protocol::id::{BlobHash, EntryId, NodeId, StructureId};
use sync_protocol::seal::body::{Grant, Seal};
use sync_protocol::seal::erase::state::{EraseFact, EraseLog, Fate, Progress};
use sync_protocol::seal::erase::{Erase, EraseTarget, Erased};
use sync_protocol::seal::key::{Generation, SealingPublic};
use sync_protocol::seal::lockbox::{Lockbox, lacking};
use sync_protocol::seal::part::PartName;
use sync_protocol::seal::root::RootStatement;
use sync_protocol::seal::root::log::{RootLog, RootState};
use sync_protocol::seal::state::{PartLog, PartState, Said, SealFact};

use super::super::runs::NETWORK;
use super::people::{NODES, PARTS, STRUCTURES, creation, root};

/// Who keeps all that is said, in the order that it comes.
#[derive(Default)]
pub(super) struct Keeper {
    pub(super) parts: BTreeMap<PartName, PartLog>,
    pub(super) erases: EraseLog,
    pub(super) roots: BTreeMap<StructureId, RootLog>,
    pub(super) boxes: BTreeMap<StructureId, BTreeMap<EntryId, Lockbox>>,
    pub(super) heard: BTreeSet<EntryId>,
}

/// What all of it comes to.
#[derive(Debug, PartialEq)]
pub(super) struct Outcome {
    pub(super) parts: BTreeMap<PartName, PartState>,
    pub(super) fates: Vec<Fate>,
    pub(super) progress: Vec<Progress>,
    pub(super) roots: Vec<(RootState, Option<RootState>)>,
    pub(super) lacking: Vec<BTreeMap<Generation, BTreeMap<NodeId, SealingPublic>>>,
}

impl Keeper {
    /// Whether the entry says something.
    pub(super) fn hear(&mut self, entry: &Entry) -> bool {
        let header = &entry.header;
        let who = NODES.iter().position(|it| *it == header.author);
        let who = who.expect("one of those who act");
        let structure = STRUCTURES[who];
        let body = entry.body.as_deref().expect("nothing is left out");
        let written = |again: Vec<u8>| assert_eq!(again, body, "another encoding");
        let news = self.heard.insert(entry.id);
        match header.kind {
            Kind::SEAL | Kind::GRANT => {
                let said = if header.kind == Kind::SEAL {
                    Seal::decode(body).map(Said::Seal)
                } else {
                    Grant::decode(body).map(Said::Grant)
                };
                let Ok(said) = said else { return false };
                let part = match &said {
                    Said::Seal(seal) => {
                        written(seal.encode());
                        &seal.part
                    }
                    Said::Grant(grant) => {
                        written(grant.encode());
                        &grant.part
                    }
                };
                let log = self.parts.entry(part.clone()).or_default();
                let fact = SealFact {
                    structure,
                    as_owner: who == 0,
                    said,
                };
                assert_eq!(log.observe(entry.id, fact), news);
            }
            Kind::ERASE => {
                let Ok(erase) = Erase::decode(body) else {
                    return false;
                };
                written(erase.encode());
                let agreed = erase.agreed_by(NETWORK, &creation()) == Some(root(0));
                let fact = EraseFact {
                    structure,
                    as_owner: who == 0,
                    agreed,
                    erase,
                };
                assert_eq!(self.erases.observe(entry.id, fact), news);
            }
            Kind::ERASED => {
                let Ok(erased) = Erased::decode(body) else {
                    return false;
                };
                written(erased.encode());
                self.erases.acknowledge(header.author, &erased);
            }
            Kind::LOCKBOX => {
                let Ok(lockbox) = Lockbox::decode(body) else {
                    return false;
                };
                written(lockbox.encode());
                let made = self.boxes.entry(structure).or_default();
                made.insert(entry.id, lockbox);
            }
            _ => {
                let Ok(statement) = RootStatement::decode(body) else {
                    return false;
                };
                written(statement.encode());
                // Whoever carries it.
                let of = statement.structure;
                let log = (self.roots.entry(of)).or_insert_with(|| RootLog::new(NETWORK, of));
                return log.observe(statement).is_ok();
            }
        }
        true
    }

    pub(super) fn state_of(&self, part: &PartName) -> PartState {
        self.parts
            .get(part)
            .map_or_else(PartState::default, PartLog::state)
    }

    pub(super) fn root_of(&self, structure: StructureId) -> RootState {
        let log = self.roots.get(&structure);
        log.map_or_else(RootState::default, |log| log.state(None))
    }

    pub(super) fn outcome(&self) -> Outcome {
        let targets = [
            EraseTarget::Record,
            EraseTarget::Part(PARTS[0].clone()),
            EraseTarget::Part(PARTS[1].clone()),
            EraseTarget::Blob(BlobHash([1; 32])),
        ];
        let nodes: BTreeSet<NodeId> = NODES.iter().copied().collect();
        let mut fates = vec![
            self.erases.record(),
            self.erases.blob(BlobHash([1; 32])),
            self.erases.blob(BlobHash([2; 32])),
        ];
        for part in &*PARTS {
            fates.extend(STRUCTURES.iter().map(|it| self.erases.part(part, it)));
        }
        let no_boxes = BTreeMap::new();
        let lacking = STRUCTURES.iter().map(|structure| {
            let made = self.boxes.get(structure).unwrap_or(&no_boxes);
            lacking(&self.root_of(*structure), made.values())
        });
        let roots = STRUCTURES.iter().map(|structure| {
            let log = self.roots.get(structure);
            let recovered = log.and_then(|log| log.last_under(&root(4)));
            (self.root_of(*structure), recovered)
        });
        Outcome {
            parts: (self.parts.iter())
                .map(|(part, log)| (part.clone(), log.state()))
                .collect(),
            fates,
            progress: targets
                .iter()
                .map(|target| self.erases.progress(target, &nodes))
                .collect(),
            roots: roots.collect(),
            lacking: lacking.collect(),
        }
    }
}
