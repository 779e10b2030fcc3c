//! The read model's tables, generated from the collections' declarations.
//!
//! There is no migration: whatever changes the tables changes their fingerprint, and a read model
//! with another fingerprint is deleted and built again from the journals.

use std::fmt::Write as _;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use sha2::{Digest, Sha256};
use sync_protocol::id::NetworkId;

use super::columns::{Column, columns};
use super::commune::{self, Commune};
use super::error::ViewError;
use super::sealing::attachments;
use super::work;
use crate::registry::{Collection, FieldKind};

/// Raised when the same tables are filled in another way (text analysis, digests).
const CONTENT_VERSION: u32 = 1;

/// What the read model holds: for which network, which collections, which communes.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) network: NetworkId,
    pub(crate) tables: Vec<RecordTable>,
    pub(crate) communes: Vec<Commune>,
}

/// The table of one collection's records.
#[derive(Debug)]
pub(crate) struct RecordTable {
    pub(crate) collection: &'static Collection,
    pub(crate) columns: Vec<Column>,
    /// The physical table; the collection's own name is a view on it for people's queries.
    pub(crate) name: String,
    /// Writes one row.
    pub(crate) upsert: String,
    /// The columns a record is read from, `t` being this table and `r` the table of records.
    pub(crate) selected: String,
}

/// The columns that say where a record is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceColumns<'a> {
    /// Its commune's code.
    pub(crate) commune: &'a str,
    /// Latitude and longitude of its own, where the collection has them.
    pub(crate) point: Option<(&'a str, &'a str)>,
}

impl Shape {
    pub(crate) fn new(
        network: NetworkId,
        collections: &'static [&'static Collection],
        mut communes: Vec<Commune>,
    ) -> Self {
        communes.sort_by(|a, b| a.code.cmp(&b.code));
        Self {
            network,
            tables: collections.iter().copied().map(RecordTable::new).collect(),
            communes,
        }
    }

    /// The table of this collection.
    pub(crate) fn table(&self, collection: &str) -> Option<&RecordTable> {
        self.tables
            .iter()
            .find(|table| table.collection.name == collection)
    }

    /// The commune of this code.
    pub(crate) fn commune(&self, code: &str) -> Option<&Commune> {
        let place = self
            .communes
            .binary_search_by(|commune| commune.code.as_str().cmp(code));
        self.communes.get(place.ok()?)
    }

    fn statements(&self) -> String {
        let mut sql = String::from(FIXED_TABLES);
        for table in &self.tables {
            table.write_statements(&mut sql);
        }
        sql
    }

    fn fingerprint(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(CONTENT_VERSION.to_be_bytes());
        hasher.update(self.network.0);
        hasher.update(self.statements());
        for commune in &self.communes {
            hasher.update(format!("{commune:?}"));
        }
        hasher.finalize().into()
    }
}

impl RecordTable {
    fn new(collection: &'static Collection) -> Self {
        let columns = columns(collection);
        let name = format!("row_{}", collection.name);
        let mut upsert = format!(
            "INSERT OR REPLACE INTO {name} (record, _id, _removed, _changed, _title, _extra"
        );
        let mut selected = String::from(READ_COLUMNS);
        for column in &columns {
            let _ = write!(upsert, ", \"{}\"", column.name);
            let _ = write!(selected, ", t.\"{}\"", column.name);
        }
        upsert.push_str(") VALUES (?1");
        for place in 2..=columns.len() + 6 {
            let _ = write!(upsert, ", ?{place}");
        }
        upsert.push(')');
        Self {
            collection,
            columns,
            name,
            upsert,
            selected,
        }
    }

