//! What a project and an opportunity say that matching asks about.

use jiff::civil::Date;
use sync_protocol::id::RecordId;

use crate::api::ApiError;
use crate::matching::gate;
use crate::matching::offer::Trade;
use crate::matching::zone::Zone;
use crate::node::clock;
use crate::node::member::Member;
use crate::registry::{Fields, Value, opportunity};
use crate::territory::Point;
use crate::view::{Record, Visit};

/// What a project needs.
#[derive(Clone, Debug)]
pub(super) struct Need {
    theme: String,
    /// An answer was found.
    is_answered: bool,
}

/// What a project looks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Project {
    pub(super) naf: Option<String>,
    pub(super) sector: Option<String>,
    pub(super) stage: Option<String>,
    pub(super) zones: Vec<String>,
    pub(super) budget_cents: Option<i64>,
    pub(super) surface_m2: Option<f64>,
    pub(super) wanted_on: Option<Date>,
    /// It came to something already.
    has_outcome: bool,
    /// What it still needs, by theme, without repetition.
    pub(super) needs: Vec<String>,
    /// The kinds of opportunity that come into question.
    pub(super) kinds: Vec<&'static str>,
    /// The services that its household looks for, by theme.
    pub(super) services: Vec<&'static str>,
}

impl Project {
    /// A project with these fields and needs.
    pub(super) fn of(fields: &Fields, stated: &[Need]) -> Self {
        let all: Vec<&str> = stated.iter().map(|need| need.theme.as_str()).collect();
        let open = stated.iter().filter(|need| !need.is_answered);
        let mut needs: Vec<String> = open.map(|need| need.theme.clone()).collect();
        needs.sort_unstable();
        needs.dedup();
        let text = |name: &str| text(fields, name).map(str::to_owned);
        let (naf, sector) = (text("naf_code"), text("sector"));
        let farming = gate::is_farming(sector.as_deref(), naf.as_deref());
        let themes: Vec<&str> = needs.iter().map(String::as_str).collect();
        let kinds = gate::kinds(&text("type").unwrap_or_default(), farming, &themes);
        // A school that was found is still to be near.
        let services = gate::services(&all, fields.contains_key("arrival_on"));
        Self {
            stage: text("stage"),
            zones: match fields.get("target_zones") {
                Some(Value::Set(zones)) => zones.iter().cloned().collect(),
                _ => Vec::new(),
            },
            budget_cents: integer(fields, "budget_max"),
            surface_m2: decimal(fields, "surface_min"),
            wanted_on: text("target_date").and_then(|day| day.parse().ok()),
            has_outcome: fields.contains_key("outcome"),
            naf,
            sector,
            needs,
            kinds,
            services,
        }
    }

    /// Whether it looks for nothing any more.
    pub(super) fn is_closed(&self) -> bool {
        let over = |stage: &str| gate::CLOSED_STAGES.contains(&stage);
        self.has_outcome || self.stage.as_deref().is_some_and(over)
    }

    pub(super) fn trade(&self) -> Trade<'_> {
        Trade {
            naf: self.naf.as_deref(),
            sector: self.sector.as_deref(),
        }
    }

    pub(super) fn zones(&self) -> Vec<Zone<'_>> {
        self.zones.iter().filter_map(|it| Zone::parse(it)).collect()
    }
}

/// What an opportunity offers.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) kind: String,
    pub(super) naf: Option<String>,
    pub(super) sector: Option<String>,
    pub(super) insee_code: String,
    pub(super) point: Option<Point>,
    pub(super) price_cents: Option<i64>,
    pub(super) surface_m2: Option<f64>,
    pub(super) from: Option<Date>,
    /// Published, and vouched for of late.
    pub(super) is_on_offer: bool,
}

impl Offer {
    pub(super) fn trade(&self) -> Trade<'_> {
        Trade {
            naf: self.naf.as_deref(),
            sector: self.sector.as_deref(),
        }
    }
}

impl Member {
    /// What this project looks for.
    pub(super) fn asked_project(&self, record: &Record) -> Result<Project, ApiError> {
        let needs = self.needs_of(&record.id)?;
        Ok(Project::of(&record.fields, &needs))
    }

    fn needs_of(&self, project: &RecordId) -> Result<Vec<Need>, ApiError> {
        let mut needs = Vec::new();
        let project = project.to_string();
        let visit = Visit {
            fields: &["theme", "answer"],
            one_of: &[("project", &[&project])],
            ..Visit::default()
        };
        self.reader.visit("need", &visit, |need| {
            let is_answered = need.text(1)? == Some("found");
            needs.extend(need.text(0)?.map(|theme| Need {
                theme: theme.to_owned(),
                is_answered,
            }));
            Ok(())
        })?;
        Ok(needs)
    }

    /// What this opportunity offers.
    pub(super) fn asked_opportunity(&self, record: &Record) -> Offer {
        let fields = &record.fields;
        let owned = |name: &str| text(fields, name).map(str::to_owned);
        let latitude = decimal(fields, "latitude");
        let published = text(fields, "status") == Some("published");
        Offer {
            kind: owned("kind").unwrap_or_default(),
            naf: owned("naf_code"),
            sector: owned("sector"),
            insee_code: owned("insee_code").unwrap_or_default(),
            point: latitude.zip(decimal(fields, "longitude")).map(point),
            price_cents: integer(fields, "price_min").or_else(|| integer(fields, "price_max")),
            surface_m2: area(decimal(fields, "surface_m2"), decimal(fields, "surface_ha")),
            from: owned("available_from").and_then(|day| day.parse().ok()),
            is_on_offer: published && !opportunity::expired(fields, clock::today()),
        }
    }
}

pub(super) fn point((latitude, longitude): (f64, f64)) -> Point {
    Point {
        latitude,
        longitude,
    }
}

/// Square metres, of which a hectare has 10,000.
pub(super) fn area(surface_m2: Option<f64>, surface_ha: Option<f64>) -> Option<f64> {
    surface_m2.or_else(|| surface_ha.map(|hectares| hectares * 10_000.0))
}

pub(super) fn text<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    match fields.get(name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

fn integer(fields: &Fields, name: &str) -> Option<i64> {
    match fields.get(name) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    }
}

fn decimal(fields: &Fields, name: &str) -> Option<f64> {
    match fields.get(name) {
        Some(Value::Decimal(number)) => Some(*number),
        _ => None,
    }
}
