//! Sign-off: what exactly is signed, what deviates, what changed since one last signed; then key, role, meaning, decision and
//! the passphrase, which is kept nowhere.

use super::record::{deviation_words, papers};
use crate::browser;
use crate::components::banner::{fault, fault_now, reading, success, working};
use crate::components::facts::{common_name, fact, hash, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::papers::Job;
use crate::components::path::{PathField, Purpose};
use crate::components::progress;
use crate::ipc::{self, FileKind};
use crate::outline::{asked_meaning, asked_roles, roles_to_sign};
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::access;
use countersign_core::api::{
    AnswerByFile, ApiError, Code, KeyPurpose, KeySummary, PrepareSignOff, Prepared, Secret, SignOffRecord,
};
use countersign_core::id::{ItemId, KeyId};
use countersign_core::record::{Change, Decision, Freshness, Meaning, SignedOff, View, freshness};
use countersign_core::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How the person decided; the text comes beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Choice {
    Approve,
    Exceptions,
    Return,
    Dissent,
}

/// What is being filled in. The signals live at this page; nothing of it outlives the page.
#[derive(Clone, Copy)]
struct Form {
    key: RwSignal<Option<KeyId>>,
    role: RwSignal<String>,
    meaning: RwSignal<Meaning>,
    choice: RwSignal<Choice>,
    text: RwSignal<String>,
    /// The day until which an exception is granted, if it has an end.
    until: RwSignal<String>,
    /// The items that are excepted.
    excepted: RwSignal<Vec<ItemId>>,
    /// Since when the state that is to be signed has been on the screen.
    since: RwSignal<Timestamp>,
    passphrase: RwSignal<String>,
    /// Where the answer goes, if the record belongs to another computer.
    answer: RwSignal<String>,
    busy: RwSignal<bool>,
    refused: RwSignal<Option<ApiError>>,
    done: RwSignal<Option<String>>,
    /// Rung when what would be signed is to be asked for anew.
    again: Trigger,
}

impl Form {
    fn decision(self) -> Option<Decision> {
        let text = self.text.get().trim().to_owned();
        match self.choice.get() {
            Choice::Approve => Some(Decision::Approve),
            _ if text.is_empty() => None,
            Choice::Exceptions => {
                // The end of the day that was chosen.
                let until = format!("{}T23:59:59Z", self.until.get()).parse().ok();
                Some(Decision::ApproveWithExceptions { exceptions: text, items: self.excepted.get(), until })
            }
            Choice::Return => Some(Decision::Return { reason: text }),
            Choice::Dissent => Some(Decision::Dissent { reason: text }),
        }
    }
}

#[component]
pub(crate) fn SignOff(asked: Option<String>) -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let opened = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(|view| view.id.clone())));
    move || match (opened.get(), desk.fault.get()) {
        (_, Some(error)) => view! { <div class="page">{fault_now(&error)}</div> }.into_any(),
        (None, None) => view! { <div class="page">{reading()}</div> }.into_any(),
        (Some(_), None) => view! { <Opened asked=asked.clone()/> }.into_any(),
    }
}

pub(crate) fn person_keys(app: App) -> Vec<KeySummary> {
    let keys = app.overview.with(|overview| overview.as_ref().map(|overview| overview.keys.clone()));
    keys.unwrap_or_default()
        .into_iter()
        .filter(|key| key.purpose == KeyPurpose::Person && key.revoked.is_none())
        .collect()
}

