//! Published forms are told apart, and land where they belong.

use serde_json::json;

use super::*;
use crate::exchange::{ColumnTarget, FileError, ImportedRow, Options, Report, Schema, preview};
use crate::registry::collections::local_service::LOCAL_SERVICE;
use crate::registry::collections::opportunity::OPPORTUNITY;
use crate::registry::collections::structure::STRUCTURE;
use crate::registry::context::fixture::context;
use crate::registry::{Field, Value, parse_value};

fn read(
    collection: &'static Collection,
    name: &str,
    text: &str,
) -> Result<(Vec<ImportedRow>, Report), FileError> {
    let labels = |field: &'static Field| vec![field.name.to_owned()];
    let parse = |field: &'static Field, text: &str| match parse_value(field, text, &context()) {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code() == "empty" => Ok(None),
        Err(error) => Err(crate::exchange::CellError {
            code: error.code(),
            args: error.args(),
            message: error.to_string(),
        }),
    };
    let schema = Schema::new(collection, &labels, &parse, &[]);
    let _: Option<ColumnTarget> = schema.target("name");
    preview(text.as_bytes(), name, &schema, &Options::default(), 100)
}

fn text(row: &ImportedRow, name: &str) -> String {
    match row.fields.get(name) {
        Some(Value::Text(text)) => text.clone(),
        other => format!("{other:?}"),
    }
}

#[test]
fn a_list_of_data_inclusion_lands_with_its_reference() {
    let list = json!([
        {"source": "dora", "id": "dora--42", "nom": "Chambre d’agriculture 63", "date_maj": "2026-01-02",
         "code_insee": "63003", "telephone": "04 73 82 00 00", "reseaux_porteurs": ["chambres-consulaires"],
         "siret": "wrong"},
        {"source": "dora", "id": "dora--43", "nom": "ADIE", "date_maj": "2026-01-02",
         "code_insee": null, "commune": "Lyon", "reseaux_porteurs": ["adie"], "labels": ["x"]},
        {"source": "dora", "nom": "Sans identité", "date_maj": "2026-01-02"}
    ]);
    let pretty = serde_json::to_string_pretty(&list).unwrap();
    let (rows, report) = read(&STRUCTURE, "structures.json", &pretty).unwrap();
    assert_eq!(report.detected.standard, Some(Standard::DataInclusion));
    let [row] = rows.as_slice() else {
        panic!("{rows:?}")
    };
    let reference = ("dora".to_owned(), "43".to_owned());
    assert_eq!(row.reference, Some(reference.clone()));
    assert_eq!(text(row, "kind"), "lender");
    assert_eq!(text(row, "insee_code"), "69123");
    assert_eq!(row.only_new, ["kind"]);
    assert_eq!(row.id.as_deref(), Some("43"));
    let told: Vec<_> = report
        .errors
        .iter()
        .map(|error| (error.line, error.header.as_deref(), error.code))
        .collect();
    assert_eq!(
        told,
        [
            (2, Some("siret"), report.errors[0].code),
            (28, Some("id"), "missing_value")
        ]
    );
    // A bad row that tells its reference is listed all the same; one that does not is counted.
    let bad = ("dora".to_owned(), "42".to_owned());
    assert_eq!(report.references, [reference, bad].into());
    assert_eq!(report.nameless_rows, 1);
}

#[test]
fn what_does_not_fit_the_collection_is_refused_whole_or_row_by_row() {
    let one = r#"[{"source":"dora","id":"dora--1","nom":"Service","date_maj":"2026-01-02","structure_id":"dora--2"}]"#;
    let (rows, report) = read(&STRUCTURE, "a.json", one).unwrap();
    assert_eq!((rows.len(), report.errors[0].code), (0, "other_collection"));
    let error = read(&OPPORTUNITY, "a.json", one).unwrap_err();
    assert_eq!(error.code(), "standard_elsewhere");
}

#[test]
fn a_newer_version_is_refused_before_and_after_its_records() {
    let item = r#"{"id":"01234567-89ab-4def-8123-456789abcdef","name":"Mairie","description":"x","phones":[]}"#;
    let before = format!("{{\"version\": \"4.0\", \"contents\": [{item}]}}");
    let error = read(&STRUCTURE, "a.json", &before).unwrap_err();
    assert_eq!(error.code(), "newer_standard");
    let after = format!("{{\"contents\": [\n{item}], \"version\": \"4.0\"}}");
    let (rows, report) = read(&STRUCTURE, "a.json", &after).unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(report.stopped.unwrap().code(), "newer_standard");
    let same = after.replace("4.0", "3.1");
    assert!(
        read(&STRUCTURE, "a.json", &same)
            .unwrap()
            .1
            .stopped
            .is_none()
    );
}

