//! Well-formed input for the targets, of fixed keys and times, written by the code itself.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use sync_protocol::address::Addresses;
use sync_protocol::admission::{JoinAnswer, JoinRequest, Refusal};
use sync_protocol::authority::SignedEntry;
use sync_protocol::body::{Ancestor, Change, Check, Create, Speaker};
use sync_protocol::bundle::{Encoder, Item};
use sync_protocol::charter::{Certificate, Member, Version};
use sync_protocol::entry::{Kind, Place};
use sync_protocol::frame::{
    Bye, ByeReason, Chunk, Claim, Frame, Hello, NEWEST_VERSION, NOT_NOW, OLDEST_VERSION,
};
use sync_protocol::frontier::{Frontier, FrontierDigest, Tip, encode_rows};
use sync_protocol::id::{EntryId, NodeId, RecordId, RootKey, Salt, StructureId, VersionId};
use sync_protocol::invitation::{Purpose, Secret, Ticket};
use sync_protocol::run::{Statement, VerifiedRun, sign};
use sync_protocol::time::Timestamp;

use super::runs::{NETWORK, PREAMBLE_BYTES};

const TIME: Timestamp = Timestamp(1_790_000_000_000);

pub(super) fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

pub(super) fn node(seed: u8) -> NodeId {
    NodeId(key(seed).verifying_key().to_bytes())
}

/// The structure of the root key `root`, its node having the key after it.
pub(super) fn member(root: u8) -> Member {
    let public = RootKey(key(root).verifying_key().to_bytes());
    Member {
        structure: StructureId::derive(&public),
        root: public,
        voting_node: node(root + 1),
        name: format!("Communauté {root}"),
        kind: "epci".into(),
    }
}

pub(super) fn certificate(root: u8) -> Certificate {
    Certificate::issue(NETWORK, member(root).structure, &key(root), node(root + 1))
}

/// A version with two members; its identity is not [`NETWORK`], which nothing here asks for.
pub(super) fn version() -> Version {
    Version {
        number: 0,
        previous: VersionId::ZERO,
        name: "Livradois-Forez".into(),
        minimum_protocol: OLDEST_VERSION,
        written: TIME,
        members: vec![member(1), member(3)],
        terms: None,
    }
}

fn changes() -> Vec<Change> {
    let first = Change {
        person: None,
        reason: 0,
        epoch: 2,
        ancestors: vec![],
        speakers: vec![],
        operations: b"operations that nobody reads".to_vec(),
    };
    let other = |seq| Ancestor::Other {
        author: node(4),
        seq,
        check: Check([9; 4]),
    };
    let second = Change {
        person: Some(RecordId([5; 32])),
        reason: 3,
        epoch: 3,
        ancestors: vec![Ancestor::Own { seq: 2 }, other(300), other(301)],
        speakers: vec![
            Speaker::Own { epoch: 2 },
            Speaker::Other {
                author: node(6),
                epoch: 299,
            },
        ],
        operations: b"more".to_vec(),
    };
    vec![first, second]
}

fn create() -> Create {
    Create {
        collection: "opportunity".into(),
        salt: Salt::imported("rdi", "42"),
        first: changes().remove(0),
    }
}

fn addresses() -> Addresses {
    Addresses {
        addresses: vec!["hub.example.org:4433".into(), "[2001:db8::1]:4433".into()],
    }
}

/// Runs of node 2 from its first entry on: of every kind, and of one that is not known.
pub(super) fn signed() -> Vec<VerifiedRun> {
    let created = Place {
        author: node(2),
        seq: 2,
    };
    let foreign = Place {
        author: node(4),
        seq: 7,
    };
    let bodies = [
        (Kind::CERTIFICATE, None, certificate(1).encode()),
        (Kind::CREATE, None, create().encode()),
        (Kind::CHANGE, Some(created), changes()[0].encode()),
        (Kind::CHANGE, Some(foreign), changes()[1].encode()),
        (Kind::ADDRESS, None, addresses().encode()),
        (Kind(77), None, b"of a later version".to_vec()),
        (Kind::PROPOSE, None, version().encode()),
        (Kind::APPROVE, None, version().id().0.to_vec()),
    ];
    let statements = bodies.into_iter().zip(0u64..);
    let statements = statements.map(|((kind, subject, body), n)| Statement {
        charter: version().id(),
        kind,
        subject,
        time: Timestamp(TIME.0 + n * n * 1_000 - n),
        body,
    });
    sign(NETWORK, &key(2), Tip::EMPTY, statements.collect())
}

pub(super) fn runs() -> Vec<Vec<u8>> {
    let runs = signed();
    runs.iter().map(|run| run.wire().to_vec()).collect()
}

/// The columns of a run behind the two bytes that say how many entries, and after which.
pub(super) fn columns() -> Vec<Vec<u8>> {
    let columns = |run: &VerifiedRun| {
        let mut input = vec![(run.entries().len() - 1) as u8, (run.first_seq() - 1) as u8];
        let plain = zstd::bulk::decompress(&run.wire()[PREAMBLE_BYTES..], 1 << 20);
        input.extend(plain.expect("it was compressed here"));
        input
    };
    signed().iter().map(columns).collect()
}

