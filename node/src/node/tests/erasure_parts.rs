//! Sealed parts erased of holders that stay, over nodes that talk over loopback.

use std::fs;
use std::path::PathBuf;

use sync_protocol::entry::Kind;
use sync_protocol::id::{BlobHash, RecordId};
use sync_protocol::seal::body::Seal;

use super::erasure::erasures;
use super::identities::further;
use super::sealed::{held, readers, refusal, three};
use super::*;

pub(super) fn holder(node: &Node, share: &[&str]) -> String {
    let input = json!({
        "fields": { "residence": "epci:200070761" },
        "identity": { "name": "Jeanne Duprévost", "phone": "06 12 34 56 78" },
        "share": share,
    });
    call(node, "holder.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

pub(super) fn call_someone(node: &Node, id: &str, phone: &str) {
    let input = json!({ "id": id, "identity": { "phone": phone } });
    assert_eq!(call(node, "holder.edit", input)["changed"], true);
}

pub(super) fn identity(node: &Node, id: &str) -> Value {
    call(node, "holder.show", json!({ "id": id }))["_identity"].clone()
}

fn ask(id: &str) -> Value {
    json!({ "id": id, "why": "asked", "part": "identity" })
}

pub(super) fn erase_identity(node: &Node, id: &str) -> Value {
    let mut asked = ask(id);
    asked["confirmed"] = json!(true);
    call(node, "erasure.erase", asked)
}

/// Bytes that tell of what was sealed: of each seal its commitment, its blob's hash and a stretch of
/// what its blob holds.
pub(super) fn traces(node: &Node, id: &str) -> Vec<(BlobHash, Vec<Vec<u8>>)> {
    let member = node.member().unwrap();
    let record: RecordId = id.parse().unwrap();
    let said = member.reader.sealing(Some(&record)).unwrap();
    let seals = said.iter().filter(|it| it.entry.header.kind == Kind::SEAL);
    let seals = seals.map(|it| Seal::decode(it.entry.body.as_deref().unwrap()).unwrap());
    let traces = seals.map(|seal| {
        let hash = seal.sealed.blob;
        let mut traces = vec![seal.sealed.commitment.0.to_vec(), hash.0.to_vec()];
        if let Ok(blob) = member.blobs.read(&hash) {
            traces.push(blob[100..140].to_vec());
        }
        (hash, traces)
    });
    traces.collect()
}

/// The files of a home that hold one of these, or are called by a blob's hash.
pub(super) fn holding(folder: &Path, traces: &[(BlobHash, Vec<Vec<u8>>)]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in fs::read_dir(folder).into_iter().flatten() {
        let path = item.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path, traces));
            continue;
        }
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => panic!("{}: {error}", path.display()),
        };
        let name = path.display().to_string();
        let of_it = |(hash, traces): &(BlobHash, Vec<Vec<u8>>)| {
            let within = |it: &Vec<u8>| bytes.windows(it.len()).any(|at| at == it);
            name.contains(&hash.to_string()) || traces.iter().any(within)
        };
        if traces.iter().any(of_it) {
            found.push(path);
        }
    }
    found
}

fn missing(node: &Node) -> Vec<u8> {
    let left_out = node.member().unwrap().journals.left_out().unwrap();
    let mut kinds: Vec<u8> = left_out.iter().map(|it| it.kind.0).collect();
    kinds.sort_unstable();
    kinds
}

fn row(node: &Node) -> Value {
    erasures(node)[0].clone()
}

fn done(node: &Node) -> usize {
    row(node)["done"].as_array().unwrap().len()
}

/// Three nodes, their homes, and a holder of the first member's that the second one reads.
fn shared(folder: &Path) -> ([Node; 3], [PathBuf; 3], String) {
    let [hub, cci, adie] = three(folder);
    let homes = ["hub", "cci", "adie"].map(|name| folder.join(name));
    let id = holder(&cci, &["adie"]);
    sync(&cci);
    sync(&adie);
    ([hub, cci, adie], homes, id)
}

