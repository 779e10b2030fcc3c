//! Homes and files that are wrong, and what a command over them must say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use capactif_tests::binary;
use serde_json::Value;

/// Longer than any command here may take, with the processor shared.
const PATIENCE: Duration = Duration::from_secs(90);

pub(crate) fn run(home: &Path, lang: &str, args: &[&str]) -> Output {
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

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs what must succeed and returns its standard output.
pub(crate) fn ok(home: &Path, args: &[&str]) -> String {
    let output = run(home, "en", args);
    assert!(
        output.status.success(),
        "{args:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

pub(crate) fn status(home: &Path) -> Value {
    serde_json::from_str(&ok(home, &["status", "--json"])).expect("status answers JSON")
}

/// Runs what must fail so, in both languages; `says` is a part of the message in each. Returns
/// what is not as it should be.
pub(crate) fn wrongs(home: &Path, args: &[&str], exit: i32, says: [&str; 2]) -> Vec<String> {
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

pub(crate) fn fails(home: &Path, args: &[&str], exit: i32, says: [&str; 2]) {
    let wrongs = wrongs(home, args, exit, says);
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// A folder with a home of one network, one of another, and files that are wrong.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
    pub(crate) record: String,
}

impl Stage {
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.folder.path().join(name), bytes).expect("the folder can be written");
    }
}

pub(crate) fn found(home: &Path, structure: &str) {
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

pub(crate) fn stage() -> &'static Stage {
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
pub(crate) fn ambiguous_prefix(home: &Path) -> String {
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
