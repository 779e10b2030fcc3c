//! The durable store of journals.
