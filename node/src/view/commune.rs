//! Communes beside the records, so that places can be compared and joined.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use sync_protocol::time::Timestamp;

use super::analysis::fold;
use super::error::ViewError;
use crate::paris;
use crate::territory::distance::EARTH_RADIUS_KM;
use crate::territory::{Point, distance_km};

/// A commune as the read model needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Commune {
    /// INSEE code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Latitude of the centroid, in degrees.
    pub latitude: f64,
    /// Longitude of the centroid, in degrees.
    pub longitude: f64,
    /// SIREN of its intermunicipal body, where known.
    pub epci: Option<String>,
}

/// Kilometres in one degree of latitude.
pub(crate) const KM_PER_DEGREE: f64 = EARTH_RADIUS_KM * std::f64::consts::PI / 180.0;

/// Replaces the table of communes.
pub(crate) fn fill(connection: &Connection, communes: &[Commune]) -> Result<(), ViewError> {
    connection.execute("DELETE FROM commune", [])?;
    let mut insert = connection.prepare(
        "INSERT OR REPLACE INTO commune (code, name, folded, latitude, longitude, epci) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for commune in communes {
        insert.execute(rusqlite::params![
            commune.code,
            commune.name,
            fold(&commune.name),
            commune.latitude,
            commune.longitude,
            commune.epci,
        ])?;
    }
    Ok(())
}

const fn point(latitude: f64, longitude: f64) -> Point {
    Point {
        latitude,
        longitude,
    }
}

/// Makes `fold(text)`, `distance_km(lat, lon, lat, lon)` and `day_in_paris(milliseconds)` callable
/// from SQL.
pub(crate) fn register_functions(connection: &Connection) -> Result<(), ViewError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("fold", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| fold(&text)))
    })?;
    connection.create_scalar_function("day_in_paris", 1, flags, |context| {
        let time = context.get::<Option<i64>>(0)?;
        let time = time.map(|it| Timestamp(u64::try_from(it).unwrap_or(0)));
        Ok(time.map(|it| paris::day(it).to_string()))
    })?;
    connection.create_scalar_function("distance_km", 4, flags, |context| {
        let points: [Option<f64>; 4] = [
            context.get(0)?,
            context.get(1)?,
            context.get(2)?,
            context.get(3)?,
        ];
        Ok(match points {
            [Some(a), Some(b), Some(c), Some(d)] => Some(distance_km(point(a, b), point(c, d))),
            _ => None,
        })
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_great_circle() {
        let ambert = point(45.5494, 3.7417);
        let thiers = point(45.8562, 3.5477);
        assert!((distance_km(ambert, thiers) - 37.3).abs() < 0.3);
        assert!(distance_km(ambert, ambert).abs() < 1e-9);
    }
}
