//! Operations of a node that runs, over its API on loopback.

use std::net::SocketAddr;

use capactif_node::api::{ApiError, ExitKind, router::NDJSON};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::Client;

/// A running node, named by the lock of its home.
pub(crate) struct Loopback {
    address: SocketAddr,
    token: String,
    runtime: Runtime,
}

impl Loopback {
    /// A client of the node at `address`, whose token file holds `token`.
    pub(crate) fn new(address: SocketAddr, token: &str) -> std::io::Result<Self> {
        capactif_node::handles::some_are_left()?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        Ok(Self {
            address,
            token: token.trim().to_owned(),
            runtime,
        })
    }
}

impl Client for Loopback {
    fn call(
        &mut self,
        operation: &str,
        input: Value,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError> {
        self.runtime
            .block_on(ask(self.address, &self.token, operation, &input, progress))
    }
}

async fn ask(
    address: SocketAddr,
    token: &str,
    operation: &str,
    input: &Value,
    progress: &mut dyn FnMut(Value),
) -> Result<Value, ApiError> {
    let unreachable = |reason: String| {
        ApiError::new(
            "node_unreachable",
            ExitKind::Unreachable,
            format!("{address}: {reason}"),
        )
        .with("address", address)
        .with("reason", reason)
    };
    let stream = TcpStream::connect(address)
        .await
        .map_err(|error| unreachable(error.to_string()))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|error| unreachable(error.to_string()))?;
    let driver = tokio::spawn(connection);
    let request = Request::post(format!("/api/v1/{operation}"))
        .header(HOST, address.to_string())
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .header(CONTENT_TYPE, "application/json")
        .header(ACCEPT, NDJSON)
        .body(Full::new(Bytes::from(input.to_string())))
        .map_err(|error| unreachable(error.to_string()))?;
    let response = sender
        .send_request(request)
        .await
        .map_err(|error| unreachable(error.to_string()))?;
    let answer = read(response.into_body(), progress).await;
    driver.abort();
    answer.map_err(|broken| match broken {
        Broken::Refused(error) => *error,
        Broken::CutShort => unreachable("the answer was cut short".to_owned()),
    })
}

enum Broken {
    Refused(Box<ApiError>),
    CutShort,
}

/// Reads the lines of an answer up to its result. Failures before the operation started come as
/// one JSON object, which is a line too.
async fn read(mut body: Incoming, progress: &mut dyn FnMut(Value)) -> Result<Value, Broken> {
    let mut pending = Vec::new();
    loop {
        let frame = match body.frame().await {
            Some(Ok(frame)) => Some(frame),
            Some(Err(_)) => return Err(Broken::CutShort),
            None => None,
        };
        let ended = frame.is_none();
        if let Some(data) = frame.and_then(|frame| frame.into_data().ok()) {
            pending.extend_from_slice(&data);
        }
        if ended {
            pending.push(b'\n');
        }
        let mut lines = pending.split_inclusive(|byte| *byte == b'\n').peekable();
        let mut rest = Vec::new();
        while let Some(line) = lines.next() {
            if lines.peek().is_none() && !line.ends_with(b"\n") {
                rest = line.to_vec();
                break;
            }
            if let Some(result) = take_line(line, progress) {
                return result;
            }
        }
        if ended {
            return Err(Broken::CutShort);
        }
        pending = rest;
    }
}

fn take_line(line: &[u8], progress: &mut dyn FnMut(Value)) -> Option<Result<Value, Broken>> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let Ok(Value::Object(mut line)) = serde_json::from_slice(line) else {
        return Some(Err(Broken::CutShort));
    };
    if let Some(step) = line.remove("progress") {
        progress(step);
        return None;
    }
    if let Some(result) = line.remove("result") {
        return Some(Ok(result));
    }
    let error = line
        .remove("error")
        .and_then(|error| serde_json::from_value(error).ok());
    Some(Err(error.map_or(Broken::CutShort, |error| {
        Broken::Refused(Box::new(error))
    })))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use capactif_node::api::Service;
    use capactif_node::api::server::{ANY_PORT, Server};
    use serde_json::json;

    use super::*;

    struct Fake;

    impl Service for Fake {
        fn call(
            &self,
            operation: &str,
            input: Value,
            progress: &mut dyn FnMut(Value),
        ) -> Result<Value, ApiError> {
            if operation == "record.show" {
                return Err(
                    ApiError::new("no_such_record", ExitKind::NotFound, "gone").with("id", 1)
                );
            }
            progress(json!({ "done": 1 }));
            Ok(json!({ "operation": operation, "input": input, "long": "é".repeat(200_000) }))
        }
    }

    fn with_server(test: impl FnOnce(SocketAddr) + Send) {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("runtime");
        let server = runtime
            .block_on(Server::start(Arc::new(Fake), "secret", ANY_PORT))
            .unwrap();
        test(server.address());
        runtime.block_on(server.stop());
    }

    #[test]
    fn answers_and_progress_come_as_from_a_node_in_process() {
        with_server(|address| {
            let mut steps = Vec::new();
            let mut client = Loopback::new(address, "secret\n").unwrap();
            let input = json!({ "text": "l’été" });
            let answer = client
                .call("search", input.clone(), &mut |step| steps.push(step))
                .unwrap();
            assert_eq!(answer["operation"], "search");
            assert_eq!(answer["input"], input);
            assert_eq!(steps, [json!({ "done": 1 })]);
        });
    }

    #[test]
    fn failures_keep_their_code_facts_and_exit() {
        with_server(|address| {
            let mut client = Loopback::new(address, "secret").unwrap();
            let error = client
                .call("record.show", json!({}), &mut |_| {})
                .unwrap_err();
            assert_eq!(
                (error.code.as_str(), error.exit),
                ("no_such_record", ExitKind::NotFound)
            );
            assert_eq!(error.args["id"], "1");

            let mut stranger = Loopback::new(address, "guess").unwrap();
            let error = stranger.call("status", json!({}), &mut |_| {}).unwrap_err();
            assert_eq!(error.code, "api_wrong_token");
        });
    }

    #[test]
    fn a_node_that_is_gone_is_named() {
        let mut gone = None;
        with_server(|address| gone = Some(address));
        let mut client = Loopback::new(gone.unwrap(), "secret").unwrap();
        let error = client.call("status", json!({}), &mut |_| {}).unwrap_err();
        assert_eq!(
            (error.code.as_str(), error.exit),
            ("node_unreachable", ExitKind::Unreachable)
        );
    }
}
