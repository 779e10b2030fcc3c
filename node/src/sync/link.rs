//! The tasks of one connection: frames in, frames out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sync_protocol::engine::SessionId;
use sync_protocol::frame::MAX_STRANGER_FRAME_BYTES;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use crate::network::{CloseCode, Connection, ConnectionHandle, FrameReceiver, FrameSender};

use super::driver::Signal;

/// After so many bytes the driver hears that the transport took them; small frames cost no signal.
const REPORT_BYTES: usize = 64 * 1024;
/// How long a goodbye may take to arrive.
const GOODBYE: Duration = Duration::from_secs(3);

/// What the driver holds of a connection.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) handle: ConnectionHandle,
    pub(super) initiated: bool,
    /// When the peer first said something that was taken up.
    pub(super) greeted: Option<Instant>,
    /// Frames of the peer that were taken up.
    handled: u64,
    outgoing: mpsc::UnboundedSender<Outgoing>,
    gate: watch::Sender<Leave>,
}

#[derive(Debug)]
enum Outgoing {
    Frame(Vec<u8>),
    Close(CloseCode, String),
}

/// Whether frames may be read, and how long they may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    pub(super) open: bool,
    pub(super) limit: usize,
}

/// A gate, and how many frames had been taken up when it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Leave {
    gate: Gate,
    handled: u64,
}

impl Leave {
    /// Whether the frame after the first `forwarded` may be read. Before a peer is trusted, each
    /// frame may raise the limit of the next, so the next waits until it was taken up: a peer that
    /// trusts us sooner than we trust it may send long frames right behind its greeting.
    const fn reaches(&self, forwarded: u64) -> bool {
        let settled = self.gate.limit > MAX_STRANGER_FRAME_BYTES || self.handled >= forwarded;
        self.gate.open && settled
    }
}

impl Link {
    /// Starts the tasks of a connection; frames and its end arrive as signals.
    pub(super) fn start(
        connection: Connection,
        session: SessionId,
        signals: mpsc::Sender<Signal>,
        gate: Gate,
    ) -> Self {
        let initiated = connection.initiated();
        let (sender, receiver, handle) = connection.into_parts();
        // The engine hears what the transport took, and bounds what waits here.
        let (outgoing, queue) = mpsc::unbounded_channel();
        let (gate, watched) = watch::channel(Leave { gate, handled: 0 });
        tokio::spawn(write(
            sender,
            queue,
            session,
            signals.clone(),
            handle.clone(),
        ));
        tokio::spawn(read(receiver, session, signals, watched, handle.clone()));
        Self {
            handle,
            initiated,
            greeted: None,
            handled: 0,
            outgoing,
            gate,
        }
    }

    pub(super) fn send(&self, frame: Vec<u8>) {
        let _ = self.outgoing.send(Outgoing::Frame(frame));
    }

    /// Whether the connection has not ended yet.
    pub(super) fn is_open(&self) -> bool {
        self.handle.close_reason().is_none()
    }

    /// Lets what is queued arrive, then closes.
    pub(super) fn close(&self, code: CloseCode, text: String) {
        let _ = self.outgoing.send(Outgoing::Close(code, text));
    }

    /// A frame of the peer is being taken up; what follows from it shows in the next gate.
    pub(super) fn note_handled(&mut self) {
        self.handled += 1;
        self.greeted.get_or_insert_with(Instant::now);
    }

    pub(super) fn set_gate(&self, gate: Gate) {
        let handled = self.handled;
        let leave = Leave { gate, handled };
        self.gate.send_if_modified(|held| {
            let changed = *held != leave;
            *held = leave;
            changed
        });
    }
}

async fn write(
    sender: FrameSender,
    mut queue: mpsc::UnboundedReceiver<Outgoing>,
    session: SessionId,
    signals: mpsc::Sender<Signal>,
    handle: ConnectionHandle,
) {
    let mut ending = (CloseCode::Done, String::new());
    let mut taken = 0;
    while let Some(outgoing) = queue.recv().await {
        match outgoing {
            Outgoing::Frame(frame) => {
                taken += frame.len();
                if sender.send(frame).await.is_err() {
                    return;
                }
                if taken >= REPORT_BYTES {
                    let bytes = std::mem::take(&mut taken);
                    if signals.send(Signal::Sent { session, bytes }).await.is_err() {
                        return;
                    }
                }
            }
            Outgoing::Close(code, text) => {
                ending = (code, text);
                break;
            }
        }
    }
    let _ = timeout(GOODBYE, sender.finish()).await;
    handle.close(ending.0, &ending.1);
}

