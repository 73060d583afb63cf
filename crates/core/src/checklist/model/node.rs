//! The blocks of a file, each with the bytes that belong to it: what the screen and the report show.

use crate::condition::Condition;
use crate::id::ItemId;
use serde::{Deserialize, Serialize};

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
    /// Index into [`Template::sections`](super::Template::sections).
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
        number: Option<Box<str>>,
    },
    /// A bullet or numbered line without a box that says what must hold or gives detail to the task above it.
    Criterion {
        /// Its text without markup.
        text: String,
        /// The task it belongs to, if it stands under one.
        of: Option<ItemId>,
        /// The limit it states, if one was understood.
        condition: Option<Box<Condition>>,
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
