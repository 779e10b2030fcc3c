//! What a hub's engine has to do for its partners, as processor time on this machine.
//!
//! Everything else (network, stores, the partners) is simulated and not counted.

use sync_protocol::time::Duration;

use super::World;
use super::rural::quiet_plan;

/// Processor time of the hub's engine, and simulated time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the hub's engine took.
    pub engine: Duration,
    /// Frames that all nodes sent.
    pub frames: u64,
    /// Until everybody agreed, in steps of 250 simulated milliseconds.
    pub simulated_millis: u64,
}

/// A hub and its partners, each with a journal of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hub {
    /// All begin with their own journal only.
    pub first_meeting: Step,
    /// A partner edits once, and all others get it.
    pub one_edit: Step,
    /// The hub is switched off and on, and all come back with an edit each.
    pub restart: Step,
}

impl World<()> {
    fn measured(&mut self, act: impl FnOnce(&mut Self)) -> Step {
        self.hub_time = Some(Duration::ZERO);
        let (start, frames) = (self.now, self.cost.frames_sent);
        act(self);
        self.converge(start + 120_000);
        assert!(self.failures.is_empty(), "{:?}", self.failures);
        Step {
            engine: self.hub_time.take().unwrap_or_default(),
            frames: self.cost.frames_sent - frames,
            simulated_millis: self.now - start,
        }
    }
}

/// Measures a hub with so many partners.
///
/// # Panics
/// If they do not agree in two simulated minutes.
#[must_use]
pub fn hub(partners: usize) -> Hub {
    let mut world = World::new(quiet_plan(1, partners + 1), ());
    world.one_connection = true;
    let first_meeting = world.measured(|_| {});
    let one_edit = world.measured(|world| world.write(1, 1, 50, 1));
    let restart = world.measured(|world| {
        world.crash(0, false);
        for partner in 1..=partners {
            world.write(partner, 1, 50, 2);
        }
        world.run_until(world.now + 1_000);
        world.start(0);
    });
    Hub {
        first_meeting,
        one_edit,
        restart,
    }
}
