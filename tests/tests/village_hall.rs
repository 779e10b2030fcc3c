//! Two technicians' laptops on one cable in a village hall, no Internet and no configured peer:
//! their nodes find each other and exchange what they wrote.
//!
//! Each laptop is a network namespace with one end of a virtual cable, in which the real binary
//! runs. Needs Linux, root and `ip`; skipped with a message elsewhere.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests, where a panic is the failure"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use capactif_tests::binary;
use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(60);

/// Two namespaces joined by a cable; gone when dropped.
struct Hall {
    names: [String; 2],
}

impl Hall {
    fn build() -> Option<Self> {
        let names = [0, 1].map(|laptop| format!("hall-{}-{laptop}", std::process::id()));
        let hall = Self { names };
        let [one, other] = &hall.names;
        let cables = [0, 1].map(|end| format!("ch{}-{end}", std::process::id() % 100_000));
        let built = ip(&["netns", "add", one])
            && ip(&["netns", "add", other])
            && ip(&[
                "link", "add", &cables[0], "netns", one, "type", "veth", "peer", "name",
                &cables[1], "netns", other,
            ]);
        if !built {
            println!("skipped: network namespaces cannot be made here (root and `ip` needed)");
            return None;
        }
        for (end, (name, cable)) in hall.names.iter().zip(&cables).enumerate() {
            let address = format!("10.78.0.{}/24", end + 1);
            assert!(ip(&["-n", name, "link", "set", "lo", "up"]));
            assert!(ip(&["-n", name, "addr", "add", &address, "dev", cable]));
            assert!(ip(&["-n", name, "link", "set", cable, "up"]));
        }
        Some(hall)
    }

    /// The binary over `home` in a namespace.
    fn capactif(&self, laptop: usize, home: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new("ip");
        command
            .args(["netns", "exec", &self.names[laptop]])
            .arg(binary::capactif())
            .arg("--home")
            .arg(home)
            .args(["--lang", "en", "--json"])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn json(&self, laptop: usize, home: &Path, arguments: &[&str]) -> Value {
        let output = self.capactif(laptop, home, arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    fn run(&self, laptop: usize, home: &Path) -> Running {
        let child = self
            .capactif(laptop, home, &["run"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let running = Running(child);
        eventually("the node serves", || {
            std::fs::read_to_string(home.join("owner.json"))
                .is_ok_and(|owner| owner.contains("\"api\":\"") || owner.contains("\"api\": \""))
        });
        running
    }
}

impl Drop for Hall {
    fn drop(&mut self) {
        for name in &self.names {
            ip(&["netns", "del", name]);
        }
    }
}

fn ip(arguments: &[&str]) -> bool {
    let told = Command::new("ip")
        .args(arguments)
        .stderr(Stdio::null())
        .status();
    told.is_ok_and(|status| status.success())
}

/// A node that runs; ended when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _gone_already = self.0.kill();
        let _ = self.0.wait();
    }
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn nodes_without_internet_or_configuration_find_each_other_and_agree() {
    let Some(hall) = Hall::build() else { return };
    let folder = tempfile::tempdir().unwrap();
    let homes: [PathBuf; 2] = ["one", "other"].map(|name| folder.path().join(name));
    let [one, other] = &homes;
    let found = [
        "network",
        "found",
        "Hall",
        "--structure",
        "Parc",
        "--kind",
        "park",
    ];
    hall.json(0, one, &found);
    {
        let _running = hall.run(0, one);
        let invite = ["network", "invite", "--structure", "CCI", "--kind", "cci"];
        let ticket = hall.json(0, one, &invite)["ticket"]
            .as_str()
            .unwrap()
            .to_owned();
        hall.json(1, other, &["network", "join", &ticket]);
        hall.json(1, other, &["sync"]);
    }
    // The next meeting: the inviter's address is forgotten, and its port is another one.
    std::fs::write(other.join("config.json"), "{}").unwrap();
    std::fs::write(one.join("config.json"), r#"{"listen": ["[::]:0"]}"#).unwrap();
    let add = |title: &'static str| {
        [
            "opportunity",
            "add",
            "--kind",
            "job",
            "--title",
            title,
            "--insee",
            "63003",
        ]
    };
    hall.json(0, one, &add("Written by one"));
    hall.json(1, other, &add("Written by the other"));

    let _running = [hall.run(0, one), hall.run(1, other)];
    let digest = |laptop: usize, home: &Path| {
        hall.json(laptop, home, &["status"])["view_digest"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    eventually("both show the same registry", || {
        digest(0, one) == digest(1, other)
    });
    let records = hall.json(1, other, &["status"])["collections"]["opportunity"].clone();
    assert_eq!(records, 2);
}
