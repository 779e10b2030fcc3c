//! The byte vectors of docs/protocol.md against the code.
//!
//! Blocks that open with three backquotes, `hex` (or `text`) and an id hold a vector.
//! `UPDATE_DOCS=1` rewrites them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use data_encoding::HEXLOWER;
use ed25519_dalek::SigningKey;
use sync_protocol::address::Addresses;
use sync_protocol::admission::{JoinAnswer, JoinRequest, Refusal};
use sync_protocol::authority::SignedEntry;
use sync_protocol::body::{Ancestor, Change, Check, Create, Speaker};
use sync_protocol::bundle::{Decoder, Encoder, Item};
use sync_protocol::charter::{
    Approval, Certificate, Certified, Closed, Holder, Mandate, Member, Person, Ratify, Right,
    Subject, Suspend, Version,
};
use sync_protocol::codec::Writer;
use sync_protocol::entry::{Header, Kind, Place, body_hash};
use sync_protocol::frame::{
    Bye, ByeReason, Chunk, Claim, Frame, Hello, NEWEST_VERSION, OLDEST_VERSION,
};
use sync_protocol::frontier::{Frontier, Tip, decode_rows, encode_rows};
use sync_protocol::id::{
    ActorId, EntryId, NodeId, PersonKey, RecordId, RootKey, Salt, StructureId, VersionId,
};
use sync_protocol::invitation::{Purpose, Secret, Ticket};
use sync_protocol::run::{
    Preamble, Statement, VerifiedRun, leave_out, sign, signature_holds, verify,
};
use sync_protocol::time::Timestamp;

const PREAMBLE_BYTES: usize = 111;
const TIME: Timestamp = Timestamp(1_790_000_000_000);

/// The values that all vectors are made of.
struct World {
    node: SigningKey,
    other: SigningKey,
    root: SigningKey,
    founding: Version,
    second: Version,
    third: Version,
    person: SigningKey,
    record: RecordId,
    create: Create,
    change: Change,
    certificate: Certificate,
    addresses: Addresses,
    secret: Secret,
}

fn id_of(key: &SigningKey) -> NodeId {
    NodeId(key.verifying_key().to_bytes())
}

fn member(root: &SigningKey, node: &SigningKey, name: &str, kind: &str) -> Member {
    let root = RootKey(root.verifying_key().to_bytes());
    Member {
        structure: StructureId::derive(&root),
        root,
        voting_node: id_of(node),
        name: name.into(),
        kind: kind.into(),
    }
}

/// A node that version 2 closes.
const LOST: NodeId = NodeId([0x88; 32]);

/// Version 2, with terms.
fn third(second: &Version, node: &SigningKey, person: &SigningKey) -> Version {
    let (first, other) = (second.members[0].structure, second.members[1].structure);
    let mut version = second.amended(id_of(node), Timestamp(TIME.0 + 2));
    let terms = version.terms.as_mut().unwrap();
    terms.coordinator = Some(first);
    terms.admissions = 1;
    terms.mandates = vec![
        Mandate::new("opportunity", Right::Create, Holder::Kind("cci".into()))
            .on(&["business_takeover"]),
        Mandate::new("opportunity", Right::Create, Holder::Structure(other))
            .on(&["premises"])
            .within(&["200070761", "63003"]),
        Mandate::new("opportunity", Right::EditAny, Holder::Coordinator),
    ];
    terms.committee_quorum = 1;
    terms.committee = vec![Person {
        key: PersonKey(person.verifying_key().to_bytes()),
        name: "Élue".into(),
    }];
    terms.closed = vec![Closed {
        node: LOST,
        structure: other,
    }];
    terms.lifted = vec![Subject::Node(LOST)];
    version
}

/// What voting nodes, the proposer and a person say about version 2 and node `88…88`.
fn statements(world: &World) -> (Approval, Certified, Suspend, Ratify) {
    let tip = Tip {
        seq: 300,
        id: EntryId([0x77; 32]),
    };
    let tips = vec![(LOST, tip)];
    let version = world.third.id();
    let approval = Approval {
        version,
        tips: tips.clone(),
    };
    let certified = Certified {
        version,
        approvals: vec![EntryId([0x99; 32]), EntryId([0xAA; 32])],
    };
    let suspend = Suspend {
        version: world.second.id(),
        subject: Subject::Node(LOST),
        tips,
    };
    let record = Place {
        author: id_of(&world.node),
        seq: 2,
    };
    let network = world.founding.network();
    let ratify = Ratify::sign(network, record, [0xBB; 32], version, &world.person);
    (approval, certified, suspend, ratify)
}

