//! Hello, trust, and the charter shown to a peer that knows an older one.

use std::collections::BTreeSet;

use crate::admission::Exporter;
use crate::authority::SignedEntry;
use crate::charter::{Approval, Certificate, Charter, Version};
use crate::entry::Kind;
use crate::frame::{
    BODIES_VERSION, Bye, ByeReason, Frame, Hello, MAX_SHOWN_BYTES, NEWEST_VERSION, OLDEST_VERSION,
};
use crate::id::{NodeId, StructureId};

use super::session::{Phase, Session};
use super::{Engine, Event, Output, SessionId};

/// Of what a session showed of the charter and did not raise it yet so much is kept: the votes on one
/// version, and room.
const MAX_PENDING_BYTES: usize = 2 * 1024 * 1024;

impl Engine {
    pub(super) fn connected(&mut self, id: SessionId, peer: NodeId, exporter: Exporter) {
        let digest = self.frontier.digest();
        let session = Session::new(peer, exporter, self.now, (digest, self.frontier.clone()));
        self.sessions.insert(id, session);
        let (charter, version) = self.charter.current();
        let hello = Hello {
            oldest: OLDEST_VERSION,
            newest: NEWEST_VERSION,
            network: self.charter.network(),
            charter_number: version.number,
            charter,
            digest,
            certificate: self.certificate.clone(),
        };
        self.send(id, &Frame::Hello(hello));
        if self.store_failed {
            self.close(
                id,
                ByeReason::LocalFailure,
                "the store takes nothing any more".into(),
            );
        }
    }

