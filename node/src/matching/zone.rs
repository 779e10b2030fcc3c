//! Zones that projects and structures name (`insee:63003`, `epci:200070761`, `dept:63`): how far a
//! place is from them, and how closely two of them meet.

use crate::territory::distance::EARTH_RADIUS_KM;
use crate::territory::{Commune, France, Point, Territory, distance_km};

/// One zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone<'a> {
    /// A commune, by its code.
    Commune(&'a str),
    /// A community of communes, by its SIREN.
    Epci(&'a str),
    /// A department, by its code.
    Department(&'a str),
}

impl<'a> Zone<'a> {
    /// Reads `insee:63003`, `epci:200070761` or `dept:63`; a closed code stands for its successor.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let (kind, code) = text.split_once(':')?;
        match kind {
            "insee" => {
                let today = France::embedded().successor(code);
                Some(Self::Commune(today.unwrap_or(code)))
            }
            "epci" => Some(Self::Epci(code)),
            "dept" => Some(Self::Department(code)),
            _ => None,
        }
    }

    /// How precise it is.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Commune(_) => Level::Commune,
            Self::Epci(_) => Level::Epci,
            Self::Department(_) => Level::Department,
        }
    }

    fn holds(self, commune: &Commune) -> bool {
        match self {
            Self::Commune(code) => commune.code == code,
            Self::Epci(siren) => commune.epci == siren,
            Self::Department(code) => commune.department == code,
        }
    }

    /// Whether it has a place in common with another. Of two communities or departments these are
    /// the same ones: an intercommunality may lie in two departments.
    fn meets(self, other: Zone<'_>, territory: &Territory) -> bool {
        match (self, other) {
            (Zone::Commune(code), zone) | (zone, Zone::Commune(code)) => {
                holds_code(zone, code, territory)
            }
            (Zone::Epci(one), Zone::Epci(other)) => one == other,
            (Zone::Department(one), Zone::Department(other)) => one == other,
            (Zone::Epci(_), Zone::Department(_)) | (Zone::Department(_), Zone::Epci(_)) => {
                let mut communes = territory.communes().iter();
                communes.any(|commune| self.holds(commune) && other.holds(commune))
            }
        }
    }
}

/// How precisely a structure says where it works, the most precise last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// By department.
    Department,
    /// By community of communes.
    Epci,
    /// By commune.
    Commune,
}

impl Level {
    /// Its code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Epci => "epci",
            Self::Commune => "commune",
        }
    }
}

/// Whether a zone holds the commune of this code, of the territory or elsewhere in France.
#[must_use]
pub fn holds_code(zone: Zone<'_>, code: &str, territory: &Territory) -> bool {
    if let Some(commune) = territory.current(code) {
        return zone.holds(commune) || zone == Zone::Commune(code);
    }
    match zone {
        Zone::Commune(other) => other == code,
        Zone::Department(department) => {
            let commune = France::embedded().commune(code);
            commune.is_some_and(|commune| commune.department == department)
        }
        Zone::Epci(_) => false,
    }
}

/// The most precise of `zones` that meets one of `wanted`.
pub fn closest<'z>(
    zones: impl Iterator<Item = Zone<'z>>,
    wanted: &[Zone<'_>],
    territory: &Territory,
) -> Option<Level> {
    let meets = |zone: &Zone<'_>| wanted.iter().any(|other| zone.meets(*other, territory));
    zones.filter(meets).map(Zone::level).max()
}

/// How far places are from zones: made once for many places.
#[derive(Clone, Debug)]
pub struct Reach<'z> {
    zones: Vec<Zone<'z>>,
    /// The centroids of the zones' communes.
    centroids: Vec<Point>,
    territory: &'z Territory,
}

/// How far a place is: nearer ones are less.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Apart {
    /// Decides which of several is the nearest.
    rough: f64,
    /// In kilometres.
    pub km: f64,
}

