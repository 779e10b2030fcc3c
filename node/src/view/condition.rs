//! Conditions as people type them: `price_max<=90000`, `kind=premises|land`, `title~boulanger`.
//!
//! A field, an operator, a value; alternatives are separated by `|`. Values are read as the field
//! declares them: amounts in euros, days in either notation, communes by code or name.

use jiff::civil::Date;
use rusqlite::types::Value as Cell;
use sync_protocol::id::RecordId;

use super::analysis::fold;
use super::columns::{Column, Storage, escape};
use super::error::ViewError;
use super::schema::RecordTable;
use crate::paris;
use crate::registry::parse::date::{instant, instant_text};
use crate::registry::{Collection, Field, FieldKind};
use crate::text::number;

/// The most conditions of one list, alternatives of one condition, and bytes of it: SQLite refuses
/// expressions more than 1,000 deep, more than 32,766 parameters, patterns beyond 50,000 bytes.
pub(crate) const MAX_CONDITIONS: usize = 100;
const MAX_ALTERNATIVES: usize = 100;
const MAX_CONDITION_BYTES: usize = 20_000;
/// Of a condition that is not understood, what a message shows.
const SHOWN_CHARACTERS: usize = 200;

/// SQL with its parameters in order.
#[derive(Debug, Default)]
pub(crate) struct Clause {
    pub(crate) sql: String,
    pub(crate) parameters: Vec<Cell>,
}

impl Clause {
    fn new(sql: impl Into<String>, parameters: Vec<Cell>) -> Self {
        Self {
            sql: sql.into(),
            parameters,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    AtMost,
    AtLeast,
    Below,
    Above,
    Contains,
}

impl Operator {
    const SYMBOLS: [(&'static str, Self); 10] = [
        ("<=", Self::AtMost),
        ("≤", Self::AtMost),
        (">=", Self::AtLeast),
        ("≥", Self::AtLeast),
        ("!=", Self::NotEqual),
        ("≠", Self::NotEqual),
        ("<", Self::Below),
        (">", Self::Above),
        ("=", Self::Equal),
        ("~", Self::Contains),
    ];

    const fn sql(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::Above => ">",
            Self::Contains => "LIKE",
        }
    }
}

/// A condition in its parts: field, operator, value.
fn parts(condition: &str) -> Option<(String, Operator, &str)> {
    if condition.len() > MAX_CONDITION_BYTES || condition.matches('|').count() >= MAX_ALTERNATIVES {
        return None;
    }
    let start = condition.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | ' ')))?;
    let (name, rest) = condition.split_at(start);
    let (symbol, operator) = Operator::SYMBOLS
        .into_iter()
        .find(|(symbol, _)| rest.starts_with(symbol))?;
    let text = rest.get(symbol.len()..).unwrap_or_default().trim();
    let name = name.trim().replace('-', "_");
    (!name.is_empty()).then_some((name, operator, text))
}

/// A condition with the whole identities of the records that it names by a beginning or a title;
/// `resolve` is given the field and what was typed. Other conditions stay as they are.
///
/// # Errors
/// What `resolve` fails with.
pub(crate) fn with_identities<E>(
    collection: &Collection,
    condition: &str,
    mut resolve: impl FnMut(&Field, &str) -> Result<String, E>,
) -> Result<String, E> {
    let named = parts(condition).and_then(|(name, operator, text)| {
        let symbol = match operator {
            Operator::Equal => "=",
            Operator::NotEqual => "!=",
            _ => return None,
        };
        let field = collection.field(&name)?;
        let refers = matches!(field.kind, FieldKind::Ref(_) | FieldKind::RefList(_));
        (refers && !text.is_empty()).then_some((field, symbol, text))
    });
    let Some((field, symbol, text)) = named else {
        return Ok(condition.to_owned());
    };
    let mut ids = Vec::new();
    for one in text.split('|').map(str::trim) {
        // What is whole already may name a record that has not arrived here.
        ids.push(match one.parse::<RecordId>() {
            Ok(id) => id.to_string(),
            Err(_) => resolve(field, one)?,
        });
    }
    Ok(format!("{}{symbol}{}", field.name, ids.join("|")))
}

