//! An erasure whose process is killed before each of its durable steps, one after the other.
//!
//! A process of its own erases and ends before its n-th step ([`crate::fuse`]); then the home is
//! opened again. Either nothing happened, and the record is there whole, or the erasure is finished:
//! not a byte of it is left in any file, and it is acknowledged. The same where what dies is the
//! opening that was to finish it.

use std::process::{Command, Stdio};

use super::erasure::{PLANTED, erase, erasures, holding, show_code};
use super::erasure_parts::{call_someone, erase_identity, holder, identity, traces};
use super::*;
use crate::fuse;
use crate::home::config::Config;
use crate::store::EngineKind;

/// Which home the process works on, what it does there, and before which step it ends.
const PLACE: &str = "CAPACTIF_TEST_KILLED_HOME";
const ACT: &str = "CAPACTIF_TEST_KILLED_ACT";
const STEP: &str = "CAPACTIF_TEST_KILLED_STEP";
/// What is done to a holder, whose identity alone is erased.
const PART: &str = "part:";
/// More steps than an erasure has.
const MANY: u64 = 200;

#[test]
#[ignore = "the process that the tests below have killed"]
fn the_process_that_is_killed() {
    let Ok(home) = std::env::var(PLACE) else {
        return;
    };
    let number = |name| std::env::var(name).unwrap().parse().unwrap();
    match std::env::var(ACT).unwrap().as_str() {
        "open" => {
            fuse::arm(number(STEP));
            open(Path::new(&home));
        }
        act => {
            let node = open(Path::new(&home));
            fuse::arm(number(STEP));
            match act.strip_prefix(PART) {
                Some(id) => drop(erase_identity(&node, id)),
                None => drop(erase(&node, act)),
            }
        }
    }
    fuse::arm(u64::MAX);
}

