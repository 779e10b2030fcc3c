//! Receiving: a frame is put together from what comes, within its bound.

use std::sync::Arc;

use quinn::{ReadError, RecvStream};

use super::LENGTH_BYTES;
use crate::network::connection::Link;
use crate::network::settings::{MAX_FRAME_BYTES, UNTRUSTED_FRAME_BYTES, receive_window};
use crate::network::{CloseCode, CloseReason, ReceiveError};

/// How much room is made for a frame before its bytes have come.
const FIRST_RESERVE_BYTES: usize = 64 * 1024;

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
    /// The reading side of a connection.
    pub(crate) fn start(link: &Arc<Link>) -> Self {
        let partial = Partial::default();
        Self {
            stream: None,
            limit: UNTRUSTED_FRAME_BYTES,
            partial,
            link: link.clone(),
        }
    }

    /// Sets the longest frame accepted from now on, in bytes, at most
    /// [`crate::network::MAX_FRAME_BYTES`]; above [`crate::network::UNTRUSTED_FRAME_BYTES`] the peer may also send
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
