//! Atom (RFC 4287), going out: opportunities on offer, or news, the latest change first.
//!
//! An entry is complete in itself, as text: a portal's address is nothing that a node knows. The feed
//! is as old as its latest entry, so that two exports of one registry are the same bytes.

use std::io::Write;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::offered::is_offered;
use super::publisher::{Publisher, Written, instant, label, text, uuid_of, uuid_of_part};
use super::{Audience, ExportedRecord};
use crate::exchange::error::ExportError;
use crate::language::Language;
use crate::registry::labels::{field_label, label as catalogue_label};
use crate::registry::{Collection, Field, FieldKind, display};

/// Fields whose text is the entry's own.
const BODY: [&str; 2] = ["summary", "text"];

/// Writes opportunities or news. `records` come latest change first.
///
/// # Errors
/// The writer fails, or the records cannot be read.
pub fn write_atom(
    out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    publisher: &Publisher<'_>,
) -> Result<Written, ExportError> {
    let mut written = Written::default();
    let mut shown = records.into_iter().filter(|record| {
        let is_shown = collection.name != "opportunity" || is_offered(record, publisher.today);
        if !is_shown {
            written.leave_out("not_offered");
        }
        is_shown
    });
    let first = shown.next();
    let mut writer = Writer::new_with_indent(out, b' ', 1);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let mut feed = BytesStart::new("feed");
    feed.push_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    feed.push_attribute(("xml:lang", publisher.lang.code()));
    writer.write_event(Event::Start(feed))?;
    let id = uuid_of_part(publisher.network_id, collection.name);
    element(&mut writer, "id", &format!("urn:uuid:{id}"))?;
    let what = catalogue_label(publisher.lang, &collection.label_key()).unwrap_or(collection.name);
    element(
        &mut writer,
        "title",
        &format!("{what} – {}", publisher.network),
    )?;
    let updated = match &first {
        Some(record) => instant(record.changed).to_string(),
        None => format!("{}T00:00:00Z", publisher.today),
    };
    element(&mut writer, "updated", &updated)?;
    writer
        .create_element("author")
        .write_inner_content(|writer| element(writer, "name", publisher.network))?;
    element(&mut writer, "generator", "Cap Actif")?;
    let mut count = 0;
    for record in first.into_iter().chain(shown) {
        entry(&mut writer, collection, &record, publisher)?;
        count += 1;
    }
    writer.write_event(Event::End(BytesEnd::new("feed")))?;
    let mut out = writer.into_inner();
    out.write_all(b"\n")?;
    out.flush()?;
    written.count = count;
    Ok(written)
}

fn entry(
    writer: &mut Writer<impl Write>,
    collection: &Collection,
    record: &ExportedRecord,
    publisher: &Publisher<'_>,
) -> std::io::Result<()> {
    let fields = Audience::Public.visible(collection, &record.fields);
    let title = text(&fields, collection.title).unwrap_or_default();
    let mut body: Vec<String> = BODY
        .iter()
        .filter_map(|name| text(&fields, name))
        .map(str::to_owned)
        .collect();
    for field in collection.fields {
        let is_told = field.name == collection.title || BODY.contains(&field.name);
        if let Some(value) = fields.get(field.name)
            && !is_told
            && is_readable(field)
        {
            let value = match (field.kind, publisher.town_of(&fields)) {
                (FieldKind::Commune, Some(town)) => format!("{} ({})", town.name, town.code),
                _ => display(field, value, publisher.lang),
            };
            let label = field_label(publisher.lang, field);
            let colon = match publisher.lang {
                Language::French => " :",
                Language::English => ":",
            };
            body.push(format!("{label}{colon} {value}"));
        }
    }
    writer
        .create_element("entry")
        .write_inner_content(|writer| {
            element(writer, "id", &format!("urn:uuid:{}", uuid_of(&record.id)))?;
            element(writer, "title", title)?;
            element(writer, "published", &instant(record.created).to_string())?;
            element(writer, "updated", &instant(record.changed).to_string())?;
            let kind = label(publisher.lang, collection, &fields, "kind");
            if let (Some(kind), Some(label)) = (text(&fields, "kind"), kind) {
                writer
                    .create_element("category")
                    .with_attribute(("term", kind))
                    .with_attribute(("label", label.as_str()))
                    .write_empty()?;
            }
            let body = clean(&body.join("\n"));
            writer
                .create_element("content")
                .with_attribute(("type", "text"))
                .write_text_content(BytesText::new(&body))?;
            Ok(())
        })?;
    Ok(())
}

/// Whether a field's value says something to people: identities of records and files do not.
fn is_readable(field: &Field) -> bool {
    !matches!(field.kind, FieldKind::Ref(_) | FieldKind::RefList(_)) && field.is_writable()
}

fn element(writer: &mut Writer<impl Write>, name: &str, text: &str) -> std::io::Result<()> {
    writer
        .create_element(name)
        .write_text_content(BytesText::new(&clean(text)))?;
    Ok(())
}

/// Without the characters that XML 1.0 cannot hold.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|character| {
            matches!(character, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
                || *character >= '\u{10000}'
        })
        .collect()
}
