//! Everyone imports what it knows; everyone then has everything.

use anyhow::Result;

use crate::demo::place::STRUCTURES;
use crate::demo::play::{Play, facts};
use crate::demo::sample;

pub(in crate::demo) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-shares", &facts([]))?;
    for place in STRUCTURES {
        for file in sample::share_of(place.folder) {
            play.import(place, &file)?;
        }
    }
    let status = play.converge(&STRUCTURES)?;
    let count = |name: &str| status[name].as_u64().unwrap_or(0);
    let args = facts([("records", count("records")), ("entries", count("entries"))]);
    play.outcome("demo-shares-done", args)
}
