//! What the node of the vectors wrote, and what it shows of that.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use sync_protocol::admission::JoinRequest;
use sync_protocol::authority::SignedEntry;
use sync_protocol::bundle::{Encoder, Item};
use sync_protocol::charter::Certificate;
use sync_protocol::entry::{Kind, Place};
use sync_protocol::frontier::{Frontier, Tip};
use sync_protocol::id::{EntryId, RootKey, VersionId};
use sync_protocol::invitation::{Purpose, Ticket};
use sync_protocol::run::{Statement, VerifiedRun, leave_out, sign};
use sync_protocol::time::Timestamp;

use crate::world::{PREAMBLE_BYTES, TIME, World, id_of};

fn statement(charter: VersionId, kind: Kind, subject: Option<Place>, body: Vec<u8>) -> Statement {
    Statement {
        charter,
        kind,
        subject,
        time: TIME,
        body,
    }
}

/// The journal of the vectors: its certificate; create, change and address in one run; a proposal;
/// an approval.
pub(crate) fn journal(world: &World) -> Vec<VerifiedRun> {
    let charter = world.founding.id();
    let created = Place {
        author: id_of(&world.node),
        seq: 2,
    };
    let mut statements = vec![
        statement(charter, Kind::CERTIFICATE, None, world.certificate.encode()),
        statement(charter, Kind::CREATE, None, world.create.encode()),
        statement(charter, Kind::CHANGE, Some(created), world.change.encode()),
        statement(charter, Kind::ADDRESS, None, world.addresses.encode()),
    ];
    statements[2].time = Timestamp(TIME.0 - 5);
    let network = world.founding.network();
    let mut runs = sign(network, &world.node, Tip::EMPTY, statements);
    let votes = vec![
        statement(charter, Kind::PROPOSE, None, world.second.encode()),
        statement(charter, Kind::APPROVE, None, world.second.id().0.to_vec()),
    ];
    let tip = runs.last().unwrap().last();
    runs.extend(sign(network, &world.node, tip, votes));
    runs
}

pub(crate) fn frontier(world: &World, runs: &[VerifiedRun]) -> Frontier {
    let other = Tip {
        seq: 300,
        id: EntryId([0x77; 32]),
    };
    let own = runs.last().unwrap().last();
    [(id_of(&world.node), own), (id_of(&world.other), other)]
        .into_iter()
        .collect()
}

pub(crate) fn plain(wire: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(&wire[PREAMBLE_BYTES..], 1 << 20).unwrap()
}

pub(crate) fn join(world: &World) -> JoinRequest {
    let root = SigningKey::from_bytes(&[3; 32]);
    let structure = world.second.members[1].structure;
    let network = world.founding.network();
    let certificate = Certificate::issue(network, structure, &root, id_of(&world.other)).encode();
    let root = RootKey(root.verifying_key().to_bytes());
    let exporter = [0x11; 32];
    JoinRequest::new(
        &world.secret,
        network,
        &exporter,
        &id_of(&world.other),
        root,
        certificate,
    )
}

pub(crate) fn ticket(world: &World) -> Ticket {
    Ticket {
        network: world.founding.network(),
        charter: world.founding.id(),
        inviter: id_of(&world.node),
        addresses: world.addresses.addresses.clone(),
        secret: world.secret.clone(),
        expires: Timestamp(TIME.0 + 86_400_000),
        purpose: Purpose::Structure,
        structure: "CCI du Puy-de-Dôme".into(),
        kind: "cci".into(),
    }
}

pub(crate) fn bundle(world: &World, runs: &[VerifiedRun]) -> Vec<u8> {
    let (mut encoder, mut file) = Encoder::start(world.founding.network());
    let shown = SignedEntry::of(&runs[0]).unwrap();
    file.extend(encoder.item(&Item::Authority(Box::new(shown))));
    file.extend(encoder.item(&Item::Run(Arc::clone(runs[1].wire()))));
    file.extend(encoder.finish());
    file
}

pub(crate) fn created(world: &World) -> Place {
    let author = id_of(&world.node);
    Place { author, seq: 2 }
}

pub(crate) fn changed(world: &World) -> Place {
    let author = id_of(&world.node);
    Place { author, seq: 3 }
}

/// The vectors' second run, the record in it erased.
pub(crate) fn emptied(runs: &[VerifiedRun]) -> Arc<[u8]> {
    let emptied = leave_out(runs[1].wire(), &[2, 3].into()).unwrap();
    emptied.expect("both have a body")
}
