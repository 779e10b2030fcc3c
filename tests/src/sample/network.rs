//! Who is in the network: structures and the people who work there, all invented.

use capactif_node::territory::Territory;
use capactif_node::text::fold;
use fastrand::Rng;

use super::fiction::{siret, telephone};
use super::places::street;
use super::row::Row;

/// One structure: name, kind, seat, area, competences.
pub(super) struct Structure {
    pub(super) name: &'static str,
    kind: &'static str,
    seat: &'static str,
    pub(super) area: &'static str,
    pub(super) competences: &'static str,
    networks: &'static str,
}

const EVERYWHERE: &str = "dept:42|dept:43|dept:63";

pub(super) const STRUCTURES: &[Structure] = &[
    Structure {
        name: "Parc naturel régional Livradois-Forez",
        kind: "park",
        seat: "Saint-Gervais-sous-Meymont",
        area: "epci:200070761|epci:200070712|epci:200065886",
        competences: "local_network|idea_diagnosis|housing",
        networks: "",
    },
    Structure {
        name: "CCI des Monts et de la Dore",
        kind: "cci",
        seat: "Thiers",
        area: "dept:63",
        competences: "idea_diagnosis|market_study|business_plan|takeover_search|premises",
        networks: "",
    },
    Structure {
        name: "CCI du Velay",
        kind: "cci",
        seat: "Le Puy-en-Velay",
        area: "dept:43",
        competences: "market_study|business_plan|takeover_search",
        networks: "",
    },
    Structure {
        name: "Chambre de métiers du Livradois",
        kind: "cma",
        seat: "Ambert",
        area: "dept:63",
        competences: "idea_diagnosis|business_plan|legal_form|training|takeover_search",
        networks: "",
    },
    Structure {
        name: "Chambre de métiers du Forez",
        kind: "cma",
        seat: "Montbrison",
        area: "dept:42",
        competences: "business_plan|training|takeover_search",
        networks: "",
    },
    Structure {
        name: "Chambre d'agriculture du Livradois",
        kind: "chamber_agriculture",
        seat: "Ambert",
        area: "dept:63",
        competences: "farmland|takeover_search|business_plan|training",
        networks: "",
    },
    Structure {
        name: "Chambre d'agriculture du Velay",
        kind: "chamber_agriculture",
        seat: "Le Puy-en-Velay",
        area: "dept:43",
        competences: "farmland|takeover_search|training",
        networks: "",
    },
    Structure {
        name: "CC Ambert Livradois Forez, service économique",
        kind: "epci",
        seat: "Ambert",
        area: "epci:200070761",
        competences: "premises|land|housing|public_aid|spouse_job|childcare",
        networks: "",
    },
    Structure {
        name: "CC Thiers Dore et Montagne, service économique",
        kind: "epci",
        seat: "Thiers",
        area: "epci:200070712",
        competences: "premises|land|public_aid|spouse_job",
        networks: "",
    },
    Structure {
        name: "Loire Forez agglomération, accueil des entreprises",
        kind: "epci",
        seat: "Montbrison",
        area: "epci:200065886",
        competences: "premises|land|public_aid|telecom",
        networks: "",
    },
    Structure {
        name: "Billom Communauté, attractivité",
        kind: "epci",
        seat: "Billom",
        area: "epci:200067627",
        competences: "premises|housing|childcare",
        networks: "",
    },
    Structure {
        name: "Pays d'Issoire, pôle économie",
        kind: "epci",
        seat: "Issoire",
        area: "epci:200070407",
        competences: "premises|land|public_aid",
        networks: "",
    },
    Structure {
        name: "Microcrédit du Massif",
        kind: "lender",
        seat: "Thiers",
        area: EVERYWHERE,
        competences: "microcredit|post_creation",
        networks: "ADIE",
    },
    Structure {
        name: "Initiative Dore et Forez",
        kind: "lender",
        seat: "Ambert",
        area: "epci:200070761|epci:200070712|epci:200065886",
        competences: "honour_loan|post_creation",
        networks: "Initiative France|PFIL",
    },
    Structure {
        name: "Fonds solidaire des Hautes-Chaumes",
        kind: "lender",
        seat: "Saint-Anthème",
        area: EVERYWHERE,
        competences: "loan|guarantee",
        networks: "France Active",
    },
    Structure {
        name: "Initiative Val d'Allier",
        kind: "lender",
        seat: "Issoire",
        area: "epci:200070407|epci:200085728|epci:244301099",
        competences: "honour_loan",
        networks: "Initiative France",
    },
    Structure {
        name: "Couveuse Les Premières Pousses",
        kind: "incubator",
        seat: "Courpière",
        area: "dept:63",
        competences: "idea_diagnosis|market_study|business_plan|legal_form",
        networks: "BGE",
    },
    Structure {
        name: "Coopérative d'activités Le Grand Atelier",
        kind: "incubator",
        seat: "Brioude",
        area: EVERYWHERE,
        competences: "legal_form|training|post_creation",
        networks: "",
    },
    Structure {
        name: "Îlots paysans, espace test agricole",
        kind: "incubator",
        seat: "Marsac-en-Livradois",
        area: "epci:200070761|epci:200067627",
        competences: "farmland|training|idea_diagnosis",
        networks: "RENETA",
    },
    Structure {
        name: "Forma'Monts",
        kind: "training_provider",
        seat: "Ambert",
        area: EVERYWHERE,
        competences: "training",
        networks: "",
    },
    Structure {
        name: "Maison familiale rurale de la Dore",
        kind: "training_provider",
        seat: "Olliergues",
        area: "dept:63",
        competences: "training",
        networks: "MFR",
    },
    Structure {
        name: "Mairie d'Arlanc, accueil des nouveaux habitants",
        kind: "town_hall",
        seat: "Arlanc",
        area: "insee:63010",
        competences: "housing|education|premises",
        networks: "",
    },
    Structure {
        name: "Mairie de Cunlhat, guichet installation",
        kind: "town_hall",
        seat: "Cunlhat",
        area: "insee:63132",
        competences: "housing|premises|childcare",
        networks: "",
    },
    Structure {
        name: "Terres en partage",
        kind: "other",
        seat: "Saint-Dier-d'Auvergne",
        area: EVERYWHERE,
        competences: "farmland|local_network",
        networks: "Terre de Liens",
    },
    Structure {
        name: "Réseau des tiers-lieux du Livradois",
        kind: "other",
        seat: "Vertolaye",
        area: "epci:200070761",
        competences: "local_network|telecom|premises",
        networks: "",
    },
    Structure {
        name: "Accueil paysan et rural",
        kind: "other",
        seat: "La Chaise-Dieu",
        area: "dept:43|dept:63",
        competences: "local_network|housing|spouse_job",
        networks: "",
    },
    Structure {
        name: "ADIE Auvergne, antenne des Monts",
        kind: "lender",
        seat: "Thiers",
        area: EVERYWHERE,
        competences: "microcredit|post_creation",
        networks: "ADIE",
    },
    Structure {
        name: "Initiative Forez",
        kind: "lender",
        seat: "Montbrison",
        area: "dept:42",
        competences: "honour_loan|post_creation",
        networks: "Initiative France",
    },
    Structure {
        name: "Initiative Haute-Loire",
        kind: "lender",
        seat: "Le Puy-en-Velay",
        area: "dept:43",
        competences: "honour_loan",
        networks: "Initiative France",
    },
    Structure {
        name: "France Active Auvergne",
        kind: "lender",
        seat: "Issoire",
        area: EVERYWHERE,
        competences: "loan|guarantee",
        networks: "France Active",
    },
    Structure {
        name: "Chambre de métiers du Velay",
        kind: "cma",
        seat: "Brioude",
        area: "dept:43",
        competences: "business_plan|legal_form|training|takeover_search",
        networks: "",
    },
    Structure {
        name: "CCI du Forez",
        kind: "cci",
        seat: "Montbrison",
        area: "dept:42",
        competences: "market_study|business_plan|takeover_search|premises",
        networks: "",
    },
    Structure {
        name: "Chambre d'agriculture du Forez",
        kind: "chamber_agriculture",
        seat: "Montbrison",
        area: "dept:42",
        competences: "farmland|takeover_search|business_plan|training",
        networks: "",
    },
    Structure {
        name: "Mond'Arverne Communauté, économie",
        kind: "epci",
        seat: "Vic-le-Comte",
        area: "epci:200069177",
        competences: "premises|land|public_aid|housing",
        networks: "",
    },
    Structure {
        name: "CC Entre Dore et Allier, accueil",
        kind: "epci",
        seat: "Lezoux",
        area: "epci:246301097",
        competences: "premises|land|public_aid|childcare",
        networks: "",
    },
    Structure {
        name: "Brioude Sud Auvergne, attractivité",
        kind: "epci",
        seat: "Brioude",
        area: "epci:200085728",
        competences: "premises|housing|public_aid|spouse_job",
        networks: "",
    },
    Structure {
        name: "Mission locale des Monts",
        kind: "other",
        seat: "Ambert",
        area: "dept:63",
        competences: "spouse_job|training|transport",
        networks: "",
    },
    Structure {
        name: "Solidarité paysans du Massif",
        kind: "other",
        seat: "Arlanc",
        area: EVERYWHERE,
        competences: "farmland|post_creation|local_network",
        networks: "Solidarité Paysans",
    },
    Structure {
        name: "Agence des mobilités du Livradois",
        kind: "other",
        seat: "Ambert",
        area: "epci:200070761|epci:200070712",
        competences: "transport|local_network",
        networks: "",
    },
    Structure {
        name: "Mairie de Courpière, accueil",
        kind: "town_hall",
        seat: "Courpière",
        area: "insee:63125",
        competences: "housing|premises|education|health",
        networks: "",
    },
];

