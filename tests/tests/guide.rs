//! The guides' console blocks do what the guides show, in both languages.

use std::path::Path;

use capactif_tests::console;

fn runs_as_written(file: &str, lang: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs/guide")
        .join(file);
    let text = std::fs::read_to_string(path).expect("the guide is in the repository");
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    console::run(file, &text, lang, folder.path());
}

#[test]
fn the_french_guide_runs_as_written() {
    runs_as_written("technicienne.md", "fr_FR");
}

#[test]
fn the_english_guide_runs_as_written() {
    runs_as_written("technician.md", "en_GB");
}

#[test]
fn the_half_year_runs_as_written_in_french() {
    runs_as_written("semestre.md", "fr_FR");
}

#[test]
fn the_half_year_runs_as_written_in_english() {
    runs_as_written("half-year.md", "en_GB");
}
