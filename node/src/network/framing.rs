//! Frames on one stream a direction: a length of four bytes, big-endian, then the frame.
//!
//! Spec: docs/protocol.md, "Transport". Sending goes through a queue bounded in bytes, so that it
//! can be cancelled between frames and never within one, and so that a slow peer holds up its
//! sender and not memory.

mod receiver;
mod sender;

pub use receiver::FrameReceiver;
pub use sender::FrameSender;

/// The length before each frame.
const LENGTH_BYTES: usize = 4;
