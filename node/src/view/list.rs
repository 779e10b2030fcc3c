//! Lists: conditions, closeness, order, pages.

use std::fmt::Write as _;

use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params, params_from_iter};

use super::columns::Storage;
use super::condition::{self, Clause};
use super::error::ViewError;
use super::near::{CIRCLES_KM, Place};
use super::read::{Reader, record_of};
use super::record::Record;
use super::schema::{READ_COLUMN_COUNT, RecordTable};
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
        let order = Order::of(table, list)?;
        let clause = conditions(table, list, &order)?;
        let place = list.near.map(|near| Place::of(table, near)).transpose()?;
        let limit = list.limit.unwrap_or(usize::MAX);
        let end = list.offset.saturating_add(limit);
        self.with(|connection| {
            // All statements see one state, whatever is written meanwhile.
            let _snapshot = connection.unchecked_transaction()?;
            let everywhere = Source::everywhere(table, &clause);
            let (source, chosen) = match (&place, &order) {
                (Some(place), order) if place.near.within_km.is_some() => {
                    let source = place.within(table, &clause, place.near.within_km);
                    let chosen = source.first(connection, order, end)?;
                    (source, chosen)
                }
                (Some(place), Order::Distance { descending }) => {
                    let mut chosen = Vec::new();
                    for circle in CIRCLES_KM {
                        // Whoever is nearest is nearest within a circle too, if enough are there.
                        if *descending || chosen.len() >= end || list.limit.is_none() {
                            break;
                        }
                        let source = place.within(table, &clause, Some(circle));
                        chosen = source.first(connection, &order, end)?;
                    }
                    if chosen.len() < end {
                        let source = place.within(table, &clause, None);
                        chosen = source.first(connection, &order, end)?;
                    }
                    (everywhere, chosen)
                }
                (_, order) => {
                    let chosen = everywhere.first(connection, order, end)?;
                    (everywhere, chosen)
                }
            };
            // Where fewer came than there is room for, they are all.
            let total = if chosen.len() < end {
                chosen.len() as u64
            } else {
                source.count(connection)?
            };
            let chosen = chosen.get(list.offset..).unwrap_or_default();
            Ok(Page {
                records: records(connection, table, place.as_ref(), chosen)?,
                total,
            })
        })
    }
}

/// The records of these numbers, in this order.
fn records(
    connection: &Connection,
    table: &RecordTable,
    place: Option<&Place<'_>>,
    numbers: &[i64],
) -> Result<Vec<Record>, ViewError> {
    let (join, distance) = match place {
        None => (String::new(), "NULL".to_owned()),
        Some(place) => {
            let commune = place.columns.commune;
            let join = format!(" LEFT JOIN commune p ON p.code = t.\"{commune}\"");
            let from_commune = "distance_km(p.latitude, p.longitude, ?2, ?3)";
            (join, place.distance(from_commune, "?2, ?3"))
        }
    };
    let sql = format!(
        "SELECT {}, {distance} FROM record r JOIN {} t ON t.record = r.number{join} \
         WHERE r.number = ?1",
        table.selected, table.name,
    );
    let mut select = connection.prepare_cached(&sql)?;
    let mut records = Vec::with_capacity(numbers.len());
    for number in numbers {
        let mut rows = match place {
            Some(Place { near, .. }) => {
                select.query(params![number, near.latitude, near.longitude])?
            }
            None => select.query([number])?,
        };
        let Some(row) = rows.next()? else { continue };
        let record = record_of(connection, row, Some(table))?;
        records.push(Record {
            distance_km: row.get(READ_COLUMN_COUNT + table.columns.len())?,
            ..record
        });
    }
    Ok(records)
}

/// All conditions of a list in one.
fn conditions(table: &RecordTable, list: &List, order: &Order) -> Result<Clause, ViewError> {
    let mut all = Clause {
        sql: "1".into(),
        parameters: Vec::new(),
    };
    if !list.removed_too {
        // Hardly any record is removed: an index shall be chosen for this only where it gives the
        // order as well. The sign hides it from SQLite's planner.
        let is_whole = list.conditions.is_empty() && list.near.is_none();
        let hidden = if is_whole && order.is_indexed() {
            ""
        } else {
            "+"
        };
        all.sql = format!("{hidden}t._removed = 0");
    }
    if let Some(surplus) = list.conditions.get(condition::MAX_CONDITIONS) {
        return Err(ViewError::MalformedCondition {
            condition: surplus.clone(),
        });
    }
    for condition in &list.conditions {
        let clause = condition::parse(table, condition)?;
        let _ = write!(all.sql, " AND {}", clause.sql);
        all.parameters.extend(clause.parameters);
    }
    Ok(all)
}

/// Where a list's rows come from, as SQL: `t` is the collection's table.
#[derive(Debug)]
pub(super) struct Source {
    /// Stands before the statement.
    pub(super) with: String,
    /// No record belongs to two parts.
    pub(super) parts: Vec<Part>,
    pub(super) parameters: Vec<Cell>,
}

#[derive(Debug)]
pub(super) struct Part {
    /// How far a record is.
    pub(super) distance: String,
    /// What follows `FROM`, conditions included.
    pub(super) from: String,
}

impl Source {
    fn everywhere(table: &RecordTable, clause: &Clause) -> Self {
        Self {
            with: String::new(),
            parts: vec![Part {
                distance: "NULL".into(),
                from: format!("{} t WHERE {}", table.name, clause.sql),
            }],
            parameters: clause.parameters.clone(),
        }
    }

