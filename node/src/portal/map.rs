//! The territory drawn from the centroids of its communes: no tiles, no third party, works offline.
//!
//! Each commune is the part of the land that is nearer to its centroid than to any other (a Voronoi
//! cell), no farther than a few kilometres. The drawing under the marks is one file for all pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use maud::{Markup, html};

use crate::territory::{Point, Territory};

mod area;

pub(crate) use area::{Part, area};

/// How wide the drawing is, in its own units.
const WIDTH: f64 = 1000.0;

/// No part of a commune is farther from its centroid, in the drawing's units.
const REACH: f64 = 46.0;

/// Of how many sides the circle is that ends a commune on the outside.
const SIDES: usize = 20;

/// Towns with at least so many inhabitants are named.
pub(crate) const NAMED_FROM: u32 = 6_000;

type Position = (f64, f64);

/// How places on the Earth become places on the drawing.
#[derive(Clone, Copy, Debug)]
struct Frame {
    west: f64,
    north: f64,
    per_longitude: f64,
    per_latitude: f64,
    height: f64,
}

impl Frame {
    fn of(territory: &Territory) -> Self {
        let (mut west, mut east) = (f64::MAX, f64::MIN);
        let (mut south, mut north) = (f64::MAX, f64::MIN);
        for commune in territory.communes() {
            let Point {
                latitude,
                longitude,
            } = commune.centroid;
            (west, east) = (west.min(longitude), east.max(longitude));
            (south, north) = (south.min(latitude), north.max(latitude));
        }
        let middle = f64::midpoint(south, north).to_radians().cos();
        let inner = WIDTH - 2.0 * REACH;
        let per_longitude = inner / (east - west).max(0.01);
        let per_latitude = per_longitude / middle;
        Self {
            west,
            north,
            per_longitude,
            per_latitude,
            height: (north - south) * per_latitude + 2.0 * REACH,
        }
    }

    fn place(&self, point: Point) -> Position {
        (
            (point.longitude - self.west) * self.per_longitude + REACH,
            (self.north - point.latitude) * self.per_latitude + REACH,
        )
    }
}

static FRAME: LazyLock<Frame> = LazyLock::new(|| Frame::of(Territory::embedded()));

static LAND: LazyLock<String> = LazyLock::new(|| draw(Territory::embedded(), &FRAME));

/// The land under the marks, as an SVG file.
pub(super) fn land() -> &'static str {
    &LAND
}

/// A place to mark.
#[derive(Clone, Debug)]
pub(crate) struct Mark {
    /// Where.
    pub(crate) point: Point,
    /// How many things are there.
    pub(crate) count: usize,
    /// What is said of it.
    pub(crate) title: String,
    /// Where it leads.
    pub(crate) href: String,
}

/// The map with marks on it; `title` is what it shows, in words.
pub(crate) fn map(title: &str, marks: &[Mark]) -> Markup {
    let frame = *FRAME;
    let most = marks.iter().map(|it| it.count).max().unwrap_or(1).max(1) as f64;
    // The small ones on top, so that none hides another.
    let mut marks: Vec<&Mark> = marks.iter().collect();
    marks.sort_by_key(|mark| std::cmp::Reverse(mark.count));
    html! {
        svg.map viewBox=(format!("0 0 {WIDTH:.0} {:.0}", frame.height)) role="group" aria-label=(title) {
            image href=(super::assets::LAND.path()) width=(format!("{WIDTH:.0}")) height=(format!("{:.0}", frame.height)) {}
            @for mark in marks {
                @let (x, y) = frame.place(mark.point);
                @let radius = 7.0 + 19.0 * (mark.count as f64 / most).sqrt();
                a href=(mark.href) aria-label=(mark.title) {
                    circle cx=(format!("{x:.0}")) cy=(format!("{y:.0}")) r=(format!("{radius:.0}")) {
                        title { (mark.title) }
                    }
                    @if mark.count > 2 {
                        text x=(format!("{x:.0}")) y=(format!("{:.0}", y + 5.0)) aria-hidden="true" { (mark.count) }
                    }
                }
            }
        }
    }
}

