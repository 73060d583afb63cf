//! The checklist with its answers, in the file's order and words.

use super::compose::{column, heading};
use super::model::{Block, ItemRow, Mark, Span, Style, Text, plain};
use crate::checklist::{Cell, Node, NodeKind, Part, TablePurpose};
use crate::condition::Outcome;
use crate::id::ItemId;
use crate::record::{ItemView, State, View};

/// Appends the whole checklist.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    let mut rows = Vec::new();
    for node in &view.template.nodes {
        match &node.kind {
            NodeKind::Heading { level, text, item } => {
                added(view, node.section.checked_sub(1), &mut rows);
                flush(&mut rows, blocks);
                // The document's own title stands on page 1 already.
                if *text != view.template.title {
                    blocks.push(heading((*level).clamp(2, 3), text));
                }
                rows.extend(item.as_ref().map(|item| row(view, item, 0, plain("This section"))));
            }
            NodeKind::Answerable { parts, task, number } => {
                answerable(view, node, parts, task.as_ref(), number.as_deref(), &mut rows)
            }
            NodeKind::Criterion { text, .. } => rows.push(words(node.depth, format!("· {text}"))),
            NodeKind::Prose { text, bullet: true } => rows.push(words(node.depth, format!("· {text}"))),
            NodeKind::Prose { text, bullet: false } => rows.push(words(node.depth, text.clone())),
            NodeKind::Table { purpose, head, rows: cells } => {
                flush(&mut rows, blocks);
                blocks.push(table(view, *purpose, head, cells));
            }
            NodeKind::Code { text, .. } => {
                flush(&mut rows, blocks);
                blocks.push(Block::Code { text: text.trim_end().to_owned() });
            }
            NodeKind::Blank
            | NodeKind::FrontMatter
            | NodeKind::Rule
            | NodeKind::Comment
            | NodeKind::LinkDefinitions => {}
        }
    }
    added(view, view.template.sections.len().checked_sub(1), &mut rows);
    flush(&mut rows, blocks);
}

fn flush(rows: &mut Vec<ItemRow>, blocks: &mut Vec<Block>) {
    if !rows.is_empty() {
        blocks.push(Block::Items { rows: std::mem::take(rows) });
    }
}

/// Items that were added to the section that ends here.
fn added(view: &View, section: Option<usize>, rows: &mut Vec<ItemRow>) {
    for item in view.added.iter().filter(|item| Some(item.section) == section) {
        let why = if View::is_review(&item.item) { " · owed after the emergency" } else { " · added on the spot" };
        let label = vec![Span::plain(&item.label), Span::new(why, Style::Unsure)];
        rows.push(row(view, &item.item, 0, label));
    }
}

fn words(depth: u8, text: String) -> ItemRow {
    ItemRow {
        depth,
        mark: Mark::None,
        text: vec![Span::new(text, Style::Quiet)],
        answer: Vec::new(),
        who: String::new(),
        when: String::new(),
        details: Vec::new(),
    }
}

/// One line of the checklist: its task, and a row for each further item that is answered on it.
fn answerable(
    view: &View,
    node: &Node,
    parts: &[Part],
    task: Option<&ItemId>,
    number: Option<&str>,
    rows: &mut Vec<ItemRow>,
) {
    let slots: Vec<&ItemId> =
        parts.iter().filter_map(|part| if let Part::Slot { item } = part { Some(item) } else { None }).collect();
    let mut text: Text = number.iter().map(|number| Span::new(format!("{number} "), Style::Quiet)).collect();
    text.extend(parts.iter().map(|part| match part {
        Part::Text { text } => Span::plain(text),
        Part::Code { text } => Span::new(text, Style::Code),
        Part::Link { text, href } => Span { text: text.clone(), style: Style::Plain, href: Some(href.clone()) },
        Part::Slot { .. } => Span::new("…", Style::Quiet),
    }));
    match (task, slots.as_slice()) {
        (None, [only]) => rows.push(row(view, only, node.depth, text)),
        (Some(task), []) => rows.push(row(view, task, node.depth, text)),
        // A box and one answer that agree are one line to the reader, as in the checklist.
        (Some(task), [only]) if view.item(task).state == view.item(only).state => {
            rows.push(row(view, only, node.depth, text));
        }
        (task, slots) => {
            rows.push(match task {
                Some(task) => row(view, task, node.depth, text),
                None => ItemRow { text, ..words(node.depth, String::new()) },
            });
            for slot in slots {
                rows.push(row(view, slot, node.depth.saturating_add(1), plain(view.label(slot))));
            }
        }
    }
}

fn row(view: &View, id: &ItemId, depth: u8, text: Text) -> ItemRow {
    let item = view.item(id);
    let last = item.answers.last();
    ItemRow {
        depth,
        mark: mark(view, id, item),
        text,
        answer: answer(view, id, item),
        who: last.map(|given| given.by.to_string()).unwrap_or_default(),
        when: last.map(|given| given.at.utc().format("%m-%d %H:%M:%S").to_string()).unwrap_or_default(),
        details: details(item),
    }
}

