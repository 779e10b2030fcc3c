//! What people and broken machines do wrong is told clearly, in both languages, and loses nothing.
//!
//! The real binary runs here, as a person runs it: each mistake has its exit code, says what is
//! wrong in the person's language and what to do, shows no inner form, and changes nothing.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use capactif_tests::binary;
use serde_json::Value;
use sync_protocol::invitation::{Secret, Ticket};
use sync_protocol::time::Timestamp;

/// Longer than any command here may take, with the processor shared.
const PATIENCE: Duration = Duration::from_secs(90);

fn run(home: &Path, lang: &str, args: &[&str]) -> Output {
    let folder = home.parent().expect("homes lie in a folder");
    let mut child = binary::command()
        .args(["--home", &home.to_string_lossy(), "--lang", lang])
        .args(args)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let started = Instant::now();
    while child.try_wait().expect("it is our child").is_none() {
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("{args:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().expect("its output is piped")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs what must succeed and returns its standard output.
fn ok(home: &Path, args: &[&str]) -> String {
    let output = run(home, "en", args);
    assert!(
        output.status.success(),
        "{args:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

fn status(home: &Path) -> Value {
    serde_json::from_str(&ok(home, &["status", "--json"])).expect("status answers JSON")
}

/// Runs what must fail so, in both languages; `says` is a part of the message in each. Returns
/// what is not as it should be.
fn wrongs(home: &Path, args: &[&str], exit: i32, says: [&str; 2]) -> Vec<String> {
    let mut wrongs = Vec::new();
    for ((lang, prefix), part) in [("en", "Error:"), ("fr", "Erreur :")].into_iter().zip(says) {
        let output = run(home, lang, args);
        let all = format!("{}{}", text(&output.stdout), text(&output.stderr));
        let mut wrong = |what: String| wrongs.push(format!("{what}: {lang} {args:?}:\n{all}"));
        if output.status.code() != Some(exit) {
            wrong(format!("{} instead of exit {exit}", output.status));
        }
        for part in [prefix, part] {
            if !all.to_lowercase().contains(&part.to_lowercase()) {
                wrong(format!("no “{part}”"));
            }
        }
        let inner = [
            "panicked", "Err(", "Some(", "NodeId(", "{$", "error-", "invalid-",
        ];
        for inner in inner.into_iter().filter(|inner| all.contains(inner)) {
            wrong(format!("“{inner}” is shown"));
        }
    }
    wrongs
}

fn fails(home: &Path, args: &[&str], exit: i32, says: [&str; 2]) {
    let wrongs = wrongs(home, args, exit, says);
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// A folder with a home of one network, one of another, and files that are wrong.
struct Stage {
    folder: tempfile::TempDir,
    record: String,
}

impl Stage {
    fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), bytes).expect("the folder can be written");
    }
}

fn found(home: &Path, structure: &str) {
    ok(
        home,
        &[
            "network",
            "found",
            "Essai",
            "--structure",
            structure,
            "--kind",
            "cci",
        ],
    );
    let config = home.join("config.json");
    fs::write(config, r#"{"discovery": false}"#).expect("the home can be written");
}

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let stage = Stage {
            folder,
            record: String::new(),
        };
        let mine = stage.home("mine");
        found(&mine, "CCI");
        let add = [
            "opportunity",
            "add",
            "--kind",
            "premises",
            "--insee",
            "Ambert",
            "--json",
        ];
        let added = ok(&mine, &[&add[..], &["--title", "Atelier"]].concat());
        let added: Value = serde_json::from_str(&added).expect("add answers JSON");
        for number in 0..20 {
            // Twenty identities of hexadecimal digits: two of them begin alike.
            ok(
                &mine,
                &[&add[..], &["--title", &format!("Local {number}")]].concat(),
            );
        }
        ok(&mine, &["bundle", "write", "whole.capactif"]);
        let theirs = stage.home("theirs");
        found(&theirs, "CMA");
        ok(&theirs, &["bundle", "write", "foreign.capactif"]);
        let whole = fs::read(stage.home("whole.capactif")).expect("it was just written");
        stage.file("short.capactif", &whole[..whole.len() / 2]);
        let mut damaged = whole.clone();
        // In the checksum: elsewhere it depends on random bytes whether a signature fails first.
        damaged[whole.len() - 1] ^= 0xFF;
        stage.file("damaged.capactif", damaged);
        stage.file("words.csv", "foo;bar\n1;2\n");
        stage.file("empty.csv", "");
        stage.file("lacking.csv", "title;insee_code\nA;Ambert\n");
        stage.file(
            "wrong.csv",
            "title;kind;insee_code;price_max;siret\n\
             A;premises;Ambertt;90000;73282932000075\n\
             B;castle;63003;much;\n",
        );
        stage.file(
            "columns.csv",
            "title;kind;insee_code\nA;premises;Ambert;more\nB;premises\n",
        );
        stage.file("quote.csv", "title;kind;insee_code\n\"A;premises;Ambert\n");
        stage.file(
            "mixed.csv",
            b"title;kind;insee_code\nCaf\xc3\xa9;castle;Ambert\nCaf\xe9;premises;Ambert\n",
        );
        stage.file(
            "binary.csv",
            (0..=255u8).cycle().take(4096).collect::<Vec<_>>(),
        );
        stage.file("mapping.json", "{\"title\": \"foo\"");
        let id = added["id"].as_str().expect("add answers an id").to_owned();
        Stage {
            record: id,
            ..stage
        }
    })
}

/// The longest beginning that two records share is ambiguous.
fn ambiguous_prefix(home: &Path) -> String {
    let lines = ok(home, &["opportunity", "list", "--json", "--limit", "100"]);
    let mut ids: Vec<String> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a record a line"))
        .map(|record| {
            record["id"]
                .as_str()
                .expect("a record has an id")
                .to_owned()
        })
        .collect();
    ids.sort_unstable();
    let shared = |a: &str, b: &str| a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let longest = ids
        .windows(2)
        .map(|pair| (shared(&pair[0], &pair[1]), pair[0].clone()));
    let (length, id) = longest.max().expect("there are records");
    id[..length].to_owned()
}

#[test]
fn mistakes_are_told_in_both_languages_and_change_nothing() {
    let stage = stage();
    let (mine, empty) = (stage.home("mine"), stage.home("empty"));
    let before = status(&mine);
    let prefix = ambiguous_prefix(&mine);
    assert!(!prefix.is_empty());
    let id = stage.record.as_str();
    let add = ["opportunity", "add", "--kind", "premises", "--title", "X"];
    let add = |more: &[&'static str]| [&add[..], more].concat();
    let import = |file: &'static str| vec!["import", file, "--collection", "opportunity"];
    let cases: Vec<(Vec<&str>, i32, [&str; 2])> = vec![
        // Tickets.
        (
            vec!["network", "found", "N", "--structure", "S", "--kind", "cci"],
            2,
            ["belongs to", "appartient déjà"],
        ),
        (
            vec!["network", "invite", "--structure", "S", "--kind", "castle"],
            2,
            ["castle", "castle"],
        ),
        (
            vec![
                "network",
                "invite",
                "--structure",
                "S",
                "--kind",
                "cci",
                "--expires-in-hours",
                "99999",
            ],
            2,
            ["2,160", "2\u{202f}160"],
        ),
        (
            vec!["charter", "approve", "abcd"],
            3,
            ["charter show", "charter show"],
        ),
        // Bundles and backups.
        (
            vec!["bundle", "read", "short.capactif"],
            1,
            ["Copy it again", "Copiez-le de nouveau"],
        ),
        (
            vec!["bundle", "read", "damaged.capactif"],
            1,
            ["Copy it again", "Copiez-le de nouveau"],
        ),
        (
            vec!["bundle", "read", "foreign.capactif"],
            2,
            ["another network", "autre réseau"],
        ),
        (
            vec!["bundle", "read", "words.csv"],
            2,
            ["bundle write", "bundle write"],
        ),
        (
            vec!["bundle", "read", "nowhere"],
            3,
            ["does not exist", "n’existe pas"],
        ),
        (
            vec!["bundle", "write", "whole.capactif"],
            2,
            ["Choose another", "Choisissez un autre"],
        ),
        (
            vec!["bundle", "write", "nowhere/x"],
            3,
            ["no folder", "Le dossier"],
        ),
        (vec!["bundle", "write", "x", "--for", "zz"], 3, ["zz", "zz"]),
        (
            vec!["backup", "whole.capactif"],
            2,
            ["Choose another", "Choisissez un autre"],
        ),
        (vec!["restore", "whole.capactif"], 2, ["already", "déjà"]),
        // Files of rows.
        (
            import("words.csv"),
            2,
            ["No column is recognised", "Aucune colonne"],
        ),
        (import("empty.csv"), 2, ["empty", "vide"]),
        (import("binary.csv"), 2, ["xlsx", "xlsx"]),
        (import("nowhere.csv"), 3, ["does not exist", "n’existe pas"]),
        (import("lacking.csv"), 2, ["kind", "kind"]),
        (
            import("wrong.csv"),
            2,
            ["line 3, column kind", "ligne 3, colonne kind"],
        ),
        (import("wrong.csv"), 2, ["63003 (Ambert)", "63003 (Ambert)"]),
        (import("wrong.csv"), 2, ["check digit", "clé de contrôle"]),
        (import("columns.csv"), 2, ["4 cells", "4 cellules"]),
        (import("quote.csv"), 2, ["line 2", "ligne 2"]),
        (import("mixed.csv"), 2, ["UTF-8", "UTF-8"]),
        (
            vec!["import", "words.csv", "--collection", "castle"],
            2,
            ["castle", "castle"],
        ),
        (
            [import("words.csv"), vec!["--mapping", "mapping.json"]].concat(),
            2,
            ["JSON", "JSON"],
        ),
        (
            [import("words.csv"), vec!["--source", "castle"]].concat(),
            2,
            ["castle", "castle"],
        ),
        // Fields.
        (
            add(&["--insee", "Ambertt"]),
            2,
            ["63003 (Ambert)", "63003 (Ambert)"],
        ),
        (add(&["--insee", "99999"]), 2, ["99999", "99999"]),
        (add(&["--insee", "75056"]), 2, ["territory", "territoire"]),
        (
            add(&["--insee", "Ambert", "--price-max", "much"]),
            2,
            ["--price-max:", "--price-max :"],
        ),
        (
            add(&["--insee", "Ambert", "--siret", "73282932000075"]),
            2,
            ["check digit", "clé de contrôle"],
        ),
        (
            add(&["--insee", "Ambert", "--available-from", "32/13/2026"]),
            2,
            ["31/12/2026", "31/12/2026"],
        ),
        (
            add(&["--insee", "Ambert", "--castle", "yes"]),
            2,
            ["--castle", "--castle"],
        ),
        (
            vec!["opportunity", "set", id, "--kind", "castle"],
            2,
            ["castle", "castle"],
        ),
        (
            vec!["opportunity", "set", id],
            2,
            ["At least one", "au moins un"],
        ),
        (
            vec!["opportunity", "resolve", id, "--title", "X"],
            2,
            ["nothing to settle", "rien à trancher"],
        ),
        (
            vec!["opportunity", "list", "--near", "Ambertt"],
            2,
            ["63003", "63003"],
        ),
        (
            vec!["opportunity", "list", "--near", "Ambert", "--within", "far"],
            2,
            ["20km", "20km"],
        ),
        (
            vec!["opportunity", "list", "--where", "castle=1"],
            2,
            ["castle", "castle"],
        ),
        (
            vec!["opportunity", "list", "--where", "price"],
            2,
            ["price_max<=90000", "price_max<=90000"],
        ),
        (
            vec!["export", "--collection", "opportunity", "--format", "pdf"],
            2,
            ["geojson", "geojson"],
        ),
        (
            vec!["query", "delete from opportunity"],
            2,
            ["SELECT", "SELECT"],
        ),
        (
            vec!["query", "select * from castle"],
            2,
            ["castle", "castle"],
        ),
        (vec!["search", "le la"], 2, ["word", "mot"]),
        // Identities.
        (
            vec!["opportunity", "show", &prefix],
            2,
            ["more", "davantage"],
        ),
        (
            vec!["opportunity", "show", "ffffffffffffff"],
            3,
            ["ffffffffffffff", "ffffffffffffff"],
        ),
        (
            vec!["opportunity", "show", "castle"],
            2,
            ["castle", "castle"],
        ),
        (
            vec!["opportunity", "verify", id, "ffffffffffffff"],
            3,
            ["ffffffffffffff", "ffffffffffffff"],
        ),
        (vec!["sync", "castle"], 3, ["castle", "castle"]),
        (vec!["sync"], 6, ["network invite", "network invite"]),
        (
            vec!["peer", "add", "not an address"],
            2,
            ["hub.example.org:", "hub.example.org:"],
        ),
    ];
    let mut all: Vec<String> = Vec::new();
    for (args, exit, says) in &cases {
        all.extend(wrongs(&mine, args, *exit, *says));
    }
    let whole = "CAPACTIFAFVFY2OLBJTSM5MW7SVOGJUV2SCHBIN5EYJ4DEAJO6CM";
    for (args, exit, says) in [
        (
            vec!["network", "join", "hello"],
            2,
            ["CAPACTIF", "CAPACTIF"],
        ),
        (
            vec!["network", "join", whole],
            2,
            ["Copy the whole ticket", "le billet entier"],
        ),
        (vec!["network", "join", "CAPACTIF!!"], 2, ["!", "!"]),
        (
            vec!["opportunity", "list"],
            2,
            ["network join", "network join"],
        ),
        (
            vec!["restore", "words.csv"],
            2,
            ["not a whole", "n’est pas une sauvegarde"],
        ),
        (
            vec![
                "network",
                "found",
                "N",
                "--structure",
                "S",
                "--kind",
                "cci",
                "--insee",
                "99999",
            ],
            2,
            ["99999", "99999"],
        ),
    ] {
        all.extend(wrongs(&empty, &args, exit, says));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    fails(&empty, &["status"], 2, ["network found", "network found"]);
    let after = status(&mine);
    for name in ["view_digest", "frontier_digest", "entries", "records"] {
        assert_eq!(before[name], after[name], "{name} changed");
    }
    assert!(ok(&mine, &["doctor"]).contains("All is well"));
}

#[test]
fn a_cell_of_100_megabytes_stops_the_import_and_keeps_the_rows_before_it() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = folder.path().join("home");
    found(&home, "CCI");
    let path = folder.path().join("huge.csv");
    let mut file = fs::File::create(&path).expect("the folder can be written");
    file.write_all(b"title;kind;insee_code\nBefore;premises;Ambert\n\"")
        .expect("there is room");
    let piece = vec![b'x'; 1024 * 1024];
    for _ in 0..100 {
        file.write_all(&piece).expect("there is room");
    }
    drop(file);
    fails(
        &home,
        &["import", "huge.csv", "--collection", "opportunity"],
        1,
        ["Line 3, column 1", "Ligne 3, colonne 1"],
    );
    assert_eq!(status(&home)["collections"]["opportunity"], 1);
}

/// A node that runs until dropped.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(home: &Path, listen: &str) -> Self {
        let mut child = binary::command()
            .args(["--home", &home.to_string_lossy(), "run", "--json"])
            .args(["--listen", listen])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("its output is piped");
        BufReader::new(out)
            .read_line(&mut line)
            .expect("it says where it listens");
        let started: Value = serde_json::from_str(&line).expect("run answers JSON");
        let address = started["listen"][0]
            .as_str()
            .expect("it listens")
            .to_owned();
        Self { child, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // As unkind as a power cut: nothing may depend on a farewell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn altered(ticket: &str, change: impl FnOnce(&mut Ticket)) -> String {
    let mut ticket: Ticket = ticket.parse().expect("invite prints a ticket");
    change(&mut ticket);
    ticket.to_string()
}

#[test]
fn a_ticket_admits_one_newcomer_once_and_a_foreign_one_nobody() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = |name: &str| folder.path().join(name);
    let (inviter, guest, late) = (home("inviter"), home("guest"), home("late"));
    found(&inviter, "CCI");
    let running = Running::start(&inviter, "127.0.0.1:0");
    let ticket = ok(
        &inviter,
        &["network", "invite", "--structure", "CMA", "--kind", "cma"],
    );
    let ticket = altered(ticket.trim(), |it| {
        it.addresses = vec![running.address.clone()];
    });

    let expired = altered(&ticket, |it| it.expires = Timestamp(1_000));
    fails(
        &late,
        &["network", "join", &expired],
        4,
        ["expired", "expiré"],
    );
    let foreign = altered(&ticket, |it| it.secret = Secret::new([7; 16]));
    fails(
        &late,
        &["network", "join", &foreign],
        4,
        ["new ticket", "nouveau billet"],
    );
    let elsewhere = altered(&ticket, |it| {
        it.inviter = sync_protocol::id::NodeId([9; 32]);
    });
    fails(
        &late,
        &["network", "join", &elsewhere],
        6,
        ["Another node", "Un autre nœud"],
    );

    ok(&guest, &["network", "join", &ticket]);
    fails(
        &late,
        &["network", "join", &ticket],
        4,
        ["already", "déjà utilisé"],
    );
    fails(
        &guest,
        &["network", "join", &ticket],
        2,
        ["already", "déjà"],
    );
    drop(running);
    fails(
        &late,
        &["network", "join", &ticket],
        6,
        ["no node", "aucun nœud"],
    );
}

#[test]
fn another_network_a_taken_port_and_a_taken_home_are_named() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = |name: &str| folder.path().join(name);
    let (mine, theirs) = (home("mine"), home("theirs"));
    found(&mine, "CCI");
    found(&theirs, "CMA");
    let running = Running::start(&mine, "127.0.0.1:0");
    let port = running
        .address
        .rsplit(':')
        .next()
        .expect("an address has a port");

    fails(
        &mine,
        &["run"],
        1,
        [
            &running.child.id().to_string(),
            &running.child.id().to_string(),
        ],
    );
    fails(
        &theirs,
        &["run", "--listen", &running.address],
        1,
        [port, port],
    );
    fails(
        &theirs,
        &["run", "--listen", "here"],
        2,
        ["127.0.0.1:7630", "127.0.0.1:7630"],
    );
    ok(&theirs, &["peer", "add", &running.address]);
    fails(&theirs, &["sync"], 6, ["another network", "autre réseau"]);
    // Afterwards `status` still says why.
    assert_eq!(status(&theirs)["warnings"][0]["code"], "peer_other_network");
    // The node that runs answers other commands meanwhile.
    assert_eq!(status(&mine)["running"], true);
}

