//! The replica: drafts edits, follows the journals, keeps the read model in step.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{NetworkId, NodeId, RecordId};
use sync_protocol::seal::erase::ErasedBodies;

use super::apply::Context;
use super::authority::Authority;
use super::draft::Drafted;
use super::erasing::PartlyErased;
use super::error::ReplicaError;
use super::following::Follow;
use super::settle::{Precedence, registry_precedence};
use super::sorting::Sorted;
use crate::registry::{COLLECTIONS, Collection};
use crate::territory::Territory;
use crate::view::{Analyzer, Commune, Reader, Room, Shape, View};

/// From how many records on threads are worth starting.
pub(crate) const FEW_RECORDS: usize = 8;

/// What a replica is opened with.
#[derive(Debug)]
pub struct Setup<'a> {
    /// The read model's file.
    pub path: &'a Path,
    /// The network.
    pub network: NetworkId,
    /// This node.
    pub me: NodeId,
    /// What the network shares.
    pub collections: &'static [&'static Collection],
    /// How conflicting values of a state are settled.
    pub precedence: Option<Precedence>,
    /// The communes that records may lie in.
    pub communes: Vec<Commune>,
    /// Who decides what counts.
    pub authority: Arc<dyn Authority>,
}

impl<'a> Setup<'a> {
    /// The registry's collections and rules, on this territory.
    #[must_use]
    pub fn registry(
        path: &'a Path,
        network: NetworkId,
        me: NodeId,
        territory: &Territory,
        authority: Arc<dyn Authority>,
    ) -> Self {
        let communes = territory.communes().iter().map(|commune| Commune {
            code: commune.code.clone(),
            name: commune.name.clone(),
            latitude: commune.centroid.latitude,
            longitude: commune.centroid.longitude,
            epci: Some(commune.epci.clone()),
        });
        Self {
            path,
            network,
            me,
            collections: &COLLECTIONS,
            precedence: Some(registry_precedence),
            communes: communes.collect(),
            authority,
        }
    }
}

/// What became of some entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Changes that are now part of their records.
    pub accepted: usize,
    /// Entries that wait for another, as of this call.
    pub waiting: usize,
    /// Entries that will not be applied.
    pub refused: usize,
    /// Entries that say nothing about records, were erased, or had been read before.
    pub passed_over: usize,
    /// Entries that do not continue what was read of their journal, left unread.
    pub beyond_gap: usize,
    /// The records that changed.
    pub changed: Vec<RecordId>,
    /// Whether erasures have to be judged anew.
    pub erasures: bool,
    /// Whether transfers have to be judged anew.
    pub transfers: bool,
}

/// This node's copy of the registry.
#[derive(Debug)]
pub struct Replica {
    pub(super) view: View,
    pub(super) me: NodeId,
    pub(super) context: Context,
    pub(super) drafted: HashMap<RecordId, Drafted>,
    pub(super) analyzer: Analyzer,
    /// Creations and journals that erasures wait for.
    pub(super) awaited: BTreeSet<Place>,
    /// The bodies that erasures name, and what is erased of records that stay, as last judged.
    pub(super) gone: ErasedBodies,
    pub(super) partly: Arc<PartlyErased>,
    /// Creations that transfers wait for.
    pub(super) awaited_by_transfers: BTreeSet<Place>,
    /// How much of a journal may wait or be refused.
    pub(super) room: Room,
    /// The journals of which more is.
    pub(super) crowded: BTreeSet<NodeId>,
}

/// A record's new entries, in the order of their journals.
#[derive(Debug)]
pub(crate) struct Group<'a> {
    pub(crate) record: RecordId,
    /// Entries that create it, beside those the read model knows of.
    pub(crate) creations: Vec<Place>,
    pub(crate) entries: Vec<&'a Entry>,
}

