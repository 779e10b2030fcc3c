//! A guide's blocks as steps, and a command as words.

use std::collections::BTreeMap;

/// One thing that a guide does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Writes a file.
    File {
        /// Its line in the guide.
        line: usize,
        /// The file's name.
        name: String,
        /// What it holds.
        content: Vec<u8>,
    },
    /// Runs a command.
    Command {
        /// Its line in the guide.
        line: usize,
        /// The command.
        text: String,
        /// What is then seen; nothing is compared where nothing is shown.
        expected: Vec<String>,
        /// How it ends.
        exit: i32,
    },
}

impl Step {
    /// Its line in the guide, from 1.
    pub const fn line(&self) -> usize {
        match self {
            Self::File { line, .. } | Self::Command { line, .. } => *line,
        }
    }
}

/// The steps of a guide.
///
/// # Errors
/// What is wrong, and in which line.
pub fn parse(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut file: Option<(String, String)> = None;
    let mut exit = 0;
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(comment) = comment(line) {
            if let Some(words) = comment.strip_prefix("file:") {
                let mut words = words.split_whitespace().map(str::to_owned);
                file = words
                    .next()
                    .map(|name| (name, words.next().unwrap_or_default()));
            } else if let Some(code) = comment.strip_prefix("exit:") {
                exit = code
                    .trim()
                    .parse()
                    .map_err(|_| format!("line {}: not an exit code", index + 1))?;
            }
            continue;
        }
        let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) else {
            continue;
        };
        let block: Vec<(usize, &str)> = lines
            .by_ref()
            .take_while(|(_, line)| *line != "```")
            .collect();
        if let Some((name, encoding)) = file.take() {
            let content: String = block
                .iter()
                .map(|(_, line)| format!("{line}\r\n"))
                .collect();
            steps.push(Step::File {
                line: index + 1,
                name,
                content: encoded(&content, &encoding)
                    .map_err(|error| format!("line {}: {error}", index + 1))?,
            });
        } else if kind == "console" {
            commands(&block, std::mem::take(&mut exit), &mut steps)?;
        }
    }
    Ok(steps)
}

fn comment(line: &str) -> Option<&str> {
    Some(
        line.trim()
            .strip_prefix("<!--")?
            .strip_suffix("-->")?
            .trim(),
    )
}

/// `content` in the encoding of that name: UTF-8, or what is common to Windows-1252 and Latin-1.
fn encoded(content: &str, encoding: &str) -> Result<Vec<u8>, String> {
    match encoding {
        "" | "utf-8" => Ok(content.as_bytes().to_vec()),
        "windows-1252" => content
            .chars()
            .map(|letter| match u8::try_from(letter) {
                Ok(byte) if !(0x80..0xa0).contains(&byte) => Ok(byte),
                _ => Err(format!("{letter:?} is not in Latin-1")),
            })
            .collect(),
        other => Err(format!("unknown encoding {other}")),
    }
}

fn commands(block: &[(usize, &str)], exit: i32, steps: &mut Vec<Step>) -> Result<(), String> {
    let first = steps.len();
    for (index, line) in block {
        if let Some(text) = line.strip_prefix("$ ") {
            steps.push(Step::Command {
                line: index + 1,
                text: text.to_owned(),
                expected: Vec::new(),
                exit: 0,
            });
            continue;
        }
        let Some(Step::Command { text, expected, .. }) = steps[first..].last_mut() else {
            return Err(format!("line {}: output before any command", index + 1));
        };
        match text.strip_suffix('\\') {
            // A command goes on where its line ends with a backslash.
            Some(begun) if expected.is_empty() => {
                *text = format!("{begun}{}", line.trim_start_matches(['>', ' ']));
            }
            _ => expected.push((*line).to_owned()),
        }
    }
    // The announced failure is the block's last command's.
    if let Some(Step::Command { exit: last, .. }) = steps[first..].last_mut() {
        *last = exit;
    }
    Ok(())
}

/// A command taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// `NAME=value` before the program.
    pub environment: Vec<(String, String)>,
    /// What `capactif` is given.
    pub arguments: Vec<String>,
    /// The variable that keeps its data.
    pub capture: Option<String>,
    /// Whether it goes on in the background.
    pub background: bool,
    /// The job that it stops.
    pub kill: Option<usize>,
}

