//! One exchange while it goes on: phases with their times, and what is kept of it.

use super::Facts;
use countersign_core::id::Digest;
use countersign_core::record::{Also, Exchange, Need, Phase};
use std::time::{Duration, Instant};

/// An exchange under way.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) exchange: Exchange,
    began: Instant,
    phase: Option<(Phase, Instant)>,
    body: Option<Vec<u8>>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) struct Failed {
    pub(super) phase: Phase,
    pub(super) words: String,
    /// What a person has to allow first.
    pub(super) need: Option<Need>,
    /// What is known all the same.
    pub(super) facts: Facts,
}

impl Failed {
    pub(super) fn new(phase: Phase, words: impl Into<String>) -> Self {
        Self { phase, words: words.into(), need: None, facts: Facts::new() }
    }

    /// A host that a person has not allowed, or not for this.
    pub(super) fn needs(host: &str, also: Option<Also>) -> Self {
        let what = match also {
            None => "it is not allowed for this record",
            Some(Also::Private) => "it is at a private address",
            Some(Also::Send) => "that something is sent to it is not allowed",
        };
        let need = Some(Need { host: host.to_owned(), also });
        Self { need, ..Self::new(Phase::Consent, format!("not asked: {host}: {what}")) }
    }

    pub(super) fn with(mut self, facts: Facts) -> Self {
        self.facts = facts;
        self
    }
}

impl Trace {
    pub(super) fn new(asked: &str) -> Self {
        let exchange = Exchange {
            asked: asked.to_owned(),
            came: String::new(),
            failed: None,
            resolved: Vec::new(),
            address: None,
            tls: Vec::new(),
            headers: Vec::new(),
            times: Vec::new(),
            total_us: 0,
            body_size: None,
            body_sha256: None,
            body_cut: false,
            excerpt: String::new(),
        };
        Self { exchange, began: Instant::now(), phase: None, body: None }
    }

    /// A phase begins, and the one before it has ended.
    pub(super) fn begin(&mut self, phase: Phase) {
        self.end();
        self.phase = Some((phase, Instant::now()));
    }

    /// The phase has ended.
    pub(super) fn end(&mut self) {
        if let Some((phase, since)) = self.phase.take() {
            self.exchange.times.push((phase, micros(since.elapsed())));
        }
    }

    /// The phase that goes on, or the last one.
    pub(super) fn phase(&self) -> Phase {
        let last = || self.exchange.times.last().map(|(phase, _)| *phase);
        self.phase.map(|(phase, _)| phase).or_else(last).unwrap_or(Phase::Request)
    }

    pub(super) fn out_of_time(&self, limit: Duration) -> Failed {
        Failed::new(self.phase(), out_of_time(limit))
    }

    /// Keeps a body: its size and hash, and its beginning as text. `cut` says that it went on.
    pub(super) fn keep(&mut self, body: Vec<u8>, cut: bool) {
        self.exchange.body_size = u64::try_from(body.len()).ok();
        self.exchange.body_sha256 = Some(Digest::of(&body));
        self.exchange.body_cut = cut;
        // It is shortened once secrets are masked in all of it: half a secret would not be found.
        self.exchange.excerpt = String::from_utf8_lossy(&body).into_owned();
        self.body = (!cut).then_some(body);
    }

    /// All of the body, if there is one and it was read to its end.
    pub(super) fn text(&self) -> Option<Vec<u8>> {
        self.body.clone()
    }

    /// The exchange as it ended, with an answer.
    pub(super) fn answered(mut self) -> Exchange {
        self.end();
        // What this program did to get ready is none of the host's time.
        let phases = self.exchange.times.iter().map(|(_, us)| us).sum();
        self.exchange.total_us = if phases > 0 { phases } else { micros(self.began.elapsed()) };
        self.exchange
    }

    /// The exchange as it ended, without one.
    pub(super) fn failed(self, failed: Failed) -> Exchange {
        let mut exchange = self.answered();
        (exchange.came, exchange.failed) = (failed.words, Some(failed.phase));
        exchange
    }
}

pub(super) fn out_of_time(limit: Duration) -> String {
    match limit.as_millis() {
        millis if millis % 1000 == 0 => format!("no answer within {} s", limit.as_secs()),
        millis => format!("no answer within {millis} ms"),
    }
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// The innermost reason of an error, which is the one that says something.
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
