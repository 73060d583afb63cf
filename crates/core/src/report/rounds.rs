//! Baseline and rounds: values before against after with the arithmetic, each round in a table, each measurement in a plot.

use super::compose::{column, heading};
use super::model::{Block, Plot, Span, Style, Text, plain};
use crate::checklist::{Item, ItemKind, LimitRole};
use crate::condition::Outcome;
use crate::condition::quantity::{Quantity, Unit};
use crate::id::ItemId;
use crate::record::baseline::{Trend, comparisons, members};
use crate::record::rounds::{Entered, RoundPlan, RoundSlots, Slot, SlotState, slots};
use crate::record::{Answer, View};
use crate::time::{Timestamp, duration_words};

/// As many measurements as stand beside each other in one table of rounds.
const MOST_COLUMNS: usize = 6;

/// Appends what the baseline was and how later values stand to it; nothing if the checklist has none.
pub(super) fn baseline(view: &View, blocks: &mut Vec<Block>) {
    if members(&view.template).is_empty() {
        return;
    }
    blocks.push(heading(1, "Baseline"));
    let said = match (&view.baseline.frozen, &view.baseline.waived) {
        (Some(frozen), _) => plain(format!(
            "Frozen {} by {}, {} values. Event {}.",
            frozen.at.for_people(),
            frozen.by,
            frozen.values.len(),
            frozen.event.short()
        )),
        (None, Some(waived)) => {
            let words = format!("Waived {} by {}: {}", waived.at.for_people(), waived.by, waived.text);
            vec![Span::new(words, Style::Unsure)]
        }
        (None, None) => vec![Span::new("Neither frozen nor waived.", Style::Unsure)],
    };
    blocks.push(Block::Paragraph { text: said });
    let Some(frozen) = &view.baseline.frozen else { return };
    let compared = comparisons(view);
    let mut rows = Vec::new();
    for value in &frozen.values {
        let of: Vec<_> = compared.iter().filter(|found| found.of == value.item).collect();
        let label = view.label(&value.item);
        if of.is_empty() {
            rows.push(vec![plain(label.as_str()), plain(&value.value), Vec::new(), Vec::new()]);
        }
        for found in of {
            let style = match found.trend {
                Trend::Better => Style::Good,
                Trend::Worse => Style::Bad,
                Trend::Similar => Style::Plain,
                Trend::Unknown => Style::Unsure,
            };
            let shown = vec![Span::new(&found.shown, style)];
            rows.push(vec![plain(label.as_str()), plain(&value.value), plain(&found.after), shown]);
        }
    }
    let columns = vec![column("Measurement", 26), column("Before", 14), column("After", 14), column("Against it", 46)];
    blocks.push(Block::Table { columns, rows });
}

/// Appends every section's rounds; nothing if the checklist has none.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    let all = slots(view, view.last_at);
    if all.is_empty() {
        return;
    }
    blocks.push(heading(1, "Rounds"));
    blocks.push(Block::Paragraph {
        text: plain(match &view.rounds.anchor {
            Some(anchor) => format!("T0, the deploy tick: {}. Due times count from it.", anchor.at.for_people()),
            None => "The deployment was not ticked, so no round was ever due.".to_owned(),
        }),
    });
    for of in &all {
        section(view, of, blocks);
    }
}

fn section(view: &View, of: &RoundSlots, blocks: &mut Vec<Block>) {
    blocks.push(heading(2, of.plan.title.as_str()));
    blocks.push(Block::Paragraph { text: plain(format!("{}.", of.plan.words())) });
    // What nobody could reach before the record ended is one line, not a table of nothing.
    let reached: Vec<&Slot> =
        of.slots.iter().filter(|slot| !matches!(slot.state, SlotState::Dropped | SlotState::Upcoming)).collect();
    if reached.len() < of.slots.len() {
        let left = of.slots.len() - reached.len();
        blocks.push(Block::Paragraph {
            text: vec![Span::new(format!("{left} of {} were still to come.", of.slots.len()), Style::Unsure)],
        });
    }
    if reached.is_empty() {
        return;
    }
    blocks.push(Block::Table {
        columns: vec![column("Round", 7), column("Due", 20), column("State", 16), column("How", 57)],
        rows: reached.iter().map(|slot| state_row(view, &of.plan, slot)).collect(),
    });
    let items: Vec<&ItemId> = of
        .plan
        .items
        .iter()
        .filter(|item| reached.iter().any(|slot| view.rounds.value(of.plan.section, slot.number, item).is_some()))
        .collect();
    for group in items.chunks(MOST_COLUMNS) {
        values(view, &of.plan, &reached, group, blocks);
    }
    blocks.extend(items.iter().filter_map(|item| plot(view, item)).map(Block::Plot));
}

