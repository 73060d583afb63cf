//! Who is to do something, and under which circumstance: `@ana`, `**(SwEng)**`, `QA: …`; `If major changes: …`, `(if needed)`.

use super::glance::{self, Glance};
use super::phrase;

/// The owner that an item's words name.
pub(super) fn owner(words: &str, glance: Glance) -> Option<String> {
    if glance.has(glance::AT)
        && let Some(mentioned) = mentions(words)
    {
        return Some(mentioned);
    }
    if let Some((role, _)) = words.strip_prefix('(').and_then(|rest| rest.split_once(')'))
        && is_role(role)
    {
        return Some(role.to_owned());
    }
    if !glance.has(glance::COLON) {
        return None;
    }
    // No abbreviation is longer.
    let colon = words.bytes().take(12).position(|byte| byte == b':')?;
    let role = words.get(..colon).filter(|_| words.as_bytes().get(colon + 1) == Some(&b' '))?;
    is_abbreviation(role).then(|| role.to_owned())
}

fn mentions(words: &str) -> Option<String> {
    let mentions: Vec<&str> = words
        .split([' ', ',', '(', ')', ';', '|'])
        .filter(|word| {
            word.starts_with('@')
                && word.len() > 2
                && word.get(1..2).is_some_and(|next| next.chars().all(char::is_alphanumeric))
        })
        .map(|word| word.trim_end_matches(['.', ':', '!', '?']))
        .collect();
    (!mentions.is_empty()).then(|| mentions.join(" "))
}

fn is_role(text: &str) -> bool {
    let length = text.chars().count();
    (2..=20).contains(&length)
        && text.starts_with(char::is_uppercase)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '/' | '-'))
}

/// Team names that stand before a colon.
fn is_abbreviation(text: &str) -> bool {
    [
        "QA",
        "Dev",
        "DevOps",
        "SRE",
        "Ops",
        "PM",
        "BA",
        "DBA",
        "SwEng",
        "RelEng",
        "Security",
        "Support",
        "Product",
        "Engineering",
    ]
    .contains(&text)
}

/// The circumstance under which an item applies.
pub(super) fn only_if(words: &str) -> Option<String> {
    if !may_say(words.as_bytes()) {
        return None;
    }
    if phrase::starts_with(words, "if ") {
        let end = words.find([':', ',']).filter(|end| *end < 80)?;
        return words.get(3..end)?.split(". ").next().map(|when| when.trim().to_owned());
    }
    for open in ["(if ", "(only if ", "(when "] {
        if let Some(at) = phrase::find(words, open) {
            let tail = words.get(at + open.len()..)?;
            return tail.split(')').next().map(|text| text.trim().to_owned());
        }
    }
    if phrase::find(words, "(optional)").is_some()
        || phrase::starts_with(words, "optional:")
        || phrase::starts_with(words, "[optional]")
    {
        return Some("optional".to_owned());
    }
    let at = phrase::find(words, " if ")?;
    let tail = words
        .get(at + 4..)?
        .split([';', ',', ')', '('])
        .next()?
        .split(". ")
        .next()?
        .trim()
        .trim_end_matches(['.', ':']);
    // «Check if the job ran» asks; «Update docs if needed» applies under a circumstance.
    let before = words.get(..at)?;
    let ends_with = |verb: &str| {
        let from = before.len().checked_sub(verb.len());
        from.and_then(|from| before.as_bytes().get(from..)).is_some_and(|end| end.eq_ignore_ascii_case(verb.as_bytes()))
    };
    let asks =
        ["check", "see", "verify", "determine", "decide", "confirm", "ask", "know", "test", "assess", "validate"]
            .iter()
            .any(|verb| phrase::starts_with(before, verb) || ends_with(verb));
    (!asks && !tail.is_empty() && !words.trim_end().ends_with('?')).then(|| tail.to_owned())
}

/// Whether «if», «op» or «wh» occurs, of which all the words of circumstance are made. A cheap test that most lines fail: without
/// branches, so that it runs on many bytes at once.
fn may_say(words: &[u8]) -> bool {
    let pairs = words.iter().zip(words.get(1..).unwrap_or_default());
    pairs.fold(false, |said, (&one, &next)| {
        let (first, second) = (one | 0x20, next | 0x20);
        let starts = (first == b'i') & (second == b'f')
            | (first == b'o') & (second == b'p')
            | (first == b'w') & (second == b'h');
        said | starts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_and_circumstances_are_found_in_words() {
        for (words, who, when) in [
            ("If major changes: notify support team", None, Some("major changes")),
            ("Send customer communication if impact > 15 minutes", None, Some("impact > 15 minutes")),
            ("Read replicas configured (if needed)", None, Some("needed")),
            ("Penetration testing (if required)", None, Some("required")),
            ("Ask @ana, @bo-b. Then go", Some("@ana @bo-b"), None),
            ("(SwEng) Build it", Some("SwEng"), None),
            ("QA: run smoke tests", Some("QA"), None),
            ("Check if the job ran", None, None),
            ("Mail a@b.example", None, None),
            ("Gateway: up", None, None),
        ] {
            assert_eq!(owner(words, Glance::of(words)).as_deref(), who, "{words}");
            assert_eq!(only_if(words).as_deref(), when, "{words}");
        }
    }
}
