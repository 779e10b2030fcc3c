//! The charter between several nodes: admitted, mandated, suspended, removed, ratified; and what is
//! refused, in the words that people get.

use std::path::PathBuf;

use super::*;

/// A network of several structures, the first of them serving; the last folder is a spare one.
pub(super) struct Network {
    pub(super) nodes: Vec<Node>,
    folder: tempfile::TempDir,
}

const PARTNERS: [(&str, &str); 3] = [
    ("CCI", "cci"),
    ("Chambre", "chamber_agriculture"),
    ("Communauté", "epci"),
];

impl Network {
    pub(super) fn of(count: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let first = found(&folder.path().join("parc"));
        serve(&first);
        let mut network = Self {
            nodes: vec![first],
            folder,
        };
        for (name, kind) in PARTNERS.into_iter().take(count - 1) {
            let home = network.home(name);
            let (node, _) = join(&network.nodes[0], &home, name, kind);
            network.approve_by_all();
            network.nodes.push(node);
            network.settle();
        }
        assert_eq!(network.show(0)["members"].as_array().unwrap().len(), count);
        network
    }

    fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Everybody hears of everything: twice, since what the first hears last goes to the others.
    pub(super) fn settle(&self) {
        for _ in 0..2 {
            for node in &self.nodes[1..] {
                // Whoever was removed is not spoken with any more.
                let _ = try_call(node, "sync", json!({}));
            }
        }
    }

    fn show(&self, node: usize) -> Value {
        call(&self.nodes[node], "charter.show", json!({}))
    }

    fn approve_by_all(&self) {
        for number in 0..self.nodes.len() {
            self.settle();
            let proposals = self.show(number)["proposals"].clone();
            for proposal in proposals.as_array().unwrap() {
                if proposal["approved"] == json!(false) {
                    self.approve(number, &proposal["id"]);
                }
            }
        }
        self.settle();
    }

    pub(super) fn approve(&self, node: usize, id: &Value) -> Value {
        call(&self.nodes[node], "charter.approve", json!({"version": id}))
    }

    pub(super) fn propose(&self, node: usize, wanted: Value) -> Value {
        let answer = call(&self.nodes[node], "charter.propose", wanted);
        self.settle();
        answer
    }

    fn refused(&self, node: usize, operation: &str, input: Value) -> String {
        let error = try_call(&self.nodes[node], operation, input).unwrap_err();
        error.code
    }

    fn node_id(&self, node: usize) -> String {
        self.nodes[node].member().unwrap().node().to_string()
    }

    /// Waits until all of these hold the same charter, and have the same minutes.
    fn agree(&self, among: &[usize]) {
        self.settle();
        let facts = |node: &usize| {
            let (shown, log) = (
                self.show(*node),
                call(&self.nodes[*node], "charter.log", json!({})),
            );
            let keys = [
                "version",
                "mandates",
                "suspensions",
                "successors",
                "closed",
                "committee",
            ];
            let shown: Vec<Value> = keys.iter().map(|key| shown[*key].clone()).collect();
            (shown, log)
        };
        eventually("the charter is the same on all", || {
            let first = facts(&among[0]);
            among[1..].iter().all(|node| facts(node) == first)
        });
    }
}

fn codes(list: &Value) -> Vec<&str> {
    let items = list.as_array().unwrap().iter();
    items.map(|it| it["code"].as_str().unwrap()).collect()
}

fn warnings(node: &Node) -> Vec<String> {
    let status = call(node, "status", json!({}));
    let codes = codes(&status["warnings"]);
    codes.into_iter().map(str::to_owned).collect()
}