    pub(super) fn received(&mut self, id: SessionId, bytes: &[u8]) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        if session.phase == Phase::Closed {
            return;
        }
        if bytes.len() > session.frame_limit() {
            let detail = format!("frame of {} bytes exceeds the limit", bytes.len());
            return self.close(id, ByeReason::Misbehaved, detail);
        }
        session.traffic.received(bytes.len());
        match Frame::decode(bytes) {
            Err(error) => self.close(id, ByeReason::Misbehaved, error.to_string()),
            Ok(frame) => self.frame(id, frame),
        }
    }

    fn frame(&mut self, id: SessionId, frame: Frame) {
        let Some(session) = self.sessions.get(&id) else {
            return;
        };
        match (session.phase, frame) {
            (_, Frame::Bye(bye)) => self.bye(id, bye),
            (Phase::Greeting, Frame::Hello(hello)) => self.hello(id, &hello),
            (Phase::Convincing | Phase::Syncing, Frame::Charter(entries)) => {
                self.learn_charter(id, entries);
            }
            (Phase::Stranger, Frame::Join(request)) => {
                let (peer, exporter) = (session.peer, session.exporter);
                self.outputs.push_back(Output::Join {
                    session: id,
                    peer,
                    exporter,
                    request,
                });
            }
            (Phase::Syncing, Frame::Frontier(rows)) => self.frontier_rows(id, &rows),
            (Phase::Syncing, Frame::FullFrontier(rows)) => self.full_frontier(id, rows),
            (Phase::Syncing, Frame::Run { spread, wire }) => self.run(id, spread, &wire),
            (Phase::Syncing, Frame::Ack(rows)) => self.acknowledged(id, &rows),
            (Phase::Syncing, Frame::Claims(claims)) => self.claimed(&claims),
            (Phase::Syncing, Frame::Resume { author, after }) => self.resume(id, &author, after),
            (Phase::Syncing, Frame::Want(hashes)) => self.wanted(id, &hashes),
            (Phase::Syncing, Frame::Blob(chunk)) => self.blob_chunk(id, &chunk),
            (Phase::Syncing, Frame::WantBodies(places)) if session.version >= BODIES_VERSION => {
                self.bodies_wanted(id, &places);
            }
            (Phase::Syncing, Frame::Body { place, body }) if session.version >= BODIES_VERSION => {
                self.body(id, place, body);
            }
            // A peer that trusts us before we trust it states its frontier at once.
            (Phase::Convincing, frame @ (Frame::Frontier(_) | Frame::FullFrontier(_))) => {
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.early_frontier = Some(frame);
                }
            }
            // What it sent before it knows is lost, as after Bye.
            (Phase::Leaving | Phase::Closed, _) => {}
            (phase, _) => {
                let detail = format!("a frame out of place while {phase:?}").to_lowercase();
                self.close(id, ByeReason::Misbehaved, detail);
            }
        }
    }

    fn bye(&mut self, id: SessionId, bye: Bye) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.phase = Phase::Closed;
        let peer = session.peer;
        self.review_fetching();
        self.event(Event::Ended {
            session: id,
            peer,
            by_peer: true,
            bye,
        });
        let done = Bye {
            reason: ByeReason::Done,
            detail: String::new(),
        };
        self.outputs.push_back(Output::Close {
            session: id,
            bye: done,
        });
    }

    fn hello(&mut self, id: SessionId, hello: &Hello) {
        if hello.network != self.charter.network() {
            return self.close(
                id,
                ByeReason::OtherNetwork,
                "this node is of another network".into(),
            );
        }
        let Some(version) = hello.negotiate() else {
            let detail = format!("versions {OLDEST_VERSION} to {NEWEST_VERSION} are spoken here");
            return self.close(id, ByeReason::Version, detail);
        };
        let ours = self.charter.current().1.number;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.version = version;
        session.peer_charter = hello.charter_number;
        if hello.certificate.is_empty() {
            session.phase = Phase::Stranger;
            return;
        }
        let Ok(certificate) = Certificate::decode(session.peer, &hello.certificate) else {
            return self.close(
                id,
                ByeReason::Misbehaved,
                "the certificate is malformed".into(),
            );
        };
        // The digests both sides said decide alike on both sides whether frontiers follow.
        let said = std::mem::take(&mut session.said.1);
        if session.said.0 == hello.digest {
            session.stated = true;
            session.theirs = said
                .iter()
                .map(|(author, tip)| (*author, tip.seq))
                .collect();
            session.compare_all(&self.frontier);
        }
        if hello.charter_number < ours {
            self.outputs
                .push_back(Output::LoadAuthority { session: id });
        }
        let structure = self.charter.vouches_for(&certificate);
        let member = structure.filter(|it| self.charter.keeps(it, &certificate.node));
        if let Some(structure) = member {
            self.trust(id, structure);
        } else if structure.is_some() && hello.charter_number < ours {
            session_leaves(self.sessions.get_mut(&id));
        } else if hello.charter_number > ours {
            session.phase = Phase::Convincing;
            session.claimed_certificate = Some(certificate);
        } else {
            let detail = format!("charter version {ours} does not name your structure");
            self.close(id, ByeReason::NotAdmitted, detail);
        }
    }

    fn trust(&mut self, id: SessionId, structure: StructureId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.phase = Phase::Syncing;
        session.structure = Some(structure);
        let (peer, stated) = (session.peer, session.stated);
        let early = session.early_frontier.take();
        self.event(Event::Trusted {
            session: id,
            peer,
            structure,
        });
        self.to_acknowledge.insert(id);
        if stated {
            // Equal digests say it without a frontier; the acknowledgement may have been lost with
            // the session that brought the entries.
            self.note_holder(peer);
        } else {
            self.state_frontier(id, false);
        }
        if let Some(frontier) = early {
            self.frame(id, frontier);
        }
        self.pump(id);
        self.ask_bodies(id);
        self.check_in_sync(id);
        self.fetch_next_blob();
    }

    /// Shows a peer what raised the charter above the version it knows.
    pub(super) fn show_charter(&mut self, id: SessionId, entries: Vec<SignedEntry>) {
        let Some(session) = self.sessions.get(&id) else {
            return;
        };
        let known = session.peer_charter;
        let mut page = Vec::new();
        let mut bytes = 0;
        for entry in above(&self.charter, known, entries) {
            let size = shown_bytes(&entry);
            if bytes + size > MAX_SHOWN_BYTES {
                self.send(id, &Frame::Charter(std::mem::take(&mut page)));
                bytes = 0;
            }
            bytes += size;
            page.push(entry);
        }
        if !page.is_empty() {
            self.send(id, &Frame::Charter(page));
        }
        let leaving = |session: &Session| session.phase == Phase::Leaving;
        if self.sessions.get(&id).is_some_and(leaving) {
            let detail = "your structure or node is no longer a member's".into();
            self.close(id, ByeReason::NotAdmitted, detail);
        }
    }

    fn learn_charter(&mut self, id: SessionId, entries: Vec<SignedEntry>) {
        let network = self.charter.network();
        let known = |engine: &Self, entry: &SignedEntry| {
            // Only voters and known nodes can move the charter; others' signatures cost us nothing.
            let author = &entry.entry.header.author;
            engine.charter.structure_of(author).is_some()
                || engine
                    .charter
                    .current()
                    .1
                    .members
                    .iter()
                    .any(|it| it.voting_node == *author)
        };
        let before = self.charter.current().0;
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        // What came before and was not enough; its signatures were looked at then.
        let mut pending = std::mem::take(&mut session.shown);
        let mut later = entries;
        let mut counted = Vec::new();
        // A version's new voters vote on the next one, so pages are read until nothing follows.
        loop {
            let (now, unknown): (Vec<_>, Vec<_>) =
                later.into_iter().partition(|entry| known(self, entry));
            later = unknown;
            if !now.iter().all(|entry| entry.holds(network)) {
                let detail = "a charter entry's signature does not hold".into();
                return self.close(id, ByeReason::Misbehaved, detail);
            }
            pending.extend(now);
            let believed = self
                .charter
                .believe(pending.iter().map(|entry| &entry.entry));
            if believed.is_empty() {
                break;
            }
            let (taken, rest): (Vec<_>, Vec<_>) = pending
                .into_iter()
                .partition(|entry| believed.contains(&entry.entry.id));
            counted.extend(taken);
            pending = rest;
        }
        // A version may be shown on several pages. Who shows more than any needs is not heard out.
        let shown: usize = pending.iter().map(shown_bytes).sum();
        if shown <= MAX_PENDING_BYTES
            && let Some(session) = self.sessions.get_mut(&id)
        {
            session.shown = pending;
        }
        if self.charter.current().0 != before {
            self.event(Event::CharterShown { entries: counted });
            self.charter_grew();
        }
    }

    /// Trusts whom the charter now names, parts with whom it no longer does, and asks again for
    /// journals that had to wait for it.
    pub(super) fn charter_grew(&mut self) {
        self.event(Event::CharterGrew);
        self.weigh_all();
        self.read_on_to_heads();
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            let Some(session) = self.sessions.get_mut(&id) else {
                continue;
            };
            let gone = |structure: &StructureId| !self.charter.keeps(structure, &session.peer);
            if session.syncing() && session.structure.as_ref().is_some_and(gone) {
                session_leaves(Some(session));
                self.outputs
                    .push_back(Output::LoadAuthority { session: id });
                continue;
            }
            // A session that ended in the meantime stays ended.
            if session.phase == Phase::Convincing
                && let Some(certificate) = session.claimed_certificate.clone()
                && let Some(structure) = self.charter.vouches_for(&certificate)
                && self.charter.keeps(&structure, &certificate.node)
            {
                session.claimed_certificate = None;
                self.trust(id, structure);
            }
            let Some(session) = self.sessions.get_mut(&id) else {
                continue;
            };
            // Only those that the charter names now: others would be sent in vain again.
            let charter = &self.charter;
            let known: Vec<NodeId> = session
                .deferred
                .iter()
                .filter(|(_, certificate)| charter.vouches_for(certificate).is_some())
                .map(|(author, _)| *author)
                .collect();
            for author in known {
                let Some(session) = self.sessions.get_mut(&id) else {
                    continue;
                };
                session.deferred.remove(&author);
                let after = self.frontier.tip(&author).seq;
                self.send(id, &Frame::Resume { author, after });
            }
        }
    }
}

