//! What the committee ratifies, by keys of persons.

use super::*;

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
