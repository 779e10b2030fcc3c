//! Parts of the land that lead somewhere, or are where somebody works: communes, and what is made of
//! them.

use std::fmt::Write as _;
use std::sync::LazyLock;

use maud::{Markup, html};

use crate::portal::assets::LAND;
use crate::territory::{Commune, Territory};

use super::{FRAME, Position, REACH, WIDTH, cell};

/// The corners of each commune, in the order of the table.
static CELLS: LazyLock<Vec<Vec<Position>>> = LazyLock::new(|| {
    let communes = Territory::embedded().communes();
    let places: Vec<Position> = communes.iter().map(|it| FRAME.place(it.centroid)).collect();
    (0..places.len())
        .map(|number| cell(number, &places))
        .collect()
});

/// A part of the land.
pub(crate) struct Part<'a> {
    /// Which communes it consists of.
    pub(crate) holds: &'a dyn Fn(&Commune) -> bool,
    /// What it is called.
    pub(crate) title: String,
    /// Where it leads; nowhere without one.
    pub(crate) href: Option<String>,
    /// What is written on it.
    pub(crate) label: Option<String>,
}

/// A part as it is drawn.
struct Drawn {
    path: String,
    middle: Position,
    /// West, north, east, south.
    bounds: (f64, f64, f64, f64),
}

impl Drawn {
    fn of(holds: &dyn Fn(&Commune) -> bool) -> Option<Self> {
        let mut path = String::new();
        let mut bounds = (f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        let (mut sum, mut count) = ((0.0, 0.0), 0.0);
        for (commune, corners) in Territory::embedded().communes().iter().zip(CELLS.iter()) {
            if !holds(commune) {
                continue;
            }
            let place = FRAME.place(commune.centroid);
            sum = (sum.0 + place.0, sum.1 + place.1);
            count += 1.0;
            for (corner, (x, y)) in corners.iter().enumerate() {
                let letter = if corner == 0 { 'M' } else { 'L' };
                let _ = write!(path, "{letter}{x:.0} {y:.0}");
                let (west, north, east, south) = bounds;
                bounds = (west.min(*x), north.min(*y), east.max(*x), south.max(*y));
            }
            path.push('Z');
        }
        (count > 0.0).then(|| Self {
            path,
            middle: (sum.0 / count, sum.1 / count),
            bounds,
        })
    }
}

/// The map with these parts on it, the whole land or only as much as holds them.
pub(crate) fn area(title: &str, parts: &[Part<'_>], is_close: bool) -> Markup {
    let drawn = parts
        .iter()
        .filter_map(|part| Some((part, Drawn::of(part.holds)?)));
    let drawn: Vec<(&Part<'_>, Drawn)> = drawn.collect();
    let frame = *FRAME;
    let (view, scale) = if is_close && !drawn.is_empty() {
        let all = drawn.iter().fold(
            (f64::MAX, f64::MAX, f64::MIN, f64::MIN),
            |(west, north, east, south), (_, it)| {
                let own = it.bounds;
                (
                    west.min(own.0),
                    north.min(own.1),
                    east.max(own.2),
                    south.max(own.3),
                )
            },
        );
        let (west, north) = (all.0 - REACH / 2.0, all.1 - REACH / 2.0);
        let (wide, high) = (all.2 - west + REACH / 2.0, all.3 - north + REACH / 2.0);
        (
            format!("{west:.0} {north:.0} {wide:.0} {high:.0}"),
            wide / WIDTH,
        )
    } else {
        (format!("0 0 {WIDTH:.0} {:.0}", frame.height), 1.0)
    };
    // Letters are as large on a close map as on the whole land.
    let at = |(x, y): Position| format!("translate({x:.0} {y:.0}) scale({scale:.2})");
    let is_link = parts.iter().any(|it| it.href.is_some());
    let shape = |part: &Part<'_>, drawn: &Drawn| {
        html! { path d=(drawn.path) { title { (part.title) } } }
    };
    html! {
        svg.map.area viewBox=(view) role=(if is_link { "group" } else { "img" }) aria-label=(title) {
            image href=(LAND.path()) width=(format!("{WIDTH:.0}")) height=(format!("{:.0}", frame.height)) {}
            @for (part, drawn) in &drawn {
                @match &part.href {
                    Some(href) => a href=(href) aria-label=(part.title) { (shape(part, drawn)) },
                    None => (shape(part, drawn)),
                }
            }
            @for (part, drawn) in &drawn {
                @if let Some(label) = &part.label {
                    text transform=(at(drawn.middle)) aria-hidden="true" { (label) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_drawn_where_its_communes_are_and_none_where_there_are_none() {
        let drawn = Drawn::of(&|it| it.code == "63003").unwrap();
        let (west, north, east, south) = drawn.bounds;
        assert!(
            west < drawn.middle.0 && drawn.middle.0 < east,
            "{:?}",
            drawn.bounds
        );
        assert!(north < drawn.middle.1 && drawn.middle.1 < south);
        assert!(Drawn::of(&|it| it.code == "75056").is_none());
        let none = area("rien", &[], true).into_string();
        assert!(none.contains("viewBox=\"0 0 1000 "), "{none}");
    }
}
