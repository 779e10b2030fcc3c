//! Drives synchronisation.
