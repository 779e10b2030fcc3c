//! Backups of a node that runs and is written to meanwhile, and what comes back from them.
#![allow(
    clippy::unwrap_used,
    reason = "tests fail by panicking; clippy's setting misses the functions they share"
)]

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use capactif_tests::binary;
use capactif_tests::partner::{Partner, until};
use serde_json::{Value, json};

/// Backups made while somebody writes.
const BACKUPS: usize = 3;

fn price(partner: &Partner) -> i64 {
    partner.imported(3)["price_max_cents"].as_i64().unwrap() / 100
}

fn warnings(partner: &Partner) -> Vec<String> {
    let status: Value = partner.ask(&["status"]);
    let warnings = status["warnings"].as_array().unwrap();
    let codes = warnings.iter().map(|it| it["code"].as_str().unwrap());
    codes.map(str::to_owned).collect()
}

#[test]
fn backups_made_while_somebody_writes_are_whole_and_never_fork() {
    let folder = tempfile::tempdir().unwrap();
    let mut founder = Partner::new(folder.path(), "founder");
    let found = ["network", "found", "Essai", "--structure", "CCI d’essai"];
    let _ = founder.ask(&[&found[..], &["--kind", "cci"]].concat());
    founder.open_to_all();
    founder.import(20);
    founder.start();
    let id = founder.imported(3)["id"].as_str().unwrap().to_owned();
    let (over, acknowledged) = (AtomicBool::new(false), AtomicI64::new(40_000));
    let file = |number: usize| {
        let file = folder.path().join(format!("backup-{number}.capactif"));
        file.to_string_lossy().into_owned()
    };
    let mut known = Vec::new();
    std::thread::scope(|scope| {
        let home = founder.home().to_owned();
        let (over, acknowledged, id) = (&over, &acknowledged, &id);
        scope.spawn(move || {
            while !over.load(Ordering::SeqCst) {
                let next = acknowledged.load(Ordering::SeqCst) + 1;
                let mut command = binary::command();
                command.arg("--home").arg(&home);
                command.args(["--json", "opportunity", "set", id, "--price-max"]);
                let output = command.arg(next.to_string()).output().unwrap();
                assert!(
                    output.status.success(),
                    "a backup stops nobody from writing"
                );
                acknowledged.store(next, Ordering::SeqCst);
            }
        });
        for number in 0..BACKUPS {
            let before = acknowledged.load(Ordering::SeqCst);
            until("an edit", || {
                (acknowledged.load(Ordering::SeqCst) > before).then_some(())
            });
            let least = acknowledged.load(Ordering::SeqCst);
            let _ = founder.ask(&["backup", &file(number)]);
            known.push(least);
        }
        over.store(true, Ordering::SeqCst);
    });
    let last = acknowledged.load(Ordering::SeqCst);
    assert_eq!(price(&founder), last);

    for (number, least) in known.into_iter().enumerate() {
        let restored = Partner::new(folder.path(), &format!("restored-{number}"));
        let _ = restored.ask(&["restore", &file(number)]);
        assert_eq!(restored.ask(&["doctor"])["ok"], json!(true));
        let held = price(&restored);
        assert!(
            (least..=last).contains(&held),
            "{held}: {least} was acknowledged before"
        );
        // Written before it hears of what came after the backup.
        let _ = restored.ask(&[
            "opportunity",
            "set",
            &id,
            "--title",
            &format!("N° {number}"),
        ]);
        // Where the founder is stands in its journal.
        let _ = restored.ask(&["sync"]);
        until("both show the same", || {
            (restored.view_digest() == founder.view_digest()).then_some(())
        });
        assert_eq!(price(&restored), last);
        assert_eq!(founder.imported(3)["title"], json!(format!("N° {number}")));
        for partner in [&founder, &restored] {
            let codes = warnings(partner);
            assert!(!codes.iter().any(|it| it.contains("forked")), "{codes:?}");
        }
    }
    founder.stop();
}
