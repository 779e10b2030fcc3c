//! What the read model knows of a record, for whoever is about to change it.

use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, HEADER_BYTES, Header, Kind, Place};
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::error::ViewError;
use super::outcome::{Accepted, AcceptedChange, Head};
use super::read::UNKNOWN_AUTHOR;
use super::record::Stamp;
use super::write::View;

impl View {
    /// What is known of a record.
    pub(crate) fn head(&self, record: &RecordId) -> Result<Option<Head>, ViewError> {
        let mut select = self.connection.prepare_cached(
            "SELECT r.number, r.collection, r.owner, r.created_at, c.node, r.changed_at, h.node, \
             r.text_hash FROM record r JOIN author c ON c.number = r.created_by \
             JOIN author h ON h.number = r.changed_by WHERE r.id = ?1",
        )?;
        let head = select.query_row([&record.0[..]], |row| {
            Ok(Head {
                number: row.get(0)?,
                collection: row.get(1)?,
                owner: StructureId(row.get(2)?),
                created: Stamp {
                    time: Timestamp(row.get::<_, i64>(3)?.cast_unsigned()),
                    node: NodeId(row.get(4)?),
                },
                changed: Stamp {
                    time: Timestamp(row.get::<_, i64>(5)?.cast_unsigned()),
                    node: NodeId(row.get(6)?),
                },
                text_hash: row.get(7)?,
            })
        });
        Ok(head.optional()?)
    }

    /// The accepted entries of a record with their changes, none before what it follows.
    pub(crate) fn changes(&self, number: i64) -> Result<Vec<AcceptedChange>, ViewError> {
        changes_of(&self.connection, number)
    }

    /// The record that the entry at a place created.
    pub(crate) fn created_by(&self, place: &Place) -> Result<Option<RecordId>, ViewError> {
        let Some(author) = self.authors.get(&place.author) else {
            return Ok(None);
        };
        let mut select = self.connection.prepare_cached(
            "SELECT r.id FROM entry_of_record e JOIN record r ON r.number = e.record \
             WHERE e.author = ?1 AND e.seq = ?2 AND e.kind = 2",
        )?;
        let found = select.query_row(params![author.number, place.seq.cast_signed()], |row| {
            Ok(RecordId(row.get(0)?))
        });
        Ok(found.optional()?)
    }

