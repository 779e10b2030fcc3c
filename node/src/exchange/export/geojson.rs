//! GeoJSON (RFC 7946): a feature a record, with a point where one is known.
//!
//! Members get the address point where the record has one. The public gets it only where the
//! record says `exact`; otherwise the middle of the commune or of the intercommunality. The
//! property `geometry_precision` says which it is: a point in the middle of a commune would else
//! be taken for an address.

use std::io::Write;

use serde_json::{Value as Json, json};

use super::{Audience, ExportedRecord, Precision};
use crate::exchange::error::ExportError;
use crate::registry::{Collection, Fields, Value, record_to_json};
pub use crate::territory::Point;

/// Where communes lie.
pub trait Places {
    /// The middle of a commune, by INSEE code.
    fn commune(&self, insee_code: &str) -> Option<Point>;

    /// The middle of the intercommunality that a commune belongs to, by the commune's INSEE code.
    fn epci_of(&self, insee_code: &str) -> Option<Point>;
}

/// Writes records as one feature collection, and returns how many.
///
/// # Errors
/// The writer fails.
pub fn write_geojson(
    mut out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    audience: Audience,
    places: &dyn Places,
) -> Result<u64, ExportError> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    let mut count = 0;
    for record in records {
        out.write_all(if count == 0 { b"\n" } else { b",\n" })?;
        let visible = audience.visible(collection, &record.fields);
        let mut properties = record_to_json(collection, &visible);
        properties.insert("collection".to_owned(), collection.name.into());
        properties.insert("owner".to_owned(), record.owner.into());
        let geometry = match position(&record.fields, audience, places) {
            Some((point, precision)) => {
                properties.insert("geometry_precision".to_owned(), precision.into());
                let coordinates = [rounded(point.longitude), rounded(point.latitude)];
                json!({"type": "Point", "coordinates": coordinates})
            }
            None => Json::Null,
        };
        let feature = json!({
            "type": "Feature",
            "id": record.id,
            "geometry": geometry,
            "properties": properties,
        });
        serde_json::to_writer(&mut out, &feature).map_err(std::io::Error::from)?;
        count += 1;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()?;
    Ok(count)
}

/// Where a record is, as closely as these people may know, and how closely that is.
pub(super) fn position(
    fields: &Fields,
    audience: Audience,
    places: &dyn Places,
) -> Option<(Point, &'static str)> {
    let precision = match audience {
        Audience::Network => Precision::Exact,
        Audience::Public => Precision::of(fields),
    };
    let exact = || {
        let (latitude, longitude) = (degrees(fields, "latitude")?, degrees(fields, "longitude")?);
        Some((
            Point {
                latitude,
                longitude,
            },
            "address",
        ))
    };
    let commune = match fields.get("insee_code") {
        Some(Value::Text(code)) => Some(code),
        _ => None,
    };
    let in_commune = || Some((places.commune(commune?)?, "commune"));
    match precision {
        Precision::Exact => exact().or_else(in_commune),
        Precision::Commune => in_commune(),
        Precision::Epci => Some((places.epci_of(commune?)?, "epci")),
    }
}

fn degrees(fields: &Fields, name: &str) -> Option<f64> {
    match fields.get(name)? {
        Value::Decimal(number) => Some(*number),
        Value::Integer(number) => i32::try_from(*number).ok().map(f64::from),
        Value::Text(_) | Value::Flag(_) | Value::Set(_) => None,
    }
}

/// Six decimals are ten centimetres; RFC 7946, section 11.2, advises against more.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}
