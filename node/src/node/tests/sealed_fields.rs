//! Sealed fields of records other than holders: the same verbs, over nodes that talk over loopback.

use std::fs;

use super::sealed::{approve, bytes_of, held, holds, readers, refusal, structure_of, three};
use super::*;
use crate::registry::find_collection;

const SELLER: &str = "Marguerite Vaillandet";
const REASON: &str = "Reprise urgente : le bail s’arrête au printemps.";

fn add_opportunity(node: &Node, share: &[&str]) -> String {
    let input = json!({
        "collection": "opportunity",
        "fields": {
            "kind": "job", "title": "Atelier du Pontempeyrat", "insee_code": "63003",
            "seller_name": SELLER, "seller_phone": "06 98 76 54 32",
        },
        "share": share,
    });
    let answer = call(node, "record.add", input);
    assert!(!readers(&answer).is_empty(), "{answer}");
    answer["id"].as_str().unwrap().to_owned()
}

fn shown(node: &Node, collection: &str, id: &str) -> Value {
    call(
        node,
        "record.show",
        json!({"collection": collection, "id": id}),
    )
}

fn fields(node: &Node, collection: &str, id: &str) -> Value {
    shown(node, collection, id)["_sealed"]["seals"][0]["fields"].clone()
}

fn set(node: &Node, id: &str, fields: Value) -> Result<Value, ApiError> {
    let input = json!({"collection": "opportunity", "id": id, "fields": fields});
    try_call(node, "record.set", input)
}

/// A project whose holder is read by `share` besides the structure of `node`.
fn add_project(node: &Node, share: &[&str], sharing: &str) -> (String, String) {
    let input = json!({
        "fields": {"sharing": sharing, "info_notice_on": "2026-01-05"}, "identity": {"name": "Jeanne Dupré"}, "share": share,
    });
    let holder = call(node, "holder.add", input)["id"].clone();
    let fields = json!({"pseudonym": "PP-7K3F", "type": "creation", "holder": holder});
    let input = json!({"collection": "project", "fields": fields});
    let project = call(node, "record.add", input)["id"].clone();
    let text = |id: Value| id.as_str().unwrap().to_owned();
    (text(holder), text(project))
}

#[test]
fn a_sellers_name_is_read_by_its_structure_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let id = add_opportunity(&cci, &[]);
    sync(&cci);
    eventually("the hub holds the blob", || held(&hub) == 1);
    sync(&adie);
    let own = shown(&cci, "opportunity", &id);
    assert_eq!(own["_sealed"]["part"], "details");
    let sealed = &own["_sealed"]["seals"][0]["fields"];
    assert_eq!(
        (&sealed["seller_name"], &sealed["seller_phone"]),
        (&json!(SELLER), &json!("+33698765432"))
    );
    for node in [&hub, &adie] {
        let closed = shown(node, "opportunity", &id);
        assert_eq!(closed["title"], "Atelier du Pontempeyrat");
        assert_eq!(closed["_sealed"]["problem"]["code"], "not_a_reader");
        assert_eq!(readers(&closed["_sealed"]), ["CCI Puy-de-Dôme Thiers"]);
        assert_eq!(call(node, "sealed.log", json!({}))["readings"], json!([]));
    }
    assert_eq!(digest(&hub), digest(&adie));
    // Lists, files, full text and SQL do not have it, not even for who may read it.
    let list = call(&cci, "record.list", json!({"collection": "opportunity"}));
    let files = ["csv", "jsonl", "geojson", "automerge"].map(|format| {
        let input = json!({"collection": "opportunity", "format": format});
        let content = call(&cci, "export", input)["content_base64"].clone();
        data_encoding::BASE64
            .decode(content.as_str().unwrap().as_bytes())
            .unwrap()
    });
    assert!(!list.to_string().contains("Vaillandet"));
    for file in files {
        assert!(!holds(&file, "Vaillandet") && !holds(&file, "698765432"));
    }
    let found = call(&cci, "search", json!({"text": "Vaillandet"}));
    assert_eq!(found["hits"], json!([]));
    hub.stop();
    drop((hub, cci, adie));
    for place in ["hub", "adie", "cci"] {
        let home = bytes_of(&folder.path().join(place));
        assert!(
            !holds(&home, "Vaillandet"),
            "in clear on the disk of {place}"
        );
    }
}