async fn read(
    mut receiver: FrameReceiver,
    session: SessionId,
    signals: mpsc::Sender<Signal>,
    mut leave: watch::Receiver<Leave>,
    handle: ConnectionHandle,
) {
    let mut forwarded = 0;
    loop {
        let Ok(gate) = leave
            .wait_for(|leave| leave.reaches(forwarded))
            .await
            .map(|leave| leave.gate)
        else {
            break;
        };
        receiver.set_limit(gate.limit);
        match receiver.recv().await {
            Ok(Some(bytes)) => {
                forwarded += 1;
                if signals
                    .send(Signal::Frame { session, bytes })
                    .await
                    .is_err()
                {
                    return;
                }
            }
            Ok(None) => break,
            Err(error) => {
                handle.close(CloseCode::FrameTooLarge, &error.to_string());
                break;
            }
        }
    }
    let reason = Arc::new(handle.closed().await);
    let _ = signals.send(Signal::Gone { session, reason }).await;
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use sync_protocol::frame::MAX_FRAME_BYTES;
    use sync_protocol::id::NodeId;

    use crate::network::Endpoint;

    use super::*;

    const SESSION: SessionId = SessionId(1);
    const STRANGER: Gate = Gate {
        open: true,
        limit: MAX_STRANGER_FRAME_BYTES,
    };

    async fn next(signals: &mut mpsc::Receiver<Signal>) -> Signal {
        let signal = timeout(Duration::from_secs(30), signals.recv()).await;
        signal.unwrap().unwrap()
    }

    /// A greeting with a long frame right behind it, and the signals of who reads them.
    async fn greeted_at_length() -> (Endpoint, Endpoint, Link, mpsc::Receiver<Signal>) {
        let keys = [1, 2].map(|number| SigningKey::from_bytes(&[number; 32]));
        let address = ["127.0.0.1:0".parse().unwrap()];
        let [one, two] = keys.each_ref().map(|key| Endpoint::bind(&address, key));
        let (one, two) = (one.unwrap(), two.unwrap());
        let node = NodeId(keys[1].verifying_key().to_bytes());
        let addresses = two.local_addresses();
        let (dialed, accepted) = tokio::join!(one.connect(&addresses, node), two.accept());
        let (sender, receiver, handle) = dialed.unwrap().into_parts();
        sender.send(vec![1; 200]).await.unwrap();
        sender.send(vec![2; 100_000]).await.unwrap();
        tokio::spawn(async move {
            handle.closed().await;
            drop((sender, receiver));
        });
        let (signals, heard) = mpsc::channel(16);
        let link = Link::start(accepted.unwrap(), SESSION, signals, STRANGER);
        (one, two, link, heard)
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_long_frame_right_behind_a_greeting_waits_until_the_greeting_is_taken_up() {
        let (_one, _two, mut link, mut heard) = greeted_at_length().await;
        assert!(
            matches!(next(&mut heard).await, Signal::Frame { bytes, .. } if bytes.len() == 200)
        );
        // A busy driver: the long frame has arrived before the greeting is looked at.
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(heard.try_recv().is_err(), "the next frame waits");
        link.note_handled();
        link.set_gate(Gate {
            open: true,
            limit: MAX_FRAME_BYTES,
        });
        let Signal::Frame { bytes, .. } = next(&mut heard).await else {
            panic!("the connection ended");
        };
        assert_eq!(bytes.len(), 100_000);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stranger_stays_bound_to_short_frames() {
        let (_one, _two, mut link, mut heard) = greeted_at_length().await;
        assert!(matches!(next(&mut heard).await, Signal::Frame { .. }));
        link.note_handled();
        link.set_gate(STRANGER);
        assert!(matches!(next(&mut heard).await, Signal::Gone { .. }));
    }
}
