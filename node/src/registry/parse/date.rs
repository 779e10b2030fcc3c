//! Days, instants and half-years, as French forms write them; stored as ISO 8601.
//!
//! A time without an offset is that of Paris.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

use crate::paris;
use crate::registry::error::Fault;
use crate::text::fold;

/// Years that a date of the registry may bear.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// Months by their folded beginnings, French then English.
const MONTHS: [(&str, &str); 12] = [
    ("janv", "jan"),
    ("fev", "feb"),
    ("mars", "mar"),
    ("avr", "apr"),
    ("mai", "may"),
    ("juin", "jun"),
    ("juil", "jul"),
    ("aou", "aug"),
    ("sept", "sep"),
    ("oct", "oct"),
    ("nov", "nov"),
    ("dec", "dec"),
];

/// A day as ISO 8601; a time after it is left out, since spreadsheets add one.
pub(crate) fn day(text: &str) -> Result<String, Fault> {
    read_day(before_time(text), text).map(|day| day.to_string())
}

/// What stands before `T08:00` or ` 08:00:00`, or the whole.
fn before_time(text: &str) -> &str {
    match text.rsplit_once(['T', ' ']) {
        Some((day, time)) if clock(time).is_some() => day.trim_end(),
        _ => text,
    }
}

fn read_day(text: &str, whole: &str) -> Result<Date, Fault> {
    let form = || Fault::new("date_form").with("value", whole);
    let (year, month, day) = numeric(text).or_else(|| written(text)).ok_or_else(form)?;
    if !YEARS.contains(&year) {
        return Err(Fault::new("date_range").with("value", whole));
    }
    Date::new(year, month, day).map_err(|_| form())
}

/// `2026-12-31`, `31/12/2026`, `31.12.26`.
fn numeric(text: &str) -> Option<(i16, i8, i8)> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).map(str::trim).collect();
    let [first, middle, last] = parts.as_slice() else {
        return None;
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(first) && digits(middle) && digits(last)) {
        return None;
    }
    let month = middle.parse().ok()?;
    if first.len() == 4 {
        return Some((first.parse().ok()?, month, last.parse().ok()?));
    }
    let year: i16 = last.parse().ok()?;
    let year = match last.len() {
        4 => year,
        2 if year < 80 => 2000 + year,
        2 => 1900 + year,
        _ => return None,
    };
    Some((year, month, first.parse().ok()?))
}

/// `31 décembre 2026`, `1er mars 2026`, `31 Dec 2026`.
fn written(text: &str) -> Option<(i16, i8, i8)> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    let [day, month, year] = words.as_slice() else {
        return None;
    };
    let at = MONTHS
        .iter()
        .position(|(french, english)| month.starts_with(french) || month.starts_with(english))?;
    let day = day.trim_end_matches("er");
    if year.len() != 4 {
        return None;
    }
    Some((
        year.parse().ok()?,
        i8::try_from(at + 1).ok()?,
        day.parse().ok()?,
    ))
}

/// `08:00`, `8h30`, `8h`, `08:00:00`, with `.000` after it.
fn clock(text: &str) -> Option<Time> {
    let lower = text.trim().to_lowercase().replace('h', ":");
    let unzoned = lower.split('.').next()?;
    let mut parts = unzoned.split(':');
    let mut next = |missing: Option<i8>| match parts.next() {
        None | Some("") => missing,
        Some(part) if part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit()) => {
            part.parse().ok()
        }
        Some(_) => None,
    };
    let (hour, minute, second) = (
        next(None)?,
        next(None).or_else(|| lower.ends_with(':').then_some(0))?,
        next(Some(0))?,
    );
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// An instant in whole seconds, `2026-12-31T08:00:00Z`; without an offset, in Paris.
pub(crate) fn instant(text: &str) -> Result<String, Fault> {
    let form = || Fault::new("datetime_form").with("value", text);
    if let Ok(instant) = text.parse::<Timestamp>() {
        return stored(instant).ok_or_else(form);
    }
    let (day, time) = match text.rsplit_once(['T', ' ']) {
        Some((day, time)) => match clock(time) {
            Some(time) => (day.trim_end(), time),
            None => (text, Time::midnight()),
        },
        None => (text, Time::midnight()),
    };
    let day = day.strip_suffix(" à").unwrap_or(day);
    let civil = read_day(day, text)
        .map_err(|fault| {
            if fault == Fault::new("date_range").with("value", text) {
                fault
            } else {
                form()
            }
        })?
        .to_datetime(time);
    let instant = paris::instant(civil).ok_or_else(form)?;
    stored(instant).ok_or_else(form)
}

