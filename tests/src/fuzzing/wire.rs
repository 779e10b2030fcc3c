//! What travels between nodes, but for runs.

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use sync_protocol::address::Addresses;
use sync_protocol::admission::{JoinAnswer, Refusal};
use sync_protocol::authority::SignedEntry;
use sync_protocol::body::{Change, Create};
use sync_protocol::bundle::{Decoder, Encoder, Item};
use sync_protocol::charter::{Certificate, Version};
use sync_protocol::codec::Reader;
use sync_protocol::entry::Header;
use sync_protocol::frame::{Frame, MAX_FRAME_BYTES};
use sync_protocol::frontier::{decode_rows, encode_rows};
use sync_protocol::id::{NetworkId, NodeId};
use sync_protocol::invitation::Ticket;

pub(super) fn header(bytes: &[u8]) -> bool {
    let Ok(header) = Header::decode(bytes) else {
        return false;
    };
    assert_eq!(header.encode(), bytes);
    true
}

/// The first byte says which kind of value the others are.
pub(super) fn statement(bytes: &[u8]) -> bool {
    let Some((kind, bytes)) = bytes.split_first() else {
        return false;
    };
    let node = NodeId([2; 32]);
    let again = match kind % 6 {
        0 => Change::decode(bytes).map(|it| it.encode()),
        1 => Create::decode(bytes).map(|it| it.encode()),
        2 => Certificate::decode(node, bytes).map(|it| {
            let _ = it.verify(NetworkId([1; 32]));
            it.encode()
        }),
        3 => Version::decode(bytes).map(|it| it.encode()),
        4 => Addresses::decode(bytes).map(|it| it.encode()),
        _ => SignedEntry::decode(bytes).map(|it| {
            let _ = it.holds(NetworkId([1; 32]));
            it.encode()
        }),
    };
    let Ok(again) = again else { return false };
    assert_eq!(again, bytes);
    true
}

pub(super) fn frame(bytes: &[u8]) -> bool {
    let Ok(frame) = Frame::decode(bytes) else {
        return false;
    };
    assert!(bytes.len() <= MAX_FRAME_BYTES || !matches!(frame, Frame::Run { .. }));
    let again = frame.encode();
    // Codes of refusals that are not known here are all read as one.
    if frame != Frame::JoinAnswer(JoinAnswer::Refused(Refusal::Unknown)) {
        assert_eq!(again, bytes);
    }
    assert_eq!(Frame::decode(&again).as_ref(), Ok(&frame));
    true
}

pub(super) fn rows(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes);
    let Ok(rows) = decode_rows(&mut reader) else {
        return false;
    };
    let mut again = Vec::new();
    encode_rows(&rows, &mut again);
    assert_eq!(Some(&*again), bytes.get(..reader.offset()));
    true
}

/// The first byte is the size of the pieces, and says by its highest bit whether the end is made
/// here, with the checksum that nobody guesses.
pub(super) fn bundle(bytes: &[u8]) -> bool {
    let Some((first, bytes)) = bytes.split_first() else {
        return false;
    };
    let mut file = bytes.to_vec();
    let Some(network) = bytes.get(12..44).and_then(|it| it.try_into().ok()) else {
        return Decoder::new(NetworkId([0; 32])).push(bytes).is_ok();
    };
    let network = NetworkId(network);
    if first & 0x80 != 0 {
        let mut whole = Decoder::new(network);
        let items = whole.push(bytes).map_or(0, |items| items.len() as u64);
        file.push(0);
        file.extend(items.to_be_bytes());
        file.extend(Sha256::digest(bytes));
    }
    let read = |piece: usize| {
        let mut decoder = Decoder::new(network);
        let mut items = Vec::new();
        for piece in file.chunks(piece) {
            match decoder.push(piece) {
                Ok(more) => items.extend(more),
                Err(error) => return (items, Err(error)),
            }
        }
        (items, decoder.finish())
    };
    let (items, end) = read(usize::from(first & 0x7F) + 1);
    let (at_once, end_at_once) = read(file.len());
    // What is read does not depend on how the file was cut, but for the words about its end.
    assert_eq!(items, at_once);
    assert_eq!(end.as_ref().ok(), end_at_once.as_ref().ok());
    if end.is_err() {
        return false;
    }
    let (mut encoder, mut again) = Encoder::start(network);
    for item in &items {
        again.extend(encoder.item(item));
        if let Item::Run(wire) = item {
            super::runs::run(wire);
        }
    }
    again.extend(encoder.finish());
    assert_eq!(again, file);
    true
}

/// The first byte says whether the rest is a ticket's text, or its content.
pub(super) fn ticket(bytes: &[u8]) -> bool {
    let Some((first, bytes)) = bytes.split_first() else {
        return false;
    };
    let text = if first & 1 == 0 {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return false;
        };
        text.to_owned()
    } else {
        let sum = Sha256::digest(bytes);
        let content = [bytes, &sum[..5]].concat();
        format!("CAPACTIF{}", BASE32_NOPAD.encode(&content))
    };
    let Ok(ticket) = text.parse::<Ticket>() else {
        return false;
    };
    let again = ticket.to_string();
    assert_eq!(again.parse::<Ticket>().as_ref(), Ok(&ticket));
    if first & 1 == 1 {
        assert_eq!(again, text);
    }
    true
}