impl Replica {
    /// Opens the replica; where its read model is missing, damaged or of another shape it starts
    /// empty, with no positions.
    ///
    /// # Errors
    /// Folder not writable, disk full.
    pub fn open(setup: Setup<'_>) -> Result<Self, ReplicaError> {
        let Setup {
            path,
            network,
            me,
            collections,
            precedence,
            communes,
            authority,
        } = setup;
        let view = View::open(path, Shape::new(network, collections, communes))?;
        let context = Context {
            network,
            collections,
            precedence,
            shape: view.shape(),
            authority,
        };
        Ok(Self {
            view,
            me,
            context,
            drafted: HashMap::new(),
            analyzer: Analyzer::default(),
            awaited: BTreeSet::new(),
            gone: ErasedBodies::default(),
            partly: Arc::default(),
            awaited_by_transfers: BTreeSet::new(),
            room: Room::default(),
            crowded: BTreeSet::new(),
        })
    }

    /// How far each journal was followed; feed what comes behind.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<NodeId, u64> {
        self.view.positions()
    }

    /// A handle that reads beside this one, from any thread.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.view.reader()
    }

    #[cfg(test)]
    pub(crate) const fn context(&self) -> &Context {
        &self.context
    }

    pub(crate) const fn network(&self) -> NetworkId {
        self.context.network
    }

    /// Forgets everything derived; [`Replica::positions`] is empty afterwards.
    ///
    /// # Errors
    /// Files that cannot be removed or made.
    pub fn rebuild(&mut self) -> Result<(), ReplicaError> {
        self.drafted.clear();
        self.gone = ErasedBodies::default();
        self.partly = Arc::default();
        Ok(self.view.clear()?)
    }

    /// Makes entries part of the records they are about.
    ///
    /// Any order between journals; within one, from its position on. Entries read before are passed
    /// over, so giving them again is harmless. Many entries at once are much faster than few: give
    /// as much as 32 MiB, of all journals together, when catching up. `progress` is told how many
    /// entries are done.
    ///
    /// # Errors
    /// The read model cannot be written; what was not yet written is undone.
    pub fn apply(
        &mut self,
        entries: &[Entry],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Applied, ReplicaError> {
        let mut applied = Applied::default();
        let mut ends: BTreeMap<NodeId, u64> = BTreeMap::new();
        let Sorted {
            groups,
            waiting,
            refused,
            erasing,
            cited,
            transfers,
            sealing,
        } = self.sort(entries, &mut ends, &mut applied)?;
        applied.transfers = !transfers.is_empty() || self.bears_on_transfers(entries);
        applied.erasures = !erasing.is_empty()
            || self.bears_on_erasures(entries)
            || self.bears_on_parts(&sealing, &groups);
        if ends.is_empty() && groups.is_empty() && erasing.is_empty() {
            progress(entries.len());
            return Ok(applied);
        }
        let context = self.context.clone();
        applied.waiting += waiting.len();
        applied.refused += refused.len();
        let mut done = applied.passed_over + waiting.len() + refused.len();
        let Self {
            view,
            drafted,
            analyzer,
            me,
            ..
        } = self;
        view.transaction(|view| {
            let mut follow = Follow {
                view,
                drafted,
                me,
                context: &context,
                applied: &mut applied,
                written: 0,
            };
            for (author, version, seq) in &cited {
                follow.view.note_cited(author, version, *seq)?;
            }
            erasing.write_bodies(follow.view)?;
            for waiting in &waiting {
                follow.view.write_waiting(waiting)?;
            }
            for refusal in &refused {
                follow.view.write_refusal(refusal)?;
            }
            for entry in &sealing {
                follow.view.write_sealing(entry)?;
            }
            for entry in &transfers {
                if let Some(subject) = &entry.header.subject {
                    follow.view.write_transfer(entry, subject)?;
                }
            }
            if groups.len() <= FEW_RECORDS {
                for group in groups {
                    done += group.entries.len();
                    follow.record(group, analyzer)?;
                    progress(done);
                }
            } else {
                follow.side_by_side(groups, analyzer, &mut |count| {
                    done += count;
                    progress(done);
                })?;
            }
            erasing.write(follow.view)?;
            for (author, end) in &ends {
                follow.view.set_position(author, *end)?;
                // Once noted it stays until entries are judged anew.
                if !follow.view.has_standing(author) {
                    let standing = context.authority.standing(author);
                    follow.view.judged_under(author, &standing)?;
                }
            }
            Ok::<_, ReplicaError>(())
        })?;
        Ok(applied)
    }
}
