//! The portal in a real browser: every page in both languages, narrow and wide, without scripts; and
//! the ways that a visitor takes through it.
//!
//! `CAPACTIF_SCREENSHOTS=FOLDER` keeps a picture of every page there.
#![cfg(unix)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use capactif_tests::browser::portal::Portal;
use capactif_tests::browser::{Browser, Key, faults_of_html, missing};
use serde_json::Value;

/// How wide the window is: as on a small telephone, as on a desk; in CSS pixels.
const WIDTHS: [u32; 2] = [320, 1280];

/// Pages to begin with, in both languages. What they link to is looked at too.
const BEGINNINGS: [&str; 12] = [
    "/",
    "/en/",
    "/opportunites",
    "/en/opportunities",
    "/opportunites?q=boulangerie&kind=business_takeover",
    "/en/opportunities?q=bakery&place=Ambert&km=40",
    "/opportunites?view=map",
    "/en/opportunities?view=map",
    // Nothing found; what cannot be understood.
    "/opportunites?q=zzzzzz&place=Ambert",
    "/en/opportunities?place=Nowhere&budget=much",
    "/rien-de-tel",
    "/en/nothing-of-the-kind",
];

/// Where everything is listed, in both languages.
const SITE_MAPS: [&str; 2] = ["/plan-du-site", "/en/site-map"];

/// How many pages of one sort are looked at: one opportunity stands for others.
const OF_EACH_SORT: usize = 1;

/// The text of the first heading.
const HEADING: &str = "document.querySelector('h1').textContent";

/// The titles of the cards on a page of the list.
const CARDS: &str =
    "Array.from(document.querySelectorAll('.cards h3')).map(it => it.textContent).join('|')";

/// How many opportunities a list says there are.
const COUNT: &str =
    "parseInt(document.querySelector('#count').textContent.replace(/[^0-9]/g, '')) || 0";

/// A page that was found by following links.
struct Found {
    path: String,
    status: u16,
    html: String,
}

