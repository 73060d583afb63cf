//! Incidents: what went wrong around the deployment, how grave, from when to when, why, and who does what about it. Each event has
//! the whole of it; the last one counts, and the earlier ones stay in the log.

use super::answer::Person;
use super::refusal::Refusal;
use super::view::View;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How grave an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Users cannot work.
    Critical,
    /// Users are hindered.
    Major,
    /// Users hardly notice.
    Minor,
}

impl Severity {
    /// All, gravest first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Major, Self::Minor];

    /// The word for it, which is also what the command line takes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Major => "major",
            Self::Minor => "minor",
        }
    }

    /// Reads [`Self::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.word() == word.trim().to_lowercase())
    }
}

/// An incident as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// How grave.
    pub severity: Severity,
    /// What happens, in a few words.
    pub title: String,
    /// Since when.
    pub start: Timestamp,
    /// Until when; none: it is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Timestamp>,
    /// Why it happened, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_cause: Option<String>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<IncidentAction>,
}

/// Something that is done about an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentAction {
    /// What.
    pub what: String,
    /// Who sees to it.
    pub owner: Person,
    /// It is done.
    pub done: bool,
}

/// An incident of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownIncident {
    /// From 1, in the order in which they were written down.
    pub number: u32,
    /// As it is known now.
    pub incident: Incident,
    /// Who wrote it down first, and when.
    pub by: Person,
    /// When it was written down first.
    pub at: Timestamp,
    /// When it was last changed.
    pub changed: Timestamp,
}

impl Incident {
    /// One action as text: «Add an alert, Bo», and «done: …» if it is.
    pub fn action_words(action: &IncidentAction) -> String {
        let done = if action.done { "done: " } else { "" };
        format!("{done}{}, {}", action.what, action.owner)
    }

    /// «major, 2026-01-05 10:20:00 UTC, not over; root cause not known».
    pub fn words(&self) -> String {
        let until = self.end.map_or_else(|| "not over".to_owned(), |end| format!("until {}", end.for_people()));
        let cause = self.root_cause.as_ref().map_or_else(|| "not known".to_owned(), |cause| format!("«{cause}»"));
        let mut words =
            format!("{}, since {}, {until}; root cause {cause}", self.severity.word(), self.start.for_people());
        for action in &self.actions {
            words += "; ";
            words += &Self::action_words(action);
        }
        words
    }

    /// All of it in one line, for what a sign-off covers.
    pub(super) fn signed_words(&self) -> String {
        format!("{}: {}", self.title, self.words())
    }

    /// Without white space around, and with nothing in it that says nothing; or why it is none.
    pub(super) fn checked(self) -> Result<Self, Refusal> {
        let plain = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let title = plain(self.title).ok_or(Refusal::Empty)?;
        if self.end.is_some_and(|end| end < self.start) {
            return Err(Refusal::IncidentBackwards);
        }
        let action = |action: IncidentAction| {
            let what = plain(action.what).ok_or(Refusal::Empty)?;
            let owner = plain(action.owner.0).ok_or(Refusal::Nameless)?;
            Ok(IncidentAction { what, owner: Person(owner), done: action.done })
        };
        let actions = self.actions.into_iter().map(action).collect::<Result<_, Refusal>>()?;
        Ok(Self { title, root_cause: self.root_cause.and_then(plain), actions, ..self })
    }
}

/// The number of a new incident, or of one that is there.
pub(super) fn number(view: &View, asked: Option<u32>) -> Result<u32, Refusal> {
    match asked {
        None => Ok(u32::try_from(view.incidents.len()).unwrap_or(u32::MAX).saturating_add(1)),
        Some(number) if view.incidents.iter().any(|of| of.number == number) => Ok(number),
        Some(number) => Err(Refusal::NoSuchIncident(number)),
    }
}
