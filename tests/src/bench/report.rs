//! One line of JSON a row: figures with their spread, floors, ratios.

use serde_json::{Map, Value, json};

/// What a row measured.
#[derive(Clone, Debug)]
pub struct Row {
    name: &'static str,
    records: usize,
    facts: Map<String, Value>,
    figures: Map<String, Value>,
    floors: Map<String, Value>,
    ratios: Map<String, Value>,
}

impl Row {
    /// A row without figures yet.
    #[must_use]
    pub fn new(name: &'static str, records: usize) -> Self {
        Self {
            name,
            records,
            facts: Map::new(),
            figures: Map::new(),
            floors: Map::new(),
            ratios: Map::new(),
        }
    }

    /// Something that is so, rather than measured.
    pub fn fact(&mut self, name: &str, value: impl Into<Value>) {
        self.facts.insert(name.to_owned(), value.into());
    }

    /// A figure measured once or several times.
    pub fn figure(&mut self, name: &str, samples: &Samples) {
        self.figures.insert(name.to_owned(), samples.spread());
    }

    /// A figure measured so often that its tail counts.
    pub fn latency(&mut self, name: &str, samples: &Samples) {
        self.figures.insert(name.to_owned(), samples.percentiles());
    }

    /// What the figures are held against.
    pub fn floor(&mut self, name: &str, samples: &Samples) {
        self.floors.insert(name.to_owned(), samples.spread());
    }

    /// A figure over its floor, from the medians.
    pub fn ratio(&mut self, name: &str, figure: f64, floor: f64) {
        let ratio = if floor > 0.0 {
            json!(rounded(figure / floor))
        } else {
            Value::Null
        };
        self.ratios.insert(name.to_owned(), ratio);
    }

    /// The line.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "row": self.name,
            "records": self.records,
            "facts": self.facts,
            "figures": self.figures,
            "floors": self.floors,
            "ratios": self.ratios,
        })
    }
}

/// Values of one figure, measured again and again.
#[derive(Clone, Debug, Default)]
pub struct Samples(Vec<f64>);

impl Samples {
    /// One measurement more.
    pub fn add(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle value; 0 without any.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    fn at(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let place = (sorted.len().saturating_sub(1)) as f64 * share;
        sorted.get(place.round() as usize).copied().unwrap_or(0.0)
    }

    fn spread(&self) -> Value {
        json!({
            "min": rounded(self.at(0.0)),
            "median": rounded(self.median()),
            "max": rounded(self.at(1.0)),
            "count": self.0.len(),
        })
    }

    fn percentiles(&self) -> Value {
        json!({
            "p50": rounded(self.median()),
            "p99": rounded(self.at(0.99)),
            "max": rounded(self.at(1.0)),
            "count": self.0.len(),
        })
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<T: IntoIterator<Item = f64>>(values: T) -> Self {
        Self(values.into_iter().collect())
    }
}

/// Four digits are more than any of these figures is worth.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10f64.powi(3 - value.abs().log10().floor() as i32);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_and_percentiles_are_those_of_the_sorted_values() {
        let samples: Samples = (1..=100).rev().map(f64::from).collect();
        assert_eq!(samples.spread()["median"], 51.0);
        assert_eq!(samples.percentiles()["p99"], 99.0);
        assert_eq!(samples.spread()["min"], 1.0);
        assert_eq!(Samples::default().median(), 0.0);
    }

    #[test]
    fn figures_are_told_to_four_digits() {
        assert_eq!(rounded(12_345.6), 12_350.0);
        assert_eq!(rounded(0.000_123_456), 0.000_123_5);
    }
}
