//! Files people bring and take away: spreadsheets, delimited text, JSON, and published forms that
//! other programs read: data·inclusion, HSDS, CNIG, GeoJSON, Atom, iCalendar.
//!
//! Pure functions over bytes: no store, no view, no synchronisation. Reading goes in three steps,
//! each a module: `source` finds out what a file is and yields its rows, `columns` says which
//! column feeds which field, `import` turns rows into [`Fields`](crate::registry::Fields) and
//! tells every error with its line and column. What a text *means* (a date, a commune, an amount)
//! is the registry's business: it comes in through [`Schema`].
//!
//! Whatever the bytes, reading never panics and its memory stays within [`Limits`].

mod building;
mod cells;
mod columns;
mod delimiter;
mod encoding;
mod error;
mod export;
mod guard;
mod import;
mod json_items;
mod json_lines;
mod limits;
mod lines;
mod mapping;
mod notice;
mod records;
mod report;
mod row_error;
mod schema;
mod source;
mod standard;
mod window;
mod workbook;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use columns::Column;
pub use error::{Args, ExportError, FileError};
pub use export::{
    Audience, CsvStyle, ExportedRecord, Named, Places, Point, Publisher, SiteClass, Surroundings,
    Town, Written, begins_with, is_offered, uuid_of, write_atom, write_csv, write_data_inclusion,
    write_geojson, write_hsds, write_icalendar, write_json_lines, write_sites,
};
pub use import::{check_mapping, import, preview};
pub use limits::Limits;
pub use mapping::Mapping;
pub use notice::Notice;
pub use report::{ImportedRow, Options, Report};
pub use row_error::{CellError, RowError, RowProblem};
pub use schema::{ColumnTarget, ParseCell, Schema};
pub use source::{Detected, Encoding, Format};
pub use standard::Standard;
