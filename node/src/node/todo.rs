//! `todo`: what a person of this structure should do today, the shortest list first.
//!
//! Each group is found by an index ([`crate::view::Whose`] and the questions beside it) and shows its
//! first items; what an item is called is looked up for those alone. Every item names the command that
//! settles it. A further kind of work is one more line in [`Member::todo`].

use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sync_protocol::id::StructureId;

use crate::api::ApiError;
use crate::paris;
use crate::registry::freshness::LONG_INTERVAL_DAYS;
use crate::registry::parse::date::instant_text;
use crate::registry::referral::{Late, OVERDUE_DAYS, late};
use crate::registry::{Value as FieldValue, collection, to_json};
use crate::view::{Record, Whose, Work};

use super::errors::read;
use super::member::Member;
use super::{Outcome, clock};

/// How many items of a group are shown unless all are asked for.
const SHOWN: usize = 5;

/// The most items of a group.
const MOST: usize = 1_000;

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    all: bool,
}

/// One kind of work.
pub(super) struct Group {
    pub(super) code: &'static str,
    pub(super) total: u64,
    pub(super) items: Vec<Value>,
}

/// What a question answers about.
pub(super) struct Mine {
    owners: Vec<StructureId>,
    record: String,
}

impl Mine {
    pub(super) fn whose(&self) -> Whose<'_> {
        Whose {
            owners: &self.owners,
            record: &self.record,
        }
    }
}

impl Member {
    /// This structure, and those that it stands in for.
    pub(super) fn mine(&self) -> Mine {
        let charter = self.charter();
        let ever = charter.effective().flat_map(|(_, it)| &it.members);
        let mut owners: Vec<StructureId> = ever
            .map(|member| member.structure)
            .filter(|it| charter.heir_of(*it) == self.structure)
            .chain([self.structure])
            .collect();
        owners.sort_unstable();
        owners.dedup();
        Mine {
            owners,
            record: self.structure_record(&self.structure).to_string(),
        }
    }

    /// `todo`.
    pub(super) fn todo(&self, input: Value) -> Outcome {
        let Asked { all } = if input.is_null() {
            Asked::default()
        } else {
            read(input)?
        };
        let limit = if all { MOST } else { SHOWN };
        let today = clock::today();
        let mine = self.mine();
        let mut groups = vec![
            self.answers_due(&mine, today, limit)?,
            self.information_asked(&mine, limit)?,
            self.answers_awaited(&mine, today, limit)?,
            self.portal_waiting(&mine, today, limit)?,
            self.listings_to_verify(&mine, today, limit)?,
            self.services_to_verify(&mine, today, limit)?,
            self.conflicts_to_settle(&mine, limit)?,
            self.duplicates_found(limit)?,
            self.checks_due(&mine, today, limit)?,
            self.decisions_due(&mine, today, limit)?,
            self.erasures_to_do(limit)?,
            self.entries_refused()?,
            self.votes_wanted(),
        ];
        groups.retain(|group| group.total > 0);
        // Stable: of equally long ones, people come before records.
        groups.sort_by_key(|group| group.total);
        let total: u64 = groups.iter().map(|group| group.total).sum();
        let groups = groups.into_iter().map(|group| {
            json!({
                "code": group.code,
                "total": group.total,
                "items": group.items,
            })
        });
        Ok(json!({
            "today": today.to_string(),
            "total": total,
            "groups": groups.collect::<Vec<Value>>(),
        }))
    }

    /// Referrals that wait for this structure's answer.
    fn answers_due(&self, mine: &Mine, today: Date, limit: usize) -> Result<Group, ApiError> {
        let states = &["received", "sent"];
        let work = self
            .reader
            .referrals_of(&mine.whose(), true, states, limit)?;
        self.group("answers", &work, |record| {
            let mut item = self.of_referral(record, "from_structure", today);
            item.insert("command".into(), command(record, &["referral", "accept"]));
            item
        })
    }

    /// Referrals of ours that the receiver asked more about.
    fn information_asked(&self, mine: &Mine, limit: usize) -> Result<Group, ApiError> {
        let states = &["more_info"];
        let work = self
            .reader
            .referrals_of(&mine.whose(), false, states, limit)?;
        self.group("information", &work, |record| {
            let mut item = self.of_referral(record, "to_structure", clock::today());
            item.insert("command".into(), command(record, &["referral", "answer"]));
            item
        })
    }

