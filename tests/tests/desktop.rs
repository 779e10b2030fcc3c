//! News on a technician's desktop: the real program, a real session bus, and in place of a desktop a
//! service that writes down what it is told to show.
//!
//! Needs Linux and `dbus-daemon` (Debian's dbus): skipped with a message elsewhere, a failure where
//! `CAPACTIF_DESKTOP` says `required`, as CI does.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    reason = "tests fail by panicking; clippy's setting misses the functions they share"
)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use capactif_node::home::Home;
use capactif_node::home::notify::NotifySettings;
use capactif_tests::binary;
use capactif_tests::partner::{Partner, until};
use serde_json::Value;
use zbus::OwnedVariant;

/// A session bus of its own; gone with this value.
struct Bus {
    daemon: Child,
    address: String,
}

impl Bus {
    fn start() -> Option<Self> {
        let started = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn();
        let mut daemon = match started {
            Ok(daemon) => daemon,
            Err(error) => {
                let told = format!("no desktop is looked at: dbus-daemon (Debian's dbus): {error}");
                let is_required =
                    std::env::var("CAPACTIF_DESKTOP").is_ok_and(|it| it == "required");
                assert!(!is_required, "{told}");
                eprintln!("SKIPPED: {told}");
                return None;
            }
        };
        let mut address = String::new();
        let told = daemon.stdout.take().unwrap();
        BufReader::new(told).read_line(&mut address).unwrap();
        let address = address.trim().to_owned();
        assert!(!address.is_empty(), "the bus says where it is");
        Some(Self { daemon, address })
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        let _ended_already = self.daemon.kill();
        let _nothing_left_to_wait_for = self.daemon.wait();
    }
}

/// A notification as the desktop was given it.
#[derive(Clone, Debug)]
struct Shown {
    program: String,
    replaces: u32,
    text: String,
}

/// Writes down what it is told to show.
struct Recorder {
    shown: Arc<Mutex<Vec<Shown>>>,
}

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Recorder {
    #[expect(
        clippy::too_many_arguments,
        reason = "the Desktop Notifications Specification, 1.2, section 9"
    )]
    fn notify(
        &self,
        program: String,
        replaces: u32,
        _icon: String,
        summary: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedVariant>,
        _expires: i32,
    ) -> u32 {
        let mut shown = self.shown.lock().unwrap();
        shown.push(Shown {
            program,
            replaces,
            text: format!("{summary}\n{body}"),
        });
        u32::try_from(shown.len()).unwrap()
    }

    fn get_server_information(&self) -> (String, String, String, String) {
        let own = ["recorder", "Cap Actif", "1", "1.2"];
        own.map(str::to_owned).into()
    }
}

/// A desktop on a bus.
struct Desktop {
    bus: Bus,
    shown: Arc<Mutex<Vec<Shown>>>,
    _serving: zbus::Connection,
}

impl Desktop {
    fn start() -> Option<Self> {
        let bus = Bus::start()?;
        let shown = Arc::new(Mutex::new(Vec::new()));
        let recorder = Recorder {
            shown: Arc::clone(&shown),
        };
        let serving = zbus::connection::Builder::address(bus.address.as_str())
            .serve_at("/org/freedesktop/Notifications", recorder)
            .name("org.freedesktop.Notifications");
        let serving = zbus::block_on(serving.build()).unwrap();
        Some(Self {
            bus,
            shown,
            _serving: serving,
        })
    }

    fn start_node(&self, partner: &mut Partner) {
        let mut command = binary::command();
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
        partner.start_with(command);
    }

    fn shown(&self) -> Vec<Shown> {
        self.shown.lock().unwrap().clone()
    }
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

fn told_of(partner: &Partner) -> String {
    std::fs::read_to_string(partner.home().join("arrivals.told")).unwrap_or_default()
}

/// A network of two, the second with notifications as they come.
fn pair(folder: &Path) -> [Partner; 2] {
    let mut cci = Partner::new(folder, "cci");
    let _ = cci.found();
    cci.start();
    let adie = Partner::new(folder, "adie");
    adie.join(&cci, &["--structure", "ADIE", "--kind", "lender"]);
    let home = Home::open(adie.home()).unwrap();
    let mut config = home.config().unwrap();
    config.notify = Some(NotifySettings { every_minutes: 0 });
    home.set_config(&config).unwrap();
    [cci, adie]
}

fn send(cci: &Partner, pseudonym: &str) -> String {
    let holder = cci.ask(&[
        "holder",
        "add",
        "--name",
        "Jeanne Dupré",
        "--residence",
        "dept:63",
        "--info-notice-on",
        "2026-01-05",
    ]);
    let holder = text(&holder, "id");
    let project = cci.ask(&[
        "project",
        "add",
        "--pseudonym",
        pseudonym,
        "--type",
        "creation",
        "--holder",
        &holder,
    ]);
    let project = text(&project, "id");
    let sent = [
        "referral",
        "send",
        "--project",
        &project,
        "--to",
        "ADIE",
        "--theme",
        "microcredit",
    ];
    text(&cci.ask(&sent), "id")
}

#[test]
fn a_referral_that_arrives_is_on_the_desktop_once() {
    let Some(desktop) = Desktop::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let [cci, mut adie] = pair(folder.path());
    desktop.start_node(&mut adie);
    until("the first look", || {
        (!told_of(&adie).is_empty()).then_some(())
    });
    let first = send(&cci, "PP-ALIZE");
    let shown = until("a notification", || desktop.shown().first().cloned());
    assert_eq!(shown.program, "Cap Actif");
    let expected = "Cap Actif: one piece of news\nReferrals to answer (1)\nTo see: capactif todo";
    assert_eq!(shown.text, expected);
    until("it is remembered", || {
        told_of(&adie).contains(&first).then_some(())
    });

    // Another start tells of what came since, and of nothing again.
    adie.stop();
    let second = send(&cci, "PP-BISE");
    desktop.start_node(&mut adie);
    until("the news of the time between", || {
        (desktop.shown().len() == 2).then_some(())
    });
    until("it is remembered", || {
        told_of(&adie).contains(&second).then_some(())
    });
    // What is answered here is no news here; the next takes the place of the last.
    let _accepted = adie.ask(&["referral", "accept", &first]);
    send(&cci, "PP-CERS");
    until("a third", || (desktop.shown().len() == 3).then_some(()));
    let all = desktop.shown();
    assert!(all.iter().all(|it| it.text == expected), "{all:?}");
    let replaces: Vec<u32> = all.iter().map(|it| it.replaces).collect();
    assert_eq!(replaces, [0, 0, 2]);
    adie.stop();
}

#[test]
fn a_node_without_a_desktop_says_so_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = Partner::new(folder.path(), "alone");
    let _ = nobody.found();
    let mut node = binary::command()
        .args(["--home", nobody.home().to_str().unwrap()])
        .args(["run", "--notify", "--until-eof"])
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(node.stderr.take().unwrap());
    let mut lines = said.lines().map_while(Result::ok);
    let told = lines.find(|line| line.contains("No desktop shows news here"));
    let told = told.expect("it says that there is no desktop");
    assert!(told.contains("capactif todo"), "{told}");
    assert_eq!(nobody.ask(&["status"])["records"], Value::from(1));
    drop(node.stdin.take());
    assert!(node.wait().unwrap().success());
    let again = lines.filter(|line| line.contains("desktop")).count();
    assert_eq!(again, 0, "once");
}
