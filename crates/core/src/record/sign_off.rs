//! Sign-offs: a person's signature, with role and meaning, over the exact state of the record that the person was shown.
//! The signature itself is made and checked elsewhere; here is what it covers.

use super::answer::Person;
use super::refusal::Refusal;
use super::view::View;
use crate::id::{Digest, ItemId, RecordId};
use crate::time::{Timestamp, duration_words};
use serde::{Deserialize, Serialize};

/// A statement with the signature over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// What was signed.
    pub statement: Statement,
    /// Detached CMS signature (CAdES, ETSI EN 319 122-1) over [`Statement::canonical`], in Base64.
    pub signature: String,
}

/// What a person puts a signature under.
///
/// **Do not change names or meaning:** its canonical bytes are what was signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Format version, 1.
    pub v: u32,
    /// The record.
    pub record: RecordId,
    /// The record's number.
    pub number: u32,
    /// The checklist's hash.
    pub template: Digest,
    /// What is deployed, as the header says.
    pub artifact: String,
    /// The release, as the header says.
    pub release: String,
    /// Hash over the state of all items and attachments, [`super::View::state_digest`].
    pub state: Digest,
    /// The newest event that was shown.
    pub head: Digest,
    /// Who signs, as in the certificate.
    pub person: Person,
    /// SHA-256 of the certificate.
    pub certificate: Digest,
    /// In which role.
    pub role: String,
    /// What it means.
    pub meaning: Meaning,
    /// Approve, or not.
    pub decision: Decision,
    /// When, by the clock of the computer it was signed on.
    pub at: Timestamp,
    /// The sign-off line of the checklist that it fills, if one asks for this role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// On what the signer was shown the state, and for how long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shown: Option<Shown>,
}

/// Where the state was shown before it was signed. An approval that took two seconds is one that nobody has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum Shown {
    /// In the window.
    Window {
        /// From when this state was on the screen until the signature, in seconds.
        seconds: u32,
    },
    /// Printed on the terminal; for how long it was read there nobody can tell.
    Terminal,
}

impl Shown {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::Window { seconds } => format!("in the window, for {}", duration_words(i64::from(seconds) * 1000)),
            Self::Terminal => "printed on the terminal".to_owned(),
        }
    }
}

impl Statement {
    /// The bytes that are signed: JSON in canonical form (RFC 8785).
    pub fn canonical(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json_canonicalizer::to_vec(self)
    }
}

/// What a signature means (21 CFR 11.50 asks for it to be stated).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// I did this.
    Performed,
    /// I checked that it is so.
    Verified,
    /// I looked through it.
    Reviewed,
    /// It may be deployed.
    ApprovedToDeploy,
    /// It is accepted as it is.
    Approved,
    /// I know the risk and take it.
    AcceptedRisk,
    /// It may be rolled back.
    ApprovedToRollBack,
}

impl Meaning {
    /// All meanings, in the order in which they are offered.
    pub const ALL: [Self; 7] = [
        Self::Approved,
        Self::ApprovedToDeploy,
        Self::Reviewed,
        Self::Verified,
        Self::Performed,
        Self::AcceptedRisk,
        Self::ApprovedToRollBack,
    ];

    /// The words for it, which are also what the command line takes.
    pub fn words(self) -> &'static str {
        match self {
            Self::Performed => "performed",
            Self::Verified => "verified",
            Self::Reviewed => "reviewed",
            Self::ApprovedToDeploy => "approved to deploy",
            Self::Approved => "approved",
            Self::AcceptedRisk => "accepted risk",
            Self::ApprovedToRollBack => "approved to roll back",
        }
    }

    /// Reads [`Self::words`], with spaces, hyphens or underscores.
    pub fn from_words(words: &str) -> Option<Self> {
        let words = words.trim().to_lowercase().replace(['-', '_'], " ");
        Self::ALL.into_iter().find(|meaning| meaning.words() == words)
    }
}

/// What the person decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// Yes, but for these things.
    ApproveWithExceptions {
        /// What is excepted, in words.
        exceptions: String,
        /// The items that are excepted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<ItemId>,
        /// Until when the exception is granted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
    },
    /// No: back to the deployer.
    Return {
        /// Why.
        reason: String,
    },
    /// No, and it goes on all the same: the signer's objection stands in the record and in the report.
    Dissent {
        /// Why.
        reason: String,
    },
}

