//! What all pages share: head, banner, ways on, foot; and what is said when there is no page.

use maud::{DOCTYPE, Markup, html};

use crate::language::Language;

use super::assets::{ICON, STYLE};
use super::route::Route;
use super::visit::{Reply, Trouble, Visit};

/// A page before it is dressed.
#[derive(Debug)]
pub(crate) struct Page {
    /// What it is called, in the window and in search engines.
    pub(crate) title: String,
    /// What it shows, in a sentence.
    pub(crate) description: String,
    /// Where it is; in both languages.
    pub(crate) route: Route,
    /// What follows the address in both languages: `?kind=premises`.
    pub(crate) query: String,
    /// More of its head: feeds, what machines read.
    pub(crate) head: Markup,
    /// What it is.
    pub(crate) body: Markup,
}

impl Page {
    /// A page without more in its head.
    pub(crate) fn new(route: Route, title: String, description: String, body: Markup) -> Self {
        Self {
            title,
            description,
            route,
            query: String::new(),
            head: html! {},
            body,
        }
    }

    /// The page as a reply.
    pub(crate) fn reply(self, visit: &Visit) -> Reply {
        Reply::Page(self.render(visit))
    }

    /// The whole document.
    pub(crate) fn render(self, visit: &Visit) -> Markup {
        let words = visit.words;
        let site = &visit.portal.site;
        let network = visit.portal.member.network_name();
        let address = |language: Language| {
            let path = self.route.path(language);
            site.address_of(&format!("{path}{}", self.query))
        };
        let is_home = self.route == Route::Home;
        html! {
            (DOCTYPE)
            html lang=(visit.language().code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) @if !is_home { " – " (network) } }
                    meta name="description" content=(self.description);
                    meta name="color-scheme" content="light dark";
                    link rel="stylesheet" href=(STYLE.path());
                    link rel="icon" type="image/svg+xml" href=(ICON.path());
                    link rel="canonical" href=(address(visit.language()));
                    @for language in Language::ALL {
                        link rel="alternate" hreflang=(language.code()) href=(address(language));
                    }
                    meta property="og:type" content="website";
                    meta property="og:site_name" content=(network);
                    meta property="og:title" content=(self.title);
                    meta property="og:description" content=(self.description);
                    meta property="og:url" content=(address(visit.language()));
                    (self.head)
                }
                body {
                    a.skip href="#main" { (words.text("portal-skip")) }
                    (banner(visit, &self.route, &self.query))
                    main #main tabindex="-1" { (self.body) }
                    (foot(visit))
                }
            }
        }
    }
}

fn banner(visit: &Visit, here: &Route, query: &str) -> Markup {
    let words = visit.words;
    let network = visit.portal.member.network_name();
    let ways = [
        (Route::Offers, "portal-nav-offers"),
        (Route::Living, "portal-nav-living"),
        (Route::Help, "portal-nav-help"),
        (Route::Network, "portal-nav-network"),
        (Route::News, "portal-nav-news"),
    ];
    let section = here.section();
    html! {
        header.banner {
            div.wide {
                a.brand href=(visit.path(&Route::Home)) {
                    img src=(ICON.path()) alt="" width="44" height="44";
                    span { strong { (network) } small { (words.text("portal-brand-line")) } }
                }
                nav.ways aria-label=(words.text("portal-nav")) {
                    ul {
                        @for (route, key) in &ways {
                            @let current = (section == *route).then_some("page");
                            li { a href=(visit.path(route)) aria-current=[current] { (words.text(key)) } }
                        }
                    }
                }
                a.call href=(visit.path(&Route::Project)) { (words.text("portal-nav-project")) }
                (switch(visit, here, query))
            }
        }
    }
}

/// The same page in the other language.
fn switch(visit: &Visit, here: &Route, query: &str) -> Markup {
    let (other, name) = match visit.language() {
        Language::French => (Language::English, "English"),
        Language::English => (Language::French, "Français"),
    };
    html! {
        a.tongue href=(format!("{}{query}", here.path(other))) lang=(other.code()) hreflang=(other.code()) { (name) }
    }
}

fn foot(visit: &Visit) -> Markup {
    let words = visit.words;
    let ways = [
        (Route::Structures, "portal-nav-structures"),
        (Route::Follow, "portal-nav-follow"),
        (Route::Data, "portal-nav-data"),
        (Route::SiteMap, "portal-nav-site-map"),
        (Route::Accessibility, "portal-nav-accessibility"),
        (Route::Legal, "portal-nav-legal"),
        (Route::Privacy, "portal-nav-privacy"),
    ];
    html! {
        footer.foot {
            div.wide {
                p { (words.text("portal-foot")) }
                ul {
                    @for (route, key) in &ways {
                        li { a href=(visit.path(route)) { (words.text(key)) } }
                    }
                }
            }
        }
    }
}

/// What is said when there is no page, with a way out.
pub(crate) fn trouble(visit: &Visit, trouble: &Trouble) -> Markup {
    let words = visit.words;
    let (title, text) = match trouble {
        Trouble::NotFound => ("portal-trouble-missing", "portal-trouble-missing-text"),
        Trouble::Gone => ("portal-trouble-gone", "portal-trouble-gone-text"),
        Trouble::Bad(text) => ("portal-trouble-bad", *text),
        Trouble::TooMany => ("portal-trouble-many", "portal-trouble-many-text"),
        Trouble::TooLarge => ("portal-trouble-large", "portal-trouble-large-text"),
        Trouble::Failed(_) => ("portal-trouble-failed", "portal-trouble-failed-text"),
    };
    let (title, text) = (words.text(title), words.text(text));
    let body = html! {
        div.narrow.trouble {
            h1 { (title) }
            p.lead { (text) }
            ul.out {
                li { a href=(visit.path(&Route::Offers)) { (words.text("portal-out-offers")) } }
                li { a href=(visit.path(&Route::Help)) { (words.text("portal-out-help")) } }
                li { a href=(visit.path(&Route::Home)) { (words.text("portal-out-home")) } }
            }
        }
    };
    let mut page = Page::new(Route::Home, title, text, body);
    // Search engines keep no page that says that there is none.
    page.head = html! { meta name="robots" content="noindex"; };
    page.render(visit)
}
