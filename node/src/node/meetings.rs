//! What a meeting looks at, and what is written of it: agenda, people, decisions.

use jiff::{Span, Timestamp as Instant};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::api::ApiError;
use crate::registry::collections::meeting::MEETING;
use crate::registry::{Fields, Value as FieldValue};
use crate::view::{List, Record, Sort, Work};

use super::changes::timestamp;
use super::errors::read;
use super::member::Member;
use super::todo::late_from;
use super::{Outcome, answers, clock};

/// How many items of one kind an agenda names; it says how many there are.
const NAMED: usize = 30;
/// How long before a meeting news is looked for where no earlier one is known: meetings are monthly.
const A_MONTH: i32 = 31;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    id: String,
}

impl Member {
    /// `meeting.agenda`: what a meeting (the next one unless another is named) looks at.
    pub(super) fn meeting_agenda(&self, input: Value) -> Outcome {
        let Which { id } = read(input)?;
        let meeting = match id {
            Some(id) => Some(self.find_record(&MEETING, &id)?),
            None => self.next_meeting()?,
        };
        let (since, earlier) = match self.last_meeting(meeting.as_ref())? {
            Some((at, earlier)) => (at, earlier),
            None => {
                let end = meeting
                    .as_ref()
                    .and_then(held_at)
                    .unwrap_or_else(clock::instant);
                let start = end.checked_sub(Span::new().hours(24 * A_MONTH));
                (start.unwrap_or(end), Value::Null)
            }
        };
        let proposals = self.show_charter();
        let proposals = proposals["proposals"].as_array().map_or(0, Vec::len);
        Ok(json!({
            "meeting": meeting.map(|it| answers::Records::of(self).record(&it, true)),
            "since": since.to_string(),
            "since_meeting": earlier,
            "sections": [
                self.late_referrals()?,
                self.new_projects(since)?,
                self.expired_opportunities()?,
                self.all_of("duplicates", "duplicate_link", &["state=suspected"], None)?,
                self.all_of("decisions", "decision", &["state=open"], Some("due_on"))?,
                self.all_of("improvements", "improvement", &["state=proposed|adopted|in_progress"], None)?,
                self.all_of("actions", "action", &["state=proposed|in_progress"], None)?,
            ],
            "charter_proposals": proposals,
        }))
    }

    /// `meeting.papers`: a meeting, who is invited and who came, what it decided.
    pub(super) fn meeting_papers(&self, input: Value) -> Outcome {
        let Named { id } = read(input)?;
        let meeting = self.find_record(&MEETING, &id)?;
        let of_meeting = |field: &str| format!("{field}={}", meeting.id);
        let people = |name: &str| self.people(&meeting.fields, name);
        Ok(json!({
            "invited": people("invited")?,
            "present": people("attendance")?,
            "decisions": self.rows("decision", &[of_meeting("meeting")], Some("due_on"))?.1,
            "improvements": self.rows("improvement", &[of_meeting("raised_in")], None)?.1,
            "papers": self.papers_of(&meeting)?,
            "meeting": answers::Records::of(self).record(&meeting, true),
        }))
    }

    /// The last meeting held before this one (or before now): when, and what it is. Informal ones
    /// count: what was said there is known.
    pub(super) fn last_meeting(
        &self,
        before: Option<&Record>,
    ) -> Result<Option<(Instant, Value)>, ApiError> {
        let end = before.and_then(held_at).unwrap_or_else(clock::instant);
        let list = List {
            conditions: vec![format!("at<{end}")],
            sort: Some(Sort::parse("-at")),
            limit: Some(1),
            ..List::default()
        };
        let page = self.reader.list(MEETING.name, &list)?;
        Ok(page.records.first().and_then(|record| {
            let told = json!({
                "id": record.id.to_string(),
                "kind": text(&record.fields, "kind"),
                "at": text(&record.fields, "at"),
            });
            Some((held_at(record)?, told))
        }))
    }

