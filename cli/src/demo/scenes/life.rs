//! Everyone brings three years: people, their projects, what became of every referral.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::demo::place::{HUB, STRUCTURES};
use crate::demo::play::{Play, facts};
use crate::demo::sample::life::{Told, told_by};

/// A few thousand entries at each of four nodes, on a slow machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(240);

/// The half-years that are over, whose figures the park freezes.
const PERIODS: [&str; 5] = ["2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1"];

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-life", &facts([]))?;
    let (mut people, mut referrals) = (0, 0);
    for place in STRUCTURES {
        for told in told_by(place.folder) {
            match told {
                Told::Rows(file) => {
                    play.import(place, &file)?;
                }
                Told::Past(file) => {
                    let answer = play.import_past(place, &file)?;
                    referrals += answer["created"].as_u64().unwrap_or(0);
                }
                Told::People(rows) => {
                    people += rows.len() as u64;
                    for fields in rows {
                        let input = json!({ "collection": "holder", "fields": fields });
                        play.ask(place, "record.add", input)?;
                    }
                }
            }
        }
    }
    let status = play.converge_within(&STRUCTURES, PATIENCE)?;
    for period in PERIODS {
        play.ask(&HUB, "evaluation.freeze", json!({ "period": period }))?;
    }
    play.converge_within(&STRUCTURES, PATIENCE)?;
    let count = |name: &str| status[name].as_u64().unwrap_or(0);
    let args = facts([
        ("records", count("records")),
        ("entries", count("entries")),
        ("people", people),
        ("referrals", referrals),
        ("periods", PERIODS.len() as u64),
    ]);
    play.outcome("demo-life-done", args)
}