fn world() -> World {
    let [root, node, other_root, other] = [1, 2, 3, 4].map(|it| SigningKey::from_bytes(&[it; 32]));
    let founding = Version {
        number: 0,
        previous: VersionId::ZERO,
        name: "Livradois-Forez".into(),
        minimum_protocol: OLDEST_VERSION,
        written: TIME,
        members: vec![member(&root, &node, "Parc naturel régional", "pnr")],
        terms: None,
    };
    let newcomer = member(&other_root, &other, "CCI du Puy-de-Dôme", "cci");
    let second_version = founding.admitting(newcomer, Timestamp(TIME.0 + 1));
    let network = founding.network();
    let structure = founding.members[0].structure;
    let person = SigningKey::from_bytes(&[5; 32]);
    let third = third(&second_version, &node, &person);
    let salt = Salt::imported("rdi", "42");
    let first = Change {
        person: None,
        reason: 0,
        epoch: 2,
        ancestors: vec![],
        speakers: vec![],
        operations: b"first".to_vec(),
    };
    let ancestors = vec![
        Ancestor::Own { seq: 2 },
        Ancestor::Other {
            author: id_of(&other),
            seq: 300,
            check: Check([0x77; 4]),
        },
    ];
    World {
        record: RecordId::derive(&network, &structure, "opportunity", &salt),
        certificate: Certificate::issue(network, structure, &root, id_of(&node)),
        create: Create {
            collection: "opportunity".into(),
            salt,
            first: first.clone(),
        },
        change: Change {
            person: Some(RecordId([0x55; 32])),
            reason: 3,
            epoch: 3,
            ancestors,
            speakers: vec![
                Speaker::Own { epoch: 2 },
                Speaker::Other {
                    author: id_of(&other),
                    epoch: 299,
                },
            ],
            operations: b"second".to_vec(),
        },
        addresses: Addresses {
            addresses: vec!["hub.example.org:4433".into(), "[2001:db8::1]:4433".into()],
        },
        secret: Secret::new([6; 16]),
        node,
        other,
        root,
        founding,
        second: second_version,
        third,
        person,
    }
}

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
fn journal(world: &World) -> Vec<VerifiedRun> {
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

fn frontier(world: &World, runs: &[VerifiedRun]) -> Frontier {
    let other = Tip {
        seq: 300,
        id: EntryId([0x77; 32]),
    };
    let own = runs.last().unwrap().last();
    [(id_of(&world.node), own), (id_of(&world.other), other)]
        .into_iter()
        .collect()
}

fn plain(wire: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(&wire[PREAMBLE_BYTES..], 1 << 20).unwrap()
}

fn join(world: &World) -> JoinRequest {
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

fn ticket(world: &World) -> Ticket {
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

fn bundle(world: &World, runs: &[VerifiedRun]) -> Vec<u8> {
    let (mut encoder, mut file) = Encoder::start(world.founding.network());
    let shown = SignedEntry::of(&runs[0]).unwrap();
    file.extend(encoder.item(&Item::Authority(Box::new(shown))));
    file.extend(encoder.item(&Item::Run(Arc::clone(runs[1].wire()))));
    file.extend(encoder.finish());
    file
}

fn created(world: &World) -> Place {
    let author = id_of(&world.node);
    Place { author, seq: 2 }
}

fn changed(world: &World) -> Place {
    let author = id_of(&world.node);
    Place { author, seq: 3 }
}

/// The vectors' second run, the record in it erased.
fn emptied(runs: &[VerifiedRun]) -> Arc<[u8]> {
    let emptied = leave_out(runs[1].wire(), &[2, 3].into()).unwrap();
    emptied.expect("both have a body")
}

fn frames(world: &World, runs: &[VerifiedRun]) -> Vec<(&'static str, Frame)> {
    let frontier = frontier(world, runs);
    let hash = [0x22; 32];
    vec![
        (
            "frame-hello",
            Frame::Hello(Hello {
                oldest: OLDEST_VERSION,
                newest: NEWEST_VERSION,
                network: world.founding.network(),
                charter_number: 0,
                charter: world.founding.id(),
                digest: frontier.digest(),
                certificate: world.certificate.encode(),
            }),
        ),
        ("frame-frontier", Frame::Frontier(frontier.rows())),
        (
            "frame-run",
            Frame::Run {
                spread: 2,
                wire: Arc::clone(runs[1].wire()),
            },
        ),
        ("frame-ack", Frame::Ack(frontier.rows()[..1].to_vec())),
        (
            "frame-claims",
            Frame::Claims(vec![Claim {
                holder: id_of(&world.other).prefix(),
                seq: 4,
            }]),
        ),
        (
            "frame-resume",
            Frame::Resume {
                author: id_of(&world.node),
                after: 1,
            },
        ),
        ("frame-want", Frame::Want(vec![hash])),
        (
            "frame-blob",
            Frame::Blob(Chunk {
                hash,
                total: 300,
                offset: 290,
                bytes: vec![9; 10],
            }),
        ),
        ("frame-join", Frame::Join(join(world))),
        (
            "frame-join-admitted",
            Frame::JoinAnswer(JoinAnswer::Admitted {
                pinned: world.founding.encode(),
                certificate: Vec::new(),
            }),
        ),
        (
            "frame-join-pending",
            Frame::JoinAnswer(JoinAnswer::Pending {
                pinned: world.founding.encode(),
                missing: 2,
            }),
        ),
        (
            "frame-join-refused",
            Frame::JoinAnswer(JoinAnswer::Refused(Refusal::Expired)),
        ),
        (
            "frame-bye",
            Frame::Bye(Bye {
                reason: ByeReason::Misbehaved,
                detail: "no greeting in time".into(),
            }),
        ),
        (
            "frame-full-frontier",
            Frame::FullFrontier(frontier.iter().map(|(id, tip)| (*id, *tip)).collect()),
        ),
        (
            "frame-charter",
            Frame::Charter(vec![SignedEntry::of(&runs[3]).unwrap()]),
        ),
        (
            "frame-want-bodies",
            Frame::WantBodies(vec![created(world), changed(world)]),
        ),
        (
            "frame-body",
            Frame::Body {
                place: changed(world),
                body: Some(world.change.encode()),
            },
        ),
        (
            "frame-body-not-held",
            Frame::Body {
                place: created(world),
                body: None,
            },
        ),
    ]
}

/// Every vector by its id; text travels as its bytes.
fn vectors() -> BTreeMap<&'static str, Vec<u8>> {
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

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/protocol.md")
}

/// The blocks of the page: language, id, content.
fn blocks(text: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((language, id)) = line.strip_prefix("```").and_then(|it| it.split_once(' '))
        else {
            continue;
        };
        let content: String = lines
            .by_ref()
            .take_while(|line| !line.starts_with("```"))
            .collect();
        found.push((language.to_owned(), id.to_owned(), content));
    }
    found
}

/// The vectors as the page has them, rewritten before if that is asked for.
fn documented() -> BTreeMap<String, Vec<u8>> {
    static UPDATED: Once = Once::new();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        UPDATED.call_once(update);
    }
    let text = fs::read_to_string(page()).unwrap();
    blocks(&text)
        .into_iter()
        .map(|(language, id, content)| {
            let bytes = match language.as_str() {
                "hex" => HEXLOWER.decode(content.as_bytes()).unwrap_or_default(),
                _ => content.into_bytes(),
            };
            (id, bytes)
        })
        .collect()
}

