//! What every page needs besides itself: the style sheet, the drawings. Part of the program; the
//! address carries a hash of the content, so that browsers keep it for ever.

use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// A file that pages refer to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asset {
    name: &'static str,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// Its bytes.
    pub(crate) body: &'static [u8],
}

/// How the pages look.
pub(crate) const STYLE: Asset = Asset {
    name: "portal.css",
    media_type: "text/css; charset=utf-8",
    body: concat!(
        include_str!("assets/portal.css"),
        include_str!("assets/pages.css")
    )
    .as_bytes(),
};

/// The sign of the network.
pub(crate) const ICON: Asset = Asset {
    name: "icon.svg",
    media_type: "image/svg+xml",
    body: include_bytes!("assets/icon.svg"),
};

/// The hills of the home page.
pub(crate) const HILLS: Asset = Asset {
    name: "hills.svg",
    media_type: "image/svg+xml",
    body: include_bytes!("assets/hills.svg"),
};

/// The land under the marks of a map.
pub(crate) static LAND: LazyLock<Asset> = LazyLock::new(|| Asset {
    name: "land.svg",
    media_type: "image/svg+xml",
    body: super::map::land().as_bytes(),
});

/// Each with its address.
static ADDRESSES: LazyLock<[(String, Asset); 4]> = LazyLock::new(|| {
    [STYLE, ICON, HILLS, *LAND].map(|asset| {
        let hash = HEXLOWER.encode(&Sha256::digest(asset.body)[..6]);
        let (stem, end) = asset.name.split_once('.').unwrap_or((asset.name, ""));
        (format!("/assets/{stem}-{hash}.{end}"), asset)
    })
});

impl Asset {
    /// Its address.
    pub(crate) fn path(&self) -> &'static str {
        let found = ADDRESSES.iter().find(|(_, asset)| asset.name == self.name);
        found.map_or("", |(path, _)| path)
    }
}

/// The file at an address.
pub(crate) fn at(path: &str) -> Option<Asset> {
    let found = ADDRESSES.iter().find(|(address, _)| address == path);
    found.map(|(_, asset)| *asset)
}
