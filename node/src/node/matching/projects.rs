//! Projects for an opportunity: those whose type or needs look for its kind, and that are open.

use std::collections::BTreeSet;

use sync_protocol::id::RecordId;

use super::Match;
use super::asked::{Offer, Project, area};
use super::offers::Nearby;
use crate::api::ApiError;
use crate::matching::best::{Candidate, Ranked, best};
use crate::matching::offer::{self, Comparison, Criterion, Trade};
use crate::matching::{LEAST_SCORE, MOST_OFFERS, gate, zone};
use crate::node::clock;
use crate::node::member::Member;
use crate::view::{Seen, ViewError, Visit};

/// The fields of a project that one index has.
const FIELDS: [&str; 7] = [
    "stage",
    "outcome",
    "naf_code",
    "sector",
    "budget_max",
    "surface_min",
    "target_date",
];

/// A project compared in full: of equals the one that could be compared in more comes first.
type Compared = Ranked<(u32, RecordId), Match>;

impl Member {
    /// The projects that look most for what this opportunity offers.
    pub(super) fn projects_for(&self, asked: &Offer) -> Result<Vec<Match>, ApiError> {
        if !asked.is_on_offer {
            return Ok(Vec::new());
        }
        let mut candidates = Vec::new();
        let mut seen_ones = BTreeSet::new();
        let today = clock::today();
        let mut look_at = |seen: &Seen<'_>| -> Result<(), ViewError> {
            let id = seen.id()?;
            let over = seen
                .text(0)?
                .is_some_and(|it| gate::CLOSED_STAGES.contains(&it));
            if over || seen.text(1)?.is_some() || !seen_ones.insert(id) {
                return Ok(());
            }
            let trade = Trade {
                naf: seen.text(2)?,
                sector: seen.text(3)?,
            };
            let wanted_on = seen.text(6)?.and_then(|day| day.parse().ok());
            // What takes another reading counts as if it were met in full.
            let at_best = Comparison::default()
                .with(Criterion::Activity, offer::activity(trade, asked.trade()))
                .with(
                    Criterion::Budget,
                    offer::budget(seen.integer(4)?, asked.price_cents),
                )
                .with(
                    Criterion::Surface,
                    offer::surface(area(seen.decimal(5)?, None), asked.surface_m2),
                )
                .with(
                    Criterion::Availability,
                    offer::availability(wanted_on, asked.from, today),
                )
                .with(Criterion::Place, Some(1.0))
                .with(Criterion::Household, Some(1.0));
            candidates.push(Candidate {
                bound: at_best.score().unwrap_or_default(),
                item: id,
            });
            Ok(())
        };
        let types = gate::types_for(&asked.kind);
        if !types.is_empty() {
            let visit = Visit {
                fields: &FIELDS,
                one_of: &[("type", &types)],
                ..Visit::default()
            };
            self.reader.visit("project", &visit, &mut look_at)?;
        }
        for id in self.projects_in_need(&gate::needs_for(&asked.kind))? {
            let fitting = self.reader.get(&id)?;
            let Some(record) = fitting.filter(|it| it.collection == "project" && !it.removed)
            else {
                continue;
            };
            if !Project::of(&record.fields, &[]).is_closed() && seen_ones.insert(id) {
                candidates.push(Candidate {
                    bound: 100.0,
                    item: id,
                });
            }
        }
        let mut nearby = Nearby::default();
        let exact = |id: RecordId| self.compare(&id, asked, &mut nearby);
        let found = best(candidates, MOST_OFFERS, LEAST_SCORE, exact)?;
        Ok(found.into_iter().map(|it| it.item).collect())
    }

    /// The projects that state one of these needs.
    fn projects_in_need(&self, needs: &[&str]) -> Result<BTreeSet<RecordId>, ApiError> {
        let mut projects = BTreeSet::new();
        if needs.is_empty() {
            return Ok(projects);
        }
        let visit = Visit {
            fields: &["project"],
            one_of: &[("theme", needs)],
            ..Visit::default()
        };
        self.reader.visit("need", &visit, |need| {
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
        // A type may look for a kind in one case only: farms are for farmers.
        if project.is_closed() || !project.kinds.contains(&asked.kind.as_str()) {
            return Ok(None);
        }
        let code = &asked.insee_code;
        let distance_km = zone::distance(&project.zones(), code, asked.point, self.territory);
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