fn state_row(view: &View, plan: &RoundPlan, slot: &Slot) -> Vec<Text> {
    let mut entries = view.rounds.of_slot(plan.section, slot.number);
    let first = entries.next();
    let who = first.map(|taken| taken.by.to_string()).unwrap_or_default();
    let (style, how) = match &slot.state {
        SlotState::Taken { at } => (Style::Good, format!("{} by {who}", at.for_people())),
        SlotState::Late { at, late_by, reason } => {
            let reason = reason.as_deref().unwrap_or("no reason given");
            (Style::Unsure, format!("{} by {who}, {} late: {reason}", at.for_people(), duration_words(*late_by)))
        }
        SlotState::Missed { .. } => {
            let missed =
                view.rounds.missed.iter().find(|missed| missed.section == plan.section && missed.number == slot.number);
            (
                Style::Bad,
                missed.map(|missed| format!("{}; {}", missed.cause.words(), missed.evidence)).unwrap_or_default(),
            )
        }
        _ => (Style::Quiet, String::new()),
    };
    let mut how = plain(how);
    for change in entries {
        let reason = change.reason.as_deref().unwrap_or("more values");
        how.push(Span::new(
            format!(" · entered again {} by {}: {reason}", change.at.for_people(), change.by),
            Style::Unsure,
        ));
    }
    vec![
        plain(slot.number.to_string()),
        vec![Span::new(slot.due.for_people(), Style::Quiet)],
        vec![Span::new(slot.state.word(), style)],
        how,
    ]
}

fn values(view: &View, plan: &RoundPlan, reached: &[&Slot], items: &[&ItemId], blocks: &mut Vec<Block>) {
    let mut columns = vec![column("Round", 8)];
    columns.extend(items.iter().map(|item| column(&view.label(item), 15)));
    let rows = reached.iter().map(|slot| {
        let cells = items.iter().map(|item| view.rounds.value(plan.section, slot.number, item).map(cell));
        let gap = || vec![Span::new("—", Style::Quiet)];
        [plain(slot.number.to_string())].into_iter().chain(cells.map(|cell| cell.unwrap_or_else(gap))).collect()
    });
    blocks.push(Block::Table { columns, rows: rows.collect() });
}

fn cell(entered: &Entered) -> Text {
    let style = match (&entered.answer, entered.verdict.as_ref().map(|verdict| verdict.outcome)) {
        (Answer::Failed, _) | (_, Some(Outcome::NotMet)) => Style::Bad,
        (_, Some(Outcome::Met)) => Style::Good,
        (_, Some(Outcome::Unknown)) => Style::Unsure,
        _ => Style::Plain,
    };
    let mut text = vec![Span::new(entered.answer.to_string(), style)];
    let off = entered.verdict.as_ref().filter(|verdict| verdict.outcome != Outcome::Met);
    text.extend(off.map(|verdict| Span::new(format!(" {}", verdict.outcome), style)));
    text
}

/// A measurement over all rounds of its section, with the limits drawn; none if fewer than two numbers were entered.
pub fn plot(view: &View, id: &ItemId) -> Option<Plot> {
    let item = view.template.item(id)?;
    let unit = unit_of(item)?;
    let amount = |text: &str| Some(text.parse::<Quantity>().ok()?.convert(unit)?.amount);
    let values: Vec<_> = view.rounds.values_of(id).filter_map(|(taken, text)| Some((taken, amount(text)?))).collect();
    let points: Vec<(Timestamp, _)> = values.iter().map(|(taken, amount)| (taken.at, *amount)).collect();
    // Between two neighbours a round was missed, or has no value.
    let breaks = values.iter().zip(values.iter().skip(1)).filter(|(one, next)| one.0.number + 1 != next.0.number);
    let breaks = breaks.map(|(one, _)| one.0.at).collect();
    let limits = item.limits.iter().flat_map(|limit| {
        let role = if limit.role == LimitRole::Target { "target" } else { "alert" };
        let text = limit.condition.to_string().replacen("value ", "", 1);
        limit
            .condition
            .limits()
            .into_iter()
            .filter_map(move |value| Some((format!("{role} {text}"), value.convert(unit)?.amount)))
    });
    let mut limits: Vec<_> = limits.collect();
    limits.dedup();
    let before = crate::record::baseline::compare(view, item, "").and_then(|found| amount(&found.before));
    (points.len() > 1).then(|| Plot {
        title: item.label.clone(),
        unit: if unit == Unit::Plain { String::new() } else { unit.to_string() },
        points,
        limits,
        baseline: before,
        breaks: Some(breaks),
    })
}

fn unit_of(item: &Item) -> Option<Unit> {
    match &item.kind {
        ItemKind::Field { unit: Some(unit), .. } => unit.parse().ok(),
        ItemKind::Field { unit: None, .. } => Some(Unit::Plain),
        _ => None,
    }
}
