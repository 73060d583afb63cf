//! The rail: phases with how far they are, what failed, and a field to find a line by its words.

use crate::browser;
use crate::components::icon::{Icon, icon};
use crate::components::progress::{ring, words};
use crate::state::app;
use countersign_core::id::ItemId;
use countersign_core::record::{Progress, progress_of_sections};
use leptos::prelude::*;

#[derive(Clone, PartialEq)]
struct Phase {
    section: usize,
    title: String,
    progress: Progress,
    rollback: bool,
    here: bool,
}

#[component]
pub(super) fn Rail() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let phases = Memo::new(move |_| {
        let chosen = desk.chosen.get();
        desk.view.with(|view| {
            let Some(view) = view else { return Vec::new() };
            let outline = desk.outline.get_untracked();
            let at = chosen.and_then(|id| outline.as_ref()?.item(&view.template, &id).map(|item| item.section));
            let found = progress_of_sections(view);
            let here = at.and_then(|at| found.iter().rposition(|(section, _)| *section <= at));
            let phase = |(index, (section, progress)): (usize, &(usize, Progress))| {
                let of = view.template.sections.get(*section);
                Phase {
                    section: *section,
                    title: of
                        .map(|of| of.title.clone())
                        .filter(|title| !title.is_empty())
                        .unwrap_or_else(|| view.template.title.clone()),
                    progress: *progress,
                    rollback: of.is_some_and(|of| of.rollback),
                    here: here == Some(index),
                }
            };
            found.iter().enumerate().map(phase).collect()
        })
    });
    view! {
        <nav class="rail" aria-label="Phases">
            <Find/>
            <ol class="phases">
                {move || phases.get().into_iter().map(phase_entry).collect_view()}
            </ol>
        </nav>
    }
}

fn phase_entry(phase: Phase) -> impl IntoView {
    let section = phase.section;
    let Progress { done, failed, set_aside, .. } = phase.progress;
    let go = move |_| {
        if let Some(heading) = browser::element(&format!("section-{section}")) {
            browser::to_top(&heading);
        }
    };
    view! {
        <li>
            <button
                type="button"
                class="phase"
                data-t="phase"
                data-section=section
                aria-current=phase.here.then_some("step")
                title=words(&phase.progress)
                on:click=go
            >
                {ring(phase.progress)}
                <span class="phase-title">{phase.title}{phase.rollback.then(|| view! { <span class="muted">" (rollback)"</span> })}</span>
                <span class="phase-count">{format!("{}/{}", done + set_aside, phase.progress.total())}</span>
                {(failed > 0).then(|| view! { <span class="phase-failed">{format!("{failed} failed")}</span> })}
            </button>
        </li>
    }
}

/// Finds lines by words; Enter goes on to the next one.
#[component]
fn Find() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let query = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let found = Memo::new(move |_| {
        let query = query.get().trim().to_lowercase();
        if query.is_empty() {
            return Vec::new();
        }
        desk.view.with_untracked(|view| {
            let (Some(view), Some(outline)) = (view.as_ref(), desk.outline.get_untracked()) else { return Vec::new() };
            let matches =
                |id: &ItemId| outline.line(id).iter().any(|item| view.label(item).to_lowercase().contains(&query));
            outline.order(view).into_iter().filter(matches).collect::<Vec<_>>()
        })
    });
    let show = move |index: usize| {
        if let Some(item) = found.with_untracked(|found| found.get(index).cloned()) {
            at.set(index);
            desk.choose(&item);
            if let Some(row) = browser::element(&crate::desk::row_id(&item)) {
                browser::to_middle(&row);
            }
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let count = found.with_untracked(Vec::len);
        match event.key().as_str() {
            "Enter" | "ArrowDown" if count > 0 => show((at.get_untracked() + 1) % count),
            "ArrowUp" if count > 0 => show((at.get_untracked() + count - 1) % count),
            "Escape" => {
                query.set(String::new());
                if let Some(item) = desk.chosen.get_untracked() {
                    crate::desk::show_chosen(&item);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <div class="find">
            {icon(Icon::Search)}
            <input
                type="text"
                data-t="find-input"
                aria-label="Find in the checklist"
                placeholder="Find  /"
                autocomplete="off"
                prop:value=move || query.get()
                on:input:target=move |event| {
                    query.set(event.target().value());
                    show(0);
                }
                on:keydown=on_key
            />
            <span class="muted" aria-live="polite">
                {move || {
                    let count = found.with(Vec::len);
                    if query.with(|query| query.trim().is_empty()) {
                        String::new()
                    } else if count == 0 {
                        "none".to_owned()
                    } else {
                        format!("{}/{count}", at.get() + 1)
                    }
                }}
            </span>
        </div>
    }
}
