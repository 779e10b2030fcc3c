//! Lists: conditions, closeness, order, pages.

use std::fmt::Write as _;

use rusqlite::params_from_iter;
use rusqlite::types::Value as Cell;

use super::columns::Storage;
use super::commune::KM_PER_DEGREE;
use super::condition::{self, Clause};
use super::error::ViewError;
use super::read::{Reader, record_of};
use super::record::Record;
use super::schema::RecordTable;
use crate::registry::FieldKind;

/// What a list shall hold.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Conditions as people type them, all of which hold: `price_max<=90000`.
    pub conditions: Vec<String>,
    /// The place that distances are measured from.
    pub near: Option<Near>,
    /// The order; without one the nearest first, else the last changed first.
    pub sort: Option<Sort>,
    /// How many at most.
    pub limit: Option<usize>,
    /// How many to leave out at the beginning.
    pub offset: usize,
    /// Removed records too.
    pub removed_too: bool,
}

/// A place to measure from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Latitude in degrees.
    pub latitude: f64,
    /// Longitude in degrees.
    pub longitude: f64,
    /// How far a record may be.
    pub within_km: Option<f64>,
}

/// An order: a field, `distance`, `created_on` or `changed_on`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// What is compared; `price` stands for `price_max` where there is no field of that name.
    pub by: String,
    /// Greatest first.
    pub descending: bool,
}

