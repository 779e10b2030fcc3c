//! Closeness: where records are, seen from a place.

use std::fmt::Write as _;

use rusqlite::types::Value as Cell;

use super::commune::KM_PER_DEGREE;
use super::condition::Clause;
use super::error::ViewError;
use super::list::{Near, Part, Source};
use super::schema::{PlaceColumns, RecordTable};

/// Circles within which the nearest are looked for before all are measured, in kilometres.
pub(super) const CIRCLES_KM: [f64; 3] = [8.0, 25.0, 80.0];

/// Where records are, seen from a place: at their own coordinates, else at their commune's
/// centroid.
#[derive(Debug)]
pub(super) struct Place<'a> {
    pub(super) near: Near,
    pub(super) columns: PlaceColumns<'a>,
}

impl<'a> Place<'a> {
    pub(super) fn of(table: &'a RecordTable, near: Near) -> Result<Self, ViewError> {
        let columns = table.place().ok_or_else(|| ViewError::UnknownField {
            collection: table.collection.name.to_owned(),
            field: "insee_code".to_owned(),
        })?;
        Ok(Self { near, columns })
    }

    /// The distance of `t`, given what it is from its commune and where one looks from.
    pub(super) fn distance(&self, from_commune: &str, here: &str) -> String {
        match self.columns.point {
            Some((latitude, longitude)) => format!(
                "CASE WHEN t.\"{latitude}\" IS NOT NULL AND t.\"{longitude}\" IS NOT NULL THEN \
                 distance_km(t.\"{latitude}\", t.\"{longitude}\", {here}) ELSE {from_commune} END"
            ),
            None => from_commune.to_owned(),
        }
    }

    /// What fulfils `clause` at most so far away, or at any distance, known or not.
    ///
    /// Communes are measured once each, not once a record; both kinds of place have an index.
    pub(super) fn within(
        &self,
        table: &RecordTable,
        clause: &Clause,
        within_km: Option<f64>,
    ) -> Source {
        let Near {
            latitude,
            longitude,
            ..
        } = self.near;
        let commune = self.columns.commune;
        let (name, conditions) = (&table.name, &clause.sql);
        let measured = "distance_km(latitude, longitude, ?1, ?2)";
        // Parameters with a number stand in the first part of the statement, so that those of
        // the conditions are counted from after them.
        let mut parameters = vec![latitude, longitude];
        let Some(within) = within_km else {
            let parts = vec![Part {
                distance: self.distance("p.km", "?1, ?2"),
                from: format!(
                    "{name} t LEFT JOIN near p ON p.code = t.\"{commune}\" WHERE {conditions}"
                ),
            }];
            return Source {
                with: format!(
                    "WITH near (code, km) AS MATERIALIZED (SELECT code, {measured} FROM commune) "
                ),
                parameters: parameters_of(&parameters, clause, &parts),
                parts,
            };
        };
        let latitudes = within / KM_PER_DEGREE;
        let longitudes = latitudes / latitude.to_radians().cos().abs().max(0.01);
        parameters.extend([
            within,
            latitude - latitudes,
            latitude + latitudes,
            longitude - longitudes,
            longitude + longitudes,
        ]);
        let of_commune = format!("p.code = t.\"{commune}\"");
        // A few communes lead to their records, unless conditions leave fewer of these.
        let joined = if clause.parameters.is_empty() {
            format!("near p CROSS JOIN {name} t ON {of_commune}")
        } else {
            format!("{name} t CROSS JOIN near p ON {of_commune}")
        };
        let mut parts = Vec::new();
        let mut from = format!("{joined} WHERE {conditions}");
        if let Some((own_latitude, own_longitude)) = self.columns.point {
            let _ = write!(
                from,
                " AND (t.\"{own_latitude}\" IS NULL OR t.\"{own_longitude}\" IS NULL)"
            );
            let distance =
                format!("distance_km(t.\"{own_latitude}\", t.\"{own_longitude}\", ?1, ?2)");
            parts.push(Part {
                from: format!(
                    "{name} t WHERE {conditions} AND t.\"{own_latitude}\" BETWEEN ?4 AND ?5 \
                     AND t.\"{own_longitude}\" BETWEEN ?6 AND ?7 AND {distance} <= ?3"
                ),
                distance,
            });
        }
        parts.push(Part {
            distance: "p.km".into(),
            from,
        });
        Source {
            with: format!(
                "WITH near (code, km) AS MATERIALIZED (SELECT code, {measured} FROM commune \
                 WHERE latitude BETWEEN ?4 AND ?5 AND longitude BETWEEN ?6 AND ?7 \
                 AND {measured} <= ?3) "
            ),
            parameters: parameters_of(&parameters, clause, &parts),
            parts,
        }
    }
}

/// The numbered parameters, then those of the conditions of each part.
fn parameters_of(numbered: &[f64], clause: &Clause, parts: &[Part]) -> Vec<Cell> {
    let mut parameters: Vec<Cell> = numbered.iter().copied().map(Cell::Real).collect();
    for _ in parts {
        parameters.extend(clause.parameters.iter().cloned());
    }
    parameters
}
