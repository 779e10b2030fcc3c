//! Bars as SVG, told apart by their patterns and read by their labels: colours carry nothing.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::document::Block;
use crate::document::page::escaped;

/// Figures drawn beside each other.
pub(crate) struct Chart {
    pub(crate) title: String,
    /// What the bars of one row are, from the first; none where there is one a row.
    pub(crate) series: Vec<String>,
    pub(crate) bars: Vec<Bar>,
    /// How much a whole row is; the longest bar if none.
    pub(crate) whole: Option<f64>,
}

/// One row.
pub(crate) struct Bar {
    pub(crate) label: String,
    /// One a series; none where nothing was measured.
    pub(crate) lengths: Vec<Option<Length>>,
}

/// How long a bar is: certainly, and at most.
pub(crate) struct Length {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// What is written at its end.
    pub(crate) text: String,
}

const WIDTH: i32 = 720;
const LABELS: i32 = 250;
/// Room at the end of bars for what is written there.
const ENDS: i32 = 110;
const BAR: i32 = 15;
const GAP: i32 = 9;
const LEGEND: i32 = 26;
const INK: RGBColor = RGBColor(26, 26, 26);
const LETTERS: (&str, i32) = ("sans-serif", 14);

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// The chart as a part of a document.
pub(super) fn block(chart: &Chart) -> Block {
    Block::Figure {
        caption: chart.title.clone(),
        svg: svg(chart),
    }
}

/// The chart as an SVG element that needs nothing else. A chart that cannot be drawn is left out:
/// the table says the same.
fn svg(chart: &Chart) -> String {
    let rows = chart
        .bars
        .iter()
        .map(|it| it.lengths.len() as i32 * BAR + GAP);
    let legend = if chart.series.len() > 1 { LEGEND } else { 4 };
    let height = (rows.sum::<i32>() + legend).unsigned_abs();
    let mut drawn = String::new();
    {
        let size = (WIDTH.unsigned_abs(), height);
        let area = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        if draw(chart, &area, legend)
            .and_then(|()| area.present())
            .is_err()
        {
            return String::new();
        }
    }
    // Within a page the namespace goes without saying; what does not is what is shown.
    let spoken = format!("role=\"img\" aria-label=\"{}\"", escaped(&chart.title));
    drawn.replacen("xmlns=\"http://www.w3.org/2000/svg\"", &spoken, 1)
}

fn draw(chart: &Chart, area: &Area<'_>, legend: i32) -> Drawn {
    let right = TextStyle::from(LETTERS.into_font())
        .color(&INK)
        .pos(Pos::new(HPos::Right, VPos::Center));
    let left = right.pos(Pos::new(HPos::Left, VPos::Center));
    if chart.series.len() > 1 {
        let mut x = LABELS;
        for (number, name) in chart.series.iter().enumerate() {
            bar(area, number, x, x + 22, 4)?;
            area.draw(&Text::new(
                name.clone(),
                (x + 28, 4 + BAR / 2),
                left.clone(),
            ))?;
            x += 120;
        }
    }
    let lengths = || chart.bars.iter().flat_map(|it| it.lengths.iter().flatten());
    let longest = lengths().map(|it| it.high).fold(0.0, f64::max);
    let whole = chart.whole.unwrap_or(longest).max(f64::MIN_POSITIVE);
    let scale = |value: f64| {
        let room = f64::from(WIDTH - LABELS - ENDS);
        LABELS + (value / whole * room).clamp(0.0, room).round() as i32
    };
    let mut top = legend;
    for row in &chart.bars {
        let middle = top + row.lengths.len() as i32 * BAR / 2;
        area.draw(&Text::new(
            row.label.clone(),
            (LABELS - 8, middle),
            right.clone(),
        ))?;
        for (number, length) in row.lengths.iter().enumerate() {
            if let Some(length) = length {
                let (low, high) = (scale(length.low), scale(length.high));
                bar(area, number, LABELS, low, top)?;
                if high > low {
                    // What is not known is open.
                    frame(area, low, high, top)?;
                }
                let text = Text::new(length.text.clone(), (high + 5, top + BAR / 2), left.clone());
                area.draw(&text)?;
            } else {
                let text = Text::new("—", (LABELS + 5, top + BAR / 2), left.clone());
                area.draw(&text)?;
            }
            top += BAR;
        }
        top += GAP;
    }
    let axis = vec![(LABELS, legend - 2), (LABELS, top - GAP + 2)];
    area.draw(&PathElement::new(axis, INK.stroke_width(1)))
}

/// A bar: the first full, the second hatched, the third empty.
fn bar(area: &Area<'_>, number: usize, from: i32, to: i32, top: i32) -> Drawn {
    if to <= from {
        return Ok(());
    }
    let corners = [(from, top + 1), (to, top + BAR - 2)];
    match number {
        0 => area.draw(&Rectangle::new(corners, INK.filled())),
        1 => {
            hatch(area, from, to, top + 1, top + BAR - 2)?;
            frame(area, from, to, top)
        }
        _ => frame(area, from, to, top),
    }
}

fn frame(area: &Area<'_>, from: i32, to: i32, top: i32) -> Drawn {
    let corners = [(from, top + 1), (to, top + BAR - 2)];
    area.draw(&Rectangle::new(corners, INK.stroke_width(1)))
}

/// Slanted lines from edge to edge.
fn hatch(area: &Area<'_>, from: i32, to: i32, top: i32, bottom: i32) -> Drawn {
    const STEP: usize = 5;
    let tall = bottom - top;
    for start in (from - tall..to).step_by(STEP) {
        // Cut where the line leaves the bar.
        let (low, high) = (start.max(from), (start + tall).min(to));
        let line = vec![
            (low, bottom - (low - start)),
            (high, bottom - (high - start)),
        ];
        area.draw(&PathElement::new(line, INK.stroke_width(1)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_asks_nobody_and_says_every_figure() {
        let length = |low, high, text: &str| {
            let text = text.to_owned();
            Some(Length { low, high, text })
        };
        let chart = Chart {
            title: "Part <b>".to_owned(),
            series: vec!["2026-H1".to_owned(), "2025-H2".to_owned()],
            bars: vec![Bar {
                label: "Réponses & <délais>".to_owned(),
                lengths: vec![
                    length(0.4, 0.7, "40 à 70 %"),
                    length(0.5, 0.5, "50 %"),
                    None,
                ],
            }],
            whole: Some(1.0),
        };
        let drawn = svg(&chart);
        for text in [
            "40 à 70 %",
            "50 %",
            "2025-H2",
            "aria-label=\"Part &lt;b&gt;\"",
            "—",
        ] {
            assert!(drawn.contains(text), "{text}: {drawn}");
        }
        assert!(
            !drawn.contains("http") && !drawn.contains("<délais>"),
            "{drawn}"
        );
        // Every fill is ink, white or none: it reads the same in black and white.
        let fills = drawn.split("fill=\"").skip(1);
        for fill in fills.map(|it| it.split('"').next().unwrap()) {
            assert!(["none", "#1A1A1A"].contains(&fill), "{fill}");
        }
    }
}
