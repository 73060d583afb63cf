//! Probes that the text offers: `curl -f https://…/health`, and health addresses in lines. None runs by itself.

use super::fence;
use super::inline;
use super::phrase::{self, Pairs, Phrase};

/// What a command or a line offers to measure.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) method: &'static str,
    pub(super) url: String,
    /// Conditions beside the status.
    pub(super) expect: Vec<String>,
}

/// The probe that a command can be made into; none if it sends anything.
pub(super) fn of_command(command: &str) -> Option<Offer> {
    let start = command.find("curl ").or_else(|| command.find("wget "))?;
    let led =
        command.get(..start)?.chars().next_back().is_none_or(|c| matches!(c, ' ' | '(' | '`' | ';' | '|' | '&' | '!'));
    let whole = command.get(start..)?;
    let end = whole
        .find(" | ")
        .or_else(|| whole.find(" && "))
        .or_else(|| whole.find(" || "))
        .or_else(|| whole.find(';'))
        .unwrap_or(whole.len());
    let (call, pipe) = whole.split_at_checked(end)?;
    let mut method = "GET";
    let mut words = call.split_ascii_whitespace().skip(1);
    let mut url = None;
    while let Some(word) = words.next() {
        match word {
            "-X" | "--request" => {
                method = match words.next()?.trim_matches(['"', '\'']) {
                    "GET" => "GET",
                    "HEAD" => "HEAD",
                    _ => return None,
                }
            }
            "-XPOST" | "-XPUT" | "-XDELETE" | "-XPATCH" | "-d" | "--data" | "--data-raw" | "--data-binary" | "-F"
            | "--form" | "-T" | "--post-data" => {
                return None;
            }
            _ if word.starts_with("--data") || word.starts_with("--post") => return None,
            "-I" | "--head" | "-sI" | "-Is" | "-IL" | "-sIL" => method = "HEAD",
            _ => {
                let bare = word.trim_matches(['"', '\'', '`']);
                if (bare.starts_with("http://") || bare.starts_with("https://")) && url.is_none() {
                    url = Some(bare.to_owned());
                }
            }
        }
    }
    let expect = pipe.find("jq").and_then(|at| pipe.get(at..)).and_then(expected_of_jq).into_iter().collect();
    led.then_some(Offer { method, url: url?, expect })
}

/// `jq '.status'` shows a part that must be there; `jq -e '.status == "ok"'` says what it must be.
fn expected_of_jq(jq: &str) -> Option<String> {
    let filter = jq.split(['\'', '"']).nth(1).filter(|filter| filter.starts_with('.'));
    let quoted = jq.split('\'').nth(1).filter(|filter| filter.starts_with('.'));
    let filter = quoted.or(filter)?.trim();
    let path_end = filter.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_'))).unwrap_or(filter.len());
    let path = filter.get(1..path_end)?;
    if path.is_empty() {
        return None;
    }
    let rest = filter.get(path_end..)?.trim();
    match rest.strip_prefix("==") {
        Some(value) => Some(format!("body.{path} == {}", value.trim())),
        None if rest.is_empty() => Some(format!("body.{path} != null")),
        None => None,
    }
}

/// Last parts of a path that stand for an address that tells of health.
const HEALTH: [&str; 14] = [
    "health",
    "healthz",
    "health-check",
    "healthcheck",
    "ready",
    "readyz",
    "readiness",
    "live",
    "livez",
    "liveness",
    "ping",
    "status",
    "metrics",
    "heartbeat",
];

/// The health addresses in a line's words.
pub(super) fn health_urls(words: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    if memchr::memchr(b':', words.as_bytes()).is_none() || !words.contains("://") {
        return out;
    }
    let mut from = 0;
    while let Some(at) = words.get(from..).and_then(|rest| rest.find("http")).map(|at| from + at) {
        let rest = words.get(at..).unwrap_or_default();
        let length = inline::url_length(rest);
        let url = rest.get(..length).unwrap_or_default();
        if is_health(url) && !out.iter().any(|known| known == url) {
            out.push(url.to_owned());
        }
        from = at + length.max(4);
    }
    out
}

