//! Drawing a plan from a seed.

use fastrand::Rng;

use super::schedule::{Action, HEAL_AT, Plan, Topology};

impl Plan {
    /// Draws a plan.
    #[must_use]
    pub fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed ^ 0x5EED);
        let nodes = rng.usize(3..=9);
        let founders = rng.usize(1..=nodes);
        let hostile = rng.u8(..4) == 0;
        let mut plan = Self {
            seed,
            nodes,
            founders,
            device_every: rng.usize(2..5),
            hostile_members: if hostile { rng.usize(0..=2) } else { 0 },
            hostile_strangers: if hostile { rng.usize(0..=1) } else { 0 },
            topology: match rng.u8(..3) {
                0 => Topology::Star,
                1 => Topology::Mesh,
                _ => Topology::Line,
            },
            max_latency_millis: [3, 20, 150, 600][rng.usize(..4)],
            loss_percent: [0, 0, 1, 5][rng.usize(..4)],
            flaw: None,
            actions: Vec::new(),
        };
        for _ in founders..nodes {
            plan.actions.push((rng.u64(0..HEAL_AT), Action::Admit));
        }
        for _ in 0..rng.usize(10..60) {
            let action = plan.any_action(&mut rng);
            plan.actions.push((rng.u64(0..HEAL_AT), action));
        }
        plan.actions.sort_by_key(|(at, _)| *at);
        plan
    }

    fn any_action(&self, rng: &mut Rng) -> Action {
        let node = rng.usize(..self.nodes);
        let link = rng.usize(..64);
        match rng.u8(..48) {
            0..=14 => Action::Write {
                node,
                entries: [1, 1, 1, 3, 40, 300][rng.usize(..6)],
                bytes: [0, 20, 200, 2_000][rng.usize(..4)],
            },
            15..=19 => Action::Cut { link },
            20..=21 => Action::Block {
                link,
                millis: rng.u64(100..8_000),
            },
            22..=23 => Action::Partition {
                groups: rng.u16(..),
                millis: rng.u64(100..8_000),
            },
            24..=27 => Action::Crash {
                // The hub, where there is one, every third time: all others come back at once.
                node: if rng.u8(..3) == 0 { 0 } else { node },
                millis: rng.u64(1..5_000),
                synced: rng.bool(),
            },
            28..=29 => Action::FailStore {
                node,
                millis: rng.u64(1..8_000),
                synced: rng.bool(),
            },
            30 => Action::Damage {
                node,
                percent: rng.u8(..100),
            },
            31 => Action::Restore {
                node,
                percent: rng.u8(..100),
            },
            32..=33 => Action::DialTwice { link },
            34..=35 => Action::Carry {
                from: node,
                to: rng.usize(..self.nodes),
                damaged: rng.u8(..4) == 0,
            },
            36..=38 => Action::SlowStore {
                node,
                millis: [0, 100, 700, 6_000][rng.usize(..4)],
            },
            39..=40 => Action::SlowLink {
                link,
                bytes_per_milli: [30, 300, 3_000][rng.usize(..3)],
            },
            41..=42 => Action::StopReading {
                node,
                millis: rng.u64(100..8_000),
            },
            43 => Action::SetClock {
                node,
                days: rng.i32(-7_300..7_300),
            },
            44 => Action::Rename,
            _ => Action::Blob {
                holder: node,
                wanter: rng.usize(..self.nodes),
                bytes: [0, 10, 70_000, 700_000][rng.usize(..4)],
            },
        }
    }
}