/// The clause for one condition on the records of `table`, `t` being that table.
pub(crate) fn parse(table: &RecordTable, condition: &str) -> Result<Clause, ViewError> {
    let malformed = || ViewError::MalformedCondition {
        condition: condition.chars().take(SHOWN_CHARACTERS).collect(),
    };
    let (name, operator, text) = parts(condition).ok_or_else(malformed)?;
    if let Some(clause) = of_record(&name, operator, text)? {
        return Ok(clause);
    }
    let unknown = || ViewError::UnknownField {
        collection: table.collection.name.to_owned(),
        field: name.clone(),
    };
    let column = table
        .columns
        .iter()
        .find(|column| column.field.name == name || column.name == name)
        .ok_or_else(unknown)?;
    let in_cents = column.name == name && column.field.name != name;
    if text.is_empty() {
        return empty(column, operator).ok_or_else(malformed);
    }
    let mut clauses = Vec::new();
    for alternative in text.split('|').map(str::trim) {
        clauses.push(compare(table, column, operator, alternative, in_cents)?);
    }
    let joint = if operator == Operator::NotEqual {
        " AND "
    } else {
        " OR "
    };
    let sql = clauses
        .iter()
        .map(|clause| clause.sql.as_str())
        .collect::<Vec<_>>()
        .join(joint);
    let parameters = clauses
        .into_iter()
        .flat_map(|clause| clause.parameters)
        .collect();
    Ok(Clause::new(format!("({sql})"), parameters))
}

/// A field without, or with any, value.
fn empty(column: &Column, operator: Operator) -> Option<Clause> {
    match operator {
        Operator::Equal => Some(Clause::new(
            format!("t.\"{}\" IS NULL", column.name),
            Vec::new(),
        )),
        Operator::NotEqual => Some(Clause::new(
            format!("t.\"{}\" IS NOT NULL", column.name),
            Vec::new(),
        )),
        _ => None,
    }
}

/// Conditions on what every record has.
fn of_record(name: &str, operator: Operator, text: &str) -> Result<Option<Clause>, ViewError> {
    let wrong = || ViewError::MalformedValue {
        field: name.to_owned(),
        value: text.to_owned(),
    };
    let days = |column: &str| {
        let moment = |day| Cell::Integer(paris::first_moment(day).0.cast_signed());
        let day = Day::read(text, moment).ok_or_else(wrong)?;
        day.holds(column, operator).map(Some).ok_or_else(wrong)
    };
    match name {
        "created_on" => days("(SELECT created_at FROM record WHERE number = t.record)"),
        "changed_on" => days("t._changed"),
        "owner" if matches!(operator, Operator::Equal | Operator::NotEqual) => {
            let prefix = fold(text);
            if prefix.is_empty() || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(wrong());
            }
            let not = if operator == Operator::NotEqual {
                "NOT "
            } else {
                ""
            };
            let sql = format!(
                "((SELECT lower(hex(owner)) FROM record WHERE number = t.record) {not}LIKE ?)"
            );
            Ok(Some(Clause::new(
                sql,
                vec![Cell::Text(format!("{prefix}%"))],
            )))
        }
        _ => Ok(None),
    }
}

