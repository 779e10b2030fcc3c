//! Services of everyday life: schools, care, shops, stations.

use capactif_node::territory::{Commune, Territory};
use capactif_node::text::fold;
use fastrand::Rng;

use super::calendar::recent;
use super::fiction::telephone;
use super::grammar::{fill, place_values};
use super::places::{AMBERT_LIVRADOIS_FOREZ, THIERS_DORE_MONTAGNE, street};
use super::row::Row;
use super::services::{SERVICES, Service};

/// Year of the Base permanente des équipements whose codes are used.
const BPE_VINTAGE: u16 = 2024;

/// All of them, commune by commune.
pub(super) fn rows(rng: &mut Rng) -> Vec<Row> {
    let mut rows = Vec::new();
    for commune in Territory::embedded().communes() {
        // Around Ambert everything has been entered; elsewhere partners have only begun.
        let entered = match commune.epci.as_str() {
            AMBERT_LIVRADOIS_FOREZ => 1.0,
            THIERS_DORE_MONTAGNE => 0.65,
            _ => 0.165,
        };
        for service in SERVICES {
            if rng.f64() > entered {
                continue;
            }
            let how_many = how_many(rng, service, commune).min(service.names.len());
            let names = rng.choose_multiple(0..service.names.len(), how_many);
            for name in names {
                rows.push(row(rng, service, service.names[name], commune));
            }
        }
    }
    for (position, row) in rows.iter_mut().enumerate() {
        row.set("source", "exemple");
        row.set("source_id", format!("exemple-service-{:04}", position + 1));
    }
    rows
}

fn how_many(rng: &mut Rng, service: &Service, commune: &Commune) -> usize {
    let inhabitants = commune.population;
    if inhabitants >= service.usual_from {
        return 1 + ((inhabitants - service.usual_from) / service.one_more_per) as usize;
    }
    // The smaller, the rarer: at half the usual size one commune in sixteen has one.
    let share = f64::from(inhabitants) / f64::from(service.usual_from);
    usize::from(rng.f64() < share.powi(4))
}

fn row(rng: &mut Rng, service: &Service, name: &str, commune: &Commune) -> Row {
    let mut row = Row::default();
    let name = fill(name, &place_values(commune));
    row.set("theme", service.theme);
    row.set("name", format!("{name} (exemple)"));
    row.set("insee_code", &commune.code);
    row.set("address", street(rng, commune));
    let unattended = [
        "Aire de", "Arrêt", "Bornes", "Marché", "Stade", "Terrain", "Halte", "Gare",
    ];
    if !unattended.iter().any(|word| name.starts_with(word)) {
        row.set("phone", telephone(rng));
        let slug = fold(&name).replace(' ', "-");
        if rng.u8(..10) < 3 && slug.len() < 60 {
            row.set("website", format!("https://{slug}.example"));
        }
        if rng.u8(..10) < 2 {
            row.set(
                "email",
                format!("contact@{}.example", fold(&commune.name).replace(' ', "-")),
            );
        }
    }
    if !service.hours.is_empty() {
        row.set(
            "opening_hours",
            service.hours[rng.usize(..service.hours.len())],
        );
    }
    if !service.bpe.is_empty() {
        row.set("bpe_code", service.bpe);
        row.set("bpe_vintage", BPE_VINTAGE);
    }
    row.set("last_verified_on", recent(rng, 150));
    row
}
