//! Three years of the network's life: people, their projects, 800 referrals and what became of them,
//! meetings, figures' raw material. All invented, told by four partners.
//!
//! Drawn from a seed of its own, so that the listings of the sample do not change with it. Each file
//! is of one partner and one collection, `life/<collection>-<partner>.csv`; files refer to each other
//! by pseudonyms, names of structures and people, and instants of meetings.
//!
//! - `people` (holders and their projects), `referrals` (their walks), `work` (needs, activities,
//!   opinions, checks, satisfaction), `network` (meetings and all that comes of them).

use fastrand::Rng;

use super::SampleFile;
use super::row::{self, Row};

mod network;
mod people;
mod referrals;
mod work;

/// The seed of the committed files.
const SEED: u64 = 20_232_026;

/// How many days the network has behind it.
const YEARS: i64 = 3 * 365;

/// People whom the network accompanied, each with a project.
const HOLDERS: usize = 300;

/// Referrals that were sent.
const REFERRALS: usize = 800;

/// Who tells, with the structure that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Partner {
    folder: &'static str,
    structure: &'static str,
}

const PARTNERS: [Partner; 4] = [
    Partner {
        folder: "hub",
        structure: "Parc naturel régional Livradois-Forez",
    },
    Partner {
        folder: "cci",
        structure: "CCI des Monts et de la Dore",
    },
    Partner {
        folder: "agriculture",
        structure: "Chambre d'agriculture du Livradois",
    },
    Partner {
        folder: "epci",
        structure: "CC Ambert Livradois Forez, service économique",
    },
];

/// The park runs the network's life.
const HUB: usize = 0;

/// Makes all files, in an order in which they can be brought in: what is referred to comes first.
pub(super) fn files() -> Vec<SampleFile> {
    let mut rng = Rng::with_seed(SEED);
    let people = people::draw(&mut rng);
    let told = people::rows(&mut rng, &people);
    let sent = referrals::rows(&mut rng, &people);
    let work = work::draw(&mut rng, &people);
    let network = network::draw(&mut rng);
    let mut files = Vec::new();
    let mut add = |collection: &str, partner: usize, columns: &[&'static str], rows: &[Row]| {
        if !rows.is_empty() {
            files.push(SampleFile {
                name: name(collection, PARTNERS[partner].folder),
                text: row::csv(columns, rows),
            });
        }
    };
    add("agent", HUB, row::AGENT_OF, &network.agents);
    add(
        "support-offer",
        HUB,
        row::SUPPORT_OFFER,
        &network.support_offers,
    );
    for partner in 0..PARTNERS.len() {
        add("holder", partner, row::HOLDER, &told[partner].holders);
        add(
            "project",
            partner,
            row::LIVED_PROJECT,
            &told[partner].projects,
        );
        add("referral", partner, row::REFERRAL, &sent[partner]);
        let work = &work[partner];
        add("need", partner, row::NEED, &work.needs);
        add("activity", partner, row::ACTIVITY, &work.activities);
        add("opinion", partner, row::OPINION, &work.opinions);
        add("durability-check", partner, row::CHECK, &work.checks);
        add("satisfaction", partner, row::SATISFACTION, &work.answers);
        add("cost-entry", partner, row::COST, &network.costs[partner]);
    }
    add("meeting", HUB, row::MEETING, &network.meetings);
    add("decision", HUB, row::DECISION, &network.decisions);
    add("improvement", HUB, row::IMPROVEMENT, &network.improvements);
    add("action", HUB, row::ACTION, &network.actions);
    add("training", HUB, row::TRAINING, &network.trainings);
    add("objective", HUB, row::OBJECTIVE, &network.objectives);
    add("news", HUB, row::NEWS, &network.news);
    files
}

/// Under which name a file is committed.
fn name(collection: &str, partner: &str) -> String {
    format!("life/{collection}-{partner}.csv")
}
