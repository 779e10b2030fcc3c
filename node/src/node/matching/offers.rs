//! Opportunities for a project: of the kinds in question, published, vouched for of late.

use std::collections::{BTreeMap, HashMap};

use jiff::ToSpan;
use jiff::civil::Date;
use sync_protocol::id::RecordId;

use super::Match;
use super::asked::{Project, area, point};
use crate::api::ApiError;
use crate::matching::best::{Bar, Candidate, Ranked, best};
use crate::matching::offer::{self, Comparison, Criterion, Trade};
use crate::matching::zone::Reach;
use crate::matching::{LEAST_SCORE, MOST_OFFERS};
use crate::node::clock;
use crate::node::member::Member;
use crate::registry::freshness::{LONG_INTERVAL_DAYS, SHORT_INTERVAL_DAYS};
use crate::territory::distance_km;
use crate::view::{Seen, ViewError, Visit};

/// Kilometres within which a household finds a service nearby.
const SERVICE_KM: f64 = 10.0;

/// The fields that are read of each, all of them in one index.
const FIELDS: [&str; 13] = [
    "insee_code",
    "latitude",
    "longitude",
    "naf_code",
    "sector",
    "price_min",
    "price_max",
    "surface_m2",
    "surface_ha",
    "available_from",
    "last_verified_on",
    "review_every_days",
    "kind",
];

/// What is not compared yet.
struct Unfinished {
    id: RecordId,
    comparison: Comparison,
    distance_km: Option<f64>,
    insee_code: String,
}

impl Member {
    /// The best opportunities for a project.
    pub(super) fn offers_for(&self, project: &Project) -> Result<Vec<Match>, ApiError> {
        if project.kinds.is_empty() || project.is_closed() {
            return Ok(Vec::new());
        }
        let mut sieve = Sieve::new(self, project);
        let visit = Visit {
            fields: &FIELDS,
            one_of: &[("kind", &project.kinds), ("status", &["published"])],
            ..Visit::default()
        };
        self.reader
            .visit("opportunity", &visit, |seen| sieve.look_at(seen))?;
        let mut nearby = Nearby::default();
        let exact = |item: Unfinished| {
            let Unfinished {
                id,
                mut comparison,
                distance_km,
                insee_code,
            } = item;
            let services = nearby.services(self, &insee_code, &project.services)?;
            let found = services.iter().filter(|(_, found)| *found).count();
            let value = offer::household(found, services.len());
            comparison.put(Criterion::Household, value);
            let Some(score) = comparison.score() else {
                return Ok(None);
            };
            let item = Match {
                id,
                score,
                comparison,
                distance_km,
                services,
            };
            let key = (comparison.coverage(), id);
            Ok::<_, ApiError>(Some(Ranked { score, key, item }))
        };
        let found = best(sieve.candidates, MOST_OFFERS, LEAST_SCORE, exact)?;
        Ok(found.into_iter().map(|it| it.item).collect())
    }
}

/// Compares what can be compared at once, and keeps what may come to be shown: of tens of thousands
/// a few dozen.
struct Sieve<'a> {
    project: &'a Project,
    reach: Reach<'a>,
    today: Date,
    /// The oldest day of verification that is good enough, by interval in days.
    oldest: BTreeMap<i64, String>,
    /// How far communes are, each measured once.
    distances: HashMap<String, Option<f64>>,
    candidates: Vec<Candidate<Unfinished>>,
    bar: Bar,
}

impl<'a> Sieve<'a> {
    fn new(member: &'a Member, project: &'a Project) -> Self {
        Self {
            project,
            reach: Reach::new(project.zones(), member.territory),
            today: clock::today(),
            oldest: BTreeMap::new(),
            distances: HashMap::new(),
            candidates: Vec::new(),
            bar: Bar::new(MOST_OFFERS, LEAST_SCORE),
        }
    }

