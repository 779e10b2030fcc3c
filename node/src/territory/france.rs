//! Every commune code of France, and the code that stands for it today.
//!
//! The table (37,000 current, delegated and associated communes, 4,000 former codes) is shipped
//! compressed and stays one sorted text: a code is found by bisection, nothing is built. Only a
//! search by name makes an index, once.

use std::sync::OnceLock;

use super::name::{fold_place, without_article};

/// Made by the `official_data` tool of the `tests` crate; see docs/data.md.
const COMPRESSED: &[u8] = include_bytes!("../../data/france.csv.zst");

/// More than the table holds: the decompressor needs a bound.
const MAX_TABLE_BYTES: usize = 8 * 1024 * 1024;

/// Length of a commune code.
const CODE_BYTES: usize = 5;

/// A commune of France.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrenchCommune {
    /// INSEE code.
    pub code: &'static str,
    /// Official name; empty for some codes closed long ago.
    pub name: &'static str,
    /// Department code: `63`, `2A`, `974`.
    pub department: &'static str,
    /// Code that stands for it today; `None` if it is a commune of today.
    pub successor: Option<&'static str>,
}

impl FrenchCommune {
    fn parse(line: &'static str) -> Option<Self> {
        let mut cells = line.split(';');
        let (code, name, department) = (cells.next()?, cells.next()?, cells.next()?);
        let successor = cells.next().filter(|successor| !successor.is_empty());
        Some(Self {
            code,
            name,
            department,
            successor,
        })
    }

    /// The code that stands for it today: its own if it is a commune of today.
    #[must_use]
    pub fn current_code(&self) -> &'static str {
        self.successor.unwrap_or(self.code)
    }
}

/// The communes of France.
#[derive(Debug)]
pub struct France {
    /// `code;name;department;successor` lines sorted by code, each ended by a newline; of two
    /// lines with one code the first is the commune of today.
    lines: &'static str,
}

