//! Votes on the charter: split, double, rival, and those that are nobody's.

use super::*;

#[test]
fn an_inviter_never_votes_for_two_newcomers_of_one_place() {
    let network = Network::of(2);
    let hub = &network.nodes[0];
    let (first, answer) = join(
        hub,
        &network.home("third"),
        "Chambre",
        "chamber_agriculture",
    );
    assert_eq!(answer["admitted"], false);
    let ticket = ticket(hub, json!({"structure": "CMA", "kind": "cma"}));
    let second = open(&network.home("fourth"));
    let asked = json!({"ticket": ticket});
    let refused = try_call(&second, "network.join", asked.clone()).unwrap_err();
    assert_eq!(refused.code, "inviter_not_now");
    assert_eq!(network.show(0)["proposals"].as_array().unwrap().len(), 1);
    assert_eq!(network.show(0)["double_votes"], json!([]));
    network.approve_by_all();
    sync(&first);
    // The same ticket serves once the first is in, and once nothing else is being voted.
    let put = call(
        &network.nodes[1],
        "charter.propose",
        json!({"admissions": 1}),
    );
    network.settle();
    let refused = try_call(&second, "network.join", asked.clone()).unwrap_err();
    assert_eq!(refused.code, "inviter_not_now");
    network.approve(0, &put["version"]);
    sync(&first);
    let put = json!({"version": put["version"]});
    assert_eq!(call(&first, "charter.approve", put)["effective"], true);
    sync(&first);
    let answer = call(&second, "network.join", asked);
    assert_eq!(
        answer["missing_approvals"], 1,
        "delegated: the coordinator and one more"
    );
}

#[test]
fn a_split_vote_is_shown_and_proposed_again_in_the_next_round() {
    let network = Network::of(4);
    let first = network.propose(1, json!({"admissions": 1}));
    // The second does not know of the first proposal's author's vote for it: a rival.
    let second = call(
        &network.nodes[2],
        "charter.propose",
        json!({"admissions": 2}),
    );
    network.settle();
    assert_eq!(
        network.refused(1, "charter.approve", json!({"version": second["version"]})),
        "rival_approved"
    );
    assert_eq!(
        network.refused(1, "charter.propose", json!({"again": first["version"]})),
        "round_still_open"
    );
    network.approve(0, &first["version"]);
    network.settle();
    let proposals = network.show(3)["proposals"].clone();
    let open: Vec<&Value> = proposals
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["can_pass"] == true)
        .collect();
    assert_eq!(open.len(), 1, "{proposals}");
    // Two to two: neither passes any more.
    network.approve(3, &second["version"]);
    network.settle();
    let shown = network.show(0);
    assert_eq!(shown["open_round"], 1);
    assert!(warnings(&network.nodes[0]).contains(&"votes_split".to_owned()));
    assert_eq!(
        network.refused(3, "charter.approve", json!({"version": first["version"]})),
        "rival_approved"
    );
    let again = network.propose(3, json!({"again": first["version"]}));
    assert_eq!(again["round"], 1);
    network.approve(0, &again["version"]);
    network.settle();
    assert_eq!(network.approve(1, &again["version"])["effective"], true);
    network.agree(&[0, 1, 2, 3]);
    let log = call(&network.nodes[2], "charter.log", json!({}));
    let states: Vec<&str> = log["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states[states.len() - 3..],
        ["overtaken", "overtaken", "in_force"]
    );
    // A version that was overtaken is told as such, and not as one that nobody knows.
    network.settle();
    assert_eq!(
        network.refused(2, "charter.approve", json!({"version": second["version"]})),
        "stale_version"
    );
    assert_eq!(
        network.refused(2, "charter.approve", json!({"version": "ffffffff"})),
        "unknown_proposal"
    );
}

/// What an honest node refuses to write, its journal can hold all the same.
fn vote_whatever_comes(node: &Node, version: &Value) {
    let id: sync_protocol::id::VersionId = version.as_str().unwrap().parse().unwrap();
    let member = node.member().unwrap();
    let held = member.journals.tips();
    let tip = |node: &sync_protocol::id::NodeId| held.get(node).copied().unwrap_or_default();
    let approval = member.charter().approval_of(&id, tip).unwrap();
    let kind = sync_protocol::entry::Kind::APPROVE;
    member.say(kind, approval.encode()).unwrap();
}

