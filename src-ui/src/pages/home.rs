//! Home: what waits for somebody, what is open, what was finished lately; on first start, the way to a first signed report.

use crate::components::banner::reading;
use crate::components::facts::{count, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::components::progress::{bar, words};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{ChecklistSource, KeyPurpose, OverviewReply, RecordStatus, RecordSummary};
use leptos::prelude::*;

#[component]
pub(crate) fn Home() -> impl IntoView {
    let app = app();
    view! {
        <div class="page" data-t="home">
            {move || app.overview.with(|overview| overview.as_ref().map_or_else(|| reading().into_any(), |overview| shown(app, overview).into_any()))}
        </div>
    }
}

fn shown(app: App, overview: &OverviewReply) -> impl IntoView + use<> {
    let of = |status: RecordStatus| overview.records.iter().filter(move |record| record.status == status).cloned();
    let open: Vec<_> = of(RecordStatus::Open).collect();
    let to_sign: Vec<_> = overview
        .records
        .iter()
        .filter(|record| record.status != RecordStatus::Voided && !record.unsigned_roles.is_empty())
        .cloned()
        .collect();
    let finished: Vec<_> = of(RecordStatus::Closed).chain(of(RecordStatus::Reported)).take(6).collect();
    let first = overview.records.iter().all(|record| record.status != RecordStatus::Reported);
    let waiting: u32 = open.iter().map(|record| record.waiting_probes).sum();
    view! {
        <header class="page-head">
            <div>
                <h1>{greeting(overview)}</h1>
                <p class="muted">{situation(&open, &to_sign, waiting)}</p>
            </div>
            <div class="actions">
                <button type="button" class="button" on:click=move |_| app.go(Route::Verify)>{icon(Icon::Shield)} "Verify a report"</button>
                <button type="button" class="button primary" data-t="home-start" on:click=move |_| app.go(Route::Checklists)>{icon(Icon::Plus)} "Start a record"</button>
            </div>
        </header>
        {group(app, "Open", open)}
        {first.then(|| first_steps(app, overview))}
        {group(app, "Waits for signatures", to_sign.into_iter().filter(|record| record.status != RecordStatus::Open).collect())}
        {group(app, "Finished lately", finished.into_iter().filter(|record| record.unsigned_roles.is_empty()).collect())}
    }
}

fn greeting(overview: &OverviewReply) -> String {
    match &overview.person {
        Some(person) => format!("Welcome, {}", person.0.split_whitespace().next().unwrap_or(&person.0)),
        None => "Welcome to Countersign".to_owned(),
    }
}

fn situation(open: &[RecordSummary], to_sign: &[RecordSummary], waiting: u32) -> String {
    let mut parts = Vec::new();
    if !open.is_empty() {
        parts.push(count(open.len(), "record is open", "records are open"));
    }
    if !to_sign.is_empty() {
        parts.push(count(to_sign.len(), "waits for signatures", "wait for signatures"));
    }
    if waiting > 0 {
        parts.push(count(waiting as usize, "probe waits for the network", "probes wait for the network"));
    }
    if parts.is_empty() { "Nothing waits for you.".to_owned() } else { format!("{}.", parts.join(", ")) }
}

/// What leads to a first signed report, with what of it is done.
fn first_steps(app: App, overview: &OverviewReply) -> impl IntoView + use<> {
    let has = |purpose: KeyPurpose| overview.keys.iter().any(|key| key.purpose == purpose);
    let (named, keyed) = (overview.person.is_some(), has(KeyPurpose::Root) && has(KeyPurpose::Person));
    let started = !overview.records.is_empty();
    let closed = overview.records.iter().any(|record| record.status == RecordStatus::Closed);
    let shipped = overview.checklists.iter().find(|of| matches!(of.source, ChecklistSource::Shipped { .. }));
    let rehearse = shipped.map_or(Route::Checklists, |of| Route::Start(of.source.clone()));
    let record = overview.records.first().map(|record| record.id.clone());
    let to_record = record.clone().map_or(Route::Checklists, Route::Record);
    let to_report = record.map_or(Route::Checklists, Route::Report);
    let step = |done: bool,
                title: &'static str,
                words: &'static str,
                button: &'static str,
                handle: &'static str,
                go: Route| {
        view! {
            <li class:finished=done>
                {mark(if done { Mark::Done } else { Mark::Open }, Form::Round)}
                <div>
                    <strong>{title}</strong>
                    <p class="muted">{words}</p>
                </div>
                <button type="button" class="button small" data-t=handle on:click=move |_| app.go(go.clone())>{button}</button>
            </li>
        }
    };
    view! {
        <section class="card steps" data-t="first-steps" aria-label="The way to a first signed report">
            <h2>"The way to a first signed report"</h2>
            <ol>
                {step(named, "Say who you are", "Every answer carries the name of who gave it.", "Settings", "step-name", Route::Settings)}
                {step(keyed, "Make keys", "One for your organisation, one for each person who signs. Or import a PKCS#12 file.", "People", "step-keys", Route::People)}
                {step(started, "Start a rehearsal", "Take a shipped checklist and try it. A rehearsal never passes as the real thing.", "Start", "step-start", rehearse)}
                {step(closed, "Work through it and close it", "Space is done, J and K move, ? shows all keys.", "Record", "step-work", to_record)}
                {step(false, "Make the report and sign it", "One PDF that any reader can check, without us.", "Report", "step-report", to_report)}
            </ol>
        </section>
    }
}

fn group(app: App, title: &'static str, records: Vec<RecordSummary>) -> Option<impl IntoView> {
    (!records.is_empty()).then(|| {
        view! {
            <section class="group">
                <h2>{title}</h2>
                <div class="cards">{records.into_iter().map(|record| card(app, record)).collect_view()}</div>
            </section>
        }
    })
}

fn card(app: App, record: RecordSummary) -> impl IntoView {
    let headline = record.header.headline();
    let headline = if headline.is_empty() { record.title.clone() } else { headline };
    let to_report = matches!(record.status, RecordStatus::Closed | RecordStatus::Reported);
    let id = record.id.clone();
    let go = move |_| app.go(if to_report { Route::Report(id.clone()) } else { Route::Record(id.clone()) });
    let failed = record.progress.failed;
    let mut roles: Vec<String> = Vec::new();
    for role in record.unsigned_roles {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    let unsigned = roles.join(", ");
    view! {
        <button type="button" class="card record-card" data-t="record-card" data-number=record.number on:click=go>
            <span class="card-head">
                <span class="number">{format!("#{}", record.number)}</span>
                <strong>{headline}</strong>
                {record.rehearsal.then(|| tag("rehearsal", "Rehearsal"))}
            </span>
            <span class="muted">{record.title.clone()}</span>
            {bar(record.progress)}
            <span class="card-foot">
                <span>{words(&record.progress)}</span>
                {(record.deviations > 0).then(|| view! { <span class="warn">{count(record.deviations as usize, "deviation", "deviations")}</span> })}
                {(record.waiting_probes > 0).then(|| view! { <span class="warn">{count(record.waiting_probes as usize, "probe waits", "probes wait")}</span> })}
                <span class="spacer"></span>
                <span class="muted">{time(record.last_at)}</span>
            </span>
            {(!unsigned.is_empty()).then(|| view! { <span class="muted unsigned">{format!("To sign: {unsigned}")}</span> })}
            {(failed > 0).then(|| view! { <span class="offscreen">{format!("{failed} failed")}</span> })}
        </button>
    }
}
