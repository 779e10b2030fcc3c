//! What the network shares: collections, fields, values and their rules.
//!
//! Pure: knows nothing of store, network, view or synchronisation. One declaration per collection
//! gives validation, labels, columns, CSV headers, help and the dictionary.

pub mod collection;
pub mod field;
pub mod value;

pub use collection::Collection;
pub use field::{Field, FieldKind, Visibility};
pub use value::{Fields, Value};
