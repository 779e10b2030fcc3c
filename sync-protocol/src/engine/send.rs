//! What the peer lacks: stated frontiers, journals loaded and sent within a budget.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::frame::{BODIES_VERSION, Frame, NOT_NOW};
use crate::frontier::{Row, Tip};
use crate::id::{NodeId, Prefix};
use crate::run::{self, Preamble};

use super::session::Session;
use super::{Engine, Event, Output, SessionId};

/// About how many bytes are loaded at a time: journals take turns, so that changes arrive
/// roughly in the order they were made.
const LOAD_BYTES: usize = 512 * 1024;

impl Engine {
    pub(super) fn state_frontier(&mut self, id: SessionId, full: bool) {
        let rows = self.frontier.rows();
        let collide = rows.windows(2).any(|pair| match pair {
            [one, other] => one.author == other.author,
            _ => false,
        });
        if full || collide {
            if let Some(session) = self.sessions.get_mut(&id) {
                session.said_full = true;
            }
            let rows = self
                .frontier
                .iter()
                .map(|(author, tip)| (*author, *tip))
                .collect();
            self.send(id, &Frame::FullFrontier(rows));
        } else {
            self.send(id, &Frame::Frontier(rows));
        }
    }

    pub(super) fn frontier_rows(&mut self, id: SessionId, rows: &[Row]) {
        let mut theirs = BTreeMap::new();
        let mut unknown = BTreeMap::new();
        let stated = |row: &Row| Some((self.author_with(row.author)?.0, (row.seq, row.id)));
        let stated = rows.iter().filter_map(stated).collect();
        self.restated(id, stated);
        for row in rows {
            match self.author_with(row.author) {
                Some((author, tip)) => {
                    theirs.insert(author, row.seq);
                    self.compare(id, author, tip, row.seq, row.id);
                }
                None => {
                    unknown.insert(row.author, row.seq);
                }
            }
        }
        self.take_statement(id, theirs, unknown);
    }

    pub(super) fn full_frontier(&mut self, id: SessionId, rows: Vec<(NodeId, Tip)>) {
        let mut theirs = BTreeMap::new();
        let mut unknown = BTreeMap::new();
        let stated = rows.iter();
        let stated = stated.map(|(author, tip)| (*author, (tip.seq, tip.id.prefix())));
        self.restated(id, stated.collect());
        for (author, tip) in rows {
            let ours = self.frontier.tip(&author);
            if ours.seq == 0 {
                unknown.insert(author.prefix(), tip.seq);
            } else {
                self.compare(id, author, ours, tip.seq, tip.id.prefix());
            }
            theirs.insert(author, tip.seq);
        }
        let answered = self
            .sessions
            .get(&id)
            .is_none_or(|session| session.said_full);
        if !answered {
            self.state_frontier(id, true);
        }
        self.take_statement(id, theirs, unknown);
    }

