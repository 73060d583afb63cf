//! Probes that lines offer: health addresses, the status that is said to come back, and members of the answer. None runs by itself.
//!
//! Commands are read in [`super::curl`].

use super::fence;
use super::inline;
use super::phrase::{self, Pairs, Phrase};

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

/// What follows a number that is an amount and no status.
const AMOUNTS: [&str; 5] = ["ms", "%", "req", "users", "KB"];

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
            let after = tail.get(digits..).unwrap_or_default().trim_start();
            let amount = AMOUNTS.iter().any(|word| after.starts_with(word));
            if let Some(status) = status.filter(|status| (100..600).contains(status) && !amount) {
                return Some(status);
            }
            from = at;
        }
    }
    None
}

/// What a line shows as an answer in JSON (`{"status": "ok"}`), as conditions on its members.
pub(super) fn members(words: &str) -> Vec<String> {
    let Some(start) = words.find("{\"") else { return Vec::new() };
    let json = words.get(start..).unwrap_or_default();
    let mut read = serde_json::Deserializer::from_str(json).into_iter::<serde_json::Map<String, serde_json::Value>>();
    let Some(Ok(members)) = read.next() else { return Vec::new() };
    let plain = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let said = members.iter().filter(|(name, value)| {
        let sample = value.as_str().is_some_and(|text| text.is_empty() || text.contains(['<', '.', '[', '{', '…']));
        let part = value.is_object() || value.is_array() || value.is_null();
        plain(name) && !name.starts_with(|c: char| c.is_ascii_digit()) && !part && !sample
    });
    said.map(|(name, value)| format!("body.{name} == {value}")).collect()
}

/// Whether an address has parts that must be put in first.
pub(super) fn has_placeholders(url: &str) -> bool {
    let url = &crate::ask::fill(url, |_| Ok::<_, ()>("x".to_owned())).unwrap_or_default();
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
    fn health_addresses_and_stated_codes_are_found() {
        assert_eq!(
            health_urls("Gateway: https://a.example/health. https://b.example/docs"),
            ["https://a.example/health"]
        );
        assert_eq!(health_urls("https://a.example/api/healthz?x=1"), ["https://a.example/api/healthz?x=1"]);
        assert!(health_urls("https://status.example").is_empty());
        assert_eq!(status("Verify health check endpoint returns 200:"), Some(200));
        assert_eq!(status("Returns nothing for 200 users"), None);
        assert_eq!(status("Each search returns 200 users within 300 ms"), None);
        assert_eq!(
            members("answers {\"status\": \"ok\", \"db\": {\"up\": true}, \"n\": 3} soon"),
            ["body.n == 3", "body.status == \"ok\""]
        );
        assert_eq!(members("{\"at\": \"2026-…\"} or {\"a\": 1}"), Vec::<String>::new());
        assert!(
            has_placeholders("https://<host>/health")
                && has_placeholders("https://$HOST/h")
                && !has_placeholders("https://a.example/h")
        );
        assert_eq!(name("https://a.example/health/"), "a.example/health");
    }
}
