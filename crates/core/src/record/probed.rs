//! The part of the view that probes make: which there are, what each did, and what people said of it.

use super::answer::Person;
use super::observation::Observation;
use super::view::View;
use crate::checklist::ProbeOffer;
use crate::id::{Digest, ProbeId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Probes that the checklist does not have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AddedProbes {
    /// The name of the file that they come from.
    pub source: String,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
    /// The probes.
    pub probes: Vec<ProbeOffer>,
    /// What of the file did not fit.
    pub left: Vec<String>,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
}

/// Something that a probe did, or could not do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeRun {
    /// The event.
    pub event: Digest,
    /// When it was written.
    pub at: Timestamp,
    /// What.
    pub what: ProbeEvent,
    /// What a person said of it.
    pub judged: Option<Judgement>,
}

impl ProbeRun {
    /// When it was due.
    pub fn due(&self) -> Timestamp {
        match &self.what {
            ProbeEvent::Ran { observation } => observation.due,
            ProbeEvent::NotExecuted { due, .. } => *due,
        }
    }
}

/// What a probe did, or could not do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum ProbeEvent {
    /// It ran.
    Ran {
        /// What it measured.
        observation: Box<Observation>,
    },
    /// It was due, and this computer had no network.
    NotExecuted {
        /// When it was due.
        due: Timestamp,
        /// Why.
        reason: String,
    },
}

/// What a person said of an observation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// What.
    pub said: Said,
    /// Why.
    pub reason: Option<String>,
    /// Who.
    pub by: Person,
    /// When.
    pub at: Timestamp,
}

/// What a person can say of an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It is right.
    Accepted,
    /// It is wrong; it speaks neither for nor against anything.
    Disputed,
    /// It is right and known; it stays a finding.
    Acknowledged,
}

impl Said {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Disputed => "disputed",
            Self::Acknowledged => "acknowledged",
        }
    }
}

impl Judgement {
    /// «disputed by Ana: it was maintenance»
    pub fn words(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        format!("{} by {}{reason}", self.said.word(), self.by)
    }
}

impl View {
    /// The probes: the checklist's own, then those that were added on the spot.
    pub fn offers(&self) -> impl Iterator<Item = &ProbeOffer> {
        self.template.probes.iter().chain(self.added_probes.iter().flat_map(|added| &added.probes))
    }

    /// The probe of that id, also one that measures blanks.
    pub fn offer(&self, probe: &ProbeId) -> Option<&ProbeOffer> {
        self.offers().chain(&self.latency_probes).find(|offer| offer.id == *probe)
    }

    /// The newest run of a probe.
    pub fn last_run(&self, probe: &ProbeId) -> Option<&ProbeRun> {
        self.probes.get(probe).and_then(|runs| runs.last())
    }

    /// Probes whose newest event says that they were due while there was no network, with that time.
    pub fn waiting_probes(&self) -> Vec<(ProbeId, Timestamp)> {
        let waiting = |(id, runs): (&ProbeId, &Vec<ProbeRun>)| match runs.last()?.what {
            ProbeEvent::NotExecuted { due, .. } => Some((id.clone(), due)),
            ProbeEvent::Ran { .. } => None,
        };
        self.probes.iter().filter_map(waiting).collect()
    }
}
