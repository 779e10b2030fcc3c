//! A whole session: one node's engine, and a peer that says whatever the bytes say.
//!
//! The bytes are pieces: two bytes of length (big-endian), then a frame; one that begins with
//! [`SIGNED`] is a number of entries less one and columns instead, which the peer signs as the
//! continuation of its own journal. So what verifies is reached too.

use std::collections::BTreeMap;
use std::sync::Arc;

use sync_protocol::admission::{JoinAnswer, Refusal};
use sync_protocol::authority::SignedEntry;
use sync_protocol::charter::Charter;
use sync_protocol::engine::{Engine, Input, Output, SessionId};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::frame::{Frame, MAX_FRAME_BYTES};
use sync_protocol::frontier::{Frontier, Tip};
use sync_protocol::id::EntryId;
use sync_protocol::run::{Statement, VerifiedRun, sign};
use sync_protocol::time::Timestamp;

use super::runs::{NETWORK, signed_whatever};
use super::seeds::{self as given, certificate, key, node, version};

/// No type of frame: columns to sign follow.
const SIGNED: u8 = 0xEE;
const SESSION: SessionId = SessionId(1);
/// Answers to one frame; a frame names 4,096 things at most, and each is answered once.
const MOST_OUTPUTS: usize = 20_000;

struct Side {
    engine: Engine,
    own: Vec<Arc<VerifiedRun>>,
    ids: BTreeMap<Place, EntryId>,
    now: Timestamp,
    took: bool,
}

impl Side {
    fn new() -> Self {
        let charter = Charter::pinned(NETWORK, version());
        let certificate = certificate(1).encode();
        let engine = Engine::new(
            node(2),
            certificate.clone(),
            charter,
            Frontier::default(),
            1,
        );
        let opening = Statement {
            charter: version().id(),
            kind: Kind::CERTIFICATE,
            subject: None,
            time: Timestamp(1),
            body: certificate,
        };
        let own = sign(NETWORK, &key(2), Tip::EMPTY, vec![opening]);
        let mut side = Self {
            engine,
            own: own.into_iter().map(Arc::new).collect(),
            ids: BTreeMap::new(),
            now: Timestamp(1),
            took: false,
        };
        for run in side.own.clone() {
            side.handle(Input::Stored { run });
        }
        side.handle(Input::Connected {
            session: SESSION,
            peer: node(4),
            exporter: [0x11; 32],
        });
        side
    }

    /// Handles and does what the engine then asks for.
    fn handle(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        let mut outputs = 0;
        while let Some(output) = self.engine.poll_output() {
            outputs += 1;
            assert!(outputs < MOST_OUTPUTS, "one frame is answered without end");
            let answer = match output {
                Output::Send { bytes, .. } => {
                    assert!(bytes.len() <= MAX_FRAME_BYTES);
                    Frame::decode(&bytes).expect("what is sent can be read");
                    Input::Sent {
                        session: SESSION,
                        bytes: bytes.len(),
                    }
                }
                Output::Store { run } => {
                    self.took = true;
                    let entries = run.entries().iter();
                    self.ids.extend(entries.map(|it| (it.place(), it.id)));
                    Input::Stored { run }
                }
                Output::Load { author, after, .. } => {
                    let own = self.own.iter().filter(|run| run.author() == author);
                    let runs = own.filter(|run| run.first_seq() > after);
                    Input::Loaded {
                        session: SESSION,
                        author,
                        runs: runs.map(|run| Arc::clone(run.wire())).collect(),
                    }
                }
                Output::LoadAuthority { .. } => Input::AuthorityLoaded {
                    session: SESSION,
                    entries: self
                        .own
                        .iter()
                        .filter_map(|run| SignedEntry::of(run))
                        .collect(),
                },
                Output::Identify { author, seq, .. } => Input::Identified {
                    session: SESSION,
                    author,
                    seq,
                    id: self.ids.get(&Place { author, seq }).copied(),
                },
                Output::Replace { author, after, .. } => Input::Replaced {
                    session: SESSION,
                    author,
                    outcome: Some((after, Box::new(self.engine.charter().again([])))),
                },
                Output::LoadBlob { hash, .. } => Input::BlobLoaded {
                    session: SESSION,
                    hash,
                    total: 0,
                    bytes: Vec::new(),
                },
                Output::LoadBody { place, .. } => Input::BodyLoaded {
                    session: SESSION,
                    place,
                    body: None,
                },
                Output::StoreBody { place, .. } => Input::BodyStored { place },
                Output::Join { .. } => Input::JoinAnswered {
                    session: SESSION,
                    answer: JoinAnswer::Refused(Refusal::Unknown),
                },
                Output::Parted { .. }
                | Output::Blob { .. }
                | Output::Close { .. }
                | Output::Event(_) => continue,
            };
            self.engine.handle(self.now, answer);
        }
    }
}

