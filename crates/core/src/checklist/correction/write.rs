//! Corrections written into the file, as annotations on the lines that they are about.
//!
//! What was written is read again and compared; where an annotation cannot say what the correction says (in a code block, in a table),
//! it is left out, and told.

use super::{Correction, read_with};
use crate::checklist::{Item, ItemKind, Template, read};
use std::collections::{BTreeMap, HashMap};

/// A file with its corrections written into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The new file.
    pub bytes: Vec<u8>,
    /// How many corrections it says.
    pub written: usize,
    /// Those that no annotation can say.
    pub left_out: Vec<Correction>,
}

/// Writes corrections into a file.
pub fn annotate(bytes: &[u8], corrections: &[Correction]) -> Written {
    let plain = read(bytes);
    let mut kept: Vec<&Correction> = corrections.iter().collect();
    let mut left_out: Vec<Correction> = Vec::new();
    loop {
        let written = write(bytes, &plain, &kept);
        let wanted: Vec<Correction> = kept.iter().map(|correction| (*correction).clone()).collect();
        let (meant, found) = (read_with(bytes, &wanted), read(&written));
        let (good, bad): (Vec<_>, Vec<_>) =
            kept.iter().partition(|correction| holds(correction, &plain, &meant, &found));
        left_out.extend(bad.into_iter().cloned());
        if good.len() == kept.len() {
            return Written { bytes: written, written: good.len(), left_out };
        }
        kept = good;
    }
}

/// The file with an annotation at the end of each line that one is about.
fn write(bytes: &[u8], template: &Template, corrections: &[&Correction]) -> Vec<u8> {
    let mut of_line: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for correction in corrections {
        let item = correction.item().and_then(|id| template.item(id));
        let line = match (correction, item) {
            (Correction::Task { line, .. }, _) => *line,
            (_, Some(item)) => item.line,
            (_, None) => continue,
        };
        of_line.entry(line).or_default().push(clause(correction, item, template));
    }
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    let mut out = Vec::with_capacity(bytes.len() + of_line.len() * 40);
    for (number, line) in (1..).zip(bytes.split_inclusive(|&byte| byte == end)) {
        let Some(clauses) = of_line.get(&number) else {
            out.extend_from_slice(line);
            continue;
        };
        let bare = line.trim_ascii_end();
        out.extend_from_slice(bare);
        out.extend_from_slice(format!(" <!-- cs: {} -->", clauses.join("; ")).as_bytes());
        out.extend(line.iter().skip(bare.len()).skip_while(|byte| matches!(byte, b' ' | b'\t')));
    }
    out
}

fn clause(correction: &Correction, item: Option<&Item>, template: &Template) -> String {
    match correction {
        Correction::Content { .. } => {
            let line = item.map(|item| item.line);
            let alone = template.items.iter().filter(|other| Some(other.line) == line).count() == 1;
            match item {
                Some(item) if !alone => format!("content \"{}\"", item.label.replace('"', "'")),
                _ => "content".to_owned(),
            }
        }
        Correction::Task { .. } => "task".to_owned(),
        Correction::Value { value, .. } => format!("type {}", value.word()),
        Correction::Unit { unit, .. } if unit.is_empty() => "unit none".to_owned(),
        Correction::Unit { unit, .. } => format!("unit {unit}"),
        Correction::Role { role, .. } => match item.map(|item| &item.kind) {
            Some(ItemKind::SignOff { .. }) => format!("role \"{}\"", role.replace('"', "'")),
            _ => format!("owner \"{}\"", role.replace('"', "'")),
        },
    }
}

/// Whether the annotated file says of a correction's line what the corrected reading says.
fn holds(correction: &Correction, plain: &Template, meant: &Template, found: &Template) -> bool {
    let line = match correction {
        Correction::Task { line, .. } => *line,
        other => match other.item().and_then(|id| plain.item(id)) {
            Some(item) => item.line,
            None => return false,
        },
    };
    let of = |template: &Template| -> HashMap<(&'static str, String), usize> {
        let mut asked: HashMap<(&'static str, String), usize> = HashMap::new();
        for item in template.items.iter().filter(|item| item.line == line) {
            *asked.entry(asks(item)).or_default() += 1;
        }
        asked
    };
    of(meant) == of(found)
}

/// What an item asks, as far as corrections can say it.
fn asks(item: &Item) -> (&'static str, String) {
    let label = &item.label;
    match &item.kind {
        ItemKind::Task { .. } => ("task", format!("{label}\0{:?}", item.owner)),
        ItemKind::Field { value, unit, .. } => ("field", format!("{label}\0{value:?}\0{unit:?}\0{:?}", item.owner)),
        ItemKind::Choice { options } => ("choice", format!("{label}\0{options:?}")),
        ItemKind::SignOff { role } => {
            let marked = item.marks.iter().find_map(|mark| match mark {
                crate::checklist::Mark::SignOff { role, .. } if !role.is_empty() => Some(role),
                _ => None,
            });
            ("sign-off", marked.unwrap_or(role).clone())
        }
        ItemKind::Gate { options } => ("gate", format!("{label}\0{options:?}")),
    }
}
