//! Writing the read model: one connection, one transaction per batch of entries.
//!
//! How far each journal was followed is kept in the same transaction as what was made of it, so a
//! node killed between store and read model only has to go on from there.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::types::{Null, Value as Cell};
use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, HEADER_BYTES, Header, Kind, Place};
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::analysis::{SearchText, fold};
use super::columns::{self, cell};
use super::error::ViewError;
use super::read::Reader;
use super::record::{Stamp, State};
use super::schema::{self, Shape};
use crate::registry::Value;

/// The read model's one writer.
#[derive(Debug)]
pub struct View {
    connection: Connection,
    path: PathBuf,
    shape: Arc<Shape>,
    authors: HashMap<NodeId, Author>,
    /// The creating entries that name the records of what waits.
    pending: HashSet<Place>,
    quarantined: HashSet<RecordId>,
    reader: Reader,
}

#[derive(Clone, Copy, Debug)]
struct Author {
    number: i64,
    position: u64,
}

/// What the read model knows of a record before its document is opened.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(crate) number: i64,
    pub(crate) collection: String,
    pub(crate) owner: StructureId,
    pub(crate) created: Stamp,
    pub(crate) changed: Stamp,
    pub(crate) text_hash: i64,
}

/// An accepted entry of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) author: NodeId,
    pub(crate) seq: u64,
    pub(crate) epoch: u64,
    pub(crate) kind: Kind,
    pub(crate) time: Timestamp,
    pub(crate) check: Check,
    /// Its change, as Automerge names it.
    pub(crate) hash: [u8; 32],
}

impl Accepted {
    pub(crate) const fn place(&self) -> Place {
        Place {
            author: self.author,
            seq: self.seq,
        }
    }
}

/// An accepted entry with its change.
#[derive(Clone, Debug)]
pub(crate) struct AcceptedChange {
    pub(crate) entry: Accepted,
    /// The Automerge change, whole.
    pub(crate) chunk: Vec<u8>,
}

/// An entry that waits for another.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) entry: Entry,
    pub(crate) reason: &'static str,
}

/// An entry that will not be applied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) author: NodeId,
    pub(crate) seq: u64,
    /// The record, where it can be told.
    pub(crate) record: Option<RecordId>,
    pub(crate) kind: Kind,
    pub(crate) code: &'static str,
}

/// All that some entries made of one record.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) record: RecordId,
    /// The entries that create it, as far as they are known.
    pub(crate) creations: Vec<Place>,
    pub(crate) head: Option<Head>,
    /// The record as it reads now; `None` when nothing was accepted.
    pub(crate) change: Option<Written>,
    pub(crate) accepted: Vec<AcceptedChange>,
    /// How many were accepted before.
    pub(crate) held: i64,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) refused: Vec<Refusal>,
    /// Entries that waited before and do no longer.
    pub(crate) settled: Vec<(NodeId, u64)>,
    /// Why the record could not be read any more, if so.
    pub(crate) quarantined: Option<String>,
}

/// A record's new rows.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) state: State,
    pub(crate) digest: [u8; 32],
    pub(crate) text: SearchText,
}

impl View {
    /// Opens the read model at `path`, or makes an empty one there.
    ///
    /// # Errors
    /// Folder not writable, disk full.
    pub(crate) fn open(path: &Path, shape: Shape) -> Result<Self, ViewError> {
        let shape = Arc::new(shape);
        let connection = schema::open(path, &shape)?;
        let reader = Reader::new(path, Arc::clone(&shape));
        let mut view = Self {
            connection,
            path: path.to_owned(),
            shape,
            authors: HashMap::new(),
            pending: HashSet::new(),
            quarantined: HashSet::new(),
            reader,
        };
        if view.reload().is_err() {
            view.clear()?;
        }
        Ok(view)
    }

    /// Empties the read model; what follows the journals starts again from their first entries.
    ///
    /// # Errors
    /// Files that cannot be removed or made.
    pub(crate) fn clear(&mut self) -> Result<(), ViewError> {
        self.reader.forget_connections();
        self.connection = Connection::open_in_memory()?;
        schema::delete(&self.path)?;
        self.connection = schema::open(&self.path, &self.shape)?;
        self.reload()
    }