fn stored(instant: Timestamp) -> Option<String> {
    let seconds = instant.round(Unit::Second).ok()?;
    let year = seconds.to_zoned(TimeZone::UTC).year();
    YEARS.contains(&year).then(|| seconds.to_string())
}

/// An instant as it is stored.
pub(crate) fn instant_text(instant: Timestamp) -> String {
    instant.round(Unit::Second).unwrap_or(instant).to_string()
}

/// A half-year, `2026-H1`; `S1 2026` and `1er semestre 2026` too.
pub(crate) fn period(text: &str) -> Result<String, Fault> {
    let folded = fold(text).replace("semestre", "s");
    let mut year = None;
    let mut half = None;
    for word in folded.split(' ') {
        let digits = word.trim_start_matches(['h', 's']);
        let digits = digits
            .trim_end_matches("er")
            .trim_end_matches("nd")
            .trim_end_matches('e');
        match digits.len() {
            4 if digits == word && year.is_none() => year = digits.parse::<i16>().ok(),
            1 if half.is_none() => half = digits.parse::<u8>().ok(),
            0 => {}
            _ => half = Some(0),
        }
    }
    match (year, half) {
        (Some(year), Some(half @ 1..=2)) if YEARS.contains(&year) => Ok(format!("{year}-H{half}")),
        _ => Err(Fault::new("period_form").with("value", text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_every_usual_form_become_iso() {
        for text in [
            "2026-12-31",
            "31/12/2026",
            "31-12-2026",
            "31.12.26",
            "31 décembre 2026",
            "31 Dec 2026",
            "2026-12-31T00:00:00",
            "31/12/2026 00:00",
        ] {
            assert_eq!(day(text).as_deref(), Ok("2026-12-31"), "{text}");
        }
        assert_eq!(day("1er mars 2026").as_deref(), Ok("2026-03-01"));
        assert_eq!(day("1/2/2026").as_deref(), Ok("2026-02-01"));
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in [
            "31/02/2026",
            "12/31/2026",
            "2026-13-01",
            "demain",
            "31/12",
            "1//2026",
            "",
        ] {
            assert_eq!(day(text).unwrap_err().at("").code, "date_form", "{text}");
        }
        assert_eq!(day("31/12/1066").unwrap_err().at("").code, "date_range");
    }

    #[test]
    fn instants_without_offset_are_those_of_paris() {
        assert_eq!(
            instant("31/12/2026 08:00").as_deref(),
            Ok("2026-12-31T07:00:00Z")
        );
        assert_eq!(
            instant("01/07/2026 à 8h30").as_deref(),
            Ok("2026-07-01T06:30:00Z")
        );
        assert_eq!(
            instant("2026-07-01T08:00:00+02:00").as_deref(),
            Ok("2026-07-01T06:00:00Z")
        );
        assert_eq!(
            instant("2026-07-01T08:00:00.4Z").as_deref(),
            Ok("2026-07-01T08:00:00Z")
        );
        assert_eq!(instant("2026-07-01").as_deref(), Ok("2026-06-30T22:00:00Z"));
        assert!(instant("2026-07-01 25:00").is_err());
    }

    #[test]
    fn half_years_have_one_form() {
        for text in [
            "2026-H1",
            "2026 S1",
            "S1 2026",
            "h1-2026",
            "1er semestre 2026",
        ] {
            assert_eq!(period(text).as_deref(), Ok("2026-H1"), "{text}");
        }
        assert_eq!(period("2e semestre 2026").as_deref(), Ok("2026-H2"));
        for text in ["2026", "2026-H3", "H1", "2026-Q1", "12026-H1"] {
            assert!(period(text).is_err(), "{text}");
        }
    }
}
