//! What one would pick instead: Automerge's own sync protocol, a document at a time, over one
//! connection.
//!
//! Same documents, same machine, same run, same transport. The documents of R(n) stand open at the
//! holder (this process); the newcomer is another process. Messages of many documents travel
//! together in frames of up to 64 KiB, each with its document's 16-byte name, and each side works
//! through them on one thread, as Automerge's own repositories do. What both ends learned of each
//! other is kept for the next connection ([`State::encode`]). The newcomer is *durable* when all
//! documents are saved to one file and synced; there is no read model.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Instant;

use automerge::sync::{Message, State, SyncDoc as _};
use automerge::transaction::Transactable as _;
use automerge::{Automerge, ROOT};
use capactif_node::network::{
    CloseCode, Connection, ConnectionStats, Endpoint, FrameSender, MAX_FRAME_BYTES,
};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sync_protocol::id::NodeId;
use tokio::sync::mpsc::UnboundedReceiver;

use super::child::Played;
use super::edits_apart::EDITS;
use super::report::{Row, Samples};
use super::{Bench, Outcome, floors, process};

/// A frame is sent at this size.
const FRAME_BYTES: usize = 64 * 1024;
/// Bytes of a document's name.
const NAME_BYTES: usize = 16;
/// What the newcomer does, one connection each.
const SCENARIOS: [(&str, &str); 3] = [
    ("cold_join", "automerge_cold_join"),
    ("nothing_new", "automerge_reconnection"),
    ("edits_apart", "automerge_edits_apart"),
];

type Name = [u8; NAME_BYTES];

/// The rows: cold join, nothing new, edits made apart.
///
/// # Errors
/// What the network says, documents that differ afterwards.
pub fn measure(bench: &Bench) -> Outcome<Vec<Row>> {
    let network = bench.network()?;
    let scratch = bench.scratch()?;
    let saved = floors::documents(&network.copy(0, scratch.path())?)?;
    let runtime = floors::runtime()?;
    let mut rows: Vec<Row> = SCENARIOS
        .iter()
        .map(|(_, name)| Row::new(name, bench.options.records))
        .collect();
    let mut taken = [(); 3].map(|()| BTreeMap::<String, Samples>::new());
    for turn in 0..bench.options.repeat {
        let mut holder = Side::default();
        for (number, document) in saved.iter().enumerate() {
            let mut name = [0; NAME_BYTES];
            name[..8].copy_from_slice(&(number as u64).to_be_bytes());
            holder
                .documents
                .insert(name, (Automerge::load(document)?, State::new()));
        }
        let key = SigningKey::from_bytes(&[1; 32]);
        let endpoint = runtime.block_on(async {
            Ok::<_, Box<dyn Error + Send + Sync>>(Endpoint::bind(&["127.0.0.1:0".parse()?], &key)?)
        })?;
        let address = endpoint
            .local_addresses()
            .first()
            .ok_or("listens nowhere")?
            .to_string();
        let folder = scratch.path().join(format!("automerge-{turn}"));
        fs::create_dir_all(&folder)?;
        let newcomer = Played::automerge(&address, &folder)?;
        let mut holder_cpu = Vec::new();
        for _ in SCENARIOS {
            let before = process::own().cpu_seconds;
            runtime.block_on(async {
                let connection = endpoint.accept().await.ok_or("nobody calls")?;
                holder.converse(connection, true).await
            })?;
            holder_cpu.push(process::own().cpu_seconds - before);
            holder.keep_states()?;
        }
        let answer = newcomer.answer()?;
        if answer["heads"] != json!(holder.heads()) {
            return Err("documents differ".into());
        }
        runtime.block_on(endpoint.close(CloseCode::Done, ""));
        for (place, (scenario, _)) in SCENARIOS.iter().enumerate() {
            let told = answer[*scenario].as_object().ok_or("no answer")?;
            for (name, value) in told {
                let value = value.as_f64().ok_or("not a number")?;
                taken[place].entry(name.clone()).or_default().add(value);
            }
            taken[place]
                .entry("holder_cpu_s".into())
                .or_default()
                .add(holder_cpu[place]);
        }
    }
    for (row, taken) in rows.iter_mut().zip(&taken) {
        row.fact("documents", saved.len());
        for (name, samples) in taken {
            row.figure(name, samples);
        }
    }
    Ok(rows)
}

