//! `countersign checklist`: how files are read.

use super::find;
use crate::args::{Checklist, StateArg};
use crate::{Exit, Output};
use countersign_core::api::{
    ApiError, BlankForm, ChecklistReply, ChecklistSource, ChecklistState, ChecklistSummary, DuplicateChecklist,
    FindChecklists, KeepChecklist, ReadChecklist, SetChecklistState,
};
use countersign_core::checklist::{Item, ItemKind, Template};
use countersign_engine::Engine;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Runs a `checklist` command. Only what needs the library opens the data directory.
pub async fn run(
    command: Checklist,
    open: impl FnOnce() -> Result<Engine, ApiError>,
    output: &mut Output,
) -> Result<Exit, ApiError> {
    match command {
        Checklist::Show { file, corrected: true } => {
            let engine = open()?;
            let source = find::checklist(Some(&engine), &file).await?;
            show(&engine.read_checklist(ReadChecklist { source }).await?, output)?;
        }
        Checklist::Correct(what) => return super::corrections::correct(what, &open()?, output).await,
        Checklist::Annotate { file, output: to } => {
            return super::corrections::annotate(&file, &to, &open()?, output).await;
        }
        Checklist::Show { file, corrected: false } => {
            let source = find::checklist(None, &file).await?;
            show(&countersign_engine::read_checklist(&source)?, output)?;
        }
        Checklist::Diff { old, new } => return super::versions::diff(&old, &new, open, output).await,
        Checklist::Blank { file, output: to, paper, corrected } => {
            let (paper, path) = (paper.into(), to.display().to_string());
            let made = if corrected {
                let engine = open()?;
                let source = find::checklist(Some(&engine), &file).await?;
                engine.blank_form(BlankForm { source, paper, path }).await?
            } else {
                let source = find::checklist(None, &file).await?;
                countersign_engine::blank_form(&BlankForm { source, paper, path })?
            };
            let words = || format!("{}: {} pages, {} fields to fill in.", made.path, made.pages, made.fields);
            output.result(&made, words)?;
            if !made.missing.is_empty() {
                let (shown, more) = made.missing.split_at(made.missing.len().min(12));
                let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
                let shown = shown.join(", ");
                output.say(&format!("No font has a glyph for {shown}{more}; the form shows each as [U+…]."));
            }
        }
        Checklist::List { find } => {
            let checklists = open()?.find_checklists(FindChecklists { find: find.join(" ") }).await?;
            output.result(&json!({ "checklists": checklists }), || checklists.iter().map(listed).collect())?;
        }
        Checklist::State { sha256, state } => {
            let state = match state {
                StateArg::Draft => ChecklistState::Draft,
                StateArg::Released => ChecklistState::Released,
            };
            open()?.set_checklist_state(SetChecklistState { sha256, state }).await?;
            output.result(&json!({ "sha256": sha256, "state": state }), || format!("It is {} now.", state.word()))?;
        }
        Checklist::Duplicate { file, output: to } => {
            let engine = open()?;
            let source = find::checklist(Some(&engine), &file).await?;
            let path = to.display().to_string();
            let path = engine.duplicate_checklist(DuplicateChecklist { source, path }).await?;
            output.result(&json!({ "path": path }), || format!("Copied to {path}."))?;
        }
        Checklist::Keep { file } => {
            let engine = open()?;
            let source = find::checklist(Some(&engine), &file).await?;
            let kept = engine.keep_checklist(KeepChecklist { source }).await?;
            output.result(&kept, || format!("Kept «{}», {}.", kept.title, kept.sha256))?;
        }
    }
    Ok(Exit::Done)
}

