//! People: the keys on this computer, making and importing them, and the roots that auditors need.

use crate::browser;
use crate::components::banner::{empty, fault, success, working};
use crate::components::facts::{common_name, fact, hash, tag};
use crate::components::icon::{Icon, icon};
use crate::components::path::{PathField, Purpose};
use crate::ipc::{self, FileKind};
use crate::state::{App, app};
use countersign_core::api::{
    ApiError, Command, ExportRoots, ImportKey, ImportRoster, KeyPurpose, KeySummary, MakeKey, MakeRoot, RevokeKey,
    RevokeReason, RosterReply, RosterStatus, RotateKey, Secret,
};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What a form of this page has come to.
#[derive(Clone, Copy)]
struct Outcome {
    refused: RwSignal<Option<ApiError>>,
    done: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Outcome {
    fn new() -> Self {
        Self { refused: RwSignal::new(None), done: RwSignal::new(None), busy: RwSignal::new(false) }
    }

    fn run<C: Command + 'static>(
        self,
        app: App,
        command: C,
        words: impl FnOnce(C::Reply) -> String + 'static,
        clear: impl FnOnce() + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.refused.set(None);
        self.done.set(None);
        spawn_local(async move {
            match ipc::call(command).await {
                Ok(reply) => {
                    clear();
                    let words = words(reply);
                    app.spoken.set(words.clone());
                    self.done.try_set(Some(words));
                    app.refresh();
                }
                Err(error) => drop(self.refused.try_set(Some(error))),
            }
            self.busy.try_set(false);
        });
    }

    fn shown(self) -> impl IntoView {
        view! {
            {move || self.busy.get().then(working)}
            {fault(move || self.refused.get())}
            {move || self.done.get().map(success)}
        }
    }
}

#[component]
pub(crate) fn People() -> impl IntoView {
    let app = app();
    let keys = Memo::new(move |_| {
        app.overview.with(|overview| overview.as_ref().map(|overview| overview.keys.clone())).unwrap_or_default()
    });
    let root = Memo::new(move |_| keys.with(|keys| keys.iter().any(|key| key.purpose == KeyPurpose::Root)));
    view! {
        <div class="page" data-t="people">
            <header class="page-head">
                <div>
                    <h1>"People and keys"</h1>
                    <p class="muted">"A person signs with an own key under an own passphrase. The organisation's root vouches for whose key it is."</p>
                </div>
            </header>
            <section class="group" aria-label="Keys on this computer">
                {move || {
                    let keys = keys.get();
                    if keys.is_empty() {
                        empty("There is no key yet.", "Make the organisation's root first, then a key for each person; or import a PKCS#12 file.").into_any()
                    } else {
                        view! { <div class="cards keys-list">{keys.into_iter().map(key).collect_view()}</div> }.into_any()
                    }
                }}
            </section>
            <Roster/>
            <div class="forms">
                {move || (!root.get()).then(|| view! { <Root/> })}
                {move || root.get().then(|| view! { <NewKey/><Withdraw/> })}
                <Import/>
                <Roots/>
            </div>
        </div>
    }
}

fn key(key: KeySummary) -> impl IntoView {
    let (word, purpose, icon_of) = match key.purpose {
        KeyPurpose::Person => ("signs", "person", Icon::People),
        KeyPurpose::Root => ("organisation's root", "root", Icon::Shield),
        KeyPurpose::Installation => ("this computer", "installation", Icon::Settings),
    };
    let ends = key.not_after.since(browser::now());
    let validity = match ends {
        ..0 => tag("bad", "expired").into_any(),
        0..2_592_000_000 => tag("warn", "expires soon").into_any(),
        _ => ().into_any(),
    };
    let revoked = key.revoked.map(|since| tag("bad", format!("revoked {}", browser::day(since))));
    view! {
        <article class="card key-row" data-t="key-row" data-purpose=purpose data-name=key.name.clone()>
            <h2>{icon(icon_of)}{key.name.clone()}{tag("plain", word)}{validity}{revoked}</h2>
            <dl class="facts small">
                {key.email.map(|email| fact("E-mail", email))}
                {fact("Issued by", view! { <span title=key.issuer.clone()>{common_name(&key.issuer).to_owned()}</span> })}
                {fact("Valid", format!("{} to {}", browser::day(key.not_before), browser::day(key.not_after)))}
                {fact("Certificate", hash(key.fingerprint))}
            </dl>
        </article>
    }
}

