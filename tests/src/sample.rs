//! The sample registry: invented opportunities, services, structures, people and projects on the
//! real communes of the territory.
//!
//! Deterministic: the same seed and the same tables give the same files, which are committed under
//! `cli/sample/`. Every record says that it is one (`source_id` beginning with `exemple-`, and
//! « (exemple) » where a person reads); telephones, SIRET and addresses belong to nobody. See
//! docs/data.md.

use std::collections::BTreeSet;

use fastrand::Rng;

mod calendar;
mod farm;
mod farms;
mod fiction;
mod grammar;
mod jobs;
mod life;
mod listing;
mod network;
mod places;
mod project;
mod property;
mod row;
mod service;
mod services;
mod takeover;
mod trades;
mod wish;
mod wishes;

use row::Row;

/// The seed of the committed files.
const SEED: u64 = 63_003;

/// How many opportunities of each kind.
const BUSINESS_TAKEOVERS: usize = 190;
const FARM_TAKEOVERS: usize = 72;
const PREMISES: usize = 95;
const LAND: usize = 60;
const FARMLAND: usize = 52;
const HOUSING: usize = 85;
const JOBS: usize = 70;
const WISHES: usize = 50;

/// A file of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleFile {
    /// Its name, as committed.
    pub name: String,
    /// Its contents: CSV, `;`, UTF-8.
    pub text: String,
}

/// Makes all files.
#[must_use]
pub fn files() -> Vec<SampleFile> {
    let mut rng = Rng::with_seed(SEED);
    let mut seen = Seen::default();

    let mut chamber = several(&mut rng, &mut seen, BUSINESS_TAKEOVERS, takeover::row);
    let mut farming = several(&mut rng, &mut seen, FARM_TAKEOVERS, farm::takeover);
    farming.extend(several(&mut rng, &mut seen, FARMLAND, farm::farmland));
    let premises = several(&mut rng, &mut seen, PREMISES, property::premises);
    let mut community = Vec::new();
    for (position, row) in premises.into_iter().enumerate() {
        // A third of the premises come to the chamber, which has asked for them.
        let partner = if position % 3 == 0 {
            &mut chamber
        } else {
            &mut community
        };
        partner.push(row);
    }
    community.extend(several(&mut rng, &mut seen, LAND, property::land));
    community.extend(several(&mut rng, &mut seen, HOUSING, property::housing));
    community.extend(several(&mut rng, &mut seen, JOBS, wish::job));
    community.extend(several(&mut rng, &mut seen, WISHES, wish::activity_wanted));
    for (partner, rows) in [
        ("cci", &mut chamber),
        ("agriculture", &mut farming),
        ("epci", &mut community),
    ] {
        rng.shuffle(rows);
        for (position, row) in rows.iter_mut().enumerate() {
            row.set("source", "other");
            row.set(
                "source_id",
                format!("exemple-{partner}-{:04}", position + 1),
            );
        }
    }

    let services = service::rows(&mut rng);
    let structures = network::structures(&mut rng);
    let chamber_themes = [
        "market_study",
        "business_plan",
        "takeover_search",
        "premises",
        "training",
    ];
    let farming_themes = ["farmland", "takeover_search", "training", "business_plan"];
    let community_themes = [
        "premises",
        "land",
        "housing",
        "public_aid",
        "spouse_job",
        "childcare",
        "telecom",
    ];
    let file = |name: &str, columns, rows: &[Row]| SampleFile {
        name: name.to_owned(),
        text: row::csv(columns, rows),
    };
    let mut files = vec![
        file("opportunities-cci.csv", row::OPPORTUNITY, &chamber),
        file("opportunities-agriculture.csv", row::OPPORTUNITY, &farming),
        file("opportunities-epci.csv", row::OPPORTUNITY, &community),
        file("local-services-epci.csv", row::LOCAL_SERVICE, &services),
        file("structures.csv", row::STRUCTURE, &structures),
        file(
            "agents-cci.csv",
            row::AGENT,
            &network::agents(&mut rng, 0, &chamber_themes),
        ),
        file(
            "agents-agriculture.csv",
            row::AGENT,
            &network::agents(&mut rng, 1, &farming_themes),
        ),
        file(
            "agents-epci.csv",
            row::AGENT,
            &network::agents(&mut rng, 2, &community_themes),
        ),
        file("projects.csv", row::PROJECT, &project::rows(&mut rng)),
    ];
    files.extend(life::files());
    files
}

/// What stands in the sample already: a village has one bakery to take over, and does not look for
/// one at the same time.
#[derive(Default)]
struct Seen {
    activities: BTreeSet<(String, String)>,
    titles: BTreeSet<(String, String)>,
}

impl Seen {
    fn admits(&mut self, row: &Row) -> bool {
        let text = |field| row.get(field).unwrap_or_default().to_owned();
        let place = text("insee_code");
        let is_activity = matches!(
            row.get("kind"),
            Some("business_takeover" | "farm_takeover" | "activity_wanted")
        );
        (!is_activity || self.activities.insert((text("naf_code"), place.clone())))
            && self.titles.insert((text("title"), place))
    }
}

fn several(
    rng: &mut Rng,
    seen: &mut Seen,
    count: usize,
    make: impl Fn(&mut Rng) -> Row,
) -> Vec<Row> {
    let mut rows = Vec::with_capacity(count);
    while rows.len() < count {
        let row = make(rng);
        if seen.admits(&row) {
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests;
