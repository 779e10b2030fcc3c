//! A real node asked by its local API, in this process.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use capactif_node::api::{OPERATIONS, Service};
use capactif_node::home::Home;
use capactif_node::node::Node;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::workload;

/// Those that reach no further than the home: no paths, no other node, no SQL (which may run for
/// seconds before it is stopped).
const ASKED: [&str; 22] = [
    "charter.approve",
    "charter.log",
    "charter.propose",
    "charter.show",
    "charter.suspend",
    "import",
    "network.invite",
    "opportunity.verify",
    "peer.add",
    "peer.list",
    "record.add",
    "record.conflicts",
    "record.history",
    "record.list",
    "record.remove",
    "record.resolve",
    "record.restore",
    "record.set",
    "record.show",
    "referral.move",
    "search",
    "territory.find",
];

/// After so many edits the node begins anew, so that what is found can be found again.
const MOST_EDITS: u32 = 300;

/// Codes that only a flaw of ours, or a failing disk, brings about.
const FLAWS: [&str; 5] = [
    "internal",
    "view_database",
    "view_malformed",
    "store_damaged",
    "replica_document",
];

struct Asked {
    node: Node,
    edits: u32,
    // Dropped after the node, which holds it.
    _folder: TempDir,
}

static ASKED_NODE: Mutex<Option<Asked>> = Mutex::new(None);

impl Asked {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let home = Home::create(folder.path()).expect("the folder is ours");
        let locked = home.lock(Duration::ZERO).expect("nobody else knows it");
        let asked = Self {
            node: Node::open(locked).expect("an empty home opens"),
            edits: 0,
            _folder: folder,
        };
        let founding = json!({ "name": "Essai", "structure": "Parc", "kind": "park" });
        asked
            .call("network.found", founding)
            .expect("it can be founded");
        let csv = data_encoding::BASE64.encode(workload::csv(1, 20).as_bytes());
        let rows = json!({ "collection": "opportunity", "name": "a.csv", "content_base64": csv });
        let answer = asked
            .call("import", rows)
            .expect("the workload can be imported");
        assert_eq!(answer["created"], 20);
        asked
    }

    fn call(&self, operation: &str, input: Value) -> Result<Value, String> {
        self.node
            .call(operation, input, &mut |_| {})
            .map_err(|error| {
                let code = error.code.clone();
                assert!(!FLAWS.contains(&&*code), "{error:?}");
                assert!(!error.message.is_empty());
                code.to_string()
            })
    }
}

fn ask(operation: &str, input: Value) -> bool {
    let mut held = ASKED_NODE.lock().unwrap_or_else(PoisonError::into_inner);
    if held.as_ref().is_some_and(|it| it.edits >= MOST_EDITS) {
        *held = None;
    }
    let asked = held.get_or_insert_with(Asked::new);
    let answered = asked.call(operation, input).is_ok();
    let reads = ["record.list", "search", "record.show", "territory.find"];
    asked.edits += u32::from(answered && !reads.contains(&operation));
    answered
}