pub(super) fn headers() -> Vec<Vec<u8>> {
    let runs = signed();
    let entries = runs.iter().flat_map(VerifiedRun::entries);
    entries
        .map(|entry| entry.header.encode().to_vec())
        .collect()
}

pub(super) fn statements() -> Vec<Vec<u8>> {
    let runs = signed();
    let shown = SignedEntry::of(&runs[0]).expect("a certificate carries authority");
    [
        (0, changes()[0].encode()),
        (0, changes()[1].encode()),
        (1, create().encode()),
        (2, certificate(1).encode()),
        (3, version().encode()),
        (3, version().admitting(member(5), TIME).encode()),
        (4, addresses().encode()),
        (5, shown.encode()),
    ]
    .into_iter()
    .map(|(kind, bytes)| [vec![kind], bytes].concat())
    .collect()
}

fn frontier() -> Frontier {
    let tip = |seq| Tip {
        seq,
        id: EntryId([0x77; 32]),
    };
    [(node(2), tip(6)), (node(4), tip(300)), (node(6), tip(1))]
        .into_iter()
        .collect()
}

pub(super) fn rows() -> Vec<Vec<u8>> {
    let mut bytes = Vec::new();
    encode_rows(&frontier().rows(), &mut bytes);
    vec![vec![0], bytes]
}

/// The greeting of node 4.
pub(super) fn hello() -> Frame {
    Frame::Hello(Hello {
        oldest: OLDEST_VERSION,
        newest: NEWEST_VERSION,
        network: NETWORK,
        charter_number: 0,
        charter: version().id(),
        digest: FrontierDigest([3; 32]),
        certificate: certificate(3).encode(),
    })
}

pub(super) fn all_frames() -> Vec<Frame> {
    let runs = signed();
    let shown = SignedEntry::of(&runs[0]).expect("a certificate carries authority");
    let request = JoinRequest::new(
        &Secret::new([6; 16]),
        NETWORK,
        &[0x11; 32],
        &node(6),
        member(5).root,
        certificate(5).encode(),
    );
    vec![
        hello(),
        Frame::Frontier(frontier().rows()),
        Frame::Run {
            spread: 2,
            wire: Arc::clone(runs[1].wire()),
        },
        Frame::Ack(frontier().rows()),
        Frame::Claims(vec![Claim {
            holder: node(4).prefix(),
            seq: 4,
        }]),
        Frame::Resume {
            author: node(2),
            after: 1,
        },
        Frame::Resume {
            author: node(4),
            after: NOT_NOW,
        },
        Frame::Want(vec![[0x22; 32]]),
        Frame::Blob(Chunk {
            hash: [0x22; 32],
            total: 300,
            offset: 290,
            bytes: vec![9; 10],
        }),
        Frame::Join(request),
        Frame::JoinAnswer(JoinAnswer::Admitted {
            pinned: version().encode(),
            certificate: certificate(1).encode(),
        }),
        Frame::JoinAnswer(JoinAnswer::Pending {
            pinned: version().encode(),
            missing: 2,
        }),
        Frame::JoinAnswer(JoinAnswer::Refused(Refusal::Expired)),
        Frame::FullFrontier(frontier().iter().map(|(id, tip)| (*id, *tip)).collect()),
        Frame::Charter(vec![shown.clone(), shown]),
        Frame::Bye(Bye {
            reason: ByeReason::Misbehaved,
            detail: "no greeting in time".into(),
        }),
    ]
}

pub(super) fn frames() -> Vec<Vec<u8>> {
    all_frames().iter().map(Frame::encode).collect()
}

pub(super) fn bundles() -> Vec<Vec<u8>> {
    let runs = signed();
    let (mut encoder, mut file) = Encoder::start(NETWORK);
    for run in &runs {
        file.extend(match SignedEntry::of(run) {
            Some(shown) => encoder.item(&Item::Authority(Box::new(shown))),
            None => encoder.item(&Item::Run(Arc::clone(run.wire()))),
        });
    }
    let open = [&[0xC0], file.as_slice()].concat();
    file.extend(encoder.finish());
    vec![open, [&[0x20], file.as_slice()].concat()]
}

pub(super) fn tickets() -> Vec<Vec<u8>> {
    let mut ticket = Ticket {
        network: NETWORK,
        charter: version().id(),
        inviter: node(2),
        addresses: addresses().addresses,
        secret: Secret::new([6; 16]),
        expires: TIME,
        purpose: Purpose::Structure,
        structure: "CCI du Puy-de-Dôme".into(),
        kind: "cci".into(),
    };
    let text = ticket.to_string();
    ticket.purpose = Purpose::Node;
    ticket.addresses.clear();
    let content = data_encoding::BASE32_NOPAD
        .decode(&ticket.to_string().as_bytes()["CAPACTIF".len()..])
        .expect("a ticket is base 32");
    let content = &content[..content.len() - 5];
    vec![[&[0], text.as_bytes()].concat(), [&[1], content].concat()]
}
