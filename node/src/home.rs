//! A node's directory: keys, settings, lock, outbox.
