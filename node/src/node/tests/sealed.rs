//! Holders sealed to some structures, over nodes that talk over loopback.

use std::fs;

use sync_protocol::body::{Ancestor, Change, Check};
use sync_protocol::charter::Subject;
use sync_protocol::entry::Kind;
use sync_protocol::id::{RecordId, StructureId};

use crate::replica::Draft;
use crate::view::Room;

use super::*;

const NAME: &str = "Jeanne Duprévost";
const PHONE: &str = "06 12 34 56 78";
const STORED_PHONE: &str = "+33612345678";

/// Approves what is proposed.
pub(super) fn approve(node: &Node) {
    sync(node);
    let proposal = call(node, "charter.show", json!({}))["proposals"][0]["id"].clone();
    call(node, "charter.approve", json!({"version": proposal}));
    sync(node);
}

/// The park, whose node relays, then CCI Thiers and ADIE; each has heard of the others' keys.
pub(super) fn three(folder: &Path) -> [Node; 3] {
    let hub = found(&folder.join("hub"));
    serve(&hub);
    let (cci, _) = join(&hub, &folder.join("cci"), "CCI Puy-de-Dôme Thiers", "cci");
    sync(&cci);
    let (adie, _) = join(&hub, &folder.join("adie"), "ADIE", "lender");
    approve(&cci);
    sync(&adie);
    sync(&cci);
    [hub, cci, adie]
}

pub(super) fn structure_of(node: &Node) -> StructureId {
    node.member().unwrap().structure
}

fn add_holder(node: &Node, share: &[&str]) -> String {
    let input = json!({
        "fields": {
            "residence": "epci:200070761",
            "themes": ["premises"],
            "info_notice_on": "2026-01-05",
        },
        "identity": {"name": NAME, "phone": PHONE, "notes": "Deux enfants."},
        "share": share,
    });
    call(node, "holder.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn identity(node: &Node, id: &str) -> Value {
    call(node, "holder.show", json!({"id": id}))["_identity"].clone()
}

pub(super) fn readers(identity: &Value) -> Vec<String> {
    let mut names: Vec<String> = (identity["readers"].as_array().unwrap().iter())
        .map(|reader| reader["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

pub(super) fn held(node: &Node) -> u64 {
    call(node, "status", json!({}))["blobs"]["held"]
        .as_u64()
        .unwrap()
}

pub(super) fn refusal(node: &Node, operation: &str, input: Value) -> ApiError {
    try_call(node, operation, input).unwrap_err()
}

/// Every byte of a home.
pub(super) fn bytes_of(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            bytes.extend(bytes_of(&path));
        } else {
            bytes.extend(fs::read(&path).unwrap());
        }
    }
    bytes
}

/// A text as it may stand somewhere: plain, in UTF-16, in base 64 at any offset, in hexadecimal.
fn guises(text: &str) -> Vec<Vec<u8>> {
    let plain = text.as_bytes().to_vec();
    let mut guises = vec![plain.clone()];
    guises.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    guises.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    let hex = data_encoding::HEXLOWER.encode(&plain);
    guises.push(hex.to_uppercase().into_bytes());
    guises.push(hex.into_bytes());
    for skipped in 0..3 {
        let whole = &plain[skipped..];
        let whole = &whole[..whole.len() / 3 * 3];
        guises.push(data_encoding::BASE64.encode(whole).into_bytes());
        guises.push(data_encoding::BASE64URL.encode(whole).into_bytes());
    }
    guises
}

pub(super) fn holds(bytes: &[u8], text: &str) -> bool {
    let mut guises = guises(text).into_iter();
    guises.any(|guise| bytes.windows(guise.len()).any(|at| at == guise))
}

#[test]
fn a_planted_name_is_nowhere_on_the_hub_that_carries_it() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let id = add_holder(&cci, &["ADIE"]);
    add(&cci, "Boulangerie du Pontempeyrat");
    sync(&cci);
    eventually("the hub holds the blob", || held(&hub) == 1);
    sync(&adie);
    let read = identity(&adie, &id);
    assert_eq!(read["seals"][0]["fields"]["name"], NAME);
    assert_eq!(read["seals"][0]["fields"]["phone"], STORED_PHONE);
    assert_eq!(readers(&read), ["ADIE", "CCI Puy-de-Dôme Thiers"]);

    // The hub shows the record, and who may say more.
    let shown = call(&hub, "holder.show", json!({"id": id}));
    assert_eq!(shown["residence"], "epci:200070761");
    let closed = &shown["_identity"];
    assert_eq!(closed["reader"], false);
    assert_eq!(closed["problem"]["code"], "not_a_reader");
    assert_eq!(readers(closed), ["ADIE", "CCI Puy-de-Dôme Thiers"]);
    let found = call(&hub, "holder.search", json!({"text": "Jeanne"}));
    assert_eq!((&found["hits"], &found["closed"]), (&json!([]), &json!(1)));
    assert_eq!(call(&hub, "holder.log", json!({}))["readings"], json!([]));
    assert_eq!(digest(&hub), digest(&adie));

    hub.stop();
    drop((hub, cci, adie));
    let home = bytes_of(&folder.path().join("hub"));
    for planted in [NAME, "Jeanne", "Duprévost", STORED_PHONE, "612345678"] {
        assert!(!holds(&home, planted), "{planted} is on the hub's disk");
    }
    // The search finds what is there.
    assert!(holds(&home, "Boulangerie du Pontempeyrat"));
    // Nor is it in clear where it may be read.
    let home = bytes_of(&folder.path().join("adie"));
    assert!(!holds(&home, "Duprévost"));
}

#[test]
fn readings_are_logged_and_a_search_finds_what_may_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add_holder(&node, &[]);
    assert_eq!(call(&node, "holder.log", json!({}))["readings"], json!([]));
    identity(&node, &id);
    for sought in ["duprevost", "06 12 34"] {
        let found = call(&node, "holder.search", json!({"text": sought}));
        assert_eq!(found["hits"][0]["id"], json!(id), "{found}");
    }
    let none = call(&node, "holder.search", json!({"text": "Dupond"}));
    assert_eq!(none["hits"], json!([]));
    let log = call(&node, "holder.log", json!({"id": id}));
    let purposes: Vec<&str> = (log["readings"].as_array().unwrap().iter())
        .map(|reading| reading["purpose"].as_str().unwrap())
        .collect();
    assert_eq!(purposes, ["show", "search", "search"]);
    // The log names the record and nothing of what was read.
    let text = fs::read_to_string(folder.path().join("access.log")).unwrap();
    assert!(text.contains(&id) && !text.contains("Jeanne"));
}

