//! What waits for one structure, found through indexes: never by reading every record.
//!
//! Only where something is, and how much of it; what it means for people is said in [`crate::node`].
//! Days come as arguments. Each statement has an index made for it ([`indexes_of`]).

use std::fmt::Write as _;

use jiff::civil::Date;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params_from_iter};
use sync_protocol::id::{NodeId, RecordId, StructureId};
use sync_protocol::time::Timestamp;

use super::error::ViewError;
use super::read::Reader;
use super::schema::RecordTable;

/// Some work: how much there is, and the first of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// How many records in all.
    pub total: u64,
    /// The first of them, the most urgent first.
    pub first: Vec<RecordId>,
}

/// Whose work is asked for.
#[derive(Clone, Debug)]
pub struct Whose<'a> {
    /// The structures that it owns records as: itself, and those that it stands in for.
    pub owners: &'a [StructureId],
    /// The record that stands for it.
    pub record: &'a str,
}

/// The day after which an opportunity on offer is to be seen again; the same rule as
/// [`crate::registry::freshness`].
///
/// What another program wrote in place of a day is not given to `date`: of `now` it would refuse to
/// make an index, and the record could not be followed at all.
pub(super) const GOOD_UNTIL: &str = "CASE WHEN length(last_verified_on) = 10 THEN date(last_verified_on, '+' || CASE \
     WHEN review_every_days BETWEEN 1 AND 730 THEN review_every_days \
     WHEN kind IN ('land', 'farmland', 'activity_wanted') THEN 180 ELSE 90 END || ' days') END";

pub(super) const ON_OFFER: &str = "status IN ('published', 'under_negotiation')";

/// The indexes that this module asks, of one collection's table.
pub(super) fn indexes_of(table: &RecordTable) -> String {
    let name = &table.name;
    let wanted: &[(&str, &str, &str)] = match table.collection.name {
        "opportunity" => &[
            ("by_good_until", GOOD_UNTIL, ON_OFFER),
            ("by_status", "status, _changed, _removed, _id", ""),
        ],
        "local_service" => &[("by_verified", "last_verified_on, _removed, _id", "")],
        "referral" => &[
            ("by_receiver", "to_structure, status, sent_on", ""),
            ("by_sender", "from_structure, status, sent_on", ""),
            ("by_project", "project, theme, status", ""),
            ("by_status", "status, closed_on", ""),
        ],
        "need" => &[
            ("by_project", "project, theme", ""),
            ("by_theme", "theme, answer, project, _removed", ""),
        ],
        "project" => &[
            (
                "by_start",
                "lead_structure, launched_on",
                "launched_on IS NOT NULL",
            ),
            ("by_lead", "lead_structure, _removed, _changed", ""),
        ],
        "durability_check" => &[("by_project", "project, month", "")],
        "decision" => &[("by_owner", "owner, state, due_on", "")],
        _ => &[],
    };
    // Tests have collections of the same names with fewer fields.
    let fields: &[&str] = match table.collection.name {
        "opportunity" => &["review_every_days", "last_verified_on"],
        _ => &[],
    };
    let has = |wanted: &&str| table.columns.iter().any(|column| column.name == **wanted);
    if !fields.iter().all(has) {
        return String::new();
    }
    let mut sql = String::new();
    for (suffix, columns, condition) in wanted {
        let _ = write!(sql, "CREATE INDEX {name}_{suffix} ON {name} ({columns}");
        if columns.contains('(') {
            // All that is asked of a row, so that no row is read.
            sql.push_str(", _removed, status, last_verified_on, review_every_days, kind, _id");
        }
        sql.push(')');
        if !condition.is_empty() {
            let _ = write!(sql, " WHERE {condition}");
        }
        sql.push_str(";\n");
    }
    sql
}

/// A statement's parts: what follows `FROM`, the order, what is bound.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) from: String,
    pub(super) order: &'static str,
    pub(super) bound: Vec<Cell>,
}

pub(super) fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

pub(super) fn day(value: Date) -> Cell {
    Cell::Text(value.to_string())
}

