//! The small files of a home that people may edit, and the mapping of an import.

use std::path::Path;

use capactif_node::exchange::Mapping;
use capactif_node::home::config::Config;
use capactif_node::home::invitations::Invitation;
use capactif_node::home::membership::Membership;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The first byte says which file the others are.
pub(super) fn settings(bytes: &[u8]) -> bool {
    let Some((kind, bytes)) = bytes.split_first() else {
        return false;
    };
    let path = Path::new("config.json");
    match kind % 4 {
        0 => {
            let Ok(config) = Config::parse(path, bytes) else {
                return false;
            };
            let written = serde_json::to_vec(&config).expect("plain fields always serialise");
            let again = Config::parse(path, &written).expect("what is written can be read");
            assert_eq!(again, config);
            true
        }
        1 => comes_back::<Vec<Invitation>>(bytes),
        2 => comes_back::<Membership>(bytes),
        _ => {
            let Ok(mapping) = Mapping::from_json(bytes) else {
                return false;
            };
            let written = serde_json::to_vec(&mapping).expect("plain fields always serialise");
            assert_eq!(Mapping::from_json(&written).ok(), Some(mapping));
            true
        }
    }
}

fn comes_back<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(bytes: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<T>(bytes) else {
        return false;
    };
    let written = serde_json::to_vec(&value).expect("plain fields always serialise");
    let again: T = serde_json::from_slice(&written).expect("what is written can be read");
    assert_eq!(again, value);
    true
}

pub(super) fn seeds() -> Vec<Vec<u8>> {
    let id = "5".repeat(64);
    let texts = [
        (0, "{}".to_owned()),
        (
            0,
            r#"{"listen":["[::]:4433","0.0.0.0:9"],"peers":[{"address":"hub.example:7630","node":null}],
                "public_addresses":["hub.example:1"],"api":"127.0.0.1:0","discovery":false,"lang":"fr"}"#
                .to_owned(),
        ),
        (
            1,
            format!(
                r#"[{{"secret":"0606","purpose":"structure","structure":"CCI","kind":"cci","charter":"{id}",
                "created":1,"expires":2,"used_by":"{id}"}},{{"secret":"","purpose":"device","charter":"{id}",
                "created":1,"expires":18446744073709551615}}]"#
            ),
        ),
        (
            2,
            format!(
                r#"{{"network":"{id}","name":"Livradois-Forez","structure":"{id}","structure_name":"Parc",
                "charter":"{id}","charter_number":4}}"#
            ),
        ),
        (
            3,
            r#"{"columns":{"Loyer HC":"rent_monthly","Notes":null},"defaults":{"status":"to_check"},
                "source":"agency"}"#
                .to_owned(),
        ),
    ];
    let seeds = texts.map(|(kind, text)| [&[kind], text.as_bytes()].concat());
    seeds.to_vec()
}