fn mark(view: &View, id: &ItemId, item: &ItemView) -> Mark {
    let verdict = item.verdict.as_ref().map(|verdict| verdict.outcome);
    match (item.state, verdict) {
        (State::Done, Some(Outcome::NotMet)) => Mark::Failed,
        (State::Done, Some(Outcome::Unknown)) => Mark::Unknown,
        (State::Done, _) => Mark::Done,
        (State::Failed, _) => Mark::Failed,
        (State::NotApplicable, _) => Mark::NotApplicable,
        (State::Blocked, _) => Mark::Blocked,
        (State::Skipped, _) => Mark::Skipped,
        (State::Open, _) if view.template.item(id).is_some_and(|item| item.is_contact()) => Mark::None,
        (State::Open, _) => Mark::Open,
    }
}

fn answer(view: &View, id: &ItemId, item: &ItemView) -> Text {
    let mut said = match &item.text {
        Some(text) => vec![Span::new(text, Style::Strong)],
        // The mark beside it says the state already.
        None => Vec::new(),
    };
    let limits = view.template.item(id).map(|item| item.limits.as_slice()).unwrap_or_default();
    if let Some(verdict) = &item.verdict {
        let style = match verdict.outcome {
            Outcome::Met => Style::Good,
            Outcome::NotMet => Style::Bad,
            Outcome::Unknown => Style::Unsure,
        };
        said.push(Span::new(format!("  {}", verdict.outcome), style));
    }
    let limits: Vec<_> = limits.iter().map(|limit| limit.text.as_str()).collect();
    if !limits.is_empty() && item.text.is_some() {
        said.push(Span::new(format!("  ({})", limits.join(", ")), Style::Quiet));
    }
    said
}

/// Reasons, earlier answers, notes, evidence: what a reader needs to understand the answer.
fn details(item: &ItemView) -> Vec<Text> {
    let mut lines = Vec::new();
    if let Some(last) = item.answers.last() {
        lines.extend(last.reason.as_ref().map(|reason| vec![Span::new("Reason: ", Style::Quiet), Span::plain(reason)]));
        lines.extend(
            last.written_by.as_ref().map(|writer| vec![Span::new(format!("Written down by {writer}"), Style::Quiet)]),
        );
    }
    lines.extend(item.stale.as_ref().map(|stale| vec![Span::new(format!("Stale: {stale}"), Style::Unsure)]));
    // The values of rounds stand in their own tables.
    for earlier in item.answers.iter().rev().skip(1).rev().filter(|given| !given.of_round) {
        let when = earlier.at.utc().format("%m-%d %H:%M:%S");
        lines.push(vec![
            Span::new("Before: ", Style::Quiet),
            Span::new(earlier.answer.to_string(), Style::Struck),
            Span::new(format!(" by {}, {when}", earlier.by), Style::Quiet),
        ]);
    }
    for note in &item.notes {
        lines.push(vec![
            Span::new("Note: ", Style::Quiet),
            Span::plain(&note.text),
            Span::new(format!(" ({})", note.by), Style::Quiet),
        ]);
    }
    for link in &item.links {
        let words = if link.words.is_empty() { &link.url } else { &link.words };
        let shown = Span { href: Some(link.url.clone()), ..Span::plain(words) };
        lines.push(vec![Span::new("Evidence: ", Style::Quiet), shown]);
    }
    for file in &item.files {
        lines.push(vec![
            Span::new("Evidence: ", Style::Quiet),
            Span::plain(format!("{} ", file.file.name)),
            Span::new(file.file.sha256.short(), Style::Code),
        ]);
    }
    lines
}

fn table(view: &View, purpose: TablePurpose, head: &[String], rows: &[Vec<Cell>]) -> Block {
    let cell = |cell: &Cell| match cell {
        Cell::Text { text } => plain(text),
        Cell::Slot { item, text } => {
            let state = view.item(item);
            let mut said = if text.is_empty() { Vec::new() } else { plain(format!("{text} ")) };
            let by = state.answers.last().map(|given| format!(" ({})", given.by));
            said.extend(match (&state.text, state.state) {
                (Some(value), _) => Some(Span::new(value, Style::Strong)),
                (None, State::Open) if purpose == TablePurpose::Contacts => {
                    Some(Span::new("not filled in", Style::Quiet))
                }
                (None, state) => Some(Span::new(state.word(), Style::Unsure)),
            });
            said.extend(by.map(|by| Span::new(by, Style::Quiet)));
            said
        }
    };
    let width = head.len().max(rows.iter().map(Vec::len).max().unwrap_or_default());
    let title = |at: usize| head.get(at).map(String::as_str).unwrap_or_default();
    let filled = rows.iter().map(|row| (0..width).map(|at| row.get(at).map(cell).unwrap_or_default()).collect());
    Block::Table { columns: (0..width).map(|at| column(title(at), 10)).collect(), rows: filled.collect() }
}
