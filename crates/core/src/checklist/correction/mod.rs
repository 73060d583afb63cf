//! Corrections: what a person says of a reading that was a guess, applied to the template after the file was read.
//!
//! They never change the file, and a template is its bytes and these. Where they are kept is the engine's; the record keeps them beside
//! the checklist in its first event, so that everybody reads the same template from it. A correction that no longer fits is a
//! problem of the template, never silently left out.

mod apply;
mod carry;
mod lines;
mod value;
mod write;

pub use carry::{Carried, carry};
pub use write::{Written, annotate};

use apply::apply;

use super::{Problem, Severity, Template, ValueKind, read};
use crate::id::ItemId;
use serde::{Deserialize, Serialize};

/// One thing that was read wrongly, put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "correct", rename_all = "snake_case")]
pub enum Correction {
    /// What was taken for an item asks for nothing.
    Content {
        /// The item.
        item: ItemId,
    },
    /// A line that was taken for content is to be done.
    Task {
        /// 1-based line.
        line: u32,
        /// The line's text, by which it is found again; empty: whatever stands there.
        text: String,
    },
    /// A field takes something else.
    Value {
        /// The field.
        item: ItemId,
        /// What it takes.
        value: ValueKind,
    },
    /// A field has another unit, or none.
    Unit {
        /// The field.
        item: ItemId,
        /// The unit; empty for none.
        unit: String,
    },
    /// Somebody else signs a sign-off line, or is to do another item.
    Role {
        /// The item.
        item: ItemId,
        /// The role or name.
        role: String,
    },
}

impl Correction {
    /// The item that it is about; none for a line that is none yet.
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Content { item } | Self::Value { item, .. } | Self::Unit { item, .. } | Self::Role { item, .. } => {
                Some(item)
            }
            Self::Task { .. } => None,
        }
    }

    /// Both say the same part of the same thing, so that the later one replaces the earlier.
    fn replaces(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Task { line, .. }, Self::Task { line: known, .. }) => line == known,
            _ => self.item() == other.item() && std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }

    /// In words: «is content, not to be answered».
    pub fn words(&self) -> String {
        match self {
            Self::Content { .. } => "it is content and asks for nothing".to_owned(),
            Self::Task { .. } => "it is a task".to_owned(),
            Self::Value { value, .. } => format!("it takes a {}", value.word()),
            Self::Unit { unit, .. } if unit.is_empty() => "it has no unit".to_owned(),
            Self::Unit { unit, .. } => format!("its unit is {unit}"),
            Self::Role { role, .. } => format!("it is {role}'s"),
        }
    }
}

/// Adds a correction to those of a template; one that it replaces goes.
pub fn add(to: &mut Vec<Correction>, correction: Correction) {
    to.retain(|known| !correction.replaces(known));
    to.push(correction);
}

/// Reads a checklist as it was corrected. What does not fit is among the problems, as `correction_lost`.
pub fn read_with(bytes: &[u8], corrections: &[Correction]) -> Template {
    let mut template = read(bytes);
    if corrections.is_empty() {
        return template;
    }
    let mut told = Vec::new();
    for (correction, came) in corrections.iter().zip(apply(&mut template, bytes, corrections)) {
        told.push(match came {
            Ok(found) => Problem {
                line: found.line,
                column: 1,
                severity: Severity::Note,
                code: "corrected".into(),
                message: format!("A person corrected the reading of «{}»: {}.", found.label, correction.words()).into(),
                hint: "It is kept with this version of the file; take it back if it is wrong.".into(),
            },
            Err(lost) => Problem {
                line: lost.line,
                column: 1,
                severity: Severity::Warning,
                code: "correction_lost".into(),
                message: format!("A correction does not fit the file: {} ({}).", lost.why, correction.words()).into(),
                hint: "Correct the reading again, or take the correction back.".into(),
            },
        });
    }
    template.problems.extend(told);
    template.problems.sort_by_key(|problem| (problem.line, problem.column));
    template
}

/// Adds a correction if it fits the file, and gives the reading with it.
///
/// # Errors
/// In words, why it does not fit.
pub fn correct(bytes: &[u8], to: &mut Vec<Correction>, correction: Correction) -> Result<Template, String> {
    let mut tried = to.clone();
    add(&mut tried, correction);
    if let Some(Err(lost)) = apply(&mut read(bytes), bytes, &tried).pop() {
        return Err(lost.why);
    }
    *to = tried;
    Ok(read_with(bytes, to))
}

/// The correction of a line that was read as content: it is a task.
pub fn task_on(bytes: &[u8], line: u32) -> Correction {
    let at = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
    let text = at.and_then(|at| lines::lines_of(bytes).get(at).map(|line| lines::text_of(line)));
    Correction::Task { line, text: text.unwrap_or_default() }
}

/// Takes back what was said of a line.
pub fn take_back(plain: &Template, from: &mut Vec<Correction>, line: u32) {
    from.retain(|correction| match correction {
        Correction::Task { line: known, .. } => *known != line,
        other => other.item().and_then(|item| plain.item(item)).is_some_and(|item| item.line != line),
    });
}

/// Applies what the file's own annotations correct.
pub(super) fn apply_annotated(template: &mut Template, bytes: &[u8], corrections: &[Correction]) {
    for lost in apply(template, bytes, corrections).into_iter().filter_map(Result::err) {
        template.problems.push(Problem {
            line: lost.line,
            column: 1,
            severity: Severity::Warning,
            code: "annotation".into(),
            message: format!("The annotation does not fit: {}.", lost.why).into(),
            hint: "Put it on a line of words, or indented on the line under it.".into(),
        });
    }
    template.problems.sort_by_key(|problem| (problem.line, problem.column));
}

/// What a correction was applied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) line: u32,
    pub(super) label: String,
}

/// Why a correction was not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    pub(super) line: u32,
    pub(super) why: String,
}