#[test]
fn two_versions_in_force_alarm_everybody_and_the_next_round_settles_them() {
    let network = Network::of(3);
    let removal = |left: &str| json!({"remove": [{"structure": left, "successor": "Parc"}]});
    // Apart from each other, two members propose to remove one another.
    let one = call(&network.nodes[1], "charter.propose", removal("Chambre"))["version"].clone();
    let other = call(&network.nodes[2], "charter.propose", removal("CCI"))["version"].clone();
    network.settle();
    let hub = &network.nodes[0];
    network.approve(0, &one);
    // In force at once, so that the other is overtaken here; the hub votes for it all the same.
    vote_whatever_comes(hub, &other);
    let shown = network.show(0);
    assert_eq!(shown["rivals"].as_array().map(Vec::len), Some(2), "{shown}");
    assert_eq!(shown["number"], 2, "evaluation stops below them");
    assert_eq!(shown["double_votes"].as_array().unwrap().len(), 1);
    let told = warnings(hub);
    assert!(told.contains(&"rival_charters".to_owned()), "{told:?}");
    assert!(told.contains(&"voted_twice".to_owned()), "{told:?}");
    network.settle();
    let told = warnings(&network.nodes[1]);
    assert!(told.contains(&"rival_charters".to_owned()), "{told:?}");
    let log = call(hub, "charter.log", json!({}));
    let states: Vec<&Value> = log["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["state"])
        .collect();
    assert_eq!(
        states.iter().filter(|it| **it == "rival").count(),
        2,
        "{states:?}"
    );

    let again = network.propose(1, json!({"again": one}));
    assert_eq!(again["round"], 1);
    assert_eq!(network.approve(0, &again["version"])["effective"], true);
    network.settle();
    network.agree(&[0, 1]);
    let shown = network.show(1);
    assert_eq!(
        (&shown["rivals"], &shown["number"]),
        (&Value::Null, &json!(3))
    );
    assert!(
        warnings(hub).contains(&"voted_twice".to_owned()),
        "that stays known"
    );
}

#[test]
fn of_two_neither_removes_the_other_and_is_told_so() {
    let network = Network::of(2);
    let wanted = json!({"remove": [{"structure": "CCI", "successor": "Parc"}], "dry_run": true});
    let preview = network.propose(0, wanted);
    assert_eq!(
        (&preview["needed"], &preview["needed_without_one"]),
        (&json!(2), &Value::Null)
    );
    assert_eq!(codes(&preview["warnings"]), ["needs_the_concerned"]);
    let asleep = network.propose(0, json!({"dormant": ["CCI"], "dry_run": true}));
    assert_eq!(codes(&asleep["warnings"]), ["needs_the_concerned"]);
    assert_eq!(
        network.refused(0, "charter.suspend", json!({"subject": "CCI"})),
        "never_suspended"
    );
    let refused = |wanted: Value| network.refused(1, "charter.propose", wanted);
    assert_eq!(
        refused(json!({"remove": [{"structure": "CCI", "successor": "Parc"}]})),
        "self_removal"
    );
    assert_eq!(
        refused(json!({"remove": [{"structure": "Parc", "successor": "Parc"}]})),
        "successor_leaves"
    );
    assert_eq!(
        refused(json!({"remove": [{"structure": "Pard", "successor": "CCI"}]})),
        "misspelt_member"
    );
    assert_eq!(refused(json!({"dormant": ["Parc", "CCI"]})), "nobody_awake");
    assert_eq!(
        refused(
            json!({"remove": [{"structure": "Parc", "successor": "CCI"}], "dormant": ["Parc"]})
        ),
        "structure_leaves"
    );
    // Both agree: that is enough.
    let removal = json!({"remove": [{"structure": "CCI", "successor": "Parc"}]});
    let written = network.propose(0, removal);
    assert_eq!(network.approve(1, &written["version"])["effective"], true);
    assert_eq!(
        network.refused(
            1,
            "charter.propose",
            json!({"admissions": 0, "no_coordinator": true})
        ),
        "not_a_member"
    );
}

#[test]
fn a_node_that_votes_for_nobody_is_told_where_the_vote_is() {
    let network = Network::of(1);
    let ticket = ticket(&network.nodes[0], json!({"device": true}));
    let second = open(&network.home("second"));
    call(&second, "network.join", json!({"ticket": ticket}));
    sync(&second);
    let wanted = json!({"no_coordinator": true});
    let refused = try_call(&second, "charter.propose", wanted).unwrap_err();
    assert_eq!(refused.code, "not_voting_node");
    let refused = try_call(&second, "charter.suspend", json!({"subject": "Parc"})).unwrap_err();
    assert_eq!(refused.code, "not_voting_node");
    // The vote passes to it, and the first node can then be closed: a laptop that was stolen.
    let own = network.node_id(0);
    let other = second.member().unwrap().node().to_string();
    let voter = json!([{"structure": "Parc", "node": other}]);
    let lost = json!({"voters": voter, "close": [own]});
    let written = call(&network.nodes[0], "charter.propose", lost);
    assert_eq!(codes(&written["changes"]), ["voting_node", "closes"]);
    assert_eq!(written["effective"], true);
    let shown = call(&network.nodes[0], "charter.show", json!({}));
    assert_eq!(shown["members"][0]["voting_node"], json!(other));
    assert_eq!(shown["closed"][0]["node"], json!(own));
    let foreign = json!({"voters": [{"structure": "Parc", "node": own}]});
    let refused = try_call(&network.nodes[0], "charter.propose", foreign).unwrap_err();
    assert_eq!(
        refused.code, "voter_of_another",
        "a closed node does not vote"
    );
}
