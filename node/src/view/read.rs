//! Reading the read model, from any thread and beside the writer.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_protocol::entry::Kind;
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::columns::{add_extra, from_json, value};
use super::digest::{Folder, ViewDigest};
use super::error::ViewError;
use super::known::{accepted_of, changes_of};
use super::outcome::{Accepted, AcceptedChange};
use super::record::{Conflict, ConflictingValue, Record, Stamp};
use super::schema::{self, READ_COLUMN_COUNT, READ_OTHER, RecordTable, Shape};
use crate::registry::{Fields, Value};

/// Why an entry waits whose author's structure is not known yet.
pub(crate) const UNKNOWN_AUTHOR: &str = "unknown_author";

/// How many idle connections a reader keeps.
const IDLE_CONNECTIONS: usize = 4;

/// How many candidates an ambiguous prefix lists.
const LISTED_CANDIDATES: usize = 8;

/// A handle on the read model for any thread; clones share their connections.
#[derive(Clone, Debug)]
pub struct Reader(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    shape: Arc<Shape>,
    idle: Mutex<Vec<Connection>>,
    /// Raised when the database was replaced under its connections.
    generation: AtomicU64,
}

/// How much the read model holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records that are not removed.
    pub records: u64,
    /// Removed records, kept and hidden.
    pub removed: u64,
    /// Entries that wait for another.
    pub pending: u64,
    /// Entries that were not applied.
    pub refused: u64,
    /// Records with a field in conflict.
    pub conflicting: u64,
    /// Records whose document this node could not read any more.
    pub quarantined: u64,
    /// Records that are not removed, by collection.
    pub collections: Vec<(String, u64)>,
}

/// An accepted entry of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntryRef {
    /// Its author.
    pub node: NodeId,
    /// Its number in the author's journal.
    pub seq: u64,
    /// What it did.
    pub kind: Kind,
    /// When, as the author claims.
    pub time: Timestamp,
}

/// An entry that waits for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingEntry {
    /// Its author.
    pub node: NodeId,
    /// Its number in the author's journal.
    pub seq: u64,
    /// The record it is about, where that is known.
    pub record: Option<RecordId>,
    /// What it waits for, as a stable code.
    pub reason: String,
}

/// An entry that was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedEntry {
    /// Its author.
    pub node: NodeId,
    /// Its number in the author's journal.
    pub seq: u64,
    /// The record it is about, where that is known.
    pub record: Option<RecordId>,
    /// What it meant to do.
    pub kind: Kind,
    /// Why not, as a stable code.
    pub code: String,
}

impl Reader {
    pub(crate) fn new(path: &Path, shape: Arc<Shape>) -> Self {
        Self(Arc::new(Shared {
            path: path.to_owned(),
            shape,
            idle: Mutex::new(Vec::new()),
            generation: AtomicU64::new(0),
        }))
    }

    pub(crate) fn shape(&self) -> &Shape {
        &self.0.shape
    }

