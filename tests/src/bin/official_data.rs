//! Makes the official tables that the node embeds from the packages that publish them.
//!
//! `official_data communes PACKAGE_FOLDER node/data/france.csv.zst` and
//! `official_data naf PACKAGE_FOLDER node/data/naf.csv`; docs/data.md says which packages, with
//! their licences.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

/// Strong and slow: the table is made once a year and read at every start.
const COMPRESSION_LEVEL: i32 = 19;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, package, output] = arguments.as_slice() else {
        eprintln!("usage: official_data communes|naf PACKAGE_FOLDER OUTPUT");
        return ExitCode::from(2);
    };
    let made = match what.as_str() {
        "communes" => communes(Path::new(package)).and_then(|text| {
            println!(
                "{} lines, {} bytes before compression",
                text.lines().count() - 1,
                text.len()
            );
            Ok(zstd::bulk::compress(text.as_bytes(), COMPRESSION_LEVEL)?)
        }),
        "naf" => naf(Path::new(package)).map(String::into_bytes),
        _ => Err(format!("there is no table `{what}`").into()),
    };
    match made.and_then(|bytes| Ok((bytes.len(), std::fs::write(output, bytes)?))) {
        Ok((length, ())) => {
            println!("{output}: {length} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("failed: {error}");
            ExitCode::FAILURE
        }
    }
}

/// `code;name;department;successor`, sorted by code, today's commune first.
fn communes(package: &Path) -> Result<String, Box<dyn Error>> {
    let listed = array(&package.join("data/communes.json"))?;
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let is_current = |row: &Value| {
        matches!(
            row["type"].as_str(),
            Some("commune-actuelle" | "arrondissement-municipal")
        )
    };

    // (code, former, name) so that today's commune sorts before the former one of the same code.
    let mut rows: BTreeMap<(String, bool, String), (String, String)> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for row in &listed {
        let (code, name, department) = (
            text(row, "code"),
            text(row, "nom"),
            text(row, "departement"),
        );
        if name.contains([';', '\n']) || code.len() != 5 {
            return Err(format!("unforeseen commune: {code} {name}").into());
        }
        let former = !is_current(row);
        let successor = if former {
            text(row, "chefLieu")
        } else {
            String::new()
        };
        known.insert(code.clone(), ());
        rows.insert((code, former, name), (department, successor));
    }
    for row in listed.iter().filter(|row| is_current(row)) {
        for old in row["anciensCodes"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
        {
            // Delegated and associated communes stand there with their names already.
            if !known.contains_key(old) {
                let place = (department_of(old).to_owned(), text(row, "code"));
                rows.insert((old.to_owned(), true, String::new()), place);
            }
        }
    }

    let mut table = String::from("insee_code;name;department;successor\n");
    for ((code, _, name), (department, successor)) in rows {
        writeln!(table, "{code};{name};{department};{successor}")?;
    }
    Ok(table)
}

/// The department that a commune code begins with; overseas ones have three characters.
fn department_of(code: &str) -> &str {
    let length = if code.starts_with("97") || code.starts_with("98") {
        3
    } else {
        2
    };
    code.get(..length).unwrap_or(code)
}

/// `code;label`, sorted by code, all levels.
fn naf(package: &Path) -> Result<String, Box<dyn Error>> {
    let mut rows = BTreeMap::new();
    for row in array(&package.join("index.json"))? {
        let (Some(code), Some(label)) = (row["id"].as_str(), row["label"].as_str()) else {
            return Err(format!("unforeseen heading: {row}").into());
        };
        // INSEE's file has typographic apostrophes in some labels and straight ones in others.
        let label = label.trim().replace('’', "'");
        if label.contains(['"', '\n']) {
            return Err(format!("unforeseen label: {label}").into());
        }
        let cell = if label.contains(';') {
            format!("\"{label}\"")
        } else {
            label
        };
        rows.insert(code.to_owned(), cell);
    }
    let mut table = String::from("naf_code;label\n");
    for (code, label) in rows {
        writeln!(table, "{code};{label}")?;
    }
    Ok(table)
}

fn array(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(serde_json::from_slice(&bytes)?)
}
