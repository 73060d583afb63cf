//! Just enough of PDF (ISO 32000-2 section 7) to read a file strictly, to compare its revisions, and to add to it
//! without touching a byte of what is there. Pages are neither made nor drawn here.
//!
//! Strict on purpose: what one reader mends and another does not is where two people see two documents. A file that needs
//! mending is damaged.

pub(crate) mod date;
pub(crate) mod file;
pub(crate) mod filter;
pub(crate) mod object;
pub(crate) mod parse;
pub(crate) mod update;

pub(crate) use file::{Entry, File};
pub(crate) use object::{Dict, Object, Ref};

/// The largest file that is looked at, in bytes.
pub const MAX_FILE_BYTES: usize = 128 << 20;
/// The most that all compressed data of a file may unpack to, in bytes.
pub const MAX_UNPACKED_BYTES: usize = 256 << 20;
/// The most cross-reference sections, which is about the most revisions.
pub const MAX_SECTIONS: usize = 256;
/// The highest object number.
pub const MAX_OBJECTS: u32 = 1 << 20;
/// How deep arrays and dictionaries may nest.
pub const MAX_DEPTH: usize = 64;
/// How many values one object may hold.
pub const MAX_VALUES: usize = 1 << 20;
/// How often a file may make its reader go over its own length. Objects that overlap would cost the square of it.
pub(crate) const MAX_READINGS: usize = 64;

/// What keeps a PDF from being read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PdfError {
    /// It does not begin as a PDF does.
    #[error("not a PDF file: it does not begin with %PDF-")]
    NotPdf,
    /// It is encrypted.
    #[error("the PDF is encrypted; give it without a password")]
    Encrypted,
    /// It goes beyond a limit.
    #[error("the PDF is too large: more than {limit} {what}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// It is not as the standard says.
    #[error("the PDF is damaged at byte {at}: {what}")]
    Damaged {
        /// Offset from the beginning of the file, in bytes; inside compressed data, the offset there.
        at: usize,
        /// What is wrong there.
        what: &'static str,
    },
    /// It uses something that is not read here.
    #[error("the PDF uses {0}, which is not supported")]
    Unsupported(String),
}

impl PdfError {
    pub(crate) const fn damaged(at: usize, what: &'static str) -> Self {
        Self::Damaged { at, what }
    }
}
