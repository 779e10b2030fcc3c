//! The rows that indicators are computed from, read in one pass a collection.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::error::ViewError;
use super::read::Reader;
use crate::indicators::facts::{
    Answer, Check, Cost, Decision, Facts, Holder, Link, Meeting, Need, Opportunity, Project,
    Referral, Training,
};
use crate::paris;

/// What parts the members of a list.
const LIST: char = '|';

/// Cells of one row, in the order of its columns.
struct Cells<'r, 's> {
    row: &'r Row<'s>,
    next: usize,
}

impl Cells<'_, '_> {
    fn cell(&mut self) -> ValueRef<'_> {
        self.next += 1;
        self.row.get_ref(self.next - 1).unwrap_or(ValueRef::Null)
    }

    fn maybe(&mut self) -> Option<String> {
        let text = self.cell().as_str().ok()?;
        Some(text.to_owned())
    }

    fn text(&mut self) -> String {
        self.maybe().unwrap_or_default()
    }

    fn day(&mut self) -> Option<Date> {
        self.cell().as_str().ok()?.parse().ok()
    }

    /// The day of an instant, where people of the territory are.
    fn day_of_instant(&mut self) -> Option<Date> {
        paris::day_of(self.cell().as_str().ok()?)
    }

    fn whole(&mut self) -> Option<i64> {
        self.cell().as_i64().ok()
    }

    fn decimal(&mut self) -> f64 {
        match self.cell() {
            ValueRef::Real(number) => number,
            ValueRef::Integer(number) => number as f64,
            _ => 0.0,
        }
    }

    fn yes(&mut self) -> Option<bool> {
        self.whole().map(|it| it != 0)
    }

    fn list<C: FromIterator<String>>(&mut self) -> C {
        let text = self.text();
        let members = text.split(LIST).filter(|it| !it.is_empty());
        members.map(str::to_owned).collect()
    }
}

fn rows<T>(
    connection: &Connection,
    sql: &str,
    read: impl Fn(&mut Cells<'_, '_>) -> T,
) -> Result<Vec<T>, ViewError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(read(&mut Cells { row, next: 0 }));
    }
    Ok(all)
}

impl Reader {
    /// Every row that indicators count; `record_of` gives the record that a structure keeps about
    /// itself. Baseline and roll are left to who knows them.
    pub(crate) fn facts(&self, record_of: &dyn Fn(&str) -> String) -> Result<Facts, ViewError> {
        self.with(|connection| {
            let mut facts = Facts {
                structures: names(connection)?,
                epci_of: rows(
                    connection,
                    "SELECT code, epci FROM commune WHERE epci IS NOT NULL",
                    |it| (it.text(), it.text()),
                )?
                .into_iter()
                .collect(),
                supply: supply(connection)?,
                ..Facts::default()
            };
            people(connection, &mut facts, record_of)?;
            offers(connection, &mut facts, record_of)?;
            network(connection, &mut facts)?;
            Ok(facts)
        })
    }
}

fn names(connection: &Connection) -> Result<BTreeMap<String, String>, ViewError> {
    let named = rows(connection, "SELECT id, name FROM structure", |it| {
        (it.text(), it.text())
    })?;
    Ok(named.into_iter().collect())
}

/// The themes that a structure or a support offer covers.
fn supply(connection: &Connection) -> Result<BTreeSet<String>, ViewError> {
    let lists: Vec<Vec<String>> = rows(
        connection,
        "SELECT competences FROM structure WHERE competences IS NOT NULL \
         UNION SELECT themes FROM support_offer WHERE themes IS NOT NULL",
        |it| it.list(),
    )?;
    Ok(lists.into_iter().flatten().collect())
}

