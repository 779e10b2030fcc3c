//! Acknowledgements: who holds what, first hand and by hearsay.

use crate::frame::{Claim, Frame};
use crate::frontier::Row;
use crate::id::NodeId;

use super::session::CLAIM_DELAY;
use super::{Engine, Event, SessionId};

impl Engine {
    /// The peer holds these journals durably up to here.
    pub(super) fn acknowledged(&mut self, id: SessionId, rows: &[Row]) {
        let Some(peer) = self.sessions.get(&id).map(|session| session.peer) else {
            return;
        };
        for row in rows {
            let Some((author, tip)) = self.author_with(row.author) else {
                continue;
            };
            if row.seq == tip.seq && row.id != tip.id.prefix() {
                self.forked(id, author, row.seq);
                continue;
            }
            if let Some(session) = self.sessions.get_mut(&id) {
                // Where it held another branch, it has ours now; it was asked for earlier entries
                // meanwhile, and has to hear that these are held.
                if row.seq == tip.seq && session.branches.remove(&author).is_some() {
                    session.unacknowledged.insert(author);
                    self.to_acknowledge.insert(id);
                }
                session.state(author, row);
                session.raise(author, row.seq, tip.seq);
                session.no_longer_put_off(&author);
                session.under_way.arrived(&author, row.seq);
            }
            if author == self.me {
                // Nobody holds what was never said: entries to come are not held in advance.
                if row.seq < tip.seq || row.id == tip.id.prefix() {
                    self.event(Event::Holds {
                        holder: peer.prefix(),
                        seq: row.seq.min(tip.seq),
                        relayed: false,
                    });
                }
            } else {
                self.tell_author(author, peer, row.seq);
            }
        }
        self.pump(id);
        self.check_in_sync(id);
    }

    /// An author behind this node learns from it who holds its journal.
    fn tell_author(&mut self, author: NodeId, holder: NodeId, seq: u64) {
        let now = self.now;
        let at_author = self
            .sessions
            .values_mut()
            .filter(|it| it.syncing() && it.peer == author);
        let mut told = false;
        for session in at_author {
            session.claim(holder.prefix(), seq, now);
            told = true;
        }
        if told {
            self.wake_by(now + CLAIM_DELAY);
        }
    }

    pub(super) fn claimed(&mut self, claims: &[Claim]) {
        let own = self.frontier.tip(&self.me).seq;
        for claim in claims.iter().filter(|claim| claim.seq <= own) {
            let (holder, seq) = (claim.holder, claim.seq);
            self.event(Event::Holds {
                holder,
                seq,
                relayed: true,
            });
        }
    }

    /// A peer just stated its whole frontier: takes note of what it holds of our journal.
    pub(super) fn note_holder(&mut self, peer: NodeId) {
        let held = self
            .sessions
            .values()
            .filter(|session| session.peer == peer)
            .find_map(|session| session.theirs.get(&self.me).copied());
        let own = self.frontier.tip(&self.me).seq;
        if let Some(seq) = held.filter(|seq| *seq <= own) {
            self.event(Event::Holds {
                holder: peer.prefix(),
                seq,
                relayed: false,
            });
        }
    }

    /// A journal is to be acknowledged on a session.
    pub(super) fn acknowledge(&mut self, id: SessionId, author: NodeId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.unacknowledged.insert(author);
            self.to_acknowledge.insert(id);
        }
    }

    /// Sends the acknowledgements that are due, one frame a session. A peer that has not stated
    /// its frontier may not trust us yet and would take an acknowledgement amiss.
    pub(super) fn flush_acknowledgements(&mut self) {
        for id in std::mem::take(&mut self.to_acknowledge) {
            // Who is not ready yet gets it when it is.
            let Some(session) = self.sessions.get_mut(&id).filter(|it| it.ready()) else {
                continue;
            };
            let authors = std::mem::take(&mut session.unacknowledged);
            let rows: Vec<Row> = authors
                .iter()
                .map(|author| (author, self.frontier.tip(author)))
                .filter(|(_, tip)| tip.seq > 0)
                .map(|(author, tip)| Row::new(author, &tip))
                .collect();
            if !rows.is_empty() {
                self.send(id, &Frame::Ack(rows));
            }
        }
    }

    pub(super) fn flush_claims(&mut self, id: SessionId) {
        let now = self.now;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if !session.ready() || session.claims_due.is_none_or(|due| due > now) {
            return;
        }
        session.claims_due = None;
        let claims: Vec<Claim> = std::mem::take(&mut session.claims)
            .into_iter()
            .map(|(holder, seq)| Claim { holder, seq })
            .collect();
        for page in claims.chunks(4096) {
            self.send(id, &Frame::Claims(page.to_vec()));
        }
    }
}
