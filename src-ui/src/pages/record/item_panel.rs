//! The chosen item: answers with their keys, limits, commands, probes, evidence, notes, and its history.

use super::gates::GatePanel;
use super::probes::probes_of;
use crate::browser::{self, day_and_clock};
use crate::components::banner::empty;
use crate::components::facts::{hash, tag, time};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, mark};
use crate::components::path::{PathField, Purpose};
use crate::ipc::{self, FileKind};
use crate::keys::{self, Action};
use crate::outline::AnsweredBy;
use crate::pages::checklist::commands;
use crate::state::{App, app};
use countersign_core::api::ReadAttachment;
use countersign_core::checklist::{Item, LimitRole};
use countersign_core::id::ItemId;
use countersign_core::record::{AttachedFile, Given, Intent, ItemView, Link, Note, State};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, HtmlElement};

/// What the panel shows; made anew only when something of it has changed.
#[derive(Clone, PartialEq)]
struct Chosen {
    id: ItemId,
    label: String,
    section: String,
    item: Option<Item>,
    answered_by: AnsweredBy,
    view: ItemView,
    /// What is to be known of its commands as probes.
    remarks: Vec<String>,
    open: bool,
}

fn chosen(app: App) -> Option<Chosen> {
    let id = app.desk.chosen.get()?;
    app.desk.view.with(|view| {
        let (view, outline) = (view.as_ref()?, app.desk.outline.get_untracked()?);
        let item = outline.item(&view.template, &id).cloned();
        let section = item.as_ref().and_then(|item| view.template.sections.get(item.section));
        Some(Chosen {
            label: view.label(&id),
            section: section.map(|section| section.title.clone()).unwrap_or_default(),
            answered_by: item.as_ref().map_or(AnsweredBy::Tick, |item| AnsweredBy::of(&view.template, item)),
            item,
            view: view.item(&id).clone(),
            remarks: view
                .template
                .commands
                .iter()
                .filter(|of| of.item.as_ref() == Some(&id))
                .filter_map(|of| of.remark.clone())
                .collect(),
            open: view.is_open(),
            id,
        })
    })
}

#[component]
pub(super) fn ItemPanel() -> impl IntoView {
    let app = app();
    let chosen = Memo::new(move |_| chosen(app));
    move || match chosen.get() {
        None => empty("No line is chosen.", "J and K move through the checklist.").into_any(),
        Some(chosen) => shown(app, chosen).into_any(),
    }
}

fn shown(app: App, chosen: Chosen) -> impl IntoView {
    let Chosen { id, label, section, item, answered_by, view, remarks, open } = chosen;
    let limits = item.as_ref().map(limits);
    let of_item = item.as_ref().map(|item| commands(&item.commands)).unwrap_or_default();
    let history = !view.answers.is_empty();
    view! {
        <div class="item-panel">
            <p class="muted">{section}</p>
            <h2>{label}</h2>
            <p class="state-line" data-t="item-state">
                {mark(view.state.into(), Form::Round)}
                {view.state.word()}
                {view.text.clone().map(|text| format!(": {text}"))}
            </p>
            <GatePanel/>
            {open.then(|| answers(app, &answered_by, view.state))}
            {limits}
            {(!of_item.is_empty()).then(|| view! { <h3>"Commands"</h3> {of_item} <p class="muted hint">"Run it in your own terminal; paste its output below as evidence."</p> })}
            {(!remarks.is_empty()).then(|| view! { <p class="muted hint" data-t="command-remark">{remarks.join("; ")}</p> })}
            {probes_of(app, Some(id.clone()))}
            <Evidence item=Some(id.clone()) files=view.files.clone() links=view.links.clone()/>
            <Notes item=Some(id) notes=view.notes.clone()/>
            {history.then(|| view! { <h3>"History"</h3> <ol class="history">{view.answers.iter().rev().map(given).collect_view()}</ol> })}
        </div>
    }
}

