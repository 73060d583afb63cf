//! Puts corrections into a finished template, all in one walk over its items and one over its nodes.

use super::lines::{self, Wanted};
use super::{Correction, Found, Lost};
use crate::checklist::{
    Cell, Counts, Index, Item, ItemKind, Mark, Node, NodeKind, Part, TaskForm, Template, ValueKind,
};
use crate::id::ItemId;
use std::collections::{HashMap, HashSet};

/// Applies corrections; for each, what it was applied to or why it was not, in order.
pub(in crate::checklist) fn apply(
    template: &mut Template,
    bytes: &[u8],
    corrections: &[Correction],
) -> Vec<Result<Found, Lost>> {
    let before = counted(template);
    let places: HashMap<ItemId, usize> =
        template.items.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
    let mut came: Vec<Result<Found, Lost>> = Vec::with_capacity(corrections.len());
    let mut gone: HashSet<ItemId> = HashSet::new();
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for (at, correction) in corrections.iter().enumerate() {
        if let Correction::Task { line, text } = correction {
            wanted.push(Wanted { correction: at, line: *line, text });
            came.push(Err(Lost { line: *line, why: format!("line {line} is no text that could be a task") }));
            continue;
        }
        let item = correction.item().and_then(|id| places.get(id)).and_then(|&at| template.items.get_mut(at));
        came.push(match item {
            None => {
                let id = correction.item().map(ToString::to_string).unwrap_or_default();
                Err(Lost { line: 1, why: format!("there is no item {id}") })
            }
            Some(item) => {
                if let Correction::Content { item } = correction {
                    gone.insert(item.clone());
                }
                put_right(item, correction).map(|()| Found { line: item.line, label: item.label.clone() })
            }
        });
    }
    if !gone.is_empty() {
        take_out(template, &gone);
    }
    if !wanted.is_empty() {
        lines::to_tasks(template, bytes, &wanted, &mut came);
    }
    // Ids and lines are looked up anew.
    template.index = Index::default();
    recount(template, &before);
    came
}

fn put_right(item: &mut Item, correction: &Correction) -> Result<(), Lost> {
    let line = item.line;
    let lost = |why: String| Err(Lost { line, why });
    match (correction, &mut item.kind) {
        (Correction::Value { value, .. }, ItemKind::Field { value: known, .. }) => *known = *value,
        (Correction::Unit { unit, .. }, ItemKind::Field { value, unit: known, .. }) => {
            *known = (!unit.is_empty()).then(|| unit.as_str().into());
            if known.is_some() {
                *value = ValueKind::Number;
            }
        }
        (Correction::Value { .. } | Correction::Unit { .. }, _) => {
            return lost(format!("«{}» is no field", item.label));
        }
        (Correction::Role { role, .. }, ItemKind::SignOff { role: known }) => {
            known.clone_from(role);
            item.label.clone_from(role);
            for mark in item.marks.iter_mut() {
                if let Mark::SignOff { role: marked, .. } = mark {
                    marked.clone_from(role);
                }
            }
        }
        (Correction::Role { role, .. }, _) => item.owner = (!role.is_empty()).then(|| role.as_str().into()),
        (Correction::Content { .. } | Correction::Task { .. }, _) => {}
    }
    Ok(())
}

/// Takes items out of the template: what was nested in them stands under what they stood in.
fn take_out(template: &mut Template, gone: &HashSet<ItemId>) {
    let mut above: HashMap<ItemId, Option<ItemId>> = HashMap::new();
    let mut blank: HashMap<ItemId, String> = HashMap::new();
    // Parents come before their children, so that each knows its own by then.
    for item in &mut template.items {
        if let Some(to) = item.parent.as_ref().and_then(|parent| above.get(parent)) {
            item.parent = to.clone();
        }
        if gone.contains(&item.id) {
            above.insert(item.id.clone(), item.parent.clone());
            blank.insert(item.id.clone(), words_of_slot(item));
        }
    }
    template.items.retain(|item| !gone.contains(&item.id));
    let moved = |of: &mut Option<ItemId>| {
        if let Some(to) = of.as_ref().and_then(|item| above.get(item)) {
            *of = to.clone();
        }
    };
    template.probes.iter_mut().for_each(|probe| moved(&mut probe.item));
    template.commands.iter_mut().for_each(|command| moved(&mut command.item));
    for section in &mut template.sections {
        section.item = section.item.take().filter(|item| !gone.contains(item));
    }
    for node in &mut template.nodes {
        without(node, &blank, &moved);
    }
}

