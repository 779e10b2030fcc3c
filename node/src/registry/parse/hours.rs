//! OpenStreetMap opening hours: a check of their syntax, not an evaluation.
//!
//! Each part must be made of known words and be well ordered (days, then times, then a state), with
//! hours that exist. That refuses French prose and typing errors, and accepts what OSM's own
//! evaluators do in all but rare cases. Spec: wiki.openstreetmap.org/wiki/Key:opening_hours/specification.

use crate::registry::error::Fault;

const DAYS: [&str; 9] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH", "SH"];

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

const EVENTS: [&str; 4] = ["dawn", "sunrise", "sunset", "dusk"];

const STATES: [&str; 4] = ["open", "off", "closed", "unknown"];

/// Longest opening hours, in characters.
const MAX_CHARS: usize = 500;

/// The opening hours, spaces made single and days in their usual case.
pub(crate) fn opening_hours(text: &str) -> Result<String, Fault> {
    if text.chars().count() > MAX_CHARS {
        return Err(Fault::new("too_long")
            .with("max", MAX_CHARS)
            .with("length", text.chars().count()));
    }
    let mut hours = String::new();
    for (separator, rule) in split_outside_quotes(text).ok_or_else(|| fault(text))? {
        let rule = rule.trim();
        // A list may end with its separator.
        if rule.is_empty() && separator == ";" {
            continue;
        }
        let checked = check_rule(rule)?;
        match (hours.is_empty(), separator) {
            (true, _) => {}
            (false, "||") => hours.push_str(" || "),
            (false, _) => hours.push_str("; "),
        }
        hours.push_str(&checked);
    }
    if hours.is_empty() {
        Err(fault(text))
    } else {
        Ok(hours)
    }
}

fn fault(part: &str) -> Fault {
    Fault::new("hours_form").with("value", part)
}

/// Parts and the `;` or `||` before each, none of these within a comment; nothing if a comment is
/// not closed.
fn split_outside_quotes(text: &str) -> Option<Vec<(&'static str, &str)>> {
    let mut parts = Vec::new();
    let mut rest = text;
    let mut before = ";";
    let mut from = 0;
    while let Some(at) = rest.get(from..)?.find([';', '|', '"']).map(|at| from + at) {
        let found = rest.get(at..)?;
        if let Some(comment) = found.strip_prefix('"') {
            from = at + 1 + comment.find('"')? + 1;
            continue;
        }
        let separator = if found.starts_with("||") { "||" } else { ";" };
        if separator == ";" && found.starts_with('|') {
            return None;
        }
        parts.push((before, rest.get(..at)?));
        before = separator;
        rest = found.get(separator.len()..)?;
        from = 0;
    }
    parts.push((before, rest));
    Some(parts)
}

/// Checks one rule word by word and returns it in its usual writing.
fn check_rule(rule: &str) -> Result<String, Fault> {
    let mut words = Vec::new();
    let mut quoted = false;
    for word in rule.split_whitespace() {
        if quoted || word.starts_with('"') {
            let quotes = word.matches('"').count();
            quoted ^= quotes % 2 == 1;
            words.push(word.to_owned());
            continue;
        }
        words.push(check_word(word).ok_or_else(|| fault(word))?);
    }
    if words.is_empty() {
        Err(fault(rule))
    } else {
        Ok(words.join(" "))
    }
}

fn check_word(word: &str) -> Option<String> {
    let bare = word.trim_end_matches([',', ':']);
    let tail = word.get(bare.len()..)?;
    if tail.len() > 1 || bare.is_empty() {
        return None;
    }
    let state = STATES.iter().find(|state| bare.eq_ignore_ascii_case(state));
    if let Some(state) = state {
        return Some(format!("{state}{tail}"));
    }
    if bare == "24/7" || bare.eq_ignore_ascii_case("week") || bare.eq_ignore_ascii_case("easter") {
        return Some(word.to_owned());
    }
    let mut members = Vec::new();
    for member in bare.split(',') {
        members.push(check_range(member)?);
    }
    Some(format!("{}{tail}", members.join(",")))
}

