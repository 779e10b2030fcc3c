//! Journals of which a peer holds another branch: where the two part, and which one counts.
//!
//! Identities do not travel, so a run verifies over an entry only if both ends hold the same one: asking
//! for the journal from ever earlier entries on finds where the branches part. The first run of the
//! other branch from there is half of the proof that its author forked ([`crate::fork`]); the caller
//! holds the other half. Until the charter decides, nothing of the journal is taken on this session.
//!
//! A version of the charter that states a head for the journal decides: the branch that passes through
//! that entry counts. Who holds another follows the peer's from where they part, without keeping it,
//! and has its own replaced once the head was seen with its own eyes. Until the head is reached, the
//! journal is then taken from that peer alone: others could bring back what was just put aside.
//!
//! Spec: docs/protocol.md, section 8.

use std::sync::Arc;

use crate::charter::Charter;
use crate::frame::{ByeReason, Frame, NOT_NOW};
use crate::frontier::{Row, Tip};
use crate::id::{EntryId, NodeId};
use crate::run::{self, Preamble, RunError, VerifiedRun};

use super::session::Session;
use super::{Engine, Event, Output, SessionId};

/// After so many bytes of a branch that is followed, the peer is told to go on: it may have only so
/// much under way without an answer.
const FOLLOWED_BYTES: usize = 1024 * 1024;

/// What is known of a branch that a peer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Branch {
    /// Where it parts from ours is looked for.
    Parting(Parting),
    /// It parts from ours after this entry.
    Parted { after: Tip },
    /// The charter decided: whether our own branch passes through the head is asked.
    Weighed { after: Tip, head: Tip },
    /// Ours does not, or not yet: whether this one does is seen by following it.
    Followed {
        after: Tip,
        at: Tip,
        head: Tip,
        bytes: usize,
    },
    /// It does: the caller puts ours aside.
    Chosen,
    /// Nothing is taken of it.
    Left,
}

/// Between which entries two branches part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parting {
    /// An entry that both have; certain once a run verified over it.
    common: Tip,
    certain: bool,
    /// An entry number under which each has another.
    apart: u64,
    /// How far back the next look goes, as long as nothing is certain.
    step: u64,
    /// The entry after which the peer was asked to send; `None` while its identity is looked up.
    asked: Option<Tip>,
}

impl Parting {
    /// The entry to look at next.
    fn next(&self) -> u64 {
        let between = self.apart - self.common.seq;
        if between <= 1 {
            self.common.seq
        } else if self.certain {
            self.common.seq + between / 2
        } else {
            self.apart.saturating_sub(self.step).max(self.common.seq)
        }
    }
}

impl Engine {
    /// The peer holds another branch of a journal: entry `apart` of it is another there.
    pub(super) fn forked(&mut self, id: SessionId, author: NodeId, apart: u64) {
        let own = author == self.me;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let peer = session.peer;
        session.in_sync = false;
        session.asked.remove(&author);
        if session.branches.contains_key(&author) {
            return;
        }
        // What a peer says of our own journal is told to people and moves nothing.
        let branch = if own {
            Branch::Left
        } else {
            Branch::Parting(Parting {
                common: Tip::EMPTY,
                certain: false,
                apart,
                step: 1,
                asked: None,
            })
        };
        session.branches.insert(author, branch);
        self.event(Event::Forked { author, peer });
        // The peer may not have noticed: it hears what is held here, by which it can tell.
        let held = self.frontier.tip(&author);
        if held.seq > 0 {
            self.send(id, &Frame::Ack(vec![Row::new(&author, &held)]));
        }
        self.put_off(id, author);
        self.look(id, author);
    }

    /// Asks for what tells most about where two branches part.
    fn look(&mut self, id: SessionId, author: NodeId) {
        let Some(Branch::Parting(parting)) = self.branch(id, &author) else {
            return;
        };
        match parting.next() {
            0 => self.ask_after(id, author, Tip::EMPTY),
            seq => self.identify(id, author, seq),
        }
    }

