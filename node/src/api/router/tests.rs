//! The router over a service of a few lines.

use axum::http::header::{AUTHORIZATION, HOST, ORIGIN};
use axum::http::request::Builder;
use tower::ServiceExt;

use super::*;

struct Fake;

impl Service for Fake {
    fn call(
        &self,
        operation: &str,
        input: Value,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError> {
        match operation {
            "status" => Ok(json!({ "echo": input })),
            "import" => {
                for done in 1..=3 {
                    progress(json!({ "done": done, "total": 3 }));
                }
                Ok(json!({ "created": 3 }))
            }
            "record.show" => Err(ApiError::new(
                "record_not_found",
                ExitKind::NotFound,
                "no such record",
            )),
            "doctor" => panic!("a bug in the service"),
            _ => Err(ApiError::new("refused", ExitKind::Refused, "refused")),
        }
    }
}

fn request(operation: &str) -> Builder {
    Request::post(format!("/api/v1/{operation}"))
        .header(HOST, "127.0.0.1:4242")
        .header(AUTHORIZATION, "Bearer secret")
}

async fn send(request: Request) -> (StatusCode, String) {
    let router = router(Arc::new(Fake), Guard::new("secret", 4242));
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn code(body: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap();
    body["error"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_operation_gets_its_input_and_answers() {
    let (status, body) = send(request("status").body(Body::from(r#"{"a":1}"#)).unwrap()).await;
    assert_eq!(
        (status, body.as_str()),
        (StatusCode::OK, r#"{"echo":{"a":1}}"#)
    );
    let (status, body) = send(request("status").body(Body::empty()).unwrap()).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"echo":{}}"#));
}

#[tokio::test]
async fn operations_are_listed() {
    let list = Request::get("/api/v1")
        .header(HOST, "localhost:4242")
        .header(AUTHORIZATION, "Bearer secret")
        .body(Body::empty())
        .unwrap();
    let (status, body) = send(list).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains("record.add"), "{body}");
}

#[tokio::test]
async fn failures_carry_code_and_status() {
    let (status, body) = send(request("record.show").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::NOT_FOUND, "record_not_found")
    );
    let (status, body) = send(request("sync").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::FORBIDDEN, "refused")
    );
    let (status, body) = send(request("no.such").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::NOT_FOUND, "unknown_operation")
    );
}

#[tokio::test]
async fn a_crash_of_the_service_is_an_error_and_not_a_hang() {
    let (status, body) = send(request("doctor").body(Body::empty()).unwrap()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::INTERNAL_SERVER_ERROR, "internal")
    );
    let lines = request("doctor")
        .header(ACCEPT, NDJSON)
        .body(Body::empty())
        .unwrap();
    let (status, body) = send(lines).await;
    assert_eq!((status, code(&body).as_str()), (StatusCode::OK, "internal"));
}

#[tokio::test]
async fn progress_comes_in_lines_before_the_result() {
    let lines = request("import")
        .header(ACCEPT, NDJSON)
        .body(Body::empty())
        .unwrap();
    let (_, body) = send(lines).await;
    let lines: Vec<&str> = body.lines().collect();
    assert_eq!(lines.first(), Some(&r#"{"progress":{"done":1,"total":3}}"#));
    assert_eq!(lines.last(), Some(&r#"{"result":{"created":3}}"#));
    let failing = request("record.show")
        .header(ACCEPT, NDJSON)
        .body(Body::empty())
        .unwrap();
    assert_eq!(code(&send(failing).await.1), "record_not_found");
}

#[tokio::test]
async fn broken_json_says_where() {
    let (status, body) = send(request("status").body(Body::from("{\"a\":")).unwrap()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::BAD_REQUEST, "api_broken_json")
    );
    assert!(body.contains(r#""line":"1""#), "{body}");
    let deep = "[".repeat(100_000);
    let (status, _) = send(request("status").body(Body::from(deep)).unwrap()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_oversized_body_is_refused() {
    let body = Body::from(vec![b' '; MAX_BODY_BYTES + 1]);
    let (status, body) = send(request("status").body(body).unwrap()).await;
    assert_eq!(
        (status, code(&body).as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "api_body_too_large")
    );
}

#[tokio::test]
async fn strangers_are_refused_with_the_reason() {
    let base = || Request::post("/api/v1/status").header(AUTHORIZATION, "Bearer secret");
    let cases = [
        (
            base().header(HOST, "evil.example:4242"),
            403,
            "api_foreign_host",
        ),
        (
            base()
                .header(HOST, "localhost:4242")
                .header(ORIGIN, "https://evil.example"),
            403,
            "api_foreign_origin",
        ),
        (
            Request::post("/api/v1/status")
                .header(HOST, "localhost:4242")
                .header(AUTHORIZATION, "Bearer guess"),
            401,
            "api_wrong_token",
        ),
        (
            Request::post("/api/v1/status").header(HOST, "localhost:4242"),
            401,
            "api_no_token",
        ),
        (
            Request::get("/nowhere").header(HOST, "localhost:4242"),
            401,
            "api_no_token",
        ),
    ];
    for (request, expected, reason) in cases {
        let (status, body) = send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((status.as_u16(), code(&body).as_str()), (expected, reason));
    }
}