#[test]
fn an_erased_identity_leaves_every_node_to_the_last_byte_and_the_holder_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let homes = ["hub", "cci", "adie"].map(|name| folder.path().join(name));
    let id = holder(&cci, &[]);
    let other = holder(&cci, &["adie"]);
    call(
        &cci,
        "holder.share",
        json!({ "id": id, "structures": ["adie"] }),
    );
    sync(&cci);
    sync(&adie);
    call_someone(&adie, &id, "07 00 00 00 01");
    sync(&adie);
    sync(&cci);
    let project = json!({ "pseudonym": "PP-7K3F", "type": "takeover", "holder": id });
    let project = json!({ "collection": "project", "fields": project });
    call(&cci, "record.add", project);
    sync(&cci);
    sync(&adie);
    eventually("all hold both versions and the other's", || {
        [&hub, &cci, &adie].iter().all(|it| held(it) >= 2) && held(&hub) == 3
    });
    let planted: Vec<_> = [&hub, &cci, &adie]
        .iter()
        .flat_map(|it| traces(it, &id))
        .collect();
    for home in &homes {
        assert!(holding(home, &planted).len() >= 2, "{}", home.display());
        fs::create_dir_all(home.join("kept-1")).unwrap();
        fs::write(home.join("kept-1/db"), &planted[0].1[0]).unwrap();
    }
    // A blob that was found damaged lies aside, and goes too.
    let aside = homes[0]
        .join("blobs")
        .join(format!("{}.damaged", planted[0].0));
    fs::write(&aside, b"half of it").unwrap();

    let preview = call(&cci, "erasure.erase", ask(&id[..8]));
    assert_eq!(preview["confirmed"], false);
    assert_eq!(
        (&preview["entries"], &preview["nodes"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(
        (&preview["own_copies"], &preview["root"]),
        (&json!(false), &json!("unneeded"))
    );
    let read = identity(&cci, &id);
    assert_eq!(read["seals"][0]["fields"]["phone"], "+33700000001");

    assert_eq!(erase_identity(&cci, &id)["standing"], "deletes");
    assert_eq!(holding(&homes[1], &planted), [""; 0].map(PathBuf::from));
    let told = row(&cci);
    assert_eq!(
        (&told["target"], &told["part"]),
        (&json!("part"), &json!("identity"))
    );
    assert_eq!((&told["nodes"], &told["unnamed"]), (&json!(3), &json!(0)));
    assert_eq!(told["done"][0]["structure_name"], "CCI Puy-de-Dôme Thiers");
    sync(&cci);
    sync(&adie);
    eventually("all say that it is done", || {
        sync(&cci);
        done(&cci) == 3
    });
    sync(&adie);
    let (seal, grant) = (Kind::SEAL.0, Kind::GRANT.0);
    for (node, home) in [(&hub, &homes[0]), (&cci, &homes[1]), (&adie, &homes[2])] {
        assert_eq!(holding(home, &planted), [""; 0].map(PathBuf::from));
        let mut gone = vec![seal, seal, grant];
        gone.sort_unstable();
        assert_eq!(missing(node), gone);
        // The record is there, and says what became of who it is.
        let shown = call(node, "holder.show", json!({ "id": id }));
        assert_eq!(shown["residence"], "epci:200070761");
        assert_eq!(shown["_identity"]["erased"], true);
        let found = call(node, "holder.search", json!({ "text": "Duprévost" }));
        let hits = found["hits"].as_array().unwrap();
        assert!(hits.iter().all(|it| it["id"] == json!(other)), "{found}");
        let checked = call(node, "doctor", json!({ "rebuild": true }));
        assert_eq!(checked["ok"], true, "{checked}");
        assert_eq!(identity(node, &id)["erased"], true);
    }
    assert_eq!(digest(&hub), digest(&adie));
    assert_eq!(digest(&cci), digest(&adie));
    assert_eq!(
        identity(&adie, &other)["seals"][0]["fields"]["name"],
        "Jeanne Duprévost"
    );
    let fields = json!({ "residence": "dept:63" });
    let edit = json!({ "collection": "holder", "id": id, "fields": fields });
    call(&cci, "record.set", edit);
    let given = call(&cci, "holder.export", json!({ "id": id }));
    assert_eq!(given["identity"]["erased"], true);
    assert_eq!(given["projects"].as_array().unwrap().len(), 1);

    // A newcomer gets journals without what nobody has.
    let late = further(&hub, &folder.path().join("late"));
    assert_eq!(sync(&late)["in_sync"], true);
    assert_eq!(identity(&late, &id)["erased"], true);
    sync(&cci);
    sync(&late);
    assert_eq!(digest(&late), digest(&cci));
}

#[test]
fn what_is_sealed_by_who_had_not_heard_is_read_by_nobody_and_named_by_asking_again() {
    let folder = tempfile::tempdir().unwrap();
    let ([hub, cci, adie], homes, id) = shared(folder.path());
    erase_identity(&cci, &id);
    let again = |node: &Node| {
        let mut asked = ask(&id);
        asked["confirmed"] = json!(true);
        try_call(node, "erasure.erase", asked)
    };
    assert_eq!(again(&cci).unwrap_err().code, "part_already_erased");
    // ADIE is offline, and corrects what it reads.
    call_someone(&adie, &id, "07 00 00 00 02");
    let planted = traces(&adie, &id);
    assert_eq!((planted.len(), held(&adie)), (2, 2));
    sync(&cci);
    sync(&adie);
    eventually("its blob goes where it was made", || held(&adie) == 0);
    sync(&cci);
    for node in [&hub, &cci, &adie] {
        assert_eq!(held(node), 0);
        assert_eq!(identity(node, &id)["erased"], true);
    }
    assert_eq!(row(&cci)["unnamed"], 1, "its key is in the journal yet");
    assert_eq!(missing(&cci), [Kind::SEAL.0]);
    let named = again(&cci).unwrap();
    assert_eq!(
        (&named["entries"], &named["standing"]),
        (&json!(1), &json!("deletes"))
    );
    eventually("all have done that too", || {
        sync(&cci);
        sync(&adie);
        [&hub, &cci, &adie]
            .iter()
            .all(|it| missing(it) == [Kind::SEAL.0; 2])
    });
    for home in &homes {
        assert_eq!(holding(home, &planted), [""; 0].map(PathBuf::from));
    }
    assert_eq!(row(&cci)["unnamed"], 0);
    assert_eq!(erasures(&cci).len(), 1);
    assert_eq!(again(&cci).unwrap_err().code, "part_already_erased");
}

#[test]
fn a_reader_erases_its_own_copies_and_others_keep_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let ([hub, cci, adie], homes, id) = shared(folder.path());
    eventually("all hold it", || {
        [&hub, &cci, &adie].iter().all(|it| held(it) == 1)
    });
    let planted = traces(&adie, &id);
    let preview = call(&adie, "erasure.erase", ask(&id));
    assert_eq!(
        (&preview["own_copies"], &preview["nodes"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(preview["owner"], "CCI Puy-de-Dôme Thiers");
    assert_eq!(erase_identity(&adie, &id)["standing"], "own");
    assert_eq!(held(&adie), 0);
    let blobs = homes[2].join("blobs");
    assert_eq!(holding(&blobs, &planted), [""; 0].map(PathBuf::from));
    assert_eq!(identity(&adie, &id)["erased"], true);
    sync(&adie);
    sync(&cci);
    sync(&adie);
    for node in [&hub, &cci, &adie] {
        let told = row(node);
        assert_eq!(
            (&told["standing"], &told["nodes"]),
            (&json!("own"), &json!(1))
        );
        assert_eq!(told["done"][0]["structure_name"], "ADIE");
        assert_eq!(call(node, "status", json!({}))["refused"], 0);
    }
    assert_eq!((held(&hub), held(&cci), held(&adie)), (1, 1, 0));
    assert_eq!(call(&adie, "status", json!({}))["blobs"]["waiting"], 0);
    // It neither writes nor is opened it again; the owner goes on, without it.
    let edit = json!({ "id": id, "identity": { "phone": "07 00 00 00 03" } });
    assert_eq!(refusal(&adie, "holder.edit", edit).code, "part_erased_here");
    let share = json!({ "id": id, "structures": ["adie"] });
    assert_eq!(
        refusal(&adie, "holder.share", share.clone()).code,
        "part_erased_here"
    );
    let refused = refusal(&cci, "holder.share", share);
    assert_eq!(
        (refused.code.as_str(), &*refused.args["name"]),
        ("recipient_erased_part", "ADIE")
    );
    call_someone(&cci, &id, "07 00 00 00 04");
    assert_eq!(readers(&identity(&cci, &id)), ["CCI Puy-de-Dôme Thiers"]);
    sync(&cci);
    sync(&adie);
    assert_eq!(held(&adie), 0);
    // That it takes over the record later erases it for nobody else.
    call(&cci, "transfer.offer", json!({ "id": id, "to": "adie" }));
    sync(&cci);
    sync(&adie);
    call(&adie, "transfer.accept", json!({ "id": id }));
    sync(&adie);
    sync(&cci);
    assert_eq!(row(&cci)["standing"], "own");
    let read = identity(&cci, &id);
    assert_eq!(read["seals"][0]["fields"]["phone"], "+33700000004");
    // Now it may, for all.
    assert_eq!(erase_identity(&adie, &id)["standing"], "deletes");
    sync(&adie);
    sync(&cci);
    eventually("it is gone", || held(&cci) == 0 && held(&hub) == 0);
    assert_eq!(identity(&cci, &id)["erased"], true);
}

#[test]
fn who_erases_no_part_is_told_why() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, adie] = three(folder.path());
    let id = holder(&cci, &[]);
    sync(&cci);
    sync(&adie);
    let code = |node: &Node, input: Value| refusal(node, "erasure.erase", input).code;
    let refused = refusal(&adie, "erasure.erase", ask(&id));
    assert_eq!(refused.code, "only_owner_or_reader_erases");
    assert_eq!(refused.args["owner"], "CCI Puy-de-Dôme Thiers");
    // Whoever carries it for others neither reads nor owns it.
    assert_eq!(code(&hub, ask(&id)), "only_owner_or_reader_erases");
    let with = |name: &str, value: Value| {
        let mut asked = ask(&id);
        asked[name] = value;
        asked
    };
    let unknown = refusal(&cci, "erasure.erase", with("part", json!("details")));
    assert_eq!(
        (unknown.code.as_str(), &*unknown.args["parts"]),
        ("unknown_part", "identity")
    );
    assert_eq!(
        code(&cci, with("part", json!("Identité !"))),
        "unknown_part"
    );
    assert_eq!(
        code(&cci, with("why", json!("because"))),
        "unknown_erasure_reason"
    );
    assert_eq!(
        code(&cci, with("id", json!("ffffffffff"))),
        "unknown_record"
    );
    for (name, value) in [
        ("hide", json!(true)),
        ("attachment", json!("a.jpg")),
        ("signed", json!("00")),
    ] {
        assert_eq!(code(&cci, with(name, value)), "part_goes_at_once");
    }
    assert!(erasures(&cci).is_empty());
    // By its name as well.
    let pseudonym = call(&cci, "holder.show", json!({ "id": id }))["pseudonym"].clone();
    let by_name = call(&cci, "erasure.erase", with("id", pseudonym.clone()));
    assert_eq!(by_name["id"], json!(id));
    let granted = json!({ "id": pseudonym, "structures": ["adie"] });
    assert_eq!(call(&cci, "sealed.grant", granted)["id"], json!(id));
    // Nothing is sealed there again, by whatever command.
    erase_identity(&cci, &id);
    let edit = json!({ "id": id, "identity": { "name": "Jeanne" } });
    let refused = refusal(&cci, "holder.edit", edit);
    assert_eq!(
        (refused.code.as_str(), &*refused.args["part"]),
        ("part_erased", "identity")
    );
    let share = json!({ "id": id, "structures": ["adie"] });
    assert_eq!(refusal(&cci, "holder.share", share).code, "part_erased");
    let unshare = json!({ "id": id, "structure": "adie" });
    assert_eq!(refusal(&cci, "holder.unshare", unshare).code, "part_erased");
    assert_eq!(held(&cci), 0, "nothing is kept of what was refused");
    // Of a record that is erased whole there is no part.
    let whole = json!({ "id": id, "why": "asked", "confirmed": true });
    call(&cci, "erasure.erase", whole);
    assert_eq!(code(&cci, ask(&id)), "already_erased");
}

#[test]
fn an_old_backup_and_an_old_bundle_bring_no_erased_part_back() {
    let folder = tempfile::tempdir().unwrap();
    let [hub, cci, _adie] = three(folder.path());
    let id = holder(&cci, &[]);
    sync(&cci);
    let planted = traces(&cci, &id);
    let [bundle, backup] = ["old.bundle", "old.backup"].map(|it| folder.path().join(it));
    call(&cci, "bundle.write", json!({ "path": bundle }));
    call(&cci, "backup", json!({ "path": backup }));
    erase_identity(&cci, &id);
    sync(&cci);
    eventually("the hub has done it", || held(&hub) == 0);
    for node in [&hub, &cci] {
        call(node, "bundle.read", json!({ "path": bundle }));
        assert_eq!((missing(node), held(node)), (vec![Kind::SEAL.0], 0));
    }
    cci.stop();
    drop(cci);
    let home = folder.path().join("restored");
    let restored = open(&home);
    call(&restored, "restore", json!({ "path": backup }));
    // What it does not know of yet comes with the first exchange.
    sync(&restored);
    eventually("it has done it too", || held(&restored) == 0);
    assert_eq!(identity(&restored, &id)["erased"], true);
    assert_eq!(holding(&home, &planted), [""; 0].map(PathBuf::from));
    assert_eq!(digest(&restored), digest(&hub));
    // One made since then shows nothing of it before it is in sync.
    fs::remove_file(&backup).unwrap();
    call(&restored, "backup", json!({ "path": backup }));
    let again = open(&folder.path().join("again"));
    call(&again, "restore", json!({ "path": backup }));
    assert_eq!(identity(&again, &id)["erased"], true);
    assert_eq!(missing(&again), [Kind::SEAL.0]);
}
