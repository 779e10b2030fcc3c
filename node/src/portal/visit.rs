//! One request, as the pages see it; and their answers.
//!
//! A page is a plain function from a [`Visit`] to a [`Reply`]: it reads the registry and blocks, so
//! it runs on a thread of its own, and knows nothing of HTTP beyond this file.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::http::StatusCode;
use maud::Markup;

use crate::error::ApiError;
use crate::language::Language;

use super::Portal;
use super::limits::Deed;
use super::route::Route;
use super::words::Words;

/// What a page is asked.
#[derive(Debug)]
pub(crate) struct Visit {
    /// The portal.
    pub(crate) portal: Arc<Portal>,
    /// The words of the language of the address.
    pub(crate) words: &'static Words,
    /// The part of the address that names a record or a commune.
    pub(crate) id: String,
    /// The parameters of the address, in order.
    pub(crate) query: Vec<(String, String)>,
    /// The fields of a form sent; empty otherwise.
    pub(crate) form: Vec<(String, String)>,
    /// Where it comes from.
    pub(crate) from: Option<IpAddr>,
}

impl Visit {
    /// The language of the page.
    pub(crate) fn language(&self) -> Language {
        self.words.language()
    }

    /// The address of another page in the same language.
    pub(crate) fn path(&self, route: &Route) -> String {
        route.path(self.language())
    }

    /// A parameter of the address, trimmed; empty if it is not there.
    pub(crate) fn asked(&self, name: &str) -> &str {
        value(&self.query, name)
    }

    /// All values of a parameter, without empty ones.
    pub(crate) fn all_asked(&self, name: &str) -> Vec<String> {
        let values = self.query.iter().filter(|(key, _)| key == name);
        let values = values.map(|(_, value)| value.trim().to_owned());
        values.filter(|value| !value.is_empty()).collect()
    }

    /// A field of the form, trimmed; empty if it is not there.
    pub(crate) fn given(&self, name: &str) -> &str {
        value(&self.form, name)
    }

    /// Whether whoever asks may do this; it is counted if so.
    pub(super) fn may(&self, deed: Deed) -> bool {
        self.portal.limits.allow(deed, self.from, Instant::now())
    }

    /// Whether whoever asks may do this, which is counted only if it is done.
    pub(super) fn may_try(&self, deed: Deed) -> bool {
        self.portal.limits.has_room(deed, self.from, Instant::now())
    }

    /// Counts what was done.
    pub(super) fn has_done(&self, deed: Deed) {
        self.portal.limits.count(deed, self.from, Instant::now());
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map_or("", |(_, value)| value.trim())
}

/// What a page answers.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A page.
    Page(Markup),
    /// A page with another status than 200, as a form with mistakes has.
    PageWith(StatusCode, Markup),
    /// The answer is elsewhere: after a form, so that loading again sends nothing twice.
    SeeOther(String),
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// There is no such page.
    NotFound,
    /// It was there, and is no more.
    Gone,
    /// Something in the address or the form cannot be: the key of the message that says what.
    Bad(&'static str),
    /// Too much was asked.
    TooMany,
    /// What was sent is too long.
    TooLarge,
    /// The node failed.
    Failed(ApiError),
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        Self::Failed(error)
    }
}

/// A page.
pub(crate) type Handler = fn(&Visit) -> Result<Reply, Trouble>;