    /// Closes every idle connection; those in use close when their reading ends.
    pub(crate) fn forget_connections(&self) {
        self.0.generation.fetch_add(1, Ordering::SeqCst);
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `read` on a connection of its own.
    pub(crate) fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, ViewError>,
    ) -> Result<T, ViewError> {
        let generation = self.0.generation.load(Ordering::SeqCst);
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.0.path)?,
        };
        let result = read(&connection);
        let mut idle = self.idle();
        if generation == self.0.generation.load(Ordering::SeqCst) && idle.len() < IDLE_CONNECTIONS {
            idle.push(connection);
        }
        result
    }

    /// Runs `read` on a connection that is closed afterwards.
    pub(crate) fn with_own<T>(
        &self,
        read: impl FnOnce(&mut Connection) -> Result<T, ViewError>,
    ) -> Result<T, ViewError> {
        read(&mut schema::open_reader(&self.0.path)?)
    }

    /// The table of this collection.
    pub(crate) fn table(&self, collection: &str) -> Result<&RecordTable, ViewError> {
        self.0
            .shape
            .table(collection)
            .ok_or_else(|| ViewError::UnknownCollection {
                collection: collection.to_owned(),
            })
    }

    /// The record of this identity, removed or not; `None` when there is none.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn get(&self, id: &RecordId) -> Result<Option<Record>, ViewError> {
        self.with(|connection| {
            let collection: Option<String> = connection
                .prepare_cached("SELECT collection FROM record WHERE id = ?1")?
                .query_row([&id.0[..]], |row| row.get(0))
                .optional()?;
            let Some(collection) = collection else { return Ok(None) };
            let table = self.0.shape.table(&collection);
            let (columns, name) = table
                .map_or((READ_OTHER, "row_other"), |table| (&table.selected, &table.name));
            let sql = format!(
                "SELECT {columns} FROM record r JOIN {name} t ON t.record = r.number WHERE r.id = ?1"
            );
            let mut select = connection.prepare_cached(&sql)?;
            let mut rows = select.query([&id.0[..]])?;
            match rows.next()? {
                Some(row) => Ok(Some(record_of(connection, row, table)?)),
                None => Ok(None),
            }
        })
    }

    /// The one record whose identity begins with `prefix`, in `collection` or anywhere.
    ///
    /// # Errors
    /// None begins so, several do, or the prefix is not hexadecimal.
    pub fn resolve(&self, prefix: &str, collection: Option<&str>) -> Result<RecordId, ViewError> {
        let folded = prefix.trim().to_ascii_lowercase();
        let hexadecimal = folded.bytes().all(|byte| byte.is_ascii_hexdigit());
        if folded.is_empty() || folded.len() > 64 || !hexadecimal {
            return Err(ViewError::MalformedPrefix {
                prefix: prefix.to_owned(),
            });
        }
        let bound = |filler: char| {
            let mut text = folded.clone();
            text.extend(std::iter::repeat_n(filler, 64 - folded.len()));
            text.parse::<RecordId>()
                .map_err(|_| ViewError::MalformedPrefix {
                    prefix: prefix.to_owned(),
                })
        };
        let (first, last) = (bound('0')?, bound('f')?);
        let ids: Vec<RecordId> = self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT id FROM record WHERE id BETWEEN ?1 AND ?2 \
                 AND (?3 IS NULL OR collection = ?3) ORDER BY id LIMIT ?4",
            )?;
            let limit = LISTED_CANDIDATES as i64;
            let rows = select.query_map(
                params![&first.0[..], &last.0[..], collection, limit],
                |row| Ok(RecordId(row.get(0)?)),
            )?;
            Ok(rows.collect::<Result<_, _>>()?)
        })?;
        match ids.as_slice() {
            [] => Err(ViewError::UnknownRecord {
                id: prefix.to_owned(),
            }),
            [id] => Ok(*id),
            _ => Err(ViewError::AmbiguousPrefix {
                prefix: prefix.to_owned(),
                candidates: ids.iter().map(|id| shortest_apart(id, &ids)).collect(),
            }),
        }
    }

    /// How many hexadecimal digits tell every record from every other: at least 6.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn shown_digits(&self) -> Result<usize, ViewError> {
        // Records are numbered as they come and never deleted: the last number is their count,
        // and takes no counting.
        let count: i64 = self.with(|connection| {
            Ok(connection
                .prepare_cached("SELECT coalesce(max(number), 0) FROM record")?
                .query_row([], |row| row.get(0))?)
        })?;
        // Two of n random identities share d digits with probability about n² / (2 · 16^d).
        let bits = 64 - count.cast_unsigned().leading_zeros() as usize;
        Ok((2 * bits + 7).div_ceil(4).clamp(6, 64))
    }

    /// How much there is of everything.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn counts(&self) -> Result<Counts, ViewError> {
        self.with(|connection| {
            let count = |sql: &str| -> Result<u64, ViewError> {
                let count: i64 = connection
                    .prepare_cached(sql)?
                    .query_row([], |row| row.get(0))?;
                Ok(count.cast_unsigned())
            };
            let mut select = connection.prepare_cached(
                "SELECT collection, count(*) FROM record WHERE NOT removed GROUP BY collection",
            )?;
            let collections = select.query_map([], |row| {
                Ok((
                    row.get::<_, String>(0)?,
                    row.get::<_, i64>(1)?.cast_unsigned(),
                ))
            })?;
            let collections: Vec<_> = collections.collect::<Result<_, _>>()?;
            Ok(Counts {
                records: collections.iter().map(|(_, count)| count).sum(),
                removed: count("SELECT count(*) FROM record WHERE removed")?,
                pending: count("SELECT count(*) FROM pending")?,
                refused: count("SELECT count(*) FROM refused")?,
                conflicting: count("SELECT count(DISTINCT record) FROM conflict")?,
                quarantined: count("SELECT count(*) FROM quarantine")?,
                collections,
            })
        })
    }

    /// The digest of everything shown.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn digest(&self) -> Result<ViewDigest, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached("SELECT digest FROM record ORDER BY id")?;
            let mut rows = select.query([])?;
            let mut folder = Folder::new();
            while let Some(row) = rows.next()? {
                folder.push(row.get_ref(0)?.as_blob().unwrap_or_default());
            }
            Ok(folder.finish())
        })
    }

    /// The fields in conflict, of one record, one collection, or all.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn conflicts(
        &self,
        collection: Option<&str>,
        record: Option<&RecordId>,
    ) -> Result<Vec<Conflict>, ViewError> {
        let mut conflicts: Vec<Conflict> = self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT r.id, r.collection, c.field, c.value, c.node, c.time FROM conflict c \
                 JOIN record r ON r.number = c.record \
                 WHERE (?1 IS NULL OR r.collection = ?1) AND (?2 IS NULL OR r.id = ?2) \
                 ORDER BY r.collection, r.id, c.field, c.place",
            )?;
            let mut rows = select.query(params![collection, record.map(|id| &id.0[..])])?;
            let mut conflicts: Vec<Conflict> = Vec::new();
            while let Some(row) = rows.next()? {
                let (id, field) = (RecordId(row.get(0)?), row.get::<_, String>(2)?);
                let value = ConflictingValue {
                    value: serde_json::from_str(row.get_ref(3)?.as_str().unwrap_or_default())
                        .ok()
                        .and_then(|json| from_json(&json))
                        .ok_or(ViewError::Malformed {
                            what: "conflicting value",
                        })?,
                    node: row.get::<_, Option<[u8; 32]>>(4)?.map(NodeId),
                    time: Timestamp(row.get::<_, i64>(5)?.cast_unsigned()),
                };
                match conflicts.last_mut() {
                    Some(last) if last.record == id && last.field == field => {
                        last.values.push(value);
                    }
                    _ => conflicts.push(Conflict {
                        record: id,
                        collection: row.get(1)?,
                        title: String::new(),
                        field,
                        values: vec![value],
                    }),
                }
            }
            Ok(conflicts)
        })?;
        for conflict in &mut conflicts {
            if let Some(record) = self.get(&conflict.record)? {
                conflict.title = self.title(&record);
            }
        }
        Ok(conflicts)
    }

    /// What names a record to people: its title field, or the beginning of its identity.
    #[must_use]
    pub fn title(&self, record: &Record) -> String {
        let title = self
            .0
            .shape
            .table(&record.collection)
            .and_then(|table| record.fields.get(table.collection.title));
        match title {
            Some(Value::Text(title)) => title.clone(),
            _ => record.id.short(),
        }
    }

    /// The accepted entries of a record, by author and number.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn entries(&self, record: &RecordId) -> Result<Vec<EntryRef>, ViewError> {
        self.with(|connection| {
            let Some(number) = number_of(connection, record)? else {
                return Ok(Vec::new());
            };
            let mut accepted = accepted_of(connection, number)?;
            accepted.sort_by_key(Accepted::place);
            Ok(accepted
                .iter()
                .map(|entry| EntryRef {
                    node: entry.author,
                    seq: entry.seq,
                    kind: entry.kind,
                    time: entry.time,
                })
                .collect())
        })
    }

    /// Entries that wait for another, at most `limit`.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn pending(&self, limit: usize) -> Result<Vec<PendingEntry>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT a.node, p.seq, r.id, p.reason FROM pending p \
                 JOIN author a ON a.number = p.author \
                 LEFT JOIN entry_of_record e ON e.author = p.subject_author \
                 AND e.seq = p.subject_seq AND e.kind = 2 \
                 LEFT JOIN record r ON r.number = e.record ORDER BY a.node, p.seq LIMIT ?1",
            )?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let rows = select.query_map([limit], |row| {
                Ok(PendingEntry {
                    node: NodeId(row.get(0)?),
                    seq: row.get::<_, i64>(1)?.cast_unsigned(),
                    record: row.get::<_, Option<[u8; 32]>>(2)?.map(RecordId),
                    reason: row.get(3)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// How many entries were not applied for this reason.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn count_refused(&self, code: &str) -> Result<u64, ViewError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT COUNT(*) FROM refused WHERE code = ?1")?;
            let count = select.query_row([code], |row| row.get::<_, i64>(0))?;
            Ok(count.cast_unsigned())
        })
    }

    /// Entries that were not applied, at most `limit`.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn refused(&self, limit: usize) -> Result<Vec<RefusedEntry>, ViewError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.refused_where("ORDER BY a.node, f.seq LIMIT ?1", limit)
    }

    /// Entries of this number, of whatever journals, that were not applied.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn refused_at(&self, seq: u64) -> Result<Vec<RefusedEntry>, ViewError> {
        self.refused_where("WHERE f.seq = ?1", seq.cast_signed())
    }

    fn refused_where(&self, clause: &str, value: i64) -> Result<Vec<RefusedEntry>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT a.node, f.seq, f.record, f.kind, f.code FROM refused f \
                 JOIN author a ON a.number = f.author {clause}"
            ))?;
            let rows = select.query_map([value], |row| {
                Ok(RefusedEntry {
                    node: NodeId(row.get(0)?),
                    seq: row.get::<_, i64>(1)?.cast_unsigned(),
                    record: row.get::<_, Option<[u8; 32]>>(2)?.map(RecordId),
                    kind: Kind(row.get(3)?),
                    code: row.get(4)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// Checks the database file itself; what is wrong with it, if anything.
    ///
    /// # Errors
    /// The read model cannot be opened.
    pub fn check(&self) -> Result<Vec<String>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare("PRAGMA quick_check(20)")?;
            let rows = select.query_map([], |row| row.get::<_, String>(0))?;
            let found: Vec<String> = rows.collect::<Result<_, _>>()?;
            Ok(found.into_iter().filter(|line| line != "ok").collect())
        })
    }

    /// The accepted entries of a record with their changes, none before what it follows.
    pub(crate) fn changes(&self, record: &RecordId) -> Result<Vec<AcceptedChange>, ViewError> {
        self.with(|connection| match number_of(connection, record)? {
            Some(number) => changes_of(connection, number),
            None => Ok(Vec::new()),
        })
    }
}

