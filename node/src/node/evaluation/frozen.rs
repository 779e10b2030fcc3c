//! Figures frozen as a file: what the committee ratifies, and what later reports compare with.
//!
//! The file is the report of the half-year with all its cells, as JSON. Its hash stands in the
//! field `snapshot` of the record; a file of another name there is none of figures. Papers that people
//! signed stand elsewhere ([`crate::node::papers`]): what is ratified would lapse.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, ExitKind};
use crate::indicators::{Dimension, HalfYear};
use crate::node::attachments::attachments_of;
use crate::node::errors::read;
use crate::node::member::Member;
use crate::node::{Outcome, clock};
use crate::registry::collections::evaluation::EVALUATION;
use crate::registry::{Attachment, Fields, Value as FieldValue};
use crate::replica::Edits;
use crate::view::Record;

use super::{half_year, in_future, last_ended};

/// What the file says that it is.
const FORMAT: &str = "capactif-evaluation-1";
const SNAPSHOT: &str = "snapshot";

#[derive(Deserialize)]
struct Freeze {
    period: Option<String>,
    /// Whether figures that are frozen already give way.
    #[serde(default)]
    again: bool,
}

#[derive(Deserialize)]
struct Ratify {
    /// A half-year, or the beginning of a record's identity.
    evaluation: String,
    #[serde(rename = "as")]
    person: Option<String>,
    key: Option<String>,
    /// As in `charter.ratify`, for a key that is opened in the person's own process.
    draft_for: Option<String>,
    signed: Option<String>,
}

impl Member {
    /// `evaluation.freeze`: keeps the figures of a half-year that is over, as a file.
    pub(in crate::node) fn freeze_evaluation(&self, input: Value) -> Outcome {
        let Freeze { period, again } = read(input)?;
        let period = period.as_deref().map(half_year).transpose()?;
        let period = period.unwrap_or_else(last_ended);
        let today = clock::today();
        if period.first_day() > today {
            return Err(in_future(period));
        }
        if period.last_day() >= today {
            let text = format!("{period} is not over: its figures would change");
            return Err(ApiError::new("period_not_over", ExitKind::Usage, text)
                .with("period", period)
                .with("to", period.last_day()));
        }
        let record = self.evaluation_of(period)?;
        let earlier = record.as_ref().map(snapshots).unwrap_or_default();
        if !earlier.is_empty() && !again {
            let text = format!("the figures of {period} are frozen");
            return Err(
                ApiError::new("evaluation_frozen", ExitKind::NeedsDecision, text)
                    .with("period", period),
            );
        }
        let mut report = self.report_of(period, &Dimension::ALL)?;
        // What is said of the file cannot stand in it.
        if let Value::Object(report) = &mut report {
            report.shift_remove("evaluation");
        }
        report["format"] = json!(FORMAT);
        let mut bytes = serde_json::to_vec_pretty(&report).unwrap_or_default();
        bytes.push(b'\n');
        let blob = self.keep_own_blob(&bytes)?;
        let snapshot = Attachment {
            blob,
            size: bytes.len() as u64,
            media: "text/plain".to_owned(),
            name: name_of(period),
        };
        let id = match &record {
            None => {
                let fields: Fields = [
                    ("period".to_owned(), FieldValue::Text(period.to_string())),
                    (
                        SNAPSHOT.to_owned(),
                        FieldValue::Set([snapshot.to_string()].into()),
                    ),
                ]
                .into();
                let (salt, id) = self.new_record(&EVALUATION)?;
                self.create(&EVALUATION, salt, fields, None)?;
                id
            }
            Some(record) => {
                let gone = earlier.iter().filter(|it| **it != snapshot);
                let edits = Edits {
                    add: [(SNAPSHOT.to_owned(), [snapshot.to_string()].into())].into(),
                    remove: [(SNAPSHOT.to_owned(), gone.map(ToString::to_string).collect())].into(),
                    ..Edits::default()
                };
                self.change(record.id, edits)?;
                record.id
            }
        };
        Ok(json!({
            "id": id.to_string(),
            "period": period.to_string(),
            "as_of": today.to_string(),
            "snapshot": blob.to_string(),
            "bytes": bytes.len(),
            "replaced": !earlier.is_empty(),
            "ratification": self.ratification_of(&id)?,
        }))
    }

    /// `evaluation.ratify`: signs the exact content of an evaluation as a person of the committee;
    /// without a person, says how it stands.
    pub(in crate::node) fn ratify_evaluation(&self, input: Value) -> Outcome {
        let Ratify {
            evaluation,
            person,
            key,
            draft_for,
            signed,
        } = read(input)?;
        let record = self.find_evaluation(&evaluation)?;
        let frozen = snapshots(&record);
        let who = [&person, &key, &draft_for, &signed];
        if who.into_iter().any(Option::is_some) {
            self.check_ratifiable(&record, &frozen)?;
        }
        let asked = json!({
            "record": record.id.to_string(),
            "collection": EVALUATION.name,
            "as": person,
            "key": key,
            "draft_for": draft_for,
            "signed": signed,
        });
        let mut answer = self.ratify(asked)?;
        answer["snapshots"] = frozen.iter().map(|it| json!(it.blob.to_string())).collect();
        Ok(answer)
    }