/// One side's documents, and what it knows of the other's.
#[derive(Default)]
struct Side {
    documents: BTreeMap<Name, (Automerge, State)>,
}

/// What a conversation cost.
#[derive(Debug, Default)]
struct Spent {
    bytes_sent: usize,
    bytes_received: usize,
    messages_sent: usize,
    messages_received: usize,
    round_trips: usize,
}

/// Messages on their way out.
struct Outgoing<'a> {
    sender: &'a FrameSender,
    frame: Vec<u8>,
}

impl Outgoing<'_> {
    async fn push(&mut self, name: &Name, message: Message, spent: &mut Spent) -> Outcome<()> {
        let message = message.encode();
        self.frame.extend_from_slice(name);
        self.frame
            .extend_from_slice(&(message.len() as u32).to_be_bytes());
        self.frame.extend_from_slice(&message);
        spent.messages_sent += 1;
        if self.frame.len() >= FRAME_BYTES {
            self.flush(spent).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, spent: &mut Spent) -> Outcome<()> {
        if !self.frame.is_empty() {
            spent.bytes_sent += self.frame.len();
            self.sender.send(std::mem::take(&mut self.frame)).await?;
        }
        Ok(())
    }
}

impl Side {
    fn heads(&self) -> Vec<String> {
        let heads = |document: &Automerge| {
            let mut heads: Vec<String> = document
                .get_heads()
                .iter()
                .map(ToString::to_string)
                .collect();
            heads.sort();
            heads.concat()
        };
        self.documents
            .values()
            .map(|(document, _)| heads(document))
            .collect()
    }

    /// Keeps of what is known of the other side what Automerge keeps between connections.
    fn keep_states(&mut self) -> Outcome<()> {
        for (_, state) in self.documents.values_mut() {
            *state = State::decode(&state.encode())?;
        }
        Ok(())
    }

    /// Synchronises every document; the side that called ends it.
    async fn converse(
        &mut self,
        connection: Connection,
        answers: bool,
    ) -> Outcome<(Spent, ConnectionStats)> {
        let (sender, mut receiver, handle) = connection.into_parts();
        receiver.set_limit(MAX_FRAME_BYTES);
        let mut spent = Spent::default();
        // Both sides begin at once: whoever did not read meanwhile could block the other.
        let (arrived, mut frames) = tokio::sync::mpsc::unbounded_channel();
        let reading = tokio::spawn(async move {
            while let Ok(Some(frame)) = receiver.recv().await {
                if arrived.send(frame).is_err() {
                    return;
                }
            }
        });
        let talked = self.talk(&sender, &mut frames, answers, &mut spent).await;
        if !answers {
            talked?;
            sender.finish().await?;
        }
        // Whoever called knows when all is in step, and may be gone before the last answer to it.
        let stats = handle.stats();
        reading.abort();
        Ok((spent, stats))
    }

    async fn talk(
        &mut self,
        sender: &FrameSender,
        frames: &mut UnboundedReceiver<Vec<u8>>,
        answers: bool,
        spent: &mut Spent,
    ) -> Outcome<()> {
        let mut out = Outgoing {
            sender,
            frame: Vec::new(),
        };
        let mut wanted = usize::MAX;
        if answers {
            // How many documents there are, so that a newcomer knows when it has them all.
            let count = (self.documents.len() as u64).to_be_bytes().to_vec();
            out.sender.send(count).await?;
        } else {
            let count = frames.recv().await.ok_or("ended early")?;
            wanted = usize::try_from(u64::from_be_bytes(count.as_slice().try_into()?))?;
        }
        for (name, (document, state)) in &mut self.documents {
            if let Some(message) = document.generate_sync_message(state) {
                out.push(name, message, spent).await?;
            }
        }
        out.flush(spent).await?;
        let mut in_step = BTreeSet::new();
        let mut rounds: BTreeMap<Name, usize> = BTreeMap::new();
        while answers || in_step.len() < wanted {
            let Some(frame) = frames.recv().await else {
                break;
            };
            spent.bytes_received += frame.len();
            let mut rest = frame.as_slice();
            while let Some((name, message, after)) = next_message(rest) {
                rest = after;
                spent.messages_received += 1;
                let new = || (Automerge::new(), State::new());
                let (document, state) = self.documents.entry(name).or_insert_with(new);
                document.receive_sync_message(state, Message::decode(message)?)?;
                if let Some(reply) = document.generate_sync_message(state) {
                    out.push(&name, reply, spent).await?;
                }
                let rounds = rounds.entry(name).or_default();
                *rounds += 1;
                spent.round_trips = spent.round_trips.max(*rounds);
                let heads = document.get_heads();
                if !heads.is_empty() && state.their_heads.as_ref() == Some(&heads) {
                    in_step.insert(name);
                }
            }
            out.flush(spent).await?;
        }
        if !answers && in_step.len() < wanted {
            return Err(format!("{} of {wanted} documents", in_step.len()).into());
        }
        Ok(())
    }

