//! What was created, changed or removed since an instant.

use rusqlite::params;
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::error::ViewError;
use super::read::Reader;
use super::record::Stamp;

/// How many records of one collection were touched since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Created since, and still there.
    pub created: u64,
    /// There before, changed since.
    pub changed: u64,
    /// Removed since.
    pub removed: u64,
}

/// A record that was touched since.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The record.
    pub record: RecordId,
    /// Its owner.
    pub owner: StructureId,
    /// When it was created, as its author claims.
    pub created: Timestamp,
    /// When it was last changed, and by which node.
    pub changed: Stamp,
    /// Whether it is removed.
    pub removed: bool,
    /// What names it to people.
    pub title: Option<String>,
}

impl Reader {
    /// What was touched in a collection at `since` or later, as authors claim: how many records, and
    /// the last `limit` of them, the latest first.
    ///
    /// # Errors
    /// Unknown collection; the read model cannot be read.
    pub fn touched(
        &self,
        collection: &str,
        since: Timestamp,
        limit: usize,
    ) -> Result<(Touched, Vec<Change>), ViewError> {
        let table = self.table(collection)?;
        let title = table.collection.title;
        let table = &table.name;
        let since = since.0.cast_signed();
        self.with(|connection| {
            let _snapshot = connection.unchecked_transaction()?;
            let mut count = connection.prepare_cached(&format!(
                "SELECT t._removed, r.created_at >= ?1, count(*) FROM {table} t \
                 JOIN record r ON r.number = t.record \
                 WHERE t._removed IN (0, 1) AND t._changed >= ?1 GROUP BY 1, 2"
            ))?;
            let rows = count.query_map([since], |row| {
                Ok((
                    row.get::<_, bool>(0)?,
                    row.get::<_, bool>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            })?;
            let mut touched = Touched::default();
            for row in rows {
                let (removed, new, records) = row?;
                let counted = match (removed, new) {
                    (true, _) => &mut touched.removed,
                    (false, true) => &mut touched.created,
                    (false, false) => &mut touched.changed,
                };
                *counted += records.cast_unsigned();
            }
            let mut select = connection.prepare_cached(&format!(
                "SELECT r.id, r.owner, r.created_at, t._changed, \
                 (SELECT node FROM author WHERE number = r.changed_by), t._removed, t.\"{title}\" \
                 FROM {table} t JOIN record r ON r.number = t.record \
                 WHERE t._removed IN (0, 1) AND t._changed >= ?1 \
                 ORDER BY t._changed DESC, t._id LIMIT ?2"
            ))?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = select.query_map(params![since, limit], |row| {
                let time = |place| {
                    Ok::<_, rusqlite::Error>(Timestamp(row.get::<_, i64>(place)?.cast_unsigned()))
                };
                Ok(Change {
                    record: RecordId(row.get(0)?),
                    owner: StructureId(row.get(1)?),
                    created: time(2)?,
                    changed: Stamp {
                        time: time(3)?,
                        node: NodeId(row.get(4)?),
                    },
                    removed: row.get(5)?,
                    title: row.get(6)?,
                })
            })?;
            Ok((touched, rows.collect::<Result<_, _>>()?))
        })
    }
}