#[test]
fn a_holder_is_shared_edited_and_taken_away_again() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let id = add_holder(&cci, &[]);
    sync(&cci);
    sync(&adie);
    assert_eq!(identity(&adie, &id)["problem"]["code"], "not_a_reader");
    let refused = refusal(
        &adie,
        "holder.share",
        json!({"id": id, "structures": ["Parc"]}),
    );
    assert_eq!(refused.code, "not_a_reader");
    assert!(refused.args["readers"].contains("Thiers"));

    let shared = call(
        &cci,
        "holder.share",
        json!({"id": id, "structures": ["adie"]}),
    );
    assert_eq!(readers(&shared), ["ADIE", "CCI Puy-de-Dôme Thiers"]);
    sync(&cci);
    sync(&adie);
    assert_eq!(identity(&adie, &id)["seals"][0]["fields"]["name"], NAME);
    // Who reads may correct, for all who read.
    let moved = json!({"id": id, "identity": {"phone": "07 11 22 33 44"}});
    assert_eq!(call(&adie, "holder.edit", moved.clone())["changed"], true);
    assert_eq!(call(&adie, "holder.edit", moved)["changed"], false);
    sync(&adie);
    sync(&cci);
    let corrected = identity(&cci, &id);
    assert_eq!(corrected["seals"][0]["fields"]["phone"], "+33711223344");
    assert_eq!(corrected["seals"][0]["by"], "ADIE");

    let input = json!({"id": id, "structure": "adie"});
    let left = call(&cci, "holder.unshare", input.clone());
    assert_eq!(readers(&left), ["CCI Puy-de-Dôme Thiers"]);
    assert_eq!(
        refusal(&cci, "holder.unshare", input).code,
        "no_reader_to_remove"
    );
    let input = json!({"id": id, "structure": "thiers"});
    assert_eq!(
        refusal(&cci, "holder.unshare", input).code,
        "owner_keeps_reading"
    );
    sync(&cci);
    sync(&adie);
    assert_eq!(identity(&adie, &id)["problem"]["code"], "not_a_reader");
    eventually("the hub has each version", || held(&hub) == 3);
}

