//! The words of a checklist: what [`crate::checklist::read`] makes of a file.

mod few;
mod index;
mod item;
mod node;

pub use few::Few;
pub(in crate::checklist) use index::Index;
pub use item::*;
pub use node::*;

use crate::condition::Condition;
use crate::id::{Digest, ItemId};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Our typed reading of one checklist. Its identity is the SHA-256 of the file's bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// SHA-256 of the file's bytes.
    pub sha256: Digest,
    /// The first heading's text, or the file's front-matter title, or «Untitled checklist».
    pub title: String,
    /// What the file says of itself: owner, version, last review, next review, status, and other «key: value» lines.
    pub facts: Vec<Fact>,
    /// The file from top to bottom. Their spans follow each other without gap or overlap and cover every byte.
    pub nodes: Vec<Node>,
    /// The headings, in order. Section 0 is what stands before the first heading.
    pub sections: Vec<Section>,
    /// All that can be answered, in the file's order.
    pub items: Vec<Item>,
    /// What the checklist's `curl` lines, health URLs and annotations offer as probes. None runs by itself.
    pub probes: Vec<ProbeOffer>,
    /// What was guessed, repaired, not understood or ambiguous, in the file's order.
    pub problems: Vec<Problem>,
    /// Printing the nodes was compared with the file's bytes and gave the same.
    pub lossless: bool,
    /// What the front matter's `policy:` lines ask for.
    #[serde(default)]
    pub policy: Vec<PolicyLine>,
    /// Every command of the file, in fences and in lines. None is ever run by the app.
    #[serde(default)]
    pub commands: Vec<Command>,
    /// How many of what the file has.
    #[serde(default)]
    pub counts: Counts,
    /// Made when something is first looked up; items are not to be exchanged after that.
    #[serde(skip)]
    pub(in crate::checklist) index: Index,
}

impl Template {
    /// The item with this id.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.index.item(&self.items, id)
    }

    /// Where the item with this id stands in [`Self::items`].
    pub(crate) fn place(&self, id: &ItemId) -> Option<usize> {
        self.index.place(&self.items, id)
    }

    /// The sign-off item that stands on the same line as a task's box.
    pub fn sign_off_on_line_of(&self, task: &Item) -> Option<&Item> {
        let is_task = matches!(task.kind, ItemKind::Task { .. });
        if is_task { self.index.sign_off(&self.items, task.line) } else { None }
    }
}

/// How many of what a checklist has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// List items and bare lines with a box outside fences and tables, nested and ordered ones included.
    pub tasks: u32,
    /// Of these, the ones nested in a list item.
    pub nested_tasks: u32,
    /// Headings with a box.
    pub heading_tasks: u32,
    /// Boxes in code fences.
    pub fenced_tasks: u32,
    /// Of `tasks`, the ones that are numbered.
    pub ordered_tasks: u32,
    /// Rows of tables with a box.
    pub table_tasks: u32,
    /// Fields to fill in, those in tables included.
    pub fields: u32,
    /// Choices and gates whose options have boxes.
    pub choices: u32,
    /// The options of these.
    pub choice_options: u32,
    /// Lines with such options.
    pub choice_lines: u32,
    /// Lines with a role or name, a blank to sign and a blank for the date.
    pub signoffs: u32,
    /// People to reach: rows of contact tables and lines with placeholders for them.
    pub contacts: u32,
    /// Commands, in fences and in lines.
    pub commands: u32,
    /// Limits that were understood.
    pub thresholds: u32,
    /// Probes that are offered.
    pub probes: u32,
    /// Runs of underscores to write on, outside fences and comments.
    pub blanks: u32,
}

