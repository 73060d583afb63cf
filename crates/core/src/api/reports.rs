//! Sign-offs, reports, and files to be verified.

use super::Secret;
use crate::id::{Digest, KeyId, RecordId};
use crate::record::{Decision, Deviation, Meaning, Person, Progress, Statement};
use crate::report::Paper;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What exactly would be signed.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PrepareSignOff {
    /// Which record.
    pub record: RecordId,
    /// With which key.
    pub key: KeyId,
    /// In which role.
    pub role: String,
    /// With which meaning.
    pub meaning: Meaning,
    /// Approve, or not.
    pub decision: Decision,
}

/// Reply to [`PrepareSignOff`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prepared {
    /// What would be signed.
    pub statement: Statement,
    /// What deviates.
    pub deviations: Vec<Deviation>,
    /// What is done and what is not.
    pub progress: Progress,
    /// What the roster, or the certificate itself, has against the signer, in sentences.
    pub warnings: Vec<String>,
}

/// Sign the statement that was shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignOffRecord {
    /// Who is using the app; not necessarily the signer.
    pub person: Person,
    /// With which key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
    /// What was shown.
    pub statement: Statement,
    /// For how many seconds it was on the screen; none: it was printed on a terminal.
    #[serde(default)]
    pub seconds: Option<u32>,
}

/// Where a record's report stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReportStatus {
    /// Which record.
    pub record: RecordId,
}

/// A record's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportState {
    /// The report, if one was made.
    pub made: Option<MadeReport>,
    /// The record has changed since it was made.
    pub outdated: bool,
    /// What time is proven, and if it is not, why; empty while there is no report.
    pub time: String,
    /// Characters that no font of this computer had, as `U+0917`.
    pub missing: Vec<String>,
    /// Where time stamps come from (URLs), in the order in which they are asked.
    pub authorities: Vec<String>,
}

/// A report that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeReport {
    /// When.
    pub at: Timestamp,
    /// SHA-256 of the file as it is now.
    pub sha256: Digest,
    /// Size in bytes.
    pub size: u64,
    /// Pages.
    pub pages: u32,
    /// Its signature fields, in signing order.
    pub fields: Vec<ReportField>,
}

/// A signature field of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportField {
    /// Name in the file.
    pub field: String,
    /// Who is expected to sign.
    pub person: String,
    /// In which role.
    pub role: String,
    /// The certificate that is expected; none for the application.
    pub certificate: Option<Digest>,
    /// It is signed.
    pub signed: bool,
}

/// Make the report of a closed record, and certify it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MakeReport {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// Leave out how to reach people; the record keeps it.
    #[serde(default)]
    pub leave_out_contacts: bool,
    /// On which paper.
    #[serde(default)]
    pub paper: Paper,
}

/// Sign a report that was made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignReport {
    /// Which record.
    pub record: RecordId,
    /// With which key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
}

/// Use a time-stamp authority (RFC 3161), or no longer. The reply lists those that are used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetAuthority {
    /// Where it is asked.
    pub url: String,
    /// Path of the certificate that vouches for it (PEM): believed about the time, and about nothing else.
    pub root: Option<String>,
    /// No longer.
    pub remove: bool,
}

/// Put a time stamp over a report that was made, behind its signatures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StampReport {
    /// Which record.
    pub record: RecordId,
    /// Put the signers' certificates and what their issuers say of them into it first.
    pub long_term: bool,
}

/// Write the register for an auditor: signed, with a random sample and a control map. The reply says what was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportRegister {
    /// A folder, or a file that ends in `.zip`.
    pub path: String,
    /// How many records to draw; none: no sample.
    pub sample: Option<u32>,
    /// What the sample is drawn by; empty: random digits, which are stated.
    pub seed: String,
}

/// Write a signed in-toto statement about a record that ended. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AttestRecord {
    /// Which record.
    pub record: RecordId,
    /// Where to.
    pub path: String,
}

/// Write the report to a file. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportReport {
    /// Which record.
    pub record: RecordId,
    /// Where to.
    pub path: String,
}

/// Verify a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct VerifyFile {
    /// Path of the PDF.
    pub path: String,
    /// Path of the trusted certificates (PEM); none: those of this installation.
    pub trust: Option<String>,
}