fn people(
    connection: &Connection,
    facts: &mut Facts,
    record_of: &dyn Fn(&str) -> String,
) -> Result<(), ViewError> {
    facts.holders = rows(
        connection,
        "SELECT id, owner, coalesce(first_contact_on, created_on), residence FROM holder",
        |it| Holder {
            id: it.text(),
            structure: record_of(&it.text()),
            welcomed_on: it.day(),
            residence: it.maybe(),
        },
    )?;
    facts.projects = rows(
        connection,
        "SELECT id, holder, \"type\", sector, target_zones, lead_structure, outcome, launched_on, \
         arrival_on, settled_in, jobs_created, jobs_kept, opportunity, created_on FROM project",
        |it| Project {
            id: it.text(),
            holder: it.maybe(),
            kind: it.text(),
            sector: it.maybe(),
            zones: it.list(),
            lead: it.maybe(),
            outcome: it.maybe(),
            launched_on: it.day(),
            arrival_on: it.day(),
            settled_in: it.maybe(),
            jobs_created: it.decimal(),
            jobs_kept: it.decimal(),
            opportunity: it.maybe(),
            created_on: it.day(),
        },
    )?;
    facts.referrals = rows(
        connection,
        "SELECT project, theme, need, from_structure, to_structure, status, decline_reason, \
         sent_on, answered_on, closed_on FROM referral",
        |it| Referral {
            project: it.text(),
            theme: it.text(),
            need: it.maybe(),
            from: it.text(),
            to: it.text(),
            status: it.text(),
            decline_reason: it.maybe(),
            sent_on: it.day_of_instant(),
            answered_on: it.day_of_instant(),
            closed_on: it.day_of_instant(),
        },
    )?;
    facts.needs = rows(
        connection,
        "SELECT id, project, theme, answer, services IS NOT NULL OR opportunity IS NOT NULL, \
         created_on FROM need",
        |it| Need {
            id: it.text(),
            project: it.text(),
            theme: it.text(),
            answer: it.maybe(),
            linked: it.yes().unwrap_or(false),
            created_on: it.day(),
        },
    )?;
    facts.checks = rows(
        connection,
        "SELECT id, project, month, \"on\", state FROM durability_check",
        |it| Check {
            id: it.text(),
            project: it.text(),
            month: it.text(),
            on: it.day(),
            state: it.text(),
        },
    )?;
    facts.answers = rows(
        connection,
        "SELECT project, \"on\", contacted, score, useful FROM satisfaction",
        |it| Answer {
            project: it.text(),
            on: it.day(),
            contacted: it.yes().unwrap_or(false),
            score: it.whole(),
            useful: it.yes(),
        },
    )?;
    Ok(())
}

fn offers(
    connection: &Connection,
    facts: &mut Facts,
    record_of: &dyn Fn(&str) -> String,
) -> Result<(), ViewError> {
    facts.opportunities = rows(
        connection,
        "SELECT id, owner, kind, status, sector, \
         (SELECT epci FROM commune WHERE code = insee_code), last_verified_on, \
         review_every_days, created_on, changed_on FROM opportunity",
        |it| Opportunity {
            id: it.text(),
            structure: record_of(&it.text()),
            kind: it.text(),
            status: it.text(),
            sector: it.maybe(),
            epci: it.maybe(),
            verified_on: it.day(),
            review_every_days: it.whole(),
            created_on: it.day(),
            changed_on: it.day(),
        },
    )?;
    facts.links = rows(
        connection,
        "SELECT state, created_on FROM duplicate_link",
        |it| Link {
            state: it.text(),
            created_on: it.day(),
        },
    )?;
    Ok(())
}