/// What an address has in common with others of its sort: `/opportunites/*`.
fn sort_of(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        let is_identity = part.len() == 64 && part.bytes().all(|it| it.is_ascii_hexdigit());
        // Codes of communes: five, of which the first is a digit; `2A` and `2B` are none of ours.
        let is_commune = part.len() == 5 && part.bytes().all(|it| it.is_ascii_digit());
        if is_identity || is_commune { "*" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The addresses of this site that a page links to, as far as they are pages.
fn links(html: &str) -> Vec<String> {
    let values = html.split("<a ").skip(1).filter_map(|rest| {
        let tag = rest.split('>').next()?;
        let (_, value) = tag.split_once("href=\"")?;
        value.split('"').next()
    });
    let own = values.filter(|it| it.starts_with('/') && !it.starts_with("//"));
    let pages = own.filter(|it| !it.contains(['?', '#']) && !it.starts_with("/data/"));
    pages.map(str::to_owned).collect()
}

/// Every page there is, one of each sort, by way of the links; and links that lead nowhere.
fn pages(portal: &Portal) -> (Vec<Found>, Vec<String>) {
    let mut wanted: VecDeque<String> = BEGINNINGS.into_iter().map(str::to_owned).collect();
    wanted.extend(SITE_MAPS.into_iter().map(str::to_owned));
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let (mut found, mut broken) = (Vec::new(), Vec::new());
    while let Some(path) = wanted.pop_front() {
        let of_sort = seen.entry(sort_of(&path)).or_default();
        if of_sort.len() >= OF_EACH_SORT || !of_sort.insert(path.clone()) {
            continue;
        }
        let answer = portal.get(&path);
        let html = answer.text();
        let is_ours = BEGINNINGS.contains(&path.as_str());
        if !is_ours && answer.status != 200 {
            broken.push(format!("a link leads to {path}: {}", answer.status));
            continue;
        }
        let is_page = answer.header("content-type").starts_with("text/html");
        if !is_page {
            continue;
        }
        wanted.extend(links(&html));
        found.push(Found {
            path,
            status: answer.status,
            html,
        });
    }
    (found, broken)
}

#[test]
fn every_page_is_accessible_valid_and_fits_in_both_languages_without_scripts() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let (pages, mut faults) = pages(&portal);
    assert!(pages.len() > 30, "{} pages", pages.len());
    let folder = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = Vec::new();
    for page in &pages {
        let file = folder.path().join(format!("{}.html", name_of(&page.path)));
        std::fs::write(&file, &page.html).unwrap();
        files.push(file);
        let is_data = |rest: &str| rest.starts_with(" type=\"application/ld+json\"");
        if page
            .html
            .split("<script")
            .skip(1)
            .any(|rest| !is_data(rest))
        {
            faults.push(format!("{}: a script", page.path));
        }
    }
    let of_html = faults_of_html(&files);
    if !of_html.is_empty() {
        faults.push(of_html);
    }
    let browser = Browser::open();
    let kept = std::env::var_os("CAPACTIF_SCREENSHOTS").map(PathBuf::from);
    for width in WIDTHS {
        browser.resize(width);
        for page in &pages {
            let at = format!("{} at {width} px", page.path);
            browser.visit(&format!("{}{}", portal.origin, page.path));
            let language = if page.path.starts_with("/en/") {
                "en"
            } else {
                "fr"
            };
            if browser.text("document.documentElement.lang") != language {
                faults.push(format!("{at}: not in {language}"));
            }
            if browser.number("document.querySelectorAll('h1').length") != 1 {
                faults.push(format!("{at}: not one heading"));
            }
            let wide = browser.number("document.documentElement.scrollWidth");
            if wide > i64::from(width) {
                faults.push(format!("{at}: {wide} px wide"));
            }
            faults.extend(browser.barriers().iter().map(|it| format!("{at}: {it}")));
            let asked = browser.requests(&portal.origin);
            assert!(!asked.is_empty(), "{at}: what it asks for is not seen");
            let elsewhere = asked.iter().filter(|it| !it.starts_with(&portal.origin));
            faults.extend(elsewhere.map(|it| format!("{at}: asks {it}")));
            // That there is no such page is itself a complaint.
            let complaints = browser.complaints();
            if page.status == 200 {
                faults.extend(complaints.iter().map(|it| format!("{at}: {it}")));
            }
            if let Some(folder) = &kept {
                std::fs::create_dir_all(folder).unwrap();
                let file = folder.join(format!("{}-{width}.png", name_of(&page.path)));
                std::fs::write(file, browser.picture()).unwrap();
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
    println!("{} pages, {WIDTHS:?} px", pages.len());
}

/// A name for the file of a page.
fn name_of(path: &str) -> String {
    let name = sort_of(path).replace('*', "one");
    let name = name.trim_matches('/').replace(['/', '?', '=', '&'], "-");
    if name.is_empty() {
        "home".to_owned()
    } else {
        name
    }
}

#[test]
fn a_visitor_finds_a_bakery_narrows_it_down_and_opens_it() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let browser = Browser::open();
    browser.resize(1280);
    browser.visit(&format!("{}/opportunites", portal.origin));
    let all = browser.number(COUNT);
    browser.write("#q", "boulangerie");
    browser.press(Key::Enter);
    browser
        .wait_for("location.search.includes('q=boulangerie') && document.querySelector('.meant')");
    let meant = browser.text("document.querySelector('.meant').textContent");
    assert!(meant.contains("10.71C"), "{meant}");
    let bakeries = browser.number(COUNT);
    assert!((1..all).contains(&bakeries), "{bakeries} of {all}");
    let best = browser
        .text("document.querySelector('.cards h3').textContent")
        .to_lowercase();
    assert!(best.contains("boulang") || best.contains("pain"), "{best}");

    // A facet: the number beside it is what is found with it.
    browser.click("form.filters details summary");
    let label =
        "document.querySelector('input[name=kind][value=business_takeover]').closest('label')";
    browser.wait_for(&format!("{label}.offsetHeight > 0"));
    let promised = browser.number(&format!(
        "parseInt({label}.querySelector('small').textContent)"
    ));
    browser.click("input[name=kind][value=business_takeover]");
    browser.click("form.filters button[type=submit]");
    browser.wait_for(
        "location.search.includes('kind=business_takeover') && document.querySelector('#count')",
    );
    assert_eq!(browser.number(COUNT), promised);

    let title = browser.text("document.querySelector('.cards h3').textContent");
    browser.click(".cards h3 a");
    browser.wait_for("location.pathname.length > 70 && document.querySelector('article.offer')");
    assert_eq!(browser.text(HEADING), title);
    assert!(
        browser.number("document.querySelectorAll('.whom a').length") > 0,
        "nobody to talk to"
    );
}

#[test]
fn the_map_leads_to_the_list_of_a_commune_and_the_list_has_pages() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let browser = Browser::open();
    browser.resize(1280);
    browser.visit(&format!("{}/opportunites", portal.origin));
    let (all, first) = (browser.number(COUNT), browser.text(CARDS));
    assert!(all > 20, "{all} opportunities have no second page");
    browser.click(".pager a[rel=next]");
    browser.wait_for(
        "location.search.includes('page=2') && document.querySelector('.pager a[rel=prev]')",
    );
    let second = browser.text(CARDS);
    let both: BTreeSet<&str> = first.split('|').chain(second.split('|')).collect();
    assert!(both.len() > 30, "{first}\n{second}");
    browser.click(".pager a[rel=prev]");
    browser.wait_for("!location.search.includes('page=') && document.querySelector('.cards')");
    assert_eq!(browser.text(CARDS), first);

    browser.click(".views a:not([aria-current])");
    browser.wait_for("document.querySelector('svg.map a')");
    let mark =
        "document.querySelector('svg.map a[href*=\"place=Ambert\"]').getAttribute('aria-label')";
    let promised = browser.text(mark);
    browser.click("svg.map a[href*='place=Ambert']");
    browser
        .wait_for("location.search.includes('place=Ambert') && document.querySelector('.cards')");
    let there = browser.text(
        "Array.from(document.querySelectorAll('.where')).map(it => it.textContent).join('|')",
    );
    assert!(promised.starts_with("Ambert"), "{promised}");
    assert!(
        there.replace('\u{a0}', " ").contains("Ambert (63)"),
        "{there}"
    );
    assert!(browser.number(COUNT) < all);
}

#[test]
fn the_language_is_changed_on_the_spot() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let browser = Browser::open();
    browser.resize(1280);
    browser.visit(&format!("{}/opportunites?q=boulangerie", portal.origin));
    let (french, found) = (browser.text(HEADING), browser.number(COUNT));
    browser.click("a.tongue");
    browser.wait_for("document.documentElement.lang == 'en' && document.querySelector('#count')");
    assert!(
        browser.url().ends_with("/en/opportunities?q=boulangerie"),
        "{}",
        browser.url()
    );
    assert_ne!(browser.text(HEADING), french);
    assert_eq!(browser.number(COUNT), found);
    browser.click("a.tongue");
    browser.wait_for("document.documentElement.lang == 'fr' && document.querySelector('#count')");
    assert_eq!(browser.text(HEADING), french);
}

#[test]
fn the_keyboard_skips_to_the_content_and_goes_in_the_order_of_the_page() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let browser = Browser::open();
    browser.resize(1280);
    browser.visit(&format!("{}/opportunites", portal.origin));
    browser.press(Key::Tab);
    assert_eq!(browser.text("document.activeElement.className"), "skip");
    let seen = "const box = document.activeElement.getBoundingClientRect(); \
                return box.width > 1 && box.height > 1 && box.top >= 0 && box.left >= 0";
    assert_eq!(browser.run(seen), true, "the way to skip is not seen");
    browser.press(Key::Enter);
    browser.wait_for("location.hash == '#main'");
    browser.press(Key::Tab);
    let inside = "document.querySelector('main').contains(document.activeElement)";
    assert_eq!(browser.run(&format!("return {inside}")), true);

    // From the top: each stop comes after the last in the page, and shows that it is one.
    browser.visit(&format!("{}/opportunites", portal.origin));
    let mut stops = Vec::new();
    for _ in 0..16 {
        browser.press(Key::Tab);
        let place = browser
            .number("Array.from(document.querySelectorAll('*')).indexOf(document.activeElement)");
        let outline = browser.run(
            "const style = getComputedStyle(document.activeElement); \
             return style.outlineStyle != 'none' && parseFloat(style.outlineWidth) > 0 || style.boxShadow != 'none'",
        );
        let what = browser.text("document.activeElement.outerHTML.slice(0, 120)");
        assert_eq!(outline, true, "focus is not seen on {what}");
        stops.push((place, what));
    }
    assert!(
        stops.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "{stops:#?}"
    );
}

