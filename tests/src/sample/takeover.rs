//! Businesses to take over.

use capactif_node::territory::Commune;
use fastrand::Rng;

use super::grammar::{count, euros, fill, place_values, thousands};
use super::listing::{self, Listing, one_of, some_of, weighted};
use super::places::draw;
use super::row::Row;
use super::trades::{TRADES, Trade};

/// Why people sell; the most frequent reason thrice. No health, no family: those are personal.
const REASONS: [&str; 6] = [
    "pour départ à la retraite",
    "pour cause de retraite",
    "suite au départ à la retraite du gérant",
    "pour changement de région",
    "pour réorientation professionnelle",
    "dans le cadre d'un nouveau projet des gérants",
];

/// Facts with these words are about people employed.
const STAFF_WORDS: [&str; 8] = [
    "alarié",
    "quipe ",
    "qualifié",
    "apprenti",
    "préparatrices",
    "Effectif",
    "Conducteurs",
    "Monteur",
];

const CLOSINGS: &[&str] = &[
    "Accompagnement du cédant possible pendant trois mois.",
    "Le cédant reste disponible pour présenter la clientèle et les fournisseurs.",
    "Bilans des trois dernières années consultables sur rendez-vous.",
    "Convient à un couple comme à une première installation.",
    "Pas de gros investissement à prévoir à court terme.",
    "Un diagnostic de reprise a été fait avec la chambre consulaire.",
    "Visite possible en fin de journée ou le lundi.",
    "Une période de tuilage est souhaitée avant la signature.",
    "Le prix tient compte de travaux d'accessibilité à finir.",
    "Des pistes de développement existent, à discuter sur place.",
];

/// Makes one.
pub(super) fn row(rng: &mut Rng) -> Row {
    let trade = weighted(rng, TRADES, |trade| trade.weight);
    let place = draw(rng, trade.least, u32::MAX, |commune| {
        trade.only.is_empty() || trade.only.contains(&commune.epci.as_str())
    });

    // Towns sell more than villages, on a logarithmic scale of inhabitants.
    let town = (f64::from(place.population.clamp(150, 15_000)) / 150.0).ln() / 100_f64.ln();
    let (low, high) = trade.turnover;
    let share = (town * 0.7 + rng.f64() * 0.45).min(1.0);
    let turnover = low + (f64::from(high - low) * share) as u32;
    let surface = rng.u32(trade.surface.0..=trade.surface.1);
    let persons =
        (f64::from(turnover) / f64::from(trade.per_person) * (0.8 + rng.f64() * 0.3)) as u32;
    let headcount = persons.saturating_sub(1);
    let goodwill = rounded(turnover * 10 * rng.u32(trade.worth.0..=trade.worth.1));

    let is_company = turnover > 300 || rng.u8(..10) == 0;
    let mode = match rng.u8(..20) {
        0..2 if trade.sector != "liberal" => "lease_management",
        2 if matches!(trade.sector, "retail" | "hospitality") => "lease_right",
        3..8 if is_company => "sale_shares",
        _ => "sale_goodwill",
    };
    let with_walls = mode == "sale_goodwill" && rng.u8(..10) < 3;
    let with_housing = (matches!(trade.sector, "hospitality" | "retail")
        || ["10.", "23.", "45.", "96."]
            .iter()
            .any(|division| trade.naf.starts_with(division)))
        && rng.u8(..10) < if with_walls { 7 } else { 3 };
    let rent = (surface * rng.u32(30..70) / 10 / 10 * 10).clamp(150, 2_400);

    let mut values = place_values(place);
    values.push(("ans", rng.u32(7..36).to_string()));
    values.push(("raison", one_of(rng, &REASONS).to_owned()));
    let mut listing = Listing::new(rng, "business_takeover", place);
    listing.say(fill(one_of(rng, &fitting(trade.openings, place)), &values));
    let facts: Vec<&str> = trade
        .facts
        .iter()
        .copied()
        .filter(|fact| fits_place(fact, place))
        .filter(|fact| headcount > 1 || !STAFF_WORDS.iter().any(|word| fact.contains(word)))
        .collect();
    for fact in some_of(rng, &facts, 2) {
        listing.say(fact);
    }
    listing.say(room_sentence(rng, trade, surface, with_housing));
    listing.say(staff_sentence(rng, headcount));

    let row = &mut listing.row;
    match mode {
        "lease_management" => {
            row.set("rent_monthly", rent);
            listing.say(format!(
                "Proposé en location-gérance, redevance de {} par mois, achat possible à terme.",
                euros(rent)
            ));
        }
        "lease_right" => {
            let price = rounded(goodwill / 4);
            row.set("price_max", price);
            row.set("rent_monthly", rent);
            listing.say(format!(
                "Droit au bail : {}, loyer de {} par mois.",
                euros(price),
                euros(rent)
            ));
        }
        "sale_shares" => {
            row.set("price_min", rounded(goodwill * 9 / 10));
            row.set("price_max", goodwill);
            listing.say(format!(
                "Cession de la totalité des parts, autour de {}.",
                euros(goodwill)
            ));
        }
        _ if with_walls => {
            let metre = 250 + (town * 450.0) as u32 + rng.u32(..120);
            let metre = if surface > 500 { metre / 2 } else { metre };
            let price = rounded(goodwill + surface * metre);
            row.set("price_max", price);
            listing.say(format!("Murs et fonds : {}.", euros(price)));
        }
        _ => {
            row.set("price_max", goodwill);
            row.set("rent_monthly", rent);
            let forms: [&str; 4] = [
                "Prix du fonds : {prix}, stock en sus ; loyer de {loyer} par mois.",
                "Fonds proposé à {prix}, loyer mensuel de {loyer}.",
                "Prix demandé : {prix}, à débattre ; bail de neuf ans à {loyer} par mois.",
                "{prix} pour le fonds et le matériel, loyer modéré ({loyer}).",
            ];
            let values = [("prix", euros(goodwill)), ("loyer", euros(rent))];
            listing.say(fill(one_of(rng, &forms), &values));
        }
    }
    listing.say_if_room(one_of(rng, CLOSINGS));
    listing.say_setting(rng);

    let row = &mut listing.row;
    row.set("naf_code", trade.naf);
    row.set("naf_version", "naf2");
    row.set("sector", trade.sector);
    row.set("transfer_mode", mode);
    row.set("turnover_band", band(turnover));
    row.set("headcount", headcount);
    row.set("surface_m2", surface);
    row.set("with_housing", with_housing);
    row.set("with_walls", with_walls);
    row.set("equipment_included", mode != "lease_right");
    if rng.u8(..10) < 6 {
        row.set("siret", super::fiction::siret(rng));
    }
    listing::accessibility(rng, row);
    let titles = fitting(trade.titles, place);
    let title = one_of(rng, &titles);
    listing.finish(rng, title, 90)
}