#[component]
fn Opened(asked: Option<String>) -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let role = asked.or_else(|| desk.view.with_untracked(|view| roles_to_sign(view.as_ref()?).into_iter().next()));
    let role = role.unwrap_or_default();
    let meaning = desk.view.with_untracked(|view| asked_meaning(view.as_ref()?, &role)).unwrap_or(Meaning::Approved);
    // First with key and passphrase; later in the same sitting with the passphrase (21 CFR 11.200(a)(1)).
    let sitting = app.sitting.get_untracked().filter(|(_, at)| access::sitting_goes_on(*at, browser::now()));
    let form = Form {
        key: RwSignal::new(sitting.map(|(key, _)| key)),
        role: RwSignal::new(role),
        meaning: RwSignal::new(meaning),
        choice: RwSignal::new(Choice::Approve),
        text: RwSignal::new(String::new()),
        until: RwSignal::new(String::new()),
        excepted: RwSignal::new(Vec::new()),
        since: RwSignal::new(browser::now()),
        passphrase: RwSignal::new(String::new()),
        answer: RwSignal::new(String::new()),
        busy: RwSignal::new(false),
        refused: RwSignal::new(None),
        done: RwSignal::new(None),
        again: Trigger::new(),
    };
    let prepared = prepare(app, form);
    let guest = desk.record().is_some_and(|record| desk.is_guest(&record));
    let title = desk
        .view
        .with_untracked(|view| view.as_ref().map(|view| format!("#{} {}", view.number, view.header.headline())));
    let back = move |_| {
        if let Some(record) = desk.record() {
            app.go(Route::Record(record));
        }
    };
    view! {
        <div class="page" data-t="sign-off">
            <header class="page-head">
                <div>
                    <h1>"Sign off"</h1>
                    <p class="muted">{title}</p>
                </div>
                <div class="actions">
                    {(!guest).then(|| view! {
                        {papers(app, "Ask by file …", "ask-by-file", Job::Ask)}
                        {papers(app, "Take an answer …", "take-answer", Job::Take)}
                    })}
                    <button type="button" class="button" data-t="back-to-record" on:click=back>{icon(Icon::Back)} "The record"</button>
                </div>
            </header>
            {move || form.done.get().map(success)}
            <div class="two">
                <div>
                    <Statement prepared/>
                    <Given/>
                </div>
                <SignForm form prepared/>
            </div>
        </div>
    }
}

/// What would be signed; none inside while there is nothing to ask for, none outside while it is asked.
type Shown = RwSignal<Option<Option<Result<Prepared, ApiError>>>>;

/// Asks the engine what would be signed, anew whenever the choices or the record change.
fn prepare(app: App, form: Form) -> Shown {
    let head = Memo::new(move |_| app.desk.view.with(|view| view.as_ref().map(|view| (view.id.clone(), view.head))));
    let wanted = Memo::new(move |_| {
        let (record, _) = head.get()?;
        let role = form.role.get().trim().to_owned();
        let decision = form.decision()?;
        let key = form.key.get().filter(|_| !role.is_empty())?;
        Some((record, key, role, form.meaning.get(), decision))
    });
    let shown = RwSignal::new(Some(None));
    let turn = StoredValue::new(0_u32);
    Effect::new(move || {
        head.track();
        form.since.set(browser::now());
    });
    Effect::new(move || {
        // A new head asks anew, even where the choices are the same.
        head.track();
        form.again.track();
        turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let mine = turn.get_value();
        let Some((record, key, role, meaning, decision)) = wanted.get() else { return shown.set(Some(None)) };
        shown.set(None);
        spawn_local(async move {
            let reply = ipc::call(PrepareSignOff { record, key, role, meaning, decision }).await;
            // The choices may have changed meanwhile.
            if turn.try_get_value() == Some(mine) {
                shown.set(Some(Some(reply)));
            }
        });
    });
    shown
}

/// What would be signed.
#[component]
fn Statement(prepared: Shown) -> impl IntoView {
    view! {
        <section class="card statement" data-t="statement" aria-label="What you sign">
            <h2>"What you sign"</h2>
            {move || match prepared.get() {
                None => reading().into_any(),
                Some(None) => view! { <p class="muted">"Choose a key and a role; then it stands here, exactly as it will be signed."</p> }.into_any(),
                Some(Some(Err(error))) => fault_now(&error).into_any(),
                Some(Some(Ok(prepared))) => statement(prepared).into_any(),
            }}
        </section>
    }
}

fn statement(prepared: Prepared) -> impl IntoView {
    let Prepared { statement, deviations, progress, warnings } = prepared;
    let decision = app().desk.view.with_untracked(|view| view.as_ref().map(|view| view.decision_words(&statement)));
    let number = deviations.len();
    let deviations: Vec<_> = deviations
        .into_iter()
        .map(|deviation| view! { <li class="deviation">{deviation_words(deviation)}</li> })
        .collect();
    view! {
        <p class="oath">
            {statement.person.0.clone()}
            ", as "
            <strong>{statement.role.clone()}</strong>
            ": "
            <strong>{decision}</strong>
        </p>
        {against(&warnings)}
        <dl class="facts">
            {fact("Record", format!("#{} {}", statement.number, statement.release))}
            {fact("Commit or digest", if statement.artifact.is_empty() { "not stated".to_owned() } else { statement.artifact.clone() })}
            {fact("Work", view! { {progress::words(&progress)}{progress::bar(progress)} })}
            {fact("State of all items", hash(statement.state))}
            {fact("Newest event", hash(statement.head))}
            {fact("Checklist", hash(statement.template))}
            {fact("Your certificate", hash(statement.certificate))}
        </dl>
        <h3>{if number == 0 { "Nothing deviates".to_owned() } else { format!("Deviations: {number}") }}</h3>
        <ul class="deviations">{deviations}</ul>
    }
}

