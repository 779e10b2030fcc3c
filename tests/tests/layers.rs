//! The rules between rooms, read from the manifests and the sources.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .into()
}

/// The dependencies that a crate's manifest names, those for tests aside where `tests` is false.
fn dependencies(krate: &str, tests: bool) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join(krate).join("Cargo.toml")).unwrap();
    let mut inside = false;
    let mut found = BTreeSet::new();
    for line in manifest.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            let name = section.rsplit('.').next().unwrap();
            // `[dependencies]`, `[target.'cfg(…)'.dependencies]`, `[dependencies.x]`
            inside = matches!(name, "dependencies" | "build-dependencies")
                || (tests && name == "dev-dependencies");
            if let Some((_, one)) = section.split_once("dependencies.") {
                found.insert(one.to_owned());
            }
            continue;
        }
        if inside
            && !line.starts_with('#')
            && let Some((name, _)) = line.split_once('=')
        {
            let name = name.trim().split('.').next().unwrap();
            found.insert(name.trim_matches('"').to_owned());
        }
    }
    found
}

/// All Rust sources under a folder, with their paths as `folder/file.rs`.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(place) = waiting.pop() {
        for entry in fs::read_dir(&place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let name = path.strip_prefix(root()).unwrap();
                let name = name.to_str().unwrap().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {folder}");
    found
}

/// Lines of code that name `krate` as the beginning of a path or in a `use`; comments do not count.
fn naming<'a>(text: &'a str, krate: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    let path = format!("{krate}::");
    text.lines().enumerate().filter(move |(_, line)| {
        let code = line.split("//").next().unwrap();
        let starts = |at: usize| {
            !code[..at].ends_with(|it: char| it.is_alphanumeric() || it == '_' || it == ':')
        };
        let in_path = code.match_indices(&path).any(|(at, _)| starts(at));
        let code = code.trim();
        let alone = [";", " as ", "{"].iter().any(|end| {
            code.strip_prefix("use ")
                .and_then(|rest| rest.strip_prefix(krate))
                .is_some_and(|rest| rest.starts_with(end))
        });
        in_path || alone
    })
}

