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
    let status = json!({"status": "withdrawn"});
    let change = json!({"collection": "opportunity", "id": town.bakery, "fields": status});
    call(&town.node, "record.set", change);
    assert_eq!(town.get(&path).status, 410);
    assert_eq!(
        town.get(&format!("/opportunites/{}", "0".repeat(64)))
            .status,
        404
    );
}

#[test]
fn programs_ask_page_by_page_and_are_told_in_json_what_is_wrong() {
    let town = Town::open();
    let list = town
        .get("/api/public/v1/opportunities?q=boulangerie&per_page=1")
        .json();
    assert_eq!(
        (&list["total"], &list["page"]),
        (&json!(1), &json!(1)),
        "{list}"
    );
    let item = &list["items"][0];
    assert_eq!(item["id"], town.bakery.as_str());
    assert_eq!(item["price_min_cents"], 9_000_000);
    assert!(
        item["url"]
            .as_str()
            .is_some_and(|it| it.ends_with(&town.bakery)),
        "{item}"
    );
    let one = town
        .get(&format!("/api/public/v1/opportunities/{}", town.bakery))
        .json();
    assert_eq!(&one, item);
    for (collection, holds) in [
        ("structures", "Couveuse du Forez"),
        ("services", "École du bourg"),
        ("communes", "Ailleux"),
    ] {
        let answer = town.get(&format!("/api/public/v1/{collection}"));
        let text = answer.text();
        assert!(text.contains(holds), "{collection}: {text}");
        assert!(!text.contains("xqz"), "{text}");
        assert!(!answer.header("etag").is_empty());
        let rest = town
            .get(&format!("/api/public/v1/{collection}?page=900"))
            .json();
        assert_eq!(rest["items"], json!([]), "{collection}");
    }
    let zeros = "0".repeat(64);
    for (path, status) in [
        ("opportunities?kind=castle", 400),
        ("opportunities?per_page=1000000", 400),
        ("opportunities?page=0", 400),
        ("structures?q=x", 400),
        (&format!("opportunities/{zeros}"), 404),
        ("opportunities/..", 404),
        ("projects", 404),
        ("holders", 404),
    ] {
        let answer = town.get(&format!("/api/public/v1/{path}"));
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        assert!(answer.json()["title"].is_string(), "{path}");
    }
}

#[test]
fn the_public_interface_is_described_as_it_is() {
    let town = Town::open();
    let described = town.get("/api/public/v1/openapi.json").json();
    assert_eq!(described["openapi"], "3.1.0");
    let paths = described["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 5);
    for (path, methods) in paths {
        assert_eq!(
            methods.as_object().map(|it| it.keys().collect::<Vec<_>>()),
            Some(vec![&"get".to_owned()])
        );
        let answer = town.get(&path.replace("{id}", &town.bakery));
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.json().is_object(), "{path}");
    }
}

#[test]
fn an_opportunity_says_what_it_is_to_search_engines_and_runs_nothing() {
    let town = Town::open();
    let page = town.get(&format!("/opportunites/{}", town.bakery)).text();
    let (_, rest) = page
        .split_once("<script type=\"application/ld+json\">")
        .unwrap();
    let (data, rest) = rest.split_once("</script>").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    assert_eq!(data["@type"], "Offer");
    assert_eq!(data["name"], "Boulangerie d’Ambert");
    assert_eq!(data["price"], "90000.00");
    assert!(
        data["description"]
            .as_str()
            .is_some_and(|it| it.contains("<script>")),
        "{data}"
    );
    assert!(!rest.contains("<script"), "what a field holds is text");
}

#[test]
fn the_feed_of_news_begins_with_what_is_newest() {
    let town = Town::open();
    for (title, on) in [
        ("Marché de mai", "2026-05-02"),
        ("Foire de juin", "2026-06-06"),
    ] {
        add(
            &town.node,
            "news",
            json!({"title": title, "text": "Sur la place.", "on": on}),
        );
        // Changes are told apart by the time that their author gives.
        std::thread::sleep(Duration::from_millis(5));
    }
    let feed = town.get("/data/actualites.atom").text();
    let at = |title: &str| feed.find(title).unwrap();
    assert!(at("Foire de juin") < at("Marché de mai"), "{feed}");
}
