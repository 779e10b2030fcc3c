//! Records that pass from one structure to another, over nodes that talk over loopback.

use super::charter::Network;
use super::*;

fn offer(node: &Node, id: &str, to: &str) -> Result<Value, ApiError> {
    try_call(node, "transfer.offer", json!({ "id": id, "to": to }))
}

fn accept(node: &Node, id: &str) -> Result<Value, ApiError> {
    try_call(node, "transfer.accept", json!({ "id": id }))
}

fn offers(node: &Node) -> Vec<Value> {
    let answer = call(node, "transfer.list", json!({}));
    answer["offers"].as_array().unwrap().clone()
}

fn owner(node: &Node, id: &str) -> Value {
    show(node, id)["owner_name"].clone()
}

fn code<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> String {
    answer.unwrap_err().code
}

fn edit(node: &Node, id: &str, count: u64) -> Result<Value, ApiError> {
    let input = json!({"collection": "opportunity", "id": id, "fields": {"headcount": count}});
    try_call(node, "record.set", input)
}

#[test]
fn a_record_is_offered_accepted_and_then_edited_by_its_new_owner_alone() {
    let network = Network::of(3);
    let [parc, cci, chambre] = [0, 1, 2].map(|number| &network.nodes[number]);
    let id = add(cci, "Atelier");
    network.settle();
    eventually("all have it", || try_show(chambre, &id).is_ok());
    assert_eq!(code(edit(chambre, &id, 2)), "no_mandate");
    assert_eq!(code(offer(chambre, &id, "CCI")), "only_the_owner_transfers");
    assert_eq!(code(offer(cci, &id, "CCI")), "transfer_to_oneself");
    assert_eq!(code(offer(cci, &id, "Personne")), "unknown_member");
    assert_eq!(code(accept(chambre, &id)), "not_offered");
    let offered = offer(cci, &id[..8], "Chambre").unwrap();
    assert_eq!(
        (&offered["to_name"], &offered["parts"]),
        (&json!("Chambre"), &json!(0))
    );
    assert_eq!(code(offer(cci, &id, "Chambre")), "already_offered");
    network.settle();
    eventually("the offer is known", || offers(chambre).len() == 1);
    assert_eq!(offers(chambre)[0]["to_us"], true);
    assert_eq!(offers(chambre)[0]["from_name"], "CCI");
    assert_eq!(owner(chambre, &id), "CCI");
    assert_eq!(code(accept(parc, &id)), "not_offered");

    assert_eq!(accept(chambre, &id).unwrap()["standing"], "owned");
    assert!(offers(chambre).is_empty());
    edit(chambre, &id, 4).unwrap();
    network.settle();
    for node in &network.nodes {
        eventually("the new owner's edit counts everywhere", || {
            owner(node, &id) == "Chambre" && show(node, &id)["headcount"] == 4
        });
        let status = call(node, "status", json!({}));
        assert_eq!(
            (&status["refused"], &status["pending"]),
            (&json!(0), &json!(0))
        );
        let history = call(
            node,
            "record.history",
            json!({ "collection": "opportunity", "id": id }),
        );
        let last = history["entries"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert_eq!(
            (&last["kind"], &last["from_name"], &last["structure_name"]),
            (&json!("transfer"), &json!("CCI"), &json!("Chambre"))
        );
    }
    // Who gave it away edits and erases it no more, and a list by owner finds it.
    assert_eq!(code(edit(cci, &id, 5)), "no_mandate");
    let erase = json!({ "id": id, "why": "mistake", "confirmed": true });
    assert_eq!(
        code(try_call(cci, "erasure.erase", erase)),
        "only_the_owner_erases"
    );
    let removed = json!({ "collection": "opportunity", "id": id });
    assert_eq!(
        code(try_call(cci, "record.remove", removed)),
        "not_the_owner"
    );
    let same = digest(parc);
    assert_eq!((digest(cci), digest(chambre)), (same.clone(), same.clone()));
    let checked = call(parc, "doctor", json!({ "rebuild": true }));
    assert_eq!((&checked["ok"], digest(parc)), (&json!(true), same));

    // It comes back, and the park cannot take what is offered to another.
    offer(chambre, &id, "CCI").unwrap();
    network.settle();
    eventually("the offer is known", || offers(cci).len() == 1);
    accept(cci, &id).unwrap();
    edit(cci, &id, 6).unwrap();
    network.settle();
    for node in &network.nodes {
        eventually("it is back", || {
            owner(node, &id) == "CCI" && show(node, &id)["headcount"] == 6
        });
    }
}

#[test]
fn who_receives_a_holder_reads_it_from_then_on_and_may_share_it() {
    let network = Network::of(3);
    let [_, cci, chambre] = [0, 1, 2].map(|number| &network.nodes[number]);
    let input = json!({
        "fields": { "residence": "epci:200070761" },
        "identity": { "name": "Jeanne Duprévost", "phone": "06 12 34 56 78" },
        "share": [],
    });
    let id = call(cci, "holder.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    network.settle();
    eventually("the others know the record", || {
        try_call(chambre, "holder.show", json!({ "id": id })).is_ok()
    });
    let identity =
        |node: &Node| call(node, "holder.show", json!({ "id": id }))["_identity"].clone();
    assert!(identity(chambre)["seals"][0]["fields"]["name"].is_null());
    assert_eq!(offer(cci, &id, "Chambre").unwrap()["parts"], 1);
    network.settle();
    eventually("the offer is known", || offers(chambre).len() == 1);
    accept(chambre, &id).unwrap();
    network.settle();
    eventually("the new owner reads it", || {
        identity(chambre)["seals"][0]["fields"]["name"] == "Jeanne Duprévost"
    });
    // What the giver sealed still stands, and it is the new owner's to take away from it.
    let edited = json!({ "id": id, "identity": { "phone": "06 00 00 00 01" } });
    call(chambre, "holder.edit", edited);
    let given = json!({ "id": id, "structure": "CCI" });
    call(chambre, "holder.unshare", given);
    network.settle();
    eventually("the giver reads what it read, and no more", || {
        identity(cci)["seals"][0]["fields"]["name"].is_null()
    });
    let own = json!({ "id": id, "structure": "Chambre" });
    assert_eq!(
        code(try_call(chambre, "holder.unshare", own)),
        "owner_keeps_reading"
    );
}

#[test]
fn what_a_structure_that_left_made_is_its_successors_and_what_it_erased_stays_erased() {
    let network = Network::of(4);
    let [parc, cci, chambre, communaute] = [0, 1, 2, 3].map(|number| &network.nodes[number]);
    let [kept, erased] = ["Atelier", "Grange"].map(|title| add(communaute, title));
    let erase = json!({ "id": erased, "why": "asked", "confirmed": true });
    network.settle();
    assert_eq!(
        call(communaute, "erasure.erase", erase)["standing"],
        "deletes"
    );
    network.settle();
    let gone = |node: &Node| {
        let erasures = call(node, "erasure.status", json!({}))["erasures"].clone();
        erasures[0]["standing"] == "deletes"
    };
    eventually("it is erased everywhere", || network.nodes.iter().all(gone));
    let removal = json!({"remove": [{"structure": "Communauté", "successor": "CCI"}]});
    let written = network.propose(2, removal);
    for voter in [0, 1] {
        network.approve(voter, &written["version"]);
        network.settle();
    }
    for node in [parc, cci, chambre] {
        eventually("the successor owns it", || owner(node, &kept) == "CCI");
        assert!(gone(node), "{}", call(node, "erasure.status", json!({})));
        assert!(try_show(node, &erased).is_err());
    }
    assert_eq!(sync(cci)["in_sync"], true);
    assert_eq!(
        code(offer(chambre, &kept, "Parc")),
        "only_the_owner_transfers"
    );
    edit(cci, &kept, 3).unwrap();
    // It gives on what it came to by the charter.
    offer(cci, &kept, "Chambre").unwrap();
    network.settle();
    eventually("the offer is known", || offers(chambre).len() == 1);
    accept(chambre, &kept).unwrap();
    edit(chambre, &kept, 7).unwrap();
    network.settle();
    for node in [parc, cci, chambre] {
        eventually("the edits of both count", || {
            owner(node, &kept) == "Chambre" && show(node, &kept)["headcount"] == 7
        });
        assert_eq!(call(node, "status", json!({}))["refused"], 0);
    }
    let named = json!({"collection": "opportunity", "id": kept});
    call(chambre, "record.remove", named);
}

#[test]
fn an_offer_is_taken_back_until_it_is_accepted_and_a_record_never() {
    let network = Network::of(3);
    let [parc, cci, chambre] = [0, 1, 2].map(|number| &network.nodes[number]);
    let id = add(cci, "Atelier");
    network.settle();
    eventually("all have it", || try_show(chambre, &id).is_ok());
    let withdraw = |node: &Node| try_call(node, "transfer.withdraw", json!({ "id": id }));
    assert_eq!(code(withdraw(cci)), "nothing_offered");
    offer(cci, &id, "Chambre").unwrap();
    network.settle();
    eventually("the offer is known", || offers(chambre).len() == 1);
    assert_eq!(code(withdraw(parc)), "nothing_offered");
    let input = json!({ "id": id, "to": "Parc" });
    let other = try_call(cci, "transfer.withdraw", input);
    assert_eq!(code(other), "nothing_offered");
    assert_eq!(withdraw(cci).unwrap()["to_name"], "Chambre");
    assert!(offers(cci).is_empty());
    network.settle();
    eventually("nobody shows it", || {
        network.nodes.iter().all(|node| offers(node).is_empty())
    });
    assert_eq!(code(accept(chambre, &id)), "not_offered");
    // It may be offered again; whoever accepted owns it.
    offer(cci, &id, "Chambre").unwrap();
    network.settle();
    eventually("the offer is known", || offers(chambre).len() == 1);
    accept(chambre, &id).unwrap();
    // Who has not heard of that takes it back in vain.
    if let Err(error) = withdraw(cci) {
        assert_eq!(error.code, "nothing_offered");
    }
    network.settle();
    for node in &network.nodes {
        eventually("it is who accepted's", || owner(node, &id) == "Chambre");
        assert_eq!(call(node, "status", json!({}))["refused"], json!(0));
    }
    assert_eq!(code(withdraw(cci)), "nothing_offered");
}
