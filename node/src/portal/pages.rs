//! The pages, one file each, and where they are.

use std::sync::Arc;

use axum::Router;

use crate::language::Language;

use super::Portal;
use super::route::Route;
use super::server::{private, shown};
use super::visit::Handler;

mod home;
mod offer;
mod offers;
mod parts;
mod project;

pub(crate) use project::Door;

/// Every page under its address in both languages.
pub(super) fn routes() -> Router<Arc<Portal>> {
    let id = || "{id}".to_owned();
    let pages: [(Route, Handler); 3] = [
        (Route::Home, home::home),
        (Route::Offers, offers::offers),
        (Route::Offer(id()), offer::offer),
    ];
    let mut router = Router::new();
    for (route, handler) in pages {
        for language in Language::ALL {
            router = router.route(&route.path(language), shown(handler));
        }
    }
    let private_pages: [(Route, Handler, Handler); 2] = [
        (Route::Project, project::look, project::send),
        (Route::Follow, project::look_at_follow, project::send_follow),
    ];
    for (route, look, send) in private_pages {
        for language in Language::ALL {
            router = router.route(&route.path(language), private(look, send));
        }
    }
    router
}
