//! Dialogs: the browser's own modal element, which traps the focus, closes on Esc and makes the rest inert.

use crate::components::banner::fault;
use crate::components::icon::{Icon, icon};
use crate::components::palette::Palette;
use crate::components::papers::{Job, Papers};
use crate::components::path::{PathField, Purpose};
use crate::ipc::{self, FileKind};
use crate::keys::{Binding, EVERYWHERE, RECORD};
use crate::route::{Place, Route};
use crate::state::{App, app};
use countersign_core::api::{ApiError, ChecklistSource, SetPerson};
use countersign_core::record::{Intent, Person};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Which dialog is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// Open a file.
    Open,
    /// All keys.
    Keys,
    /// Every action.
    Palette,
    /// Who is using the app.
    Name,
    /// Add an item that the checklist does not have, to a section.
    AddItem(usize),
    /// Forms, and a record as Markdown.
    Papers(Job),
}

/// The open dialog, if one is.
#[component]
pub(crate) fn Dialogs() -> impl IntoView {
    let app = app();
    move || {
        app.dialog.get().map(|dialog| match dialog {
            Dialog::Open => view! { <Modal title="Open a file"><OpenFile/></Modal> }.into_any(),
            Dialog::Keys => view! { <Modal title="Keys"><Keys/></Modal> }.into_any(),
            Dialog::Palette => view! { <Modal title="Every action" slim=true><Palette/></Modal> }.into_any(),
            Dialog::Name => view! { <Modal title="Who are you?"><Name/></Modal> }.into_any(),
            Dialog::Papers(job) => view! { <Modal title=job.title()><Papers job/></Modal> }.into_any(),
            Dialog::AddItem(section) => view! { <Modal title="Add a step"><AddItem section/></Modal> }.into_any(),
        })
    }
}

#[component]
fn Modal(title: &'static str, #[prop(optional)] slim: bool, children: Children) -> impl IntoView {
    let app = app();
    let shell = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(shell) = shell.get()
            && !shell.open()
        {
            let _ = shell.show_modal();
        }
    });
    let close = move || app.dialog.set(None);
    view! {
        <dialog
            node_ref=shell
            class="modal"
            class:slim=slim
            aria-label=title
            data-t="dialog"
            on:cancel=move |event: web_sys::Event| {
                event.prevent_default();
                close();
            }
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.prevent_default();
                    event.stop_propagation();
                    close();
                }
            }
            on:mousedown=move |_| close()
        >
            <div class="modal-body" on:mousedown=move |event| event.stop_propagation()>
                {(!slim)
                    .then(|| {
                        view! {
                            <header>
                                <h2>{title}</h2>
                                <button type="button" class="button quiet small" aria-label="Close" data-t="dialog-close" on:click=move |_| close()>
                                    {icon(Icon::Close)}
                                </button>
                            </header>
                        }
                    })}
                {children()}
            </div>
        </dialog>
    }
}

#[component]
fn OpenFile() -> impl IntoView {
    let app = app();
    let path = RwSignal::new(String::new());
    let open = move || app.open_path(&path.get_untracked());
    let shipped = move || {
        let checklists = app.overview.with(|overview| overview.as_ref().map(|overview| overview.checklists.clone()));
        let shipped = checklists.unwrap_or_default();
        shipped.into_iter().filter(|of| matches!(of.source, ChecklistSource::Shipped { .. })).collect::<Vec<_>>()
    };
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                open();
            }
        >
            <PathField
                path
                label="Path of a Markdown checklist or a PDF report"
                handle="open-path"
                first=true
                kind=FileKind::Checklist
                purpose=Purpose::Read
                submit=Callback::new(move |()| open())
            />
            <p class="muted">"A file can also be dropped on the window."</p>
            {move || {
                let recent = app.recent.get();
                (!recent.is_empty())
                    .then(|| {
                        view! {
                            <h3>"Recent"</h3>
                            <ul class="picks">
                                {recent
                                    .into_iter()
                                    .map(|recent| {
                                        let shown = recent.clone();
                                        view! {
                                            <li>
                                                <button type="button" class="pick" data-t="open-recent" on:click=move |_| app.open_path(&recent)>
                                                    {icon(Icon::Document)}
                                                    <span class="mono">{shown}</span>
                                                </button>
                                            </li>
                                        }
                                    })
                                    .collect_view()}
                            </ul>
                        }
                    })
            }}
            <h3>"Shipped checklists"</h3>
            <ul class="picks">
                {move || {
                    shipped()
                        .into_iter()
                        .map(|of| {
                            let source = of.source.clone();
                            let go = move |_| {
                                app.dialog.set(None);
                                app.go(Route::Checklist(source.clone()));
                            };
                            view! {
                                <li>
                                    <button type="button" class="pick" data-t="open-shipped" on:click=go>
                                        {icon(Icon::List)}
                                        <span>{of.title}</span>
                                        <span class="muted mono">{of.name}</span>
                                    </button>
                                </li>
                            }
                        })
                        .collect_view()
                }}
            </ul>
            <footer>
                <button type="submit" class="button primary" data-t="open-confirm" disabled=move || path.with(|path| path.trim().is_empty())>
                    "Open"
                </button>
            </footer>
        </form>
    }
}