fn room_sentence(rng: &mut Rng, trade: &Trade, surface: u32, with_housing: bool) -> String {
    let plural = trade.room.contains(" et ") || trade.room.starts_with("Les ");
    let verb = if plural { "occupent" } else { "occupe" };
    let mut text = format!("{} {verb} {} m²", trade.room, thousands(surface));
    if with_housing {
        let rooms = rng.u32(3..6);
        let forms = [
            format!(", avec un logement de {} pièces à l'étage", count(rooms)),
            format!(", logement attenant de {} pièces", count(rooms)),
            format!(" ; appartement T{rooms} indépendant au-dessus"),
        ];
        text.push_str(one_of(rng, &forms));
    }
    text.push('.');
    text
}

fn staff_sentence(rng: &mut Rng, headcount: u32) -> String {
    match headcount {
        0 => one_of(
            rng,
            &[
                "Activité exercée sans salarié.",
                "Pas de salarié à reprendre.",
                "Aucun salarié à ce jour.",
            ],
        )
        .to_owned(),
        1 => one_of(
            rng,
            &[
                "Un salarié à temps plein en poste.",
                "Un salarié à reprendre.",
                "Un apprenti et l'exploitant.",
            ],
        )
        .to_owned(),
        _ => {
            let people = count(headcount);
            let forms = [
                format!("Équipe de {people} salariés, présents depuis plusieurs années."),
                format!("Effectif : {people} salariés en plus du dirigeant."),
                format!("{headcount} salariés, contrats repris de droit."),
            ];
            one_of(rng, &forms).to_owned()
        }
    }
}

/// Those of these texts that suit the place.
fn fitting(pool: &[&'static str], place: &Commune) -> Vec<&'static str> {
    let fitting: Vec<_> = pool
        .iter()
        .copied()
        .filter(|text| fits_place(text, place))
        .collect();
    if fitting.is_empty() {
        pool.to_vec()
    } else {
        fitting
    }
}

/// Whether a town may say so too: it is no village, and has more than one bakery.
fn fits_place(text: &str, place: &Commune) -> bool {
    const ONLY_VILLAGES: [&str; 6] = [
        "Seul",
        "seule officine",
        "dernier commerce",
        "de village",
        "du village",
        "la commune",
    ];
    place.population < 2_500 || !ONLY_VILLAGES.iter().any(|word| text.contains(word))
}

/// Prices as people ask them: rounded more coarsely as they grow.
pub(super) fn rounded(amount: u32) -> u32 {
    let step = match amount {
        0..20_000 => 500,
        20_000..100_000 => 1_000,
        100_000..400_000 => 5_000,
        _ => 10_000,
    };
    (amount / step * step).max(step)
}

fn band(thousands: u32) -> &'static str {
    match thousands {
        0..50 => "lt50k",
        50..100 => "50_100k",
        100..250 => "100_250k",
        250..500 => "250_500k",
        _ => "gt500k",
    }
}