    /// Whether some entry of this record waits or was refused after `seq`, by `author`.
    pub(crate) fn is_blocked<'a>(
        &self,
        record: &RecordId,
        held: impl Iterator<Item = &'a Accepted>,
        author: &NodeId,
        seq: u64,
    ) -> Result<bool, ViewError> {
        let Some(number) = self.authors.get(author).map(|author| author.number) else {
            return Ok(false);
        };
        let mut select = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM refused WHERE record = ?1 AND author = ?2 AND seq > ?3)",
        )?;
        let refused: bool = select
            .query_row(params![&record.0[..], number, seq.cast_signed()], |row| {
                row.get(0)
            })?;
        let creations = held.filter(|entry| entry.kind == Kind::CREATE);
        let creations: Vec<Place> = creations.map(Accepted::place).collect();
        let mut waiting = self.waiting(&creations)?.into_iter();
        Ok(
            refused
                || waiting.any(|entry| entry.header.author == *author && entry.header.seq > seq),
        )
    }

    /// The entries that wait and name one of these creating entries, or are one.
    pub(crate) fn waiting(&self, creations: &[Place]) -> Result<Vec<Entry>, ViewError> {
        let mut waiting = Vec::new();
        for creation in creations.iter().filter(|it| self.pending.contains(it)) {
            let author = self.authors.get(&creation.author);
            let mut select = self.connection.prepare_cached(
                "SELECT entry FROM pending WHERE subject_author = ?1 AND subject_seq = ?2 \
                 ORDER BY author, seq",
            )?;
            let key = params![author.map(|it| it.number), creation.seq.cast_signed()];
            let rows = select.query_map(key, |row| row.get::<_, Vec<u8>>(0))?;
            for bytes in rows {
                waiting.push(decode_entry(&bytes?)?);
            }
        }
        Ok(waiting)
    }

    /// The entries that wait until their author's structure is known, each with the entry that
    /// created its record: itself, where it creates one.
    pub(crate) fn waiting_for_author(&self) -> Result<Vec<(Place, Place)>, ViewError> {
        if self.pending.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = self.connection.prepare_cached(
            "SELECT a.node, p.seq, s.node, p.subject_seq FROM pending p \
             JOIN author a ON a.number = p.author JOIN author s ON s.number = p.subject_author \
             WHERE p.reason = ?1",
        )?;
        let rows =
            select.query_map([UNKNOWN_AUTHOR], |row| Ok((place(row, 0)?, place(row, 2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether the record's changes cannot be used any more.
    pub(crate) fn is_quarantined(&self, record: &RecordId) -> bool {
        self.quarantined.contains(record)
    }

    /// How many entries of a record were accepted.
    pub(crate) fn accepted_count(&self, number: i64) -> Result<i64, ViewError> {
        let mut select = self.connection.prepare_cached(
            "SELECT coalesce(max(place), -1) + 1 FROM entry_of_record WHERE record = ?1",
        )?;
        Ok(select.query_row([number], |row| row.get(0))?)
    }
}

/// The accepted entries of a record, none before what it follows.
pub(crate) fn accepted_of(
    connection: &Connection,
    number: i64,
) -> Result<Vec<Accepted>, ViewError> {
    let mut select = connection.prepare_cached(
        "SELECT a.node, e.seq, e.epoch, e.kind, e.time, e.\"check\", e.hash, \
         c.node, e.creation_seq FROM entry_of_record e JOIN author a ON a.number = e.author \
         JOIN author c ON c.number = e.creation_author \
         WHERE e.record = ?1 ORDER BY e.place",
    )?;
    let rows = select.query_map([number], accepted)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// As [`accepted_of`], with their changes.
pub(crate) fn changes_of(
    connection: &Connection,
    number: i64,
) -> Result<Vec<AcceptedChange>, ViewError> {
    let mut select = connection.prepare_cached(
        "SELECT a.node, e.seq, e.epoch, e.kind, e.time, e.\"check\", e.hash, \
         c.node, e.creation_seq, e.chunk \
         FROM entry_of_record e JOIN author a ON a.number = e.author \
         JOIN author c ON c.number = e.creation_author \
         WHERE e.record = ?1 ORDER BY e.place",
    )?;
    let rows = select.query_map([number], |row| {
        Ok(AcceptedChange {
            entry: accepted(row)?,
            chunk: row.get(9)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn accepted(row: &Row<'_>) -> rusqlite::Result<Accepted> {
    Ok(Accepted {
        author: NodeId(row.get(0)?),
        seq: row.get::<_, i64>(1)?.cast_unsigned(),
        epoch: row.get::<_, i64>(2)?.cast_unsigned(),
        kind: Kind(row.get(3)?),
        time: Timestamp(row.get::<_, i64>(4)?.cast_unsigned()),
        check: Check(row.get(5)?),
        hash: row.get(6)?,
        creation: place(row, 7)?,
    })
}

/// A place in two columns of a row: a node, then a number.
pub(super) fn place(row: &Row<'_>, column: usize) -> rusqlite::Result<Place> {
    Ok(Place {
        author: NodeId(row.get(column)?),
        seq: row.get::<_, i64>(column + 1)?.cast_unsigned(),
    })
}

/// As [`place`], where there may be none.
pub(super) fn perhaps_place(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Place>> {
    let author: Option<[u8; 32]> = row.get(column)?;
    author.is_some().then(|| place(row, column)).transpose()
}

pub(super) fn decode_entry(bytes: &[u8]) -> Result<Entry, ViewError> {
    let malformed = || ViewError::Malformed {
        what: "pending entry",
    };
    let (header, body) = bytes.split_at_checked(HEADER_BYTES).ok_or_else(malformed)?;
    let header = Header::decode(header).map_err(|_| malformed())?;
    Ok(Entry {
        id: header.id(),
        header,
        body: Some(body.to_vec()),
    })
}
