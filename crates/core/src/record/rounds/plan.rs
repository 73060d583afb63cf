//! The checklist's schedules as slots: which section is taken when, counted from T0. No clock.

use crate::checklist::{Item, ItemKind, Schedule, Section, TaskForm, Template};
use crate::id::ItemId;
use crate::time::duration_words;
use serde::{Deserialize, Serialize};

/// How long rounds go on after T0, in seconds, if neither their section nor one above it states an end.
pub const DEFAULT_SPAN: i64 = 24 * 3600;

/// As many slots as one section can have. No team takes more, and a checklist from elsewhere may ask for millions.
const MOST: usize = 2_000;

/// The rounds that a section asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundPlan {
    /// The section, as an index into the template's sections.
    pub section: usize,
    /// Its title.
    pub title: String,
    /// What is entered in each round, in the file's order.
    pub items: Vec<ItemId>,
    /// Each slot: seconds after T0, and seconds since the slot before it.
    pub slots: Vec<(i64, i64)>,
}

/// The rounds of a checklist, in the file's order. Rollback sections have none.
pub fn plans(template: &Template) -> Vec<RoundPlan> {
    let planned = |(index, section): (usize, &Section)| {
        let Some(Schedule::Rounds { .. }) = &section.schedule else { return None };
        let items: Vec<ItemId> = items(template, index).map(|item| item.id.clone()).collect();
        let slots = slots_of(section.schedule.as_ref()?, enclosing_end(template, index));
        (!section.rollback && !items.is_empty() && !slots.is_empty()).then(|| RoundPlan {
            section: index,
            title: section.title.clone(),
            items,
            slots,
        })
    };
    template.sections.iter().enumerate().filter_map(planned).collect()
}

/// Where the window of a section above ends: «First hour» around «then every 15 minutes».
fn enclosing_end(template: &Template, section: usize) -> Option<i64> {
    chain(template, section).skip(1).find_map(|index| match template.sections.get(index)?.schedule {
        Some(Schedule::Window { to, .. }) if to > 0 => Some(to),
        _ => None,
    })
}

/// A section and those that hold it. No heading is deeper than six.
fn chain(template: &Template, section: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(section), |index| template.sections.get(*index)?.parent).take(8)
}

fn slots_of(schedule: &Schedule, enclosing: Option<i64>) -> Vec<(i64, i64)> {
    let Schedule::Rounds { cadences } = schedule else { return Vec::new() };
    let mut slots = Vec::new();
    let mut at: i64 = 0;
    for cadence in cadences {
        let end = cadence.until.or(enclosing.filter(|end| *end > at)).unwrap_or(at.saturating_add(DEFAULT_SPAN));
        while let Some(due) = at.checked_add(cadence.every).filter(|due| *due <= end && slots.len() < MOST) {
            slots.push((due, cadence.every));
            at = due;
        }
        at = at.max(end.min(i64::MAX / 4));
    }
    slots
}

/// The section whose rounds take an item, if one does by where the item stands.
pub fn section_of(template: &Template, item: &Item) -> Option<usize> {
    let own = |index: &usize| {
        let section = template.sections.get(*index);
        section.is_some_and(|section| matches!(section.schedule, Some(Schedule::Rounds { .. })))
    };
    chain(template, item.section).find(own)
}

/// What a round of a section takes: its fields and choices, and the tasks that have none of them; also those of sections under it
/// that state no schedule of their own.
fn items(template: &Template, section: usize) -> impl Iterator<Item = &Item> {
    let of_round = move |item: &&Item| section_of(template, item) == Some(section);
    let taken = |item: &&Item| match &item.kind {
        ItemKind::Field { .. } | ItemKind::Choice { .. } => !item.is_contact(),
        ItemKind::Task { form: TaskForm::Heading, .. } | ItemKind::SignOff { .. } | ItemKind::Gate { .. } => false,
        ItemKind::Task { .. } => !template.items.iter().any(|other| other.parent.as_ref() == Some(&item.id)),
    };
    template.items.iter().filter(of_round).filter(taken)
}

impl RoundPlan {
    /// `6 × every 5 min 00 s, 2 × every 15 min 00 s`.
    pub fn words(&self) -> String {
        let runs = self.slots.chunk_by(|one, other| one.1 == other.1);
        let words = runs.filter_map(|run| {
            let (_, every) = run.first()?;
            let every = duration_words(every.saturating_mul(1000));
            Some(format!("{} × every {}", run.len(), every.replace(" 00 s", "").replace(" 00 min", "")))
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::read;

    #[test]
    fn schedules_become_slots_bounded_by_what_stands_above() {
        let text = "\
# T
## Watch (First hour)
### Metrics (Every 5 minutes for first 30 minutes, then every 15 minutes)
#### Service
- [ ] Latency
  - p95: ___ ms
- [ ] Look at the dashboard
## Later (1 hour - 24 hours)
### [ ] Hourly checks (First 8 hours)
- [ ] Steady
### Health (Every 6 hours for 24 hours)
- [ ] Steady
### Business (Daily for 1 week)
- [ ] Steady
### Endless (Every 12 hours)
- [ ] Steady
### Empty (Hourly)
";
        let template = read(text.as_bytes());
        let plans = plans(&template);
        let words: Vec<_> = plans.iter().map(RoundPlan::words).collect();
        assert_eq!(
            words,
            ["6 × every 5 min, 2 × every 15 min", "8 × every 1 h", "4 × every 6 h", "7 × every 24 h", "2 × every 12 h"]
        );
        let labels: Vec<_> = plans[0].items.iter().map(|id| template.item(id).unwrap().label.clone()).collect();
        assert_eq!(labels, ["p95", "Look at the dashboard"], "the task above the field is not entered each time");
        assert_eq!(plans[0].slots[5..], [(1800, 300), (2700, 900), (3600, 900)]);
    }

    #[test]
    fn a_checklist_cannot_ask_for_millions() {
        let template = read(b"# T\n## Watch (Every 1 second for 52 weeks)\n- [ ] Look\n");
        assert_eq!(plans(&template)[0].slots.len(), MOST);
    }
}