impl<'z> Reach<'z> {
    /// Of these zones.
    #[must_use]
    pub fn new(zones: Vec<Zone<'z>>, territory: &'z Territory) -> Self {
        let communes = territory.communes().iter();
        let held = communes.filter(|commune| zones.iter().any(|zone| zone.holds(commune)));
        Self {
            centroids: held.map(|commune| commune.centroid).collect(),
            zones,
            territory,
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zones.is_empty()
    }

    /// How far a place is from the nearest of the zones; none if nothing can be measured.
    ///
    /// A place within a zone is at no distance from it, whatever its coordinates. Else it is
    /// measured from the place, or its commune's centroid, to the nearest centroid of the zone's
    /// communes.
    #[must_use]
    pub fn of(&self, code: &str, point: Option<Point>) -> Option<Apart> {
        let within = |zone: &Zone<'_>| match zone {
            // Its own coordinates tell more than its commune's.
            Zone::Commune(_) if point.is_some() => false,
            _ => holds_code(*zone, code, self.territory),
        };
        if self.zones.iter().any(within) {
            return Some(Apart {
                rough: 0.0,
                km: 0.0,
            });
        }
        let centroid = || Some(self.territory.current(code)?.centroid);
        let from = point.or_else(centroid)?;
        // The square of the distance as on a flat map tells which of several is the nearest.
        let scale = EARTH_RADIUS_KM.to_radians();
        let eastward = from.latitude.to_radians().cos();
        let mut nearest: Option<(f64, Point)> = None;
        for centroid in &self.centroids {
            let north = centroid.latitude - from.latitude;
            let east = (centroid.longitude - from.longitude) * eastward;
            let rough = (north * scale).powi(2) + (east * scale).powi(2);
            if nearest.is_none_or(|(least, _)| rough < least) {
                nearest = Some((rough, *centroid));
            }
        }
        nearest.map(|(rough, centroid)| Apart {
            rough,
            km: distance_km(from, centroid),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ambert, and Thiers, 38 km away.
    const AMBERT: &str = "63003";
    const THIERS: &str = "63430";
    const ALF: &str = "200070761";

    fn km(zones: &[&str], code: &str) -> Option<f64> {
        let zones: Vec<Zone<'_>> = zones.iter().filter_map(|it| Zone::parse(it)).collect();
        let apart = Reach::new(zones, Territory::embedded()).of(code, None);
        apart.map(|it| it.km)
    }

    #[test]
    fn a_place_in_a_zone_is_at_no_distance() {
        assert_eq!(km(&["insee:63003"], AMBERT), Some(0.0));
        assert_eq!(km(&["epci:200070761"], AMBERT), Some(0.0));
        assert_eq!(km(&["dept:63"], THIERS), Some(0.0));
        // Outside the territory too.
        assert_eq!(km(&["dept:69"], "69123"), Some(0.0));
    }

    #[test]
    fn elsewhere_the_nearest_commune_of_a_zone_counts() {
        let apart = km(&["insee:63003"], THIERS).unwrap();
        assert!((apart - 38.0).abs() < 0.5, "{apart}");
        let to_epci = km(&["epci:200070761"], THIERS).unwrap();
        assert!(to_epci > 0.0 && to_epci < apart, "{to_epci}");
        let nearest = km(&["insee:63003", "insee:63430"], THIERS);
        assert_eq!(nearest, Some(0.0));
        assert_eq!(km(&["insee:69123"], THIERS), None);
        assert_eq!(km(&[], THIERS), None);
        let from = Territory::embedded().commune(THIERS).unwrap().centroid;
        let ambert = Reach::new(vec![Zone::Commune(AMBERT)], Territory::embedded());
        let by_point = ambert.of(AMBERT, Some(from)).unwrap();
        assert!((by_point.km - apart).abs() < 1e-9);
    }

    #[test]
    fn the_nearest_of_several_zones_is_as_far_as_all_of_them_together() {
        let territory = Territory::embedded();
        let all = ["insee:63003", "epci:200070761", "insee:42114", "dept:69"];
        let parsed = |text: &&'static str| Zone::parse(text);
        for commune in territory.communes() {
            let each = all.iter().filter_map(|zone| {
                let one = Reach::new(parsed(zone).into_iter().collect(), territory);
                one.of(&commune.code, None)
            });
            let nearest = each.min_by(|a, b| a.partial_cmp(b).unwrap());
            let together = Reach::new(all.iter().filter_map(parsed).collect(), territory);
            assert_eq!(
                nearest,
                together.of(&commune.code, None),
                "{}",
                commune.code
            );
        }
    }

    #[test]
    fn the_most_precise_zone_that_meets_counts() {
        let territory = Territory::embedded();
        let level = |zones: &[&'static str], wanted: &[&'static str]| {
            let wanted: Vec<Zone<'_>> = wanted.iter().filter_map(|it| Zone::parse(it)).collect();
            let zones = zones.iter().filter_map(|it| Zone::parse(it));
            closest(zones, &wanted, territory)
        };
        assert_eq!(
            level(&["dept:63"], &["insee:63003"]),
            Some(Level::Department)
        );
        assert_eq!(
            level(&["dept:63", "epci:200070761"], &["insee:63003"]),
            Some(Level::Epci)
        );
        assert_eq!(
            level(&["insee:63003"], &["epci:200070761"]),
            Some(Level::Commune)
        );
        assert_eq!(level(&["epci:200070761"], &["dept:63"]), Some(Level::Epci));
        assert_eq!(level(&["insee:63430"], &["insee:63003"]), None);
        assert_eq!(level(&["dept:69"], &["epci:200070761"]), None);
        assert_eq!(Zone::parse("region:84"), None);
        // Jeansagnière became a part of Chalmazel-Jeansagnière.
        assert_eq!(Zone::parse("insee:42114"), Some(Zone::Commune("42039")));
        assert_eq!(territory.commune(AMBERT).unwrap().epci, ALF);
    }
}
