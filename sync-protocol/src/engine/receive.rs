//! Runs that come in: verified at once, acknowledged once stored.

use std::sync::Arc;

use crate::charter::{Certificate, OpeningError};
use crate::entry::Kind;
use crate::frame::{BODIES_VERSION, ByeReason, Frame};
use crate::frontier::Tip;
use crate::id::NodeId;
use crate::run::{self, Preamble, RunError, VerifiedRun};
use crate::time::Duration;

use super::under_way::LOST_AFTER;
use super::{Engine, Output, SessionId};

/// A node that is not the only one to pass a run on first waits up to this long for another.
const RELAY_DELAY: Duration = Duration::from_millis(40);

impl Engine {
    /// The journal as verified, whether or not it is durable yet.
    pub(super) fn verified_tip(&self, author: &NodeId) -> Tip {
        let durable = self.frontier.tip(author);
        self.verified
            .get(author)
            .copied()
            .filter(|tip| tip.seq > durable.seq)
            .unwrap_or(durable)
    }

    pub(super) fn run(&mut self, id: SessionId, spread: u8, wire: &[u8]) {
        let preamble = match Preamble::decode(wire) {
            Ok(preamble) => preamble,
            Err(error) => return self.close(id, ByeReason::Misbehaved, error.to_string()),
        };
        let author = preamble.author;
        let tip = self.verified_tip(&author);
        let durable = self.frontier.tip(&author).seq;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.crowded() && !session.theirs.contains_key(&author) {
            let detail = "more journals than a frontier may name".into();
            return self.close(id, ByeReason::Misbehaved, detail);
        }
        if let Some(branch) = session.branches.get(&author).copied() {
            return self.run_of_branch(id, branch, &preamble, wire);
        }
        // A first run does not say how far the peer holds the journal; its frontier did.
        session.now_known(author, durable);
        session.raise(author, preamble.last_seq(), durable);
        if self.is_fed_elsewhere(id, &author) {
            return self.put_off(id, author);
        }
        if preamble.last_seq() <= tip.seq {
            // Nobody acknowledges another entry than the one that was meant.
            if preamble.last_seq() == tip.seq && !preamble.is_signed_for(&tip.id) {
                return self.forked(id, author, tip.seq);
            }
            self.acknowledge(id, author);
            return self.check_in_sync(id);
        }
        if self.is_paused(&author) {
            return self.put_off(id, author);
        }
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if tip.seq.checked_add(1) != Some(preamble.first_seq) {
            if session.deferred.contains_key(&author) {
                return;
            }
            return self.ask_from(id, author, tip.seq);
        }
        session.asked.remove(&author);
        let run = match run::verify(self.charter.network(), tip, wire) {
            Ok(run) => run,
            // Whoever relays a forked journal is not to blame: the others go on.
            Err(RunError::BadSignature { .. }) if tip.seq > 0 => {
                return self.forked(id, author, tip.seq);
            }
            Err(error) => return self.close(id, ByeReason::Misbehaved, error.to_string()),
        };
        if tip.seq == 0 {
            match self.certified(&run) {
                Ok(None) => {}
                Ok(Some(certificate)) => {
                    if let Some(session) = self.sessions.get_mut(&id) {
                        session.deferred.insert(author, certificate);
                    }
                    return self.put_off(id, author);
                }
                Err(error) => return self.close(id, ByeReason::Misbehaved, error.to_string()),
            }
        }
        if !self.may_take(id, &run) {
            return self.put_off(id, author);
        }
        self.verified.insert(author, run.last());
        self.delay_relays(&run, spread);
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let bytes = run.wire().len();
        session.traffic.entries_received += run.entries().len() as u64;
        let peer = session.peer;
        *self.storing_bytes.entry(peer).or_default() += bytes;
        self.storing.insert((author, run.last().seq), (peer, bytes));
        self.outputs.push_back(Output::Store { run: Arc::new(run) });
    }

