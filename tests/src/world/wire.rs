//! Connections between participants: made, used, lost.

use sync_protocol::engine::{Input, SessionId};
use sync_protocol::run::Preamble;

use super::network::Connection;
use super::{Due, Observer, World, end_of, session};

impl<O: Observer> World<O> {
    pub(super) fn dial(&mut self, link: usize) {
        let state = &self.links[link];
        if self.quiet && state.ends.iter().any(|end| !self.is_honest(*end)) {
            return;
        }
        self.after(1_200, Due::Dial(link));
        let state = &self.links[link];
        let blocked = state.blocked_until > self.now;
        if blocked || !state.ends.iter().all(|end| self.is_up(*end)) {
            return;
        }
        let [one, other] = state.ends;
        let standing = |it: &Connection| it.link == link && it.alive;
        if self.one_connection && self.connections.values().any(standing) {
            return;
        }
        let connected = |end: usize| {
            self.connections.values().any(|it| {
                let side = usize::from(it.ends[1] == end);
                it.link == link && it.open[side]
            })
        };
        let (first, second) = (connected(one), connected(other));
        // Who notices first dials again, while the other may still believe in the old connection.
        match (first, second) {
            (true, true) => {}
            (false, true) => self.connect(link, [one, other]),
            (true, false) => self.connect(link, [other, one]),
            (false, false) => {
                self.connect(link, [one, other]);
                if !self.one_connection && self.rng.u8(..5) == 0 {
                    self.connect(link, [other, one]);
                }
            }
        }
    }

    pub(super) fn connect(&mut self, link: usize, ends: [usize; 2]) {
        let blocked = self.links[link].blocked_until > self.now;
        if blocked || !ends.iter().all(|end| self.is_up(*end)) {
            return;
        }
        let connection = self.next_connection;
        self.next_connection += 1;
        let twin = self
            .connections
            .iter()
            .find(|(_, it)| it.link == link && it.alive)
            .map(|(id, _)| *id);
        if let Some(twin) = twin {
            // Of two connections one is given up after a while, whichever.
            let given_up = if self.rng.bool() { twin } else { connection };
            self.after(
                3_000,
                Due::Leave {
                    connection: given_up,
                },
            );
        }
        self.note(|_| format!("{} connects to {} as {connection}", ends[0], ends[1]));
        self.cost.connections += 1;
        // The dialer is through after one round trip, who is dialed half a round trip later.
        let latency = self.links[link].latency;
        let through = self.now + self.links[link].handshake_losses() + 2 * latency;
        let state = Connection::new(link, ends, through + latency);
        self.connections.insert(connection, state);
        for end in [0, 1] {
            let at = through + latency * end as u64;
            self.at(at, Due::Connected { connection, end });
        }
    }

    pub(super) fn connected(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        let [me, peer] = [state.ends[end], state.ends[1 - end]];
        if !state.alive || !self.is_up(me) {
            return self.lost(connection, end);
        }
        if let Some(state) = self.connections.get_mut(&connection) {
            state.open[end] = true;
        }
        let session = session(connection, end);
        if self.is_honest(me) {
            let exporter = [connection as u8; 32];
            let peer = self.id_of(peer);
            let input = Input::Connected {
                session,
                peer,
                exporter,
            };
            return self.tell(me, input);
        }
        let network = self.network;
        let hello = self.hostiles[me - self.nodes.len()].greet(network);
        if self.rng.u8(..10) > 0 {
            self.transmit(session, hello);
        }
        self.after(200, Due::Attack { connection, end });
    }

    pub(super) fn attack(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get(&connection) else {
            return;
        };
        if !state.open[end] || !state.alive {
            return;
        }
        let me = state.ends[end] - self.nodes.len();
        let (network, current) = (self.network, self.current_version());
        let frames = self.hostiles[me].attack(network, current);
        for frame in frames {
            self.note(|_| format!("hostile {me} says {:?}…", &frame[..frame.len().min(8)]));
            self.transmit(session(connection, end), frame);
        }
        self.after(400, Due::Attack { connection, end });
    }

    /// A frame is handed to the transport, which may not take it yet.
    pub(super) fn transmit(&mut self, from: SessionId, bytes: Vec<u8>) {
        let (connection, end) = end_of(from);
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        if !state.alive {
            return;
        }
        let [me, peer] = [state.ends[end], state.ends[1 - end]];
        state.pipes[1 - end].waiting.push_back(bytes);
        self.carry_on(connection, 1 - end);
        if me < self.nodes.len() {
            self.check_load(me, peer, from);
        }
    }