#[test]
fn an_organization_of_hsds_alone_in_its_file_lands() {
    let object = json!({
        "id": "01234567-89ab-4def-8123-456789abcdef",
        "name": "Initiative",
        "description": "Prêts d’honneur",
        "phones": [{"id": "x", "number": "04 73 82 00 00"}],
        "locations": [{"id": "y", "location_type": "physical", "addresses":
            [{"address_1": "1 rue", "city": "Ambert", "postal_code": "63600"}]}],
        "organization_identifiers": [{"identifier_type": "SIRET", "identifier": "13003013300016"}],
        "attributes": [{"id": "z", "link_type": "capactif:networks", "value": "PFIL"},
                       {"id": "z", "link_type": "capactif:seller_name", "value": "Jeanne"}]
    });
    let pretty = serde_json::to_string_pretty(&object).unwrap();
    let (rows, report) = read(&STRUCTURE, "one.json", &pretty).unwrap();
    assert_eq!(report.detected.standard, Some(Standard::Hsds));
    let row = rows.first().unwrap_or_else(|| panic!("{report:?}"));
    assert_eq!(text(row, "insee_code"), "63003");
    assert_eq!(text(row, "address"), "1 rue");
    assert_eq!(text(row, "phone"), "+33473820000");
    assert_eq!(
        row.fields["networks"],
        Value::Set(["PFIL".to_owned()].into())
    );
    assert_eq!(text(row, "kind"), "other");
}

#[test]
fn geojson_lands_by_its_property_names_and_its_exact_point() {
    let collection = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": 7, "geometry": {"type": "Point", "coordinates": [3.74, 45.55]},
         "properties": {"kind": "land", "title": "Pré", "insee_code": "63003", "fid": 3}},
        {"type": "Feature", "id": 8, "geometry": {"type": "Point", "coordinates": [3.74, 45.55]},
         "properties": {"kind": "land", "title": "Bois", "insee_code": "63003",
                        "geometry_precision": "commune"}},
        {"type": "Feature", "id": 9, "geometry": {"type": "Point", "coordinates": [200.5, 95.0]},
         "properties": {"kind": "land", "title": "Loin", "insee_code": "63003"}},
        {"type": "Feature", "geometry": null}
    ]});
    let (rows, report) = read(&OPPORTUNITY, "a.geojson", &collection.to_string()).unwrap();
    assert_eq!(report.detected.standard, Some(Standard::GeoJson));
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].fields["latitude"], Value::Decimal(45.55));
    assert_eq!(text(&rows[0], "source_id"), "7");
    assert!(!rows[1].fields.contains_key("latitude"));
    let told: Vec<_> = report
        .errors
        .iter()
        .map(|error| (error.header.as_deref(), error.code))
        .collect();
    assert_eq!(
        told,
        [
            (Some("geometry/coordinates/1"), "out_of_bounds"),
            (Some("geometry/coordinates/0"), "out_of_bounds"),
            (Some("properties"), "missing_value"),
        ]
    );
}

#[test]
fn sites_and_plots_land_in_square_metres() {
    let sites = "site_id;site_nom;site_type;site_surf_utile;site_comm_insee;site_actu_date\n\
                 63003_SITE-ECO_1;ZA du Chalet;zone d'activité économique;37,25;63003;2026-01-02\n\
                 63003_SITE-ECO_2;Atelier;établissement économique isolé;0.0123;63003;demain\n";
    let (rows, report) = read(&OPPORTUNITY, "sites.csv", sites).unwrap();
    assert_eq!(report.detected.standard, Some(Standard::SiteEco));
    assert_eq!(rows[0].fields["surface_m2"], Value::Decimal(372_500.0));
    assert_eq!(text(&rows[0], "kind"), "land");
    assert_eq!(rows[0].id.as_deref(), Some("1"));
    assert_eq!(report.errors[0].line, 3);
    assert_eq!(report.errors[0].header.as_deref(), Some("site_actu_date"));
    let plots = "terr_id;site_id;terr_surf_brute\n63003_TERRAIN-ECO_7;x;9.9\n";
    let (rows, _) = read(&OPPORTUNITY, "plots.csv", plots).unwrap();
    assert_eq!(text(&rows[0], "insee_code"), "63003");
    assert_eq!(text(&rows[0], "title"), "Terrain 63003_TERRAIN-ECO_7");
    assert_eq!(rows[0].fields["surface_m2"], Value::Decimal(99_000.0));
}

#[test]
fn services_get_a_theme_only_where_one_is_said() {
    let object = |theme: &str| {
        let item = json!({"id": "dora--1", "source": "dora", "nom": "Bus à la demande",
            "structure_id": "dora--2", "thematiques": [theme], "date_maj": "2026-01-02"});
        let landed = Standard::DataInclusion
            .land(&LOCAL_SERVICE, item.as_object().unwrap())
            .unwrap();
        landed
            .cells
            .iter()
            .find(|cell| cell.field == "theme")
            .map(|cell| cell.value.clone())
    };
    assert_eq!(
        object("mobilite--preparer-un-permis"),
        Some(json!("transport"))
    );
    assert_eq!(object("souvrir-a-linternational--x"), None);
}
