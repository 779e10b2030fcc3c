//! A disk that is full, a disk that takes no writes, no file handles left: every command and a
//! running node say so clearly, in both languages, lose nothing that was acknowledged, and go on
//! once the cause is gone.
//!
//! The disks are loop devices, so those tests need Linux and root, and say so where they cannot
//! run. `CAPACTIF_TEST_SEED`, `CAPACTIF_TEST_STORE` (an engine).

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use capactif_tests::binary;
use capactif_tests::faults::{engines, seed};
use capactif_tests::ledger::Told;
use capactif_tests::loop_disk::LoopDisk;
use capactif_tests::pair::Side;
use capactif_tests::partner::Partner;
use fastrand::Rng;
use serde_json::Value;

/// Every command that touches a home. `{file}` is a name that is free each time.
const COMMANDS: [&str; 26] = [
    "status",
    "doctor",
    "opportunity list",
    "opportunity show {id}",
    "opportunity history {id}",
    "opportunity conflicts",
    "opportunity add --title Nouveau --kind premises --status draft --insee 63003",
    "opportunity set {id} --telecom fibre",
    "opportunity remove {id}",
    "opportunity restore {id}",
    "search atelier",
    "query SELECT\u{a0}1",
    "export --collection opportunity --format csv",
    "export --collection opportunity --format csv --output {file}",
    "import {csv} --collection opportunity",
    "charter show",
    "network invite --structure Autre --kind epci",
    "peer list",
    "peer add 127.0.0.1:9",
    "bundle write {file}",
    "bundle read {bundle}",
    "backup {file}",
    "sync",
    "network found Deux --structure Deux --kind epci",
    "run --until-eof",
    "doctor --rebuild",
];

/// A partner of a network of its own, its node stopped, and files to read from.
struct Stage {
    side: Side,
    id: String,
    /// Lies elsewhere than the home, where files can be read in any case.
    folder: tempfile::TempDir,
    files: usize,
}

impl Stage {
    fn new(on: &Path, engine: &str) -> Self {
        let partner = Partner::new(on, "home").on_engine(engine);
        partner.found();
        let side = Side::new(partner, "one");
        let folder = tempfile::tempdir().expect("a folder for tests");
        let list = side.partner.lines(&["opportunity", "list"]);
        let id = list[0]["id"].as_str().expect("records have ids").to_owned();
        let csv = "kind;status;title;insee_code\npremises;draft;Importé;63003\n";
        fs::write(folder.path().join("rows.csv"), csv).expect("it can be written");
        let bundle = folder.path().join("one.bundle");
        let _ = side
            .partner
            .ask(&["bundle", "write", &bundle.to_string_lossy()]);
        Self {
            side,
            id,
            folder,
            files: 0,
        }
    }

    fn words(&mut self, command: &str, on: &Path) -> Vec<String> {
        self.files += 1;
        let here = |name: &str| self.folder.path().join(name).to_string_lossy().into_owned();
        let file = on.join(format!("file-{}", self.files));
        let word = |word: &str| match word {
            "{id}" => self.id.clone(),
            "{csv}" => here("rows.csv"),
            "{bundle}" => here("one.bundle"),
            "{file}" => file.to_string_lossy().into_owned(),
            other => other.replace('\u{a0}', " "),
        };
        command.split(' ').map(word).collect()
    }

