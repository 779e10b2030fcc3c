//! What a connection carries, and what happens when one end misbehaves.

use super::*;
use crate::network::{
    CloseCode, CloseReason, MAX_FRAME_BYTES, ReceiveError, SendError, UNTRUSTED_FRAME_BYTES,
};

/// A connection whose first end writes raw bytes on its stream.
async fn raw() -> (quinn::Connection, Connection, (Endpoint, Endpoint)) {
    let ((one, dialed), (two, accepted)) = soon(pair()).await;
    let quinn = dialed.raw();
    // Kept open by the clone only, without the closing of a dropped connection.
    std::mem::forget(dialed);
    (quinn, accepted, (one, two))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_small_frames_arrive_in_order() {
    let ((sender, _near, _handle), (_far, mut receiver, _far_handle), _endpoints) = parts().await;
    let sending = tokio::spawn(async move {
        for number in 0..10_000_u32 {
            sender.send(number.to_be_bytes().repeat(64)).await.unwrap();
        }
        sender.finish().await
    });
    soon(async {
        for number in 0..10_000_u32 {
            let frame = receiver.recv().await.unwrap().unwrap();
            assert_eq!(frame, number.to_be_bytes().repeat(64));
        }
        assert_eq!(receiver.recv().await.unwrap(), None);
        assert_eq!(sending.await.unwrap(), Ok(()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_mebibytes_arrive_in_big_frames() {
    let ((sender, _near, _handle), (_far, mut receiver, _far_handle), _endpoints) = parts().await;
    receiver.set_limit(MAX_FRAME_BYTES);
    let sending = tokio::spawn(async move {
        for number in 0..64_u8 {
            sender.send(vec![number; 1 << 20]).await.unwrap();
        }
        sender.finish().await
    });
    soon(async {
        for number in 0..64_u8 {
            assert!(receiver.recv().await.unwrap().unwrap() == vec![number; 1 << 20]);
        }
        assert_eq!(receiver.recv().await.unwrap(), None);
        assert_eq!(sending.await.unwrap(), Ok(()));
    })
    .await;
}

#[tokio::test]
async fn a_frame_beyond_the_limit_closes_the_connection_and_says_why() {
    let ((sender, _near, handle), (_far, mut receiver, _far_handle), _endpoints) = parts().await;
    sender.send(vec![0; UNTRUSTED_FRAME_BYTES]).await.unwrap();
    sender
        .send(vec![0; UNTRUSTED_FRAME_BYTES + 1])
        .await
        .unwrap();
    assert_eq!(
        soon(receiver.recv()).await.unwrap().unwrap().len(),
        UNTRUSTED_FRAME_BYTES
    );
    let (actual, limit) = (UNTRUSTED_FRAME_BYTES + 1, UNTRUSTED_FRAME_BYTES);
    let error = soon(receiver.recv()).await.unwrap_err();
    assert_eq!(error, ReceiveError::FrameTooLarge { actual, limit });
    let text = format!("frame of {actual} bytes exceeds the limit of {limit}");
    let reason = CloseReason::Peer {
        code: CloseCode::FrameTooLarge,
        text,
    };
    assert_eq!(soon(handle.closed()).await, reason);
}

#[tokio::test]
async fn a_frame_that_no_peer_accepts_is_not_sent() {
    let ((sender, _near, _handle), _far, _endpoints) = parts().await;
    let (actual, limit) = (MAX_FRAME_BYTES + 1, MAX_FRAME_BYTES);
    let error = sender.send(vec![0; actual]).await.unwrap_err();
    assert_eq!(error, SendError::FrameTooLarge { actual, limit });
}

#[tokio::test]
async fn the_last_frame_before_a_close_is_not_lost() {
    for _ in 0..20 {
        let ((sender, _near, handle), (_far, mut receiver, _far_handle), _endpoints) =
            parts().await;
        sender.send(b"bye".to_vec()).await.unwrap();
        soon(sender.finish()).await.unwrap();
        handle.close(CloseCode::Done, "");
        assert_eq!(soon(receiver.recv()).await.unwrap().unwrap(), b"bye");
        assert_eq!(soon(receiver.recv()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_frame_survives_the_cancellation_of_its_reader() {
    let (quinn, accepted, _endpoints) = raw().await;
    let (_sender, mut receiver, _handle) = accepted.into_parts();
    let mut stream = quinn.open_uni().await.unwrap();
    for piece in [&[0_u8, 0][..], &[0, 5, b'h'], b"el", b"lo"] {
        let short = Duration::from_millis(20);
        assert!(
            timeout(short, receiver.recv()).await.is_err(),
            "there is no whole frame yet"
        );
        stream.write_all(piece).await.unwrap();
    }
    assert_eq!(soon(receiver.recv()).await.unwrap().unwrap(), b"hello");
}

#[tokio::test]
async fn a_peer_that_vanishes_in_the_middle_of_a_frame_is_noticed() {
    // It ends its stream,
    let (quinn, accepted, _endpoints) = raw().await;
    let (_sender, mut receiver, _handle) = accepted.into_parts();
    let mut stream = quinn.open_uni().await.unwrap();
    stream.write_all(&[0, 0, 0, 9, 1, 2]).await.unwrap();
    stream.finish().unwrap();
    let error = soon(receiver.recv()).await.unwrap_err();
    assert_eq!(error, ReceiveError::Truncated { missing: 7 });
    soon(quinn.closed()).await;
    // or closes the connection,
    let (quinn, accepted, _endpoints) = raw().await;
    let (_sender, mut receiver, _handle) = accepted.into_parts();
    let mut stream = quinn.open_uni().await.unwrap();
    stream.write_all(&[0, 0, 0, 9, 1, 2]).await.unwrap();
    assert!(
        timeout(Duration::from_millis(50), receiver.recv())
            .await
            .is_err()
    );
    quinn.close(0_u32.into(), b"gone");
    let error = soon(receiver.recv()).await.unwrap_err();
    assert_eq!(error.code(), "connection_closed_by_peer");
    // or resets the stream within the length.
    let (quinn, accepted, _endpoints) = raw().await;
    let (_sender, mut receiver, _handle) = accepted.into_parts();
    let mut stream = quinn.open_uni().await.unwrap();
    stream.write_all(&[0]).await.unwrap();
    assert!(
        timeout(Duration::from_millis(50), receiver.recv())
            .await
            .is_err()
    );
    stream.reset(1_u32.into()).unwrap();
    let error = soon(receiver.recv()).await.unwrap_err();
    assert_eq!(error, ReceiveError::Truncated { missing: 3 });
}

#[tokio::test]
async fn a_slow_reader_holds_up_its_sender_and_not_memory() {
    let ((sender, _near, _handle), (_far, mut receiver, _far_handle), _endpoints) = parts().await;
    receiver.set_limit(MAX_FRAME_BYTES);
    const FRAME: usize = 256 * 1024;
    let mut sent = 0;
    // Nobody reads: what is taken meanwhile is in our queue, in QUIC's, or with the peer.
    while timeout(Duration::from_millis(500), sender.send(vec![7; FRAME]))
        .await
        .is_ok()
    {
        sent += FRAME;
        assert!(sent <= 16 << 20, "nothing holds the sender up");
    }
    assert!(sent >= 2 << 20, "{sent} bytes were taken");
    assert!(sent <= 8 << 20, "{sent} bytes were taken");
    assert!(sender.queued_bytes() <= 2 << 20);
    assert_eq!(sender.try_send(vec![7; FRAME]), Err(SendError::Full));
    // Once somebody reads, all of it comes, and no cancelled frame.
    let reading = tokio::spawn(async move {
        let mut received = 0;
        while let Ok(Some(frame)) = receiver.recv().await {
            received += frame.len();
        }
        received
    });
    soon(sender.finish()).await.unwrap();
    assert_eq!(soon(reading).await.unwrap(), sent);
}

#[tokio::test]
async fn a_stranger_cannot_make_us_hold_more_than_the_untrusted_window() {
    let (quinn, accepted, _endpoints) = raw().await;
    let (_sender, mut receiver, _handle) = accepted.into_parts();
    let mut stream = quinn.open_uni().await.unwrap();
    let mut sent = 0;
    while let Ok(Ok(count)) = timeout(Duration::from_millis(300), stream.write(&[0; 4096])).await {
        sent += count;
        assert!(sent < 4 << 20, "nothing holds the stranger up");
    }
    // What QUIC takes beyond the window waits at the stranger's; little more than it came here.
    let here = quinn.stats().udp_tx.bytes;
    assert!(
        (128 * 1024..160 * 1024).contains(&here),
        "{here} of {sent} bytes came"
    );
    let second = timeout(Duration::from_millis(300), quinn.open_bi()).await;
    assert!(second.is_err(), "a stream that answers was allowed");
    assert_eq!(soon(receiver.recv()).await.unwrap().unwrap(), [0_u8; 0]);
}
