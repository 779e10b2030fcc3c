//! What the command line writes on paper: a title, sections of paragraphs, lists and tables, lines
//! to sign on. The terminal and the printed page show the same.

use anyhow::Result;

use crate::session::Session;
use crate::table;

pub(crate) mod page;

/// A part of a section.
pub(crate) enum Block {
    /// A paragraph.
    Text(String),
    /// A list.
    Items(Vec<String>),
    /// A table under a header.
    Table {
        /// The names of the columns.
        header: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
        /// Columns that are numbers.
        right: Vec<usize>,
    },
    /// A drawing of what a table beside it says; a terminal does not show it.
    Figure {
        /// What is drawn.
        caption: String,
        /// The drawing, as an SVG element whose texts are escaped.
        svg: String,
    },
}

/// A heading and what stands under it.
pub(crate) struct Section {
    pub(crate) heading: String,
    pub(crate) blocks: Vec<Block>,
}

/// A whole document.
#[derive(Default)]
pub(crate) struct Document {
    pub(crate) title: String,
    pub(crate) subtitle: String,
    /// What is said before the first section, if anything.
    pub(crate) preamble: String,
    pub(crate) sections: Vec<Section>,
    /// A table that people sign on paper; a terminal does not show it.
    pub(crate) signatures: Option<Section>,
    /// What stands apart from the rest, each under its heading, and the sentence that says so.
    pub(crate) notices: Vec<Section>,
    pub(crate) notices_note: String,
}

/// Shows a document at the terminal.
pub(crate) fn print(session: &mut Session<'_>, document: &Document) -> Result<()> {
    let title = session.strong(&document.title);
    session.line(&title)?;
    session.say(&document.subtitle)?;
    if !document.preamble.is_empty() {
        session.line("")?;
        session.say(&document.preamble)?;
    }
    for section in document.sections.iter().chain(&document.notices) {
        print_section(session, section)?;
    }
    Ok(())
}

/// Shows one section at the terminal.
pub(crate) fn print_section(session: &mut Session<'_>, section: &Section) -> Result<()> {
    let heading = session.strong(&section.heading);
    session.line(&format!("\n{heading}"))?;
    print_blocks(session, &section.blocks)
}

/// Shows what stands under a heading at the terminal.
pub(crate) fn print_blocks(session: &mut Session<'_>, blocks: &[Block]) -> Result<()> {
    let mut after_table = false;
    for block in blocks {
        let is_table = matches!(block, Block::Table { .. });
        if is_table && after_table {
            session.line("")?;
        }
        // What is drawn is not shown, and parts nothing.
        after_table = is_table || (after_table && matches!(block, Block::Figure { .. }));
        match block {
            Block::Text(text) => session.say(text)?,
            Block::Items(items) => {
                for item in items {
                    session.say(&format!("  • {item}"))?;
                }
            }
            Block::Table {
                header,
                rows,
                right,
            } => {
                let mut shown = table::with_header(session.terminal, header.clone());
                for row in rows {
                    shown.add_row(row.clone());
                }
                for column in right {
                    table::align_right(&mut shown, *column);
                }
                session.line(&table::text(&mut shown))?;
            }
            Block::Figure { .. } => {}
        }
    }
    Ok(())
}