impl Sort {
    /// Reads `price`, `-price`, `price desc` or `price:desc`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let (by, word) = text.split_once([' ', ':']).unwrap_or((text, ""));
        let descending = by.starts_with('-') || word.trim().eq_ignore_ascii_case("desc");
        Self {
            by: by.trim_start_matches('-').trim().replace('-', "_"),
            descending,
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The records of this page, in order.
    pub records: Vec<Record>,
    /// How many records the list has in all.
    pub total: u64,
}

impl Reader {
    /// The records of a collection that a list asks for.
    ///
    /// # Errors
    /// Unknown collection or field, a condition that is not understood.
    pub fn list(&self, collection: &str, list: &List) -> Result<Page, ViewError> {
        let table = self.table(collection)?;
        let source = Source::of(table, list)?;
        let order = order(table, list, source.distance.is_some())?;
        let limit = list.limit.unwrap_or(usize::MAX);
        self.with(|connection| {
            // All statements see one state, whatever is written meanwhile.
            let _snapshot = connection.unchecked_transaction()?;
            let distance = source.distance.as_deref().unwrap_or("NULL");
            let mut sql = format!(
                "SELECT t.record, {distance} AS distance FROM {} ORDER BY {order}",
                source.from
            );
            let mut parameters = source.distance_parameters.clone();
            parameters.extend(source.parameters.iter().cloned());
            // Where every record is wanted an index counts them; else one scan both counts and
            // chooses, since finding what fits costs more than passing it over.
            let mut total = None;
            if source.is_whole {
                let count = format!("SELECT count(*) FROM {}", source.from);
                let count: i64 = connection
                    .prepare_cached(&count)?
                    .query_row([], |row| row.get(0))?;
                total = Some(count.cast_unsigned());
                sql.push_str(" LIMIT ?");
                let end = list.offset.saturating_add(limit);
                parameters.push(Cell::Integer(i64::try_from(end).unwrap_or(i64::MAX)));
            }
            let mut select = connection.prepare_cached(&sql)?;
            let mut rows = select.query(params_from_iter(parameters))?;
            let (mut chosen, mut place) = (Vec::new(), 0usize);
            while let Some(row) = rows.next()? {
                if place >= list.offset && chosen.len() < limit {
                    chosen.push((row.get::<_, i64>(0)?, row.get::<_, Option<f64>>(1)?));
                }
                place += 1;
            }
            drop(rows);
            let sql = format!(
                "SELECT {} FROM record r JOIN {} t ON t.record = r.number WHERE r.number = ?1",
                table.selected, table.name,
            );
            let mut select = connection.prepare_cached(&sql)?;
            let mut records = Vec::with_capacity(chosen.len());
            for (number, distance_km) in chosen {
                let mut rows = select.query([number])?;
                let Some(row) = rows.next()? else { continue };
                let record = record_of(connection, row, Some(table))?;
                records.push(Record {
                    distance_km,
                    ..record
                });
            }
            Ok(Page {
                records,
                total: total.unwrap_or(place as u64),
            })
        })
    }
}

/// Where a list's rows come from.
#[derive(Debug)]
struct Source {
    from: String,
    parameters: Vec<Cell>,
    distance: Option<String>,
    distance_parameters: Vec<Cell>,
    /// Whether every record that is not removed belongs to it.
    is_whole: bool,
}

impl Source {
    fn of(table: &RecordTable, list: &List) -> Result<Self, ViewError> {
        let mut from = format!("{} t", table.name);
        let mut clauses = Vec::new();
        if !list.removed_too {
            clauses.push(Clause {
                sql: "t._removed = 0".into(),
                parameters: Vec::new(),
            });
        }
        for condition in &list.conditions {
            clauses.push(condition::parse(table, condition)?);
        }
        let mut distance = None;
        let mut distance_parameters = Vec::new();
        if let Some(near) = &list.near {
            let place = Place::of(table)?;
            let _ = write!(from, "{}", place.join);
            let here = [Cell::Real(near.latitude), Cell::Real(near.longitude)];
            let measured = format!("distance_km({}, {}, ?, ?)", place.latitude, place.longitude);
            if let Some(within) = near.within_km {
                let latitudes = within / KM_PER_DEGREE;
                let longitudes = latitudes / near.latitude.to_radians().cos().abs().max(0.01);
                clauses.push(Clause {
                    sql: format!(
                        "{} BETWEEN ? AND ? AND {} BETWEEN ? AND ? AND {measured} <= ?",
                        place.latitude, place.longitude
                    ),
                    parameters: [
                        near.latitude - latitudes,
                        near.latitude + latitudes,
                        near.longitude - longitudes,
                        near.longitude + longitudes,
                        near.latitude,
                        near.longitude,
                        within,
                    ]
                    .map(Cell::Real)
                    .to_vec(),
                });
            }
            distance = Some(measured);
            distance_parameters = here.to_vec();
        }
        let mut parameters = Vec::new();
        for (place, clause) in clauses.into_iter().enumerate() {
            let _ = write!(
                from,
                " {} {}",
                if place == 0 { "WHERE" } else { "AND" },
                clause.sql
            );
            parameters.extend(clause.parameters);
        }
        let is_whole = list.conditions.is_empty() && list.near.is_none();
        Ok(Self {
            from,
            parameters,
            distance,
            distance_parameters,
            is_whole,
        })
    }
}

/// Where a record is: at its own coordinates, else at its commune's centroid.
struct Place {
    join: String,
    latitude: String,
    longitude: String,
}

impl Place {
    fn of(table: &RecordTable) -> Result<Self, ViewError> {
        let column = |wanted: &dyn Fn(&FieldKind, &str) -> bool| {
            table
                .columns
                .iter()
                .find(|column| wanted(&column.field.kind, column.field.name))
                .map(|column| column.name.clone())
        };
        let commune = column(&|kind, _| *kind == FieldKind::Commune);
        let latitude = column(&|_, name| name == "latitude");
        let longitude = column(&|_, name| name == "longitude");
        let join =
            commune.map(|commune| format!(" LEFT JOIN commune p ON p.code = t.\"{commune}\""));
        let (latitude, longitude) = match (latitude, longitude, &join) {
            (Some(latitude), Some(longitude), Some(_)) => (
                format!("coalesce(t.\"{latitude}\", p.latitude)"),
                format!("coalesce(t.\"{longitude}\", p.longitude)"),
            ),
            (Some(latitude), Some(longitude), None) => {
                (format!("t.\"{latitude}\""), format!("t.\"{longitude}\""))
            }
            (_, _, Some(_)) => ("p.latitude".to_owned(), "p.longitude".to_owned()),
            (_, _, None) => {
                return Err(ViewError::UnknownField {
                    collection: table.collection.name.to_owned(),
                    field: "insee_code".to_owned(),
                });
            }
        };
        Ok(Self {
            join: join.unwrap_or_default(),
            latitude,
            longitude,
        })
    }
}

fn order(table: &RecordTable, list: &List, measured: bool) -> Result<String, ViewError> {
    let Some(sort) = &list.sort else {
        return Ok(if measured {
            "distance IS NULL, distance, t._id".to_owned()
        } else {
            "t._changed DESC, t._id".to_owned()
        });
    };
    let direction = if sort.descending { "DESC" } else { "ASC" };
    let expression = match sort.by.as_str() {
        "distance" if measured => "distance".to_owned(),
        "changed_on" => "t._changed".to_owned(),
        "created_on" => "(SELECT created_at FROM record WHERE number = t.record)".to_owned(),
        by if by == table.collection.title => "t._title".to_owned(),
        by => {
            let names = [by.to_owned(), format!("{by}_max"), format!("{by}_min")];
            let column = names
                .iter()
                .find_map(|name| {
                    let matches = |column: &&super::columns::Column| {
                        column.field.name == name || column.name == *name
                    };
                    table.columns.iter().find(matches)
                })
                .ok_or_else(|| ViewError::UnknownField {
                    collection: table.collection.name.to_owned(),
                    field: by.to_owned(),
                })?;
            match (column.storage, column.field.kind) {
                (Storage::Text, FieldKind::Text(_) | FieldKind::Prose(_)) => {
                    format!("fold(t.\"{}\")", column.name)
                }
                _ => format!("t.\"{}\"", column.name),
            }
        }
    };
    Ok(format!("{expression} {direction} NULLS LAST, t._id"))
}