/// Nothing more is taken from a peer or sent to it but the charter.
fn session_leaves(session: Option<&mut Session>) {
    if let Some(session) = session {
        session.phase = Phase::Leaving;
        session.in_sync = false;
    }
}

/// What an entry takes in a frame, about.
fn shown_bytes(entry: &SignedEntry) -> usize {
    entry.entry.body.as_deref().map_or(0, <[u8]>::len) + 300
}

/// What raised the charter above number `known`: of each version one proposal and one approval of each
/// voter, lower versions first. Who reads them page by page knows the voters of each version from
/// those before.
fn above(charter: &Charter, known: u32, entries: Vec<SignedEntry>) -> Vec<SignedEntry> {
    let mut seen = BTreeSet::new();
    let mut counted = |entry: &SignedEntry| {
        let header = &entry.entry.header;
        let body = entry.entry.body.as_deref()?;
        let (id, voter) = match header.kind {
            Kind::PROPOSE => (Version::decode(body).ok()?.id(), None),
            Kind::APPROVE => {
                let id = Approval::decode(body).ok()?.version;
                (id, Some(charter.votes_for(&header.author, &id)?))
            }
            _ => return None,
        };
        let number = charter.version(&id)?.number;
        let counts = number > known && charter.is_decided(&id) && seen.insert((id, voter));
        counts.then_some(number)
    };
    let mut shown: Vec<(u32, SignedEntry)> = entries
        .into_iter()
        .filter_map(|entry| Some((counted(&entry)?, entry)))
        .collect();
    shown.sort_by_key(|(number, entry)| (*number, entry.entry.header.kind));
    shown.into_iter().map(|(_, entry)| entry).collect()
}
