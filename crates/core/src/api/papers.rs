//! A checklist as a form, a form read back, and a record as its Markdown.

use super::ChecklistSource;
use crate::id::RecordId;
use crate::record::Person;
use crate::report::Paper;
use serde::{Deserialize, Serialize};

/// Write a checklist's blank form: a PDF to fill in on paper or on screen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BlankForm {
    /// Of which checklist.
    pub source: ChecklistSource,
    /// On which paper.
    pub paper: Paper,
    /// Where to.
    pub path: String,
}

/// Reply to [`BlankForm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReply {
    /// Where it was written.
    pub path: String,
    /// How many pages it has.
    pub pages: u32,
    /// How many fields.
    pub fields: u32,
    /// Characters for which no font has a glyph, as `U+0917`; the form shows each as `[U+0917]`.
    pub missing: Vec<String>,
}

/// Look at a filled form: what of it a record would take. Nothing is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadForm {
    /// Into which record.
    pub record: RecordId,
    /// Who asks.
    pub person: Person,
    /// The PDF.
    pub path: String,
}

/// Reply to [`ReadForm`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormReading {
    /// What is to be known of the form as a whole.
    pub notices: Vec<String>,
    /// What fits: what was asked, and what the form says, with its verdict.
    pub taken: Vec<(String, String)>,
    /// What does not: what was asked, and why it was left.
    pub left: Vec<(String, String)>,
    /// How many answers the record has already, just so.
    pub same: u32,
}

/// Take into a record what of a filled form fits, as [`ReadForm`] shows it. The form itself is attached.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FillFromForm {
    /// Which record.
    pub record: RecordId,
    /// Who writes it down.
    pub person: Person,
    /// The PDF.
    pub path: String,
}

/// Write a record back into its checklist's Markdown: ticks and values in their places, everything else as it was. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportMarkdown {
    /// Which record.
    pub record: RecordId,
    /// Where to.
    pub path: String,
}
