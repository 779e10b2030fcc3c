//! `project checklist`: everything that a household which settles asks for, filled from what the
//! registry has near.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::api::ApiError;
use crate::registry::checklist::{CHECKLIST, NEAR_KM, NeedState, Point as Asked};
use crate::registry::referral::Status;
use crate::registry::{Fields, Value as FieldValue, find_collection, prepare_new};
use crate::territory::Point;
use crate::view::{List, Near, Record};

use super::errors::{of_fields, read};
use super::member::Member;
use super::records::parse_fields;
use super::{Outcome, answers};

/// How many answers of each sort are shown under a point.
const SHOWN: usize = 3;

/// How many near one place are counted.
const COUNTED: usize = 200;

/// In how many of a project's zones is looked.
const MOST_ZONES: usize = 8;

#[derive(Deserialize)]
struct Wanted {
    id: String,
    /// Themes to note a need of, where the project has none yet.
    #[serde(default)]
    needs: Vec<String>,
}

/// Records near a project, the nearest first.
#[derive(Default)]
struct Answers(BTreeMap<RecordId, Record>);

impl Answers {
    fn take(&mut self, records: Vec<Record>) {
        for record in records {
            let nearer = self
                .0
                .get(&record.id)
                .is_none_or(|held| record.distance_km < held.distance_km);
            if nearer {
                self.0.insert(record.id, record);
            }
        }
    }

    fn shown(self, titles: &crate::view::Reader) -> Value {
        let total = self.0.len();
        let mut all: Vec<Record> = self.0.into_values().collect();
        all.sort_by(|a, b| {
            let distance = |it: &Record| it.distance_km.unwrap_or(f64::MAX);
            distance(a).total_cmp(&distance(b)).then(a.id.cmp(&b.id))
        });
        let item = |record: &Record| {
            let commune = match record.fields.get("insee_code") {
                Some(FieldValue::Text(code)) => Some(code.clone()),
                _ => None,
            };
            let km = record.distance_km.map(|km| (km * 10.0).round() / 10.0);
            json!({
                "id": record.id.to_string(),
                "collection": record.collection,
                "title": titles.title(record),
                "insee_code": commune,
                "distance_km": km,
            })
        };
        json!({ "total": total, "nearest": all.iter().take(SHOWN).map(item).collect::<Vec<_>>() })
    }
}

impl Member {
    /// `project.checklist`.
    pub(super) fn project_checklist(&self, input: Value) -> Outcome {
        let Wanted { id, needs } = read(input)?;
        let project = self.find_record(find_collection("project")?, &id)?;
        let mut added = Vec::new();
        if !needs.is_empty() {
            added = self.note_needs(&project.id, &needs)?;
        }
        let held = self.need_records(&project.id)?;
        let zones = self.zones_of(&project)?;
        let places: Vec<Point> = zones
            .iter()
            .filter_map(|zone| self.territory.middle_of(zone))
            .collect();
        let states = self.referral_states(&project.id)?;
        let mut points = Vec::with_capacity(CHECKLIST.len());
        for point in &CHECKLIST {
            let services = self.services_near(point, &places)?;
            let opportunities = self.opportunities_near(point, &places)?;
            let need = held
                .iter()
                .find(|need| theme_of(&need.fields) == point.theme);
            let need = need.map(|need| {
                json!({
                    "id": need.id.to_string(),
                    "state": NeedState::of(&need.fields, of_theme(&states, point.theme)).code(),
                })
            });
            points.push(json!({
                "theme": point.theme,
                "need": need,
                "services": services.shown(&self.reader),
                "opportunities": opportunities.shown(&self.reader),
            }));
        }
        Ok(json!({
            "project": project.id.to_string(),
            "title": self.reader.title(&project),
            "zones": zones,
            "located": !places.is_empty(),
            "within_km": NEAR_KM,
            "points": points,
            "added": added,
        }))
    }

    /// Where a project is to settle: at the opportunity that it took, else in its target zones.
    fn zones_of(&self, project: &Record) -> Result<Vec<String>, ApiError> {
        let opportunity = match project.fields.get("opportunity") {
            Some(FieldValue::Text(id)) => id.parse::<RecordId>().ok(),
            _ => None,
        };
        let taken = match opportunity {
            Some(id) => self.reader.get(&id)?,
            None => None,
        };
        let place = taken.and_then(|record| match record.fields.get("insee_code") {
            Some(FieldValue::Text(code)) => Some(format!("insee:{code}")),
            _ => None,
        });
        if let Some(place) = place {
            return Ok(vec![place]);
        }
        Ok(match project.fields.get("target_zones") {
            Some(FieldValue::Set(zones)) => zones.iter().take(MOST_ZONES).cloned().collect(),
            _ => Vec::new(),
        })
    }