fn number_of(connection: &Connection, record: &RecordId) -> Result<Option<i64>, ViewError> {
    let mut select = connection.prepare_cached("SELECT number FROM record WHERE id = ?1")?;
    Ok(select
        .query_row([&record.0[..]], |row| row.get(0))
        .optional()?)
}

/// How far a read model had followed each journal, as far as it still says: a witness of what the
/// store held, when that is damaged.
pub(crate) fn positions_noted(path: &Path) -> BTreeMap<NodeId, u64> {
    let read = || -> Result<BTreeMap<NodeId, u64>, ViewError> {
        let connection = schema::open_reader(path)?;
        let mut select = connection.prepare("SELECT node, position FROM author")?;
        let rows = select.query_map([], |row| {
            Ok((NodeId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    if path.exists() {
        read().unwrap_or_default()
    } else {
        BTreeMap::new()
    }
}

/// The fewest digits, at least 6, that tell `id` from the others.
fn shortest_apart(id: &RecordId, ids: &[RecordId]) -> String {
    let text = id.to_string();
    let common = ids
        .iter()
        .filter(|other| *other != id)
        .map(|other| {
            text.chars()
                .zip(other.to_string().chars())
                .take_while(|(a, b)| a == b)
                .count()
        })
        .max()
        .unwrap_or(0);
    text.chars().take((common + 1).max(6)).collect()
}

/// The record in a row that begins with the columns every record is read from.
pub(crate) fn record_of(
    connection: &Connection,
    row: &Row<'_>,
    table: Option<&RecordTable>,
) -> Result<Record, ViewError> {
    let mut fields = Fields::new();
    if let Some(table) = table {
        for (place, column) in table.columns.iter().enumerate() {
            if let Some(value) = value(row.get_ref(READ_COLUMN_COUNT + place)?, column.storage) {
                fields.insert(column.field.name.to_owned(), value);
            }
        }
    }
    if let Ok(Some(extra)) = row.get_ref(10)?.as_str_or_null() {
        add_extra(extra, &mut fields);
    }
    let conflicts: Vec<String> = match row.get::<_, i64>(8)? {
        0 => Vec::new(),
        _ => connection
            .prepare_cached("SELECT DISTINCT field FROM conflict WHERE record = ?1 ORDER BY field")?
            .query_map([row.get::<_, i64>(9)?], |row| row.get(0))?
            .collect::<Result<_, _>>()?,
    };
    Ok(Record {
        id: RecordId(row.get(0)?),
        collection: row.get(1)?,
        owner: StructureId(row.get(2)?),
        fields,
        removed: row.get(3)?,
        created: Stamp {
            time: Timestamp(row.get::<_, i64>(4)?.cast_unsigned()),
            node: NodeId(row.get(5)?),
        },
        changed: Stamp {
            time: Timestamp(row.get::<_, i64>(6)?.cast_unsigned()),
            node: NodeId(row.get(7)?),
        },
        conflicts,
        distance_km: None,
    })
}
