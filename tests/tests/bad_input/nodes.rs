//! Tickets, addresses and peers that are not what they should be, at nodes that run.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use capactif_tests::binary;
use serde_json::Value;
use sync_protocol::invitation::{Secret, Ticket};
use sync_protocol::time::Timestamp;

use crate::stage::{fails, found, ok, run, status, text};

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
