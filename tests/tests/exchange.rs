//! What goes out is what the published schemas describe, and comes back without changing anything.
//!
//! The schemas are unchanged copies in `tests/schemas`; its README says whose they are.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use capactif_node::api::{ApiError, Service};
use capactif_node::home::Home;
use capactif_node::node::Node;
use data_encoding::BASE64;
use jsonschema::{Retrieve, Uri, Validator};
use serde_json::{Value, json};

/// A network of one structure, over a home that goes away with it.
struct Registry {
    node: Node,
    _folder: tempfile::TempDir,
}

impl Registry {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let home = Home::create(folder.path()).expect("the folder is ours");
        let node = Node::open(home.lock(Duration::ZERO).expect("nobody else knows it"))
            .expect("an empty home opens");
        let registry = Self {
            node,
            _folder: folder,
        };
        let founded = json!({ "name": "Réseau d’essai", "structure": "Parc", "kind": "park" });
        registry.call("network.found", founded);
        registry
    }

    fn ask(&self, operation: &str, input: Value) -> Result<Value, ApiError> {
        self.node.call(operation, input, &mut |_| {})
    }

    fn call(&self, operation: &str, input: Value) -> Value {
        let answer = self.ask(operation, input);
        answer.unwrap_or_else(|error| panic!("{operation}: {error:?}"))
    }

    fn add(&self, collection: &str, fields: Value) -> String {
        let added = self.call(
            "record.add",
            json!({ "collection": collection, "fields": fields }),
        );
        added["id"].as_str().expect("an identity").to_owned()
    }

    fn export(&self, collection: &str, format: &str) -> (Vec<u8>, Value) {
        let mut answer = self.call(
            "export",
            json!({ "collection": collection, "format": format }),
        );
        let content = answer["content_base64"].take();
        let content = content.as_str().expect("some content").as_bytes();
        (BASE64.decode(content).expect("base64"), answer)
    }

    fn json(&self, collection: &str, format: &str) -> Value {
        let (bytes, _) = self.export(collection, format);
        serde_json::from_slice(&bytes).expect("the export is JSON")
    }

    fn import(&self, collection: &str, name: &str, bytes: &[u8], more: &Value) -> Value {
        let mut input = json!({
            "collection": collection,
            "name": name,
            "content_base64": BASE64.encode(bytes),
        });
        let input_fields = input.as_object_mut().expect("an object");
        input_fields.extend(more.as_object().cloned().unwrap_or_default());
        self.call("import", input)
    }

    /// The sample's structures and services, and a record of each kind that the sample lacks.
    fn filled() -> Self {
        let registry = Self::new();
        for (name, collection) in [
            ("structures.csv", "structure"),
            ("local-services-epci.csv", "local_service"),
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cli/sample");
            let bytes = fs::read(path.join(name)).expect("the sample is in the repository");
            let imported = registry.import(collection, name, &bytes, &json!({}));
            assert_eq!(imported["errors"], json!([]), "{name}");
        }
        registry.add(
            "support_offer",
            json!({ "name": "Prêt d’honneur", "themes": ["honour_loan", "loan"],
                "service_area": ["epci:200070761", "dept:63", "insee:63003"],
                "conditions": "Avoir un projet ; =habiter ici.", "amount_max": 30000,
                "valid_until": "2099-12-31" }),
        );
        registry.add("support_offer", json!({ "name": "Écoute" }));
        registry.add(
            "support_offer",
            json!({ "name": "Prime d’hier", "valid_until": "2020-01-01" }),
        );
        registry
    }

    /// An opportunity on offer that was verified just now.
    fn offer(&self, fields: Value) -> String {
        let id = self.add("opportunity", fields);
        self.call("opportunity.verify", json!({ "ids": [id] }));
        id
    }
}

fn schemas(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("schemas")
        .join(folder)
}

/// Schemas of one folder, by file name, and nothing from anywhere else.
struct Folder(PathBuf);

impl Folder {
    fn schema(&self, name: &str) -> Value {
        let text = fs::read_to_string(self.0.join(name)).expect("a schema of the repository");
        serde_json::from_str(&text).expect("a schema is JSON")
    }

    fn validator(self, name: &str) -> Validator {
        let schema = self.schema(name);
        jsonschema::options()
            .with_base_uri(format!("schema:///{name}"))
            .with_retriever(self)
            .should_validate_formats(true)
            .build(&schema)
            .expect("a published schema is one")
    }
}

