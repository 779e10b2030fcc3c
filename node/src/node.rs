//! One node over one home directory.
