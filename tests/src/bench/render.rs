//! docs/performance.md and its curves, made from the kept figures.
//!
//! Prose is written by hand; what stands between `<!-- figures: NAME -->` and `<!-- end -->` is
//! generated: `conditions`, or a table of [`super::tables`].

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::curves::CHARTS;
use super::figures::Figures;
use super::{Outcome, tables};

/// Where the figures are kept, from the project's root.
pub const KEPT: &str = "docs/performance/figures.jsonl";
/// The page, from the project's root.
pub const PAGE: &str = "docs/performance.md";

const BEGIN: &str = "<!-- figures: ";
const END: &str = "<!-- end -->";

/// The files that the figures make, as they should be.
///
/// # Errors
/// Files that cannot be read, a page with unknown or open markers.
pub fn files(root: &Path) -> Outcome<Vec<(PathBuf, String)>> {
    let figures = Figures::read(&root.join(KEPT))?;
    let page = root.join(PAGE);
    let text = std::fs::read_to_string(&page)?;
    let mut files = vec![(page, fill(&text, &figures)?)];
    for chart in CHARTS {
        if let Some(svg) = chart.render(&figures) {
            let name = format!("docs/performance/{}.svg", chart.name);
            files.push((root.join(name), svg));
        }
    }
    Ok(files)
}

/// Puts the tables between their markers.
fn fill(page: &str, figures: &Figures) -> Outcome<String> {
    let mut filled = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after.split_once(" -->").ok_or("a marker is not closed")?;
        let (_, after) = after
            .split_once(END)
            .ok_or_else(|| format!("{name} does not end"))?;
        let content = match name {
            "conditions" => conditions(figures),
            name => tables::render(name, figures)?,
        };
        let _ = write!(filled, "{before}{BEGIN}{name} -->\n{content}\n{END}");
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Under which conditions figures were taken.
fn conditions(figures: &Figures) -> String {
    let mut told: Vec<String> = Vec::new();
    for line in figures.iter() {
        let taken = &line["taken"];
        let text = |name: &str| taken[name].as_str().unwrap_or("?").to_owned();
        let conditions = format!(
            "- {}: {} cores ({}), {}, {}",
            text("date"),
            taken["cores"],
            text("processor"),
            text("system"),
            text("compiler"),
        );
        if !told.contains(&conditions) {
            told.push(conditions);
        }
    }
    let loads = figures
        .iter()
        .filter_map(|line| line["taken"]["load"].as_f64());
    let (least, most) = loads.fold((f64::INFINITY, 0.0), |(least, most), load| {
        (load.min(least), load.max(most))
    });
    if most > 0.0 {
        told.push(format!(
            "- load of the machine (mean over the last minute, this work included): {least:.1} to {most:.1}"
        ));
    }
    told.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_markers_is_replaced() {
        let page = "before\n<!-- figures: reconnection -->\nold\n<!-- end -->\nafter";
        let filled = fill(page, &Figures::default()).unwrap();
        assert!(filled.starts_with("before\n<!-- figures: reconnection -->\n| what |"));
        assert!(filled.ends_with("<!-- end -->\nafter") && !filled.contains("old"));
        assert_eq!(fill(&filled, &Figures::default()).unwrap(), filled);
        assert!(
            fill(
                "<!-- figures: unknown -->\n<!-- end -->",
                &Figures::default()
            )
            .is_err()
        );
        assert!(fill("<!-- figures: goals -->\n", &Figures::default()).is_err());
    }
}
