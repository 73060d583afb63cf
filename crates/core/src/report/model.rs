//! The report as a document: headings, paragraphs, tables, item lists, pictures. What it says is decided before it gets
//! here; how it is set on pages is decided in the `pages` crate, which knows this model and nothing of records.

use crate::id::Digest;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A document to be set on pages, and what the finished file carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The document's title.
    pub title: String,
    /// One line under the title.
    pub subtitle: String,
    /// BCP 47 language of the document, such as `en`.
    pub language: String,
    /// Who made it, for the file's metadata.
    pub author: String,
    /// The time that the document states as its own. Not the time at which the pages happened to be made.
    pub created: Timestamp,
    /// What the file's identifier is derived from: the same record gives the same file.
    pub identity: Digest,
    /// Stands on every page, left of the page number.
    pub footer: String,
    /// Printed across every page, such as «REHEARSAL».
    pub watermark: Option<String>,
    /// Paper.
    pub paper: Paper,
    /// The content.
    pub blocks: Vec<Block>,
    /// The files inside the file; the first is what the pages were made from.
    pub attachments: Vec<EmbeddedFile>,
    /// One field per expected signature, in signing order; empty until signed. [`Block::Signatures`] says where.
    pub signatures: Vec<SignatureSlot>,
    /// The fields to fill in, of a form; [`Slot`]s say where. Empty in a report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FormField>,
}

/// A field of a form that is filled in on paper or on screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// Unique in the document.
    pub name: String,
    /// What it asks, in words, for who does not see the page.
    pub words: String,
    /// What it takes.
    pub takes: Takes,
}

/// What a field of a form takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// A tick.
    Tick,
    /// A line of text.
    Line,
    /// Several lines of text.
    Lines,
    /// One of these, each by a name of its own in ASCII letters.
    OneOf(Vec<String>),
}

/// Where a field of a form stands in its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Index into [`Report::fields`].
    pub field: usize,
    /// Which of the options; none but for [`Takes::OneOf`].
    pub option: Option<usize>,
    /// Width in characters, as far as the line has room. Ticks and options have a width of their own.
    pub width: u16,
}

/// A piece of a line of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormPart {
    /// Words.
    Text(Span),
    /// A place to fill in.
    Slot(Slot),
}

/// A line of a form.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FormLine {
    /// Nesting, 0 at the margin.
    pub depth: u8,
    /// What stands before it: a box to tick, or a bullet.
    pub lead: Lead,
    /// Words and places to fill in.
    pub parts: Vec<FormPart>,
}

/// What stands before a line of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lead {
    /// Nothing.
    #[default]
    None,
    /// A bullet.
    Bullet,
    /// A box to tick, or an option's circle.
    Box(Slot),
}

/// Paper sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 210 mm × 297 mm (ISO 216).
    #[default]
    A4,
    /// 8.5 in × 11 in.
    Letter,
}

/// A file inside the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmbeddedFile {
    /// File name.
    pub name: String,
    /// Media type (RFC 6838).
    pub media_type: String,
    /// What it is, in words.
    pub description: String,
    /// How it relates to the pages.
    pub relation: Relation,
    /// Content.
    pub bytes: Vec<u8>,
}

/// How an embedded file relates to the pages (ISO 32000-2, `AFRelationship`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// What the pages were made from.
    Source,
    /// Supporting material, such as evidence.
    Supplement,
}

/// An expected signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureSlot {
    /// The form field's name; unique in the report.
    pub field: String,
    /// What stands above the line: the role, or «Certified by the application».
    pub role: String,
    /// Who is expected to sign.
    pub person: String,
    /// What signing means.
    pub meaning: String,
    /// When its person signed off in the record.
    pub signed_off: Option<Timestamp>,
}