#[test]
fn what_is_sealed_is_edited_with_what_is_plain_opened_and_closed_again() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, adie] = three(folder.path());
    let id = add_opportunity(&cci, &[]);
    let before = entries(&cci);
    let both = set(&cci, &id, json!({"price_max": 90_000, "seller_phone": ""})).unwrap();
    assert_eq!(both["changed"], json!(["price_max", "seller_phone"]));
    assert_eq!(both["resealed"], true);
    assert_eq!(entries(&cci), before + 2, "a change and a seal");
    assert_eq!(
        fields(&cci, "opportunity", &id),
        json!({"seller_name": SELLER})
    );
    // Nothing changes, nothing is written; plain fields alone leave the seal as it is.
    let same = set(&cci, &id, json!({"seller_name": SELLER})).unwrap();
    assert_eq!(
        (&same["changed"], &same["resealed"]),
        (&json!([]), &json!(false))
    );
    let plain = set(&cci, &id, json!({"price_max": 80_000})).unwrap();
    assert_eq!(plain.get("resealed"), None);
    assert_eq!(entries(&cci), before + 3);

    sync(&cci);
    sync(&adie);
    // ADIE reads nothing there, so it neither corrects nor opens.
    let refused = set(&adie, &id, json!({"seller_name": "X"})).unwrap_err();
    assert_eq!(refused.code, "not_a_reader");
    let open = json!({"id": id, "structures": ["adie"]});
    assert_eq!(
        refusal(&adie, "sealed.grant", open.clone()).code,
        "not_a_reader"
    );
    let granted = call(&cci, "sealed.grant", open);
    assert_eq!(granted["collection"], "opportunity");
    assert_eq!(readers(&granted), ["ADIE", "CCI Puy-de-Dôme Thiers"]);
    sync(&cci);
    sync(&adie);
    assert_eq!(fields(&adie, "opportunity", &id)["seller_name"], SELLER);
    // A reader may correct what is sealed, and no more than that.
    set(&adie, &id, json!({"seller_phone": "06 11 22 33 44"})).unwrap();
    sync(&adie);
    sync(&cci);
    let corrected = shown(&cci, "opportunity", &id)["_sealed"]["seals"][0].clone();
    assert_eq!(
        (&corrected["by"], &corrected["fields"]["seller_phone"]),
        (&json!("ADIE"), &json!("+33611223344"))
    );
    let input = json!({"id": id, "structure": "ADIE"});
    let left = call(&cci, "sealed.revoke", input.clone());
    assert_eq!(readers(&left), ["CCI Puy-de-Dôme Thiers"]);
    assert_eq!(
        refusal(&cci, "sealed.revoke", input).code,
        "no_reader_to_remove"
    );
    sync(&cci);
    sync(&adie);
    let closed = shown(&adie, "opportunity", &id);
    assert_eq!(closed["_sealed"]["problem"]["code"], "not_a_reader");
    let input = json!({"id": id, "structure": "thiers"});
    assert_eq!(
        refusal(&cci, "sealed.revoke", input).code,
        "owner_keeps_reading"
    );
}

