//! The words of a checklist: what [`crate::checklist::read`] makes of a file.

use crate::condition::Condition;
use crate::id::{Digest, ItemId};
use serde::{Deserialize, Serialize};

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

/// A stretch of bytes of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// One block of the file: what the screen and the report show, in the file's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Node {
    /// The bytes that belong to it, line ends included.
    pub span: Span,
    /// 1-based first line.
    pub line: u32,
    /// Index into [`Template::sections`].
    pub section: usize,
    /// Nesting in lists: 0 at the margin.
    pub depth: u8,
    /// What it is.
    pub kind: NodeKind,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "node", rename_all = "snake_case")]
pub enum NodeKind {
    /// Empty lines.
    Blank,
    /// YAML between `---` lines at the top.
    FrontMatter,
    /// A heading, also one that carries a box of its own.
    Heading {
        /// 1 to 6.
        level: u8,
        /// Its text without markup and box.
        text: String,
        /// The item of its own tick, if it has one.
        item: Option<ItemId>,
    },
    /// A line or bullet with at least one item: a task, fields, a choice, a sign-off, or several of them.
    Answerable {
        /// The text around and between the blanks, in order.
        parts: Vec<Part>,
        /// The task whose box stands on the line, if any.
        task: Option<ItemId>,
        /// An ordered list's number as written («3.»), if any.
        number: Option<String>,
    },
    /// A bullet or numbered line without a box that says what must hold or gives detail to the task above it.
    Criterion {
        /// Its text without markup.
        text: String,
        /// The task it belongs to, if it stands under one.
        of: Option<ItemId>,
        /// The limit it states, if one was understood.
        condition: Option<Condition>,
    },
    /// A paragraph, a quote, or a plain bullet.
    Prose {
        /// Its text without markup.
        text: String,
        /// It is a bullet or a numbered line.
        bullet: bool,
    },
    /// A code block. Its tasks, if it holds any, are nodes of their own between two pieces of it.
    Code {
        /// The info string's first word, in lower case; empty if there is none.
        lang: String,
        /// The text inside the fence.
        text: String,
    },
    /// A table.
    Table {
        /// What it is for.
        purpose: TablePurpose,
        /// The head row's cells, as text.
        head: Vec<String>,
        /// The other rows.
        rows: Vec<Vec<Cell>>,
    },
    /// A thematic break.
    Rule,
    /// An HTML comment, `[//]: #` comment, or a line of raw HTML that is not shown.
    Comment,
    /// Link reference definitions.
    LinkDefinitions,
}

/// A piece of an answerable line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Part {
    /// Words, without markup.
    Text {
        /// The words.
        text: String,
    },
    /// Inline code.
    Code {
        /// The code.
        text: String,
    },
    /// A link.
    Link {
        /// What is shown.
        text: String,
        /// Where it leads, as written.
        href: String,
    },
    /// Where an item is answered: a blank, the options of a choice, the signature of a sign-off line.
    Slot {
        /// The item.
        item: ItemId,
    },
}

/// What a table is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TablePurpose {
    /// People to reach, to be filled in once.
    Contacts,
    /// Conditions that lead to an action.
    Decision,
    /// One task a row.
    Checklist,
    /// Rows with roles to sign.
    SignOff,
    /// To be read only.
    Reference,
}

/// A table cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "cell", rename_all = "snake_case")]
pub enum Cell {
    /// Words.
    Text {
        /// The words, without markup.
        text: String,
    },
    /// A cell to be answered.
    Slot {
        /// Its item.
        item: ItemId,
        /// Text in the cell beside what is answered, such as a task's words.
        text: String,
    },
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
    /// Index into [`Template::sections`].
    pub section: usize,
    /// The task above that it is nested in.
    pub parent: Option<ItemId>,
    /// Limits that stand on its line or under it, and that its value or task is judged by.
    pub limits: Vec<Limit>,
    /// Who is to do it, as written («@ana», «QA»), if the file says so.
    pub owner: Option<String>,
    /// Under which circumstance it applies («major changes»), if the file says so.
    pub only_if: Option<String>,
    /// Commands that stand on its line or in a fence under it.
    pub commands: Vec<String>,
    /// From annotations: what kinds of evidence it must have.
    pub evidence: Vec<String>,
    /// From annotations: what else is said of it.
    #[serde(default)]
    pub marks: Vec<Mark>,
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
        unit: Option<String>,
        /// The value that the file gives beforehand.
        default: Option<String>,
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

/// A probe that the checklist's text offers; it runs only after a person allowed its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeOffer {
    /// Distinct within the template: the item's or line's, then the URL.
    pub id: crate::id::ProbeId,
    /// What the file calls it, or host and path.
    pub name: String,
    /// `GET` or `HEAD`.
    pub method: String,
    /// The URL as written.
    pub url: String,
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
    pub code: String,
    /// What was found.
    pub message: String,
    /// What to do.
    pub hint: String,
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
