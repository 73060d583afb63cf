//! What annotations say, put onto the items and sections that they are about.

use super::annotation::{self, Clause};
use super::answer::Radio;
use super::correction::Correction;
use super::model::*;
use super::phrase;
use super::read::{Place, Reader};
use crate::ask::Ask;

/// What the next annotation on a line of its own is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Last {
    /// The items of the last line that had any, task first.
    items: std::ops::Range<usize>,
    task: Option<usize>,
    /// That line's node.
    node: usize,
    /// The last line was a heading.
    heading: bool,
}

impl Reader<'_> {
    /// Keeps what a line was made into, for annotations under it.
    pub(super) fn remember(&mut self, first: usize, task: Option<usize>) {
        let items = first..self.out.items.len();
        let node = self.out.nodes.len().saturating_sub(1);
        self.last = Last { items, task, node, heading: false };
    }

    pub(super) fn remember_heading(&mut self) {
        let end = self.out.items.len();
        let node = self.out.nodes.len().saturating_sub(1);
        self.last = Last { items: end..end, task: None, node, heading: true };
        self.apply_pending();
    }

    /// A comment on lines of its own. `indented` and `close` say whether it belongs to the line above it.
    pub(super) fn comment(&mut self, text: &str, at: usize, indented: bool, close: bool) {
        if let Some(body) = annotation::body(text) {
            if indented || self.last.heading && close {
                self.annotate(body, at);
            } else {
                self.pending.push((at, body.to_owned()));
            }
        } else if let Some(wrong) = annotation::nearly(text) {
            self.problem(at, Severity::Warning, "annotation", wrong.message, wrong.hint);
        } else if super::answer::announces_choice(text) {
            self.radio = Radio::Announced;
        }
    }

    /// Applies what stood on the lines above to the line just read.
    pub(super) fn apply_pending(&mut self) {
        if self.pending.is_empty() || self.last.items.is_empty() && !self.last.heading {
            return;
        }
        for (at, body) in std::mem::take(&mut self.pending) {
            self.annotate(&body, at);
        }
    }

    /// Annotations that nothing followed.
    pub(super) fn leftover(&mut self) {
        for (at, _) in std::mem::take(&mut self.pending) {
            let message = "The annotation belongs to nothing.";
            self.problem(
                at,
                Severity::Warning,
                "annotation_alone",
                message,
                "Put it on an item's line, or indented on the line under it.",
            );
        }
    }

    /// `<!-- Paste link here -->` after an item asks for evidence.
    pub(super) fn fill_in_hint(&mut self, comment: &str, at: usize) {
        if let Some(wrong) = annotation::nearly(comment) {
            return self.problem(at, Severity::Warning, "annotation", wrong.message, wrong.hint);
        }
        let says = |words| phrase::find(comment, words).is_some();
        let kind = if says("screenshot") {
            "screenshot"
        } else if says("paste") || says("link to") || says("url") {
            "link"
        } else {
            return;
        };
        if let Some(item) = self.last.task.and_then(|task| self.out.items.get_mut(task)) {
            item.evidence.push(kind.to_owned());
        }
    }

    /// Reads an annotation and applies it to what was read last.
    pub(super) fn annotate(&mut self, body: &str, at: usize) {
        let mut probe: Option<(usize, Box<Ask>)> = None;
        let mut role = None;
        for clause in annotation::clauses(body) {
            match clause {
                Ok(Clause::Probe(ask)) => {
                    self.expect_the_usual(probe.take());
                    probe = self.annotate_probe(&ask, at).map(|probe| (probe, ask));
                }
                Ok(Clause::Expect(condition)) => {
                    match probe.as_ref().and_then(|(probe, _)| self.out.probes.get_mut(*probe)) {
                        Some(probe) => probe.expect.push(condition),
                        None => self.misplaced(at, "expect", "a probe before it"),
                    }
                }
                Ok(Clause::SignOff { role: name }) => role = Some((name, String::new())),
                Ok(Clause::Meaning(meaning)) => match &mut role {
                    Some((_, known)) => *known = meaning,
                    None => role = Some((String::new(), meaning)),
                },
                Ok(clause) => self.apply(clause, at),
                Err(wrong) => self.problem(at, Severity::Warning, "annotation", wrong.message, wrong.hint),
            }
        }
        self.expect_the_usual(probe.take());
        if let Some((role, meaning)) = role {
            self.annotate_sign_off(role, meaning, at);
        }
    }

    fn misplaced(&mut self, at: usize, key: &str, needs: &str) {
        let message = format!("«{key}» needs {needs}.");
        self.problem(
            at,
            Severity::Warning,
            "annotation",
            message,
            "Put it on that line, or indented on the line under it.",
        );
    }

    fn main_item(&self) -> Option<usize> {
        self.last.task.or((!self.last.items.is_empty()).then_some(self.last.items.start))
    }

    /// A probe for which nothing is written is expected to answer as one of its kind does.
    fn expect_the_usual(&mut self, probe: Option<(usize, Box<Ask>)>) {
        if let Some((probe, ask)) = probe
            && let Some(probe) = self.out.probes.get_mut(probe)
            && probe.expect.is_empty()
        {
            probe.expect = ask.default_expectation();
        }
    }

    fn annotate_probe(&mut self, ask: &Ask, at: usize) -> Option<usize> {
        let item = self.main_item();
        let probe = self.push_probe(ask, Vec::new(), at, item)?;
        if let Some(known) = self.out.probes.get_mut(probe) {
            // What was read from the line's words gives way to what is written down.
            known.expect.clear();
            known.ask = ask.to_string();
        }
        Some(probe)
    }

    /// Adds an item to the line that was read last, and its slot to that line's node.
    fn add_slot(&mut self, kind: ItemKind, label: String, at: usize) -> usize {
        let item = self.item(Place { at, parent: self.last.task }, kind, label);
        let slot = self.id(item).map(|item| Part::Slot { item });
        if let Some(NodeKind::Answerable { parts, .. }) =
            self.out.nodes.get_mut(self.last.node).map(|node| &mut node.kind)
        {
            parts.extend(slot);
        }
        self.last.items.end = self.out.items.len();
        item
    }

    fn find(&self, wanted: impl Fn(&ItemKind) -> bool) -> Option<usize> {
        self.last.items.clone().find(|&item| self.out.items.get(item).is_some_and(|item| wanted(&item.kind)))
    }

    fn annotate_sign_off(&mut self, role: String, meaning: String, at: usize) {
        let Some(main) = self.main_item() else { return self.misplaced(at, "sign-off", "an item") };
        let item = match self.find(|kind| matches!(kind, ItemKind::SignOff { .. })) {
            Some(item) => item,
            None => {
                let label = if role.is_empty() { self.name_from_above(Some(main)) } else { role.clone() };
                self.add_slot(ItemKind::SignOff { role: label.clone() }, label, at)
            }
        };
        if let Some(item) = self.out.items.get_mut(item) {
            item.marks.push(Mark::SignOff { role, meaning });
        }
    }

    fn apply(&mut self, clause: Clause, at: usize) {
        match clause {
            Clause::Policy(rule) => {
                let line = self.line_of(at);
                return self.out.policy.push(PolicyLine { line, rule });
            }
            Clause::Baseline => return self.mark(Mark::Baseline, at),
            Clause::DeadBand(percent) => return self.mark(Mark::DeadBand { percent }, at),
            Clause::Phase(name) => return self.mark(Mark::Phase { name }, at),
            Clause::Task => return self.correct_to_task(at),
            Clause::Content(label) => return self.correct_to_content(label.as_deref(), at),
            _ => {}
        }
        let Some(main) = self.main_item() else { return self.misplaced(at, "the annotation", "an item") };
        match clause {
            Clause::Deploy => self.mark(Mark::Deploy, at),
            Clause::Required => self.mark(Mark::Required, at),
            Clause::NoReturn(what) => self.mark(Mark::NoReturn { what }, at),
            Clause::Gate(options) => self.annotate_gate(options, main, at),
            Clause::Unit(unit) => {
                for item in self.out.items.get_mut(self.last.items.clone()).into_iter().flatten() {
                    if let ItemKind::Field { value, unit: known, .. } = &mut item.kind {
                        *known = (unit != "none").then(|| unit.as_str().into());
                        if known.is_some() {
                            *value = ValueKind::Number;
                        }
                    }
                }
            }
            Clause::Type(kind) => {
                for item in self.out.items.get_mut(self.last.items.clone()).into_iter().flatten() {
                    if let ItemKind::Field { value, .. } = &mut item.kind {
                        *value = kind;
                    }
                }
            }
            clause => {
                let field = self.find(|kind| matches!(kind, ItemKind::Field { .. })).unwrap_or(main);
                let limited = matches!(clause, Clause::Limit(_) | Clause::Alert(_));
                let Some(item) = self.out.items.get_mut(if limited { field } else { main }) else { return };
                match clause {
                    Clause::Evidence(kinds) => item.evidence.extend(kinds),
                    Clause::Owner(owner) => item.owner = Some(owner.into()),
                    Clause::OnlyIf(when) => item.only_if = Some(when.into()),
                    Clause::Limit(condition) => item.limits.push(limit(LimitRole::Target, condition)),
                    Clause::Alert(condition) => item.limits.push(limit(LimitRole::Alert, condition)),
                    _ => {}
                }
            }
        }
    }

    /// `task`: the line that it stands on is one, whatever it was read as.
    fn correct_to_task(&mut self, at: usize) {
        match self.out.nodes.get(self.last.node).map(|node| node.line) {
            Some(line) if self.last.task.is_none() => {
                self.corrections.push(Correction::Task { line, text: String::new() });
            }
            _ => self.misplaced(at, "task", "a line that is read as content"),
        }
    }

    /// `content`: the line's items, or the one with this label, are none.
    fn correct_to_content(&mut self, label: Option<&str>, at: usize) {
        let of_heading =
            self.out.sections.last().filter(|_| self.last.heading).and_then(|section| section.item.clone());
        let of_line = self.out.items.get(self.last.items.clone()).unwrap_or_default().iter();
        let named = of_line.filter(|item| label.is_none_or(|label| item.label.replace('"', "'") == label));
        let gone: Vec<_> = of_heading.into_iter().chain(named.map(|item| item.id.clone())).collect();
        if gone.is_empty() {
            return self.misplaced(at, "content", "an item");
        }
        self.corrections.extend(gone.into_iter().map(|item| Correction::Content { item }));
    }

    fn annotate_gate(&mut self, options: Vec<String>, main: usize, at: usize) {
        match self.find(|kind| matches!(kind, ItemKind::Gate { .. } | ItemKind::Choice { .. })) {
            Some(item) => {
                if let Some(item) = self.out.items.get_mut(item) {
                    item.kind = ItemKind::Gate { options };
                }
            }
            None => {
                let label = self.name_from_above(Some(main));
                self.add_slot(ItemKind::Gate { options }, label, at);
            }
        }
    }

    fn mark(&mut self, mark: Mark, at: usize) {
        if self.last.heading
            && let Some(section) = self.out.sections.last_mut()
        {
            return section.marks.push(mark);
        }
        match self.main_item().and_then(|item| self.out.items.get_mut(item)) {
            Some(item) => item.marks.push(mark),
            None => self.misplaced(at, "the annotation", "an item or a heading"),
        }
    }
}

fn limit(role: LimitRole, condition: crate::condition::Condition) -> Limit {
    Limit { role, text: condition.to_string(), condition }
}