impl Retrieve for Folder {
    fn retrieve(
        &self,
        uri: &Uri<String>,
    ) -> Result<Value, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.schema(uri.path().as_str().trim_start_matches('/')))
    }
}

#[track_caller]
fn check(validator: &Validator, item: &Value) {
    let errors: Vec<String> = validator
        .iter_errors(item)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{item:#}");
}

#[test]
fn structures_and_services_are_what_data_inclusion_describes() {
    let registry = Registry::filled();
    for (collection, schema) in [
        ("structure", "structure.json"),
        ("support_offer", "service.json"),
        ("local_service", "service.json"),
    ] {
        let validator = Folder(schemas("data-inclusion-v1")).validator(schema);
        let list = registry.json(collection, "data-inclusion");
        let items = list.as_array().expect("a list");
        assert!(!items.is_empty(), "{collection}");
        for item in items {
            check(&validator, item);
            let id = item["id"].as_str().expect("an id");
            assert!(id.starts_with("reseau-d-essai--"), "{id}");
            assert_eq!(item.get("contact_nom_prenom"), None);
        }
    }
    let (_, told) = registry.export("support_offer", "data-inclusion");
    assert_eq!(told["records"], 2);
    assert_eq!(told["left_out"][0]["code"], "no_longer_valid");
    let offers = registry.json("support_offer", "data-inclusion");
    assert_eq!(offers[0]["type"], "aide-financiere");
    assert_eq!(
        offers[0]["zone_eligibilite"],
        json!(["63", "200070761", "63003"])
    );
    // A service belongs to a structure that is in the other list.
    let structures = registry.json("structure", "data-inclusion");
    let ids: Vec<&Value> = structures
        .as_array()
        .expect("a list")
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert!(ids.contains(&&offers[0]["structure_id"]), "{ids:?}");
}

#[test]
fn structures_and_services_are_what_hsds_describes() {
    let registry = Registry::filled();
    for (collection, schema) in [
        ("structure", "organization.json"),
        ("support_offer", "service.json"),
        ("local_service", "service.json"),
    ] {
        let validator = Folder(schemas("hsds-3.0")).validator(schema);
        let page = registry.json(collection, "hsds");
        let items = page["contents"].as_array().expect("a page");
        assert_eq!(page["total_items"], items.len());
        assert!(!items.is_empty(), "{collection}");
        for item in items {
            check(&validator, item);
        }
    }
    let page = registry.json("support_offer", "hsds");
    let statuses: Vec<&str> = page["contents"]
        .as_array()
        .expect("a page")
        .iter()
        .filter_map(|item| item["status"].as_str())
        .collect();
    assert_eq!(statuses, ["active", "active", "inactive"]);
}

#[test]
fn a_broken_export_would_be_noticed() {
    let validator = Folder(schemas("hsds-3.0")).validator("service.json");
    let good = json!({ "id": "01234567-89ab-8def-8123-456789abcdef", "name": "x", "status": "active",
        "phones": [{ "id": "01234567-89ab-8def-8123-456789abcdef", "number": "1" }] });
    check(&validator, &good);
    let mut bad = good.clone();
    bad["phones"][0]["id"] = json!("no uuid");
    assert!(!validator.is_valid(&bad), "nested schemas are not followed");
    let mut bad = good;
    bad["status"] = json!("aktiv");
    assert!(!validator.is_valid(&bad));
}

/// Checks a CSV file against a Table Schema: columns and their order, what is required, types,
/// choices.
fn check_table(schema: &Value, bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(';').collect();
    let fields = schema["fields"].as_array().expect("fields");
    let names: Vec<&str> = fields.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!(header, names);
    let mut rows = Vec::new();
    for line in lines {
        let cells = split(line);
        assert_eq!(cells.len(), names.len(), "{line}");
        for (field, cell) in fields.iter().zip(&cells) {
            check_cell(field, cell);
        }
        let named = names.iter().map(|it| (*it).to_owned()).zip(cells);
        rows.push(named.collect());
    }
    rows
}

fn check_cell(field: &Value, cell: &str) {
    let name = &field["name"];
    let constraints = &field["constraints"];
    if cell.is_empty() {
        assert_ne!(constraints["required"], json!(true), "{name} is empty");
        return;
    }
    let choices = field.get("enum").or_else(|| constraints.get("enum"));
    if let Some(choices) = choices.and_then(Value::as_array) {
        assert!(choices.contains(&json!(cell)), "{name}: {cell}");
    }
    match field["type"].as_str() {
        Some("number") => assert!(cell.parse::<f64>().is_ok(), "{name}: {cell}"),
        Some("date") => {
            let day = cell.parse::<jiff::civil::Date>();
            assert!(day.is_ok() || cell.len() == 4, "{name}: {cell}");
        }
        Some("geojson") => {
            let shape: Value = serde_json::from_str(cell).expect("GeoJSON");
            assert_eq!(shape["type"], "Point");
        }
        Some("geopoint") => {
            let parts: Vec<&str> = cell.split(", ").collect();
            assert_eq!(parts.len(), 2, "{cell}");
        }
        _ => {}
    }
}

/// The cells of a line without line ends in them.
fn split(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

fn table_schema(name: &str) -> Value {
    Folder(schemas("cnig-sites-economiques")).schema(name)
}

fn offers(registry: &Registry) {
    registry.offer(
        json!({ "kind": "premises", "title": "=Atelier; bois", "insee_code": "63003",
        "status": "published", "surface_m2": 120.5, "telecom": "fibre", "sector": "craft",
        "price_max": 90000, "latitude": 45.549_123_456, "longitude": 3.742, "address": "1 rue Secrète",
        "location_precision": "exact", "summary": "Grand « volume »" }),
    );
    registry.offer(
        json!({ "kind": "land", "title": "Pré de la gare", "insee_code": "63430",
        "status": "published", "surface_m2": 4000, "transfer_mode": "rent" }),
    );
    registry.offer(
        json!({ "kind": "land", "title": "Sans surface", "insee_code": "63430",
        "status": "published" }),
    );
    registry.offer(
        json!({ "kind": "premises", "title": "Discret", "insee_code": "63003",
        "status": "published", "surface_m2": 10, "location_precision": "epci" }),
    );
    registry.offer(
        json!({ "kind": "housing", "title": "Maison", "insee_code": "63003",
        "status": "published" }),
    );
    registry.add(
        "opportunity",
        json!({ "kind": "premises", "title": "Brouillon", "insee_code": "63003",
            "surface_m2": 10 }),
    );
}

fn left_out(told: &Value) -> BTreeMap<String, String> {
    let list = told["left_out"].as_array().expect("a list");
    list.iter()
        .map(|it| {
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            (text(&it["code"]), text(&it["args"]["count"]))
        })
        .collect()
}

#[test]
fn premises_and_land_are_what_cnig_describes() {
    let registry = Registry::new();
    offers(&registry);
    let (bytes, told) = registry.export("opportunity", "cnig-site");
    let rows = check_table(&table_schema("site-eco.schema.json"), &bytes);
    assert_eq!(rows.len(), 2, "{rows:#?}");
    assert_eq!(rows[0]["site_nom"], "'=Atelier; bois");
    assert_eq!(rows[0]["site_surf_brute"], "0.01205");
    assert_eq!(rows[0]["site_vocadomi"], "artisanale");
    assert_eq!(rows[0]["site_geompoint"], "3.742, 45.549123");
    let expected = [
        ("no_place", "1"),
        ("no_surface", "1"),
        ("not_offered", "1"),
        ("other_kind", "1"),
    ];
    let expected = expected.map(|(code, count)| (code.to_owned(), count.to_owned()));
    assert_eq!(left_out(&told), expected.into());
    let (bytes, _) = registry.export("opportunity", "cnig-terrain");
    let plots = check_table(&table_schema("terrain-eco.schema.json"), &bytes);
    assert_eq!(plots[0]["site_id"], rows[0]["site_id"]);
    assert_eq!(plots[0]["terr_m2_prix"], "746.89");
    assert_eq!(plots[1]["terr_stade_comm"], "autre");
}

#[test]
fn what_comes_back_changes_nothing() {
    let registry = Registry::filled();
    offers(&registry);
    let everywhere = [
        ("structure", "data-inclusion"),
        ("structure", "hsds"),
        ("structure", "csv"),
        ("structure", "jsonl"),
        ("support_offer", "data-inclusion"),
        ("support_offer", "hsds"),
        ("support_offer", "csv"),
        ("local_service", "data-inclusion"),
        ("local_service", "hsds"),
        ("local_service", "geojson"),
        ("opportunity", "cnig-site"),
        ("opportunity", "cnig-terrain"),
        ("opportunity", "geojson"),
        ("opportunity", "csv"),
        ("opportunity", "jsonl"),
    ];
    let digest = || registry.call("status", json!({}))["view_digest"].clone();
    let before = digest();
    for (collection, format) in everywhere {
        let (bytes, told) = registry.export(collection, format);
        let again = registry.import(collection, "again", &bytes, &json!({}));
        let place = format!("{collection} as {format}: {again:#}");
        assert_eq!(again["errors"], json!([]), "{place}");
        assert_eq!(again["unchanged"], told["records"], "{place}");
        assert!(again["unchanged"].as_u64() > Some(0), "{place}");
        assert_eq!(
            (&again["created"], &again["updated"]),
            (&json!(0), &json!(0))
        );
    }
    assert_eq!(digest(), before);
}

#[test]
fn another_network_takes_what_this_one_publishes_and_takes_it_once() {
    let (here, there) = (Registry::filled(), Registry::new());
    for collection in ["structure", "support_offer", "local_service"] {
        for format in ["data-inclusion", "hsds"] {
            let (bytes, told) = here.export(collection, format);
            let mapping = json!({ "mapping": { "defaults": { "theme": "shops" } } });
            let more = if collection == "local_service" {
                mapping
            } else {
                json!({})
            };
            let first = there.import(collection, "x.json", &bytes, &more);
            assert_eq!(first["errors"], json!([]), "{collection} {format}");
            assert_eq!(
                first["created"], told["records"],
                "{collection} {format}: {first}"
            );
            let second = there.import(collection, "x.json", &bytes, &more);
            assert_eq!(
                second["unchanged"], told["records"],
                "{collection} {format}: {second}"
            );
        }
    }
    // The support offers found their structure, which came before them.
    let (bytes, _) = there.export("support_offer", "jsonl");
    let first: Value = serde_json::from_slice(
        bytes
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default(),
    )
    .expect("a line of JSON");
    let structure = there.call(
        "record.show",
        json!({ "collection": "structure", "id": first["structure"] }),
    );
    assert!(structure.to_string().contains("\"Parc\""), "{structure:#}");
}

#[test]
fn the_examples_of_the_standard_are_read() {
    let registry = Registry::new();
    let example =
        |name: &str| fs::read(schemas("cnig-sites-economiques").join(name)).expect("an example");
    // They lie in the Somme, outside the territory: told row by row, by the column's name.
    let sites = registry.import(
        "opportunity",
        "site-eco.csv",
        &example("site-eco.example.csv"),
        &json!({ "dry_run": true }),
    );
    assert_eq!(sites["detected"]["standard"], "CNIG SITE-ECO", "{sites:#}");
    let plots = registry.import(
        "opportunity",
        "terrain-eco.csv",
        &example("terrain-eco.example.csv"),
        &json!({ "dry_run": true }),
    );
    assert_eq!(plots["errors"][0]["code"], "outside_territory", "{plots:#}");
    assert_eq!(plots["errors"][0]["column"], "terr_id");
}

#[test]
fn feeds_and_calendars_are_read_by_other_programs() {
    let registry = Registry::new();
    offers(&registry);
    registry.add(
        "news",
        json!({ "title": "Forum <des> métiers & co", "text": "Le 3 mai.\nEntrée libre." }),
    );
    let (bytes, told) = registry.export("opportunity", "atom");
    let feed = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(told["records"], 5);
    assert_eq!(feed.matches("<entry>").count(), 5);
    assert!(feed.contains("<title>=Atelier; bois</title>"), "{feed}");
    assert!(!feed.contains("Brouillon") && !feed.contains("Secrète"));
    let (bytes, _) = registry.export("news", "atom");
    let feed = String::from_utf8(bytes).expect("UTF-8");
    assert!(
        feed.contains("Forum &lt;des&gt; métiers &amp; co"),
        "{feed}"
    );

    let topic =
        "Accueillir ; écouter, orienter : une journée entière pour les technicien·nes du réseau\\";
    registry.add(
        "training",
        json!({ "topic": topic, "at": "2026-12-03T08:30:00Z", "hours": 3.5 }),
    );
    registry.add("training", json!({ "topic": "Un jour" }));
    let agenda = "Parler de Jeanne";
    registry.add(
        "meeting",
        json!({ "kind": "monthly", "at": "2026-12-04T13:00:00Z", "place": "Maison du Parc, Saint-Gervais",
            "agenda": agenda }),
    );
    let (bytes, told) = registry.export("training", "ics");
    assert_eq!(left_out(&told)["no_time"], "1");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    let calendar: icalendar::Calendar = text.parse().expect("a calendar");
    let events = calendar.components.len();
    assert_eq!(events, 1);
    let event = calendar.components[0].as_event().expect("an event");
    let property = |name: &str| {
        use icalendar::Component;
        event.property_value(name).map(str::to_owned)
    };
    assert_eq!(property("DTSTART").as_deref(), Some("20261203T083000Z"));
    assert_eq!(property("DURATION").as_deref(), Some("PT210M"));
    let summary = property("SUMMARY").expect("a summary");
    let unescaped = summary
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\\\\", "\\");
    assert_eq!(unescaped, topic);
    let (bytes, _) = registry.export("meeting", "ics");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(text.contains("LOCATION:Maison du Parc\\, Saint-Gervais"));
    assert!(!text.contains(agenda));
}

#[test]
fn what_a_source_no_longer_lists_is_marked_and_never_deleted() {
    let registry = Registry::new();
    let list = |ids: &[u32]| {
        let mut text = "kind;title;insee_code;source_id;status\n".to_owned();
        for id in ids {
            text.push_str(&format!("premises;Local {id};63003;{id};published\n"));
        }
        text
    };
    let import = |text: &str, dry: bool| {
        let more = json!({ "source": "agency", "complete": true, "dry_run": dry });
        registry.import("opportunity", "a.csv", text.as_bytes(), &more)
    };
    let first = import(&list(&[1, 2, 3]), false);
    assert_eq!(
        (&first["created"], &first["unlisted"]["marked"]),
        (&json!(3), &json!(0))
    );
    registry.add(
        "opportunity",
        json!({ "kind": "land", "title": "À nous", "insee_code": "63003", "status": "published" }),
    );

    let tried = import(&list(&[1]), true);
    assert_eq!(tried["unlisted"]["marked"], 2);
    assert_eq!(
        import(&list(&[1]), true),
        tried,
        "a dry run changes nothing"
    );
    let marked = import(&list(&[1]), false);
    assert_eq!(marked["unlisted"], tried["unlisted"]);
    assert_eq!(marked["unlisted"]["records"][0]["title"], "Local 2");
    let again = import(&list(&[1]), false);
    assert_eq!(
        (
            &again["unchanged"],
            &again["unlisted"]["marked"],
            &again["unlisted"]["already"]
        ),
        (&json!(1), &json!(0), &json!(2))
    );
    let states = || {
        let (bytes, _) = registry.export("opportunity", "jsonl");
        String::from_utf8(bytes)
            .expect("UTF-8")
            .lines()
            .map(|line| {
                let record: Value = serde_json::from_str(line).expect("JSON");
                let has_mark = record.get("unlisted_on").is_some();
                let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
                (text("title"), text("status"), has_mark)
            })
            .collect::<Vec<_>>()
    };
    let state =
        |title: &str, status: &str, marked: bool| (title.to_owned(), status.to_owned(), marked);
    let mut found = states();
    found.sort();
    assert_eq!(
        found,
        [
            state("Local 1", "published", false),
            state("Local 2", "to_check", true),
            state("Local 3", "to_check", true),
            state("À nous", "published", false),
        ]
    );

    // Listed again, the mark goes; what the list says of its state counts.
    let back = import(&list(&[1, 2]), false);
    assert_eq!((&back["updated"], &back["errors"]), (&json!(1), &json!([])));
    assert!(states().contains(&state("Local 2", "published", false)));

    // A row that cannot be read may be any of them: nothing is marked.
    let unread = format!("{}premises;Trop;63003;2;published;x\n", list(&[1]));
    let skipped = import(&unread, false);
    assert_eq!(skipped["unlisted"]["skipped"], true);
    assert!(states().contains(&state("Local 2", "published", false)));
    // One that tells its reference is listed, wrong as it is.
    let wrong = list(&[1, 2]).replace("Local 2;63003", "Local 2;99999");
    let told = import(&wrong, false);
    assert_eq!(
        (&told["error_count"], &told["unlisted"]["marked"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn complete_is_asked_of_a_source() {
    let registry = Registry::new();
    let input = json!({ "collection": "opportunity", "name": "a.csv", "complete": true,
        "content_base64": BASE64.encode(b"kind;title;insee_code\nland;A;63003\n") });
    let error = registry.ask("import", input.clone()).unwrap_err();
    assert_eq!(error.code, "complete_needs_source");
    let mut other = input;
    other["collection"] = json!("agent");
    other["source"] = json!("x");
    let error = registry.ask("import", other).unwrap_err();
    assert_eq!(error.code, "complete_without_source");
}

#[test]
fn mappings_are_kept_by_name_and_checked_when_they_are() {
    let registry = Registry::new();
    let mapping = json!({ "columns": { "Loyer HC": "rent_monthly", "Ville": "insee_code", "Objet": "title" },
        "defaults": { "kind": "premises" }, "source": "agency" });
    let save = |name: &str, mapping: &Value, collection: Option<&str>| {
        registry.ask(
            "mapping.save",
            json!({ "name": name, "mapping": mapping, "collection": collection }),
        )
    };
    let code = |outcome: Result<Value, ApiError>| outcome.unwrap_err().code;
    assert_eq!(code(save("agences", &mapping, None)), "mapping_collection");
    assert_eq!(
        code(save("Mes agences", &mapping, Some("opportunity"))),
        "mapping_name"
    );
    let wrong = json!({ "columns": { "Loyer": "rent_montly" } });
    let error = save("agences", &wrong, Some("opportunity")).unwrap_err();
    assert_eq!(error.code, "misspelt_mapping_field");
    assert_eq!(error.args["nearest"], "rent_monthly");
    let saved = save("agences", &mapping, Some("opportunity")).expect("it is right");
    assert_eq!(saved["replaced"], false);

    let list = registry.call("mapping.list", json!({}));
    assert_eq!(list["mappings"][0]["name"], "agences");
    assert_eq!(list["mappings"][0]["collection"], "opportunity");
    let rows = "Objet;Ville;Loyer HC;source_id\nAtelier;Ambert;450,50;7\n";
    let named = json!({ "mapping": "agences" });
    let first = registry.import("opportunity", "a.csv", rows.as_bytes(), &named);
    assert_eq!(
        (&first["created"], &first["errors"]),
        (&json!(1), &json!([]))
    );
    let second = registry.import("opportunity", "a.csv", rows.as_bytes(), &named);
    assert_eq!(second["unchanged"], 1);
    let ask = |name: &str| {
        registry.ask(
            "import",
            json!({ "collection": "opportunity", "name": "a.csv", "mapping": name,
                "content_base64": BASE64.encode(rows.as_bytes()) }),
        )
    };
    assert_eq!(code(ask("agence")), "mapping_misspelt");
    assert_eq!(code(ask("../../config")), "mapping_unknown");
    let other = json!({ "collection": "local_service", "name": "a.csv", "mapping": "agences",
        "content_base64": BASE64.encode(rows.as_bytes()) });
    assert_eq!(code(registry.ask("import", other)), "mapping_of_other");
    registry.call("mapping.remove", json!({ "name": "agences" }));
    assert_eq!(code(ask("agences")), "mapping_unknown");
}

#[test]
fn public_files_hold_nothing_of_what_is_among_members() {
    let registry = Registry::new();
    let refused = |collection: &str, format: &str, public: bool| {
        let input = json!({ "collection": collection, "format": format, "public": public });
        registry.ask("export", input).unwrap_err().code
    };
    assert_eq!(refused("holder", "csv", true), "nothing_public");
    assert_eq!(refused("holder", "geojson", false), "nothing_public");
    assert_eq!(refused("meeting", "ics", true), "nothing_public");
    assert_eq!(refused("opportunity", "ics", false), "format_not_for");
    assert_eq!(refused("opportunity", "pdf", false), "unknown_format");
    offers(&registry);
    let input = json!({ "collection": "opportunity", "format": "csv", "public": true });
    let answer = registry.call("export", input);
    let bytes = BASE64
        .decode(
            answer["content_base64"]
                .as_str()
                .unwrap_or_default()
                .as_bytes(),
        )
        .expect("base64");
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert!(
        !text.contains("Secrète") && !text.contains("Brouillon"),
        "{text}"
    );
    assert_eq!(answer["records"], 5);
    assert_eq!(left_out(&answer)["not_offered"], "1");
}
