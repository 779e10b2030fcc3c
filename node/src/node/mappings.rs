//! Mappings kept in the home: listed, shown, saved, removed, and found by an import.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::{ApiError, ExitKind};
use crate::exchange::{Mapping, check_mapping};
use crate::home::mappings::is_mapping_name;
use crate::registry::{find_collection, nearest};

use super::Outcome;
use super::errors::read;
use super::member::Member;

/// What an import is told about columns: a mapping, or the name of one that is kept.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum MappingOrName {
    Name(String),
    Mapping(Mapping),
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Saved {
    name: String,
    mapping: Mapping,
    collection: Option<String>,
}

impl Member {
    /// `mapping.list`.
    pub(super) fn list_mappings(&self) -> Outcome {
        let mut mappings = Vec::new();
        for name in self.home.mapping_names()? {
            let mapping = self.kept_mapping(&name)?;
            mappings.push(json!({
                "name": name,
                "collection": mapping.collection,
                "columns": mapping.columns.len(),
                "source": mapping.source,
            }));
        }
        Ok(json!({ "mappings": mappings }))
    }

    /// `mapping.show`.
    pub(super) fn show_mapping(&self, input: Value) -> Outcome {
        let Named { name } = read(input)?;
        let mapping = self.kept_mapping(&name)?;
        Ok(json!({ "name": name, "mapping": mapping }))
    }

    /// `mapping.save`.
    pub(super) fn save_mapping(&self, input: Value) -> Outcome {
        let Saved {
            name,
            mut mapping,
            collection,
        } = read(input)?;
        if !is_mapping_name(&name) {
            let text = "a mapping's name has small letters, digits, - and _, 40 at most";
            return Err(ApiError::new("mapping_name", ExitKind::Usage, text).with("value", name));
        }
        let Some(meant) = collection.or_else(|| mapping.collection.clone()) else {
            let text = "a mapping that is kept says for which collection it is";
            return Err(ApiError::new("mapping_collection", ExitKind::Usage, text));
        };
        let declared = find_collection(&meant)?;
        let is_meant = |it: &str| find_collection(it).is_ok_and(|it| it.name == declared.name);
        if mapping.collection.as_deref().is_none_or(is_meant) {
            mapping.collection = Some(declared.name.to_owned());
        }
        self.with_schema(declared, |schema| check_mapping(schema, &mapping))
            .map_err(super::import::of_table)?;
        let replaced = self.home.mapping::<Value>(&name)?.is_some();
        self.home.keep_mapping(&name, &mapping)?;
        Ok(json!({ "name": name, "collection": declared.name, "replaced": replaced }))
    }

    /// `mapping.remove`.
    pub(super) fn remove_mapping(&self, input: Value) -> Outcome {
        let Named { name } = read(input)?;
        if self.home.forget_mapping(&name)? {
            Ok(json!({ "name": name }))
        } else {
            Err(self.no_mapping(&name)?)
        }
    }

    /// The mapping that an import is told of.
    pub(super) fn mapping_of(&self, told: Option<MappingOrName>) -> Result<Mapping, ApiError> {
        match told {
            None => Ok(Mapping::default()),
            Some(MappingOrName::Mapping(mapping)) => Ok(mapping),
            Some(MappingOrName::Name(name)) => self.kept_mapping(&name),
        }
    }

    fn kept_mapping(&self, name: &str) -> Result<Mapping, ApiError> {
        match self.home.mapping(name)? {
            Some(mapping) => Ok(mapping),
            None => Err(self.no_mapping(name)?),
        }
    }

    /// That there is no mapping of this name, and which is called nearly so.
    fn no_mapping(&self, name: &str) -> Result<ApiError, ApiError> {
        let names = self.home.mapping_names()?;
        let text = format!("there is no mapping {name}");
        Ok(match nearest(name, names.iter().map(String::as_str)) {
            Some(near) => ApiError::new("mapping_misspelt", ExitKind::NotFound, text)
                .with("name", name)
                .with("known", near),
            None => ApiError::new("mapping_unknown", ExitKind::NotFound, text).with("name", name),
        })
    }
}
