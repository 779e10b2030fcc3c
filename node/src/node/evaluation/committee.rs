//! What the steering committee has on its table, and improvements that become actions.

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::{RecordId, Salt};

use crate::api::{ApiError, ExitKind};
use crate::node::errors::{of_fields, read};
use crate::node::member::Member;
use crate::node::records::parse_fields;
use crate::node::{Outcome, clock};
use crate::registry::collections::action::ACTION;
use crate::registry::collections::evaluation::EVALUATION;
use crate::registry::collections::improvement::IMPROVEMENT;
use crate::registry::{Collection, Fields, Value as FieldValue, prepare_new};
use crate::replica::{Act, Edits};
use crate::view::{List, Record};

use super::{half_year, last_ended};

/// The most characters of an action's title.
const MAX_TITLE: usize = 150;

#[derive(Deserialize)]
struct Prepare {
    period: Option<String>,
}

#[derive(Deserialize)]
struct Adopt {
    id: String,
    title: Option<String>,
}

impl Member {
    /// `committee.prepare`: figures, what is to be ratified, mandates to renew, improvements raised.
    pub(in crate::node) fn prepare_committee(&self, input: Value) -> Outcome {
        let Prepare { period } = read(input)?;
        let period = period.as_deref().map(half_year).transpose()?;
        let period = period.unwrap_or_else(last_ended);
        let report = self.report_of(period, &[])?;
        let shown = self.show_charter();
        Ok(json!({
            "network": self.network_name(),
            "period": period.to_string(),
            "committee": shown["committee"],
            "evaluations": self.to_ratify(&EVALUATION, |_| true)?,
            "actions": self.to_ratify(&ACTION, |it| {
                matches!(text(it, "state").as_deref(), Some("proposed" | "in_progress"))
            })?,
            "improvements": self.improvements_raised()?,
            "mandates": self.mandates_to_renew(),
            "report": report,
        }))
    }

    /// The records that the committee has not ratified as they stand, each with its signatures.
    fn to_ratify(
        &self,
        collection: &Collection,
        concerns: impl Fn(&Record) -> bool,
    ) -> Result<Vec<Value>, ApiError> {
        let page = self.reader.list(collection.name, &List::default())?;
        let mut waiting = Vec::new();
        for record in page.records.iter().filter(|it| concerns(it)) {
            let ratification = self.ratification_of(&record.id)?;
            if ratification["status"] == "ratified" {
                continue;
            }
            waiting.push(json!({
                "id": record.id.to_string(),
                "title": self.reader.title(record),
                "text": text(record, "text"),
                "state": text(record, "state"),
                "budget_cents": match record.fields.get("budget") {
                    Some(FieldValue::Integer(cents)) => json!(cents),
                    _ => Value::Null,
                },
                "owner_name": self.name_of(&record.owner),
                "ratification": ratification,
                "papers": self.papers_of(record)?,
            }));
        }
        Ok(waiting)
    }

    fn improvements_raised(&self) -> Result<Vec<Value>, ApiError> {
        let page = self.reader.list(IMPROVEMENT.name, &List::default())?;
        let raised = page.records.iter().filter(|it| {
            text(it, "state").as_deref() == Some("proposed") && text(it, "action").is_none()
        });
        let told = raised.map(|it| {
            json!({
                "id": it.id.to_string(),
                "text": text(it, "text"),
                "owner_name": self.name_of(&it.owner),
                "raised_on": clock::iso(it.created.time),
            })
        });
        Ok(told.collect())
    }

    /// `improvement.adopt`: makes the action of an improvement, each naming the other, in one go.
    pub(in crate::node) fn adopt_improvement(&self, input: Value) -> Outcome {
        let Adopt { id, title } = read(input)?;
        let improvement = self.find_record(&IMPROVEMENT, &id)?;
        if let Some(action) = text(&improvement, "action") {
            let said = "this improvement has become an action already";
            return Err(
                ApiError::new("improvement_adopted", ExitKind::NeedsDecision, said)
                    .with("action", action.get(..8).unwrap_or(&action)),
            );
        }
        if text(&improvement, "state").as_deref() == Some("rejected") {
            let said = "this improvement was rejected";
            return Err(ApiError::new(
                "improvement_rejected",
                ExitKind::NeedsDecision,
                said,
            ));
        }
        let whole = text(&improvement, "text").unwrap_or_default();
        let title = title.filter(|it| !it.trim().is_empty());
        let mut given = serde_json::Map::new();
        given.insert(
            "title".into(),
            json!(title.unwrap_or_else(|| headline(&whole))),
        );
        given.insert("text".into(), json!(whole));
        let mut fields: Fields = self.with_context(|context| {
            let parsed = parse_fields(&ACTION, &given, context)?;
            let parsed = parsed
                .into_iter()
                .filter_map(|(name, it)| Some((name, it?)));
            let prepared = prepare_new(&ACTION, parsed.collect(), context);
            let prepared = prepared.map_err(|it| of_fields(&it))?;
            Ok::<_, ApiError>(prepared.fields)
        })?;
        let raised_by = FieldValue::Text(improvement.id.to_string());
        fields.insert("raised_by".to_owned(), raised_by);
        let salt = Salt(clock::random()?);
        let action = RecordId::derive(&self.network, &self.structure, ACTION.name, &salt);
        let named = FieldValue::Text(action.to_string());
        let adopted = FieldValue::Text("adopted".to_owned());
        let edits = Edits {
            set: [
                ("action".to_owned(), Some(named)),
                ("state".to_owned(), Some(adopted)),
            ]
            .into(),
            ..Edits::default()
        };
        let create = Act::Create {
            collection: ACTION.name.to_owned(),
            salt,
            fields,
        };
        let change = Act::Change {
            record: improvement.id,
            edits,
            reason: 0,
        };
        self.write(|replica, author| Ok(replica.draft(author, vec![create, change])?))?;
        Ok(json!({
            "id": action.to_string(),
            "improvement": improvement.id.to_string(),
        }))
    }
}

fn text(record: &Record, name: &str) -> Option<String> {
    match record.fields.get(name) {
        Some(FieldValue::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The beginning of a text as a title: its first sentence or line, cut between words.
fn headline(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let sentence = line.split_once(". ").map_or(line, |(first, _)| first);
    let sentence = sentence.trim_end_matches('.');
    if sentence.chars().count() <= MAX_TITLE {
        return sentence.to_owned();
    }
    let mut title = String::new();
    for word in sentence.split_whitespace() {
        if title.chars().count() + word.chars().count() + 2 > MAX_TITLE {
            break;
        }
        title.push_str(word);
        title.push(' ');
    }
    if title.is_empty() {
        title = sentence.chars().take(MAX_TITLE - 1).collect();
    }
    format!("{}…", title.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_sentence_cut_between_words() {
        assert_eq!(
            headline("Relancer à 3 jours. Puis à 5."),
            "Relancer à 3 jours"
        );
        assert_eq!(headline("Une ligne\nune autre"), "Une ligne");
        let long = headline(&"mot ".repeat(60));
        assert!(
            long.ends_with("mot…") && long.chars().count() <= MAX_TITLE,
            "{long}"
        );
        assert_eq!(headline(&"x".repeat(200)).chars().count(), MAX_TITLE);
    }
}
