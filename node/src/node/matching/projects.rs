//! Projects for an opportunity: those whose type or needs look for its kind, and that are open.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use sync_protocol::id::RecordId;

use super::Match;
use super::asked::{Offer, area};
use super::offers::Nearby;
use crate::api::ApiError;
use crate::matching::best::{Bar, Candidate, Ranked, best};
use crate::matching::offer::{self, Comparison, Criterion, Trade};
use crate::matching::zone::{Apart, Reach, Zone};
use crate::matching::{LEAST_SCORE, MOST_OFFERS, gate};
use crate::node::clock;
use crate::node::member::Member;
use crate::territory::Territory;
use crate::view::{Seen, ViewError, Visit};

/// The fields of a project that one index has.
const FIELDS: [&str; 9] = [
    "stage",
    "outcome",
    "naf_code",
    "sector",
    "budget_max",
    "surface_min",
    "target_date",
    "target_zones",
    "type",
];

/// A project compared in full: of equals the one that could be compared in more comes first.
type Compared = Ranked<(u32, RecordId), Match>;

/// Compares what one index says of projects with an opportunity, and keeps those that may come to be
/// shown: of thousands a few dozen.
struct Sieve<'a> {
    asked: &'a Offer,
    territory: &'a Territory,
    today: Date,
    /// How far the opportunity is from each zone that a project names, each measured once.
    distances: HashMap<String, Option<Apart>>,
    /// The types of project that may look for such a thing.
    types: Vec<&'static str>,
    /// The projects that state a need for it.
    in_need: HashSet<RecordId>,
    candidates: Vec<Candidate<RecordId>>,
    bar: Bar,
}

impl Sieve<'_> {
    /// Looks at a project. The cheapest criteria come first: most are left aside before the others
    /// are read.
    fn look_at(&mut self, seen: &Seen<'_>) -> Result<(), ViewError> {
        let asked = self.asked;
        let over = seen
            .text(0)?
            .is_some_and(|it| gate::CLOSED_STAGES.contains(&it));
        if over || seen.text(1)?.is_some() {
            return Ok(());
        }
        let trade = Trade {
            naf: seen.text(2)?,
            sector: seen.text(3)?,
        };
        let mut comparison =
            Comparison::default().with(Criterion::Activity, offer::activity(trade, asked.trade()));
        if self.bar.is_above(comparison.at_best()) {
            return Ok(());
        }
        let id = seen.id()?;
        if !self.is_meant(trade, seen.text(8)?, &id) {
            return Ok(());
        }
        let wanted_m2 = area(seen.decimal(5)?, None);
        comparison = comparison
            .with(
                Criterion::Budget,
                offer::budget(seen.integer(4)?, asked.price_cents),
            )
            .with(
                Criterion::Surface,
                offer::surface(wanted_m2, asked.surface_m2),
            );
        if self.bar.is_above(comparison.at_best()) {
            return Ok(());
        }
        comparison.put(Criterion::Place, self.distance(seen)?.map(offer::place));
        if self.bar.is_above(comparison.at_best()) {
            return Ok(());
        }
        let wanted_on = seen.text(6)?.and_then(|day| day.parse().ok());
        comparison.put(
            Criterion::Availability,
            offer::availability(wanted_on, asked.from, self.today),
        );
        // What its household looks for takes further readings: at best all is there.
        let with_services = |share: f64| {
            let whole = comparison.with(Criterion::Household, Some(share));
            whole.score().unwrap_or_default()
        };
        let bound = with_services(1.0);
        if bound >= LEAST_SCORE && !self.bar.is_above(bound) {
            self.bar.raise(with_services(0.0));
            self.candidates.push(Candidate { bound, item: id });
        }
        Ok(())
    }

    /// Whether a project looks for such a thing, by its needs or by its type. A type may look for a
    /// kind in one case only: farms are for farmers.
    fn is_meant(&self, trade: Trade<'_>, of_type: Option<&str>, id: &RecordId) -> bool {
        let by_type = of_type
            .filter(|it| self.types.contains(it))
            .is_some_and(|it| {
                let farming = gate::is_farming(trade.sector, trade.naf);
                gate::kinds(it, farming, &[]).contains(&self.asked.kind.as_str())
            });
        by_type || self.in_need.contains(id)
    }

    /// How far the opportunity is from the nearest of a project's zones.
    fn distance(&mut self, seen: &Seen<'_>) -> Result<Option<f64>, ViewError> {
        let mut nearest: Option<Apart> = None;
        for zone in seen.codes(7)? {
            let known = self.distances.get(zone).copied();
            let apart = known.unwrap_or_else(|| {
                let zones = Zone::parse(zone).into_iter().collect();
                let reach = Reach::new(zones, self.territory);
                let apart = reach.of(&self.asked.insee_code, self.asked.point);
                self.distances.insert(zone.to_owned(), apart);
                apart
            });
            nearest = match (nearest, apart) {
                (Some(one), Some(other)) if one <= other => Some(one),
                (one, other) => other.or(one),
            };
        }
        Ok(nearest.map(|it| it.km))
    }
}

