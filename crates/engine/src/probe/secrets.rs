//! Secrets while a probe runs: read by name, captured from answers, put into questions, and masked in all that is kept.
//!
//! Deliberately not in it: the operating system's store of keys. Its library asks a service over a bus that a headless machine lacks.

use super::trace::Failed;
use countersign_core::ask::{Http, Reference, fill};
use countersign_core::condition::Facts;
use countersign_core::mask;
use countersign_core::record::{Observation, Phase, measurements};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

/// The secrets of one run. They are wiped when it ends.
pub(super) struct Secrets {
    environment: fn(&str) -> Option<String>,
    known: Mutex<Vec<Secret>>,
}

struct Secret {
    name: String,
    captured: bool,
    value: Zeroizing<String>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets")
    }
}

impl Secrets {
    pub(super) fn new(environment: fn(&str) -> Option<String>) -> Self {
        Self { environment, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Vec<Secret>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a step captured, until the run ends.
    pub(super) fn capture(&self, name: &str, value: String) {
        self.known().push(Secret { name: name.to_owned(), captured: true, value: Zeroizing::new(value) });
    }

    /// The text with its references replaced.
    pub(super) fn fill(&self, text: &str) -> Result<String, Failed> {
        fill(text, |reference| self.value(reference))
    }

    fn value(&self, reference: Reference<'_>) -> Result<String, Failed> {
        let missing = |words: String| Failed::new(Phase::Request, words);
        match reference {
            Reference::Captured(name) => {
                let known = self.known();
                let found = known.iter().rev().find(|secret| secret.captured && secret.name == name);
                let found = found.map(|secret| secret.value.as_str().to_owned());
                found.ok_or_else(|| missing(format!("nothing was captured as «{name}»")))
            }
            Reference::Environment(name) => {
                let value = (self.environment)(name).filter(|value| !value.is_empty());
                let value = value.ok_or_else(|| missing(format!("the environment has no {name}")))?;
                let mut known = self.known();
                if !known.iter().any(|secret| secret.name == name && *secret.value == value) {
                    let value = Zeroizing::new(value.clone());
                    known.push(Secret { name: name.to_owned(), captured: false, value });
                }
                Ok(value)
            }
        }
    }

    /// The request with its references replaced.
    pub(super) fn fill_request(&self, http: &Http) -> Result<Http, Failed> {
        let headers = http.headers.iter().map(|(name, value)| Ok((name.clone(), self.fill(value)?)));
        Ok(Http {
            url: self.fill(&http.url)?,
            headers: headers.collect::<Result<_, Failed>>()?,
            body: http.body.as_ref().map(|body| self.fill(body)).transpose()?,
            ..http.clone()
        })
    }

    /// The measurements as conditions may see them. They show a part of what they judge, and half a secret would not be found there.
    pub(super) fn measurements(&self, facts: &super::Facts, body: Option<&[u8]>) -> Facts {
        let forms = self.forms();
        let masked = |text: &str| {
            let mut text = text.to_owned();
            mask::mask_forms(&mut text, &forms);
            text
        };
        let facts: super::Facts = facts.iter().map(|(name, value)| (name.clone(), masked(value))).collect();
        let text = body.and_then(|body| std::str::from_utf8(body).ok()).map(masked);
        measurements(&facts, text.as_deref().map(str::as_bytes))
    }

    fn forms(&self) -> Vec<mask::Written> {
        self.known().iter().flat_map(|secret| mask::forms(&secret.name, &secret.value)).collect()
    }

    /// Masks the secrets in all that is kept, and then shortens the excerpts.
    pub(super) fn mask(&self, observation: &mut Observation, excerpt: usize) {
        let forms = self.forms();
        let text = |text: &mut String| mask::mask_forms(text, &forms);
        for exchange in &mut observation.exchanges {
            [&mut exchange.asked, &mut exchange.came, &mut exchange.excerpt].into_iter().for_each(text);
            exchange.headers.iter_mut().chain(&mut exchange.tls).for_each(|(_, value)| text(value));
            shorten(&mut exchange.excerpt, excerpt);
        }
        observation.facts.iter_mut().for_each(|(_, value)| text(value));
        for judged in &mut observation.conditions {
            [&mut judged.shown, &mut judged.reason].into_iter().for_each(text);
        }
    }
}

/// The beginning of a text, on which nothing acts.
fn shorten(text: &mut String, limit: usize) {
    let mut end = limit.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    if text.contains(|c: char| c.is_control() && c != '\n') {
        *text = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    }
}
