//! What erasures leave in the read model: themselves, who carried them out, and which records are
//! dead. Of an erased record nothing else is here.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Row, params};
use sync_protocol::body::Check;
use sync_protocol::entry::{Entry, Kind, Place};
use sync_protocol::id::{EntryId, NodeId, RecordId, VersionId};
use sync_protocol::seal::erase::state::Fate;
use sync_protocol::seal::erase::{Erase, Erased, Scope};
use sync_protocol::time::Timestamp;

use super::error::ViewError;
use super::known::{perhaps_place, place};
use super::outcome::Refusal;
use super::read::Reader;
use super::write::View;
use crate::fuse::step;

/// The read model's value that says that bodies of erased records came after all.
const LATE_BODIES: &str = "late_bodies";

/// What an erasure does, as things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// What it is about is not known here yet.
    Waits,
    /// It counts for nothing, with the code that says why.
    Refused(&'static str),
    /// It hides what it names; the owner's root has not agreed.
    Hides,
    /// What it names is deleted.
    Deletes,
    /// It is about the own copies of its author's structure, and nothing elsewhere.
    Own,
}

/// Why an erasure counts for nothing.
pub(crate) const ERASURE_REFUSALS: [&str; 4] = [
    "erasure_by_another",
    "erasure_of_another_record",
    "erasure_of_several_owners",
    "erasure_by_who_left",
];

impl Effect {
    const fn code(self) -> &'static str {
        match self {
            Self::Waits => "waits",
            Self::Hides => "hides",
            Self::Deletes => "deletes",
            Self::Own => "own",
            Self::Refused(code) => code,
        }
    }

    fn from_code(code: &str) -> Self {
        match code {
            "hides" => Self::Hides,
            "deletes" => Self::Deletes,
            "own" => Self::Own,
            other => {
                let refused = ERASURE_REFUSALS.into_iter().find(|it| *it == other);
                refused.map_or(Self::Waits, Self::Refused)
            }
        }
    }
}

/// An entry that erases something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
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
    pub erase: Erase,
    /// How it stands.
    pub standing: Effect,
}

