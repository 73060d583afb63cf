//! What can be wrong with a file that carries a signature, with what to do about it.

use countersign_core::api::Code;
use std::path::PathBuf;

/// Why a file was not taken. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
pub enum ByFile {
    /// The file does not ask for a signature.
    #[error("{0} does not ask for a signature.")]
    NotARequest(PathBuf),
    /// The file does not bring a signature.
    #[error("{0} does not bring a signature.")]
    NotAnAnswer(PathBuf),
    /// No request of this record was opened here.
    #[error("No request of this record was opened here.")]
    NoRequest,
    /// The statement is not the one that was signed.
    #[error("The statement was changed after it was signed, or another key signed it.")]
    Changed,
    /// Nobody whom this computer trusts vouches for the signer.
    #[error("Nobody who is trusted here vouches for {person}: {why}.")]
    NotTrusted {
        /// Who is said to have signed.
        person: String,
        /// What is wrong.
        why: String,
    },
    /// The PDF is no report with a record inside.
    #[error("{path} is no report: {why}")]
    NotAReport {
        /// Which.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// The report was tampered with.
    #[error("The report does not hold: {0}")]
    NotIntact(String),
    /// It is another report than the one that is here.
    #[error("This is not the report that was made here: it was made at another time, or of another record.")]
    OtherReport,
    /// It has no signature that is not here already.
    #[error("This report has no signature that is not here already.")]
    NothingNew,
    /// Two people signed copies of the same report, and one came back first.
    #[error(
        "{late} signed a copy that lacks the signature of {first}, which came back before. Signatures in a PDF follow one another."
    )]
    Parallel {
        /// Whose signature is here.
        first: String,
        /// Whose signature was to be taken.
        late: String,
    },
    /// The field is the last one, and others are empty.
    #[error("Your signature is the last one and locks the report: {others} must sign before.")]
    SignsLast {
        /// Who signs before.
        others: String,
    },
    /// A field was signed by somebody else than it is for.
    #[error("The field of {expected} was signed by {signer}.")]
    WrongSigner {
        /// Who should have signed.
        expected: String,
        /// Who did.
        signer: String,
    },
}

impl ByFile {
    /// What sort of failure.
    pub(crate) fn code(&self) -> Code {
        match self {
            Self::NotARequest(_) | Self::NotAnAnswer(_) | Self::NotAReport { .. } => Code::Unreadable,
            _ => Code::Refused,
        }
    }

    /// What to do.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::NotARequest(_) => "Take the file that «Ask by file» or `countersign signoff request` wrote.",
            Self::NotAnAnswer(_) => {
                "Take the file that was saved after signing, or that `countersign signoff sign` wrote."
            }
            Self::NoRequest => "Open the request first; where the record itself is, sign it there.",
            Self::Changed => "Ask for the answer again, and take the file as it was saved.",
            Self::NotTrusted { .. } => {
                "Import the roster or the roots of the signer's organisation first: People, or `countersign roster import`."
            }
            Self::NotAReport { .. } | Self::NotIntact(_) => "Take the report as it was exported.",
            Self::OtherReport => "Export the report as it is now, and ask for a signature on that.",
            Self::NothingNew => "Ask the signer for the file that was written after signing.",
            Self::Parallel { .. } => {
                "Export the report as it is now, with the signature that came first, and ask to sign that one; the sign-off in the record stays."
            }
            Self::SignsLast { .. } => "Wait for the report with the other signatures, then sign that one.",
            Self::WrongSigner { .. } => "Ask the right person to sign the report as it was exported.",
        }
    }
}
