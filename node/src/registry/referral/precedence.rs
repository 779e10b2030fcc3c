//! How concurrent states of one referral settle: one total precedence, the same on every node.
//!
//! A state that causally follows another replaces it, whatever their ranks; that is how reopening
//! counts, and why it does not where somebody closed the referral without knowing of it. Among those
//! that remain the highest rank wins. Two nodes that said the same do not conflict; two that said
//! different things are shown to people for review.

use super::Status;

/// What concurrent states come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The state that counts.
    pub status: Status,
    /// Whether different states were concurrent, so that people should look at it.
    pub review: bool,
}

/// The rank of a state under concurrency, the highest winning.
const fn rank(status: Status) -> u8 {
    match status {
        Status::HolderWithdrew => 13,
        Status::Done => 12,
        Status::DoneNoHelp => 11,
        Status::Unreachable => 10,
        Status::InProgress => 9,
        Status::Accepted => 8,
        Status::Waitlisted => 7,
        Status::Rerouted => 6,
        Status::Declined => 5,
        Status::Withdrawn => 4,
        Status::MoreInfo => 3,
        Status::Received => 2,
        Status::Sent => 1,
        Status::Draft => 0,
    }
}

/// Settles the states written in `values`, where `follows(later, earlier)` tells, by their places,
/// whether one was written in knowledge of the other; none of nothing.
///
/// `values` may be the concurrent ones only (then nothing follows anything) or a whole history.
#[must_use]
pub fn settle(values: &[Status], follows: &dyn Fn(usize, usize) -> bool) -> Option<Settlement> {
    let replaced = |at: usize| (0..values.len()).any(|other| other != at && follows(other, at));
    let standing: Vec<Status> = values
        .iter()
        .enumerate()
        .filter(|(at, _)| !replaced(*at))
        .map(|(_, status)| *status)
        .collect();
    let status = standing
        .iter()
        .copied()
        .max_by_key(|status| rank(*status))?;
    let review = standing.iter().any(|other| *other != status);
    Some(Settlement { status, review })
}

#[cfg(test)]
mod tests {
    use super::*;

    const APART: &dyn Fn(usize, usize) -> bool = &|_, _| false;

    #[test]
    fn the_precedence_is_total_and_as_written() {
        let order = [
            "holder_withdrew",
            "done",
            "done_no_help",
            "unreachable",
            "in_progress",
            "accepted",
            "waitlisted",
            "rerouted",
            "declined",
            "withdrawn",
            "more_info",
            "received",
            "sent",
            "draft",
        ]
        .map(|code| Status::from_code(code).unwrap());
        for (place, winner) in order.iter().enumerate() {
            for loser in &order[place + 1..] {
                for pair in [[*winner, *loser], [*loser, *winner]] {
                    let settled = settle(&pair, APART).unwrap();
                    assert_eq!(
                        settled,
                        Settlement {
                            status: *winner,
                            review: true
                        }
                    );
                }
            }
        }
    }

    #[test]
    fn equal_states_are_no_conflict() {
        let settled = settle(&[Status::Done, Status::Done], APART).unwrap();
        assert_eq!(
            settled,
            Settlement {
                status: Status::Done,
                review: false
            }
        );
        assert_eq!(settle(&[], APART), None);
    }

    #[test]
    fn reopening_counts_where_it_follows_the_close() {
        let history = [Status::Unreachable, Status::Received];
        let settled = settle(&history, &|later, earlier| later == 1 && earlier == 0).unwrap();
        assert_eq!(
            settled,
            Settlement {
                status: Status::Received,
                review: false
            }
        );
    }

    #[test]
    fn reopening_does_not_undo_a_close_it_did_not_know_of() {
        let history = [Status::Unreachable, Status::Received, Status::Done];
        let settled = settle(&history, &|later, earlier| later == 1 && earlier == 0).unwrap();
        assert_eq!(
            settled,
            Settlement {
                status: Status::Done,
                review: true
            }
        );
    }
}
