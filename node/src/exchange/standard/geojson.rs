//! GeoJSON (RFC 7946), coming in: the properties of a feature, and its point.

use serde_json::{Map, Value as Json};

use super::landing::{Landed, text};
use crate::exchange::row_error::RowProblem;

pub(super) fn land(object: &Map<String, Json>) -> Result<Landed, RowProblem> {
    let Some(properties) = object.get("properties").and_then(Json::as_object) else {
        return Err(RowProblem::MissingValue {
            field: "properties".to_owned(),
        });
    };
    let mut landed = Landed::default();
    for (name, value) in properties {
        landed.put(name, &format!("properties/{name}"), value.clone());
    }
    let id = object.get("id");
    landed.id = id.and_then(Json::as_str).map(str::to_owned);
    if landed.id.is_none()
        && let Some(Json::Number(number)) = id
    {
        // A number is no identity of ours, but the source's own.
        landed.put("source_id", "id", number.to_string().into());
    }
    // The middle of a commune is no address.
    let is_exact = text(properties, "geometry_precision").is_none_or(|word| word == "address");
    landed
        .cells
        .retain(|cell| cell.field != "geometry_precision");
    let geometry = object.get("geometry").and_then(Json::as_object);
    if let Some(geometry) = geometry
        && is_exact
        && text(geometry, "type") == Some("Point")
        && let Some([longitude, latitude, ..]) = geometry
            .get("coordinates")
            .and_then(Json::as_array)
            .map(Vec::as_slice)
    {
        landed.put("latitude", "geometry/coordinates/1", latitude.clone());
        landed.put("longitude", "geometry/coordinates/0", longitude.clone());
    }
    Ok(landed)
}
