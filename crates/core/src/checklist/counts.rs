//! How many of what a checklist has.

use super::model::*;
use super::source::number;

/// How many of what a checklist has, as the command line shows it.
pub fn counts(template: &Template) -> Counts {
    template.counts.clone()
}

impl Counts {
    /// Adds up what can be told from the finished lists; the rest was counted while reading.
    pub(super) fn count(&mut self, items: &[Item], probes: &[ProbeOffer], commands: &[Command], nodes: &[Node]) {
        for item in items {
            self.thresholds += number(item.limits.len());
            match &item.kind {
                ItemKind::Task { form, .. } => match form {
                    TaskForm::Bullet | TaskForm::Nested => self.tasks += 1,
                    TaskForm::Ordered => {
                        self.tasks += 1;
                        self.ordered_tasks += 1;
                    }
                    TaskForm::Heading => self.heading_tasks += 1,
                    TaskForm::Fenced => self.fenced_tasks += 1,
                    TaskForm::Table => self.table_tasks += 1,
                },
                ItemKind::Field { .. } => self.fields += 1,
                ItemKind::SignOff { .. } => self.signoffs += 1,
                ItemKind::Choice { .. } | ItemKind::Gate { .. } => {}
            }
        }
        let loose = |node: &&Node| matches!(node.kind, NodeKind::Criterion { of: None, condition: Some(_), .. });
        self.thresholds += number(nodes.iter().filter(loose).count());
        self.probes = number(probes.len());
        self.commands = number(commands.len());
    }
}
