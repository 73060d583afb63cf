//! The frame: navigation at the left, one place beside it, dialogs above. Each place is a module of its own.

mod checklist;
mod checklists;
mod correct;
mod home;
mod people;
mod record;
mod register;
mod report;
mod settings;
mod sign_off;
mod start;
mod verify;

use crate::browser;
use crate::components::banner::fault;
use crate::components::dialogs::{Dialog, Dialogs};
use crate::components::facts::initials;
use crate::components::icon::{Icon, icon};
use crate::keys::{self, Chord};
use crate::route::{Place, Route};
use crate::state::{App, app};
use leptos::ev;
use leptos::prelude::*;

/// The whole window.
#[component]
pub(crate) fn Frame() -> impl IntoView {
    let app = App::new();
    provide_context(app);
    app.run();
    let chord = StoredValue::new(Chord::default());
    let keys = window_event_listener(ev::keydown, move |event| keys::pressed(app, chord, &event));
    on_cleanup(move || keys.remove());
    view! {
        <div class="frame" class:hovered=move || app.hovered.get()>
            <Navigation/>
            <main>
                <div class="page-fault">{fault(move || app.fault.get())}</div>
                <Here/>
            </main>
            <Dialogs/>
            <div class="drop-hint" aria-hidden="true">
                {move || {
                    if app.route.with(|route| matches!(route, Route::Record(_))) {
                        "Drop: add as evidence"
                    } else {
                        "Drop: open a checklist, or verify a report"
                    }
                }}
            </div>
            <div class="offscreen" role="status" aria-live="polite" data-t="spoken">{move || app.spoken.get()}</div>
        </div>
    }
}

/// The place where we are.
#[component]
fn Here() -> impl IntoView {
    let app = app();
    move || match app.route.get() {
        Route::Home => view! { <home::Home/> }.into_any(),
        Route::Checklists => view! { <checklists::Checklists/> }.into_any(),
        Route::Checklist(source) => view! { <checklist::Checklist source/> }.into_any(),
        Route::Start(source) => view! { <start::Start source/> }.into_any(),
        Route::Record(_) => view! { <record::Record/> }.into_any(),
        Route::SignOff(_, role) => view! { <sign_off::SignOff asked=role/> }.into_any(),
        Route::Report(_) => view! { <report::Report/> }.into_any(),
        Route::Verify => view! { <verify::Verify/> }.into_any(),
        Route::Register => view! { <register::Register/> }.into_any(),
        Route::People => view! { <people::People/> }.into_any(),
        Route::Settings => view! { <settings::Settings/> }.into_any(),
    }
}

fn icon_of(place: Place) -> Icon {
    match place {
        Place::Home => Icon::Home,
        Place::Checklists => Icon::List,
        Place::Register => Icon::Register,
        Place::Verify => Icon::Shield,
        Place::People => Icon::People,
        Place::Settings => Icon::Settings,
    }
}

#[component]
fn Navigation() -> impl IntoView {
    let app = app();
    let entries = Place::ALL.map(|place| {
        let here = move || app.route.with(|route| route.place() == place);
        view! {
            <button
                type="button"
                class="nav-entry"
                data-t=place.handle()
                aria-current=move || here().then_some("page")
                title=format!("{} (G {})", place.word(), place.letter().to_ascii_uppercase())
                on:click=move |_| app.go(place.route())
            >
                {icon(icon_of(place))}
                <span>{place.word()}</span>
            </button>
        }
    });
    let network = move || {
        app.network().map(|state| {
            let word = if state.online() { "online" } else { "offline" };
            let title = if state.online() {
                format!("Online since {}", browser::with_zone(state.since))
            } else if state.offline_chosen {
                format!("Working offline by choice since {}", browser::with_zone(state.since))
            } else {
                format!("No network since {}", browser::with_zone(state.since))
            };
            view! {
                <button type="button" class=format!("nav-entry network {word}") data-t="network" title=title on:click=move |_| app.go(Route::Settings)>
                    {icon(Icon::Wave)}
                    <span>{word}</span>
                </button>
            }
        })
    };
    let person = move || {
        let person = app.overview.with(|overview| overview.as_ref().and_then(|overview| overview.person.clone()));
        let shown = person.as_ref().map_or_else(|| "?".to_owned(), |person| initials(&person.0));
        let title = person.map_or_else(|| "Nobody has said who is using the app".to_owned(), |person| person.0);
        view! {
            <button type="button" class="person" data-t="person" title=title.clone() aria-label=format!("Person: {title}") on:click=move |_| app.dialog.set(Some(Dialog::Name))>
                {shown}
            </button>
        }
    };
    view! {
        <nav class="nav" aria-label="Places">
            <div class="nav-mark" aria-hidden="true">
                <svg viewBox="0 0 28 28">
                    <path class="seal" d="M14 2.6l9.4 3.5v7.3c0 6-3.9 10.2-9.4 12.3-5.5-2.1-9.4-6.3-9.4-12.3V6.1z"></path>
                    <path class="tick" d="M9.2 13.9l3.4 3.4 6.6-7.2"></path>
                </svg>
            </div>
            {entries}
            <div class="nav-space"></div>
            <button type="button" class="nav-entry" data-t="open-file" title="Open a file (Ctrl O)" on:click=move |_| app.dialog.set(Some(Dialog::Open))>
                {icon(Icon::Open)}
                <span>"Open"</span>
            </button>
            <button type="button" class="nav-entry" data-t="palette" title="Every action (Ctrl K)" on:click=move |_| app.dialog.set(Some(Dialog::Palette))>
                {icon(Icon::Search)}
                <span>"Actions"</span>
            </button>
            {network}
            {person}
        </nav>
    }
}