fn compare(
    table: &RecordTable,
    column: &Column,
    operator: Operator,
    text: &str,
    in_cents: bool,
) -> Result<Clause, ViewError> {
    let wrong = || ViewError::MalformedValue {
        field: column.field.name.to_owned(),
        value: text.to_owned(),
    };
    let name = format!("t.\"{}\"", column.name);
    // A title is kept folded beside itself.
    let folded = if column.field.name == table.collection.title {
        "t._title".to_owned()
    } else {
        format!("fold({name})")
    };
    if column.field.kind == FieldKind::DateTime
        && operator != Operator::Contains
        && !text.is_empty()
    {
        let moment = |day: Date| Cell::Text(instant_text(paris::midnight(day)));
        if let Some(day) = Day::read(text, moment) {
            return day.holds(&name, operator).ok_or_else(wrong);
        }
    }
    if operator == Operator::Contains {
        // Nobody means the digits of a number by a part of a text.
        if !matches!(column.storage, Storage::Text | Storage::Set) {
            return Err(wrong());
        }
        let pattern = Cell::Text(format!("%{}%", like_escape(&fold(text))));
        let sql = if column.field.kind == FieldKind::Commune {
            format!(
                "({name} IN (SELECT code FROM commune WHERE folded LIKE ?1x ESCAPE '\\') \
                 OR {name} LIKE ?1x ESCAPE '\\')"
            )
            .replace("?1x", "?")
        } else {
            format!("{folded} LIKE ? ESCAPE '\\'")
        };
        let count = sql.matches('?').count();
        return Ok(Clause::new(sql, vec![pattern; count]));
    }
    let ordered = !matches!(operator, Operator::Equal | Operator::NotEqual);
    let not_equal = operator == Operator::NotEqual;
    match column.storage {
        Storage::Set => {
            if ordered {
                return Err(wrong());
            }
            let item = Cell::Text(format!("|{}|", escape(text)));
            let found = format!("instr('|' || {name} || '|', ?) > 0");
            let sql = if not_equal {
                format!("({name} IS NULL OR NOT {found})")
            } else {
                found
            };
            Ok(Clause::new(sql, vec![item]))
        }
        Storage::Flag => {
            if ordered {
                return Err(wrong());
            }
            let flag = parse_flag(text).ok_or_else(wrong)?;
            Ok(Clause::new(
                equality(&name, not_equal),
                vec![Cell::Integer(i64::from(flag))],
            ))
        }
        Storage::Integer | Storage::Decimal => {
            let number = number(text).ok_or_else(wrong)?;
            let euros = column.field.kind == FieldKind::Cents && !in_cents;
            let cell = if column.storage == Storage::Decimal {
                Cell::Real(number)
            } else {
                // Rounding keeps 12,34 € on its cent; a fraction of a unit stays a fraction.
                let scaled = if euros {
                    (number * 100.0).round()
                } else {
                    number
                };
                if scaled.fract() == 0.0 && scaled.abs() < 9e15 {
                    Cell::Integer(scaled as i64)
                } else {
                    Cell::Real(scaled)
                }
            };
            let sql = if ordered {
                format!("{name} {} ?", operator.sql())
            } else {
                equality(&name, not_equal)
            };
            Ok(Clause::new(sql, vec![cell]))
        }
        Storage::Text => {
            let value = match column.field.kind {
                FieldKind::Date => parse_day(text).ok_or_else(wrong)?.to_string(),
                FieldKind::DateTime => instant(text).map_err(|_| wrong())?,
                FieldKind::Siret | FieldKind::Siren => text
                    .chars()
                    .filter(|character| !character.is_whitespace())
                    .collect(),
                _ => text.to_owned(),
            };
            if ordered {
                return Ok(Clause::new(
                    format!("{name} {} ?", operator.sql()),
                    vec![Cell::Text(value)],
                ));
            }
            let is_code = value.len() == 5 && value.bytes().any(|byte| byte.is_ascii_digit());
            let is_commune_name = column.field.kind == FieldKind::Commune && !is_code;
            if is_commune_name {
                let not = if not_equal { "NOT " } else { "" };
                let sql = format!("{name} {not}IN (SELECT code FROM commune WHERE folded = ?)");
                return Ok(Clause::new(sql, vec![Cell::Text(fold(&value))]));
            }
            if matches!(column.field.kind, FieldKind::Text(_) | FieldKind::Prose(_)) {
                let sql = equality(&folded, not_equal);
                return Ok(Clause::new(sql, vec![Cell::Text(fold(&value))]));
            }
            Ok(Clause::new(
                equality(&name, not_equal),
                vec![Cell::Text(value)],
            ))
        }
    }
}

/// A day of Paris that moments are compared with: its first one, and the first one of the next.
struct Day {
    first: Cell,
    next: Cell,
}

impl Day {
    fn read(text: &str, moment: impl Fn(Date) -> Cell) -> Option<Self> {
        let day = parse_day(text)?;
        Some(Self {
            first: moment(day),
            next: moment(day.tomorrow().ok()?),
        })
    }

    /// What holds for moments on that day, before or after it; none for a part of a text.
    fn holds(self, column: &str, operator: Operator) -> Option<Clause> {
        let Self { first, next } = self;
        let (sql, bound) = match operator {
            Operator::Equal => (format!("{column} >= ? AND {column} < ?"), vec![first, next]),
            Operator::NotEqual => (
                format!("{column} IS NULL OR {column} < ? OR {column} >= ?"),
                vec![first, next],
            ),
            Operator::AtMost => (format!("{column} < ?"), vec![next]),
            Operator::Below => (format!("{column} < ?"), vec![first]),
            Operator::AtLeast => (format!("{column} >= ?"), vec![first]),
            Operator::Above => (format!("{column} >= ?"), vec![next]),
            Operator::Contains => return None,
        };
        Some(Clause::new(format!("({sql})"), bound))
    }
}

fn equality(name: &str, not_equal: bool) -> String {
    if not_equal {
        format!("{name} IS NOT ?")
    } else {
        format!("{name} = ?")
    }
}

fn like_escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
}

fn parse_flag(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "oui" | "yes" | "vrai" | "true" | "1" | "o" | "y" => Some(true),
        "non" | "no" | "faux" | "false" | "0" | "n" => Some(false),
        _ => None,
    }
}

/// `2026-12-31` or `31/12/2026`.
fn parse_day(text: &str) -> Option<Date> {
    if let Ok(day) = text.parse() {
        return Some(day);
    }
    let mut parts = text.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