fn is_health(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let path = path.splitn(4, '/').nth(3).unwrap_or_default();
    path.split('/').any(|part| HEALTH.iter().any(|word| word.eq_ignore_ascii_case(part)))
}

/// The status that a line says is returned: `returns 200`, `responds with 204`, `HTTP 200`.
pub(super) fn status(words: &str) -> Option<u16> {
    static LEADS: [Phrase; 10] = Phrase::all([
        "returns ",
        "return ",
        "returning ",
        "responds with ",
        "responds ",
        "http ",
        "status ",
        "code ",
        "→ ",
        "-> ",
    ]);
    if !words.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let pairs = Pairs::of(words);
    for lead in LEADS.iter().filter(|lead| pairs.may_hold(lead)) {
        let mut from = 0;
        while let Some(at) =
            words.get(from..).and_then(|rest| phrase::find(rest, lead.text)).map(|at| from + at + lead.text.len())
        {
            let tail = words.get(at..).unwrap_or_default();
            let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
            let status = tail.get(..digits).and_then(|digits| digits.parse().ok());
            if let Some(status) = status.filter(|status| (100..600).contains(status)) {
                return Some(status);
            }
            from = at;
        }
    }
    None
}

/// Whether an address has parts that must be put in first.
pub(super) fn has_placeholders(url: &str) -> bool {
    let host = url.split('/').nth(2).unwrap_or_default();
    fence::has_placeholders(url)
        || url.contains(['$', '<', '[', '{'])
        || host.starts_with("your")
        || host.contains("YOUR")
        || host.contains("yourdomain")
        || host.contains("your-")
}

/// Host and path, as an offer without words of its own is called.
pub(super) fn name(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_become_offers_unless_they_send_something() {
        for (command, expected) in [
            ("curl -f https://a.example/health", Some(("GET", "https://a.example/health", None))),
            (
                "curl -s https://a.example/health | jq '.status'",
                Some(("GET", "https://a.example/health", Some("body.status != null"))),
            ),
            (
                "curl -s https://a.example/h | jq -e '.db.state == \"up\"'",
                Some(("GET", "https://a.example/h", Some("body.db.state == \"up\""))),
            ),
            ("curl -s https://a.example/health | jq", Some(("GET", "https://a.example/health", None))),
            ("curl -I \"https://a.example\"", Some(("HEAD", "https://a.example", None))),
            ("curl -X GET \"https://a.example/{id}\" -H 'a: b'", Some(("GET", "https://a.example/{id}", None))),
            ("curl -X POST https://a.example/run", None),
            ("curl -d x=1 https://a.example/run", None),
            ("npm run build", None),
        ] {
            let found = of_command(command);
            let found = found
                .as_ref()
                .map(|offer| (offer.method, offer.url.as_str(), offer.expect.first().map(String::as_str)));
            assert_eq!(found, expected, "{command}");
        }
    }

    #[test]
    fn health_addresses_and_stated_codes_are_found() {
        assert_eq!(
            health_urls("Gateway: https://a.example/health. https://b.example/docs"),
            ["https://a.example/health"]
        );
        assert_eq!(health_urls("https://a.example/api/healthz?x=1"), ["https://a.example/api/healthz?x=1"]);
        assert!(health_urls("https://status.example").is_empty());
        assert_eq!(status("Verify health check endpoint returns 200:"), Some(200));
        assert_eq!(status("Returns nothing for 200 users"), None);
        assert!(
            has_placeholders("https://<host>/health")
                && has_placeholders("https://$HOST/h")
                && !has_placeholders("https://a.example/h")
        );
        assert_eq!(name("https://a.example/health/"), "a.example/health");
    }
}
