//! Simulated links and connections.
//!
//! A connection is two reliable, ordered pipes, as over QUIC: what gets lost is the connection,
//! with whatever was under way. Its ends notice at different times, so an old connection and the
//! one that replaces it overlap.

use std::collections::VecDeque;

use fastrand::Rng;

/// Where two participants can reach each other.
#[derive(Clone, Debug)]
pub struct Link {
    /// The participants.
    pub ends: [usize; 2],
    /// How long bytes are under way.
    pub latency: u64,
    /// Bytes a millisecond.
    pub bytes_per_milli: u64,
    /// Until when nothing passes.
    pub blocked_until: u64,
}

/// Frames under way to one end.
#[derive(Clone, Debug, Default)]
pub struct Pipe {
    /// The frames, first come first.
    pub frames: VecDeque<Vec<u8>>,
    /// Their bytes.
    pub bytes: usize,
    /// When the line is free for the next frame.
    pub free_at: u64,
    /// When the last frame arrives: later ones do not overtake it.
    pub last_arrival: u64,
}

impl Pipe {
    /// Takes a frame in at `now`; returns when it arrives.
    pub fn push(&mut self, now: u64, link: &Link, frame: Vec<u8>) -> u64 {
        let busy = frame.len() as u64 / link.bytes_per_milli.max(1);
        self.free_at = self.free_at.max(now) + busy;
        self.last_arrival = self.last_arrival.max(self.free_at + link.latency);
        self.bytes += frame.len();
        self.frames.push_back(frame);
        self.last_arrival
    }

    /// The frame that arrives next.
    pub fn pop(&mut self) -> Option<Vec<u8>> {
        let frame = self.frames.pop_front()?;
        self.bytes -= frame.len();
        Some(frame)
    }

    /// Loses the frames from a random one on: the line was cut behind it.
    pub fn cut(&mut self, rng: &mut Rng) {
        let kept = rng.usize(..=self.frames.len());
        self.frames.truncate(kept);
        self.bytes = self.frames.iter().map(Vec::len).sum();
    }
}

/// One connection, as both its ends see it.
#[derive(Clone, Debug)]
pub struct Connection {
    /// Over which link.
    pub link: usize,
    /// The participants.
    pub ends: [usize; 2],
    /// Which ends believe that it stands.
    pub open: [bool; 2],
    /// Whether it still carries anything.
    pub alive: bool,
    /// Frames under way to each end.
    pub pipes: [Pipe; 2],
}

impl Connection {
    /// A connection that is being made.
    #[must_use]
    pub fn new(link: usize, ends: [usize; 2]) -> Self {
        Self {
            link,
            ends,
            open: [false; 2],
            alive: true,
            pipes: [Pipe::default(), Pipe::default()],
        }
    }
}