/// The sign-offs so far, with what has changed since each.
#[component]
fn Given() -> impl IntoView {
    let desk = app().desk;
    let given = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(standing)).unwrap_or_default());
    move || {
        let given = given.get();
        (!given.is_empty()).then(|| {
            let rows = given.into_iter().map(signed).collect_view();
            view! {
                <section class="card" aria-label="Sign-offs so far">
                    <h2>"Sign-offs so far"</h2>
                    <ul class="signed-list">{rows}</ul>
                </section>
            }
        })
    }
}

/// A sign-off that counts, with how it stands to what is there now.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Made {
    statement: countersign_core::record::Statement,
    /// What is excepted, or why it was refused.
    said: String,
    /// What the roster has against the signer.
    warnings: Vec<String>,
    at: Timestamp,
    changes: Vec<Change>,
    freshness: Freshness,
}

/// The sign-offs that count.
pub(crate) fn standing(view: &View) -> Vec<Made> {
    let made = |signed: &SignedOff| Made {
        statement: signed.sign_off.statement.clone(),
        said: view.exceptions(&signed.sign_off.statement),
        warnings: signed.warnings().to_vec(),
        at: signed.at,
        changes: signed.changes.clone(),
        freshness: freshness(view, signed),
    };
    view.standing_sign_offs().into_iter().map(made).collect()
}

/// A sign-off that was made.
pub(crate) fn signed(made: Made) -> impl IntoView {
    let Made { statement, said, warnings, at, changes, freshness } = made;
    let stale = matches!(freshness, Freshness::Stale(_));
    let intended = matches!(freshness, Freshness::AsIntended(_)).then(|| freshness.words(statement.meaning));
    let (class, between) = match &statement.decision {
        Decision::Approve => ("good", ""),
        Decision::ApproveWithExceptions { .. } => ("warn", " except "),
        Decision::Return { .. } | Decision::Dissent { .. } => ("bad", " "),
    };
    let verb = statement.decision.verb(statement.meaning);
    let changes: Vec<_> = changes.into_iter().map(change).collect();
    view! {
        <li data-t="signed" data-role=statement.role.clone() data-stale=stale.to_string()>
            <p>
                <strong>{statement.person.0}</strong>
                {format!(", {}: ", statement.role)}
                {tag(class, verb)}
                {between}
                {said}
                " "
                <span class="muted">{time(at)}</span>
            </p>
            {against(&warnings)}
            {intended.map(|words| view! { <p class="muted" data-t="as-intended">{words}</p> })}
            {stale.then(|| view! {
                <p>{tag("warn", "stale")}" The record has changed since:"</p>
                <ul class="changes">{changes}</ul>
            })}
        </li>
    }
}

/// What speaks against a signer.
fn against(warnings: &[String]) -> impl IntoView + use<> {
    let all = warnings.join(" ");
    (!all.is_empty()).then(|| view! { <p data-t="roster-warning">{tag("bad", "roster")}" "{all}</p> })
}

fn change(change: Change) -> impl IntoView {
    view! { <li>{change.label}": "<s>{change.then}</s>" → "<strong>{change.now}</strong></li> }
}

