//! The form as a browser sends it, over one node in a temporary home.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sync_protocol::time::Timestamp;

use super::*;
use crate::api::Service;
use crate::home::Home;
use crate::language::Language;
use crate::node::Node;
use crate::node::received::Code;
use crate::portal::pages::parts::codes_of;
use crate::portal::words::Words;
use crate::portal::{Portal, Site};

const SCRIPT: &str = "<script>alert(1)</script>";

struct Desk {
    _folder: tempfile::TempDir,
    node: Node,
    portal: Arc<Portal>,
}

impl Desk {
    fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::create(folder.path()).unwrap();
        let node = Node::open(home.lock(Duration::ZERO).unwrap()).unwrap();
        let input = json!({"name": "Essai", "structure": "Parc", "kind": "park"});
        node.call("network.found", input, &mut |_| {}).unwrap();
        let portal = Portal::new(node.member().unwrap(), Site::default()).unwrap();
        Self {
            _folder: folder,
            node,
            portal: Arc::new(portal),
        }
    }

    fn visit(&self, form: &[(&str, &str)]) -> Visit {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Visit {
            portal: Arc::clone(&self.portal),
            words: Words::of(Language::French),
            id: String::new(),
            query: Vec::new(),
            form: form.iter().map(owned).collect(),
            from: Some("192.0.2.7".parse().unwrap()),
        }
    }

    /// The token of a form that was shown a minute ago.
    fn token(&self, code: &Code) -> String {
        let shown = Timestamp(clock::now().0 - 60_000);
        self.portal.tokens.of(shown, code)
    }

    fn send(&self, form: &[(&str, &str)]) -> (u16, String) {
        answer(send(&self.visit(form)))
    }

    fn holders(&self) -> u64 {
        let input = json!({"collection": "holder"});
        let rows = self.node.call("record.list", input, &mut |_| {}).unwrap();
        rows["total"].as_u64().unwrap()
    }
}

fn answer(reply: Result<Reply, Trouble>) -> (u16, String) {
    match reply {
        Ok(Reply::Page(page)) => (200, page.into_string()),
        Ok(Reply::PageWith(status, page)) => (status.as_u16(), page.into_string()),
        Err(Trouble::TooMany) => (429, String::new()),
        other => panic!("{other:?}"),
    }
}

fn filled<'f>(token: &'f str, other: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let mut form = vec![
        ("token", token),
        ("kind", "creation"),
        ("need", "loan"),
        ("need", "premises"),
        ("place", "Ambert"),
        ("words", "Une idée."),
        ("name", "Jeanne Dupré"),
        ("phone", "06 12 34 56 78"),
        ("agrees", "yes"),
    ];
    form.retain(|(name, _)| !other.iter().any(|(it, _)| it == name));
    form.extend(other.iter().filter(|(_, value)| !value.is_empty()));
    form
}

#[test]
fn a_form_becomes_a_receipt_and_twice_the_same_is_once() {
    let desk = Desk::open();
    let code = Code::draw().unwrap();
    let token = desk.token(&code);
    let (status, page) = desk.send(&filled(&token, &[]));
    assert_eq!(status, 200);
    assert!(page.contains(&code.shown()), "{page}");
    let (status, again) = desk.send(&filled(&token, &[]));
    assert_eq!((status, again == page, desk.holders()), (200, true, 1));
    // A restart makes another key: what was sent before it is known by its code.
    let portal = Portal::new(desk.node.member().unwrap(), Site::default()).unwrap();
    let after = Desk {
        portal: Arc::new(portal),
        ..desk
    };
    let (_, again) = after.send(&filled(&token, &[]));
    assert!(again.contains(&code.shown()));
    // And what was not is shown once more, as typed, under another code.
    let late = after.token(&Code::draw().unwrap());
    let stale = format!("{}x", &late[..late.len() - 1]);
    let (status, page) = after.send(&filled(&stale, &[("words", "Gardez ceci.")]));
    assert_eq!((status, after.holders()), (200, 1));
    assert!(page.contains("Gardez ceci.") && page.contains("value=\"Jeanne Dupré\""));
    assert!(page.contains("id=\"send\"") && page.contains("href=\"#send\""));
    assert!(!page.contains(&stale));
}

