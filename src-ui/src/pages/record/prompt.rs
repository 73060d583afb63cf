//! The question that some answers need: asked in the row, never over it.

use crate::desk::Prompt;
use crate::state::app;
use leptos::prelude::*;

#[component]
pub(super) fn PromptRow(prompt: Prompt) -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let reason = RwSignal::new(String::new());
    let required = prompt.required;
    let keep = move || desk.answer_prompt(app, &reason.get_untracked());
    let on_key = move |event: web_sys::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" => keep(),
            "Escape" => desk.leave_prompt(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let hint =
        if required { "Enter keeps it, Esc leaves it" } else { "Enter keeps it, also without a reason; Esc leaves it" };
    view! {
        <div class="prompt" on:keydown=on_key on:mousedown=|event| event.stop_propagation()>
            <label>
                <span>{prompt.question}</span>
                <input
                    type="text"
                    data-t="reason-input"
                    autocomplete="off"
                    required=required
                    aria-describedby="prompt-hint"
                    on:input:target=move |event| reason.set(event.target().value())
                />
            </label>
            <button
                type="button"
                class="button small primary"
                data-t="reason-keep"
                disabled=move || required && reason.with(|reason| reason.trim().is_empty())
                on:click=move |_| keep()
            >
                {match prompt.answer.text() {
                    Some(text) => format!("Keep «{text}»"),
                    None => format!("Keep as {}", prompt.answer.state().word()),
                }}
            </button>
            <button type="button" class="button small quiet" data-t="reason-leave" on:click=move |_| desk.leave_prompt()>"Leave"</button>
            <span id="prompt-hint" class="muted">{hint}</span>
        </div>
    }
}
