//! The pages, one file each, and where they are.

use std::sync::Arc;

use axum::Router;

use crate::language::Language;

use super::Portal;
use super::route::Route;
use super::server::shown;
use super::visit::Handler;

mod home;
mod offer;
pub(super) mod offers;
mod parts;

/// All pages that anybody may look at.
fn all() -> [(Route, Handler); 3] {
    let id = || "{id}".to_owned();
    [
        (Route::Home, home::home),
        (Route::Offers, offers::offers),
        (Route::Offer(id()), offer::offer),
    ]
}

/// Those that are always there, for site maps.
pub(super) fn listed() -> impl Iterator<Item = Route> {
    let routes = all().into_iter().map(|(route, _)| route);
    routes.filter(|route| !route.path(Language::French).contains("{id}"))
}

/// Every page under its address in both languages.
pub(super) fn routes() -> Router<Arc<Portal>> {
    let mut router = Router::new();
    for (route, handler) in all() {
        for language in Language::ALL {
            router = router.route(&route.path(language), shown(handler));
        }
    }
    router
}
