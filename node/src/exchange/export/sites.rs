//! CNIG « sites économiques » v1.0.1, going out: premises and land on offer, as CSV.
//!
//! Each is a site (SITE-ECO: what it is called, where, how large) with one plot (TERRAIN-ECO: how it
//! is sold). What the standard asks for and the registry does not know is `inconnu`, one of its own
//! words. The geometry is a point, no closer than the record allows: outlines are not held here.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::json;

use super::geojson::position;
use super::offered::is_offered;
use super::publisher::{Publisher, Town, Written, day, day_of, number, text};
use super::{Audience, ExportedRecord};
use crate::exchange::error::ExportError;
use crate::exchange::guard::guard;
use crate::exchange::standard::{ONE_ESTABLISHMENT, PLOT_INFIX, SITE_INFIX};
use crate::registry::{Collection, Fields, Value};

/// Columns of SITE-ECO, in the order of the standard.
pub(crate) const SITE_COLUMNS: &[&str] = &[
    "site_id",
    "pole_id",
    "site_nom",
    "site_type",
    "site_vocadomi",
    "site_etat",
    "site_surf_brute",
    "site_surf_utile",
    "site_creation_date",
    "site_identif_date",
    "site_actu_date",
    "source_producteur",
    "site_description",
    "site_quali_territoire",
    "site_evol_urba",
    "site_url",
    "site_epci_nom",
    "site_epci_siren",
    "site_comm_nom",
    "site_comm_insee",
    "site_moa_type",
    "site_moa_nom",
    "site_moa_amngt",
    "site_moa_comm",
    "site_uf_nbre",
    "site_uf_vacant_nbre",
    "site_taux_vacance",
    "site_uf_bati_nbre",
    "site_nb_etab",
    "site_nb_emploi",
    "site_geomsurf",
    "site_geompoint",
    "site_media",
    "site_surf_comm_dispo",
    "site_surf_projet",
    "site_voca_industrielle",
    "site_voca_commerciale",
    "site_voca_tertiaire",
    "site_voca_artisanale",
    "site_voca_touristique",
    "site_voca_portuaire",
    "site_voca_aeroportuaire",
    "reseau_eau_pluviale",
    "reseau_eau_potable",
    "reseau_assainissement",
    "reseau_gaz",
    "reseau_electrique",
    "reseau_fibre_optique",
    "reseau_fret_ferroviaire",
    "reseau_fluvial",
    "desserte_tc",
    "desserte_route_nom",
    "autoroute_nom",
    "autoroute_echang_dist",
    "gare_nom",
    "gare_dist",
    "gare_fret_nom",
    "gare_fret_dist",
    "aeroport_nom",
    "aeroport_dist",
    "port_nom",
    "port_dist",
];

/// Columns of TERRAIN-ECO, in the order of the standard.
pub(crate) const PLOT_COLUMNS: &[&str] = &[
    "terr_id",
    "site_id",
    "terr_refcad",
    "terr_surf_brute",
    "terr_utile",
    "terr_identif_date",
    "terr_actu_date",
    "terr_maitrise_fonc",
    "terr_stade_amngt",
    "terr_stade_comm",
    "terr_etat_occup",
    "terr_usage",
    "terr_url_cartofriches",
    "terr_geomsurf",
    "terr_cle_en_main",
    "terr_acquereur",
    "terr_cession_date",
    "terr_vente_montant",
    "terr_m2_prix",
];

const UNKNOWN: &str = "inconnu";

/// Square metres of a hectare.
const HECTARE_M2: f64 = 10_000.0;

/// Which class of the standard is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteClass {
    /// SITE-ECO.
    Site,
    /// TERRAIN-ECO.
    Plot,
}

type Cells = BTreeMap<&'static str, String>;

/// Writes premises and land on offer.
///
/// # Errors
/// The writer fails, or the records cannot be read.
pub fn write_sites(
    out: impl Write,
    collection: &Collection,
    records: impl IntoIterator<Item = ExportedRecord>,
    publisher: &Publisher<'_>,
    class: SiteClass,
) -> Result<Written, ExportError> {
    let columns = match class {
        SiteClass::Site => SITE_COLUMNS,
        SiteClass::Plot => PLOT_COLUMNS,
    };
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(out);
    writer.write_record(columns).map_err(super::csv::failed)?;
    let mut written = Written::default();
    for record in records {
        let cells = match cells(collection, record, publisher, class) {
            Ok(cells) => cells,
            Err(why) => {
                written.leave_out(why);
                continue;
            }
        };
        let row = columns
            .iter()
            .map(|name| cells.get(name).map_or("", String::as_str));
        writer.write_record(row).map_err(super::csv::failed)?;
        written.count += 1;
    }
    writer.flush()?;
    Ok(written)
}

