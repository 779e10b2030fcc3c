//! Frames on one stream a direction: a length of four bytes, big-endian, then the frame.
//!
//! Spec: docs/protocol.md, "Transport". Sending goes through a queue bounded in bytes, so that it
//! can be cancelled between frames and never within one, and so that a slow peer holds up its
//! sender and not memory.

use std::sync::{Arc, PoisonError, RwLock};

use quinn::{ReadError, RecvStream, SendStream, WriteError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use super::connection::Link;
use super::settings::{DELIVERY_TIMEOUT, MAX_FRAME_BYTES, UNTRUSTED_FRAME_BYTES, receive_window};
use super::{CloseCode, CloseReason, ReceiveError, SendError};

const LENGTH_BYTES: usize = 4;

/// What may wait for one peer before its sender has to, in bytes: almost two of the longest frames.
const QUEUE_BYTES: u32 = 2 << 20;

/// What a queued frame counts for besides its own bytes.
const FRAME_OVERHEAD_BYTES: u32 = 64;

/// Frames up to this length are copied together into one write.
const COPIED_FRAME_BYTES: usize = 16 * 1024;

/// How many frames go into one write at most.
const BATCH_FRAMES: usize = 64;

/// How much room is made for a frame before its bytes have come.
const FIRST_RESERVE_BYTES: usize = 64 * 1024;

struct Queued {
    frame: Vec<u8>,
    permit: OwnedSemaphorePermit,
}

enum Order {
    Frame(Queued),
    Finish(oneshot::Sender<Result<(), SendError>>),
}

/// Starts both directions of a connection.
pub(crate) fn start(link: &Arc<Link>) -> (FrameSender, FrameReceiver) {
    let (orders, queue) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(QUEUE_BYTES as usize));
    let failure = Arc::new(RwLock::new(None));
    tokio::spawn(write(
        link.quinn.clone(),
        queue,
        room.clone(),
        failure.clone(),
    ));
    let sender = FrameSender {
        orders,
        room,
        failure,
        link: link.clone(),
    };
    let receiver = FrameReceiver {
        stream: None,
        limit: UNTRUSTED_FRAME_BYTES,
        partial: Partial::default(),
        link: link.clone(),
    };
    (sender, receiver)
}

/// Sends frames to the peer, in order.
#[derive(Debug)]
pub struct FrameSender {
    // Not bounded by itself: the permits in `room` are what bounds it.
    orders: mpsc::UnboundedSender<Order>,
    room: Arc<Semaphore>,
    failure: Arc<RwLock<Option<SendError>>>,
    link: Arc<Link>,
}

impl FrameSender {
    /// Queues a frame, waiting for room while the peer is slower than we are.
    ///
    /// Cancel safe: a cancelled frame is not sent at all. Frames of concurrent callers keep the
    /// order in which their waits began.
    ///
    /// # Errors
    /// [`SendError::FrameTooLarge`] and [`SendError::Closed`].
    pub async fn send(&self, frame: Vec<u8>) -> Result<(), SendError> {
        let cost = cost(&frame)?;
        let permit = self.room.clone().acquire_many_owned(cost).await;
        let permit = permit.map_err(|_| self.failure())?;
        self.queue(Queued { frame, permit })
    }

    /// Queues a frame if there is room for it now.
    ///
    /// # Errors
    /// [`SendError::Full`] where there is none; else as [`FrameSender::send`].
    pub fn try_send(&self, frame: Vec<u8>) -> Result<(), SendError> {
        let cost = cost(&frame)?;
        let permit =
            self.room
                .clone()
                .try_acquire_many_owned(cost)
                .map_err(|error| match error {
                    tokio::sync::TryAcquireError::NoPermits => SendError::Full,
                    tokio::sync::TryAcquireError::Closed => self.failure(),
                })?;
        self.queue(Queued { frame, permit })
    }

    /// Bytes queued here that QUIC has not taken yet.
    #[must_use]
    pub fn queued_bytes(&self) -> usize {
        (QUEUE_BYTES as usize).saturating_sub(self.room.available_permits())
    }

    /// Sends what is queued, ends the stream, and waits until the peer has received all of it.
    ///
    /// # Errors
    /// [`SendError::Closed`] if the connection ended before, [`SendError::Undelivered`] if the peer
    /// did not confirm within 10 s.
    pub async fn finish(self) -> Result<(), SendError> {
        let (done, delivered) = oneshot::channel();
        self.orders
            .send(Order::Finish(done))
            .map_err(|_| self.failure())?;
        match timeout(DELIVERY_TIMEOUT, delivered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(self.failure()),
            Err(_) => Err(SendError::Undelivered),
        }
    }

    fn queue(&self, queued: Queued) -> Result<(), SendError> {
        self.orders
            .send(Order::Frame(queued))
            .map_err(|_| self.failure())
    }

    fn failure(&self) -> SendError {
        let known = self
            .failure
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        known.unwrap_or_else(|| {
            let reason = self.link.quinn.close_reason();
            let reason = reason.map(|error| CloseReason::from_quinn(&error));
            SendError::Closed(reason.unwrap_or(CloseReason::Local))
        })
    }
}