/// `r.owner IN (?, ?)`.
fn owned(owners: &[StructureId], bound: &mut Vec<Cell>) -> String {
    bound.extend(owners.iter().map(|it| Cell::Blob(it.0.to_vec())));
    format!("r.owner IN ({})", vec!["?"; owners.len()].join(", "))
}

impl Asked {
    pub(super) fn answer(&self, connection: &Connection, limit: usize) -> Result<Work, ViewError> {
        let first = self.first(connection, limit)?;
        if first.len() < limit {
            let total = first.len() as u64;
            return Ok(Work { total, first });
        }
        let sql = format!("SELECT count(*) FROM {}", self.from);
        let mut count = connection.prepare_cached(&sql)?;
        let total: i64 = count.query_row(params_from_iter(&self.bound), |row| row.get(0))?;
        let total = total.cast_unsigned();
        Ok(Work { total, first })
    }

    fn first(&self, connection: &Connection, limit: usize) -> Result<Vec<RecordId>, ViewError> {
        let Self { from, order, .. } = self;
        let sql = format!("SELECT t._id FROM {from} ORDER BY {order} LIMIT ?");
        let mut select = connection.prepare_cached(&sql)?;
        let limit = Cell::Integer(i64::try_from(limit).unwrap_or(i64::MAX));
        let bound = self.bound.iter().chain(std::iter::once(&limit));
        let ids = select.query_map(params_from_iter(bound), |row| Ok(RecordId(row.get(0)?)))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}

/// Those that somebody says are gone, those never verified, those verified too long ago.
///
/// Nobody counts for SQLite what is in a table, so that it takes every index to be as good as
/// another: it is told, by a name here and by the sign before `_removed` everywhere.
fn to_verify(whose: &Whose<'_>, today: Date) -> [Asked; 3] {
    let part = |condition: &str, first: Vec<Cell>, order: &'static str| {
        let mut bound = first;
        let owned = owned(whose.owners, &mut bound);
        let index = match condition.starts_with(ON_OFFER) {
            true => "INDEXED BY row_opportunity_by_good_until",
            false => "",
        };
        let from = format!(
            "row_opportunity t {index} CROSS JOIN record r ON r.number = t.record \
             WHERE {condition} AND +t._removed = 0 AND {owned}"
        );
        Asked { from, order, bound }
    };
    let never = format!("{ON_OFFER} AND {GOOD_UNTIL} IS NULL");
    let long_ago = format!("{ON_OFFER} AND {GOOD_UNTIL} < ?");
    [
        part("status = 'to_check'", Vec::new(), "t._changed"),
        part(&never, Vec::new(), "t._id"),
        part(&long_ago, vec![day(today)], GOOD_UNTIL),
    ]
}

/// A referral that nobody answered, sent before the instant that is bound for it.
pub(super) const UNANSWERED: &str = "t.status IN ('sent', 'received') AND t.sent_on < ? \
     AND t.answered_on IS NULL AND +t._removed = 0";

fn unanswered(whose: &Whose<'_>, sent_before: &str) -> Asked {
    Asked {
        from: format!("row_referral t WHERE t.from_structure = ? AND {UNANSWERED}"),
        order: "t.sent_on, t._id",
        bound: vec![text(whose.record), text(sent_before)],
    }
}

/// Records with a field in conflict; conflicts are few, so they come first.
fn in_conflict(whose: &Whose<'_>) -> Asked {
    let mut bound = Vec::new();
    let owned = owned(whose.owners, &mut bound);
    bound.extend(std::iter::repeat_n(text(whose.record), 4));
    // `t` gives the columns that every list of work is made of.
    let from = format!(
        "(SELECT DISTINCT r.id AS _id, r.changed_at AS changed FROM conflict c \
         CROSS JOIN record r ON r.number = c.record \
         LEFT JOIN row_referral f ON f.record = c.record \
         LEFT JOIN row_project p ON p.record = c.record \
         WHERE r.removed = 0 AND ({owned} OR f.to_structure = ? OR f.from_structure = ? \
         OR f.lead_structure = ? OR p.lead_structure = ?)) t"
    );
    let order = "t.changed, t._id";
    Asked { from, order, bound }
}