fn text(
    label: &'static str,
    handle: &'static str,
    kind: &'static str,
    value: RwSignal<String>,
    hint: &'static str,
) -> impl IntoView {
    view! {
        <label class="field wide">
            <span class="label">{label}</span>
            <input type=kind data-t=handle autocomplete="off" prop:value=move || value.get() on:input:target=move |event| value.set(event.target().value())/>
            {(!hint.is_empty()).then(|| view! { <span class="muted hint">{hint}</span> })}
        </label>
    }
}

#[component]
fn Root() -> impl IntoView {
    let app = app();
    let outcome = Outcome::new();
    let (name, passphrase) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let command = MakeRoot { organisation: name.get_untracked(), passphrase: Secret(passphrase.get_untracked()) };
        outcome.run(
            app,
            command,
            |key| format!("The root of {} is made.", key.name),
            move || drop(passphrase.try_set(String::new())),
        );
    };
    view! {
        <form class="card form" on:submit=submit>
            <h2>"Organisation's root"</h2>
            <p class="muted">"Once for a team that has no certificates of its own. Keep its passphrase away from daily work."</p>
            {text("Organisation", "root-name", "text", name, "")}
            {text("Passphrase of the root", "root-passphrase", "password", passphrase, "")}
            {outcome.shown()}
            <footer><button type="submit" class="button primary" data-t="root-make" disabled=move || outcome.busy.get()>"Make the root"</button></footer>
        </form>
    }
}

#[component]
fn NewKey() -> impl IntoView {
    let app = app();
    let outcome = Outcome::new();
    let signal = || RwSignal::new(String::new());
    let (name, email, passphrase, root_passphrase) = (signal(), signal(), signal(), signal());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let command = MakeKey {
            name: name.get_untracked(),
            email: email.get_untracked(),
            passphrase: Secret(passphrase.get_untracked()),
            root_passphrase: Secret(root_passphrase.get_untracked()),
        };
        let clear = move || {
            [name, email, passphrase, root_passphrase].iter().for_each(|field| drop(field.try_set(String::new())))
        };
        outcome.run(app, command, |key| format!("{} can sign now.", key.name), clear);
    };
    view! {
        <form class="card form" on:submit=submit>
            <h2>"A person's key"</h2>
            {text("Name", "key-name", "text", name, "")}
            {text("E-mail, if wanted", "key-email", "text", email, "")}
            {text("Passphrase of the person", "key-passphrase", "password", passphrase, "Typed by the person, known to nobody else.")}
            {text("Passphrase of the root", "key-root-passphrase", "password", root_passphrase, "")}
            {outcome.shown()}
            <footer><button type="submit" class="button primary" data-t="key-make" disabled=move || outcome.busy.get()>"Make the key"</button></footer>
        </form>
    }
}

/// A key that is lost, stolen or to be replaced.
#[component]
fn Withdraw() -> impl IntoView {
    let app = app();
    let outcome = Outcome::new();
    let signal = || RwSignal::new(String::new());
    let (who, reason, passphrase, root_passphrase) = (signal(), RwSignal::new(RevokeReason::Lost), signal(), signal());
    let clear = move || [passphrase, root_passphrase].iter().for_each(|field| drop(field.try_set(String::new())));
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (who, root_passphrase) = (who.get_untracked(), Secret(root_passphrase.get_untracked()));
        let reason = reason.get_untracked();
        let words = |key: KeySummary| format!("{}: done. Export the roots anew, for those who verify.", key.name);
        if reason == RevokeReason::Replaced {
            let command = RotateKey { who, passphrase: Secret(passphrase.get_untracked()), root_passphrase };
            outcome.run(app, command, words, clear);
        } else {
            outcome.run(app, RevokeKey { who, reason, since: None, root_passphrase }, words, clear);
        }
    };
    view! {
        <form class="card form" on:submit=submit>
            <h2>"Revoke or replace a key"</h2>
            <p class="muted">"What was signed before holds on. «Replaced» makes a new key for the same person."</p>
            {text("Whose", "revoke-who", "text", who, "Name, e-mail address, or the beginning of the certificate's SHA-256.")}
            <label class="field wide">
                <span class="label">"Why"</span>
                <select data-t="revoke-reason" on:change:target=move |event| if let Some(of) = RevokeReason::from_word(&event.target().value()) { reason.set(of); }>
                    {RevokeReason::ALL.map(|of| view! { <option value=of.word()>{of.word()}</option> })}
                </select>
            </label>
            {move || (reason.get() == RevokeReason::Replaced).then(|| text("Passphrase of the new key", "revoke-passphrase", "password", passphrase, ""))}
            {text("Passphrase of the root", "revoke-root-passphrase", "password", root_passphrase, "")}
            {outcome.shown()}
            <footer><button type="submit" class="button" data-t="revoke-run" disabled=move || outcome.busy.get()>"Do it"</button></footer>
        </form>
    }
}

