//! The territory and the read model, as the registry's rules ask for them.

use crate::registry::field::ANY;
use crate::registry::{Commune, CommuneAnswer, Communes, RecordAnswer, Records};
use crate::territory::{FindError, Territory};
use crate::text::fold;
use crate::view::{List, Reader, ViewError};

impl Communes for Territory {
    fn resolve(&self, code_or_name: &str) -> CommuneAnswer {
        match self.locate(code_or_name) {
            Ok(located) => CommuneAnswer::Found(Commune {
                code: located.commune.code.clone(),
                name: located.commune.name.clone(),
                in_territory: located.in_territory,
            }),
            Err(FindError::Ambiguous { candidates, .. }) => CommuneAnswer::Ambiguous(
                candidates
                    .into_iter()
                    .map(|candidate| Commune {
                        in_territory: self.contains(&candidate.code),
                        code: candidate.code,
                        name: candidate.name,
                    })
                    .collect(),
            ),
            Err(FindError::Unknown { suggestions, .. }) => {
                CommuneAnswer::Unknown(suggestions.into_iter().next().map(|candidate| Commune {
                    in_territory: self.contains(&candidate.code),
                    code: candidate.code,
                    name: candidate.name,
                }))
            }
            Err(_) => CommuneAnswer::Unknown(None),
        }
    }

    fn epci_by_name(&self, name: &str) -> Option<String> {
        self.find_epci(name).map(|epci| epci.siren.clone())
    }

    fn knows_naf(&self, code_or_prefix: &str) -> bool {
        crate::naf::may_exist(code_or_prefix)
    }
}

/// Records by the beginning of their identity, or by their whole title.
pub(super) struct Known<'a>(pub(super) &'a Reader);

/// So many records may share a title's words before they are no longer looked through.
const MOST_NAMESAKES: usize = 50;

impl Records for Known<'_> {
    fn resolve(&self, collection: &str, text: &str) -> RecordAnswer {
        let among = (collection != ANY).then_some(collection);
        // Where several identities begin so, only a whole title says more than they do.
        let beginnings = match self.0.resolve(text, among) {
            Ok(id) => return RecordAnswer::Found(id.to_string()),
            Err(ViewError::AmbiguousPrefix { candidates, .. }) => candidates.len(),
            Err(_) => 0,
        };
        let title = crate::registry::collection(collection).map(|it| it.title);
        let Some(title) = title else {
            return RecordAnswer::Unknown;
        };
        let list = List {
            conditions: vec![format!("{title}~{text}")],
            limit: Some(MOST_NAMESAKES),
            ..List::default()
        };
        let Ok(page) = self.0.list(collection, &list) else {
            return RecordAnswer::Unknown;
        };
        let exact = |record: &&crate::view::Record| fold(&self.0.title(record)) == fold(text);
        let named: Vec<_> = page.records.iter().filter(exact).collect();
        let found = match named.is_empty() {
            true if beginnings > 0 => return RecordAnswer::Ambiguous(beginnings),
            true => page.records.iter().collect(),
            false => named,
        };
        match found.as_slice() {
            [] => RecordAnswer::Unknown,
            [only] => RecordAnswer::Found(only.id.to_string()),
            several => RecordAnswer::Ambiguous(several.len()),
        }
    }
}
