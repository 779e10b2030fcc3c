//! The public API described, in the form of OpenAPI 3.1.

use serde_json::{Map, Value, json};

use crate::portal::visit::Visit;
use crate::registry::{Field, FieldKind, Visibility, find_collection, find_field};

use super::{BASE, MOST_PER_PAGE, PER_PAGE};

/// The whole description.
pub(super) fn interface(visit: &Visit) -> Value {
    let portal = &visit.portal;
    let list = |what: &str, item: &str, filters: Vec<Value>| {
        let mut parameters = filters;
        parameters.push(number("page", "Which page, from 1.", 1, 100_000));
        let most = i64::try_from(MOST_PER_PAGE).unwrap_or(i64::MAX);
        let usual = format!("How many on a page; {PER_PAGE} where nothing is asked.");
        parameters.push(number("per_page", &usual, 1, most));
        let items = json!({ "type": "array", "items": refers(item) });
        let schema = json!({
            "type": "object",
            "required": ["page", "pages", "total", "items"],
            "properties": {
                "page": { "type": "integer" },
                "pages": { "type": "integer" },
                "total": { "type": "integer" },
                "items": items,
            },
        });
        json!({ "get": { "summary": what, "parameters": parameters, "responses": answers(schema) } })
    };
    let id = json!({
        "name": "id", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
    });
    let one = json!({ "get": {
        "summary": "One opportunity; 410 once it is no longer on offer.",
        "parameters": [id],
        "responses": answers(refers("Opportunity")),
    } });
    let paths = json!({
        (format!("{BASE}/opportunities")): list("Opportunities on offer, the best fitting first.", "Opportunity", filters()),
        (format!("{BASE}/opportunities/{{id}}")): one,
        (format!("{BASE}/structures")): list("The structures of the network.", "Structure", Vec::new()),
        (format!("{BASE}/services")): list("Services to the people of the territory.", "Service", Vec::new()),
        (format!("{BASE}/communes")): list("The communes of the territory.", "Commune", Vec::new()),
    });
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": portal.member.network_name(),
            "description": "What the portal shows, for programs: read-only, without an account. Identifiers are stable. Amounts are cents of a euro.",
            "version": "1",
            "license": { "name": "Licence Ouverte 2.0", "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/" },
        },
        "servers": [{ "url": portal.site.address_of("") }],
        "paths": paths,
        "components": { "schemas": {
            "Opportunity": schema("opportunity", &[("good_until", "date"), ("url", "uri"), ("epci", "string")]),
            "Structure": schema("structure", &[]),
            "Service": schema("local_service", &[]),
            "Commune": { "type": "object", "properties": {
                "code": { "type": "string" }, "name": { "type": "string" }, "department": { "type": "string" },
                "epci": { "type": "string" }, "postal_codes": { "type": "array", "items": { "type": "string" } },
                "population": { "type": "integer" }, "latitude": { "type": "number" }, "longitude": { "type": "number" },
            } },
            "Problem": { "type": "object", "properties": { "status": { "type": "integer" }, "title": { "type": "string" } } },
        } },
    })
}

fn refers(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn answers(schema: Value) -> Value {
    let problem = json!({
        "description": "What is wrong (RFC 9457).",
        "content": { "application/problem+json": { "schema": refers("Problem") } },
    });
    json!({
        "200": { "description": "As asked.", "content": { "application/json": { "schema": schema } } },
        "304": { "description": "The same as when the tag in If-None-Match was given." },
        "default": problem,
    })
}

fn number(name: &str, what: &str, least: i64, most: i64) -> Value {
    json!({
        "name": name, "in": "query", "description": what,
        "schema": { "type": "integer", "minimum": least, "maximum": most },
    })
}

/// The filters of the list of opportunities.
fn filters() -> Vec<Value> {
    let text = |name: &str, what: &str| json!({ "name": name, "in": "query", "description": what, "schema": { "type": "string" } });
    let codes = |name: &str| {
        let items = find_field("opportunity", name).map_or(Value::Null, kind_of);
        json!({ "name": name, "in": "query", "explode": true, "schema": { "type": "array", "items": items } })
    };
    vec![
        text("q", "Words, or a trade."),
        codes("kind"),
        codes("sector"),
        text("place", "Around this commune or intercommunality."),
        text(
            "km",
            "How far around it, from 1 to 200; 20 where nothing is asked.",
        ),
        text("budget", "The highest price, in euros."),
        text("surface", "The least surface, in square metres."),
    ]
}

/// The public fields of a collection, and what is computed of its records.
fn schema(collection: &str, computed: &[(&str, &str)]) -> Value {
    let mut properties = Map::new();
    properties.insert("id".to_owned(), json!({ "type": "string" }));
    let declared = find_collection(collection)
        .map(|it| it.fields)
        .unwrap_or_default();
    let public = declared
        .iter()
        .filter(|field| field.visibility == Visibility::Public && field.kind != FieldKind::Derived);
    properties.extend(public.map(|field| (field.json_name().into_owned(), kind_of(field))));
    let owner = json!({ "type": "string", "description": "the structure that answers for it" });
    properties.insert("owner".to_owned(), owner);
    for (name, format) in computed {
        let mut kind = json!({ "type": "string" });
        if *format != "string" {
            kind["format"] = (*format).into();
        }
        properties.insert((*name).to_owned(), kind);
    }
    json!({ "type": "object", "required": ["id"], "properties": properties })
}

fn kind_of(field: &Field) -> Value {
    match field.kind {
        FieldKind::Enum(codes) => json!({ "type": "string", "enum": codes }),
        FieldKind::Cents => json!({ "type": "integer", "description": "cents of a euro" }),
        FieldKind::Integer(..) => json!({ "type": "integer" }),
        FieldKind::Decimal | FieldKind::Degrees(..) => json!({ "type": "number" }),
        FieldKind::Flag => json!({ "type": "boolean" }),
        FieldKind::EnumList(codes) => {
            json!({ "type": "array", "items": { "type": "string", "enum": codes } })
        }
        FieldKind::TextList | FieldKind::ZoneList | FieldKind::NafList | FieldKind::RefList(_) => {
            json!({ "type": "array", "items": { "type": "string" } })
        }
        FieldKind::Url => json!({ "type": "string", "format": "uri" }),
        _ => json!({ "type": "string" }),
    }
}
