//! A newcomer's way in: connects to the inviter alone and asks to be admitted.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use sync_protocol::admission::{JoinAnswer, JoinRequest};
use sync_protocol::frame::{
    Bye, ByeReason, Frame, Hello, MAX_FRAME_BYTES, NEWEST_VERSION, OLDEST_VERSION,
};
use sync_protocol::frontier::Frontier;
use sync_protocol::id::{NodeId, RootKey};
use sync_protocol::invitation::Ticket;
use tokio::time::timeout;

use crate::network::{AddressError, BindError, ConnectError, Endpoint, PeerAddress, resolve_all};

/// How long the inviter may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Why the inviter could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// No socket could be opened.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// The ticket's addresses mean nothing.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Nobody answered, or somebody else.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The inviter ended the conversation.
    #[error("the inviting node ended the conversation: {}", .0.detail)]
    Ended(Bye),
    /// The inviter said nothing, or something else.
    #[error("the inviting node gave no answer")]
    NoAnswer,
}

/// Asks the ticket's inviter to admit the node whose key is `key`.
///
/// `certificate` and `root` are those of a new structure, empty and zero for a further node of the
/// inviter's. Blocks until the answer is there.
///
/// # Errors
/// See [`JoinError`]; a refusal is an answer.
pub fn ask_to_join(
    ticket: &Ticket,
    key: &SigningKey,
    root: RootKey,
    certificate: Vec<u8>,
) -> Result<JoinAnswer, JoinError> {
    // A thread of its own: the caller may stand in an asynchronous context already.
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let runtime = crate::handles::some_are_left()
                .and_then(|()| {
                    tokio::runtime::Builder::new_multi_thread()
                        .worker_threads(1)
                        .enable_all()
                        .build()
                })
                .map_err(BindError::NoResources)?;
            let answer = runtime.block_on(ask(ticket, key, root, certificate));
            runtime.shutdown_timeout(Duration::from_secs(1));
            answer
        });
        asking.join().unwrap_or(Err(JoinError::NoAnswer))
    })
}

async fn ask(
    ticket: &Ticket,
    key: &SigningKey,
    root: RootKey,
    certificate: Vec<u8>,
) -> Result<JoinAnswer, JoinError> {
    let any: [std::net::SocketAddr; 1] = [(std::net::Ipv6Addr::UNSPECIFIED, 0).into()];
    let endpoint = Endpoint::bind(&any, key)?;
    let mut addresses: Vec<PeerAddress> = Vec::new();
    for text in &ticket.addresses {
        addresses.push(text.parse()?);
    }
    let addresses = resolve_all(&addresses).await?;
    let connection = endpoint.connect(&addresses, ticket.inviter).await?;
    let exporter = connection.exporter();
    let (sender, mut receiver, _handle) = connection.into_parts();
    receiver.set_limit(MAX_FRAME_BYTES);
    let hello = Hello {
        oldest: OLDEST_VERSION,
        newest: NEWEST_VERSION,
        network: ticket.network,
        charter_number: 0,
        charter: ticket.charter,
        digest: Frontier::default().digest(),
        certificate: Vec::new(),
    };
    let me = NodeId(key.verifying_key().to_bytes());
    let request = JoinRequest::new(
        &ticket.secret,
        ticket.network,
        &exporter,
        &me,
        root,
        certificate,
    );
    for frame in [Frame::Hello(hello), Frame::Join(request)] {
        if sender.send(frame.encode()).await.is_err() {
            return Err(JoinError::NoAnswer);
        }
    }
    let conversation = async {
        while let Ok(Some(bytes)) = receiver.recv().await {
            match Frame::decode(&bytes) {
                Ok(Frame::JoinAnswer(answer)) => return Ok(answer),
                Ok(Frame::Bye(bye)) => return Err(JoinError::Ended(bye)),
                Ok(_) => {}
                Err(_) => break,
            }
        }
        Err(JoinError::NoAnswer)
    };
    let answer = timeout(ANSWER, conversation)
        .await
        .unwrap_or(Err(JoinError::NoAnswer));
    let bye = Bye {
        reason: ByeReason::Done,
        detail: String::new(),
    };
    let _ = sender.send(Frame::Bye(bye).encode()).await;
    let _ = timeout(Duration::from_secs(1), sender.finish()).await;
    answer
}
