//! The values that all vectors are made of.

use ed25519_dalek::SigningKey;
use sync_protocol::address::Addresses;
use sync_protocol::body::{Ancestor, Change, Check, Create, Speaker};
use sync_protocol::charter::{
    Approval, Certificate, Certified, Closed, Holder, Mandate, Member, Person, Ratify, Right,
    Subject, Suspend, Version,
};
use sync_protocol::entry::Place;
use sync_protocol::frame::OLDEST_VERSION;
use sync_protocol::frontier::Tip;
use sync_protocol::id::{
    EntryId, NodeId, PersonKey, RecordId, RootKey, Salt, StructureId, VersionId,
};
use sync_protocol::invitation::Secret;
use sync_protocol::time::Timestamp;

pub(crate) const PREAMBLE_BYTES: usize = 111;
pub(crate) const TIME: Timestamp = Timestamp(1_790_000_000_000);

/// The values that all vectors are made of.
pub(crate) struct World {
    pub(crate) node: SigningKey,
    pub(crate) other: SigningKey,
    pub(crate) root: SigningKey,
    pub(crate) founding: Version,
    pub(crate) second: Version,
    pub(crate) third: Version,
    pub(crate) person: SigningKey,
    pub(crate) record: RecordId,
    pub(crate) create: Create,
    pub(crate) change: Change,
    pub(crate) certificate: Certificate,
    pub(crate) addresses: Addresses,
    pub(crate) secret: Secret,
}

pub(crate) fn id_of(key: &SigningKey) -> NodeId {
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
pub(crate) const LOST: NodeId = NodeId([0x88; 32]);

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
pub(crate) fn statements(world: &World) -> (Approval, Certified, Suspend, Ratify) {
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

pub(crate) fn world() -> World {
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
