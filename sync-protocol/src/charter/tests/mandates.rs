//! Who may do what, by default and by mandates that were voted.

use proptest::prelude::*;

use super::*;

fn members() -> (Version, [Partner; 5]) {
    let partners = [
        Partner::of_kind(1, "park"),
        Partner::of_kind(2, "cci"),
        Partner::of_kind(3, "chamber_agriculture"),
        Partner::of_kind(4, "epci"),
        Partner::of_kind(5, "lender"),
    ];
    (founding(&partners), partners)
}

fn create<'a>(collection: &'a str, theme: &'a str) -> Action<'a> {
    Action {
        collection,
        act: Act::Create,
        territory: &["63003", "200070761"],
        theme: Some(theme),
    }
}

fn edit(collection: &str, owner: StructureId) -> Action<'_> {
    Action {
        act: Act::Edit { owner },
        theme: None,
        ..create(collection, "")
    }
}

/// Who of the five may act so; every denial has to say the same.
fn who(version: &Version, partners: &[Partner], action: &Action<'_>) -> Vec<usize> {
    let granted: Vec<usize> = (0..partners.len())
        .filter(|it| grants(version, &partners[*it].structure(), action).is_ok())
        .collect();
    let told: Vec<StructureId> = granted.iter().map(|it| partners[*it].structure()).collect();
    for partner in partners {
        if let Err(denied) = grants(version, &partner.structure(), action) {
            assert_eq!(denied.who_may, told);
        }
    }
    granted
}

#[test]
fn the_founding_defaults_are_those_of_the_charter() {
    let (version, partners) = members();
    let may = |action| who(&version, &partners, &action);
    let all = vec![0, 1, 2, 3, 4];
    assert_eq!(may(create("opportunity", "farm_takeover")), [2]);
    assert_eq!(may(create("opportunity", "business_takeover")), [1]);
    assert_eq!(may(create("opportunity", "premises")), [3]);
    assert_eq!(may(create("opportunity", "land")), [3]);
    assert_eq!(may(create("opportunity", "housing")), [3]);
    assert_eq!(may(create("opportunity", "farmland")), [2, 3]);
    assert_eq!(may(create("opportunity", "job")), all);
    assert_eq!(may(create("local_service", "school")), [3]);
    assert_eq!(may(create("project", "loan")), all);
    assert_eq!(may(create("referral", "loan")), all);
    // The park corrects public records; a referral or project is its owner's alone.
    let owner = partners[2].structure();
    assert_eq!(may(edit("opportunity", owner)), [0, 2]);
    assert_eq!(may(edit("local_service", owner)), [0, 2]);
    assert_eq!(may(edit("structure", owner)), [0, 2]);
    assert_eq!(may(edit("project", owner)), [2]);
    assert_eq!(may(edit("referral", owner)), [2]);
}

#[test]
fn a_refused_farm_listing_says_who_may_make_one() {
    let (version, partners) = members();
    let denied = grants(
        &version,
        &partners[1].structure(),
        &create("opportunity", "farm_takeover"),
    );
    assert_eq!(
        denied,
        Err(Denied {
            reason: DeniedReason::NoMandate,
            who_may: vec![partners[2].structure()],
        })
    );
}

#[test]
fn the_parties_of_a_referral_alone_move_it() {
    let (version, partners) = members();
    let parties = [partners[1].structure(), partners[4].structure()];
    let action = Action {
        act: Act::Move { parties: &parties },
        ..create("referral", "loan")
    };
    assert_eq!(who(&version, &partners, &action), [1, 4]);
    let denied = grants(&version, &partners[0].structure(), &action).unwrap_err();
    assert_eq!(denied.reason, DeniedReason::NotAParty);
    let stranger = grants(&version, &StructureId([9; 32]), &action).unwrap_err();
    assert_eq!(stranger.reason, DeniedReason::NotAMember);
}

#[test]
fn a_network_of_one_grants_it_everything() {
    let alone = Partner::of_kind(1, "lender");
    let version = founding(std::slice::from_ref(&alone));
    let others = StructureId([8; 32]);
    for action in [
        create("opportunity", "farm_takeover"),
        edit("project", others),
    ] {
        assert_eq!(grants(&version, &alone.structure(), &action), Ok(()));
    }
    let two = founding(&[alone.clone(), Partner::new(2)]);
    let denied = grants(
        &two,
        &alone.structure(),
        &create("opportunity", "farm_takeover"),
    );
    assert_eq!(denied.unwrap_err().who_may, []);
}