    fn identify(&mut self, session: SessionId, author: NodeId, seq: u64) {
        let output = Output::Identify {
            session,
            author,
            seq,
        };
        self.outputs.push_back(output);
    }

    fn ask_after(&mut self, id: SessionId, author: NodeId, at: Tip) {
        if let Some(Branch::Parting(mut parting)) = self.branch(id, &author) {
            parting.asked = Some(at);
            self.set_branch(id, author, Branch::Parting(parting));
            let after = at.seq;
            self.send(id, &Frame::Resume { author, after });
        }
    }

    fn branch(&self, id: SessionId, author: &NodeId) -> Option<Branch> {
        self.sessions.get(&id)?.branches.get(author).copied()
    }

    fn set_branch(&mut self, id: SessionId, author: NodeId, branch: Branch) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.branches.insert(author, branch);
        }
    }

    /// The caller says which entry it holds.
    pub(super) fn identified(
        &mut self,
        id: SessionId,
        author: NodeId,
        seq: u64,
        found: Option<EntryId>,
    ) {
        match self.branch(id, &author) {
            Some(Branch::Parting(parting)) if parting.asked.is_none() && parting.next() == seq => {
                match found {
                    Some(id_there) => self.ask_after(id, author, Tip { seq, id: id_there }),
                    // Not stored yet, or put aside: what comes next shows it anew.
                    None => self.forget_branch(id, author),
                }
            }
            Some(Branch::Weighed { after, head }) if head.seq == seq => {
                if found == Some(head.id) {
                    self.set_branch(id, author, Branch::Parted { after });
                } else {
                    let followed = Branch::Followed {
                        after,
                        at: after,
                        head,
                        bytes: 0,
                    };
                    self.set_branch(id, author, followed);
                    let after = after.seq;
                    self.send(id, &Frame::Resume { author, after });
                }
            }
            // A peer put a journal off of which it has less: is it the same?
            None => {
                let session = self.sessions.get(&id);
                let stated = session.and_then(|it| it.stated_tips.get(&author));
                if let (Some((stated_seq, stated)), Some(found)) = (stated, found)
                    && *stated_seq == seq
                    && *stated != found.prefix()
                {
                    self.forked(id, author, seq);
                }
            }
            Some(_) => {}
        }
    }

    fn forget_branch(&mut self, id: SessionId, author: NodeId) {
        let after = self.frontier.tip(&author).seq;
        if let Some(session) = self.sessions.get_mut(&id) {
            session.branches.remove(&author);
            self.send(id, &Frame::Resume { author, after });
        }
    }

    /// A run of a journal of which the peer holds another branch.
    pub(super) fn run_of_branch(
        &mut self,
        id: SessionId,
        branch: Branch,
        preamble: &Preamble,
        wire: &[u8],
    ) {
        let author = preamble.author;
        let continues = |at: &Tip| at.seq.checked_add(1) == Some(preamble.first_seq);
        match branch {
            Branch::Parting(parting) => {
                if let Some(at) = parting.asked.filter(continues) {
                    self.looked(id, parting, at, wire);
                }
            }
            Branch::Followed {
                after,
                at,
                head,
                bytes,
            } => {
                if continues(&at) {
                    let followed = (after, at, head);
                    self.followed(id, author, followed, bytes, wire);
                }
            }
            Branch::Weighed { .. } | Branch::Chosen => {}
            Branch::Parted { .. } | Branch::Left => self.put_off(id, author),
        }
    }

    /// A run that the peer was asked for tells whether both have the entry before it.
    fn looked(&mut self, id: SessionId, mut parting: Parting, at: Tip, wire: &[u8]) {
        parting.asked = None;
        let author = match run::verify(self.charter.network(), at, wire) {
            Ok(run) => {
                parting.common = at;
                parting.certain = true;
                if parting.apart <= at.seq + 1 {
                    return self.parted(id, at, run);
                }
                run.author()
            }
            Err(RunError::BadSignature { author, .. }) if at.seq > 0 => {
                parting.apart = at.seq;
                parting.step = parting.step.saturating_mul(2);
                author
            }
            Err(error) => return self.close(id, ByeReason::Misbehaved, error.to_string()),
        };
        if parting.apart <= parting.common.seq {
            // The peer contradicts itself.
            self.set_branch(id, author, Branch::Left);
            return self.put_off(id, author);
        }
        self.set_branch(id, author, Branch::Parting(parting));
        self.look(id, author);
    }

    /// The branches part after an entry, and the peer's begins with this run.
    fn parted(&mut self, id: SessionId, after: Tip, run: VerifiedRun) {
        let author = run.author();
        self.set_branch(id, author, Branch::Parted { after });
        self.put_off(id, author);
        let run = Arc::new(run);
        self.outputs.push_back(Output::Parted { after, run });
        self.weigh(id, author);
    }

    /// If the charter names a branch, asks whether ours is that.
    fn weigh(&mut self, id: SessionId, author: NodeId) {
        let Some(Branch::Parted { after }) = self.branch(id, &author) else {
            return;
        };
        let head = self.charter.branch_of(&author);
        // Behind the head both are the same branch to the charter.
        if let Some(head) = head.filter(|head| head.seq > after.seq) {
            self.set_branch(id, author, Branch::Weighed { after, head });
            self.identify(id, author, head.seq);
        }
    }

    /// The charter grew: it may name branches now.
    pub(super) fn weigh_all(&mut self) {
        let parted = |(id, session): (&SessionId, &Session)| {
            let branches = session.branches.iter();
            let waiting = branches.filter(|(_, it)| matches!(it, Branch::Parted { .. }));
            let authors: Vec<NodeId> = waiting.map(|(author, _)| *author).collect();
            (*id, authors)
        };
        let all: Vec<(SessionId, Vec<NodeId>)> = self.sessions.iter().map(parted).collect();
        for (id, authors) in all {
            for author in authors {
                self.weigh(id, author);
            }
        }
    }

    /// One more run of a branch that may pass through the head.
    fn followed(
        &mut self,
        id: SessionId,
        author: NodeId,
        (after, at, head): (Tip, Tip, Tip),
        bytes: usize,
        wire: &[u8],
    ) {
        let run = match run::verify(self.charter.network(), at, wire) {
            Ok(run) => run,
            Err(error) => return self.close(id, ByeReason::Misbehaved, error.to_string()),
        };
        match passes(&run, &head) {
            Some(true) => {
                self.set_branch(id, author, Branch::Chosen);
                let output = Output::Replace {
                    session: id,
                    author,
                    after,
                };
                self.outputs.push_back(output);
            }
            Some(false) => {
                self.set_branch(id, author, Branch::Left);
                self.put_off(id, author);
            }
            None => {
                let at = run.last();
                let mut bytes = bytes + wire.len();
                if bytes >= FOLLOWED_BYTES {
                    bytes = 0;
                    let after = at.seq;
                    self.send(id, &Frame::Resume { author, after });
                }
                let followed = Branch::Followed {
                    after,
                    at,
                    head,
                    bytes,
                };
                self.set_branch(id, author, followed);
            }
        }
    }

    /// Whether a run that continues our journal may be taken: the charter names no other branch, and
    /// a journal that was just put back is filled from one peer.
    pub(super) fn may_take(&mut self, id: SessionId, run: &VerifiedRun) -> bool {
        let author = run.author();
        let head = self.charter.branch_of(&author);
        if head.is_none_or(|head| passes(run, &head) != Some(false)) {
            return true;
        }
        let Some(session) = self.sessions.get_mut(&id) else {
            return false;
        };
        let peer = session.peer;
        session.in_sync = false;
        session.branches.insert(author, Branch::Left);
        self.event(Event::Forked { author, peer });
        self.no_longer_fed_by(id);
        false
    }

    /// Whether a journal is to be taken from another session for now.
    pub(super) fn is_fed_elsewhere(&self, id: SessionId, author: &NodeId) -> bool {
        let feeder = self.contested.get(author);
        feeder.is_some_and(|(feeder, _)| *feeder != id)
    }

    /// The caller put our branch aside and holds the journal up to `tip` now, and the charter that
    /// follows from what is held; or it could not.
    pub(super) fn replaced(
        &mut self,
        id: SessionId,
        author: NodeId,
        outcome: Option<(Tip, Box<Charter>)>,
    ) {
        let Some((tip, charter)) = outcome else {
            self.set_branch(id, author, Branch::Left);
            return self.put_off(id, author);
        };
        self.charter = *charter;
        self.verified.remove(&author);
        self.free_budget(author, u64::MAX);
        self.frontier.set(author, tip);
        self.no_longer_missing(author, tip.seq);
        for session in self.sessions.values_mut() {
            session.branches.remove(&author);
            session.asked.remove(&author);
            session.holds.remove(&author);
            session.in_sync = false;
            // What it holds beyond may be of the branch that gave way.
            session.back_to(author, tip.seq);
        }
        let head = self.charter.branch_of(&author);
        let head = head.filter(|_| self.sessions.contains_key(&id));
        if let Some(head) = head {
            self.contested.insert(author, (id, head));
        }
        self.charter_grew();
        self.state_anew();
    }

    /// A journal that was put back has reached the head: it is taken from everybody again.
    pub(super) fn passed_head(&mut self, author: NodeId, seq: u64) {
        let passed = self.contested.get(&author);
        if passed.is_some_and(|(_, head)| head.seq <= seq) {
            self.contested.remove(&author);
            for session in self.sessions.values_mut() {
                session.no_longer_put_off(&author);
            }
            self.state_anew();
            let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
            for id in ids {
                self.pump(id);
            }
        }
    }

    /// A session is over, or not what it seemed: what was to be taken from it alone is taken from all.
    pub(super) fn no_longer_fed_by(&mut self, id: SessionId) {
        let before = self.contested.len();
        self.contested.retain(|_, (feeder, _)| *feeder != id);
        if self.contested.len() < before {
            self.state_anew();
        }
    }

    /// What is held here became less, or is no longer put off: all peers are told.
    fn state_anew(&mut self) {
        let ready = |(id, session): (&SessionId, &Session)| session.ready().then_some(*id);
        let ids: Vec<SessionId> = self.sessions.iter().filter_map(ready).collect();
        for id in ids {
            self.state_frontier(id, false);
        }
    }

    /// A peer puts a journal off. If it has less of it than is held here, its may be another branch.
    pub(super) fn doubt(&mut self, id: SessionId, author: NodeId) {
        let ours = self.frontier.tip(&author).seq;
        let Some(session) = self.sessions.get(&id) else {
            return;
        };
        let stated = session.stated_tips.get(&author).map(|(seq, _)| *seq);
        if let Some(seq) = stated.filter(|seq| *seq < ours)
            && !session.branches.contains_key(&author)
        {
            self.identify(id, author, seq);
        }
    }

    /// Nothing of this journal is taken on a session, for now.
    pub(super) fn put_off(&mut self, id: SessionId, author: NodeId) {
        let after = NOT_NOW;
        self.send(id, &Frame::Resume { author, after });
    }
}

/// Whether a run passes through a head; `None` if it does not come to that entry.
fn passes(run: &VerifiedRun, head: &Tip) -> Option<bool> {
    let mut entries = run.entries().iter();
    let there = entries.find(|entry| entry.header.seq == head.seq)?;
    Some(there.id == head.id)
}
