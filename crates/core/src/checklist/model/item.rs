//! What can be answered, with the limits that it is judged by and what annotations say of it.

use super::Few;
use crate::condition::Condition;
use crate::id::ItemId;
use serde::{Deserialize, Serialize};

/// Anything in a template that can be answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Stable identity.
    pub id: ItemId,
    /// What it is, with what only that kind has.
    pub kind: ItemKind,
    /// What it asks, as plain text, without box, blanks and options.
    pub label: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
    /// Index into [`Template::sections`](super::Template::sections).
    pub section: usize,
    /// The task above that it is nested in.
    pub parent: Option<ItemId>,
    /// Limits that stand on its line or under it, and that its value or task is judged by.
    pub limits: Few<Limit>,
    /// Who is to do it, as written («@ana», «QA»), if the file says so.
    pub owner: Option<Box<str>>,
    /// Under which circumstance it applies («major changes»), if the file says so.
    pub only_if: Option<Box<str>>,
    /// Commands that stand on its line or in a fence under it.
    pub commands: Few<String>,
    /// From annotations: what kinds of evidence it must have.
    pub evidence: Few<String>,
    /// From annotations: what else is said of it.
    #[serde(default)]
    pub marks: Few<Mark>,
}

impl Item {
    /// An item of which nothing is known but what it asks and where it stands: line, column and section.
    pub(in crate::checklist) fn bare(
        id: ItemId,
        kind: ItemKind,
        label: String,
        (line, column): (u32, u32),
        section: usize,
        parent: Option<ItemId>,
    ) -> Self {
        Self {
            id,
            kind,
            label,
            line,
            column,
            section,
            parent,
            limits: Few::new(),
            owner: None,
            only_if: None,
            commands: Few::new(),
            evidence: Few::new(),
            marks: Few::new(),
        }
    }
}

/// The kinds of items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ItemKind {
    /// To be done and ticked.
    Task {
        /// Where its box stands.
        form: TaskForm,
        /// The file has it ticked already.
        prechecked: bool,
    },
    /// To be filled in.
    Field {
        /// What is entered.
        value: ValueKind,
        /// The unit that stands beside the blank («ms», «%», «req/s»).
        unit: Option<Box<str>>,
        /// The value that the file gives beforehand.
        default: Option<Box<str>>,
    },
    /// One of several options.
    Choice {
        /// The options, in order, as written.
        options: Vec<String>,
    },
    /// A role or name, a place to sign, a date.
    SignOff {
        /// The role or name as written.
        role: String,
    },
    /// A point that only a named decision passes.
    Gate {
        /// The ways out, as written, or proceed, hold, roll back.
        options: Vec<String>,
    },
}

/// Where a task's box stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskForm {
    /// A bullet at the margin.
    Bullet,
    /// A bullet nested under another list item.
    Nested,
    /// An ordered list item.
    Ordered,
    /// A heading.
    Heading,
    /// A code fence.
    Fenced,
    /// A table row.
    Table,
}

/// What a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// A number, with the field's unit if it has one.
    Number,
    /// A line of text.
    Text,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A version.
    Version,
    /// A person's name or how to reach somebody: left out of a shared report on request.
    Contact,
}

/// A condition with the part it plays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// Which part.
    pub role: LimitRole,
    /// As written.
    pub text: String,
    /// The condition over the item's own value (`value`) or over named measurements.
    pub condition: Condition,
}

/// The part a limit plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitRole {
    /// It should hold.
    Target,
    /// When it holds, somebody must act.
    Alert,
}

/// What an annotation says of an item or of a whole section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mark", rename_all = "snake_case")]
pub enum Mark {
    /// Its fields are the baseline: frozen before the deployment, compared with afterwards.
    Baseline,
    /// How far a later value may be from the baseline and still be similar.
    DeadBand {
        /// In percent of the baseline value, such as `10`.
        percent: String,
    },
    /// Its tick is T0: rounds count from it, approvals precede it.
    Deploy,
    /// It may not be skipped.
    Required,
    /// Who signs here, and what the signature says.
    SignOff {
        /// Whose signature; as the file's text says if empty.
        role: String,
        /// What it says, such as «approved» or «verified».
        meaning: String,
    },
    /// What stays as it is once it is done, even when everything else is rolled back.
    NoReturn {
        /// What, such as «keep migration 0007».
        what: String,
    },
    /// The phase that it belongs to.
    Phase {
        /// Its name.
        name: String,
    },
}
