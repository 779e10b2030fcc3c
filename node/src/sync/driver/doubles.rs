//! Several connections with one peer, of which one is to stay.
//!
//! Both ends dial at once, a peer is known under two addresses, a race over its addresses has two
//! winners, or it was restarted and its old connection does not know yet. Who opened a connection
//! says which of these it is: it greets on it if it keeps it, and closes it else. So a connection
//! that arrives beside a standing one waits for its greeting, and changes nothing until then.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sync_protocol::admission::Exporter;
use sync_protocol::engine::{GREETING_TIMEOUT, SessionId};
use sync_protocol::id::NodeId;
use sync_protocol::time::Timestamp;

use crate::network::{CloseCode, ConnectionHandle, keeps_duplicate};
use crate::sync::link::Link;

use super::Driver;

/// How many connections of one peer may wait beside a standing one.
const MOST: usize = 4;
/// How long the far end may take to close one of two connections that both ends greeted on: a few
/// round trips, and never less than this.
const SHORTEST_GRACE: Duration = Duration::from_secs(1);
const ROUND_TRIPS: u32 = 4;

/// A connection that its opener may not keep.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) peer: NodeId,
    pub(super) exporter: Exporter,
    pub(super) link: Link,
    arrived: Instant,
    /// The greeting, and when it came.
    greeting: Option<(Instant, Vec<u8>)>,
}

/// What stands when a candidate is judged.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// Whether this node opened it.
    ours: bool,
    /// When the peer greeted on it.
    greeted: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Keep,
    Drop,
    Wait(Instant),
}

/// Judges a connection that the peer opened and greeted on at `greeting`; `lower` says whether this
/// node has the lower key, by which both ends know which of two to keep.
fn judge(
    standing: Option<Standing>,
    lower: bool,
    greeting: Instant,
    grace: Duration,
    now: Instant,
) -> Verdict {
    // The peer opened both, and greets on the one it keeps; or the peer's is to be kept anyway.
    let Some(standing) = standing.filter(|it| it.ours && lower) else {
        return Verdict::Keep;
    };
    // Both dialed at once, and the peer, too, will find that ours is to be kept; or it was
    // restarted since it greeted on ours, and will not.
    match standing.greeted {
        Some(at) if at > greeting => Verdict::Drop,
        Some(at) if greeting.duration_since(at) >= grace => Verdict::Keep,
        _ if now >= greeting + grace => Verdict::Keep,
        _ => Verdict::Wait(greeting + grace),
    }
}

/// Whether a connection that this node opened, having begun to dial at `began`, is dropped for one
/// that stands since `since`.
pub(super) fn yields(began: Timestamp, since: Timestamp, standing_ours: bool, lower: bool) -> bool {
    // What stood before may be dead: then this one is the only one. What came meanwhile lives.
    since >= began && (standing_ours || !lower)
}

fn grace(handle: &ConnectionHandle) -> Duration {
    (handle.stats().round_trip * ROUND_TRIPS).max(SHORTEST_GRACE)
}

impl Candidate {
    pub(super) fn new(peer: NodeId, exporter: Exporter, link: Link) -> Self {
        Self {
            peer,
            exporter,
            link,
            arrived: Instant::now(),
            greeting: None,
        }
    }

    fn verdict(&self, me: &NodeId, standing: Option<&Link>, now: Instant) -> Verdict {
        if !self.link.is_open() {
            return Verdict::Drop;
        }
        let Some((greeting, _)) = &self.greeting else {
            let until = self.arrived + GREETING_TIMEOUT;
            return if now >= until {
                Verdict::Drop
            } else {
                Verdict::Wait(until)
            };
        };
        let standing = standing.filter(|link| link.is_open()).map(|link| Standing {
            ours: link.initiated,
            greeted: link.greeted,
        });
        let lower = keeps_duplicate(me, &self.peer, true);
        judge(standing, lower, *greeting, grace(&self.link.handle), now)
    }
}

impl Driver {
    /// Takes in a connection that came beside a standing one.
    pub(super) fn wait_beside(&mut self, session: SessionId, candidate: Candidate) {
        let peer = candidate.peer;
        self.candidates.insert(session, candidate);
        let of_peer = || self.candidates.iter().filter(|(_, it)| it.peer == peer);
        let oldest = of_peer().next().map(|(id, _)| *id);
        if of_peer().count() > MOST
            && let Some(candidate) = oldest.and_then(|id| self.candidates.remove(&id))
        {
            candidate.drop_for_another();
        }
    }

    /// Keeps the greeting of a connection that waits; gives it back if none waits by that name.
    pub(super) fn greeted_beside(&mut self, session: SessionId, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let Some(candidate) = self.candidates.get_mut(&session) else {
            return Some(bytes);
        };
        candidate
            .greeting
            .get_or_insert_with(|| (Instant::now(), bytes));
        None
    }

