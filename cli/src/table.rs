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

/// Aligns numbers on their last digit.
pub(crate) fn align_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// The table as text, without blanks at line ends.
pub(crate) fn text(table: &Table) -> String {
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}