fn network(connection: &Connection, facts: &mut Facts) -> Result<(), ViewError> {
    facts.meetings = rows(
        connection,
        "SELECT kind, at, invited, attendance FROM meeting",
        |it| Meeting {
            kind: it.text(),
            on: it.day_of_instant(),
            invited: it.list(),
            present: it.list(),
        },
    )?;
    facts.decisions = rows(connection, "SELECT due_on, state FROM decision", |it| {
        Decision {
            due_on: it.day(),
            state: it.text(),
        }
    })?;
    facts.trainings = rows(connection, "SELECT at, year FROM training", |it| Training {
        on: it.day_of_instant(),
        year: it.whole(),
    })?;
    facts.costs = rows(
        connection,
        "SELECT period, days, amount_cents FROM cost_entry",
        |it| Cost {
            period: it.text(),
            days: it.decimal(),
            cents: it.whole().unwrap_or(0),
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use sync_protocol::id::{RecordId, Salt};

    use crate::registry::{COLLECTIONS, Fields, Value};
    use crate::replica::testing::{TestNode, fields, removed, set, text};

    fn create(node: &mut TestNode, collection: &str, salt: u8, values: Fields) -> RecordId {
        let author = node.author();
        let salt = Salt([salt; 32]);
        let draft = node.replica.draft_create(&author, collection, salt, values);
        let draft = draft.unwrap();
        let record = draft.record;
        let entry = node.record(draft);
        assert_eq!(node.apply(std::slice::from_ref(&entry)).accepted, 1);
        record
    }

    #[test]
    fn rows_are_read_as_they_were_written_and_removed_ones_left_out() {
        let mut node = TestNode::knowing(1, &COLLECTIONS);
        let values = fields([
            ("name", text("CCI")),
            ("competences", set(&["loan", "housing"])),
        ]);
        let structure = create(&mut node, "structure", 1, values).to_string();
        let values = fields([
            ("pseudonym", text("P")),
            ("first_contact_on", text("2026-02-28")),
        ]);
        let holder = create(&mut node, "holder", 2, values).to_string();
        let gone = create(&mut node, "holder", 3, fields([("pseudonym", text("Q"))]));
        node.edit(gone, removed(true));
        let project = create(
            &mut node,
            "project",
            4,
            fields([
                ("pseudonym", text("P")),
                ("holder", text(&holder)),
                ("type", text("creation")),
                ("target_zones", set(&["insee:63003", "epci:200070761"])),
                ("jobs_created", Value::Decimal(1.5)),
                ("launched_on", text("2026-03-01")),
            ]),
        )
        .to_string();
        create(
            &mut node,
            "referral",
            5,
            fields([
                ("project", text(&project)),
                ("theme", text("loan")),
                ("to_structure", text(&structure)),
                ("status", text("sent")),
                // Half past midnight in Paris.
                ("sent_on", text("2026-06-30T22:30:00Z")),
            ]),
        );
        create(
            &mut node,
            "opportunity",
            6,
            fields([
                ("title", text("Bail")),
                ("kind", text("premises")),
                ("status", text("published")),
                ("insee_code", text("63003")),
                ("review_every_days", Value::Integer(30)),
            ]),
        );
        create(
            &mut node,
            "cost_entry",
            7,
            fields([
                ("period", text("2026-H1")),
                ("amount", Value::Integer(12_345)),
            ]),
        );
        create(
            &mut node,
            "meeting",
            8,
            fields([
                ("kind", text("monthly")),
                ("at", text("2026-05-05T08:00:00Z")),
                ("invited", set(&[&holder, &project])),
            ]),
        );
        create(
            &mut node,
            "satisfaction",
            9,
            fields([
                ("project", text(&project)),
                ("contacted", Value::Flag(true)),
                ("useful", Value::Flag(false)),
                ("score", Value::Integer(4)),
            ]),
        );
        let values = fields([("project", text(&project)), ("theme", text("loan"))]);
        create(&mut node, "need", 10, values);
        let reader = node.replica.reader();
        let facts = reader
            .facts(&|owner| format!("of {}", &owner[..2]))
            .unwrap();

        assert_eq!(
            facts.structures,
            [(structure.clone(), "CCI".to_owned())].into()
        );
        assert_eq!(
            facts.supply,
            ["housing".to_owned(), "loan".to_owned()].into()
        );
        let [one] = facts.holders.as_slice() else {
            panic!("the removed holder counts: {:?}", facts.holders);
        };
        assert_eq!(one.welcomed_on, Some(date(2026, 2, 28)));
        assert!(
            one.id == holder && one.structure.starts_with("of "),
            "{one:?}"
        );
        let [one] = facts.projects.as_slice() else {
            panic!("{:?}", facts.projects);
        };
        assert_eq!((one.jobs_created, one.jobs_kept), (1.5, 0.0));
        assert_eq!(one.zones, ["epci:200070761", "insee:63003"]);
        assert_eq!(one.launched_on, Some(date(2026, 3, 1)));
        assert!(one.holder == Some(holder) && one.created_on.is_some() && one.lead.is_none());
        let referral = &facts.referrals[0];
        assert_eq!(referral.sent_on, Some(date(2026, 7, 1)), "a day of Paris");
        assert!(referral.to == structure && referral.project == project);
        let offer = &facts.opportunities[0];
        let epci = facts.epci_of.get("63003");
        assert_eq!(offer.epci.as_ref(), epci);
        assert_eq!(
            (offer.review_every_days, offer.verified_on),
            (Some(30), None)
        );
        assert_eq!((facts.costs[0].cents, facts.costs[0].days), (12_345, 0.0));
        let meeting = &facts.meetings[0];
        assert_eq!((meeting.invited.len(), meeting.present.len()), (2, 0));
        assert_eq!(meeting.on, Some(date(2026, 5, 5)));
        let answer = &facts.answers[0];
        assert!(answer.contacted && answer.score == Some(4) && answer.useful == Some(false));
        assert!(!facts.needs[0].linked && facts.needs[0].answer.is_none());
    }
}
