//! A path: typed, or browsed for with the system's dialog.

use crate::components::icon::{Icon, icon};
use crate::ipc::{self, FileKind};
use crate::state::app;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Whether a file is to be read or written.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Read,
    /// With the suggested name.
    Write(&'static str),
}

/// A path field with its Browse button. `handle` is what tests find the input by; the button has `-browse` after it.
#[component]
pub(crate) fn PathField(
    path: RwSignal<String>,
    label: &'static str,
    handle: &'static str,
    kind: FileKind,
    purpose: Purpose,
    /// It has the focus when its dialog opens.
    #[prop(optional)]
    first: bool,
    /// What Enter does.
    #[prop(into)]
    submit: Callback<()>,
) -> impl IntoView {
    let app = app();
    let browse = move |_| {
        spawn_local(async move {
            let chosen = match purpose {
                Purpose::Read => ipc::choose_file(kind).await,
                Purpose::Write(suggested) => ipc::choose_save(suggested, kind).await,
            };
            match chosen {
                Ok(Some(chosen)) => drop(path.try_set(chosen)),
                Ok(None) => {}
                Err(error) => app.fault.set(Some(error)),
            }
        });
    };
    view! {
        <label class="field wide">
            <span class="label">{label}</span>
            <span class="with-button">
                <input
                    type="text"
                    data-t=handle
                    spellcheck="false"
                    autocomplete="off"
                    autofocus=first
                    prop:value=move || path.get()
                    on:input:target=move |event| path.set(event.target().value())
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            event.prevent_default();
                            submit.run(());
                        }
                    }
                />
                <button type="button" class="button" data-t=format!("{handle}-browse") on:click=browse>
                    {icon(Icon::Open)}
                    "Browse …"
                </button>
            </span>
        </label>
    }
}