#[test]
fn two_seals_made_apart_are_both_shown_until_each_field_is_decided() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let id = add_opportunity(&cci, &["adie"]);
    sync(&cci);
    sync(&adie);
    set(&cci, &id, json!({"seller_phone": "07 00 00 00 01"})).unwrap();
    set(&adie, &id, json!({"seller_phone": "07 00 00 00 02"})).unwrap();
    sync(&adie);
    sync(&cci);
    let both = shown(&cci, "opportunity", &id)["_sealed"].clone();
    assert_eq!(both["conflict"], true);
    assert_eq!(both["seals"].as_array().unwrap().len(), 2);
    // Who reads it is told the field, the values and whose they are; who does not, whose seals.
    let listed = |node: &Node| {
        let answer = call(
            node,
            "record.conflicts",
            json!({"collection": "opportunity"}),
        );
        answer["conflicts"].as_array().unwrap().clone()
    };
    let [conflict] = &listed(&cci)[..] else {
        panic!("one field differs: {:?}", listed(&cci));
    };
    assert_eq!(
        (&conflict["field"], &conflict["sealed"], &conflict["id"]),
        (&json!("seller_phone"), &json!(true), &json!(id))
    );
    let values: std::collections::BTreeSet<&str> = conflict["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["value"].as_str().unwrap())
        .collect();
    assert_eq!(values, ["+33700000001", "+33700000002"].into());
    eventually("the hub holds both seals", || !listed(&hub).is_empty());
    let [closed] = &listed(&hub)[..] else {
        panic!("the hub is told of it: {:?}", listed(&hub));
    };
    assert_eq!(closed["field"], "details");
    let given = closed["values"].as_array().unwrap();
    assert_eq!(given.len(), 2);
    assert!(given.iter().all(|it| it.get("value").is_none()));
    assert!(given.iter().any(|it| it["structure_name"] == "ADIE"));
    let open = set(&cci, &id, json!({"seller_name": "Autre"})).unwrap_err();
    assert_eq!(
        (open.code.as_str(), &*open.args["fields"]),
        ("sealed_in_conflict", "seller_phone")
    );
    let resolve = |field: &str, value: &str| {
        let input = json!({"collection": "opportunity", "id": id, "field": field, "value": value});
        try_call(&cci, "record.resolve", input)
    };
    resolve("seller_phone", "07 00 00 00 02").unwrap();
    let again = resolve("seller_phone", "07 00 00 00 02").unwrap_err();
    assert_eq!(again.code, "not_in_conflict");
    sync(&cci);
    sync(&adie);
    let settled = shown(&adie, "opportunity", &id)["_sealed"].clone();
    assert_eq!(settled["conflict"], false);
    assert!(listed(&adie).is_empty());
    assert_eq!(
        settled["seals"][0]["fields"]["seller_phone"],
        "+33700000002"
    );
    assert_eq!(settled["seals"][0]["fields"]["seller_name"], SELLER);
}

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

#[test]
fn what_cannot_be_sealed_is_refused_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let before = entries(&node);
    let add = |fields: Value, share: Value| {
        let input = json!({"collection": "opportunity", "fields": fields, "share": share});
        refusal(&node, "record.add", input)
    };
    let plain = json!({"kind": "premises", "title": "Local", "insee_code": "63003"});
    assert_eq!(
        add(plain.clone(), json!(["Parc"])).code,
        "share_without_sealed"
    );
    let with = |field: &str, value: &str| {
        let mut fields = plain.clone();
        fields[field] = json!(value);
        fields
    };
    let unknown = add(with("seller_name", SELLER), json!(["Nord"]));
    assert_eq!(unknown.code, "unknown_member");
    let wrong = add(with("seller_email", "marguerite"), json!([]));
    assert_eq!(wrong.details[0].field.as_deref(), Some("seller_email"));
    let absent = add(with("seller_age", "70"), json!([]));
    assert!(absent.details[0].code.ends_with("_field"), "{absent}");
    // A plain field that is wrong stops the sealed one too.
    let wrong = add(
        json!({"kind": "premises", "title": "Local", "seller_name": SELLER}),
        json!([]),
    );
    assert_eq!(wrong.details[0].code, "missing_field");
    let input = json!({"collection": "agent", "fields": {"name": "Z"}, "share": ["Parc"]});
    let refused = refusal(&node, "record.add", input);
    assert_eq!(refused.code, "nothing_to_seal");
    assert_eq!((entries(&node), held(&node)), (before, 0));

    let id = add_opportunity(&node, &[]);
    let input = json!({"collection": "opportunity", "id": id, "share": ["Parc"]});
    let refused = refusal(&node, "record.set", input);
    assert_eq!(refused.code, "share_without_sealed");
    let identity = json!({"identity": {"name": "J", "status": "paused"}});
    let refused = refusal(&node, "holder.add", identity);
    assert_eq!(refused.details[0].code, "unknown_field");
    let file = "kind;title;insee_code;seller_name\npremises;Autre;63003;Marguerite Vaillandet\n";
    let input = json!({
        "collection": "opportunity", "name": "cédants.csv",
        "content_base64": data_encoding::BASE64.encode(file.as_bytes()),
    });
    let imported = call(&node, "import", input);
    assert_eq!(imported["created"], 1, "{imported}");
    assert_eq!(imported["notices"][0]["code"], "sealed_column");
    assert_eq!(
        held(&node),
        1,
        "the column was left out, and its record came"
    );
}