impl Decision {
    /// It counts as a yes.
    pub fn approves(&self) -> bool {
        matches!(self, Self::Approve | Self::ApproveWithExceptions { .. })
    }

    /// In one or two words: what was meant, or how it was refused.
    pub fn verb(&self, meaning: Meaning) -> &'static str {
        match self {
            Self::Approve | Self::ApproveWithExceptions { .. } => meaning.words(),
            Self::Return { .. } => "returned",
            Self::Dissent { .. } => "dissents",
        }
    }

    /// The words that stand beside the decision; empty for a plain approval.
    pub fn text(&self) -> &str {
        match self {
            Self::Approve => "",
            Self::ApproveWithExceptions { exceptions: text, .. }
            | Self::Return { reason: text }
            | Self::Dissent { reason: text } => text,
        }
    }
}

/// A statement is about this record as it is now, or as it was when a signature was asked for by file.
///
/// # Errors
/// A refusal that names what differs, so that a signature of another record, checklist or artifact is seen to be one.
pub(super) fn fits(view: &View, statement: &Statement) -> Result<(), Refusal> {
    let differs = |what, signed: String, here: String| match signed == here {
        true => Ok(()),
        false => Err(Refusal::SignedElsewhere { what, signed, here }),
    };
    differs("record", statement.record.to_string(), view.id.to_string())?;
    differs("record number", statement.number.to_string(), view.number.to_string())?;
    differs("version of the checklist", statement.template.to_string(), view.template.sha256.to_string())?;
    differs("artifact", statement.artifact.clone(), view.header.artifact.clone())?;
    differs("release", statement.release.clone(), view.header.release.clone())?;
    if view.sign_offs.iter().any(|known| known.sign_off.statement == *statement) {
        return Err(Refusal::SignedAlready);
    }
    let asked = view.asked.iter().find(|asked| asked.event == statement.head);
    let shown = match asked {
        Some(asked) => view.digest_of(&asked.shown),
        None if statement.head == view.head => view.state_digest(),
        None => return Err(Refusal::Outdated),
    };
    if !shown.is_ok_and(|shown| shown == statement.state) {
        return Err(Refusal::Outdated);
    }
    decided(view, &statement.decision)
}

/// A refusal has its reason, an exception its words, and what is excepted is there.
fn decided(view: &View, decision: &Decision) -> Result<(), Refusal> {
    if *decision != Decision::Approve && decision.text().trim().is_empty() {
        return Err(Refusal::ReasonNeeded { state: decision.verb(Meaning::Approved) });
    }
    let Decision::ApproveWithExceptions { items, .. } = decision else { return Ok(()) };
    let known = |id: &&ItemId| view.template.item(id).is_some() || view.added.iter().any(|added| added.item == **id);
    match items.iter().find(|id| !known(id)) {
        Some(unknown) => Err(Refusal::NoSuchException(unknown.clone())),
        None => Ok(()),
    }
}

impl View {
    /// The decision of a sign-off in words: «approved, except the cache rate (Cache hit rate), until 2026-12-01 00:00:00 UTC».
    pub fn decision_words(&self, statement: &Statement) -> String {
        let verb = statement.decision.verb(statement.meaning);
        match &statement.decision {
            Decision::Approve => verb.to_owned(),
            Decision::Return { reason } | Decision::Dissent { reason } => format!("{verb}: {reason}"),
            Decision::ApproveWithExceptions { .. } => format!("{verb}, except {}", self.exceptions(statement)),
        }
    }

    /// What is excepted, and until when; otherwise the reason.
    pub fn exceptions(&self, statement: &Statement) -> String {
        let mut words = statement.decision.text().to_owned();
        if let Decision::ApproveWithExceptions { items, until, .. } = &statement.decision {
            if !items.is_empty() {
                let labels: Vec<_> = items.iter().map(|item| self.label(item)).collect();
                words += &format!(" ({})", labels.join("; "));
            }
            if let Some(until) = until {
                words += &format!(", until {}", until.for_people());
            }
        }
        words
    }
}

/// One difference between what was signed and what is there now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The item; none for an attachment.
    pub item: Option<ItemId>,
    /// What it asks, or the file's name.
    pub label: String,
    /// What was signed.
    pub then: String,
    /// What is there now.
    pub now: String,
}
