//! Signatures that travel as files: asked for on one computer, given on another one, brought back. No server between them.

use super::Secret;
use crate::id::{KeyId, RecordId};
use crate::record::{Person, Statement};
use serde::{Deserialize, Serialize};

/// Ask for a signature by file: writes the record as it stands, for another computer to show. The reply are the events of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AskByFile {
    /// Which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// Who is asked; empty: whoever has the role.
    pub of: String,
    /// In which role; empty: the signer's choice.
    pub role: String,
    /// Where to write it.
    pub path: String,
}

/// Open the file by which somebody asks for a signature. The reply is the record, which can then be looked at and signed here, and
/// changed nowhere but where it came from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenRequest {
    /// Path of the file.
    pub path: String,
}

/// Sign the statement that was shown of an opened request, and write the answer. The reply is its path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnswerByFile {
    /// With which key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
    /// What was shown.
    pub statement: Statement,
    /// For how many seconds it was on the screen; none: it was printed on a terminal.
    pub seconds: Option<u32>,
    /// Where to write it.
    pub path: String,
}

/// Take a signature that came back as a file into its record.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeAnswer {
    /// Which record.
    pub record: RecordId,
    /// Who takes it.
    pub person: Person,
    /// Path of the file.
    pub path: String,
}

/// Sign a report that came from another computer, in the field of the sign-off that the key made. The reply is the path of what
/// was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignReportFile {
    /// Path of the report.
    pub path: String,
    /// With which key.
    pub key: KeyId,
    /// The key's passphrase.
    pub passphrase: Secret,
    /// Where to write it; may be the same path.
    pub to: String,
}

/// Take a report that somebody signed on another computer in place of the one that is here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TakeReport {
    /// Which record.
    pub record: RecordId,
    /// Path of the report.
    pub path: String,
}
