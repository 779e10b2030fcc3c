//! A listener: the API's on loopback, the portal's where it is asked to.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::{Listener, ListenerExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::guard::Guard;
use super::router::router;
use super::service::Service;
use crate::error::{Coded, ExitKind};

/// How long operations under way may still take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Why the API could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The address is not of this machine alone.
    #[error("the API listens on loopback only, not on {address}")]
    NotLoopback {
        /// What was asked for.
        address: SocketAddr,
    },
    /// Another program listens there.
    #[error("{address} is in use by another program")]
    InUse {
        /// What was asked for.
        address: SocketAddr,
    },
    /// The system refused.
    #[error("cannot listen on {address}")]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl Coded for ServerError {
    fn code(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } => "api_not_loopback",
            Self::InUse { .. } => "address_in_use",
            Self::Bind { .. } => "api_cannot_listen",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotLoopback { address } | Self::InUse { address } => {
                vec![("address", address.to_string())]
            }
            Self::Bind { address, source } => {
                vec![
                    ("address", address.to_string()),
                    ("reason", source.to_string()),
                ]
            }
        }
    }

    fn exit(&self) -> ExitKind {
        match self {
            Self::NotLoopback { .. } => ExitKind::Usage,
            Self::InUse { .. } | Self::Bind { .. } => ExitKind::Failed,
        }
    }
}

/// A running API; stops when told to, or when dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// The loopback address with a port that the system chooses.
pub const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

impl Server {
    /// Listens on `address` and answers for `service` to who holds `token`.
    ///
    /// # Errors
    /// [`ServerError`] when the address is not loopback, is taken, or the system refuses.
    pub async fn start(
        service: Arc<dyn Service>,
        token: &str,
        address: SocketAddr,
    ) -> Result<Self, ServerError> {
        if !address.ip().is_loopback() {
            return Err(ServerError::NotLoopback { address });
        }
        Self::serve(
            address,
            |listener| listener,
            |address| router(service, Guard::new(token, address.port())),
        )
        .await
    }

    /// Listens on `address`, through the door that `door` makes of the listener, and answers with the
    /// router made for where it came to listen.
    ///
    /// # Errors
    /// [`ServerError`] when the address is taken, or the system refuses.
    pub(crate) async fn serve<D: Listener<Addr = SocketAddr>>(
        address: SocketAddr,
        door: impl FnOnce(TcpListener) -> D,
        router: impl FnOnce(SocketAddr) -> Router,
    ) -> Result<Self, ServerError> {
        let refused = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => ServerError::InUse { address },
            _ => ServerError::Bind { address, source },
        };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let router = router(address).into_make_service_with_connect_info::<SocketAddr>();
        // Tapped for nothing but what it brings along: requests know the address they come from.
        let door = door(listener).tap_io(|_| {});
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(async move {
            let (closing, closed) = oneshot::channel();
            let serve = axum::serve(door, router).with_graceful_shutdown(async move {
                let _dropping_stops_too = stopped.await;
                let _nobody_waits = closing.send(());
            });
            tokio::select! {
                served = async { serve.await } => {
                    if let Err(error) = served {
                        tracing::error!(%error, "the API stopped");
                    }
                }
                () = async {
                    let _server_ended = closed.await;
                    tokio::time::sleep(GRACE).await;
                } => tracing::warn!("operations were still under way when the API closed"),
            }
        });
        Ok(Self {
            address,
            stop: Some(stop),
            task,
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no further request, lets those under way finish within ten seconds, and returns.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        let _a_panic_is_logged_already = self.task.await;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use serde_json::{Value, json};

    use super::*;
    use crate::api::ApiError;

    struct Fake;

    impl Service for Fake {
        fn call(
            &self,
            operation: &str,
            _input: Value,
            _progress: &mut dyn FnMut(Value),
        ) -> Result<Value, ApiError> {
            Ok(json!({ "asked": operation }))
        }
    }

    fn ask(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        let request = format!(
            "POST /api/v1/status HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer t\r\n\
             connection: close\r\ncontent-length: 2\r\n\r\n{{}}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_answers_on_the_port_it_names_and_stops() {
        let server = Server::start(Arc::new(Fake), "t", ANY_PORT).await.unwrap();
        let address = server.address();
        let answer = tokio::task::spawn_blocking(move || ask(address))
            .await
            .unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with(r#"{"asked":"status"}"#), "{answer}");

        let second = Server::start(Arc::new(Fake), "t", address).await;
        assert!(
            matches!(second, Err(ServerError::InUse { .. })),
            "{second:?}"
        );

        server.stop().await;
        assert!(TcpStream::connect(address).is_err());
    }

    #[tokio::test]
    async fn other_machines_are_never_served() {
        let address = "0.0.0.0:0".parse().unwrap();
        let refused = Server::start(Arc::new(Fake), "t", address).await;
        assert!(matches!(refused, Err(ServerError::NotLoopback { .. })));
    }
}
