//! The network of the benchmarks: five nodes of two structures that wrote R(n) together.
//!
//! Record k is created by node k mod 5, and its edit e is made by node (k + e + 1) mod 5 after
//! everyone holds the edit before: each record's history goes through all five journals. It is all
//! written through the node's own operations. Homes are never worked in, only copied.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use capactif_node::node::Node;
use capactif_node::registry::Value as FieldValue;
use serde_json::{Value, json};

use super::Outcome;
use super::calls::{call, device_ticket, number, open, start, text};
use crate::workload::{self, EDITS, SEED};

/// How many nodes write.
pub const WRITERS: usize = 5;

/// How long nodes may take to hold the same.
const PATIENCE: Duration = Duration::from_secs(900);

/// Records asked for at a time.
const PAGE: usize = 1_000;

/// Homes of nodes that hold the same.
#[derive(Debug)]
pub struct Network {
    folder: PathBuf,
    /// The `status` of one of them.
    pub status: Value,
}

impl Network {
    /// The network of R(n) in `folder`, made where it is not there yet.
    ///
    /// # Errors
    /// What the nodes say.
    pub fn of(folder: &Path, records: usize) -> Outcome<Self> {
        let folder = folder.join(format!("r-{records}"));
        let done = folder.join("status.json");
        if !done.exists() {
            if folder.exists() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir_all(&folder)?;
            let began = Instant::now();
            let status = write(&folder, records)?;
            eprintln!(
                "R({records}) written by five nodes in {:.1?}",
                began.elapsed()
            );
            fs::write(&done, status.to_string())?;
        }
        let status = serde_json::from_slice(&fs::read(&done)?)?;
        Ok(Self { folder, status })
    }

    /// A copy of the home of writer `index` in `into`. The founder, and inviter of the others, is 0.
    ///
    /// # Errors
    /// What the file system says.
    pub fn copy(&self, index: usize, into: &Path) -> Outcome<PathBuf> {
        let copy = into.join(format!("home-{index}"));
        copy_folder(&home(&self.folder, index), &copy)?;
        Ok(copy)
    }

    /// How many entries all journals have together.
    ///
    /// # Errors
    /// A status without it.
    pub fn entries(&self) -> Outcome<f64> {
        number(&self.status, "entries")
    }
}

fn home(folder: &Path, index: usize) -> PathBuf {
    folder.join(format!("node-{index}"))
}

fn copy_folder(from: &Path, to: &Path) -> Outcome<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Founds the network, has R(n) written in it, and returns a node's status.
fn write(folder: &Path, records: usize) -> Outcome<Value> {
    let nodes = found(folder)?;
    for (index, node) in nodes.iter().enumerate() {
        let rows = share_of_rows(&workload::csv(SEED, records), index);
        import(node, folder, &rows)?;
    }
    settle(&nodes)?;
    let ids = identities(&nodes[0], records)?;
    for edit in 0..EDITS {
        for (index, node) in nodes.iter().enumerate() {
            import(node, folder, &edits(&ids, edit, index))?;
        }
        settle(&nodes)?;
    }
    // What was pushed may have been announced in the meantime: all is quiet once statuses agree.
    let status = settle(&nodes)?;
    for node in &nodes {
        node.stop();
    }
    let written = number(&status, "entries")?;
    let wanted = (records * (1 + EDITS)) as f64;
    if written < wanted || written > wanted + 100.0 {
        return Err(format!("{written} entries for {records} records").into());
    }
    Ok(status)
}

fn found(folder: &Path) -> Outcome<Vec<Node>> {
    let mut nodes: Vec<Node> = Vec::with_capacity(WRITERS);
    for index in 0..WRITERS {
        let node = open(&home(folder, index))?;
        match (index, nodes.first()) {
            (0, _) => {
                let network = json!({ "name": "Banc", "structure": "Parc", "kind": "park" });
                call(&node, "network.found", network)?;
                // What is measured does not depend on who may what.
                let open = |right| json!({ "collection": "opportunity", "right": right, "holder": "everyone" });
                let mandates = json!({ "mandates": [open("create"), open("edit_any")] });
                call(&node, "charter.propose", mandates)?;
            }
            (1, Some(founder)) => {
                let invitation = json!({ "structure": "Chambre", "kind": "cci" });
                let made = call(founder, "network.invite", invitation)?;
                call(
                    &node,
                    "network.join",
                    json!({ "ticket": text(&made, "ticket")? }),
                )?;
            }
            (_, Some(founder)) => {
                let ticket = device_ticket(founder)?;
                call(&node, "network.join", json!({ "ticket": ticket }))?;
            }
            (_, None) => return Err("no founder".into()),
        }
        start(&node)?;
        nodes.push(node);
        settle(&nodes)?;
    }
    Ok(nodes)
}