/// The answers that make sense, each with its key.
fn answers(app: App, by: &AnsweredBy, state: State) -> impl IntoView + use<> {
    let button = |action: Action, handle: &'static str, key: &'static str, words: &'static str, class: &'static str| {
        view! {
            <button type="button" class=format!("button answer {class}") data-t=handle on:click=move |_| keys::run(app, action)>
                {words}
                <kbd>{key}</kbd>
            </button>
        }
    };
    let first = match by {
        AnsweredBy::Tick => button(Action::Done, "answer-done", "Space", "Done", "good").into_any(),
        AnsweredBy::Value => button(Action::Edit, "answer-edit", "Enter", "Fill in", "").into_any(),
        AnsweredBy::Option(_) => button(Action::Edit, "answer-choose", "1 … 9", "Choose", "").into_any(),
        AnsweredBy::Signature(_) => button(Action::Done, "answer-sign", "Space", "Sign …", "").into_any(),
    };
    let signature = matches!(by, AnsweredBy::Signature(_));
    view! {
        <div class="answers" role="group" aria-label="Answer">
            {first}
            {(!signature).then(|| view! {
                {button(Action::Failed, "answer-failed", "F", "Failed", "bad")}
                {button(Action::NotApplicable, "answer-na", "N", "Not applicable", "")}
                {button(Action::Block, "answer-blocked", "B", "Blocked", "")}
                {button(Action::Skip, "answer-skip", "S", "Skip", "")}
                {(state != State::Open).then(|| button(Action::Reopen, "answer-open", "U", "Back to open", ""))}
            })}
        </div>
    }
}

fn limits(item: &Item) -> impl IntoView + use<> {
    let limits: Vec<_> = item
        .limits
        .iter()
        .map(|limit| {
            let word = match limit.role {
                LimitRole::Target => "must hold",
                LimitRole::Alert => "alert if",
            };
            view! { <li><span class="muted">{word}" "</span><code>{limit.condition.to_string()}</code></li> }
        })
        .collect();
    (!limits.is_empty()).then(|| view! { <h3>"Limits"</h3> <ul class="plain">{limits}</ul> })
}

fn given(given: &Given) -> impl IntoView + use<> {
    let written_by = given.written_by.clone().map(|by| format!(", written by {by}"));
    view! {
        <li>
            {mark(given.answer.state().into(), Form::Round)}
            <div>
                <strong>{given.answer.to_string()}</strong>
                <span class="muted">" "{given.by.0.clone()}{written_by}", "{time(given.at)}</span>
                {given.reason.clone().map(|reason| view! { <p>{reason}</p> })}
            </div>
        </li>
    }
}

/// Evidence: what is there, and four ways to add some: drop, paste, path, browse.
#[component]
pub(super) fn Evidence(item: Option<ItemId>, files: Vec<AttachedFile>, links: Vec<Link>) -> impl IntoView {
    let app = app();
    let path = RwSignal::new(String::new());
    let opened = RwSignal::new(false);
    let add = move || {
        let chosen = path.get_untracked();
        if !chosen.trim().is_empty() {
            path.set(String::new());
            app.desk.attach_path(app, chosen.trim().to_owned());
        }
    };
    let paste = move |event: ClipboardEvent| take_paste(app, &item, &event);
    let links: Vec<_> = links.into_iter().map(linked).collect();
    view! {
        <h3>"Evidence"</h3>
        <ul class="files">{files.iter().map(|file| attached(app, file)).collect_view()}{links}</ul>
        <div class="drop" tabindex="0" role="group" aria-label="Evidence: drop a file, or paste with Ctrl V" data-t="evidence-drop" on:paste=paste>
            <span>{icon(Icon::Clip)} "Drop a file, or paste a picture, text or a link"</span>
            <button type="button" class="button small" data-t="evidence-open" aria-expanded=move || opened.get().to_string() on:click=move |_| opened.update(|opened| *opened = !*opened)>
                "Add a file …"
            </button>
        </div>
        {move || opened.get().then(|| view! {
            <div class="evidence-path">
                <PathField path label="Path of the file" handle="evidence-path" kind=FileKind::Evidence purpose=Purpose::Read submit=Callback::new(move |()| add())/>
                <button type="button" class="button small primary" data-t="evidence-add" on:click=move |_| add()>"Add as evidence"</button>
            </div>
        })}
    }
}

