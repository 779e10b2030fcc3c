//! The door of the form: a token that says when the form was shown, and counters of what comes in.
//!
//! No cookie and no third party. The token is signed with a key of this process, so a form that was
//! shown before a restart is shown once more with what was typed. Counters are by hour, and bounded.

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{ApiError, ExitKind};
use crate::node::received::Code;
use crate::portal::limits::one_household;

/// Nobody fills in the form sooner.
const LEAST: Duration = Duration::from_secs(4);

/// A form that was open for longer is shown again.
const MOST: Duration = Duration::from_secs(24 * 3600);

/// Counters start again after so long.
const WINDOW: Duration = Duration::from_secs(3600);

/// The most addresses that are counted at once; beyond, the limit of all together holds.
const ADDRESSES: usize = 8_192;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A project sent, corrected or taken back.
    Send,
    /// A code that leads nowhere.
    Guess,
}

impl What {
    /// How many an hour: from one address, and in all.
    const fn limits(self) -> (u32, u32) {
        match self {
            Self::Send => (10, 200),
            Self::Guess => (20, 2_000),
        }
    }
}

/// The door.
pub(crate) struct Door {
    key: [u8; 32],
    counters: Mutex<Counters>,
}

#[derive(Default)]
struct Counters {
    by_address: HashMap<(What, IpAddr), Counter>,
    in_all: HashMap<What, Counter>,
}

#[derive(Clone, Copy)]
struct Counter {
    since: Duration,
    count: u32,
}

/// What a token says.
pub(super) enum Pass {
    /// The form was shown long enough ago.
    Ready(Code),
    /// It was shown a moment ago.
    Early(Code),
    /// It was shown too long ago, or by a process that is no more.
    Stale(Code),
    /// It is none.
    Nothing,
}

impl Pass {
    /// The code in the token, whoever made it.
    pub(super) const fn code(&self) -> Option<&Code> {
        match self {
            Self::Ready(code) | Self::Early(code) | Self::Stale(code) => Some(code),
            Self::Nothing => None,
        }
    }
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    /// A door with a key of its own.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub(in crate::portal) fn new() -> Result<Self, ApiError> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| {
            let text = "the system gives no random numbers";
            ApiError::new("no_randomness", ExitKind::Failed, text).with("reason", error)
        })?;
        Ok(Self {
            key,
            counters: Mutex::default(),
        })
    }

    /// The token of a form that is shown now.
    pub(super) fn token(&self, code: &Code) -> String {
        self.token_of(now(), code)
    }

    /// The token of a form shown at that time.
    pub(super) fn token_of(&self, shown: Duration, code: &Code) -> String {
        let said = format!("{}.{}", shown.as_millis(), code.shown());
        let mac = self.mac(&said).finalize().into_bytes();
        format!("{said}.{}", BASE64URL_NOPAD.encode(&mac))
    }

    /// Reads a token.
    pub(super) fn pass(&self, token: &str) -> Pass {
        let mut parts = token.split('.');
        let (Some(shown), Some(code), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Pass::Nothing;
        };
        let Some(code) = Code::parse(code) else {
            return Pass::Nothing;
        };
        let said = token.rsplit_once('.').map_or("", |(said, _)| said);
        let mac = BASE64URL_NOPAD.decode(mac.as_bytes()).unwrap_or_default();
        let Ok(shown) = shown.parse::<u64>() else {
            return Pass::Nothing;
        };
        if self.mac(said).verify_slice(&mac).is_err() {
            return Pass::Stale(code);
        }
        match now().checked_sub(Duration::from_millis(shown)) {
            // The clock was set back.
            None => Pass::Early(code),
            Some(open) if open < LEAST => Pass::Early(code),
            Some(open) if open > MOST => Pass::Stale(code),
            Some(_) => Pass::Ready(code),
        }
    }

    fn mac(&self, said: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("any length will do");
        mac.update(said.as_bytes());
        mac
    }

    /// Whether one more may come; it is counted if so.
    pub(super) fn take(&self, what: What, from: Option<IpAddr>) -> bool {
        let is_free = self.has_room(what, from);
        if is_free {
            self.count(what, from);
        }
        is_free
    }

    /// Whether one more may come.
    pub(super) fn has_room(&self, what: What, from: Option<IpAddr>) -> bool {
        let counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now();
        let (each, all) = what.limits();
        let count = |counter: Option<&Counter>| {
            let fresh = counter.filter(|it| it.is_fresh(now));
            fresh.map_or(0, |it| it.count)
        };
        let own = from.map_or(0, |it| {
            count(counters.by_address.get(&(what, one_household(it))))
        });
        own < each && count(counters.in_all.get(&what)) < all
    }

    /// Counts one.
    pub(super) fn count(&self, what: What, from: Option<IpAddr>) {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now();
        counters
            .in_all
            .entry(what)
            .or_insert(Counter::NONE)
            .add(now);
        let Some(from) = from else { return };
        let key = (what, one_household(from));
        if counters.by_address.len() >= ADDRESSES && !counters.by_address.contains_key(&key) {
            counters.by_address.retain(|_, it| it.is_fresh(now));
            if counters.by_address.len() >= ADDRESSES {
                return;
            }
        }
        counters
            .by_address
            .entry(key)
            .or_insert(Counter::NONE)
            .add(now);
    }
}

