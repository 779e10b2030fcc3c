//! Zones as records name them: `insee:63003`, `epci:200070761`, `dept:63`.
//!
//! What an intercommunality consists of is known for those of the territory; of others only that each
//! is itself.

use super::commune::{Commune, Point};
use super::table::Territory;

impl Territory {
    /// Whether two zones have a commune in common, as far as the table knows.
    #[must_use]
    pub fn zones_overlap(&self, one: &str, other: &str) -> bool {
        if one == other {
            return true;
        }
        let (Some(one), Some(other)) = (Zone::read(one), Zone::read(other)) else {
            return false;
        };
        match (one, other) {
            (Zone::Commune(code), Zone::Department(department))
            | (Zone::Department(department), Zone::Commune(code)) => match self.commune(code) {
                Some(commune) => commune.department == department,
                None => code.starts_with(department),
            },
            (one, other) => self
                .communes()
                .iter()
                .any(|commune| one.holds(commune) && other.holds(commune)),
        }
    }

    /// The middle of a zone: its commune's centroid, or the mean of those of its communes, each counting
    /// as much as it has inhabitants; none of a zone that the table does not hold.
    #[must_use]
    pub fn middle_of(&self, zone: &str) -> Option<Point> {
        let zone = Zone::read(zone)?;
        if let Zone::Commune(code) = zone {
            return self.commune(code).map(|it| it.centroid);
        }
        let held = self.communes().iter().filter(|it| zone.holds(it));
        let (mut people, mut latitude, mut longitude) = (0.0, 0.0, 0.0);
        for commune in held {
            let weight = f64::from(commune.population.max(1));
            people += weight;
            latitude += weight * commune.centroid.latitude;
            longitude += weight * commune.centroid.longitude;
        }
        (people > 0.0).then(|| Point {
            latitude: latitude / people,
            longitude: longitude / people,
        })
    }
}

#[derive(Clone, Copy)]
enum Zone<'a> {
    Commune(&'a str),
    Epci(&'a str),
    Department(&'a str),
}

impl<'a> Zone<'a> {
    fn read(zone: &'a str) -> Option<Self> {
        match zone.split_once(':')? {
            ("insee", code) => Some(Self::Commune(code)),
            ("epci", siren) => Some(Self::Epci(siren)),
            ("dept", code) => Some(Self::Department(code)),
            _ => None,
        }
    }

    fn holds(self, commune: &Commune) -> bool {
        match self {
            Self::Commune(code) => commune.code == code,
            Self::Epci(siren) => commune.epci == siren,
            Self::Department(code) => commune.department == code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_overlap_where_they_share_a_commune() {
        let territory = Territory::embedded();
        let ambert = territory.commune("63003").unwrap();
        let epci = format!("epci:{}", ambert.epci);
        let overlaps = |one: &str, other: &str| {
            let there = territory.zones_overlap(one, other);
            assert_eq!(there, territory.zones_overlap(other, one), "{one} {other}");
            there
        };
        assert!(overlaps("insee:63003", &epci));
        assert!(overlaps("insee:63003", "dept:63"));
        assert!(overlaps(&epci, "dept:63"));
        assert!(!overlaps("insee:63003", "dept:42"));
        assert!(!overlaps("insee:63003", "insee:63430"));
        assert!(!overlaps("insee:63430", &epci));
        // Outside the table: by the beginning of the code.
        assert!(overlaps("insee:75056", "dept:75"));
        assert!(overlaps("epci:246900245", "epci:246900245"));
        assert!(!overlaps("somewhere", "dept:63"));
    }

    #[test]
    fn the_middle_of_a_commune_is_its_centroid_and_of_an_epci_among_its_communes() {
        let territory = Territory::embedded();
        let ambert = territory.commune("63003").unwrap();
        assert_eq!(territory.middle_of("insee:63003"), Some(ambert.centroid));
        let middle = territory
            .middle_of(&format!("epci:{}", ambert.epci))
            .unwrap();
        assert!(crate::territory::distance_km(middle, ambert.centroid) < 30.0);
        assert_eq!(territory.middle_of("insee:75056"), None);
        assert_eq!(territory.middle_of("63003"), None);
    }
}