    /// The numbers of the first records.
    fn first(
        &self,
        connection: &Connection,
        order: &Order,
        count: usize,
    ) -> Result<Vec<i64>, ViewError> {
        let limit = Cell::Integer(i64::try_from(count).unwrap_or(i64::MAX));
        let parameters = self.parameters.iter().chain(std::iter::once(&limit));
        let mut select = connection.prepare_cached(&self.statement(order))?;
        let numbers = select.query_map(params_from_iter(parameters), |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    fn statement(&self, order: &Order) -> String {
        let mut sql = self.with.clone();
        let direction = order.direction();
        let select = |sql: &mut String, part: &Part| {
            let key = match order {
                Order::Distance { .. } => &part.distance,
                Order::Key { sql, .. } => sql,
            };
            let from = &part.from;
            let _ = write!(
                sql,
                "SELECT t.record AS record, {key} AS sorted, t._id AS id FROM {from}"
            );
        };
        if let [part] = self.parts.as_slice() {
            select(&mut sql, part);
        } else {
            sql.push_str("SELECT record FROM (");
            for (place, part) in self.parts.iter().enumerate() {
                sql.push_str(if place == 0 { "" } else { " UNION ALL " });
                select(&mut sql, part);
            }
            sql.push(')');
        }
        let _ = write!(sql, " ORDER BY sorted {direction}, id LIMIT ?");
        sql
    }

    fn count(&self, connection: &Connection) -> Result<u64, ViewError> {
        let mut select = connection.prepare_cached(&self.counting())?;
        let count: i64 = select.query_row(params_from_iter(&self.parameters), |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    fn counting(&self) -> String {
        let mut sql = format!("{}SELECT ", self.with);
        for (place, Part { from, .. }) in self.parts.iter().enumerate() {
            let plus = if place == 0 { "" } else { " + " };
            let _ = write!(sql, "{plus}(SELECT count(*) FROM {from})");
        }
        sql
    }
}

/// What a list is sorted by; the identity decides between equals.
#[derive(Debug)]
enum Order {
    Distance { descending: bool },
    Key { sql: String, descending: bool },
}

impl Order {
    fn of(table: &RecordTable, list: &List) -> Result<Self, ViewError> {
        let measured = list.near.is_some();
        let Some(sort) = &list.sort else {
            return Ok(if measured {
                Self::Distance { descending: false }
            } else {
                Self::Key {
                    sql: "t._changed".into(),
                    descending: true,
                }
            });
        };
        let descending = sort.descending;
        let sql = match sort.by.as_str() {
            "distance" if measured => return Ok(Self::Distance { descending }),
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
        Ok(Self::Key { sql, descending })
    }

    /// Whether an index gives all records in this order.
    fn is_indexed(&self) -> bool {
        matches!(self, Self::Key { sql, .. } if sql == "t._changed" || sql == "t._title")
    }

    const fn direction(&self) -> &'static str {
        let (Self::Distance { descending } | Self::Key { descending, .. }) = self;
        if *descending {
            "DESC NULLS LAST"
        } else {
            "ASC NULLS LAST"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Reader;
    use crate::view::tests::{of_registry, plan_of};

    /// How SQLite goes about a list's two statements.
    fn plan(reader: &Reader, list: &List) -> String {
        let table = reader.table("opportunity").unwrap();
        let order = Order::of(table, list).unwrap();
        let clause = conditions(table, list, &order).unwrap();
        let source = match list.near {
            Some(near) => Place::of(table, near)
                .unwrap()
                .within(table, &clause, near.within_km),
            None => Source::everywhere(table, &clause),
        };
        plan_of(reader, &source.statement(&order)) + &plan_of(reader, &source.counting())
    }

    #[test]
    fn lists_are_answered_from_indexes_and_never_read_every_row() {
        let folder = tempfile::tempdir().unwrap();
        let reader = of_registry(folder.path());
        let near = Some(Near {
            latitude: 45.5,
            longitude: 3.7,
            within_km: Some(20.0),
        });
        let list = |conditions: &[&str], sort: Option<&str>, near| List {
            conditions: conditions.iter().map(|it| (*it).to_owned()).collect(),
            sort: sort.map(Sort::parse),
            near,
            ..List::default()
        };
        for (list, index) in [
            (list(&[], None, None), "by_change"),
            (list(&[], Some("title"), None), "by_title"),
            (list(&[], Some("-price"), None), "short"),
            (list(&["kind=premises"], None, None), "short (kind=?)"),
            (
                list(&["kind=land|premises"], Some("price"), None),
                "short (kind=?)",
            ),
            (list(&["price_max<=90000"], None, None), "short"),
            (
                list(&["insee_code=63003"], None, None),
                "by_commune (insee_code=?",
            ),
            (list(&["title~pain"], Some("title"), None), "by_title"),
            (list(&["kind=land"], None, near), "short (kind=?)"),
            (list(&[], None, near), "by_commune (insee_code=?"),
            (list(&[], None, near), "by_place (latitude>? AND latitude<?"),
        ] {
            let plan = plan(&reader, &list);
            assert!(
                plan.contains(&format!("COVERING INDEX row_opportunity_{index}")),
                "{list:?}\n{plan}"
            );
            let rows = plan.lines().filter(|line| line.contains(" t"));
            for line in rows {
                assert!(line.contains("COVERING INDEX"), "{list:?}\n{plan}");
            }
        }
    }
}