fn cost(frame: &[u8]) -> Result<u32, SendError> {
    let too_large = SendError::FrameTooLarge {
        actual: frame.len(),
        limit: MAX_FRAME_BYTES,
    };
    if frame.len() > MAX_FRAME_BYTES {
        return Err(too_large);
    }
    u32::try_from(frame.len())
        .map(|bytes| bytes + FRAME_OVERHEAD_BYTES)
        .map_err(|_| too_large)
}

/// Writes queued frames until the sender is dropped or finished, or the connection ends.
async fn write(
    connection: quinn::Connection,
    mut queue: mpsc::UnboundedReceiver<Order>,
    room: Arc<Semaphore>,
    failure: Arc<RwLock<Option<SendError>>>,
) {
    let outcome = write_until_finished(&connection, &mut queue).await;
    let (error, done) = match outcome {
        Ok(done) => (
            SendError::Closed(CloseReason::Local),
            done.map(|done| (done, Ok(()))),
        ),
        Err((error, done)) => (error.clone(), done.map(|done| (done, Err(error)))),
    };
    *failure.write().unwrap_or_else(PoisonError::into_inner) = Some(error);
    // Wakes whoever waits for room.
    room.close();
    if let Some((done, result)) = done {
        let _ = done.send(result);
    }
}

type Done = oneshot::Sender<Result<(), SendError>>;

async fn write_until_finished(
    connection: &quinn::Connection,
    queue: &mut mpsc::UnboundedReceiver<Order>,
) -> Result<Option<Done>, (SendError, Option<Done>)> {
    let lost = |error: &quinn::ConnectionError| SendError::Closed(CloseReason::from_quinn(error));
    // The stream is opened with the first frame: unless something is said, it does not exist.
    let mut orders = Vec::with_capacity(BATCH_FRAMES);
    let mut stream: Option<SendStream> = None;
    loop {
        tokio::select! {
            count = queue.recv_many(&mut orders, BATCH_FRAMES) => if count == 0 {
                return Ok(None);
            },
            error = connection.closed() => return Err((lost(&error), None)),
        }
        let mut batch = Batch::default();
        let mut finish = None;
        for order in orders.drain(..) {
            match order {
                Order::Frame(queued) => batch.push(queued),
                Order::Finish(done) => finish = Some(done),
            }
        }
        let open = match &mut stream {
            Some(open) => open,
            None => match connection.open_uni().await {
                Ok(opened) => stream.insert(opened),
                Err(error) => return Err((lost(&error), finish)),
            },
        };
        if let Err(error) = batch.write(open).await {
            return Err((error, finish));
        }
        if let Some(done) = finish {
            // Fails only for a stream that is finished already.
            let _ = open.finish();
            return match open.stopped().await {
                Ok(None) => Ok(Some(done)),
                Ok(Some(_)) => Err((SendError::Undelivered, Some(done))),
                Err(quinn::StoppedError::ConnectionLost(error)) => Err((lost(&error), Some(done))),
                Err(quinn::StoppedError::ZeroRttRejected) => {
                    Err((SendError::Undelivered, Some(done)))
                }
            };
        }
    }
}

/// Frames that are written at once: short ones copied together, long ones as they are.
#[derive(Default)]
struct Batch {
    pieces: Vec<Vec<u8>>,
    /// Whether the last piece is one of copies, to which more may be added.
    open: bool,
    permits: Vec<OwnedSemaphorePermit>,
}

impl Batch {
    fn push(&mut self, queued: Queued) {
        let Queued { frame, permit } = queued;
        self.permits.push(permit);
        let length = u32::try_from(frame.len())
            .expect("cost() bounds frames")
            .to_be_bytes();
        if !self.open {
            self.pieces.push(Vec::new());
            self.open = true;
        }
        let copies = self.pieces.last_mut().expect("a piece was just pushed");
        copies.extend_from_slice(&length);
        if frame.len() <= COPIED_FRAME_BYTES {
            copies.extend_from_slice(&frame);
        } else {
            self.pieces.push(frame);
            self.open = false;
        }
    }

    async fn write(self, stream: &mut SendStream) -> Result<(), SendError> {
        let mut chunks: Vec<_> = self.pieces.into_iter().map(Into::into).collect();
        stream
            .write_all_chunks(&mut chunks)
            .await
            .map_err(|error| match error {
                WriteError::ConnectionLost(error) => {
                    SendError::Closed(CloseReason::from_quinn(&error))
                }
                WriteError::Stopped(_) | WriteError::ClosedStream | WriteError::ZeroRttRejected => {
                    SendError::Undelivered
                }
            })
        // The permits fall with `self`: only now is there room again.
    }
}

/// Receives the peer's frames, in order.
#[derive(Debug)]
pub struct FrameReceiver {
    stream: Option<RecvStream>,
    limit: usize,
    partial: Partial,
    link: Arc<Link>,
}

