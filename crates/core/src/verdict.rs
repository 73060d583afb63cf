//! The five verdicts on a report: each on its own, never one vague «valid».

use crate::record::{Header, Progress};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What verifying a report came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    /// The file, as it was named.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: crate::id::Digest,
    /// Everything that was asked holds.
    pub holds: bool,
    /// The bytes are those that were signed, and nothing was changed after.
    pub integrity: Verdict,
    /// Each signature is by somebody whom the given roots vouch for.
    pub identity: Verdict,
    /// The stated times are possible, and certificates were valid then.
    pub time: Verdict,
    /// Nothing is missing: signatures, events, attachments.
    pub completeness: Verdict,
    /// The record went as its checklist's rules ask.
    pub policy: Verdict,
    /// The signatures, in order.
    pub signatures: Vec<SignatureFact>,
    /// What the record inside says of itself, if it could be read.
    pub record: Option<RecordFact>,
}

/// One verdict, with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Holds, does not hold, or cannot be known.
    pub outcome: Holds,
    /// In plain words, gravest first.
    pub reasons: Vec<String>,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It cannot be known from what was given; never counted as a yes.
    Unknown,
}

/// A signature of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureFact {
    /// Form field.
    pub field: String,
    /// Subject of the certificate.
    pub signer: String,
    /// Who issued the certificate.
    pub issuer: String,
    /// What the signature states as its reason.
    pub reason: String,
    /// The time that the signature states.
    pub at: Option<Timestamp>,
    /// By when it was there, as a time-stamp authority says that is believed.
    #[serde(default)]
    pub proven: Option<Timestamp>,
    /// The bytes it covers are those that were signed.
    pub intact: bool,
    /// The given roots vouch for the signer.
    pub trusted: bool,
    /// What is wrong with it, in plain words.
    pub problems: Vec<String>,
}

/// What the record in a report says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordFact {
    /// Number.
    pub number: u32,
    /// The checklist's title.
    pub title: String,
    /// Header facts.
    pub header: Header,
    /// It is a rehearsal.
    pub rehearsal: bool,
    /// How it ended, in words.
    pub outcome: String,
    /// How far it came.
    pub progress: Progress,
    /// How many deviations it states.
    pub deviations: u32,
    /// How many events its log has.
    pub events: u32,
}

impl Verdict {
    /// It does not hold if there are objections; otherwise it holds, for `because`.
    pub fn of(objections: Vec<String>, because: Vec<String>) -> Self {
        if objections.is_empty() {
            Self { outcome: Holds::Yes, reasons: because }
        } else {
            Self { outcome: Holds::No, reasons: objections }
        }
    }
}
