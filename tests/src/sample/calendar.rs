//! Days around the day the sample is made for, as ISO dates.

use fastrand::Rng;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// The sample's present day. It is fixed, so that the files come out the same at every making.
const TODAY: Date = date(2026, 11, 15);

/// The day so many days after (before, if negative) the sample's present day.
pub(super) fn day(offset: i64) -> String {
    TODAY
        .checked_add(offset.days())
        .expect("offsets are a few years at most")
        .to_string()
}

/// A day of the last `days` days, recent ones more often.
pub(super) fn recent(rng: &mut Rng, days: i64) -> String {
    day(-(rng.i64(0..=days).min(rng.i64(0..=days))))
}

/// The first of a month between `from` and `to` days from the present.
pub(super) fn first_of_a_month(rng: &mut Rng, from: i64, to: i64) -> String {
    let date = day(rng.i64(from..=to));
    format!("{}01", &date[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_iso_dates() {
        assert_eq!(day(0), "2026-11-15");
        assert_eq!(day(471), "2028-02-29");
        assert!(first_of_a_month(&mut Rng::with_seed(1), 0, 90).ends_with("-01"));
    }
}
