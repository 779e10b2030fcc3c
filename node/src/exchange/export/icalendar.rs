//! iCalendar (RFC 5545), going out: meetings and trainings, for members.
//!
//! When, where and about what: agenda, minutes and who was there stay in the registry, since a
//! calendar is sent on and subscribed to. The little that is written is folded and escaped here; the
//! tests read it with a library.

use std::io::Write;

use jiff::tz::TimeZone;
use sync_protocol::time::Timestamp;

use super::ExportedRecord;
use super::publisher::{Publisher, Written, instant, label, number, text, uuid_of};
use crate::exchange::error::ExportError;
use crate::registry::Collection;

/// The fields of a meeting or a training that a calendar shows.
pub(crate) const SHOWN: &[&str] = &["kind", "at", "place", "topic", "hours"];

/// Longest line, in bytes, its end not counted (section 3.1).
const MAX_LINE_BYTES: usize = 75;

/// Writes meetings or trainings.
///
/// # Errors
/// The writer fails, or the records cannot be read.
pub fn write_icalendar(
    mut out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    publisher: &Publisher<'_>,
) -> Result<Written, ExportError> {
    for line in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Cap Actif//NONSGML Cap Actif//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        write_line(&mut out, line)?;
    }
    let mut written = Written::default();
    for record in records {
        let mut fields = record.fields;
        fields.retain(|name, _| SHOWN.contains(&name.as_str()));
        let at = text(&fields, "at").and_then(|at| at.parse::<jiff::Timestamp>().ok());
        let Some(at) = at else {
            written.leave_out("no_time");
            continue;
        };
        let summary = match text(&fields, "topic") {
            Some(topic) => topic.to_owned(),
            None => label(publisher.lang, collection, &fields, "kind").unwrap_or_default(),
        };
        write_line(&mut out, "BEGIN:VEVENT")?;
        write_line(&mut out, &format!("UID:{}", uuid_of(&record.id)))?;
        write_line(&mut out, &format!("DTSTAMP:{}", stamp(record.changed)))?;
        write_line(
            &mut out,
            &format!("LAST-MODIFIED:{}", stamp(record.changed)),
        )?;
        write_line(&mut out, &format!("DTSTART:{}", utc(at)))?;
        if let Some(hours) = number(&fields, "hours").filter(|hours| *hours > 0.0) {
            write_line(&mut out, &format!("DURATION:{}", duration(hours)))?;
        }
        write_line(&mut out, &format!("SUMMARY:{}", escaped(&summary)))?;
        if let Some(place) = text(&fields, "place") {
            write_line(&mut out, &format!("LOCATION:{}", escaped(place)))?;
        }
        let network = escaped(publisher.network);
        write_line(&mut out, &format!("CATEGORIES:{network}"))?;
        write_line(&mut out, "END:VEVENT")?;
        written.count += 1;
    }
    write_line(&mut out, "END:VCALENDAR")?;
    out.flush()?;
    Ok(written)
}

fn stamp(time: Timestamp) -> String {
    utc(instant(time))
}

fn utc(time: jiff::Timestamp) -> String {
    let time = time.to_zoned(TimeZone::UTC);
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Hours as a duration in whole minutes, a month at most.
fn duration(hours: f64) -> String {
    let minutes = (hours.min(744.0) * 60.0).round();
    format!("PT{minutes}M")
}

/// A text value (section 3.3.11): line ends become `\n`, other control characters go.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => escaped.push_str("\\n"),
            _ if character.is_control() => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// One content line, folded between letters.
fn write_line(out: &mut impl Write, line: &str) -> std::io::Result<()> {
    let mut length = 0;
    for character in line.chars() {
        if length + character.len_utf8() > MAX_LINE_BYTES {
            out.write_all(b"\r\n ")?;
            length = 1;
        }
        out.write_all(character.encode_utf8(&mut [0; 4]).as_bytes())?;
        length += character.len_utf8();
    }
    out.write_all(b"\r\n")
}
