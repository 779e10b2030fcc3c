//! How much whoever asks may ask for: a bucket each, filled anew as time passes, and for what people
//! write one for all together.
//!
//! Generous for whoever reads, since a whole office may share one address; what costs more (a form
//! sent, a file) takes more out. Projects sent and codes that lead nowhere have buckets of their own,
//! which an hour fills. Pure: it is told what time it is. Memory is bounded: full buckets say nothing
//! and are forgotten, and where there are too many others, the fullest go first.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// So many addresses are remembered of each kind of bucket, some 50 bytes each.
const MOST_ADDRESSES: usize = 20_000;

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    /// Asks for a page, a stylesheet, a drawing.
    Page,
    /// Asks for a file for machines.
    File,
    /// Sends a form, whatever becomes of it.
    Form,
    /// Sends, corrects or takes back a project.
    Project,
    /// Tries a code that leads nowhere.
    Guess,
}

impl Deed {
    /// What it takes out of its bucket.
    const fn cost(self) -> f64 {
        match self {
            Self::Page | Self::Project | Self::Guess => 1.0,
            Self::File => 5.0,
            Self::Form => 15.0,
        }
    }
}

/// How much a bucket holds, and what flows back in a second, without end.
#[derive(Clone, Copy, Debug)]
struct Rate {
    most: f64,
    each_second: f64,
}

impl Rate {
    /// So much at once, and as much each hour.
    const fn an_hour(most: f64) -> Self {
        let each_second = most / 3_600.0;
        Self { most, each_second }
    }
}

/// Limits of one kind: a bucket for each address that did such a thing lately, and perhaps one for
/// all together.
#[derive(Debug)]
struct Allowance {
    each: Rate,
    in_all: Option<Rate>,
    buckets: Mutex<Buckets>,
}

#[derive(Debug, Default)]
struct Buckets {
    by_address: HashMap<IpAddr, Bucket>,
    in_all: Option<Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn left(&self, rate: Rate, now: Instant) -> f64 {
        let since = now.saturating_duration_since(self.at).as_secs_f64();
        (self.left + since * rate.each_second).min(rate.most)
    }

    /// The same after something was taken out, or everything where there was less.
    fn without(bucket: Option<Self>, cost: f64, rate: Rate, now: Instant) -> Self {
        let left = bucket.map_or(rate.most, |it| it.left(rate, now));
        Self {
            left: (left - cost).max(0.0),
            at: now,
        }
    }
}

impl Allowance {
    fn new(each: Rate, in_all: Option<Rate>) -> Self {
        Self {
            each,
            in_all,
            buckets: Mutex::default(),
        }
    }

    fn take(&self, cost: f64, from: Option<IpAddr>, now: Instant, only_if_enough: bool) -> bool {
        let from = from.map(one_household);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let is_enough = self.is_enough(&buckets, cost, from, now);
        if is_enough || !only_if_enough {
            if let Some(rate) = self.in_all {
                buckets.in_all = Some(Bucket::without(buckets.in_all, cost, rate, now));
            }
            if let Some(from) = from {
                let each = &mut buckets.by_address;
                if each.len() >= MOST_ADDRESSES && !each.contains_key(&from) {
                    forget(each, self.each, now);
                }
                let bucket = Bucket::without(each.get(&from).copied(), cost, self.each, now);
                each.insert(from, bucket);
            }
        }
        is_enough
    }

    fn has_room(&self, cost: f64, from: Option<IpAddr>, now: Instant) -> bool {
        let buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_enough(&buckets, cost, from.map(one_household), now)
    }

    fn is_enough(&self, buckets: &Buckets, cost: f64, from: Option<IpAddr>, now: Instant) -> bool {
        // One that is not there is full.
        let has =
            |bucket: Option<&Bucket>, rate| bucket.is_none_or(|it| it.left(rate, now) >= cost);
        from.is_none_or(|from| has(buckets.by_address.get(&from), self.each))
            && self
                .in_all
                .is_none_or(|rate| has(buckets.in_all.as_ref(), rate))
    }
}

/// What each address, and all together, may still do.
#[derive(Debug)]
pub(super) struct Limits {
    requests: Allowance,
    projects: Allowance,
    guesses: Allowance,
}

impl Default for Limits {
    fn default() -> Self {
        let request = Rate {
            most: 300.0,
            each_second: 10.0,
        };
        let hourly =
            |each, in_all| Allowance::new(Rate::an_hour(each), Some(Rate::an_hour(in_all)));
        Self {
            requests: Allowance::new(request, None),
            projects: hourly(10.0, 200.0),
            guesses: hourly(20.0, 2_000.0),
        }
    }
}

impl Limits {
    const fn of(&self, deed: Deed) -> &Allowance {
        match deed {
            Deed::Page | Deed::File | Deed::Form => &self.requests,
            Deed::Project => &self.projects,
            Deed::Guess => &self.guesses,
        }
    }

    /// Whether somebody may do this, `now`; counts it if so.
    ///
    /// What is refused costs nothing, so that whoever waits a moment goes on.
    pub(super) fn allow(&self, deed: Deed, from: Option<IpAddr>, now: Instant) -> bool {
        self.of(deed).take(deed.cost(), from, now, true)
    }

