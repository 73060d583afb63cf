//! Words of a shell as words of a probe: variables become references, values of secrets do not come along.

/// `$NAME` and `${NAME}` as `${env:NAME}`.
pub fn from_shell(text: &str) -> String {
    replaced(text, variable)
}

/// The same, and so what stands for something that a person is to put in: `<api-key>`, `{api_key}`, `YOUR_API_KEY`.
pub fn from_words(text: &str) -> String {
    replaced(text, |text| variable(text).or_else(|| blank(text)))
}

fn replaced(text: &str, named: impl Fn(&str) -> Option<(&str, &str)>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '<', '{', 'Y']) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        match named(tail) {
            Some((name, after)) => {
                out.push_str(&format!("${{env:{}}}", name.to_ascii_uppercase().replace('-', "_")));
                rest = after;
            }
            None => {
                let mut chars = tail.chars();
                out.extend(chars.next());
                rest = chars.as_str();
            }
        }
    }
    out.push_str(rest);
    out
}

/// The variable at the beginning of a text, and what stands behind it.
fn variable(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix('$')?;
    if rest.starts_with('{') {
        return between(rest, "{", "}");
    }
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    Some(rest.split_at(end)).filter(|(name, _)| is_name(name))
}

/// The name of what is to be put in, and what stands behind it.
fn blank(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("YOUR_") {
        let end =
            rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len());
        return (end > 0).then(|| rest.split_at(end));
    }
    between(text, "<", ">").or_else(|| between(text, "{{", "}}")).or_else(|| between(text, "{", "}"))
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, &'a str)> {
    let (name, after) = text.strip_prefix(open)?.split_once(close)?;
    is_name(name).then_some((name, after))
}

/// A name as people write one for a value; no digit first.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// A header field whose value is a secret.
pub fn is_secret_field(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    ["authorization", "cookie", "token", "key", "secret", "password"].iter().any(|part| low.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_by_a_shell_is_put_in_from_the_environment() {
        for (text, expected) in [
            ("Bearer $TOKEN", "Bearer ${env:TOKEN}"),
            ("${A}/${B}-$C", "${env:A}/${env:B}-${env:C}"),
            ("Bearer <api-key>", "Bearer ${env:API_KEY}"),
            ("YOUR_API_KEY x", "${env:API_KEY} x"),
            ("/accounts/{account_id}/x", "/accounts/${env:ACCOUNT_ID}/x"),
            ("{{ token }} {{token}}", "{{ token }} ${env:TOKEN}"),
            ("a < b > c $1 $ ${ {\"a\":1} Y", "a < b > c $1 $ ${ {\"a\":1} Y"),
            ("${env:KEPT}", "${env:KEPT}"),
        ] {
            assert_eq!(from_words(text), expected);
        }
        assert_eq!(from_shell("/$A/${B}/{c}/<d>"), "/${env:A}/${env:B}/{c}/<d>");
    }
}
