//! The node's place on the network: its sockets, who comes in through them, whom it calls.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use quinn::{EndpointConfig, Incoming, TokioRuntime};
use sync_protocol::id::NodeId;
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

use super::gate::{Gate, HandshakePass, Verdict};
use super::identity::Identity;
use super::race::{self, Lane};
use super::sockets::{self, Reach};
use super::{BindError, CloseCode, ConnectError, Connection, Limits, interfaces, settings};

/// Connections that wait until [`Endpoint::accept`] takes them; handshakes wait behind them.
const WAITING_CONNECTIONS: usize = 16;

/// How long [`Endpoint::close`] waits for its last datagrams to leave. QUIC itself would stay for
/// three times a retransmission, 75 ms here and half a second on a poor line, to answer what peers
/// still send; those that were said goodbye to send nothing, and others find out by silence.
const GOODBYE: Duration = Duration::from_millis(20);

/// One or several open UDP sockets on which this node listens, and from which it dials.
///
/// Dropping it stops listening; standing connections go on until they are closed.
#[derive(Debug)]
pub struct Endpoint {
    identity: Identity,
    sockets: Vec<(Reach, quinn::Endpoint)>,
    gate: Arc<Gate>,
    accepted: Mutex<mpsc::Receiver<Connection>>,
}

/// What an endpoint has to do at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndpointLoad {
    /// Handshakes of others under way.
    pub handshakes: usize,
    /// Standing connections that others opened.
    pub connections: usize,
}

impl Endpoint {
    /// Opens sockets on `listen` and begins to answer, as the node whose key is `key`.
    ///
    /// `[::]:port` covers IPv4 too. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// [`BindError`] says which address failed and what to do.
    pub fn bind(listen: &[SocketAddr], key: &SigningKey) -> Result<Self, BindError> {
        Self::bind_with(listen, key, Limits::default())
    }

    /// [`Endpoint::bind`] with other limits on strangers.
    ///
    /// # Errors
    /// As [`Endpoint::bind`].
    pub fn bind_with(
        listen: &[SocketAddr],
        key: &SigningKey,
        limits: Limits,
    ) -> Result<Self, BindError> {
        let identity = Identity::new(key);
        let gate = Gate::new(limits);
        let (sender, receiver) = mpsc::channel(WAITING_CONNECTIONS);
        let mut sockets = Vec::new();
        for open in sockets::open(listen)? {
            let address = open.reach.local;
            let endpoint = quinn::Endpoint::new(
                EndpointConfig::default(),
                Some(settings::server(&identity)),
                open.socket,
                Arc::new(TokioRuntime),
            )
            .map_err(|source| BindError::System { address, source })?;
            tokio::spawn(admit(endpoint.clone(), gate.clone(), sender.clone()));
            sockets.push((open.reach, endpoint));
        }
        Ok(Self {
            identity,
            sockets,
            gate,
            accepted: Mutex::new(receiver),
        })
    }

