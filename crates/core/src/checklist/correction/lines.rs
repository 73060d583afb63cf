//! Makes tasks of lines that were read as content: of a bullet, a paragraph, a heading, a table's row, or a line in a code block,
//! which is split around it.

use super::{Found, Lost};
use crate::checklist::read::is_lossless;
use crate::checklist::{Cell, Item, ItemKind, Node, NodeKind, Part, Span, TablePurpose, TaskForm, Template};
use crate::id::{Digest, ItemId};
use std::collections::{BTreeMap, HashMap, HashSet};

/// A line that is to become a task.
pub(super) struct Wanted<'c> {
    /// Which correction says so.
    pub(super) correction: usize,
    /// 1-based line.
    pub(super) line: u32,
    /// What stands there; empty: whatever does.
    pub(super) text: &'c str,
}

/// The lines of a file without their ends, by which corrections find theirs again.
pub(super) fn lines_of(bytes: &[u8]) -> Vec<&[u8]> {
    let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    bytes.split(|&byte| byte == end).collect()
}

/// The text of a line as a correction keeps it.
pub(super) fn text_of(line: &[u8]) -> String {
    String::from_utf8_lossy(line).trim().to_owned()
}

/// The words of a line's parts.
pub(super) fn words_of(parts: &[Part]) -> String {
    let mut words = String::new();
    for part in parts {
        if let Part::Text { text } | Part::Code { text } | Part::Link { text, .. } = part {
            if !words.is_empty() && !words.ends_with(' ') && !text.starts_with(' ') {
                words.push(' ');
            }
            words.push_str(text);
        }
    }
    words.trim().to_owned()
}