    /// Runs every command as `program` makes it run; each succeeds, or fails by one of these codes
    /// and in words. Returns the codes that were met.
    fn all_are_clear(
        &mut self,
        on: &Path,
        program: &dyn Fn() -> Command,
        codes: &[&str],
    ) -> Vec<String> {
        let mut met = Vec::new();
        let mut wrongs = Vec::new();
        let running = self.side.door().is_some();
        for command in COMMANDS {
            // Where it cannot write, a rebuilding leaves an empty view until it can.
            if running && ["run --until-eof", "doctor --rebuild"].contains(&command) {
                continue;
            }
            for (lang, prefix) in [("en", "Error:"), ("fr", "Erreur :"), ("json", "{")] {
                let mut process = program();
                process.arg("--home").arg(self.side.partner.home());
                match lang {
                    "json" => process.arg("--json"),
                    lang => process.args(["--lang", lang]),
                };
                process.args(self.words(command, on));
                let output = process.output().expect("the binary was built");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                let mut wrong = |what: &str| wrongs.push(format!("{what}: {command}: {said}"));
                match output.status.code() {
                    Some(0) => continue,
                    Some(1..=6) => {}
                    _ => wrong(&format!("ended with {}", output.status)),
                }
                if !said.contains(prefix) {
                    wrong(&format!("no “{prefix}”"));
                }
                for inner in ["panicked", "Err(", "{$", "error-", "invalid-"] {
                    if said.contains(inner) {
                        wrong(&format!("“{inner}” is shown"));
                    }
                }
                if lang == "json" {
                    let line = said.lines().find(|line| line.starts_with('{'));
                    let error: Value =
                        serde_json::from_str(line.unwrap_or("null")).unwrap_or_default();
                    let code = error["error"]["code"].as_str().unwrap_or("none").to_owned();
                    if !codes.contains(&code.as_str()) && !EXPECTED_ANYWAY.contains(&code.as_str())
                    {
                        wrong(&format!("the code is {code}"));
                    }
                    met.push(code);
                }
            }
        }
        assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
        met.sort();
        met.dedup();
        met
    }

    /// Edits through the door until a refusal; returns its code.
    fn edit_until_refused(&mut self, rng: &mut Rng) -> String {
        let door = self.side.door().expect("its node runs");
        for _ in 0..2_000 {
            match self.side.ledger.edit(&door, rng) {
                Told::Acknowledged => {}
                Told::Refused(code) => return code,
                Told::Gone => panic!("the node ended"),
            }
        }
        panic!("nothing was refused");
    }

    /// The disk is well again, no node runs: everything is there, and edits are taken.
    fn goes_on(&mut self, rng: &mut Rng) {
        self.side.check_at_rest();
        self.side.partner.start();
        let door = self.side.door().expect("its node runs");
        for _ in 0..5 {
            assert_eq!(self.side.ledger.edit(&door, rng), Told::Acknowledged);
        }
        self.side.partner.kill();
        self.side.check_at_rest();
    }
}

/// What some commands answer on a sound disk too: alone, a network already there, a file written
/// by the command before.
const EXPECTED_ANYWAY: [&str; 6] = [
    "no_own_address",
    "no_peer_known",
    "no_peer_reached",
    "network_exists",
    "nothing_to_change",
    "file_exists",
];

fn random() -> Rng {
    let seed = seed();
    println!("CAPACTIF_TEST_SEED={seed}");
    Rng::with_seed(seed)
}

fn on_a_disk(test: impl Fn(LoopDisk, &str)) {
    for engine in engines() {
        println!("{engine}");
        match LoopDisk::new(32) {
            Ok(disk) => test(disk, &engine),
            Err(reason) => println!("left out, no disk of one’s own here: {reason}"),
        }
    }
}

/// Takes all the room that is left on a disk.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("filling");
    let mut file = File::options().create(true).append(true).open(&path);
    for bytes in [1 << 20, 1 << 12] {
        let content = vec![0xA5; bytes];
        if let Ok(file) = &mut file {
            while file.write_all(&content).is_ok() {}
            // The kernel promises room that it then does not find.
            let _full = file.sync_all();
        }
    }
    path
}

const DISK_FULL: [&str; 7] = [
    "file_unwritable",
    "home_disk_full",
    "store_disk_full",
    "store_read_only",
    "file_disk_full",
    "view_disk_full",
    "stored_not_shown",
];

