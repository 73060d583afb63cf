//! Secrets in text: found by what they look like, and put out of sight before anything is stored. What was masked is told by kind
//! and number, and never by its words.
//!
//! One table of patterns; pure, and without regular expressions. It finds what has a known form: a password in a sentence is not
//! found. What only names a secret (`$PASSWORD`, `<token>`, `***`) stays.

mod known;

pub use known::{Written, forms, mask_forms};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::ops::Range;

/// A kind of secret, and how often it was masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Masked {
    /// As it stands in the place of the secret.
    pub kind: String,
    /// How often.
    pub count: u32,
}

/// How a kind of secret is found.
enum Form {
    /// It begins with one of these, and goes on with at least so many characters of its alphabet.
    Begins(&'static [&'static str], fn(u8) -> bool, usize),
    /// It follows one of these words (in any case), and has at least so many characters of its alphabet.
    Follows(&'static [&'static str], fn(u8) -> bool, usize),
    /// From one of these lines to the end of its block.
    Block(&'static str, &'static str),
    /// Behind a name and a colon before the `@` of a URL.
    UrlPassword,
    /// Behind `=` or `:` and a name that ends like this.
    Assigned(&'static [&'static str]),
}

const PATTERNS: &[(&str, Form)] = &[
    ("private key", Form::Block("-----BEGIN ", "PRIVATE KEY-----")),
    ("AWS access key", Form::Begins(&["AKIA", "ASIA"], capital, 16)),
    ("GitHub token", Form::Begins(&["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], word, 20)),
    ("GitLab token", Form::Begins(&["glpat-"], url_safe, 16)),
    ("Slack token", Form::Begins(&["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"], url_safe, 10)),
    ("Google API key", Form::Begins(&["AIza"], url_safe, 30)),
    ("Stripe key", Form::Begins(&["sk_live_", "rk_live_"], word, 16)),
    ("JSON web token", Form::Begins(&["eyJ"], dotted, 30)),
    ("bearer token", Form::Follows(&["bearer "], token, 16)),
    ("basic credentials", Form::Follows(&["authorization: basic ", "\"basic "], token, 8)),
    ("password", Form::Follows(&["--password ", "--token "], printable, 1)),
    ("password in a URL", Form::UrlPassword),
    (
        "password",
        Form::Assigned(&[
            "password",
            "passwd",
            "passphrase",
            "pwd",
            "secret",
            "token",
            "api_key",
            "apikey",
            "api-key",
            "access_key",
            "secret_key",
            "private_key",
            "client_secret",
            "accountkey",
            "credential",
            "credentials",
        ]),
    ),
];

fn capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

fn word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn url_safe(byte: u8) -> bool {
    word(byte) || byte == b'-'
}

fn dotted(byte: u8) -> bool {
    url_safe(byte) || byte == b'.'
}

/// The alphabet of credentials (`token68` of RFC 9110, section 11.2).
fn token(byte: u8) -> bool {
    dotted(byte) || matches!(byte, b'~' | b'+' | b'/' | b'=')
}

fn printable(byte: u8) -> bool {
    byte.is_ascii_graphic() || !byte.is_ascii()
}

/// The text without its secrets, and what was taken out.
pub fn mask(text: &str) -> (Cow<'_, str>, Vec<Masked>) {
    let (mut shown, mut masked) = (String::new(), Vec::new());
    let (mut kept, mut at) = (0, 0);
    let begins = first_bytes();
    while let Some(byte) = text.as_bytes().get(at) {
        if !begins.contains(byte) {
            at += 1;
            continue;
        }
        let Some((kind, secret)) = PATTERNS.iter().find_map(|(kind, form)| Some((*kind, form.at(text, at)?))) else {
            at += 1;
            continue;
        };
        shown += text.get(kept..secret.start).unwrap_or_default();
        shown += "[masked: ";
        shown += kind;
        shown.push(']');
        note(&mut masked, kind, 1);
        (kept, at) = (secret.end, secret.end);
    }
    if masked.is_empty() {
        return (Cow::Borrowed(text), masked);
    }
    shown += text.get(kept..).unwrap_or_default();
    (Cow::Owned(shown), masked)
}

/// The bytes that patterns begin with: most of a text is passed over by these.
fn first_bytes() -> Vec<u8> {
    let of_words = |words: &[&str]| words.iter().filter_map(|word| word.bytes().next()).collect::<Vec<_>>();
    let of = |(_, form): &(&str, Form)| match form {
        Form::Begins(words, ..) => of_words(words),
        Form::Follows(words, ..) => {
            of_words(words).into_iter().flat_map(|byte| [byte, byte.to_ascii_uppercase()]).collect()
        }
        Form::Block(begins, _) => of_words(&[begins]),
        Form::UrlPassword => vec![b':'],
        Form::Assigned(_) => vec![b'=', b':'],
    };
    PATTERNS.iter().flat_map(of).collect()
}

/// Masks in place, and adds what was taken out.
pub fn mask_in(text: &mut String, masked: &mut Vec<Masked>) {
    if let (Cow::Owned(shown), found) = mask(text) {
        *text = shown;
        found.into_iter().for_each(|of| note(masked, &of.kind, of.count));
    }
}

fn note(masked: &mut Vec<Masked>, kind: &str, count: u32) {
    match masked.iter_mut().find(|of| of.kind == kind) {
        Some(of) => of.count = of.count.saturating_add(count),
        None => masked.push(Masked { kind: kind.to_owned(), count }),
    }
}

/// «2 × AWS access key, 1 × password».
pub fn words(masked: &[Masked]) -> String {
    masked.iter().map(|of| format!("{} × {}", of.count, of.kind)).collect::<Vec<_>>().join(", ")
}

impl Form {
    /// Where the secret stands, if its pattern begins at `at`.
    fn at(&self, text: &str, at: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        let first = *bytes.get(at)?;
        let starts = |word: &&&str| word.bytes().next().is_some_and(|byte| byte.eq_ignore_ascii_case(&first));
        let from = |begin: usize, of: fn(u8) -> bool| run(bytes, begin, of);
        match self {
            Self::Begins(words, of, least) => {
                let found = words
                    .iter()
                    .filter(starts)
                    .find(|word| text.get(at..).is_some_and(|rest| rest.starts_with(*word)))?;
                let end = from(at + found.len(), *of);
                (alone(bytes, at) && end - at >= found.len() + least).then_some(at..end)
            }
            Self::Follows(words, of, least) => {
                let like = |word: &&&str| {
                    bytes.get(at..at + word.len()).is_some_and(|here| here.eq_ignore_ascii_case(word.as_bytes()))
                };
                let begin = at + words.iter().filter(starts).find(like)?.len();
                let end = from(begin, *of);
                (alone(bytes, at) && end - begin >= *least && says_something(text, begin)).then_some(begin..end)
            }
            Self::Block(begins, ends) => {
                let line = text.get(at..).filter(|_| first == b'-')?.strip_prefix(begins)?.lines().next()?;
                line.contains(ends).then_some(())?;
                let body = at + begins.len() + line.len();
                let end = text.get(body..)?.find(ends).map_or(text.len(), |end| body + end + ends.len());
                Some(at..end)
            }
            Self::UrlPassword => {
                let begin = at + 3;
                (first == b':' && text.get(at..begin)? == "://").then_some(())?;
                let end = from(begin, |byte| {
                    byte.is_ascii_graphic() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>')
                });
                let (before, _) = text.get(begin..end)?.rsplit_once('@')?;
                let (name, password) = before.split_once(':')?;
                let start = begin + name.len() + 1;
                (!password.is_empty() && says_something(text, start)).then_some(start..begin + before.len())
            }
            Self::Assigned(names) => {
                if !matches!(first, b'=' | b':') {
                    return None;
                }
                let name = text.get(..at)?.trim_end_matches([' ', '"', '\'']);
                let is = |known: &&str| {
                    let start = name.len().checked_sub(known.len());
                    start.and_then(|start| name.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(known))
                };
                names.iter().any(is).then_some(())?;
                assigned(text, at, first)
            }
        }
    }
}

/// The value behind `=` or `:`. An unquoted one behind a colon counts only if nothing follows it on its line: sentences have more words.
fn assigned(text: &str, at: usize, sign: u8) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let begin = run(bytes, at + 1, |byte| byte == b' ');
    let (start, end) = match bytes.get(begin)? {
        quote @ (b'"' | b'\'') => {
            let start = begin + 1;
            let mut end = start;
            while bytes.get(end).is_some_and(|byte| byte != quote && *byte != b'\n') {
                end += if bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
            }
            (start, end.min(bytes.len()))
        }
        _ => {
            let end = run(bytes, begin, |byte| {
                printable(byte) && !matches!(byte, b',' | b';' | b'&' | b'"' | b'\'' | b')' | b'}')
            });
            let rest = text.get(end..)?.lines().next().unwrap_or_default().trim();
            let last = rest.is_empty() || rest.starts_with([',', ';', '}']);
            (sign == b'=' || last).then_some((begin, end))?
        }
    };
    (end > start && text.is_char_boundary(end) && says_something(text, start)).then_some(start..end)
}

/// It is not only the name of a place where the secret is, or masked already.
fn says_something(text: &str, at: usize) -> bool {
    !text.get(at..).is_some_and(|rest| rest.starts_with(['$', '<', '*', '%', '{']) || rest.starts_with("[masked"))
}

/// No word goes on into this place.
fn alone(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|byte| !word(*byte))
}

/// Where the run of such bytes that begins at `at` ends.
fn run(bytes: &[u8], at: usize, of: fn(u8) -> bool) -> usize {
    bytes.iter().skip(at).position(|byte| !of(*byte)).map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written, what is stored.
    const TOLD: &[(&str, &str)] = &[
        ("id AKIAIOSFODNN7EXAMPLE.", "id [masked: AWS access key]."),
        ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [masked: password]"),
        ("ghp_0123456789abcdefghijABCDEFGHIJ012345", "[masked: GitHub token]"),
        ("«github_pat_11ABCDEFG0abcdefghijkl_x»", "«[masked: GitHub token]»"),
        ("glpat-abcdefghij0123456789", "[masked: GitLab token]"),
        ("xoxb-123456789012-abcdefXYZ", "[masked: Slack token]"),
        ("Authorization: Bearer abc.def-ghi_jkl~mno+pq/==", "Authorization: Bearer [masked: bearer token]"),
        ("authorization: basic dXNlcjpwYXNz", "authorization: basic [masked: basic credentials]"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "[masked: JSON web token]"),
        ("postgres://app:s3cr%3at@db:5432/x", "postgres://app:[masked: password in a URL]@db:5432/x"),
        ("https://u:p@ss@host/", "https://u:[masked: password in a URL]@host/"),
        ("DB_PASSWORD=hunter2 run", "DB_PASSWORD=[masked: password] run"),
        ("{\"password\": \"a \\\" b\", \"x\": 1}", "{\"password\": \"[masked: password]\", \"x\": 1}"),
        ("token: abc\nnext", "token: [masked: password]\nnext"),
        ("?api_key=k1&y=2", "?api_key=[masked: password]&y=2"),
        ("mysql --password hunter2 -h db", "mysql --password [masked: password] -h db"),
        ("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb", "a\n[masked: private key]\nb"),
        ("-----BEGIN PRIVATE KEY-----\ncut off", "[masked: private key]"),
        ("pässwort, password=grün; ok", "pässwort, password=[masked: password]; ok"),
    ];

    /// What has no secret in it, however it looks.
    const PLAIN: &[&str] = &[
        "",
        "The password was changed by Bo.",
        "Secrets: rotated last week, by Bo",
        "password=$DB_PASSWORD --token <token> secret: ***",
        "https://example.com:8080/a@b?c=d",
        "git@github.com:a/b.git",
        "AKIA is how they begin; KAKIAIOSFODNN7EXAMPLE",
        "The bearer of this is Bo",
        "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----",
        "password=",
        "password: ",
        "token",
        "== : = :",
    ];

    #[test]
    fn secrets_are_masked_and_told() {
        for (written, stored) in TOLD {
            let (shown, masked) = mask(written);
            assert_eq!(shown, *stored, "{written}");
            assert_eq!(masked.iter().map(|of| of.count).sum::<u32>(), 1, "{written}: {masked:?}");
            assert_eq!(mask(stored), (Cow::Borrowed(*stored), vec![]), "masking again changes nothing");
        }
    }

    #[test]
    fn what_is_no_secret_stays_as_it_is() {
        for text in PLAIN {
            assert_eq!(mask(text), (Cow::Borrowed(*text), vec![]), "{text}");
        }
    }

    #[test]
    fn several_are_counted_by_kind() {
        let (shown, masked) = mask("pwd=a pwd=b AKIAIOSFODNN7EXAMPLE");
        assert_eq!(shown, "pwd=[masked: password] pwd=[masked: password] [masked: AWS access key]");
        assert_eq!(words(&masked), "2 × password, 1 × AWS access key");
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_it_and_masking_twice_is_masking_once(
            parts in proptest::collection::vec(proptest::sample::select(vec![
                "password", "=", ":", "\"", "\\", "'", " ", "\n", "é", "://", "@", "u", "Bearer ", "0123456789abcdef", "AKIA", "eyJ",
                "-----BEGIN ", "PRIVATE KEY-----", "ABCDEFGHIJKLMNOP", "$", "[masked: x]", ";",
            ]), 0..24)
        ) {
            let text = parts.concat();
            let (once, _) = mask(&text);
            let (twice, again) = mask(&once);
            proptest::prop_assert_eq!((&twice, again), (&once, vec![]));
        }
    }
}
