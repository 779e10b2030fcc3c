//! Operations over HTTP: `POST /api/v1/{operation}` with a JSON body.
//!
//! The answer is the operation's JSON, or `{"error": …}` with a status to match. With
//! `Accept: application/x-ndjson` it is a stream of lines: `{"progress": …}` while the work goes
//! on, then one `{"result": …}` or `{"error": …}`.

use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http_body_util::channel::Channel;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use super::guard::Guard;
use super::service::{OPERATIONS, Service};
use crate::error::{ApiError, ExitKind};

/// The longest request body that is read, in bytes; larger files are given by path.
pub const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// The media type of an answer in lines.
pub const NDJSON: &str = "application/x-ndjson";

/// How many progress lines wait for a slow reader before further ones are dropped.
const PROGRESS_BACKLOG: usize = 64;

/// The router over a service, behind a guard.
pub fn router(service: Arc<dyn Service>, guard: Guard) -> Router {
    Router::new()
        .route("/api/v1", get(list))
        .route("/api/v1/{operation}", post(operate))
        .fallback(async || {
            let error = ApiError::new("api_no_such_page", ExitKind::NotFound, "no such page");
            failure(StatusCode::NOT_FOUND, &error)
        })
        .layer(middleware::from_fn_with_state(guard, admit))
        .with_state(service)
}

async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.admit(request.headers()) {
        Ok(()) => {
            let mut response = next.run(request).await;
            response
                .headers_mut()
                .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(refusal) => failure(refusal.status(), &refusal.into()),
    }
}

async fn list() -> Response {
    Json(json!({ "version": 1, "operations": OPERATIONS })).into_response()
}

async fn operate(
    State(service): State<Arc<dyn Service>>,
    Path(operation): Path<String>,
    request: Request,
) -> Response {
    if !OPERATIONS.contains(&operation.as_str()) {
        let error = ApiError::new("unknown_operation", ExitKind::NotFound, "no such operation")
            .with("operation", operation.chars().take(80).collect::<String>());
        return failure(StatusCode::NOT_FOUND, &error);
    }
    let wants_lines = request
        .headers()
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains(NDJSON));
    let input = match read_input(request.into_body()).await {
        Ok(input) => input,
        Err((status, error)) => return failure(status, &error),
    };
    if wants_lines {
        stream(service, operation, input)
    } else {
        answer(service, operation, input).await
    }
}

async fn read_input(body: Body) -> Result<Value, (StatusCode, ApiError)> {
    let bytes = to_bytes(body, MAX_BODY_BYTES).await.map_err(|_| {
        let message = format!("the request is cut short or longer than {MAX_BODY_BYTES} bytes");
        let error = ApiError::new("api_body_too_large", ExitKind::Usage, message)
            .with("limit", MAX_BODY_BYTES);
        (StatusCode::PAYLOAD_TOO_LARGE, error)
    })?;
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        let error = ApiError::new("api_broken_json", ExitKind::Usage, error.to_string())
            .with("line", error.line())
            .with("column", error.column());
        (StatusCode::BAD_REQUEST, error)
    })
}

async fn answer(service: Arc<dyn Service>, operation: String, input: Value) -> Response {
    let call = tokio::task::spawn_blocking(move || service.call(&operation, input, &mut |_| {}));
    match call.await {
        Ok(Ok(output)) => Json(output).into_response(),
        Ok(Err(error)) => failure(status_of(error.exit), &error),
        Err(_) => failure(StatusCode::INTERNAL_SERVER_ERROR, &crashed()),
    }
}

fn stream(service: Arc<dyn Service>, operation: String, input: Value) -> Response {
    let (mut sender, body) = Channel::<Bytes>::new(PROGRESS_BACKLOG);
    let runtime = Handle::current();
    tokio::spawn(async move {
        // The sender comes back by a channel of its own, so that a panic in the service still
        // ends the stream with an error line.
        let (lines, mut progress) = tokio::sync::mpsc::channel::<Value>(PROGRESS_BACKLOG);
        let call = runtime.spawn_blocking(move || {
            service.call(&operation, input, &mut |step| {
                // A reader that has gone or lags does not slow the work down.
                let _dropped_when_full = lines.try_send(step);
            })
        });
        while let Some(step) = progress.recv().await {
            if sender
                .send_data(line(&json!({ "progress": step })))
                .await
                .is_err()
            {
                break;
            }
        }
        let last = match call.await {
            Ok(Ok(output)) => json!({ "result": output }),
            Ok(Err(error)) => json!({ "error": error }),
            Err(_) => json!({ "error": crashed() }),
        };
        let _reader_may_have_gone = sender.send_data(line(&last)).await;
    });
    ([(CONTENT_TYPE, NDJSON)], Body::new(body)).into_response()
}

fn line(value: &Value) -> Bytes {
    let mut text = value.to_string();
    text.push('\n');
    Bytes::from(text)
}

fn failure(status: StatusCode, error: &ApiError) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}

fn crashed() -> ApiError {
    ApiError::new(
        "internal",
        ExitKind::Failed,
        "the node failed on this operation; see its log",
    )
}

const fn status_of(exit: ExitKind) -> StatusCode {
    match exit {
        ExitKind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        ExitKind::Usage => StatusCode::BAD_REQUEST,
        ExitKind::NotFound => StatusCode::NOT_FOUND,
        ExitKind::Refused => StatusCode::FORBIDDEN,
        ExitKind::NeedsDecision => StatusCode::CONFLICT,
        ExitKind::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests;
