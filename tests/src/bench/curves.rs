//! Curves over n as SVG: both axes logarithmic, one line a thing measured, named at its end.

use std::fmt::Write as _;

use super::figures::{Figures, Unit, grouped};
use Unit::{Bytes, Seconds};

/// A picture.
#[derive(Debug)]
pub struct Chart {
    /// The file's name, without its ending.
    pub name: &'static str,
    /// What it shows.
    pub title: &'static str,
    unit: Unit,
    /// Name, row, figure, part (`p99` or the middle).
    lines: &'static [Curve],
}

/// Its place among the lines, its name, its points.
type Drawn<'a> = (usize, &'a str, Vec<(f64, f64)>);

/// Name, row, figure, whether the 99th percentile is shown.
#[derive(Debug)]
struct Curve(&'static str, &'static str, &'static str, bool);

/// Every picture.
pub const CHARTS: &[Chart] = &[
    Chart {
        name: "cold-join-time",
        title: "Cold join of R(n): time",
        unit: Seconds,
        lines: &[
            Curve("queryable", "cold_join", "figures/queryable_s", false),
            Curve("durable", "cold_join", "figures/durable_s", false),
            Curve(
                "Automerge's sync, saved",
                "automerge_cold_join",
                "figures/durable_s",
                false,
            ),
            Curve(
                "floor: stream and load",
                "cold_join",
                "floors/stream_written_and_synced_s+floors/automerge_load_all_cores_s",
                false,
            ),
            Curve(
                "floor: stream",
                "cold_join",
                "floors/stream_written_and_synced_s",
                false,
            ),
        ],
    },
    Chart {
        name: "cold-join-bytes",
        title: "Cold join of R(n): bytes received",
        unit: Bytes,
        lines: &[
            Curve("this code", "cold_join", "figures/bytes_received", false),
            Curve(
                "Automerge's sync",
                "automerge_cold_join",
                "figures/bytes_received",
                false,
            ),
            Curve(
                "floor: one zstd stream",
                "cold_join",
                "floors/documents_in_one_zstd_stream_bytes",
                false,
            ),
        ],
    },
    Chart {
        name: "cold-join-memory",
        title: "Cold join of R(n): peak memory of the newcomer",
        unit: Bytes,
        lines: &[
            Curve("this code", "cold_join", "figures/peak_bytes", false),
            Curve(
                "Automerge's sync",
                "automerge_cold_join",
                "figures/peak_bytes",
                false,
            ),
        ],
    },
    Chart {
        name: "reconnection-bytes",
        title: "Reconnection with nothing new: bytes, both ways",
        unit: Bytes,
        lines: &[
            Curve(
                "this code",
                "reconnection",
                "figures/bytes_sent+figures/bytes_received",
                false,
            ),
            Curve(
                "Automerge's sync",
                "automerge_reconnection",
                "figures/bytes_sent+figures/bytes_received",
                false,
            ),
        ],
    },
    Chart {
        name: "edits-apart-bytes",
        title: "100 edits made apart: bytes, both ways",
        unit: Bytes,
        lines: &[
            Curve(
                "this code",
                "edits_apart",
                "figures/bytes_sent+figures/bytes_received",
                false,
            ),
            Curve(
                "Automerge's sync",
                "automerge_edits_apart",
                "figures/bytes_sent+figures/bytes_received",
                false,
            ),
        ],
    },
    Chart {
        name: "edits-apart-time",
        title: "100 edits made apart: time of the exchange",
        unit: Seconds,
        lines: &[
            Curve("this code", "edits_apart", "figures/seconds", false),
            Curve(
                "Automerge's sync",
                "automerge_edits_apart",
                "figures/merged_s",
                false,
            ),
        ],
    },
    Chart {
        name: "reads",
        title: "Reading R(n): 99th percentile",
        unit: Seconds,
        lines: &[
            Curve("list", "reads", "figures/list_s", true),
            Curve(
                "filtered, sorted",
                "reads",
                "figures/list_filtered_sorted_s",
                true,
            ),
            Curve("within 20 km", "reads", "figures/list_near_s", true),
            Curve(
                "search, common words",
                "reads",
                "figures/search_common_words_s",
                true,
            ),
            Curve("query, grouped", "reads", "figures/query_s", true),
        ],
    },
    Chart {
        name: "start-memory",
        title: "A running node over R(n): resident memory",
        unit: Bytes,
        lines: &[
            Curve("resident", "start", "figures/resident_bytes", false),
            Curve(
                "of it private",
                "start",
                "figures/resident_private_bytes",
                false,
            ),
        ],
    },
];

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 72.0;
const RIGHT: f64 = 190.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 44.0;
/// Names of lines stand at least this far apart.
const NAME_HEIGHT: f64 = 16.0;
/// Told apart by people who see colours otherwise, too; shapes tell as well.
const COLOURS: [&str; 5] = ["#0b5fa5", "#c2410c", "#3f7d20", "#6b7280", "#8e3b8a"];

impl Chart {
    /// The picture, if anything in it was measured.
    #[must_use]
    pub fn render(&self, figures: &Figures) -> Option<String> {
        let curves: Vec<Drawn<'_>> = self
            .lines
            .iter()
            .enumerate()
            .map(|(place, curve)| (place, curve.0, curve.points(figures)))
            .filter(|(_, _, points)| !points.is_empty())
            .collect();
        let all = || curves.iter().flat_map(|(_, _, points)| points);
        let span = |of: fn(&(f64, f64)) -> f64| {
            let least = all().map(of).fold(f64::INFINITY, f64::min);
            let most = all().map(of).fold(0.0, f64::max);
            (least > 0.0 && least.is_finite()).then_some((least, most))
        };
        let (least_n, most_n) = span(|point| point.0)?;
        let (least, most) = span(|point| point.1)?;
        let (bottom, top) = decades(least, most);
        let x_span = (most_n / least_n).log10().max(0.1);
        let x = |n: f64| LEFT + (n / least_n).log10() / x_span * (WIDTH - LEFT - RIGHT);
        let y = |value: f64| {
            let share = (value.log10() - bottom) / (top - bottom);
            HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
        };
        let mut svg = String::new();
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
             width=\"{WIDTH}\" height=\"{HEIGHT}\" role=\"img\" \
             font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#1f2937\">\n\
             <title>{title}</title>\n\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"15\" font-weight=\"600\">{title}</text>",
            title = escape(self.title)
        );
        self.axes(&mut svg, (bottom, top), &x, &y, all().map(|point| point.0));
        let mut names: Vec<(f64, usize, &str)> = curves
            .iter()
            .filter_map(|(place, name, points)| Some((y(points.last()?.1), *place, *name)))
            .collect();
        spread(&mut names);
        for (place, name, points) in &curves {
            let colour = COLOURS[place % COLOURS.len()];
            let at: Vec<String> = points
                .iter()
                .map(|(n, value)| format!("{:.1},{:.1}", x(*n), y(*value)))
                .collect();
            let _ = writeln!(
                svg,
                "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{}\"/>",
                at.join(" ")
            );
            for (n, value) in points {
                let told = format!("{name}, n = {}: {}", grouped(*n), self.unit.show(*value));
                let mark = mark(*place, x(*n), y(*value));
                let told = escape(&told);
                let _ = writeln!(svg, "<g fill=\"{colour}\"><title>{told}</title>{mark}</g>");
            }
        }
        for (at, place, name) in names {
            let colour = COLOURS[place % COLOURS.len()];
            let start = WIDTH - RIGHT + 14.0;
            let _ = writeln!(
                svg,
                "<g fill=\"{colour}\">{}<text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
                mark(place, start, at),
                start + 10.0,
                at + 4.0,
                escape(name)
            );
        }
        svg.push_str("</svg>\n");
        Some(svg)
    }

    fn axes(
        &self,
        svg: &mut String,
        (bottom, top): (f64, f64),
        x: &dyn Fn(f64) -> f64,
        y: &dyn Fn(f64) -> f64,
        sizes: impl Iterator<Item = f64>,
    ) {
        let right = WIDTH - RIGHT;
        for decade in bottom as i32..=top as i32 {
            let value = 10f64.powi(decade);
            let (at, shown) = (y(value), self.unit.show(value));
            let _ = writeln!(
                svg,
                "<line x1=\"{LEFT}\" x2=\"{right}\" y1=\"{at:.1}\" y2=\"{at:.1}\" \
                 stroke=\"#e5e7eb\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{shown}</text>",
                LEFT - 8.0,
                at + 4.0,
            );
        }
        let mut sizes: Vec<f64> = sizes.collect();
        sizes.sort_by(f64::total_cmp);
        sizes.dedup();
        for n in sizes {
            let at = x(n);
            let _ = writeln!(
                svg,
                "<line x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{:.1}\" \
                 stroke=\"#e5e7eb\"/><text x=\"{at:.1}\" y=\"{:.1}\" \
                 text-anchor=\"middle\">{}</text>",
                HEIGHT - BOTTOM,
                HEIGHT - BOTTOM + 18.0,
                grouped(n)
            );
        }
        let middle = f64::midpoint(LEFT, right);
        let _ = writeln!(
            svg,
            "<text x=\"{middle:.1}\" y=\"{:.1}\" text-anchor=\"middle\">n, records</text>",
            HEIGHT - 8.0
        );
    }
}

