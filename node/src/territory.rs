//! Communes and distances.
