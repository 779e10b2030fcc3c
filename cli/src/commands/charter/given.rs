//! Mandates and pairs as people write them in one argument.

use capactif_node::api::{ApiError, ExitKind};
use serde_json::{Value, json};

/// What stands before themes, and before places.
const THEMES: [&str; 3] = ["theme", "themes", "thème"];
const PLACES: [&str; 3] = ["in", "dans", "territory"];

/// `COLLECTION; RIGHT; HOLDER; theme=A,B; in=C,D`, the last three where they are meant.
pub(super) fn mandate(text: &str) -> Result<Value, ApiError> {
    let bad = || {
        let message = format!("{text} is not a mandate: COLLECTION; RIGHT; HOLDER");
        ApiError::new("mandate_form", ExitKind::Usage, message).with("value", text)
    };
    let mut parts = text.split(';').map(str::trim);
    let (collection, right) = parts.next().zip(parts.next()).ok_or_else(bad)?;
    if collection.is_empty() || right.is_empty() {
        return Err(bad());
    }
    let mut mandate = json!({ "collection": collection, "right": right });
    for part in parts.filter(|part| !part.is_empty()) {
        let key = |keys: [&str; 3]| {
            let (key, list) = part.split_once('=')?;
            let items = || list.split(',').map(str::trim).filter(|it| !it.is_empty());
            keys.contains(&key.trim())
                .then(|| items().collect::<Vec<_>>())
        };
        if let Some(themes) = key(THEMES) {
            mandate["themes"] = json!(themes);
        } else if let Some(places) = key(PLACES) {
            mandate["territory"] = json!(places);
        } else if mandate["holder"].is_null() {
            mandate["holder"] = json!(part);
        } else {
            return Err(bad());
        }
    }
    Ok(mandate)
}

/// `NAME=VALUE`, the name perhaps with signs of its own.
pub(super) fn pair<'t>(text: &'t str, flag: &str) -> Result<(&'t str, &'t str), ApiError> {
    let pair = text
        .rsplit_once('=')
        .map(|(name, value)| (name.trim(), value.trim()));
    let whole = pair.filter(|(name, value)| !name.is_empty() && !value.is_empty());
    whole.ok_or_else(|| {
        let message = format!("{text} has no = between two parts");
        ApiError::new("pair_form", ExitKind::Usage, message)
            .with("value", text)
            .with("flag", flag)
    })
}

/// `NODE=SEQ`, or `NODE=SEQ@NUMBER` for a version below.
pub(super) fn head(text: &str) -> Result<Value, ApiError> {
    let (node, place) = pair(text, "--head")?;
    let (seq, version) = match place.split_once('@') {
        Some((seq, version)) => (seq, Some(version)),
        None => (place, None),
    };
    let bad = |_| {
        let message = format!("{text} does not say NODE=NUMBER");
        ApiError::new("head_form", ExitKind::Usage, message).with("value", text)
    };
    let seq: u64 = seq.parse().map_err(bad)?;
    let version: Option<u32> = version.map(str::parse).transpose().map_err(bad)?;
    Ok(json!({ "node": node, "seq": seq, "version": version }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mandate_is_read_whatever_its_spaces_and_the_order_of_its_limits() {
        let read =
            mandate("opportunity; create;CCI du Puy-de-Dôme; in=Ambert, 63 ;theme = premises");
        assert_eq!(
            read.unwrap(),
            json!({ "collection": "opportunity", "right": "create", "holder": "CCI du Puy-de-Dôme",
                    "territory": ["Ambert", "63"], "themes": ["premises"] })
        );
        assert_eq!(
            mandate("project; create; kind=cci").unwrap(),
            json!({ "collection": "project", "right": "create", "holder": "kind=cci" })
        );
        assert_eq!(
            mandate("project;create").unwrap(),
            json!({ "collection": "project", "right": "create" })
        );
        for wrong in ["", "project", "project;", ";create", "a;b;c;d"] {
            assert_eq!(mandate(wrong).unwrap_err().code, "mandate_form", "{wrong}");
        }
    }

    #[test]
    fn heads_and_pairs_say_what_is_missing() {
        assert_eq!(
            head("3f9a=12").unwrap(),
            json!({ "node": "3f9a", "seq": 12, "version": null })
        );
        assert_eq!(head("CCI=0@4").unwrap()["version"], 4);
        assert_eq!(head("CCI=x").unwrap_err().code, "head_form");
        assert_eq!(head("CCI").unwrap_err().code, "pair_form");
        assert_eq!(pair("A=B=c", "--x").unwrap(), ("A=B", "c"));
        assert_eq!(pair("=c", "--x").unwrap_err().code, "pair_form");
    }
}
