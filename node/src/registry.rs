//! What the network shares: collections, fields, values and their rules.
//!
//! Pure: knows nothing of store, network, view or synchronisation. One declaration per collection
//! (in [`collections`]) gives validation, labels, columns, CSV headers, help and the dictionary.
//!
//! - Text from people and files becomes a [`Value`] through [`Column::parse`] or [`parse_value`],
//!   JSON through [`Column::from_json`]; the way back is [`to_text`], [`to_json`], [`display()`].
//! - A whole record is checked, completed with defaults and adjusted by [`prepare_new`] and
//!   [`prepare_change`].
//! - The state machines are in [`opportunity`] and [`referral`].

pub mod attachment;
pub mod checklist;
pub mod collection;
pub mod collections;
pub mod column;
pub mod context;
pub mod derived;
pub mod dictionary;
pub mod display;
pub mod error;
pub mod field;
pub mod freshness;
pub mod json;
pub mod labels;
mod nearest;
pub mod opportunity;
pub mod paper;
pub mod parse;
pub mod prepare;
pub mod quality;
pub mod referral;
pub mod retention;
pub mod scope;
pub mod sealed;
pub mod value;
pub mod vocabulary;

pub use attachment::Attachment;
pub use collection::Collection;
pub use collections::{COLLECTIONS, collection, find_collection, find_field};
pub use column::{Column, Unit};
pub use context::{Commune, CommuneAnswer, Communes, Context, RecordAnswer, Records};
pub use display::{display, to_text};
pub use error::FieldError;
pub use field::{Field, FieldKind, Visibility};
pub use json::{record_to_json, to_json};
pub(crate) use nearest::nearest;
pub use parse::parse_value;
pub use prepare::{Prepared, prepare_change, prepare_new, prepare_past};
pub use scope::{MovedState, ScopeFields, scope_fields, territory_codes};
pub use value::{Fields, Value};
