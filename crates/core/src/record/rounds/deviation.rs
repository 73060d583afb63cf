//! What went otherwise with the rounds: missed, late, changed, off their limits, or never come to.

use super::{Cause, SlotState, Taken, slots};
use crate::condition::Outcome;
use crate::id::ItemId;
use crate::record::deviation::{Deviation, DeviationKind};
use crate::record::view::View;
use crate::time::duration_words;

/// Appends the deviations of a record's rounds.
pub(in crate::record) fn deviations(view: &View, found: &mut Vec<Deviation>) {
    missed(view, found);
    for taken in &view.rounds.taken {
        entered(view, taken, found);
    }
    off_limits(view, found);
    never_come(view, found);
}

fn title(view: &View, section: usize) -> String {
    view.template.sections.get(section).map(|section| section.title.clone()).unwrap_or_default()
}

/// What belongs together, by what it has in common.
type Groups<K, T> = Vec<(K, Vec<T>)>;

/// Adds to the group of a key. There are few groups.
fn put<K: PartialEq, T>(groups: &mut Groups<K, T>, key: K, one: T) {
    match groups.iter_mut().find(|(known, _)| *known == key) {
        Some((_, group)) => group.push(one),
        None => groups.push((key, vec![one])),
    }
}

/// One for each section and cause, with every number in it.
fn missed(view: &View, found: &mut Vec<Deviation>) {
    let mut groups: Groups<(usize, Cause), &super::Missed> = Vec::new();
    for missed in &view.rounds.missed {
        put(&mut groups, (missed.section, missed.cause), missed);
    }
    for ((section, cause), group) in groups {
        let numbers: Vec<_> = group.iter().map(|missed| missed.number.to_string()).collect();
        let Some(first) = group.first() else { continue };
        let word = if numbers.len() == 1 { "round" } else { "rounds" };
        let later = group.iter().filter(|missed| view.rounds.of_slot(section, missed.number).next().is_some()).count();
        let later = if later > 0 { format!("; {later} entered afterwards") } else { String::new() };
        found.push(Deviation {
            kind: DeviationKind::RoundMissed,
            item: None,
            label: title(view, section),
            detail: format!(
                "{word} {}, from {} on: {}; {}{later}",
                numbers.join(", "),
                first.due.for_people(),
                cause.words(),
                first.evidence
            ),
            by: None,
            at: Some(first.due),
        });
    }
}

/// Late, or a change of what was entered before.
fn entered(view: &View, taken: &Taken, found: &mut Vec<Deviation>) {
    let mut add = |kind, item: Option<ItemId>, detail: String| {
        let (by, at) = (Some(taken.by.clone()), Some(taken.at));
        found.push(Deviation { kind, item, label: title(view, taken.section), detail, by, at });
    };
    let reason = taken.reason.as_deref().unwrap_or("no reason given");
    let earlier: Vec<_> =
        view.rounds.of_slot(taken.section, taken.number).take_while(|other| other.event != taken.event).collect();
    if earlier.is_empty() {
        let plan = slots(view, taken.at).into_iter().find(|of| of.plan.section == taken.section);
        let slot = plan.and_then(|of| of.slots.into_iter().find(|slot| slot.number == taken.number));
        if let Some(SlotState::Late { late_by, .. }) = slot.map(|slot| slot.state) {
            let by = duration_words(late_by);
            add(DeviationKind::RoundLate, None, format!("round {}: {by} late: {reason}", taken.number));
        }
    }
    for (item, value) in &taken.values {
        let before = earlier.iter().rev().find_map(|other| other.values.get(item));
        if let Some(before) = before.filter(|before| before.answer != value.answer) {
            let detail =
                format!("round {}, {}: {} → {}: {reason}", taken.number, view.label(item), before.answer, value.answer);
            add(DeviationKind::Corrected, Some(item.clone()), detail);
        }
    }
}

/// One for each item, with every round in which its value missed its limit, or in which a check failed.
fn off_limits(view: &View, found: &mut Vec<Deviation>) {
    let mut off: Groups<(&ItemId, DeviationKind), (&Taken, String)> = Vec::new();
    for taken in &view.rounds.taken {
        for (item, entered) in &taken.values {
            let stands = view.rounds.value(taken.section, taken.number, item).is_some_and(|last| last == entered);
            let verdict = entered.verdict.as_ref().filter(|verdict| verdict.outcome == Outcome::NotMet);
            if let Some(verdict) = verdict.filter(|_| stands) {
                put(&mut off, (item, DeviationKind::LimitNotMet), (taken, verdict.shown.clone()));
            }
            if entered.answer == crate::record::Answer::Failed
                && stands
                && view.item(item).state != crate::record::State::Failed
            {
                put(&mut off, (item, DeviationKind::Failed), (taken, "failed".to_owned()));
            }
        }
    }
    for ((item, kind), rounds) in off {
        let Some((first, _)) = rounds.first() else { continue };
        let each: Vec<_> = rounds.iter().map(|(taken, shown)| format!("round {}: {shown}", taken.number)).collect();
        found.push(Deviation {
            kind,
            item: Some(item.clone()),
            label: view.label(item),
            detail: each.join("; "),
            by: Some(first.by.clone()),
            at: Some(first.at),
        });
    }
}

/// Rounds that were still to come when the record was closed.
fn never_come(view: &View, found: &mut Vec<Deviation>) {
    let Some(closed) = &view.closed else { return };
    for of in slots(view, closed.at) {
        let many = of.slots.iter().filter(|slot| slot.state == SlotState::Dropped).count();
        let all = of.plan.slots.len();
        let detail = match (&view.rounds.anchor, many) {
            (None, _) => format!("none of {all} rounds: the deployment was never ticked"),
            (Some(_), 0) => continue,
            (Some(_), many) => format!("{many} of {all} rounds were still to come"),
        };
        found.push(Deviation {
            kind: DeviationKind::LeftOpen,
            item: None,
            label: of.plan.title,
            detail,
            by: Some(closed.by.clone()),
            at: Some(closed.at),
        });
    }
}
