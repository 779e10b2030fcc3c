//! A peer that means harm: it says whatever it likes over connections that its key opens.

use std::collections::VecDeque;

use fastrand::Rng;
use sync_protocol::charter::{Certificate, Version};
use sync_protocol::entry::Kind;
use sync_protocol::frame::{Claim, Frame, Hello, NEWEST_VERSION, OLDEST_VERSION};
use sync_protocol::frontier::{Frontier, Row, Tip};
use sync_protocol::id::{EntryId, NetworkId, NodeId, Prefix, VersionId};
use sync_protocol::run::{Statement, leave_out, sign};
use sync_protocol::time::Timestamp;

use super::node::Keys;

const REMEMBERED: usize = 200;

/// What a hostile peer likes best; all do the rest as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Whatever comes to mind.
    Chatter,
    /// Asks for journals and blobs again and again, and reads nothing.
    AsksAndNeverReads,
    /// The same, but reads, and acknowledges what it may not have.
    AsksAndAcknowledges,
    /// Writes long entries faster than they are stored.
    Floods,
    /// Proposes charter versions without end.
    Proposes,
}

/// A hostile participant.
#[derive(Debug)]
pub struct Hostile {
    keys: Keys,
    member: bool,
    manner: Manner,
    tip: Tip,
    written: usize,
    overheard: VecDeque<Vec<u8>>,
    /// Authors that it knows without having heard of them.
    founders: [NodeId; 3],
    rng: Rng,
    invented: usize,
}

impl Hostile {
    /// A hostile peer that may hold a member's key.
    #[must_use]
    pub fn new(keys: Keys, member: bool, mut rng: Rng) -> Self {
        let manner = [
            Manner::Chatter,
            Manner::AsksAndNeverReads,
            Manner::AsksAndAcknowledges,
            Manner::Floods,
            Manner::Proposes,
        ][rng.usize(..5)];
        Self {
            keys,
            member,
            manner,
            tip: Tip::EMPTY,
            written: 0,
            overheard: VecDeque::new(),
            founders: [0, 1, 2].map(|number| Keys::numbered(number, number).id()),
            rng,
            invented: 1_000,
        }
    }

    /// Whether it leaves all that is sent to it unread.
    #[must_use]
    pub fn never_reads(&self) -> bool {
        self.manner == Manner::AsksAndNeverReads
    }

    /// Its key.
    #[must_use]
    pub fn id(&self) -> NodeId {
        self.keys.id()
    }

    /// Remembers a frame that it received, to replay it.
    pub fn overhear(&mut self, frame: Vec<u8>) {
        if self.overheard.len() == REMEMBERED {
            self.overheard.pop_front();
        }
        self.overheard.push_back(frame);
    }

    /// How it greets.
    pub fn greet(&mut self, network: NetworkId) -> Vec<u8> {
        let certificate = match (self.member, self.rng.u8(..3)) {
            (true, _) | (false, 0) => self.keys.certificate(network).encode(),
            (false, 1) => Vec::new(),
            (false, _) => (0..129).map(|_| self.rng.u8(..)).collect(),
        };
        let hello = Hello {
            oldest: OLDEST_VERSION,
            newest: NEWEST_VERSION,
            network,
            charter_number: if self.rng.bool() { 0 } else { self.rng.u32(..) },
            charter: VersionId(network.0),
            digest: Frontier::default().digest(),
            certificate,
        };
        Frame::Hello(hello).encode()
    }

    /// Something nasty.
    pub fn attack(&mut self, network: NetworkId, current: Option<Version>) -> Vec<Vec<u8>> {
        if self.rng.u8(..4) == 0 {
            return vec![self.chatter(network)];
        }
        match self.manner {
            Manner::Chatter => vec![self.chatter(network)],
            Manner::AsksAndNeverReads => (0..60).map(|_| self.question()).collect(),
            Manner::AsksAndAcknowledges => (0..30)
                .flat_map(|_| [self.question(), Frame::Ack(self.rows()).encode()])
                .collect(),
            Manner::Floods => (0..12).filter_map(|_| self.flood(network)).collect(),
            Manner::Proposes => (0..6)
                .filter_map(|_| self.proposal(network, current.as_ref()?))
                .collect(),
        }
    }

    fn question(&mut self) -> Vec<u8> {
        let frame = match self.rng.u8(..3) {
            0 => Frame::Want((0..40).map(|_| [self.rng.u8(..); 32]).collect()),
            1 => Frame::Resume {
                author: self.known_author(),
                after: self.any_seq(),
            },
            _ => Frame::Resume {
                author: self.founders[self.rng.usize(..3)],
                after: self.rng.u64(..3),
            },
        };
        frame.encode()
    }

    fn flood(&mut self, network: NetworkId) -> Option<Vec<u8>> {
        // Everybody stores and passes on what it says: some is as telling as much.
        if self.written >= 40 {
            return None;
        }
        let mut body = vec![0; 200_000];
        self.rng.fill(&mut body);
        Some(self.say(network, Kind::CHANGE, body))
    }

    fn proposal(&mut self, network: NetworkId, current: &Version) -> Option<Vec<u8>> {
        if self.written >= 60 {
            return None;
        }
        let mut version = current.admitting(Keys::numbered(77, 77).member(), Timestamp(0));
        version.name = format!("{} {}", "x".repeat(150), self.written);
        version.number = version.number.wrapping_add(u32::from(self.rng.u8(..2)));
        let id = version.id();
        if self.rng.bool() && self.tip.seq > 0 {
            return Some(self.say(network, Kind::APPROVE, id.0.to_vec()));
        }
        Some(self.say(network, Kind::PROPOSE, version.encode()))
    }