    /// Referrals of ours whose answer is late.
    fn answers_awaited(&self, mine: &Mine, today: Date, limit: usize) -> Result<Group, ApiError> {
        let work = self
            .reader
            .referrals_unanswered(&mine.whose(), &late_from(today), limit)?;
        self.group("awaited", &work, |record| {
            let mut item = self.of_referral(record, "to_structure", today);
            item.insert("command".into(), command(record, &["referral", "show"]));
            item
        })
    }

    fn listings_to_verify(
        &self,
        mine: &Mine,
        today: Date,
        limit: usize,
    ) -> Result<Group, ApiError> {
        let work = self
            .reader
            .opportunities_to_verify(&mine.whose(), today, limit)?;
        self.group("verify", &work, |record| {
            let mut item = self.item(record);
            since(&mut item, record, "last_verified_on");
            let verify = command(record, &["opportunity", "verify"]);
            item.insert("command".into(), verify);
            item
        })
    }

    fn services_to_verify(
        &self,
        mine: &Mine,
        today: Date,
        limit: usize,
    ) -> Result<Group, ApiError> {
        let before = today
            .checked_sub(Span::new().days(LONG_INTERVAL_DAYS))
            .unwrap_or(Date::MIN);
        let work = self
            .reader
            .services_to_verify(&mine.whose(), before, limit)?;
        self.group("services", &work, |record| {
            let mut item = self.item(record);
            since(&mut item, record, "last_verified_on");
            let words = json!([
                "local-service",
                "set",
                record.id.to_string(),
                "--last-verified-on",
                today.to_string(),
            ]);
            item.insert("command".into(), words);
            item
        })
    }

    fn conflicts_to_settle(&self, mine: &Mine, limit: usize) -> Result<Group, ApiError> {
        let work = self.reader.conflicts_of(&mine.whose(), limit)?;
        self.group("conflicts", &work, |record| {
            let mut item = self.item(record);
            item.insert("fields".into(), json!(record.conflicts));
            let words = ["", "conflicts"];
            item.insert("command".into(), command(record, &words));
            item
        })
    }

    /// Pairs of records that may be two of one thing, as they were found when somebody last looked.
    fn duplicates_found(&self, limit: usize) -> Result<Group, ApiError> {
        let waiting = self.duplicates_waiting()?;
        let mut total = waiting.pairs.len() as u64;
        let mut items = Vec::new();
        for pair in &waiting.pairs {
            if items.len() == limit {
                break;
            }
            let stands = |id| Ok::<_, ApiError>(self.reader.get(id)?.filter(|it| !it.removed));
            let Some((a, b)) = stands(&pair.0)?.zip(stands(&pair.1)?) else {
                total -= 1;
                continue;
            };
            let mut item = self.item(&a);
            item.insert("name".into(), json!(self.reader.title(&b)));
            item.insert("since".into(), json!(waiting.looked_on));
            let (a, b) = (a.id.to_string(), b.id.to_string());
            let command = json!(["duplicates", "confirm", a, b]);
            item.insert("command".into(), command);
            items.push(Value::Object(item));
        }
        Ok(Group {
            code: "duplicates",
            total,
            items,
        })
    }

    fn checks_due(&self, mine: &Mine, today: Date, limit: usize) -> Result<Group, ApiError> {
        let work = self.reader.durability_due(&mine.whose(), today, limit)?;
        self.group("durability", &work, |record| {
            let mut item = self.item(record);
            since(&mut item, record, "launched_on");
            let month = due_month(record, today).to_string();
            let words = json!([
                "durability-check",
                "add",
                "--project",
                record.id.to_string(),
                "--month",
                month,
                "--state",
            ]);
            item.insert("month".into(), json!(month));
            item.insert("command".into(), words);
            item
        })
    }

    fn decisions_due(&self, mine: &Mine, today: Date, limit: usize) -> Result<Group, ApiError> {
        let work = self.reader.decisions_due(&mine.whose(), today, limit)?;
        self.group("decisions", &work, |record| {
            let mut item = self.item(record);
            since(&mut item, record, "due_on");
            let words = json!(["decision", "set", record.id.to_string(), "--state", "done"]);
            item.insert("command".into(), words);
            item
        })
    }