    /// The transport takes what it has room for, towards one end.
    fn carry_on(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        if !state.alive {
            return;
        }
        let honest = state.ends.iter().all(|it| *it < self.nodes.len());
        let sender = state.ends[1 - end];
        let pipe = &mut state.pipes[end];
        let first = pipe.frames.len();
        let taken = pipe.take(self.now, &mut self.links[state.link]);
        if honest {
            for (_, frame) in pipe.frames.range(first..) {
                self.cost.frames_sent += 1;
                self.cost.blob_frames += u64::from(matches!(frame.first(), Some(7 | 8)));
                self.cost.bytes_sent += frame.len() as u64;
                if frame.first() == Some(&3) {
                    // Its count stands behind type, spread, format, author and first number.
                    let count = frame.get(43..45).map_or([0, 0], |it| [it[0], it[1]]);
                    self.cost.entries_sent += u64::from(u16::from_be_bytes(count));
                }
            }
        }
        let mut bytes = 0;
        for (arrival, length) in taken {
            bytes += length;
            self.at(arrival, Due::Deliver { connection, end });
        }
        if bytes > 0 && self.is_honest(sender) {
            let session = session(connection, 1 - end);
            self.tell_later(sender, Input::Sent { session, bytes });
        }
    }

    pub(super) fn deliver(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        if !state.open[end] {
            return;
        }
        let me = state.ends[end];
        let session = session(connection, end);
        if let Some(node) = self.nodes.get(me) {
            let Some(engine) = &node.engine else { return };
            if node.deaf_until > self.now {
                return self.at(node.deaf_until, Due::Deliver { connection, end });
            }
            let known = engine.session(session).is_some();
            if known && !engine.wants_input(session) {
                return self.at(self.now + 5, Due::Deliver { connection, end });
            }
        } else if self.hostiles[me - self.nodes.len()].never_reads() {
            return;
        }
        let Some(bytes) = state.pipes[end].pop() else {
            return;
        };
        self.carry_on(connection, end);
        if let Some((node, received)) = &mut self.received
            && *node == me
            && bytes.first() == Some(&3)
            && let Ok(run) = Preamble::decode(&bytes[2..])
        {
            received.push((run.author, run.first_seq, run.last_seq()));
        }
        if self.is_honest(me) {
            self.tell(me, Input::Received { session, bytes });
        } else {
            self.hostiles[me - self.nodes.len()].overhear(bytes);
        }
    }

    /// One end notices that the connection is gone.
    pub(super) fn lost(&mut self, connection: u64, end: usize) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        state.alive = false;
        let was_open = std::mem::take(&mut state.open[end]);
        let me = state.ends[end];
        let over = state.open == [false; 2];
        if over {
            self.connections.remove(&connection);
        }
        if was_open && self.is_honest(me) {
            let session = session(connection, end);
            self.tell(me, Input::Disconnected { session });
        }
    }

    /// Both ends keep what arrived before the cut, or some of it, and notice when they notice.
    pub(super) fn break_connection(&mut self, connection: u64) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        for pipe in &mut state.pipes {
            pipe.cut(&mut self.rng);
        }
        self.abandon(connection);
    }

    /// Cuts a link: exactly what has arrived is kept.
    pub(super) fn cut_to_the_byte(&mut self, link: usize) {
        let ids: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, it)| it.link == link && it.alive)
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            if let Some(state) = self.connections.get_mut(&id) {
                for pipe in &mut state.pipes {
                    pipe.cut_at(self.now, &mut self.links[link]);
                }
            }
            self.abandon(id);
        }
    }

    fn abandon(&mut self, connection: u64) {
        let Some(state) = self.connections.get_mut(&connection) else {
            return;
        };
        state.alive = false;
        let ends = state.ends;
        for (end, participant) in ends.into_iter().enumerate() {
            if self.is_up(participant) {
                self.after(3_000, Due::Lost { connection, end });
            } else {
                self.lost(connection, end);
            }
        }
    }

    pub(super) fn cut_link(&mut self, link: usize) {
        let ids: Vec<u64> = self
            .connections
            .iter()
            .filter(|(_, it)| it.link == link)
            .map(|(id, _)| *id)
            .collect();
        for id in ids {
            self.break_connection(id);
        }
    }

    pub(super) fn leave(&mut self, connection: u64) {
        let Some(state) = self.connections.get(&connection) else {
            return;
        };
        let end = self.rng.usize(..2);
        let me = state.ends[end];
        if self.is_honest(me) {
            let session = session(connection, end);
            self.tell(me, Input::Leave { session });
        }
    }
}