    /// Judges the connections that wait beside others.
    pub(super) fn judge_doubles(&mut self) {
        let now = Instant::now();
        let waiting: Vec<SessionId> = self.candidates.keys().copied().collect();
        for session in waiting {
            let verdict = self.candidates.get(&session).map(|candidate| {
                let standing = self.standing_with(&candidate.peer);
                let link = standing.and_then(|(id, _)| self.links.get(&id));
                candidate.verdict(&self.me, link, now)
            });
            if matches!(verdict, None | Some(Verdict::Wait(_))) {
                continue;
            }
            let Some(candidate) = self.candidates.remove(&session) else {
                continue;
            };
            match (verdict, candidate.greeting) {
                (Some(Verdict::Keep), Some((_, greeting))) => {
                    self.dialer.connected(None, candidate.peer, None, now);
                    let link = candidate.link;
                    self.stand(session, candidate.peer, candidate.exporter, link);
                    self.frame(session, greeting);
                }
                (_, greeting) => Candidate {
                    greeting,
                    ..candidate
                }
                .drop_for_another(),
            }
        }
    }

    /// When a connection that waits is to be judged again.
    pub(super) fn next_verdict(&self) -> Option<Instant> {
        let now = Instant::now();
        let due = self.candidates.values().map(|candidate| {
            let standing = self.standing_with(&candidate.peer);
            let link = standing.and_then(|(id, _)| self.links.get(&id));
            match candidate.verdict(&self.me, link, now) {
                Verdict::Wait(until) => until,
                Verdict::Keep | Verdict::Drop => now,
            }
        });
        due.min()
    }
}

impl Candidate {
    fn drop_for_another(self) {
        let text = "another connection stands".into();
        self.link.close(CloseCode::Superseded, text);
    }
}

/// The connections that wait, by the name they will have.
pub(super) type Candidates = BTreeMap<SessionId, Candidate>;

#[cfg(test)]
mod tests {
    use super::*;

    const GRACE: Duration = Duration::from_secs(1);

    fn ours(greeted: Option<Instant>) -> Option<Standing> {
        let ours = true;
        Some(Standing { ours, greeted })
    }

    #[test]
    fn who_opened_both_says_by_its_greeting_which_it_keeps() {
        let now = Instant::now();
        for (lower, greeted) in [(true, None), (false, Some(now)), (true, Some(now))] {
            let ours = false;
            let theirs = Some(Standing { ours, greeted });
            assert_eq!(judge(theirs, lower, now, GRACE, now), Verdict::Keep);
        }
        assert_eq!(judge(None, true, now, GRACE, now), Verdict::Keep);
    }

    #[test]
    fn a_peer_that_was_restarted_replaces_its_dead_connection_at_once() {
        let start = Instant::now();
        let back = start + 2 * GRACE;
        for lower in [false, true] {
            let verdict = judge(ours(Some(start)), lower, back, GRACE, back);
            assert_eq!(verdict, Verdict::Keep);
        }
        // So soon it may also have dialed at the same time: not before the grace.
        let soon = start + GRACE / 2;
        let verdict = judge(ours(Some(start)), true, soon, GRACE, soon);
        assert_eq!(verdict, Verdict::Wait(soon + GRACE));
        let verdict = judge(ours(Some(start)), true, soon, GRACE, soon + GRACE);
        assert_eq!(verdict, Verdict::Keep);
    }

    #[test]
    fn of_two_dialed_at_once_both_ends_keep_the_one_of_the_lower_key() {
        let start = Instant::now();
        let later = start + GRACE / 10;
        // The higher key takes the lower one's up, greeting on it; the lower key waits for that.
        assert_eq!(judge(ours(None), false, start, GRACE, start), Verdict::Keep);
        let verdict = judge(ours(None), true, start, GRACE, start);
        assert_eq!(verdict, Verdict::Wait(start + GRACE));
        let verdict = judge(ours(Some(later)), true, start, GRACE, later);
        assert_eq!(verdict, Verdict::Drop);
        // A peer that never greets on ours is not there any more.
        let verdict = judge(ours(None), true, start, GRACE, start + GRACE);
        assert_eq!(verdict, Verdict::Keep);
    }

    #[test]
    fn an_own_connection_yields_only_to_one_that_came_while_it_was_dialed() {
        let at = Timestamp;
        // Known under two addresses, both dialed: the first stays.
        assert!(yields(at(10), at(11), true, true) && yields(at(10), at(11), true, false));
        // The peer dialed too: the lower key's stays.
        assert!(!yields(at(10), at(11), false, true) && yields(at(10), at(11), false, false));
        // What stood long before may be dead.
        assert!(!yields(at(10), at(9), true, false) && !yields(at(10), at(9), false, false));
    }
}
