//! Three years of the network's life, as four partners tell them: `demo --sample full`.

use serde_json::{Map, Value, json};

use super::{File, cells};

/// One file of the sample, by who brings it and what it holds.
macro_rules! told {
    ($partner:literal, $collection:literal) => {
        (
            $partner,
            $collection,
            include_str!(concat!(
                "../../../sample/life/",
                $collection,
                "-",
                $partner,
                ".csv"
            )),
        )
    };
}

/// In this order: what is referred to comes first.
const FILES: &[(&str, &str, &str)] = &[
    told!("hub", "agent"),
    told!("hub", "support-offer"),
    told!("hub", "holder"),
    told!("hub", "project"),
    told!("hub", "referral"),
    told!("hub", "need"),
    told!("hub", "activity"),
    told!("hub", "opinion"),
    told!("hub", "durability-check"),
    told!("hub", "satisfaction"),
    told!("hub", "cost-entry"),
    told!("hub", "meeting"),
    told!("hub", "decision"),
    told!("hub", "improvement"),
    told!("hub", "action"),
    told!("hub", "training"),
    told!("hub", "objective"),
    told!("hub", "news"),
    told!("cci", "holder"),
    told!("cci", "project"),
    told!("cci", "referral"),
    told!("cci", "need"),
    told!("cci", "activity"),
    told!("cci", "opinion"),
    told!("cci", "durability-check"),
    told!("cci", "satisfaction"),
    told!("cci", "cost-entry"),
    told!("agriculture", "holder"),
    told!("agriculture", "project"),
    told!("agriculture", "referral"),
    told!("agriculture", "need"),
    told!("agriculture", "activity"),
    told!("agriculture", "opinion"),
    told!("agriculture", "durability-check"),
    told!("agriculture", "satisfaction"),
    told!("agriculture", "cost-entry"),
    told!("epci", "holder"),
    told!("epci", "project"),
    told!("epci", "referral"),
    told!("epci", "need"),
    told!("epci", "activity"),
    told!("epci", "opinion"),
    told!("epci", "durability-check"),
    told!("epci", "satisfaction"),
    told!("epci", "cost-entry"),
];

/// What a partner tells, and how it is brought in.
#[derive(Clone, Debug)]
pub(in crate::demo) enum Told {
    /// People, one by one: who they are is sealed, and files bring in nothing sealed.
    People(Vec<Map<String, Value>>),
    /// The past of referrals.
    Past(File),
    /// Rows as they are.
    Rows(File),
}

/// What the node of this folder tells, in the order in which it can be taken in.
pub(in crate::demo) fn told_by(folder: &str) -> Vec<Told> {
    let mine = FILES.iter().filter(|(partner, ..)| *partner == folder);
    mine.map(|(_, collection, text)| match *collection {
        "holder" => Told::People(people(text)),
        name => {
            let file = File {
                name: "life.csv",
                collection: collection_of(name),
                text: (*text).to_owned(),
            };
            if name == "referral" {
                Told::Past(file)
            } else {
                Told::Rows(file)
            }
        }
    })
    .collect()
}

/// The collection that a file's name says.
fn collection_of(name: &'static str) -> &'static str {
    match name {
        "cost-entry" => "cost_entry",
        "durability-check" => "durability_check",
        "support-offer" => "support_offer",
        other => other,
    }
}

fn people(text: &str) -> Vec<Map<String, Value>> {
    let mut lines = text.lines().map(cells);
    let header = lines.next().unwrap_or_default();
    let row = |row: Vec<String>| {
        let told = header.iter().cloned().zip(row);
        let told = told.filter(|(_, text)| !text.is_empty());
        told.map(|(field, text)| (field, json!(text))).collect()
    };
    lines.map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::place::STRUCTURES;

    #[test]
    fn every_committed_file_is_told_by_a_partner() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sample/life");
        let on_disk = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = on_disk
            .map(|it| it.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        let told = FILES.iter();
        let mut told: Vec<String> = told
            .map(|(partner, collection, _)| format!("{collection}-{partner}.csv"))
            .collect();
        names.sort_unstable();
        told.sort_unstable();
        assert_eq!(names, told);
        let shares = STRUCTURES.map(|it| told_by(it.folder).len());
        assert_eq!(shares.iter().sum::<usize>(), FILES.len());
    }

    #[test]
    fn everybody_in_it_is_said_to_be_an_example() {
        for place in STRUCTURES {
            for told in told_by(place.folder) {
                let Told::People(people) = told else { continue };
                assert!(!people.is_empty());
                for person in people {
                    let name = person["name"].as_str().unwrap();
                    assert!(name.ends_with("(exemple)"), "{name}");
                }
            }
        }
    }
}
