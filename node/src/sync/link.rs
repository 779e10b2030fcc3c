//! The tasks of one connection: frames in, frames out.

use std::sync::Arc;
use std::time::Duration;

use sync_protocol::engine::SessionId;
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
    outgoing: mpsc::UnboundedSender<Outgoing>,
    gate: watch::Sender<Gate>,
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
        let (gate, watched) = watch::channel(gate);
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
            outgoing,
            gate,
        }
    }

    pub(super) fn send(&self, frame: Vec<u8>) {
        let _ = self.outgoing.send(Outgoing::Frame(frame));
    }

    /// Lets what is queued arrive, then closes.
    pub(super) fn close(&self, code: CloseCode, text: String) {
        let _ = self.outgoing.send(Outgoing::Close(code, text));
    }

    pub(super) fn set_gate(&self, gate: Gate) {
        self.gate.send_if_modified(|held| {
            let changed = *held != gate;
            *held = gate;
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
    mut gate: watch::Receiver<Gate>,
    handle: ConnectionHandle,
) {
    loop {
        let Ok(current) = gate.wait_for(|gate| gate.open).await.map(|gate| *gate) else {
            break;
        };
        receiver.set_limit(current.limit);
        match receiver.recv().await {
            Ok(Some(bytes)) => {
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
