//! The report of a record: end the work, make it, see who has signed and who is missing, sign it, write it to a file.

use super::record::{papers, size_words};
use super::sign_off::{Made, signed};
use crate::components::banner::{fault, fault_now, reading, success};
use crate::components::facts::{self, count, fact, hash, tag};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form as MarkForm, Mark, mark};
use crate::components::papers::Job;
use crate::components::path::{PathField, Purpose};
use crate::components::progress;
use crate::ipc::{self, FileKind};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::api::{
    ApiError, Command, ExportReport, KeyPurpose, KeySummary, MadeReport, MakeReport, ReportField, ReportState,
    ReportStatus, Secret, SignReport, StampReport, TakeReport,
};
use countersign_core::id::RecordId;
use countersign_core::record::{Closing, Intent, Outcome, Progress};
use countersign_core::report::Paper;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the page shows of the record.
#[derive(Clone, PartialEq)]
struct Shown {
    record: RecordId,
    title: String,
    rehearsal: bool,
    closed: Option<Closing>,
    voided: bool,
    progress: Progress,
    deviations: usize,
    sign_offs: Vec<Made>,
}

#[derive(Clone, Copy)]
struct Page {
    app: App,
    state: RwSignal<Option<ReportState>>,
    refused: RwSignal<Option<ApiError>>,
    busy: RwSignal<Option<&'static str>>,
    exported: RwSignal<Option<String>>,
}

impl Page {
    /// Runs a command that ends in a new state of the report.
    fn run<C: Command<Reply = ReportState> + 'static>(
        self,
        doing: &'static str,
        command: C,
        then: impl FnOnce() + 'static,
    ) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.busy.set(Some(doing));
        self.refused.set(None);
        spawn_local(async move {
            match ipc::call(command).await {
                Ok(state) => {
                    // The same state set again would draw the fields anew, and lose a passphrase that is being typed.
                    let news = self.state.try_with_untracked(|old| old.as_ref() != Some(&state)).unwrap_or(false);
                    if news {
                        self.state.try_set(Some(state));
                    }
                    then();
                    self.app.refresh();
                    self.app.desk.changed_elsewhere(self.app, None);
                }
                Err(error) => drop(self.refused.try_set(Some(error))),
            }
            self.busy.try_set(None);
        });
    }
}

#[component]
pub(crate) fn Report() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let shown = Memo::new(move |_| {
        desk.view.with(|view| {
            let view = view.as_ref()?;
            Some(Shown {
                record: view.id.clone(),
                title: format!("#{} {}", view.number, view.header.headline()),
                rehearsal: view.rehearsal,
                closed: view.closed.clone(),
                voided: view.voided.is_some(),
                progress: countersign_core::record::progress(view),
                deviations: desk.found.with(|found| found.deviations.len()),
                sign_offs: super::sign_off::standing(view),
            })
        })
    });
    let page = Page {
        app,
        state: RwSignal::new(None),
        refused: RwSignal::new(None),
        busy: RwSignal::new(None),
        exported: RwSignal::new(None),
    };
    let head = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(|view| (view.id.clone(), view.head))));
    Effect::new(move || {
        if let Some((record, _)) = head.get() {
            page.run("Reading", ReportStatus { record }, || ());
        }
    });
    move || match (shown.get(), desk.fault.get()) {
        (_, Some(error)) => view! { <div class="page">{fault_now(&error)}</div> }.into_any(),
        (None, None) => view! { <div class="page">{reading()}</div> }.into_any(),
        (Some(shown), None) => report(page, shown).into_any(),
    }
}

