//! Sealed fields about a person: read by those who know the holder of the project.

use super::*;

#[test]
fn the_reason_of_a_referral_is_read_at_both_ends_and_by_who_leads() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let (holder, project) = add_project(&cci, &[], "named");
    let named = json!({"collection": "structure", "where": ["name~Parc"]});
    let park = call(&cci, "record.list", named)["rows"][0]["id"].clone();
    let lead = json!({"collection": "project", "id": project, "fields": {"lead_structure": park}});
    call(&cci, "record.set", lead);
    let sent = json!({"project": project, "to": "ADIE", "theme": "microcredit", "reason": REASON});
    let answer = call(&cci, "referral.send", sent);
    assert_eq!(answer["notices"], json!([]));
    assert_eq!(answer["readers"].as_array().unwrap().len(), 3);
    let id = answer["id"].as_str().unwrap();
    sync(&cci);
    sync(&adie);
    for node in [&hub, &cci, &adie] {
        eventually("the blob arrives", || {
            fields(node, "referral", id)["reason"] == REASON
        });
    }
    // The holder goes along to who receives, and not to who leads.
    let identity =
        |node: &Node| call(node, "holder.show", json!({"id": holder}))["_identity"].clone();
    assert_eq!(
        identity(&adie)["seals"][0]["fields"]["name"],
        "Jeanne Dupré"
    );
    assert_eq!(identity(&hub)["problem"]["code"], "not_a_reader");
    // Declined and sent on, with a reason of its own, in one commit.
    let declined = json!({"id": id, "move": "decline", "reason": "no_capacity"});
    call(&adie, "referral.move", declined);
    sync(&adie);
    sync(&cci);
    eventually("the lead hears of it", || {
        shown(&hub, "referral", id)["status"] == "declined"
    });
    // The lead opens it again and says why: sealed like the reason it was sent for.
    let before = entries(&hub);
    let reopened = json!({"id": id, "move": "reopen", "reason": "Un prêt a été refusé."});
    let reopened = call(&hub, "referral.move", reopened);
    assert_eq!(reopened["status"], "received");
    assert_eq!(reopened["readers"].as_array().unwrap().len(), 3);
    assert_eq!(entries(&hub), before + 2, "the state and the seal");
    sync(&adie);
    eventually("the receiver reads why", || {
        fields(&adie, "referral", id)["reason"] == "Un prêt a été refusé."
    });
    let declined = json!({"id": id, "move": "decline", "reason": "no_capacity"});
    call(&adie, "referral.move", declined);
    sync(&adie);
    eventually("the lead hears of it again", || {
        shown(&hub, "referral", id)["status"] == "declined"
    });
    let before = entries(&hub);
    let on = json!({"id": id, "to": "Thiers", "reason": "La CCI a un fonds."});
    let rerouted = call(&hub, "referral.reroute", on);
    let new = rerouted["id"].as_str().unwrap();
    assert_eq!(
        fields(&hub, "referral", new)["reason"],
        "La CCI a un fonds."
    );
    let written = "the referral, the mark on the declined one, the seal";
    assert_eq!(entries(&hub), before + 3, "{written}");
}

#[test]
fn what_is_written_of_a_project_is_read_by_those_who_know_its_holder() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let (holder, project) = add_project(&cci, &["adie"], "named");
    sync(&cci);
    sync(&adie);
    // Whoever writes, it is sealed to those who read who the holder is: the hub does not.
    let records = [
        (
            &adie,
            "activity",
            json!({"kind": "call", "at": "2026-11-20T09:00:00Z", "text": REASON}),
        ),
        (&cci, "need", json!({"theme": "premises", "note": REASON})),
        (
            &adie,
            "opinion",
            json!({"view": "favourable", "text": REASON}),
        ),
        (&cci, "satisfaction", json!({"score": 4, "comment": REASON})),
    ];
    let mut ids = Vec::new();
    for (author, collection, mut fields) in records {
        fields["project"] = json!(project);
        let input = json!({"collection": collection, "fields": fields});
        let answer = call(author, "record.add", input);
        let both = ["ADIE", "CCI Puy-de-Dôme Thiers"];
        assert_eq!(readers(&answer), both, "{collection}");
        ids.push((collection, answer["id"].as_str().unwrap().to_owned()));
    }
    for _ in 0..2 {
        sync(&cci);
        sync(&adie);
    }
    for (collection, id) in &ids {
        let name = find_collection(collection).unwrap();
        let name = name.sealed_fields().next().unwrap().name;
        for node in [&cci, &adie] {
            assert_eq!(fields(node, collection, id)[name], REASON, "{collection}");
        }
        let closed = shown(&hub, collection, id)["_sealed"].clone();
        assert_eq!(closed["problem"]["code"], "not_a_reader");
        let list = call(&cci, "record.list", json!({"collection": collection}));
        assert!(!list.to_string().contains("printemps"));
    }
    // The person is given all of it, and each reading is noted as that.
    let given = call(&cci, "holder.export", json!({"id": holder}));
    let others = given["others"].as_array().unwrap();
    assert_eq!(others.len(), 4);
    assert!((others.iter()).all(|it| {
        it["_sealed"]["seals"][0]["fields"]
            .to_string()
            .contains(REASON)
    }));
    let readings = call(&cci, "sealed.log", json!({}));
    let exported = (readings["readings"].as_array().unwrap().iter())
        .filter(|it| it["purpose"] == "export")
        .count();
    assert_eq!(exported, 5, "the holder and what is about them");
    hub.stop();
    drop((hub, cci, adie));
    let home = bytes_of(&folder.path().join("hub"));
    assert!(!holds(&home, "le bail s’arrête"));
}

#[test]
fn of_a_project_whose_holder_is_unknown_its_lead_reads_along() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, _adie] = three(folder.path());
    let lead = call(
        &cci,
        "record.list",
        json!({"collection": "structure", "where": ["name~Parc"]}),
    )["rows"][0]["id"]
        .clone();
    let fields = json!({"pseudonym": "PP-7K3F", "type": "creation", "lead_structure": lead});
    let input = json!({"collection": "project", "fields": fields});
    let project = call(&cci, "record.add", input)["id"].clone();
    let fields = json!({"project": project, "theme": "premises", "note": REASON});
    let input = json!({"collection": "need", "fields": fields});
    let answer = call(&cci, "record.add", input);
    assert_eq!(readers(&answer), ["CCI Puy-de-Dôme Thiers", "Parc"]);
}

#[test]
fn what_is_about_a_person_who_shares_with_nobody_stays_with_who_welcomed_them() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, _adie] = three(folder.path());
    let (_, project) = add_project(&cci, &[], "none");
    let sent = json!({"project": project, "to": "ADIE", "theme": "microcredit", "reason": REASON});
    let answer = call(&cci, "referral.send", sent.clone());
    assert_eq!(readers(&answer), ["CCI Puy-de-Dôme Thiers"]);
    let codes: Vec<&Value> = (answer["notices"].as_array().unwrap().iter())
        .map(|it| &it["code"])
        .collect();
    assert_eq!(codes, [&json!("holder_shares_with_nobody"); 2]);
    let mut named = sent;
    named["share"] = json!(["ADIE"]);
    let refused = refusal(&cci, "referral.send", named);
    assert_eq!(refused.code, "holder_shares_with_nobody");
    let id = answer["id"].clone();
    let refused = refusal(
        &cci,
        "sealed.grant",
        json!({"id": id, "structures": ["ADIE"]}),
    );
    assert_eq!(refused.code, "holder_shares_with_nobody");
}