    /// Who signs can read what: one file, which is here.
    pub(in crate::node) fn check_ratifiable(
        &self,
        record: &Record,
        frozen: &[Attachment],
    ) -> Result<(), ApiError> {
        let period = period_of(record);
        match frozen {
            [] => {
                let text = format!("the figures of {period} are not frozen");
                Err(
                    ApiError::new("evaluation_not_frozen", ExitKind::Usage, text)
                        .with("period", period),
                )
            }
            [one] if self.blobs.holds(&one.blob) => Ok(()),
            [_] => {
                let text = format!("the figures of {period} have not arrived here");
                Err(ApiError::new("figures_not_here", ExitKind::NotFound, text)
                    .with("period", period))
            }
            several => {
                let text = format!("the figures of {period} were frozen several times at once");
                Err(
                    ApiError::new("figures_frozen_twice", ExitKind::NeedsDecision, text)
                        .with("period", period)
                        .with("count", several.len()),
                )
            }
        }
    }

    /// The evaluation that people name by its period or its identity.
    pub(in crate::node) fn find_evaluation(&self, text: &str) -> Result<Record, ApiError> {
        match HalfYear::read(text) {
            Ok(period) => self.evaluation_of(period)?.ok_or_else(|| {
                let text = format!("the figures of {period} are not frozen");
                ApiError::new("evaluation_not_frozen", ExitKind::Usage, text).with("period", period)
            }),
            Err(_) => self.find_record(&EVALUATION, text),
        }
    }

    /// The record of a half-year's evaluation.
    pub(super) fn evaluation_of(&self, period: HalfYear) -> Result<Option<Record>, ApiError> {
        let mut found = self.of_period(EVALUATION.name, period)?;
        if found.len() > 1 {
            let ids: Vec<String> = found.iter().map(|it| it.id.short()).collect();
            let text = format!("{period} has several evaluations: remove all but one");
            return Err(
                ApiError::new("several_evaluations", ExitKind::NeedsDecision, text)
                    .with("period", period)
                    .with("ids", ids.join(", ")),
            );
        }
        Ok(found.pop())
    }

    /// How a half-year's evaluation stands; null where there is none.
    pub(super) fn evaluation_json(&self, period: HalfYear) -> Outcome {
        let found = self.of_period(EVALUATION.name, period)?;
        let Some(record) = found.first() else {
            return Ok(Value::Null);
        };
        let frozen = snapshots(record);
        Ok(json!({
            "id": record.id.to_string(),
            "snapshots": frozen.iter().map(|it| it.blob.to_string()).collect::<Vec<_>>(),
            "as_of": self.frozen_report(record)?.map(|it| it["as_of"].clone()),
            "ratification": self.ratification_of(&record.id)?,
            "papers": self.papers_of(record)?,
            "records": found.len(),
        }))
    }

    /// The report that was frozen, where it is held here and is the only one.
    pub(in crate::node) fn frozen_report(
        &self,
        record: &Record,
    ) -> Result<Option<Value>, ApiError> {
        let frozen = snapshots(record);
        let [one] = frozen.as_slice() else {
            return Ok(None);
        };
        if !self.blobs.holds(&one.blob) {
            return Ok(None);
        }
        let bytes = self.blobs.read(&one.blob)?;
        // Another member may have attached anything under this name.
        let report: Option<Value> = serde_json::from_slice(&bytes).ok();
        Ok(report.filter(|it| it["format"] == FORMAT))
    }

    /// The figures that were frozen for a half-year, by indicator.
    pub(super) fn frozen_figures(
        &self,
        period: HalfYear,
    ) -> Result<Option<BTreeMap<String, Value>>, ApiError> {
        let found = self.of_period(EVALUATION.name, period)?;
        let [record] = found.as_slice() else {
            return Ok(None);
        };
        let Some(report) = self.frozen_report(record)? else {
            return Ok(None);
        };
        if report["period"] != period.to_string() {
            return Ok(None);
        }
        let indicators = report["indicators"].as_array().into_iter().flatten();
        let figure = |it: &Value| {
            let names = ["value", "low", "high", "part", "of"];
            let number = |name: &&str| it[*name].is_number() || *name == "value";
            let facts = names.iter().filter(|name| number(name));
            let facts = facts.map(|name| {
                let fact = if it[*name].is_number() {
                    it[*name].clone()
                } else {
                    Value::Null
                };
                ((*name).to_owned(), fact)
            });
            Some((
                it["code"].as_str()?.to_owned(),
                Value::Object(facts.collect()),
            ))
        };
        Ok(Some(indicators.filter_map(figure).collect()))
    }
}

/// What the file of a half-year's figures is called.
fn name_of(period: HalfYear) -> String {
    format!("indicateurs-{period}.json")
}

fn period_of(record: &Record) -> String {
    match record.fields.get("period") {
        Some(FieldValue::Text(period)) => period.clone(),
        _ => String::new(),
    }
}

/// The files of figures that an evaluation names: one, unless several froze at once.
pub(in crate::node) fn snapshots(record: &Record) -> Vec<Attachment> {
    let period = period_of(record);
    let name = HalfYear::read(&period).map_or_else(|_| String::new(), name_of);
    let mut all = attachments_of(record, SNAPSHOT);
    all.retain(|it| it.name == name);
    all
}