/// The header and every fifth row of a CSV.
fn share_of_rows(csv: &str, index: usize) -> String {
    let mut lines = csv.lines();
    let mut share = lines.next().unwrap_or_default().to_owned();
    for line in lines.skip(index).step_by(WRITERS) {
        share.push('\n');
        share.push_str(line);
    }
    share.push('\n');
    share
}

/// The identity of every record of the workload, by its number.
fn identities(node: &Node, records: usize) -> Outcome<Vec<String>> {
    let mut ids = vec![String::new(); records];
    for page in 0..records.div_ceil(PAGE) {
        let input = json!({
            "collection": "opportunity",
            "sort": "source_id",
            "limit": PAGE,
            "offset": page * PAGE,
        });
        let answer = call(node, "record.list", input)?;
        for row in answer["rows"].as_array().into_iter().flatten() {
            let source_id = text(row, "source_id")?;
            let number = source_id.rsplit('-').next().unwrap_or_default();
            let place = ids.get_mut(number.parse::<usize>()?);
            *place.ok_or("more records than were written")? = text(row, "id")?;
        }
    }
    if ids.iter().any(String::is_empty) {
        return Err("records are missing".into());
    }
    Ok(ids)
}

/// The edits of one round that a node makes, as an import file; the columns that an import asks
/// for are there as they were.
fn edits(ids: &[String], edit: usize, index: usize) -> String {
    let mut csv = String::new();
    for (number, id) in ids.iter().enumerate() {
        if (number + edit + 1) % WRITERS != index {
            continue;
        }
        let record = workload::record(SEED, number);
        let (field, value) = &record.edits[edit];
        let asked = ["kind", "title", "insee_code"];
        let kept = asked.iter().filter(|name| *name != field);
        let kept = kept.filter_map(|name| Some((*name, record.fields.get(*name)?)));
        let cells: Vec<(&str, &FieldValue)> = kept.chain([(*field, value)]).collect();
        if csv.is_empty() {
            let names: Vec<&str> = cells.iter().map(|(name, _)| *name).collect();
            let _ = writeln!(csv, "id;{}", names.join(";"));
        }
        let values: Vec<String> = cells.iter().map(|(name, it)| cell(name, it)).collect();
        let _ = writeln!(csv, "{id};{}", values.join(";"));
    }
    csv
}

fn cell(field: &str, value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Integer(cents) if field.starts_with("price_") => {
            format!("{}.{:02}", cents / 100, cents % 100)
        }
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Decimal(number) => number.to_string(),
        FieldValue::Flag(flag) => flag.to_string(),
        FieldValue::Set(members) => members.iter().cloned().collect::<Vec<_>>().join("|"),
    }
}

fn import(node: &Node, folder: &Path, csv: &str) -> Outcome<()> {
    let path = folder.join("rows.csv");
    fs::write(&path, csv)?;
    let input = json!({ "collection": "opportunity", "name": "rows.csv", "path": path });
    let answer = call(node, "import", input)?;
    fs::remove_file(&path)?;
    let taken = number(&answer, "created")? + number(&answer, "updated")?;
    if taken == csv.lines().count().saturating_sub(1) as f64 {
        return Ok(());
    }
    let errors = answer["errors"]
        .as_array()
        .and_then(|errors| errors.first());
    Err(format!("only {taken} rows taken in: {errors:?}").into())
}

/// Waits until all nodes hold and show the same; returns the status of one.
fn settle(nodes: &[Node]) -> Outcome<Value> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let mut states = Vec::with_capacity(nodes.len());
        for node in nodes {
            states.push(call(node, "status", json!({}))?);
        }
        let facts = |status: &Value| {
            ["entries", "frontier_digest", "view_digest", "pending"]
                .map(|name| status[name].clone())
        };
        let first = states.swap_remove(0);
        let quiet = first["pending"] == json!(0);
        if quiet && states.iter().all(|other| facts(other) == facts(&first)) {
            return Ok(first);
        }
        if Instant::now() > deadline {
            return Err(format!("nodes do not come to hold the same: {first} {states:?}").into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
