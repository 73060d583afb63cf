//! Checklists: which there are, which version, what is unclear in them, when the next review is.

use crate::components::banner::{empty, reading};
use crate::components::dialogs::Dialog;
use crate::components::facts::{count, hash, tag};
use crate::components::icon::{Icon, icon};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{
    ChecklistSource, ChecklistState, ChecklistSummary, FindChecklists, KeepChecklist, SetChecklistState,
};
use countersign_core::checklist::Counts;
use leptos::prelude::*;

#[component]
pub(crate) fn Checklists() -> impl IntoView {
    let app = app();
    let found = RwSignal::new(None::<Vec<ChecklistSummary>>);
    let rows = move || {
        let listed = found.get().or_else(|| app.overview.with(|overview| Some(overview.as_ref()?.checklists.clone())));
        match listed {
            None => reading().into_any(),
            Some(listed) if listed.is_empty() => {
                empty("There is no such checklist.", "Open any Markdown file; it is read as it is.").into_any()
            }
            Some(listed) => listed.iter().map(|of| row(app, of)).collect_view().into_any(),
        }
    };
    let find = move |words: String| {
        if words.trim().is_empty() {
            found.set(None);
        } else {
            app.run_command(FindChecklists { find: words }, move |listed| found.set(Some(listed)));
        }
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
            <div class="find">
                <input
                    type="search"
                    data-t="checklists-find"
                    placeholder="Find by name or text"
                    aria-label="Find by name or text"
                    on:input:target=move |event| find(event.target().value())
                />
            </div>
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
        ChecklistSource::Kept { .. } if of.superseded => "earlier version",
        ChecklistSource::Kept { .. } | ChecklistSource::Record { .. } => "kept",
    };
    let sha256 = of.sha256;
    let is_kept = matches!(of.source, ChecklistSource::Kept { .. });
    let draft = of.state == ChecklistState::Draft;
    let other = if draft { ChecklistState::Released } else { ChecklistState::Draft };
    let set_state = move |_| app.run_command(SetChecklistState { sha256, state: other }, move |()| app.refresh());
    let offered = of.offer.clone().map(|offer| {
        let source = ChecklistSource::File { path: offer.path.clone() };
        let (look, take) = (source.clone(), source);
        view! {
            <p data-t="checklist-offer">
                {tag("warn", "newer version")}
                {format!(" {} in {} ", offer.headline, offer.path)}
                <button type="button" class="button small" on:click=move |_| app.go(Route::Checklist(look.clone()))>"Look"</button>
                <button
                    type="button"
                    class="button small"
                    data-t="checklist-take"
                    on:click=move |_| app.run_command(KeepChecklist { source: take.clone() }, move |_| app.refresh())
                >
                    "Take it"
                </button>
            </p>
        }
    });
    view! {
        <article class="card checklist-row" data-t="checklist-row" data-name=of.name.clone()>
            <div class="grow">
                <h2>
                    <button type="button" class="link" data-t="checklist-open" on:click=move |_| app.go(Route::Checklist(read.clone()))>
                        {of.title.clone()}
                    </button>
                    {tag("plain", origin)}
                    {draft.then(|| tag("warn", "draft"))}
                    {of.review_past.then(|| tag("bad", "review is past"))}
                    {(of.problems > 0).then(|| tag("warn", count(of.problems as usize, "remark", "remarks")))}
                </h2>
                <p class="muted">{counts_in_words(&of.counts)}</p>
                <p class="muted">
                    <span class="mono">{of.name.clone()}</span>
                    {(!facts.is_empty()).then(|| format!(" · {}", facts.join(" · ")))}
                    " · "
                    {hash(of.sha256)}
                </p>
                {offered}
            </div>
            {is_kept.then(|| view! {
                <button type="button" class="button quiet" data-t="checklist-state" on:click=set_state>
                    {if draft { "Release" } else { "Back to draft" }}
                </button>
            })}
            <button type="button" class="button" data-t="checklist-start" on:click=move |_| app.go(Route::Start(start.clone()))>
                {icon(Icon::Plus)}
                "Start a record"
            </button>
        </article>
    }
}
