//! Bodies that runs left out: asked for until they are here, or an erasure names them.
//!
//! A run holds without the bodies of entries, so that what is erased can go. A relay could withhold
//! others just so; this node then asks every peer, and is in sync with none until it has them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::entry::Place;
use crate::frame::{BODIES_VERSION, ByeReason, Frame, MAX_BODIES_ASKED};
use crate::id::NodeId;
use crate::run::{LeftOut, VerifiedRun};
use crate::seal::erase::ErasedBodies;

use super::{Engine, Event, Output, SessionId};

/// About how many bytes of bodies are asked of one peer before it answers.
const ASK_BYTES: usize = 1024 * 1024;

/// What is missing here.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// All that stored runs left out.
    left_out: BTreeMap<Place, LeftOut>,
    /// Those of them that no erasure names.
    wanted: BTreeSet<Place>,
    erased: ErasedBodies,
    /// Bodies on their way to the store.
    storing: BTreeSet<Place>,
}

/// Both sides of one session.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// What this node asked for, and how many bytes of it were not answered yet.
    asked: BTreeMap<Place, usize>,
    /// What the peer asked for and was not answered.
    to_answer: VecDeque<Place>,
    loading: bool,
    /// What the peer asked for and this node did not hold.
    owed: BTreeSet<Place>,
}

impl Missing {
    /// Sorts anew what is wanted of what is missing.
    fn review(&mut self) {
        let wanted = self.left_out.values().filter(|it| !self.erased.excuse(it));
        self.wanted = wanted.map(|it| it.place).collect();
    }
}

impl Engine {
    /// Goes on from a store that holds runs without these bodies, `erased` naming those that may be
    /// missing.
    #[must_use]
    pub fn missing_bodies(
        mut self,
        left_out: impl IntoIterator<Item = LeftOut>,
        erased: ErasedBodies,
    ) -> Self {
        let left_out = left_out.into_iter().map(|it| (it.place, it));
        self.missing.left_out = left_out.collect();
        self.missing.erased = erased;
        self.missing.review();
        self
    }

    /// Bodies that are missing here and that no erasure names.
    pub fn wanted_bodies(&self) -> impl ExactSizeIterator<Item = &Place> {
        self.missing.wanted.iter()
    }

    /// Whether all that is missing here is erased.
    pub(super) fn has_all_bodies(&self) -> bool {
        self.missing.wanted.is_empty()
    }

    pub(super) fn erased(&mut self, erased: ErasedBodies) {
        if self.missing.erased == erased {
            return;
        }
        self.missing.erased = erased;
        self.missing.review();
        self.wanted_changed();
    }

    /// A run that leaves out bodies is durable.
    pub(super) fn note_left_out(&mut self, run: &VerifiedRun) {
        let mut news = false;
        for left_out in run.entries().iter().filter_map(LeftOut::of) {
            news |= !self.missing.erased.excuse(&left_out);
            self.missing.left_out.insert(left_out.place, left_out);
        }
        if news {
            self.missing.review();
            self.event(Event::BodiesMissing {
                author: run.author(),
            });
            self.wanted_changed();
        }
    }

    /// What a journal had after an entry gave way to another branch: nothing of it is missing.
    pub(super) fn no_longer_missing(&mut self, author: NodeId, after: u64) {
        let gone = |place: &Place| place.author == author && place.seq > after;
        self.missing.left_out.retain(|place, _| !gone(place));
        self.missing.storing.retain(|place| !gone(place));
        self.missing.review();
    }

    /// What is wanted is asked for, and decides whether sessions are in sync.
    fn wanted_changed(&mut self) {
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            self.ask_bodies(id);
            self.check_in_sync(id);
        }
    }

    /// Asks a peer for what is missing and was not asked of it on this session.
    pub(super) fn ask_bodies(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id).filter(|it| it.ready()) else {
            return;
        };
        if self.missing.wanted.is_empty() || session.version < BODIES_VERSION {
            return;
        }
        let asked = &mut session.asking.asked;
        let mut bytes: usize = asked.values().sum();
        let mut places = Vec::new();
        for place in &self.missing.wanted {
            if bytes >= ASK_BYTES || places.len() == MAX_BODIES_ASKED {
                break;
            }
            if asked.contains_key(place) {
                continue;
            }
            let missing = self.missing.left_out.get(place);
            // Empty bodies count too, or any number of them could be asked for at once.
            let size = missing.map_or(0, |it| it.body_bytes as usize) + 64;
            asked.insert(*place, size);
            bytes += size;
            places.push(*place);
        }
        if !places.is_empty() {
            self.send(id, &Frame::WantBodies(places));
        }
    }

    /// A peer answers; what was not asked of it, or is here by now, is passed over.
    pub(super) fn body(&mut self, id: SessionId, place: Place, body: Option<Vec<u8>>) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let Some(open) = session.asking.asked.get_mut(&place) else {
            return;
        };
        *open = 0;
        if let Some(body) = body
            && let Some(missing) = self.missing.left_out.get(&place)
        {
            if !missing.is(&body) {
                let detail = "a body that hashes otherwise".into();
                return self.close(id, ByeReason::Misbehaved, detail);
            }
            let wanted = self.missing.wanted.contains(&place);
            if wanted && self.missing.storing.insert(place) {
                self.outputs.push_back(Output::StoreBody { place, body });
            }
        }
        self.ask_bodies(id);
    }

    /// A body is durable in its run: peers that asked for it in vain get it.
    pub(super) fn body_stored(&mut self, place: Place) {
        self.missing.storing.remove(&place);
        self.missing.left_out.remove(&place);
        let was_wanted = self.missing.wanted.remove(&place);
        let ids: Vec<SessionId> = self.sessions.keys().copied().collect();
        for id in ids {
            if let Some(session) = self.sessions.get_mut(&id)
                && session.asking.owed.remove(&place)
            {
                session.asking.to_answer.push_back(place);
                self.answer_bodies(id);
            }
            if was_wanted && self.missing.wanted.is_empty() {
                self.check_in_sync(id);
            }
        }
    }

    /// A peer asks; what is beyond the bound is passed over, and asked for again some other time.
    pub(super) fn bodies_wanted(&mut self, id: SessionId, places: &[Place]) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let asking = &mut session.asking;
        for place in places {
            let waiting = asking.to_answer.len() + asking.owed.len();
            if waiting < MAX_BODIES_ASKED && !asking.to_answer.contains(place) {
                asking.to_answer.push_back(*place);
            }
        }
        self.answer_bodies(id);
    }

    /// Loads the next body that a peer asked for, as far as there is room.
    pub(super) fn answer_bodies(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let room = session.syncing() && session.has_room();
        if session.asking.loading || !room {
            return;
        }
        let Some(place) = session.asking.to_answer.pop_front() else {
            return;
        };
        session.asking.loading = true;
        let load = Output::LoadBody { session: id, place };
        self.outputs.push_back(load);
    }

    pub(super) fn body_loaded(&mut self, id: SessionId, place: Place, body: Option<Vec<u8>>) {
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        session.asking.loading = false;
        if body.is_none() {
            session.asking.owed.insert(place);
        }
        self.send(id, &Frame::Body { place, body });
        self.answer_bodies(id);
    }
}
