//! What a probe measured, with its evidence. How it is measured is the engine's; what it means is judged here, purely.

use crate::condition::{Condition, Evaluation, Facts, Outcome, json};
use crate::id::{Digest, ItemId, ProbeId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// One run of a probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Which probe.
    pub probe: ProbeId,
    /// The item that it gives evidence for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// HTTP method.
    pub method: String,
    /// What was asked.
    pub url: String,
    /// When it was due.
    pub due: Timestamp,
    /// When it ran.
    pub at: Timestamp,
    /// What came of it.
    pub result: ProbeResult,
    /// Each expectation with its values.
    pub conditions: Vec<Evaluation>,
    /// All expectations together.
    pub outcome: Outcome,
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum ProbeResult {
    /// An answer arrived.
    Answered(Box<HttpAnswer>),
    /// The network is there, and no usable answer came.
    Failed {
        /// In which phase.
        phase: Phase,
        /// What happened, in words.
        message: String,
        /// Milliseconds until it was given up.
        after_ms: u64,
    },
}

/// The phases of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The request itself is not possible, such as a URL that is none.
    Request,
    /// Looking up the name.
    Resolve,
    /// Connecting, TLS included.
    Connect,
    /// Waiting for the head of the answer.
    Head,
    /// Reading the body.
    Body,
}

/// An HTTP answer, as far as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpAnswer {
    /// Status code (RFC 9110, section 15).
    pub status: u16,
    /// Protocol version, such as `HTTP/1.1`.
    pub version: String,
    /// The address that answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Headers that help to judge it, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Milliseconds until the head had arrived.
    pub head_ms: u64,
    /// Milliseconds until the body had arrived.
    pub total_ms: u64,
    /// Bytes of the body that were read.
    pub body_size: u64,
    /// SHA-256 of the bytes that were read.
    pub body_sha256: Digest,
    /// The body went on past the limit and was cut there.
    pub body_cut: bool,
    /// The beginning of the body, as text.
    pub excerpt: String,
}

impl HttpAnswer {
    /// The measurements that conditions can name. `body` is the whole body that was read, for its JSON members.
    pub fn facts(&self, body: &[u8]) -> Facts {
        let ms = |millis: u64| Value::String(format!("{millis} ms"));
        let mut values = Map::new();
        values.insert("http".into(), serde_json::json!({"status": self.status, "version": self.version}));
        values.insert("latency".into(), serde_json::json!({"head": ms(self.head_ms), "total": ms(self.total_ms)}));
        values.insert("response_time".into(), ms(self.total_ms));
        // A cut body is not the body: conditions on it stay unknown rather than be judged by half of it.
        if !self.body_cut
            && let Ok(text) = std::str::from_utf8(body)
        {
            values.insert("text".into(), Value::String(text.to_owned()));
            if let Ok(parsed) = json::read(text) {
                values.insert("body".into(), parsed);
            }
        }
        Facts { values, ..Facts::default() }
    }
}

/// Judges an answer by its expectations: the outcome of all of them together, and each on its own.
pub fn judge(expect: &[Condition], facts: &Facts) -> (Outcome, Vec<Evaluation>) {
    let conditions: Vec<_> = expect.iter().map(|condition| condition.evaluate(facts)).collect();
    let outcome = match () {
        () if conditions.iter().any(|each| each.outcome == Outcome::NotMet) => Outcome::NotMet,
        () if conditions.is_empty() || conditions.iter().any(|each| each.outcome == Outcome::Unknown) => {
            Outcome::Unknown
        }
        () => Outcome::Met,
    };
    (outcome, conditions)
}

impl Observation {
    /// One line: what came back, and the first expectation that was not met.
    pub fn summary(&self) -> String {
        let came = match &self.result {
            ProbeResult::Answered(answer) => format!("{} in {} ms", answer.status, answer.total_ms),
            ProbeResult::Failed { message, .. } => message.clone(),
        };
        let off = self.conditions.iter().find(|each| each.outcome != Outcome::Met);
        off.map_or_else(|| came.clone(), |off| format!("{came}; {}", off.shown))
    }
}