fn cells(
    collection: &Collection,
    record: ExportedRecord,
    publisher: &Publisher<'_>,
    class: SiteClass,
) -> Result<Cells, &'static str> {
    if !matches!(text(&record.fields, "kind"), Some("premises" | "land")) {
        return Err("other_kind");
    }
    if !is_offered(&record, publisher.today) {
        return Err("not_offered");
    }
    let point = position(&record.fields, Audience::Public, publisher.around);
    let record = ExportedRecord {
        fields: Audience::Public.visible(collection, &record.fields),
        ..record
    };
    let surface = number(&record.fields, "surface_m2").filter(|it| *it > 0.0);
    let surface = surface.ok_or("no_surface")?;
    let town = publisher.town_of(&record.fields).ok_or("no_place")?;
    let epci = town.epci.clone().ok_or("no_place")?;
    let (point, _) = point.ok_or("no_place")?;
    let place = [rounded(point.longitude), rounded(point.latitude)];
    let geometry = json!({ "type": "Point", "coordinates": place }).to_string();
    let site = format!("{}{SITE_INFIX}{}", town.code, record.id);
    Ok(match class {
        SiteClass::Site => {
            let mut cells = site_cells(&record, &town, surface);
            let [longitude, latitude] = place;
            cells.insert("site_id", site);
            cells.insert("site_geomsurf", geometry);
            cells.insert("site_geompoint", format!("{longitude}, {latitude}"));
            cells.insert("site_epci_siren", epci.0);
            cells.insert("site_epci_nom", epci.1);
            cells.insert("source_producteur", safe(publisher.network));
            cells
        }
        SiteClass::Plot => {
            let mut cells = plot_cells(&record, surface);
            cells.insert("terr_id", format!("{}{PLOT_INFIX}{}", town.code, record.id));
            cells.insert("site_id", site);
            cells.insert("terr_geomsurf", geometry);
            cells
        }
    })
}

fn site_cells(record: &ExportedRecord, town: &Town, surface: f64) -> Cells {
    let fields = &record.fields;
    let is_premises = text(fields, "kind") == Some("premises");
    let (kind, state) = if is_premises {
        (ONE_ESTABLISHMENT, "existant et actif")
    } else {
        ("autre", UNKNOWN)
    };
    let hectares = (surface / HECTARE_M2).to_string();
    let vocation = vocation(fields);
    let mut cells: Cells = [
        ("pole_id", "sans objet".to_owned()),
        ("site_nom", safe(text(fields, "title").unwrap_or_default())),
        ("site_type", kind.to_owned()),
        ("site_vocadomi", vocation.to_owned()),
        ("site_etat", state.to_owned()),
        ("site_surf_brute", hectares.clone()),
        ("site_surf_utile", hectares.clone()),
        ("site_surf_comm_dispo", hectares),
        ("site_identif_date", day(record.created)),
        ("site_actu_date", day_of(record)),
        (
            "site_description",
            safe(text(fields, "summary").unwrap_or_default()),
        ),
        ("site_comm_nom", town.name.clone()),
        ("site_comm_insee", town.code.clone()),
        ("site_moa_type", UNKNOWN.to_owned()),
    ]
    .into();
    let fibre = match text(fields, "telecom") {
        Some("fibre") => "oui",
        Some(_) => "non",
        None => "",
    };
    cells.insert("reseau_fibre_optique", fibre.to_owned());
    cells
}

fn plot_cells(record: &ExportedRecord, surface: f64) -> Cells {
    let fields = &record.fields;
    let usage = if text(fields, "kind") == Some("premises") {
        "bâti productif"
    } else {
        UNKNOWN
    };
    let is_sold = matches!(
        text(fields, "transfer_mode"),
        None | Some("sale" | "sale_goodwill" | "sale_shares")
    );
    let stage = if is_sold { "en vente" } else { "autre" };
    let mut cells: Cells = [
        ("terr_surf_brute", (surface / HECTARE_M2).to_string()),
        ("terr_utile", "oui".to_owned()),
        ("terr_identif_date", day(record.created)),
        ("terr_actu_date", day_of(record)),
        ("terr_maitrise_fonc", UNKNOWN.to_owned()),
        ("terr_stade_amngt", UNKNOWN.to_owned()),
        ("terr_stade_comm", stage.to_owned()),
        ("terr_etat_occup", UNKNOWN.to_owned()),
        ("terr_usage", usage.to_owned()),
    ]
    .into();
    if let (true, Some(Value::Integer(cents))) = (is_sold, fields.get("price_max")) {
        // An asking price: what a sale brought would stand in `terr_vente_montant`.
        let cents = cents.to_string().parse::<f64>().unwrap_or_default();
        let a_square_metre = (cents / surface).round() / 100.0;
        cells.insert("terr_m2_prix", a_square_metre.to_string());
    }
    cells
}

fn vocation(fields: &Fields) -> &'static str {
    match text(fields, "sector") {
        Some("craft") => "artisanale",
        Some("retail") => "commerciale",
        Some("hospitality") => "touristique",
        Some("industry" | "forestry_wood") => "industrielle",
        Some("services" | "liberal") => "tertiaire",
        Some(_) => "autre",
        None => UNKNOWN,
    }
}

fn safe(text: &str) -> String {
    guard(text).into_owned()
}

/// Six decimals are ten centimetres.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}
