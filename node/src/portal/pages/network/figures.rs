//! The figures that the committee ratified, and how their values are said.

use maud::{Markup, html};

use crate::indicators::Unit;
use crate::node::public::figures::{PublicEvaluation, PublicFigure, Shown};
use crate::portal::pages::parts::prose;
use crate::portal::visit::Visit;

/// The parts of an evaluation, in order.
const GROUPS: [(&str, &str); 8] = [
    ("welcome", "portal-figures-welcome"),
    ("projects", "portal-figures-projects"),
    ("territory", "portal-figures-territory"),
    ("offers", "portal-figures-offers"),
    ("breadth", "portal-figures-breadth"),
    ("satisfaction", "portal-figures-satisfaction"),
    ("governance", "portal-figures-governance"),
    ("costs", "portal-figures-costs"),
];

/// What an indicator is called.
pub(super) fn indicator_name(visit: &Visit, code: &str) -> String {
    visit
        .words
        .text(&format!("indicator-{}", code.replace('_', "-")))
}

/// `2026-H1` as people say it.
pub(super) fn period(visit: &Visit, text: &str) -> String {
    let parts = text.split_once("-H");
    match parts.and_then(|(year, half)| Some((year, half.parse::<u8>().ok()?))) {
        Some((year, half)) => {
            let facts = [("half", half.into()), ("year", year.to_owned().into())];
            visit.words.with("portal-half-year", &facts)
        }
        None => text.to_owned(),
    }
}

/// The figures that the committee ratified, by half-year.
pub(super) fn figures(visit: &Visit, evaluations: &[PublicEvaluation]) -> Markup {
    let words = visit.words;
    html! {
        section.around {
            h2 #figures { (words.text("portal-network-figures")) }
            p { (words.text("portal-figures-about")) }
            @if evaluations.is_empty() { p.empty { (words.text("portal-figures-none")) } }
            @for (place, evaluation) in evaluations.iter().enumerate() {
                details.evaluation open[place == 0] {
                    summary { h3 { (period(visit, evaluation.record.title())) } }
                    @if let Some(comment) = evaluation.record.text("comment") { (prose(comment)) }
                    @for (group, key) in GROUPS {
                        @let of_group: Vec<&PublicFigure> = evaluation.figures.iter().filter(|it| it.indicator.group == group && it.shown != Shown::Nothing).collect();
                        @if !of_group.is_empty() {
                            table.figures {
                                caption { (words.text(key)) }
                                tbody {
                                    @for figure in of_group {
                                        tr { th scope="row" { (indicator_name(visit, figure.indicator.code)) } td { (shown(visit, figure)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            p.hint { (words.text("portal-figures-few-note")) }
        }
    }
}

fn shown(visit: &Visit, figure: &PublicFigure) -> String {
    let unit = figure.indicator.unit;
    match figure.shown {
        Shown::Value(value) => amount(visit, unit, value),
        Shown::Bounds(low, high) if high - low < 1e-9 => amount(visit, unit, low),
        Shown::Bounds(low, high) => {
            let between = [
                ("low", amount(visit, unit, low).into()),
                ("high", amount(visit, unit, high).into()),
            ];
            visit.words.with("portal-figures-between", &between)
        }
        Shown::Nothing => "—".to_owned(),
        Shown::Few => visit.words.text("portal-figures-few"),
    }
}

/// A number in its unit, rounded as people read it.
pub(super) fn amount(visit: &Visit, unit: Unit, value: f64) -> String {
    let words = visit.words;
    let round =
        |value: f64, digits: f64| visit.language().decimal((value * digits).round() / digits);
    match unit {
        Unit::Percent => format!("{}\u{a0}%", round(value * 100.0, 1.0)),
        Unit::Euros => visit.language().euros((value * 100.0).round() as i64),
        Unit::Score => format!("{}\u{a0}/\u{a0}5", round(value, 10.0)),
        Unit::Days => words.with(
            "portal-figures-days",
            &[("days", round(value, 10.0).into())],
        ),
        _ => round(value, 10.0),
    }
}