impl Member {
    /// The projects that look most for what this opportunity offers.
    pub(super) fn projects_for(&self, asked: &Offer) -> Result<Vec<Match>, ApiError> {
        if !asked.is_on_offer {
            return Ok(Vec::new());
        }
        let mut sieve = Sieve {
            asked,
            territory: self.territory,
            today: clock::today(),
            distances: HashMap::new(),
            types: gate::types_for(&asked.kind),
            in_need: self.projects_in_need(&gate::needs_for(&asked.kind))?,
            candidates: Vec::new(),
            bar: Bar::new(MOST_OFFERS, LEAST_SCORE),
        };
        // Who states a need may be of any type. Going through the index once costs less than reading
        // a few hundred records.
        let types = sieve.types.clone();
        let of_types = [("type", types.as_slice())];
        let everybody = !sieve.in_need.is_empty();
        if everybody || !types.is_empty() {
            let visit = Visit {
                fields: &FIELDS,
                one_of: if everybody { &[] } else { &of_types },
                ..Visit::default()
            };
            self.reader
                .visit("project", &visit, |seen| sieve.look_at(seen))?;
        }
        let mut nearby = Nearby::default();
        let exact = |id: RecordId| self.compare(&id, asked, &mut nearby);
        let found = best(sieve.candidates, MOST_OFFERS, LEAST_SCORE, exact)?;
        Ok(found.into_iter().map(|it| it.item).collect())
    }

    /// The projects that state one of these needs and found no answer yet.
    fn projects_in_need(&self, needs: &[&str]) -> Result<HashSet<RecordId>, ApiError> {
        let mut projects = HashSet::new();
        if needs.is_empty() {
            return Ok(projects);
        }
        let visit = Visit {
            fields: &["project", "answer"],
            one_of: &[("theme", needs)],
            ..Visit::default()
        };
        self.reader.visit("need", &visit, |need| {
            if need.text(1)? == Some("found") {
                return Ok(());
            }
            projects.extend(need.text(0)?.and_then(|id| id.parse::<RecordId>().ok()));
            Ok(())
        })?;
        Ok(projects)
    }

    /// Compares a project with an opportunity in full.
    fn compare(
        &self,
        id: &RecordId,
        asked: &Offer,
        nearby: &mut Nearby,
    ) -> Result<Option<Compared>, ApiError> {
        let Some(record) = self.reader.get(id)? else {
            return Ok(None);
        };
        let project = self.asked_project(&record)?;
        if project.is_closed() || !project.kinds.contains(&asked.kind.as_str()) {
            return Ok(None);
        }
        let code = &asked.insee_code;
        let reach = Reach::new(project.zones(), self.territory);
        let distance_km = reach.of(code, asked.point).map(|it| it.km);
        let services = nearby.services(self, code, &project.services)?;
        let found = services.iter().filter(|(_, found)| *found).count();
        let comparison = Comparison::default()
            .with(
                Criterion::Activity,
                offer::activity(project.trade(), asked.trade()),
            )
            .with(Criterion::Place, distance_km.map(offer::place))
            .with(
                Criterion::Budget,
                offer::budget(project.budget_cents, asked.price_cents),
            )
            .with(
                Criterion::Surface,
                offer::surface(project.surface_m2, asked.surface_m2),
            )
            .with(
                Criterion::Availability,
                offer::availability(project.wanted_on, asked.from, clock::today()),
            )
            .with(
                Criterion::Household,
                offer::household(found, services.len()),
            );
        let Some(score) = comparison.score() else {
            return Ok(None);
        };
        Ok(Some(Ranked {
            score,
            key: (comparison.coverage(), *id),
            item: Match {
                id: *id,
                score,
                comparison,
                distance_km,
                services,
            },
        }))
    }
}
