//! Who a project holder is: sealed to two structures, carried by the hub, and nowhere on its disk.

use std::fs;
use std::io;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::demo::place::{AGRICULTURE, CCI, EPCI, HUB, Place};
use crate::demo::play::{Play, facts};

use super::LOYAL;

/// Invented; nothing else in the demonstration is called so.
const NAME: &str = "Apolline Quintefeuille";
const PHONE: &str = "04 65 71 99 88";
/// What is on the hub's disk, to show that the search finds what is there.
const PUBLIC: &str = "Livradois";

/// Returns the holder's record.
pub(super) fn play(play: &mut Play<'_, '_>) -> Result<Value> {
    play.scene("demo-sealed", &facts([]))?;
    let holder = json!({
        "fields": { "residence": "epci:200070761", "themes": ["farmland"] },
        "identity": { "name": NAME, "phone": PHONE },
        "share": [CCI.structure],
    });
    let id = play.ask(&AGRICULTURE, "holder.add", holder)?["id"].clone();
    for reader in [&AGRICULTURE, &CCI] {
        play.wait("demo-wait-sealed", |play| {
            Ok((read(play, reader, &id)? == json!(NAME)).then_some(()))
        })?;
    }
    play.converge(&LOYAL)?;
    let closed = shown(play, &EPCI, &id)?["reader"].clone();
    play.promise("demo-check-closed", &json!(false), &closed)?;
    // The hub holds the blob; what it cannot read is not there in any guise.
    play.wait("demo-wait-sealed", |play| {
        let held = play.status(&HUB)?["blobs"]["held"].as_u64();
        Ok((held >= Some(1)).then_some(()))
    })?;
    play.stage.stop(&HUB)?;
    let home = play.stage.home(&HUB);
    for (text, expected) in [(NAME, false), ("Quintefeuille", false), (PUBLIC, true)] {
        let found = holds(&home, text).with_context(|| home.display().to_string())?;
        play.promise("demo-check-disk", &json!(expected), &json!(found))?;
    }
    let bytes = size(&home).with_context(|| home.display().to_string())?;
    play.stage.start(&HUB)?;
    play.outcome("demo-sealed-done", facts([("kilobytes", bytes / 1_000)]))?;
    Ok(id)
}

/// What a node shows of who a holder is.
pub(super) fn shown(play: &Play<'_, '_>, place: &Place, id: &Value) -> Result<Value> {
    let found = play.ask(place, "holder.show", json!({ "id": id }));
    match found {
        Ok(mut shown) => Ok(shown["_identity"].take()),
        // It has not arrived yet.
        Err(error) if super::is_code(&error, "unknown_record") => Ok(Value::Null),
        Err(error) => Err(error),
    }
}

fn read(play: &Play<'_, '_>, place: &Place, id: &Value) -> Result<Value> {
    let shown = shown(play, place, id)?;
    Ok(shown
        .pointer("/seals/0/fields/name")
        .cloned()
        .unwrap_or_default())
}

/// Whether some file of a folder holds a text: plain, in UTF-16, in hexadecimal, in base 64.
pub(super) fn holds(folder: &Path, text: &str) -> io::Result<bool> {
    let plain = text.as_bytes();
    let mut guises: Vec<Vec<u8>> = vec![
        plain.to_vec(),
        text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        data_encoding::HEXLOWER.encode(plain).into_bytes(),
        data_encoding::HEXUPPER.encode(plain).into_bytes(),
    ];
    for skipped in 0..3 {
        let rest = plain.get(skipped..).unwrap_or_default();
        let whole = rest.get(..rest.len() / 3 * 3).unwrap_or_default();
        guises.push(data_encoding::BASE64.encode(whole).into_bytes());
    }
    let mut found = false;
    each_file(folder, &mut |bytes| {
        let is_there = |guise: &Vec<u8>| bytes.windows(guise.len()).any(|at| at == guise);
        found |= guises.iter().any(is_there);
    })?;
    Ok(found)
}

fn size(folder: &Path) -> io::Result<u64> {
    let mut size = 0;
    each_file(folder, &mut |bytes| size += bytes.len() as u64)?;
    Ok(size)
}

fn each_file(folder: &Path, look: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    for item in fs::read_dir(folder)? {
        let path = item?.path();
        if path.is_dir() {
            each_file(&path, look)?;
        } else {
            look(&fs::read(&path)?);
        }
    }
    Ok(())
}