    fn write_statements(&self, sql: &mut String) {
        let Self {
            collection,
            columns,
            name,
            ..
        } = self;
        let _ = writeln!(
            sql,
            "CREATE TABLE {name} (record INTEGER PRIMARY KEY, _id BLOB NOT NULL, \
             _removed INTEGER NOT NULL, _changed INTEGER NOT NULL, _title TEXT, _extra TEXT"
        );
        for column in columns {
            let _ = write!(sql, ", \"{}\" {}", column.name, column.storage.declared());
        }
        let _ = writeln!(sql, ");");
        self.write_indexes(sql);
        // What every record has is looked up rather than joined: a query that does not ask for it
        // does not pay for it, and may do with an index.
        let _ = write!(
            sql,
            "CREATE VIEW \"{}\" AS SELECT lower(hex(t._id)) AS id, \
             (SELECT lower(hex(owner)) FROM record WHERE number = t.record) AS owner, \
             (SELECT day_in_paris(created_at) FROM record WHERE number = t.record) \
             AS created_on, day_in_paris(t._changed) AS changed_on",
            collection.name
        );
        for column in columns {
            let _ = write!(sql, ", t.\"{}\"", column.name);
        }
        let _ = writeln!(
            sql,
            ", t._extra AS extra FROM {name} t WHERE +t._removed = 0;"
        );
    }

    /// The indexes that lists and queries are answered from. At 100,000 records the rows of a
    /// collection take ten times the room of their short columns: a list that has to look at
    /// every record reads those, beside each other in one index, and never the rows.
    fn write_indexes(&self, sql: &mut String) {
        let Self { columns, name, .. } = self;
        let _ = writeln!(
            sql,
            "CREATE INDEX {name}_by_change ON {name} (_removed, _changed DESC, _id);\n\
             CREATE INDEX {name}_by_title ON {name} (_removed, _title, _id, _changed);"
        );
        // What records are told apart by comes first: most lists ask for one or two kinds.
        let mut short: Vec<&Column> = columns.iter().filter(|column| column.is_short()).collect();
        let is_kind = |column: &&Column| matches!(column.field.kind, FieldKind::Enum(_));
        if let Some(kind) = short.iter().position(is_kind) {
            short[..=kind].rotate_right(1);
        }
        if !short.is_empty() {
            let _ = write!(sql, "CREATE INDEX {name}_short ON {name} (");
            for column in short {
                let _ = write!(sql, "\"{}\", ", column.name);
            }
            let _ = writeln!(sql, "_removed, _changed, _id);");
        }
        for (collection, field) in LOOKED_UP {
            if *collection == self.collection.name && columns.iter().any(|it| it.name == *field) {
                let _ = writeln!(
                    sql,
                    "CREATE INDEX {name}_by_{field} ON {name} (\"{field}\") \
                     WHERE \"{field}\" IS NOT NULL;"
                );
            }
        }
        sql.push_str(&work::indexes_of(self));
        if let Some(column) = attachments(self) {
            // Few records have some, and what they name is looked through often.
            let column = &column.name;
            let _ = writeln!(
                sql,
                "CREATE INDEX {name}_attached ON {name} (_removed, \"{column}\", _id) \
                 WHERE \"{column}\" IS NOT NULL;"
            );
        }
        if let Some(place) = self.place() {
            let _ = write!(sql, "CREATE INDEX {name}_by_commune ON {name} (");
            let _ = write!(sql, "\"{}\", ", place.commune);
            if let Some((latitude, longitude)) = place.point {
                let _ = write!(sql, "\"{latitude}\", \"{longitude}\", ");
                let _ = writeln!(sql, "_removed, _id, _changed);");
                let _ = writeln!(
                    sql,
                    "CREATE INDEX {name}_by_place ON {name} \
                     (\"{latitude}\", \"{longitude}\", _removed, _id) \
                     WHERE \"{latitude}\" IS NOT NULL AND \"{longitude}\" IS NOT NULL;"
                );
            } else {
                let _ = writeln!(sql, "_removed, _id, _changed);");
            }
        }
    }

    /// The columns that say where a record is, if it is said to be in a commune.
    pub(crate) fn place(&self) -> Option<PlaceColumns<'_>> {
        let find = |wanted: &dyn Fn(&Column) -> bool| {
            let column = self.columns.iter().find(|column| wanted(column))?;
            Some(column.name.as_str())
        };
        let latitude = find(&|column| column.name == "latitude");
        let longitude = find(&|column| column.name == "longitude");
        Some(PlaceColumns {
            commune: find(&|column| column.field.kind == FieldKind::Commune)?,
            point: latitude.zip(longitude),
        })
    }
}

/// The records that others refer to, by which those are looked up; beside the indexes of
/// [`work`], which begin with some of them too.
pub(super) const LOOKED_UP: &[(&str, &str)] = &[
    ("project", "holder"),
    ("duplicate_link", "a"),
    ("duplicate_link", "b"),
];