#[test]
fn a_sealed_list_gains_and_loses_members_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let (holder, _) = add_project(&node, &[], "named");
    let edit = |verb: &str, members: &[&str]| {
        let mut input = json!({"collection": "holder", "id": holder});
        input[verb] = json!({"contact_preference": members});
        call(&node, "record.set", input)
    };
    let added = edit("add", &["phone", "via_adviser"]);
    assert_eq!(added["changed"], json!(["contact_preference"]));
    edit("remove", &["phone"]);
    let shown = fields(&node, "holder", &holder);
    assert_eq!(
        shown,
        json!({"name": "Jeanne Dupré", "contact_preference": ["via_adviser"]})
    );
    edit("remove", &["via_adviser"]);
    assert_eq!(
        fields(&node, "holder", &holder),
        json!({"name": "Jeanne Dupré"})
    );
    // A person keeps a name.
    let nameless = json!({"collection": "holder", "id": holder, "fields": {"name": ""}});
    let refused = refusal(&node, "record.set", nameless);
    assert_eq!(refused.details[0].code, "missing_field");
}

#[test]
fn what_older_nodes_wrote_of_a_holder_is_read_and_edited() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let fields_of = json!({"pseudonym": "PP-7K3F"});
    let input = json!({"collection": "holder", "fields": fields_of});
    let id = call(&node, "record.add", input)["id"].clone();
    let record = id.as_str().unwrap();
    let member = node.member().unwrap();
    let sealed = member.sealed(&record.parse().unwrap()).unwrap();
    let text = r#"{"version":1,"name":"Jeanne Dupré","notes":"Deux enfants.","pronouns":"elle"}"#;
    let name = "identity".parse().unwrap();
    let readers = [structure_of(&node)].into();
    let seal = member.make_seal(&sealed, &name, text.as_bytes(), &readers);
    let nothing_else = member.write_sealed(Some(seal.unwrap()), |_, _| Ok(Vec::new()));
    nothing_else.unwrap();
    let edit = json!({"id": id, "identity": {"phone": "06 12 34 56 78"}});
    assert_eq!(call(&node, "holder.edit", edit)["changed"], true);
    assert_eq!(
        fields(&node, "holder", record),
        json!({
            "name": "Jeanne Dupré", "phone": "+33612345678", "notes": "Deux enfants.",
            "pronouns": "elle",
        })
    );
}

#[test]
fn nothing_sealed_yet_is_for_the_owner_to_begin() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, adie] = three(folder.path());
    let id = add(&cci, "Local sans cédant");
    sync(&cci);
    sync(&adie);
    assert_eq!(shown(&cci, "opportunity", &id).get("_sealed"), None);
    let refused = set(&adie, &id, json!({"seller_name": SELLER})).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), u8::from(refused.exit)),
        ("owner_seals_first", 4)
    );
    let input = json!({"id": id, "structures": ["ADIE"]});
    assert_eq!(refusal(&cci, "sealed.grant", input).code, "nothing_sealed");
    let first = set(&cci, &id, json!({"seller_name": SELLER})).unwrap();
    assert_eq!(first["changed"], json!(["seller_name"]));
    assert_eq!(fields(&cci, "opportunity", &id)["seller_name"], SELLER);
}

#[test]
fn a_search_of_what_is_sealed_says_where_and_readings_are_logged() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add_opportunity(&node, &[]);
    add_project(&node, &[], "named");
    for sought in ["vaillandet", "06 98 76"] {
        let found = call(&node, "sealed.search", json!({"text": sought}));
        assert_eq!(found["searched"], 2);
        assert_eq!(
            (&found["hits"][0]["id"], &found["hits"][0]["collection"]),
            (&json!(id), &json!("opportunity"))
        );
    }
    let of_holders = call(&node, "holder.search", json!({"text": "vaillandet"}));
    assert_eq!(
        (&of_holders["hits"], &of_holders["searched"]),
        (&json!([]), &json!(1))
    );
    shown(&node, "opportunity", &id);
    let purposes = |operation: &str, input: Value| -> Vec<String> {
        (call(&node, operation, input)["readings"]
            .as_array()
            .unwrap()
            .iter())
        .map(|it| it["purpose"].as_str().unwrap().to_owned())
        .collect()
    };
    assert_eq!(
        purposes("sealed.log", json!({"id": id})),
        ["search", "search", "show"]
    );
    assert!(purposes("holder.log", json!({})).is_empty());
    let log = fs::read_to_string(folder.path().join("access.log")).unwrap();
    assert!(log.contains(&id) && !holds(log.as_bytes(), "Vaillandet"));
}

