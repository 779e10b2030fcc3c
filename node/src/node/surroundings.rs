//! What lies around records that are taken away: communes, intercommunalities, structures.

use std::cell::RefCell;
use std::collections::HashMap;

use sync_protocol::id::{RecordId, StructureId};

use crate::exchange::{Named, Places, Point, Surroundings, Town};
use crate::territory::France;

use super::member::Member;

/// The territory and the registry, as published forms ask for them.
pub(super) struct Around<'a> {
    member: &'a Member,
    /// Thousands of services belong to a few structures.
    structures: RefCell<HashMap<String, Option<Named>>>,
}

impl<'a> Around<'a> {
    pub(super) fn new(member: &'a Member) -> Self {
        Self {
            member,
            structures: RefCell::default(),
        }
    }

    fn found(&self, key: &str, find: impl FnOnce() -> Option<Named>) -> Option<Named> {
        if let Some(known) = self.structures.borrow().get(key) {
            return known.clone();
        }
        let found = find();
        let mut structures = self.structures.borrow_mut();
        structures.insert(key.to_owned(), found.clone());
        found
    }
}

impl Places for Around<'_> {
    fn commune(&self, insee_code: &str) -> Option<Point> {
        let commune = self.member.territory.current(insee_code)?;
        Some(commune.centroid)
    }

    fn epci_of(&self, insee_code: &str) -> Option<Point> {
        let territory = self.member.territory;
        let epci = &territory.current(insee_code)?.epci;
        territory.middle_of(&format!("epci:{epci}"))
    }
}

impl Surroundings for Around<'_> {
    fn town(&self, insee_code: &str) -> Option<Town> {
        let territory = self.member.territory;
        if let Some(commune) = territory.current(insee_code) {
            let epci = territory.epci(&commune.epci);
            return Some(Town {
                code: commune.code.clone(),
                name: commune.name.clone(),
                department: commune.department.clone(),
                postal_codes: commune.postal_codes.clone(),
                epci: epci.map(|epci| (epci.siren.clone(), epci.name.clone())),
            });
        }
        let commune = France::embedded().commune(insee_code)?;
        Some(Town {
            code: commune.code.to_owned(),
            name: commune.name.to_owned(),
            department: commune.department.to_owned(),
            postal_codes: Vec::new(),
            epci: None,
        })
    }

    fn structure(&self, record: &str) -> Option<Named> {
        self.found(record, || {
            let id: RecordId = record.parse().ok()?;
            let found = self.member.reader.get(&id).ok()??;
            Some(Named {
                record: record.to_owned(),
                name: self.member.reader.title(&found),
            })
        })
    }

    fn owner(&self, owner: &str) -> Option<Named> {
        self.found(owner, || {
            let structure: StructureId = owner.parse().ok()?;
            Some(Named {
                record: self.member.structure_record(&structure).to_string(),
                name: self.member.name_of(&structure),
            })
        })
    }
}
