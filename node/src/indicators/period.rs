//! Half-years, `2026-H1`: what they cover and which came before.

use std::fmt;

use jiff::civil::{Date, date};

use crate::registry::error::Fault;
use crate::registry::parse::date::period as period_text;

/// Half of a civil year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HalfYear {
    year: i16,
    /// 1 or 2.
    half: u8,
}

impl HalfYear {
    /// As people write it: `2026-H1`, `S1 2026`.
    pub(crate) fn read(text: &str) -> Result<Self, Fault> {
        let stored = period_text(text)?;
        let (year, half) = stored.split_once("-H").unwrap_or_default();
        match (year.parse(), half.parse()) {
            (Ok(year), Ok(half @ 1..=2)) => Ok(Self { year, half }),
            _ => Err(Fault::new("period_form").with("value", text)),
        }
    }

    /// The half-year in which a day lies.
    pub(crate) fn of(day: Date) -> Self {
        Self {
            year: day.year(),
            half: if day.month() <= 6 { 1 } else { 2 },
        }
    }

    /// Its year.
    pub(crate) const fn year(self) -> i16 {
        self.year
    }

    /// Its first day.
    pub(crate) const fn first_day(self) -> Date {
        date(self.year, if self.half == 1 { 1 } else { 7 }, 1)
    }

    /// Its last day.
    pub(crate) const fn last_day(self) -> Date {
        if self.half == 1 {
            date(self.year, 6, 30)
        } else {
            date(self.year, 12, 31)
        }
    }

    /// The one before.
    pub(crate) const fn before(self) -> Self {
        if self.half == 1 {
            Self {
                year: self.year - 1,
                half: 2,
            }
        } else {
            Self {
                year: self.year,
                half: 1,
            }
        }
    }

    /// Whether a day lies in it.
    pub(crate) fn holds(self, day: Date) -> bool {
        self.first_day() <= day && day <= self.last_day()
    }

    /// Whether a day lies in its year, not after its end: what is counted by the year.
    pub(crate) fn year_so_far_holds(self, day: Date) -> bool {
        day.year() == self.year && day <= self.last_day()
    }
}

impl fmt::Display for HalfYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-H{}", self.year, self.half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_year_knows_its_days_and_the_one_before() {
        let first = HalfYear::read("S1 2026").unwrap();
        assert_eq!(first.to_string(), "2026-H1");
        assert_eq!(first.before().to_string(), "2025-H2");
        assert_eq!(first.before().before().to_string(), "2025-H1");
        assert_eq!(
            (first.first_day(), first.last_day()),
            (date(2026, 1, 1), date(2026, 6, 30))
        );
        assert!(first.holds(date(2026, 6, 30)) && !first.holds(date(2026, 7, 1)));
        assert_eq!(HalfYear::of(date(2026, 7, 1)).to_string(), "2026-H2");
        let second = HalfYear::of(date(2026, 12, 31));
        assert!(
            second.year_so_far_holds(date(2026, 1, 1))
                && !first.year_so_far_holds(date(2026, 7, 1))
        );
        assert!(HalfYear::read("2026-H3").is_err() && HalfYear::read("hier").is_err());
    }
}
