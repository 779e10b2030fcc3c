//! A fifth structure asks to come in, and the four vote.

use anyhow::Result;

use crate::demo::place::{CMA, STRUCTURES};
use crate::demo::play::{Play, facts};
use crate::demo::scenes::founding::admit;

pub(super) fn play(play: &mut Play<'_, '_>) -> Result<()> {
    play.scene("demo-fifth", &facts([]))?;
    play.stage.prepare(&CMA)?;
    let votes = admit(play, &CMA, &STRUCTURES)?;
    play.converge(&super::FIVE)?;
    play.outcome("demo-fifth-done", facts([("votes", votes)]))
}