    /// The node that this endpoint is.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.identity.node()
    }

    /// The addresses listened on, with the ports that the system chose for port 0.
    #[must_use]
    pub fn local_addresses(&self) -> Vec<SocketAddr> {
        self.sockets.iter().map(|(reach, _)| reach.local).collect()
    }

    /// The addresses to tell others, for tickets and members: a wildcard stands for this machine's
    /// interfaces, public addresses come first, link-local ones are left out.
    ///
    /// What a router in between adds or hides is not known here.
    #[must_use]
    pub fn reachable_addresses(&self) -> Vec<SocketAddr> {
        interfaces::reachable(&self.local_addresses())
    }

    /// What the endpoint has to do at the moment.
    #[must_use]
    pub fn load(&self) -> EndpointLoad {
        EndpointLoad {
            handshakes: self.gate.handshakes(),
            connections: self.gate.connections(),
        }
    }

    /// The next connection that another node opened; `None` once the endpoint is closed.
    ///
    /// Any node that proves its key gets this far. Cancel safe.
    pub async fn accept(&self) -> Option<Connection> {
        self.accepted.lock().await.recv().await
    }

    /// Connects to the node `expected` at the first of `addresses` that works, within 10 s.
    ///
    /// That the peer does not accept *our* key may show only afterwards, as
    /// [`super::CloseReason::is_key_refused`]: in TLS 1.3 the dialing side is done before the
    /// other has judged its key.
    ///
    /// # Errors
    /// [`ConnectError`], the most telling over all addresses.
    pub async fn connect(
        &self,
        addresses: &[SocketAddr],
        expected: NodeId,
    ) -> Result<Connection, ConnectError> {
        self.connect_within(addresses, Some(expected), settings::CONNECT_TIMEOUT)
            .await
    }

    /// Connects to whichever node answers at `address`, within 10 s; [`Connection::peer`] names it.
    ///
    /// # Errors
    /// As [`Endpoint::connect`], but never [`ConnectError::WrongPeer`].
    pub async fn connect_any(&self, address: SocketAddr) -> Result<Connection, ConnectError> {
        self.connect_within(&[address], None, settings::CONNECT_TIMEOUT)
            .await
    }

    /// Connects to `expected`, or to whoever answers, within `limit`.
    ///
    /// # Errors
    /// As [`Endpoint::connect`].
    pub async fn connect_within(
        &self,
        addresses: &[SocketAddr],
        expected: Option<NodeId>,
        limit: Duration,
    ) -> Result<Connection, ConnectError> {
        let mut lanes = Vec::new();
        let mut unreachable = ConnectError::NoAddress;
        for address in race::order(addresses) {
            match self.socket_towards(address) {
                Some(socket) => lanes.push(Lane { address, socket }),
                None => unreachable = unreachable.or(ConnectError::NoSocket { address }),
            }
        }
        if lanes.is_empty() {
            return Err(unreachable);
        }
        race::run(&self.identity, lanes, expected, limit).await
    }

    fn socket_towards(&self, address: SocketAddr) -> Option<quinn::Endpoint> {
        let suited = self
            .sockets
            .iter()
            .filter_map(|(reach, socket)| Some((reach.suits(address)?, socket)));
        suited
            .max_by_key(|(rank, _)| *rank)
            .map(|(_, socket)| socket.clone())
    }

    /// Closes every connection, tells the peers why, and frees the ports.
    pub async fn close(self, code: CloseCode, text: &str) {
        for (_, socket) in &self.sockets {
            socket.close(code.to_wire(), text.as_bytes());
        }
        let all_told = async {
            for (_, socket) in &self.sockets {
                socket.wait_idle().await;
            }
        };
        // Whoever did not answer in time finds out by silence.
        let _ = timeout(GOODBYE, all_told).await;
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        for (_, socket) in &self.sockets {
            socket.set_server_config(None);
        }
    }
}

/// Answers those who want to connect through one socket, until it is closed.
async fn admit(socket: quinn::Endpoint, gate: Arc<Gate>, accepted: mpsc::Sender<Connection>) {
    loop {
        let incoming = tokio::select! {
            incoming = socket.accept() => incoming,
            () = accepted.closed() => None,
        };
        let Some(incoming) = incoming else { return };
        let proven = incoming.remote_address_validated();
        match gate.consider(incoming.remote_address().ip(), proven) {
            Verdict::Accept(pass) => {
                tokio::spawn(greet(incoming, pass, gate.clone(), accepted.clone()));
            }
            Verdict::Retry if incoming.may_retry() => {
                // Cannot fail: it may retry.
                let _ = incoming.retry();
            }
            Verdict::Retry | Verdict::Refuse => incoming.refuse(),
        }
    }
}

/// Does one handshake and hands the connection over; the pass is held until then.
async fn greet(
    incoming: Incoming,
    pass: HandshakePass,
    gate: Arc<Gate>,
    accepted: mpsc::Sender<Connection>,
) {
    let remote = incoming.remote_address();
    let Ok(connecting) = incoming.accept() else {
        return;
    };
    match timeout(gate.limits().handshake_timeout, connecting).await {
        Ok(Ok(connection)) => {
            if let Some(connection) = Connection::new(connection, false, Some(pass.established())) {
                // Nobody takes it any more if this fails: the endpoint is gone.
                let _ = accepted.send(connection).await;
            }
        }
        Ok(Err(error)) => tracing::debug!(%remote, %error, "a handshake failed"),
        Err(_) => tracing::debug!(%remote, "a handshake took too long"),
    }
}
