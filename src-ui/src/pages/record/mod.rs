//! An open record: what there is at the left, the checklist with its answers in the middle, the chosen item at the right, what is
//! due below. The checklist is built once; after that each row follows its own item.

mod baseline;
mod deviations;
mod gates;
mod item_panel;
mod paper;
mod people;
mod probes;
mod prompt;
mod rail;
mod record_panel;
mod rounds;
mod slots;

pub(crate) use deviations::deviation_words;
pub(crate) use item_panel::size_words;
pub(crate) use record_panel::papers;

use crate::browser;
use crate::components::banner::{fault_now, reading};
use crate::components::facts::{count, tag};
use crate::components::icon::{Icon, icon};
use crate::components::progress;
use crate::desk::Tab;
use crate::keys::{self, Action};
use crate::outline::roles_to_sign;
use crate::route::Route;
use crate::state::{App, app};
use countersign_core::record::View;
use countersign_core::time::{Timestamp, duration_words};
use leptos::prelude::*;

#[component]
pub(crate) fn Record() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let open = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(|view| view.id.clone())));
    move || match (open.get(), desk.fault.get()) {
        (_, Some(error)) => view! { <div class="page">{fault_now(&error)}</div> }.into_any(),
        (None, None) => view! { <div class="page">{reading()}</div> }.into_any(),
        (Some(_), None) => view! { <Opened/> }.into_any(),
    }
}

#[component]
fn Opened() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    // Once the rows are there, go where we were.
    if let Some(item) = desk.chosen.get_untracked() {
        request_animation_frame(move || desk.jump(&item));
    }
    let tab = move |of: Tab, handle: &'static str, words: Signal<String>| {
        view! {
            <button
                type="button"
                role="tab"
                data-t=handle
                aria-selected=move || (desk.tab.get() == of).to_string()
                on:click=move |_| desk.tab.set(of)
            >
                {words}
            </button>
        }
    };
    let rehearsal = desk.view.with_untracked(|view| view.as_ref().is_some_and(|view| view.rehearsal));
    let number = move || desk.found.with(|found| found.deviations.len());
    let deviations = Memo::new(move |_| number());
    let words = Signal::derive(move || match deviations.get() {
        0 => "Deviations".to_owned(),
        number => format!("Deviations {number}"),
    });
    view! {
        <div class="record" class:rehearsing=rehearsal data-t="record">
            <Top/>
            <div class="record-above"><people::Watch/><gates::Stages/></div>
            <div class="record-body">
                <rail::Rail/>
                <paper::Paper/>
                <aside class="panel" aria-label="Details">
                    <div class="tabs" role="tablist">
                        {tab(Tab::Item, "tab-item", Signal::stored("Item".to_owned()))}
                        {tab(Tab::Deviations, "tab-deviations", words)}
                        {tab(Tab::Record, "tab-record", Signal::stored("Record".to_owned()))}
                    </div>
                    <div class="panel-body">
                        {move || match desk.tab.get() {
                            Tab::Item => view! { <item_panel::ItemPanel/> }.into_any(),
                            Tab::Deviations => view! { <deviations::Deviations/> }.into_any(),
                            Tab::Record => view! { <record_panel::RecordPanel/> }.into_any(),
                        }}
                    </div>
                </aside>
            </div>
            <Bottom/>
        </div>
    }
}

#[component]
fn Top() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let head = Memo::new(move |_| desk.view.with(|view| view.as_ref().map(head_of)));
    let waiting = Memo::new(move |_| desk.waiting.with(|waiting| !waiting.is_empty()));
    let go = move |to: fn(countersign_core::id::RecordId) -> Route| {
        if let Some(record) = desk.record() {
            app.go(to(record));
        }
    };
    view! {
        <header class="record-top">
            <button type="button" class="button quiet small" title="Where we were before (Alt ←)" aria-label="Back" on:click=move |_| app.back()>
                {icon(Icon::Back)}
            </button>
            {move || head.get().map(|head| view! {
                <h1 data-t="headline"><span class="number">{format!("#{}", head.number)}</span>" "{head.words}</h1>
                {head.rehearsal.then(|| tag("rehearsal", "Rehearsal"))}
                {head.ended.map(|ended| tag("plain", ended))}
            })}
            <span class="spacer"></span>
            {move || head.get().map(|head| clocks(app, &head))}
            <span class="saved" class:waiting=move || waiting.get() data-t="saved" role="status">
                {move || {
                    if waiting.get() {
                        "saving …".to_owned()
                    } else {
                        desk.saved_at.get().map(|at| format!("saved {}", browser::clock_with_seconds(at))).unwrap_or_default()
                    }
                }}
            </span>
            <input
                type="text"
                class="done-by"
                list="people-of-record"
                data-t="done-by"
                placeholder="done by me"
                title="Who does it, if you only write it down; stays until you clear it"
                aria-label="Done by"
                prop:value=move || desk.done_by.get()
                on:input:target=move |event| desk.done_by.set(event.target().value())
            />
            <button type="button" class="button small" data-t="sign-off-open" on:click=move |_| go(|record| Route::SignOff(record, None))>
                {icon(Icon::Pen)}
                "Sign off"
            </button>
            <button type="button" class="button small" data-t="report-open" on:click=move |_| go(Route::Report)>
                {icon(Icon::Document)}
                "Report"
            </button>
        </header>
        <Refused/>
    }
}

