//! Sealed fields of records other than holders: the same verbs, over nodes that talk over loopback.

use std::fs;

use super::sealed::{approve, bytes_of, held, holds, readers, refusal, structure_of, three};
use super::*;
use crate::registry::find_collection;

mod of_persons;
mod refused;

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
