//! Records written as files: what they may show, and in which form.

use sync_protocol::time::Timestamp;

use crate::registry::{Collection, Field, FieldKind, Fields, Visibility};

mod atom;
mod csv;
mod data_inclusion;
mod geojson;
mod hsds;
mod icalendar;
mod json_lines;
mod json_list;
mod offered;
mod publisher;
mod services;
mod sites;

pub use atom::write_atom;
pub use csv::{CsvStyle, write_csv};
pub use data_inclusion::write_data_inclusion;
pub use geojson::{Places, Point, write_geojson};
pub use hsds::write_hsds;
pub use icalendar::write_icalendar;
pub use json_lines::write_json_lines;
pub use offered::is_offered;
#[cfg(test)]
pub(crate) use publisher::LEFT_OUT;
pub use publisher::{Named, Publisher, Surroundings, Town, Written, begins_with, uuid_of};
pub use sites::{SiteClass, write_sites};

/// One record on its way out.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportedRecord {
    /// Its identity, as people and scripts see it.
    pub id: String,
    /// The structure that answers for it, in the same form.
    pub owner: String,
    /// When it was created, as its author says.
    pub created: Timestamp,
    /// When it was last changed, as its author says.
    pub changed: Timestamp,
    /// Its values.
    pub fields: Fields,
}

/// Who a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Members of the network.
    Network,
    /// Everybody: open data.
    Public,
}

impl Audience {
    /// Whether these people see a field. Sealed ones go into no file: their few readers differ.
    #[must_use]
    pub fn sees(self, field: &Field) -> bool {
        match field.visibility {
            Visibility::Public => true,
            Visibility::Network => self == Self::Network,
            Visibility::Sealed => false,
        }
    }

    /// What these people see of a record.
    ///
    /// For the public, fields that this version does not know are left out, since nobody can say
    /// who may see them, and so is the commune where only the intercommunality is published.
    #[must_use]
    pub fn visible(self, collection: &Collection, fields: &Fields) -> Fields {
        let hides_commune = self == Self::Public && Precision::of(fields) == Precision::Epci;
        let mut visible = fields.clone();
        visible.retain(|name, _| match collection.field(name) {
            Some(field) if hides_commune && field.kind == FieldKind::Commune => false,
            Some(field) => self.sees(field) && field.kind != FieldKind::Derived,
            None => self == Self::Network,
        });
        visible
    }
}

/// How closely a record's place may be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Precision {
    Exact,
    Commune,
    Epci,
}

impl Precision {
    /// What the record itself says; the commune if it says nothing.
    fn of(fields: &Fields) -> Self {
        match fields.get("location_precision") {
            Some(crate::registry::Value::Text(text)) if text == "exact" => Self::Exact,
            Some(crate::registry::Value::Text(text)) if text == "epci" => Self::Epci,
            _ => Self::Commune,
        }
    }
}

#[cfg(test)]
mod tests;
