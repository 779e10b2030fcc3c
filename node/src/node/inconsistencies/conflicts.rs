//! Two values where there should be one: of a field, of an opportunity entered twice, of a lead.

use std::collections::{BTreeMap, BTreeSet};

use sync_protocol::id::RecordId;

use super::{Inconsistency, command, flag, short};
use crate::api::ApiError;
use crate::matching::gate::CLOSED_STAGES;
use crate::node::duplicates::{Links, Pair};
use crate::node::member::Member;
use crate::registry::{Value as FieldValue, to_json};
use crate::view::{Record, Visit};

/// What two entries of one opportunity should agree on.
const AGREED: [&str; 5] = [
    "status",
    "price_min",
    "price_max",
    "rent_monthly",
    "insee_code",
];

/// Prices.
const PRICES: [&str; 3] = ["price_min", "price_max", "rent_monthly"];

// Two values of one field, then two records of one thing.
const TWO_PRICES: &str = "two_prices";
const TWO_STATES: &str = "two_states";
const TWO_LEADS: &str = "two_leads";
const TWO_VALUES: &str = "two_values";
const ONE_OPPORTUNITY_TWO_PRICES: &str = "one_opportunity_two_prices";
const ONE_OPPORTUNITY_TWO_STATES: &str = "one_opportunity_two_states";
const ONE_OPPORTUNITY_TWO_PLACES: &str = "one_opportunity_two_places";
const ONE_PROJECT_TWO_LEADS: &str = "one_project_two_leads";

impl Member {
    /// Fields that several people gave different values at once.
    pub(super) fn conflicts_to_resolve(&self) -> Result<Vec<Inconsistency>, ApiError> {
        let mut found = Vec::new();
        for conflict in self.reader.conflicts(None, None)? {
            let Some(record) = self.reader.get(&conflict.record)? else {
                continue;
            };
            let field = conflict.field.as_str();
            let code = match (record.collection.as_str(), field) {
                ("opportunity", field) if PRICES.contains(&field) => TWO_PRICES,
                ("opportunity", "status") => TWO_STATES,
                ("project", "lead_structure") => TWO_LEADS,
                _ => TWO_VALUES,
            };
            let values: Vec<_> = conflict
                .values
                .iter()
                .map(|it| to_json(&it.value))
                .collect();
            let by: BTreeSet<String> = conflict
                .values
                .iter()
                .filter_map(|it| it.node)
                .filter_map(|node| self.structure_of(&node))
                .map(|structure| self.name_of(&structure))
                .collect();
            let by: Vec<String> = by.into_iter().collect();
            let (collection, id) = (command(&record), short(&record));
            found.push(
                Inconsistency::new(code, self.known_as(&record))
                    .of(field)
                    .with("values", values)
                    .with("names", by.join(", "))
                    .by(&[&collection, "resolve", &id, &flag(field), "VALUE"]),
            );
        }
        Ok(found)
    }

    /// Opportunities that a person found to be one, and that do not say the same.
    pub(super) fn duplicates_that_differ(
        &self,
        links: &Links,
    ) -> Result<Vec<Inconsistency>, ApiError> {
        let mut found = Vec::new();
        for pair in links.confirmed() {
            let Some((a, b)) = self.standing(pair)? else {
                continue;
            };
            let fields: &[&str] = match a.collection.as_str() {
                "opportunity" => &AGREED,
                "project" => &["lead_structure"],
                _ => &[],
            };
            let of_no_interest = |record: &Record| {
                let status = record.fields.get("status");
                let is = |code: &str| status == Some(&FieldValue::Text(code.to_owned()));
                is("withdrawn") || is("filled")
            };
            if of_no_interest(&a) || of_no_interest(&b) {
                continue;
            }
            let both = |name: &str| a.fields.get(name).zip(b.fields.get(name));
            let differ = |name: &&&str| both(name).is_some_and(|(one, other)| one != other);
            for name in fields.iter().filter(differ) {
                let Some((one, other)) = both(name) else {
                    continue;
                };
                let code = match *name {
                    "status" => ONE_OPPORTUNITY_TWO_STATES,
                    "insee_code" => ONE_OPPORTUNITY_TWO_PLACES,
                    "lead_structure" => ONE_PROJECT_TWO_LEADS,
                    _ => ONE_OPPORTUNITY_TWO_PRICES,
                };
                let (collection, id) = (command(&a), short(&a));
                found.push(
                    Inconsistency::new(code, self.known_as(&a))
                        .of(name)
                        .with("other", self.known_as(&b))
                        .with("values", vec![to_json(one), to_json(other)])
                        .by(&[&collection, "set", &id, &flag(name), "VALUE"]),
                );
            }
        }
        Ok(found)
    }

    /// Pairs that one structure confirmed and another rejected.
    pub(super) fn disputed_duplicates(
        &self,
        links: &Links,
    ) -> Result<Vec<Inconsistency>, ApiError> {
        let mut found = Vec::new();
        for pair in links.disputed() {
            let Some((a, b)) = self.standing(pair)? else {
                continue;
            };
            let (one, other) = (short(&a), short(&b));
            found.push(
                Inconsistency::new("duplicate_disputed", self.known_as(&a))
                    .with("other", self.known_as(&b))
                    .by(&["duplicates", "confirm", &one, &other]),
            );
        }
        Ok(found)
    }

    fn standing(&self, pair: &Pair) -> Result<Option<(Record, Record)>, ApiError> {
        let stands = |id: &RecordId| -> Result<Option<Record>, ApiError> {
            Ok(self.reader.get(id)?.filter(|record| !record.removed))
        };
        Ok(stands(&pair.0)?.zip(stands(&pair.1)?))
    }

    /// Persons whose open projects have different leads: each has exactly one referent.
    pub(super) fn holders_with_two_leads(&self) -> Result<Vec<Inconsistency>, ApiError> {
        let mut leads: BTreeMap<String, BTreeMap<String, RecordId>> = BTreeMap::new();
        let visit = Visit {
            fields: &["holder", "lead_structure", "stage", "outcome"],
            given: Some("holder"),
            ..Visit::default()
        };
        self.reader.visit("project", &visit, |project| {
            let over = project
                .text(2)?
                .is_some_and(|it| CLOSED_STAGES.contains(&it));
            if over || project.text(3)?.is_some() {
                return Ok(());
            }
            if let (Some(holder), Some(lead)) = (project.text(0)?, project.text(1)?) {
                let of_holder = leads.entry(holder.to_owned()).or_default();
                of_holder.insert(lead.to_owned(), project.id()?);
            }
            Ok(())
        })?;
        let mut found = Vec::new();
        for of_holder in leads.values().filter(|it| it.len() > 1) {
            let names: Vec<String> = of_holder.keys().map(|id| self.title_of(id)).collect();
            let Some(project) = of_holder.values().next() else {
                continue;
            };
            let Some(record) = self.reader.get(project)? else {
                continue;
            };
            let id = short(&record);
            found.push(
                Inconsistency::new("holder_with_two_leads", self.known_as(&record))
                    .of("lead_structure")
                    .with("names", names.join(", "))
                    .by(&["project", "set", &id, "--lead-structure", "STRUCTURE"]),
            );
        }
        Ok(found)
    }

    /// What people call the record of this identity; the beginning of it where it is not here.
    pub(super) fn title_of(&self, id: &str) -> String {
        let record = id.parse().ok().and_then(|id| self.reader.get(&id).ok()?);
        record.map_or_else(
            || id.chars().take(8).collect(),
            |record| self.reader.title(&record),
        )
    }
}
