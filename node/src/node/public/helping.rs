//! Who can help with a need in a commune: from the charter's mandates and what structures publish of
//! themselves. What only members know (room, activities taken on, how fast they answer) has no part
//! in it, so that nothing of that can be guessed from who is named.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sync_protocol::charter::Version;
use sync_protocol::id::{RecordId, StructureId};

use crate::api::ApiError;
use crate::matching::helper::{Wish, fit};
use crate::matching::zone::{Level, Zone, closest};
use crate::node::clock;
use crate::node::matching::helpers::{described, mandates};
use crate::node::member::Member;
use crate::view::Record;

use super::PublicRecord;

/// What somebody looks for help with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Search<'a> {
    /// The need, as a code.
    pub(crate) theme: &'a str,
    /// The commune, by its code; anywhere without one.
    pub(crate) commune: Option<&'a str>,
}

/// A structure or a support offer that fits, and why.
#[derive(Clone, Debug)]
pub(crate) struct PublicHelp {
    /// The structure, or what it offers.
    pub(crate) record: PublicRecord,
    /// Whether it is of a member that the charter lets deal with such referrals.
    pub(crate) has_mandate: bool,
    /// How precisely it says that it works there; none where it works everywhere, or nothing was asked.
    pub(crate) level: Option<Level>,
}

impl Search<'_> {
    fn zones(&self) -> Vec<Zone<'_>> {
        self.commune.map(Zone::Commune).into_iter().collect()
    }
}

impl Member {
    /// The structures whose competences and area fit: members with a mandate first, and of those the
    /// ones that say most precisely that they work there.
    pub(crate) fn public_helpers(&self, search: &Search<'_>) -> Result<Vec<PublicHelp>, ApiError> {
        let roll = self.helping_members();
        let charter = self.charter();
        let (_, version) = charter.current();
        let mut found = Vec::new();
        self.reader.each("structure", &[], |record| {
            let is_held_back = roll.suspended.contains(&record.id);
            if let Some(help) = self.helps(record, search, version, &roll)
                && !is_held_back
            {
                found.push(help);
            }
        })?;
        sort(&mut found);
        Ok(found)
    }

    /// The support offers for a need in a commune that are still valid.
    pub(crate) fn public_support(&self, search: &Search<'_>) -> Result<Vec<PublicHelp>, ApiError> {
        let roll = self.helping_members();
        let today = clock::today();
        let mut offers = Vec::new();
        self.reader.each("support_offer", &[], |record| {
            let offer = self.public(record).filter(|it| is_valid(it, today));
            offers.extend(offer.filter(|it| it.set("themes").any(|theme| theme == search.theme)));
        })?;
        let mut found = Vec::new();
        for record in offers {
            let structure = self.structure_of_offer(&record)?;
            if structure
                .as_ref()
                .is_some_and(|it| roll.suspended.contains(&it.id))
            {
                continue;
            }
            // What an offer does not say of its area, its structure may.
            let says = |it: &PublicRecord| it.set("service_area").next().is_some();
            let area = if says(&record) {
                Some(&record)
            } else {
                structure.as_ref()
            };
            let zones = area
                .into_iter()
                .flat_map(|it| it.set("service_area"))
                .filter_map(Zone::parse);
            let zones: Vec<Zone<'_>> = zones.collect();
            let wanted = search.zones();
            let level = closest(zones.iter().copied(), &wanted, self.territory);
            if level.is_none() && !wanted.is_empty() && !zones.is_empty() {
                continue;
            }
            let has_mandate = structure.is_some_and(|it| roll.members.contains_key(&it.id));
            found.push(PublicHelp {
                record,
                has_mandate,
                level,
            });
        }
        sort(&mut found);
        Ok(found)
    }

    /// The structure that a support offer or an agent belongs to: the one it names, else its owner's.
    pub(crate) fn structure_of_offer(
        &self,
        record: &PublicRecord,
    ) -> Result<Option<PublicRecord>, ApiError> {
        let named = record
            .text("structure")
            .and_then(|it| it.parse::<RecordId>().ok());
        let id = named.unwrap_or(record.owner);
        Ok(match self.public_record("structure", &id.to_string())? {
            super::Asked::Here(structure) => Some(*structure),
            super::Asked::Gone | super::Asked::Unknown => None,
        })
    }

    fn helping_members(&self) -> Roll {
        let charter = self.charter();
        let (_, version) = charter.current();
        let members = version.members.iter();
        let members = members.map(|it| (self.structure_record(&it.structure), it.structure));
        let suspended = self.suspended_structures();
        Roll {
            members: members.collect(),
            suspended: suspended
                .iter()
                .map(|it| self.structure_record(it))
                .collect(),
        }
    }

    fn helps(
        &self,
        record: Record,
        search: &Search<'_>,
        version: &Version,
        roll: &Roll,
    ) -> Option<PublicHelp> {
        let record = self.public(record)?;
        let themes = BTreeSet::from([search.theme]);
        let granted = match roll.members.get(&record.id) {
            Some(structure) => mandates(version, structure, &themes),
            None => BTreeSet::new(),
        };
        let wish = Wish {
            themes: themes.clone(),
            zones: search.zones(),
            ..Wish::default()
        };
        // Public fields alone: the others are not there.
        let helper = described(&record.fields, &themes);
        let level = fit(&wish, &helper, self.territory).ok()?.level;
        Some(PublicHelp {
            has_mandate: !granted.is_empty(),
            level,
            record,
        })
    }
}

/// Who is on the roll, by the record that describes it.
struct Roll {
    members: BTreeMap<RecordId, StructureId>,
    suspended: BTreeSet<RecordId>,
}

/// Whether a support offer has not run out.
pub(crate) fn is_valid(offer: &PublicRecord, today: Date) -> bool {
    let until = offer
        .text("valid_until")
        .and_then(|it| it.parse::<Date>().ok());
    until.is_none_or(|until| until >= today)
}

fn sort(found: &mut [PublicHelp]) {
    found.sort_by(|a, b| {
        let rank = |it: &PublicHelp| (it.has_mandate, it.level);
        rank(b)
            .cmp(&rank(a))
            .then_with(|| a.record.title().cmp(b.record.title()))
            .then(a.record.id.cmp(&b.record.id))
    });
}
