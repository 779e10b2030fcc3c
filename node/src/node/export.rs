//! Files taken away, in the forms that people and other programs read.

use std::cell::Cell;
use std::io::{Cursor, Write};
use std::rc::Rc;

use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};
use sync_protocol::id::RecordId;

use crate::api::{ApiError, Detail, ExitKind};
use crate::exchange::{
    Audience, CsvStyle, ExportedRecord, Publisher, SiteClass, Written, is_offered, write_atom,
    write_csv, write_data_inclusion, write_geojson, write_hsds, write_icalendar, write_json_lines,
    write_sites,
};
use crate::language::Language;
use crate::registry::{Collection, Field, Visibility, find_collection};
use crate::view::{List, Record, Sort, ViewError};

use super::errors::read;
use super::member::Member;
use super::surroundings::Around;
use super::{Outcome, clock};

pub(crate) mod public;

/// Records read from the list at a time.
const PAGE: usize = 1_000;

/// A form that records are taken away in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    JsonLines,
    GeoJson,
    DataInclusion,
    Hsds,
    Site,
    Plot,
    Atom,
    Icalendar,
    Automerge,
}

/// Each form with its name, other names for it, and the collections it has; none for all.
const FORMS: [(Form, &str, &[&str], &[&str]); 10] = [
    (Form::Csv, "csv", &[], &[]),
    (Form::JsonLines, "jsonl", &["json_lines", "ndjson"], &[]),
    (Form::GeoJson, "geojson", &[], &[]),
    (
        Form::DataInclusion,
        "data-inclusion",
        &["datainclusion", "data_inclusion_v1"],
        &["structure", "support_offer", "local_service"],
    ),
    (
        Form::Hsds,
        "hsds",
        &["open_referral", "hsds_3.0"],
        &["structure", "support_offer", "local_service"],
    ),
    (Form::Site, "cnig-site", &["cnig"], &["opportunity"]),
    (Form::Plot, "cnig-terrain", &[], &["opportunity"]),
    (Form::Atom, "atom", &[], &["opportunity", "news"]),
    (
        Form::Icalendar,
        "ics",
        &["icalendar", "ical"],
        &["meeting", "training"],
    ),
    (Form::Automerge, "automerge", &[], &[]),
];

impl Form {
    /// The form of this name, if it has this collection.
    fn find(name: &str, collection: &Collection) -> Result<Self, ApiError> {
        let folded = name.to_lowercase().replace('-', "_");
        let is_meant = |canonical: &str, others: &[&str]| {
            canonical.replace('-', "_") == folded || others.contains(&folded.as_str())
        };
        let fits =
            |collections: &[&str]| collections.is_empty() || collections.contains(&collection.name);
        let found = FORMS.iter().find(|(_, it, others, _)| is_meant(it, others));
        if let Some((form, _, _, collections)) = found
            && fits(collections)
        {
            return Ok(*form);
        }
        let names = |all: bool| {
            let fitting = FORMS.iter().filter(|(.., it)| all || fits(it));
            let names: Vec<&str> = fitting.map(|(_, name, ..)| *name).collect();
            names.join(", ")
        };
        match found {
            None => {
                let allowed = names(true);
                let text = format!("{name} is not a format: {allowed}");
                Err(ApiError::new("unknown_format", ExitKind::Usage, text)
                    .with("format", name)
                    .with("allowed", allowed))
            }
            Some(_) => {
                let (allowed, collection) = (names(false), collection.name);
                let text = format!("{name} does not hold {collection}: {allowed}");
                Err(ApiError::new("format_not_for", ExitKind::Usage, text)
                    .with("format", name)
                    .with("collection", collection)
                    .with("allowed", allowed))
            }
        }
    }

    /// Whether everybody may see such a file, so that nothing else than public fields is in it.
    const fn is_public(self) -> bool {
        match self {
            Self::GeoJson
            | Self::DataInclusion
            | Self::Hsds
            | Self::Site
            | Self::Plot
            | Self::Atom => true,
            Self::Csv | Self::JsonLines | Self::Icalendar | Self::Automerge => false,
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv | Self::Site | Self::Plot => "text/csv; charset=utf-8",
            Self::JsonLines => "application/x-ndjson",
            Self::GeoJson => "application/geo+json",
            Self::DataInclusion | Self::Hsds => "application/json",
            Self::Atom => "application/atom+xml",
            Self::Icalendar => "text/calendar; charset=utf-8",
            Self::Automerge => "application/vnd.automerge",
        }
    }
}

#[derive(Deserialize)]
struct Wanted {
    collection: String,
    format: String,
    #[serde(default, rename = "where")]
    conditions: Vec<String>,
    #[serde(default)]
    public: bool,
    /// The language of what people read in it: `fr` unless it is `en`.
    #[serde(default)]
    lang: Language,
}

