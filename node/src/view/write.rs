//! Writing the read model: one connection, one transaction per batch of entries.
//!
//! How far each journal was followed is kept in the same transaction as what was made of it, so a
//! node killed between store and read model only has to go on from there.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, params};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::id::{NodeId, RecordId, StructureId, VersionId};
use sync_protocol::seal::erase::state::Fate;

use super::awaited::Awaited;
use super::error::ViewError;
use super::known::place;
use super::read::Reader;
use super::schema::{self, Shape};

/// The read model's one writer.
#[derive(Debug)]
pub struct View {
    pub(super) connection: Connection,
    path: PathBuf,
    pub(super) shape: Arc<Shape>,
    pub(super) authors: HashMap<NodeId, Author>,
    /// The creating entries that name the records of what waits.
    pub(super) pending: Awaited,
    pub(super) quarantined: HashSet<RecordId>,
    /// Entries whose bodies are not here, and what they did.
    pub(super) without_body: BTreeMap<Place, Kind>,
    /// The changes among them, each behind the creation that it names.
    pub(super) bodiless: BTreeSet<(Place, Place)>,
    /// Erased records, and the entries that created them.
    pub(super) dead: HashMap<RecordId, Fate>,
    pub(super) dead_creations: HashMap<Place, RecordId>,
    /// Who owned each record that passed on to another, its creator first.
    pub(super) owners: HashMap<RecordId, Vec<StructureId>>,
    /// Records of which some entry was refused.
    pub(super) with_refusals: HashSet<RecordId>,
    /// The charter versions that each journal cited, and where first.
    pub(super) cited: HashMap<NodeId, Vec<(VersionId, u64)>>,
    /// Whether entries wait or were refused that did not when that was counted last, or no longer do.
    pub(super) room_changed: bool,
    /// The turn of the record that was written last.
    pub(super) turn: i64,
    reader: Reader,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Author {
    pub(super) number: i64,
    position: u64,
    /// Whether it is noted under what its entries were judged.
    pub(super) judged: bool,
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
            pending: Awaited::default(),
            quarantined: HashSet::new(),
            without_body: BTreeMap::new(),
            bodiless: BTreeSet::new(),
            dead: HashMap::new(),
            dead_creations: HashMap::new(),
            owners: HashMap::new(),
            with_refusals: HashSet::new(),
            cited: HashMap::new(),
            room_changed: true,
            turn: 0,
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
        self.room_changed = true;
        self.reload_erasures()?;
        self.reload_owners()?;
        self.reload_refused()?;
        self.reload_cited()?;
        self.reload_turn()?;
        let mut select = self
            .connection
            .prepare("SELECT node, number, position, standing IS NOT NULL FROM author")?;
        let authors = select.query_map([], |row| {
            let author = Author {
                number: row.get(1)?,
                position: row.get::<_, i64>(2)?.cast_unsigned(),
                judged: row.get(3)?,
            };
            Ok((NodeId(row.get(0)?), author))
        })?;
        self.authors = authors.collect::<Result<_, _>>()?;
        let mut select = self.connection.prepare(
            "SELECT DISTINCT a.node, p.subject_seq FROM pending p \
             JOIN author a ON a.number = p.subject_author",
        )?;
        self.pending = Awaited::default();
        for creation in select.query_map([], |row| place(row, 0))? {
            self.pending.insert(creation?);
        }
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

    /// Notes how far a journal was followed.
    pub(crate) fn set_position(&mut self, node: &NodeId, position: u64) -> Result<(), ViewError> {
        let number = self.author_number(node)?;
        let mut update = self
            .connection
            .prepare_cached("UPDATE author SET position = ?2 WHERE number = ?1")?;
        update.execute(params![number, position.cast_signed()])?;
        if let Some(author) = self.authors.get_mut(node) {
            author.position = position;
        }
        Ok(())
    }

    pub(super) fn author_number(&mut self, node: &NodeId) -> Result<i64, ViewError> {
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
                judged: false,
            },
        );
        Ok(number)
    }

    /// The cells of a place, if there is one.
    pub(super) fn place_cells(
        &mut self,
        place: Option<&Place>,
    ) -> Result<(Option<i64>, Option<i64>), ViewError> {
        let Some(Place { author, seq }) = place else {
            return Ok((None, None));
        };
        Ok((Some(self.author_number(author)?), Some(seq.cast_signed())))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // The last connection to close folds the log into the database, which readers cannot.
        self.reader.forget_connections();
    }
}