    fn next_meeting(&self) -> Result<Option<Record>, ApiError> {
        let list = List {
            conditions: vec![format!("at>={}", clock::instant())],
            sort: Some(Sort::parse("at")),
            limit: Some(1),
            ..List::default()
        };
        Ok(self.reader.list(MEETING.name, &list)?.records.pop())
    }

    /// Referrals that nobody answered in time, the longest waiting first.
    fn late_referrals(&self) -> Outcome {
        let sent_before = late_from(clock::today());
        let work = self.reader.all_unanswered(&sent_before, NAMED)?;
        self.section("late_referrals", "referral", &work)
    }

    /// Projects that came in since, the latest first.
    fn new_projects(&self, since: Instant) -> Outcome {
        let work = self.reader.projects_since(timestamp(since), NAMED)?;
        self.section("new_projects", "project", &work)
    }

    /// Opportunities on offer that nobody vouched for in time.
    fn expired_opportunities(&self) -> Outcome {
        let work = self.reader.all_expired(clock::today(), NAMED)?;
        self.section("expired", "opportunity", &work)
    }

    fn all_of(
        &self,
        name: &str,
        collection: &str,
        conditions: &[&str],
        sort: Option<&str>,
    ) -> Outcome {
        let conditions: Vec<String> = conditions.iter().map(|it| (*it).to_owned()).collect();
        let (total, rows) = self.rows(collection, &conditions, sort)?;
        Ok(json!({ "name": name, "collection": collection, "total": total, "rows": rows }))
    }

    /// The first records that fulfil the conditions, and how many do.
    fn rows(
        &self,
        collection: &str,
        conditions: &[String],
        sort: Option<&str>,
    ) -> Result<(u64, Vec<Value>), ApiError> {
        let list = List {
            conditions: conditions.to_vec(),
            sort: sort.map(Sort::parse),
            limit: Some(NAMED),
            ..List::default()
        };
        let page = self.reader.list(collection, &list)?;
        let mut answers = answers::Records::of(self);
        let rows = page
            .records
            .iter()
            .map(|record| answers.record(record, false));
        Ok((page.total, rows.collect()))
    }

    fn section(&self, name: &str, collection: &str, work: &Work) -> Outcome {
        let mut answers = answers::Records::of(self);
        let mut rows = Vec::new();
        for id in &work.first {
            if let Some(record) = self.reader.get(id)? {
                rows.push(answers.record(&record, false));
            }
        }
        Ok(json!({ "name": name, "collection": collection, "total": work.total, "rows": rows }))
    }

    /// The agents that a field names, with their structures.
    fn people(&self, fields: &Fields, name: &str) -> Result<Vec<Value>, ApiError> {
        let Some(FieldValue::Set(ids)) = fields.get(name) else {
            return Ok(Vec::new());
        };
        let mut people: Vec<(String, Value)> = Vec::new();
        for id in ids {
            let record = match id.parse() {
                Ok(record) => self.reader.get(&record)?,
                Err(_) => None,
            };
            let mut person = Map::new();
            person.insert("id".to_owned(), json!(id));
            let Some(record) = record else {
                // An agent that has not arrived here yet.
                people.push((id.clone(), Value::Object(person)));
                continue;
            };
            let structure = match text(&record.fields, "structure").map(str::parse) {
                Some(Ok(structure)) => self.reader.get(&structure)?,
                _ => None,
            };
            let name = self.reader.title(&record);
            person.insert("name".to_owned(), json!(name));
            let structure = structure.map(|it| self.reader.title(&it));
            person.insert("structure_name".to_owned(), json!(structure));
            people.push((
                format!("{} {name}", structure.unwrap_or_default()),
                Value::Object(person),
            ));
        }
        people.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(people.into_iter().map(|(_, person)| person).collect())
    }
}

fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    match fields.get(name) {
        Some(FieldValue::Text(text)) => Some(text),
        _ => None,
    }
}

fn held_at(record: &Record) -> Option<Instant> {
    text(&record.fields, "at")?.parse().ok()
}
