//! What machines read: public, valid, made once, and refused in words where it is asked wrongly.

use super::*;

#[test]
fn files_hold_what_is_on_offer_and_nothing_hidden() {
    let town = Town::open();
    for (path, media_type, holds) in [
        (
            "/data/opportunites.atom",
            "application/atom+xml",
            "Boulangerie d’Ambert",
        ),
        (
            "/data/opportunites.geojson",
            "application/geo+json",
            "Boulangerie d’Ambert",
        ),
        (
            "/data/opportunites.csv",
            "text/csv; charset=utf-8",
            "Boulangerie d’Ambert",
        ),
        (
            "/data/structures.data-inclusion.json",
            "application/json",
            "Couveuse du Forez",
        ),
        (
            "/data/services.data-inclusion.json",
            "application/json",
            "École du bourg",
        ),
        (
            "/data/services.hsds.json",
            "application/json",
            "École du bourg",
        ),
        (
            "/data/services.csv",
            "text/csv; charset=utf-8",
            "École du bourg",
        ),
        ("/data/actualites.atom", "application/atom+xml", "<feed"),
        ("/sitemap.xml", "application/xml", &town.bakery),
        ("/robots.txt", "text/plain; charset=utf-8", "/sitemap.xml"),
    ] {
        let answer = town.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.header("content-type"), media_type, "{path}");
        let text = answer.text();
        assert!(text.contains(holds), "{path}: {text}");
        assert!(!text.to_lowercase().contains("xqz"), "{path}: {text}");
    }
    let map = town.get("/data/opportunites.geojson").json();
    assert_eq!(map["features"].as_array().map(Vec::len), Some(1), "{map}");
    let services = town.get("/data/services.hsds.json").json();
    assert_eq!(services["total_items"], 1, "{services}");
}

#[test]
fn files_answer_the_filters_of_the_list() {
    let town = Town::open();
    for (query, found) in [
        ("q=boulangerie", 1),
        (
            "q=boulangerie&kind=business_takeover&place=Ambert&km=5&budget=100000",
            1,
        ),
        ("q=scierie", 0),
        ("kind=premises", 0),
        ("budget=80000", 0),
        ("place=Thiers&km=5", 0),
        ("q=", 1),
    ] {
        let map = town
            .get(&format!("/data/opportunites.geojson?{query}"))
            .json();
        assert_eq!(
            map["features"].as_array().map(Vec::len),
            Some(found),
            "{query}"
        );
    }
}

#[test]
fn a_bad_filter_is_refused_in_words() {
    let town = Town::open();
    for (query, words) in [
        ("kinds=premises", "connaît : q, kind"),
        ("page=2", "connaît : q, kind"),
        ("kind=castle", "code"),
        ("sector=%ff", "code"),
        ("place=Atlantis", "place"),
        ("km=many", "nombre"),
        ("km=NaN", "nombre"),
        ("km=-3", "nombre"),
        ("budget=cher", "nombre"),
    ] {
        let answer = town.get(&format!("/data/opportunites.csv?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.text().contains(words), "{query}: {}", answer.text());
    }
    assert_eq!(
        town.get("/data/structures.data-inclusion.json?q=x").status,
        400
    );
}

#[test]
fn who_has_a_file_already_is_told_so_and_others_get_it_compressed() {
    let town = Town::open();
    for path in [
        "/data/opportunites.geojson",
        "/opportunites",
        "/sitemap.xml",
    ] {
        let first = town.get(path);
        let tag = first.head.lines().find_map(|it| it.strip_prefix("etag: "));
        let tag = tag.unwrap_or_else(|| panic!("{path} has no tag"));
        assert!(
            first.header("cache-control").contains("max-age=60"),
            "{path}"
        );
        // Headers were folded to small letters, and a tag is not.
        assert!(tag.starts_with("w/\""), "{path}: {tag}");
        let packed = town.ask(&format!("GET {path}"), &["accept-encoding: br, gzip"]);
        assert_eq!(packed.header("content-encoding"), "gzip", "{path}");
        assert!(packed.header("vary").contains("accept-encoding"), "{path}");
    }
    let first = town.get("/robots.txt");
    assert_eq!(first.header("content-encoding"), "");
    let raw = raw_tag(&town, "/robots.txt");
    let again = town.ask("GET /robots.txt", &[&format!("if-none-match: {raw}")]);
    assert_eq!((again.status, again.body.len()), (304, 0));
}

/// The tag of a file as it was sent.
fn raw_tag(town: &Town, path: &str) -> String {
    let mut stream = town.connect();
    let request = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
        town.address
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut all = String::new();
    stream.read_to_string(&mut all).unwrap();
    let tag = all.lines().find_map(|it| it.strip_prefix("etag: "));
    tag.unwrap().to_owned()
}

#[test]
fn what_is_withdrawn_leaves_the_pages_and_is_gone() {
    let town = Town::open();
    let path = format!("/opportunites/{}", town.bakery);
    assert_eq!(town.get(&path).status, 200);
    let fields = json!({"id": town.bakery, "fields": {"status": "withdrawn"}});
    call(&town.node, "record.set", fields);
    assert_eq!(town.get(&path).status, 410);
    assert_eq!(
        town.get(&format!("/opportunites/{}", "0".repeat(64)))
            .status,
        404
    );
}
