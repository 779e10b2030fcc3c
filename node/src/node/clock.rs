//! The one place of a node that reads the wall clock and draws random bytes.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp as Instant;
use jiff::civil::Date;
use sync_protocol::time::Timestamp;

use crate::api::{ApiError, ExitKind};
use crate::paris;

/// Now, in milliseconds since 1970.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// The day it is in the territory.
pub(crate) fn today() -> Date {
    paris::clock(Instant::now()).date()
}

/// Now, to the second, as records keep it.
pub(super) fn instant() -> Instant {
    let now = Instant::now();
    Instant::from_second(now.as_second()).unwrap_or(now)
}

/// A time as JSON carries it.
pub(super) fn iso(time: Timestamp) -> String {
    let millis = i64::try_from(time.0).unwrap_or(i64::MAX);
    Instant::from_millisecond(millis).map_or_else(|_| time.0.to_string(), |it| it.to_string())
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], ApiError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        let text = "the system gives no random numbers";
        ApiError::new("no_randomness", ExitKind::Failed, text).with("reason", error)
    })?;
    Ok(bytes)
}
