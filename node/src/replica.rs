//! Records as Automerge documents.
