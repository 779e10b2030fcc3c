//! A line without what differs from one run to the next: days, durations, sizes, the width of tables.

/// Units of what is measured, in both languages.
const SIZES: [&str; 8] = ["B", "kB", "MB", "GB", "o", "ko", "Mo", "Go"];
const DURATIONS: [&str; 3] = ["ms", "s", "min"];

/// `line` with single spaces and rules, and with days, durations and sizes that are all alike.
pub(super) fn plain(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let mut plain: Vec<String> = Vec::with_capacity(words.len());
    let mut rest = words.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        if let Some(length) = day(rest) {
            let is_with_time = rest.get(length).is_some_and(|word| is_time(word));
            let used = &rest[..length + usize::from(is_with_time)];
            let (_, tail) = bare(used.last().unwrap_or(first));
            plain.push(format!("‹day›{tail}"));
            rest = &rest[used.len()..];
        } else if let Some(measure) = behind.first().and_then(|unit| measure(first, unit)) {
            plain.push(measure);
            rest = &behind[1..];
        } else {
            if first.starts_with('─') {
                plain.push("─".to_owned());
            } else {
                plain.push((*first).to_owned());
            }
            rest = behind;
        }
    }
    plain.join(" ")
}

/// A word, and the punctuation that closes it.
fn bare(word: &str) -> (&str, &str) {
    word.split_at(word.trim_end_matches(['.', ',', ';', ':', ')']).len())
}

/// How many words the day takes that these begin with: `23/11/2026`, `2026-11-23`, `23 Nov 2026`.
fn day(words: &[&str]) -> Option<usize> {
    let (first, _) = bare(words.first()?);
    let digits = |text: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts: Vec<&str> = first.split(['/', '-']).collect();
    if let [one, two, three] = parts.as_slice() {
        let is_french = digits(one, 2..=2) && digits(two, 2..=2) && digits(three, 4..=4);
        let is_iso = digits(one, 4..=4) && digits(two, 2..=2) && digits(three, 2..=2);
        return (is_french || is_iso).then_some(1);
    }
    let month = words.get(1)?.chars().all(char::is_alphabetic);
    let is_year = digits(bare(words.get(2)?).0, 4..=4);
    (digits(first, 1..=2) && month && is_year).then_some(3)
}

fn is_time(word: &str) -> bool {
    let (word, _) = bare(word);
    word.len() == 5
        && word
            .bytes()
            .enumerate()
            .all(|(place, byte)| byte.is_ascii_digit() || (place == 2 && byte == b':'))
}

fn measure(number: &str, unit: &str) -> Option<String> {
    let is_number = number.starts_with(|first: char| first.is_ascii_digit())
        && number
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ','));
    let (unit, tail) = bare(unit);
    let name = match unit {
        _ if !is_number => return None,
        _ if SIZES.contains(&unit) => "size",
        _ if DURATIONS.contains(&unit) => "duration",
        _ => return None,
    };
    Some(format!("‹{name}›{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_durations_sizes_and_widths_are_alike() {
        for (one, other) in [
            ("on 23 Nov 2026, 00:30.", "on 3 May 2027, 10:31."),
            ("créée le 23/11/2026 00:30", "créée le 01/01/2027 12:00"),
            ("2026-11-23", "2027-01-01"),
            ("CCI   900 B  0.01 s", "CCI  1.2 kB     3 s"),
            ("1,6\u{202f}ko sur le disque.", "529 o sur le disque."),
            ("──────", "───"),
        ] {
            assert_eq!(plain(one), plain(other));
        }
        assert_ne!(plain("3 records"), plain("4 records"));
        assert_ne!(plain("on 23 Nov 2026."), plain("on 23 Nov 2026,"));
        assert_ne!(plain("85 m²"), plain("90 m²"));
    }
}
