//! Every page over a small home, in both languages: whole, well formed, and without a word of what
//! only members know.

use serde_json::json;

use super::*;
use crate::indicators::HalfYear;
use crate::portal::visit::{Reply, Trouble};

mod town;

use town::{HIDDEN, HIDDEN_NUMBER, call, town};

/// The start tags of a page, as `(name, attributes)`.
fn tags(page: &str) -> impl Iterator<Item = (&str, &str)> {
    page.split('<').skip(1).filter_map(|it| {
        let (tag, _) = it.split_once('>')?;
        let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
        name.starts_with(|it: char| it.is_ascii_alphabetic())
            .then_some((name, attributes))
    })
}

fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let begins = format!("{name}=\"");
    let found = attributes.match_indices(&begins);
    let mut found = found.filter(|(at, _)| *at == 0 || attributes[..*at].ends_with(' '));
    let (at, _) = found.next()?;
    attributes[at + begins.len()..].split('"').next()
}

#[test]
fn every_page_is_whole_in_both_languages() {
    let town = town();
    town.each_page(|name, language, page| {
        assert!(
            page.contains(&format!("<html lang=\"{}\"", language.code())),
            "{name}"
        );
        let headings: Vec<u8> = tags(&page)
            .filter_map(|(tag, _)| tag.strip_prefix('h')?.parse().ok())
            .collect();
        assert_eq!(
            headings.iter().filter(|it| **it == 1).count(),
            1,
            "{name}: {headings:?}"
        );
        assert_eq!(headings.first(), Some(&1), "{name}: {headings:?}");
        for pair in headings.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{name}: {headings:?}");
        }
        let labelled: Vec<&str> = tags(&page)
            .filter(|(tag, _)| *tag == "label")
            .filter_map(|(_, attributes)| attribute(attributes, "for"))
            .collect();
        let mut ids: Vec<&str> = Vec::new();
        for (tag, attributes) in tags(&page) {
            if let Some(id) = attribute(attributes, "id") {
                assert!(!ids.contains(&id), "{name}: two things are called {id}");
                ids.push(id);
            }
            let is_hidden =
                attribute(attributes, "type").is_some_and(|it| matches!(it, "hidden" | "checkbox"));
            if matches!(tag, "input" | "select" | "textarea") && !is_hidden {
                let id = attribute(attributes, "id").unwrap_or_default();
                assert!(labelled.contains(&id), "{name}: {attributes}");
            }
            assert!(
                tag != "img" || attributes.contains("alt=\""),
                "{name}: {attributes}"
            );
            // Data for search engines is nothing that runs.
            let is_data = attribute(attributes, "type") == Some("application/ld+json");
            assert!(
                !matches!(tag, "script" | "style" | "iframe") || is_data,
                "{name}: <{tag}>"
            );
            assert!(
                attribute(attributes, "style").is_none(),
                "{name}: {attributes}"
            );
            assert!(
                tag != "a" || attribute(attributes, "href").is_some_and(|it| !it.is_empty()),
                "{name}: {attributes}"
            );
            if tag == "svg" {
                assert!(attributes.contains("role=\""), "{name}: {attributes}");
            }
        }
        for (_, attributes) in tags(&page) {
            for about in attribute(attributes, "aria-describedby")
                .into_iter()
                .flat_map(|it| it.split(' '))
            {
                assert!(ids.contains(&about), "{name}: nothing is called {about}");
            }
        }
        // A message that is missing shows its key; one that lacks a fact, a brace.
        let said = page.replace("portal-", "").len();
        assert!(
            page.len() - said <= "portal-".len(),
            "{name}: a key of the catalogue is shown"
        );
        assert!(!page.contains("{$") && !page.contains("{ $"), "{name}");
        assert!(
            !page.contains("<b>au bourg") && !page.contains("<i>à tous"),
            "{name}"
        );
    });
}

#[test]
fn what_only_members_know_is_on_no_page() {
    let town = town();
    town.each_page(|name, _, page| {
        let folded = page.to_lowercase();
        // What the visitor typed is told again; nothing else may hold the mark.
        assert!(
            !folded.contains(HIDDEN),
            "{name}: {}",
            around(&folded, HIDDEN)
        );
        let digits: String = page
            .chars()
            .filter(|it| !it.is_whitespace() && *it != '\u{202f}')
            .collect();
        assert!(!digits.contains(HIDDEN_NUMBER), "{name}");
        assert!(
            !page.contains("549876") && !page.contains("741234"),
            "{name}: a precise place"
        );
    });
    // A discreet offer does not say where it is.
    for handler in [offer::offer, poster::poster] {
        let page = town.page(handler, Language::French, &town.discreet, &[]);
        let (_, main) = page.split_once("<main").unwrap();
        let article = main.split_once("</main>").unwrap().0;
        assert!(
            !article.contains("Ambert\u{a0}(63)") && !article.contains("63003"),
            "{article}"
        );
    }
    // No address shows a record that is not for everybody, whatever page it is asked of.
    for id in &town.hidden {
        for handler in [
            offer::offer,
            poster::poster,
            structures::structure,
            news::item,
            living::commune,
        ] {
            match handler(&town.visit(Language::French, id, &[])) {
                Err(Trouble::NotFound) | Ok(Reply::PageWith(..)) => {}
                other => panic!("{id}: {other:?}"),
            }
        }
    }
    assert!(town.hidden.contains(&town.draft));
}

