//! A document on paper: one HTML file that needs nothing else, made to be printed and signed.

use crate::language::Language;

use super::{Block, Document, Section};

/// What the page looks like: one column of text that a printer breaks between articles.
const STYLE: &str = "\
@page { size: A4; margin: 22mm 20mm; }\n\
body { font: 11pt/1.5 'Source Serif 4', 'Liberation Serif', Georgia, serif; color: #1b1b1b; \
max-width: 44em; margin: 3em auto; padding: 0 1.5em; }\n\
header { border-bottom: 2px solid #2f5d3a; margin-bottom: 2em; padding-bottom: 1em; }\n\
h1 { font-size: 1.9em; line-height: 1.2; margin: 0 0 .3em; color: #2f5d3a; }\n\
header p { margin: 0; color: #555; overflow-wrap: anywhere; }\n\
.preamble { font-style: italic; margin: 0 0 2em; }\n\
h2 { font-size: 1.15em; margin: 1.8em 0 .5em; color: #2f5d3a; break-after: avoid; }\n\
ul { margin: .4em 0; padding-left: 1.3em; }\n\
li { margin: .3em 0; }\n\
p { margin: .5em 0; white-space: pre-wrap; overflow-wrap: anywhere; }\n\
table { border-collapse: collapse; width: 100%; margin: .8em 0; font-size: .92em; }\n\
th { text-align: left; border-bottom: 1px solid #2f5d3a; padding: .3em .6em .3em 0; font-weight: 600; }\n\
td { border-bottom: 1px solid #ddd; padding: .3em .6em .3em 0; vertical-align: top; }\n\
td:nth-child(3), th:nth-child(5) { white-space: nowrap; }\n\
tr { break-inside: avoid; }\n\
figure { margin: 1em 0; break-inside: avoid; }\n\
figcaption { font-weight: 600; margin-bottom: .4em; }\n\
svg { max-width: 100%; height: auto; font-family: 'Liberation Sans', Arial, sans-serif; }\n\
.right { text-align: right; padding-right: 1.2em; }\n\
.notices { border: 1px solid #b9a04a; background: #fdf9ea; padding: .2em 1.2em 1em; margin-top: 2.5em; \
break-inside: avoid; }\n\
.notices h2 { color: #6b5a14; margin-top: 1em; }\n\
.signatures { break-inside: avoid; margin-top: 2.5em; }\n\
.signatures td { height: 3.2em; width: 33%; }\n\
@media print { body { margin: 0; padding: 0; max-width: none; } }\n";

/// The page.
pub(crate) fn html(language: Language, document: &Document) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{title}</h1>\n<p>{subtitle}</p>\n</header>\n",
        language = language.code(),
        title = escaped(&document.title),
        subtitle = escaped(&document.subtitle),
    );
    if !document.preamble.is_empty() {
        let preamble = escaped(&document.preamble);
        page.push_str(&format!("<p class=\"preamble\">{preamble}</p>\n"));
    }
    for section in &document.sections {
        write_section(&mut page, section);
    }
    if let Some(signatures) = &document.signatures {
        page.push_str("<section class=\"signatures\">\n");
        write_section(&mut page, signatures);
        page.push_str("</section>\n");
    }
    if !document.notices.is_empty() {
        page.push_str("<section class=\"notices\">\n");
        let note = escaped(&document.notices_note);
        page.push_str(&format!("<p><em>{note}</em></p>\n"));
        for notice in &document.notices {
            write_section(&mut page, notice);
        }
        page.push_str("</section>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

fn write_section(page: &mut String, section: &Section) {
    page.push_str(&format!("<h2>{}</h2>\n", escaped(&section.heading)));
    for block in &section.blocks {
        match block {
            Block::Text(text) => page.push_str(&format!("<p>{}</p>\n", escaped(text.trim_end()))),
            Block::Items(items) => {
                page.push_str("<ul>\n");
                for item in items {
                    page.push_str(&format!("<li>{}</li>\n", escaped(item)));
                }
                page.push_str("</ul>\n");
            }
            Block::Table {
                header,
                rows,
                right,
            } => write_table(page, header, rows, right),
            Block::Figure { caption, svg } => {
                let caption = escaped(caption);
                page.push_str(&format!(
                    "<figure>\n<figcaption>{caption}</figcaption>\n{svg}\n</figure>\n"
                ));
            }
        }
    }
}

fn write_table(page: &mut String, header: &[String], rows: &[Vec<String>], right: &[usize]) {
    let mut write_row = |tag: &str, cells: &[String]| {
        page.push_str("<tr>");
        for (column, cell) in cells.iter().enumerate() {
            let class = if right.contains(&column) {
                " class=\"right\""
            } else {
                ""
            };
            page.push_str(&format!("<{tag}{class}>{}</{tag}>", escaped(cell)));
        }
        page.push_str("</tr>\n");
    };
    write_row("th", header);
    for row in rows {
        write_row("td", row);
    }
    let start = page.rfind("<tr><th").unwrap_or(page.len());
    page.insert_str(start, "<table>\n");
    page.push_str("</table>\n");
}

/// Text that a browser shows as it stands, whatever a partner called itself.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    // A browser breaks lines at spaces, and French sets signs apart from what they belong to.
    let bound = text.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
    let bound = [" ;", " :", " !", " ?"]
        .into_iter()
        .fold(bound, |text, sign| {
            text.replace(sign, &sign.replace(' ', "\u{a0}"))
        });
    for letter in bound.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_never_markup() {
        let text = "<script>alert(1)</script> & \"CCI\"".to_owned();
        let section = || Section {
            heading: text.clone(),
            blocks: vec![
                Block::Text(text.clone()),
                Block::Items(vec![text.clone()]),
                Block::Table {
                    header: vec![text.clone()],
                    rows: vec![vec![text.clone()]],
                    right: vec![0],
                },
            ],
        };
        let document = Document {
            title: text.clone(),
            subtitle: text.clone(),
            preamble: text.clone(),
            sections: vec![section()],
            signatures: Some(section()),
            notices: vec![section()],
            notices_note: text.clone(),
        };
        let page = html(Language::French, &document);
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;CCI&quot;"));
        let count = |tag: &str| page.matches(tag).count();
        assert_eq!((count("<table>"), count("</table>")), (3, 3));
        assert!(
            !page.contains("http"),
            "a page on paper asks nobody for anything"
        );
    }
}