    /// Saves all documents to one file, synced.
    fn save(&self, folder: &Path) -> Outcome<u64> {
        let mut bytes = Vec::new();
        for (document, _) in self.documents.values() {
            bytes.extend_from_slice(&document.save());
        }
        let mut file = File::create(folder.join("documents"))?;
        file.write_all(&bytes)?;
        file.sync_data()?;
        Ok(bytes.len() as u64)
    }
}

/// The first message of a frame, its document's name, and what follows.
fn next_message(frame: &[u8]) -> Option<(Name, &[u8], &[u8])> {
    let (name, rest) = frame.split_first_chunk::<NAME_BYTES>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (message, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    Some((*name, message, rest))
}

/// Plays the newcomer: joins the holder at `address`, comes again with nothing new, and once more
/// with edits.
///
/// # Errors
/// What network and file system say.
pub fn play(address: &str, folder: &Path) -> Outcome<Value> {
    let runtime = floors::runtime()?;
    let key = SigningKey::from_bytes(&[2; 32]);
    let address: SocketAddr = address.parse()?;
    let endpoint = runtime.block_on(async {
        Ok::<_, Box<dyn Error + Send + Sync>>(Endpoint::bind(&["127.0.0.1:0".parse()?], &key)?)
    })?;
    let mut side = Side::default();
    let mut answer = serde_json::Map::new();
    for (scenario, _) in SCENARIOS {
        if scenario == "edits_apart" {
            for (number, (document, _)) in side.documents.values_mut().take(EDITS).enumerate() {
                let mut edit = document.transaction();
                edit.put(ROOT, "price_max", 50_000_000 + number as i64)?;
                edit.commit();
            }
        }
        let before = process::own();
        let start = Instant::now();
        let (spent, stats) = runtime.block_on(async {
            let holder = NodeId(SigningKey::from_bytes(&[1; 32]).verifying_key().to_bytes());
            let connection = endpoint.connect(&[address], holder).await?;
            side.converse(connection, false).await
        })?;
        let merged = start.elapsed().as_secs_f64();
        let disk = if scenario == "nothing_new" {
            0
        } else {
            side.save(folder)?
        };
        let after = process::own();
        side.keep_states()?;
        answer.insert(
            scenario.to_owned(),
            json!({
                "merged_s": merged,
                "durable_s": start.elapsed().as_secs_f64(),
                "cpu_s": after.cpu_seconds - before.cpu_seconds,
                "peak_bytes": after.peak_bytes,
                "resident_bytes": after.resident_bytes,
                "disk_bytes": disk,
                "bytes_sent": spent.bytes_sent,
                "bytes_received": spent.bytes_received,
                "udp_bytes_sent": stats.udp_bytes_sent,
                "udp_bytes_received": stats.udp_bytes_received,
                "messages_sent": spent.messages_sent,
                "messages_received": spent.messages_received,
                "round_trips": spent.round_trips,
            }),
        );
    }
    runtime.block_on(endpoint.close(CloseCode::Done, ""));
    answer.insert("heads".to_owned(), json!(side.heads()));
    Ok(Value::Object(answer))
}