fn unverified_services(whose: &Whose<'_>, before: Date) -> Asked {
    let mut bound = vec![day(before)];
    let owned = owned(whose.owners, &mut bound);
    Asked {
        from: format!(
            "row_local_service t CROSS JOIN record r ON r.number = t.record \
             WHERE (t.last_verified_on IS NULL OR t.last_verified_on < ?) \
             AND +t._removed = 0 AND {owned}"
        ),
        order: "t.last_verified_on",
        bound,
    }
}

fn perhaps_kept(whose: &Whose<'_>, collection: &str, moments: [Timestamp; 3]) -> Option<Asked> {
    let [drafts, ended, helped] = moments.map(|it| it.0.cast_signed());
    let as_day = |millis: i64| format!("date({millis} / 1000, 'unixepoch')");
    let condition = match collection {
        "opportunity" => format!(
            "t.status IN ('draft', 'to_check', 'filled', 'withdrawn') AND t._changed < CASE \
             WHEN t.status IN ('draft', 'to_check') THEN {drafts} ELSE {helped} END"
        ),
        "referral" => format!(
            "(t.status = 'draft' AND t._changed < {drafts} OR t.status IN ('done', \
             'declined', 'rerouted', 'withdrawn', 'unreachable', 'done_no_help', \
             'holder_withdrew') AND coalesce(t.closed_on, '') < {})",
            as_day(ended)
        ),
        "holder" => format!(
            "(t._changed < {ended} OR t.last_contact_on < {} OR t.status = 'withdrawn')",
            as_day(ended)
        ),
        "project" => format!(
            "(t._changed < {ended} OR t.launched_on < {})",
            as_day(helped)
        ),
        _ => return None,
    };
    let mut bound = Vec::new();
    let owned = owned(whose.owners, &mut bound);
    Some(Asked {
        from: format!(
            "row_{collection} t CROSS JOIN record r ON r.number = t.record \
             WHERE {condition} AND {owned}"
        ),
        order: "t._changed, t._id",
        bound,
    })
}

impl Reader {
    pub(super) fn work(&self, asked: &Asked, limit: usize) -> Result<Work, ViewError> {
        self.with(|connection| asked.answer(connection, limit))
    }