/// What was refused and belongs to no row.
#[component]
fn Refused() -> impl IntoView {
    let desk = app().desk;
    move || {
        desk.refused.with(|refused| {
            refused.get(&None).map(|error| view! { <div class="record-fault">{fault_now(error)}</div> })
        })
    }
}

#[derive(Clone, PartialEq)]
struct Head {
    number: u32,
    words: String,
    rehearsal: bool,
    ended: Option<&'static str>,
    started_at: Timestamp,
    closed_at: Option<Timestamp>,
    window_end: Option<Timestamp>,
}

fn head_of(view: &View) -> Head {
    let words = view.header.headline();
    let ended = match (&view.voided, &view.closed) {
        (Some(_), _) => Some("Voided"),
        (None, Some(closing)) => Some(closing.outcome.words()),
        (None, None) => None,
    };
    Head {
        number: view.number,
        words: if words.is_empty() { view.template.title.clone() } else { words },
        rehearsal: view.rehearsal,
        ended,
        started_at: view.started_at,
        closed_at: view.closed.as_ref().map(|closing| closing.at),
        window_end: view.header.window_end,
    }
}

/// Time since the start, what is left of the window, and since when there is no network.
fn clocks(app: App, head: &Head) -> impl IntoView + use<> {
    let (started, closed, window) = (head.started_at, head.closed_at, head.window_end);
    let minute = Memo::new(move |_| app.now.get().millis() / 60_000);
    let elapsed = move || {
        minute.track();
        let until = closed.unwrap_or_else(|| app.now.get_untracked());
        let minutes = until.since(started).max(0) / 60_000;
        format!("T+{:02}:{:02}", minutes / 60, minutes % 60)
    };
    let left = move || {
        minute.track();
        let end = window.filter(|_| closed.is_none())?;
        let left = end.since(app.now.get_untracked());
        let (class, words) = match left {
            ..0 => ("late", format!("window ended {} ago", duration_words(-left))),
            0..1_200_000 => ("warn", format!("window ends in {}", duration_words(left))),
            _ => ("", format!("window ends in {}", duration_words(left / 60_000 * 60_000))),
        };
        Some(view! { <span class=format!("clock {class}") title=browser::with_zone(end)>{words}</span> })
    };
    let offline = move || {
        let state = app.network().filter(|state| !state.online())?;
        Some(view! {
            <span class="clock warn" title=browser::with_zone(state.since)>{format!("offline since {}", browser::day_and_clock(state.since))}</span>
        })
    };
    view! {
        <span class="clock" data-t="elapsed" title=format!("Since {}", browser::with_zone(started))>{elapsed}</span>
        {left}
        {offline}
    }
}

/// What is next, and what is still missing.
#[derive(Clone, PartialEq)]
struct Due {
    next: Option<(countersign_core::id::ItemId, String)>,
    to_sign: Vec<String>,
    waiting_probes: usize,
    progress: countersign_core::record::Progress,
    open: bool,
}

#[component]
fn Bottom() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let due = Memo::new(move |_| {
        let chosen = desk.chosen.get();
        desk.view.with(|view| {
            let view = view.as_ref()?;
            let outline = desk.outline.get_untracked()?;
            let next = outline.next_open(view, chosen.as_ref()).map(|item| (item.clone(), view.label(&item)));
            Some(Due {
                next,
                to_sign: roles_to_sign(view),
                waiting_probes: view.waiting_probes().len(),
                progress: countersign_core::record::progress(view),
                open: view.is_open(),
            })
        })
    });
    view! {
        <footer class="record-bottom">
            {move || due.get().map(|due| view! {
                {match due.next {
                    Some((item, label)) if due.open => view! {
                        <button type="button" class="next" data-t="next-open" title="Next open line (O)" on:click=move |_| desk.jump(&item)>
                            <span class="muted">"next: "</span>
                            {label}
                        </button>
                    }.into_any(),
                    _ if due.open => view! {
                        <button type="button" class="button primary small" data-t="close-open" on:click=move |_| keys::run(app, Action::Report)>"Everything is answered: close the record"</button>
                    }.into_any(),
                    _ => view! { <span class="muted">"This record is closed."</span> }.into_any(),
                }}
                <rounds::Next/>
                <span class="spacer"></span>
                {(due.waiting_probes > 0).then(|| view! { <span class="warn">{icon(Icon::Clock)}{count(due.waiting_probes, "probe waits for the network", "probes wait for the network")}</span> })}
                {(!due.to_sign.is_empty()).then(|| view! {
                    <button type="button" class="link" title=due.to_sign.join(", ") on:click=move |_| keys::run(app, Action::SignOff)>
                        {count(due.to_sign.len(), "sign-off is open", "sign-offs are open")}
                    </button>
                })}
                <span class="total">{progress::bar(due.progress)}</span>
                <span>{progress::words(&due.progress)}</span>
            })}
        </footer>
    }
}
