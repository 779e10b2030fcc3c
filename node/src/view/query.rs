//! SQL of people's own, reading only and bounded in time and rows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use rusqlite::fallible_iterator::FallibleIterator;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;

use super::error::ViewError;
use super::read::Reader;

/// How long a query may run.
const LONGEST: Duration = Duration::from_secs(10);

/// The most rows a query gives.
const MAX_ROWS: usize = 10_000;

/// What a query gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The columns' names.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there were more rows than are given.
    pub truncated: bool,
}

/// One cell of a query's answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A decimal number.
    Decimal(f64),
    /// Text.
    Text(String),
    /// Bytes, as lower-case hexadecimal.
    Bytes(String),
}

impl Reader {
    /// Runs one SELECT over the collections' tables (and `commune`).
    ///
    /// # Errors
    /// Anything but one SELECT, a query SQLite does not understand, one that takes too long.
    pub fn query(&self, sql: &str) -> Result<Table, ViewError> {
        self.with_own(|connection| {
            let stopped = Arc::new(AtomicBool::new(false));
            let deadline = Instant::now() + LONGEST;
            let flag = Arc::clone(&stopped);
            connection.progress_handler(
                4_000,
                Some(move || {
                    let late = Instant::now() >= deadline;
                    if late {
                        flag.store(true, Ordering::SeqCst);
                    }
                    late
                }),
            )?;
            let refused = Arc::new(std::sync::Mutex::new(None));
            let note = Arc::clone(&refused);
            connection.authorizer(Some(move |context: AuthContext<'_>| {
                if is_reading(&context.action) {
                    return Authorization::Allow;
                }
                if let Ok(mut note) = note.lock() {
                    note.get_or_insert_with(|| format!("{:?}", context.action));
                }
                Authorization::Deny
            }))?;
            let forbidden = || refused.lock().ok().and_then(|reason| reason.clone());
            let explain = |error: rusqlite::Error| match (forbidden(), &error) {
                (Some(reason), _) => ViewError::ForbiddenQuery { reason },
                (None, rusqlite::Error::SqliteFailure(failure, _))
                    if failure.code == ErrorCode::OperationInterrupted
                        && stopped.load(Ordering::SeqCst) =>
                {
                    ViewError::QueryTooLong {
                        seconds: LONGEST.as_secs(),
                    }
                }
                (None, _) => ViewError::MalformedQuery {
                    reason: error.to_string(),
                },
            };
            let mut batch = rusqlite::Batch::new(connection, sql);
            let mut select =
                batch
                    .next()
                    .map_err(explain)?
                    .ok_or_else(|| ViewError::MalformedQuery {
                        reason: "empty".to_owned(),
                    })?;
            if batch.next().map_err(explain)?.is_some() {
                return Err(ViewError::ForbiddenQuery {
                    reason: "several statements".to_owned(),
                });
            }
            if select.column_count() == 0 || !select.readonly() {
                return Err(ViewError::ForbiddenQuery {
                    reason: "not a SELECT".to_owned(),
                });
            }
            let columns = select.column_names().map(str::to_owned).collect::<Vec<_>>();
            let mut rows = select.query([]).map_err(explain)?;
            let mut table = Table {
                columns,
                rows: Vec::new(),
                truncated: false,
            };
            while let Some(row) = rows.next().map_err(explain)? {
                if table.rows.len() == MAX_ROWS {
                    table.truncated = true;
                    break;
                }
                let cells = (0..table.columns.len()).map(|place| Ok(cell(row.get_ref(place)?)));
                table
                    .rows
                    .push(cells.collect::<Result<_, rusqlite::Error>>()?);
            }
            Ok(table)
        })
    }
}

fn is_reading(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => true,
        AuthAction::Function { function_name } => !matches!(
            *function_name,
            "load_extension" | "fts3_tokenizer" | "writefile"
        ),
        _ => false,
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Decimal(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(data_encoding::HEXLOWER.encode(bytes)),
    }
}
