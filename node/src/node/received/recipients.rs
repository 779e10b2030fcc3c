//! Who receives what arrives: for each need the structure that the charter names for its theme and
//! place, with room, and that says it helps with that there; else the coordinator.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::charter::{Act, Action, grants};
use sync_protocol::id::{RecordId, StructureId};

use crate::api::ApiError;
use crate::matching::helper::{Wish, fit};
use crate::matching::zone::Zone;
use crate::node::matching::described;
use crate::node::member::Member;
use crate::node::public::{Asked, PublicRecord};
use crate::registry::vocabulary::NEED_THEMES;
use crate::registry::{Fields, Value as FieldValue, territory_codes};
use crate::replica::{Authority, deeds_of_fields};

use super::Plan;

/// What a structure that published the opportunity has ahead of others that can help as well.
const OWN_OFFER: f64 = 100.0;

impl Member {
    /// The themes of need for which this node may receive projects now; none where it may not
    /// receive any: a structure outside the network, suspended, or without the mandate.
    pub(crate) fn received_themes(&self) -> Vec<&'static str> {
        let can_write = !self.journals.stats().read_only && self.require_own_journal().is_ok();
        if !can_write || self.suspended().contains(&self.structure) {
            return Vec::new();
        }
        let may = |collection: &str, fields: &Fields| {
            let deeds = deeds_of_fields(collection, self.structure, None, fields);
            self.authority().permit(&self.structure, &deeds).is_ok()
        };
        let nothing = Fields::new();
        if !["holder", "project", "need"]
            .iter()
            .all(|it| may(it, &nothing))
        {
            return Vec::new();
        }
        let own = self.structure_record(&self.structure).to_string();
        let may_refer = |theme: &&&str| {
            let fields = [
                ("theme", **theme),
                ("from_structure", own.as_str()),
                ("lead_structure", own.as_str()),
                ("status", "sent"),
            ];
            let fields = fields.map(|(name, it)| (name.to_owned(), FieldValue::Text(it.into())));
            may("referral", &fields.into())
        };
        NEED_THEMES.iter().filter(may_refer).copied().collect()
    }

    /// The record of the structure that serves the portal.
    pub(crate) fn own_public_record(&self) -> Result<Asked<PublicRecord>, ApiError> {
        let own = self.structure_record(&self.structure).to_string();
        self.public_record("structure", &own)
    }

    /// The structure that receives each need of a plan; its own stands for no referral.
    pub(super) fn recipients_of(
        &self,
        plan: &Plan,
    ) -> Result<BTreeMap<String, StructureId>, ApiError> {
        let charter = self.charter();
        let (_, version) = charter.current();
        let suspended = self.suspended();
        let is_able =
            |it: &StructureId| !suspended.contains(it) && self.sealing_key_of(it).is_some();
        let coordinator = version.coordinator().filter(is_able);
        let else_to = coordinator.unwrap_or(self.structure);
        let place = plan.place.as_deref().or(plan.origin.as_deref());
        // An origin far away says nothing of where the project is to be.
        let place = place.filter(|it| self.territory.current(it).is_some());
        let codes = place.map(territory_codes).unwrap_or_default();
        let zone = place.map(|code| format!("insee:{code}"));
        let offered_by = match plan.opportunity {
            Some(id) => self.reader.get(&id)?.map(|it| charter.heir_of(it.owner)),
            None => None,
        };
        let mut best: BTreeMap<String, (f64, StructureId)> = BTreeMap::new();
        // By name, so that of equals the same is chosen everywhere.
        let mut members: Vec<_> = version.members.iter().collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        for member in members.into_iter().filter(|it| is_able(&it.structure)) {
            let record: RecordId = self.structure_record(&member.structure);
            let fields = self.reader.get(&record)?.map(|it| it.fields);
            let fields = fields.unwrap_or_default();
            for theme in &plan.themes {
                let action = Action {
                    collection: "referral",
                    act: Act::Create,
                    territory: &codes,
                    theme: Some(theme),
                };
                if grants(version, &member.structure, &action).is_err() {
                    continue;
                }
                let wish = Wish {
                    themes: BTreeSet::from([theme.as_str()]),
                    zones: zone.as_deref().and_then(Zone::parse).into_iter().collect(),
                    ..Wish::default()
                };
                let helper = described(&fields, &wish.themes);
                let Ok(found) = fit(&wish, &helper, self.territory) else {
                    continue;
                };
                let is_theirs = offered_by == Some(member.structure);
                let score = found.score() + if is_theirs { OWN_OFFER } else { 0.0 };
                if best.get(theme).is_none_or(|(known, _)| score > *known) {
                    best.insert(theme.clone(), (score, member.structure));
                }
            }
        }
        let to = |theme: &String| best.get(theme).map_or(else_to, |(_, it)| *it);
        let all = plan.themes.iter();
        Ok(all.map(|theme| (theme.clone(), to(theme))).collect())
    }
}