fn draw(territory: &Territory, frame: &Frame) -> String {
    let communes = territory.communes();
    let places: Vec<Position> = communes.iter().map(|it| frame.place(it.centroid)).collect();
    let mut shapes: BTreeMap<&str, String> = BTreeMap::new();
    for (number, commune) in communes.iter().enumerate() {
        let path = shapes.entry(commune.epci.as_str()).or_default();
        for (corner, (x, y)) in cell(number, &places).into_iter().enumerate() {
            let letter = if corner == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{letter}{x:.0} {y:.0}");
        }
        path.push('Z');
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH:.0} {:.0}\">",
        frame.height
    );
    // Greens and earths that stand on white paper and on a dark screen alike.
    let tints = [
        "#6b8f5e", "#8aa36b", "#5c7f6b", "#9aa873", "#7a9a7e", "#86936a", "#6f8a76", "#a3a97f",
    ];
    for (number, path) in shapes.values().enumerate() {
        let tint = tints.get(number % tints.len()).unwrap_or(&"#6b8f5e");
        let _ = write!(
            svg,
            "<path d=\"{path}\" fill=\"{tint}\" fill-opacity=\".38\" stroke=\"{tint}\" \
             stroke-opacity=\".45\" stroke-width=\"1\"/>"
        );
    }
    let towns = communes.iter().filter(|it| it.population >= NAMED_FROM);
    for town in towns {
        let (x, y) = frame.place(town.centroid);
        let _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"3\" fill=\"#7d8377\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" font-family=\"sans-serif\" font-size=\"17\" \
             fill=\"#7d8377\">{}</text>",
            x + 7.0,
            y + 6.0,
            html! { (town.name) }.into_string()
        );
    }
    svg.push_str("</svg>");
    svg
}

/// The corners of the part of the land that is nearer to one place than to any other.
fn cell(number: usize, places: &[Position]) -> Vec<Position> {
    let Some(&own) = places.get(number) else {
        return Vec::new();
    };
    let mut corners: Vec<Position> = (0..SIDES)
        .map(|side| {
            let angle = std::f64::consts::TAU * side as f64 / SIDES as f64;
            (own.0 + REACH * angle.cos(), own.1 + REACH * angle.sin())
        })
        .collect();
    for (other, place) in places.iter().enumerate() {
        let (dx, dy) = (place.0 - own.0, place.1 - own.1);
        let is_near = dx.hypot(dy) < 2.0 * REACH && dx.hypot(dy) > 0.0;
        if other != number && is_near {
            corners = nearer(&corners, own, (dx, dy));
        }
    }
    corners
}

/// The part of a convex shape that is nearer to `own` than to the place at `own + to`.
fn nearer(corners: &[Position], own: Position, to: Position) -> Vec<Position> {
    let half = (to.0 * to.0 + to.1 * to.1) / 2.0;
    let beyond = |corner: &Position| (corner.0 - own.0) * to.0 + (corner.1 - own.1) * to.1 - half;
    let mut kept = Vec::with_capacity(corners.len() + 1);
    for (corner, next) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        let (here, there) = (beyond(corner), beyond(next));
        if here <= 0.0 {
            kept.push(*corner);
        }
        if (here < 0.0 && there > 0.0) || (here > 0.0 && there < 0.0) {
            let share = here / (here - there);
            kept.push((
                corner.0 + share * (next.0 - corner.0),
                corner.1 + share * (next.1 - corner.1),
            ));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(corners: &[Position]) -> f64 {
        let next = corners.iter().cycle().skip(1);
        let twice: f64 = corners
            .iter()
            .zip(next)
            .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
            .sum();
        twice.abs() / 2.0
    }

    #[test]
    fn every_commune_has_a_part_of_the_land_and_no_two_share_one() {
        let communes = Territory::embedded().communes();
        let places: Vec<Position> = communes.iter().map(|it| FRAME.place(it.centroid)).collect();
        for (number, own) in places.iter().enumerate() {
            let corners = cell(number, &places);
            assert!(area(&corners) > 1.0, "{}", communes[number].name);
            for (x, y) in &corners {
                let distance = |place: &Position| (place.0 - x).hypot(place.1 - y);
                let nearest = places.iter().map(distance).fold(f64::MAX, f64::min);
                assert!(distance(own) <= nearest + 1e-6, "{}", communes[number].name);
                assert!(distance(own) <= REACH + 1e-6);
            }
        }
    }

    #[test]
    fn the_land_is_drawn_within_its_frame_and_light() {
        assert!(land().starts_with("<svg ") && land().ends_with("</svg>"));
        assert!(land().contains("Ambert"));
        assert!(land().len() < 80_000, "{} bytes", land().len());
    }
}