/// The columns every record is read from, before those of its collection.
const READ_COLUMNS: &str = "r.id, r.collection, r.owner, r.removed, r.created_at, \
     (SELECT node FROM author WHERE number = r.created_by), r.changed_at, \
     (SELECT node FROM author WHERE number = r.changed_by), r.conflicts, r.number, t._extra";

/// How many columns [`READ_COLUMNS`] has.
pub(crate) const READ_COLUMN_COUNT: usize = 11;

/// The columns of a record whose collection this version does not know.
pub(crate) const READ_OTHER: &str = READ_COLUMNS;

// Full text is gathered in memory, up to 8 MiB, before it becomes a part of its index: what is
// followed at once then takes few parts, which need not be merged.
const FIXED_TABLES: &str = "\
CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE author (number INTEGER PRIMARY KEY, node BLOB NOT NULL UNIQUE, \
    position INTEGER NOT NULL, standing BLOB, free_up_to INTEGER);
CREATE TABLE cited (author INTEGER NOT NULL, version BLOB NOT NULL, seq INTEGER NOT NULL, \
    PRIMARY KEY (author, version)) WITHOUT ROWID;
CREATE TABLE record (number INTEGER PRIMARY KEY, id BLOB NOT NULL, collection TEXT NOT NULL, \
    owner BLOB NOT NULL, created_at INTEGER NOT NULL, created_by INTEGER NOT NULL, \
    changed_at INTEGER NOT NULL, changed_by INTEGER NOT NULL, removed INTEGER NOT NULL, \
    conflicts INTEGER NOT NULL, text_hash INTEGER NOT NULL, digest BLOB NOT NULL, turn INTEGER NOT NULL);
