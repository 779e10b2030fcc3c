//! Encodings: one way to write each, bounded, no panic.

use proptest::prelude::*;

use super::*;
use crate::entry::MAX_BODY_BYTES;
use crate::id::PersonKey;

fn rising<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let set: BTreeSet<T> = values.into_iter().collect();
    set.into_iter().collect()
}

fn full() -> Version {
    let partners: Vec<Partner> = (1..=4).map(Partner::new).collect();
    let [a, b, ..] = [partners[0].structure(), partners[1].structure()];
    let mut version = founding(&partners);
    version.number = 5;
    version.previous = VersionId([7; 32]);
    version.terms = Some(Terms {
        round: 2,
        proposer: partners[0].node,
        coordinator: Some(a),
        admissions: 2,
        mandates: rising([
            Mandate::new("opportunity", Right::Create, Holder::Kind("cci".into()))
                .on(&["business_takeover", "premises"])
                .within(&["63430", "200070712"]),
            Mandate::new("opportunity", Right::EditAny, Holder::Coordinator),
            Mandate::new("project", Right::EditOwn, Holder::Everyone),
            Mandate::new("project", Right::Create, Holder::Structure(b)),
        ]),
        committee_quorum: 2,
        committee: (1..=3)
            .map(|seed| Person {
                key: PersonKey([seed; 32]),
                name: "Élue".into(),
            })
            .collect(),
        successors: vec![Successor {
            left: StructureId([9; 32]),
            successor: a,
        }],
        dormant: vec![b],
        closed: vec![Closed {
            node: node(50),
            structure: b,
        }],
        heads: vec![
            FixedHead {
                version: 3,
                node: node(50),
                tip: Tip::EMPTY,
                structure: b,
            },
            FixedHead {
                version: 5,
                node: node(51),
                tip: Tip {
                    seq: 8,
                    id: EntryId([8; 32]),
                },
                structure: b,
            },
        ],
        lifted: vec![Subject::Structure(b), Subject::Node(node(52))],
    });
    version
}

#[test]
fn a_version_with_all_terms_round_trips_and_every_byte_counts() {
    let version = full();
    let bytes = version.encode();
    assert_eq!(bytes[0], 2);
    assert_eq!(Version::decode(&bytes), Ok(version.clone()));
    for place in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= bit;
            if let Ok(read) = Version::decode(&changed) {
                assert_eq!(read.encode(), changed, "byte {place} has two meanings");
                assert_ne!(read, version);
            }
        }
    }
    for cut in 0..bytes.len() {
        assert!(Version::decode(&bytes[..cut]).is_err());
    }
}

#[test]
fn terms_that_speak_of_no_member_or_out_of_order_are_refused() {
    type Spoil = fn(&mut Terms);
    let spoilt: [(&str, Spoil); 16] = [
        ("the coordinator", |it| {
            it.coordinator = Some(StructureId([1; 32]));
        }),
        ("admissions delegated to nobody", |it| it.coordinator = None),
        ("more admissions", |it| it.admissions = 3),
        ("a mandate of no member", |it| {
            let nobody = Holder::Structure(StructureId([1; 32]));
            it.mandates = vec![Mandate::new("agent", Right::Create, nobody)];
        }),
        ("rising", |it| it.mandates.reverse()),
        ("rising", |it| it.mandates[0].themes.reverse()),
        ("cannot ratify", |it| it.committee_quorum = 4),
        ("cannot ratify", |it| it.committee_quorum = 0),
        ("sits twice", |it| {
            it.committee[1].key = it.committee[0].key;
            it.committee[1].name.push('z');
        }),
        ("a successor", |it| {
            it.successors[0].successor = StructureId([1; 32]);
        }),
        ("dormant", |it| it.dormant[0] = StructureId([1; 32])),
        ("closed twice", |it| {
            let mut again = it.closed[0];
            again.structure = StructureId([0xFF; 32]);
            it.closed.push(again);
        }),
        ("closed node votes", |it| it.closed[0].node = node(101)),
        ("later version", |it| it.heads[1].version = 6),
        ("two heads", |it| {
            it.heads[1].version = 3;
            it.heads[1].node = node(50);
        }),
        ("rising", |it| it.lifted.reverse()),
    ];
    for (expected, spoil) in spoilt {
        let mut version = full();
        spoil(version.terms.as_mut().unwrap());
        let error = Version::decode(&version.encode()).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn mandates_that_name_more_than_can_be_compared_quickly_are_refused() {
    let mut version = full();
    let codes: Vec<String> = (0..MAX_CODES).map(|it| format!("{it:05}")).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let mandates = |count: usize| {
        rising((0..count).map(|it| {
            let collection = format!("{it:03}");
            Mandate::new(&collection, Right::Create, Holder::Everyone).within(&codes)
        }))
    };
    let most = MAX_ALL_CODES / MAX_CODES;
    version.terms.as_mut().unwrap().mandates = mandates(most);
    assert_eq!(Version::decode(&version.encode()), Ok(version.clone()));
    version.terms.as_mut().unwrap().mandates = mandates(most + 1);
    assert!(Version::decode(&version.encode()).is_err());
}

#[test]
fn all_asleep_is_refused() {
    let mut version = full();
    let terms = version.terms.as_mut().unwrap();
    terms.dormant = rising(version.members.iter().map(|member| member.structure));
    assert!(Version::decode(&version.encode()).is_err());
}

/// The largest roll, everyone with a mandate of its own, stays within the body of one entry.
#[test]
fn the_largest_roll_with_a_mandate_each_fits_a_body() {
    let mut version = founding(&[Partner::new(1)]);
    version.members = (0..MAX_MEMBERS)
        .map(|number| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&(number as u64 + 1).to_be_bytes());
            Member {
                structure: StructureId(id),
                root: RootKey(id),
                voting_node: NodeId(id),
                name: "Communauté de communes Ambert Livradois Forez".into(),
                kind: "epci".into(),
            }
        })
        .collect();
    let mut terms = Terms::new(node(1));
    terms.mandates = rising(version.members.iter().map(|member| {
        Mandate::new(
            "opportunity",
            Right::Create,
            Holder::Structure(member.structure),
        )
        .on(&["housing", "land", "premises"])
        .within(&["200070712"])
    }));
    version.terms = Some(terms);
    let bytes = version.encode();
    assert!(bytes.len() < MAX_BODY_BYTES, "{}", bytes.len());
    assert_eq!(Version::decode(&bytes), Ok(version));
}