    /// Whether somebody may do this, which is counted only once it is done: see [`Self::count`].
    pub(super) fn has_room(&self, deed: Deed, from: Option<IpAddr>, now: Instant) -> bool {
        self.of(deed).has_room(deed.cost(), from, now)
    }

    /// Counts what was done.
    pub(super) fn count(&self, deed: Deed, from: Option<IpAddr>, now: Instant) {
        self.of(deed).take(deed.cost(), from, now, false);
    }
}

/// Makes room: the fuller half goes, which loses least of what is known.
fn forget(buckets: &mut HashMap<IpAddr, Bucket>, rate: Rate, now: Instant) {
    let left = |bucket: &Bucket| bucket.left(rate, now);
    let mut fill: Vec<f64> = buckets.values().map(left).collect();
    let middle = fill.len() / 2;
    let (_, half, _) = fill.select_nth_unstable_by(middle, f64::total_cmp);
    let half = *half;
    let mut over = buckets.len().saturating_sub(MOST_ADDRESSES / 2);
    buckets.retain(|_, bucket| {
        let goes = over > 0 && left(bucket) >= half;
        over -= usize::from(goes);
        !goes
    });
}

/// What one subscriber has: an address, or of IPv6 a network of 64 bits.
fn one_household(address: IpAddr) -> IpAddr {
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

    fn number(number: u32) -> Option<IpAddr> {
        Some(IpAddr::V4((0x0a00_0000 + number).into()))
    }

    /// How many of so many tries are allowed.
    fn allowed(limits: &Limits, deed: Deed, from: Option<IpAddr>, now: Instant) -> usize {
        let tries = (0..1_000).filter(|_| limits.allow(deed, from, now));
        tries.count()
    }

    #[test]
    fn who_asks_without_end_is_refused_until_time_has_passed() {
        let (limits, now) = (Limits::default(), Instant::now());
        let (one, other) = (number(1), number(2));
        assert_eq!(allowed(&limits, Deed::Page, one, now), 300);
        assert!(
            limits.allow(Deed::Page, other, now),
            "another is not concerned"
        );
        assert!(!limits.allow(Deed::Page, one, now));
        let later = now + Duration::from_secs(2);
        assert_eq!(allowed(&limits, Deed::Page, one, later), 20);
        assert_eq!(allowed(&limits, Deed::Form, other, later), 20);
    }

    #[test]
    fn an_address_is_stopped_before_the_others_and_all_together_in_the_end() {
        let (limits, now) = (Limits::default(), Instant::now());
        assert_eq!(allowed(&limits, Deed::Project, number(1), now), 10);
        assert!(limits.allow(Deed::Project, number(2), now));
        // Guesses are counted apart.
        assert_eq!(allowed(&limits, Deed::Guess, number(1), now), 20);
        let many = (10..1_010).map(number);
        let taken = many.filter(|from| limits.allow(Deed::Project, *from, now));
        assert_eq!(taken.count(), 200 - 11);
        assert!(!limits.allow(Deed::Project, None, now), "all together");
        let later = now + Duration::from_secs(3_600);
        assert_eq!(allowed(&limits, Deed::Project, number(1), later), 10);
    }

    #[test]
    fn what_is_counted_when_it_is_done_is_asked_for_before() {
        let (limits, now) = (Limits::default(), Instant::now());
        for _ in 0..20 {
            assert!(limits.has_room(Deed::Guess, number(1), now));
            limits.count(Deed::Guess, number(1), now);
        }
        assert!(!limits.has_room(Deed::Guess, number(1), now));
        // Two that were let in at once are both counted.
        limits.count(Deed::Guess, number(1), now);
        assert!(limits.has_room(Deed::Guess, number(2), now));
        let later = now + Duration::from_secs(180);
        assert!(limits.has_room(Deed::Guess, number(1), later));
    }

    #[test]
    fn a_network_of_ipv6_is_one_visitor() {
        let (limits, now) = (Limits::default(), Instant::now());
        let page = |address: &str| limits.allow(Deed::Page, Some(address.parse().unwrap()), now);
        for last in 0..300 {
            assert!(page(&format!("2001:db8:1:2::{last:x}")));
        }
        assert!(!page("2001:db8:1:2:ffff::1"));
        assert!(page("2001:db8:1:3::1"));
    }

    #[test]
    fn a_flood_of_addresses_fills_no_memory_and_frees_nobody() {
        let (limits, now) = (Limits::default(), Instant::now());
        let greedy = Some("192.0.2.1".parse().unwrap());
        while limits.allow(Deed::Page, greedy, now) {}
        for other in 0..100_000 {
            limits.allow(Deed::Page, number(other), now);
        }
        assert!(limits.requests.buckets.lock().unwrap().by_address.len() <= MOST_ADDRESSES);
        assert!(!limits.allow(Deed::Page, greedy, now));
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_room_than_is_set_aside() {
        let (limits, now) = (Limits::default(), Instant::now());
        for other in 0..50_000 {
            limits.count(Deed::Guess, number(other), now);
        }
        assert!(limits.guesses.buckets.lock().unwrap().by_address.len() <= MOST_ADDRESSES);
        assert!(
            !limits.has_room(Deed::Guess, number(1), now),
            "all together"
        );
    }
}