/// How many there were before the network grew: those that came since are drawn from a seed of their
/// own, so that no other file of the sample changed with them.
const FOUNDERS: usize = 26;

/// The structures.
pub(super) fn structures(rng: &mut Rng) -> Vec<Row> {
    let (founders, newcomers) = STRUCTURES.split_at(FOUNDERS);
    let mut rows: Vec<Row> = (founders.iter())
        .map(|structure| structure_row(rng, structure))
        .collect();
    let mut rng = Rng::with_seed(STRUCTURES.len() as u64);
    rows.extend((newcomers.iter()).map(|structure| structure_row(&mut rng, structure)));
    rows
}

fn structure_row(rng: &mut Rng, structure: &Structure) -> Row {
    let seat = Territory::embedded()
        .find(structure.seat)
        .expect("seats are communes of today");
    let domain = format!("{}.example", fold(structure.name).replace(' ', "-"));
    let mut row = Row::default();
    row.set("name", format!("{} (exemple)", structure.name));
    row.set("kind", structure.kind);
    row.set("networks", structure.networks);
    row.set("siret", siret(rng));
    row.set("insee_code", &seat.code);
    row.set("address", street(rng, seat));
    row.set("phone", telephone(rng));
    row.set("email", format!("accueil@{domain}"));
    row.set("website", format!("https://{domain}"));
    let hours = [
        "Mo-Fr 08:30-12:00,13:30-17:00",
        "Mo-Th 09:00-12:00,14:00-17:30; Fr 09:00-12:00",
    ];
    row.set("opening_hours", hours[rng.usize(..hours.len())]);
    row.set("service_area", structure.area);
    row.set("competences", structure.competences);
    match structure.kind {
        "chamber_agriculture" => row.set("accepts_naf", "01|02"),
        "cci" => row.set("excludes_naf", "01|02"),
        "lender" => row.set("accepts_stages", "business_plan|funding|launch"),
        "incubator" => row.set("accepts_stages", "idea|study|business_plan"),
        _ => {}
    }
    let capacity = match rng.u8(..8) {
        0..5 => "open",
        5..7 => "limited",
        _ => "full",
    };
    row.set("capacity", capacity);
    row
}

