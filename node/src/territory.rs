//! Communes, their groupings and their distances: the ground the registry stands on.
//!
//! Two tables. [`Territory`] is the network's own ground: every commune with its postal codes,
//! population, intercommunality and centroid; a file can replace it. [`France`] is every commune
//! code of the country, with the code that stands for it today: a seat or an origin may lie
//! anywhere, and codes change. Sources and licences: docs/data.md.

pub mod commune;
pub mod distance;
pub mod find;
pub mod france;
pub mod name;
pub mod table;
pub mod zone;

pub use commune::{Commune, Epci, Point};
pub use distance::distance_km;
pub use find::{Candidate, FindError, Located};
pub use france::{France, FrenchCommune};
pub use table::{Territory, TerritoryError};
