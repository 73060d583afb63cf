//! Who is to do something, and under which circumstance: `@ana`, `**(SwEng)**`, `QA: …`; `If major changes: …`, `(if needed)`.

use super::phrase::{Pairs, Phrase};

/// The owner that an item's words name.
pub(super) fn owner(words: &str) -> Option<String> {
    if words.contains('@')
        && let Some(mentioned) = mentions(words)
    {
        return Some(mentioned);
    }
    if let Some((role, _)) = words.strip_prefix('(').and_then(|rest| rest.split_once(')'))
        && is_role(role)
    {
        return Some(role.to_owned());
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
    static SAID: [Phrase; 4] = Phrase::all(["if ", "(optional)", "optional", "(when "]);
    if !Pairs::of(words).may_hold_any(&SAID) {
        return None;
    }
    let lower = words.to_lowercase();
    if lower.len() != words.len() {
        return None;
    }
    if lower.starts_with("if ") {
        let end = words.find([':', ',']).filter(|end| *end < 80)?;
        return words.get(3..end)?.split(". ").next().map(|when| when.trim().to_owned());
    }
    for (open, skip) in [("(if ", 4), ("(only if ", 9), ("(when ", 6)] {
        if let Some(at) = lower.find(open) {
            let tail = words.get(at + skip..)?;
            return tail.split(')').next().map(|text| text.trim().to_owned());
        }
    }
    if lower.contains("(optional)") || lower.starts_with("optional:") || lower.starts_with("[optional]") {
        return Some("optional".to_owned());
    }
    let at = lower.find(" if ")?;
    let tail = words
        .get(at + 4..)?
        .split([';', ',', ')', '('])
        .next()?
        .split(". ")
        .next()?
        .trim()
        .trim_end_matches(['.', ':']);
    // «Check if the job ran» asks; «Update docs if needed» applies under a circumstance.
    let asks =
        ["check", "see", "verify", "determine", "decide", "confirm", "ask", "know", "test", "assess", "validate"]
            .iter()
            .any(|verb| lower.get(..at).is_some_and(|before| before.starts_with(verb) || before.ends_with(verb)));
    (!asks && !tail.is_empty() && !words.trim_end().ends_with('?')).then(|| tail.to_owned())
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
            assert_eq!(owner(words).as_deref(), who, "{words}");
            assert_eq!(only_if(words).as_deref(), when, "{words}");
        }
    }
}
