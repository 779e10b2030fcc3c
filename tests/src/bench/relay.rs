//! A bad line in between: datagrams wait, queue, get lost, and now and then nothing passes.
//!
//! The model, each way: a datagram (28 bytes of IP and UDP added) occupies the line for as long as
//! its bits take, behind those before it; one that would wait longer than [`Line::buffer`] is
//! dropped, as a full router does; of the others a share is lost at random, evenly; the rest arrive
//! after the delay, in order. Every [`Line::cut_every`] the line is gone for [`Line::cut_for`]:
//! whatever is under way is lost, and afterwards the caller comes from another port, as from a
//! router that dialed in again. One caller at a time.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep_until};

use super::Outcome;

/// What IP and UDP add to each datagram.
const HEADERS_BYTES: usize = 28;
/// Longer datagrams than QUIC sends.
const MAX_DATAGRAM_BYTES: usize = 2_048;
/// Shorter datagrams are no packets of QUIC: a node that calls also feels for closed ports, from
/// another port, and is not to be mistaken for another caller.
const SHORTEST_BYTES: usize = 21;
/// Nothing to wait for.
const LONG: Duration = Duration::from_secs(3_600);

/// How bad a line is.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Bits a second, each way.
    pub bits_per_second: f64,
    /// From one end to the other, besides queueing.
    pub delay: Duration,
    /// Share of datagrams that are lost.
    pub loss: f64,
    /// How much may wait for the line, as time.
    pub buffer: Duration,
    /// From the beginning of one cut to the next; never without.
    pub cut_every: Option<Duration>,
    /// How long a cut lasts.
    pub cut_for: Duration,
}

impl Line {
    /// The rural line of the figures: 256 kbit/s, 300 ms there and back, 5 % loss, cut every 20 s.
    pub const RURAL: Self = Self {
        bits_per_second: 256_000.0,
        delay: Duration::from_millis(150),
        loss: 0.05,
        buffer: Duration::from_secs(1),
        cut_every: Some(Duration::from_secs(20)),
        cut_for: Duration::from_secs(2),
    };
}

/// What passed a relay.
#[derive(Debug, Default)]
pub struct Passed {
    /// UDP bytes that arrived at the caller.
    pub to_caller: AtomicU64,
    /// UDP bytes that arrived at the target.
    pub to_target: AtomicU64,
    /// Datagrams that were lost, both ways.
    pub lost: AtomicU64,
}

impl Passed {
    /// Bytes that arrived, both ways.
    #[must_use]
    pub fn bytes(&self) -> f64 {
        (self.to_caller.load(Ordering::Relaxed) + self.to_target.load(Ordering::Relaxed)) as f64
    }
}

/// A relay on loopback; stops when dropped.
#[derive(Debug)]
pub struct Relay {
    /// Where callers find it.
    pub address: SocketAddr,
    /// What passed.
    pub passed: Arc<Passed>,
    target: Arc<Mutex<Option<SocketAddr>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Relay {
    /// Starts a relay that forwards to nobody yet.
    ///
    /// # Errors
    /// What the system says.
    pub fn start(line: Line, seed: u64) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("relay")
            .enable_all()
            .build()?;
        let near = runtime.block_on(UdpSocket::bind("127.0.0.1:0"))?;
        let address = near.local_addr()?;
        let passed = Arc::new(Passed::default());
        let target = Arc::new(Mutex::new(None));
        let relaying = Relaying {
            near,
            passed: Arc::clone(&passed),
            target: Arc::clone(&target),
            line,
            random: fastrand::Rng::with_seed(seed),
        };
        runtime.spawn(async move {
            if let Err(error) = relaying.run().await {
                eprintln!("the relay stopped: {error}");
            }
        });
        Ok(Self {
            address,
            passed,
            target,
            _runtime: runtime,
        })
    }

    /// Says where datagrams go.
    pub fn forward_to(&self, target: SocketAddr) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = Some(target);
    }
}

struct Relaying {
    near: UdpSocket,
    passed: Arc<Passed>,
    target: Arc<Mutex<Option<SocketAddr>>>,
    line: Line,
    random: fastrand::Rng,
}

/// One direction.
#[derive(Default)]
struct Way {
    free_at: Option<Instant>,
    under_way: VecDeque<(Instant, Vec<u8>)>,
}

impl Way {
    /// Takes a datagram in; returns whether it is lost.
    fn push(&mut self, line: &Line, lost: bool, bytes: &[u8]) -> bool {
        let now = Instant::now();
        let starts = self.free_at.map_or(now, |at| at.max(now));
        if starts.duration_since(now) > line.buffer {
            return true;
        }
        let bits = ((bytes.len() + HEADERS_BYTES) * 8) as f64;
        let free_at = starts + Duration::from_secs_f64(bits / line.bits_per_second);
        self.free_at = Some(free_at);
        if !lost {
            self.under_way
                .push_back((free_at + line.delay, bytes.to_vec()));
        }
        lost
    }

