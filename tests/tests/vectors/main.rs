//! The byte vectors of docs/protocol.md against the code.
//!
//! Blocks that open with three backquotes, `hex` (or `text`) and an id hold a vector.
//! `UPDATE_DOCS=1` rewrites them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use data_encoding::HEXLOWER;
use sync_protocol::address::Addresses;
use sync_protocol::authority::SignedEntry;
use sync_protocol::body::{Change, Create};
use sync_protocol::bundle::{Decoder, Item};
use sync_protocol::charter::{Approval, Certificate, Certified, Ratify, Suspend, Version};
use sync_protocol::entry::Header;
use sync_protocol::frame::Frame;
use sync_protocol::frontier::{Tip, decode_rows};
use sync_protocol::invitation::Ticket;
use sync_protocol::run::{Preamble, VerifiedRun, signature_holds, verify};

use frames::frames;
use journal::{frontier, journal, plain, ticket};
use page::documented;
use table::vectors;
use world::{id_of, statements, world};

mod frames;
mod journal;
mod page;
mod table;
mod world;

/// Vectors that hold compressed bytes: others may compress otherwise, so these are only read.
const COMPRESSED: [&str; 5] = [
    "run-wire",
    "run-certificate-wire",
    "run-left-out-wire",
    "frame-run",
    "bundle",
];

#[test]
fn the_page_says_what_the_code_does() {
    let (documented, vectors) = (documented(), vectors());
    for (id, bytes) in &vectors {
        let there = documented
            .get(*id)
            .unwrap_or_else(|| panic!("docs/protocol.md lacks the vector {id}"));
        if !COMPRESSED.contains(id) {
            assert_eq!(
                HEXLOWER.encode(there),
                HEXLOWER.encode(bytes),
                "vector {id}: UPDATE_DOCS=1 rewrites it if the change is meant"
            );
        }
    }
    for id in documented.keys() {
        assert!(
            vectors.contains_key(id.as_str()),
            "nobody checks vector {id}"
        );
    }
}

#[test]
fn documented_runs_verify_and_say_what_was_said() {
    let (world, documented) = (world(), documented());
    let network = world.founding.network();
    let expected = journal(&world);
    let first = verify(network, Tip::EMPTY, &documented["run-certificate-wire"]).unwrap();
    let second = verify(network, first.last(), &documented["run-wire"]).unwrap();
    assert_eq!(first.entries(), expected[0].entries());
    assert_eq!(second.entries(), expected[1].entries());
    let preamble = Preamble::decode(&documented["run-wire"]).unwrap();
    assert_eq!((preamble.first_seq, preamble.count), (2, 3));
    assert_eq!(plain(&documented["run-wire"]), documented["run-plain"]);
    let emptied = &documented["run-left-out-wire"];
    assert_eq!(plain(emptied), documented["run-left-out-plain"]);
    let emptied = verify(network, first.last(), emptied).unwrap();
    assert_eq!(emptied.last(), second.last());
    let has_body = emptied.entries().iter().map(|it| it.body.is_some());
    assert_eq!(has_body.collect::<Vec<_>>(), [false, false, true]);
    let signature: [u8; 64] = documented["signature-1"].as_slice().try_into().unwrap();
    assert!(signature_holds(
        &first.author(),
        &first.last().id,
        &signature
    ));
    match Frame::decode(&documented["frame-run"]).unwrap() {
        Frame::Run { spread: 2, wire } => {
            assert_eq!(
                verify(network, first.last(), &wire).unwrap().entries(),
                second.entries()
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn documented_frames_are_read_as_what_they_are() {
    let (world, documented) = (world(), documented());
    let runs = journal(&world);
    for (id, frame) in frames(&world, &runs) {
        let read = Frame::decode(&documented[id]).unwrap();
        if id != "frame-run" {
            assert_eq!(read, frame, "{id}");
        }
        assert_eq!(read.encode(), documented[id], "{id}");
    }
}

#[test]
fn documented_values_are_read_as_what_they_are() {
    let (world, documented) = (world(), documented());
    let runs = journal(&world);
    let entries: Vec<_> = runs.iter().flat_map(VerifiedRun::entries).collect();
    for (id, entry) in [("header-1", entries[0]), ("header-2", entries[1])] {
        assert_eq!(Header::decode(&documented[id]).unwrap(), entry.header);
    }
    assert_eq!(
        Create::decode(&documented["body-create"]).unwrap(),
        world.create
    );
    assert_eq!(
        Change::decode(&documented["body-change"]).unwrap(),
        world.change
    );
    assert_eq!(
        Addresses::decode(&documented["body-address"]).unwrap(),
        world.addresses
    );
    assert_eq!(
        Version::decode(&documented["version-0"]).unwrap(),
        world.founding
    );
    assert_eq!(
        Version::decode(&documented["body-propose"]).unwrap(),
        world.second
    );
    assert_eq!(
        Version::decode(&documented["version-2"]).unwrap(),
        world.third
    );
    let (approval, certified, suspend, ratify) = statements(&world);
    assert_eq!(
        Approval::decode(&documented["body-approve-tips"]).unwrap(),
        approval
    );
    assert_eq!(
        Certified::decode(&documented["body-certify"]).unwrap(),
        certified
    );
    assert_eq!(
        Suspend::decode(&documented["body-suspend"]).unwrap(),
        suspend
    );
    let ratified = Ratify::decode(&documented["body-ratify"]).unwrap();
    assert_eq!(ratified, ratify);
    assert!(ratified.holds(world.founding.network()));
    let certificate = Certificate::decode(id_of(&world.node), &documented["body-certificate"]);
    assert_eq!(certificate.unwrap(), world.certificate);
    assert!(world.certificate.verify(world.founding.network()).is_ok());
    let signed = SignedEntry::decode(&documented["signed-entry"]).unwrap();
    assert!(signed.holds(world.founding.network()));
    let mut reader = sync_protocol::codec::Reader::new(&documented["frontier-rows"]);
    assert_eq!(
        decode_rows(&mut reader).unwrap(),
        frontier(&world, &runs).rows()
    );
    let text = String::from_utf8(documented["ticket"].clone()).unwrap();
    assert_eq!(text.parse::<Ticket>().unwrap(), ticket(&world));
}

#[test]
fn the_documented_bundle_is_read() {
    let (world, documented) = (world(), documented());
    let runs = journal(&world);
    let mut decoder = Decoder::new(world.founding.network());
    let items = decoder.push(&documented["bundle"]).unwrap();
    assert_eq!(decoder.finish().unwrap(), 2);
    let shown = SignedEntry::of(&runs[0]).unwrap();
    assert_eq!(items[0], Item::Authority(Box::new(shown)));
    let Item::Run(wire) = &items[1] else {
        panic!("a run");
    };
    let network = world.founding.network();
    let run = verify(network, runs[0].last(), wire).unwrap();
    assert_eq!(run.entries(), runs[1].entries());
}
