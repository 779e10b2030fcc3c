//! News of the network: the list, and a page each.

use maud::html;

use crate::node::public::Asked;
use crate::portal::page::Page;
use crate::portal::route::Route;
use crate::portal::visit::{Reply, Trouble, Visit};
use crate::view::{List, Sort};

use super::parts::prose;
use super::words_of::{beginning, day, structure_link};

/// How many a page shows.
const PER_PAGE: usize = 20;

/// How much of each the list shows.
const LETTERS: usize = 280;

pub(super) fn news(visit: &Visit) -> Result<Reply, Trouble> {
    let words = visit.words;
    let page: usize = visit.asked("page").parse().unwrap_or(1).clamp(1, 10_000);
    let list = List {
        sort: Some(Sort {
            by: "on".to_owned(),
            descending: true,
        }),
        limit: Some(PER_PAGE),
        offset: (page - 1) * PER_PAGE,
        ..List::default()
    };
    let (items, total) = visit.portal.member.public_list("news", &list)?;
    let here = visit.path(&Route::News);
    let pages = total.div_ceil(PER_PAGE as u64).max(1);
    let at = |page: usize| {
        if page == 1 {
            here.clone()
        } else {
            format!("{here}?page={page}")
        }
    };
    let body = html! {
        div.narrow {
            h1 { (words.text("portal-nav-news")) }
            @if items.is_empty() {
                div.empty {
                    p { (words.text("portal-news-none")) }
                    ul { li { a href=(visit.path(&Route::Offers)) { (words.text("portal-out-offers")) } } li { a href=(visit.path(&Route::Network)) { (words.text("portal-news-network")) } } }
                }
            }
            @for item in &items {
                article.item {
                    p.hint { @if let Some(on) = item.text("on") { (day(visit, on)) } }
                    h2 { a href=(visit.path(&Route::NewsItem(item.id.to_string()))) { (item.title()) } }
                    p { (beginning(item.text("text").unwrap_or_default(), LETTERS)) }
                }
            }
            @if pages > 1 {
                nav.pager aria-label=(words.text("portal-pager")) {
                    @if page > 1 { a rel="prev" href=(at(page - 1)) { (words.text("portal-pager-before")) } }
                    span { (words.with("portal-pager-at", &[("page", page.into()), ("pages", pages.into())])) }
                    @if (page as u64) < pages { a rel="next" href=(at(page + 1)) { (words.text("portal-pager-after")) } }
                }
            }
        }
    };
    let title = words.text("portal-nav-news");
    let mut shown = Page::new(
        Route::News,
        title,
        words.text("portal-news-description"),
        body,
    );
    if page > 1 {
        shown.query = format!("?page={page}");
    }
    Ok(shown.reply(visit))
}

pub(super) fn item(visit: &Visit) -> Result<Reply, Trouble> {
    let member = &visit.portal.member;
    let item = match member.public_record("news", &visit.id)? {
        Asked::Here(item) => *item,
        Asked::Gone => return Err(Trouble::Gone),
        Asked::Unknown => return Err(Trouble::NotFound),
    };
    let words = visit.words;
    let text = item.text("text").unwrap_or_default();
    let by = member.public_record("structure", &item.owner.to_string())?;
    let body = html! {
        article.narrow {
            p.back { a href=(visit.path(&Route::News)) { (words.text("portal-news-all")) } }
            h1 { (item.title()) }
            p.hint {
                @if let Some(on) = item.text("on") { (day(visit, on)) }
                @if let Asked::Here(by) = &by { " · " (structure_link(visit, by)) }
            }
            (prose(text))
        }
    };
    let route = Route::NewsItem(item.id.to_string());
    Ok(Page::new(route, item.title().to_owned(), beginning(text, 200), body).reply(visit))
}
