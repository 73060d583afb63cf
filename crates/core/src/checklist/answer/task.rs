//! Lines with a box: tasks, and the options of a choice that stand in a list.

use super::super::line::Reading;
use super::super::marker::{Mark, Tick};
use super::super::model::*;
use super::super::read::{Place, Reader};
use super::super::{circumstance, glance, probe};
use super::{Group, Marker, Radio};

impl<'s> Reader<'s> {
    pub(super) fn task(
        &mut self,
        group: &Group<'_, 's>,
        tick: Tick,
        base: usize,
        reading: Reading<'_>,
    ) -> Option<usize> {
        let at = self.position(group, 0);
        if reading.words.is_empty() && !reading.has_drafts() {
            let message = "A box without words; it is taken as a line to fill in.";
            self.problem(at, Severity::Note, "empty_item", message, "Write what is to be done after the box.");
            let kind = ItemKind::Field { value: ValueKind::Text, unit: None, default: None };
            let label = self.name_from_above(group.above);
            let item = self.item(Place { at, parent: group.above }, kind, label);
            let parts = self.id(item).map(|item| Part::Slot { item }).into_iter().collect();
            self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number: None });
            return group.above;
        }
        let nested = group.depth > 0 && group.marker != Marker::None;
        let form = match group.marker {
            Marker::Number(_) => TaskForm::Ordered,
            _ if nested => TaskForm::Nested,
            _ => TaskForm::Bullet,
        };
        let label = reading.label().to_owned();
        let kind = ItemKind::Task { form, prechecked: tick.mark == Mark::Done };
        self.heard.clear();
        self.heard.push_str(&label);
        let item = self.item(Place { at, parent: group.above }, kind, label);
        self.out.counts.nested_tasks += u32::from(nested);
        self.judge(group, item, &reading);
        self.odd_box(group, tick, base);
        self.answerable(group, Some(item), base, reading);
        Some(item)
    }

    fn odd_box(&mut self, group: &Group<'_, 's>, tick: Tick, base: usize) {
        let at = self.position(group, 0);
        if tick.mark == Mark::Other {
            let message = "The box holds neither a space nor an x.";
            self.problem(at, Severity::Note, "unusual_mark", message, "It is taken as a task that is open.");
        }
        let more = group.text.get(tick.length..base).is_some_and(|between| !between.trim().is_empty());
        if more {
            let message = "Several boxes stand before the words; they are taken as one.";
            self.problem(at, Severity::Note, "doubled_box", message, "Leave one box.");
        }
    }

    /// Limits, owner, circumstance and health addresses of a task.
    fn judge(&mut self, group: &Group<'_, 's>, item: usize, reading: &Reading<'_>) {
        // What does not occur in all words does not in the first ones.
        let (words, glance) = (if reading.has_drafts() { reading.label() } else { &reading.words }, reading.glance);
        let found = self.limits(group, words, glance);
        if glance.has(glance::COLON) {
            for url in probe::health_urls(&reading.words) {
                self.offer_url(url, &reading.words, group.start, Some(item));
            }
        }
        let owner = circumstance::owner(&reading.words, glance);
        let only_if = circumstance::only_if(words);
        if let Some(item) = self.out.items.get_mut(item) {
            item.limits = found.limits.into();
            item.owner = owner.map(Into::into);
            item.only_if = only_if.map(Into::into);
        }
    }

    /// A list item that is one option of a choice.
    pub(super) fn option(&mut self, group: &Group<'_, 's>, words: String) {
        self.out.counts.choice_options += 1;
        self.out.counts.choice_lines += 1;
        let mut parts = vec![Part::Text { text: words.clone() }];
        if let Radio::Open(item) = self.radio {
            if let Some(ItemKind::Choice { options }) = self.out.items.get_mut(item).map(|item| &mut item.kind) {
                options.push(words.clone());
            }
            return self.node(group.start, group.end, group.depth, NodeKind::Prose { text: words, bullet: true });
        }
        let at = self.position(group, 0);
        let label = self.name_of_section();
        let kind = ItemKind::Choice { options: vec![words] };
        let item = self.item(Place { at, parent: group.above }, kind, label);
        self.out.counts.choices += 1;
        self.radio = Radio::Open(item);
        let message = "The boxes of this list are taken as one choice, as the text says to select one.";
        self.problem(at, Severity::Note, "radio_group", message, "If each is to be done, leave «select one» out.");
        parts.splice(0..0, self.id(item).map(|item| Part::Slot { item }));
        self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task: None, number: None });
    }
}