fn around<'p>(page: &'p str, mark: &str) -> &'p str {
    let at = page.find(mark).unwrap_or(0);
    let start = (0..=at.saturating_sub(120))
        .rev()
        .find(|it| page.is_char_boundary(*it));
    let end = (at + 60..page.len()).find(|it| page.is_char_boundary(*it));
    &page[start.unwrap_or(0)..end.unwrap_or(page.len())]
}

#[test]
fn pages_say_what_the_registry_holds() {
    let town = town();
    let french = |handler: Handler, id: &str, query: &[(&str, &str)]| {
        town.page(handler, Language::French, id, query)
    };
    let living = french(living::commune, "63003", &[]);
    for said in [
        "Vivre à Ambert",
        "École du bourg",
        "Maison de santé",
        "sur place",
        "Boulangerie d’Ambert",
        "CC Ambert Livradois Forez",
    ] {
        assert!(living.contains(said), "{said}");
    }
    assert!(
        living.contains("lundi, mercredi 08:30–12:00"),
        "hours in words"
    );
    let (school, college) = (living.find("École du bourg"), living.find("Collège voisin"));
    assert!(school < college, "the nearest first");
    let help = french(help::help, "", &[("need", "loan"), ("place", "Ambert")]);
    for said in [
        "Couveuse du Forez",
        "Travaille à Ambert",
        "Prêt de reprise",
        "une structure",
    ] {
        assert!(help.contains(said), "{said}");
    }
    let nobody = french(
        help::help,
        "",
        &[("need", "loan"), ("place", "Usson-en-Forez")],
    );
    assert!(
        !nobody.contains("Couveuse du Forez") && nobody.contains("personne n’est encore connu")
    );
    let structure = french(structures::structure, &town.structure, &[]);
    for said in [
        "Léa Martin",
        "Prêt de reprise",
        "département 63, Ambert\u{a0}(63)",
        "lundi–vendredi 09:00–12:00, 14:00–17:00",
    ] {
        assert!(structure.contains(said), "{said}");
    }
    assert!(structure.contains("&lt;script&gt;"), "escaped");
    let period = HalfYear::of(town.portal.member.public_today()).before();
    let half = if period.to_string().ends_with('1') {
        "premier"
    } else {
        "second"
    };
    let half = format!("{half} semestre {}", period.year());
    let network = french(network::network, "", &[]);
    for said in [
        "Vitrines éphémères",
        "Répondre vite",
        "80\u{a0}%",
        "Projets concrétisés",
        "Version 1",
        &half,
        "une signature ratifie",
    ] {
        assert!(network.contains(said), "{said}");
    }
    let poster = french(poster::poster, &town.offer, &[]);
    assert!(poster.contains(&format!(
        "http://127.0.0.1:8080/opportunites/{}",
        town.offer
    )));
    assert!(
        poster.contains("class=\"qr\"") && poster.contains("ne fonctionne que sur cet ordinateur")
    );
    let legal = french(legal::legal, "", &[]);
    assert!(
        legal.contains("Pas encore renseigné"),
        "the editor's record lacks an address"
    );
    let news = french(news::news, "", &[]);
    assert!(news.contains("Réunion ouverte") && news.contains("01/03/2026"));
}

#[test]
fn communes_elsewhere_are_not_found_and_old_codes_lead_on() {
    let town = town();
    let ask = |id: &str| living::commune(&town.visit(Language::French, id, &[]));
    match ask("75056") {
        Ok(Reply::PageWith(status, page)) => {
            assert_eq!(status, axum::http::StatusCode::NOT_FOUND);
            let page = page.into_string();
            assert!(
                page.contains("Paris n’est pas dans le territoire") && page.contains("/vivre-ici/")
            );
        }
        other => panic!("{other:?}"),
    }
    for id in ["ambert", "00000", "../etc", "<b>"] {
        assert!(matches!(ask(id), Ok(Reply::PageWith(..))), "{id}");
    }
    assert!(matches!(ask("63078"), Ok(Reply::SeeOther(to)) if to == "/vivre-ici/63448"));
    let named = town.visit(Language::English, "", &[("q", "ambert")]);
    assert!(
        matches!(living::living(&named), Ok(Reply::SeeOther(to)) if to == "/en/living-here/63003")
    );
}

#[test]
fn records_that_are_gone_say_so() {
    let town = town();
    call(
        &town.node,
        "record.remove",
        json!({"collection": "news", "id": town.news}),
    );
    let asked = town.visit(Language::French, &town.news, &[]);
    assert!(matches!(news::item(&asked), Err(Trouble::Gone)));
    let filled =
        json!({"collection": "opportunity", "id": town.offer, "fields": {"status": "filled"}});
    call(&town.node, "record.set", filled);
    let asked = town.visit(Language::French, &town.offer, &[]);
    assert!(matches!(poster::poster(&asked), Err(Trouble::Gone)));
    for id in [
        "",
        "x",
        "0000000000000000000000000000000000000000000000000000000000000000",
    ] {
        let asked = town.visit(Language::French, id, &[]);
        assert!(
            matches!(structures::structure(&asked), Err(Trouble::NotFound)),
            "{id}"
        );
    }
}
