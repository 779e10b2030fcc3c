//! Some columns of many records, seen one after another and not kept.
//!
//! For what looks at thousands of records to choose a few: a record is only made of those chosen.
//! Short columns under a condition on the first of them come from one index
//! ([`super::schema`]), so that no row is read.

use std::fmt::Write as _;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, params_from_iter};
use sync_protocol::id::{RecordId, StructureId};

use super::error::ViewError;
use super::read::Reader;
use super::schema::RecordTable;

/// Which records are seen, and what of them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Visit<'a> {
    /// The fields that are read, by name.
    pub(crate) fields: &'a [&'a str],
    /// A record's field is one of these texts; all conditions hold.
    pub(crate) one_of: &'a [(&'a str, &'a [&'a str])],
    /// The field has a value.
    pub(crate) given: Option<&'a str>,
    /// Only records that this structure owns.
    pub(crate) owner: Option<StructureId>,
    /// No more than so many.
    pub(crate) limit: Option<usize>,
}

/// One record, as it is seen.
#[derive(Debug)]
pub(crate) struct Seen<'r> {
    row: &'r Row<'r>,
}

impl Seen<'_> {
    /// Its identity.
    pub(crate) fn id(&self) -> Result<RecordId, ViewError> {
        Ok(RecordId(self.row.get(0)?))
    }

    fn cell(&self, place: usize) -> Result<ValueRef<'_>, ViewError> {
        Ok(self.row.get_ref(place + 1)?)
    }

    /// The text in the field at this place of [`Visit::fields`].
    pub(crate) fn text(&self, place: usize) -> Result<Option<&str>, ViewError> {
        Ok(self.cell(place)?.as_str().ok())
    }

    /// The codes of the list there, which no `|` is part of.
    pub(crate) fn codes(&self, place: usize) -> Result<impl Iterator<Item = &str>, ViewError> {
        Ok(self.text(place)?.into_iter().flat_map(|it| it.split('|')))
    }

    /// The whole number there.
    pub(crate) fn integer(&self, place: usize) -> Result<Option<i64>, ViewError> {
        Ok(self.cell(place)?.as_i64().ok())
    }

    /// The decimal number there.
    pub(crate) fn decimal(&self, place: usize) -> Result<Option<f64>, ViewError> {
        Ok(self.cell(place)?.as_f64().ok())
    }
}

