//! What people enter: answers, outcomes, names.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A person by name, as the record shows it. A name is no proof of identity; a sign-off is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Person(pub String);

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Person {
    fn from(name: &str) -> Self {
        Self(name.trim().to_owned())
    }
}

/// What was entered for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Done,
    /// Tried, and it did not work.
    Failed,
    /// Does not apply here; needs a reason.
    NotApplicable,
    /// Cannot be done now; needs a reason.
    Blocked,
    /// Left out on purpose; needs a reason.
    Skipped,
    /// Back to open; the earlier answer stays in the history.
    Open,
    /// A field's value, as it was typed.
    Value {
        /// The text.
        text: String,
    },
    /// The option of a choice or the decision of a gate.
    Chosen {
        /// The option's words.
        option: String,
    },
}

/// The state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing was entered.
    #[default]
    Open,
    /// Done, or filled in.
    Done,
    /// Tried, and it did not work.
    Failed,
    /// Does not apply here.
    NotApplicable,
    /// Cannot be done now.
    Blocked,
    /// Left out on purpose.
    Skipped,
}

impl State {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::NotApplicable => "not applicable",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
        }
    }
}

impl Answer {
    /// The state that this answer puts its item in.
    pub fn state(&self) -> State {
        match self {
            Self::Done | Self::Value { .. } | Self::Chosen { .. } => State::Done,
            Self::Failed => State::Failed,
            Self::NotApplicable => State::NotApplicable,
            Self::Blocked => State::Blocked,
            Self::Skipped => State::Skipped,
            Self::Open => State::Open,
        }
    }

    /// What was typed or chosen; none for a mere tick.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Value { text } => Some(text),
            Self::Chosen { option } => Some(option),
            _ => None,
        }
    }

    /// It sets aside what the checklist asks, and says why or is refused.
    pub fn needs_reason(&self) -> bool {
        matches!(self, Self::NotApplicable | Self::Blocked | Self::Skipped)
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().unwrap_or_else(|| self.state().word()))
    }
}

/// How a deployment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The release is live.
    Completed,
    /// The former release is live again.
    RolledBack,
    /// It was given up before anything was live.
    Aborted,
}

impl Outcome {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Completed => "Completed",
            Self::RolledBack => "Rolled back",
            Self::Aborted => "Aborted",
        }
    }
}