/// Runs the process above; returns before which step it died, or none if it got to the end.
fn run(home: &Path, act: &str, step: u64) -> Option<String> {
    let mut process = Command::new(std::env::current_exe().unwrap());
    process
        .args(["--exact", "--ignored", "--nocapture"])
        .arg("node::tests::erasure_kills::the_process_that_is_killed")
        .env(PLACE, home)
        .env(ACT, act)
        .env(STEP, step.to_string())
        .stdin(Stdio::null());
    let output = process.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let before = said
        .lines()
        .find_map(|line| line.strip_prefix("killed before: "));
    assert!(
        output.status.success() != before.is_some(),
        "step {step}: {said}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    before.map(str::to_owned)
}

/// A home with a record in many entries, an attachment of it, and copies that repairs kept.
fn planted(home: &Path, engine: EngineKind) -> (String, String) {
    let prepared = Home::create(home).unwrap();
    let config = prepared.config().unwrap();
    prepared
        .set_config(&Config {
            store: engine,
            discovery: false,
            ..config
        })
        .unwrap();
    let node = found(home);
    let id = add(&node, &format!("Atelier {PLANTED}"));
    // More than one commit takes the bodies of.
    for text in 0..40 {
        let text = format!("Chez {PLANTED}, le {text}");
        set(&node, &id, json!({ "description": text }));
    }
    let file = home.with_extension("txt");
    std::fs::write(&file, format!("Plan de {PLANTED}")).unwrap();
    let input = json!({ "collection": "opportunity", "id": id, "paths": [file] });
    call(&node, "attachment.add", input);
    std::fs::remove_file(&file).unwrap();
    let kept = add(&node, "Boulangerie");
    node.stop();
    drop(node);
    for copy in ["kept-1/db", ".config.json.1-0.new", "outbox/.runs.1-0.new"] {
        let copy = home.join(copy);
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::write(copy, PLANTED).unwrap();
    }
    assert!(holding(home).len() > 4, "{:?}", holding(home));
    (id, kept)
}

/// What holds once the home is open again; returns whether the erasure had happened.
fn check(home: &Path, id: &str, kept: &str, died: &str) -> bool {
    let node = open(home);
    assert_eq!(show(&node, kept)["title"], "Boulangerie", "{died}");
    let erasures = erasures(&node);
    let Some(row) = erasures.first() else {
        let shown = show(&node, id);
        let last = format!("Chez {PLANTED}, le 39");
        assert_eq!(shown["summary"], last, "{died}: {shown}");
        assert_eq!(call(&node, "status", json!({}))["blobs"]["held"], 1);
        return false;
    };
    assert_eq!(row["standing"], "deletes", "{died}");
    assert_eq!(row["done"].as_array().unwrap().len(), 1, "{died}: {row}");
    assert_eq!(show_code(&node, id), "unknown_record", "{died}");
    assert_eq!(
        holding(home),
        [""; 0].map(std::path::PathBuf::from),
        "{died}"
    );
    assert_eq!(
        call(&node, "status", json!({}))["blobs"]["held"],
        0,
        "{died}"
    );
    let left_out = node.member().unwrap().journals.left_out().unwrap();
    assert_eq!(left_out.len(), 42, "{died}");
    node.stop();
    drop(node);
    assert_eq!(
        holding(home),
        [""; 0].map(std::path::PathBuf::from),
        "{died}"
    );
    true
}

fn killed_at_every_step(engine: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before");
    let (id, kept) = planted(&before, engine);
    let (mut steps, mut finished, mut first) = (Vec::new(), 0, None);
    for step in 1..MANY {
        let home = folder.path().join(format!("erase-{step}"));
        copy(&before, &home);
        let died = run(&home, &id, step);
        // What is only in the journal yet is what an opening has to carry out.
        let begun = folder.path().join("begun");
        if first.is_none() && died.is_some() {
            copy(&home, &begun);
        }
        let name = died.clone().unwrap_or_else(|| "the end".into());
        if check(&home, &id, &kept, &name) {
            finished += 1;
            first.get_or_insert(step);
        } else if first.is_none() {
            std::fs::remove_dir_all(&begun).unwrap();
        }
        std::fs::remove_dir_all(&home).unwrap();
        match died {
            Some(name) => steps.push(name),
            None => break,
        }
    }
    println!("{engine:?}: {finished} of {} steps: {steps:?}", steps.len());
    assert!(steps.len() > 12 && steps.len() < MANY as usize - 1);
    assert!(finished > 10 && finished <= steps.len() + 1);
    let begun = folder.path().join("begun");
    for step in 1..MANY {
        let home = folder.path().join(format!("open-{step}"));
        copy(&begun, &home);
        let died = run(&home, "open", step);
        let name = died.clone().unwrap_or_else(|| "the end".into());
        assert!(check(
            &home,
            &id,
            &kept,
            &format!("while it opened: {name}")
        ));
        std::fs::remove_dir_all(&home).unwrap();
        if died.is_none() {
            println!("{engine:?}: {} steps of opening", step - 1);
            return;
        }
    }
    panic!("opening never came to an end");
}

#[test]
fn an_erasure_killed_before_any_of_its_steps_is_finished_at_the_next_start_on_redb() {
    killed_at_every_step(EngineKind::Redb);
}

#[test]
fn an_erasure_killed_before_any_of_its_steps_is_finished_at_the_next_start_on_sled() {
    killed_at_every_step(EngineKind::Sled);
}

/// The record stays, so what has to be finished is told by its part alone.
#[test]
fn an_erased_part_killed_before_any_of_its_steps_is_finished_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let before = folder.path().join("before");
    let node = found(&before);
    let id = holder(&node, &[]);
    call_someone(&node, &id, "07 00 00 00 01");
    let planted = traces(&node, &id);
    assert_eq!(planted.len(), 2);
    node.stop();
    drop(node);
    let (mut steps, mut finished) = (Vec::new(), 0);
    for step in 1..MANY {
        let home = folder.path().join(format!("part-{step}"));
        copy(&before, &home);
        let died = run(&home, &format!("{PART}{id}"), step);
        let name = died.clone().unwrap_or_else(|| "the end".into());
        let node = open(&home);
        let read = identity(&node, &id);
        let held = call(&node, "status", json!({}))["blobs"]["held"].clone();
        match erasures(&node).first() {
            None => {
                let phone = &read["seals"][0]["fields"]["phone"];
                assert_eq!(
                    (phone, &held),
                    (&json!("+33700000001"), &json!(2)),
                    "{name}"
                );
            }
            Some(row) => {
                finished += 1;
                assert_eq!(
                    (&read["erased"], &held),
                    (&json!(true), &json!(0)),
                    "{name}"
                );
                assert_eq!(row["done"].as_array().unwrap().len(), 1, "{name}: {row}");
                let left_out = node.member().unwrap().journals.left_out().unwrap();
                assert_eq!(left_out.len(), 2, "{name}");
                node.stop();
                drop(node);
                let left = erasure_parts::holding(&home, &planted);
                assert_eq!(left, [""; 0].map(std::path::PathBuf::from), "{name}");
            }
        }
        std::fs::remove_dir_all(&home).unwrap();
        match died {
            Some(name) => steps.push(name),
            None => break,
        }
    }
    println!("{finished} of {} steps: {steps:?}", steps.len());
    assert!(steps.len() > 6 && steps.len() < MANY as usize - 1);
    assert!(finished > 5 && finished <= steps.len() + 1);
}
