//! What waits in the whole network, for its meetings, and what came through its portal and waits for
//! somebody: found through indexes, like what waits for one structure ([`super::work`]).
//!
//! The number is always exact and only the first are named: a registry that grows makes an agenda
//! longer to count, and never wrong without saying so.

use jiff::civil::Date;
use rusqlite::types::Value as Cell;
use sync_protocol::id::StructureId;
use sync_protocol::time::Timestamp;

use super::error::ViewError;
use super::read::Reader;
use super::work::{Asked, GOOD_UNTIL, ON_OFFER, UNANSWERED, Work, day, text};

/// A project under way (`p`) of somebody whom the network still accompanies (`h`, `hr`), who was told
/// so by the notice that is bound.
const OF_NOTICE: &str = "p.outcome IS NULL AND +p._removed = 0 AND h.info_notice_version = ? \
     AND h.status = 'active' AND +h._removed = 0";

/// The holder of project `p`.
const ITS_HOLDER: &str = "CROSS JOIN record hr ON hr.id = unhex(p.holder) \
     CROSS JOIN row_holder h ON h.record = hr.number";

fn unanswered(sent_before: &str) -> Asked {
    Asked {
        from: format!("row_referral t INDEXED BY row_referral_by_status WHERE {UNANSWERED}"),
        order: "t.sent_on, t._id",
        bound: vec![text(sent_before)],
    }
}

/// Those that somebody says are gone, those never verified, those verified too long ago.
fn expired(today: Date) -> [Asked; 3] {
    let on_offer = |condition: String, bound: Vec<Cell>, order: &'static str| Asked {
        from: format!(
            "row_opportunity t INDEXED BY row_opportunity_by_good_until \
             WHERE {ON_OFFER} AND {condition} AND +t._removed = 0"
        ),
        order,
        bound,
    };
    let doubtful = Asked {
        from: format!(
            "row_opportunity t INDEXED BY row_opportunity_by_status WHERE t.status = 'to_check' \
             AND coalesce({GOOD_UNTIL} < ?, 1) AND +t._removed = 0"
        ),
        order: "t._changed, t._id",
        bound: vec![day(today)],
    };
    [
        doubtful,
        on_offer(format!("{GOOD_UNTIL} IS NULL"), Vec::new(), "t._id"),
        on_offer(format!("{GOOD_UNTIL} < ?"), vec![day(today)], GOOD_UNTIL),
    ]
}

/// What was created since was changed since, at its creation if never after.
fn new_projects(since: Timestamp) -> Asked {
    let since = Cell::Integer(since.0.cast_signed());
    Asked {
        from: "row_project t INDEXED BY row_project_by_change \
               CROSS JOIN record r ON r.number = t.record \
               WHERE t._removed = 0 AND t._changed >= ? AND r.created_at >= ?"
            .into(),
        order: "r.created_at DESC, t._id",
        bound: vec![since.clone(), since],
    }
}

fn kept_needs(lead: &str, notice: &str, owner: Option<StructureId>) -> Asked {
    let owned = match owner {
        Some(_) => "AND hr.owner = ?",
        None => "",
    };
    let owner = owner.map(|it| Cell::Blob(it.0.to_vec()));
    Asked {
        from: format!(
            "row_project p INDEXED BY row_project_by_lead {ITS_HOLDER} \
             CROSS JOIN row_need t INDEXED BY row_need_by_project ON t.project = lower(hex(p._id)) \
             WHERE p.lead_structure = ? AND {OF_NOTICE} {owned} \
             AND t.theme IS NOT NULL AND t.answer IS NULL AND +t._removed = 0 \
             AND NOT EXISTS (SELECT 1 FROM row_referral f INDEXED BY row_referral_by_project \
             WHERE f.project = t.project AND f.theme = t.theme AND f.status IS NOT NULL \
             AND +f._removed = 0)"
        ),
        order: "p._changed, t.project, t.theme, t._id",
        bound: [text(lead), text(notice)]
            .into_iter()
            .chain(owner)
            .collect(),
    }
}

fn unanswered_of_notice(but: &str, notice: &str, sent_before: &str) -> Asked {
    Asked {
        from: format!(
            "row_referral t INDEXED BY row_referral_by_status \
             CROSS JOIN record pr ON pr.id = unhex(t.project) \
             CROSS JOIN row_project p ON p.record = pr.number {ITS_HOLDER} \
             WHERE {UNANSWERED} AND {OF_NOTICE} \
             AND coalesce(t.from_structure, '') <> ? AND coalesce(t.to_structure, '') <> ?"
        ),
        order: "t.sent_on, t._id",
        bound: [sent_before, notice, but, but].map(text).into(),
    }
}

