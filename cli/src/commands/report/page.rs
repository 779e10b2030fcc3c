//! Reports on paper: one HTML file that needs nothing else, in black and white.

use crate::commands::charter::page::escaped;
use crate::messages::Messages;

use super::chart;
use super::figures::{Report, Section, Table};

const STYLE: &str = "\
@page { size: A4; margin: 18mm 16mm; }\n\
body { font: 10.5pt/1.45 'Source Serif 4', 'Liberation Serif', Georgia, serif; color: #1a1a1a; \
background: #fff; max-width: 60em; margin: 2.5em auto; padding: 0 1.5em; }\n\
header { border-bottom: 2px solid #1a1a1a; margin-bottom: 1.5em; padding-bottom: .8em; }\n\
h1 { font-size: 1.8em; line-height: 1.2; margin: 0 0 .3em; }\n\
header p { margin: .1em 0; color: #444; }\n\
h2 { font-size: 1.2em; margin: 1.8em 0 .4em; break-after: avoid; }\n\
h3, caption { font-size: 1em; font-weight: 600; text-align: left; margin: 1em 0 .2em; \
break-after: avoid; }\n\
p { margin: .4em 0; }\n\
figure { margin: .8em 0; break-inside: avoid; }\n\
figcaption { font-weight: 600; }\n\
svg { max-width: 100%; height: auto; font-family: 'Liberation Sans', Arial, sans-serif; }\n\
.wide { overflow-x: auto; }\n\
table { border-collapse: collapse; width: 100%; margin: .6em 0; font-size: .9em; }\n\
th { text-align: left; vertical-align: bottom; border-bottom: 1px solid #1a1a1a; \
padding: .25em .6em .25em 0; font-weight: 600; }\n\
td { border-bottom: 1px solid #ccc; padding: .25em .6em .25em 0; vertical-align: top; }\n\
tr { break-inside: avoid; }\n\
.right { text-align: right; font-variant-numeric: tabular-nums; }\n\
.notes { border-top: 1px solid #1a1a1a; margin-top: 2em; padding-top: .6em; color: #333; \
font-size: .92em; }\n\
.signatures td { height: 2.6em; width: 33%; }\n\
@media print { body { margin: 0; padding: 0; max-width: none; } .wide { overflow: visible; } }\n";

/// The page of a report.
pub(crate) fn report(messages: &Messages, report: &Report) -> String {
    page(messages, report, None)
}

/// The page of a report, with a line for each of these persons to sign on.
pub(crate) fn page(messages: &Messages, report: &Report, signing: Option<&[String]>) -> String {
    let language = messages.language().code();
    let title = escaped(&report.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n"
    );
    for line in &report.about {
        page.push_str(&format!("<p>{}</p>\n", escaped(line)));
    }
    page.push_str("</header>\n<main>\n");
    for section in &report.sections {
        write_section(&mut page, section);
    }
    if let Some(persons) = signing.filter(|it| !it.is_empty()) {
        write_signatures(&mut page, messages, persons);
    }
    page.push_str("</main>\n");
    if !report.notes.is_empty() {
        page.push_str("<footer class=\"notes\">\n");
        for note in &report.notes {
            page.push_str(&format!("<p>{}</p>\n", escaped(note)));
        }
        page.push_str("</footer>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn write_section(page: &mut String, section: &Section) {
    page.push_str(&format!(
        "<section>\n<h2>{}</h2>\n",
        escaped(&section.heading)
    ));
    for it in &section.charts {
        let drawn = chart::svg(it);
        let caption = escaped(&it.title);
        page.push_str(&format!(
            "<figure>\n<figcaption>{caption}</figcaption>\n{drawn}\n</figure>\n"
        ));
    }
    for table in &section.tables {
        write_table(page, table, "");
    }
    for note in &section.notes {
        page.push_str(&format!("<p>{}</p>\n", escaped(note)));
    }
    page.push_str("</section>\n");
}

fn write_table(page: &mut String, table: &Table, class: &str) {
    page.push_str(&format!("<div class=\"wide\">\n<table{class}>\n"));
    if let Some(caption) = &table.caption {
        page.push_str(&format!("<caption>{}</caption>\n", escaped(caption)));
    }
    let row = |tag: &str, scope: &str, cells: &[String]| {
        let cells = cells.iter().enumerate().map(|(column, cell)| {
            let class = if table.right.contains(&column) {
                " class=\"right\""
            } else {
                ""
            };
            format!("<{tag}{scope}{class}>{}</{tag}>", escaped(cell))
        });
        format!("<tr>{}</tr>\n", cells.collect::<String>())
    };
    let head = row("th", " scope=\"col\"", &table.header);
    page.push_str(&format!("<thead>\n{head}</thead>\n<tbody>\n"));
    for cells in &table.rows {
        page.push_str(&row("td", "", cells));
    }
    page.push_str("</tbody>\n</table>\n</div>\n");
}

fn write_signatures(page: &mut String, messages: &Messages, persons: &[String]) {
    let heading = messages.text("committee-signatures");
    let header = ["committee-person", "committee-date", "committee-signature"];
    let table = Table {
        header: header.map(|key| messages.text(key)).to_vec(),
        rows: persons
            .iter()
            .map(|name| vec![name.clone(), String::new(), String::new()])
            .collect(),
        ..Table::default()
    };
    page.push_str(&format!("<section>\n<h2>{}</h2>\n", escaped(&heading)));
    write_table(page, &table, " class=\"signatures\"");
    page.push_str("</section>\n");
}