impl View {
    /// Notes an entry whose body is not here.
    pub(crate) fn note_without_body(&mut self, entry: &Entry) -> Result<(), ViewError> {
        let (at, header) = (entry.place(), &entry.header);
        let author = self.author_number(&at.author)?;
        let subject = self.place_cells(header.subject.as_ref())?;
        self.connection.execute(
            "INSERT OR REPLACE INTO without_body (author, seq, kind, subject_author, subject_seq) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                author,
                at.seq.cast_signed(),
                header.kind.0,
                subject.0,
                subject.1
            ],
        )?;
        self.without_body.insert(at, header.kind);
        if let (Kind::CHANGE, Some(creation)) = (header.kind, header.subject) {
            self.bodiless.insert((creation, at));
        }
        Ok(())
    }

    /// The body of such an entry came.
    pub(crate) fn body_came(&mut self, entry: &Entry) -> Result<(), ViewError> {
        let at = entry.place();
        let author = self.author_number(&at.author)?;
        self.connection.execute(
            "DELETE FROM without_body WHERE author = ?1 AND seq = ?2",
            params![author, at.seq.cast_signed()],
        )?;
        self.without_body.remove(&at);
        if let Some(creation) = entry.header.subject {
            self.bodiless.remove(&(creation, at));
        }
        Ok(())
    }

    /// The changes without a body that name one of these creations, each behind it.
    pub(crate) fn bodiless(&self, creations: &[Place]) -> BTreeSet<(Place, Place)> {
        let end = |byte, seq| Place {
            author: NodeId([byte; 32]),
            seq,
        };
        let of = |it: &Place| {
            let all = (*it, end(0, 0))..=(*it, end(0xFF, u64::MAX));
            self.bodiless.range(all)
        };
        creations.iter().flat_map(of).copied().collect()
    }

    /// What entries without a body did, as their headers say.
    pub(crate) const fn without_body(&self) -> &BTreeMap<Place, Kind> {
        &self.without_body
    }

    /// Keeps an entry that erases something; how it stands is judged later.
    pub(crate) fn write_erasure(
        &mut self,
        entry: &Entry,
        subject: &Place,
    ) -> Result<(), ViewError> {
        let author = self.author_number(&entry.header.author)?;
        let subject_author = self.author_number(&subject.author)?;
        self.connection.execute(
            "INSERT OR REPLACE INTO erasure \
             (author, seq, id, subject_author, subject_seq, time, body, standing, cited) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                author,
                entry.header.seq.cast_signed(),
                &entry.id.0[..],
                subject_author,
                subject.seq.cast_signed(),
                entry.header.time.0.cast_signed(),
                entry.body,
                Effect::Waits.code(),
                &entry.header.charter.0[..],
            ],
        )?;
        Ok(())
    }

    /// Keeps what a node said that it deleted.
    pub(crate) fn write_erased(&mut self, author: &NodeId, said: &Erased) -> Result<(), ViewError> {
        let author = self.author_number(author)?;
        let all = said.scope == Scope::All;
        for erase in &said.erases {
            self.connection.execute(
                "INSERT INTO erased (erase, author, all_of_it) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO UPDATE SET all_of_it = max(all_of_it, excluded.all_of_it)",
                params![&erase.0[..], author, all],
            )?;
        }
        Ok(())
    }

    /// Every erasure, in the order of journals.
    pub(crate) fn erasures(&self) -> Result<Vec<Erasure>, ViewError> {
        erasures_of(&self.connection)
    }

    /// The erasures of which a node said that it carried out at least so much.
    pub(crate) fn carried_out(
        &self,
        node: &NodeId,
        scope: Scope,
    ) -> Result<BTreeSet<EntryId>, ViewError> {
        let done = acknowledged(&self.connection)?;
        let of_node =
            |scopes: &BTreeMap<NodeId, Scope>| scopes.get(node).is_some_and(|it| *it >= scope);
        let done = done.into_iter().filter(|(_, scopes)| of_node(scopes));
        Ok(done.map(|(erase, _)| erase).collect())
    }

    /// Notes how an erasure stands.
    pub(crate) fn set_standing(
        &mut self,
        erasure: &Erasure,
        standing: Effect,
    ) -> Result<(), ViewError> {
        let author = self.author_number(&erasure.author)?;
        let key = params![author, erasure.seq.cast_signed(), standing.code()];
        self.connection.execute(
            "UPDATE erasure SET standing = ?3 WHERE author = ?1 AND seq = ?2",
            key,
        )?;
        let key = params![author, erasure.seq.cast_signed()];
        self.connection
            .execute("DELETE FROM refused WHERE author = ?1 AND seq = ?2", key)?;
        if let Effect::Refused(code) = standing {
            // Of no record: nothing follows an erasure.
            self.write_refusal(&Refusal {
                author: erasure.author,
                seq: erasure.seq,
                record: None,
                creation: None,
                kind: Kind::ERASE,
                check: Check::of(&erasure.id),
                code,
            })?;
        }
        Ok(())
    }

    /// What became of a record by erasures.
    pub(crate) fn fate(&self, record: &RecordId) -> Fate {
        self.dead.get(record).copied().unwrap_or(Fate::Kept)
    }

    /// The dead record that the entry at a place created.
    pub(crate) fn dead_record(&self, creation: &Place) -> Option<RecordId> {
        self.dead_creations.get(creation).copied()
    }

    /// All dead records.
    pub(crate) fn dead(&self) -> impl Iterator<Item = (&RecordId, Fate)> {
        self.dead.iter().map(|(record, fate)| (record, *fate))
    }

    /// Takes a record out of all that is shown, and remembers that it is dead.
    pub(crate) fn bury(
        &mut self,
        record: &RecordId,
        fate: Fate,
        creations: &BTreeSet<Place>,
    ) -> Result<(), ViewError> {
        let mut creations = creations.clone();
        creations.extend(self.creations(record)?);
        self.forget(record)?;
        self.connection
            .execute("DELETE FROM quarantine WHERE record = ?1", [&record.0[..]])?;
        self.quarantined.remove(record);
        for creation in &creations {
            self.bury_creation(creation, record)?;
        }
        self.connection.execute(
            "INSERT OR REPLACE INTO dead (record, deleted) VALUES (?1, ?2)",
            params![&record.0[..], fate == Fate::Deleted],
        )?;
        self.dead.insert(*record, fate);
        Ok(())
    }

    /// Remembers that an entry created a dead record: nothing about it is looked at.
    pub(crate) fn bury_creation(
        &mut self,
        creation: &Place,
        record: &RecordId,
    ) -> Result<(), ViewError> {
        let author = self.author_number(&creation.author)?;
        let key = params![author, creation.seq.cast_signed()];
        for table in ["pending", "sealing"] {
            let delete =
                format!("DELETE FROM {table} WHERE subject_author = ?1 AND subject_seq = ?2");
            self.connection.execute(&delete, key)?;
        }
        self.pending.remove(creation);
        self.room_changed = true;
        self.connection.execute(
            "INSERT OR REPLACE INTO dead_creation (author, seq, record) VALUES (?1, ?2, ?3)",
            params![author, creation.seq.cast_signed(), &record.0[..]],
        )?;
        self.dead_creations.insert(*creation, *record);
        Ok(())
    }

    /// The entries that are known to have created a record.
    pub(crate) fn creations(&self, record: &RecordId) -> Result<BTreeSet<Place>, ViewError> {
        let Some(head) = self.head(record)? else {
            return Ok(BTreeSet::new());
        };
        let mut select = self.connection.prepare_cached(
            "SELECT a.node, e.seq FROM entry_of_record e \
             JOIN author a ON a.number = e.author WHERE e.record = ?1 AND e.kind = 2",
        )?;
        let known = select.query_map([head.number], |row| place(row, 0))?;
        Ok(known.collect::<Result<_, _>>()?)
    }

    /// Notes that bodies of deleted records came from somewhere, or that they are gone again.
    pub(crate) fn set_late_bodies(&self, late: bool) -> Result<(), ViewError> {
        self.connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
            params![LATE_BODIES, [u8::from(late)]],
        )?;
        Ok(())
    }

    /// Whether bodies of deleted records came from somewhere.
    pub(crate) fn has_late_bodies(&self) -> Result<bool, ViewError> {
        let noted = self.connection.query_row(
            "SELECT value FROM meta WHERE key = ?1",
            [LATE_BODIES],
            |row| row.get::<_, Vec<u8>>(0),
        );
        Ok(noted.optional()?.is_some_and(|it| it == [1]))
    }

    /// Writes the read model anew, so that nothing that was deleted is left in its files: SQLite
    /// only marks it as free, and the full text and the log keep older pages.
    pub(crate) fn scrub(&self) -> Result<(), ViewError> {
        self.reader().forget_connections();
        self.connection
            .execute_batch("INSERT INTO search_text (search_text) VALUES ('optimize');")?;
        step("the read model leaves no free pages");
        self.connection.execute_batch("VACUUM;")?;
        step("the read model's log is emptied");
        let busy: i64 =
            self.connection
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        if busy == 0 {
            Ok(())
        } else {
            Err(ViewError::Files(std::io::Error::other(
                "others are reading the read model",
            )))
        }
    }

    pub(super) fn reload_erasures(&mut self) -> Result<(), ViewError> {
        let mut select = self.connection.prepare(
            "SELECT a.node, w.seq, w.kind, s.node, w.subject_seq FROM without_body w \
             JOIN author a ON a.number = w.author LEFT JOIN author s ON s.number = w.subject_author",
        )?;
        let mut rows = select.query([])?;
        (self.without_body, self.bodiless) = (BTreeMap::new(), BTreeSet::new());
        while let Some(row) = rows.next()? {
            let (at, kind) = (place(row, 0)?, Kind(row.get(2)?));
            if let (Kind::CHANGE, Some(creation)) = (kind, perhaps_place(row, 3)?) {
                self.bodiless.insert((creation, at));
            }
            self.without_body.insert(at, kind);
        }
        let mut select = self
            .connection
            .prepare("SELECT record, deleted FROM dead")?;
        self.dead = select.query_map([], dead_row)?.collect::<Result<_, _>>()?;
        let mut select = self.connection.prepare(
            "SELECT a.node, d.seq, d.record FROM dead_creation d \
             JOIN author a ON a.number = d.author",
        )?;
        let rows = select.query_map([], |row| Ok((place(row, 0)?, RecordId(row.get(2)?))))?;
        self.dead_creations = rows.collect::<Result<_, _>>()?;
        Ok(())
    }
}

