//! What the engine asks for: frames sent, runs stored and loaded, newcomers judged.

use std::sync::Arc;

use sync_protocol::authority::SignedEntry;
use sync_protocol::engine::{Event, Input, Output};
use sync_protocol::entry::Place;
use sync_protocol::frame::ByeReason;
use sync_protocol::id::{BlobHash, EntryId, NodeId};
use sync_protocol::run::{VerifiedRun, recompose};

use crate::network::{CloseCode, Target};
use crate::sync::Host;
use crate::sync::link::Gate;
use crate::sync::report::Failure;

use super::{Command, Driver};

impl Driver {
    /// Does what the engine asks.
    pub(super) fn perform(&mut self) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Send { session, bytes } => {
                    if let Some(link) = self.links.get(&session) {
                        link.send(bytes);
                    }
                }
                Output::Store { run } => self.store(run),
                Output::Load {
                    session,
                    author,
                    after,
                    max_bytes,
                } => {
                    self.answer(move |host| {
                        let runs = load(host, &author, after, max_bytes);
                        Input::Loaded {
                            session,
                            author,
                            runs,
                        }
                    });
                }
                Output::Identify {
                    session,
                    author,
                    seq,
                } => self.answer(move |host| Input::Identified {
                    session,
                    author,
                    seq,
                    id: identify(host, &author, seq),
                }),
                Output::Parted { after, run } => {
                    let host = Arc::clone(&self.host);
                    tokio::task::spawn_blocking(move || host.parted(after, &run));
                }
                Output::Replace {
                    session,
                    author,
                    after,
                } => self.answer(move |host| {
                    let outcome = host.replace_branch(author, after);
                    Input::Replaced {
                        session,
                        author,
                        outcome: outcome.map(|(tip, charter)| (tip, Box::new(charter))),
                    }
                }),
                Output::LoadAuthority { session } => self.answer(move |host| {
                    let entries = authority(host);
                    Input::AuthorityLoaded { session, entries }
                }),
                Output::Join {
                    session,
                    peer,
                    exporter,
                    request,
                } => {
                    self.answer(move |host| {
                        let answer = host.answer_join(peer, &exporter, &request);
                        Input::JoinAnswered { session, answer }
                    });
                }
                Output::LoadBody { session, place } => self.answer(move |host| {
                    let body = load_body(host, &place);
                    Input::BodyLoaded {
                        session,
                        place,
                        body,
                    }
                }),
                Output::StoreBody { place, body } => {
                    self.answer(move |host| match host.put_back(&place, body) {
                        Ok(()) => Input::BodyStored { place },
                        Err(error) => {
                            tracing::error!(%error, "the store failed");
                            Input::StoreFailed
                        }
                    });
                }
                Output::Close { session, bye } => {
                    if let Some(link) = self.links.get(&session) {
                        link.close(close_code(bye.reason), bye.detail);
                    }
                }
                Output::Event(event) => self.event(&event),
                Output::LoadBlob {
                    session,
                    hash,
                    offset,
                    max_bytes,
                } => self.answer(move |host| {
                    let (total, bytes) = host.blob_piece(&BlobHash(hash), offset, max_bytes);
                    Input::BlobLoaded {
                        session,
                        hash,
                        total,
                        bytes,
                    }
                }),
                Output::Blob { hash, bytes } => self.take_blob(BlobHash(hash), bytes),
            }
        }
        for (session, link) in &self.links {
            let open = self.engine.wants_input(*session);
            link.set_gate(Gate {
                open,
                limit: self.engine.frame_limit(*session),
            });
        }
    }

    fn event(&mut self, event: &Event) {
        tracing::debug!(?event, "sync");
        if let Event::Ended {
            peer, by_peer, bye, ..
        } = event
            && bye.reason != ByeReason::Done
        {
            let failure = Failure::bye(bye.reason, *by_peer, &bye.detail);
            self.failures.insert(Target::Node(*peer), failure);
        }
        if let Event::InSync { session } = event
            && let Some(view) = self.engine.session(*session)
        {
            self.failures.remove(&Target::Node(view.peer));
        }
        self.host.event(event);
    }

    fn store(&self, run: Arc<VerifiedRun>) {
        let commands = self.commands.clone();
        let host = Arc::clone(&self.host);
        let again = Arc::clone(&run);
        self.host.journals().append_then(vec![run], move |result| {
            let input = match result {
                Ok(_) => {
                    host.stored(&again);
                    Input::Stored { run: again }
                }
                Err(error) if error.refuses_the_run() => {
                    let author = again.author();
                    Input::NotStored {
                        author,
                        tip: host.journals().tip(&author),
                    }
                }
                Err(error) => {
                    tracing::error!(%error, "the store failed");
                    Input::StoreFailed
                }
            };
            let _ = commands.send(Command::Answer(Box::new(input)));
        });
    }

    fn take_blob(&mut self, hash: BlobHash, bytes: Vec<u8>) {
        let host = Arc::clone(&self.host);
        let commands = self.commands.clone();
        self.taking_blobs += 1;
        tokio::task::spawn_blocking(move || {
            host.take_blob(&hash, &bytes);
            let _ = commands.send(Command::BlobTaken);
        });
    }

    /// Answers the engine from a thread that may wait for the disk.
    fn answer(&self, work: impl FnOnce(&dyn Host) -> Input + Send + 'static) {
        let host = Arc::clone(&self.host);
        let commands = self.commands.clone();
        tokio::task::spawn_blocking(move || {
            let _ = commands.send(Command::Answer(Box::new(work(&*host))));
        });
    }
}

fn load(host: &dyn Host, author: &NodeId, after: u64, max_bytes: usize) -> Vec<Arc<[u8]>> {
    let network = host.network();
    let stored = match host.journals().runs_after(author, after, max_bytes) {
        Ok(stored) => stored,
        Err(error) => {
            tracing::error!(%error, "a journal cannot be read");
            host.store_failed(&error);
            return Vec::new();
        }
    };
    recompose(network, after, &stored).unwrap_or_else(|error| {
        tracing::error!(%error, "a journal cannot be read");
        Vec::new()
    })
}

fn load_body(host: &dyn Host, place: &Place) -> Option<Vec<u8>> {
    match host.journals().entry(host.network(), place) {
        Ok(entry) => entry?.body,
        Err(error) => {
            tracing::error!(%error, "a journal cannot be read");
            host.store_failed(&error);
            None
        }
    }
}

fn identify(host: &dyn Host, author: &NodeId, seq: u64) -> Option<EntryId> {
    let found = host.journals().entry_id(host.network(), author, seq);
    found.unwrap_or_else(|error| {
        tracing::error!(%error, "a journal cannot be read");
        host.store_failed(&error);
        None
    })
}

fn authority(host: &dyn Host) -> Vec<SignedEntry> {
    host.journals().authority().unwrap_or_else(|error| {
        tracing::error!(%error, "the charter's entries cannot be read");
        host.store_failed(&error);
        Vec::new()
    })
}

const fn close_code(reason: ByeReason) -> CloseCode {
    match reason {
        ByeReason::Done | ByeReason::LocalFailure | ByeReason::Other(_) => CloseCode::Done,
        ByeReason::OtherNetwork | ByeReason::NotAdmitted => CloseCode::KeyRefused,
        ByeReason::Version => CloseCode::Incompatible,
        ByeReason::Misbehaved => CloseCode::Misbehaved,
        ByeReason::Busy => CloseCode::Busy,
    }
}