#[test]
fn declared_mandates_replace_the_defaults_of_their_collection_and_right_alone() {
    let (version, partners) = members();
    let lender = Holder::Structure(partners[4].structure());
    let mut terms = Terms::new(partners[0].node);
    terms.coordinator = Some(partners[1].structure());
    terms.mandates = vec![
        Mandate::new("opportunity", Right::Create, lender)
            .on(&["housing", "premises"])
            .within(&["200070761"]),
    ];
    let version = Version {
        terms: Some(terms),
        ..version
    };
    let may = |action| who(&version, &partners, &action);
    assert_eq!(may(create("opportunity", "premises")), [4]);
    assert_eq!(may(create("opportunity", "farm_takeover")), []);
    let elsewhere = Action {
        territory: &["63430", "200070712"],
        ..create("opportunity", "premises")
    };
    assert_eq!(may(elsewhere), []);
    let nowhere = Action {
        territory: &[],
        ..elsewhere
    };
    assert_eq!(may(nowhere), []);
    // Not named: local services, and the coordinator's corrections.
    assert_eq!(may(create("local_service", "school")), [3]);
    let owner = partners[2].structure();
    assert_eq!(may(edit("opportunity", owner)), [1, 2]);
}

#[test]
fn a_mandate_for_an_unknown_collection_is_harmless() {
    let (before, partners) = members();
    let mut terms = Terms::new(partners[0].node);
    let holder = Holder::Structure(partners[1].structure());
    terms.coordinator = before.coordinator();
    terms.mandates = vec![Mandate::new("balloons", Right::EditAny, holder)];
    let version = Version {
        terms: Some(terms),
        ..before.clone()
    };
    let owner = partners[2].structure();
    for theme in ["farm_takeover", "premises", "job"] {
        for action in [create("opportunity", theme), edit("opportunity", owner)] {
            assert_eq!(
                who(&version, &partners, &action),
                who(&before, &partners, &action)
            );
        }
    }
    assert_eq!(who(&version, &partners, &edit("balloons", owner)), [1, 2]);
}

#[test]
fn who_left_is_stood_in_for() {
    let (_, before, partners) = founders(3);
    let version = above(&before, 2, |version, terms| {
        remove(version, terms, &partners[2], &partners[1]);
    });
    let version = above(&version, 3, |version, terms| {
        remove(version, terms, &partners[1], &partners[0]);
    });
    let first = partners[0].structure();
    for partner in &partners {
        assert_eq!(version.successor_of(partner.structure()), first);
    }
}

fn any_mandate(structures: Vec<StructureId>) -> impl Strategy<Value = Mandate> {
    let holder = prop_oneof![
        Just(Holder::Everyone),
        Just(Holder::Coordinator),
        prop::sample::select(vec!["cci", "epci"]).prop_map(|kind| Holder::Kind(kind.into())),
        prop::sample::select(structures).prop_map(Holder::Structure),
    ];
    let codes = |codes: &'static [&'static str]| prop::sample::subsequence(codes, 0..=codes.len());
    (
        prop::sample::select(vec!["opportunity", "project", "local_service"]),
        prop::sample::select(vec![Right::Create, Right::EditOwn, Right::EditAny]),
        holder,
        codes(&["a", "b"]),
        codes(&["farm_takeover", "land"]),
    )
        .prop_map(|(collection, right, holder, territory, themes)| {
            Mandate::new(collection, right, holder)
                .within(&territory)
                .on(&themes)
        })
}

fn any_version() -> impl Strategy<Value = Version> {
    let (version, partners) = members();
    let structures: Vec<StructureId> = partners.iter().map(Partner::structure).collect();
    let mandates = prop::collection::btree_set(any_mandate(structures.clone()), 0..5);
    let coordinator = prop::option::of(prop::sample::select(structures));
    let kinds = prop::collection::vec(prop::sample::select(vec!["cci", "epci", "other"]), 5);
    (mandates, coordinator, kinds).prop_map(move |(mandates, coordinator, kinds)| {
        let mut version = version.clone();
        for (member, kind) in version.members.iter_mut().zip(kinds) {
            member.kind = kind.into();
        }
        let mut terms = Terms::new(partners[0].node);
        terms.coordinator = coordinator;
        terms.mandates = mandates.into_iter().collect();
        version.terms = Some(terms);
        version
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    /// Heads are asked for only where a version is known to narrow: none may be missed.
    #[test]
    fn whatever_is_lost_is_known_as_narrowed(before in any_version(), after in any_version()) {
        let next = above(&before, 2, |version, terms| {
            version.members.clone_from(&after.members);
            *terms = after.terms.clone().unwrap();
        });
        let narrowing = Step::new(&before, &next).narrowing;
        let (_, partners) = members();
        let owner = partners[4].structure();
        for partner in &partners {
            let structure = partner.structure();
            for collection in ["opportunity", "project", "local_service", "balloons"] {
                for act in [Act::Create, Act::Edit { owner: structure }, Act::Edit { owner }] {
                    for territory in [&[][..], &["a"], &["a", "b"], &["c"]] {
                        for theme in [None, Some("farm_takeover"), Some("land"), Some("job")] {
                            let action = Action { collection, act, territory, theme };
                            let lost = grants(&before, &structure, &action).is_ok()
                                && grants(&next, &structure, &action).is_err();
                            prop_assert!(
                                !lost || narrowing.structures.contains(&structure),
                                "{action:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}
