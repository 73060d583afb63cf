//! What `jq` on a command line looks for in an answer, as conditions: a part that must be there, or what it must be.
//!
//! Deliberately not in it: filters that compute. They are told apart and left to the person.

/// What the words after `jq` come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// Conditions on `body`.
    Holds(Vec<String>),
    /// It shows the answer and looks for nothing.
    Shows,
    /// It computes something.
    Otherwise,
}

/// Options that take words with them, and how many.
const WITH_WORDS: [(&str, usize); 6] =
    [("--arg", 2), ("--argjson", 2), ("--slurpfile", 2), ("--rawfile", 2), ("--indent", 1), ("--tab", 0)];

/// Reads the arguments of `jq`.
pub(super) fn conditions(args: &[String]) -> Read {
    let mut words = args.iter();
    let filter = loop {
        let Some(word) = words.next() else { return Read::Shows };
        match WITH_WORDS.iter().find(|(name, _)| name == word) {
            Some((_, count)) => (0..*count).for_each(|_| {
                words.next();
            }),
            None if word.starts_with('-') => {}
            None => break word.trim(),
        }
    };
    if filter == "." {
        return Read::Shows;
    }
    let parts: Option<Vec<_>> = filter.split(" and ").map(one).collect();
    parts.map_or(Read::Otherwise, Read::Holds)
}

/// `.status`, `.status == "ok"`, `.queue.depth < 100`
fn one(filter: &str) -> Option<String> {
    let filter = filter.trim().trim_start_matches('(').trim_end_matches(')').trim();
    let end = filter
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '[' | ']' | '?')))
        .unwrap_or(filter.len());
    let (path, rest) = filter.split_at_checked(end)?;
    let path = path.strip_prefix('.')?.replace('?', "");
    if path.is_empty() || path.starts_with('[') || path.contains("[]") || path.contains("..") {
        return None;
    }
    let rest = rest.trim();
    if rest.is_empty() {
        return Some(format!("body.{path} != null"));
    }
    let signs = rest.find(|c: char| !matches!(c, '=' | '!' | '<' | '>'))?;
    let (sign, value) = rest.split_at_checked(signs)?;
    let value = value.trim();
    let known = matches!(sign, "==" | "!=" | "<" | "<=" | ">" | ">=");
    // A filter that goes on computes something; JSON alone is a value.
    (known
        && serde_json::from_str::<serde_json::Value>(value).is_ok_and(|value| !value.is_object() && !value.is_array()))
    .then(|| format!("body.{path} {sign} {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_become_conditions_unless_they_compute() {
        for (args, expected) in [
            (".status", "body.status != null"),
            ("-r .data.version", "body.data.version != null"),
            ("-e .a.b[0].c", "body.a.b[0].c != null"),
            ("-e .status?", "body.status != null"),
            ("-e .status§==§\"ok\"", "body.status == \"ok\""),
            ("-e .depth§<=§100§and§.up§==§true", "body.depth <= 100, body.up == true"),
            ("--arg a b .x", "body.x != null"),
            ("", "shows"),
            (".", "shows"),
            ("-M .", "shows"),
            (".checks[]", "otherwise"),
            (".items|length", "otherwise"),
            (".a§==§.b", "otherwise"),
            ("keys", "otherwise"),
        ] {
            let words: Vec<_> = args.split_ascii_whitespace().map(|word| word.replace('§', " ")).collect();
            let shown = match conditions(&words) {
                Read::Holds(all) => all.join(", "),
                Read::Shows => "shows".to_owned(),
                Read::Otherwise => "otherwise".to_owned(),
            };
            assert_eq!(shown, expected, "{args}");
        }
    }
}