/// Rewrites every block with what the code says.
fn update() {
    let text = fs::read_to_string(page()).unwrap();
    let vectors = vectors();
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some((language, id)) = line.strip_prefix("```").and_then(|it| it.split_once(' '))
        else {
            continue;
        };
        for _ in lines.by_ref().take_while(|line| !line.starts_with("```")) {}
        let bytes = vectors.get(id).unwrap_or_else(|| panic!("no vector {id}"));
        let content = match language {
            "hex" => HEXLOWER.encode(bytes),
            _ => String::from_utf8(bytes.clone()).unwrap(),
        };
        for piece in content.as_bytes().chunks(96) {
            out.push_str(std::str::from_utf8(piece).unwrap());
            out.push('\n');
        }
        out.push_str("```\n");
    }
    fs::write(page(), out).unwrap();
}

/// Vectors that hold compressed bytes: others may compress otherwise, so these are only read.
const COMPRESSED: [&str; 5] = [
    "run-wire",
    "run-certificate-wire",
    "run-left-out-wire",
    "frame-run",
    "bundle",
];

#[test]
fn the_page_says_what_the_code_does() {
    let (documented, vectors) = (documented(), vectors());
    for (id, bytes) in &vectors {
        let there = documented
            .get(*id)
            .unwrap_or_else(|| panic!("docs/protocol.md lacks the vector {id}"));
        if !COMPRESSED.contains(id) {
            assert_eq!(
                HEXLOWER.encode(there),
                HEXLOWER.encode(bytes),
                "vector {id}: UPDATE_DOCS=1 rewrites it if the change is meant"
            );
        }
    }
    for id in documented.keys() {
        assert!(
            vectors.contains_key(id.as_str()),
            "nobody checks vector {id}"
        );
    }
}