#[test]
fn two_corrections_made_apart_are_both_shown_until_one_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, adie] = three(folder.path());
    let id = add_holder(&cci, &["adie"]);
    sync(&cci);
    sync(&adie);
    let edit = |phone: &str| json!({"id": id, "identity": {"phone": phone}});
    call(&cci, "holder.edit", edit("07 00 00 00 01"));
    call(&adie, "holder.edit", edit("07 00 00 00 02"));
    sync(&cci);
    sync(&adie);
    sync(&cci);
    let both = identity(&cci, &id);
    assert_eq!(both["conflict"], true);
    assert_eq!(both["seals"].as_array().unwrap().len(), 2);
    let notes = json!({"id": id, "identity": {"notes": ""}});
    let open = refusal(&cci, "holder.edit", notes);
    assert_eq!(open.code, "sealed_in_conflict");
    assert_eq!(open.args["fields"], "phone");
    call(&cci, "holder.edit", edit("07 00 00 00 02"));
    sync(&cci);
    sync(&adie);
    let settled = identity(&adie, &id);
    assert_eq!(settled["conflict"], false);
    assert_eq!(settled["seals"][0]["fields"]["phone"], "+33700000002");
    assert_eq!(settled["seals"][0]["fields"]["notes"], "Deux enfants.");
}

#[test]
fn nothing_is_sealed_to_whom_nobody_knows_a_key_of_or_who_is_suspended() {
    let folder = tempfile::tempdir().unwrap();
    let hub = found(&folder.path().join("hub"));
    serve(&hub);
    let (cci, _) = join(&hub, &folder.path().join("cci"), "CCI", "cci");
    // Admitted, and its journal is not known here yet.
    let input = json!({"identity": {"name": NAME}, "share": ["CCI"]});
    let refused = refusal(&hub, "holder.add", input.clone());
    assert_eq!(
        (refused.code.as_str(), &*refused.args["name"]),
        ("recipient_without_key", "CCI")
    );
    assert_eq!(held(&hub), 0, "nothing is kept of what was refused");
    sync(&cci);
    let (adie, _) = join(&hub, &folder.path().join("adie"), "ADIE", "lender");
    approve(&cci);
    sync(&adie);
    eventually("the key arrives", || {
        hub.member()
            .unwrap()
            .sealing_key_of(&structure_of(&adie))
            .is_some()
    });
    let id = call(&hub, "holder.add", input)["id"].clone();
    for node in [&hub, &adie] {
        let member = node.member().unwrap();
        let subject = Subject::Structure(structure_of(&cci));
        let tip = |node: &_| member.journals.tip(node);
        let suspend = member.charter().suspend(subject, tip);
        member.say(Kind::SUSPEND, suspend.encode()).unwrap();
    }
    sync(&adie);
    eventually("the suspension is in force", || {
        let suspensions = hub.member().unwrap().charter().suspensions();
        suspensions.iter().any(|it| it.missing == 0)
    });
    let refused = refusal(
        &hub,
        "holder.share",
        json!({"id": id, "structures": ["CCI"]}),
    );
    assert_eq!(
        (refused.code.as_str(), u8::from(refused.exit)),
        ("recipient_suspended", 4)
    );
    let unknown = refusal(
        &hub,
        "holder.share",
        json!({"id": id, "structures": ["Nord"]}),
    );
    assert_eq!(unknown.code, "unknown_member");
}