/// What stands in the place of an item that is none.
fn words_of_slot(item: &Item) -> String {
    match &item.kind {
        ItemKind::Choice { options } | ItemKind::Gate { options } => options.join(" / "),
        ItemKind::Task { .. } => String::new(),
        ItemKind::Field { .. } | ItemKind::SignOff { .. } => "____".to_owned(),
    }
}

fn without(node: &mut Node, gone: &HashMap<ItemId, String>, moved: &impl Fn(&mut Option<ItemId>)) {
    match &mut node.kind {
        NodeKind::Heading { item, .. } => *item = item.take().filter(|item| !gone.contains_key(item)),
        NodeKind::Criterion { of, .. } => moved(of),
        NodeKind::Table { rows, .. } => {
            for cell in rows.iter_mut().flatten() {
                if let Cell::Slot { item, text } = cell
                    && let Some(words) = gone.get(item)
                {
                    let text = if text.is_empty() { words.clone() } else { std::mem::take(text) };
                    *cell = Cell::Text { text };
                }
            }
        }
        NodeKind::Answerable { parts, task, .. } => {
            *task = task.take().filter(|task| !gone.contains_key(task));
            for part in parts.iter_mut() {
                if let Part::Slot { item } = part
                    && let Some(words) = gone.get(item)
                {
                    *part = Part::Text { text: words.clone() };
                }
            }
            if task.is_none() && !parts.iter().any(|part| matches!(part, Part::Slot { .. })) {
                node.kind = NodeKind::Prose { text: lines::words_of(parts), bullet: true };
            }
        }
        _ => {}
    }
}

/// What can be counted from the lists alone.
fn counted(template: &Template) -> Counts {
    let mut counts = Counts::default();
    counts.count(&template.items, &template.probes, &template.commands, &template.nodes);
    for item in &template.items {
        match &item.kind {
            ItemKind::Task { form: TaskForm::Nested, .. } => counts.nested_tasks += 1,
            ItemKind::Choice { options } => {
                counts.choices += 1;
                counts.choice_options += u32::try_from(options.len()).unwrap_or(u32::MAX);
            }
            ItemKind::Field { value: ValueKind::Contact, .. } => counts.contacts += 1,
            _ => {}
        }
    }
    counts
}

/// Brings the counts up to date by what is different from before.
fn recount(template: &mut Template, before: &Counts) {
    let now = counted(template);
    let counts = &mut template.counts;
    let by = |count: &mut u32, then: u32, now: u32| *count = count.saturating_add(now).saturating_sub(then);
    by(&mut counts.tasks, before.tasks, now.tasks);
    by(&mut counts.nested_tasks, before.nested_tasks, now.nested_tasks);
    by(&mut counts.heading_tasks, before.heading_tasks, now.heading_tasks);
    by(&mut counts.fenced_tasks, before.fenced_tasks, now.fenced_tasks);
    by(&mut counts.ordered_tasks, before.ordered_tasks, now.ordered_tasks);
    by(&mut counts.table_tasks, before.table_tasks, now.table_tasks);
    by(&mut counts.fields, before.fields, now.fields);
    by(&mut counts.choices, before.choices, now.choices);
    by(&mut counts.choice_options, before.choice_options, now.choice_options);
    by(&mut counts.signoffs, before.signoffs, now.signoffs);
    by(&mut counts.contacts, before.contacts, now.contacts);
    by(&mut counts.thresholds, before.thresholds, now.thresholds);
}