    fn services_near(&self, point: &Asked, places: &[Point]) -> Result<Answers, ApiError> {
        match point.services {
            Some(theme) => self.near_places("local_service", &[format!("theme={theme}")], places),
            None => Ok(Answers::default()),
        }
    }

    fn opportunities_near(&self, point: &Asked, places: &[Point]) -> Result<Answers, ApiError> {
        if point.opportunities.is_empty() {
            return Ok(Answers::default());
        }
        let kinds = point.opportunities.join("|");
        let conditions = [format!("kind={kinds}"), "status=published".to_owned()];
        self.near_places("opportunity", &conditions, places)
    }

    fn near_places(
        &self,
        collection: &str,
        conditions: &[String],
        places: &[Point],
    ) -> Result<Answers, ApiError> {
        let mut answers = Answers::default();
        for place in places {
            let list = List {
                conditions: conditions.to_vec(),
                near: Some(Near {
                    latitude: place.latitude,
                    longitude: place.longitude,
                    within_km: Some(NEAR_KM),
                }),
                limit: Some(COUNTED),
                ..List::default()
            };
            answers.take(self.reader.list(collection, &list)?.records);
        }
        Ok(answers)
    }

    /// Notes needs of these themes that the project has not yet; their identities.
    fn note_needs(&self, project: &RecordId, themes: &[String]) -> Result<Vec<Value>, ApiError> {
        let declared = find_collection("need")?;
        let held = self.need_records(project)?;
        let mut wanted: Vec<Fields> = Vec::new();
        // All are checked before one is written.
        for theme in themes {
            let given = json!({ "project": project.to_string(), "theme": theme });
            let given = given.as_object().cloned().unwrap_or_default();
            let prepared = self.with_context(|context| {
                let fields = parse_fields(declared, &given, context)?;
                let fields = fields
                    .into_iter()
                    .filter_map(|(name, value)| Some((name, value?)));
                prepare_new(declared, fields.collect(), context)
                    .map_err(|errors| of_fields(&errors))
            })?;
            let of_same = |fields: &Fields| theme_of(fields) == theme_of(&prepared.fields);
            if !held.iter().any(|it| of_same(&it.fields)) && !wanted.iter().any(of_same) {
                wanted.push(prepared.fields);
            }
        }
        let mut added = Vec::new();
        for fields in wanted {
            let theme = theme_of(&fields).to_owned();
            let (salt, id) = self.new_record(declared)?;
            self.create(declared, salt, fields, None)?;
            added.push(json!({ "id": id.to_string(), "theme": theme }));
        }
        Ok(added)
    }

    fn need_records(&self, project: &RecordId) -> Result<Vec<Record>, ApiError> {
        let mut needs = Vec::new();
        for id in self.reader.needs_of(&project.to_string())? {
            needs.extend(self.reader.get(&id)?);
        }
        Ok(needs)
    }

    /// The states of a project's referrals, by theme.
    pub(super) fn referral_states(
        &self,
        project: &RecordId,
    ) -> Result<BTreeMap<String, Vec<Status>>, ApiError> {
        let mut states: BTreeMap<String, Vec<Status>> = BTreeMap::new();
        for (theme, status) in self.reader.referral_states(&project.to_string())? {
            let known = Status::from_code(&status);
            states.entry(theme).or_default().extend(known);
        }
        Ok(states)
    }
}

fn theme_of(need: &Fields) -> &str {
    match need.get("theme") {
        Some(FieldValue::Text(theme)) => theme,
        _ => "",
    }
}

fn of_theme<'s>(states: &'s BTreeMap<String, Vec<Status>>, theme: &str) -> &'s [Status] {
    states.get(theme).map_or(&[], Vec::as_slice)
}

impl answers::Records<'_> {
    /// Where a need stands: by what the referrals of its project say.
    pub(super) fn state_of_need(&mut self, need: &Fields) -> &'static str {
        let Some(FieldValue::Text(project)) = need.get("project") else {
            return NeedState::of(need, &[]).code();
        };
        let member = self.member;
        let states = self.referrals.entry(project.clone());
        let states = states.or_insert_with(|| {
            let id = project.parse::<RecordId>().ok();
            id.and_then(|id| member.referral_states(&id).ok())
                .unwrap_or_default()
        });
        NeedState::of(need, of_theme(states, theme_of(need))).code()
    }
}
