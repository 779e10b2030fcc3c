//! Every vector by its id.

use std::collections::BTreeMap;

use sync_protocol::authority::SignedEntry;
use sync_protocol::codec::Writer;
use sync_protocol::entry::{Header, body_hash};
use sync_protocol::frame::Frame;
use sync_protocol::frontier::encode_rows;
use sync_protocol::id::ActorId;
use sync_protocol::run::VerifiedRun;

use crate::frames::frames;
use crate::journal::{bundle, emptied, frontier, join, journal, plain, ticket};
use crate::world::{id_of, statements, world};

/// Every vector by its id; text travels as its bytes.
pub(crate) fn vectors() -> BTreeMap<&'static str, Vec<u8>> {
    let world = world();
    let runs = journal(&world);
    let network = world.founding.network();
    let structure = world.founding.members[0].structure;
    let headers: Vec<&Header> = runs
        .iter()
        .flat_map(VerifiedRun::entries)
        .map(|entry| &entry.header)
        .collect();
    let frontier = frontier(&world, &runs);
    let mut rows = Vec::new();
    encode_rows(&frontier.rows(), &mut rows);
    let (mut varint, mut signed) = (Vec::new(), Vec::new());
    varint.put_varint(300);
    signed.put_signed_varint(-5);
    let request = Frame::Join(join(&world)).encode();
    let (approval, certified, suspend, ratify) = statements(&world);
    let mut all = BTreeMap::from([
        ("varint", varint),
        ("signed-varint", signed),
        ("key-root", world.root.verifying_key().to_bytes().to_vec()),
        ("key-node", id_of(&world.node).0.to_vec()),
        ("structure-id", structure.0.to_vec()),
        ("salt", world.create.salt.0.to_vec()),
        ("record-id", world.record.0.to_vec()),
        (
            "actor",
            ActorId::derive(&network, &world.record, &id_of(&world.node), 2)
                .0
                .to_vec(),
        ),
        ("body-certificate", world.certificate.encode()),
        ("body-create", world.create.encode()),
        ("body-change", world.change.encode()),
        ("body-propose", world.second.encode()),
        ("body-approve", world.second.id().0.to_vec()),
        ("body-address", world.addresses.encode()),
        ("body-approve-tips", approval.encode()),
        ("body-certify", certified.encode()),
        ("body-suspend", suspend.encode()),
        ("body-ratify", ratify.encode()),
        ("body-hash", body_hash(&world.create.encode()).0.to_vec()),
        ("header-1", headers[0].encode().to_vec()),
        ("entry-id-1", headers[0].id().0.to_vec()),
        ("header-2", headers[1].encode().to_vec()),
        ("entry-id-2", headers[1].id().0.to_vec()),
        ("signature-1", runs[0].signature().to_vec()),
        ("run-plain", plain(runs[1].wire())),
        ("run-wire", runs[1].wire().to_vec()),
        ("run-certificate-wire", runs[0].wire().to_vec()),
        ("run-left-out-plain", plain(&emptied(&runs))),
        ("run-left-out-wire", emptied(&runs).to_vec()),
        ("frontier-rows", rows),
        ("frontier-digest", frontier.digest().0.to_vec()),
        ("version-0", world.founding.encode()),
        ("version-0-id", world.founding.id().0.to_vec()),
        ("version-1-id", world.second.id().0.to_vec()),
        ("version-2", world.third.encode()),
        ("version-2-id", world.third.id().0.to_vec()),
        ("signed-entry", SignedEntry::of(&runs[3]).unwrap().encode()),
        ("invitation", world.secret.handle().to_vec()),
        ("ticket", ticket(&world).to_string().into_bytes()),
        ("join-mac", request[request.len() - 32..].to_vec()),
        ("bundle", bundle(&world, &runs)),
    ]);
    for (id, frame) in frames(&world, &runs) {
        all.insert(id, frame.encode());
    }
    all
}
