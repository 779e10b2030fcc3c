//! The charter as the replica asks it: whose a node is, what counts, who may write.
//!
//! A snapshot, so that what is judged in one go is judged by one charter; the next one is taken
//! when the charter grew.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use sync_protocol::charter::{Charter, Claim, Pending, Verdict, grants};
use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{EntryId, NetworkId, NodeId, RecordId, Salt, StructureId, VersionId};

use crate::replica::{Authority, Deed, NotPermitted, Ruling};
use crate::store::Journals;
use crate::view::Standing;

/// How many looked-up entries of journals are kept in mind.
const REMEMBERED: usize = 4_096;

/// The charter with what else its verdicts take.
#[derive(Debug)]
pub(in crate::node) struct Governance {
    charter: Arc<Charter>,
    me: NodeId,
    own: StructureId,
    network: NetworkId,
    journals: Arc<Journals>,
    /// The structures that are or were members, by the records that stand for them.
    records: BTreeMap<String, StructureId>,
    /// Entries of journals that heads name: the same few are asked for again and again.
    looked_up: Mutex<HashMap<Place, EntryId>>,
}

/// The record that a structure keeps about itself.
pub(super) fn structure_record(network: &NetworkId, structure: &StructureId) -> RecordId {
    RecordId::derive(network, structure, "structure", &Salt::OWN_STRUCTURE)
}

impl Governance {
    pub(super) fn new(
        charter: Arc<Charter>,
        me: NodeId,
        own: StructureId,
        journals: Arc<Journals>,
    ) -> Self {
        let network = charter.network();
        let versions = charter.effective().map(|(_, version)| version);
        let structures = versions
            .flat_map(|version| version.members.iter().map(|member| member.structure))
            .chain([own]);
        let records = structures
            .map(|structure| {
                let record = structure_record(&network, &structure);
                (record.to_string(), structure)
            })
            .collect();
        Self {
            me,
            own,
            network,
            journals,
            records,
            looked_up: Mutex::default(),
            charter,
        }
    }

    /// Whether this is what that charter says.
    pub(super) fn is_of(&self, charter: &Arc<Charter>) -> bool {
        Arc::ptr_eq(&self.charter, charter)
    }

    /// The version in force.
    pub(super) fn version(&self) -> VersionId {
        self.charter.current().0
    }

    fn id_at(&self, place: &Place) -> Option<EntryId> {
        let tip = self.journals.tip(&place.author);
        if tip.seq <= place.seq {
            return (tip.seq == place.seq).then_some(tip.id);
        }
        let mut looked_up = self
            .looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = looked_up.get(place) {
            return Some(*id);
        }
        let found = self
            .journals
            .entry_id(self.network, &place.author, place.seq);
        let id = found
            .inspect_err(|error| tracing::warn!(%error, "a journal cannot be read"))
            .ok()
            .flatten()?;
        if looked_up.len() >= REMEMBERED {
            looked_up.clear();
        }
        looked_up.insert(*place, id);
        Some(id)
    }

    /// Whether this node's structure waits to be admitted: what it writes meanwhile is shown here
    /// as if it were, and judged once it is.
    fn waits_for_admission(&self) -> bool {
        self.charter.structure_of(&self.me).is_none()
    }

    fn rule_one(&self, entry: &Entry, structure: &StructureId, deed: &Deed) -> Ruling {
        let party = |record: &str| self.records.get(record).copied();
        let verdict = deed.as_action(structure, party, |action| {
            let claim = Claim {
                place: entry.place(),
                cited: entry.header.charter,
                action: *action,
            };
            self.charter
                .verdict(&claim, &|place: &Place| self.id_at(place))
        });
        Ruling::from(&verdict)
    }
}

impl Authority for Governance {
    fn structure_of(&self, node: &NodeId) -> Option<StructureId> {
        if *node == self.me {
            Some(self.own)
        } else {
            self.charter.structure_of(node)
        }
    }

    fn rule(&self, entry: &Entry, deeds: &[Deed]) -> Ruling {
        let author = entry.header.author;
        if author == self.me && self.waits_for_admission() {
            return Ruling::Counts;
        }
        let Some(structure) = self.charter.structure_of(&author) else {
            return Ruling::from(&Verdict::Pending(Pending::Structure));
        };
        let mut ruling = Ruling::Counts;
        for deed in deeds {
            match self.rule_one(entry, &structure, deed) {
                Ruling::Counts => {}
                refused @ Ruling::Refused(_) => return refused,
                waits @ Ruling::Waits(_) => ruling = waits,
            }
        }
        ruling
    }

    fn permit(&self, structure: &StructureId, deeds: &[Deed]) -> Result<(), Box<NotPermitted>> {
        if self.waits_for_admission() {
            return Ok(());
        }
        let (_, version) = self.charter.current();
        let party = |record: &str| self.records.get(record).copied();
        for deed in deeds {
            let granted = deed.as_action(structure, party, |action| {
                grants(version, structure, action)
            });
            granted.map_err(|denied| {
                Box::new(NotPermitted {
                    deed: deed.clone(),
                    reason: denied.reason,
                    who_may: (denied.who_may.iter())
                        .filter_map(|it| version.member(it))
                        .map(|member| member.name.clone())
                        .collect(),
                })
            })?;
        }
        Ok(())
    }

    fn standing(&self, node: &NodeId) -> Standing {
        let limits = self.charter.limits_of(node);
        let holds = |tip: &sync_protocol::frontier::Tip| {
            let place = Place {
                author: *node,
                seq: tip.seq,
            };
            self.id_at(&place) == Some(tip.id)
        };
        let waits = *node == self.me && self.waits_for_admission();
        Standing {
            fingerprint: limits.fingerprint,
            free_up_to: if waits {
                0
            } else {
                limits.free_up_to(holds).unwrap_or(u64::MAX)
            },
        }
    }

    fn falls_back(&self, before: &VersionId, cited: &VersionId) -> bool {
        before != cited && self.charter.falls_back(before, cited)
    }
}