#[test]
fn a_part_whose_secret_is_not_here_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add_opportunity(&node, &[]);
    node.stop();
    drop(node);
    for item in fs::read_dir(folder.path().join("keys")).unwrap() {
        let path = item.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains("sealing") {
            fs::remove_file(path).unwrap();
        }
    }
    let node = open(folder.path());
    let closed = shown(&node, "opportunity", &id)["_sealed"].clone();
    assert_eq!(closed["reader"], true);
    assert_eq!(closed["problem"]["code"], "sealing_secret_missing");
    let refused = set(&node, &id, json!({"seller_name": "Autre"})).unwrap_err();
    assert_eq!(refused.code, "sealing_secret_missing");
    // The plain fields are written as ever.
    set(&node, &id, json!({"price_max": 70_000})).unwrap();
}

#[test]
fn a_suspended_structure_is_left_out_where_nobody_named_it_and_refused_where_somebody_did() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let (_, project) = add_project(&cci, &["ADIE"], "named");
    for node in [&hub, &cci] {
        let member = node.member().unwrap();
        let subject = sync_protocol::charter::Subject::Structure(structure_of(&adie));
        let tip = |node: &_| member.journals.tip(node);
        let suspend = member.charter().suspend(subject, tip);
        let kind = sync_protocol::entry::Kind::SUSPEND;
        member.say(kind, suspend.encode()).unwrap();
    }
    sync(&cci);
    eventually("the suspension is in force", || {
        let suspensions = cci.member().unwrap().charter().suspensions();
        suspensions.iter().any(|it| it.missing == 0)
    });
    // Whoever reads who the person is reads what is thought of the project too.
    let fields = json!({"project": project, "view": "favourable", "text": REASON});
    let opinion = json!({"collection": "opinion", "fields": fields});
    let answer = call(&cci, "record.add", opinion.clone());
    assert_eq!(readers(&answer), ["CCI Puy-de-Dôme Thiers"]);
    let notice = &answer["notices"][0];
    assert_eq!(
        (&notice["code"], &notice["args"]["names"]),
        (&json!("sealed_without"), &json!("ADIE"))
    );
    let mut named = opinion;
    named["share"] = json!(["ADIE"]);
    let refused = refusal(&cci, "record.add", named);
    assert_eq!(refused.code, "recipient_suspended");
}

#[test]
fn a_blob_whose_entry_a_crash_prevented_is_deleted_when_the_node_opens() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add_opportunity(&node, &[]);
    set(&node, &id, json!({"seller_name": "Autre"})).unwrap();
    // As far as a write comes before its entry.
    let blob = node
        .member()
        .unwrap()
        .keep_own_blob(b"half a write")
        .unwrap();
    assert_eq!(held(&node), 3);
    node.stop();
    drop(node);
    let node = open(folder.path());
    assert_eq!(held(&node), 2, "both seals keep theirs");
    assert!(!node.member().unwrap().blobs.holds(&blob));
    assert_eq!(fields(&node, "opportunity", &id)["seller_name"], "Autre");
}

#[test]
fn edits_of_one_part_from_several_threads_make_no_conflict() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add_opportunity(&node, &[]);
    std::thread::scope(|scope| {
        for at in 0..4 {
            let (node, id) = (&node, &id);
            scope.spawn(move || {
                let phone = format!("06 00 00 00 0{at}");
                set(node, id, json!({"seller_phone": phone})).unwrap();
            });
        }
    });
    let sealed = shown(&node, "opportunity", &id)["_sealed"].clone();
    assert_eq!(sealed["conflict"], false);
    assert_eq!(sealed["seals"][0]["fields"]["seller_name"], SELLER);
}

fn entries(node: &Node) -> u64 {
    let member = node.member().unwrap();
    member.journals.tip(&member.me).seq
}

#[test]
fn a_newcomer_reads_nothing_until_it_is_opened_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    serve(&hub);
    let id = add_opportunity(&hub, &[]);
    let (cci, _) = join(&hub, &folder.path().join("cci"), "CCI", "cci");
    sync(&cci);
    let (adie, _) = join(&hub, &folder.path().join("adie"), "ADIE", "lender");
    approve(&cci);
    sync(&adie);
    let closed = shown(&adie, "opportunity", &id)["_sealed"].clone();
    assert_eq!(closed["problem"]["code"], "not_a_reader");
}
