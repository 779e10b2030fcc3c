//! Published forms are told apart, and land where they belong.