impl Reader {
    /// Every erasure, in the order of journals.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn erasures(&self) -> Result<Vec<Erasure>, ViewError> {
        self.with(erasures_of)
    }

    /// Who said of which erasures that they are carried out, and how much of them.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn acknowledged(&self) -> Result<BTreeMap<EntryId, BTreeMap<NodeId, Scope>>, ViewError> {
        self.with(acknowledged)
    }

    /// What became of a record by erasures.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn fate(&self, record: &RecordId) -> Result<Fate, ViewError> {
        self.with(|connection| {
            let mut select =
                connection.prepare_cached("SELECT record, deleted FROM dead WHERE record = ?1")?;
            let found = select.query_row([&record.0[..]], dead_row);
            Ok(found.optional()?.map_or(Fate::Kept, |(_, fate)| fate))
        })
    }
}

fn dead_row(row: &Row<'_>) -> rusqlite::Result<(RecordId, Fate)> {
    let fate = if row.get(1)? {
        Fate::Deleted
    } else {
        Fate::Hidden
    };
    Ok((RecordId(row.get(0)?), fate))
}

fn erasures_of(connection: &Connection) -> Result<Vec<Erasure>, ViewError> {
    let mut select = connection.prepare_cached(
        "SELECT a.node, e.seq, s.node, e.subject_seq, e.id, e.time, e.body, e.standing, e.cited \
         FROM erasure e JOIN author a ON a.number = e.author \
         JOIN author s ON s.number = e.subject_author ORDER BY a.node, e.seq",
    )?;
    let mut found = Vec::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let at = place(row, 0)?;
        let body: Vec<u8> = row.get(6)?;
        let malformed = |_| ViewError::Malformed { what: "erasure" };
        found.push(Erasure {
            author: at.author,
            seq: at.seq,
            subject: place(row, 2)?,
            id: EntryId(row.get(4)?),
            time: Timestamp(row.get::<_, i64>(5)?.cast_unsigned()),
            erase: Erase::decode(&body).map_err(malformed)?,
            cited: VersionId(row.get(8)?),
            standing: Effect::from_code(&row.get::<_, String>(7)?),
        });
    }
    Ok(found)
}

fn acknowledged(
    connection: &Connection,
) -> Result<BTreeMap<EntryId, BTreeMap<NodeId, Scope>>, ViewError> {
    let mut select = connection.prepare_cached(
        "SELECT e.erase, a.node, e.all_of_it FROM erased e JOIN author a ON a.number = e.author",
    )?;
    let mut found: BTreeMap<EntryId, BTreeMap<NodeId, Scope>> = BTreeMap::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let scope = if row.get(2)? {
            Scope::All
        } else {
            Scope::Sealed
        };
        let by = found.entry(EntryId(row.get(0)?)).or_default();
        by.insert(NodeId(row.get(1)?), scope);
    }
    Ok(found)
}