#[component]
fn Keys() -> impl IntoView {
    let table = |bindings: &'static [Binding]| {
        bindings
            .iter()
            .map(|binding| view! { <div class="key"><kbd>{binding.shown}</kbd><span>{binding.words}</span></div> })
            .collect_view()
    };
    let places = Place::ALL.map(|place| {
        view! {
            <div class="key">
                <kbd>{format!("G {}", place.letter().to_ascii_uppercase())}</kbd>
                <span>{place.word()}</span>
            </div>
        }
    });
    view! {
        <div class="keys" data-t="keys">
            <section>
                <h3>"In a record"</h3>
                {table(RECORD)}
                <div class="key"><kbd>"1 … 9"</kbd><span>"Choose that option"</span></div>
                <div class="key"><kbd>"Esc"</kbd><span>"Leave what was begun"</span></div>
            </section>
            <section>
                <h3>"Everywhere"</h3>
                {table(EVERYWHERE)}
                <h3>"Places"</h3>
                {places}
                <div class="key"><kbd>"G O"</kbd><span>"Sign-off of the record"</span></div>
                <div class="key"><kbd>"G T"</kbd><span>"Report of the record"</span></div>
            </section>
        </div>
    }
}

/// Keeps who is using the app.
pub(crate) fn set_person(app: App, name: String, fault: RwSignal<Option<ApiError>>, then: impl FnOnce() + 'static) {
    spawn_local(async move {
        match ipc::call(SetPerson { person: Person::from(name.as_str()) }).await {
            Ok(()) => {
                app.overview.update(|overview| {
                    if let Some(overview) = overview {
                        overview.person = Some(Person::from(name.as_str()));
                    }
                });
                then();
            }
            Err(error) => drop(fault.try_set(Some(error))),
        }
    });
}

#[component]
fn Name() -> impl IntoView {
    let app = app();
    let name = RwSignal::new(String::new());
    let refused = RwSignal::new(None);
    let keep = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let name = name.get_untracked();
        if !name.trim().is_empty() {
            set_person(app, name, refused, move || app.dialog.set(None));
        }
    };
    view! {
        <form on:submit=keep>
            <p>"Every answer is kept with the name of who gave it. A name is no proof; a sign-off is."</p>
            <label class="field wide">
                <span class="label">"Your name"</span>
                <input type="text" autofocus data-t="person-name" autocomplete="name" prop:value=move || name.get() on:input:target=move |event| name.set(event.target().value())/>
            </label>
            {fault(move || refused.get())}
            <footer>
                <button type="submit" class="button primary" data-t="person-keep">"Keep"</button>
            </footer>
        </form>
    }
}

#[component]
fn AddItem(section: usize) -> impl IntoView {
    let app = app();
    let label = RwSignal::new(String::new());
    let title = app.desk.view.with_untracked(|view| Some(view.as_ref()?.template.sections.get(section)?.title.clone()));
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let label = label.get_untracked();
        if !label.trim().is_empty() {
            app.desk.act(app, None, Intent::AddItem { section, label });
            app.dialog.set(None);
        }
    };
    view! {
        <form on:submit=add>
            <p>{format!("At the end of «{}». It is listed as a deviation: the checklist did not have it.", title.unwrap_or_default())}</p>
            <label class="field wide">
                <span class="label">"What is to be done"</span>
                <input type="text" autofocus data-t="add-item-label" prop:value=move || label.get() on:input:target=move |event| label.set(event.target().value())/>
            </label>
            <footer>
                <button type="submit" class="button primary" data-t="add-item-confirm">"Add"</button>
            </footer>
        </form>
    }
}