#[test]
fn what_is_withdrawn_is_gone_and_what_never_was_is_not_found() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let browser = Browser::open();
    browser.resize(1280);
    browser.visit(&format!(
        "{}/opportunites/{}",
        portal.origin,
        "0".repeat(64)
    ));
    let missing = browser.text(HEADING);
    assert!(
        browser.number("document.querySelectorAll('main a').length") >= 3,
        "no way out"
    );

    let list = portal
        .get("/opportunites?kind=business_takeover&q=boulangerie")
        .text();
    let path = links(&list)
        .into_iter()
        .find(|it| sort_of(it) == "/opportunites/*");
    let path = path.expect("an opportunity on offer");
    let id = path.rsplit('/').next().unwrap_or_default();
    assert_eq!(portal.get(&path).status, 200);
    // Of whichever partner it is: the others may not.
    let partners = ["cci", "agriculture", "epci", "hub"];
    let withdraw = ["opportunity", "set", id, "--status", "withdrawn"];
    let withdrawn = partners
        .iter()
        .any(|partner| portal.command(partner, &withdraw).is_some());
    assert!(withdrawn, "nobody could withdraw {id}");
    let begun = Instant::now();
    while portal.get(&path).status == 200 {
        assert!(begun.elapsed() < Duration::from_secs(60), "still on offer");
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(portal.get(&path).status, 410);
    browser.visit(&format!("{}{path}", portal.origin));
    assert_ne!(browser.text(HEADING), missing, "it was there");
    assert!(
        browser.number("document.querySelectorAll('main a').length") >= 3,
        "no way out"
    );
    assert_eq!(browser.barriers(), Vec::<String>::new());
}