fn report(page: Page, shown: Shown) -> impl IntoView {
    let app = page.app;
    let (to_record, to_sign) = (shown.record.clone(), shown.record.clone());
    let record = shown.record.clone();
    let closed = shown.closed.is_some() && !shown.voided;
    let sign_offs = shown.sign_offs.clone();
    let none = sign_offs.is_empty();
    view! {
        <div class="page" data-t="report">
            <header class="page-head">
                <div>
                    <h1>"Report"</h1>
                    <p class="muted">{shown.title.clone()}" "{shown.rehearsal.then(|| tag("rehearsal", "Rehearsal"))}</p>
                </div>
                <div class="actions">
                    <button type="button" class="button" data-t="report-sign-off" on:click=move |_| app.go(Route::SignOff(to_sign.clone(), None))>{icon(Icon::Pen)} "Sign off"</button>
                    <button type="button" class="button" data-t="back-to-record" on:click=move |_| app.go(Route::Record(to_record.clone()))>{icon(Icon::Back)} "The record"</button>
                </div>
            </header>
            <div class="two">
                <div>
                    <section class="card" aria-label="The work">
                        <h2>"The work"</h2>
                        {progress::bar(shown.progress)}
                        <p>{progress::words(&shown.progress)}{(shown.deviations > 0).then(|| format!(", {}", count(shown.deviations, "deviation", "deviations")))}</p>
                        {match shown.closed.clone() {
                            Some(closing) => view! { <Ended closing/> }.into_any(),
                            None if shown.voided => view! { <p>{tag("bad", "voided")}</p> }.into_any(),
                            None => view! { <Close open=shown.progress.open/> }.into_any(),
                        }}
                    </section>
                    <section class="card" aria-label="Sign-offs in the record">
                        <h2>"Sign-offs in the record"</h2>
                        {none.then(|| view! { <p class="muted">"Nobody has signed off yet. Sign-offs come before the report: who signed off signs the report as well."</p> })}
                        <ul class="signed-list">{sign_offs.into_iter().map(signed).collect_view()}</ul>
                    </section>
                </div>
                <section class="card" aria-label="The report">
                    <h2>"The report"</h2>
                    {move || page.state.get().map_or_else(|| reading().into_any(), |state| made(page, record.clone(), closed, state).into_any())}
                    {move || page.busy.get().filter(|doing| *doing != "Reading").map(|doing| view! { <p class="reading muted" role="status">{doing}" …"</p> })}
                    {fault(move || page.refused.get())}
                    {move || page.exported.get().map(|path| exported(app, path))}
                </section>
            </div>
        </div>
    }
}

fn exported(app: App, path: String) -> impl IntoView {
    let words = format!("Written to {path}");
    let open = move |_| {
        let path = path.clone();
        spawn_local(async move {
            if let Err(error) = ipc::open_path(&path).await {
                app.fault.set(Some(error));
            }
        });
    };
    view! {
        {success(words)}
        <button type="button" class="button" data-t="report-view" on:click=open>{icon(Icon::Document)} "Open it"</button>
    }
}

/// How the work ended, and the way to go on with it.
#[component]
fn Ended(closing: Closing) -> impl IntoView {
    let app = app();
    let reason = RwSignal::new(String::new());
    let reopen = move |_| app.desk.act(app, None, Intent::Reopen { reason: reason.get_untracked() });
    view! {
        <p>
            {tag("plain", closing.outcome.words())}
            " by "
            {closing.by.0}
            " "
            {facts::time(closing.at)}
        </p>
        {closing.summary.map(|summary| view! { <p>{summary}</p> })}
        <details>
            <summary>"Go on with the record …"</summary>
            <div class="with-button">
                <input type="text" data-t="reopen-reason" aria-label="Why?" placeholder="Why? It stays in the log." prop:value=move || reason.get() on:input:target=move |event| reason.set(event.target().value())/>
                <button type="button" class="button small" data-t="reopen" disabled=move || reason.with(|reason| reason.trim().is_empty()) on:click=reopen>"Open again"</button>
            </div>
        </details>
        {refused_of_record(app)}
    }
}

fn refused_of_record(app: App) -> impl IntoView {
    fault(move || app.desk.refused.with(|refused| refused.get(&None).cloned()))
}