/// Lets go of the node that was asked, and of its folder.
pub fn close() {
    *ASKED_NODE.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

/// Lines: `@` a place, `<` a distance, `^` an order, `?` a search, others conditions.
pub(super) fn condition(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let mut input = json!({ "collection": "opportunity", "limit": 3 });
    let mut conditions = Vec::new();
    for line in text.lines().take(8) {
        match line.split_at_checked(1) {
            Some(("@", place)) => input["near"] = json!(place),
            Some(("<", distance)) => input["within"] = json!(distance),
            Some(("^", order)) => input["sort"] = json!(order),
            Some(("?", text)) => return ask("search", json!({ "text": text, "limit": 3 })),
            _ => conditions.push(line),
        }
    }
    input["where"] = json!(conditions);
    ask("record.list", input)
}

pub(super) fn conditions() -> Vec<Vec<u8>> {
    [
        "price_max<=90000\nkind=premises|land",
        "title~boulanger\n^-price",
        "@Ambert\n<20 km\n^distance\nstatus!=expired",
        "available_from>=2026-01-01\ncreated_on>1/1/2020",
        "changed_on<=2027-01-01\nowner!=ab",
        "with_housing=oui\nsurface_m2>12,5\nprice_max_cents=100",
        "price_max=\nrent_monthly!=",
        "insee_code=Ambert\nnaf_code=10.71C",
        "?boulangerie local \"à louer\"*",
        "^title desc",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// An operation's name, a line end, JSON.
pub(super) fn operation(bytes: &[u8]) -> bool {
    let Some(at) = bytes.iter().position(|byte| *byte == b'\n') else {
        return false;
    };
    let (name, input) = (&bytes[..at], &bytes[at + 1..]);
    let Some(name) = ASKED.iter().find(|it| it.as_bytes() == name) else {
        return false;
    };
    debug_assert!(OPERATIONS.contains(name));
    let Ok(mut input) = serde_json::from_slice::<Value>(input) else {
        return false;
    };
    if let Some(fields) = input.as_object_mut() {
        // What a fuzzer names as a path is nothing it may read.
        fields.remove("path");
    }
    ask(name, input)
}

pub(super) fn operations() -> Vec<Vec<u8>> {
    let record = r#"{"collection":"opportunity","id":"0"}"#;
    [
        ("record.add", r#"{"collection":"opportunity","fields":{"title":"Atelier","kind":"premises","insee_code":"63003","price_max":90000,"with_housing":true,"available_from":"2026-12-01"}}"#),
        ("record.add", r#"{"collection":"agent","fields":{"name":"Anne","phone":"04 73 82 00 00","email":"a@example.org"}}"#),
        ("record.add", r#"{"collection":"structure","fields":{"name":"CCI","kind":"cci","hours":"lu-ve 9h-12h"}}"#),
        ("record.set", r#"{"collection":"opportunity","id":"1","fields":{"title":null},"add":{"productions":["miel"]},"remove":{}}"#),
        ("record.list", r#"{"collection":"opportunity","where":["kind=premises"],"near":"Ambert","within":"20 km","sort":"-price","limit":2,"offset":1,"all":true}"#),
        ("record.show", record),
        ("record.history", record),
        ("record.remove", record),
        ("record.restore", record),
        ("record.conflicts", r#"{"collection":"opportunity"}"#),
        ("record.resolve", r#"{"collection":"opportunity","id":"0","field":"title","value":"a"}"#),
        ("import", r#"{"collection":"opportunity","name":"a.csv","content_base64":"dGl0bGU7a2luZAphO2xhbmQK","dry_run":true,"mapping":{"columns":{"a":"title"}},"source":"agency"}"#),
        ("network.invite", r#"{"structure":"CCI","kind":"cci","expires_in":"7 days"}"#),
        ("charter.show", "{}"),
        ("charter.approve", r#"{"version":"00"}"#),
        ("charter.log", "{}"),
        ("charter.propose", r#"{"mandates":[{"collection":"opportunity","right":"create","holder":"kind=cci","themes":["premises"],"territory":["Ambert"]}],"no_mandates":[{"collection":"local_service","right":"create"}],"no_coordinator":true}"#),
        ("charter.propose", r#"{"committee":[{"name":"Anne","key":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"}],"ratify":1,"admissions":0,"dry_run":true}"#),
        ("charter.propose", r#"{"remove":[{"structure":"a","successor":"b"}],"dormant":["a"],"close":["00"],"voters":[{"structure":"a","node":"00"}],"lift":["a"],"heads":[{"node":"00","seq":1,"version":0}],"minimum_protocol":2,"again":null,"above":"00"}"#),
        ("charter.suspend", r#"{"subject":"CCI"}"#),
        ("opportunity.verify", record),
        ("peer.add", r#"{"address":"hub.example:1"}"#),
        ("peer.list", "{}"),
        ("referral.move", r#"{"id":"0","to":"received","note":"a"}"#),
        ("search", r#"{"text":"boulangerie","limit":2}"#),
        ("territory.find", r#"{"text":"ambert"}"#),
    ]
    .map(|(name, input)| format!("{name}\n{input}").into_bytes())
    .to_vec()
}
