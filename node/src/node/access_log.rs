//! Who looked at what is sealed, and when: a file of this home alone, one JSON line a reading.
//!
//! A line is durable before the text is shown. It names the record and never what was read. Lines
//! are kept for twelve months.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;

use jiff::{Timestamp as Instant, ToSpan};
use serde::{Deserialize, Serialize};
use sync_protocol::id::RecordId;

use crate::api::ApiError;
use crate::home::atomic::{self, Access};
use crate::home::syncs;

use super::clock;
use super::errors::of_file;
use super::member::Member;

/// How long readings are remembered.
const KEPT_HOURS: i64 = 366 * 24;

/// Why something sealed was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Purpose {
    /// To show it.
    Show,
    /// To change it.
    Edit,
    /// It was found by a search.
    Search,
    /// It was found to be like another.
    Compare,
    /// To give the person all that is held about them.
    Export,
}

/// One reading.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Reading {
    /// In the form of RFC 3339.
    at: String,
    pub(super) purpose: Purpose,
    /// The record, in hexadecimal.
    pub(super) record: String,
}

impl Reading {
    /// When it was; the beginning of time where the line does not say.
    pub(super) fn at(&self) -> Instant {
        self.at.parse().unwrap_or(Instant::MIN)
    }
}

impl Member {
    fn access_log(&self) -> PathBuf {
        self.home.file("access.log")
    }

    /// Notes readings, before what was read is shown.
    pub(super) fn log_readings(
        &self,
        purpose: Purpose,
        records: &[RecordId],
    ) -> Result<(), ApiError> {
        if records.is_empty() {
            return Ok(());
        }
        let path = self.access_log();
        let failed = |error: std::io::Error| of_file(&path, &error);
        let _one_at_a_time = super::member::lock(&self.logging);
        self.forget_old_readings()?;
        if !path.exists() {
            atomic::write(&path, b"", Access::Owner).map_err(failed)?;
        }
        let at = clock::instant().to_string();
        let mut lines = Vec::new();
        for record in records {
            let reading = Reading {
                at: at.clone(),
                purpose,
                record: record.to_string(),
            };
            serde_json::to_writer(&mut lines, &reading).expect("texts are JSON");
            lines.push(b'\n');
        }
        let mut file = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(failed)?;
        file.write_all(&lines).map_err(failed)?;
        syncs::data(&file).map_err(failed)
    }

    /// Every reading that is remembered, the oldest first. A line that a power cut left half is
    /// passed over.
    pub(super) fn readings(&self) -> Result<Vec<Reading>, ApiError> {
        let path = self.access_log();
        let file = match fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(of_file(&path, &error)),
        };
        let mut readings = Vec::new();
        for line in BufReader::new(file).split(b'\n') {
            let line = line.map_err(|error| of_file(&path, &error))?;
            readings.extend(serde_json::from_slice::<Reading>(&line));
        }
        Ok(readings)
    }

    /// Rewrites the log once its first line is older than is kept.
    fn forget_old_readings(&self) -> Result<(), ApiError> {
        let path = self.access_log();
        let Ok(file) = fs::File::open(&path) else {
            return Ok(());
        };
        let oldest = clock::instant().saturating_sub(KEPT_HOURS.hours());
        let oldest = oldest.unwrap_or(Instant::MIN);
        let first = BufReader::new(file).split(b'\n').next();
        let first = first
            .and_then(Result::ok)
            .and_then(|line| serde_json::from_slice::<Reading>(&line).ok());
        if first.is_none_or(|first| first.at() >= oldest) {
            return Ok(());
        }
        let mut kept = Vec::new();
        for reading in self.readings()?.iter().filter(|it| it.at() >= oldest) {
            serde_json::to_writer(&mut kept, reading).expect("texts are JSON");
            kept.push(b'\n');
        }
        atomic::write(&path, &kept, Access::Owner).map_err(|error| of_file(&path, &error))
    }
}
