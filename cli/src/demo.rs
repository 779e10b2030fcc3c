//! The demonstration: a hub and three partners as processes of their own on this machine.
//!
//! Everything in it is real: each node has its own home and its own process (this very program
//! with `run`), they talk QUIC over loopback, and what is done to them goes the way every command
//! goes, over the local API of a node that runs, or into the home of one that does not. What each
//! scene promises is checked; the demonstration fails if one is not kept.
//!
//! - `stage` (homes, processes, and their end whatever happens), `interruption` (Ctrl-C),
//!   `sample` (who brings what), `play` (what scenes are made with), `scenes` (one a file),
//!   `figures` (what was measured), `ending` (what is shown last); `governed` and `portal` play others.

use std::path::PathBuf;

use anyhow::Result;

use crate::session::Session;

mod ending;
mod figures;
mod governed;
mod interruption;
mod place;
mod play;
mod portal;
mod sample;
mod scenes;
mod stage;

use play::Play;
use stage::Stage;

/// What is demonstrated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which {
    /// Nodes that are cut off, edit apart and come together again.
    Network,
    /// Votes, mandates, sealed parts, a hostile node.
    Charter,
    /// The public pages, until the person has seen enough.
    Portal,
}

/// Plays the demonstration; keeps the homes in `keep` if that is given, or else leaves nothing.
///
/// With the `whole` sample partners bring three years of their work too, where listings are shared.
pub(crate) fn play(
    session: &mut Session<'_>,
    keep: Option<PathBuf>,
    which: Which,
    whole: bool,
) -> Result<()> {
    let stage = Stage::open(keep, session.language())?;
    interruption::watch(&stage);
    let mut play = Play::new(session, stage);
    let played = match which {
        Which::Network => perform(&mut play, whole),
        Which::Charter => governed::perform(&mut play),
        Which::Portal => portal::perform(&mut play, whole),
    };
    let Play { stage, .. } = play;
    // Whatever failed because everything was being ended is not what went wrong.
    let interrupted = stage.is_interrupted();
    stage.leave();
    if interrupted {
        return Err(interruption::error().into());
    }
    played
}

fn perform(play: &mut Play<'_, '_>, whole: bool) -> Result<()> {
    play.open("demo-title", "demo-about")?;
    scenes::founding::play(play)?;
    scenes::shares::play(play)?;
    if whole {
        scenes::life::play(play)?;
    }
    scenes::crash::play(play)?;
    scenes::device::play(play)?;
    scenes::apart::play(play)?;
    scenes::referral::play(play)?;
    scenes::hub_away::play(play)?;
    scenes::quiet::play(play)?;
    ending::tell(play, &place::ALL)
}
