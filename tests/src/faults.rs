//! What the fault programs are told from outside: how long, from which seed, on which engine.

use capactif_node::store::EngineKind;

/// A number given in the environment.
///
/// # Panics
/// If it is none.
#[must_use]
pub fn number<T: std::str::FromStr>(variable: &str, otherwise: T) -> T {
    let given = std::env::var(variable).ok();
    given.map_or(otherwise, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is not a number"))
    })
}

/// The seed given as `CAPACTIF_TEST_SEED`, else another each time. Whoever draws from it prints it.
///
/// # Panics
/// If it is no number.
#[must_use]
pub fn seed() -> u64 {
    number("CAPACTIF_TEST_SEED", fastrand::u64(..))
}

/// The engines to run on: the one named in `CAPACTIF_TEST_STORE`, else all.
#[must_use]
pub fn engines() -> Vec<String> {
    match std::env::var("CAPACTIF_TEST_STORE") {
        Ok(engine) => vec![engine],
        Err(_) => EngineKind::ALL.map(|kind| kind.name().to_owned()).to_vec(),
    }
}
