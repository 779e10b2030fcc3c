//! The command line over a node of canned answers: output, errors, exit codes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use capactif_node::api::{ApiError, Detail, ExitKind};
use serde_json::{Value, json};

use crate::client::Client;
use crate::host::{Host, RunOptions, Started};
use crate::language::Language;
use crate::session::{Streams, Terminal};

mod charter;
mod errors;
mod life;
mod matching;
mod output;
mod papers;
mod sealed;
mod snapshot;

type Answers = BTreeMap<String, Result<Value, ApiError>>;
type Calls = Rc<RefCell<Vec<(String, Value)>>>;

/// A node that answers what a test put in, and remembers what it was asked.
#[derive(Clone, Default)]
struct Canned {
    answers: Answers,
    calls: Calls,
}

impl Canned {
    fn answering(operation: &str, answer: Value) -> Self {
        Self::default().and(operation, Ok(answer))
    }

    fn failing(operation: &str, error: ApiError) -> Self {
        Self::default().and(operation, Err(error))
    }

    fn and(mut self, operation: &str, answer: Result<Value, ApiError>) -> Self {
        self.answers.insert(operation.to_owned(), answer);
        self
    }

    /// The input of the only call made.
    fn asked(&self) -> Value {
        let calls = self.calls.borrow();
        assert_eq!(calls.len(), 1, "{calls:?}");
        calls[0].1.clone()
    }
}

impl Client for Canned {
    fn call(
        &mut self,
        operation: &str,
        input: Value,
        _progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError> {
        self.calls.borrow_mut().push((operation.to_owned(), input));
        self.answers
            .get(operation)
            .cloned()
            .unwrap_or_else(|| Ok(json!({})))
    }
}

impl Host for Canned {
    fn connect(&self, _home: &Path) -> Result<Box<dyn Client>, ApiError> {
        Ok(Box::new(self.clone()))
    }

    fn run(
        &self,
        _home: &Path,
        options: &RunOptions,
        started: &mut dyn FnMut(&Started),
    ) -> Result<(), ApiError> {
        let listen = options
            .listen
            .iter()
            .filter_map(|address| address.parse().ok())
            .collect();
        started(&Started {
            node: "ab".repeat(32),
            listen,
            api: options.api,
            portal: options.portal.map(|address| format!("http://{address}/")),
        });
        Ok(())
    }

    fn repair(
        &self,
        _home: &Path,
        new_key: bool,
        progress: &mut dyn FnMut(Value),
    ) -> Result<Value, ApiError> {
        self.clone()
            .call("repair", json!({ "new_key": new_key }), progress)
    }
}

/// What a command line printed and how it ended.
struct Ran {
    out: String,
    err: String,
    code: u8,
}

fn run(node: &Canned, language: Language, arguments: &[&str]) -> Ran {
    run_with_input(node, language, arguments, "")
}

/// Runs at 80 columns, without styles.
fn run_with_input(node: &Canned, language: Language, arguments: &[&str], input: &str) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut line = vec!["capactif", "--home", "unused"];
    line.extend(arguments);
    let terminal = Terminal {
        width: Some(80),
        ..Terminal::default()
    };
    let streams = Streams {
        out: Box::new(anstream::StripStream::new(&mut out)),
        err: Box::new(anstream::StripStream::new(&mut err)),
        input: Box::new(input.as_bytes()),
    };
    let code = crate::run(line, language, terminal, streams, node);
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran {
        out: text(out),
        err: text(err),
        code,
    }
}

fn refused(code: &str, exit: ExitKind) -> ApiError {
    ApiError::new(code, exit, "the registry said no")
}

fn fault(field: &str, code: &str) -> Detail {
    Detail {
        field: Some(field.to_owned()),
        code: code.to_owned(),
        message: "is not right".to_owned(),
        ..Detail::default()
    }
}