#[component]
fn SignForm(form: Form, prepared: Shown) -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let suggestions = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(asked_roles)).unwrap_or_default());
    let guest = desk.record().is_some_and(|record| desk.is_guest(&record));
    let choose_role = move |role: String| {
        if let Some(meaning) = desk.view.with_untracked(|view| asked_meaning(view.as_ref()?, &role)) {
            form.meaning.set(meaning);
        }
        form.role.set(role);
    };
    let ready = move || {
        let shown = prepared.with(|prepared| matches!(prepared, Some(Some(Ok(_)))));
        let where_to = !guest || form.answer.with(|path| !path.trim().is_empty());
        shown && where_to && !form.busy.get() && form.passphrase.with(|passphrase| !passphrase.is_empty())
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let shown = prepared.with_untracked(|prepared| match prepared {
            Some(Some(Ok(prepared))) => Some(prepared.statement.clone()),
            _ => None,
        });
        if let (Some(statement), Some(key), false) = (shown, form.key.get_untracked(), form.busy.get_untracked()) {
            sign(app, form, key, statement);
        }
    };
    view! {
        <form class="card form sign-form" on:submit=submit>
            <h2>"Sign"</h2>
            <KeyChoice form/>
            <div class="field wide">
                <label class="field wide">
                    <span class="label">"Role"</span>
                    <input type="text" data-t="sign-role" autocomplete="off" prop:value=move || form.role.get() on:input:target=move |event| choose_role(event.target().value())/>
                </label>
                <div class="suggestions">
                    {move || suggestions.get().into_iter().map(|(role, signed)| {
                        let (shown, set, name) = (role.clone(), role.clone(), role.clone());
                        view! {
                            <button type="button" class="option" class:picked=move || form.role.with(|now| *now == role) data-t="role-suggestion" data-role=name on:click=move |_| choose_role(set.clone())>
                                {shown.clone()}
                                {signed.then(|| view! { <span class="muted">" (signed)"</span> })}
                            </button>
                        }
                    }).collect_view()}
                </div>
            </div>
            <label class="field wide">
                <span class="label">"Meaning"</span>
                <select
                    data-t="sign-meaning"
                    on:change:target=move |event| {
                        if let Some(meaning) = Meaning::from_words(&event.target().value()) {
                            form.meaning.set(meaning);
                        }
                    }
                >
                    {Meaning::ALL.map(|meaning| view! { <option value=meaning.words() prop:selected=move || form.meaning.get() == meaning>{meaning.words()}</option> })}
                </select>
            </label>
            <DecisionChoice form/>
            <label class="field wide">
                <span class="label">"Passphrase of the key"</span>
                <input type="password" data-t="passphrase" autocomplete="off" prop:value=move || form.passphrase.get() on:input:target=move |event| form.passphrase.set(event.target().value())/>
                <span class="muted hint">"Asked each time, and kept nowhere. Who uses the app stays as it is."</span>
            </label>
            {move || form.busy.get().then(working)}
            {fault(move || form.refused.get())}
            {guest.then(|| view! {
                <PathField path=form.answer label="Save the answer as" handle="answer-path" kind=FileKind::Evidence purpose=Purpose::Write("signed.json") submit=Callback::new(|()| ())/>
            })}
            <footer>
                <button type="submit" class="button primary" data-t="sign-confirm" disabled=move || !ready()>
                    {icon(Icon::Pen)}
                    {move || match form.choice.get() {
                        Choice::Return => "Sign and return",
                        _ => "Sign",
                    }}
                </button>
            </footer>
        </form>
    }
}

#[component]
fn KeyChoice(form: Form) -> impl IntoView {
    let app = app();
    let keys = Memo::new(move |_| person_keys(app));
    view! {
        <fieldset class="field wide">
            <legend class="label">"Key"</legend>
            {move || {
                let keys = keys.get();
                if keys.is_empty() {
                    return view! {
                        <p class="muted">"No person has a key on this computer yet."</p>
                        <button type="button" class="button small" data-t="sign-make-key" on:click=move |_| app.go(Route::People)>"Make or import one"</button>
                    }.into_any();
                }
                keys.into_iter().map(|key| {
                    let (id, picked) = (key.id.clone(), key.id.clone());
                    view! {
                        <label class="key-choice" title=key.fingerprint.to_string()>
                            <input type="radio" name="sign-key" data-t="sign-key" data-name=key.name.clone() prop:checked=move || form.key.with(|now| now.as_ref() == Some(&picked)) on:change=move |_| form.key.set(Some(id.clone()))/>
                            <span>
                                <strong>{key.name}</strong>
                                <span class="muted">{format!(" {} · until {}", common_name(&key.issuer), browser::day(key.not_after))}</span>
                            </span>
                        </label>
                    }
                }).collect_view().into_any()
            }}
        </fieldset>
    }
}

