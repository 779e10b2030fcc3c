//! Telephones to E.164, e-mail and web addresses.

use crate::registry::error::Fault;

/// Longest e-mail address, by RFC 5321.
const MAX_EMAIL_CHARS: usize = 254;

/// Longest web address.
const MAX_URL_CHARS: usize = 500;

/// The country codes of French numbers by the beginning of the ten digits dialled in France.
const OVERSEAS: [(&str, &str); 14] = [
    ("0590", "+590"),
    ("0690", "+590"),
    ("0691", "+590"),
    ("0594", "+594"),
    ("0694", "+594"),
    ("0596", "+596"),
    ("0696", "+596"),
    ("0697", "+596"),
    ("0262", "+262"),
    ("0263", "+262"),
    ("0269", "+262"),
    ("0639", "+262"),
    ("0692", "+262"),
    ("0693", "+262"),
];

/// A telephone number as E.164; ten digits beginning with 0 are a French number.
pub(crate) fn telephone(text: &str) -> Result<String, Fault> {
    let form = || Fault::new("telephone_form").with("value", text);
    let international = text.replace("(0)", "");
    let mut dialled: String = international
        .chars()
        .filter(|c| {
            !c.is_whitespace()
                && !matches!(c, '.' | '-' | '/' | '(' | ')' | '\u{2010}'..='\u{2013}')
        })
        .collect();
    for label in ["tél:", "tel:"] {
        if let Some(rest) = dialled.to_lowercase().strip_prefix(label) {
            dialled = rest.to_owned();
        }
    }
    let (plus, digits) = match dialled
        .strip_prefix('+')
        .or_else(|| dialled.strip_prefix("00"))
    {
        Some(digits) => (true, digits),
        None => (false, dialled.as_str()),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(form());
    }
    if plus {
        return e164(digits).ok_or_else(form);
    }
    match (digits.len(), digits.strip_prefix('0')) {
        (10, Some(national)) if !national.starts_with('0') => {
            let country = OVERSEAS
                .iter()
                .find(|(beginning, _)| digits.starts_with(beginning))
                .map_or("+33", |(_, country)| country);
            Ok(format!("{country}{national}"))
        }
        // A spreadsheet took the leading zero away.
        (9, None) => Ok(format!("+33{digits}")),
        (2..=6, _) => Err(Fault::new("telephone_short").with("value", text)),
        _ => Err(form()),
    }
}

fn e164(digits: &str) -> Option<String> {
    let plausible = (8..=15).contains(&digits.len()) && !digits.starts_with('0');
    if let Some(national) = digits.strip_prefix("33") {
        // `+33 04…`: the zero belongs to the national form only.
        let national = national.strip_prefix('0').unwrap_or(national);
        return (national.len() == 9 && !national.starts_with('0'))
            .then(|| format!("+33{national}"));
    }
    plausible.then(|| format!("+{digits}"))
}

/// An e-mail address; its domain in lower case.
pub(crate) fn email(text: &str) -> Result<String, Fault> {
    let form = || Fault::new("email_form").with("value", text);
    let bare = text.strip_prefix("mailto:").unwrap_or(text).trim();
    let (local, domain) = bare.rsplit_once('@').ok_or_else(form)?;
    let local_fits = !local.is_empty()
        && local.len() <= 64
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c));
    if !local_fits || !is_domain(domain) || bare.len() > MAX_EMAIL_CHARS {
        return Err(form());
    }
    Ok(format!("{local}@{}", domain.to_lowercase()))
}

/// Labels of letters, digits and inner hyphens, at least two, the last one not numeric.
fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    let label_fits = |label: &&str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    labels.len() >= 2
        && labels.iter().all(label_fits)
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && !last.starts_with(char::is_numeric))
}

/// A web address; `https://` is put before a bare domain.
pub(crate) fn url(text: &str) -> Result<String, Fault> {
    let form = || Fault::new("url_form").with("value", text);
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (scheme.to_lowercase(), rest),
        None => ("https".to_owned(), text),
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let port_fits = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let path_fits = !path
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\'));
    let fits = matches!(scheme.as_str(), "http" | "https") && is_domain(host) && port_fits;
    if !fits || !path_fits || text.chars().count() > MAX_URL_CHARS {
        return Err(form());
    }
    Ok(format!("{scheme}://{}{}", authority.to_lowercase(), path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_become_e164() {
        for (text, stored) in [
            ("04 73 82 00 00", "+33473820000"),
            ("04.73.82.00.00", "+33473820000"),
            ("+33 (0)4 73 82 00 00", "+33473820000"),
            ("+33 04 73 82 00 00", "+33473820000"),
            ("0033473820000", "+33473820000"),
            ("473820000", "+33473820000"),
            ("Tél : 04 73 82 00 00", "+33473820000"),
            ("0262 12 34 56", "+262262123456"),
            ("0696 12 34 56", "+596696123456"),
            ("+41 22 767 61 11", "+41227676111"),
        ] {
            assert_eq!(telephone(text).as_deref(), Ok(stored), "{text}");
        }
        for text in [
            "04 73 82 00",
            "+33 4 73",
            "12",
            "0000000000",
            "abc",
            "+",
            "3949",
        ] {
            assert!(telephone(text).is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_are_checked_for_their_form() {
        assert_eq!(
            email("Accueil@Exemple.FR").as_deref(),
            Ok("Accueil@exemple.fr")
        );
        for text in [
            "accueil",
            "a@b",
            "a b@exemple.fr",
            "a@exemple..fr",
            "@exemple.fr",
            "a@1.2",
        ] {
            assert!(email(text).is_err(), "{text}");
        }
        assert_eq!(
            url("www.exemple.fr").as_deref(),
            Ok("https://www.exemple.fr")
        );
        assert_eq!(
            url("http://Exemple.fr/a?b=c").as_deref(),
            Ok("http://exemple.fr/a?b=c")
        );
        for text in [
            "javascript://x.fr",
            "pas de site",
            "http://",
            "https://a.fr/<b>",
            "a.fr:x",
        ] {
            assert!(url(text).is_err(), "{text}");
        }
    }
}