/// A checklist in a list: where from, file, hash, what is in it, title; a line more for each thing to look at.
fn listed(of: &ChecklistSummary) -> String {
    let from = match (&of.source, of.superseded) {
        (ChecklistSource::Shipped { .. }, _) => "shipped",
        (_, true) => "earlier",
        (_, false) => "kept",
    };
    let state = if of.state == ChecklistState::Draft { "draft " } else { "" };
    let facts = [
        of.version.as_ref().map(|version| format!("version {version}")),
        of.owner.as_ref().map(|owner| format!("owner {owner}")),
        of.next_review.as_ref().map(|review| format!("next review {review}")),
    ];
    let facts: Vec<_> = facts.into_iter().flatten().collect();
    let mut words =
        format!("{from:<8} {:<32} {} {:>4} tasks  {state}{}\n", of.name, of.sha256.short(), of.counts.tasks, of.title);
    if !facts.is_empty() {
        let _ = writeln!(words, "         {}", facts.join(", "));
    }
    if of.review_past {
        let _ = writeln!(words, "         its review is past");
    }
    if let Some(offer) = &of.offer {
        let _ = writeln!(words, "         {} in {}: `countersign checklist keep` takes it", offer.headline, offer.path);
    }
    words
}

fn show(reply: &ChecklistReply, output: &mut Output) -> Result<(), ApiError> {
    let ChecklistReply { summary, template, .. } = reply;
    let object = json!({
        "title": template.title,
        "name": summary.name,
        "sha256": template.sha256,
        "counts": summary.counts,
        "facts": template.facts,
        "sections": template.sections,
        "items": template.items,
        "probes": template.probes,
        "policy": template.policy,
        "problems": template.problems,
        "lossless": template.lossless,
    });
    output.result(&object, || words(reply))
}

fn words(reply: &ChecklistReply) -> String {
    let ChecklistReply { summary, template, .. } = reply;
    let counts = &summary.counts;
    let mut words = format!("{}\n{}  {}\n\n", template.title, summary.name, template.sha256);
    let counted = [
        (counts.tasks, "tasks"),
        (counts.nested_tasks, "of them nested"),
        (counts.ordered_tasks, "of them ordered"),
        (counts.heading_tasks, "headings with a box"),
        (counts.fenced_tasks, "boxes in fences"),
        (counts.table_tasks, "table rows with a box"),
        (counts.fields, "fields"),
        (counts.choices, "choices"),
        (counts.signoffs, "sign-off lines"),
        (counts.thresholds, "limits"),
        (counts.probes, "probes offered"),
        (counts.commands, "commands"),
    ];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        let _ = writeln!(words, "{count:>6} {what}");
    }
    sections(template, &mut words);
    if !template.problems.is_empty() {
        let _ = writeln!(words, "\nWhat was guessed, repaired or not understood:");
    }
    for problem in &template.problems {
        let (line, column, code) = (problem.line, problem.column, &problem.code);
        let _ = writeln!(words, "{line:>6}:{column:<4} {code}: {} {}", problem.message, problem.hint);
    }
    words
}

fn sections(template: &Template, words: &mut String) {
    let mut of_section: BTreeMap<usize, Vec<&Item>> = BTreeMap::new();
    for item in &template.items {
        of_section.entry(item.section).or_default().push(item);
    }
    for (index, items) in of_section {
        if let Some(section) = template.sections.get(index) {
            let _ = writeln!(words, "\n{:>6}  {}", section.line, section.title);
        }
        for item in items {
            let kind = match &item.kind {
                ItemKind::Task { .. } => "[ ]".to_owned(),
                ItemKind::Field { unit, .. } => format!("___ {}", unit.as_deref().unwrap_or_default()),
                ItemKind::Choice { options } => format!("({})", options.join("|")),
                ItemKind::SignOff { .. } => "sign".to_owned(),
                ItemKind::Gate { options } => format!("gate ({})", options.join("|")),
            };
            let limits: Vec<_> = item.limits.iter().map(|limit| limit.condition.to_string()).collect();
            let _ = writeln!(words, "{:>6}    {kind:<10} {}  {}", item.line, item.label, limits.join(", "));
        }
    }
}