#[test]
fn four_structures_give_a_mandate_suspend_and_remove_one_and_agree() {
    let network = Network::of(4);
    let mandate = json!({
        "collection": "opportunity", "right": "create", "holder": "Communauté",
        "themes": ["Activité à reprendre"], "territory": ["Ambert", "CC Ambert Livradois Forez"],
    });
    let wanted = json!({"mandates": [mandate], "coordinator": "Parc", "admissions": 2});
    let preview = {
        let mut dry = wanted.clone();
        dry["dry_run"] = json!(true);
        network.propose(1, dry)
    };
    assert_eq!(codes(&preview["changes"]), ["admissions", "mandate"]);
    assert_eq!(
        (
            &preview["needed"],
            &preview["needed_without_one"],
            &preview["written"]
        ),
        (&json!(3), &Value::Null, &json!(false)),
        "it takes nothing from anybody: {preview}"
    );
    assert_eq!(preview["narrows"], json!([]));
    let territory = &preview["changes"][1]["mandate"]["territory"];
    assert_eq!(territory[0]["name"], "CC Ambert Livradois Forez");
    assert_eq!(
        network.show(1)["proposals"],
        json!([]),
        "nothing was written"
    );

    let written = network.propose(1, wanted);
    assert_eq!(
        (&written["effective"], &written["missing"]),
        (&json!(false), &json!(2))
    );
    assert!(warnings(&network.nodes[2]).contains(&"vote_wanted".to_owned()));
    let vote = network.approve(2, &written["version"]);
    assert_eq!(
        (&vote["effective"], &vote["missing"]),
        (&json!(false), &json!(1))
    );
    network.settle();
    let vote = network.approve(0, &written["version"]);
    assert_eq!(vote["effective"], true);
    network.agree(&[0, 1, 2, 3]);
    let shown = network.show(3);
    assert_eq!(shown["quorums"]["admissions"], 2);
    let mandates = shown["mandates"].as_array().unwrap();
    let given = mandates
        .iter()
        .find(|it| it["holder"]["type"] == "structure");
    let given = given.expect("the mandate is in force");
    assert_eq!(given["themes"], json!(["business_takeover"]));
    assert_eq!(given["by"], json!(["Communauté"]));
    // The defaults for the same right were written out beside it, and hold on.
    let kept = mandates
        .iter()
        .filter(|it| it["right"] == "create" && it["source"] == "charter");
    assert!(kept.count() > 5, "{mandates:#?}");

    // One alone does not suspend.
    let asked = call(
        &network.nodes[0],
        "charter.suspend",
        json!({"subject": "Communauté"}),
    );
    assert_eq!(
        (&asked["missing"], &asked["in_force"]),
        (&json!(1), &json!(false))
    );
    network.settle();
    assert!(warnings(&network.nodes[1]).contains(&"suspension_asked".to_owned()));
    let again = call(
        &network.nodes[0],
        "charter.suspend",
        json!({"subject": "Communauté"}),
    );
    assert_eq!(
        (&again["missing"], &again["already"]),
        (&json!(1), &json!(true))
    );
    let asked = call(
        &network.nodes[1],
        "charter.suspend",
        json!({"subject": "Communauté"}),
    );
    assert_eq!(asked["in_force"], true);
    network.agree(&[0, 1, 2, 3]);
    assert_eq!(network.show(2)["members"][3]["suspended"], true);
    assert!(warnings(&network.nodes[2]).contains(&"suspended_now".to_owned()));
    // What it says goes on being heard; and the next version has to decide.
    assert_eq!(
        network.refused(2, "charter.propose", json!({"admissions": 1})),
        "suspension_undecided"
    );
    assert_eq!(
        network.refused(
            2,
            "charter.propose",
            json!({"remove": [{"structure": "Communauté"}]})
        ),
        "no_successor"
    );
    let removal = json!({"remove": [{"structure": "Communauté", "successor": "Parc"}]});
    let written = network.propose(2, removal);
    assert_eq!(
        (
            &written["narrows"],
            &written["needed"],
            &written["needed_without_one"]
        ),
        (&json!(["Communauté"]), &json!(3), &json!(3)),
        "{written}"
    );
    assert!(codes(&written["changes"]).contains(&"removes"));
    network.approve(0, &written["version"]);
    network.settle();
    let vote = network.approve(1, &written["version"]);
    assert_eq!(vote["effective"], true);
    // The proposer hears of it and lists the approvals; all know the list in the end.
    network.settle();
    network.agree(&[0, 1, 2]);
    let log = call(&network.nodes[1], "charter.log", json!({}));
    let last = log["versions"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["state"], &last["certified"]),
        (&json!("in_force"), &json!(true))
    );
    assert_eq!(last["approvals"].as_array().unwrap().len(), 3);
    assert!(
        last["proposed_by"]["name"]
            .as_str()
            .unwrap()
            .starts_with("Chambre")
    );
    let before = &log["versions"][log["versions"].as_array().unwrap().len() - 2];
    assert_eq!(before["suspensions"].as_array().unwrap().len(), 2);
    let shown = network.show(0);
    assert_eq!(shown["successors"][0]["left"]["name"], "Communauté");
    assert_eq!(shown["suspensions"], json!([]), "the new version ended it");
    let own: Vec<&Value> = shown["mandates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["by"] == json!([]))
        .collect();
    assert!(
        own.iter().all(|it| it["holder"]["type"] != "structure"),
        "{own:?}"
    );
    // Who was removed is told so, and by which version.
    let out = try_call(&network.nodes[3], "sync", json!({})).unwrap_err();
    assert_eq!(
        (
            out.code.as_str(),
            out.args.get("number").map(String::as_str)
        ),
        ("no_longer_member", Some("5"))
    );
    assert!(warnings(&network.nodes[3]).contains(&"no_longer_member".to_owned()));
    assert_eq!(
        network.refused(3, "charter.suspend", json!({"subject": "CCI"})),
        "not_a_member"
    );
    // The list is written once, however often anybody looks.
    network.settle();
    let authority = network.nodes[2]
        .member()
        .unwrap()
        .journals
        .authority()
        .unwrap();
    let lists = authority
        .iter()
        .filter(|it| it.entry.header.kind == sync_protocol::entry::Kind::CERTIFY);
    assert_eq!(lists.count(), 1);
    // What it was shown is no entry of a journal, and stays where a branch of one is put aside.
    let removed = network.nodes[3].member().unwrap();
    let author = network.nodes[0].member().unwrap().node();
    let tip = removed.journals.tip(&author);
    let (left, charter) = removed.put_branch_aside(author, tip).unwrap();
    assert_eq!((left, charter.current().1.number), (tip, 5));
    assert!(warnings(&network.nodes[3]).contains(&"no_longer_member".to_owned()));
    drop(removed);
    // Nor does a restart make the removed node a member again.
    let mut network = network;
    drop(network.nodes.pop());
    let again = open(&network.home("Communauté"));
    assert!(warnings(&again).contains(&"no_longer_member".to_owned()));
    let log = call(&again, "charter.log", json!({}));
    let last = log["versions"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["number"], &last["state"]),
        (&json!(5), &json!("in_force"))
    );
}

