//! Structures that can help with a project: members of the network whose mandate is in force.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use sync_protocol::charter::{Act, Action, Subject, Version, grants};
use sync_protocol::id::{RecordId, StructureId};

use super::asked::{Project, text};
use super::{hundredths, whole};
use crate::api::ApiError;
use crate::matching::MOST_HELPERS;
use crate::matching::helper::{Criterion, Fit, Gate, Helper, Wish, fit, median, usual_themes};
use crate::matching::zone::Zone;
use crate::node::clock;
use crate::node::member::Member;
use crate::registry::{Fields, Value as FieldValue};
use crate::view::{Record, Visit};

/// Answers of so many days count.
const ANSWERS_WITHIN_DAYS: f64 = 365.0;

/// States in which a referral says that its receiver came to know the holder.
const TAKEN_ON: [&str; 4] = ["accepted", "waitlisted", "in_progress", "done"];

/// Who can help, and who was left out.
pub(super) struct Helpers {
    pub(super) found: Vec<Value>,
    /// How many structures each gate left out.
    pub(super) left_out: Map<String, Value>,
    /// The needs that structures were looked for by.
    pub(super) themes: Vec<String>,
    /// Whether these are the usual ones of the project's stage, none being stated.
    pub(super) usual_themes: bool,
}

/// How fast a structure answered.
#[derive(Clone, Copy, Debug, Default)]
struct Answers {
    median_days: Option<f64>,
    count: usize,
}

impl Member {
    /// The structures that can help with a project, the best first.
    pub(super) fn helpers_for(
        &self,
        record: &Record,
        project: &Project,
    ) -> Result<Helpers, ApiError> {
        let mut themes: BTreeSet<&str> = project.needs.iter().map(String::as_str).collect();
        let is_usual = themes.is_empty();
        if is_usual {
            themes.extend(project.stage.as_deref().map_or(&[][..], usual_themes));
        }
        let wish = Wish {
            themes: themes.clone(),
            zones: project.zones(),
            naf: project.naf.as_deref(),
            stage: project.stage.as_deref(),
        };
        let known_by = self.known_by(record)?;
        let charter = self.charter();
        let (_, version) = charter.current();
        let suspended = self.suspended_structures();
        let lead = text(&record.fields, "lead_structure");
        let mut found: Vec<(f64, String, Value)> = Vec::new();
        let mut left_out: BTreeMap<Gate, u64> = BTreeMap::new();
        for member in &version.members {
            let its_record = self.structure_record(&member.structure);
            // Whoever leads the project helps already.
            if lead == Some(its_record.to_string().as_str()) {
                continue;
            }
            let granted = mandates(version, &member.structure, &themes);
            if suspended.contains(&member.structure) || (granted.is_empty() && !themes.is_empty()) {
                *left_out.entry(Gate::Mandate).or_default() += 1;
                continue;
            }
            let fields = self.reader.get(&its_record)?.map(|it| it.fields);
            let fields = fields.unwrap_or_default();
            let mut helper = described(&fields, &granted);
            let answers = self.answers_of(&its_record)?;
            helper.median_days = answers.median_days;
            helper.knows_holder = known_by.as_ref().map(|it| it.contains(&its_record));
            match fit(&wish, &helper, self.territory) {
                Err(gate) => *left_out.entry(gate).or_default() += 1,
                Ok(fit) => {
                    let name = member.name.clone();
                    let told = json!({
                        "id": its_record.to_string(),
                        "structure": member.structure.to_string(),
                        "name": name,
                        "score": whole(fit.score()),
                        "reasons": reasons(&fit, &helper, answers),
                    });
                    found.push((fit.score(), name, told));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.truncate(MOST_HELPERS);
        let left_out = left_out.into_iter();
        Ok(Helpers {
            found: found.into_iter().map(|(_, _, told)| told).collect(),
            left_out: left_out
                .map(|(gate, count)| (gate.code().to_owned(), json!(count)))
                .collect(),
            themes: themes.into_iter().map(str::to_owned).collect(),
            usual_themes: is_usual,
        })
    }

    /// The structures whose suspension is in force.
    pub(in crate::node) fn suspended_structures(&self) -> BTreeSet<StructureId> {
        let suspensions = self.charter().suspensions();
        let in_force = suspensions.into_iter().filter(|it| it.missing == 0);
        in_force
            .filter_map(|suspension| match suspension.subject {
                Subject::Structure(structure) => Some(structure),
                Subject::Node(_) => None,
            })
            .collect()
    }

    /// The records of the structures that know a project's holder: they read who it is, lead the
    /// project or took it on. None where no holder is named and nobody took it on.
    fn known_by(&self, project: &Record) -> Result<Option<BTreeSet<RecordId>>, ApiError> {
        let mut knowing = BTreeSet::new();
        let id_of = |name: &str| text(&project.fields, name)?.parse::<RecordId>().ok();
        let holder = id_of("holder");
        if let Some(holder) = holder {
            let sealed = self.sealed(&holder)?;
            for part in sealed.parts() {
                let readers = part.readers();
                knowing.extend(readers.iter().map(|it| self.structure_record(it)));
            }
        }
        let project_id = project.id.to_string();
        let visit = Visit {
            fields: &["status", "to_structure"],
            one_of: &[("project", &[&project_id])],
            ..Visit::default()
        };
        self.reader.visit("referral", &visit, |referral| {
            if referral.text(0)?.is_some_and(|it| TAKEN_ON.contains(&it)) {
                knowing.extend(referral.text(1)?.and_then(|id| id.parse::<RecordId>().ok()));
            }
            Ok(())
        })?;
        knowing.extend(id_of("lead_structure"));
        let known = holder.is_some() || !knowing.is_empty();
        Ok(known.then_some(knowing))
    }

    /// How many days the structure of this record took to answer, over the last year; what waits
    /// for an answer beyond the five days of the charter counts with its age.
    fn answers_of(&self, structure: &RecordId) -> Result<Answers, ApiError> {
        let now = clock::instant();
        let id = structure.to_string();
        let visit = Visit {
            fields: &["sent_on", "answered_on", "status"],
            one_of: &[("to_structure", &[&id])],
            ..Visit::default()
        };
        let mut days = Vec::new();
        self.reader.visit("referral", &visit, |referral| {
            let instant =
                |place: usize| -> Result<Option<jiff::Timestamp>, crate::view::ViewError> {
                    Ok(referral.text(place)?.and_then(|text| text.parse().ok()))
                };
            let Some(sent) = instant(0)? else {
                return Ok(());
            };
            let since =
                |later: jiff::Timestamp| later.duration_since(sent).as_secs_f64() / 86_400.0;
            if since(now) > ANSWERS_WITHIN_DAYS {
                return Ok(());
            }
            let waits = matches!(referral.text(2)?, Some("sent" | "received"));
            match instant(1)? {
                Some(answered) => days.push(since(answered).max(0.0)),
                None if waits && since(now) > OVERDUE_DAYS => days.push(since(now)),
                None => {}
            }
            Ok(())
        })?;
        Ok(Answers {
            count: days.len(),
            median_days: median(days),
        })
    }
}

const OVERDUE_DAYS: f64 = crate::registry::referral::OVERDUE_DAYS as f64;

/// The themes for which the charter lets a member deal with referrals.
pub(in crate::node) fn mandates<'t>(
    version: &Version,
    structure: &StructureId,
    themes: &BTreeSet<&'t str>,
) -> BTreeSet<&'t str> {
    let may = |theme: &&&'t str| {
        let action = Action {
            collection: "referral",
            act: Act::Create,
            territory: &[],
            theme: Some(theme),
        };
        grants(version, structure, &action).is_ok()
    };
    themes.iter().filter(may).copied().collect()
}