impl Reader {
    /// Shows the records of a collection that are not removed to `each`, in no order.
    ///
    /// # Errors
    /// Unknown collection or field, what `each` fails with, an unreadable read model.
    pub(crate) fn visit(
        &self,
        collection: &str,
        visit: &Visit<'_>,
        mut each: impl FnMut(&Seen<'_>) -> Result<(), ViewError>,
    ) -> Result<(), ViewError> {
        let table = self.table(collection)?;
        let sql = statement(table, visit)?;
        let texts = visit.one_of.iter().flat_map(|(_, texts)| texts.iter());
        let texts = texts.map(|text| ValueRef::Text(text.as_bytes()));
        let owner = visit.owner.map(|owner| owner.0);
        let owner = owner.iter().map(|owner| ValueRef::Blob(owner));
        let bound = texts.chain(owner).map(ToSqlOutput::Borrowed);
        self.with(|connection| {
            let mut select = connection.prepare_cached(&sql)?;
            let mut rows = select.query(params_from_iter(bound))?;
            while let Some(row) = rows.next()? {
                each(&Seen { row })?;
            }
            Ok(())
        })
    }

    /// Every value of a field with how many records have it, of those that are not removed.
    ///
    /// # Errors
    /// Unknown collection or field, an unreadable read model.
    pub(crate) fn values_of(
        &self,
        collection: &str,
        field: &str,
    ) -> Result<Vec<(String, u64)>, ViewError> {
        let table = self.table(collection)?;
        let name = column(table, field)?;
        // The index by commune begins with it and says what is removed.
        let sql = format!(
            "SELECT t.\"{name}\", count(*) FROM {} t WHERE t.\"{name}\" IS NOT NULL \
             AND +t._removed = 0 GROUP BY t.\"{name}\"",
            table.name
        );
        self.with(|connection| {
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map([], |row| {
                Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

fn column<'t>(table: &'t RecordTable, field: &str) -> Result<&'t str, ViewError> {
    let mut columns = table.columns.iter();
    let found = columns.find(|column| column.field.name == field);
    let found = found.ok_or_else(|| ViewError::UnknownField {
        collection: table.collection.name.to_owned(),
        field: field.to_owned(),
    })?;
    Ok(&found.name)
}

fn statement(table: &RecordTable, visit: &Visit<'_>) -> Result<String, ViewError> {
    let mut sql = String::from("SELECT t._id");
    for field in visit.fields {
        let _ = write!(sql, ", t.\"{}\"", column(table, field)?);
    }
    // Hardly any record is removed: the sign keeps SQLite from an index that begins with that.
    let _ = write!(sql, " FROM {} t WHERE +t._removed = 0", table.name);
    for (field, texts) in visit.one_of {
        let name = column(table, field)?;
        let places = vec!["?"; texts.len()].join(", ");
        let _ = write!(sql, " AND t.\"{name}\" IN ({places})");
    }
    if let Some(field) = visit.given {
        let _ = write!(sql, " AND t.\"{}\" IS NOT NULL", column(table, field)?);
    }
    if visit.owner.is_some() {
        sql.push_str(" AND (SELECT owner FROM record WHERE number = t.record) = ?");
    }
    if let Some(limit) = visit.limit {
        let _ = write!(sql, " LIMIT {limit}");
    }
    Ok(sql)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::tests::{of_registry, plan_of};

    /// How SQLite goes about it.
    fn plan(reader: &Reader, collection: &str, visit: &Visit<'_>) -> String {
        let sql = statement(reader.table(collection).unwrap(), visit).unwrap();
        plan_of(reader, &sql)
    }

    #[test]
    fn gates_are_looked_up_in_indexes() {
        let folder = tempfile::tempdir().unwrap();
        let reader = of_registry(folder.path());
        let kinds: &[&str] = &["premises", "land"];
        let offers = Visit {
            fields: &["insee_code", "naf_code", "price_max", "available_from"],
            one_of: &[("kind", kinds), ("status", &["published"])],
            ..Visit::default()
        };
        let seek = "COVERING INDEX row_opportunity_short (kind=? AND status=?)";
        assert!(plan(&reader, "opportunity", &offers).contains(seek));
        let open = Visit {
            fields: &["stage", "outcome", "target_zones", "arrival_on"],
            ..Visit::default()
        };
        let planned = plan(&reader, "project", &open);
        assert!(
            planned.contains("COVERING INDEX row_project_short"),
            "{planned}"
        );
        let near = Visit {
            fields: &["theme"],
            one_of: &[("theme", &["health"]), ("insee_code", &["63003", "63430"])],
            limit: Some(1),
            ..Visit::default()
        };
        let seek = "COVERING INDEX row_local_service_short (theme=? AND insee_code=?)";
        let planned = plan(&reader, "local_service", &near);
        assert!(planned.contains(seek), "{planned}");
        let sent = Visit {
            fields: &["sent_on", "answered_on"],
            one_of: &[("to_structure", &["00"])],
            ..Visit::default()
        };
        let planned = plan(&reader, "referral", &sent);
        assert!(planned.contains("row_referral_by_receiver"), "{planned}");
        for (collection, field) in super::super::schema::LOOKED_UP {
            let of_one = Visit {
                one_of: &[(field, &["00"])],
                ..Visit::default()
            };
            let planned = plan(&reader, collection, &of_one);
            let index = format!("row_{collection}_by_{field}");
            assert!(planned.contains(&index), "{planned}");
        }
        let nobody = Visit {
            fields: &["nothing_of_the_kind"],
            ..Visit::default()
        };
        let failed = reader.visit("referral", &nobody, |_| Ok(()));
        assert!(matches!(failed, Err(ViewError::UnknownField { .. })));
        assert!(
            reader
                .values_of("opportunity", "insee_code")
                .unwrap()
                .is_empty()
        );
    }
}