fn attached(app: App, attached: &AttachedFile) -> impl IntoView + use<> {
    let file = attached.file.clone();
    let picture = file.media_type.starts_with("image/");
    let small = attached.preview.as_ref().map(|jpeg| format!("data:image/jpeg;base64,{jpeg}"));
    let shown_small = small.is_some();
    let (sha256, media_type) = (file.sha256, file.media_type.clone());
    let shown = RwSignal::new(small);
    let look = move |_| {
        let media_type = media_type.clone();
        spawn_local(async move {
            match ipc::call(ReadAttachment { sha256 }).await {
                Ok(reply) => drop(shown.try_set(Some(format!("data:{media_type};base64,{}", reply.content)))),
                Err(error) => app.fault.set(Some(error)),
            }
        });
    };
    view! {
        <li data-t="evidence">
            <div>
                {icon(Icon::Clip)}
                <strong>{file.name.clone()}</strong>
                <span class="muted">{size_words(file.size)}</span>
            </div>
            <div class="muted">{attached.by.0.clone()}", "{time(attached.at)}" "{hash(file.sha256)}</div>
            {picture.then(|| view! { <button type="button" class="button small quiet" on:click=look>{if shown_small { "Full size" } else { "Look at it" }}</button> })}
            {move || shown.get().map(|source| view! { <img src=source alt=file.name.clone()/> })}
        </li>
    }
}

fn linked(link: Link) -> impl IntoView {
    let words = if link.words.is_empty() { link.url.clone() } else { format!("{}: {}", link.words, link.url) };
    view! { <li data-t="link"><div>{words}</div><div class="muted">{link.by.0}", "{time(link.at)}</div></li> }
}

/// «1.4 MB», in powers of 1000.
pub(crate) fn size_words(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Takes files out of the clipboard; of text a link as such, anything else as a text file.
fn take_paste(app: App, item: &Option<ItemId>, event: &ClipboardEvent) {
    let Some(data) = event.clipboard_data() else { return };
    event.prevent_default();
    let files: Vec<_> =
        data.files().map(|files| (0..files.length()).filter_map(|at| files.get(at)).collect()).unwrap_or_default();
    if files.is_empty() {
        let text = data.get_data("text/plain").unwrap_or_default();
        let plain = text.trim();
        if plain.starts_with("http") && plain.contains("://") && !plain.contains(char::is_whitespace) {
            let intent = Intent::Link { item: item.clone(), url: plain.to_owned(), words: String::new() };
            app.desk.act(app, item.as_ref(), intent);
        } else if !plain.is_empty() {
            let name = format!("pasted {}.txt", day_and_clock(browser::now()).replace(':', "."));
            app.desk.attach_bytes(app, browser::text_file(&name, &text));
        }
    }
    for file in files {
        spawn_local(async move {
            if let Some(file) = browser::read_file(file).await {
                app.desk.attach_bytes(app, file);
            }
        });
    }
}

/// Notes on an item or on the record.
#[component]
pub(super) fn Notes(item: Option<ItemId>, notes: Vec<Note>) -> impl IntoView {
    let app = app();
    let text = RwSignal::new(String::new());
    let at = item.clone();
    let keep = move || {
        let written = text.get_untracked();
        if !written.trim().is_empty() {
            text.set(String::new());
            app.desk.act(app, at.as_ref(), Intent::Note { item: at.clone(), text: written });
        }
    };
    let by_key = keep.clone();
    let leave = item;
    view! {
        <h3>"Notes"</h3>
        <ul class="notes">
            {notes
                .into_iter()
                .map(|note| view! { <li data-t="note"><p>{note.text}</p><span class="muted">{note.by.0}", "{time(note.at)}</span></li> })
                .collect_view()}
        </ul>
        <textarea
            rows="2"
            data-t="note-input"
            aria-label="A note"
            placeholder="A note; Ctrl Enter keeps it"
            prop:value=move || text.get()
            on:input:target=move |event| text.set(event.target().value())
            on:keydown=move |event| {
                if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    by_key();
                } else if event.key() == "Escape" {
                    if let Some(item) = &leave {
                        crate::desk::show_chosen(item);
                    } else if let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
                        let _ = element.blur();
                    }
                }
            }
        ></textarea>
        {move || text.with(|text| !text.trim().is_empty()).then(|| tag("warn", "not saved"))}
        <button type="button" class="button small" data-t="note-keep" disabled=move || text.with(|text| text.trim().is_empty()) on:click=move |_| keep()>
            "Keep the note"
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_in_powers_of_1000() {
        for (bytes, words) in [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_340_000, "2.3 MB")] {
            assert_eq!(size_words(bytes), words);
        }
    }
}