#[test]
fn what_is_wrong_is_said_beside_each_field_and_everything_typed_stays() {
    let desk = Desk::open();
    let token = desk.token(&Code::draw().unwrap());
    let long = "é".repeat(2_001);
    for (field, value, fault) in [
        ("name", "", "name"),
        ("name", &long, "name"),
        ("phone", "", "phone"),
        ("phone", "12", "phone"),
        ("email", "jeanne", "email"),
        ("kind", "", "kind"),
        ("kind", SCRIPT, "kind"),
        ("need", "", "need"),
        ("need", SCRIPT, "need"),
        ("place", "", "place"),
        ("place", "Ambertt", "place"),
        ("place", "Bruxelles", "place"),
        ("place", &long, "place"),
        ("words", &long, "words"),
        ("origin", &long, "origin"),
        ("agrees", "", "agrees"),
        ("website", "https://spam.example", "website"),
    ] {
        let (status, page) = desk.send(&filled(&token, &[(field, value)]));
        assert_eq!(status, 422, "{field} {value:.20}");
        assert!(
            page.contains(&format!("href=\"#{fault}\"")),
            "{field} {value:.20}"
        );
        assert!(
            page.contains(&format!("id=\"{fault}\"")),
            "{field} {value:.20}"
        );
        assert!(page.contains("role=\"alert\"") && !page.contains(SCRIPT));
        let kept = if field == "words" {
            &long
        } else {
            "Une idée."
        };
        assert!(
            page.contains(kept) && page.contains(&token),
            "{field} {value:.20}"
        );
    }
    assert_eq!(desk.holders(), 0);
    let nine = codes_of("need", "theme")
        .iter()
        .take(9)
        .map(|it| ("need", *it));
    let mut form = filled(&token, &[("need", "")]);
    form.extend(nine);
    assert_eq!(desk.send(&form).0, 422);
    let gone = "00".repeat(32);
    let (status, page) = desk.send(&filled(&token, &[("opportunity", &gone)]));
    assert_eq!(status, 422);
    assert!(
        !page.contains(&gone),
        "it goes without the opportunity next time"
    );
}

#[test]
fn markup_is_kept_as_text_wherever_it_is_typed() {
    let desk = Desk::open();
    for field in [
        "name",
        "words",
        "origin",
        "email",
        "phone",
        "place",
        "website",
        "opportunity",
    ] {
        let token = desk.token(&Code::draw().unwrap());
        let (_, page) = desk.send(&filled(&token, &[(field, SCRIPT), ("agrees", "")]));
        assert!(!page.contains(SCRIPT), "{field}");
    }
    let token = desk.token(&Code::draw().unwrap());
    let (status, _) = desk.send(&filled(&token, &[("name", SCRIPT), ("words", SCRIPT)]));
    assert_eq!((status, desk.holders()), (200, 1));
    let read = |op: &str, input| desk.node.call(op, input, &mut |_| {}).unwrap();
    let id = read("record.list", json!({"collection": "holder"}))["rows"][0]["id"].clone();
    let shown = read("holder.show", json!({"id": id}));
    assert_eq!(shown["_identity"]["seals"][0]["fields"]["notes"], SCRIPT);
}

#[test]
fn robots_are_slowed_down_and_nobody_is_told_apart_by_a_cookie() {
    let desk = Desk::open();
    let fresh = desk.portal.tokens.draw().unwrap();
    let (status, page) = desk.send(&filled(&fresh, &[]));
    assert_eq!((status, desk.holders()), (200, 0));
    assert!(
        page.contains(&fresh),
        "the same token serves a moment later"
    );
    for _ in 0..10 {
        let token = desk.token(&Code::draw().unwrap());
        assert_eq!(desk.send(&filled(&token, &[])).0, 200);
    }
    let token = desk.token(&Code::draw().unwrap());
    let (status, page) = desk.send(&filled(&token, &[("words", "Onzième.")]));
    assert_eq!((status, desk.holders()), (429, 10));
    assert!(page.contains("Onzième."));
}

#[test]
fn a_code_leads_back_corrects_and_takes_back_and_guessing_ends() {
    let desk = Desk::open();
    let code = Code::draw().unwrap();
    desk.send(&filled(&desk.token(&code), &[]));
    let follow = |form: &[(&str, &str)]| answer(send_follow(&desk.visit(form)));
    let shown = code.shown();
    let (status, page) = follow(&[("code", &shown.to_lowercase())]);
    assert_eq!(status, 200);
    assert!(page.contains("PP-") && page.contains("value=\"Ambert (63)\""));
    // Nothing of what was sealed comes back.
    assert!(!page.contains("Jeanne") && !page.contains("Une idée."));
    let correct = [
        ("code", shown.as_str()),
        ("act", "correct"),
        ("kind", "takeover"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [&correct[..], more].concat();
    let (status, page) = follow(&with(&[("place", "Thiers"), ("name", "Jeanne")]));
    assert_eq!(status, 422);
    assert!(page.contains("href=\"#phone\"") && page.contains("value=\"Thiers\""));
    let (status, page) = follow(&with(&[("place", "Thiers")]));
    assert_eq!(status, 200);
    assert!(page.contains("value=\"Thiers (63)\""), "{page}");
    let new = [("name", "Jeanne Faure"), ("email", "jeanne@example.org")];
    assert_eq!(follow(&with(&new)).0, 200);
    let withdraw = [("code", shown.as_str()), ("act", "withdraw")];
    assert_eq!(follow(&withdraw).0, 422);
    let (status, page) = follow(&[&withdraw[..], &[("sure", "yes")]].concat());
    assert_eq!(status, 200);
    assert!(!page.contains("name=\"act\""), "nothing is left to do");
    for wrong in ["hello", SCRIPT] {
        let (status, page) = follow(&[("code", wrong)]);
        assert_eq!((status, page.contains(SCRIPT)), (422, false));
    }
    for _ in 0..18 {
        assert_eq!(follow(&[("code", &Code::draw().unwrap().shown())]).0, 404);
    }
    assert_eq!(follow(&[("code", &shown)]).0, 429);
}