/// A structure as its record describes it; of its themes those that it holds a mandate for.
pub(in crate::node) fn described<'f>(fields: &'f Fields, granted: &BTreeSet<&str>) -> Helper<'f> {
    let list = |name: &str| -> Vec<&'f str> {
        match fields.get(name) {
            Some(FieldValue::Set(items)) => items.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    };
    let themes = list("competences").into_iter();
    Helper {
        themes: themes.filter(|theme| granted.contains(theme)).collect(),
        zones: list("service_area")
            .into_iter()
            .filter_map(Zone::parse)
            .collect(),
        accepts_naf: list("accepts_naf"),
        excludes_naf: list("excludes_naf"),
        accepts_stages: list("accepts_stages"),
        capacity: text(fields, "capacity"),
        median_days: None,
        knows_holder: None,
    }
}

/// Each criterion that counted, with its weight, its value and what it is about.
fn reasons(fit: &Fit<'_>, helper: &Helper<'_>, answers: Answers) -> Vec<Value> {
    let told = |(criterion, value): &(Criterion, f64)| {
        let mut reason = json!({
            "criterion": criterion.code(),
            "weight": criterion.weight(),
            "value": hundredths(*value),
        });
        match criterion {
            Criterion::Theme => reason["themes"] = json!(fit.covered),
            Criterion::Zone => {
                reason["level"] = json!(fit.level.map_or("everywhere", |level| level.code()));
            }
            Criterion::Capacity => reason["capacity"] = json!(helper.capacity),
            Criterion::Response => {
                reason["median_days"] = json!(answers.median_days.map(hundredths));
                reason["answers"] = json!(answers.count);
            }
            Criterion::Holder => {}
        }
        reason
    };
    fit.values.iter().map(told).collect()
}
