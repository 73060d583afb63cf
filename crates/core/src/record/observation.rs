//! What a probe found, with its evidence: one flat shape for all kinds. How it is measured is the engine's; what it means is judged
//! here, purely.

use crate::condition::{Condition, Evaluation, Facts, Outcome, json};
use crate::id::{Digest, ItemId, ProbeId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One run of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Which probe.
    pub probe: ProbeId,
    /// The item that it gives evidence for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// What was asked, in the words of [`crate::ask`].
    pub asked: String,
    /// When it was due.
    pub due: Timestamp,
    /// When it ran.
    pub at: Timestamp,
    /// What went over the network, in order: several for redirects, steps and samples of a latency.
    pub exchanges: Vec<Exchange>,
    /// What was measured, by the names that conditions use. A number is written exactly, with its unit: `12.345 ms`.
    pub facts: Vec<(String, String)>,
    /// What a person has to allow before it can be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<Need>,
    /// Each expectation with its values.
    pub conditions: Vec<Evaluation>,
    /// All expectations together.
    pub outcome: Outcome,
}

/// Something that a probe was not made without.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The host to allow.
    pub host: String,
    /// What to allow beside asking it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Also>,
}

/// What a person can allow beside asking a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Also {
    /// At a private, link-local or loopback address, or one where a cloud tells a machine about itself.
    Private,
    /// By methods that may change something: POST, PUT, PATCH, DELETE.
    Send,
}

/// A question and its answer, as far as they are kept. Times are in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What was asked, without secrets.
    pub asked: String,
    /// What came, in a few words: `HTTP/1.1 200`, `PONG`; or why nothing came.
    pub came: String,
    /// The phase in which it failed; none if an answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<Phase>,
    /// The addresses of the host's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resolved: Vec<String>,
    /// The address that was connected to, with the port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// About the encryption: version, cipher, and of each certificate its subject, end and SHA-256.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tls: Vec<(String, String)>,
    /// Header fields that help to judge it, names in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// How long each phase took.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub times: Vec<(Phase, u64)>,
    /// How long all of it took.
    pub total_us: u64,
    /// How many bytes of the answer's body were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_size: Option<u64>,
    /// SHA-256 of these bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<Digest>,
    /// The body went on past the limit and was cut there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub body_cut: bool,
    /// The beginning of the body, as text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub excerpt: String,
}

/// The phases of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// A person has to allow it first.
    Consent,
    /// The question itself is not possible, such as a secret that is not set.
    Request,
    /// Looking up the name.
    Resolve,
    /// Connecting.
    Connect,
    /// Agreeing on the encryption.
    Tls,
    /// Waiting for the beginning of the answer.
    Head,
    /// Reading the rest of the answer.
    Body,
}

impl Phase {
    /// As people call it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Consent => "not allowed yet",
            Self::Request => "the question",
            Self::Resolve => "look-up",
            Self::Connect => "connection",
            Self::Tls => "encryption",
            Self::Head => "first byte",
            Self::Body => "rest",
        }
    }
}

/// Microseconds as exact milliseconds: `12.345 ms`.
pub fn millis(us: u64) -> String {
    let (whole, part) = (us / 1000, us % 1000);
    let text = format!("{whole}.{part:03}");
    format!("{} ms", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The measurements that conditions can name: facts by their whole names, and the body. A body that is JSON (RFC 8259) can be reached
/// into as `body`; any that is text is `text`.
pub fn measurements(facts: &[(String, String)], body: Option<&[u8]>) -> Facts {
    let mut found = Facts::default();
    for (name, value) in facts {
        let value = match value.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => Value::String(text.to_owned()),
        };
        found.values.insert(name.clone(), value);
    }
    if let Some(text) = body.and_then(|body| std::str::from_utf8(body).ok()) {
        found.values.insert("text".into(), Value::String(text.to_owned()));
        if let Ok(parsed) = json::read(text) {
            found.values.insert("body".into(), parsed);
        }
    }
    found
}

/// Each expectation with its values.
pub fn judge(expect: &[Condition], facts: &Facts) -> Vec<Evaluation> {
    expect.iter().map(|condition| condition.evaluate(facts)).collect()
}

/// What expectations come to together. None at all is unknown, as every question without an answer.
pub fn together(conditions: &[Evaluation]) -> Outcome {
    match () {
        () if conditions.iter().any(|each| each.outcome == Outcome::NotMet) => Outcome::NotMet,
        () if conditions.is_empty() || conditions.iter().any(|each| each.outcome == Outcome::Unknown) => {
            Outcome::Unknown
        }
        () => Outcome::Met,
    }
}

impl Observation {
    /// One line: what came back, and the first expectation that was not met.
    pub fn summary(&self) -> String {
        let came = match self.exchanges.last() {
            Some(last) if last.failed.is_some() => last.came.clone(),
            Some(last) => format!("{} in {}", last.came, millis(self.total_us())),
            None => "nothing was asked".to_owned(),
        };
        let off = self.conditions.iter().find(|each| each.outcome != Outcome::Met);
        off.map_or_else(|| came.clone(), |off| format!("{came}; {}", off.shown))
    }

    /// How long its exchanges took together, in microseconds.
    pub fn total_us(&self) -> u64 {
        self.exchanges.iter().map(|each| each.total_us).sum()
    }

    /// An answer came to all that was asked.
    pub fn answered(&self) -> bool {
        !self.exchanges.is_empty() && self.exchanges.iter().all(|each| each.failed.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn microseconds_are_written_exactly() {
        for (us, text) in [(0, "0 ms"), (1, "0.001 ms"), (12_345, "12.345 ms"), (500_000, "500 ms"), (1_100, "1.1 ms")]
        {
            assert_eq!(millis(us), text);
        }
    }

    #[test]
    fn what_is_missing_is_unknown_and_nothing_expected_is_too() {
        let facts = [("http.status".to_owned(), "200".to_owned()), ("tls.trusted".to_owned(), "true".to_owned())];
        let facts = measurements(&facts, Some(b"{\"a\": 0.30000000000000001}"));
        let judged = |texts: &[&str]| {
            let expect: Vec<Condition> = texts.iter().map(|text| text.parse().unwrap()).collect();
            together(&judge(&expect, &facts))
        };
        for (expect, outcome) in [
            (["http.status == 200", "tls.trusted == true"].as_slice(), Outcome::Met),
            (&["http.status == 200", "tls.days_left > 14"], Outcome::Unknown),
            (&["http.status == 500", "tls.days_left > 14"], Outcome::NotMet),
            (&["body.a > 0.3"], Outcome::Met),
            (&["body.b == 1"], Outcome::Unknown),
            (&[], Outcome::Unknown),
        ] {
            assert_eq!(judged(expect), outcome, "{expect:?}");
        }
    }
}