#[test]
fn approvals_without_tips_are_the_32_bytes_they_always_were() {
    let version = VersionId([3; 32]);
    let plain = Approval {
        version,
        tips: vec![],
    };
    assert_eq!(plain.encode(), version.0);
    assert_eq!(Approval::decode(&version.0), Ok(plain.clone()));
    let tip = Tip {
        seq: 4,
        id: EntryId([5; 32]),
    };
    let stated = Approval {
        tips: vec![(node(1), tip), (node(2), tip)],
        ..plain
    };
    assert_eq!(Approval::decode(&stated.encode()), Ok(stated.clone()));
    for spoil in [
        |it: &mut Approval| it.tips.reverse(),
        |it: &mut Approval| it.tips[1].0 = node(1),
        |it: &mut Approval| it.tips[1].1 = Tip::EMPTY,
    ] {
        let mut spoilt = stated.clone();
        spoil(&mut spoilt);
        assert!(Approval::decode(&spoilt.encode()).is_err(), "{spoilt:?}");
    }
    assert!(Approval::decode(&[&version.0[..], &[0]].concat()).is_err());
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(mut bytes: Vec<u8>, format in 0u8..4) {
        let _ = Certificate::decode(NodeId::ZERO, &bytes);
        let _ = Approval::decode(&bytes);
        if let Some(first) = bytes.first_mut() {
            *first = format;
        }
        let _ = Version::decode(&bytes);
        let _ = Certified::decode(&bytes);
        let _ = Suspend::decode(&bytes);
        let _ = Ratify::decode(&bytes);
    }

    /// What a hostile member may make of a version has one encoding, or none.
    #[test]
    fn mutated_terms_have_one_encoding(changes in prop::collection::vec((any::<usize>(), any::<u8>()), 1..6)) {
        let mut bytes = full().encode();
        for (place, byte) in changes {
            let place = place % bytes.len();
            bytes[place] = byte;
        }
        if let Ok(read) = Version::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes);
        }
    }

    #[test]
    fn statements_round_trip(
        version: [u8; 32],
        approvals in prop::collection::btree_set(any::<[u8; 32]>(), 0..5),
        tips in prop::collection::btree_map(any::<[u8; 32]>(), (1u64.., any::<[u8; 32]>()), 0..5),
    ) {
        let certified = Certified {
            version: VersionId(version),
            approvals: approvals.into_iter().map(EntryId).collect(),
        };
        prop_assert_eq!(Certified::decode(&certified.encode()).unwrap(), certified);
        let suspend = Suspend {
            version: VersionId(version),
            subject: Subject::Node(NodeId(version)),
            tips: tips
                .into_iter()
                .filter(|(_, (_, id))| *id != [0; 32])
                .map(|(node, (seq, id))| (NodeId(node), Tip { seq, id: EntryId(id) }))
                .collect(),
        };
        prop_assert_eq!(Suspend::decode(&suspend.encode()).unwrap(), suspend);
    }
}
