//! How much one address may ask for: a bucket each, filled anew as time passes.
//!
//! Generous for whoever reads, since a whole office may share one address; what costs more (a form
//! sent, a file) takes more out. Pure: it is told what time it is. Memory is bounded: full buckets
//! say nothing and are forgotten, and where there are too many others, the fullest go first.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// What a bucket holds: so many pages at once.
const MOST: f64 = 300.0;

/// What flows back in a second: so many pages, without end.
const EACH_SECOND: f64 = 10.0;

/// What a page, a stylesheet, a drawing takes.
pub(super) const PAGE: f64 = 1.0;

/// What a file for machines takes.
pub(super) const FILE: f64 = 5.0;

/// What a form sent takes.
pub(super) const FORM: f64 = 15.0;

/// So many addresses are remembered, some 50 bytes each.
const MOST_ADDRESSES: usize = 20_000;

/// A bucket for each address that asked lately.
#[derive(Debug, Default)]
pub(super) struct Limits {
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn left(&self, now: Instant) -> f64 {
        let since = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + since * EACH_SECOND).min(MOST)
    }
}

impl Limits {
    /// Whether an address may have what takes so much, `now`; takes it.
    ///
    /// What is refused costs nothing, so that whoever waits a moment goes on.
    pub(super) fn allow(&self, address: IpAddr, cost: f64, now: Instant) -> bool {
        let key = one_household(address);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_ADDRESSES && !buckets.contains_key(&key) {
            forget(&mut buckets, now);
        }
        let bucket = buckets.entry(key).or_insert(Bucket {
            left: MOST,
            at: now,
        });
        let left = bucket.left(now);
        let is_enough = left >= cost;
        *bucket = Bucket {
            left: if is_enough { left - cost } else { left },
            at: now,
        };
        is_enough
    }
}

/// Makes room: the fuller half goes, which loses least of what is known.
fn forget(buckets: &mut HashMap<IpAddr, Bucket>, now: Instant) {
    let mut fill: Vec<f64> = buckets.values().map(|bucket| bucket.left(now)).collect();
    let middle = fill.len() / 2;
    let (_, half, _) = fill.select_nth_unstable_by(middle, f64::total_cmp);
    let half = *half;
    let mut over = buckets.len().saturating_sub(MOST_ADDRESSES / 2);
    buckets.retain(|_, bucket| {
        let goes = over > 0 && bucket.left(now) >= half;
        over -= usize::from(goes);
        !goes
    });
}

/// What one subscriber has: an address, or of IPv6 a network of 64 bits.
pub(super) fn one_household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_asks_without_end_is_refused_until_time_has_passed() {
        let (limits, now) = (Limits::default(), Instant::now());
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let served = (0..1_000).filter(|_| limits.allow(one, PAGE, now)).count();
        assert_eq!(served, 300);
        assert!(limits.allow(other, PAGE, now), "another is not concerned");
        assert!(!limits.allow(one, PAGE, now));
        let later = now + Duration::from_secs(2);
        let served = (0..1_000)
            .filter(|_| limits.allow(one, PAGE, later))
            .count();
        assert_eq!(served, 20);
        let forms = (0..100)
            .filter(|_| limits.allow(other, FORM, later))
            .count();
        assert_eq!(forms, 20);
    }

    #[test]
    fn a_network_of_ipv6_is_one_visitor() {
        let (limits, now) = (Limits::default(), Instant::now());
        for last in 0..300 {
            let address = format!("2001:db8:1:2::{last:x}").parse().unwrap();
            assert!(limits.allow(address, PAGE, now));
        }
        assert!(!limits.allow("2001:db8:1:2:ffff::1".parse().unwrap(), PAGE, now));
        assert!(limits.allow("2001:db8:1:3::1".parse().unwrap(), PAGE, now));
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory_and_frees_nobody() {
        let (limits, now) = (Limits::default(), Instant::now());
        let greedy: IpAddr = "192.0.2.1".parse().unwrap();
        while limits.allow(greedy, PAGE, now) {}
        for number in 0..100_000_u32 {
            limits.allow(IpAddr::V4((0x0a00_0000 + number).into()), PAGE, now);
        }
        assert!(limits.buckets.lock().unwrap().len() <= MOST_ADDRESSES);
        assert!(!limits.allow(greedy, PAGE, now));
    }
}
