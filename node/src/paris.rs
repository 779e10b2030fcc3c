//! The time of day in the territory, which is that of Paris wherever a computer stands.
//!
//! A hub in a data centre keeps universal time: if each node took its own day, the same referral
//! would be late at one office and not yet at another for an hour or two of every night. The rule of
//! summer time is written out, because not every computer has a table of time zones; it is that of
//! Directive 2000/84/EC.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, Zoned};
use sync_protocol::time::Timestamp;

static PARIS: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("a well-formed POSIX time zone")
});

/// What clocks and calendars of Paris show at an instant.
#[must_use]
pub fn clock(at: Instant) -> Zoned {
    at.to_zoned(PARIS.clone())
}

/// What they show at an instant of the registry, in ISO 8601; none for what is no instant.
#[must_use]
pub fn clock_of(instant: &str) -> Option<DateTime> {
    Some(clock(instant.parse().ok()?).datetime())
}

/// The day of an instant of the registry; none for what is no instant.
#[must_use]
pub fn day_of(instant: &str) -> Option<Date> {
    Some(clock_of(instant)?.date())
}

/// The day of a change.
#[must_use]
pub fn day(time: Timestamp) -> Date {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    clock(Instant::from_millisecond(millis).unwrap_or(Instant::MAX)).date()
}

/// The first moment of a day; of those of the calendar's ends, the first or last moment there is.
pub(crate) fn midnight(day: Date) -> Instant {
    let ends = if day.year() < 0 {
        Instant::MIN
    } else {
        Instant::MAX
    };
    instant(day.to_datetime(Time::midnight())).unwrap_or(ends)
}

/// The first moment of a day, as changes are dated; that of 1970 for days before.
#[must_use]
pub fn first_moment(day: Date) -> Timestamp {
    Timestamp(u64::try_from(midnight(day).as_millisecond()).unwrap_or(0))
}

/// When clocks of Paris show this; the earlier one of the two in the hour that comes twice.
pub(crate) fn instant(shown: DateTime) -> Option<Instant> {
    Some(PARIS.to_zoned(shown).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn time(instant: &str) -> Timestamp {
        let instant: Instant = instant.parse().unwrap();
        Timestamp(instant.as_millisecond().unsigned_abs())
    }

    #[test]
    fn a_day_begins_at_midnight_in_paris_whatever_the_season() {
        for (instant, expected) in [
            ("2026-11-23T22:59:59Z", date(2026, 11, 23)),
            ("2026-11-23T23:00:00Z", date(2026, 11, 24)),
            ("2026-06-30T21:59:59Z", date(2026, 6, 30)),
            ("2026-06-30T22:00:00Z", date(2026, 7, 1)),
            ("1970-01-01T00:00:00Z", date(1970, 1, 1)),
        ] {
            assert_eq!(day_of(instant), Some(expected), "{instant}");
            assert_eq!(day(time(instant)), expected, "{instant}");
        }
        assert_eq!(day_of("yesterday"), None);
        assert!(day(Timestamp(u64::MAX)) > date(9990, 1, 1));
    }

    #[test]
    fn a_day_is_as_long_as_from_its_first_moment_to_that_of_the_next() {
        for (day, hours) in [
            (date(2026, 11, 23), 24),
            (date(2027, 3, 28), 23),
            (date(2026, 10, 25), 25),
        ] {
            let next = first_moment(day.tomorrow().unwrap());
            let first = first_moment(day);
            assert_eq!(next.0 - first.0, hours * 3_600_000, "{day}");
            assert_eq!(super::day(first), day);
            assert_eq!(super::day(Timestamp(next.0 - 1)), day);
        }
        assert_eq!(first_moment(date(1960, 1, 1)), Timestamp(0));
        assert_eq!(first_moment(Date::MIN), Timestamp(0));
    }
}
