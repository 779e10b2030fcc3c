//! What transfers leave in the read model: themselves, and whose each record is that passed on.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{EntryId, NodeId, RecordId, StructureId, VersionId};
use sync_protocol::time::Timestamp;
use sync_protocol::transfer::Transfer;

use super::error::ViewError;
use super::known::place;
use super::outcome::Refusal;
use super::read::Reader;
use super::write::View;

/// Why a transfer counts for nothing.
pub(crate) const TRANSFER_REFUSALS: [&str; 3] = [
    "transfer_by_another",
    "transfer_of_another_record",
    "transfer_by_who_left",
];

/// An entry that offers a record, accepts one or takes an offer back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferEntry {
    /// The entry's author.
    pub author: NodeId,
    /// Its number.
    pub seq: u64,
    /// The entry.
    pub id: EntryId,
    /// The creation it is about.
    pub subject: Place,
    /// When, as the author claims.
    pub time: Timestamp,
    /// The charter version that it cites.
    pub cited: VersionId,
    /// What it says.
    pub transfer: Transfer,
    /// Why it counts for nothing, where it was found so.
    pub refused: Option<&'static str>,
}

impl View {
    /// Keeps an entry that transfers; how it stands is judged later.
    pub(crate) fn write_transfer(
        &mut self,
        entry: &Entry,
        subject: &Place,
    ) -> Result<(), ViewError> {
        let author = self.author_number(&entry.header.author)?;
        let subject_author = self.author_number(&subject.author)?;
        self.connection.execute(
            "INSERT OR REPLACE INTO transfer \
             (author, seq, id, subject_author, subject_seq, time, cited, body, refused) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)",
            params![
                author,
                entry.header.seq.cast_signed(),
                &entry.id.0[..],
                subject_author,
                subject.seq.cast_signed(),
                entry.header.time.0.cast_signed(),
                &entry.header.charter.0[..],
                entry.body,
            ],
        )?;
        Ok(())
    }

    /// Every transfer, in the order of journals.
    pub(crate) fn transfers(&self) -> Result<Vec<TransferEntry>, ViewError> {
        transfers_of(&self.connection)
    }

    /// Notes whether a transfer counts for nothing, and why.
    pub(crate) fn set_transfer_refused(
        &mut self,
        entry: &TransferEntry,
        refused: Option<&'static str>,
    ) -> Result<(), ViewError> {
        let author = self.author_number(&entry.author)?;
        let seq = entry.seq.cast_signed();
        self.connection.execute(
            "UPDATE transfer SET refused = ?3 WHERE author = ?1 AND seq = ?2",
            params![author, seq, refused],
        )?;
        self.connection.execute(
            "DELETE FROM refused WHERE author = ?1 AND seq = ?2",
            params![author, seq],
        )?;
        if let Some(code) = refused {
            // Of no record: what follows the record does not follow a transfer.
            self.write_refusal(&Refusal {
                author: entry.author,
                seq: entry.seq,
                record: None,
                creation: None,
                kind: Kind::TRANSFER,
                check: Check::of(&entry.id),
                code,
            })?;
        }
        Ok(())
    }

    /// Who owned a record that passed on, its creator first; nobody of one that never did.
    pub(crate) fn owners(&self, record: &RecordId) -> &[StructureId] {
        self.owners.get(record).map_or(&[], Vec::as_slice)
    }

    /// Every record that passed on.
    pub(crate) const fn passed_on(&self) -> &HashMap<RecordId, Vec<StructureId>> {
        &self.owners
    }

    /// Notes who owned a record; with one alone, that it never passed on.
    pub(crate) fn set_owners(
        &mut self,
        record: &RecordId,
        owners: &[StructureId],
    ) -> Result<(), ViewError> {
        if owners.len() < 2 {
            self.connection
                .execute("DELETE FROM owned WHERE record = ?1", [&record.0[..]])?;
            self.owners.remove(record);
            return Ok(());
        }
        let bytes: Vec<u8> = owners.iter().flat_map(|owner| owner.0).collect();
        self.connection.execute(
            "INSERT OR REPLACE INTO owned (record, owners) VALUES (?1, ?2)",
            params![&record.0[..], bytes],
        )?;
        self.owners.insert(*record, owners.to_vec());
        Ok(())
    }

    pub(super) fn reload_owners(&mut self) -> Result<(), ViewError> {
        let mut select = self
            .connection
            .prepare("SELECT record, owners FROM owned")?;
        let rows = select.query_map([], |row| {
            let bytes: Vec<u8> = row.get(1)?;
            let (owners, _) = bytes.as_chunks::<32>();
            let owners = owners.iter().map(|owner| StructureId(*owner)).collect();
            Ok((RecordId(row.get(0)?), owners))
        })?;
        self.owners = rows.collect::<Result<_, _>>()?;
        Ok(())
    }
}

impl Reader {
    /// Every transfer, in the order of journals.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn transfers(&self) -> Result<Vec<TransferEntry>, ViewError> {
        self.with(transfers_of)
    }
}

fn transfers_of(connection: &Connection) -> Result<Vec<TransferEntry>, ViewError> {
    let mut select = connection.prepare_cached(
        "SELECT a.node, t.seq, s.node, t.subject_seq, t.id, t.time, t.cited, t.body, t.refused \
         FROM transfer t JOIN author a ON a.number = t.author \
         JOIN author s ON s.number = t.subject_author ORDER BY a.node, t.seq",
    )?;
    let mut found = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let at = place(row, 0)?;
        let body: Vec<u8> = row.get(7)?;
        let malformed = |_| ViewError::Malformed { what: "transfer" };
        let refused: Option<String> = row.get(8)?;
        found.push(TransferEntry {
            author: at.author,
            seq: at.seq,
            subject: place(row, 2)?,
            id: EntryId(row.get(4)?),
            time: Timestamp(row.get::<_, i64>(5)?.cast_unsigned()),
            cited: VersionId(row.get(6)?),
            transfer: Transfer::decode(&body).map_err(malformed)?,
            refused: refused
                .and_then(|code| TRANSFER_REFUSALS.into_iter().find(|known| *known == code)),
        });
    }
    Ok(found)
}
