//! A template in few words, one item a line, for comparing at a glance.

use countersign_core::checklist::{Item, ItemKind, NodeKind, Template};
use std::fmt::Write as _;

/// `line kind label` of every item.
pub(crate) fn items(template: &Template) -> Vec<String> {
    template.items.iter().map(|item| format!("{} {}", item.line, one(item, template))).collect()
}

/// `line kind label` of every item, with what else is known of it; then probes, criteria's conditions and problems.
pub(crate) fn dump(template: &Template) -> String {
    let mut out = format!("# {}\n", template.title);
    for fact in &template.facts {
        let _ = writeln!(out, "fact {} = {}", fact.key, fact.value);
    }
    for section in template.sections.iter().skip(1) {
        let extra = [
            section.timing.as_ref().map(|timing| format!(" ⟨{timing}⟩")),
            section.schedule.as_ref().map(|schedule| format!(" {schedule:?}")),
            section.traffic.as_ref().map(|share| format!(" {share}% of traffic")),
            section.rollback.then(|| " rollback".to_owned()),
            (!section.marks.is_empty()).then(|| format!(" {:?}", section.marks)),
        ];
        let _ = writeln!(
            out,
            "{:4} {} {}{}",
            section.line,
            "#".repeat(section.level.into()),
            section.title,
            extra.into_iter().flatten().collect::<String>()
        );
    }
    for item in &template.items {
        let _ = writeln!(out, "{:4} {}", item.line, one(item, template));
    }
    for node in &template.nodes {
        match &node.kind {
            NodeKind::Criterion { text, of: None, condition: Some(condition) } => {
                let _ = writeln!(out, "{:4} criterion {text} ⇒ {condition}", node.line);
            }
            NodeKind::Table { purpose, head, rows } => {
                let _ = writeln!(out, "{:4} table {purpose:?} {head:?} × {}", node.line, rows.len());
            }
            _ => {}
        }
    }
    for probe in &template.probes {
        let expect: Vec<String> = probe.expect.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{:4} probe {} ⇒ {}", probe.line, probe.ask, expect.join(", "));
    }
    for problem in &template.problems {
        let _ = writeln!(
            out,
            "{:4}:{} {:?} {}: {}",
            problem.line, problem.column, problem.severity, problem.code, problem.message
        );
    }
    out
}

fn one(item: &Item, template: &Template) -> String {
    let kind = match &item.kind {
        ItemKind::Task { form, prechecked } => format!("task {form:?}{}", if *prechecked { " ✓" } else { "" }),
        ItemKind::Field { value, unit, default } => {
            let unit = unit.as_deref().map(|unit| format!("[{unit}]")).unwrap_or_default();
            let default = default.as_deref().map(|default| format!(" = {default}")).unwrap_or_default();
            format!("field {value:?}{unit}{default}")
        }
        ItemKind::Choice { options } => format!("choice {}", options.join(" | ")),
        ItemKind::SignOff { role } => format!("sign-off by {role}"),
        ItemKind::Gate { options } => format!("gate {}", options.join(" | ")),
    };
    let mut out = format!("{kind} «{}»", item.label);
    if let Some(parent) = item.parent.as_ref().and_then(|parent| template.items.iter().find(|item| item.id == *parent))
    {
        let _ = write!(out, " under «{}»", parent.label);
    }
    for limit in &item.limits {
        let _ = write!(out, " {:?}: {}", limit.role, limit.condition);
    }
    for (name, value) in [("owner", &item.owner), ("if", &item.only_if)] {
        if let Some(value) = value {
            let _ = write!(out, " {name} {value}");
        }
    }
    for (name, list) in [("runs", &item.commands), ("evidence", &item.evidence)] {
        if !list.is_empty() {
            let _ = write!(out, " {name} {list:?}");
        }
    }
    if !item.marks.is_empty() {
        let _ = write!(out, " {:?}", item.marks);
    }
    out
}
