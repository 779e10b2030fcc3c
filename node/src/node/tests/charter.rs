//! The charter between several nodes: admitted, mandated, suspended, removed, ratified; and what is
//! refused, in the words that people get.

use std::path::PathBuf;

use super::*;

mod committee;
mod votes;

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