/// One member of a comma list: a day, month, time, number, or a range of two such.
fn check_range(member: &str) -> Option<String> {
    let (member, bracket) = match member.split_once('[') {
        Some((day, nth)) => (day, Some(nth.strip_suffix(']')?)),
        None => (member, None),
    };
    if let Some(nth) = bracket {
        let number: i8 = nth.split('-').next_back()?.parse().ok()?;
        let day = named(member, &DAYS)?;
        return (1..=5).contains(&number).then(|| format!("{day}[{nth}]"));
    }
    let (open_ended, bare) = match member.strip_suffix('+') {
        Some(bare) => ("+", bare),
        None => ("", member),
    };
    // An hour beside the sun's, `(sunset-01:00)`, has a hyphen of its own.
    let split = bare.char_indices().scan(0_i32, |depth, (at, character)| {
        *depth += i32::from(character == '(') - i32::from(character == ')');
        Some((at, character, *depth))
    });
    let hyphen = split
        .filter(|(_, c, depth)| *depth == 0 && *c == '-')
        .map(|(at, ..)| at)
        .next();
    let (first, last) = match hyphen {
        Some(at) => (bare.get(..at)?, Some(bare.get(at + 1..)?)),
        None => (bare, None),
    };
    let (kind, first) = check_atom(first)?;
    let range = match last {
        None if kind == Atom::Time && open_ended.is_empty() => return None,
        None => first,
        Some(last) => {
            let (last_kind, last) = check_atom(last)?;
            let alike = kind == last_kind
                || matches!(
                    (kind, last_kind),
                    (Atom::Month, Atom::Number) | (Atom::Number, Atom::Month)
                );
            if !alike {
                return None;
            }
            format!("{first}-{last}")
        }
    };
    if !open_ended.is_empty() && kind == Atom::Day {
        return None;
    }
    Some(format!("{range}{open_ended}"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Atom {
    Day,
    Month,
    Time,
    Number,
}

fn check_atom(text: &str) -> Option<(Atom, String)> {
    if let Some(day) = named(text, &DAYS) {
        return Some((Atom::Day, day.to_owned()));
    }
    if let Some(month) = named(text, &MONTHS) {
        return Some((Atom::Month, month.to_owned()));
    }
    if let Some(time) = time(text) {
        return Some((Atom::Time, time));
    }
    // Years, week numbers, days of a month, steps (`week 1-53/2`).
    let (number, step) = text.split_once('/').unwrap_or((text, "1"));
    let numeric = |part: &str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    (numeric(number) && numeric(step)).then(|| (Atom::Number, text.to_owned()))
}

fn named<'a>(text: &str, names: &[&'a str]) -> Option<&'a str> {
    names
        .iter()
        .find(|name| text.eq_ignore_ascii_case(name))
        .copied()
}

/// `09:00`, `9:00`, `26:00` for two in the morning, `sunset`, `(sunrise+01:00)`.
fn time(text: &str) -> Option<String> {
    if let Some(event) = named(text, &EVENTS) {
        return Some(event.to_owned());
    }
    if let Some(offset) = text.strip_prefix('(') {
        let inner = offset.strip_suffix(')')?;
        let at = inner.find(['+', '-'])?;
        let (event, sign) = (inner.get(..at)?, inner.get(at..=at)?);
        return Some(format!(
            "({}{sign}{})",
            named(event, &EVENTS)?,
            hour(inner.get(at + 1..)?)?
        ));
    }
    hour(text)
}

fn hour(text: &str) -> Option<String> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hours.len()) || minutes.len() != 2 || !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hour, minute): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    (minute < 60 && (hour < 48 || (hour == 48 && minute == 0)))
        .then(|| format!("{hour:02}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opening_hours_of_openstreetmap_pass() {
        for text in [
            "24/7",
            "Mo-Fr 09:00-12:00,14:00-18:00",
            "Mo-Fr 09:00-12:00, 14:00-18:00; Sa 09:00-12:00; PH off",
            "Tu,Th 08:30-12:30; Su[1] 10:00-12:00",
            "Apr-Oct Mo-Su 10:00-19:00; Nov-Mar Sa,Su 14:00-18:00",
            "Jul 01-Aug 31: Mo-Su 10:00-19:00",
            "Jan 01-15 off",
            "week 1-53/2 We 14:00-17:00",
            "Mo-Sa 18:00-26:00",
            "sunrise-(sunset-00:30)",
            "Mo-Fr 17:00+",
            "Mo-Fr \"sur rendez-vous ; appeler\"",
            "Mo 09:00-12:00 || \"sur rendez-vous\"",
            "2026 Dec 25 off",
        ] {
            assert!(
                opening_hours(text).is_ok(),
                "{text}: {:?}",
                opening_hours(text)
            );
        }
        assert_eq!(
            opening_hours("mo-fr  9:00-12:00 ;").as_deref(),
            Ok("Mo-Fr 09:00-12:00")
        );
    }

    #[test]
    fn prose_and_impossible_hours_are_refused() {
        for text in [
            "du lundi au vendredi",
            "Lu-Ve 09:00-12:00",
            "Mo-Fr 9h-12h",
            "Mo-Fr 09:00",
            "Mo-Fr 09:00-25:60",
            "Mo-09:00",
            "Mo-Fr \"sur rendez-vous",
            ";",
            "Mo[7]",
            ",",
        ] {
            assert!(opening_hours(text).is_err(), "{text}");
        }
    }
}
