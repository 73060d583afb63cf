//! Sign-offs: a person's signature, with role and meaning, over the exact state of the record that the person was shown.
//! The signature itself is made and checked elsewhere; here is what it covers.

use super::answer::Person;
use crate::id::{Digest, ItemId, RecordId};
use crate::time::Timestamp;
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
        /// What is excepted, and until when.
        exceptions: String,
    },
    /// No: back to the deployer.
    Return {
        /// Why.
        reason: String,
    },
}

impl Decision {
    /// It counts as a yes.
    pub fn approves(&self) -> bool {
        !matches!(self, Self::Return { .. })
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
