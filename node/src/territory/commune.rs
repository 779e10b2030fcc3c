//! One commune of the territory, and the intercommunality it belongs to.

/// A point on the Earth, in WGS84 degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A commune of the territory.
#[derive(Clone, Debug, PartialEq)]
pub struct Commune {
    /// INSEE code: `63003`.
    pub code: String,
    /// Official name, with its article: `Le Puy-en-Velay`.
    pub name: String,
    /// Department code: `63`.
    pub department: String,
    /// Postal codes; several places of one commune may have different ones.
    pub postal_codes: Vec<String>,
    /// Inhabitants.
    pub population: u32,
    /// SIREN of its intercommunality.
    pub epci: String,
    /// Approximate centroid.
    pub centroid: Point,
}

/// An intercommunality (EPCI) of the territory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epci {
    /// SIREN: `200070761`.
    pub siren: String,
    /// Name: `CC Ambert Livradois Forez`.
    pub name: String,
    /// How many of its communes the table holds.
    pub communes: usize,
    /// Their inhabitants.
    pub population: u32,
}