    /// The next entry of its own journal, which begins as it must.
    fn say(&mut self, network: NetworkId, kind: Kind, body: Vec<u8>) -> Vec<u8> {
        let (kind, body) = if self.tip.seq == 0 {
            (Kind::CERTIFICATE, self.keys.certificate(network).encode())
        } else {
            (kind, body)
        };
        self.written += 1;
        let run = sign(
            network,
            &self.keys.node,
            self.tip,
            vec![statement(kind, body)],
        )
        .remove(0);
        self.tip = run.last();
        Frame::Run {
            spread: self.rng.u8(..4),
            wire: run.wire().clone(),
        }
        .encode()
    }

    fn chatter(&mut self, network: NetworkId) -> Vec<u8> {
        match self.rng.u8(..12) {
            0 => self.noise(),
            1 | 2 => self.replay(false),
            3 => self.replay(true),
            4 => Frame::Frontier(self.rows()).encode(),
            5 => Frame::Ack(self.rows()).encode(),
            6 => Frame::Resume {
                author: self.known_author(),
                after: self.any_seq(),
            }
            .encode(),
            7 => Frame::Claims(vec![Claim {
                holder: Prefix([self.rng.u8(..); 8]),
                seq: self.any_seq(),
            }])
            .encode(),
            8 => self.impossible_run(),
            9 => {
                let kind = Kind(self.rng.u8(2..30));
                let body = vec![self.rng.u8(..); 20];
                self.say(network, kind, body)
            }
            10 => self.foreign_journal(network),
            _ => {
                let author = NodeId([self.rng.u8(..); 32]);
                let tip = Tip {
                    seq: self.any_seq(),
                    id: EntryId::ZERO,
                };
                Frame::FullFrontier(vec![(author, tip), (self.known_author(), tip)]).encode()
            }
        }
    }

    fn any_seq(&mut self) -> u64 {
        [1, 2, 7, u64::MAX - 1, u64::MAX][self.rng.usize(..5)]
    }

    fn noise(&mut self) -> Vec<u8> {
        let length = self.rng.usize(..300);
        let mut bytes: Vec<u8> = (0..length).map(|_| self.rng.u8(..)).collect();
        bytes.insert(0, self.rng.u8(..18));
        bytes
    }

    fn replay(&mut self, changed: bool) -> Vec<u8> {
        if self.overheard.is_empty() {
            return self.noise();
        }
        let mut frame = self.overheard[self.rng.usize(..self.overheard.len())].clone();
        // A replayed Bye would only end the session.
        if frame.first() == Some(&11) {
            return self.noise();
        }
        // It relays what it heard without the bodies.
        if !changed
            && self.rng.u8(..3) == 0
            && let Ok(Frame::Run { spread, wire }) = Frame::decode(&frame)
            && let Ok(Some(wire)) = leave_out(&wire, &(1..=10_000).collect())
        {
            return Frame::Run { spread, wire }.encode();
        }
        if changed && !frame.is_empty() {
            let bit = self.rng.usize(..frame.len() * 8);
            frame[bit / 8] ^= 1 << (bit % 8);
        }
        frame
    }

    /// An author it heard of, or anybody.
    fn known_author(&mut self) -> NodeId {
        let runs: Vec<&Vec<u8>> = self
            .overheard
            .iter()
            .filter(|frame| frame.first() == Some(&3) && frame.len() > 35)
            .collect();
        if runs.is_empty() || self.rng.u8(..4) == 0 {
            return NodeId([self.rng.u8(..); 32]);
        }
        let frame = runs[self.rng.usize(..runs.len())];
        NodeId(frame[3..35].try_into().expect("32 bytes"))
    }

    fn rows(&mut self) -> Vec<Row> {
        let mut rows: Vec<Row> = (0..self.rng.usize(1..5))
            .map(|_| {
                let tip = Tip {
                    seq: self.any_seq(),
                    id: EntryId([self.rng.u8(..); 32]),
                };
                Row::new(&self.known_author(), &tip)
            })
            .collect();
        rows.sort();
        rows
    }

    fn impossible_run(&mut self) -> Vec<u8> {
        let mut bytes = vec![3, self.rng.u8(..), 1];
        bytes.extend_from_slice(&self.known_author().0);
        bytes.extend_from_slice(&self.any_seq().to_be_bytes());
        bytes.extend_from_slice(&[1u16, 256, 257, u16::MAX][self.rng.usize(..4)].to_be_bytes());
        bytes.extend_from_slice(&[self.rng.u8(..); 64]);
        bytes.extend_from_slice(&[0u32, 1 << 20, u32::MAX][self.rng.usize(..3)].to_be_bytes());
        bytes.extend((0..self.rng.usize(..40)).map(|n| n as u8));
        bytes
    }

    /// The journal of a structure that nobody knows.
    fn foreign_journal(&mut self, network: NetworkId) -> Vec<u8> {
        self.invented += 1;
        let keys = Keys::numbered(self.invented, self.invented);
        let certificate = if self.rng.u8(..8) == 0 {
            Certificate::issue(network, self.keys.structure(), &keys.root, keys.id())
        } else {
            keys.certificate(network)
        };
        let said = statement(Kind::CERTIFICATE, certificate.encode());
        let run = sign(network, &keys.node, Tip::EMPTY, vec![said]).remove(0);
        Frame::Run {
            spread: 1,
            wire: run.wire().clone(),
        }
        .encode()
    }
}

fn statement(kind: Kind, body: Vec<u8>) -> Statement {
    Statement {
        charter: VersionId::ZERO,
        kind,
        subject: None,
        time: Timestamp(u64::MAX),
        body,
    }
}