    fn reload(&mut self) -> Result<(), ViewError> {
        let mut select = self
            .connection
            .prepare("SELECT node, number, position FROM author")?;
        let authors = select.query_map([], |row| {
            let author = Author {
                number: row.get(1)?,
                position: row.get::<_, i64>(2)?.cast_unsigned(),
            };
            Ok((NodeId(row.get(0)?), author))
        })?;
        self.authors = authors.collect::<Result<_, _>>()?;
        let mut select = self.connection.prepare(
            "SELECT DISTINCT a.node, p.subject_seq FROM pending p \
             JOIN author a ON a.number = p.subject_author",
        )?;
        let pending = select.query_map([], |row| place(row, 0))?;
        self.pending = pending.collect::<Result<_, _>>()?;
        let mut select = self.connection.prepare("SELECT record FROM quarantine")?;
        let quarantined = select.query_map([], |row| Ok(RecordId(row.get(0)?)))?;
        self.quarantined = quarantined.collect::<Result<_, _>>()?;
        Ok(())
    }

    /// A handle that reads while this one writes; cheap to clone.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    pub(crate) fn shape(&self) -> Arc<Shape> {
        Arc::clone(&self.shape)
    }

    /// How far each journal was followed.
    #[must_use]
    pub fn positions(&self) -> BTreeMap<NodeId, u64> {
        self.authors
            .iter()
            .map(|(node, author)| (*node, author.position))
            .collect()
    }

    /// How far one journal was followed; 0 when nothing of it was read.
    pub(crate) fn position(&self, author: &NodeId) -> u64 {
        self.authors.get(author).map_or(0, |author| author.position)
    }

    /// Runs `write` in one transaction; undoes it all when it fails.
    pub(crate) fn transaction<T, E: From<ViewError>>(
        &mut self,
        write: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        self.begin()?;
        let result = write(self).and_then(|value| {
            self.connection
                .execute_batch("COMMIT")
                .map_err(ViewError::from)?;
            Ok(value)
        });
        if result.is_err() {
            if !self.connection.is_autocommit() {
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            self.reload()?;
        }
        result
    }

    fn begin(&self) -> Result<(), ViewError> {
        if !self.connection.is_autocommit() {
            // A panic left a transaction open.
            self.connection.execute_batch("ROLLBACK")?;
        }
        Ok(self.connection.execute_batch("BEGIN IMMEDIATE")?)
    }

    /// Commits what was written so far within [`View::transaction`] and goes on.
    pub(crate) fn commit_part(&self) -> Result<(), ViewError> {
        self.connection.execute_batch("COMMIT")?;
        self.begin()
    }

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
        let rows = select.query_map([super::read::UNKNOWN_AUTHOR], |row| {
            Ok((place(row, 0)?, place(row, 2)?))
        })?;
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

    /// Notes how far a journal was followed.
    pub(crate) fn set_position(&mut self, node: &NodeId, position: u64) -> Result<(), ViewError> {
        let number = self.author_number(node)?;
        let mut update = self
            .connection
            .prepare_cached("UPDATE author SET position = ?2 WHERE number = ?1")?;
        update.execute(params![number, position.cast_signed()])?;
        self.authors.insert(*node, Author { number, position });
        Ok(())
    }

    fn author_number(&mut self, node: &NodeId) -> Result<i64, ViewError> {
        if let Some(author) = self.authors.get(node) {
            return Ok(author.number);
        }
        self.connection.execute(
            "INSERT INTO author (node, position) VALUES (?1, 0)",
            [&node.0[..]],
        )?;
        let number = self.connection.last_insert_rowid();
        self.authors.insert(
            *node,
            Author {
                number,
                position: 0,
            },
        );
        Ok(number)
    }

    /// Writes what some entries made of one record.
    pub(crate) fn write(&mut self, outcome: &Outcome) -> Result<(), ViewError> {
        if let Some(change) = &outcome.change {
            let number = self.write_record(outcome.head.as_ref(), change)?;
            for (place, accepted) in (outcome.held..).zip(&outcome.accepted) {
                let AcceptedChange { entry, chunk } = accepted;
                let author = self.author_number(&entry.author)?;
                let mut insert = self.connection.prepare_cached(
                    "INSERT INTO entry_of_record \
                     (record, place, author, seq, epoch, kind, time, \"check\", hash, chunk) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                )?;
                insert.execute(params![
                    number,
                    place,
                    author,
                    entry.seq.cast_signed(),
                    entry.epoch.cast_signed(),
                    entry.kind.0,
                    entry.time.0.cast_signed(),
                    &entry.check.0[..],
                    &entry.hash[..],
                    chunk,
                ])?;
            }
        }
        for (author, seq) in &outcome.settled {
            let author = self.author_number(author)?;
            self.connection
                .prepare_cached("DELETE FROM pending WHERE author = ?1 AND seq = ?2")?
                .execute(params![author, seq.cast_signed()])?;
        }
        for waiting in &outcome.waiting {
            self.write_waiting(waiting)?;
        }
        if outcome.waiting.is_empty() && !self.pending.is_empty() {
            for creation in &outcome.creations {
                self.pending.remove(creation);
            }
        }
        for refusal in &outcome.refused {
            self.write_refusal(refusal)?;
        }
        if let Some(reason) = &outcome.quarantined {
            self.quarantined.insert(outcome.record);
            self.connection.execute(
                "INSERT OR REPLACE INTO quarantine (record, reason) VALUES (?1, ?2)",
                params![&outcome.record.0[..], reason],
            )?;
        }
        Ok(())
    }

    /// Notes an entry that waits for another.
    pub(crate) fn write_waiting(&mut self, waiting: &Waiting) -> Result<(), ViewError> {
        let header = &waiting.entry.header;
        let subject = header.subject.unwrap_or_else(|| waiting.entry.place());
        let author = self.author_number(&header.author)?;
        let subject_author = self.author_number(&subject.author)?;
        let mut bytes = header.encode().to_vec();
        bytes.extend_from_slice(waiting.entry.body.as_deref().unwrap_or_default());
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO pending \
                 (author, seq, subject_author, subject_seq, reason, entry) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                author,
                header.seq.cast_signed(),
                subject_author,
                subject.seq.cast_signed(),
                waiting.reason,
                bytes,
            ])?;
        self.pending.insert(subject);
        Ok(())
    }

    /// Notes an entry that will not be applied.
    pub(crate) fn write_refusal(&mut self, refusal: &Refusal) -> Result<(), ViewError> {
        let author = self.author_number(&refusal.author)?;
        self.connection
            .prepare_cached(
                "INSERT OR REPLACE INTO refused (author, seq, record, kind, code) \
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                author,
                refusal.seq.cast_signed(),
                refusal.record.map(|record| record.0.to_vec()),
                refusal.kind.0,
                refusal.code,
            ])?;
        Ok(())
    }

    fn write_record(&mut self, head: Option<&Head>, written: &Written) -> Result<i64, ViewError> {
        let Written {
            state,
            digest,
            text,
        } = written;
        let created_by = self.author_number(&state.created.node)?;
        let changed_by = self.author_number(&state.changed.node)?;
        let text_hash = hash_of(text);
        let mut upsert = self.connection.prepare_cached(
            "INSERT OR REPLACE INTO record (number, id, collection, owner, created_at, created_by, \
             changed_at, changed_by, removed, conflicts, text_hash, digest) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?;
        upsert.execute(params![
            head.map(|head| head.number),
            &state.id.0[..],
            state.collection,
            &state.owner.0[..],
            state.created.time.0.cast_signed(),
            created_by,
            state.changed.time.0.cast_signed(),
            changed_by,
            state.removed,
            state.conflicts.len().cast_signed() as i64,
            text_hash,
            &digest[..],
        ])?;
        let number = head.map_or_else(|| self.connection.last_insert_rowid(), |head| head.number);
        self.write_row(number, state)?;
        if head.is_some() {
            self.connection
                .prepare_cached("DELETE FROM conflict WHERE record = ?1")?
                .execute([number])?;
        }
        for (field, values) in &state.conflicts {
            for (place, value) in values.iter().enumerate() {
                self.connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO conflict (record, field, place, value, node, time) \
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    )?
                    .execute(params![
                        number,
                        field,
                        place.cast_signed() as i64,
                        columns::to_json(&value.value).to_string(),
                        value.node.as_ref().map(|node| &node.0[..]),
                        value.time.0.cast_signed(),
                    ])?;
            }
        }
        let known_hash = head.map(|head| head.text_hash);
        if known_hash.unwrap_or_else(|| hash_of(&SearchText::default())) != text_hash {
            self.write_text(number, head.is_some(), text)?;
        }
        Ok(number)
    }

    fn write_text(&self, number: i64, known: bool, text: &SearchText) -> Result<(), ViewError> {
        if known {
            self.connection
                .prepare_cached("DELETE FROM search_text WHERE rowid = ?1")?
                .execute([number])?;
        }
        if *text != SearchText::default() {
            self.connection
                .prepare_cached("INSERT INTO search_text (rowid, title, body) VALUES (?1, ?2, ?3)")?
                .execute(params![number, text.title, text.body])?;
        }
        Ok(())
    }

    fn write_row(&self, number: i64, state: &State) -> Result<(), ViewError> {
        let Some(table) = self.shape.table(&state.collection) else {
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO row_other (record, _extra) VALUES (?1, ?2)",
                )?
                .execute(params![number, columns::extra_to_json(state.fields.iter())])?;
            return Ok(());
        };
        let mut upsert = self.connection.prepare_cached(&table.upsert)?;
        upsert.raw_bind_parameter(1, number)?;
        upsert.raw_bind_parameter(2, &state.id.0[..])?;
        upsert.raw_bind_parameter(3, state.removed)?;
        upsert.raw_bind_parameter(4, state.changed.time.0.cast_signed())?;
        let title = match state.fields.get(table.collection.title) {
            Some(Value::Text(title)) => Some(fold(title)),
            _ => None,
        };
        upsert.raw_bind_parameter(5, title)?;
        let mut placed = 0;
        for (place, column) in table.columns.iter().enumerate() {
            let cell = state
                .fields
                .get(column.field.name)
                .and_then(|value| cell(value, column.storage))
                .unwrap_or(Cell::Null);
            placed += usize::from(cell != Cell::Null);
            upsert.raw_bind_parameter(place + 7, cell)?;
        }
        if placed == state.fields.len() {
            upsert.raw_bind_parameter(6, Null)?;
        } else {
            let extra = state.fields.iter().filter(|(name, value)| {
                !table.columns.iter().any(|column| {
                    column.field.name == name.as_str() && cell(value, column.storage).is_some()
                })
            });
            upsert.raw_bind_parameter(6, columns::extra_to_json(extra))?;
        }
        upsert.raw_execute()?;
        Ok(())
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // The last connection to close folds the log into the database, which readers cannot.
        self.reader.forget_connections();
    }
}

