//! Prints what connections cost here: `cargo test -p capactif-node --release --lib -- --ignored
//! --nocapture network_figures`. Measures, asserts nothing about speed.

use std::time::Instant;

use super::*;
use crate::network::MAX_FRAME_BYTES;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "prints figures"]
async fn network_figures() {
    let (one, two) = (endpoint(1), endpoint(2));
    let addresses = [address(&two)];
    let mut times = Vec::new();
    for _ in 0..50 {
        let start = Instant::now();
        let (dialed, accepted) = tokio::join!(one.connect(&addresses, node(2)), two.accept());
        times.push(start.elapsed());
        drop((dialed.unwrap(), accepted.unwrap()));
    }
    println!("handshake p50 {:?}", median(&mut times));

    let (near, far, _endpoints) = parts().await;
    let (sender, mut receiver, handle) = near;
    let (echoer, mut heard, _far_handle) = far;
    let before = handle.stats();
    let echoing = tokio::spawn(async move {
        heard.set_limit(MAX_FRAME_BYTES);
        while let Ok(Some(frame)) = heard.recv().await {
            if echoer.send(frame).await.is_err() {
                return;
            }
        }
    });
    receiver.set_limit(MAX_FRAME_BYTES);
    sender.send(vec![1; 64]).await.unwrap();
    receiver.recv().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let after = handle.stats();
    println!(
        "handshake {} B sent, {} B received; one 64-byte echo after it {} B in {} datagrams sent, {} B in {} received",
        before.udp_bytes_sent,
        before.udp_bytes_received,
        after.udp_bytes_sent - before.udp_bytes_sent,
        after.datagrams_sent - before.datagrams_sent,
        after.udp_bytes_received - before.udp_bytes_received,
        after.datagrams_received - before.datagrams_received,
    );
    let mut times = Vec::new();
    for _ in 0..2000 {
        let start = Instant::now();
        sender.send(vec![1; 64]).await.unwrap();
        receiver.recv().await.unwrap();
        times.push(start.elapsed());
    }
    println!(
        "echo of 64 bytes p50 {:?}, p99 {:?}",
        median(&mut times),
        times[times.len() * 99 / 100]
    );
    drop((sender, receiver, handle));
    echoing.await.unwrap();

    for (count, length) in [(256, 1 << 20), (256 * 16, 64 * 1024), (10_000, 256)] {
        let (near, far, _endpoints) = parts().await;
        let ((sender, _receiver, _handle), (_echoer, mut heard, _far_handle)) = (near, far);
        heard.set_limit(MAX_FRAME_BYTES);
        let start = Instant::now();
        let sending = tokio::spawn(async move {
            for _ in 0..count {
                sender.send(vec![1; length]).await.unwrap();
            }
            sender.finish().await
        });
        while heard.recv().await.unwrap().is_some() {}
        let elapsed = start.elapsed();
        sending.await.unwrap().unwrap();
        let mebibytes = f64::from(count) * length as f64 / f64::from(1 << 20);
        println!(
            "{count} frames of {length} bytes: {elapsed:?}, {:.0} MiB/s",
            mebibytes / elapsed.as_secs_f64()
        );
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
