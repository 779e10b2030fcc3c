//! Weights, blocks, and what is found in many.

use super::*;

fn of(collection: &str) -> Weights {
    weights(collection).unwrap()
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A bakery with all that is compared.
fn bakery() -> Traits {
    Traits {
        number: text("73282932000074"),
        telephone: text("+33473820000"),
        email: text("pain@example.org"),
        place: text("63003"),
        kind: text("business_takeover"),
        price: Some(100_000.0),
        surface: Some(120.0),
        ..Traits::default()
    }
    .titled("Boulangerie à reprendre")
}

/// Nothing but what is put into it.
fn bare(change: impl FnOnce(&mut Traits)) -> Traits {
    let mut traits = Traits::default();
    change(&mut traits);
    traits
}

#[test]
fn each_agreement_counts_with_its_weight() {
    let whole = bakery();
    let only: [(&str, f64, Traits); 6] = [
        ("number", 0.6, bare(|it| it.number = whole.number.clone())),
        (
            "telephone",
            0.3,
            bare(|it| it.telephone = whole.telephone.clone()),
        ),
        ("place", 0.1, bare(|it| it.place = whole.place.clone())),
        ("price", 0.1, bare(|it| it.price = Some(109_000.0))),
        ("surface", 0.1, bare(|it| it.surface = Some(130.0))),
        (
            "title",
            0.3,
            Traits::default().titled("BOULANGERIE, a reprendre"),
        ),
    ];
    for (name, weight, traits) in only {
        let found = agreement(&of("opportunity"), &whole, &traits);
        assert_eq!(found.score, weight, "{name}");
        let same: Vec<&str> = found.same().collect();
        let expected: &[&str] = if name == "title" { &[] } else { &[name] };
        assert_eq!(same, expected);
    }
    let all = agreement(&of("opportunity"), &whole, &whole);
    assert_eq!(all.score, 1.0, "no more than certain");
    // An e-mail address says nothing of an opportunity.
    let email = bare(|it| it.email = whole.email.clone());
    assert_eq!(agreement(&of("opportunity"), &whole, &email).score, 0.0);
}

#[test]
fn amounts_agree_within_a_tenth_of_the_greater() {
    let priced = |price: f64| bare(|it| it.price = Some(price));
    let score = |a: f64, b: f64| agreement(&of("opportunity"), &priced(a), &priced(b)).score;
    assert_eq!(score(90.0, 100.0), 0.1);
    assert_eq!(score(100.0, 90.0), 0.1);
    assert_eq!(score(89.0, 100.0), 0.0);
    assert_eq!(score(0.0, 0.0), 0.1);
    let unpriced = Traits::default();
    assert_eq!(
        agreement(&of("opportunity"), &priced(1.0), &unpriced).score,
        0.0
    );
}

#[test]
fn titles_are_alike_by_their_trigrams() {
    let similarity = |a: &str, b: &str| Title::of(a).similarity(&Title::of(b));
    assert_eq!(similarity("Atelier bois", "atelier-BOIS"), 1.0);
    assert_eq!(similarity("Atelier", ""), 0.0);
    assert_eq!(similarity("", ""), 0.0);
    assert_eq!(similarity("abc", "xyz"), 0.0);
    // "  a", " ab", "ab " and "  a", " ac", "ac ".
    assert_eq!(similarity("ab", "ac"), 2.0 / 6.0);
}

#[test]
fn every_collection_suspects_its_strongest_sign_alone() {
    for (name, weights) in COLLECTIONS {
        let strongest = weights.number.max(weights.email).max(weights.telephone);
        let named = weights.title + weights.place + weights.kind;
        assert!(strongest >= SUSPECT || named >= SUSPECT - 1e-9, "{name}");
        // Why blocks of one place are parted by title.
        let rest = weights.place + weights.kind + weights.price + weights.surface;
        assert!(weights.title + rest <= SUSPECT + 1e-9, "{name}");
    }
    assert_eq!(weights("referral"), None);
}

fn pairs(collection: &str, records: &[Traits]) -> Vec<(usize, usize)> {
    let found = suspects(&of(collection), records.to_vec());
    found.iter().map(|it| (it.a, it.b)).collect()
}

#[test]
fn pairs_are_found_by_what_they_share() {
    let mut twin = bakery();
    twin.place = text("63430");
    let stranger = Traits {
        number: text("35600000000048"),
        ..bakery().titled("Garage")
    };
    let stranger = Traits {
        telephone: None,
        price: None,
        ..stranger
    };
    assert_eq!(pairs("opportunity", &[bakery(), stranger, twin]), [(0, 2)]);
    let listed = |title: &str, price: f64| {
        bare(|it| {
            it.place = text("63003");
            it.kind = text("premises");
            it.price = Some(price);
            it.surface = Some(80.0);
        })
        .titled(title)
    };
    let records = [
        listed("Local rue du Château", 50_000.0),
        listed("Local, rue du chateau", 52_000.0),
        listed("Local rue du Château", 90_000.0),
    ];
    // The third has another price: 0.5.
    assert_eq!(pairs("opportunity", &records), [(0, 1)]);
    let caller = |title: &str| Traits {
        telephone: text("+33473820000"),
        ..listed(title, 50_000.0)
    };
    assert_eq!(
        pairs("opportunity", &[caller("Local"), caller("Atelier")]),
        [(0, 1)]
    );
}

#[test]
fn a_name_in_a_place_and_an_address_are_enough_elsewhere() {
    let school = || {
        bare(|it| {
            it.place = text("63003");
            it.kind = text("education");
        })
        .titled("École Henri-Pourrat")
    };
    assert_eq!(pairs("local_service", &[school(), school()]), [(0, 1)]);
    let email = |name: &str| bare(|it| it.email = text("a@example.org")).titled(name);
    assert_eq!(pairs("agent", &[email("Anne"), email("Bruno")]), [(0, 1)]);
    assert_eq!(pairs("holder", &[email("Anne"), email("Bruno")]), [(0, 1)]);
    assert!(pairs("structure", &[email("Anne"), email("Bruno")]).is_empty());
    // Two persons of one name in one place are two persons.
    let person = || bare(|it| it.place = text("epci:200070761")).titled("Marie Martin");
    assert!(pairs("holder", &[person(), person()]).is_empty());
}

#[test]
fn what_an_office_gives_for_all_it_looks_after_counts_for_nothing() {
    let services = [
        "Mairie de Courpière",
        "Déchèterie de Courpière",
        "Médiathèque de Courpière",
        "Gymnase de Courpière",
        "Piscine de Courpière",
    ];
    let service = |name: &str| {
        bare(|it| {
            it.telephone = text("+33473530000");
            it.email = text("accueil@example.org");
            it.place = text("63125");
            it.kind = text("public_services");
        })
        .titled(name)
    };
    let mut records: Vec<Traits> = services.map(service).into();
    assert!(pairs("local_service", &records).is_empty());
    // One of them a second time, in other words.
    records.push(service("Piscine de Courpière."));
    assert_eq!(pairs("local_service", &records), [(4, 5)]);
    // Four are compared by what they share.
    assert!(!pairs("local_service", &records[..4]).is_empty());
    // However often one thing was entered, its own telephone speaks for all of them.
    let copies = vec![service("Piscine"); 20];
    assert_eq!(pairs("local_service", &copies).len(), 190);
}

#[test]
fn nothing_is_missed_that_comparing_all_with_all_finds() {
    let mut seed = 1u64;
    let mut draw = |most: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) % most
    };
    let records: Vec<Traits> = (0..400)
        .map(|_| {
            let traits = bare(|it| {
                it.number = Some(draw(300).to_string()).filter(|_| draw(2) == 0);
                it.telephone = Some(draw(60).to_string()).filter(|_| draw(2) == 0);
                it.place = Some(draw(5).to_string());
                it.kind = Some(draw(2).to_string());
                it.price = Some(draw(5) as f64 * 100.0);
                it.surface = Some(draw(5) as f64 * 20.0);
            });
            traits.titled(["atelier bois", "local", "boulangerie", "ferme"][draw(4) as usize])
        })
        .collect();
    let weights = of("opportunity");
    let mut all = Vec::new();
    for (a, one) in records.iter().enumerate() {
        for (b, other) in records.iter().enumerate().skip(a + 1) {
            // Two kinds are two things, unless number or telephone say otherwise.
            let shared = |x: &Option<String>, y: &Option<String>| x.is_some() && x == y;
            let related = one.kind == other.kind
                || shared(&one.number, &other.number)
                || shared(&one.telephone, &other.telephone);
            if related && agreement(&weights, one, other).score >= SUSPECT {
                all.push((a, b));
            }
        }
    }
    let mut found = pairs("opportunity", &records);
    found.sort_unstable();
    assert!(all.len() > 50, "{}", all.len());
    assert_eq!(found, all);
}

#[test]
fn a_large_block_is_not_compared_with_itself() {
    let count = 5_000;
    let records: Vec<Traits> = (0..count)
        .map(|number| {
            let traits = bare(|it| {
                it.number = text("73282932000074");
                it.place = Some(format!("{:05}", number / 2));
            });
            traits.titled(&format!("Annonce {}", number / 2))
        })
        .collect();
    let found = suspects(&of("opportunity"), records);
    // All of one number are suspected; each is told with a few, not with all 5,000.
    assert!(found.len() <= count * NEIGHBOURS);
    // Those that are alike in all else stand side by side.
    for twin in 0..count / 2 {
        let pair = (twin * 2, twin * 2 + 1);
        assert!(found.iter().take(count / 2).any(|it| (it.a, it.b) == pair));
    }
}
