//! Tables fitted to the terminal; without one, every cell whole.

use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, LineStyle, Table};

use crate::session::Terminal;

/// A table under a header.
pub(crate) fn with_header(terminal: Terminal, header: Vec<String>) -> Table {
    let mut table = plain(terminal);
    table.style_mut().header_separator = LineStyle::none().fill('─').junction('─');
    table.set_header(
        header
            .into_iter()
            .map(|title| Cell::new(title).add_attribute(Attribute::Bold)),
    );
    table
}

/// A table of names and what they stand for.
pub(crate) fn plain(terminal: Terminal) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if terminal.styled {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    match terminal.width {
        Some(width) => {
            table.set_width(width);
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        None => {
            table.set_content_arrangement(ContentArrangement::Disabled);
        }
    }
    table
}

/// A line broken between words, what follows aligned with what it began with.
pub(crate) fn wrapped(line: &str, width: usize) -> String {
    let indent = line.len() - line.trim_start().len();
    let is_item = line.trim_start().starts_with(['→', '!', '•', '✗']);
    let hang = if is_item { indent + 2 } else { indent };
    let mut lines = vec![" ".repeat(indent)];
    for word in words(line) {
        let last = lines.last_mut().expect("never empty");
        let is_empty = last.trim().is_empty();
        if !is_empty && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(format!("{}{word}", " ".repeat(hang)));
        } else {
            if !is_empty {
                last.push(' ');
            }
            last.push_str(&word);
        }
    }
    lines.join("\n")
}

/// Words as they stay together on a line: French sets signs apart from what they belong to.
fn words(line: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ').filter(|word| !word.is_empty()) {
        let belongs = word.starts_with('»') || matches!(word, ";" | ":" | "!" | "?");
        match words.last_mut() {
            Some(last) if belongs || last.ends_with('«') => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// Blanks around a cell, and between two.
const CELL_PADDING: usize = 2;

/// No column becomes narrower than this many letters.
const MIN_COLUMN: usize = 8;

/// Shortens the cells of `rows` (the header first) so that each takes one line of the terminal.
/// The widest columns give way first, the `title` only once it is twice as wide as the others;
/// those in `whole` never do.
pub(crate) fn shorten(
    terminal: Terminal,
    rows: &mut [Vec<String>],
    title: Option<usize>,
    whole: &[usize],
) {
    let Some(width) = terminal.width else { return };
    let columns = rows.first().map_or(0, Vec::len);
    let mut widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let room = usize::from(width).saturating_sub(columns * CELL_PADDING);
    while widths.iter().sum::<usize>() > room {
        let widest = (0..columns)
            .filter(|column| !whole.contains(column))
            .max_by_key(|column| {
                let weight = if title == Some(*column) { 1 } else { 2 };
                widths.get(*column).map_or(0, |width| width * weight)
            });
        match widest.and_then(|column| widths.get_mut(column)) {
            Some(widest) if *widest > MIN_COLUMN => *widest -= 1,
            _ => break,
        }
    }
    for row in rows {
        for (cell, width) in row.iter_mut().zip(&widths) {
            if cell.chars().count() > *width {
                let kept: String = cell.chars().take(width.saturating_sub(1)).collect();
                *cell = format!("{}…", kept.trim_end());
            }
        }
    }
}

/// Aligns numbers on their last digit.
pub(crate) fn align_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// The table as text, without blanks at line ends.
pub(crate) fn text(table: &mut Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(width: u16) -> Terminal {
        Terminal {
            width: Some(width),
            ..Terminal::default()
        }
    }

    #[test]
    fn prose_breaks_between_words_and_hangs_under_its_mark() {
        assert_eq!(
            wrapped("un deux trois quatre", 10),
            "un deux\ntrois\nquatre"
        );
        assert_eq!(wrapped("  → un deux trois", 11), "  → un deux\n    trois");
        assert_eq!(wrapped("interminablement", 5), "interminablement");
        assert_eq!(wrapped("", 5), "");
        // Hard spaces hold an amount together.
        assert_eq!(
            wrapped("prix 90\u{202f}000\u{a0}€", 9),
            "prix\n90\u{202f}000\u{a0}€"
        );
    }

    #[test]
    fn lists_keep_one_line_a_record_and_whole_ids_and_amounts() {
        let row = |id: &str, title: &str, price: &str| {
            vec![id.to_owned(), title.to_owned(), price.to_owned()]
        };
        let mut rows = vec![
            row("Id", "Title", "Price"),
            row("a1b2c3d4", &"très long ".repeat(9), "€125,500"),
        ];
        shorten(terminal(40), &mut rows, Some(1), &[0, 2]);
        let mut table = with_header(terminal(40), rows.remove(0));
        table.add_rows(rows);
        let drawn = text(&mut table);
        assert_eq!(drawn.lines().count(), 3, "{drawn}");
        assert!(
            drawn.contains("a1b2c3d4") && drawn.contains("€125,500"),
            "{drawn}"
        );
        assert!(drawn.contains('…') && drawn.lines().all(|line| line.chars().count() <= 40));
    }

    #[test]
    fn without_a_terminal_nothing_is_cut() {
        let long = "x".repeat(300);
        let mut rows = vec![vec![long.clone()]];
        shorten(Terminal::default(), &mut rows, None, &[]);
        let mut table = plain(Terminal::default());
        table.add_rows(rows);
        assert_eq!(text(&mut table), long);
    }
}