#[test]
fn what_is_denied_says_why_and_who_may() {
    let network = Network::of(3);
    let told = |collection: &str, fields: Value| {
        let input = json!({"collection": collection, "fields": fields});
        let error = try_call(&network.nodes[2], "record.add", input).unwrap_err();
        assert_eq!(u8::from(error.exit), 4, "{error:?}");
        let fact = |name: &str| error.args[name].clone();
        let facts = [fact("act"), fact("theme"), fact("count"), fact("names")];
        (error.code.clone(), facts)
    };
    let shop = json!({"kind": "business_takeover", "title": "Bar", "insee_code": "63003"});
    let (code, facts) = told("opportunity", shop);
    assert_eq!(code, "no_mandate");
    assert_eq!(facts, ["create", "business_takeover", "1", "CCI"]);
    let service = json!({"name": "Crèche", "theme": "childcare", "insee_code": "63003"});
    let (code, facts) = told("local_service", service);
    assert_eq!(code, "no_mandate");
    assert_eq!((facts[2].as_str(), facts[3].as_str()), ("0", ""));
}

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
fn what_no_charter_can_say_is_refused_with_what_is_meant() {
    let network = Network::of(1);
    let refused = |wanted: Value| network.refused(0, "charter.propose", wanted);
    let mandate = |collection: &str, right: &str, holder: &str, theme: &str, place: &str| {
        let list = |text: &str| {
            if text.is_empty() {
                json!([])
            } else {
                json!([text])
            }
        };
        refused(json!({"mandates": [{
            "collection": collection, "right": right, "holder": holder,
            "themes": list(theme), "territory": list(place),
        }]}))
    };
    assert_eq!(
        mandate("farms", "create", "cci", "", ""),
        "mandate_unknown_collection"
    );
    assert_eq!(
        mandate("oportunity", "create", "cci", "", ""),
        "mandate_misspelt_collection"
    );
    assert_eq!(
        mandate("opportunity", "burn", "cci", "", ""),
        "mandate_unknown_right"
    );
    assert_eq!(
        mandate("opportunity", "create", "guild", "", ""),
        "mandate_unknown_holder"
    );
    assert_eq!(
        mandate("opportunity", "create", "ccii", "", ""),
        "mandate_misspelt_holder"
    );
    assert_eq!(
        mandate("opportunity", "create", "Parc", "", ""),
        "mandate_ambiguous_holder"
    );
    assert_eq!(
        mandate("opportunity", "create", "cci", "castle", ""),
        "mandate_unknown_theme"
    );
    assert_eq!(
        mandate("opportunity", "create", "cci", "premisses", ""),
        "mandate_misspelt_theme"
    );
    assert_eq!(
        mandate("project", "create", "cci", "premises", ""),
        "mandate_no_themes"
    );
    assert_eq!(
        mandate("opportunity", "create", "cci", "", "Zzyzx"),
        "mandate_unknown_place"
    );
    assert_eq!(
        mandate("opportunity", "create", "cci", "", "Ambret"),
        "mandate_misspelt_place"
    );
    let error = try_call(
        &network.nodes[0],
        "charter.propose",
        json!({"mandates": [{"collection": "farms", "right": "create", "holder": "cci"}]}),
    );
    let listed = error.unwrap_err().args["allowed"].clone();
    let names: Vec<&str> = crate::registry::COLLECTIONS.map(|it| it.name).into();
    assert_eq!(listed, names.join(", "));
    let taken = json!({"no_mandates": [{"collection": "project", "right": "create"}]});
    assert_eq!(refused(taken), "mandate_not_there");
    let nobody = json!({"mandates": [{"collection": "project", "right": "create"}]});
    assert_eq!(refused(nobody), "mandate_without_holder");

    assert_eq!(refused(json!({})), "nothing_proposed");
    assert_eq!(refused(json!({"coordinator": "Parc"})), "nothing_proposed");
    assert_eq!(
        refused(json!({"remove": [{"structure": "Parc", "successor": "Parc"}]})),
        "last_structure"
    );
    assert_eq!(refused(json!({"admissions": 1})), "too_many_admissions");
    assert_eq!(
        refused(json!({"no_coordinator": true, "admissions": 1})),
        "admissions_to_nobody"
    );
    assert_eq!(refused(json!({"minimum_protocol": 1})), "protocol_falls");
    assert_eq!(refused(json!({"minimum_protocol": 99})), "protocol_too_new");
    assert_eq!(refused(json!({"ratify": 1})), "committee_never_ratifies");
    let seat = |name: &str, key: &str| json!({"name": name, "key": key});
    let bad = json!({"committee": [seat("Jean", "abc")], "ratify": 1});
    assert_eq!(refused(bad), "bad_person_key");
    let key = network.node_id(0);
    let twice = json!({"committee": [seat("Jean", &key), seat("Marie", &key)], "ratify": 1});
    assert_eq!(refused(twice), "person_sits_twice");
    assert_eq!(
        refused(json!({"committee": [seat("Jean", &key)], "ratify": 2})),
        "committee_never_ratifies"
    );
    assert_eq!(refused(json!({"close": [key]})), "closes_voting_node");
    assert_eq!(refused(json!({"close": ["abcdef"]})), "unknown_node");
    assert_eq!(refused(json!({"lift": ["Parc"]})), "not_suspended");
    assert_eq!(
        refused(json!({"heads": [{"node": key, "seq": 1_000_000}]})),
        "head_not_held"
    );
    assert_eq!(
        refused(json!({"heads": [{"node": key, "seq": 1, "version": 9}]})),
        "head_of_later_version"
    );
    assert_eq!(
        network.refused(0, "charter.suspend", json!({"subject": "Parc"})),
        "self_suspension"
    );
    let moved = json!({"no_coordinator": true, "above": "00".repeat(32)});
    assert_eq!(refused(moved), "charter_moved");
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

#[test]
fn a_persons_key_under_a_passphrase_ratifies_at_another_node_for_who_types_it() {
    use super::identities::{CHEAP, PHRASE};
    use crate::home::keys::Passphrase;
    use crate::home::persons::PersonFile;
    use crate::node::{Asking, PersonDesk};
    let network = Network::of(2);
    let sit = |node: usize,
               file: PersonFile,
               typed: &str,
               act: &mut dyn FnMut(&mut PersonDesk<'_>) -> Result<Value, ApiError>| {
        let mut call = |operation: &str, input| try_call(&network.nodes[node], operation, input);
        let mut ask = |_: Asking<'_>| Ok(Passphrase::new(typed));
        act(&mut PersonDesk::new(file, &mut call, &mut ask).with_cost(CHEAP))
    };
    let home = network.nodes[0].home().home();
    let file = PersonFile::at(home.person_key_file("Marie Dupont"));
    let short = sit(0, file.clone(), "court", &mut |desk| {
        desk.make("Marie Dupont", true)
    });
    assert_eq!(short.unwrap_err().code, "passphrase_short");
    let made = sit(0, file.clone(), PHRASE, &mut |desk| {
        desk.make("Marie Dupont", true)
    })
    .unwrap();
    let again = sit(0, file.clone(), PHRASE, &mut |desk| {
        desk.make("Marie Dupont", true)
    });
    assert_eq!(again.unwrap_err().code, "key_exists");
    let record = add(&network.nodes[0], "Fromagerie");
    let member = json!({"name": "Marie Dupont", "key": made["key"]});
    let written = network.propose(0, json!({"committee": [member], "ratify": 1}));
    network.approve(1, &written["version"]);
    network.settle();
    // The node itself does not open it.
    let asked = json!({"record": record, "as": "Marie Dupont"});
    assert_eq!(network.refused(0, "charter.ratify", asked), "key_locked");

    let stick = network.home("stick.key");
    sit(0, file, "", &mut |desk| desk.copy("Marie Dupont", &stick)).unwrap();
    let stick = PersonFile::at(stick);
    let asked = json!({"record": record});
    let wrong = sit(1, stick.clone(), "autre chose ici", &mut |desk| {
        desk.ratify("charter.ratify", &asked)
    });
    assert_eq!(wrong.unwrap_err().code, "passphrase_wrong");
    let none = call(&network.nodes[1], "charter.ratify", asked.clone());
    assert_eq!(none["status"], "none");
    let done = sit(1, stick.clone(), PHRASE, &mut |desk| {
        desk.ratify("charter.ratify", &asked)
    })
    .unwrap();
    assert_eq!(
        (&done["status"], &done["signed"]),
        (&json!("ratified"), &json!(true))
    );
    let twice = sit(1, stick.clone(), PHRASE, &mut |desk| {
        desk.ratify("charter.ratify", &asked)
    })
    .unwrap();
    assert_eq!(twice["signed"], false);
    // What was signed before an edit is not written after it.
    let draft = json!({"record": record, "draft_for": made["key"]});
    let draft = call(&network.nodes[0], "charter.ratify", draft);
    assert_eq!(draft["seq"].as_u64().map(|seq| seq > 0), Some(true));
    let late = json!({"record": record, "signed": "00"});
    assert_eq!(
        network.refused(0, "charter.ratify", late),
        "ratified_differs"
    );
    // Under another passphrase the old one opens nothing.
    const OTHER: &str = "cinq noix dans un panier";
    let seed = stick.read().unwrap().unwrap();
    let seed = seed.unlock(&Passphrase::new(PHRASE), stick.path()).unwrap();
    let purpose = sync_protocol::seal::key_file::KeyPurpose::Person;
    let held = crate::home::keys::HeldKey::lock_for(purpose, &seed, &Passphrase::new(OTHER), CHEAP);
    stick.rewrite(&held.unwrap()).unwrap();
    let old = sit(1, stick.clone(), PHRASE, &mut |desk| {
        desk.ratify("charter.ratify", &asked)
    });
    assert_eq!(old.unwrap_err().code, "passphrase_wrong");
    sit(1, stick.clone(), OTHER, &mut |desk| {
        desk.set_passphrase("Marie")
    })
    .unwrap();
    sit(1, stick.clone(), OTHER, &mut |desk| {
        desk.ratify("charter.ratify", &asked)
    })
    .unwrap();
    // The half-year's figures are signed so too, once they are frozen.
    let asked = json!({"evaluation": "2026-H1"});
    let sign = |stick: PersonFile| {
        sit(1, stick, OTHER, &mut |desk| {
            desk.ratify("evaluation.ratify", &asked)
        })
    };
    let early = sign(stick.clone()).unwrap_err();
    assert_eq!(early.code, "evaluation_not_frozen");
    let period = json!({"period": "2026-H1"});
    let frozen = call(&network.nodes[1], "evaluation.freeze", period);
    let done = sign(stick).unwrap();
    assert_eq!(
        (&done["status"], &done["snapshots"][0]),
        (&json!("ratified"), &frozen["snapshot"])
    );
}

#[test]
fn a_committee_ratifies_one_content_and_it_lapses_with_the_next_edit() {
    let network = Network::of(2);
    let person = |node: usize, name: &str| {
        let made = call(
            &network.nodes[node],
            "charter.person",
            json!({"name": name}),
        );
        json!({"name": name, "key": made["key"]})
    };
    let (marie, jean) = (person(0, "Marie Dupont"), person(1, "Jean Faure"));
    let stranger = person(0, "Paul");
    let record = add(&network.nodes[0], "Fromagerie");
    let ask = |as_whom: Value| json!({"record": record, "as": as_whom});
    assert_eq!(
        network.refused(0, "charter.ratify", ask(json!("Marie Dupont"))),
        "no_committee"
    );
    let written = network.propose(0, json!({"committee": [marie, jean], "ratify": 2}));
    assert_eq!(codes(&written["changes"]), ["committee"]);
    network.settle();
    network.approve(1, &written["version"]);
    network.settle();
    assert_eq!(
        network.refused(0, "charter.ratify", ask(json!("Paul"))),
        "not_on_committee",
        "{stranger}"
    );
    assert_eq!(
        network.refused(0, "charter.ratify", ask(json!("Personne"))),
        "person_key_missing",
    );
    let none = call(
        &network.nodes[0],
        "charter.ratify",
        json!({"record": record}),
    );
    assert_eq!(
        (&none["status"], &none["needed"]),
        (&json!("none"), &json!(2))
    );
    let first = call(
        &network.nodes[0],
        "charter.ratify",
        ask(json!("Marie Dupont")),
    );
    assert_eq!(
        (
            &first["status"],
            &first["by"],
            &first["missing"],
            &first["signed"]
        ),
        (
            &json!("partial"),
            &json!(["Marie Dupont"]),
            &json!(1),
            &json!(true)
        )
    );
    let again = call(
        &network.nodes[0],
        "charter.ratify",
        ask(json!("Marie Dupont")),
    );
    assert_eq!(
        (&again["missing"], &again["signed"]),
        (&json!(1), &json!(false))
    );
    network.settle();
    let second = call(
        &network.nodes[1],
        "charter.ratify",
        ask(json!("Jean Faure")),
    );
    assert_eq!(
        (&second["status"], &second["title"]),
        (&json!("ratified"), &json!("Fromagerie"))
    );
    network.settle();
    eventually("the first sees it ratified", || {
        show(&network.nodes[0], &record)["_ratification"]["status"] == "ratified"
    });
    set(&network.nodes[0], &record, json!({"headcount": 3}));
    let lapsed = show(&network.nodes[0], &record)["_ratification"].clone();
    assert_eq!(
        (&lapsed["status"], &lapsed["signatures"]),
        (&json!("lapsed"), &json!(0))
    );
    call(
        &network.nodes[0],
        "charter.ratify",
        ask(json!("Marie Dupont")),
    );
    let filling = call(
        &network.nodes[0],
        "charter.ratify",
        json!({"record": record}),
    );
    assert_eq!(
        (&filling["status"], &filling["signatures"]),
        (&json!("lapsed"), &json!(1))
    );
    let log = call(&network.nodes[0], "charter.log", json!({}));
    let last = log["versions"].as_array().unwrap().last().unwrap();
    let signed: Vec<&Value> = last["ratifications"].as_array().unwrap().iter().collect();
    assert_eq!(signed.len(), 3);
    assert!(
        signed.iter().all(|it| it["title"] == "Fromagerie"),
        "{signed:?}"
    );
}

#[test]
fn a_mandate_for_what_was_open_to_all_is_shown_as_what_others_lose() {
    let network = Network::of(3);
    let wanted = json!({
        "mandates": [{"collection": "project", "right": "create", "holder": "kind=cci"}],
        "dry_run": true,
    });
    let preview = network.propose(0, wanted);
    assert_eq!(codes(&preview["changes"]), ["mandate", "no_mandate"]);
    assert_eq!(
        preview["changes"][1]["mandate"]["holder"]["type"],
        "everyone"
    );
    assert_eq!(preview["narrows"].as_array().unwrap().len(), 2, "{preview}");
    assert_eq!(
        (&preview["needed"], &preview["needed_without_one"]),
        (&json!(3), &json!(2))
    );
    let unwanted = json!({
        "no_mandates": [{
            "collection": "opportunity", "right": "create", "holder": "kind=cci",
            "themes": ["business_takeover"],
        }],
        "dry_run": true,
    });
    let preview = network.propose(0, unwanted);
    assert_eq!(codes(&preview["changes"]), ["no_mandate"]);
    assert_eq!(preview["narrows"], json!(["CCI"]));
}
