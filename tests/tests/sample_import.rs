//! Every row of the sample registry passes the rules of the registry, by way of a real node.

use std::path::{Path, PathBuf};
use std::time::Duration;

use capactif_node::api::Service;
use capactif_node::home::Home;
use capactif_node::node::Node;
use serde_json::{Value, json};

/// Each file with the collection it holds.
const FILES: [(&str, &str); 9] = [
    ("structures.csv", "structure"),
    ("agents-agriculture.csv", "agent"),
    ("agents-cci.csv", "agent"),
    ("agents-epci.csv", "agent"),
    ("local-services-epci.csv", "local_service"),
    ("opportunities-agriculture.csv", "opportunity"),
    ("opportunities-cci.csv", "opportunity"),
    ("opportunities-epci.csv", "opportunity"),
    ("projects.csv", "project"),
];

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/sample")
}

#[test]
fn every_row_of_every_sample_file_is_taken_and_taken_once() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let home = Home::create(folder.path()).expect("the folder is ours");
    let node = Node::open(home.lock(Duration::ZERO).expect("nobody else knows it"))
        .expect("an empty home opens");
    let call = |operation: &str, input: Value| {
        let answer = node.call(operation, input, &mut |_| {});
        answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    };
    call(
        "network.found",
        json!({ "name": "Essai", "structure": "Parc", "kind": "park" }),
    );
    let on_disk = std::fs::read_dir(samples()).expect("the sample is in the repository");
    let mut names: Vec<String> = on_disk
        .map(|entry| entry.expect("it can be listed").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".csv"))
        .collect();
    names.sort_unstable();
    let mut expected = FILES.map(|(name, _)| name.to_owned());
    expected.sort_unstable();
    assert_eq!(names, expected, "a file of the sample is not tried here");

    for (name, collection) in FILES {
        let import = || {
            let path = samples().join(name);
            let input = json!({ "collection": collection, "name": name, "path": path });
            call("import", input)
        };
        let first = import();
        assert_eq!(first["errors"], json!([]), "{name}");
        assert_eq!(first["stopped"], Value::Null, "{name}");
        assert!(first["created"].as_u64() > Some(0), "{name}");
        let again = import();
        assert_eq!(again["unchanged"], first["created"], "{name}: {again}");
    }
}
