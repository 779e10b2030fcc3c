//! Attachments and blobs, over nodes that talk over loopback.

use std::fs;

use super::*;

fn photograph(folder: &Path, name: &str, bytes: usize) -> String {
    let mut photograph = b"\xFF\xD8\xFF\xE0".to_vec();
    let mut draw = fastrand::Rng::with_seed(bytes as u64);
    photograph.resize_with(bytes, || draw.u8(..));
    fs::create_dir_all(folder).unwrap();
    let path = folder.join(name);
    fs::write(&path, photograph).unwrap();
    path.display().to_string()
}

fn attach(node: &Node, id: &str, paths: &[&str]) -> Result<Value, ApiError> {
    let input = json!({"collection": "opportunity", "id": id, "paths": paths});
    try_call(node, "attachment.add", input)
}

fn attached(node: &Node, id: &str) -> Vec<Value> {
    let input = json!({"collection": "opportunity", "id": id});
    let answer = call(node, "attachment.list", input);
    answer["attachments"].as_array().unwrap().clone()
}

fn blobs(node: &Node) -> Value {
    call(node, "status", json!({}))["blobs"].clone()
}

/// Reopens a node with room for so many megabytes.
fn with_quota(folder: &Path, megabytes: u64) -> Node {
    let home = Home::create(folder).unwrap();
    let config = Config {
        blob_quota_mb: megabytes,
        ..home.config().unwrap()
    };
    home.set_config(&config).unwrap();
    Node::open(home.lock(Duration::from_secs(5)).unwrap()).unwrap()
}

#[test]
fn two_nodes_show_the_same_file_and_both_files_that_were_attached_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    serve(&hub);
    let (cci, _) = join(&hub, &folder.path().join("cci"), "CCI", "cci");
    sync(&cci);
    let id = add(&cci, "Boulangerie");
    sync(&cci);
    let files = folder.path().join("files");
    let front = photograph(&files, "façade.jpg", 900_000);
    fs::write(files.join("bail.txt"), "Bail de neuf ans").unwrap();
    let lease = files.join("bail.txt").display().to_string();
    attach(&cci, &id, &[&front]).unwrap();
    eventually("the hub knows the record", || {
        attach(&hub, &id, &[&lease]).is_ok()
    });
    sync(&cci);
    eventually("both hold both", || {
        let held = |node: &Node| {
            attached(node, &id)
                .iter()
                .filter(|it| it["held"] == true)
                .count()
        };
        held(&hub) == 2 && held(&cci) == 2
    });
    assert_eq!(attached(&hub, &id), attached(&cci, &id));
    assert_eq!(blobs(&cci)["ungiven"], 0);

    let folder_of = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).unwrap();
        path
    };
    let saved_in = folder_of("saved");
    let input = json!({"collection": "opportunity", "id": id, "folder": saved_in});
    call(&hub, "attachment.save", input.clone());
    assert_eq!(
        fs::read(saved_in.join("façade.jpg")).unwrap(),
        fs::read(&front).unwrap()
    );
    // Nothing is written over.
    let again = call(&hub, "attachment.save", input);
    assert!(
        again["saved"][0]
            .as_str()
            .unwrap()
            .ends_with("bail (2).txt")
    );

    let input = json!({"collection": "opportunity", "id": id, "names": ["bail.txt"]});
    call(&cci, "attachment.remove", input.clone());
    assert_eq!(attached(&cci, &id).len(), 1);
    let gone = try_call(&cci, "attachment.remove", input).unwrap_err();
    assert_eq!(gone.code, "unknown_attachment");
    // The field is written by attaching alone.
    let by_hand = json!({"collection": "opportunity", "id": id, "fields": {"attachments": ["x"]}});
    let refused = try_call(&cci, "record.set", by_hand).unwrap_err();
    assert_eq!(refused.details[0].code, "by_attachment_only");
}

#[test]
fn what_is_no_photograph_or_document_is_not_attached() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(&folder.path().join("node"));
    let id = add(&node, "Local");
    let files = folder.path().join("files");
    let large = photograph(&files, "large.jpg", 17 * 1024 * 1024);
    assert_eq!(
        attach(&node, &id, &[&large]).unwrap_err().code,
        "attachment_too_large"
    );
    let program = files.join("photo.jpg");
    fs::write(&program, b"MZ\x90\x00\x03\x00").unwrap();
    let program = program.display().to_string();
    assert_eq!(
        attach(&node, &id, &[&program]).unwrap_err().code,
        "attachment_kind"
    );
    let missing = files.join("none.jpg").display().to_string();
    assert_eq!(
        attach(&node, &id, &[&missing]).unwrap_err().code,
        "file_not_found"
    );
    let input = json!({"collection": "agent", "id": id});
    let nowhere = try_call(&node, "attachment.list", input).unwrap_err();
    assert_eq!(nowhere.code, "no_attachments_there");
    let one = photograph(&files, "one.jpg", 100);
    let many = vec![one.as_str(); 41];
    assert_eq!(
        attach(&node, &id, &many).unwrap_err().code,
        "attachments_too_many"
    );
    assert_eq!(blobs(&node)["held"], 0);
}

