//! The portal: the one public place, served from the hub's replica.
//!
//! Server-rendered pages, light, usable without JavaScript, in French and English. They read the
//! registry through `node::public` alone, which shows what is public and nothing else; any
//! node can serve them, and the one that does has no right that another lacks.
//!
//! - `server` (requests to pages), `guard` (what may pass), `answer` (how a page goes out), `site`
//!   (where it is), `visit` (a request and its answer, as pages see them), `route` (addresses),
//!   `words` (what is said);
//! - `showcase` (opportunities held ready to be searched), `trade` (the activities that a word means),
//!   `map` (drawn from centroids), `qr` (an address as a code);
//! - `connections` (how many, how slow), `tls` (a certificate of its own), `limits` (how much who may
//!   ask for), `feeds` and `api` (what machines read), `kept` (files made once), `schema_org` (what
//!   search engines are told);
//! - `page` (what all pages share), `pages` (one file a page), `assets` (style and drawings).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::civil::Date;

use crate::error::ApiError;
use crate::node::Member;

mod answer;
mod api;
mod assets;
mod connections;
mod feeds;
mod guard;
mod kept;
mod limits;
mod map;
mod page;
mod pages;
mod qr;
mod route;
mod schema_org;
mod server;
mod showcase;
mod site;
#[cfg(test)]
mod tests;
mod tls;
mod trade;
mod visit;
mod words;

pub use server::PortalServer;
pub use site::Site;
pub use tls::Certificate;

use kept::Kept;
use limits::Limits;
use showcase::{Builder, Showcase};

/// The showcase is made again at most this often...
const SOONEST: Duration = Duration::from_millis(500);

/// ...and for at most one part in so many of the time, however large it is.
const PART_OF_TIME: u32 = 20;

/// The portal of one node.
#[derive(Debug)]
pub(crate) struct Portal {
    pub(crate) member: Arc<Member>,
    pub(crate) site: Site,
    shown: RwLock<Arc<Shown>>,
    is_renewing: AtomicBool,
    limits: Limits,
    kept: Kept,
    tokens: pages::Tokens,
}

/// The showcase, and what it was made of.
#[derive(Debug)]
struct Shown {
    showcase: Showcase,
    version: u64,
    day: Date,
    made_at: Instant,
    took: Duration,
}

impl Portal {
    fn new(member: Arc<Member>, site: Site) -> Result<Self, ApiError> {
        let shown = RwLock::new(Arc::new(make(&member)?));
        Ok(Self {
            member,
            site,
            shown,
            is_renewing: AtomicBool::new(false),
            limits: Limits::default(),
            kept: Kept::default(),
            tokens: pages::Tokens::new()?,
        })
    }

    /// The offers to search. They may be those of a moment ago: what is shown of each is read anew.
    pub(crate) fn with_showcase<T>(&self, look: impl FnOnce(&Showcase) -> T) -> T {
        look(&self.shown().showcase)
    }

    fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number that is another whenever a page may be: of what is shown, and of the day.
    pub(crate) fn edition(&self) -> Result<(u64, u64, Date), ApiError> {
        let version = self.member.public_version()?;
        Ok((version, self.shown().version, self.member.public_today()))
    }

    /// Makes the showcase again where the registry or the day is another, on a thread of its own.
    fn renew(self: &Arc<Self>) {
        let shown = self.shown();
        let Ok(version) = self.member.public_version() else {
            return;
        };
        let is_current = shown.version == version && shown.day == self.member.public_today();
        let is_soon = shown.made_at.elapsed() < SOONEST.max(shown.took * PART_OF_TIME);
        if is_current || is_soon || self.is_renewing.swap(true, Ordering::SeqCst) {
            return;
        }
        let portal = Arc::clone(self);
        std::thread::spawn(move || {
            match make(&portal.member) {
                Ok(made) => {
                    let mut shown = portal.shown.write().unwrap_or_else(PoisonError::into_inner);
                    *shown = Arc::new(made);
                }
                Err(error) => tracing::warn!(%error, "the portal shows older opportunities"),
            }
            portal.is_renewing.store(false, Ordering::SeqCst);
        });
    }
}

fn make(member: &Member) -> Result<Shown, ApiError> {
    let made_at = Instant::now();
    // Read before the offers: what arrives meanwhile makes the showcase again.
    let (version, day) = (member.public_version()?, member.public_today());
    let mut builder = Builder::default();
    member.each_offer(|offer| builder.push(&offer, member.public_place(&offer.record)))?;
    Ok(Shown {
        showcase: builder.finish(),
        version,
        day,
        made_at: Instant::now(),
        took: made_at.elapsed(),
    })
}
