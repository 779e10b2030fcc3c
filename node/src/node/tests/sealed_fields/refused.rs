//! What cannot be sealed, opened or told, and what older nodes left.

use super::*;

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
