//! The nodes of the demonstration.

/// A node: its folder, what people call it, and the structure it works for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Name of its home in the demonstration's folder.
    pub(super) folder: &'static str,
    /// Message that names it.
    pub(super) label: &'static str,
    /// Its structure, as the sample names it.
    pub(super) structure: &'static str,
    /// Code of the structure's kind.
    pub(super) kind: &'static str,
}

/// The park: founds the network, and its node is meant to be always on.
pub(super) const HUB: Place = Place {
    folder: "hub",
    label: "demo-place-hub",
    structure: "Parc naturel régional Livradois-Forez (exemple)",
    kind: "park",
};

/// The chamber of commerce.
pub(super) const CCI: Place = Place {
    folder: "cci",
    label: "demo-place-cci",
    structure: "CCI des Monts et de la Dore (exemple)",
    kind: "cci",
};

/// The chamber of agriculture.
pub(super) const AGRICULTURE: Place = Place {
    folder: "agriculture",
    label: "demo-place-agriculture",
    structure: "Chambre d'agriculture du Livradois (exemple)",
    kind: "chamber_agriculture",
};

/// The community of communes.
pub(super) const EPCI: Place = Place {
    folder: "epci",
    label: "demo-place-epci",
    structure: "CC Ambert Livradois Forez, service économique (exemple)",
    kind: "epci",
};

/// Its second computer.
pub(super) const EPCI_2: Place = Place {
    folder: "epci-2",
    label: "demo-place-epci-2",
    ..EPCI
};

/// The chamber of trades, which comes in as the fifth where the charter is shown.
pub(super) const CMA: Place = Place {
    folder: "cma",
    label: "demo-place-cma",
    structure: "Chambre de métiers du Livradois (exemple)",
    kind: "cma",
};

/// Those that the hub invites, in this order.
pub(super) const PARTNERS: [&Place; 3] = [&CCI, &AGRICULTURE, &EPCI];

/// The first node of every structure.
pub(super) const STRUCTURES: [&Place; 4] = [&HUB, &CCI, &AGRICULTURE, &EPCI];

/// Every node.
pub(super) const ALL: [&Place; 5] = [&HUB, &CCI, &AGRICULTURE, &EPCI, &EPCI_2];
