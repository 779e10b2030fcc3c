//! Published forms of records that have names of their own: data·inclusion, HSDS, CNIG, GeoJSON.
//!
//! A file of one is recognised by the members or columns that no file of ours has. Each has a module
//! that says which of its members feeds which field; what the members' *values* mean is read by the
//! registry like any cell, so that errors name the member they stand at.
//!
//! The same correspondence the other way round is in [`export`](super::export); the tables by field
//! are in docs/data.md.

use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::error::FileError;
use super::row_error::RowProblem;
use crate::registry::Collection;

mod data_inclusion;
mod geojson;
mod hsds;
mod landing;
mod sites;
pub(crate) mod themes;

pub(crate) use hsds::PREFIX as HSDS_PREFIX;
pub(crate) use landing::Landed;
pub(crate) use sites::{ONE_ESTABLISHMENT, PLOT_INFIX, SITE_INFIX};

/// A published form of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Standard {
    /// data·inclusion, schema v1: structures and services.
    #[serde(rename = "data·inclusion v1")]
    DataInclusion,
    /// Open Referral HSDS 3.0: organizations and services.
    #[serde(rename = "HSDS 3.0")]
    Hsds,
    /// GeoJSON, RFC 7946.
    #[serde(rename = "GeoJSON")]
    GeoJson,
    /// CNIG « sites économiques » v1.0.1, class SITE-ECO.
    #[serde(rename = "CNIG SITE-ECO")]
    SiteEco,
    /// The same, class TERRAIN-ECO.
    #[serde(rename = "CNIG TERRAIN-ECO")]
    TerrainEco,
}

impl Standard {
    /// Its name, as people are told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DataInclusion => "data·inclusion v1",
            Self::Hsds => "HSDS 3.0",
            Self::GeoJson => "GeoJSON",
            Self::SiteEco => "CNIG SITE-ECO",
            Self::TerrainEco => "CNIG TERRAIN-ECO",
        }
    }

    /// The major version that is read, where files may name theirs.
    const fn version(self) -> Option<u64> {
        match self {
            Self::DataInclusion => Some(1),
            Self::Hsds => Some(3),
            Self::GeoJson | Self::SiteEco | Self::TerrainEco => None,
        }
    }

    /// The collections it holds; empty for all.
    const fn collections(self) -> &'static [&'static str] {
        match self {
            Self::DataInclusion | Self::Hsds => &["structure", "support_offer", "local_service"],
            Self::SiteEco | Self::TerrainEco => &["opportunity"],
            Self::GeoJson => &[],
        }
    }

    /// The form of an object, by the members that no record of ours has.
    pub(crate) fn of_object(object: &Map<String, Json>) -> Option<Self> {
        let has = |name: &str| object.contains_key(name);
        if has("collection") {
            return None;
        }
        if object.get("type").and_then(Json::as_str) == Some("Feature") && has("properties") {
            return Some(Self::GeoJson);
        }
        if has("nom") && (has("date_maj") || has("structure_id") || has("id") && has("source")) {
            return Some(Self::DataInclusion);
        }
        let is_uuid =
            |text: &str| text.len() == 36 && text.bytes().filter(|b| *b == b'-').count() == 4;
        let has_uuid = object.get("id").and_then(Json::as_str).is_some_and(is_uuid);
        let is_nested = [
            "organization",
            "service_at_locations",
            "locations",
            "phones",
            "organization_identifiers",
        ];
        if has("name") && (has_uuid || is_nested.iter().any(|name| has(name))) {
            return Some(Self::Hsds);
        }
        None
    }

    /// The form of a table, by its headers.
    pub(crate) fn of_headers(headers: &[String]) -> Option<Self> {
        let has = |name: &str| headers.iter().any(|header| header.trim() == name);
        if has("site_id") && has("site_nom") {
            Some(Self::SiteEco)
        } else if has("terr_id") && has("terr_surf_brute") {
            Some(Self::TerrainEco)
        } else {
            None
        }
    }

    /// Checks that a collection can take records of this form and version.
    pub(crate) fn check(
        self,
        collection: &Collection,
        version: Option<&str>,
    ) -> Result<(), FileError> {
        let allowed = self.collections();
        if !allowed.is_empty() && !allowed.contains(&collection.name) {
            return Err(FileError::StandardElsewhere {
                standard: self.name(),
                collection: collection.name,
                allowed: allowed.join(", "),
            });
        }
        let stated = version.and_then(major);
        match (self.version(), stated) {
            (Some(known), Some(stated)) if stated > known => Err(FileError::NewerStandard {
                standard: self.name(),
                version: version.unwrap_or_default().chars().take(40).collect(),
            }),
            _ => Ok(()),
        }
    }

    /// The fields of a record of ours that an object of this form feeds.
    pub(crate) fn land(
        self,
        collection: &Collection,
        object: &Map<String, Json>,
    ) -> Result<Landed, RowProblem> {
        match self {
            Self::DataInclusion => data_inclusion::land(collection, object),
            Self::Hsds => hsds::land(collection, object),
            Self::GeoJson => geojson::land(object),
            Self::SiteEco => Ok(sites::land_site(object)),
            Self::TerrainEco => Ok(sites::land_plot(object)),
        }
    }
}

/// The first number of `v1.0.3`, `3.1` or `HSDS 3`.
fn major(version: &str) -> Option<u64> {
    let digits: String = version
        .chars()
        .skip_while(|character| !character.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests;