/// The first byte: whether the peer greets well first, and whether a blob is wanted.
pub(super) fn session(bytes: &[u8]) -> bool {
    let Some((first, mut rest)) = bytes.split_first() else {
        return false;
    };
    let mut side = Side::new();
    let received = |bytes| Input::Received {
        session: SESSION,
        bytes,
    };
    if first & 1 != 0 {
        side.handle(received(given::hello().encode()));
    }
    if first & 2 != 0 {
        side.handle(Input::WantBlob { hash: [0x22; 32] });
    }
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = usize::from(u16::from_be_bytes(*length)).min(behind.len());
        let (piece, behind) = behind.split_at(length);
        rest = behind;
        side.now = Timestamp(side.now.0 + 40);
        let frame = match piece {
            [SIGNED, count, columns @ ..] => {
                let tip = side.engine.frontier().tip(&node(4));
                match signed_whatever(&key(4), tip, u16::from(*count) + 1, columns) {
                    Some(wire) => Frame::Run { spread: 1, wire }.encode(),
                    None => continue,
                }
            }
            frame => frame.to_vec(),
        };
        side.handle(received(frame));
    }
    side.now = Timestamp(side.now.0 + 60_000);
    side.handle(Input::Tick);
    side.handle(Input::Disconnected { session: SESSION });
    side.took
}

fn pieces(first: u8, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut input = vec![first];
    for piece in pieces {
        let length = u16::try_from(piece.len()).expect("seeds are small");
        input.extend(length.to_be_bytes());
        input.extend(piece);
    }
    input
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let opening = Statement {
        charter: version().id(),
        kind: Kind::CERTIFICATE,
        subject: None,
        time: Timestamp(1),
        body: certificate(3).encode(),
    };
    let opening = sign(NETWORK, &key(4), Tip::EMPTY, vec![opening]).remove(0);
    let opening = Frame::Run {
        spread: 1,
        wire: Arc::clone(opening.wire()),
    };
    let mut said = vec![opening.encode()];
    // The columns of the second run of node 2, which are as good in the journal of node 4.
    let columns = &given::columns()[1];
    said.push([&[SIGNED, columns[0]], &columns[2..]].concat());
    let frames = given::all_frames();
    let greeting = given::hello().encode();
    let at_peace = frames.iter().filter(|frame| {
        matches!(
            frame,
            Frame::Frontier(_)
                | Frame::Ack(_)
                | Frame::Claims(_)
                | Frame::Resume { .. }
                | Frame::Want(_)
                | Frame::Blob(_)
                | Frame::Charter(_)
        )
    });
    let frames_at_peace: Vec<Vec<u8>> = at_peace.map(Frame::encode).collect();
    let mut all = vec![
        pieces(1, &said),
        pieces(3, &[said.clone(), frames_at_peace].concat()),
        pieces(0, &[vec![greeting], said].concat()),
    ];
    all.extend(frames.iter().map(|frame| pieces(1, &[frame.encode()])));
    all
}
