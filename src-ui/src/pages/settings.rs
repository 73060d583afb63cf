//! Settings: how it looks, who is using it, whether it works offline, where the data lies and how it is backed up.

use crate::browser;
use crate::components::banner::{fault, success};
use crate::components::dialogs::set_person;
use crate::components::facts::{CopyButton, fact, tag};
use crate::components::path::{PathField, Purpose};
use crate::ipc::{self, FileKind};
use crate::state::{Theme, app};
use countersign_core::api::{BackUp, SetAuthority, SetNetwork};
use leptos::prelude::*;
use leptos::task::spawn_local;

#[component]
pub(crate) fn Settings() -> impl IntoView {
    view! {
        <div class="page narrow" data-t="settings">
            <header class="page-head"><div><h1>"Settings"</h1></div></header>
            <Appearance/>
            <Name/>
            <Network/>
            <TimeStamps/>
            <Data/>
        </div>
    }
}

#[component]
fn Appearance() -> impl IntoView {
    let app = app();
    let options = Theme::ALL.map(|theme| {
        view! {
            <button type="button" role="radio" class="option" data-t=format!("theme-{}", theme.name()) class:picked=move || app.theme.get() == theme aria-checked=move || (app.theme.get() == theme).to_string() on:click=move |_| app.set_theme(theme)>
                {theme.words()}
            </button>
        }
    });
    view! {
        <section class="card">
            <h2>"Appearance"</h2>
            <div class="choice" role="radiogroup" aria-label="Appearance">{options}</div>
        </section>
    }
}

#[component]
fn Name() -> impl IntoView {
    let app = app();
    let name = RwSignal::new(app.person().map(|person| person.0).unwrap_or_default());
    let refused = RwSignal::new(None);
    let kept = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked();
        if !name.trim().is_empty() {
            set_person(app, name, refused, move || {
                let _ = kept.try_set(true);
            });
        }
    };
    view! {
        <form class="card form" on:submit=submit>
            <h2>"Who is using the app"</h2>
            <label class="field wide">
                <span class="label">"Name"</span>
                <input type="text" data-t="settings-name" prop:value=move || name.get() on:input:target=move |event| {
                    kept.set(false);
                    name.set(event.target().value());
                }/>
                <span class="muted hint">"It stands beside every answer. It is no proof of identity; a sign-off is."</span>
            </label>
            {fault(move || refused.get())}
            {move || kept.get().then(|| success("Kept.".to_owned()))}
            <footer><button type="submit" class="button" data-t="settings-name-keep">"Keep"</button></footer>
        </form>
    }
}

#[component]
fn Network() -> impl IntoView {
    let app = app();
    let state = move || app.network();
    let refused = RwSignal::new(None);
    let witnesses = RwSignal::new(None::<String>);
    let named = move || state().map(|state| state.witnesses.join("\n")).unwrap_or_default();
    let set = move |offline: bool, witnesses: Option<Vec<String>>| {
        spawn_local(async move {
            match ipc::call(SetNetwork { offline, witnesses }).await {
                // Asked anew, and not put in by hand: an overview that was asked for before would put it back.
                Ok(_) => app.refresh(),
                Err(error) => drop(refused.try_set(Some(error))),
            }
        });
    };
    let keep = move |_| {
        let lines = witnesses.get_untracked().unwrap_or_default().lines().map(str::to_owned).collect();
        set(state().is_some_and(|state| state.offline_chosen), Some(lines));
        witnesses.set(None);
    };
    view! {
        <section class="card">
            <h2>"Network"</h2>
            {move || state().map(|state| {
                let (class, words) = match (state.offline_chosen, state.route, &state.wall) {
                    (true, ..) => ("warn", "offline by choice".to_owned()),
                    (false, false, _) => ("warn", "no network".to_owned()),
                    (false, true, Some(why)) => ("warn", why.clone()),
                    (false, true, None) => ("good", "online".to_owned()),
                };
                view! { <p>{tag(class, words)}<span class="muted" title=browser::with_zone(state.since)>{format!(" since {}", browser::day_and_clock(state.since))}</span></p> }
            })}
            <label class="switch">
                <input type="checkbox" data-t="work-offline" prop:checked=move || state().is_some_and(|state| state.offline_chosen) on:change:target=move |event| set(event.target().checked(), None)/>
                <span><strong>"Work offline"</strong><span class="muted">" Probes wait and are kept as «not executed (offline)»; they run when this is switched off."</span></span>
            </label>
            <label class="field wide">
                <span class="label">"Witnesses"</span>
                <textarea rows="2" data-t="witnesses" spellcheck="false" prop:value=named on:input:target=move |event| witnesses.set(Some(event.target().value()))></textarea>
                <span class="muted hint">"What always answers when there is a network, a line each: a web address with the status and words that it has («https://host/ok 200»), or host:port. When none answers, probes are «not executed», not failed."</span>
            </label>
            {fault(move || refused.get())}
            <footer><button type="button" class="button" data-t="witnesses-keep" disabled=move || witnesses.with(Option::is_none) on:click=keep>"Keep"</button></footer>
        </section>
    }
}

