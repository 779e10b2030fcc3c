//! What verdicts rest on, and what is to be judged anew when that changes.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, params};
use sync_protocol::body::Check;
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{NodeId, RecordId, VersionId};

use super::error::ViewError;
use super::known::{perhaps_place, place};
use super::outcome::Refused;
use super::read::UNKNOWN_AUTHOR;
use super::write::View;

/// The reasons for which entries wait for the charter.
pub const CHARTER_WAITS: [&str; 8] = [
    UNKNOWN_AUTHOR,
    "unknown_version",
    "version_not_in_force",
    "not_admitted",
    "head_not_fixed",
    "journal_below_head",
    "journal_below_revocation",
    "author_suspended",
];

/// What bears upon a node's entries, as far as it may change what was ruled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Two of one fingerprint are the same.
    pub fingerprint: [u8; 32],
    /// Up to where its entries are as if nothing did; `u64::MAX` where nothing does.
    pub free_up_to: u64,
}

impl View {
    /// The charter versions that a journal cited before an entry, each other than the ones before.
    pub(crate) fn cited_before(
        &self,
        author: &NodeId,
        seq: u64,
    ) -> impl Iterator<Item = &VersionId> {
        let cited = self.cited.get(author).into_iter().flatten();
        cited
            .filter(move |(_, first)| *first < seq)
            .map(|(version, _)| version)
    }

    /// Whether a journal cited this version.
    pub(crate) fn has_cited(&self, author: &NodeId, version: &VersionId) -> bool {
        let cited = self.cited.get(author).into_iter().flatten();
        cited.into_iter().any(|(known, _)| known == version)
    }