/// Nodes of the demonstration, and what names their structures.
const NODES: [(&str, &str); 3] = [
    ("hub", "Parc naturel"),
    ("agriculture", "Chambre d'agriculture"),
    ("epci", "CC Ambert Livradois Forez"),
];

#[test]
fn a_project_sent_reaches_three_nodes_and_its_sender_follows_it_by_a_code() {
    if missing().is_some() {
        return;
    }
    let portal = Portal::shared();
    let browser = Browser::open();
    browser.resize(320);
    browser.visit(&format!("{}/mon-projet", portal.origin));
    // Nobody fills in the form sooner: what comes at once is taken for a program's.
    thread::sleep(Duration::from_secs(5));
    browser.click("input[name=kind][value=creation]");
    for need in ["loan", "business_plan", "premises"] {
        browser.click(&format!("input[name=need][value={need}]"));
    }
    browser.write("#place", "Ambert");
    browser.write("#words", "Une boulangerie <script>alert(1)</script>");
    browser.write("#name", "Jeanne Essai");
    browser.write("#phone", "04 73 82 00 00");
    browser.click("#agrees");
    browser.click("#send");
    browser.wait_for("document.querySelector('.ticket .code')");
    let code = browser.text("document.querySelector('.ticket .code').textContent");
    let sent = browser.text("document.querySelector('ol.steps').textContent");
    for (_, structure) in NODES {
        assert!(sent.contains(structure), "{structure}: {sent}");
    }
    assert!(!sent.contains("Pris en charge"), "{sent}");
    assert_eq!(browser.barriers(), Vec::<String>::new());

    // Where it belongs it is read, elsewhere not.
    let reads = |node: &str| {
        let found = portal.command(node, &["holder", "search", "Jeanne Essai"]);
        found.is_some_and(|it| it.contains("Jeanne Essai"))
    };
    for (node, _) in NODES {
        holds_soon(&format!("{node} reads who it is"), || reads(node));
    }
    assert!(!reads("cci"), "who is not concerned reads it");

    // One of them takes it up: its sender is told.
    let list = ["referral", "list", "--theme", "business_plan", "--json"];
    let list = portal.command("agriculture", &list).unwrap();
    let referral: Value = serde_json::from_str(list.lines().next().unwrap()).unwrap();
    let id = referral["id"].as_str().unwrap();
    let accepted = portal.command("agriculture", &["referral", "accept", id]);
    assert!(accepted.is_some(), "{id} could not be accepted");
    holds_soon("its sender is told", || {
        browser.visit(&format!("{}/mon-projet/suivi?code={code}", portal.origin));
        browser.wait_for("document.querySelector('ol.steps')");
        let steps = browser.text("document.querySelector('ol.steps').textContent");
        steps.contains("Pris en charge")
    });
    assert_eq!(browser.barriers(), Vec::<String>::new());
    assert_eq!(browser.number("document.documentElement.scrollWidth"), 320);
}

/// Waits until something holds.
fn holds_soon(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(200));
    }
}
