//! The sample registry, in the shares that each structure brings.
//!
//! Made by the generator of the `tests` crate; every record says that it is an example.

pub(super) mod life;

/// A file to import.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) collection: &'static str,
    pub(super) text: String,
}

const STRUCTURES: &str = include_str!("../../sample/structures.csv");
const PROJECTS: &str = include_str!("../../sample/projects.csv");

/// What a node of `structure` brings at once.
pub(super) fn share_of(folder: &str) -> Vec<File> {
    let file = |collection, name, text: &str| File {
        name,
        collection,
        text: text.to_owned(),
    };
    match folder {
        "hub" => vec![File {
            name: "structures.csv",
            collection: "structure",
            text: without(STRUCTURES, &super::place::STRUCTURES.map(|it| it.structure)),
        }],
        "cci" => vec![
            file(
                "agent",
                "agents-cci.csv",
                include_str!("../../sample/agents-cci.csv"),
            ),
            file(
                "opportunity",
                "opportunities-cci.csv",
                include_str!("../../sample/opportunities-cci.csv"),
            ),
            projects(false),
        ],
        "agriculture" => vec![
            file(
                "agent",
                "agents-agriculture.csv",
                include_str!("../../sample/agents-agriculture.csv"),
            ),
            file(
                "opportunity",
                "opportunities-agriculture.csv",
                include_str!("../../sample/opportunities-agriculture.csv"),
            ),
            projects(true),
        ],
        "epci" => vec![
            file(
                "agent",
                "agents-epci.csv",
                include_str!("../../sample/agents-epci.csv"),
            ),
            file(
                "opportunity",
                "opportunities-epci.csv",
                include_str!("../../sample/opportunities-epci.csv"),
            ),
        ],
        _ => Vec::new(),
    }
}

/// The services that the community of communes lists.
pub(super) fn local_services() -> File {
    File {
        name: "local-services-epci.csv",
        collection: "local_service",
        text: include_str!("../../sample/local-services-epci.csv").to_owned(),
    }
}

/// What a structure says of itself: field and text.
pub(super) fn described(structure: &str) -> Vec<(String, String)> {
    let mut lines = STRUCTURES.lines();
    let header = cells(lines.next().unwrap_or_default());
    let row = lines
        .map(cells)
        .find(|row| row.first().is_some_and(|name| name == structure));
    let told = header.into_iter().zip(row.unwrap_or_default());
    told.filter(|(field, text)| !text.is_empty() && field != "name" && field != "kind")
        .collect()
}

/// Farm projects are the chamber of agriculture's, the others the chamber of commerce's.
fn projects(farming: bool) -> File {
    let mut lines = PROJECTS.lines();
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines.filter(|line| cells(line).iter().any(|cell| cell == "farming") == farming) {
        text.push('\n');
        text.push_str(line);
    }
    File {
        name: "projects.csv",
        collection: "project",
        text,
    }
}

/// The file without the rows of these structures: they tell of themselves.
fn without(text: &str, structures: &[&str]) -> String {
    let kept = text.lines().filter(|line| {
        cells(line)
            .first()
            .is_none_or(|name| !structures.contains(&name.as_str()))
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// The cells of a line: `;` between them, quotes around those that hold one or more. No cell of the
/// sample holds a line break.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let cell = cells.last_mut().expect("never empty");
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ';' if !quoted => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::place;

    #[test]
    fn cells_are_split_outside_quotes_only() {
        assert_eq!(cells("a;\"b;\"\"c\"\"\";;d"), ["a", "b;\"c\"", "", "d"]);
    }

    #[test]
    fn every_line_of_the_sample_is_a_row() {
        for text in [STRUCTURES, PROJECTS] {
            let columns = cells(text.lines().next().unwrap()).len();
            for line in text.lines() {
                assert_eq!(cells(line).len(), columns, "{line}");
            }
        }
    }

    #[test]
    fn members_are_in_the_sample_and_tell_of_themselves_alone() {
        let all = STRUCTURES.lines().count();
        let brought = &share_of("hub")[0].text;
        assert_eq!(
            brought.lines().count(),
            all - place::STRUCTURES.len(),
            "each member has one row in the sample"
        );
        for member in place::STRUCTURES {
            assert!(
                described(member.structure)
                    .iter()
                    .any(|(field, _)| field == "siret")
            );
            assert!(!brought.contains(member.structure));
        }
    }

    #[test]
    fn no_project_is_lost_or_brought_twice() {
        let [cci, farming] = [false, true].map(|farming| projects(farming).text);
        let rows = |text: &str| text.lines().count() - 1;
        assert!(rows(&cci) > 0 && rows(&farming) > 0);
        assert_eq!(rows(&cci) + rows(&farming), rows(PROJECTS));
    }
}
