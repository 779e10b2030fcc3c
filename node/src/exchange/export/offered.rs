//! Which opportunities the public is shown: on offer, and vouched for lately.

use jiff::civil::Date;

use super::ExportedRecord;
use crate::registry::freshness::{Freshness, freshness};
use crate::registry::opportunity::Status;

/// Whether an opportunity is on offer and somebody vouched for it within its review interval.
///
/// Takes all fields: how often one is to be seen again is no public matter.
#[must_use]
pub fn is_offered(record: &ExportedRecord, today: Date) -> bool {
    Status::of(&record.fields).is_some_and(Status::is_on_offer)
        && matches!(freshness(&record.fields, today), Freshness::Fresh { .. })
}