CREATE INDEX record_by_id ON record (id, digest);
CREATE INDEX record_by_turn ON record (turn);
CREATE TABLE row_other (record INTEGER PRIMARY KEY, _extra TEXT NOT NULL);
CREATE TABLE entry_of_record (record INTEGER NOT NULL, place INTEGER NOT NULL, \
    author INTEGER NOT NULL, seq INTEGER NOT NULL, epoch INTEGER NOT NULL, creation_author INTEGER NOT NULL, \
    creation_seq INTEGER NOT NULL, kind INTEGER NOT NULL, time INTEGER NOT NULL, \
    \"check\" BLOB NOT NULL, hash BLOB NOT NULL, chunk BLOB NOT NULL, \
    PRIMARY KEY (record, place)) WITHOUT ROWID;
CREATE INDEX creation_of_record ON entry_of_record (author, seq) WHERE kind = 2;
CREATE TABLE pending (author INTEGER NOT NULL, seq INTEGER NOT NULL, \
    subject_author INTEGER NOT NULL, subject_seq INTEGER NOT NULL, reason TEXT NOT NULL, \
    entry BLOB NOT NULL, PRIMARY KEY (author, seq)) WITHOUT ROWID;
CREATE INDEX pending_by_subject ON pending (subject_author, subject_seq);
CREATE TABLE refused (author INTEGER NOT NULL, seq INTEGER NOT NULL, record BLOB, \
    creation_author INTEGER, creation_seq INTEGER, kind INTEGER NOT NULL, \"check\" BLOB NOT NULL, \
    code TEXT NOT NULL, PRIMARY KEY (author, seq)) WITHOUT ROWID;
CREATE INDEX refused_by_record ON refused (record);
CREATE TABLE without_body (author INTEGER NOT NULL, seq INTEGER NOT NULL, kind INTEGER NOT NULL, \
    subject_author INTEGER, subject_seq INTEGER, PRIMARY KEY (author, seq)) WITHOUT ROWID;
CREATE TABLE erasure (author INTEGER NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, \
    subject_author INTEGER NOT NULL, subject_seq INTEGER NOT NULL, time INTEGER NOT NULL, \
    cited BLOB NOT NULL, body BLOB NOT NULL, standing TEXT NOT NULL, PRIMARY KEY (author, seq)) WITHOUT ROWID;
CREATE TABLE erased (erase BLOB NOT NULL, author INTEGER NOT NULL, all_of_it INTEGER NOT NULL, \
    PRIMARY KEY (erase, author)) WITHOUT ROWID;
CREATE TABLE dead (record BLOB PRIMARY KEY, deleted INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dead_creation (author INTEGER NOT NULL, seq INTEGER NOT NULL, record BLOB NOT NULL, \
    PRIMARY KEY (author, seq)) WITHOUT ROWID;
CREATE TABLE transfer (author INTEGER NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, \
    subject_author INTEGER NOT NULL, subject_seq INTEGER NOT NULL, time INTEGER NOT NULL, \
    cited BLOB NOT NULL, body BLOB NOT NULL, refused TEXT, PRIMARY KEY (author, seq)) WITHOUT ROWID;
CREATE TABLE owned (record BLOB PRIMARY KEY, owners BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sealing (number INTEGER PRIMARY KEY AUTOINCREMENT, author INTEGER NOT NULL, \
    seq INTEGER NOT NULL, subject_author INTEGER NOT NULL, subject_seq INTEGER NOT NULL, \
    entry BLOB NOT NULL, UNIQUE (author, seq));
CREATE INDEX sealing_by_subject ON sealing (subject_author, subject_seq);
CREATE TABLE quarantine (record BLOB PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE conflict (record INTEGER NOT NULL, field TEXT NOT NULL, place INTEGER NOT NULL, \
    value TEXT NOT NULL, node BLOB, time INTEGER NOT NULL, PRIMARY KEY (record, field, place)) \
    WITHOUT ROWID;
CREATE TABLE commune (code TEXT PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL, \
    latitude REAL NOT NULL, longitude REAL NOT NULL, epci TEXT) WITHOUT ROWID;
CREATE INDEX commune_by_name ON commune (folded);
CREATE VIRTUAL TABLE search_text USING fts5 (title, body, content = '', contentless_delete = 1, \
    tokenize = 'ascii');
INSERT INTO search_text (search_text, rank) VALUES ('hashsize', 8388608);
";

/// Opens the read model for writing; deletes and recreates it when it is missing, damaged, of
/// another network or of another shape.
pub(crate) fn open(path: &Path, shape: &Shape) -> Result<Connection, ViewError> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    if path.exists() {
        match open_current(path, shape) {
            Ok(Some(connection)) => return Ok(connection),
            Ok(None) => tracing::info!("the read model has another shape and is built again"),
            Err(error) => tracing::warn!(%error, "the read model is damaged and is built again"),
        }
    }
    delete(path)?;
    create(path, shape)
}

/// Removes the read model's files.
pub(crate) fn delete(path: &Path) -> Result<(), ViewError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn open_current(path: &Path, shape: &Shape) -> Result<Option<Connection>, ViewError> {
    let connection = Connection::open(path)?;
    configure_writer(&connection)?;
    let stored: Option<Vec<u8>> = connection
        .query_row("SELECT value FROM meta WHERE key = 'shape'", [], |row| {
            row.get(0)
        })
        .optional()?;
    Ok((stored.as_deref() == Some(shape.fingerprint().as_slice())).then_some(connection))
}

fn create(path: &Path, shape: &Shape) -> Result<Connection, ViewError> {
    let connection = Connection::open(path)?;
    configure_writer(&connection)?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    connection.execute_batch(&shape.statements())?;
    commune::fill(&connection, &shape.communes)?;
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('shape', ?1)",
        [shape.fingerprint().as_slice()],
    )?;
    connection
        .execute_batch("INSERT INTO meta (key, value) VALUES ('made', randomblob(16)); COMMIT")?;
    Ok(connection)
}

fn configure_writer(connection: &Connection) -> Result<(), ViewError> {
    // NORMAL costs a sync at each checkpoint only, and keeps a power cut from leaving a database
    // that opens but is wrong; with OFF it would have to be rebuilt after each.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; \
         PRAGMA wal_autocheckpoint = 4000; PRAGMA temp_store = MEMORY;",
    )?;
    configure(connection)
}

/// Opens the read model for reading.
pub(crate) fn open_reader(path: &Path) -> Result<Connection, ViewError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -8192;")?;
    configure(&connection)?;
    Ok(connection)
}

/// What every connection wants.
fn configure(connection: &Connection) -> Result<(), ViewError> {
    // Plans do not depend on what is bound: otherwise a statement with a bound limit is planned
    // anew at each use, which takes longer than running it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    commune::register_functions(connection)
}
