//! What is wrong with the text of a condition.

use super::nearest::nearest;
use serde::{Deserialize, Serialize};

/// Where the text of a condition goes wrong, what is wrong there, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("Character {at}: {what} {fix}")]
pub struct ParseError {
    /// The character, counted from 1.
    pub at: usize,
    /// What is wrong, as a sentence.
    pub what: String,
    /// How to mend it, as a sentence.
    pub fix: String,
    /// The known name that was probably meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

impl ParseError {
    pub(super) fn new(at: usize, what: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { at, what: what.into(), fix: fix.into(), nearest: None }
    }

    /// With the name that was meant, and the advice to write that.
    pub(super) fn meant(at: usize, what: impl Into<String>, name: &str) -> Self {
        Self { nearest: Some(name.to_owned()), ..Self::new(at, what, format!("Write «{name}».")) }
    }

    /// With the nearest of `candidates`, or else with `fix`.
    pub(super) fn like(at: usize, what: String, fix: &str, word: &str, candidates: &[&'static str]) -> Self {
        match nearest(word, candidates.iter().copied()) {
            Some(name) => Self::meant(at, what, name),
            None => Self::new(at, what, fix),
        }
    }
}
