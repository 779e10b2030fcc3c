//! How long ago somebody vouched for an opportunity or a service, against how often one should.
//!
//! Computed from dates when read; nothing here is ever written.

use jiff::civil::Date;
use jiff::{Span, Unit};

use super::value::{Fields, Value};

/// Days after which a takeover, premises, housing or a job is to be seen again.
pub const SHORT_INTERVAL_DAYS: i64 = 90;

/// Days after which land, farmland, a wanted activity or a local service is to be seen again.
pub const LONG_INTERVAL_DAYS: i64 = 180;

/// The review interval usual for the record's kind, in days.
#[must_use]
pub fn usual_interval(fields: &Fields) -> i64 {
    match fields.get("kind") {
        Some(Value::Text(kind)) if ["land", "farmland", "activity_wanted"].contains(&&**kind) => {
            LONG_INTERVAL_DAYS
        }
        _ => SHORT_INTERVAL_DAYS,
    }
}

/// How fresh a verification is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Nobody ever verified it.
    Never,
    /// The date of verification lies in the future, so nothing is known.
    InFuture,
    /// Good for so many more days of an interval of `interval_days`.
    Fresh {
        /// Days until it expires; 0 on its last good day.
        days_left: i64,
        /// Its review interval.
        interval_days: i64,
    },
    /// To be seen again for so many days.
    Expired {
        /// Days since its last good day, at least 1.
        days_ago: i64,
    },
}

/// How fresh a record's verification is, whatever its state.
#[must_use]
pub fn freshness(fields: &Fields, today: Date) -> Freshness {
    let interval_days = match fields.get("review_every_days") {
        Some(Value::Integer(days)) if (1..=730).contains(days) => *days,
        _ => usual_interval(fields),
    };
    freshness_of(verified_on(fields), interval_days, today)
}

/// How fresh a local service's verification is.
#[must_use]
pub fn service_freshness(fields: &Fields, today: Date) -> Freshness {
    freshness_of(verified_on(fields), LONG_INTERVAL_DAYS, today)
}

/// When somebody last vouched for a record.
pub(crate) fn verified_on(fields: &Fields) -> Option<Date> {
    match fields.get("last_verified_on") {
        Some(Value::Text(day)) => day.parse().ok(),
        _ => None,
    }
}

fn freshness_of(verified_on: Option<Date>, interval_days: i64, today: Date) -> Freshness {
    let Some(verified_on) = verified_on else {
        return Freshness::Never;
    };
    let age = days_between(verified_on, today);
    if age < 0 {
        Freshness::InFuture
    } else if age <= interval_days {
        Freshness::Fresh {
            days_left: interval_days - age,
            interval_days,
        }
    } else {
        Freshness::Expired {
            days_ago: age - interval_days,
        }
    }
}

/// Days from one day to another; negative if `to` comes first.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to))
        .map_or(0, |span: Span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_verification_wears_off_day_by_day() {
        let verified = Some(date(2026, 1, 1));
        let on = |today| freshness_of(verified, 10, today);
        assert_eq!(on(date(2025, 12, 31)), Freshness::InFuture);
        assert_eq!(
            on(date(2026, 1, 1)),
            Freshness::Fresh {
                days_left: 10,
                interval_days: 10
            }
        );
        assert_eq!(
            on(date(2026, 1, 11)),
            Freshness::Fresh {
                days_left: 0,
                interval_days: 10
            }
        );
        assert_eq!(on(date(2026, 1, 12)), Freshness::Expired { days_ago: 1 });
        assert_eq!(freshness_of(None, 10, date(2026, 1, 1)), Freshness::Never);
    }

    #[test]
    fn services_are_seen_again_after_180_days() {
        let day = Value::Text("2026-01-01".to_owned());
        let service: Fields = [("last_verified_on".to_owned(), day)].into();
        let expired = Freshness::Expired { days_ago: 1 };
        assert_eq!(service_freshness(&service, date(2026, 7, 1)), expired);
    }
}
