//! What was measured while the demonstration played.

use serde_json::{Value, json};

/// Scenes and exchanges, in the order they came.
#[derive(Debug, Default)]
pub(super) struct Figures {
    scenes: Vec<(&'static str, f64)>,
    pub(super) exchanges: Vec<Exchange>,
}

/// One reconciliation of a node that was started for it alone.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Exchange {
    /// Message that names it.
    pub(super) label: &'static str,
    pub(super) entries_received: u64,
    pub(super) entries_sent: u64,
    pub(super) bytes_received: u64,
    pub(super) bytes_sent: u64,
    pub(super) round_trips: u64,
    pub(super) seconds: f64,
}

impl Exchange {
    /// What `sync` answered about its peers, together.
    pub(super) fn of(label: &'static str, answer: &Value) -> Self {
        let peers = answer["peers"].as_array().map_or(&[][..], Vec::as_slice);
        let sum = |name: &str| peers.iter().filter_map(|peer| peer[name].as_u64()).sum();
        let seconds = peers.iter().filter_map(|peer| peer["seconds"].as_f64());
        Self {
            label,
            entries_received: sum("entries_received"),
            entries_sent: sum("entries_sent"),
            bytes_received: sum("bytes_received"),
            bytes_sent: sum("bytes_sent"),
            round_trips: sum("round_trips"),
            seconds: seconds.fold(0.0, f64::max),
        }
    }

    fn json(&self) -> Value {
        json!({
            "name": bare(self.label),
            "entries_received": self.entries_received,
            "entries_sent": self.entries_sent,
            "bytes_received": self.bytes_received,
            "bytes_sent": self.bytes_sent,
            "round_trips": self.round_trips,
            "seconds": self.seconds,
        })
    }
}

impl Figures {
    /// Counts a scene in; returns its number.
    pub(super) fn begin_scene(&mut self, key: &'static str) -> usize {
        self.scenes.push((key, 0.0));
        self.scenes.len()
    }

    /// How long the scene took.
    pub(super) fn end_scene(&mut self, seconds: f64) {
        if let Some((_, taken)) = self.scenes.last_mut() {
            *taken = seconds;
        }
    }

    /// Scenes and exchanges for scripts.
    pub(super) fn json(&self) -> (Value, Value) {
        let scenes: Vec<Value> = self
            .scenes
            .iter()
            .map(|(key, seconds)| json!({ "name": bare(key), "seconds": seconds }))
            .collect();
        let exchanges: Vec<Value> = self.exchanges.iter().map(Exchange::json).collect();
        (json!(scenes), json!(exchanges))
    }
}

/// The name for scripts that a message's key holds.
fn bare(key: &str) -> String {
    let name = key
        .trim_start_matches("demo-")
        .trim_start_matches("exchange-");
    name.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exchange_adds_up_its_peers() {
        let answer = json!({ "peers": [
            { "entries_received": 2, "bytes_sent": 100, "round_trips": 1, "seconds": 0.5 },
            { "entries_received": 1, "bytes_sent": 20, "round_trips": 2, "seconds": 0.1 },
        ]});
        let exchange = Exchange::of("demo-exchange-first-desk", &answer);
        assert_eq!((exchange.entries_received, exchange.bytes_sent), (3, 120));
        assert_eq!((exchange.round_trips, exchange.entries_sent), (3, 0));
        assert!((exchange.seconds - 0.5).abs() < f64::EPSILON);
        assert_eq!(exchange.json()["name"], "first_desk");
    }
}
