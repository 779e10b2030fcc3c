//! What people are told before they propose is what comes of it once they have.

use super::*;

/// Versions above a founding one that admit, remove, mandate and put to sleep.
fn amendments(first: &Version, partners: &[Partner]) -> Vec<Version> {
    let last = partners.len() - 1;
    vec![
        first.admitting(Partner::new(9).member(), Timestamp(2)),
        above(first, 3, |version, terms| {
            remove(version, terms, &partners[last], &partners[0]);
        }),
        above(first, 4, |_, terms| {
            let holder = Holder::Structure(partners[0].structure());
            terms.mandates = vec![Mandate::new("project", Right::Create, holder)];
        }),
        above(first, 5, |_, terms| {
            terms.dormant = vec![partners[last].structure()];
        }),
        above(first, 6, |_, terms| terms.round = 1),
    ]
}

#[test]
fn an_outlook_says_what_the_proposal_then_says() {
    for count in 2..=5u8 {
        let (network, first, mut partners) = founders(count);
        let versions = amendments(&first, &partners);
        let voters: Vec<NodeId> = partners.iter().map(|it| it.node).collect();
        for version in &versions {
            let before = show(network, &first, &[]);
            let outlook = before.outlook(version);
            let may: Vec<_> = voters
                .iter()
                .map(|node| before.may_propose(node, version))
                .collect();
            let proposed = partners[0].propose(network, version);
            let mut charter = show(network, &first, &[proposed]);
            let after: Vec<_> = voters
                .iter()
                .map(|node| charter.may_approve(node, &version.id()))
                .collect();
            assert_eq!(may, after, "{count}: {version:?}");
            let proposals = charter.proposals();
            let shown = proposals.iter().find(|it| it.version == version).unwrap();
            assert_eq!(outlook.fit, Ok(()));
            assert_eq!(outlook.concerns, shown.concerns);
            assert_eq!(
                (outlook.can_pass, &outlook.uncommitted),
                (shown.can_pass, &shown.waits_for)
            );
            assert_eq!(Some(&outlook.narrowing), charter.narrowing(&version.id()));
            let least = outlook
                .needed
                .min(outlook.needed_without_one.unwrap_or(outlook.needed));
            assert_eq!(shown.missing, least);
            // So many approvals bring it into force, and no fewer; whom it concerns comes last.
            let mut voting: Vec<usize> = (0..partners.len()).collect();
            voting.sort_by_key(|it| outlook.concerns.contains(&partners[*it].structure()));
            for (number, voter) in voting.into_iter().enumerate() {
                assert_eq!(
                    charter.is_effective(&version.id()),
                    number >= least,
                    "{number}"
                );
                let vote = partners[voter].approve(network, version);
                charter.observe(&vote);
            }
        }
    }
}

#[test]
fn mandates_in_force_are_those_named_then_the_defaults_then_everyones() {
    let (_, first, partners) = founders(2);
    let everyone = |right| vec![Mandate::new("project", right, Holder::Everyone)];
    assert_eq!(
        first.in_force("project", Right::Create),
        everyone(Right::Create)
    );
    assert_eq!(
        first.in_force("project", Right::EditOwn),
        everyone(Right::EditOwn)
    );
    assert_eq!(first.in_force("project", Right::EditAny), Vec::new());
    let defaults: Vec<Mandate> = defaults()
        .iter()
        .filter(|it| it.collection == "opportunity" && it.right == Right::Create)
        .cloned()
        .collect();
    assert_eq!(first.in_force("opportunity", Right::Create), defaults);
    let one = Mandate::new(
        "opportunity",
        Right::Create,
        Holder::Structure(partners[1].structure()),
    );
    let next = above(&first, 2, |_, terms| terms.mandates = vec![one.clone()]);
    assert_eq!(next.in_force("opportunity", Right::Create), vec![one]);
}