#[test]
fn on_a_full_disk_every_command_says_so_and_nothing_is_lost() {
    let mut rng = random();
    on_a_disk(|disk, engine| {
        let mut rng = rng.clone();
        let mut stage = Stage::new(&disk.path(), engine);
        let filling = fill(&disk.path());
        let met = stage.all_are_clear(&disk.path(), &binary::command, &DISK_FULL);
        println!("stopped: {met:?}");
        fs::remove_file(&filling).expect("it is there");
        stage.goes_on(&mut rng);

        stage.side.partner.start();
        let filling = fill(&disk.path());
        let first = stage.edit_until_refused(&mut rng);
        assert!(DISK_FULL.contains(&first.as_str()), "{first}");
        let read = stage
            .side
            .partner
            .lines(&["opportunity", "list", "--limit", "1000"]);
        assert!(read.len() > 40, "what is there can be read all the while");
        let met = stage.all_are_clear(&disk.path(), &binary::command, &DISK_FULL);
        fs::remove_file(&filling).expect("it is there");
        let door = stage.side.door().expect("its node runs");
        let at_once = stage.side.ledger.edit(&door, &mut rng);
        println!("running: first {first}, then {met:?}; with room again, at once: {at_once:?}");
        stage.side.partner.kill();
        stage.goes_on(&mut rng);
    });
    rng.bool();
}

const READ_ONLY: [&str; 9] = [
    "file_unwritable",
    "home_permission_denied",
    "store_permission_denied",
    "store_read_only",
    "store_io",
    "file_not_allowed",
    "view_database",
    "view_files",
    "stored_not_shown",
];

#[test]
fn on_a_disk_that_takes_no_writes_every_command_says_so_and_nothing_is_lost() {
    let mut rng = random();
    on_a_disk(|mut disk, engine| {
        let mut rng = rng.clone();
        let mut stage = Stage::new(&disk.path(), engine);
        disk.set_read_only(true);
        let met = stage.all_are_clear(&disk.path(), &binary::command, &READ_ONLY);
        println!("stopped: {met:?}");
        disk.set_read_only(false);
        stage.goes_on(&mut rng);

        stage.side.partner.start();
        disk.fail();
        let first = stage.edit_until_refused(&mut rng);
        assert!(READ_ONLY.contains(&first.as_str()), "{first}");
        let met = stage.all_are_clear(&disk.path(), &binary::command, &READ_ONLY);
        println!("running: first {first}, then {met:?}");
        stage.side.partner.kill();
        disk.power_on();
        stage.goes_on(&mut rng);
    });
    rng.bool();
}

#[cfg(unix)]
const NO_HANDLES: [&str; 9] = [
    "home_too_many_files",
    "store_too_many_files",
    "file_too_many_open",
    "too_many_files",
    "view_files",
    "view_database",
    "stored_not_shown",
    "no_network_resources",
    "store_io",
];

#[cfg(unix)]
#[test]
fn without_file_handles_every_command_says_so_and_nothing_is_lost() {
    let mut rng = random();
    for engine in engines() {
        let folder = tempfile::tempdir().expect("a folder for tests");
        let mut stage = Stage::new(folder.path(), &engine);
        let mut met = Vec::new();
        for limit in [6, 10, 14, 22] {
            let program = || binary::command_with_files(limit);
            met.extend(stage.all_are_clear(folder.path(), &program, &NO_HANDLES));
        }
        met.sort();
        met.dedup();
        println!("{engine}: stopped: {met:?}");
        stage.goes_on(&mut rng);

        stage
            .side
            .partner
            .start_with(binary::command_with_files(48));
        let door = stage.side.door().expect("its node runs");
        let mut standing: Vec<_> = (0..100).filter_map(|_| door.connect().ok()).collect();
        let mut told = Vec::new();
        // The earliest are those that the node has accepted.
        for stream in standing.drain(..3) {
            told.push(stage.side.ledger.edit_over(&door, stream, &mut rng));
        }
        drop(standing);
        for told in &told {
            if let Told::Refused(code) = told {
                assert!(NO_HANDLES.contains(&code.as_str()), "{code}");
            }
        }
        let after = stage.side.ledger.edit(&door, &mut rng);
        println!("{engine}: running: {told:?}, with handles again: {after:?}");
        stage.side.partner.kill();
        stage.goes_on(&mut rng);
    }
}
