//! An address as a QR code: one path of an SVG drawing, sharp at every size.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// The empty border that readers need, in modules.
const QUIET: usize = 4;

/// The code that says `text`, or nothing where it is too long for one; `title` is what it is, in
/// words.
pub(super) fn code(text: &str, title: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return html! {};
    };
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let is_dark = |at: usize| modules.get(at) == Some(&Color::Dark);
            let run = (column..width).take_while(|at| is_dark(*at)).count();
            if run > 0 {
                let _ = write!(path, "M{} {}h{run}v1h-{run}z", column + QUIET, row + QUIET);
            }
            column += run.max(1);
        }
    }
    let side = width + 2 * QUIET;
    html! {
        svg.qr viewBox=(format!("0 0 {side} {side}")) role="img" aria-label=(title) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_has_every_dark_module_once() {
        let text = "https://portail.example/opportunites/0123456789abcdef0123456789abcdef";
        let drawn = code(text, "QR").into_string();
        let made = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let dark = made
            .to_colors()
            .iter()
            .filter(|it| **it == Color::Dark)
            .count();
        let runs = drawn.split("v1h-").skip(1);
        let runs = runs.filter_map(|it| it.split_once('z')?.0.parse::<usize>().ok());
        assert_eq!(runs.sum::<usize>(), dark);
        assert_eq!(code(&"x".repeat(5_000), "QR").into_string(), "");
    }
}