fn hash_of(text: &SearchText) -> i64 {
    let mut hasher = DefaultHasher::new();
    (&text.title, &text.body).hash(&mut hasher);
    hasher.finish().cast_signed()
}

/// The accepted entries of a record, none before what it follows.
pub(crate) fn accepted_of(
    connection: &Connection,
    number: i64,
) -> Result<Vec<Accepted>, ViewError> {
    let mut select = connection.prepare_cached(
        "SELECT a.node, e.seq, e.epoch, e.kind, e.time, e.\"check\", e.hash \
         FROM entry_of_record e JOIN author a ON a.number = e.author \
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
        "SELECT a.node, e.seq, e.epoch, e.kind, e.time, e.\"check\", e.hash, e.chunk \
         FROM entry_of_record e JOIN author a ON a.number = e.author \
         WHERE e.record = ?1 ORDER BY e.place",
    )?;
    let rows = select.query_map([number], |row| {
        Ok(AcceptedChange {
            entry: accepted(row)?,
            chunk: row.get(7)?,
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
    })
}

/// A place in two columns of a row: a node, then a number.
fn place(row: &Row<'_>, column: usize) -> rusqlite::Result<Place> {
    Ok(Place {
        author: NodeId(row.get(column)?),
        seq: row.get::<_, i64>(column + 1)?.cast_unsigned(),
    })
}

fn decode_entry(bytes: &[u8]) -> Result<Entry, ViewError> {
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