    /// Referrals of these states that a structure sends or receives, the longest waiting first.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn referrals_of(
        &self,
        whose: &Whose<'_>,
        receives: bool,
        statuses: &[&str],
        limit: usize,
    ) -> Result<Work, ViewError> {
        let party = if receives {
            "to_structure"
        } else {
            "from_structure"
        };
        let mut bound = vec![text(whose.record)];
        bound.extend(statuses.iter().copied().map(text));
        let places = vec!["?"; statuses.len()].join(", ");
        let asked = Asked {
            from: format!(
                "row_referral t WHERE t.{party} = ? AND t.status IN ({places}) AND +t._removed = 0"
            ),
            order: "t.sent_on, t._id",
            bound,
        };
        self.work(&asked, limit)
    }

    /// Referrals that a structure sent before this instant and that nobody answered, the longest
    /// waiting first.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn referrals_unanswered(
        &self,
        whose: &Whose<'_>,
        sent_before: &str,
        limit: usize,
    ) -> Result<Work, ViewError> {
        self.work(&unanswered(whose, sent_before), limit)
    }

    /// Opportunities of a structure that are to check, or on offer and not verified for longer than
    /// their interval: those that somebody says are gone first, then the longest unverified.
    ///
    /// A verification dated in the future is not looked for here: whoever writes one makes it *to
    /// check*.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn opportunities_to_verify(
        &self,
        whose: &Whose<'_>,
        today: Date,
        limit: usize,
    ) -> Result<Work, ViewError> {
        let parts = to_verify(whose, today);
        self.with(|connection| {
            let mut all = Work::default();
            for part in &parts {
                let room = limit.saturating_sub(all.first.len());
                let work = part.answer(connection, room)?;
                all.total += work.total;
                all.first.extend(work.first);
            }
            Ok(all)
        })
    }

    /// Local services of a structure that were never verified, or last before this day.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn services_to_verify(
        &self,
        whose: &Whose<'_>,
        before: Date,
        limit: usize,
    ) -> Result<Work, ViewError> {
        let asked = unverified_services(whose, before);
        self.work(&asked, limit)
    }

    /// Records with a field in conflict that are a structure's own, referrals that bind it or
    /// projects that it leads.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn conflicts_of(&self, whose: &Whose<'_>, limit: usize) -> Result<Work, ViewError> {
        self.work(&in_conflict(whose), limit)
    }

    /// Projects that a structure leads and that nobody looked at on the last day when that was due,
    /// months after they began.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn durability_due(
        &self,
        whose: &Whose<'_>,
        today: Date,
        limit: usize,
    ) -> Result<Work, ViewError> {
        let mut due = String::from("CASE ");
        let mut bound = vec![text(whose.record), day(today)];
        for months in [60, 36, 24, 12] {
            let _ = write!(
                due,
                "WHEN date(t.launched_on, '+{months} months') <= ? THEN '{months}' "
            );
            bound.push(day(today));
        }
        due.push_str("ELSE '6' END");
        let asked = Asked {
            from: format!(
                "row_project t WHERE t.lead_structure = ? AND t.launched_on IS NOT NULL \
                 AND +t._removed = 0 AND date(t.launched_on, '+6 months') <= ? \
                 AND coalesce(t.outcome, '') NOT IN ('abandoned', 'settled_elsewhere') \
                 AND NOT EXISTS (SELECT 1 FROM row_durability_check c \
                 WHERE c.project = lower(hex(t._id)) AND c.month = {due} AND c._removed = 0)"
            ),
            order: "t.launched_on, t._id",
            bound,
        };
        self.work(&asked, limit)
    }

    /// Open decisions that a structure answers for and that are due.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn decisions_due(
        &self,
        whose: &Whose<'_>,
        today: Date,
        limit: usize,
    ) -> Result<Work, ViewError> {
        let asked = Asked {
            from: "row_decision t WHERE t.owner = ? AND t.state = 'open' AND t.due_on <= ? \
                   AND +t._removed = 0"
                .into(),
            order: "t.due_on, t._id",
            bound: vec![text(whose.record), day(today)],
        };
        self.work(&asked, limit)
    }

    /// Records of a structure, removed or not, that may be kept longer than they may be: what was
    /// not touched since the first of these moments where it is a draft, the second where it ended
    /// without success, the third where it was a success. The rules themselves are in
    /// [`crate::registry::retention`], which alone decides.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn perhaps_kept_too_long(
        &self,
        whose: &Whose<'_>,
        collection: &str,
        moments: [Timestamp; 3],
        limit: usize,
    ) -> Result<Work, ViewError> {
        match perhaps_kept(whose, collection, moments) {
            Some(asked) => self.work(&asked, limit),
            None => Ok(Work::default()),
        }
    }

    /// How many entries of a node were not applied.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn refused_of(&self, node: &NodeId) -> Result<u64, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT count(*) FROM refused f JOIN author a ON a.number = f.author \
                 WHERE a.node = ?1",
            )?;
            let count = select.query_row([&node.0[..]], |row| row.get::<_, i64>(0))?;
            Ok(count.cast_unsigned())
        })
    }

    /// The states of a project's referrals, by theme.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn referral_states(&self, project: &str) -> Result<Vec<(String, String)>, ViewError> {
        self.with(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT theme, status FROM row_referral INDEXED BY row_referral_by_project \
                 WHERE project = ?1 AND _removed = 0 AND theme IS NOT NULL AND status IS NOT NULL",
            )?;
            let rows = select.query_map([project], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
    }

    /// The needs of a project.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub fn needs_of(&self, project: &str) -> Result<Vec<RecordId>, ViewError> {
        let asked = Asked {
            from: "row_need t WHERE t.project = ? AND t._removed = 0".into(),
            order: "t.theme, t._id",
            bound: vec![text(project)],
        };
        self.with(|connection| asked.first(connection, usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use jiff::civil::date;

    use super::*;
    use crate::replica::testing::NETWORK;
    use crate::replica::{Nobody, Replica, Setup};

    const MINE: StructureId = StructureId([1; 32]);

    fn plan(reader: &Reader, asked: &Asked) -> String {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT t._id FROM {} ORDER BY {} LIMIT 5",
            asked.from, asked.order
        );
        let lines = reader.with(|connection| {
            let mut select = connection.prepare(&sql)?;
            let rows = select.query_map(params_from_iter(&asked.bound), |row| row.get(3))?;
            Ok(rows.collect::<Result<Vec<String>, _>>()?)
        });
        lines.unwrap().join("\n")
    }

    /// A hundred thousand opportunities and twenty thousand services, an eighth of them ours, nine
    /// in ten of all not verified for a year.
    #[test]
    fn what_waits_is_found_in_a_large_registry_without_reading_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registry.sqlite");
        let setup = Setup::registry(
            &path,
            NETWORK,
            NodeId([1; 32]),
            crate::territory::Territory::embedded(),
            std::sync::Arc::new(Nobody),
        );
        let reader = Replica::open(setup).unwrap().reader();
        let fill = Connection::open(&path).unwrap();
        let filled = fill.execute_batch(
            "BEGIN; WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) \
             INSERT INTO record SELECT i, randomblob(32), \
             CASE WHEN i <= 100000 THEN 'opportunity' ELSE 'local_service' END, \
             CASE WHEN i % 8 = 0 THEN unhex(replace(hex(zeroblob(32)), '00', '01')) \
             ELSE zeroblob(32) END, 0, 1, 1700000000000, 1, 0, 0, 0, zeroblob(32), i FROM n; \
             INSERT INTO row_opportunity (record, _id, _removed, _changed, status, kind, \
             review_every_days, last_verified_on, summary) SELECT number, id, 0, changed_at, \
             CASE WHEN number % 1000 = 0 THEN 'to_check' ELSE 'published' END, 'premises', 90, \
             CASE WHEN number % 10 = 0 THEN '2026-11-01' ELSE '2025-11-01' END, \
             hex(randomblob(300)) FROM record WHERE number <= 100000; \
             INSERT INTO row_local_service (record, _id, _removed, _changed, last_verified_on) \
             SELECT number, id, 0, changed_at, \
             CASE WHEN number % 10 = 0 THEN '2026-11-01' END FROM record WHERE number > 100000; \
             COMMIT;",
        );
        filled.unwrap();
        let (today, before) = (date(2026, 11, 23), date(2026, 5, 27));
        let record = "01".repeat(32);
        let whose = Whose {
            owners: &[MINE],
            record: &record,
        };
        let started = Instant::now();
        let verify = reader.opportunities_to_verify(&whose, today, 5).unwrap();
        let services = reader.services_to_verify(&whose, before, 5).unwrap();
        let drafts = [Timestamp(1_800_000_000_000); 3];
        let kept = reader
            .perhaps_kept_too_long(&whose, "opportunity", drafts, 100)
            .unwrap();
        println!("all of it in {:?}", started.elapsed());
        // Of 12,500 of ours, each fifth is a multiple of 10 and fresh, but for those to check.
        assert_eq!((verify.total, verify.first.len()), (10_000 + 100, 5));
        assert_eq!(services.total, 2_000);
        assert_eq!(kept.total, 100);

        let mut all = to_verify(&whose, today).to_vec();
        all.push(unverified_services(&whose, before));
        all.extend(perhaps_kept(&whose, "opportunity", drafts));
        for asked in &all {
            let plan = plan(&reader, asked);
            let of_rows = plan.lines().filter(|line| line.contains(" t "));
            for line in of_rows {
                assert!(line.contains("COVERING INDEX"), "{}\n{plan}", asked.from);
            }
        }
        let planned = plan(&reader, &unanswered(&whose, "2026-11-18T23:00:00Z"));
        let seek = "row_referral_by_sender (from_structure=? AND status=? AND sent_on<?)";
        assert!(planned.contains(seek), "{planned}");
        let planned = plan(&reader, &in_conflict(&whose));
        assert!(planned.contains("SCAN c\n"), "{planned}");
    }
}