#[test]
fn a_node_that_is_full_asks_for_no_more_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    serve(&hub);
    let home = folder.path().join("cci");
    let (cci, _) = join(&hub, &home, "CCI", "cci");
    sync(&cci);
    let id = add(&hub, "Ferme");
    let files = folder.path().join("files");
    let small = photograph(&files, "small.jpg", 300_000);
    let large = photograph(&files, "large.jpg", 1_200_000);
    attach(&hub, &id, &[&small, &large]).unwrap();
    drop(cci);
    let cci = with_quota(&home, 1);
    sync(&cci);
    let state = blobs(&cci);
    assert_eq!((&state["held"], &state["waiting"]), (&json!(1), &json!(1)));
    let warnings = call(&cci, "status", json!({}))["warnings"].clone();
    let codes: Vec<&str> = (warnings.as_array().unwrap().iter())
        .filter_map(|warning| warning["code"].as_str())
        .collect();
    assert!(codes.contains(&"blob_quota_reached"), "{codes:?}");
    let own = attach(&cci, &id, &[&large]).unwrap_err();
    assert_eq!(own.code, "blob_over_quota");
    drop(cci);
    let cci = with_quota(&home, 10);
    sync(&cci);
    let state = blobs(&cci);
    assert_eq!((&state["held"], &state["waiting"]), (&json!(2), &json!(0)));
}

#[test]
fn a_damaged_blob_is_told_by_doctor_and_fetched_again() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    serve(&hub);
    let home = folder.path().join("cci");
    let (cci, _) = join(&hub, &home, "CCI", "cci");
    sync(&cci);
    let id = add(&hub, "Ferme");
    let photograph = photograph(&folder.path().join("files"), "one.jpg", 50_000);
    attach(&hub, &id, &[&photograph]).unwrap();
    sync(&cci);
    let blob = attached(&cci, &id)[0]["blob"].as_str().unwrap().to_owned();
    let file = home.join("blobs").join(&blob);
    let mut bytes = fs::read(&file).unwrap();
    bytes[40_000] ^= 1;
    fs::write(&file, bytes).unwrap();
    let report = call(&cci, "doctor", json!({}));
    assert_eq!(report["problems"][0]["code"], "blob_damaged", "{report}");
    assert_eq!(blobs(&cci)["waiting"], 1);
    sync(&cci);
    assert_eq!(blobs(&cci)["waiting"], 0);
    assert_eq!(call(&cci, "doctor", json!({}))["ok"], true);
}

#[test]
fn a_backup_takes_blobs_and_mappings_along() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(&folder.path().join("node"));
    let id = add(&node, "Ferme");
    let photograph = photograph(&folder.path().join("files"), "one.jpg", 50_000);
    attach(&node, &id, &[&photograph]).unwrap();
    let input = json!({"identity": {"name": "Jeanne"}});
    let holder = call(&node, "holder.add", input)["id"].clone();
    let mapping = json!({"collection": "opportunity", "columns": {"Commune": "insee_code"}});
    let mapping = json!({"name": "cci-2026", "mapping": mapping});
    call(&node, "mapping.save", mapping);
    let kept = call(&node, "mapping.show", json!({"name": "cci-2026"}));
    let backup = folder.path().join("backup.zip");
    call(&node, "backup", json!({"path": backup}));
    drop(node);
    let again = open(&folder.path().join("again"));
    call(&again, "restore", json!({"path": backup}));
    assert_eq!(
        call(&again, "mapping.show", json!({"name": "cci-2026"})),
        kept
    );
    assert_eq!(attached(&again, &id)[0]["held"], true);
    let shown = call(&again, "holder.show", json!({"id": holder}));
    assert_eq!(shown["_identity"]["seals"][0]["fields"]["name"], "Jeanne");
}

#[test]
fn what_nothing_names_any_more_gives_its_file_back_after_a_month() {
    use super::super::clock;
    use super::super::unnamed_blobs::KEPT_FOR;
    use sync_protocol::time::Timestamp;
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    let node = found(&home);
    let [one, other] = ["Boulangerie", "Fournil"].map(|title| add(&node, title));
    let files = folder.path().join("files");
    let [shared, own] = ["a.jpg", "b.jpg"].map(|name| {
        photograph(
            &files,
            name,
            1_000 + name.len() + name.as_bytes()[0] as usize,
        )
    });
    attach(&node, &one, &[&shared, &own]).unwrap();
    attach(&node, &other, &[&shared]).unwrap();
    let detach = |name: &str| {
        let input = json!({"collection": "opportunity", "id": one, "names": [name]});
        call(&node, "attachment.remove", input);
    };
    let now = clock::now();
    let after = |days: u64| Timestamp(now.0 + days * 24 * 3_600_000);
    let sweep = |days| node.member().unwrap().sweep_blobs(after(days)).unwrap();
    assert_eq!((sweep(0), sweep(400)), (0, 0), "what records name stays");
    detach("a.jpg");
    detach("b.jpg");
    // A record that is removed can be restored, and still names what it did.
    let removed = json!({"collection": "opportunity", "id": other});
    call(&node, "record.remove", removed.clone());
    assert_eq!(
        (sweep(0), sweep(29), blobs(&node)["held"].as_u64()),
        (0, 0, Some(2))
    );
    // Attached again meanwhile, its month begins anew once it is detached again.
    attach(&node, &one, &[&own]).unwrap();
    assert_eq!(sweep(31), 0);
    detach("b.jpg");
    assert_eq!((sweep(40), sweep(69)), (0, 0));
    drop(node);
    let node = open(&home);
    let member = node.member().unwrap();
    assert_eq!(member.sweep_blobs(after(70)).unwrap(), 1);
    assert_eq!(blobs(&node)["held"], 1);
    call(&node, "record.restore", removed);
    assert_eq!(attached(&node, &other)[0]["held"], true);
    assert!(KEPT_FOR.as_secs() == 30 * 24 * 3600);
}
