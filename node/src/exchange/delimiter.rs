//! Which character parts the cells of a text file.

use super::limits::Limits;
use super::records::Records;

/// Delimiters known, most usual in French offices first. The bar comes last: it also parts the
/// items of a list inside one cell.
pub(crate) const DELIMITERS: [u8; 4] = [b';', b'\t', b',', b'|'];

const RECORDS_JUDGED: usize = 100;

/// The delimiter that cuts more than half of the rows into the same number of cells, at least two,
/// and of several such the one that does so most regularly.
///
/// Where none does, the rows are too broken to judge and the first row decides. A file of one column has none: then any does, and `;` is given.
pub(crate) fn judge(sample: &[u8], whole: bool, limits: Limits) -> u8 {
    let mut best = (b';', 1_usize, 2_usize, 0_usize);
    let mut first = (b';', 1_usize);
    for delimiter in DELIMITERS {
        let counts = cell_counts(sample, whole, delimiter, limits);
        let Some(width) = most_frequent(&counts) else {
            continue;
        };
        if let Some(cells) = counts.first().filter(|cells| **cells > first.1) {
            first = (delimiter, *cells);
        }
        let agreeing = counts.iter().filter(|count| **count == width).count();
        let (_, best_agreeing, best_total, best_width) = best;
        // Shares compared without division; the first to beat is one half.
        let share = (agreeing * best_total).cmp(&(best_agreeing * counts.len()));
        if share.is_gt() || (share.is_eq() && best_width > 0 && width > best_width) {
            best = (delimiter, agreeing, counts.len(), width);
        }
    }
    if best.3 > 0 { best.0 } else { first.0 }
}

fn cell_counts(sample: &[u8], whole: bool, delimiter: u8, limits: Limits) -> Vec<usize> {
    let mut records = Records::new(sample, delimiter, 1, limits);
    let mut counts = Vec::new();
    while counts.len() < RECORDS_JUDGED {
        match records.next() {
            Ok(Some(Ok(record))) => {
                if record.cells.iter().any(|cell| !cell.is_empty()) {
                    counts.push(record.cells.len());
                }
            }
            Ok(Some(Err(_))) => counts.push(0),
            Ok(None) | Err(_) => {
                // The last row of a sample may be half a row.
                if !whole && counts.len() > 1 {
                    counts.pop();
                }
                break;
            }
        }
    }
    counts
}

/// The number of cells, two or more, that most rows have; the greater one if two are as frequent.
fn most_frequent(counts: &[usize]) -> Option<usize> {
    let frequency = |width: usize| counts.iter().filter(|count| **count == width).count();
    counts
        .iter()
        .copied()
        .filter(|count| *count >= 2)
        .max_by_key(|count| (frequency(*count), *count))
}

/// The delimiter that a first line `sep=;` states, as Excel writes it, and that line's length.
pub(crate) fn stated(sample: &[u8]) -> Option<(u8, usize)> {
    let end = sample
        .iter()
        .position(|byte| *byte == b'\n' || *byte == b'\r')?;
    let line = sample.get(..end)?.trim_ascii();
    let line = line
        .strip_prefix(b"\"")
        .and_then(|line| line.strip_suffix(b"\""))
        .unwrap_or(line);
    let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] = line else {
        // A tab is trimmed away with the blanks.
        return (line.eq_ignore_ascii_case(b"sep=") && sample.get(4) == Some(&b'\t'))
            .then(|| (b'\t', line_length(sample, end)));
    };
    DELIMITERS
        .contains(delimiter)
        .then(|| (*delimiter, line_length(sample, end)))
}

fn line_length(sample: &[u8], end: usize) -> usize {
    let both = sample.get(end) == Some(&b'\r') && sample.get(end + 1) == Some(&b'\n');
    end + if both { 2 } else { 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> char {
        char::from(judge(text.as_bytes(), true, Limits::default()))
    }

    #[test]
    fn consistent_delimiter_outside_quotes_wins() {
        assert_eq!(delimiter("a;b;c\n1;2,5;3\n4;5,5;6\n"), ';');
        assert_eq!(delimiter("a,b\n\"1;2;3\",x\n\"4;5;6\",y\n"), ',');
        assert_eq!(delimiter("a\tb\n1,5\t2,5\n3,5\t4,5\n"), '\t');
        assert_eq!(delimiter("a|b|c\n1|2|3\n"), '|');
        assert_eq!(delimiter("nom;liste\nx;a|b\ny;c|d\n"), ';');
        assert_eq!(
            delimiter("Titre du fichier\n\na;b;c\n1;2,5;3\n4;5,5;6\n"),
            ';'
        );
        assert_eq!(delimiter("a,b,c\n1\n2,3\n4,5,6,7\n"), ',');
        assert_eq!(delimiter("seule\nune\ncolonne, ici\n"), ';');
    }

    #[test]
    fn first_line_may_state_the_delimiter() {
        assert_eq!(stated(b"sep=,\r\na,b"), Some((b',', 7)));
        assert_eq!(stated(b"\"sep=;\"\na;b"), Some((b';', 8)));
        assert_eq!(stated(b"sep=\t\na\tb"), Some((b'\t', 6)));
        assert_eq!(stated(b"sep=x\n"), None);
        assert_eq!(stated(b"separate;b\n"), None);
        assert_eq!(stated(b""), None);
    }
}