impl France {
    /// The table shipped with the program, decompressed once, at its first use (a few milliseconds).
    #[must_use]
    pub fn embedded() -> &'static Self {
        static TABLE: OnceLock<France> = OnceLock::new();
        static TEXT: OnceLock<String> = OnceLock::new();
        TABLE.get_or_init(|| {
            let text = TEXT.get_or_init(|| {
                let bytes = zstd::bulk::decompress(COMPRESSED, MAX_TABLE_BYTES)
                    .expect("the shipped table is well formed");
                String::from_utf8(bytes).expect("the shipped table is UTF-8")
            });
            let header_end = text.find('\n').map_or(text.len(), |end| end + 1);
            Self {
                lines: text.get(header_end..).unwrap_or_default(),
            }
        })
    }

    /// The commune of this code, of today or former.
    #[must_use]
    pub fn commune(&self, code: &str) -> Option<FrenchCommune> {
        if code.len() != CODE_BYTES {
            return None;
        }
        // The first line whose code is not less lies in [low, high); both are starts of lines.
        let (mut low, mut high) = (0, self.lines.len());
        while low < high {
            let middle = self.line_start((low + high) / 2);
            if self.line_at(middle).get(..CODE_BYTES)? < code {
                low = middle + self.line_at(middle).len() + 1;
            } else {
                high = middle;
            }
        }
        FrenchCommune::parse(self.line_at(low)).filter(|commune| commune.code == code)
    }

    /// The code that stands today for this one (itself, if it is a commune of today); `None` if
    /// there never was such a code.
    #[must_use]
    pub fn successor(&self, code: &str) -> Option<&'static str> {
        self.commune(code).map(|commune| commune.current_code())
    }

    /// The communes of this name, accents and case apart, article and `Saint` as people write
    /// them; delegated and associated communes included, each today's commune once.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<FrenchCommune> {
        let folded = fold_place(name);
        let index = self.name_index();
        let start = index.partition_point(|(key, _)| **key < *folded);
        let mut found: Vec<FrenchCommune> = index
            .iter()
            .skip(start)
            .take_while(|(key, _)| **key == *folded)
            .filter_map(|(_, start)| FrenchCommune::parse(self.line_at(*start as usize)))
            .collect();
        // A commune that kept the name outranks the former one that gave it.
        found.sort_by_key(|commune| (commune.current_code(), commune.successor.is_some()));
        found.dedup_by_key(|commune| commune.current_code());
        found
    }

    /// All lines, by code.
    pub fn communes(&self) -> impl Iterator<Item = FrenchCommune> {
        self.lines.lines().filter_map(FrenchCommune::parse)
    }

    fn name_index(&self) -> &'static [(Box<str>, u32)] {
        static INDEX: OnceLock<Vec<(Box<str>, u32)>> = OnceLock::new();
        INDEX.get_or_init(|| {
            let mut index = Vec::with_capacity(48_000);
            let mut start = 0;
            for line in self.lines.lines() {
                if let Some(commune) = FrenchCommune::parse(line)
                    && !commune.name.is_empty()
                {
                    let folded = fold_place(commune.name);
                    let short = without_article(&folded);
                    if short.len() < folded.len() {
                        index.push((short.into(), start));
                    }
                    index.push((folded.into_boxed_str(), start));
                }
                start += u32::try_from(line.len() + 1).expect("the table is a few megabytes");
            }
            index.sort_unstable();
            index
        })
    }

    /// The start of the line that holds this position.
    fn line_start(&self, position: usize) -> usize {
        let before = self.lines.as_bytes().get(..position).unwrap_or_default();
        before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1)
    }

    /// The line that starts here, without its newline.
    fn line_at(&self, start: usize) -> &'static str {
        let rest = self.lines.get(start..).unwrap_or_default();
        rest.split('\n').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_found_by_its_code_and_leads_to_a_commune_of_today() {
        let france = France::embedded();
        let mut current = 0;
        let mut last = "";
        for commune in france.communes() {
            assert!(last <= commune.code, "{} is not sorted", commune.code);
            let found = france.commune(commune.code).unwrap();
            assert_eq!(found.code, commune.code);
            if last != commune.code {
                assert_eq!(found, commune, "the first line of a code is the one found");
            }
            let successor = france.commune(commune.current_code()).unwrap();
            assert_eq!(successor.successor, None, "{}", commune.code);
            current += usize::from(commune.successor.is_none());
            last = commune.code;
        }
        // 34,969 communes, and the 45 districts of Paris, Lyon and Marseille.
        assert_eq!(current, 35_014);
    }

    #[test]
    fn former_codes_lead_to_todays() {
        let france = France::embedded();
        assert_eq!(france.successor("42114"), Some("42039"));
        assert_eq!(france.successor("63078"), Some("63448"));
        assert_eq!(france.successor("63003"), Some("63003"));
        assert_eq!(
            france.commune("42039").unwrap().name,
            "Chalmazel-Jeansagnière"
        );
    }

    #[test]
    fn codes_that_never_were_are_not_found() {
        let france = France::embedded();
        for code in [
            "", "6300", "63999", "00000", "99999", "zzzzz", "630034", "é300",
        ] {
            assert_eq!(france.commune(code), None, "{code}");
        }
    }

    #[test]
    fn corsica_and_the_overseas_departments_are_there() {
        let france = France::embedded();
        assert_eq!(france.commune("2A004").unwrap().department, "2A");
        assert_eq!(france.commune("97411").unwrap().name, "Saint-Denis");
        assert_eq!(france.commune("97411").unwrap().department, "974");
    }

    #[test]
    fn names_are_found_as_people_write_them() {
        let france = France::embedded();
        let codes = |name| {
            france
                .named(name)
                .iter()
                .map(|it| it.current_code())
                .collect::<Vec<_>>()
        };
        assert_eq!(codes("PUY EN VELAY"), ["43157"]);
        assert_eq!(codes("vernet la varenne"), ["63448"]);
        assert!(codes("st denis").len() > 3);
        assert!(codes("nulle part").is_empty());
    }

    #[test]
    fn the_territory_holds_communes_of_today_only() {
        for commune in crate::territory::Territory::embedded().communes() {
            let official = France::embedded().commune(&commune.code).unwrap();
            assert_eq!(official.successor, None, "{}", commune.code);
            assert_eq!(official.name, commune.name);
            assert_eq!(official.department, commune.department);
        }
    }
}
