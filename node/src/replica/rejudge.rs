//! Entries judged anew when the charter says something else of them.
//!
//! A verdict depends on the entry, what it follows and the charter. Where the charter grew so that
//! something else bears upon a journal than when its entries were judged, the records that the
//! entries concerned are about are forgotten and made again from the journals; and what waited for
//! the charter is looked at once more. Nothing else is touched.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{NodeId, RecordId};

use super::authority::Authority;
use super::error::ReplicaError;
use super::follower::{Applied, Group, Replica};
use super::following::Follow;
use crate::view::Standing;

/// How many records are made again in one transaction.
const RECORDS_AT_A_TIME: usize = 512;

/// Gives the entries at places, out of the journals.
pub type ReadEntries<'a, E> = dyn Fn(&[Place]) -> Result<Vec<Entry>, E> + 'a;

/// What judging anew came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejudged {
    /// As for entries that are new.
    pub applied: Applied,
    /// This node's own entries that counted and do no longer, through no fault of theirs: what
    /// they follow was refused.
    pub orphaned: Vec<u64>,
}

impl Replica {
    /// Obeys this authority from now on. [`Replica::rejudge`] is due then.
    pub fn govern(&mut self, authority: Arc<dyn Authority>) {
        self.context.authority = authority;
        self.view.count_room_anew();
    }

    /// Judges anew what the authority now says something else of; `read` gives the entries at
    /// places, out of the journals.
    ///
    /// # Errors
    /// Journals or read model cannot be read or written; what was done until then stands, and the
    /// rest is done at the next call.
    pub fn rejudge<E: From<ReplicaError>>(
        &mut self,
        read: &ReadEntries<'_, E>,
    ) -> Result<Rejudged, E> {
        let mut rejudged = Rejudged::default();
        let changed = self.changed_standings().map_err(E::from)?;
        let mut records = BTreeSet::new();
        for (author, standing, from) in &changed {
            let free = standing.free_up_to.min(*from);
            let touched = self.view.records_touched(author, free);
            records.extend(touched.map_err(|error| E::from(error.into()))?);
        }
        self.make_all_again(&records, read, &mut rejudged)?;
        self.look_again(&mut rejudged).map_err(E::from)?;
        self.view
            .transaction(|view| {
                for (author, standing, _) in &changed {
                    view.judged_under(author, standing)?;
                }
                Ok::<_, ReplicaError>(())
            })
            .map_err(E::from)?;
        Ok(rejudged)
    }

    /// Makes records again out of what was accepted and refused of them, and what waits.
    pub(super) fn remake<E: From<ReplicaError>>(
        &mut self,
        records: &BTreeSet<RecordId>,
        read: &ReadEntries<'_, E>,
    ) -> Result<Rejudged, E> {
        let mut rejudged = Rejudged::default();
        self.make_all_again(records, read, &mut rejudged)?;
        Ok(rejudged)
    }

    fn make_all_again<E: From<ReplicaError>>(
        &mut self,
        records: &BTreeSet<RecordId>,
        read: &ReadEntries<'_, E>,
        rejudged: &mut Rejudged,
    ) -> Result<(), E> {
        let records: Vec<RecordId> = records.iter().copied().collect();
        for some in records.chunks(RECORDS_AT_A_TIME) {
            let mut groups = BTreeMap::new();
            for record in some {
                let places = self.view.judged_of(record);
                let places = places.map_err(|error| E::from(error.into()))?;
                groups.insert(*record, read(&places)?);
            }
            self.make_again(&groups, rejudged).map_err(E::from)?;
        }
        rejudged.orphaned.sort_unstable();
        Ok(())
    }

    /// The journals on which something else bears now, with up to where they were free before.
    fn changed_standings(&self) -> Result<Vec<(NodeId, Standing, u64)>, ReplicaError> {
        let noted = self.view.standings()?.into_iter();
        let changed = noted.filter_map(|(author, before)| {
            let now = self.context.authority.standing(&author);
            (now.fingerprint != before.fingerprint).then_some((author, now, before.free_up_to))
        });
        Ok(changed.collect())
    }

    /// Forgets records and makes them again out of these entries and those that wait.
    fn make_again(
        &mut self,
        records: &BTreeMap<RecordId, Vec<Entry>>,
        rejudged: &mut Rejudged,
    ) -> Result<(), ReplicaError> {
        let counted = self.own_accepted(records.keys())?;
        let groups = records.iter().map(|(record, entries)| {
            let creates = |entry: &&Entry| entry.header.kind == Kind::CREATE;
            Group {
                record: *record,
                creations: entries.iter().filter(creates).map(Entry::place).collect(),
                entries: entries.iter().collect(),
            }
        });
        let groups: Vec<Group<'_>> = groups.collect();
        self.follow_groups(groups, true, &mut rejudged.applied)?;
        for (record, seqs) in counted {
            let refused = self.view.refused_codes(&record, &self.me)?;
            rejudged.orphaned.extend(seqs.into_iter().filter(|seq| {
                refused
                    .get(seq)
                    .is_some_and(|code| code == "refused_ancestor")
            }));
        }
        Ok(())
    }

    /// Looks again at records of which some entry waits for the charter.
    fn look_again(&mut self, rejudged: &mut Rejudged) -> Result<(), ReplicaError> {
        let mut groups: BTreeMap<RecordId, Group<'_>> = BTreeMap::new();
        for creation in self.view.waiting_for_charter()? {
            let Some(record) = self.record_at(&creation)? else {
                continue;
            };
            let group = groups.entry(record).or_insert_with(|| Group {
                record,
                creations: Vec::new(),
                entries: Vec::new(),
            });
            group.creations.push(creation);
        }
        self.follow_groups(groups.into_values().collect(), false, &mut rejudged.applied)
    }

    fn follow_groups(
        &mut self,
        groups: Vec<Group<'_>>,
        forget: bool,
        applied: &mut Applied,
    ) -> Result<(), ReplicaError> {
        if groups.is_empty() {
            return Ok(());
        }
        let context = self.context.clone();
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
                applied,
                written: 0,
            };
            for group in groups {
                if forget {
                    follow.view.forget(&group.record)?;
                    follow.applied.changed.push(group.record);
                }
                follow.record(group, analyzer)?;
            }
            Ok::<_, ReplicaError>(())
        })
    }

    /// This node's own entries of these records that count.
    fn own_accepted<'r>(
        &self,
        records: impl Iterator<Item = &'r RecordId>,
    ) -> Result<Vec<(RecordId, Vec<u64>)>, ReplicaError> {
        let mut all = Vec::new();
        for record in records {
            let Some(head) = self.view.head(record)? else {
                continue;
            };
            let held = self.view.changes(head.number)?.into_iter();
            let own = held.filter(|change| change.entry.author == self.me);
            let own: Vec<u64> = own.map(|change| change.entry.seq).collect();
            if !own.is_empty() {
                all.push((*record, own));
            }
        }
        Ok(all)
    }
}
