//! Seals and grants, kept beside the records they are about, as their journals hold them.
//!
//! What they come to is [`crate::sealing`]'s business: it depends on the charter, which grows, so
//! nothing but the entries is kept. Attachments are here as well: the other blobs that records name.

use rusqlite::{OptionalExtension, Row, params};
use sync_protocol::entry::{Entry, Place};
use sync_protocol::id::{RecordId, StructureId};
use sync_protocol::seal::quota::SealQuota;

use super::columns::{Column, value};
use super::error::ViewError;
use super::known::{decode_entry, place};
use super::read::Reader;
use super::schema::RecordTable;
use super::write::View;
use crate::registry::Value;
use crate::registry::field::Rule;

/// The columns that name blobs.
pub(crate) fn attachments(table: &RecordTable) -> Option<&Column> {
    let mut columns = table.columns.iter();
    columns.find(|column| column.field.rule == Some(Rule::ByAttachment))
}

impl View {
    /// Keeps a seal or grant, which names the entry that created its record.
    pub(crate) fn write_sealing(&mut self, entry: &Entry) -> Result<(), ViewError> {
        let header = &entry.header;
        let Some(subject) = header.subject else {
            return Ok(());
        };
        let author = self.author_number(&header.author)?;
        let subject_author = self.author_number(&subject.author)?;
        let mut bytes = header.encode().to_vec();
        bytes.extend_from_slice(entry.body.as_deref().unwrap_or_default());
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO sealing \
                 (author, seq, subject_author, subject_seq, entry) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                author,
                header.seq.cast_signed(),
                subject_author,
                subject.seq.cast_signed(),
                bytes,
            ])?;
        Ok(())
    }
}

impl View {
    /// Forgets seals and grants whose bodies are erased; returns whether one of them was here.
    pub(crate) fn forget_sealing<'p>(
        &self,
        places: impl Iterator<Item = &'p Place>,
    ) -> Result<bool, ViewError> {
        let mut delete = self.connection.prepare_cached(
            "DELETE FROM sealing WHERE seq = ?2 \
             AND author = (SELECT number FROM author WHERE node = ?1)",
        )?;
        let mut gone = 0;
        for place in places {
            gone += delete.execute(params![&place.author.0[..], place.seq.cast_signed()])?;
        }
        Ok(gone > 0)
    }

    /// The seals and grants that name an entry which created a record, whether they count or not.
    pub(crate) fn sealing_about(&self, creation: &Place) -> Result<Vec<Entry>, ViewError> {
        let mut select = self.connection.prepare_cached(
            "SELECT s.entry FROM sealing s JOIN author a ON a.number = s.subject_author \
             WHERE a.node = ?1 AND s.subject_seq = ?2 ORDER BY s.author, s.seq",
        )?;
        let key = params![&creation.author.0[..], creation.seq.cast_signed()];
        let mut rows = select.query(key)?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(decode_entry(row.get_ref(0)?.as_blob().unwrap_or_default())?);
        }
        Ok(entries)
    }
}

/// A seal or grant, with the record that it is about and who made that.
#[derive(Clone, Debug)]
pub struct SealingEntry {
    /// The record.
    pub record: RecordId,
    /// The structure that created the record.
    pub owner: StructureId,
    /// The entry.
    pub entry: Entry,
}