#[test]
fn who_seals_without_end_is_not_read_further_and_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, adie] = three(folder.path());
    let id = add_holder(&cci, &["adie"]);
    sync(&cci);
    sync(&adie);
    let hostile = adie.member().unwrap();
    let record: RecordId = id.parse().unwrap();
    let creation = hostile.reader.creation(&record).unwrap();
    let sealed = hostile.reader.sealing(Some(&record)).unwrap().remove(0);
    let body = sealed.entry.body.unwrap();
    let written = hostile.write(|_, author| {
        let drafts = (author.next_seq..).take(1_100).map(|seq| Draft {
            seq,
            kind: Kind::SEAL,
            record,
            subject: creation,
            body: body.clone(),
        });
        Ok(drafts.map(Some).collect())
    });
    written.unwrap();
    sync(&adie);
    sync(&cci);
    for node in [&cci, &adie] {
        let read = node.member().unwrap().reader.sealing(Some(&record));
        let of_it = read.unwrap().into_iter();
        let of_it = of_it.filter(|it| it.entry.header.author == hostile.me);
        assert_eq!(of_it.count(), 1_024);
    }
    let own = json!({"id": id, "identity": {"phone": "07 11 22 33 44"}});
    assert_eq!(
        refusal(&adie, "holder.edit", own.clone()).code,
        "sealed_too_often"
    );
    assert_eq!(call(&cci, "holder.edit", own)["changed"], true);
    sync(&cci);
    sync(&adie);
    let read = identity(&adie, &id);
    assert_eq!(read["seals"][0]["fields"]["phone"], "+33711223344");
}

#[test]
fn who_writes_what_waits_without_end_is_not_read_further_and_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let id = add_holder(&cci, &["adie"]);
    sync(&cci);
    sync(&adie);
    let member = hub.member().unwrap();
    let little = Room {
        waiting: 20,
        ..Room::default()
    };
    member.replica().give_room(little);
    let hostile = adie.member().unwrap();
    let record: RecordId = id.parse().unwrap();
    let creation = hostile.reader.creation(&record).unwrap();
    let nowhere = Ancestor::Other {
        author: member.me,
        seq: 1_000_000,
        check: Check([7; 4]),
    };
    let write = |count: usize| {
        let written = hostile.write(|_, author| {
            let drafts = (author.next_seq..).take(count).map(|seq| Draft {
                seq,
                kind: Kind::CHANGE,
                record,
                subject: creation,
                body: Change {
                    person: None,
                    reason: 0,
                    epoch: seq,
                    ancestors: vec![nowhere],
                    speakers: Vec::new(),
                    operations: Vec::new(),
                }
                .encode(),
            });
            Ok(drafts.map(Some).collect())
        });
        written.unwrap();
    };
    let held = || member.journals.tip(&hostile.me).seq;
    let all = || hostile.journals.tip(&hostile.me).seq;
    serve(&adie);
    write(30);
    eventually("they wait at the hub", || !member.paused().is_empty());
    let stopped = held();
    assert_eq!(stopped, all());
    write(40);
    let own = json!({"id": id, "identity": {"phone": "07 11 22 33 44"}});
    assert_eq!(call(&cci, "holder.edit", own)["changed"], true);
    serve(&cci);
    let written = cci.member().unwrap();
    eventually("others are read", || {
        let tips = [&member, &hostile].map(|it| it.journals.tip(&written.me).seq);
        tips == [written.journals.tip(&written.me).seq; 2]
    });
    assert_eq!(held(), stopped);
    let warnings = call(&hub, "status", json!({}))["warnings"].clone();
    let warned = warnings.as_array().unwrap().iter();
    let of_it = warned.filter(|it| it["code"] == "journal_paused").count();
    assert_eq!(of_it, 1, "{warnings}");
    // It is read on where it stopped.
    member.replica().give_room(Room::default());
    member.follow(&mut |_| {}).unwrap();
    eventually("the rest comes", || held() == all());
    assert!(member.paused().is_empty());
    // What was refused counts as well.
    let none = Room {
        refused: 0,
        ..Room::default()
    };
    let mut replica = member.replica();
    replica.give_room(none);
    assert!(replica.crowded().unwrap().is_empty());
    drop(replica);
    let body = b"no change".to_vec();
    let written = hostile.write(|_, author| {
        let draft = Draft {
            seq: author.next_seq,
            kind: Kind::CHANGE,
            record,
            subject: creation,
            body,
        };
        Ok(vec![Some(draft)])
    });
    written.unwrap();
    eventually("it is refused at the hub", || {
        member.paused().contains(&hostile.me)
    });
}

