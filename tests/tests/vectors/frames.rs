//! One frame of each kind.

use std::sync::Arc;

use sync_protocol::admission::{JoinAnswer, Refusal};
use sync_protocol::authority::SignedEntry;
use sync_protocol::frame::{
    Bye, ByeReason, Chunk, Claim, Frame, Hello, NEWEST_VERSION, OLDEST_VERSION,
};
use sync_protocol::run::VerifiedRun;

use crate::journal::{changed, created, frontier, join};
use crate::world::{World, id_of};

pub(crate) fn frames(world: &World, runs: &[VerifiedRun]) -> Vec<(&'static str, Frame)> {
    let frontier = frontier(world, runs);
    let hash = [0x22; 32];
    vec![
        (
            "frame-hello",
            Frame::Hello(Hello {
                oldest: OLDEST_VERSION,
                newest: NEWEST_VERSION,
                network: world.founding.network(),
                charter_number: 0,
                charter: world.founding.id(),
                digest: frontier.digest(),
                certificate: world.certificate.encode(),
            }),
        ),
        ("frame-frontier", Frame::Frontier(frontier.rows())),
        (
            "frame-run",
            Frame::Run {
                spread: 2,
                wire: Arc::clone(runs[1].wire()),
            },
        ),
        ("frame-ack", Frame::Ack(frontier.rows()[..1].to_vec())),
        (
            "frame-claims",
            Frame::Claims(vec![Claim {
                holder: id_of(&world.other).prefix(),
                seq: 4,
            }]),
        ),
        (
            "frame-resume",
            Frame::Resume {
                author: id_of(&world.node),
                after: 1,
            },
        ),
        ("frame-want", Frame::Want(vec![hash])),
        (
            "frame-blob",
            Frame::Blob(Chunk {
                hash,
                total: 300,
                offset: 290,
                bytes: vec![9; 10],
            }),
        ),
        ("frame-join", Frame::Join(join(world))),
        (
            "frame-join-admitted",
            Frame::JoinAnswer(JoinAnswer::Admitted {
                pinned: world.founding.encode(),
                certificate: Vec::new(),
            }),
        ),
        (
            "frame-join-pending",
            Frame::JoinAnswer(JoinAnswer::Pending {
                pinned: world.founding.encode(),
                missing: 2,
            }),
        ),
        (
            "frame-join-refused",
            Frame::JoinAnswer(JoinAnswer::Refused(Refusal::Expired)),
        ),
        (
            "frame-bye",
            Frame::Bye(Bye {
                reason: ByeReason::Misbehaved,
                detail: "no greeting in time".into(),
            }),
        ),
        (
            "frame-full-frontier",
            Frame::FullFrontier(frontier.iter().map(|(id, tip)| (*id, *tip)).collect()),
        ),
        (
            "frame-charter",
            Frame::Charter(vec![SignedEntry::of(&runs[3]).unwrap()]),
        ),
        (
            "frame-want-bodies",
            Frame::WantBodies(vec![created(world), changed(world)]),
        ),
        (
            "frame-body",
            Frame::Body {
                place: changed(world),
                body: Some(world.change.encode()),
            },
        ),
        (
            "frame-body-not-held",
            Frame::Body {
                place: created(world),
                body: None,
            },
        ),
    ]
}
