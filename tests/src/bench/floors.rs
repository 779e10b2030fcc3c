//! What the figures are held against, taken in the same run on the same disk.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use capactif_node::home::Home;
use capactif_node::network::{CloseCode, Connection, Endpoint, MAX_FRAME_BYTES};
use capactif_node::replica::{Replica, Setup, load_documents, saved_document};
use capactif_node::territory::Territory;
use capactif_node::view::List;
use ed25519_dalek::SigningKey;
use sync_protocol::id::NodeId;
use tokio::runtime::{Builder, Runtime};

use super::calls::open;
use super::report::Samples;
use super::{Outcome, process};

/// Bytes of a frame in the floor of a cold join: about those of a run.
const FRAME_BYTES: usize = 64 * 1024;
/// Frames written to the disk between two syncs.
const FRAMES_A_SYNC: usize = 32;
/// The level of the one stream that all documents are saved in: zstd's own default.
const LEVEL: i32 = 3;
/// Records asked for at a time.
const PAGE: usize = 1_000;

/// Every saved document of a home that no process has open.
///
/// # Errors
/// The read model cannot be opened.
pub fn documents(home: &Path) -> Outcome<Vec<Vec<u8>>> {
    // Opening the node brings a read model of an earlier shape up to date.
    drop(open(home)?);
    let home = Home::open(home)?;
    let membership = home.membership()?.ok_or("no network")?;
    let node = home
        .key(capactif_node::home::keys::KeyName::Node)?
        .ok_or("no key")?;
    let view = home.view();
    let territory = Territory::embedded();
    let replica = Replica::open(Setup::registry(
        &view,
        membership.network,
        node.node_id(),
        territory,
        Arc::new(capactif_node::replica::Nobody),
    ))?;
    let reader = replica.reader();
    let mut documents = Vec::new();
    for (collection, count) in reader.counts()?.collections {
        for page in 0..(count as usize).div_ceil(PAGE) {
            let list = List {
                limit: Some(PAGE),
                offset: page * PAGE,
                sort: Some(capactif_node::view::Sort::parse("changed_on")),
                ..List::default()
            };
            for record in reader.list(&collection, &list)?.records {
                documents.extend(saved_document(&reader, &record.id)?);
            }
        }
    }
    Ok(documents)
}

/// Seconds that Automerge takes to load all documents on all cores, and its seconds of processor.
///
/// # Errors
/// A document that cannot be loaded.
pub fn load(documents: &[Vec<u8>]) -> Outcome<(f64, f64)> {
    let before = process::own().cpu_seconds;
    let start = Instant::now();
    load_documents(documents)?;
    let elapsed = start.elapsed().as_secs_f64();
    Ok((elapsed, process::own().cpu_seconds - before))
}

/// Bytes of all documents in one zstd stream.
///
/// # Errors
/// None that are known.
pub fn one_zstd_stream(documents: &[Vec<u8>]) -> Outcome<usize> {
    let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL)?;
    for document in documents {
        encoder.write_all(document)?;
    }
    Ok(encoder.finish()?.len())
}

/// Seconds that so many bytes take over one QUIC stream of the node's own endpoint, written to a
/// file and synced as they come.
///
/// # Errors
/// What network and file system say.
pub fn one_stream(bytes: usize, folder: &Path) -> Outcome<f64> {
    let path = folder.join("stream");
    let elapsed = runtime()?.block_on(async {
        let Pair { near, far, ends } = pair().await?;
        let (sender, _receiver, _handle) = near.into_parts();
        let (_sender, mut receiver, _far_handle) = far.into_parts();
        receiver.set_limit(MAX_FRAME_BYTES);
        let mut file = File::create(&path)?;
        let start = Instant::now();
        let sending = tokio::spawn(async move {
            let mut random = fastrand::Rng::with_seed(1);
            let mut left = bytes;
            while left > 0 {
                let mut frame = vec![0; left.min(FRAME_BYTES)];
                random.fill(&mut frame);
                left -= frame.len();
                sender.send(frame).await?;
            }
            sender.finish().await
        });
        let mut frames = 0;
        while let Some(frame) = receiver.recv().await? {
            file.write_all(&frame)?;
            frames += 1;
            if frames % FRAMES_A_SYNC == 0 {
                file.sync_data()?;
            }
        }
        file.sync_data()?;
        let elapsed = start.elapsed().as_secs_f64();
        sending.await??;
        ends.close().await;
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(elapsed)
    })?;
    std::fs::remove_file(&path)?;
    Ok(elapsed)
}

/// Seconds of each of `count` echoes of 64 bytes on a standing connection.
///
/// # Errors
/// What the network says.
pub fn echoes(count: usize) -> Outcome<Samples> {
    runtime()?.block_on(async {
        let Pair { near, far, ends } = pair().await?;
        let (sender, mut receiver, _handle) = near.into_parts();
        let (echoer, mut heard, _far_handle) = far.into_parts();
        let echoing = tokio::spawn(async move {
            while let Ok(Some(frame)) = heard.recv().await {
                if echoer.send(frame).await.is_err() {
                    return;
                }
            }
        });
        let mut times = Samples::default();
        for _ in 0..count {
            let start = Instant::now();
            sender.send(vec![1; 64]).await?;
            receiver.recv().await?;
            times.add(start.elapsed().as_secs_f64());
        }
        drop((sender, receiver));
        ends.close().await;
        echoing.await?;
        Ok(times)
    })
}

/// A file that is written to and synced, 4 KiB at a time.
#[derive(Debug)]
pub struct SyncedFile(File);

impl SyncedFile {
    /// A new file in `folder`.
    ///
    /// # Errors
    /// What the file system says.
    pub fn new(folder: &Path) -> Outcome<Self> {
        Ok(Self(File::create(folder.join("synced"))?))
    }

    /// Seconds of one write with its sync.
    ///
    /// # Errors
    /// What the file system says.
    pub fn write(&mut self) -> Outcome<f64> {
        let start = Instant::now();
        self.0.write_all(&[7; 4096])?;
        self.0.sync_data()?;
        Ok(start.elapsed().as_secs_f64())
    }
}

/// What carries network tasks.
///
/// # Errors
/// What the system says.
pub fn runtime() -> Outcome<Runtime> {
    Ok(Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?)
}

struct Pair {
    near: Connection,
    far: Connection,
    ends: Ends,
}

struct Ends(Arc<Endpoint>, Arc<Endpoint>);

impl Ends {
    async fn close(self) {
        for end in [self.0, self.1] {
            if let Ok(end) = Arc::try_unwrap(end) {
                end.close(CloseCode::Done, "").await;
            }
        }
    }
}

async fn pair() -> Outcome<Pair> {
    let keys = [1u8, 2].map(|seed| SigningKey::from_bytes(&[seed; 32]));
    let expected = NodeId(keys[1].verifying_key().to_bytes());
    let listen = ["127.0.0.1:0".parse()?];
    let one = Arc::new(Endpoint::bind(&listen, &keys[0])?);
    let two = Arc::new(Endpoint::bind(&listen, &keys[1])?);
    let addresses = two.local_addresses();
    let (near, far) = tokio::join!(one.connect(&addresses, expected), two.accept());
    Ok(Pair {
        near: near?,
        far: far.ok_or("nobody called")?,
        ends: Ends(one, two),
    })
}