/// Fails where a file outside `allowed` names `krate`.
fn only_in(folders: &[&str], krate: &str, allowed: &[&str]) {
    let mut wrong = Vec::new();
    for (name, text) in folders.iter().flat_map(|folder| sources(folder)) {
        let inside = allowed
            .iter()
            .any(|place| name == format!("{place}.rs") || name.starts_with(&format!("{place}/")));
        if !inside {
            wrong.extend(
                naming(&text, krate)
                    .map(|(line, code)| format!("{name}:{}: {}", line + 1, code.trim())),
            );
        }
    }
    assert!(
        wrong.is_empty(),
        "{krate} belongs in {allowed:?} alone:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn layers_depend_downwards() {
    let ours = [
        "sync-protocol",
        "capactif-node",
        "capactif-cli",
        "capactif-tests",
    ];
    for (krate, allowed) in [
        ("sync-protocol", &[][..]),
        ("node", &["sync-protocol"]),
        ("cli", &["capactif-node"]),
    ] {
        let names = dependencies(krate, true);
        let named: Vec<&str> = ours.into_iter().filter(|it| names.contains(*it)).collect();
        for name in named {
            assert!(allowed.contains(&name), "{krate} depends on {name}");
        }
    }
}

#[test]
fn nothing_depends_on_the_tests() {
    for krate in ["sync-protocol", "node", "cli"] {
        assert!(
            !dependencies(krate, true).contains("capactif-tests"),
            "{krate}"
        );
    }
}

#[test]
fn the_protocol_is_pure() {
    let allowed = BTreeSet::from(
        [
            "argon2",
            "chacha20poly1305",
            "data-encoding",
            "ed25519-dalek",
            "hmac",
            "hpke",
            "sha2",
            "thiserror",
            "zeroize",
            "zstd",
        ]
        .map(str::to_owned),
    );
    let more: Vec<String> = dependencies("sync-protocol", false)
        .difference(&allowed)
        .cloned()
        .collect();
    assert!(
        more.is_empty(),
        "sync-protocol does no I/O, reads no clock and draws no number: {more:?}"
    );
    for (name, text) in sources("sync-protocol/src") {
        for (line, code) in text.lines().enumerate() {
            let code = code.split("//").next().unwrap();
            for banned in [
                "std::fs",
                "std::net",
                "std::thread",
                "std::env",
                "async fn",
                ".await",
            ] {
                assert!(!code.contains(banned), "{name}:{}: {banned}", line + 1);
            }
        }
    }
}

#[test]
fn the_store_alone_names_its_engines() {
    only_in(&["node/src", "cli/src"], "sled", &["node/src/store"]);
    only_in(&["node/src", "cli/src"], "redb", &["node/src/store"]);
}

#[test]
fn the_network_alone_names_quinn_and_what_comes_with_it() {
    for krate in ["quinn", "mdns_sd"] {
        only_in(&["node/src", "cli/src"], krate, &["node/src/network"]);
    }
    // Certificates of its own are the portal's.
    let sealed = ["node/src/network", "node/src/portal"];
    only_in(&["node/src", "cli/src"], "rustls", &sealed);
}

#[test]
fn the_portal_alone_writes_pages_and_names_no_room_below_its_door() {
    only_in(&["node/src", "cli/src"], "maud", &["node/src/portal"]);
    let served = ["node/src/api", "node/src/portal"];
    only_in(&["node/src", "cli/src"], "axum", &served);
    for (name, text) in sources("node/src/portal") {
        let is_test = name.contains("/tests");
        for room in [
            "crate::store",
            "crate::replica",
            "crate::sealing",
            "view::Reader",
        ] {
            assert!(is_test || !text.contains(room), "{name} names {room}");
        }
    }
}

#[test]
fn the_replica_alone_names_automerge() {
    only_in(&["node/src", "cli/src"], "automerge", &["node/src/replica"]);
}

#[test]
fn the_view_alone_names_rusqlite() {
    only_in(&["node/src", "cli/src"], "rusqlite", &["node/src/view"]);
}

#[test]
fn the_command_line_alone_names_clap() {
    only_in(&["node/src", "sync-protocol/src"], "clap", &[]);
}

#[test]
fn the_desktop_alone_names_notify_rust() {
    let desktop = ["cli/src/notify/desktop"];
    only_in(&["node/src", "cli/src"], "notify_rust", &desktop);
}

#[test]
fn the_day_is_never_that_of_the_computer() {
    for (name, text) in ["node/src", "cli/src"].into_iter().flat_map(sources) {
        for own in ["Zoned::now", "TimeZone::system"] {
            assert!(
                !text.contains(own),
                "{name}: {own} where paris.rs knows the day"
            );
        }
    }
}

#[test]
fn the_registry_knows_nothing_of_what_keeps_it() {
    for (name, text) in sources("node/src").into_iter().filter(|(name, _)| {
        name == "node/src/registry.rs" || name.starts_with("node/src/registry/")
    }) {
        for room in ["store", "network", "view", "sync", "replica"] {
            for (line, code) in text.lines().enumerate() {
                let code = code.split("//").next().unwrap();
                let named = code
                    .match_indices(&format!("crate::{room}"))
                    .any(|(at, found)| {
                        !code[at + found.len()..]
                            .starts_with(|it: char| it.is_alphanumeric() || it == '_')
                    });
                assert!(!named, "{name}:{} names {room}", line + 1);
            }
        }
    }
}

#[test]
fn the_reading_of_sources_sees_paths_and_uses() {
    let text =
        "use sled::Db;\nlet x = sled::open();\n// sled::\nunsled::x();\nuse sled as s;\nx::sled::y";
    let lines: Vec<usize> = naming(text, "sled").map(|(line, _)| line).collect();
    assert_eq!(lines, [0, 1, 4]);
}
