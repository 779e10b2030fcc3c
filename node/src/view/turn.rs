//! Which records were written here since a moment: by turns of this read model, nobody's clock.
//!
//! Authors claim when they changed something, and what they say may arrive weeks later. Whoever
//! wants to look only at what is new to *this* node asks by turn: each writing of a record takes the
//! next one. A read model that was built again counts anew, which its name tells.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params, params_from_iter};
use sync_protocol::id::RecordId;

use super::error::ViewError;
use super::read::Reader;
use super::write::View;

/// The key of the turn that was reached when a record was last forgotten, in `meta`.
const FORGOTTEN: &str = "turn";

/// A moment of one read model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Which read model: each that is built has another name.
    made: String,
    turn: i64,
}

impl Moment {
    /// The moment of the same read model after this turn.
    pub(crate) fn after(&self, turn: i64) -> Self {
        Self {
            turn,
            ..self.clone()
        }
    }

    /// Whether both are of one read model, so that something can have been written between them.
    pub(crate) fn is_of_the_same(&self, other: &Self) -> bool {
        self.made == other.made
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.made, self.turn)
    }
}

impl FromStr for Moment {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (made, turn) = text.split_once('.').ok_or(())?;
        Ok(Self {
            made: made.to_owned(),
            turn: turn.parse().map_err(|_| ())?,
        })
    }
}

/// A record that was written, and when.
#[derive(Clone, Debug)]
pub(crate) struct WrittenHere {
    pub(crate) turn: i64,
    pub(crate) record: RecordId,
    pub(crate) collection: String,
}

impl Reader {
    /// The moment it is now.
    pub(crate) fn moment(&self) -> Result<Moment, ViewError> {
        self.with(|connection| {
            Ok(Moment {
                made: name_of(connection)?,
                turn: last_turn(connection)?,
            })
        })
    }

    /// Records of these collections, removed or not, that were written since a moment: all, where
    /// that is none or one of another read model. The longest ago first.
    pub(crate) fn written_since(
        &self,
        since: Option<&Moment>,
        collections: &[&str],
    ) -> Result<Vec<WrittenHere>, ViewError> {
        let places = vec!["?"; collections.len()].join(", ");
        let sql = format!(
            "SELECT turn, id, collection FROM record WHERE turn > ? \
             AND +collection IN ({places}) ORDER BY turn"
        );
        self.with(|connection| {
            let _snapshot = connection.unchecked_transaction()?;
            let made = name_of(connection)?;
            let since = since.filter(|since| since.made == made);
            let since = Cell::Integer(since.map_or(0, |since| since.turn));
            let texts = collections.iter().map(|it| Cell::Text((*it).to_owned()));
            let bound = params_from_iter(std::iter::once(since).chain(texts));
            let mut select = connection.prepare_cached(&sql)?;
            let rows = select.query_map(bound, |row| {
                Ok(WrittenHere {
                    turn: row.get(0)?,
                    record: RecordId(row.get(1)?),
                    collection: row.get(2)?,
                })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }
}

impl View {
    /// The turn of what is written next.
    pub(super) const fn next_turn(&mut self) -> i64 {
        self.turn += 1;
        self.turn
    }

    pub(super) fn reload_turn(&mut self) -> Result<(), ViewError> {
        self.turn = last_turn(&self.connection)?;
        Ok(())
    }

    /// Notes the turn reached, since the record that tells it may be the one that goes.
    pub(super) fn keep_turn(&self) -> Result<(), ViewError> {
        let mut note = self
            .connection
            .prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
        note.execute(params![FORGOTTEN, self.turn.to_be_bytes()])?;
        Ok(())
    }
}

fn name_of(connection: &Connection) -> Result<String, ViewError> {
    let mut select = connection.prepare_cached("SELECT value FROM meta WHERE key = 'made'")?;
    let name: Vec<u8> = select.query_row([], |row| row.get(0))?;
    Ok(HEXLOWER.encode(&name))
}

fn last_turn(connection: &Connection) -> Result<i64, ViewError> {
    let mut select =
        connection.prepare_cached("SELECT coalesce(max(turn), 0) FROM record WHERE turn > 0")?;
    let of_records: i64 = select.query_row([], |row| row.get(0))?;
    let mut select = connection.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    let mut noted = select.query([FORGOTTEN])?;
    let noted = match noted.next()? {
        Some(row) => row.get::<_, [u8; 8]>(0).map_or(0, i64::from_be_bytes),
        None => 0,
    };
    Ok(of_records.max(noted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replica::testing::{TestNode, fields, removed, text};

    fn ids(reader: &Reader, since: &Moment) -> Vec<RecordId> {
        let found = reader.written_since(Some(since), &["opportunity"]);
        found.unwrap().into_iter().map(|it| it.record).collect()
    }

    #[test]
    fn what_is_written_after_a_moment_is_found_and_what_was_there_is_not() {
        let mut node = TestNode::new(1);
        let one = node.create(1, fields([("title", text("Bail"))]));
        let reader = node.replica.reader();
        let empty: Moment = "00.0".parse().unwrap();
        // A moment of another read model says nothing of this one.
        assert_eq!(ids(&reader, &empty), [one]);
        let now = reader.moment().unwrap();
        assert_eq!(now.to_string().parse(), Ok(now.clone()));
        assert!(ids(&reader, &now).is_empty());
        let other = node.create(2, fields([("title", text("Four"))]));
        assert_eq!(ids(&reader, &now), [other]);
        let then = reader.moment().unwrap();
        node.edit(one, removed(true));
        assert_eq!(ids(&reader, &now), [other, one]);
        assert_eq!(ids(&reader, &then), [one]);
        assert!(
            reader
                .written_since(Some(&now), &["project"])
                .unwrap()
                .is_empty()
        );
        // Built again, everything is new.
        node.replica.rebuild().unwrap();
        assert_ne!(reader.moment().unwrap().made, now.made);
    }
}