    fn erasures_to_do(&self, limit: usize) -> Result<Group, ApiError> {
        let (total, due) = self.kept_too_long(limit)?;
        let items = due.into_iter().map(|mut proposal| {
            let id = proposal["id"].clone();
            proposal["since"] = proposal["until"].clone();
            proposal["command"] = json!(["erase", id, "--why", "retention"]);
            proposal
        });
        Ok(Group {
            code: "erasures",
            total,
            items: items.collect(),
        })
    }

    /// Entries of this node that count nowhere.
    fn entries_refused(&self) -> Result<Group, ApiError> {
        let total = self.reader.refused_of(&self.me)?;
        Ok(Group {
            code: "refused",
            total,
            items: vec![json!({ "command": ["refused"] })],
        })
    }

    /// Decisions on the charter that wait for this structure.
    fn votes_wanted(&self) -> Group {
        let wanted: Vec<_> = self
            .charter_alarms()
            .into_iter()
            .filter(|alarm| matches!(alarm.code.as_str(), "vote_wanted" | "votes_split"))
            .collect();
        Group {
            code: "votes",
            total: wanted.len() as u64,
            items: vec![json!({ "command": ["charter", "show"] })],
        }
    }

    fn group(
        &self,
        code: &'static str,
        work: &Work,
        item: impl Fn(&Record) -> Map<String, Value>,
    ) -> Result<Group, ApiError> {
        let mut items = Vec::with_capacity(work.first.len());
        for id in &work.first {
            if let Some(record) = self.reader.get(id)? {
                items.push(Value::Object(item(&record)));
            }
        }
        Ok(Group {
            code,
            total: work.total,
            items,
        })
    }

    /// A record as an item: what it is, and what it is called.
    pub(super) fn item(&self, record: &Record) -> Map<String, Value> {
        let mut item = Map::new();
        item.insert("id".into(), json!(record.id.to_string()));
        item.insert("collection".into(), json!(record.collection));
        item.insert("title".into(), json!(self.reader.title(record)));
        item
    }

    /// A referral as an item: whose project, for what, with whom, since when.
    pub(super) fn of_referral(
        &self,
        record: &Record,
        other: &str,
        today: Date,
    ) -> Map<String, Value> {
        let mut item = self.item(record);
        let named = |name: &str| match record.fields.get(name) {
            Some(FieldValue::Text(id)) => json!(self.record_title(id)),
            _ => Value::Null,
        };
        item.insert("title".into(), named("project"));
        item.insert("theme".into(), plain(record, "theme"));
        item.insert("name".into(), named(other));
        item.insert("urgency".into(), plain(record, "urgency"));
        since(&mut item, record, "sent_on");
        let late = late(&record.fields, today).map(Late::code);
        item.insert("late".into(), json!(late));
        item
    }
}

/// The last month at which a project is to be looked at that has come.
fn due_month(project: &Record, today: Date) -> i64 {
    let began = match project.fields.get("launched_on") {
        Some(FieldValue::Text(day)) => day.parse::<Date>().ok(),
        _ => None,
    };
    let has_come = |months: &i64| {
        let day = began.and_then(|it| it.checked_add(Span::new().months(*months)).ok());
        day.is_some_and(|it| it <= today)
    };
    [60, 36, 24, 12].into_iter().find(has_come).unwrap_or(6)
}

fn plain(record: &Record, name: &str) -> Value {
    record.fields.get(name).map_or(Value::Null, to_json)
}

fn since(item: &mut Map<String, Value>, record: &Record, name: &str) {
    item.insert("since".into(), plain(record, name));
}

/// Words that end with the record; an empty first one stands for its collection's command.
fn command(record: &Record, words: &[&str]) -> Value {
    let collection = collection(&record.collection).map_or("", |it| it.name);
    let own = collection.replace('_', "-");
    let words = words
        .iter()
        .map(|word| if word.is_empty() { own.as_str() } else { word });
    let id = record.id.to_string();
    let words: Vec<&str> = words.chain([id.as_str()]).collect();
    json!(words)
}

/// The instant before which a referral was sent whose answer is late on this day, as [`late`] says.
pub(super) fn late_from(today: Date) -> String {
    let day = today.checked_sub(Span::new().days(OVERDUE_DAYS));
    let day = day.unwrap_or(Date::MIN);
    instant_text(paris::midnight(day))
}
