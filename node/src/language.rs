//! The two languages that people read, and how each writes numbers, amounts, dates and sizes.

use jiff::civil::{Date, DateTime};
use serde::Deserialize;

use crate::paris;

/// A language that people are spoken to in; in JSON by its code, French where none is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Language {
    /// French, the first one.
    #[default]
    #[serde(rename = "fr")]
    French,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// Between groups of digits in French; narrow, so that a number stays one word.
const NARROW_SPACE: char = '\u{202f}';
/// Before a unit: a line never breaks there.
const HARD_SPACE: char = '\u{a0}';

const ENGLISH_MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

impl Language {
    /// Both, French first.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// Its code: `fr`, `en`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::English => "en",
        }
    }

    /// A whole number in groups of three digits: `12 345`, `12,345`.
    #[must_use]
    pub fn integer(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let separator = match self {
            Self::French => NARROW_SPACE,
            Self::English => ',',
        };
        let mut text = String::new();
        if number < 0 {
            text.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// A decimal number without useless zeros: `1 234,5`, `1,234.5`.
    #[must_use]
    pub fn decimal(self, number: f64) -> String {
        let text = format!("{:.6}", number.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let sign = if number < 0.0 { "-" } else { "" };
        let whole = match whole.parse() {
            Ok(whole) => self.integer(whole),
            // Beyond 64 bits: as it is.
            Err(_) => whole.to_owned(),
        };
        let fraction = fraction.trim_end_matches('0');
        match (fraction, self) {
            ("", _) => format!("{sign}{whole}"),
            (fraction, Self::French) => format!("{sign}{whole},{fraction}"),
            (fraction, Self::English) => format!("{sign}{whole}.{fraction}"),
        }
    }

    /// An amount in cents: `90 000 €`, `90 000,50 €`, `€90,000`.
    #[must_use]
    pub fn euros(self, cents: i64) -> String {
        let sign = if cents < 0 { "-" } else { "" };
        let whole = self.integer((cents.unsigned_abs() / 100) as i64);
        let rest = cents.unsigned_abs() % 100;
        match (self, rest) {
            (Self::French, 0) => format!("{sign}{whole}{HARD_SPACE}€"),
            (Self::French, _) => format!("{sign}{whole},{rest:02}{HARD_SPACE}€"),
            (Self::English, 0) => format!("{sign}€{whole}"),
            (Self::English, _) => format!("{sign}€{whole}.{rest:02}"),
        }
    }

    /// A day given as `2026-12-31`: `31/12/2026`, `31 Dec 2026`. Other text stays as it is.
    #[must_use]
    pub fn date(self, iso: &str) -> String {
        iso.parse()
            .map_or_else(|_| iso.to_owned(), |date| self.civil(date))
    }

    fn civil(self, date: Date) -> String {
        match self {
            Self::French => format!("{:02}/{:02}/{}", date.day(), date.month(), date.year()),
            Self::English => {
                let month = usize::try_from(date.month() - 1).ok();
                let month = month
                    .and_then(|index| ENGLISH_MONTHS.get(index))
                    .unwrap_or(&"");
                format!("{} {month} {}", date.day(), date.year())
            }
        }
    }

    /// An instant given as `2026-12-31T08:00:00Z`, to the minute, as clocks show it in France: what
    /// people write is read so too.
    #[must_use]
    pub fn instant(self, iso: &str) -> String {
        paris::clock_of(iso).map_or_else(|| iso.to_owned(), |at| self.clock(at))
    }

    /// A day or an instant, whichever `iso` is.
    #[must_use]
    pub fn moment(self, iso: &str) -> String {
        if iso.len() <= "2026-12-31".len() {
            self.date(iso)
        } else {
            self.instant(iso)
        }
    }

    fn clock(self, at: DateTime) -> String {
        let day = self.civil(at.date());
        match self {
            Self::French => format!("{day} {:02}:{:02}", at.hour(), at.minute()),
            Self::English => format!("{day}, {:02}:{:02}", at.hour(), at.minute()),
        }
    }

    /// A size: `640 o`, `4,2 Mo`; `640 B`, `4.2 MB`.
    #[must_use]
    pub fn bytes(self, bytes: u64) -> String {
        let letter = match self {
            Self::French => 'o',
            Self::English => 'B',
        };
        let mut size = bytes as f64;
        let mut units = ["", "k", "M", "G", "T"].iter();
        let mut unit = units.next().unwrap_or(&"");
        while size >= 999.5 {
            let Some(next) = units.next() else { break };
            size /= 1000.0;
            unit = next;
        }
        let rounded = if size < 10.0 {
            (size * 10.0).round() / 10.0
        } else {
            size.round()
        };
        format!("{}{HARD_SPACE}{unit}{letter}", self.decimal(rounded))
    }

    /// A duration in seconds: `0,04 s`, `1,3 s`.
    #[must_use]
    pub fn seconds(self, seconds: f64) -> String {
        let digits = if seconds < 1.0 { 100.0 } else { 10.0 };
        format!(
            "{}{HARD_SPACE}s",
            self.decimal((seconds * digits).round() / digits)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{English, French};

    #[test]
    fn numbers_are_grouped_as_each_language_does() {
        assert_eq!(French.integer(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(English.integer(-1_234), "-1,234");
        assert_eq!(French.integer(999), "999");
        assert_eq!(French.decimal(1234.5), "1\u{202f}234,5");
        assert_eq!(English.decimal(45.550_03), "45.55003");
        assert_eq!(French.decimal(-3.0), "-3");
    }

    #[test]
    fn amounts_show_cents_only_when_there_are_some() {
        assert_eq!(French.euros(9_000_000), "90\u{202f}000\u{a0}€");
        assert_eq!(French.euros(9_000_050), "90\u{202f}000,50\u{a0}€");
        assert_eq!(English.euros(9_000_005), "€90,000.05");
        assert_eq!(English.euros(-100), "-€1");
    }

    #[test]
    fn dates_are_written_as_each_language_does() {
        assert_eq!(French.date("2026-12-01"), "01/12/2026");
        assert_eq!(English.date("2026-12-01"), "1 Dec 2026");
        assert_eq!(French.date("soon"), "soon");
    }

    #[test]
    fn sizes_and_durations_keep_two_digits() {
        assert_eq!(French.bytes(640), "640\u{a0}o");
        assert_eq!(French.bytes(4_210_000), "4,2\u{a0}Mo");
        assert_eq!(English.bytes(999_600), "1\u{a0}MB");
        assert_eq!(English.bytes(12_345), "12\u{a0}kB");
        assert_eq!(French.seconds(0.042), "0,04\u{a0}s");
        assert_eq!(English.seconds(12.34), "12.3\u{a0}s");
    }
}
