//! Checklists: read, kept, corrected, their versions and states.

use crate::checklist::{Counts, Template, ValueKind};
use crate::id::{Digest, ItemId, RecordId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a checklist comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum ChecklistSource {
    /// It ships with the program.
    Shipped {
        /// File name.
        name: String,
    },
    /// A file.
    File {
        /// Its path.
        path: String,
    },
    /// Kept in the library.
    Kept {
        /// Hash of its bytes.
        sha256: Digest,
    },
    /// The one that a record began from, as it was corrected then.
    Record {
        /// The record.
        record: RecordId,
    },
}

/// A checklist in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistSummary {
    /// Where it comes from.
    pub source: ChecklistSource,
    /// File name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Hash of its bytes.
    pub sha256: Digest,
    /// Version, if it states one.
    pub version: Option<String>,
    /// Owner, if it states one.
    pub owner: Option<String>,
    /// Next review, if it states one.
    pub next_review: Option<String>,
    /// What is in it.
    pub counts: Counts,
    /// How many problems the reading has.
    pub problems: u32,
    /// The day of the next review is past.
    pub review_past: bool,
    /// Draft or released.
    pub state: ChecklistState,
    /// A newer version of the same file is kept.
    pub superseded: bool,
    /// A newer version lies where it came from.
    pub offer: Option<Offer>,
}

/// How far a checklist is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChecklistState {
    /// It is being worked on.
    Draft,
    /// It is in force.
    Released,
}

impl ChecklistState {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Released => "released",
        }
    }
}

/// A newer version of a kept checklist, in the git checkout that it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The file.
    pub path: String,
    /// How much changed.
    pub headline: String,
}

/// The checklists in whose name, title, facts or text all these words occur; all of them if there are none.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FindChecklists {
    /// The words.
    pub find: String,
}

/// Say that a kept checklist is a draft, or released.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SetChecklistState {
    /// Hash of its bytes.
    pub sha256: Digest,
    /// What it is.
    pub state: ChecklistState,
}

/// Write a copy of a checklist, to begin another one from. Never over a file that is there. The reply is the path.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DuplicateChecklist {
    /// Which.
    pub source: ChecklistSource,
    /// Where to.
    pub path: String,
}

/// Read a checklist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReadChecklist {
    /// Which.
    pub source: ChecklistSource,
}

/// Reply to [`ReadChecklist`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChecklistReply {
    /// Summary.
    pub summary: ChecklistSummary,
    /// Typed reading.
    pub template: Arc<Template>,
    /// The file as text; bytes that are no UTF-8 are replaced.
    pub text: String,
}

/// Correct the reading of a line. It is kept with the file's hash, and taken over to later versions of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CorrectChecklist {
    /// Of which checklist.
    pub source: ChecklistSource,
    /// 1-based line.
    pub line: u32,
    /// The item on it; none for a line that is to be a task, or to be as it was read.
    pub item: Option<ItemId>,
    /// As what it is to be read.
    pub reading: ReadAs,
}

/// As what a line or item is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "as", rename_all = "snake_case")]
pub enum ReadAs {
    /// As the program reads it: earlier corrections of the line are taken back.
    AsRead,
    /// Content, that asks for nothing.
    Content,
    /// A task.
    Task,
    /// A field that takes this.
    Value {
        /// What.
        value: ValueKind,
    },
    /// A field with this unit.
    Unit {
        /// The unit; empty for none.
        unit: String,
    },
    /// A signature of this role, or an item of this person's.
    Role {
        /// The role or name.
        role: String,
    },
}

/// Write the corrections of a checklist into a copy of its file, as annotations.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AnnotateChecklist {
    /// Which.
    pub source: ChecklistSource,
    /// Where to.
    pub path: String,
}

/// Reply to [`AnnotateChecklist`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotated {
    /// The file that was written.
    pub path: String,
    /// SHA-256 of it.
    pub sha256: Digest,
    /// How many corrections it says.
    pub written: u32,
    /// Those that no annotation can say, in words.
    pub left_out: Vec<String>,
}

/// Keep a checklist in the library.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeepChecklist {
    /// Which.
    pub source: ChecklistSource,
}

/// What changed since the last record by an earlier version of a checklist: to be acknowledged before the next one starts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangesSince {
    /// Which checklist.
    pub source: ChecklistSource,
}
