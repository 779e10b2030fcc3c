//! What observations come to, for the network and for each cell of a breakdown.

use std::collections::{BTreeMap, BTreeSet};

use super::frame::{Observation, Place};
use super::{Dimension, Indicator, Measure};

/// Cells of fewer persons than this are hidden.
pub(crate) const FEWEST_PERSONS: usize = 5;

/// One figure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figure {
    /// The figure; of bounds, none.
    pub(crate) value: Option<f64>,
    /// Bounds, where something is not known.
    pub(crate) bounds: Option<(f64, f64)>,
    /// What is divided.
    pub(crate) part: f64,
    /// What it is divided by; of medians, how many there are.
    pub(crate) of: f64,
    /// How many persons are behind it.
    pub(crate) persons: usize,
}

/// Why a cell is not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// It is of fewer than [`FEWEST_PERSONS`] persons.
    Few,
    /// Beside the total, it would tell another that is hidden.
    Complementary,
}

/// A figure for one structure, community of communes, sector or code; of what is none, without key.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    pub(crate) key: Option<String>,
    pub(crate) figure: Figure,
    pub(crate) hidden: Option<Hidden>,
}

/// What all of these come to.
pub(crate) fn figure<'o, 'f: 'o>(
    measure: Measure,
    observations: impl Iterator<Item = &'o Observation<'f>>,
) -> Figure {
    let mut figure = Figure::default();
    let (mut high, mut values) = (0.0, Vec::new());
    let mut persons = BTreeSet::new();
    for it in observations {
        figure.part += it.low;
        figure.of += it.of;
        high += it.high;
        persons.extend(it.person);
        if measure == Measure::Median {
            values.push(it.low);
        }
    }
    figure.persons = persons.len();
    let divided = |part: f64| (figure.of > 0.0).then(|| part / figure.of);
    match measure {
        Measure::Sum => figure.value = Some(figure.part),
        Measure::Share | Measure::Ratio => figure.value = divided(figure.part),
        Measure::Bounds => figure.bounds = divided(figure.part).zip(divided(high)),
        Measure::Median => figure.value = median(&mut values),
    }
    figure
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    let lower = values.get((values.len() / 2).checked_sub(1)?)?;
    Some(f64::midpoint(*lower, upper))
}

/// The cells of one dimension, small ones hidden; what belongs to no cell comes last.
pub(crate) fn cells(
    indicator: &Indicator,
    dimension: Dimension,
    observations: &[Observation<'_>],
) -> Vec<Cell> {
    let key = |place: &Place<'_>| match dimension {
        Dimension::Structure => place.structure.map(str::to_owned),
        Dimension::Epci => place.epci.map(str::to_owned),
        Dimension::Sector => place.sector.map(str::to_owned),
    };
    grouped(indicator, observations, |it| key(&it.place))
}

/// The cells by code: reasons, themes.
pub(crate) fn categories(indicator: &Indicator, observations: &[Observation<'_>]) -> Vec<Cell> {
    grouped(indicator, observations, |it| it.category.map(str::to_owned))
}

fn grouped<'f>(
    indicator: &Indicator,
    observations: &[Observation<'f>],
    key: impl Fn(&Observation<'f>) -> Option<String>,
) -> Vec<Cell> {
    let mut groups: BTreeMap<Option<String>, Vec<&Observation<'f>>> = BTreeMap::new();
    for it in observations {
        groups.entry(key(it)).or_default().push(it);
    }
    let cell = |(key, members): (Option<String>, Vec<&Observation<'f>>)| Cell {
        key,
        figure: figure(indicator.measure, members.into_iter()),
        hidden: None,
    };
    let mut cells: Vec<Cell> = groups.into_iter().map(cell).collect();
    // What has no key sorts first.
    if cells.first().is_some_and(|it| it.key.is_none()) {
        cells.rotate_left(1);
    }
    if indicator.of_persons {
        hide(&mut cells);
    }
    cells
}

/// Hides small cells, and then the next smallest ones until what the total tells of all hidden ones
/// together is about at least two cells and [`FEWEST_PERSONS`] persons.
fn hide(cells: &mut [Cell]) {
    for cell in cells.iter_mut() {
        if cell.figure.persons < FEWEST_PERSONS {
            cell.hidden = Some(Hidden::Few);
        }
    }
    loop {
        let hidden = cells.iter().filter(|it| it.hidden.is_some());
        let (count, persons) = hidden.fold((0, 0), |(count, persons), it| {
            (count + 1, persons + it.figure.persons)
        });
        if count == 0 || (count > 1 && persons >= FEWEST_PERSONS) {
            return;
        }
        let shown = cells.iter_mut().filter(|it| it.hidden.is_none());
        let Some(next) = shown.min_by_key(|it| it.figure.persons) else {
            return;
        };
        next.hidden = Some(Hidden::Complementary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_persons(counts: &[usize]) -> Vec<Option<Hidden>> {
        let cell = |persons: &usize| Cell {
            key: Some(persons.to_string()),
            figure: Figure {
                persons: *persons,
                ..Figure::default()
            },
            hidden: None,
        };
        let mut cells: Vec<Cell> = counts.iter().map(cell).collect();
        hide(&mut cells);
        cells.into_iter().map(|it| it.hidden).collect()
    }

    #[test]
    fn a_small_cell_is_never_told_by_what_is_left_of_the_total() {
        use Hidden::{Complementary, Few};
        assert_eq!(of_persons(&[5, 9]), [None, None]);
        assert_eq!(
            of_persons(&[4, 30, 9]),
            [Some(Few), None, Some(Complementary)]
        );
        // Two of one person each: the total would tell of two persons.
        assert_eq!(
            of_persons(&[1, 1, 12]),
            [Some(Few), Some(Few), Some(Complementary)]
        );
        assert_eq!(of_persons(&[3, 3, 12]), [Some(Few), Some(Few), None]);
        assert_eq!(of_persons(&[2]), [Some(Few)]);
        assert_eq!(of_persons(&[]), []);
    }

    #[test]
    fn the_median_lies_between_the_two_in_the_middle() {
        let median_of = |values: &[f64]| {
            let all: Vec<_> = values.iter().map(|it| Observation::amount(*it)).collect();
            figure(Measure::Median, all.iter()).value
        };
        assert_eq!(median_of(&[]), None);
        assert_eq!(median_of(&[7.0]), Some(7.0));
        assert_eq!(median_of(&[9.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median_of(&[4.0, 1.0]), Some(2.5));
    }
}
