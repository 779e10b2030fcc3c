//! What people and broken machines do wrong is told clearly, in both languages, and loses nothing.
//!
//! The real binary runs here, as a person runs it: each mistake has its exit code, says what is
//! wrong in the person's language and what to do, shows no inner form, and changes nothing.

use std::fs;
use std::io::Write;

use stage::{ambiguous_prefix, fails, found, ok, stage, status, wrongs};

mod nodes;
mod stage;

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