impl Counter {
    const NONE: Self = Self {
        since: Duration::ZERO,
        count: 0,
    };

    fn is_fresh(&self, now: Duration) -> bool {
        now.checked_sub(self.since).is_some_and(|it| it < WINDOW)
    }

    fn add(&mut self, now: Duration) {
        if !self.is_fresh(now) {
            *self = Self {
                since: now,
                count: 0,
            };
        }
        self.count = self.count.saturating_add(1);
    }
}

/// Now, since 1970.
pub(super) fn now() -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_after_a_moment_and_for_a_day_and_at_its_own_door_alone() {
        let (door, other) = (Door::new().unwrap(), Door::new().unwrap());
        let code = Code::draw().unwrap();
        let shown = |ago: u64| door.token_of(now() - Duration::from_secs(ago), &code);
        assert!(matches!(door.pass(&shown(10)), Pass::Ready(it) if it == code));
        assert!(matches!(door.pass(&shown(1)), Pass::Early(_)));
        assert!(matches!(door.pass(&shown(25 * 3600)), Pass::Stale(_)));
        assert!(matches!(other.pass(&shown(10)), Pass::Stale(it) if it == code));
        // Neither the time nor the code can be another.
        let token = shown(1);
        let (_, rest) = token.split_once('.').unwrap();
        assert!(matches!(door.pass(&format!("1000.{rest}")), Pass::Stale(_)));
        for none in ["", "a.b", "1.2.3", "é.é.é", "....", &"x".repeat(60_000)] {
            assert!(matches!(door.pass(none), Pass::Nothing), "{none:.20}");
        }
    }

    #[test]
    fn an_address_is_stopped_before_the_others_and_all_together_in_the_end() {
        let door = Door::new().unwrap();
        let one: IpAddr = "192.0.2.1".parse().unwrap();
        let taken = (0..50).filter(|_| door.take(What::Send, Some(one))).count();
        assert_eq!(taken, 10);
        assert!(door.take(What::Send, Some("192.0.2.2".parse().unwrap())));
        // Guesses are counted apart, and all addresses of one network as one.
        let v6 = |last: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]));
        let taken = (0..50).filter(|n| door.take(What::Guess, v6(*n))).count();
        assert_eq!(taken, 20);
        let many = (0..1_000u32).map(|n| Some(IpAddr::from((0x0a00_0000 + n).to_be_bytes())));
        let taken = many.filter(|from| door.take(What::Send, *from)).count();
        assert_eq!(taken, 200 - 11);
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_room_than_is_set_aside() {
        let door = Door::new().unwrap();
        for n in 0..20_000u32 {
            let from = IpAddr::from((0x0a00_0000 + n).to_be_bytes());
            door.count(What::Guess, Some(from));
        }
        let counters = door.counters.lock().unwrap();
        assert_eq!(counters.by_address.len(), ADDRESSES);
    }
}