    /// Asks for a journal from after an entry on, unless that was asked already.
    fn ask_from(&mut self, id: SessionId, author: NodeId, after: u64) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.asked.insert(author, after) != Some(after) {
            self.send(id, &Frame::Resume { author, after });
        }
    }

    /// Checks that the journal opens with a certificate; returns it while the charter does not
    /// name its structure yet.
    fn certified(&self, run: &VerifiedRun) -> Result<Option<Certificate>, OpeningError> {
        let certificate = Certificate::opening(self.charter.network(), run)?;
        let known = self.charter.vouches_for(&certificate).is_some();
        Ok((!known).then_some(certificate))
    }

    /// Where others pass the run on as well, waits a little for them.
    fn delay_relays(&mut self, run: &VerifiedRun, spread: u8) {
        if spread <= 1 {
            return;
        }
        let until = self.now + self.delay(RELAY_DELAY) + Duration::from_millis(5);
        for session in self
            .sessions
            .values_mut()
            .filter(|session| session.syncing())
        {
            // A stream of runs does not put the first one off for ever.
            session.holds.entry(run.author()).or_insert(until);
        }
        self.wake_by(until);
    }

    pub(super) fn stored(&mut self, run: &Arc<VerifiedRun>) {
        let author = run.author();
        let last = run.last();
        let news = last.seq > self.frontier.tip(&author).seq;
        if news {
            self.set_durable(author, last);
        }
        if self
            .verified
            .get(&author)
            .is_some_and(|tip| tip.seq <= last.seq)
        {
            self.verified.remove(&author);
        }
        let before = (self.charter.current().0, self.charter.nodes().len());
        let heard = self.charter.observe_all(run.entries());
        // A root may have let one node in and shut another out.
        let by_root = heard && run.entries().iter().any(|it| it.header.kind == Kind::ROOT);
        if by_root || before != (self.charter.current().0, self.charter.nodes().len()) {
            self.charter_grew();
        }
        // Where the store spoke of this tip before, it is all settled but for the charter.
        if news {
            self.settle(run);
            self.note_left_out(run);
            self.push(run);
            self.passed_head(author, last.seq);
        }
    }

    /// Takes note of what is durable now of one journal.
    fn set_durable(&mut self, author: NodeId, tip: Tip) {
        self.frontier.set(author, tip);
        let mut other = Vec::new();
        for (id, session) in &mut self.sessions {
            session.compare(author, tip.seq);
            let stated = session.stated_tips.get(&author);
            let stated = stated.filter(|(seq, _)| *seq == tip.seq);
            match stated.map(|(_, id)| *id == tip.id.prefix()) {
                // What looked like another branch was ours that the store did not take.
                Some(true) if session.branches.remove(&author).is_some() => {
                    session.unacknowledged.insert(author);
                    self.to_acknowledge.insert(*id);
                }
                Some(true) => {}
                Some(false) => other.push(*id),
                None => {}
            }
        }
        for id in other {
            self.forked(id, author, tip.seq);
        }
    }

    /// A run is durable now: its sources get their acknowledgement and their budget back, and
    /// where several nodes pass it on, all learn that it need not be passed on to this one.
    fn settle(&mut self, run: &VerifiedRun) {
        let (author, last) = (run.author(), run.last());
        self.free_budget(author, last.seq);
        for (id, session) in &mut self.sessions {
            session.now_known(author, last.seq);
            let source = session.holds_up_to(&author) >= last.seq;
            if source || session.holds.contains_key(&author) {
                session.unacknowledged.insert(author);
                self.to_acknowledge.insert(*id);
            }
        }
    }

    /// Runs of a journal up to an entry no longer wait for the store.
    pub(super) fn free_budget(&mut self, author: NodeId, up_to: u64) {
        while let Some((key, (peer, bytes))) = self
            .storing
            .range((author, 0)..=(author, up_to))
            .next()
            .map(|(key, value)| (*key, *value))
        {
            self.storing.remove(&key);
            if let Some(total) = self.storing_bytes.get_mut(&peer) {
                *total = total.saturating_sub(bytes);
                if *total == 0 {
                    self.storing_bytes.remove(&peer);
                }
            }
        }
    }

    /// Passes a new run on to every peer that is level with its start; others are caught up.
    fn push(&mut self, run: &VerifiedRun) {
        let author = run.author();
        let ready: Vec<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, it)| it.ready())
            .map(|(id, _)| *id)
            .collect();
        let lacking = |engine: &Self, id: &SessionId| {
            engine
                .sessions
                .get(id)
                .is_some_and(|it| it.reached(&author) < run.last().seq)
        };
        let targets: Vec<SessionId> = ready
            .iter()
            .filter(|id| lacking(self, id))
            .copied()
            .collect();
        let spread = u8::try_from(targets.len()).unwrap_or(u8::MAX);
        for id in targets {
            let now = self.now;
            let Some(session) = self.sessions.get_mut(&id) else {
                continue;
            };
            session.in_sync = false;
            if session.version < BODIES_VERSION && run.leaves_out() {
                session.put_off(&author);
                continue;
            }
            let level = session.level_with(&author, run.first_seq());
            if level && session.has_room() && !session.holds_now(&author, now) {
                session.count_sent(author, run.last().seq, run.wire().len(), now);
                session.traffic.entries_sent += run.entries().len() as u64;
                self.send(
                    id,
                    &Frame::Run {
                        spread,
                        wire: Arc::clone(run.wire()),
                    },
                );
            } else {
                self.pump(id);
            }
        }
        self.wake_by(self.now + LOST_AFTER);
        for id in ready {
            self.check_in_sync(id);
        }
    }

    /// The store went another way, with a bundle for instance: what peers sent beyond its tip is
    /// lost, and they do not know.
    pub(super) fn not_stored(&mut self, author: NodeId, tip: Tip) {
        self.verified.remove(&author);
        self.free_budget(author, u64::MAX);
        if tip.seq > self.frontier.tip(&author).seq {
            self.set_durable(author, tip);
        }
        let held = self.frontier.tip(&author).seq;
        let ids: Vec<SessionId> = self
            .sessions
            .iter()
            .filter(|(_, it)| it.syncing())
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            let Some(session) = self.sessions.get_mut(&id) else {
                continue;
            };
            session.now_known(author, held);
            match session.theirs.get(&author).copied() {
                Some(theirs) if theirs > held => {
                    session.asked.insert(author, held);
                    let after = held;
                    self.send(id, &Frame::Resume { author, after });
                }
                Some(_) => self.acknowledge(id, author),
                None => {}
            }
            self.pump(id);
            self.check_in_sync(id);
        }
    }
}
