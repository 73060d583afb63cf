//! Correcting a guess: under the checklist's head, for the line that was chosen, what it was read as, to be changed.
//!
//! The engine keeps a correction with the file's hash and answers with the new reading; nothing is decided here.

use crate::components::draw::{add, at, clear, value_of};
use crate::ipc::{self, FileKind};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{
    AnnotateChecklist, ChecklistReply, ChecklistSource, CorrectChecklist, DuplicateChecklist, ReadAs,
};
use countersign_core::checklist::{Item, ItemKind, Template, ValueKind};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use web_sys::{Element, Event};

/// What a control changes: the words of `data-correct`.
const READING: &str = "as";
const UNIT: &str = "unit";
const ROLE: &str = "role";

/// The controls for the chosen line. `changed` hears the new reading.
#[component]
pub(super) fn Correct(
    source: ChecklistSource,
    template: Arc<Template>,
    chosen: RwSignal<u32>,
    #[prop(into)] changed: Callback<ChecklistReply>,
) -> impl IntoView {
    let app = app();
    let bar = NodeRef::<Div>::new();
    let drawn = Arc::clone(&template);
    Effect::new(move |_| {
        let line = chosen.get();
        if let Some(bar) = bar.get() {
            draw(&bar, &drawn, line);
        }
    });
    let change = move |event: Event| {
        let line = chosen.get_untracked();
        let Some((control, what)) = at(&event, "data-correct") else { return };
        let item = control.get_attribute("data-item").and_then(|at| template.items.get(at.parse::<usize>().ok()?));
        let reading = match what.as_str() {
            UNIT => ReadAs::Unit { unit: value_of(&control) },
            ROLE => ReadAs::Role { role: value_of(&control) },
            _ => match value_of(&control).as_str() {
                "read" => ReadAs::AsRead,
                "task" => ReadAs::Task,
                "content" => ReadAs::Content,
                word => match ValueKind::ALL.into_iter().find(|kind| kind.word() == word) {
                    Some(value) => ReadAs::Value { value },
                    None => return,
                },
            },
        };
        let item = item.map(|item| item.id.clone());
        let command = CorrectChecklist { source: source.clone(), line, item, reading };
        app.run_command(command, move |reply| {
            app.spoken.set("Corrected, and kept with this version of the file.".to_owned());
            changed.run(reply);
        });
    };
    view! { <div class="correct" data-t="correct" node_ref=bar on:change=change></div> }
}

fn draw(bar: &Element, template: &Template, line: u32) {
    clear(bar);
    if line == 0 {
        add(bar, "span", "muted", "Choose a line to correct how it was read.", &[]);
        return;
    }
    add(bar, "strong", "", &format!("Line {line}"), &[]);
    let on_line = template.items.iter().enumerate().filter(|(_, item)| item.line == line);
    let mut any = false;
    for (index, item) in on_line {
        any = true;
        let index = index.to_string();
        add(bar, "span", "correct-label", &item.label, &[]);
        choices(bar, item, &index);
        match &item.kind {
            ItemKind::Field { unit, .. } => entry(bar, UNIT, "unit", unit.as_deref().unwrap_or_default(), &index),
            ItemKind::SignOff { role } => entry(bar, ROLE, "role", role, &index),
            _ => entry(bar, ROLE, "whose", item.owner.as_deref().unwrap_or_default(), &index),
        }
    }
    let corrected = template.problems.iter().any(|problem| problem.line == line && problem.code == "corrected");
    if !any || corrected {
        let words: &[(&str, &str)] = match (any, corrected) {
            (false, true) => &[("", "content, corrected"), ("read", "as the program reads it"), ("task", "a task")],
            (false, false) => &[("", "content"), ("task", "a task")],
            (true, _) => &[("", "corrected"), ("read", "as the program reads it")],
        };
        select(bar, words, "", None);
    }
}

fn choices(bar: &Element, item: &Item, index: &str) {
    let mut words = vec![("content", "content")];
    let now = match &item.kind {
        ItemKind::Field { value, .. } => {
            words.extend(ValueKind::ALL.map(|kind| (kind.word(), kind.word())));
            value.word()
        }
        ItemKind::Task { .. } => "a task",
        ItemKind::Choice { .. } => "a choice",
        ItemKind::SignOff { .. } => "a signature",
        ItemKind::Gate { .. } => "a gate",
    };
    if !matches!(item.kind, ItemKind::Field { .. }) {
        words.insert(0, ("", now));
    }
    select(bar, &words, now, Some(index));
}

fn select(bar: &Element, words: &[(&str, &str)], now: &str, index: Option<&str>) {
    let mut attributes = vec![("data-correct", READING), ("data-t", "correct-as"), ("aria-label", "Read as")];
    attributes.extend(index.map(|index| ("data-item", index)));
    let Some(select) = add(bar, "select", "", "", &attributes) else { return };
    for (value, word) in words {
        let mut attributes = vec![("value", *value)];
        if *value == now {
            attributes.push(("selected", ""));
        }
        add(&select, "option", "", word, &attributes);
    }
}

fn entry(bar: &Element, what: &str, hint: &str, value: &str, index: &str) {
    let handle = format!("correct-{what}");
    let attributes = [
        ("type", "text"),
        ("data-correct", what),
        ("data-item", index),
        ("data-t", handle.as_str()),
        ("placeholder", hint),
        ("aria-label", hint),
        ("value", value),
        ("size", "12"),
    ];
    add(bar, "input", "", "", &attributes);
}

/// Writes a copy of the file, to begin another checklist from, and opens it.
pub(super) fn duplicate(app: App, source: ChecklistSource) {
    spawn_local(async move {
        match ipc::choose_save("checklist.md", FileKind::Checklist).await {
            Ok(Some(path)) => app.run_command(DuplicateChecklist { source, path }, move |path| {
                app.go(Route::Checklist(ChecklistSource::File { path }));
            }),
            Ok(None) => {}
            Err(error) => app.fault.set(Some(error)),
        }
    });
}

/// Writes the corrections into a copy of the file, where the person wants it.
pub(super) fn annotate(app: App, source: ChecklistSource) {
    spawn_local(async move {
        match ipc::choose_save("checklist.md", FileKind::Checklist).await {
            Ok(Some(path)) => app.run_command(AnnotateChecklist { source, path }, move |written| {
                let left = written.left_out.len();
                let rest = if left == 0 { String::new() } else { format!(" {left} cannot be said by an annotation.") };
                app.spoken.set(format!("{} corrections written to {}.{rest}", written.written, written.path));
            }),
            Ok(None) => {}
            Err(error) => app.fault.set(Some(error)),
        }
    });
}