#[test]
fn a_peer_that_vanishes_in_mid_run_loses_nothing() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = |name: &str| folder.path().join(name);
    let (mine, theirs) = (home("mine"), home("theirs"));
    found(&mine, "CCI");
    let mut rows = String::from("title;kind;insee_code;summary\n");
    for number in 0..3_000 {
        rows.push_str(&format!(
            "Local {number};premises;Ambert;Description {number}\n"
        ));
    }
    fs::write(folder.path().join("rows.csv"), rows).expect("the folder can be written");
    ok(
        &mine,
        &["import", "rows.csv", "--collection", "opportunity"],
    );
    let running = Running::start(&mine, "127.0.0.1:0");
    let ticket = ok(
        &mine,
        &["network", "invite", "--structure", "CMA", "--kind", "cma"],
    );
    let ticket = altered(ticket.trim(), |it| {
        it.addresses = vec![running.address.clone()];
    });
    ok(&theirs, &["network", "join", &ticket]);
    let address = running.address.clone();

    let homes = [mine.clone(), theirs.clone()];
    let syncing = std::thread::spawn(move || run(&homes[1], "en", &["sync"]));
    std::thread::sleep(Duration::from_millis(150));
    drop(running);
    // It ends by itself, with or without all of it.
    let output = syncing.join().expect("the sync was run");
    assert!(
        !text(&output.stderr).contains("panicked"),
        "{}",
        text(&output.stderr)
    );

    let _running = Running::start(&mine, &address);
    ok(&theirs, &["sync"]);
    assert_eq!(status(&mine)["view_digest"], status(&theirs)["view_digest"]);
    assert!(ok(&theirs, &["doctor"]).contains("All is well"));
}

#[cfg(unix)]
#[test]
fn a_home_without_permission_is_told_as_such() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = folder.path().join("home");
    found(&home, "CCI");
    let set = |mode| fs::set_permissions(&home, fs::Permissions::from_mode(mode));
    set(0o000).expect("the folder is ours");
    // The superuser may do everything: there is nothing to be told then.
    if fs::read_dir(&home).is_err() {
        fails(&home, &["status"], 1, ["owner and rights", "les droits"]);
    }
    set(0o700).expect("the folder is ours");
    ok(&home, &["status"]);
    // A file where the home should be is wrong for everybody.
    let file = folder.path().join("file");
    fs::write(&file, "").expect("the folder can be written");
    fails(&file, &["status"], 1, ["--home", "--home"]);
}
