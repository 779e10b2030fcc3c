//! capactif.
fn main() {}
