//! Ctrl-C while the demonstration plays: everything ends, nothing is left.

use std::thread;
use std::time::{Duration, Instant};

use capactif_node::api::{ApiError, ExitKind};
use tokio::runtime::Builder;

use super::stage::Stage;
use crate::host::serve::request_to_end;

/// How long the scene that is playing may take to notice.
const PATIENCE: Duration = Duration::from_secs(5);

/// That the person, or the system, asked for the end.
pub(super) fn error() -> ApiError {
    let text = "the demonstration was interrupted";
    ApiError::new("demo_interrupted", ExitKind::Failed, text)
}

/// Watches for the request to end from a thread of its own.
pub(super) fn watch(stage: &Stage) {
    let stage = stage.clone();
    thread::spawn(move || {
        let Ok(runtime) = Builder::new_current_thread().enable_all().build() else {
            return;
        };
        let requested = runtime.block_on(async {
            let Ok(request) = request_to_end() else {
                return false;
            };
            tokio::select! {
                () = request => true,
                () = hangup() => true,
            }
        });
        if !requested {
            return;
        }
        stage.interrupt();
        // The scene that plays fails now and cleans up; should it hang, this thread does.
        let deadline = Instant::now() + PATIENCE;
        while !stage.is_left() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(20));
        }
        if !stage.is_left() {
            stage.leave();
            std::process::exit(i32::from(u8::from(ExitKind::Failed)));
        }
    });
}

/// The terminal is closed.
#[cfg(unix)]
async fn hangup() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::hangup()) {
        Ok(mut hangup) => {
            hangup.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

/// The closing of the console is a request to end already.
#[cfg(windows)]
async fn hangup() {
    std::future::pending().await
}