impl Reader {
    /// The seals and grants about one record, or about every record that is known, records in order:
    /// of each journal as many as count.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn sealing(&self, record: Option<&RecordId>) -> Result<Vec<SealingEntry>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT r.id, r.owner, s.entry FROM record r \
                 JOIN entry_of_record e ON e.record = r.number AND e.kind = 2 \
                 JOIN sealing s ON s.subject_author = e.author AND s.subject_seq = e.seq \
                 WHERE r.id = ?1 ORDER BY s.author, s.seq",
            )?;
            // From the seals, which are few, to their records, which may be many.
            let mut select_all = connection.prepare_cached(
                "SELECT r.id, r.owner, s.entry FROM sealing s \
                 CROSS JOIN entry_of_record e \
                 ON e.author = s.subject_author AND e.seq = s.subject_seq AND e.kind = 2 \
                 CROSS JOIN record r ON r.number = e.record ORDER BY r.id, s.author, s.seq",
            )?;
            let mut rows = match record {
                Some(record) => select.query([&record.0[..]])?,
                None => select_all.query([])?,
            };
            let mut quota = SealQuota::default();
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                let entry = sealing_entry(row)?;
                if quota.admits(entry.record, &entry.entry.header) {
                    entries.push(entry);
                }
            }
            Ok(entries)
        })
    }

    /// The record that the entry at a place created, if that is known.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn created_by(&self, creation: &Place) -> Result<Option<RecordId>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT r.id FROM author a \
                 JOIN entry_of_record e ON e.author = a.number AND e.seq = ?2 AND e.kind = 2 \
                 JOIN record r ON r.number = e.record WHERE a.node = ?1",
            )?;
            let key = params![&creation.author.0[..], creation.seq.cast_signed()];
            let found = select.query_row(key, |row| Ok(RecordId(row.get(0)?)));
            Ok(found.optional()?)
        })
    }

    /// The first entry that is known to have created a record.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn creation(&self, record: &RecordId) -> Result<Option<Place>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT a.node, e.seq FROM record r \
                 JOIN entry_of_record e ON e.record = r.number AND e.kind = 2 \
                 JOIN author a ON a.number = e.author WHERE r.id = ?1 ORDER BY e.place LIMIT 1",
            )?;
            let found = select.query_row([&record.0[..]], |row| place(row, 0));
            Ok(found.optional()?)
        })
    }

    /// Two numbers that differ whenever [`Reader::sealing`] of all records does: how many seals and
    /// grants were kept, and how many entries their records have that create them.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn sealing_version(&self) -> Result<(i64, i64), ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT coalesce(max(number), 0), count(*) FROM sealing s \
                 CROSS JOIN entry_of_record e \
                 ON e.author = s.subject_author AND e.seq = s.subject_seq AND e.kind = 2",
            )?;
            Ok(select.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
    }

    /// The bodies of entries that wait; none where some record cannot be read at all, so that what it
    /// names is not known.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn bodies_that_wait(&self) -> Result<Option<Vec<Vec<u8>>>, ViewError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM quarantine)")?;
            if select.query_row([], |row| row.get(0))? {
                return Ok(None);
            }
            let mut select = connection.prepare_cached("SELECT entry FROM pending")?;
            let rows = select.query_map([], |row| row.get(0))?;
            Ok(Some(rows.collect::<Result<_, _>>()?))
        })
    }

    /// The attachments that records name, as those name them; with `removed_too`, of removed ones.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn attachments(&self, removed_too: bool) -> Result<Vec<(RecordId, String)>, ViewError> {
        let mut found = Vec::new();
        for table in &self.shape().tables {
            let Some(column) = attachments(table) else {
                continue;
            };
            let sql = format!(
                "SELECT _id, \"{0}\" FROM {1} WHERE \"{0}\" IS NOT NULL AND _removed <= {2}",
                column.name,
                table.name,
                i64::from(removed_too)
            );
            self.with(|connection| {
                let mut select = connection.prepare_cached(&sql)?;
                let mut rows = select.query([])?;
                while let Some(row) = rows.next()? {
                    if let Some(Value::Set(named)) = value(row.get_ref(1)?, column.storage) {
                        let record = RecordId(row.get(0)?);
                        found.extend(named.into_iter().map(|it| (record, it)));
                    }
                }
                Ok(())
            })?;
        }
        Ok(found)
    }
}

fn sealing_entry(row: &Row<'_>) -> Result<SealingEntry, ViewError> {
    Ok(SealingEntry {
        record: RecordId(row.get(0)?),
        owner: StructureId(row.get(1)?),
        entry: decode_entry(row.get_ref(2)?.as_blob().unwrap_or_default())?,
    })
}