/// Makes the tasks, and says for each correction what came of it.
pub(super) fn to_tasks(template: &mut Template, bytes: &[u8], wanted: &[Wanted<'_>], came: &mut [Result<Found, Lost>]) {
    let lines = lines_of(bytes);
    let mut by_node: BTreeMap<usize, BTreeMap<u32, usize>> = BTreeMap::new();
    let mut by_text: Option<HashMap<String, Vec<u32>>> = None;
    for one in wanted {
        let stands = |line: u32| {
            let at = usize::try_from(line).ok().and_then(|line| line.checked_sub(1));
            at.and_then(|at| lines.get(at)).map(|line| text_of(line))
        };
        let mut line = one.line;
        if !one.text.is_empty() && stands(line).as_deref() != Some(one.text) {
            let by_text = by_text.get_or_insert_with(|| {
                let mut by_text: HashMap<String, Vec<u32>> = HashMap::new();
                for (number, line) in (1..).zip(&lines) {
                    by_text.entry(text_of(line)).or_default().push(number);
                }
                by_text
            });
            let same = by_text.get(one.text).into_iter().flatten();
            match same.min_by_key(|found| found.abs_diff(one.line)) {
                Some(found) => line = *found,
                None => continue,
            }
        }
        let node = template.nodes.partition_point(|node| node.line <= line).checked_sub(1);
        if let Some(node) = node {
            by_node.entry(node).or_default().insert(line, one.correction);
        }
    }
    let labels: HashMap<ItemId, String> =
        template.items.iter().map(|item| (item.id.clone(), item.label.clone())).collect();
    let mut ids: HashSet<ItemId> = labels.keys().cloned().collect();
    let mut added: Vec<Item> = Vec::new();
    let mut nodes: Vec<Node> = Vec::with_capacity(template.nodes.len() + by_node.len());
    for (at, node) in std::mem::take(&mut template.nodes).into_iter().enumerate() {
        let Some(lines) = by_node.get(&at) else {
            nodes.push(node);
            continue;
        };
        let first = added.len();
        let mut make = |line: u32, label: String, form: TaskForm, parent: Option<ItemId>, correction: usize| {
            let item = task(line, &label, form, node.section, parent, &mut ids);
            if let Some(came) = came.get_mut(correction) {
                *came = Ok(Found { line, label });
            }
            let id = item.id.clone();
            added.push(item);
            id
        };
        nodes.extend(with_tasks(&node, bytes, lines, &labels, &mut make));
        if let (Some(item), NodeKind::Heading { .. }) = (added.get(first), &node.kind)
            && let Some(section) = template.sections.get_mut(node.section)
        {
            section.item = Some(item.id.clone());
        }
    }
    template.nodes = nodes;
    // A new task stands before the fields of its line, which were there already.
    added.append(&mut template.items);
    added.sort_by_key(|item| item.line);
    template.items = added;
    template.lossless = is_lossless(bytes, &template.nodes);
}

type Make<'m> = dyn FnMut(u32, String, TaskForm, Option<ItemId>, usize) -> ItemId + 'm;

/// A node with tasks on these of its lines, as one node or several.
fn with_tasks(
    node: &Node,
    bytes: &[u8],
    lines: &BTreeMap<u32, usize>,
    labels: &HashMap<ItemId, String>,
    make: &mut Make<'_>,
) -> Vec<Node> {
    let kind = |kind: NodeKind| vec![Node { kind, ..node.clone() }];
    let Some(&correction) = lines.values().next() else { return vec![node.clone()] };
    let form = if node.depth > 0 { TaskForm::Nested } else { TaskForm::Bullet };
    match &node.kind {
        NodeKind::Prose { text, .. } if !text.trim().is_empty() => {
            let task = Some(make(node.line, text.clone(), form, None, correction));
            kind(NodeKind::Answerable { parts: vec![Part::Text { text: text.clone() }], task, number: None })
        }
        NodeKind::Criterion { text, of, .. } => {
            let task = Some(make(node.line, text.clone(), form, of.clone(), correction));
            kind(NodeKind::Answerable { parts: vec![Part::Text { text: text.clone() }], task, number: None })
        }
        NodeKind::Answerable { parts, task: None, number } => {
            let slot = parts.iter().find_map(|part| match part {
                Part::Slot { item } => labels.get(item).cloned(),
                _ => None,
            });
            let label = slot.unwrap_or_else(|| words_of(parts));
            let task = Some(make(node.line, label, form, None, correction));
            kind(NodeKind::Answerable { parts: parts.clone(), task, number: number.clone() })
        }
        NodeKind::Heading { level, text, item: None } if !text.is_empty() => {
            let item = Some(make(node.line, text.clone(), TaskForm::Heading, None, correction));
            kind(NodeKind::Heading { level: *level, text: text.clone(), item })
        }
        NodeKind::Table { purpose, head, rows } => {
            let mut rows = rows.clone();
            let mut purpose = *purpose;
            for (&line, &correction) in lines {
                let at = usize::try_from(line - node.line).ok().and_then(|below| below.checked_sub(2));
                let cell = at.and_then(|at| rows.get_mut(at)).and_then(|row| {
                    row.iter_mut().find(|cell| matches!(cell, Cell::Text { text } if !text.trim().is_empty()))
                });
                if let Some(cell) = cell
                    && let Cell::Text { text } = &*cell
                {
                    let text = text.clone();
                    let item = make(line, text.clone(), TaskForm::Table, None, correction);
                    *cell = Cell::Slot { item, text };
                    if purpose == TablePurpose::Reference {
                        purpose = TablePurpose::Checklist;
                    }
                }
            }
            kind(NodeKind::Table { purpose, head: head.clone(), rows })
        }
        NodeKind::Code { lang, text } => split(node, bytes, (lang, text), lines, make),
        _ => vec![node.clone()],
    }
}

/// A code block in pieces around the lines that are tasks.
fn split(
    node: &Node,
    bytes: &[u8],
    (lang, text): (&str, &str),
    lines: &BTreeMap<u32, usize>,
    make: &mut Make<'_>,
) -> Vec<Node> {
    let own = bytes.get(node.span.start..node.span.end).unwrap_or_default();
    let end = if own.contains(&b'\n') { b'\n' } else { b'\r' };
    let raw: Vec<&[u8]> = own.split_inclusive(|&byte| byte == end).collect();
    let opens = raw.first().is_some_and(|line| {
        let bare = text_of(line);
        let bare = bare.trim_start_matches(['>', ' ', '-', '*', '+']);
        bare.starts_with("```") || bare.starts_with("~~~")
    });
    let inside: Vec<&str> = text.lines().collect();
    let mut pieces: Vec<Node> = Vec::new();
    let (mut start, mut first, mut said) = (node.span.start, 0_usize, 0_usize);
    let mut at = node.span.start;
    let piece = |from: usize, to: usize, first: usize, said: usize, until: usize| {
        let text: String = inside.get(said..until).unwrap_or_default().iter().flat_map(|line| [*line, "\n"]).collect();
        let line = node.line + u32::try_from(first).unwrap_or(0);
        let kind = NodeKind::Code { lang: lang.to_owned(), text };
        Node { span: Span { start: from, end: to }, line, kind, ..node.clone() }
    };
    for (index, raw) in raw.iter().enumerate() {
        let from = at;
        at += raw.len();
        let line = node.line + u32::try_from(index).unwrap_or(0);
        let Some(&correction) = lines.get(&line) else { continue };
        let within = index.checked_sub(usize::from(opens));
        let Some((within, words)) = within.and_then(|within| Some((within, *inside.get(within)?))) else { continue };
        let label = words.trim().trim_start_matches(['-', '*', '+', '#', ' ']).trim().to_owned();
        if label.is_empty() {
            continue;
        }
        if start < from {
            pieces.push(piece(start, from, first, said, within));
        }
        let task = Some(make(line, label.clone(), TaskForm::Fenced, None, correction));
        let kind = NodeKind::Answerable { parts: vec![Part::Text { text: label }], task, number: None };
        pieces.push(Node { span: Span { start: from, end: at }, line, kind, ..node.clone() });
        (start, first, said) = (at, index + 1, within + 1);
    }
    if start < node.span.end {
        pieces.push(piece(start, node.span.end, first, said, inside.len()));
    }
    pieces
}

/// A task for a line. Its id rests on its words, and on how many equal ones there are.
fn task(
    line: u32,
    label: &str,
    form: TaskForm,
    section: usize,
    parent: Option<ItemId>,
    ids: &mut HashSet<ItemId>,
) -> Item {
    let id = (0_u32..)
        .map(|number| {
            let hash = Digest::of(format!("corrected\0{number}\0{label}").as_bytes());
            let upper = hash.as_bytes().iter().take(8).fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            ItemId::of_hash(b't', upper)
        })
        .find(|id| ids.insert(id.clone()))
        .unwrap_or_else(|| ItemId::from(label));
    let kind = ItemKind::Task { form, prechecked: false };
    Item::bare(id, kind, label.to_owned(), (line, 1), section, parent)
}
