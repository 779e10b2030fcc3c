//! One field's value, as every room of the node passes it on.

use std::collections::{BTreeMap, BTreeSet};

/// A stored value.
///
/// Dates are ISO 8601 text, amounts are whole cents. A list is a set: order carries no meaning and
/// two people adding to it at once both succeed.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, a code, a date, or the identity of another record.
    Text(String),
    /// A whole number; cents for amounts.
    Integer(i64),
    /// A decimal number.
    Decimal(f64),
    /// Yes or no.
    Flag(bool),
    /// Several texts without order; never empty (an empty list is an absent field).
    Set(BTreeSet<String>),
}

/// A record's values by field name; absent fields are not there.
///
/// Names that this version does not know are kept: a newer node may have written them.
pub type Fields = BTreeMap<String, Value>;