/// A frame of which not all has come.
#[derive(Debug, Default)]
struct Partial {
    header: Vec<u8>,
    body: Vec<u8>,
    length: Option<usize>,
}

impl FrameReceiver {
    /// Sets the longest frame accepted from now on, in bytes, at most
    /// [`super::MAX_FRAME_BYTES`]; above [`super::UNTRUSTED_FRAME_BYTES`] the peer may also send
    /// more ahead of our reading.
    pub fn set_limit(&mut self, limit: usize) {
        self.limit = limit.min(MAX_FRAME_BYTES);
        self.link
            .quinn
            .set_receive_window(receive_window(self.limit));
    }

    /// The next frame; `None` once the peer has ended its stream after a whole one.
    ///
    /// Cancel safe: what has come of a frame is kept.
    ///
    /// # Errors
    /// [`ReceiveError`]. After [`ReceiveError::FrameTooLarge`] and [`ReceiveError::Truncated`] the
    /// connection is closed, and the peer told why.
    pub async fn recv(&mut self) -> Result<Option<Vec<u8>>, ReceiveError> {
        let result = self.next_frame().await;
        match &result {
            Err(error @ ReceiveError::FrameTooLarge { .. }) => {
                self.blame(CloseCode::FrameTooLarge, error);
            }
            Err(error @ ReceiveError::Truncated { .. }) => self.blame(CloseCode::Misbehaved, error),
            Ok(_) | Err(ReceiveError::Closed(_)) => {}
        }
        result
    }

    fn blame(&self, code: CloseCode, error: &ReceiveError) {
        self.link
            .quinn
            .close(code.to_wire(), error.to_string().as_bytes());
    }

    async fn next_frame(&mut self) -> Result<Option<Vec<u8>>, ReceiveError> {
        let lost =
            |error: &quinn::ConnectionError| ReceiveError::Closed(CloseReason::from_quinn(error));
        let stream = match &mut self.stream {
            Some(stream) => stream,
            None => {
                let accepted = self
                    .link
                    .quinn
                    .accept_uni()
                    .await
                    .map_err(|error| lost(&error))?;
                self.stream.insert(accepted)
            }
        };
        loop {
            let Some(wanted) = self.partial.wanted(self.limit)? else {
                return Ok(Some(self.partial.take()));
            };
            match stream.read_chunk(wanted, true).await {
                Ok(Some(chunk)) => self.partial.push(&chunk.bytes),
                Ok(None) if self.partial.header.is_empty() => return Ok(None),
                Ok(None) => return Err(ReceiveError::Truncated { missing: wanted }),
                Err(ReadError::ConnectionLost(error)) => return Err(lost(&error)),
                // A reset stream ends in the middle of whatever was on it.
                Err(_) => return Err(ReceiveError::Truncated { missing: wanted }),
            }
        }
    }
}

impl Partial {
    /// How many bytes to read next; `None` once the frame is whole.
    fn wanted(&mut self, limit: usize) -> Result<Option<usize>, ReceiveError> {
        let length = match self.length {
            Some(length) => length,
            None => match <[u8; LENGTH_BYTES]>::try_from(self.header.as_slice()) {
                Err(_) => return Ok(Some(LENGTH_BYTES - self.header.len())),
                Ok(header) => {
                    let length = u32::from_be_bytes(header);
                    let actual = usize::try_from(length).unwrap_or(usize::MAX);
                    if actual > limit {
                        return Err(ReceiveError::FrameTooLarge { actual, limit });
                    }
                    // Room for more is made as the bytes come, not on the word of a peer.
                    self.body.reserve(actual.min(FIRST_RESERVE_BYTES));
                    *self.length.insert(actual)
                }
            },
        };
        Ok(Some(length - self.body.len()).filter(|missing| *missing > 0))
    }

    fn push(&mut self, bytes: &[u8]) {
        if self.length.is_some() {
            self.body.extend_from_slice(bytes);
        } else {
            self.header.extend_from_slice(bytes);
        }
    }

    fn take(&mut self) -> Vec<u8> {
        self.header.clear();
        self.length = None;
        std::mem::take(&mut self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_put_together_from_any_pieces() {
        let wire = [0, 0, 0, 3, b'a', b'b', b'c', 0, 0, 0, 0];
        let mut partial = Partial::default();
        let (mut frames, mut at) = (Vec::new(), 0);
        loop {
            match partial.wanted(3).unwrap() {
                None => frames.push(partial.take()),
                Some(_) if at == wire.len() => break,
                Some(_) => {
                    partial.push(&wire[at..=at]);
                    at += 1;
                }
            }
        }
        assert_eq!(frames, [b"abc".to_vec(), vec![]]);
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_room_is_made() {
        let mut partial = Partial::default();
        partial.push(&[0xff; 4]);
        let error = partial.wanted(1000).unwrap_err();
        assert_eq!(
            error,
            ReceiveError::FrameTooLarge {
                actual: u32::MAX as usize,
                limit: 1000
            }
        );
        assert_eq!(partial.body.capacity(), 0);
    }
}