/// A command that the checklist names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The command, lines joined that a backslash continues.
    pub text: String,
    /// 1-based line.
    pub line: u32,
    /// The item that it stands in or under.
    pub item: Option<ItemId>,
    /// It has parts that must be put in before it can be run, such as `<run-id>`.
    pub placeholders: bool,
    /// Why it is not offered as a probe although it asks for a web address, or what of it the offered probe does otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// One line of the front matter's `policy:` list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyLine {
    /// 1-based line.
    pub line: u32,
    /// What it asks for.
    pub rule: PolicyRule,
}

/// What a policy line asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum PolicyRule {
    /// `sign-off: Engineering lead, approved`, also `sign-off: 2 Engineering lead, approved`.
    SignOff {
        /// Whose.
        role: String,
        /// With which meaning; empty if any will do.
        meaning: String,
        /// By how many different persons.
        count: u32,
    },
    /// `separation: approver performed no item`.
    Separation,
    /// `order: approval before deploy`.
    ApprovalBeforeDeploy,
    /// `order: phases`: no phase begins while an earlier one has open items.
    PhaseOrder,
    /// `holidays: 2026-12-25 Christmas, 2026-12-24 to 2027-01-02`: days that count as holidays.
    Holidays {
        /// As written.
        days: String,
    },
    /// `review: within 24 h`: when an emergency must be looked at afterwards.
    Review {
        /// As written.
        within: String,
    },
    /// `allowed: Tuesday to Thursday, 10:00-16:00`: when to deploy.
    Allowed {
        /// As written.
        window: String,
    },
    /// `forbidden: Friday afternoon, weekend`: when not to deploy.
    Forbidden {
        /// As written.
        window: String,
    },
}

/// A document fact, such as the owner or the next review date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What it is; known keys are `owner`, `version`, `last_review`, `next_review`, `status`; others as written.
    pub key: String,
    /// The text as written, without markup.
    pub value: String,
    /// 1-based line.
    pub line: u32,
}

/// A heading and what stands under it until the next heading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// 1 to 6; 0 for what stands before the first heading.
    pub level: u8,
    /// Text without markup; empty for section 0.
    pub title: String,
    /// 1-based line of the heading.
    pub line: u32,
    /// The section that holds this one.
    pub parent: Option<usize>,
    /// The heading's own tick, if it has one.
    pub item: Option<ItemId>,
    /// The window or cadence that the heading states («First 24 hours», «Every 6 hours for 24 hours»), as written.
    pub timing: Option<String>,
    /// The share of traffic that a stage's heading states («5% traffic»), in percent, as written («5», «0.5»).
    pub traffic: Option<String>,
    /// The section holds what to do when rolling back.
    pub rollback: bool,
    /// From annotations on the heading.
    #[serde(default)]
    pub marks: Vec<Mark>,
    /// The timing as a schedule, if it was understood.
    #[serde(default)]
    pub schedule: Option<crate::checklist::Schedule>,
}

/// A probe that the checklist's text offers; it runs only after a person allowed its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeOffer {
    /// Distinct within the template: the item's or line's, then what is asked.
    pub id: crate::id::ProbeId,
    /// What the file calls it, or host and path.
    pub name: String,
    /// What is asked, in the words of [`crate::ask`].
    pub ask: String,
    /// The hosts that it connects to; none if something has to be put in first.
    pub hosts: Vec<String>,
    /// What must hold of the answer.
    pub expect: Vec<Condition>,
    /// The item that it gives evidence for.
    pub item: Option<ItemId>,
    /// 1-based line.
    pub line: u32,
}

/// Something that a person should know about the reading of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in characters.
    pub column: u32,
    /// How it weighs.
    pub severity: Severity,
    /// A stable word for it, such as `mojibake` or `unclosed_fence`.
    pub code: Cow<'static, str>,
    /// What was found. Most of these are the same for each place, and take no memory of their own then.
    pub message: Cow<'static, str>,
    /// What to do.
    pub hint: Cow<'static, str>,
}

/// How a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The reading is a guess that a person may want to look at.
    Note,
    /// Something was not understood or had to be repaired.
    Warning,
    /// The file is damaged, or something of it cannot be used.
    Error,
}