#[test]
fn documented_runs_verify_and_say_what_was_said() {
    let (world, documented) = (world(), documented());
    let network = world.founding.network();
    let expected = journal(&world);
    let first = verify(network, Tip::EMPTY, &documented["run-certificate-wire"]).unwrap();
    let second = verify(network, first.last(), &documented["run-wire"]).unwrap();
    assert_eq!(first.entries(), expected[0].entries());
    assert_eq!(second.entries(), expected[1].entries());
    let preamble = Preamble::decode(&documented["run-wire"]).unwrap();
    assert_eq!((preamble.first_seq, preamble.count), (2, 3));
    assert_eq!(plain(&documented["run-wire"]), documented["run-plain"]);
    let emptied = &documented["run-left-out-wire"];
    assert_eq!(plain(emptied), documented["run-left-out-plain"]);
    let emptied = verify(network, first.last(), emptied).unwrap();
    assert_eq!(emptied.last(), second.last());
    let has_body = emptied.entries().iter().map(|it| it.body.is_some());
    assert_eq!(has_body.collect::<Vec<_>>(), [false, false, true]);
    let signature: [u8; 64] = documented["signature-1"].as_slice().try_into().unwrap();
    assert!(signature_holds(
        &first.author(),
        &first.last().id,
        &signature
    ));
    match Frame::decode(&documented["frame-run"]).unwrap() {
        Frame::Run { spread: 2, wire } => {
            assert_eq!(
                verify(network, first.last(), &wire).unwrap().entries(),
                second.entries()
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn documented_frames_are_read_as_what_they_are() {
    let (world, documented) = (world(), documented());
    let runs = journal(&world);
    for (id, frame) in frames(&world, &runs) {
        let read = Frame::decode(&documented[id]).unwrap();
        if id != "frame-run" {
            assert_eq!(read, frame, "{id}");
        }
        assert_eq!(read.encode(), documented[id], "{id}");
    }
}

#[test]
fn documented_values_are_read_as_what_they_are() {
    let (world, documented) = (world(), documented());
    let runs = journal(&world);
    let entries: Vec<_> = runs.iter().flat_map(VerifiedRun::entries).collect();
    for (id, entry) in [("header-1", entries[0]), ("header-2", entries[1])] {
        assert_eq!(Header::decode(&documented[id]).unwrap(), entry.header);
    }
    assert_eq!(
        Create::decode(&documented["body-create"]).unwrap(),
        world.create
    );
    assert_eq!(
        Change::decode(&documented["body-change"]).unwrap(),
        world.change
    );
    assert_eq!(
        Addresses::decode(&documented["body-address"]).unwrap(),
        world.addresses
    );
    assert_eq!(
        Version::decode(&documented["version-0"]).unwrap(),
        world.founding
    );
    assert_eq!(
        Version::decode(&documented["body-propose"]).unwrap(),
        world.second
    );
    assert_eq!(
        Version::decode(&documented["version-2"]).unwrap(),
        world.third
    );
    let (approval, certified, suspend, ratify) = statements(&world);
    assert_eq!(
        Approval::decode(&documented["body-approve-tips"]).unwrap(),
        approval
    );
    assert_eq!(
        Certified::decode(&documented["body-certify"]).unwrap(),
        certified
    );
    assert_eq!(
        Suspend::decode(&documented["body-suspend"]).unwrap(),
        suspend
    );
    let ratified = Ratify::decode(&documented["body-ratify"]).unwrap();
    assert_eq!(ratified, ratify);
    assert!(ratified.holds(world.founding.network()));
    let certificate = Certificate::decode(id_of(&world.node), &documented["body-certificate"]);
    assert_eq!(certificate.unwrap(), world.certificate);
    assert!(world.certificate.verify(world.founding.network()).is_ok());
    let signed = SignedEntry::decode(&documented["signed-entry"]).unwrap();
    assert!(signed.holds(world.founding.network()));
    let mut reader = sync_protocol::codec::Reader::new(&documented["frontier-rows"]);
    assert_eq!(
        decode_rows(&mut reader).unwrap(),
        frontier(&world, &runs).rows()
    );
    let text = String::from_utf8(documented["ticket"].clone()).unwrap();
    assert_eq!(text.parse::<Ticket>().unwrap(), ticket(&world));
}

#[test]
fn the_documented_bundle_is_read() {
    let (world, documented) = (world(), documented());
    let runs = journal(&world);
    let mut decoder = Decoder::new(world.founding.network());
    let items = decoder.push(&documented["bundle"]).unwrap();
    assert_eq!(decoder.finish().unwrap(), 2);
    let shown = SignedEntry::of(&runs[0]).unwrap();
    assert_eq!(items[0], Item::Authority(Box::new(shown)));
    let Item::Run(wire) = &items[1] else {
        panic!("a run");
    };
    let network = world.founding.network();
    let run = verify(network, runs[0].last(), wire).unwrap();
    assert_eq!(run.entries(), runs[1].entries());
}
