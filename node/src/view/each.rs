//! All records of a collection, one after another, and the mark by which to know that any changed.

use rusqlite::params_from_iter;

use super::condition;
use super::error::ViewError;
use super::read::{Reader, record_of};
use super::record::Record;

impl Reader {
    /// Shows every record of a collection that is not removed and fulfils all `conditions` to
    /// `each`, in no order; none is kept.
    ///
    /// # Errors
    /// Unknown collection or field, a condition that is not understood, an unreadable read model.
    pub(crate) fn each(
        &self,
        collection: &str,
        conditions: &[&str],
        mut each: impl FnMut(Record),
    ) -> Result<(), ViewError> {
        let table = self.table(collection)?;
        let mut sql = format!(
            "SELECT {} FROM {} t JOIN record r ON r.number = t.record WHERE +t._removed = 0",
            table.selected, table.name
        );
        let mut parameters = Vec::new();
        for condition in conditions {
            let clause = condition::parse(table, condition)?;
            sql.push_str(" AND ");
            sql.push_str(&clause.sql);
            parameters.extend(clause.parameters);
        }
        self.with(|connection| {
            let mut select = connection.prepare_cached(&sql)?;
            let mut rows = select.query(params_from_iter(&parameters))?;
            while let Some(row) = rows.next()? {
                each(record_of(connection, row, Some(table))?);
            }
            Ok(())
        })
    }

    /// A number that grows whenever the read model followed a journal further: the same number, the
    /// same registry. Costs a look at one short row a journal.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn version(&self) -> Result<u64, ViewError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT coalesce(sum(position), 0) FROM author")?;
            let sum: i64 = select.query_row([], |row| row.get(0))?;
            Ok(sum.cast_unsigned())
        })
    }
}
