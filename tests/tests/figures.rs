//! docs/performance.md and its curves say what the kept figures say.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::Path;

use capactif_tests::bench::figures::Figures;
use capactif_tests::bench::render;

#[test]
fn the_page_and_its_curves_are_made_from_the_kept_figures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let figures = Figures::read(&root.join(render::KEPT)).unwrap();
    assert!(figures.iter().count() > 0, "no figures are kept");
    for (path, content) in render::files(root).unwrap() {
        let held = std::fs::read_to_string(&path).unwrap_or_default();
        // Line endings are the checkout's.
        let same = held.replace("\r\n", "\n") == content.replace("\r\n", "\n");
        assert!(
            same,
            "{} is not up to date: run `bench report`",
            path.display()
        );
    }
}

#[test]
fn every_curve_is_shown_on_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join(render::PAGE)).unwrap();
    for (path, _) in render::files(root).unwrap() {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(page.contains(name) || name == "performance.md", "{name}");
    }
}
