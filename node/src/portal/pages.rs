//! The pages, one file each, and where they are.

use std::sync::Arc;

use axum::Router;

use crate::language::Language;

use super::Portal;
use super::route::Route;
use super::server::{private, shown};
use super::visit::Handler;

mod accessibility;
mod data;
mod help;
mod home;
mod legal;
mod living;
mod network;
mod news;
mod offer;
pub(super) mod offers;
pub(super) mod parts;
mod poster;
mod privacy;
mod project;
mod site_map;
mod structures;
#[cfg(test)]
mod tests;
mod words_of;

pub(crate) use project::Tokens;

/// All pages that anybody may look at.
fn all() -> [(Route, Handler); 17] {
    let id = || "{id}".to_owned();
    [
        (Route::Home, home::home),
        (Route::Offers, offers::offers),
        (Route::Offer(id()), offer::offer),
        (Route::Poster(id()), poster::poster),
        (Route::Living, living::living),
        (Route::LivingIn(id()), living::commune),
        (Route::Help, help::help),
        (Route::Structures, structures::structures),
        (Route::Structure(id()), structures::structure),
        (Route::Network, network::network),
        (Route::News, news::news),
        (Route::NewsItem(id()), news::item),
        (Route::Data, data::data),
        (Route::Legal, legal::legal),
        (Route::Privacy, privacy::privacy),
        (Route::Accessibility, accessibility::accessibility),
        (Route::SiteMap, site_map::site_map),
    ]
}

/// Those that are always there, for site maps.
pub(super) fn listed() -> impl Iterator<Item = Route> {
    let routes = all().into_iter().map(|(route, _)| route);
    let routes = routes.chain([Route::Project]);
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
