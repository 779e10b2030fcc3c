//! Files taken away: CSV, JSON lines, GeoJSON, Automerge.

use std::io::{Cursor, Write};

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::api::{ApiError, ExitKind};
use crate::exchange::{
    Audience, CsvStyle, ExportedRecord, Places, Point, write_csv, write_geojson, write_json_lines,
};
use crate::registry::{Collection, find_collection};
use crate::territory::Territory;
use crate::view::List;

use super::Outcome;
use super::errors::read;
use super::member::Member;

/// Records read from the list at a time.
const PAGE: usize = 1_000;

#[derive(Deserialize)]
struct Wanted {
    collection: String,
    format: String,
    #[serde(default, rename = "where")]
    conditions: Vec<String>,
    #[serde(default)]
    public: bool,
}

impl Member {
    /// `export`.
    pub(super) fn export(&self, input: Value) -> Outcome {
        let Wanted {
            collection,
            format,
            conditions,
            public,
        } = read(input)?;
        let declared = find_collection(&collection)?;
        let audience = if public {
            Audience::Public
        } else {
            Audience::Network
        };
        let mut out = Vec::new();
        let folded = format.to_lowercase().replace('-', "_");
        let media_type = match folded.as_str() {
            "csv" => {
                let records = self.exported(declared, &conditions)?;
                write_csv(&mut out, declared, records, audience, &CsvStyle::FRENCH)?;
                "text/csv; charset=utf-8"
            }
            "jsonl" | "json_lines" | "ndjson" => {
                let records = self.exported(declared, &conditions)?;
                write_json_lines(&mut out, declared, records, audience)?;
                "application/x-ndjson"
            }
            "geojson" => {
                let records = self.exported(declared, &conditions)?;
                write_geojson(
                    &mut out,
                    declared,
                    records,
                    audience,
                    &Centroids(self.territory),
                )?;
                "application/geo+json"
            }
            "automerge" => self.export_documents(declared, &conditions, &mut out)?,
            _ => {
                let text = format!("{format} is not a format: csv, jsonl, geojson or automerge");
                return Err(ApiError::new("unknown_format", ExitKind::Usage, text)
                    .with("format", format)
                    .with("allowed", "csv, jsonl, geojson, automerge"));
            }
        };
        Ok(json!({ "content_base64": BASE64.encode(&out), "media_type": media_type }))
    }

    fn exported(
        &self,
        declared: &Collection,
        conditions: &[String],
    ) -> Result<Vec<ExportedRecord>, ApiError> {
        let mut records = Vec::new();
        loop {
            let list = List {
                conditions: conditions.to_vec(),
                sort: Some(crate::view::Sort::parse("created_on")),
                limit: Some(PAGE),
                offset: records.len(),
                ..List::default()
            };
            let page = self.reader.list(declared.name, &list)?;
            let last = page.records.len() < PAGE;
            records.extend(page.records.into_iter().map(|record| ExportedRecord {
                id: record.id.to_string(),
                owner: self.owner_of_record(&record).to_string(),
                fields: record.fields,
            }));
            if last {
                return Ok(records);
            }
        }
    }

    /// One record as the Automerge file it is; several as an archive of them.
    fn export_documents(
        &self,
        declared: &Collection,
        conditions: &[String],
        out: &mut Vec<u8>,
    ) -> Result<&'static str, ApiError> {
        let records = self.exported(declared, conditions)?;
        let saved = |record: &ExportedRecord| -> Result<Vec<u8>, ApiError> {
            let id: RecordId = record.id.parse().expect("identities of our own list");
            Ok(crate::replica::saved_document(&self.reader, &id)?.unwrap_or_default())
        };
        if let [only] = records.as_slice() {
            *out = saved(only)?;
            return Ok("application/vnd.automerge");
        }
        let failed = |error: zip::result::ZipError| {
            ApiError::new("export_failed", ExitKind::Failed, error.to_string())
                .with("reason", error)
        };
        let mut archive = zip::ZipWriter::new(Cursor::new(&mut *out));
        for record in &records {
            let name = format!("{}.automerge", record.id);
            archive
                .start_file(name, zip::write::SimpleFileOptions::default())
                .map_err(failed)?;
            archive
                .write_all(&saved(record)?)
                .map_err(|error| failed(error.into()))?;
        }
        archive.finish().map_err(failed)?;
        Ok("application/zip")
    }
}

/// The middles of communes and of their intercommunalities.
struct Centroids(&'static Territory);

impl Places for Centroids {
    fn commune(&self, insee_code: &str) -> Option<Point> {
        let commune = self.0.current(insee_code)?;
        Some(commune.centroid)
    }

    fn epci_of(&self, insee_code: &str) -> Option<Point> {
        let epci = &self.0.current(insee_code)?.epci;
        let mut weight = 0.0;
        let (mut latitude, mut longitude) = (0.0, 0.0);
        for commune in self.0.communes().iter().filter(|it| it.epci == *epci) {
            let people = f64::from(commune.population.max(1));
            weight += people;
            latitude += commune.centroid.latitude * people;
            longitude += commune.centroid.longitude * people;
        }
        (weight > 0.0).then(|| Point {
            latitude: latitude / weight,
            longitude: longitude / weight,
        })
    }
}