/// A block of content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case")]
pub enum Block {
    /// A heading; also a bookmark.
    Heading {
        /// 1 to 3.
        level: u8,
        /// Text.
        text: String,
    },
    /// Running text.
    Paragraph {
        /// Its spans.
        text: Text,
    },
    /// A statement that must not be overlooked.
    Banner {
        /// How it is meant.
        tone: Tone,
        /// In large letters.
        title: String,
        /// Beneath.
        text: Text,
    },
    /// Names with their values, two columns.
    Facts {
        /// Name and value.
        rows: Vec<(String, Text)>,
    },
    /// Items of a checklist with their answers.
    Items {
        /// In the checklist's order.
        rows: Vec<ItemRow>,
    },
    /// A table.
    Table {
        /// The columns.
        columns: Vec<Column>,
        /// The rows, each with as many cells as there are columns.
        rows: Vec<Vec<Text>>,
    },
    /// Lines to fill in.
    Form {
        /// In the checklist's order.
        lines: Vec<FormLine>,
    },
    /// A table to fill in.
    FormTable {
        /// The columns.
        columns: Vec<Column>,
        /// The rows, each with as many cells as there are columns.
        rows: Vec<Vec<Vec<FormPart>>>,
    },
    /// A small picture, with words beside it.
    Picture(Picture),
    /// Fixed-width text.
    Code {
        /// The text.
        text: String,
    },
    /// How far each phase came.
    Progress {
        /// The phases in order.
        phases: Vec<PhaseProgress>,
    },
    /// What happened when, on a line of time.
    Timeline {
        /// In order of time.
        points: Vec<TimelinePoint>,
    },
    /// Values over time against their limits.
    Plot(Plot),
    /// The boxes for [`Report::signatures`].
    Signatures,
    /// What follows starts on a new page.
    PageBreak,
}

/// A small picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// A JPEG of 8 bits a value, grey or colour.
    pub jpeg: Vec<u8>,
    /// What stands beside it.
    pub text: Text,
    /// What it is, for those who do not see it.
    pub alt: String,
}

/// Text in spans of one style each.
pub type Text = Vec<Span>;

/// A stretch of text in one style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// The words.
    pub text: String,
    /// How they look.
    pub style: Style,
    /// Where they lead, if they are a link.
    pub href: Option<String>,
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As the text around.
    #[default]
    Plain,
    /// Bold.
    Strong,
    /// Fixed width.
    Code,
    /// Grey.
    Quiet,
    /// Struck through: an earlier value.
    Struck,
    /// As [`Tone::Good`].
    Good,
    /// As [`Tone::Bad`].
    Bad,
    /// As [`Tone::Unsure`].
    Unsure,
}

/// What a colour says; it never says it alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Met, done.
    Good,
    /// Not met, failed.
    Bad,
    /// Unknown, late, stale, contested.
    Unsure,
    /// No judgement.
    Plain,
}

/// The state of an item as a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Done: a tick.
    Done,
    /// Failed: a cross.
    Failed,
    /// Open: an empty box.
    Open,
    /// Not applicable: a dash.
    NotApplicable,
    /// Blocked: a bar.
    Blocked,
    /// Skipped: an arrow over.
    Skipped,
    /// Unknown: a question mark.
    Unknown,
    /// No mark: words between the items.
    None,
}

/// An item with its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ItemRow {
    /// Nesting, 0 at the margin.
    pub depth: u8,
    /// Its state.
    pub mark: Mark,
    /// What it asks.
    pub text: Text,
    /// What was answered, with limit and verdict.
    pub answer: Text,
    /// Who did it, and who wrote it down if that was somebody else.
    pub who: String,
    /// When, to the second, UTC.
    pub when: String,
    /// Reasons, notes, earlier values, evidence: one line each.
    pub details: Vec<Text>,
}

/// A table column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its head.
    pub title: String,
    /// Its share of the width against the other columns.
    pub weight: u16,
    /// Numbers stand right.
    pub align: Align,
}

/// Where text stands in its cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Where its script begins.
    #[default]
    Start,
    /// At the other side.
    End,
}

/// How far a phase came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseProgress {
    /// The phase.
    pub title: String,
    /// Items done, as a part of `total`.
    pub done: u32,
    /// Items failed.
    pub failed: u32,
    /// Items skipped, not applicable or blocked.
    pub set_aside: u32,
    /// All items.
    pub total: u32,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelinePoint {
    /// When.
    pub at: Timestamp,
    /// What, in a few words.
    pub label: String,
    /// How it is to be seen.
    pub tone: Tone,
}

/// Values over time. Numbers are decimals as text, so that the same record gives the same pages everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plot {
    /// What is shown.
    pub title: String,
    /// Unit of the values.
    pub unit: String,
    /// Values in order of time.
    pub points: Vec<(Timestamp, rust_decimal::Decimal)>,
    /// Lines across, with what they mean («target < 500 ms»).
    pub limits: Vec<(String, rust_decimal::Decimal)>,
    /// The value before the deployment.
    pub baseline: Option<rust_decimal::Decimal>,
    /// The points after which values are missing, and the line with them. None: where a step is far longer than usual.
    #[serde(default)]
    pub breaks: Option<Vec<Timestamp>>,
}

impl Span {
    /// Text in a style.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style, href: None }
    }

    /// Text as the text around.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::new(text, Style::Plain)
    }
}

/// A text of one plain span.
pub fn plain(text: impl Into<String>) -> Text {
    vec![Span::plain(text)]
}