impl Member {
    /// `export`.
    pub(super) fn export(&self, input: Value) -> Outcome {
        let wanted: Wanted = read(input)?;
        let declared = find_collection(&wanted.collection)?;
        let form = Form::find(&wanted.format, declared)?;
        let is_public = wanted.public || form.is_public();
        let has_public = |field: &Field| field.visibility == Visibility::Public;
        let keeps_to_itself = matches!(form, Form::Icalendar | Form::Automerge);
        if is_public && (keeps_to_itself || !declared.fields.iter().any(has_public)) {
            let name = declared.name;
            let text = format!("nothing of {name} is public in this format");
            return Err(ApiError::new("nothing_public", ExitKind::Refused, text)
                .with("collection", name)
                .with("format", &wanted.format));
        }
        let mut out = Vec::new();
        if form == Form::Automerge {
            let media_type = self.export_documents(declared, &wanted.conditions, &mut out)?;
            return Ok(json!({ "content_base64": BASE64.encode(&out), "media_type": media_type }));
        }
        let pages = Pages::new(self, declared, &wanted.conditions, form);
        let failure = pages.failure();
        let written = self.write_export(&mut out, form, declared, pages, is_public, wanted.lang);
        if let Some(error) = failure.take() {
            return Err(error.into());
        }
        let written = written?;
        let left_out: Vec<Detail> = written
            .left_out
            .iter()
            .map(|(code, count)| {
                let message = format!("{count} left out: {}", code.replace('_', " "));
                Detail::new(code, vec![("count", count.to_string())], message)
            })
            .collect();
        Ok(json!({
            "content_base64": BASE64.encode(&out),
            "media_type": form.media_type(),
            "records": written.count,
            "left_out": left_out,
        }))
    }

    fn write_export(
        &self,
        out: &mut Vec<u8>,
        form: Form,
        declared: &'static Collection,
        pages: impl IntoIterator<Item = ExportedRecord>,
        is_public: bool,
        lang: Language,
    ) -> Result<Written, ApiError> {
        let around = Around::new(self);
        let network_id = self.network.to_string();
        let publisher = Publisher {
            network: self.network_name(),
            network_id: &network_id,
            today: clock::today(),
            lang,
            around: &around,
        };
        let audience = if is_public {
            Audience::Public
        } else {
            Audience::Network
        };
        let mut hidden = 0;
        // Drafts and what nobody vouches for stay among members, whatever the form.
        let hides_drafts = is_public
            && declared.name == "opportunity"
            && matches!(form, Form::Csv | Form::JsonLines | Form::GeoJson);
        let records = pages.into_iter().filter(|record| {
            let is_shown = !hides_drafts || is_offered(record, publisher.today);
            hidden += u64::from(!is_shown);
            is_shown
        });
        let plain = |count| Written {
            count,
            ..Written::default()
        };
        let mut written = match form {
            Form::Csv => write_csv(out, declared, records, audience, &CsvStyle::FRENCH).map(plain),
            Form::JsonLines => write_json_lines(out, declared, records, audience).map(plain),
            Form::GeoJson => write_geojson(out, declared, records, audience, &around).map(plain),
            Form::DataInclusion => write_data_inclusion(out, declared, records, &publisher),
            Form::Hsds => write_hsds(out, declared, records, &publisher),
            Form::Site => write_sites(out, declared, records, &publisher, SiteClass::Site),
            Form::Plot => write_sites(out, declared, records, &publisher, SiteClass::Plot),
            Form::Atom => write_atom(out, declared, records, &publisher),
            Form::Icalendar => write_icalendar(out, declared, records, &publisher),
            Form::Automerge => Ok(Written::default()),
        }?;
        if hidden > 0 {
            *written.left_out.entry("not_offered").or_default() += hidden;
        }
        Ok(written)
    }

    /// One record as the Automerge file it is; several as an archive of them.
    fn export_documents(
        &self,
        declared: &'static Collection,
        conditions: &[String],
        out: &mut Vec<u8>,
    ) -> Result<&'static str, ApiError> {
        let pages = Pages::new(self, declared, conditions, Form::Automerge);
        let failure = pages.failure();
        let records: Vec<ExportedRecord> = pages.collect();
        if let Some(error) = failure.take() {
            return Err(error.into());
        }
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

/// The records of an export, read a page at a time.
struct Pages<'a> {
    member: &'a Member,
    collection: &'static str,
    conditions: Vec<String>,
    sort: &'static str,
    read: usize,
    page: std::vec::IntoIter<Record>,
    ended: bool,
    /// An iterator can only end; whoever asked for it looks here why.
    failure: Rc<Cell<Option<ViewError>>>,
}

impl<'a> Pages<'a> {
    fn new(
        member: &'a Member,
        declared: &'static Collection,
        conditions: &[String],
        form: Form,
    ) -> Self {
        Self {
            member,
            collection: declared.name,
            conditions: conditions.to_vec(),
            // A feed begins with what is newest; files are compared, and keep their order.
            sort: if form == Form::Atom {
                "-changed_on"
            } else {
                "created_on"
            },
            read: 0,
            page: Vec::new().into_iter(),
            ended: false,
            failure: Rc::default(),
        }
    }

    fn failure(&self) -> Rc<Cell<Option<ViewError>>> {
        Rc::clone(&self.failure)
    }

    fn next_page(&mut self) {
        let list = List {
            conditions: self.conditions.clone(),
            sort: Some(Sort::parse(self.sort)),
            limit: Some(PAGE),
            offset: self.read,
            ..List::default()
        };
        match self.member.reader.list(self.collection, &list) {
            Ok(page) => {
                self.ended = page.records.len() < PAGE;
                self.read += page.records.len();
                self.page = page.records.into_iter();
            }
            Err(error) => {
                self.failure.set(Some(error));
                self.ended = true;
            }
        }
    }
}

impl Iterator for Pages<'_> {
    type Item = ExportedRecord;

    fn next(&mut self) -> Option<ExportedRecord> {
        if self.page.len() == 0 && !self.ended {
            self.next_page();
        }
        self.page.next().map(|record| self.member.exported(record))
    }
}
