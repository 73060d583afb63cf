//! Document facts: front matter, and `**Last Updated:** 2025-10-03` lines.

use super::model::PolicyRule;

/// Known keys and the words for them, in lower case.
const KEYS: [(&str, &[&str]); 5] = [
    (
        "owner",
        &[
            "owner",
            "document owner",
            "maintainer",
            "author",
            "verantwortlich",
            "responsável",
            "responsable",
            "владелец",
            "负责人",
        ],
    ),
    ("version", &["version", "document version", "versión", "versão", "版本", "версия"]),
    (
        "last_review",
        &[
            "last review",
            "last reviewed",
            "last updated",
            "last update",
            "last_updated",
            "last_review",
            "updated",
            "stand",
            "última atualização",
            "última actualización",
            "dernière mise à jour",
            "最后更新",
            "最終更新",
        ],
    ),
    (
        "next_review",
        &["next review", "next_review", "next review date", "review date", "nächste prüfung", "próxima revisão"],
    ),
    ("status", &["status", "document status", "état", "estado"]),
];

/// The stable key for the words before the colon, and whether they are known.
pub(super) fn key(words: &str) -> (String, bool) {
    let words = words.trim();
    let lower = if words.is_ascii() { None } else { Some(words.to_lowercase()) };
    let lower = lower.as_deref().unwrap_or(words);
    match KEYS.iter().find(|(_, known)| known.iter().any(|known| known.eq_ignore_ascii_case(lower))) {
        Some((key, _)) => ((*key).to_owned(), true),
        None => (words.to_owned(), false),
    }
}

/// The key of a line such as `**Owner**: x`, `**Owner:** x` or, with a known or short key, `Owner: x`.
pub(super) fn split(line: &str) -> Option<(&str, &str, bool)> {
    let line = line.trim().trim_end_matches('\\').trim_end();
    if let Some(rest) = line.strip_prefix("**").or_else(|| line.strip_prefix("__")) {
        let close = rest.find("**").or_else(|| rest.find("__"))?;
        let (inside, tail) = (rest.get(..close)?, rest.get(close + 2..)?);
        let colon_in = inside.trim_end().strip_suffix([':', '：']);
        let key = colon_in.unwrap_or(inside);
        let value = if colon_in.is_some() { tail } else { tail.trim_start().strip_prefix([':', '：'])? };
        return (!key.is_empty() && key.len() < 60).then_some((key, value.trim(), true));
    }
    let (key, value) = line.split_once([':', '：'])?;
    let wordy =
        key.len() < 40 && !key.contains(['`', '[', '|', '.', '<', '*', '(', '☐']) && value.starts_with([' ', '\u{a0}']);
    (wordy && !value.trim().is_empty()).then_some((key, value.trim(), false))
}

/// `key: value` lines at the front matter's margin, with line numbers from 0.
pub(super) fn front_matter(body: &str) -> Vec<(usize, &str, &str)> {
    body.lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with([' ', '\t', '-', '#']))
        .filter_map(|(number, line)| {
            let (key, value) = line.split_once(':')?;
            let value = value.trim().trim_matches(['"', '\'']);
            (!value.is_empty()).then_some((number, key.trim(), value))
        })
        .collect()
}

/// The lines of the front matter's `policy:` list, with line numbers from 0; what is wrong with a line is its error.
pub(super) fn policy(body: &str) -> Vec<(usize, Result<PolicyRule, String>)> {
    let mut inside = false;
    let mut out = Vec::new();
    for (number, line) in body.lines().enumerate() {
        let bare = line.trim();
        if !line.starts_with([' ', '\t', '-']) {
            inside = matches!(bare, "policy:" | "countersign:");
        } else if let Some(rule) = bare.strip_prefix("- ").filter(|_| inside) {
            out.push((number, policy_rule(rule.trim().trim_matches(['"', '\'']))));
        }
    }
    out
}

/// How to mend a policy line.
pub(super) const POLICY_HINT: &str = "Known are sign-off, separation, order, allowed, forbidden, holidays and review, each with a colon and what it asks.";

/// One policy line, without the dash.
pub(super) fn policy_rule(text: &str) -> Result<PolicyRule, String> {
    let (key, value) = text.split_once(':').map_or((text, ""), |(key, value)| (key.trim(), value.trim()));
    if value.is_empty() {
        return Err(format!("«{key}» says nothing after a colon"));
    }
    Ok(match key.to_lowercase().as_str() {
        "sign-off" | "signoff" | "approve" => {
            let (count, rest) = match value.split_once(' ') {
                Some((count, rest)) if count.parse::<u32>().is_ok_and(|count| count > 0) => {
                    (count.parse().unwrap_or(1), rest)
                }
                _ => (1, value),
            };
            let (role, meaning) =
                rest.split_once(',').map_or((rest, ""), |(role, meaning)| (role.trim(), meaning.trim()));
            PolicyRule::SignOff { role: role.trim().to_owned(), meaning: meaning.to_owned(), count }
        }
        "separation" => PolicyRule::Separation,
        "order" if value.to_lowercase().contains("phase") => PolicyRule::PhaseOrder,
        "order" => PolicyRule::ApprovalBeforeDeploy,
        "holiday" | "holidays" => PolicyRule::Holidays { days: value.to_owned() },
        "review" => PolicyRule::Review { within: value.to_owned() },
        "allowed" => PolicyRule::Allowed { window: value.to_owned() },
        "forbidden" => PolicyRule::Forbidden { window: value.to_owned() },
        _ => return Err(format!("«{key}» is no policy")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_by_their_words() {
        for (line, expected) in [
            ("**Last Updated:** 2025-10-03", Some(("last_review", "2025-10-03", true))),
            ("**Owner**: DevOps Team", Some(("owner", "DevOps Team", true))),
            ("Version: 2.0.0", Some(("version", "2.0.0", false))),
            ("**System**: API", Some(("System", "API", true))),
            ("**负责人**：张", Some(("owner", "张", true))),
            ("If issues are detected", None),
            ("https://a.example", None),
        ] {
            let found = split(line).map(|(words, value, bold)| (key(words).0, value, bold));
            assert_eq!(found, expected.map(|(key, value, bold)| (key.to_owned(), value, bold)), "{line}");
        }
    }

    #[test]
    fn front_matter_gives_facts_and_policy() {
        let body = "title: \"A\"\npolicy:\n  - sign-off: 2 Engineering lead, approved\n  - separation: approver performed no item\n  - forbidden: Friday\n  - nonsense: x\nlabels:\n  - a: b\n";
        assert_eq!(front_matter(body), [(0, "title", "A")]);
        let policy = policy(body);
        let two = PolicyRule::SignOff { role: "Engineering lead".to_owned(), meaning: "approved".to_owned(), count: 2 };
        assert_eq!(policy.len(), 4);
        assert_eq!(policy[0], (2, Ok(two)));
        assert_eq!(policy[2], (4, Ok(PolicyRule::Forbidden { window: "Friday".to_owned() })));
        assert!(policy[3].1.is_err());
    }
}
