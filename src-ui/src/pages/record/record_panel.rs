//! The record as a whole: its facts, probes of no item, evidence and notes of the record, and voiding it.

use super::item_panel::{Evidence, Notes};
use super::people::Forms;
use super::probes::{live, probes_of};
use crate::components::dialogs::Dialog;
use crate::components::facts::{fact, hash, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::papers::Job;
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::ChecklistSource;
use countersign_core::record::{AttachedFile, Intent, Link, Note, Way};
use countersign_core::time::Timestamp;
use leptos::prelude::*;

#[derive(Clone, PartialEq)]
struct Shown {
    facts: Vec<(&'static str, String)>,
    missing: Vec<&'static str>,
    checklist: String,
    since: Option<String>,
    id: countersign_core::id::RecordId,
    sha256: countersign_core::id::Digest,
    head: countersign_core::id::Digest,
    events: u32,
    started_at: Timestamp,
    started_by: String,
    files: Vec<AttachedFile>,
    links: Vec<Link>,
    notes: Vec<Note>,
    hosts: Vec<String>,
    probes: bool,
    voided: Option<Note>,
    open: bool,
    emergency: bool,
    back: bool,
}

#[component]
pub(super) fn RecordPanel() -> impl IntoView {
    let app = app();
    let shown = Memo::new(move |_| {
        app.desk.view.with(|view| {
            view.as_ref().map(|view| Shown {
                facts: view.header.facts(),
                missing: view.header.missing(),
                checklist: view.checklist.clone(),
                since: view.since.as_ref().map(|since| format!("{}, acknowledged", since.headline)),
                id: view.id.clone(),
                sha256: view.template.sha256,
                head: view.head,
                events: view.events,
                started_at: view.started_at,
                started_by: view.started_by.0.clone(),
                files: view.files.clone(),
                links: view.links.clone(),
                notes: view.notes.clone(),
                hosts: view.hosts.clone(),
                probes: view.offers().next().is_some(),
                voided: view.voided.clone(),
                open: view.is_open(),
                emergency: view.conduct.emergency.is_some(),
                back: view.rolls_back(),
            })
        })
    });
    move || shown.get().map(|shown| panel(app, shown))
}

/// A button for a dialog of forms and files.
pub(crate) fn papers(app: App, words: &'static str, handle: &'static str, job: Job) -> impl IntoView {
    let open = move |_| app.dialog.set(Some(Dialog::Papers(job.clone())));
    view! { <button type="button" class="button" data-t=handle on:click=open>{words}</button> }
}

fn panel(app: App, shown: Shown) -> impl IntoView {
    let facts: Vec<_> = shown.facts.into_iter().map(|(name, value)| fact(name, value)).collect();
    let missing =
        (!shown.missing.is_empty()).then(|| view! { <p>{tag("warn", "missing")}" "{shown.missing.join(", ")}</p> });
    let can_run = shown.probes && !shown.hosts.is_empty();
    let since = shown.since.map(|since| fact("Since the last record", since));
    let hosts = (!shown.hosts.is_empty()).then(|| fact("Allowed hosts", shown.hosts.join(", ")));
    view! {
        <div class="record-panel">
            <dl class="facts">
                {facts}
                {fact("Checklist", view! { <span class="mono">{shown.checklist}</span>" "{hash(shown.sha256)} })}
                {since}
                {fact("Started", view! { {time(shown.started_at)}{format!(" by {}", shown.started_by)} })}
                {fact("Log", view! { {format!("{} events, head ", shown.events)}{hash(shown.head)} })}
                {hosts}
            </dl>
            {missing}
            <button
                type="button"
                class="button quiet"
                data-t="record-again"
                on:click=move |_| app.go(Route::Start(ChecklistSource::Record { record: shown.id.clone() }))
            >
                "New from this record"
            </button>
            {can_run.then(|| view! {
                <button type="button" class="button" data-t="probes-run-all" on:click=move |_| app.desk.run_probes(app, None, Vec::new())>
                    {icon(Icon::Wave)}
                    "Run all allowed probes"
                </button>
            })}
            {live(app)}
            {shown.open.then(|| papers(app, "Add probes from a file …", "record-probes", Job::Probes))}
            {papers(app, "Fill in from a form …", "record-form", Job::Form)}
            {papers(app, "Write as Markdown …", "record-markdown", Job::Markdown)}
            {probes_of(app, None)}
            <Forms/>
            <Evidence item=None files=shown.files links=shown.links/>
            <Notes item=None notes=shown.notes/>
            {match shown.voided {
                Some(voided) => view! { <p>{tag("bad", "voided")}" "{voided.text}" "<span class="muted">{voided.by.0}", "{time(voided.at)}</span></p> }.into_any(),
                None => view! {
                    {(shown.open && !shown.emergency).then(|| view! {
                        <WithReason handle="emergency-declare" summary="Emergency …" hint="The fast path: rules no longer ask for reasons. What is skipped is listed, and its review falls due." question="What is the emergency?" word="Declare" intent=|reason| Intent::DeclareEmergency { reason }/>
                    })}
                    {(shown.open && !shown.back).then(|| view! {
                        <WithReason handle="rollback-decide" summary="Roll back …" hint="Opens the rollback's lines. The decision stands in the log with your name." question="Why does it go back?" word="Roll back" intent=|reason| Intent::Decide { gate: None, way: Way::RollBack, by: None, reason: Some(reason) }/>
                    })}
                    <WithReason handle="void" summary="Void this record …" hint="It stays listed with its number, and never counts. This cannot be taken back." question="Why does it not count?" word="Void" intent=|reason| Intent::Void { reason }/>
                }.into_any(),
            }}
        </div>
    }
}

/// Something for the whole record that needs a reason: going the fast path, going back, declaring that it does not count.
#[component]
fn WithReason(
    handle: &'static str,
    summary: &'static str,
    hint: &'static str,
    question: &'static str,
    word: &'static str,
    intent: fn(String) -> Intent,
) -> impl IntoView {
    let app = app();
    let reason = RwSignal::new(String::new());
    let confirm = move |_| {
        let reason = reason.get_untracked();
        if !reason.trim().is_empty() {
            app.desk.act(app, None, intent(reason));
        }
    };
    view! {
        <details class="void">
            <summary data-t=handle>{summary}</summary>
            <p class="muted">{hint}</p>
            <input type="text" data-t=format!("{handle}-reason") aria-label=question placeholder=question prop:value=move || reason.get() on:input:target=move |event| reason.set(event.target().value())/>
            <button type="button" class="button small danger" data-t=format!("{handle}-confirm") disabled=move || reason.with(|reason| reason.trim().is_empty()) on:click=confirm>{word}</button>
        </details>
    }
}