/// Ending the work.
#[component]
fn Close(open: u32) -> impl IntoView {
    let app = app();
    let outcome = RwSignal::new(Outcome::Completed);
    let summary = RwSignal::new(String::new());
    let close = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let summary = Some(summary.get_untracked()).filter(|summary| !summary.trim().is_empty());
        app.desk.act(app, None, Intent::Close { outcome: outcome.get_untracked(), summary });
    };
    let options = [Outcome::Completed, Outcome::RolledBack, Outcome::Aborted].map(|of| {
        view! {
            <button type="button" role="radio" class="option" data-t="outcome" data-outcome=format!("{of:?}") class:picked=move || outcome.get() == of aria-checked=move || (outcome.get() == of).to_string() on:click=move |_| outcome.set(of)>
                {of.words()}
            </button>
        }
    });
    view! {
        <form class="form" on:submit=close>
            <h3>"End the work"</h3>
            {(open > 0).then(|| view! { <p class="warn">{count(open as usize, "item is still open and will be listed as a deviation.", "items are still open and will be listed as deviations.")}</p> })}
            <div class="choice" role="radiogroup" aria-label="How it ended">{options}</div>
            <label class="field wide">
                <span class="label">"In words, if there is something to say"</span>
                <input type="text" data-t="summary" prop:value=move || summary.get() on:input:target=move |event| summary.set(event.target().value())/>
            </label>
            {refused_of_record(app)}
            <footer><button type="submit" class="button primary" data-t="close-confirm">"Close the record"</button></footer>
        </form>
    }
}

fn made(page: Page, record: RecordId, closed: bool, state: ReportState) -> impl IntoView {
    let app = page.app;
    let of_make = record.clone();
    let (leave_out, letter) = (RwSignal::new(false), RwSignal::new(false));
    let make = move |_| match app.person() {
        Some(person) => page.run(
            "Making the report",
            MakeReport {
                record: of_make.clone(),
                person,
                leave_out_contacts: leave_out.get_untracked(),
                paper: if letter.get_untracked() { Paper::Letter } else { Paper::A4 },
            },
            || (),
        ),
        None => app.dialog.set(Some(crate::components::dialogs::Dialog::Name)),
    };
    let first = state.made.is_none();
    let outdated = state.outdated;
    view! {
        {match state.made {
            None if closed => view! { <p class="muted">"No report yet. It becomes one PDF: outcome and deviations first, everything with who and when, and the record itself inside."</p> }.into_any(),
            None => view! { <p class="muted">"Close the record first; then its report can be made."</p> }.into_any(),
            Some(made) => view! { <Made page record=record.clone() made outdated time=state.time no_glyph=state.missing.join(" ")/> }.into_any(),
        }}
        {(closed && (first || outdated)).then(|| view! {
            <label class="leave-out">
                <input type="checkbox" data-t="leave-out" on:change:target=move |event| leave_out.set(event.target().checked())/>
                " Leave out how to reach people; the hashes stay"
            </label>
            <label class="leave-out">
                <input type="checkbox" data-t="report-letter" on:change:target=move |event| letter.set(event.target().checked())/>
                " US Letter, not A4"
            </label>
            <button type="button" class="button primary" data-t="report-make" disabled=move || page.busy.get().is_some() on:click=make>
                {icon(Icon::Document)}
                {if first { "Make the report" } else { "Make it anew" }}
            </button>
        })}
    }
}

#[component]
fn Made(
    page: Page,
    record: RecordId,
    made: MadeReport,
    outdated: bool,
    time: String,
    no_glyph: String,
) -> impl IntoView {
    let missing = made.fields.iter().filter(|field| !field.signed).count();
    let of_fields = record.clone();
    let of_stamp = record.clone();
    let stamp = move |_| {
        page.run("Asking for a time stamp", StampReport { record: of_stamp.clone(), long_term: true }, || ());
    };
    let fields: Vec<_> = made.fields.into_iter().map(|field| field_row(page, of_fields.clone(), field)).collect();
    view! {
        {outdated.then(|| view! { <p>{tag("warn", "outdated")}" The record has changed since this report was made."</p> })}
        <dl class="facts">
            {fact("Made", facts::time(made.at))}
            {fact("File", view! { {format!("{}, {} ", count(made.pages as usize, "page", "pages"), size_words(made.size))}{hash(made.sha256)} })}
        </dl>
        <h3>{if missing == 0 { "All have signed".to_owned() } else { count(missing, "signature is missing", "signatures are missing") }}</h3>
        <ul class="report-fields">{fields}</ul>
        {(!no_glyph.is_empty()).then(|| view! { <p>{tag("warn", "no glyph")}" "{no_glyph}</p> })}
        <p class="muted" data-t="report-time">{time}</p>
        <button type="button" class="button small" data-t="report-stamp" disabled=move || page.busy.get().is_some() on:click=stamp>"Add a time stamp"</button>
        <Export page record/>
    }
}

