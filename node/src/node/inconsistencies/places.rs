//! Communes whose code was closed, and records in places where they should not be.
//!
//! Each code is looked at once, however many records have it.

use sync_protocol::id::RecordId;

use super::{Inconsistency, command, flag, short};
use crate::api::ApiError;
use crate::matching::zone::{Zone, holds_code};
use crate::node::member::Member;
use crate::registry::field::Rule;
use crate::registry::{COLLECTIONS, Collection, Field, FieldKind, Value as FieldValue};
use crate::territory::France;
use crate::view::{Record, Visit};

/// Of one code so many records are told.
const MOST_OF_A_CODE: usize = 100;

impl Member {
    /// Every commune, or zone, that is not one of today, or not one of the territory.
    pub(super) fn places_astray(&self) -> Result<Vec<Inconsistency>, ApiError> {
        let mut found = Vec::new();
        for declared in COLLECTIONS {
            for field in declared.fields {
                match field.kind {
                    FieldKind::Commune => self.communes_astray(declared, field, &mut found)?,
                    FieldKind::Zone | FieldKind::ZoneList => {
                        self.zones_astray(declared, field, &mut found)?;
                    }
                    _ => {}
                }
            }
        }
        self.outside_their_owner(&mut found)?;
        Ok(found)
    }

    fn communes_astray(
        &self,
        declared: &Collection,
        field: &Field,
        found: &mut Vec<Inconsistency>,
    ) -> Result<(), ApiError> {
        for (code, _) in self.reader.values_of(declared.name, field.name)? {
            let successor = successor(&code);
            let outside = field.rule == Some(Rule::InTerritory) && !self.territory.contains(&code);
            if successor.is_none() && !outside {
                continue;
            }
            for id in self.records_with(declared.name, field.name, &code)? {
                let Some(record) = self.reader.get(&id)? else {
                    continue;
                };
                found.push(match successor {
                    Some(today) => self.closed_code(&record, field, &code, today),
                    None => {
                        let (collection, id) = (command(&record), short(&record));
                        Inconsistency::new("outside_territory", self.known_as(&record))
                            .of(field.name)
                            .with("code", code.as_str())
                            .by(&[&collection, "set", &id, &flag(field.name), "COMMUNE"])
                    }
                });
            }
        }
        Ok(())
    }

    fn zones_astray(
        &self,
        declared: &Collection,
        field: &Field,
        found: &mut Vec<Inconsistency>,
    ) -> Result<(), ApiError> {
        for (zones, _) in self.reader.values_of(declared.name, field.name)? {
            // Lists are joined in their column; no zone holds the sign between them.
            let closed = zones.split('|').find_map(|zone| {
                let code = zone.strip_prefix("insee:")?;
                Some((code, successor(code)?))
            });
            let Some((code, today)) = closed else {
                continue;
            };
            for id in self.records_with(declared.name, field.name, &zones)? {
                if let Some(record) = self.reader.get(&id)? {
                    found.push(self.closed_zone(&record, field, code, today));
                }
            }
        }
        Ok(())
    }

    fn records_with(
        &self,
        collection: &str,
        field: &str,
        value: &str,
    ) -> Result<Vec<RecordId>, ApiError> {
        let mut ids = Vec::new();
        let visit = Visit {
            one_of: &[(field, &[value])],
            limit: Some(MOST_OF_A_CODE),
            ..Visit::default()
        };
        self.reader.visit(collection, &visit, |seen| {
            ids.push(seen.id()?);
            Ok(())
        })?;
        Ok(ids)
    }

    fn closed_code(
        &self,
        record: &Record,
        field: &Field,
        code: &str,
        today: &str,
    ) -> Inconsistency {
        let (collection, id) = (command(record), short(record));
        Inconsistency::new("closed_commune", self.known_as(record))
            .of(field.name)
            .with("code", code)
            .with("today", today)
            .by(&[&collection, "set", &id, &flag(field.name), today])
    }

    fn closed_zone(
        &self,
        record: &Record,
        field: &Field,
        code: &str,
        today: &str,
    ) -> Inconsistency {
        let (collection, id) = (command(record), short(record));
        // The whole list is given anew: what was chosen beside the closed one stays.
        let renewed = match record.fields.get(field.name) {
            Some(FieldValue::Set(zones)) => {
                let zones = zones.iter().map(|zone| renewed(zone, code, today));
                zones.collect::<Vec<_>>().join("|")
            }
            _ => format!("insee:{today}"),
        };
        Inconsistency::new("closed_commune", self.known_as(record))
            .of(field.name)
            .with("code", code)
            .with("today", today)
            .by(&[&collection, "set", &id, &flag(field.name), &renewed])
    }

    /// Opportunities in communes that are not of their owner's area, where it names one.
    fn outside_their_owner(&self, found: &mut Vec<Inconsistency>) -> Result<(), ApiError> {
        let charter = self.charter();
        for member in &charter.current().1.members {
            let its_record = self.structure_record(&member.structure);
            let record = self.reader.get(&its_record)?;
            let area = record.as_ref().and_then(|it| it.fields.get("service_area"));
            let Some(FieldValue::Set(area)) = area else {
                continue;
            };
            let zones: Vec<Zone<'_>> = area.iter().filter_map(|zone| Zone::parse(zone)).collect();
            let mut astray: Vec<(RecordId, String)> = Vec::new();
            let visit = Visit {
                fields: &["insee_code", "status"],
                owner: Some(member.structure),
                ..Visit::default()
            };
            self.reader.visit("opportunity", &visit, |seen| {
                let gone = matches!(seen.text(1)?, Some("filled" | "withdrawn"));
                let Some(code) = seen.text(0)?.filter(|_| !gone) else {
                    return Ok(());
                };
                let within = |zone: &Zone<'_>| holds_code(*zone, code, self.territory);
                if astray.len() < MOST_OF_A_CODE && !zones.iter().any(within) {
                    astray.push((seen.id()?, code.to_owned()));
                }
                Ok(())
            })?;
            for (id, code) in astray {
                let Some(record) = self.reader.get(&id)? else {
                    continue;
                };
                let id = short(&record);
                found.push(
                    Inconsistency::new("outside_area_of_owner", self.known_as(&record))
                        .of("insee_code")
                        .with("code", code)
                        .with("name", member.name.as_str())
                        .by(&["opportunity", "show", &id]),
                );
            }
        }
        Ok(())
    }
}

/// The code that stands today for a closed one.
fn successor(code: &str) -> Option<&'static str> {
    France::embedded().commune(code)?.successor
}

fn renewed(zone: &str, code: &str, today: &str) -> String {
    match zone.strip_prefix("insee:") {
        Some(other) if other == code => format!("insee:{today}"),
        _ => zone.to_owned(),
    }
}
