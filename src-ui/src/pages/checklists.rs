//! Checklists: which there are, which version, what is unclear in them, when the next review is.

use crate::components::banner::{empty, reading};
use crate::components::dialogs::Dialog;
use crate::components::facts::{count, hash, tag};
use crate::components::icon::{Icon, icon};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{ChecklistSource, ChecklistSummary};
use countersign_core::checklist::Counts;
use leptos::prelude::*;

#[component]
pub(crate) fn Checklists() -> impl IntoView {
    let app = app();
    let rows = move || {
        app.overview.with(|overview| match overview {
            None => reading().into_any(),
            Some(overview) if overview.checklists.is_empty() => {
                empty("There is no checklist yet.", "Open any Markdown file; it is read as it is.").into_any()
            }
            Some(overview) => overview.checklists.iter().map(|of| row(app, of)).collect_view().into_any(),
        })
    };
    view! {
        <div class="page" data-t="checklists">
            <header class="page-head">
                <div>
                    <h1>"Checklists"</h1>
                    <p class="muted">"Markdown, as you keep it in git. Starting a record takes the file's bytes along; later changes to the file change nothing in it."</p>
                </div>
                <div class="actions">
                    <button type="button" class="button primary" data-t="checklists-open-file" on:click=move |_| app.dialog.set(Some(Dialog::Open))>
                        {icon(Icon::Open)}
                        "Open a file"
                    </button>
                </div>
            </header>
            <div class="stack">{rows}</div>
        </div>
    }
}

/// «121 tasks, 14 fields, 3 choices, 4 signatures».
pub(crate) fn counts_in_words(of: &Counts) -> String {
    let tasks = of.tasks + of.heading_tasks + of.fenced_tasks + of.table_tasks;
    let named = [
        (tasks, "task", "tasks"),
        (of.fields, "field", "fields"),
        (of.choices, "choice", "choices"),
        (of.signoffs, "signature", "signatures"),
        (of.probes, "probe", "probes"),
    ];
    let words: Vec<_> = named
        .into_iter()
        .filter(|(number, ..)| *number > 0)
        .map(|(number, one, many)| count(number as usize, one, many))
        .collect();
    words.join(", ")
}

fn row(app: App, of: &ChecklistSummary) -> impl IntoView + use<> {
    let (read, start) = (of.source.clone(), of.source.clone());
    let facts: Vec<_> = [
        of.version.as_ref().map(|version| format!("version {version}")),
        of.owner.clone(),
        of.next_review.as_ref().map(|review| format!("next review {review}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let origin = match of.source {
        ChecklistSource::Shipped { .. } => "shipped",
        ChecklistSource::File { .. } => "file",
        ChecklistSource::Kept { .. } => "kept",
    };
    view! {
        <article class="card checklist-row" data-t="checklist-row" data-name=of.name.clone()>
            <div class="grow">
                <h2>
                    <button type="button" class="link" data-t="checklist-open" on:click=move |_| app.go(Route::Checklist(read.clone()))>
                        {of.title.clone()}
                    </button>
                    {tag("plain", origin)}
                    {(of.problems > 0).then(|| tag("warn", count(of.problems as usize, "remark", "remarks")))}
                </h2>
                <p class="muted">{counts_in_words(&of.counts)}</p>
                <p class="muted">
                    <span class="mono">{of.name.clone()}</span>
                    {(!facts.is_empty()).then(|| format!(" · {}", facts.join(" · ")))}
                    " · "
                    {hash(of.sha256)}
                </p>
            </div>
            <button type="button" class="button" data-t="checklist-start" on:click=move |_| app.go(Route::Start(start.clone()))>
                {icon(Icon::Plus)}
                "Start a record"
            </button>
        </article>
    }
}
