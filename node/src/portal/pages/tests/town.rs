//! A small network over which every page is looked at.

use serde_json::{Value, json};

use super::super::*;
use crate::api::Service;
use crate::indicators::HalfYear;
use crate::node::Node;
use crate::portal::Site;
use crate::portal::tests::found;
use crate::portal::visit::{Reply, Visit};
use crate::portal::words::Words;

/// In every hidden text, and in no public one.
pub(super) const HIDDEN: &str = "xqz";

/// In every hidden number.
pub(super) const HIDDEN_NUMBER: &str = "698765432";

pub(super) fn call(node: &Node, operation: &str, input: Value) -> Value {
    let answer = node.call(operation, input, &mut |_| {});
    answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
}

pub(super) fn add(node: &Node, collection: &str, fields: Value) -> String {
    let input = json!({"collection": collection, "fields": fields});
    call(node, "record.add", input)["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// What a small network holds, with hidden values wherever there can be any.
pub(super) struct Town {
    pub(super) portal: Arc<Portal>,
    pub(super) node: Node,
    _folder: tempfile::TempDir,
    pub(super) offer: String,
    pub(super) discreet: String,
    pub(super) draft: String,
    pub(super) structure: String,
    pub(super) news: String,
    pub(super) hidden: Vec<String>,
}

pub(super) fn town() -> Town {
    let folder = tempfile::tempdir().unwrap();
    let node = found(folder.path());
    let person = call(&node, "charter.person", json!({"name": "Marie Xqzdupont"}));
    let committee = json!([{"name": "Marie Xqzdupont", "key": person["key"]}]);
    call(
        &node,
        "charter.propose",
        json!({"committee": committee, "ratify": 1}),
    );

    let day = node.member().unwrap().public_today();
    let today = day.to_string();
    let structure = add(
        &node,
        "structure",
        json!({
            "name": "Couveuse du Forez", "kind": "incubator", "insee_code": "63003",
            "phone": "04 73 82 00 00", "email": "accueil@couveuse.example", "website": "https://couveuse.example",
            "opening_hours": "Mo-Fr 09:00-12:00,14:00-17:00; Sa off", "service_area": ["insee:63003", "dept:63"],
            "competences": ["loan", "business_plan"], "capacity": "closed", "accepts_naf": ["10.71C"],
            "source": "xqzsource", "source_id": "xqz-1",
        }),
    );
    let agent = add(
        &node,
        "agent",
        json!({
            "name": "Léa Martin", "structure": structure, "roles": ["technician"], "email": "lea@couveuse.example", "themes": ["loan"],
        }),
    );
    let gone = add(
        &node,
        "agent",
        json!({"name": "Ancien Xqzagent", "structure": structure, "active": false}),
    );
    add(
        &node,
        "support_offer",
        json!({
            "name": "Prêt de reprise", "structure": structure, "themes": ["loan"], "conditions": "Avoir un plan.\n\n<script>alert(1)</script>",
            "amount_max_cents": 1_500_000, "source": "xqzliste", "source_id": "xqz-2",
        }),
    );
    add(
        &node,
        "support_offer",
        json!({
            "name": "Aide finie xqz", "structure": structure, "themes": ["loan"], "valid_until": "2020-01-01",
        }),
    );
    let offer = |title: &str, status: &str, precision: &str| {
        let input = json!({"collection": "opportunity", "fields": {
            "kind": "business_takeover", "status": status, "title": title, "insee_code": "63003",
            "summary": "Fournil & boutique <b>au bourg</b>.", "price_min_cents": 9_000_000, "naf_code": "10.71C",
            "sector": "craft", "surface_m2": 120, "contact": agent, "last_verified_on": today,
            "location_precision": precision, "address": "7 rue Xqzdérobée", "latitude": 45.549_876,
            "longitude": 3.741_234, "source_id": "xqz-3", "source_url": "https://xqz.example/3",
            "seller_name": "Marguerite Xqzvaillandet", "seller_phone": "06 98 76 54 32",
            "seller_email": "marguerite@xqz.example",
        }});
        call(&node, "record.add", input)["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let shown = offer("Boulangerie d’Ambert", "published", "commune");
    let discreet = offer("Affaire discrète", "published", "epci");
    let draft = offer("Brouillon xqz", "draft", "commune");
    for (theme, name, commune) in [
        ("education", "École du bourg", "63003"),
        ("health", "Maison de santé", "63003"),
        ("education", "Collège voisin", "63010"),
    ] {
        add(
            &node,
            "local_service",
            json!({
                "theme": theme, "name": name, "insee_code": commune, "phone": "04 73 82 01 01",
                "opening_hours": "Mo,We 08:30-12:00", "source": "xqzbase", "source_id": format!("xqz-{name}"),
            }),
        );
    }
    let news = add(
        &node,
        "news",
        json!({"title": "Réunion ouverte", "text": "Venez.\n\nEntrée libre <i>à tous</i>.", "on": "2026-03-01"}),
    );
    add(
        &node,
        "action",
        json!({"title": "Vitrines éphémères", "text": "Trois communes.", "state": "in_progress", "budget_cents": 698_765_432}),
    );
    let period = HalfYear::of(day).before().to_string();
    add(
        &node,
        "objective",
        json!({"title": "Répondre vite", "indicator": "answered_within_5_days", "target": 80, "period": period}),
    );

    let holder = json!({"fields": {"sharing": "none", "info_notice_on": today}, "identity": {"name": "Jeanne Xqzdupré", "phone": "06 98 76 54 32"}});
    let holder = call(&node, "holder.add", holder)["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let project = add(
        &node,
        "project",
        json!({"pseudonym": "XQZ-7K3F", "type": "takeover", "holder": holder, "title": "Reprise xqz", "outcome": "created", "launched_on": HalfYear::of(day).before().first_day().to_string()}),
    );
    let need = add(&node, "need", json!({"project": project, "theme": "loan"}));
    let meeting = add(
        &node,
        "meeting",
        json!({"kind": "monthly", "at": "2026-03-02T09:00:00Z", "place": "Salle xqz", "agenda": "xqz"}),
    );
    let improvement = add(&node, "improvement", json!({"text": "Plus de xqz."}));

    call(&node, "evaluation.freeze", json!({"period": period}));
    let ratified = call(
        &node,
        "evaluation.ratify",
        json!({"evaluation": period, "as": "Marie Xqzdupont"}),
    );
    assert_eq!(ratified["status"], "ratified", "{ratified}");

    let mut site = Site::default();
    site.settle("127.0.0.1:8080".parse().unwrap());
    let portal = Arc::new(Portal::new(node.member().unwrap(), site).unwrap());
    Town {
        portal,
        node,
        _folder: folder,
        offer: shown,
        discreet,
        draft: draft.clone(),
        structure,
        news,
        hidden: vec![draft, gone, holder, project, need, meeting, improvement],
    }
}

impl Town {
    pub(super) fn visit(&self, language: Language, id: &str, query: &[(&str, &str)]) -> Visit {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Visit {
            portal: Arc::clone(&self.portal),
            words: Words::of(language),
            id: id.to_owned(),
            query: query.iter().map(pair).collect(),
            form: Vec::new(),
            from: None,
        }
    }

    pub(super) fn page(
        &self,
        handler: Handler,
        language: Language,
        id: &str,
        query: &[(&str, &str)],
    ) -> String {
        match handler(&self.visit(language, id, query)) {
            Ok(Reply::Page(page)) => page.into_string(),
            other => panic!("{id} {query:?}: {other:?}"),
        }
    }

    /// Every page there is, with what may be asked of it.
    pub(super) fn each_page(&self, mut each: impl FnMut(&str, Language, String)) {
        let asked: [&[(&str, &str)]; 9] = [
            &[],
            &[("need", "loan")],
            &[("need", "loan"), ("place", "Ambert")],
            &[("need", "childcare"), ("place", "nulle part")],
            &[("epci", "200070761")],
            &[("theme", "education")],
            &[("kind", "incubator")],
            &[("q", "xyz inconnu")],
            &[("q", "boulangerie"), ("place", "Ambert"), ("view", "map")],
        ];
        for (route, handler) in all() {
            let id = match &route {
                Route::Offer(_) | Route::Poster(_) => self.offer.as_str(),
                Route::LivingIn(_) => "63003",
                Route::Structure(_) => self.structure.as_str(),
                Route::NewsItem(_) => self.news.as_str(),
                _ => "",
            };
            for language in Language::ALL {
                for query in asked {
                    let name = format!("{} {query:?}", route.path(language));
                    each(&name, language, self.page(handler, language, id, query));
                }
            }
        }
        for language in Language::ALL {
            for handler in [offer::offer, poster::poster] {
                each(
                    "discreet",
                    language,
                    self.page(handler, language, &self.discreet, &[]),
                );
            }
        }
    }
}