/// Who may sign in which role, as the organisation says.
#[component]
fn Roster() -> impl IntoView {
    let app = app();
    let outcome = Outcome::new();
    let shown = ipc::ask(RosterStatus {});
    let (path, trust) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let run = move || {
        let trust = Some(trust.get_untracked().trim().to_owned()).filter(|trust| !trust.is_empty());
        let command = ImportRoster { path: path.get_untracked().trim().to_owned(), trust };
        let words = move |roster: RosterReply| {
            let words = format!("{} counts from now on.", roster.title);
            shown.try_set(Some(Ok(roster)));
            words
        };
        outcome.run(app, command, words, || ());
    };
    view! {
        <section class="card" data-t="roster" aria-label="Roster">
            <h2>"Roster"</h2>
            {move || shown.get().and_then(Result::ok).map(|roster| {
                let none = roster.title.is_empty();
                let people = roster.people.into_iter().map(|(name, roles, certificates)| view! { <li data-t="roster-person"><strong>{name}</strong>" "{roles}" "<span class="muted">{certificates}</span></li> }).collect_view();
                let warnings = roster.warnings.into_iter().map(|words| view! { <li data-t="roster-problem">{tag("warn", "look")}" "{words}</li> }).collect_view();
                view! {
                    <p class="muted">{if none { "None: nobody says here who may sign in which role.".to_owned() } else { roster.title }}</p>
                    <ul class="signed-list">{people}{warnings}</ul>
                }
            })}
            <PathField path label="Roster file" handle="roster-path" kind=FileKind::Evidence purpose=Purpose::Read submit=Callback::new(move |()| run())/>
            <PathField path=trust label="Its organisation's roots (PEM), if they are not known here" handle="roster-trust" kind=FileKind::Certificates purpose=Purpose::Read submit=Callback::new(move |()| run())/>
            {outcome.shown()}
            <button type="button" class="button" data-t="roster-import" disabled=move || path.with(|path| path.trim().is_empty()) on:click=move |_| run()>"Import"</button>
        </section>
    }
}

#[component]
fn Import() -> impl IntoView {
    let app = app();
    let outcome = Outcome::new();
    let (path, passphrase) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let run = move || {
        let command =
            ImportKey { path: path.get_untracked().trim().to_owned(), passphrase: Secret(passphrase.get_untracked()) };
        outcome.run(
            app,
            command,
            |key| format!("{} can sign now.", key.name),
            move || drop(passphrase.try_set(String::new())),
        );
    };
    view! {
        <form class="card form" on:submit=move |event| { event.prevent_default(); run(); }>
            <h2>"Import a key"</h2>
            <p class="muted">"A PKCS#12 file (.p12, .pfx) with a P-256 key and its certificate."</p>
            <PathField path label="File" handle="import-path" kind=FileKind::Key purpose=Purpose::Read submit=Callback::new(move |()| run())/>
            {text("Its passphrase", "import-passphrase", "password", passphrase, "It also protects the key here.")}
            {outcome.shown()}
            <footer><button type="submit" class="button" data-t="import-run" disabled=move || outcome.busy.get() || path.with(|path| path.trim().is_empty())>"Import"</button></footer>
        </form>
    }
}

#[component]
fn Roots() -> impl IntoView {
    let app = app();
    let outcome = Outcome::new();
    let path = RwSignal::new(String::new());
    let run = move || {
        outcome.run(
            app,
            ExportRoots { path: path.get_untracked().trim().to_owned() },
            |path| format!("Written to {path}"),
            || (),
        );
    };
    view! {
        <form class="card form" on:submit=move |event| { event.prevent_default(); run(); }>
            <h2>"Roots for auditors"</h2>
            <p class="muted">"The certificates by which reports of this computer are to be trusted, as one PEM file."</p>
            <PathField path label="Write to" handle="roots-path" kind=FileKind::Certificates purpose=Purpose::Write("roots.pem") submit=Callback::new(move |()| run())/>
            {outcome.shown()}
            <footer><button type="submit" class="button" data-t="roots-export" disabled=move || outcome.busy.get() || path.with(|path| path.trim().is_empty())>"Export"</button></footer>
        </form>
    }
}