    /// Notes where a journal cites a version first.
    pub(crate) fn note_cited(
        &mut self,
        author: &NodeId,
        version: &VersionId,
        seq: u64,
    ) -> Result<(), ViewError> {
        let number = self.author_number(author)?;
        self.connection
            .prepare_cached(
                "INSERT OR IGNORE INTO cited (author, version, seq) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![number, &version.0[..], seq.cast_signed()])?;
        self.cited.entry(*author).or_default().push((*version, seq));
        Ok(())
    }

    pub(super) fn reload_cited(&mut self) -> Result<(), ViewError> {
        let mut select = self.connection.prepare(
            "SELECT a.node, c.version, c.seq FROM cited c JOIN author a ON a.number = c.author",
        )?;
        let rows = select.query_map([], |row| {
            let author = NodeId(row.get(0)?);
            let version = VersionId(row.get(1)?);
            Ok((author, version, row.get::<_, i64>(2)?.cast_unsigned()))
        })?;
        self.cited.clear();
        for row in rows {
            let (author, version, seq) = row?;
            self.cited.entry(author).or_default().push((version, seq));
        }
        Ok(())
    }

    /// Under what the entries of each journal were judged, where any were.
    pub(crate) fn standings(&self) -> Result<Vec<(NodeId, Standing)>, ViewError> {
        let mut select = self.connection.prepare_cached(
            "SELECT node, standing, free_up_to FROM author WHERE standing IS NOT NULL",
        )?;
        let rows = select.query_map([], |row| {
            let standing = Standing {
                fingerprint: row.get(1)?,
                free_up_to: row.get::<_, i64>(2)?.cast_unsigned(),
            };
            Ok((NodeId(row.get(0)?), standing))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether it is noted under what a journal's entries were judged.
    pub(crate) fn has_standing(&self, author: &NodeId) -> bool {
        self.authors.get(author).is_some_and(|it| it.judged)
    }

    /// Notes under what a journal's entries were judged.
    pub(crate) fn judged_under(
        &mut self,
        author: &NodeId,
        standing: &Standing,
    ) -> Result<(), ViewError> {
        let number = self.author_number(author)?;
        self.connection
            .prepare_cached("UPDATE author SET standing = ?2, free_up_to = ?3 WHERE number = ?1")?
            .execute(params![
                number,
                &standing.fingerprint[..],
                standing.free_up_to.cast_signed()
            ])?;
        if let Some(author) = self.authors.get_mut(author) {
            author.judged = true;
        }
        Ok(())
    }

    /// The records of which an entry by `author` beyond `seq` was accepted or refused.
    pub(crate) fn records_touched(
        &self,
        author: &NodeId,
        seq: u64,
    ) -> Result<Vec<RecordId>, ViewError> {
        let Some(number) = self.authors.get(author).map(|author| author.number) else {
            return Ok(Vec::new());
        };
        let mut select = self.connection.prepare_cached(
            "SELECT r.id FROM entry_of_record e JOIN record r ON r.number = e.record \
             WHERE e.author = ?1 AND e.seq > ?2 \
             UNION SELECT record FROM refused WHERE author = ?1 AND seq > ?2 AND record IS NOT NULL",
        )?;
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let rows = select.query_map(params![number, seq], |row| Ok(RecordId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The entries of a record that were accepted or refused.
    pub(crate) fn judged_of(&self, record: &RecordId) -> Result<Vec<Place>, ViewError> {
        let mut select = self.connection.prepare_cached(
            "SELECT a.node, e.seq FROM record r JOIN entry_of_record e ON e.record = r.number \
             JOIN author a ON a.number = e.author WHERE r.id = ?1 \
             UNION SELECT a.node, f.seq FROM refused f JOIN author a ON a.number = f.author \
             WHERE f.record = ?1",
        )?;
        let rows = select.query_map([&record.0[..]], |row| place(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Forgets what was made of a record's entries, but for those that wait.
    pub(crate) fn forget(&mut self, record: &RecordId) -> Result<(), ViewError> {
        let head = self.head(record)?;
        self.connection
            .prepare_cached("DELETE FROM refused WHERE record = ?1")?
            .execute([&record.0[..]])?;
        self.room_changed |= self.with_refusals.remove(record);
        let Some(head) = head else { return Ok(()) };
        self.keep_turn()?;
        let table = self.shape.table(&head.collection);
        let rows = table.map_or("row_other", |table| table.name.as_str());
        for statement in [
            format!("DELETE FROM {rows} WHERE record = ?1"),
            "DELETE FROM entry_of_record WHERE record = ?1".to_owned(),
            "DELETE FROM conflict WHERE record = ?1".to_owned(),
            "DELETE FROM search_text WHERE rowid = ?1".to_owned(),
            "DELETE FROM record WHERE number = ?1".to_owned(),
        ] {
            self.connection
                .prepare_cached(&statement)?
                .execute([head.number])?;
        }
        Ok(())
    }

    /// The entries of a record that were refused.
    pub(crate) fn refused_of(&self, record: &RecordId) -> Result<Vec<Refused>, ViewError> {
        if !self.with_refusals.contains(record) {
            return Ok(Vec::new());
        }
        let mut select = self.connection.prepare_cached(
            "SELECT a.node, f.seq, f.\"check\", c.node, f.creation_seq FROM refused f \
             JOIN author a ON a.number = f.author \
             LEFT JOIN author c ON c.number = f.creation_author WHERE f.record = ?1",
        )?;
        let rows = select.query_map([&record.0[..]], |row| {
            Ok(Refused {
                at: place(row, 0)?,
                check: Check(row.get(2)?),
                creation: perhaps_place(row, 3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The codes under which entries of a record by `author` were refused, by their numbers.
    pub(crate) fn refused_codes(
        &self,
        record: &RecordId,
        author: &NodeId,
    ) -> Result<BTreeMap<u64, String>, ViewError> {
        let Some(author) = self.authors.get(author) else {
            return Ok(BTreeMap::new());
        };
        let mut select = self
            .connection
            .prepare_cached("SELECT seq, code FROM refused WHERE record = ?1 AND author = ?2")?;
        let rows = select.query_map(params![&record.0[..], author.number], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The record that a refused entry would have created.
    pub(crate) fn refused_creation(&self, place: &Place) -> Result<Option<RecordId>, ViewError> {
        let Some(author) = self.authors.get(&place.author) else {
            return Ok(None);
        };
        let mut select = self.connection.prepare_cached(
            "SELECT record FROM refused \
             WHERE author = ?1 AND seq = ?2 AND kind = ?3 AND record IS NOT NULL",
        )?;
        let key = params![author.number, place.seq.cast_signed(), Kind::CREATE.0];
        let found = select.query_row(key, |row| Ok(RecordId(row.get(0)?)));
        Ok(found.optional()?)
    }

    pub(super) fn reload_refused(&mut self) -> Result<(), ViewError> {
        let mut select = self
            .connection
            .prepare("SELECT DISTINCT record FROM refused WHERE record IS NOT NULL")?;
        let rows = select.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        self.with_refusals = rows.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// The creating entries of records of which some entry waits for the charter.
    pub(crate) fn waiting_for_charter(&self) -> Result<Vec<Place>, ViewError> {
        if self.pending.is_empty() {
            return Ok(Vec::new());
        }
        let reasons = CHARTER_WAITS.map(|reason| format!("'{reason}'")).join(", ");
        let mut select = self.connection.prepare_cached(&format!(
            "SELECT DISTINCT s.node, p.subject_seq FROM pending p \
             JOIN author s ON s.number = p.subject_author WHERE p.reason IN ({reasons})"
        ))?;
        let rows = select.query_map([], |row| place(row, 0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
