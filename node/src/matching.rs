//! What fits a project: structures that help, opportunities to take; and projects for an opportunity.
//!
//! Pure: scores what it is given. Which records are looked at is [`crate::node`]'s business, the
//! formulas are in docs/matching.md.
//!
//! - [`offer`] compares a project with an opportunity, criterion by criterion; [`gate`] says which
//!   kinds come into question at all.
//! - [`helper`] compares a project with a structure.
//! - [`zone`] measures how far a place is from the zones that a project names.
//! - [`best`] finds the few best of many without comparing all in full.

pub mod best;
pub mod gate;
pub mod helper;
pub mod offer;
pub mod zone;

/// Matches below this are hidden, of 100.
pub const LEAST_SCORE: f64 = 40.0;

/// The most opportunities or projects shown.
pub const MOST_OFFERS: usize = 10;

/// The most structures shown.
pub const MOST_HELPERS: usize = 3;

/// A share between 0 and 1 that falls in a straight line from 1 at `best` to 0 at `worst`.
pub(crate) fn falling(value: f64, best: f64, worst: f64) -> f64 {
    if value <= best {
        1.0
    } else if value >= worst {
        0.0
    } else {
        (worst - value) / (worst - best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_falls_in_a_straight_line() {
        assert_eq!(falling(3.0, 10.0, 40.0), 1.0);
        assert_eq!(falling(10.0, 10.0, 40.0), 1.0);
        assert_eq!(falling(25.0, 10.0, 40.0), 0.5);
        assert_eq!(falling(40.0, 10.0, 40.0), 0.0);
        assert_eq!(falling(99.0, 10.0, 40.0), 0.0);
    }
}