    fn next(&self) -> Instant {
        let first = self.under_way.front().map(|(at, _)| *at);
        first.unwrap_or_else(|| Instant::now() + LONG)
    }

    fn due(&mut self) -> Option<Vec<u8>> {
        let (at, _) = self.under_way.front()?;
        if *at > Instant::now() {
            return None;
        }
        self.under_way.pop_front().map(|(_, bytes)| bytes)
    }
}

impl Relaying {
    async fn run(mut self) -> std::io::Result<()> {
        let (mut out, mut back) = (Way::default(), Way::default());
        let mut far = UdpSocket::bind("127.0.0.1:0").await?;
        let mut caller = None;
        let (mut from_near, mut from_far) = ([0; MAX_DATAGRAM_BYTES], [0; MAX_DATAGRAM_BYTES]);
        let start = Instant::now();
        let mut cuts = 0;
        loop {
            let cut_at = start + self.line.cut_every.unwrap_or(LONG) * (cuts + 1);
            let mut lost = self.random.f64() < self.line.loss;
            tokio::select! {
                got = self.near.recv_from(&mut from_near) => {
                    // An answer from nobody there is an error of the next reading, on some systems.
                    let Ok((length, from)) = got else { continue };
                    if length < SHORTEST_BYTES {
                        continue;
                    }
                    caller = Some(from);
                    lost = out.push(&self.line, lost, &from_near[..length]);
                }
                got = far.recv_from(&mut from_far) => {
                    let Ok((length, _)) = got else { continue };
                    lost = back.push(&self.line, lost, &from_far[..length]);
                }
                () = sleep_until(out.next().min(back.next())) => lost = false,
                () = sleep_until(cut_at) => {
                    lost = false;
                    cuts += 1;
                    (out, back) = (Way::default(), Way::default());
                    let over = cut_at + self.line.cut_for;
                    while Instant::now() < over {
                        tokio::select! {
                            _ = self.near.recv_from(&mut from_near) => {}
                            _ = far.recv_from(&mut from_far) => {}
                            () = sleep_until(over) => {}
                        }
                    }
                    far = UdpSocket::bind("127.0.0.1:0").await?;
                }
            }
            self.passed
                .lost
                .fetch_add(u64::from(lost), Ordering::Relaxed);
            while let Some(bytes) = out.due() {
                let target = *self.target.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(target) = target
                    && far.send_to(&bytes, target).await.is_ok()
                {
                    let length = bytes.len() as u64;
                    self.passed.to_target.fetch_add(length, Ordering::Relaxed);
                }
            }
            while let Some(bytes) = back.due() {
                if let Some(caller) = caller
                    && self.near.send_to(&bytes, caller).await.is_ok()
                {
                    let length = bytes.len() as u64;
                    self.passed.to_caller.fetch_add(length, Ordering::Relaxed);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(loss: f64) -> Line {
        Line {
            loss,
            delay: Duration::ZERO,
            cut_every: None,
            ..Line::RURAL
        }
    }

    #[test]
    fn a_line_takes_a_datagram_after_the_other_and_drops_what_would_wait_too_long() {
        let mut way = Way::default();
        let line = line(0.0);
        // 1,000 bytes a datagram: 32 of them a second, and one more than that may wait.
        let dropped = (0..40)
            .filter(|_| way.push(&line, false, &[0; 972]))
            .count();
        assert!((6..=8).contains(&dropped), "{dropped}");
        let times: Vec<Instant> = way.under_way.iter().map(|(at, _)| *at).collect();
        let gap = times[1].duration_since(times[0]);
        assert_eq!(gap, Duration::from_secs_f64(8_000.0 / 256_000.0));
    }

    #[test]
    fn datagrams_pass_both_ways_and_are_counted() {
        let relay = Relay::start(line(0.0), 1).unwrap();
        let server = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        relay.forward_to(server.local_addr().unwrap());
        let caller = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        caller.send_to(&[1; 30], relay.address).unwrap();
        let mut bytes = [0; 64];
        let (length, from) = server.recv_from(&mut bytes).unwrap();
        assert_eq!(bytes[..length], [1; 30]);
        server.send_to(b"answer", from).unwrap();
        let (length, _) = caller.recv_from(&mut bytes).unwrap();
        assert_eq!(&bytes[..length], b"answer");
        assert_eq!(relay.passed.to_target.load(Ordering::Relaxed), 30);
    }
}