/// Takes a command apart, with its quotes and `$VARIABLES`.
///
/// # Errors
/// What this runner does not know.
pub fn words(text: &str, variables: &BTreeMap<String, String>) -> Result<Words, String> {
    let mut words = Words::default();
    let mut text = text.trim();
    if let Some(job) = text.strip_prefix("kill %") {
        words.kill = Some(job.parse().map_err(|_| "not a job number".to_owned())?);
        return Ok(words);
    }
    if let Some((name, command)) = text.split_once("=$(")
        && is_name(name)
    {
        words.capture = Some(name.to_owned());
        text = command.strip_suffix(')').ok_or("`$(` is not closed")?;
    }
    if let Some(begun) = text.strip_suffix('&') {
        words.background = true;
        text = begun;
    }
    let mut rest = split(text, variables)?.into_iter();
    for word in rest.by_ref() {
        match word.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((name, value)) => words.environment.push((name.to_owned(), value.to_owned())),
            None if word == "capactif" => {
                words.arguments = rest.collect();
                return Ok(words);
            }
            None => return Err(format!("`{word}` is not run here, only capactif is")),
        }
    }
    Err("no command".to_owned())
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Splits at spaces outside quotes and puts variables in, except between single quotes.
fn split(text: &str, variables: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' | '"' if quote.is_none() => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            _ if quote == Some(letter) => quote = None,
            ' ' if quote.is_none() => words.extend(word.take()),
            '$' if quote != Some('\'') => {
                let mut name = String::new();
                while let Some(next) =
                    letters.next_if(|next| next.is_ascii_uppercase() || *next == '_')
                {
                    name.push(next);
                }
                let value = variables
                    .get(&name)
                    .ok_or_else(|| format!("${name} has no value"))?;
                word.get_or_insert_default().push_str(value);
            }
            '|' | '>' | '<' | ';' | '`' | '\\' if quote.is_none() => {
                return Err(format!("`{letter}` needs a shell, and none runs here"));
            }
            _ => word.get_or_insert_default().push(letter),
        }
    }
    if quote.is_some() {
        return Err("a quote is not closed".to_owned());
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guide_becomes_its_steps() {
        let guide = "Text\n\n<!-- file: a.csv windows-1252 -->\n```csv\né;1\n```\n\n```sh\nnot run\n```\n\
                     <!-- exit: 2 -->\n```console\n$ capactif a \\\n>   --b c\nseen\n$ capactif d\n```\n";
        let steps = parse(guide).unwrap();
        assert_eq!(
            steps,
            [
                Step::File {
                    line: 4,
                    name: "a.csv".to_owned(),
                    content: b"\xe9;1\r\n".to_vec()
                },
                Step::Command {
                    line: 13,
                    text: "capactif a --b c".to_owned(),
                    expected: vec!["seen".to_owned()],
                    exit: 0
                },
                Step::Command {
                    line: 16,
                    text: "capactif d".to_owned(),
                    expected: Vec::new(),
                    exit: 2
                },
            ]
        );
    }

    #[test]
    fn a_command_becomes_its_words() {
        let variables = BTreeMap::from([("TICKET".to_owned(), "a b".to_owned())]);
        let split = words(
            "CAPACTIF_HOME=cci capactif join \"$TICKET\" 'x $y' &",
            &variables,
        );
        assert_eq!(
            split.unwrap(),
            Words {
                environment: vec![("CAPACTIF_HOME".to_owned(), "cci".to_owned())],
                arguments: ["join", "a b", "x $y"].map(str::to_owned).to_vec(),
                background: true,
                ..Words::default()
            }
        );
        let capture = words("TICKET=$(capactif network invite)", &variables).unwrap();
        assert_eq!(capture.capture.as_deref(), Some("TICKET"));
        assert_eq!(words("kill %2", &variables).unwrap().kill, Some(2));
        for wrong in [
            "rm x",
            "capactif \"x",
            "capactif x > y",
            "capactif $NONE",
            "",
        ] {
            assert!(words(wrong, &variables).is_err(), "{wrong}");
        }
    }
}