fn key_for(app: App, field: &ReportField) -> Option<KeySummary> {
    app.overview.with_untracked(|overview| {
        let keys = &overview.as_ref()?.keys;
        keys.iter().find(|key| key.purpose == KeyPurpose::Person && Some(key.fingerprint) == field.certificate).cloned()
    })
}

fn field_row(page: Page, record: RecordId, field: ReportField) -> impl IntoView {
    let key = key_for(page.app, &field).filter(|_| !field.signed);
    let elsewhere = key.is_none() && !field.signed;
    let role = if field.role.is_empty() { String::new() } else { format!(", {}", field.role) };
    view! {
        <li data-t="report-field" data-field=field.field.clone() data-signed=field.signed.to_string()>
            <p>
                {mark(if field.signed { Mark::Done } else { Mark::Open }, MarkForm::Round)}
                <strong>{field.person.clone()}</strong>
                {role}
                " "
                <span class="muted">{if field.signed { "signed" } else { "not signed yet" }}</span>
            </p>
            {key.map(|key| view! { <SignField page record key/> })}
            {elsewhere.then(|| view! { <p class="muted">"This person's key is not on this computer."</p> })}
        </li>
    }
}

#[component]
fn SignField(page: Page, record: RecordId, key: KeySummary) -> impl IntoView {
    let passphrase = RwSignal::new(String::new());
    let (id, name) = (key.id, key.name.clone());
    let sign = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let secret = Secret(passphrase.get_untracked());
        passphrase.set(String::new());
        let words = format!("{name} signed the report.");
        page.run("Signing", SignReport { record: record.clone(), key: id.clone(), passphrase: secret }, move || {
            page.app.spoken.set(words)
        });
    };
    view! {
        <form class="with-button" on:submit=sign>
            <input
                type="password"
                data-t="report-passphrase"
                data-name=key.name.clone()
                aria-label=format!("Passphrase of {}", key.name)
                placeholder=format!("Passphrase of {}", key.name)
                autocomplete="off"
                prop:value=move || passphrase.get()
                on:input:target=move |event| passphrase.set(event.target().value())
            />
            <button type="submit" class="button primary small" data-t="report-sign" disabled=move || passphrase.with(String::is_empty) || page.busy.get().is_some()>
                {icon(Icon::Pen)}
                "Sign"
            </button>
        </form>
    }
}

#[component]
fn Export(page: Page, record: RecordId) -> impl IntoView {
    let of_take = record.clone();
    let path = RwSignal::new(String::new());
    let export = move || {
        let path = path.get_untracked().trim().to_owned();
        if path.is_empty() {
            return;
        }
        page.refused.set(None);
        let record = record.clone();
        spawn_local(async move {
            match ipc::call(ExportReport { record, path }).await {
                Ok(path) => drop(page.exported.try_set(Some(path))),
                Err(error) => drop(page.refused.try_set(Some(error))),
            }
        });
    };
    let by_click = export.clone();
    let take = move || {
        let path = path.get_untracked().trim().to_owned();
        page.run("Taking", TakeReport { record: of_take.clone(), path }, || ());
    };
    view! {
        <h3>"Write it to a file"</h3>
        <PathField path label="Path" handle="report-export-path" kind=FileKind::Report purpose=Purpose::Write("report.pdf") submit=Callback::new(move |()| export())/>
        <button type="button" class="button" data-t="report-export" disabled=move || path.with(|path| path.trim().is_empty()) on:click=move |_| by_click()>"Export"</button>
        <button type="button" class="button" data-t="report-take" disabled=move || path.with(|path| path.trim().is_empty()) on:click=move |_| take()>"Take a signed copy from there"</button>
        <p class="muted">"Whoever has the key on another computer opens the exported file there, signs it, and brings it back: one after the other."</p>
        {papers(page.app, "Write as Markdown …", "report-markdown", Job::Markdown)}
        {papers(page.app, "Write a signed statement …", "report-attest", Job::Attest)}
    }
}