pub(super) const FIRST_NAMES: [&str; 30] = [
    "Camille", "Élodie", "Mathieu", "Nadia", "Sylvain", "Hélène", "Thomas", "Inès", "Gaëlle",
    "Yannick", "Claire", "Romain", "Solène", "Bastien", "Maud", "Karim", "Aurore", "Didier", "Léa",
    "Fabrice", "Noémie", "Julien", "Odile", "Vincent", "Manon", "Éric", "Anaïs", "Pascal",
    "Justine", "Loïc",
];
pub(super) const LAST_NAMES: [&str; 30] = [
    "Vernet",
    "Chabrol",
    "Fournioux",
    "Delorme",
    "Pialoux",
    "Garnaud",
    "Bessonnat",
    "Rodier",
    "Malfreyt",
    "Courtial",
    "Barrellon",
    "Tixier",
    "Gourbeyre",
    "Chassaing",
    "Voldoire",
    "Pommier",
    "Sauvadet",
    "Grangeon",
    "Mosnier",
    "Rigoulet",
    "Darrot",
    "Fayet",
    "Costilhes",
    "Duranton",
    "Joubert",
    "Mavel",
    "Rolhion",
    "Faucher",
    "Beraud",
    "Cheminat",
];

/// Ten people of one partner; `themes` are the needs that they can answer.
pub(super) fn agents(rng: &mut Rng, partner: usize, themes: &[&str]) -> Vec<Row> {
    (0..10)
        .map(|position| {
            let first = FIRST_NAMES[partner * 10 + position];
            let last = LAST_NAMES[(partner * 10 + position * 7 + 3) % LAST_NAMES.len()];
            let mut row = Row::default();
            row.set("name", format!("{first} {last} (exemple)"));
            let roles = match position {
                0 => "structure_lead|technician",
                1 if partner == 2 => "coordinator",
                1 => "dpo",
                2 if partner == 2 => "elected",
                _ => "technician",
            };
            row.set("roles", roles);
            row.set("phone", telephone(rng));
            let address = format!("{first}.{last}");
            row.set(
                "email",
                format!("{}@cap-actif.example", fold(&address).replace(' ', ".")),
            );
            let how_many = rng.usize(1..4);
            let mut mine = rng.choose_multiple(themes.iter().copied(), how_many);
            mine.sort_unstable();
            row.set("themes", mine.join("|"));
            row.set("active", position != 9);
            row
        })
        .collect()
}
