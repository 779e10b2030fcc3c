//! One cell as a value of its field.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::error::Args;
use super::guard::unguard;
use super::row_error::{CellError, RowProblem};
use super::schema::{ColumnTarget, Schema};
use crate::registry::{FieldKind, Value};

/// What a cell gives.
#[derive(Debug, PartialEq)]
pub(crate) enum Given {
    Value(Value),
    /// The cell is empty, or its text means *nothing*.
    Nothing,
}

/// What is wrong with a cell: found here, or by the registry.
#[derive(Debug)]
pub(crate) enum CellFault {
    Problem(RowProblem),
    Registry(CellError),
}

/// Characters kept of a message or an argument, which may quote a whole cell.
const QUOTED_CHARACTERS: usize = 200;

impl CellFault {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Problem(problem) => problem.code(),
            Self::Registry(error) => error.code,
        }
    }

    pub(crate) fn args(&self) -> Args {
        let args = match self {
            Self::Problem(problem) => problem.args(),
            Self::Registry(error) => error.args.clone(),
        };
        args.into_iter()
            .map(|(name, value)| (name, shortened(value)))
            .collect()
    }

    pub(crate) fn message(&self) -> String {
        shortened(match self {
            Self::Problem(problem) => problem.to_string(),
            Self::Registry(error) => error.message.clone(),
        })
    }
}

impl From<RowProblem> for CellFault {
    fn from(problem: RowProblem) -> Self {
        Self::Problem(problem)
    }
}

fn shortened(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(QUOTED_CHARACTERS) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// Reads cells for one collection.
#[derive(Clone, Copy)]
pub(crate) struct CellReader<'a> {
    schema: &'a Schema<'a>,
}

impl<'a> CellReader<'a> {
    pub(crate) fn new(schema: &'a Schema<'a>) -> Self {
        Self { schema }
    }

    /// A cell of text, as people type it.
    pub(crate) fn text(self, target: ColumnTarget, text: &str) -> Result<Given, CellFault> {
        let text = unguard(text);
        if text.trim().is_empty() {
            return Ok(Given::Nothing);
        }
        if target.in_cents {
            let cents = text.trim().parse().map_err(|_| not_cents(text))?;
            return self.parse(target, &euros(cents, ','));
        }
        self.parse(target, text)
    }

    /// A JSON value. Amounts are cents under `<field>_cents` and euros under the bare name.
    pub(crate) fn json(self, target: ColumnTarget, value: &Json) -> Result<Given, CellFault> {
        match value {
            Json::Null => Ok(Given::Nothing),
            Json::String(text) if text.trim().is_empty() => Ok(Given::Nothing),
            Json::String(text) if target.in_cents => self.text(target, text),
            Json::String(text) => self.parse(target, text),
            Json::Number(number) if target.in_cents => {
                let cents = number
                    .as_i64()
                    .ok_or_else(|| not_cents(&number.to_string()))?;
                self.parse(target, &euros(cents, ','))
            }
            Json::Number(number) => match number.as_f64().filter(|_| number.is_f64()) {
                Some(decimal) => self.parse(target, &decimal_text(decimal)),
                None => self.parse(target, &number.to_string()),
            },
            Json::Bool(yes) if target.field.kind == FieldKind::Flag => {
                Ok(Given::Value(Value::Flag(*yes)))
            }
            Json::Bool(yes) => self.parse(target, if *yes { "true" } else { "false" }),
            Json::Array(items) => self.list(target, items),
            Json::Object(_) => Err(RowProblem::NestedJson.into()),
        }
    }

    fn list(self, target: ColumnTarget, items: &[Json]) -> Result<Given, CellFault> {
        let mut set = BTreeSet::new();
        for item in items {
            if matches!(item, Json::Array(_) | Json::Object(_)) {
                return Err(RowProblem::NestedJson.into());
            }
            match self.json(target, item)? {
                Given::Value(Value::Set(members)) => set.extend(members),
                Given::Value(value) if items.len() == 1 => return Ok(Given::Value(value)),
                Given::Value(_) => return Err(RowProblem::NotAList.into()),
                Given::Nothing => {}
            }
        }
        Ok(if set.is_empty() {
            Given::Nothing
        } else {
            Given::Value(Value::Set(set))
        })
    }

    fn parse(self, target: ColumnTarget, text: &str) -> Result<Given, CellFault> {
        match self.schema.parse(target.field, text) {
            Ok(Some(value)) => Ok(Given::Value(value)),
            Ok(None) => Ok(Given::Nothing),
            Err(error) => Err(CellFault::Registry(error)),
        }
    }
}

fn not_cents(text: &str) -> CellFault {
    RowProblem::NotCents {
        text: text.to_owned(),
    }
    .into()
}

/// Cents as euros: `1234567` is `12345,67`, `9000000` is `90000`.
pub(crate) fn euros(cents: i64, decimal_mark: char) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    if rest == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}{decimal_mark}{rest:02}")
    }
}

/// A number with a decimal comma and without exponent: beside a dot, `1.234` euros could be taken
/// for thousands.
pub(crate) fn decimal_text(number: f64) -> String {
    if number == 0.0 {
        "0".to_owned()
    } else {
        number.to_string().replace('.', ",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_are_shown_as_euros() {
        assert_eq!(euros(9_000_000, ','), "90000");
        assert_eq!(euros(1_234_567, ','), "12345,67");
        assert_eq!(euros(5, '.'), "0.05");
        assert_eq!(euros(-150, ','), "-1,50");
        assert_eq!(euros(i64::MIN, ','), "-92233720368547758,08");
    }

    #[test]
    fn quoted_cells_are_shortened_in_messages() {
        let fault = CellFault::from(RowProblem::NotCents {
            text: "é".repeat(100_000),
        });
        assert!(fault.message().chars().count() <= QUOTED_CHARACTERS + 1);
        assert!(fault.args()[0].1.chars().count() <= QUOTED_CHARACTERS + 1);
    }
}