/// Where time stamps for reports come from.
#[component]
fn TimeStamps() -> impl IntoView {
    let (url, root) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let refused = RwSignal::new(None);
    let used = RwSignal::new(None::<String>);
    let set = move |remove: bool| {
        refused.set(None);
        let (url, root) = (url.get_untracked(), Some(root.get_untracked()));
        spawn_local(async move {
            match ipc::call(SetAuthority { url, root, remove }).await {
                Ok(urls) => drop(used.try_set(Some(format!("Asked from now on: {}", urls.join(", "))))),
                Err(error) => drop(refused.try_set(Some(error))),
            }
        });
    };
    let empty = move || url.with(|url| url.trim().is_empty());
    view! {
        <form class="card form" on:submit=move |event| { event.prevent_default(); set(false); }>
            <h2>"Time stamps"</h2>
            <label class="field wide">
                <span class="label">"Time-stamp authority (RFC 3161)"</span>
                <input type="text" data-t="authority-url" placeholder="https://tsa.example.org/" prop:value=move || url.get() on:input:target=move |event| url.set(event.target().value())/>
                <span class="muted hint">"It sees a hash of each signature, and says when. Without it the time is the word of this computer."</span>
            </label>
            <PathField path=root label="Its root certificate (PEM)" handle="authority-root" kind=FileKind::Certificates purpose=Purpose::Read submit=Callback::new(move |()| set(false))/>
            {fault(move || refused.get())}
            {move || used.get().map(success)}
            <footer>
                <button type="button" class="button" data-t="authority-remove" disabled=empty on:click=move |_| set(true)>"Ask it no longer"</button>
                <button type="submit" class="button" data-t="authority-keep" disabled=empty>"Ask it"</button>
            </footer>
        </form>
    }
}

#[component]
fn Data() -> impl IntoView {
    let app = app();
    let facts = move || {
        app.overview
            .with(|overview| overview.as_ref().map(|overview| (overview.data_dir.clone(), overview.version.clone())))
    };
    let path = RwSignal::new(String::new());
    let refused = RwSignal::new(None);
    let done = RwSignal::new(None::<String>);
    let run = move || {
        let to = path.get_untracked().trim().to_owned();
        if to.is_empty() {
            return;
        }
        refused.set(None);
        done.set(None);
        spawn_local(async move {
            match ipc::call(BackUp { path: to }).await {
                Ok(path) => drop(done.try_set(Some(format!("Backed up to {path}")))),
                Err(error) => drop(refused.try_set(Some(error))),
            }
        });
    };
    view! {
        <form class="card form" on:submit=move |event| { event.prevent_default(); run(); }>
            <h2>"Data"</h2>
            <dl class="facts">
                {move || facts().map(|(data_dir, version)| view! {
                    {fact("Lies in", view! { <span class="mono break">{data_dir.clone()}</span>" "<CopyButton text=data_dir/> })}
                    {fact("Version", version)}
                })}
            </dl>
            <PathField path label="Back up to" handle="backup-path" kind=FileKind::Backup purpose=Purpose::Write("countersign-backup.sqlite") submit=Callback::new(move |()| run())/>
            {fault(move || refused.get())}
            {move || done.get().map(success)}
            <footer><button type="submit" class="button" data-t="backup-run" disabled=move || path.with(|path| path.trim().is_empty())>"Back up"</button></footer>
        </form>
    }
}