    /// Takes note of the entries with which a peer holds journals.
    fn restated(&mut self, id: SessionId, tips: BTreeMap<NodeId, (u64, Prefix)>) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        // It put back what it held, and knows no more what is held here: perhaps it was told that of
        // another branch, and asked for entries that it does not hold.
        let branches: BTreeSet<NodeId> = session.branches.keys().copied().collect();
        for (author, (seq, stated)) in session.restate(tips) {
            let ours = self.frontier.tip(&author);
            let put_off = branches.contains(&author);
            if (ours.seq, ours.id.prefix()) == (seq, stated) {
                self.acknowledge(id, author);
            } else if put_off && seq > ours.seq {
                // It was told not to send: whether it goes on with ours by now is seen anew.
                let after = ours.seq;
                self.send(id, &Frame::Resume { author, after });
            }
        }
    }

    /// What a peer states stands, even when it is less than before: it may have been restored.
    fn take_statement(
        &mut self,
        id: SessionId,
        theirs: BTreeMap<NodeId, u64>,
        unknown: BTreeMap<Prefix, u64>,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.theirs = theirs;
        session.unknown = unknown;
        session.compare_all(&self.frontier);
        session.offered.clear();
        session.stated = true;
        let peer = session.peer;
        self.to_acknowledge.insert(id);
        self.note_holder(peer);
        self.pump(id);
        self.ask_bodies(id);
        self.check_in_sync(id);
        self.fetch_next_blob();
    }

    /// The one journal whose key begins so, and its tip here.
    pub(super) fn author_with(&self, prefix: Prefix) -> Option<(NodeId, Tip)> {
        let mut matching = self.frontier.beginning_with(prefix);
        let (author, tip) = matching.next()?;
        matching.next().is_none().then_some((*author, *tip))
    }

    fn compare(&mut self, id: SessionId, author: NodeId, ours: Tip, seq: u64, tip: Prefix) {
        let Some(peer) = self.sessions.get(&id).map(|session| session.peer) else {
            return;
        };
        if seq == ours.seq && tip != ours.id.prefix() {
            self.forked(id, author, seq);
        } else if author == self.me && seq > ours.seq {
            self.event(Event::OwnJournalAhead { peer, seq });
        }
    }

    /// Asks the store for what the peer lacks, as far as its budget goes.
    pub(super) fn pump(&mut self, id: SessionId) {
        let now = self.now;
        let Some(session) = self.sessions.get(&id) else {
            return;
        };
        if !session.ready() || session.loading || !session.has_room() {
            return;
        }
        let lacking = |author: &&NodeId| {
            self.frontier.tip(author).seq > session.reached(author)
                && !session.holds_now(author, now)
        };
        let next = session.differing_in_turn().find(lacking).copied();
        let Some(author) = next else { return };
        let after = session.reached(&author);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.loading = true;
            session.last_loaded = Some(author);
        }
        let load = Output::Load {
            session: id,
            author,
            after,
            max_bytes: LOAD_BYTES,
        };
        self.outputs.push_back(load);
    }

    pub(super) fn loaded(&mut self, id: SessionId, author: NodeId, runs: &[Arc<[u8]>]) {
        let ready = self
            .sessions
            .values()
            .filter(|session| session.ready())
            .count();
        let spread = u8::try_from(ready).unwrap_or(u8::MAX);
        let now = self.now;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.loading = false;
        if !session.ready() {
            return;
        }
        let ours = self.frontier.tip(&author).seq;
        if runs.is_empty() && ours > session.reached(&author) {
            // The store could not read them. Not offering them again avoids asking for ever; the
            // peer stays "not in sync" and another connection tries anew.
            session.put_off(&author);
        }
        let mut frames = Vec::new();
        for wire in runs {
            let Ok(preamble) = Preamble::decode(wire) else {
                continue;
            };
            // Such a peer would take it for an offence, and can get no further in this journal.
            if session.version < BODIES_VERSION && run::leaves_out(wire) != Ok(false) {
                session.put_off(&author);
                break;
            }
            if !session.level_with(&author, preamble.first_seq) {
                // A rewind or a statement came in between: what was loaded is not what is next.
                continue;
            }
            session.count_sent(author, preamble.last_seq(), wire.len(), now);
            session.traffic.entries_sent += u64::from(preamble.count);
            frames.push(Frame::Run {
                spread,
                wire: Arc::clone(wire),
            });
        }
        for frame in &frames {
            self.send(id, frame);
        }
        self.pump(id);
    }

    pub(super) fn resume(&mut self, id: SessionId, author: &NodeId, after: u64) {
        let ours = self.frontier.tip(author).seq;
        let Some(session) = self.sessions.get_mut(&id).filter(|_| ours > 0) else {
            return;
        };
        if after == NOT_NOW {
            session.put_off(author);
        } else {
            session.rewind(author, after, ours);
        }
        session.in_sync = false;
        if after == NOT_NOW {
            self.doubt(id, *author);
        }
        self.pump(id);
    }

    /// How many entries held here the peer is not known to hold.
    pub(super) fn missing_there(&self, session: &Session) -> u64 {
        if !session.stated {
            return self.frontier.entries();
        }
        session
            .differs
            .iter()
            .map(|author| {
                let ours = self.frontier.tip(author).seq;
                ours.saturating_sub(session.holds_up_to(author))
            })
            .sum()
    }

    pub(super) fn check_in_sync(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(&id) else {
            return;
        };
        let level = session.ready()
            && session.unknown.is_empty()
            && session.deferred.is_empty()
            && session.branches.is_empty()
            && session.differs.is_empty()
            && self.has_all_bodies();
        debug_assert!(
            !level
                || (session.theirs.len() == self.frontier.len()
                    && self
                        .frontier
                        .iter()
                        .all(|(author, tip)| session.theirs.get(author) == Some(&tip.seq))),
            "what differs is kept account of"
        );
        let news = level && !session.in_sync;
        if let Some(session) = self.sessions.get_mut(&id) {
            session.in_sync = level;
        }
        if news {
            self.event(Event::InSync { session: id });
        }
    }
}