    /// The cheapest criteria come first: most are left aside before the others are read.
    fn look_at(&mut self, seen: &Seen<'_>) -> Result<(), ViewError> {
        let project = self.project;
        let trade = Trade {
            naf: seen.text(3)?,
            sector: seen.text(4)?,
        };
        let activity = offer::activity(project.trade(), trade);
        let mut comparison = Comparison::default().with(Criterion::Activity, activity);
        if self.bar.is_above(comparison.at_best()) {
            return Ok(());
        }
        let Some(insee_code) = seen.text(0)? else {
            return Ok(());
        };
        let distance_km = self.distance(insee_code, seen)?;
        comparison.put(Criterion::Place, distance_km.map(offer::place));
        if self.bar.is_above(comparison.at_best()) || !self.is_fresh(seen)? {
            return Ok(());
        }
        if project.budget_cents.is_some() {
            let price = seen
                .integer(5)?
                .map_or_else(|| seen.integer(6), |it| Ok(Some(it)))?;
            let value = offer::budget(project.budget_cents, price);
            comparison.put(Criterion::Budget, value);
        }
        if project.surface_m2.is_some() {
            let offered = area(seen.decimal(7)?, seen.decimal(8)?);
            let value = offer::surface(project.surface_m2, offered);
            comparison.put(Criterion::Surface, value);
        }
        if project.wanted_on.is_some() {
            let from = seen.text(9)?.and_then(|day| day.parse().ok());
            let value = offer::availability(project.wanted_on, from, self.today);
            comparison.put(Criterion::Availability, value);
        }
        // Services are looked for where the rest is good enough: at best all are there.
        let looks = !project.services.is_empty();
        let with_services = |share: f64| {
            let whole = comparison.with(Criterion::Household, looks.then_some(share));
            whole.score().unwrap_or_default()
        };
        let bound = with_services(1.0);
        if bound >= LEAST_SCORE && !self.bar.is_above(bound) {
            self.bar.raise(with_services(0.0));
            self.candidates.push(Candidate {
                bound,
                item: Unfinished {
                    id: seen.id()?,
                    comparison,
                    distance_km,
                    insee_code: insee_code.to_owned(),
                },
            });
        }
        Ok(())
    }

    /// Whether somebody vouched for it within its interval; see
    /// [`freshness`](crate::registry::freshness).
    fn is_fresh(&mut self, seen: &Seen<'_>) -> Result<bool, ViewError> {
        let Some(verified_on) = seen.text(10)? else {
            return Ok(false);
        };
        let days = match seen.integer(11)? {
            Some(days) if (1..=730).contains(&days) => days,
            _ if matches!(
                seen.text(12)?,
                Some("land" | "farmland" | "activity_wanted")
            ) =>
            {
                LONG_INTERVAL_DAYS
            }
            _ => SHORT_INTERVAL_DAYS,
        };
        let today = self.today;
        let oldest = self.oldest.entry(days).or_insert_with(|| {
            let oldest = today.saturating_sub(days.days());
            oldest.to_string()
        });
        // Days compare as their texts do.
        Ok(verified_on >= oldest.as_str())
    }

    fn distance(&mut self, code: &str, seen: &Seen<'_>) -> Result<Option<f64>, ViewError> {
        if self.reach.is_empty() {
            return Ok(None);
        }
        if let Some(at) = seen.decimal(1)?.zip(seen.decimal(2)?) {
            let apart = self.reach.of(code, Some(point(at)));
            return Ok(apart.map(|it| it.km));
        }
        if let Some(known) = self.distances.get(code) {
            return Ok(*known);
        }
        let measured = self.reach.of(code, None).map(|it| it.km);
        self.distances.insert(code.to_owned(), measured);
        Ok(measured)
    }
}

/// Services near communes, each looked for once.
#[derive(Debug, Default)]
pub(super) struct Nearby {
    communes: BTreeMap<String, Vec<String>>,
    found: BTreeMap<(String, &'static str), bool>,
}

impl Nearby {
    /// Which of these themes have a service near a commune.
    pub(super) fn services(
        &mut self,
        member: &Member,
        code: &str,
        themes: &[&'static str],
    ) -> Result<Vec<(&'static str, bool)>, ApiError> {
        let mut services = Vec::with_capacity(themes.len());
        for theme in themes {
            services.push((*theme, self.has(member, code, theme)?));
        }
        Ok(services)
    }

    fn has(&mut self, member: &Member, code: &str, theme: &'static str) -> Result<bool, ApiError> {
        let key = (code.to_owned(), theme);
        if let Some(found) = self.found.get(&key) {
            return Ok(*found);
        }
        let near = self
            .communes
            .entry(code.to_owned())
            .or_insert_with(|| communes_near(member, code));
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        let visit = Visit {
            fields: &["theme"],
            one_of: &[("theme", &[theme]), ("insee_code", &near)],
            limit: Some(1),
            ..Visit::default()
        };
        let mut found = false;
        member.reader.visit("local_service", &visit, |_| {
            found = true;
            Ok(())
        })?;
        self.found.insert(key, found);
        Ok(found)
    }
}

/// The codes of the communes within reach of a household that lives in one.
fn communes_near(member: &Member, code: &str) -> Vec<String> {
    let Some(home) = member.territory.current(code) else {
        return vec![code.to_owned()];
    };
    let communes = member.territory.communes().iter();
    communes
        .filter(|commune| distance_km(home.centroid, commune.centroid) <= SERVICE_KM)
        .map(|commune| commune.code.clone())
        .collect()
}
