//! Sending: a queue bounded in bytes, and the task that writes it to the stream.

use std::sync::{Arc, PoisonError, RwLock};

use quinn::{SendStream, WriteError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use crate::network::connection::Link;
use crate::network::settings::{DELIVERY_TIMEOUT, MAX_FRAME_BYTES};
use crate::network::{CloseReason, SendError};

/// What may wait for one peer before its sender has to, in bytes: almost two of the longest frames.
const QUEUE_BYTES: u32 = 2 << 20;

/// What a queued frame counts for besides its own bytes.
const FRAME_OVERHEAD_BYTES: u32 = 64;

/// Frames up to this length are copied together into one write.
const COPIED_FRAME_BYTES: usize = 16 * 1024;

/// How many frames go into one write at most.
const BATCH_FRAMES: usize = 64;

struct Queued {
    frame: Vec<u8>,
    permit: OwnedSemaphorePermit,
}

enum Order {
    Frame(Queued),
    Finish(oneshot::Sender<Result<(), SendError>>),
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
    /// Starts the writing side of a connection.
    pub(crate) fn start(link: &Arc<Link>) -> Self {
        let (orders, queue) = mpsc::unbounded_channel();
        let room = Arc::new(Semaphore::new(QUEUE_BYTES as usize));
        let failure = Arc::new(RwLock::new(None));
        tokio::spawn(write(
            link.quinn.clone(),
            queue,
            room.clone(),
            failure.clone(),
        ));
        Self {
            orders,
            room,
            failure,
            link: link.clone(),
        }
    }

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
