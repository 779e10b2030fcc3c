//! Great-circle distances.

use super::commune::Point;

/// Mean radius of the Earth (IUGG R1), in kilometres.
pub const EARTH_RADIUS_KM: f64 = 6_371.008_8;

/// Returns the great-circle distance between two points, in kilometres.
///
/// The haversine form stays exact for neighbouring points, where the plain cosine law rounds to
/// nothing.
#[must_use]
pub fn distance_km(a: Point, b: Point) -> f64 {
    let half_latitude = ((b.latitude - a.latitude).to_radians() / 2.0).sin();
    let half_longitude = ((b.longitude - a.longitude).to_radians() / 2.0).sin();
    let chord = half_latitude.powi(2)
        + a.latitude.to_radians().cos() * b.latitude.to_radians().cos() * half_longitude.powi(2);
    2.0 * EARTH_RADIUS_KM * chord.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AMBERT: Point = Point {
        latitude: 45.55,
        longitude: 3.74,
    };
    const THIERS: Point = Point {
        latitude: 45.856,
        longitude: 3.548,
    };

    #[test]
    fn ambert_is_some_37_km_from_thiers_both_ways() {
        let there = distance_km(AMBERT, THIERS);
        assert!((there - 37.2).abs() < 0.5, "{there}");
        assert_eq!(there, distance_km(THIERS, AMBERT));
    }

    #[test]
    fn a_place_is_at_no_distance_from_itself_and_antipodes_are_half_way_round() {
        assert_eq!(distance_km(AMBERT, AMBERT), 0.0);
        let antipode = Point {
            latitude: -45.55,
            longitude: 3.74 - 180.0,
        };
        assert!((distance_km(AMBERT, antipode) - 20_015.1).abs() < 1.0);
    }
}