#[component]
fn DecisionChoice(form: Form) -> impl IntoView {
    let option = |choice: Choice, handle: &'static str, words: &'static str| {
        view! {
            <button type="button" role="radio" class="option" data-t=handle class:picked=move || form.choice.get() == choice aria-checked=move || (form.choice.get() == choice).to_string() on:click=move |_| form.choice.set(choice)>
                {words}
            </button>
        }
    };
    view! {
        <fieldset class="field wide">
            <legend class="label">"Decision"</legend>
            <div class="choice" role="radiogroup" aria-label="Decision">
                {option(Choice::Approve, "decision-approve", "Approve")}
                {option(Choice::Exceptions, "decision-exceptions", "Approve with exceptions")}
                {option(Choice::Return, "decision-return", "Return")}
                {option(Choice::Dissent, "decision-dissent", "Dissent")}
            </div>
            {move || (form.choice.get() != Choice::Approve).then(|| {
                let label = match form.choice.get() {
                    Choice::Return => "Why it must go back",
                    Choice::Dissent => "What you object to; it goes on all the same",
                    _ => "What is excepted",
                };
                let excepts = form.choice.get() == Choice::Exceptions;
                view! {
                    <textarea rows="2" data-t="decision-text" aria-label=label placeholder=label prop:value=move || form.text.get() on:change:target=move |event| form.text.set(event.target().value())></textarea>
                    {excepts.then(|| view! { <Exceptions form/> })}
                }
            })}
        </fieldset>
    }
}

/// The items that are excepted, of those that deviate, and until when.
#[component]
fn Exceptions(form: Form) -> impl IntoView {
    let found = app().desk.found;
    let toggle = move |item: &ItemId| {
        form.excepted.update(|items| match items.iter().position(|known| known == item) {
            Some(at) => drop(items.remove(at)),
            None => items.push(item.clone()),
        });
    };
    view! {
        {move || found.get().deviations.into_iter().filter_map(|of| Some((of.item?, of.label))).map(|(item, label)| view! {
            <label><input type="checkbox" data-t="except-item" on:change=move |_| toggle(&item)/>" "{label}</label>
        }).collect_view()}
        <label class="field">
            <span class="label">"Until, if it has an end"</span>
            <input type="date" data-t="except-until" on:change:target=move |event| form.until.set(event.target().value())/>
        </label>
    }
}

fn sign(app: App, form: Form, key: KeyId, statement: countersign_core::record::Statement) {
    // Whoever signs a record of another computer writes nothing into a log here.
    let guest = app.desk.is_guest(&statement.record);
    let Some(person) = app.person().or_else(|| guest.then(|| statement.person.clone())) else {
        app.dialog.set(Some(crate::components::dialogs::Dialog::Name));
        return;
    };
    let words = format!("{} signed as {}: {}.", statement.person, statement.role, statement.meaning.words());
    let passphrase = Secret(form.passphrase.get_untracked());
    form.passphrase.set(String::new());
    form.busy.set(true);
    form.refused.set(None);
    form.done.set(None);
    let seconds = u32::try_from(browser::now().since(form.since.get_untracked()) / 1000).ok();
    spawn_local(async move {
        if guest {
            let path = form.answer.get_untracked().trim().to_owned();
            match ipc::call(AnswerByFile { key: key.clone(), passphrase, statement, seconds, path }).await {
                Ok(path) => {
                    app.sitting.set(Some((key, browser::now())));
                    form.done.try_set(Some(format!("{words} Bring {path} back to where the record is.")));
                }
                Err(error) => drop(form.refused.try_set(Some(error))),
            }
            form.busy.try_set(false);
            return;
        }
        let signed = SignOffRecord { person, key: key.clone(), passphrase, statement, seconds };
        match ipc::call(signed).await {
            Ok(events) => {
                app.sitting.set(Some((key, browser::now())));
                app.desk.take_bundled(app, &events);
                app.refresh();
                app.spoken.set(words.clone());
                form.done.try_set(Some(words));
                let next = app.desk.view.with_untracked(|view| roles_to_sign(view.as_ref()?).into_iter().next());
                if let Some(role) = next {
                    if let Some(meaning) = app.desk.view.with_untracked(|view| asked_meaning(view.as_ref()?, &role)) {
                        form.meaning.try_set(meaning);
                    }
                    form.role.try_set(role);
                }
            }
            Err(error) => {
                if error.code == Code::WrongPassphrase {
                    browser::focus_soon("[data-t=passphrase]");
                } else {
                    form.again.notify();
                }
                form.refused.try_set(Some(error));
            }
        }
        form.busy.try_set(false);
    });
}