#[test]
fn what_a_person_did_not_agree_to_and_what_names_a_commune_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, _adie] = three(folder.path());
    let add = |fields: Value, share: Value| {
        let input = json!({"fields": fields, "identity": {"name": NAME}, "share": share});
        try_call(&cci, "holder.add", input)
    };
    let refused = add(json!({"sharing": "none"}), json!(["adie"])).unwrap_err();
    assert_eq!(refused.code, "holder_shares_with_nobody");
    let refused = add(json!({"residence": "insee:63003"}), json!([])).unwrap_err();
    assert_eq!(refused.details[0].code, "zone_not_a_commune");
    let input = json!({"identity": {"phone": PHONE}});
    let refused = refusal(&cci, "holder.add", input);
    assert_eq!(refused.details[0].code, "missing_field");
    let ambiguous = json!({"identity": {"name": NAME}, "share": [""]});
    assert_eq!(
        refusal(&cci, "holder.add", ambiguous).code,
        "unknown_member"
    );
}

#[test]
fn a_referral_takes_the_holder_along() {
    let folder = tempfile::tempdir().unwrap();
    let [_hub, cci, adie] = three(folder.path());
    let id = add_holder(&cci, &[]);
    let project = json!({"pseudonym": "PP-7K3F", "type": "creation", "holder": id});
    let input = json!({"collection": "project", "fields": project});
    let project = call(&cci, "record.add", input)["id"].clone();
    let sent = json!({"project": project, "to": "ADIE", "theme": "microcredit"});
    let answer = call(&cci, "referral.send", sent);
    assert_eq!(answer["notices"], json!([]));
    sync(&cci);
    sync(&adie);
    assert_eq!(identity(&adie, &id)["seals"][0]["fields"]["name"], NAME);
}

#[test]
fn a_further_node_of_a_structure_reads_what_was_sealed_before_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let one = found(&folder.path().join("one"));
    serve(&one);
    let id = add_holder(&one, &[]);
    let ticket = ticket(&one, json!({"device": true}));
    let two = open(&folder.path().join("two"));
    call(&two, "network.join", json!({"ticket": ticket}));
    eventually("it was handed the key, and fetched the blob", || {
        sync(&two);
        identity(&two, &id)["seals"][0]["fields"]["name"] == NAME
    });
}

#[test]
fn a_bundle_takes_along_what_its_reader_should_keep_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let shared = add_holder(&cci, &["adie"]);
    let own = add_holder(&cci, &[]);
    let bundle = folder.path().join("for-adie.bundle");
    let written = call(&cci, "bundle.write", json!({"path": bundle, "for": "ADIE"}));
    assert_eq!(written["blobs"], 1);
    let read = call(&adie, "bundle.read", json!({"path": bundle}));
    assert_eq!(read["blobs"], 1, "{read}");
    assert_eq!(identity(&adie, &shared)["seals"][0]["fields"]["name"], NAME);
    assert_eq!(identity(&adie, &own)["problem"]["code"], "not_a_reader");
    // For anybody: each takes what is its own to keep.
    let all = folder.path().join("all.bundle");
    assert_eq!(call(&cci, "bundle.write", json!({"path": all}))["blobs"], 2);
    assert_eq!(call(&adie, "bundle.read", json!({"path": all}))["blobs"], 0);
    assert_eq!((held(&adie), held(&hub)), (1, 0));
    call(&hub, "bundle.read", json!({"path": all}));
    assert_eq!(held(&hub), 2);
}

#[test]
fn a_seal_that_another_replaced_gives_its_file_back_after_a_month() {
    use sync_protocol::time::Timestamp;
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let id = add_holder(&node, &[]);
    let edited = json!({"id": id, "identity": {"phone": "06 00 00 00 01"}});
    call(&node, "holder.edit", edited);
    assert_eq!(held(&node), 2);
    let member = node.member().unwrap();
    let now = super::super::clock::now();
    let later = Timestamp(now.0 + 31 * 24 * 3_600_000);
    assert_eq!(member.sweep_blobs(now).unwrap(), 0);
    assert_eq!((member.sweep_blobs(later).unwrap(), held(&node)), (1, 1));
    assert_eq!(identity(&node, &id)["seals"][0]["fields"]["name"], NAME);
}
