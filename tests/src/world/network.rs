//! Simulated links and connections.
//!
//! A connection is two reliable, ordered pipes, as over QUIC: what gets lost for good is the
//! connection, with whatever was under way. Its ends notice at different times, so an old
//! connection and the one that replaces it overlap.
//!
//! A *packet* that gets lost only costs time: it is noticed 9/8 round trips later, sent again over
//! the same line, and everything behind it waits, since the stream is ordered (RFC 9002, 6.1). What
//! congestion control makes of losses is up to whoever sets the link's bandwidth.

use std::collections::VecDeque;

use fastrand::Rng;

/// What a packet carries.
const PACKET_BYTES: u64 = 1_200;
/// What the transport takes before the receiver has read it.
const WINDOW_BYTES: usize = 512 * 1024;
/// What a lost packet of a handshake costs: nobody knows the round trip yet (RFC 9002, 6.2.2).
const FIRST_TIMEOUT_MILLIS: u64 = 999;

/// Where two participants can reach each other.
#[derive(Clone, Debug)]
pub struct Link {
    /// The participants.
    pub ends: [usize; 2],
    /// How long bytes are under way.
    pub latency: u64,
    /// Bytes a millisecond.
    pub bytes_per_milli: u64,
    /// How many of a hundred packets get lost.
    pub loss_percent: u8,
    /// Until when nothing passes.
    pub blocked_until: u64,
    /// Bytes that went over it or are about to, both ways, lost packets included.
    pub carried: u64,
    /// Its luck.
    pub rng: Rng,
}

impl Link {
    fn loses(&mut self) -> bool {
        self.loss_percent > 0 && self.rng.u8(..100) < self.loss_percent
    }

    /// How much later a handshake is through because packets of it got lost.
    pub fn handshake_losses(&mut self) -> u64 {
        let mut delay = 0;
        for _ in 0..3 {
            let mut timeout = FIRST_TIMEOUT_MILLIS;
            while self.loses() {
                delay += timeout;
                timeout *= 2;
            }
        }
        delay
    }
}

/// Frames under way to one end.
#[derive(Clone, Debug, Default)]
pub struct Pipe {
    /// Frames that the transport has not taken, for the receiver is slow to read.
    pub waiting: VecDeque<Vec<u8>>,
    /// Frames that it took and the receiver has not read, and when each arrives.
    pub frames: VecDeque<(u64, Vec<u8>)>,
    /// Bytes of the latter.
    pub bytes: usize,
    /// When the line is free for the next packet, in microseconds: a packet can take less than a
    /// millisecond.
    pub free_at: u64,
    /// When the last frame arrives: later ones do not overtake it.
    pub last_arrival: u64,
}

impl Pipe {
    /// Lets the transport take what it has room for; returns when each of those frames arrives and
    /// its length.
    pub fn take(&mut self, now: u64, link: &mut Link) -> Vec<(u64, usize)> {
        let mut taken = Vec::new();
        while self.bytes < WINDOW_BYTES
            && let Some(frame) = self.waiting.pop_front()
        {
            let arrival = self.carry(now, link, frame.len() as u64);
            self.bytes += frame.len();
            taken.push((arrival, frame.len()));
            self.frames.push_back((arrival, frame));
        }
        taken
    }

    /// When the last byte of a frame arrives.
    fn carry(&mut self, now: u64, link: &mut Link, bytes: u64) -> u64 {
        let rate = link.bytes_per_milli.max(1);
        let mut left = bytes;
        self.free_at = self.free_at.max(now * 1_000);
        while left > 0 {
            let size = left.min(PACKET_BYTES);
            left -= size;
            self.free_at += size * 1_000 / rate;
            link.carried += size;
            let mut late = 0;
            while link.loses() {
                link.carried += size;
                self.free_at += size * 1_000 / rate;
                late += 2 * link.latency * 9 / 8;
            }
            let arrival = self.free_at / 1_000 + link.latency + late;
            self.last_arrival = self.last_arrival.max(arrival);
        }
        self.last_arrival
    }

    /// The frame that arrives next.
    pub fn pop(&mut self) -> Option<Vec<u8>> {
        let (_, frame) = self.frames.pop_front()?;
        self.bytes -= frame.len();
        Some(frame)
    }

    /// Loses the frames from a random one on: the line was cut behind it, or within it.
    pub fn cut(&mut self, rng: &mut Rng) {
        self.keep(rng.usize(..=self.frames.len()));
    }

    /// Loses what has not arrived yet; what has not left yet never will.
    pub fn cut_at(&mut self, now: u64, link: &mut Link) {
        let queued_micros = self.free_at.saturating_sub(now * 1_000);
        link.carried -= (queued_micros * link.bytes_per_milli / 1_000).min(link.carried);
        self.keep(
            self.frames
                .iter()
                .take_while(|(arrival, _)| *arrival <= now)
                .count(),
        );
    }

    fn keep(&mut self, frames: usize) {
        self.waiting.clear();
        self.frames.truncate(frames);
        self.bytes = self.frames.iter().map(|(_, frame)| frame.len()).sum();
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
    /// A connection that is being made; nothing arrives before `first_arrival`.
    #[must_use]
    pub fn new(link: usize, ends: [usize; 2], first_arrival: u64) -> Self {
        let pipe = || Pipe {
            last_arrival: first_arrival,
            ..Pipe::default()
        };
        Self {
            link,
            ends,
            open: [false; 2],
            alive: true,
            pipes: [pipe(), pipe()],
        }
    }
}
