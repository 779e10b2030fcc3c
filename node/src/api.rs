//! The one HTTP and JSON door to a node.
