//! CNIG « sites économiques » v1.0.1, coming in: sites and plots as premises and land.
//!
//! The standard counts in hectares. A plot has neither name nor commune, but its identifier begins
//! with the commune's code.

use serde_json::{Map, Value as Json};

use super::landing::{Landed, text};

/// How a foreign record names where it came from, where no `--source` does.
const SOURCE: &str = "other";

/// What stands between the commune and the number in an identifier: `63003_SITE-ECO_…`.
pub(crate) const SITE_INFIX: &str = "_SITE-ECO_";
/// The same for a plot.
pub(crate) const PLOT_INFIX: &str = "_TERRAIN-ECO_";

/// A site that is one establishment is premises; any other is land.
pub(crate) const ONE_ESTABLISHMENT: &str = "établissement économique isolé";

pub(super) fn land_site(row: &Map<String, Json>) -> Landed {
    let mut landed = identified(row, "site_id", SITE_INFIX);
    landed.member(row, "site_nom", "title");
    landed.member(row, "site_description", "summary");
    landed.member(row, "site_comm_insee", "insee_code");
    landed.member(row, "site_comm_nom", "insee_code");
    landed.member(row, "site_url", "source_url");
    let kind = if text(row, "site_type") == Some(ONE_ESTABLISHMENT) {
        "premises"
    } else {
        "land"
    };
    landed.guess("kind", "site_type", kind);
    surface(
        &mut landed,
        row,
        &["site_surf_comm_dispo", "site_surf_utile", "site_surf_brute"],
    );
    if text(row, "reseau_fibre_optique") == Some("oui") {
        landed.put("telecom", "reseau_fibre_optique", "fibre".into());
    }
    landed.member(row, "site_actu_date", "last_verified_on");
    landed.only_foreign.push("last_verified_on");
    landed
}

pub(super) fn land_plot(row: &Map<String, Json>) -> Landed {
    let mut landed = identified(row, "terr_id", PLOT_INFIX);
    surface(&mut landed, row, &["terr_surf_brute"]);
    landed.member(row, "terr_vente_montant", "price_max");
    landed.member(row, "terr_actu_date", "last_verified_on");
    landed.only_foreign.push("last_verified_on");
    let id = text(row, "terr_id").unwrap_or_default();
    landed.guess("title", "terr_id", &format!("Terrain {id}"));
    let commune = id.split('_').next().unwrap_or_default();
    landed.guess("insee_code", "terr_id", commune);
    landed.guess("kind", "terr_id", "land");
    landed
}

fn identified(row: &Map<String, Json>, name: &str, infix: &str) -> Landed {
    let mut landed = Landed {
        only_foreign: vec!["source", "source_id", "source_url"],
        ..Landed::default()
    };
    let id = text(row, name).unwrap_or_default();
    let own = id.split_once(infix).map(|(_, own)| own);
    landed.id = own.map(str::to_owned);
    landed.put("source", name, SOURCE.into());
    // Numbers begin anew in each commune; what another network made is known by itself, and long.
    let reference = own.filter(|own| own.len() >= 32).unwrap_or(id);
    landed.put("source_id", name, reference.into());
    landed
}

/// Hectares as square metres, from the first column that has any.
fn surface(landed: &mut Landed, row: &Map<String, Json>, names: &[&str]) {
    for name in names {
        let Some(told) = text(row, name) else {
            continue;
        };
        match told.replace(',', ".").parse::<f64>() {
            Ok(hectares) if hectares.is_finite() => {
                let square_metres = (hectares * 1e10).round() / 1e6;
                landed.put("surface_m2", name, square_metres.into());
            }
            // The registry says what is wrong with it.
            _ => landed.put("surface_m2", name, told.into()),
        }
        return;
    }
}
