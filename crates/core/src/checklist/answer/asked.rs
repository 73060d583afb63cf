//! What is asked on a line: its drafts become items, with their limits and names.

use super::super::line::{self, Draft, Piece, Pieces, Reading};
use super::super::model::*;
use super::super::read::{Place, Reader};
use super::super::threshold::{self, Subject};
use super::super::{choice, fence, source};
use super::Group;

impl<'s> Reader<'s> {
    /// Makes items of a line's drafts, and the line's node.
    pub(super) fn answerable(&mut self, group: &Group<'_, 's>, task: Option<usize>, base: usize, reading: Reading<'_>) {
        let parent = task.or(group.above);
        let mut gated = false;
        let gate = if task.is_some() { choice::gate_words(&reading.words) } else { None };
        let mut parts = match reading.pieces {
            said @ Pieces::Said(_) => {
                self.inline_commands(&said, group.start, parent);
                said.into_parts()
            }
            Pieces::Asked(pieces) => {
                let mut parts = Vec::with_capacity(pieces.len());
                for piece in pieces {
                    match piece {
                        Piece::Part(part) => {
                            if let Part::Code { text } = &part
                                && fence::is_command(text)
                            {
                                self.command(text.clone(), group.start, parent);
                            }
                            parts.push(part);
                        }
                        Piece::Draft(draft) => {
                            gated |= matches!(draft.kind, ItemKind::Gate { .. });
                            let at = self.position(group, base + draft.at);
                            let item = self.draft(draft, at, parent);
                            parts.extend(self.id(item).map(|item| Part::Slot { item }));
                        }
                    }
                }
                parts
            }
        };
        if let Some(words) = gate.filter(|_| !gated) {
            let options = choice::gate_options(words);
            let at = self.position(group, base);
            let item = self.item(Place { at, parent }, ItemKind::Gate { options }, words.to_owned());
            parts.extend(self.id(item).map(|item| Part::Slot { item }));
        }
        let task = task.and_then(|task| self.id(task));
        let number = group.marker.number();
        self.node(group.start, group.end, group.depth, NodeKind::Answerable { parts, task, number });
    }

    /// Makes the item of a draft, with its limits.
    pub(in crate::checklist) fn draft(&mut self, draft: Draft<'_>, at: usize, parent: Option<usize>) -> usize {
        let nameless = draft.label.is_empty() || matches!(&draft.kind, ItemKind::SignOff { role } if role.is_empty());
        let label = if nameless { Some(self.name_from_above(parent)) } else { None };
        let label = label.filter(|label| !label.is_empty()).unwrap_or(draft.label);
        let kind = match draft.kind {
            ItemKind::SignOff { role } if role.is_empty() => ItemKind::SignOff { role: label.clone() },
            ItemKind::Field { .. } if choice::is_go_no_go(&label) => {
                ItemKind::Gate { options: vec!["GO".to_owned(), "NO-GO".to_owned()] }
            }
            kind @ (ItemKind::Choice { .. } | ItemKind::Gate { .. }) => {
                self.out.counts.choice_lines += 1;
                self.out.counts.choices += 1;
                if let ItemKind::Choice { options } | ItemKind::Gate { options } = &kind {
                    self.out.counts.choice_options += source::number(options.len());
                }
                kind
            }
            kind => kind,
        };
        let item = self.item(Place { at, parent }, kind, label);
        if !draft.tail.is_empty() {
            let found = threshold::limits(&draft.tail, Subject::Value, false);
            for (text, why) in &found.not_understood {
                let message = format!("The limit «{text}» was not understood: {why}.");
                let hint = "Write it as «target: < 200 ms», or annotate the line with a limit.";
                self.problem(at, Severity::Note, "limit_not_understood", message, hint);
            }
            if let Some(item) = self.out.items.get_mut(item) {
                item.limits = found.limits.into();
            }
        }
        item
    }

    /// What names an item by the section that it stands in.
    pub(super) fn name_of_section(&self) -> String {
        self.out.sections.last().map(|section| line::name_of(&section.title).to_owned()).unwrap_or_default()
    }

    /// What names an item that has no words of its own: the task above, the line before, or the section.
    pub(in crate::checklist) fn name_from_above(&self, parent: Option<usize>) -> String {
        match parent.and_then(|parent| self.out.items.get(parent)) {
            Some(parent) => line::name_of(&parent.label).to_owned(),
            None if !self.heard.is_empty() => line::name_of(line::without_colon(&self.heard)).to_owned(),
            None => self.name_of_section(),
        }
    }
}
