//! How far long work is, on standard error, where a person watches.

use std::fmt::Write;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use serde_json::Value;

use crate::language::Language;
use crate::messages::Messages;

/// Work shorter than this shows nothing: a bar that flashes by helps nobody.
const QUIET_START: Duration = Duration::from_millis(300);

/// A bar that appears once work turns out to be long, and leaves no trace.
pub(crate) struct Progress<'a> {
    messages: &'a Messages,
    shown: bool,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    /// A bar, or nothing at all unless `shown`.
    pub(crate) fn new(shown: bool, messages: &'a Messages) -> Self {
        Self {
            messages,
            shown,
            started: Instant::now(),
            bar: None,
        }
    }

    /// Shows one step: `done` of `total`, at `step`.
    pub(crate) fn show(&mut self, step: &Value) {
        if !self.shown || self.started.elapsed() < QUIET_START {
            return;
        }
        let total = step.get("total").and_then(Value::as_u64);
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
            bar.set_style(style(self.messages.language(), total.is_some()));
            bar
        });
        if let Some(total) = total
            && bar.length() != Some(total)
        {
            bar.set_length(total);
            bar.set_style(style(self.messages.language(), true));
        }
        if let Some(done) = step.get("done").and_then(Value::as_u64) {
            bar.set_position(done);
        }
        if let Some(name) = step.get("step").and_then(Value::as_str) {
            let key = format!("step-{}", name.replace('_', "-"));
            bar.set_message(
                self.messages
                    .find(&key, None, None)
                    .unwrap_or_else(|| name.to_owned()),
            );
        }
    }
}

fn style(language: Language, with_total: bool) -> ProgressStyle {
    let template = if with_total {
        "{msg} {bar:30} {done}/{all} ({eta})"
    } else {
        "{spinner} {msg} {done}"
    };
    let number = move |count: u64| language.integer(i64::try_from(count).unwrap_or(i64::MAX));
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("done", move |state: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&number(state.pos()));
        })
        .with_key("all", move |state: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(&number(state.len().unwrap_or_default()));
        })
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