impl Curve {
    fn points(&self, figures: &Figures) -> Vec<(f64, f64)> {
        let Self(_, row, path, tail) = self;
        let value = |size: u64| {
            if *tail {
                figures.get(row, size, path)?.get("p99")?.as_f64()
            } else {
                figures.middle(row, size, path)
            }
        };
        let sizes = figures.sizes(row);
        let points = sizes
            .into_iter()
            .filter_map(|size| Some((size as f64, value(size)?)));
        points.filter(|(_, value)| *value > 0.0).collect()
    }
}

/// Whole decades around the values.
fn decades(least: f64, most: f64) -> (f64, f64) {
    let bottom = least.log10().floor();
    let top = most.log10().ceil();
    (bottom, if top > bottom { top } else { bottom + 1.0 })
}

/// Moves names apart that would stand on each other, and keeps them within the picture.
fn spread(names: &mut [(f64, usize, &str)]) {
    names.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut free = TOP;
    for (at, ..) in names.iter_mut() {
        *at = at.max(free);
        free = *at + NAME_HEIGHT;
    }
    let mut free = HEIGHT - BOTTOM;
    for (at, ..) in names.iter_mut().rev() {
        *at = at.min(free);
        free = *at - NAME_HEIGHT;
    }
}

/// A small mark of its own shape for each line.
fn mark(place: usize, x: f64, y: f64) -> String {
    match place % COLOURS.len() {
        0 => format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"),
        1 => format!(
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"7\" height=\"7\"/>",
            x - 3.5,
            y - 3.5
        ),
        2 => polygon(&[(x, y - 5.0), (x + 5.0, y + 4.0), (x - 5.0, y + 4.0)]),
        3 => polygon(&[(x, y - 5.0), (x + 5.0, y), (x, y + 5.0), (x - 5.0, y)]),
        _ => polygon(&[(x, y + 5.0), (x + 5.0, y - 4.0), (x - 5.0, y - 4.0)]),
    }
}

fn polygon(corners: &[(f64, f64)]) -> String {
    let corners: Vec<String> = corners
        .iter()
        .map(|(x, y)| format!("{x:.1},{y:.1}"))
        .collect();
    format!("<polygon points=\"{}\"/>", corners.join(" "))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lines_never_stand_on_each_other() {
        let mut names = [
            (100.0, 0, "a"),
            (101.0, 1, "b"),
            (HEIGHT, 2, "c"),
            (HEIGHT, 3, "d"),
        ];
        spread(&mut names);
        for pair in names.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= NAME_HEIGHT, "{names:?}");
        }
        assert!(names[3].0 <= HEIGHT - BOTTOM);
    }

    #[test]
    fn what_was_not_measured_gives_no_picture() {
        assert!(CHARTS[0].render(&Figures::default()).is_none());
    }
}