impl Reader {
    /// Referrals of whomever that were sent before this instant and that nobody answered, the longest
    /// waiting first.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn all_unanswered(
        &self,
        sent_before: &str,
        limit: usize,
    ) -> Result<Work, ViewError> {
        self.work(&unanswered(sent_before), limit)
    }

    /// Opportunities on offer, or to check, that nobody vouched for within their interval: those that
    /// somebody says are gone first, then the longest unverified.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn all_expired(&self, today: Date, limit: usize) -> Result<Work, ViewError> {
        let parts = expired(today);
        self.with(|connection| {
            let mut all = Work::default();
            for part in &parts {
                let work = part.answer(connection, limit.saturating_sub(all.first.len()))?;
                all.total += work.total;
                all.first.extend(work.first);
            }
            Ok(all)
        })
    }

    /// Projects created at this instant or later, the last first.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn projects_since(&self, since: Timestamp, limit: usize) -> Result<Work, ViewError> {
        self.work(&new_projects(since), limit)
    }

    /// Needs without an answer and without any referral, of projects that `lead` leads, of people who
    /// were told by `notice`; only of holders that `owner` owns, if one is given.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn needs_kept(
        &self,
        lead: &str,
        notice: &str,
        owner: Option<StructureId>,
        limit: usize,
    ) -> Result<Work, ViewError> {
        self.work(&kept_needs(lead, notice, owner), limit)
    }

    /// Referrals of people who were told by `notice`, sent before this instant and answered by
    /// nobody, between others than `but`; the longest waiting first.
    ///
    /// # Errors
    /// The read model cannot be read.
    pub(crate) fn unanswered_told_by(
        &self,
        notice: &str,
        but: &str,
        sent_before: &str,
        limit: usize,
    ) -> Result<Work, ViewError> {
        self.work(&unanswered_of_notice(but, notice, sent_before), limit)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rusqlite::Connection;

    use super::*;
    use crate::view::tests::{of_registry, plan_of};

    #[test]
    fn everything_is_sought_in_an_index_and_nothing_scanned() {
        let folder = tempfile::tempdir().unwrap();
        let reader = of_registry(folder.path());
        let owner = Some(StructureId([1; 32]));
        let mut all = expired(date(2026, 11, 23)).to_vec();
        all.extend([
            unanswered("2026-11-18T23:00:00Z"),
            new_projects(Timestamp(1)),
            kept_needs("aa", "portal", owner),
            kept_needs("aa", "portal", None),
            unanswered_of_notice("aa", "portal", "2026-11-18T23:00:00Z"),
        ]);
        for asked in &all {
            let sql = format!("SELECT t._id FROM {} ORDER BY {}", asked.from, asked.order);
            let planned = plan_of(&reader, &sql);
            assert!(!planned.contains("SCAN"), "{}\n{planned}", asked.from);
        }
    }

    #[test]
    fn of_thousands_every_one_is_counted_and_the_first_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let reader = of_registry(folder.path());
        let path = folder.path().join("registry.sqlite");
        let fill = Connection::open(path).unwrap();
        let filled = fill.execute_batch(
            "BEGIN; WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) \
             INSERT INTO record SELECT i, randomblob(32), \
             CASE i % 3 WHEN 0 THEN 'opportunity' WHEN 1 THEN 'referral' ELSE 'project' END, \
             zeroblob(32), 1700000000000 + i, 1, 1700000000000 + i, 1, 0, 0, 0, zeroblob(32), i \
             FROM n; \
             INSERT INTO row_opportunity (record, _id, _removed, _changed, status, kind, \
             review_every_days, last_verified_on) SELECT number, id, 0, changed_at, \
             CASE WHEN number % 2 THEN 'published' ELSE 'to_check' END, 'premises', 90, \
             CASE WHEN number % 30 THEN '2025-11-01' ELSE '2026-11-01' END \
             FROM record WHERE number % 3 = 0; \
             INSERT INTO row_referral (record, _id, _removed, _changed, status, sent_on) \
             SELECT number, id, 0, changed_at, 'sent', \
             printf('2026-%02d-01T08:00:00Z', 9 + number % 4) FROM record WHERE number % 3 = 1; \
             INSERT INTO row_project (record, _id, _removed, _changed) \
             SELECT number, id, number % 5 = 0, changed_at FROM record WHERE number % 3 = 2; \
             COMMIT;",
        );
        filled.unwrap();
        let late = reader.all_unanswered("2026-11-18T23:00:00Z", 30).unwrap();
        assert_eq!(
            (late.total, late.first.len()),
            (2_250, 30),
            "but December's"
        );
        let expired = reader.all_expired(date(2026, 11, 23), 30).unwrap();
        assert_eq!((expired.total, expired.first.len()), (2_700, 30));
        let all = reader.projects_since(Timestamp(1_700_000_000_000), 30);
        assert_eq!(all.unwrap().total, 2_400);
        let last = reader.projects_since(Timestamp(1_700_000_008_900), 30);
        let last = last.unwrap();
        assert_eq!((last.total, last.first.len()), (27, 27));
    }
}
