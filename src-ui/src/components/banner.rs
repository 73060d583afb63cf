//! Banners: what went wrong with what to do, and other things that must be seen where they happened.

use crate::components::icon::{Icon, icon};
use countersign_core::api::ApiError;
use leptos::prelude::*;

/// A fault: what happened, why, what to do. Nothing is shown while there is none.
pub(crate) fn fault(of: impl Fn() -> Option<ApiError> + Send + Sync + 'static) -> impl IntoView {
    move || of().map(|error| fault_now(&error))
}

/// A fault that is there.
pub(crate) fn fault_now(error: &ApiError) -> impl IntoView + use<> {
    view! {
        <div class="banner bad" role="alert" data-t="fault">
            {icon(Icon::Warning)}
            <div>
                <strong>{error.message.clone()}</strong>
                <p>{error.hint.clone()}</p>
            </div>
        </div>
    }
}

/// Something good that has happened.
pub(crate) fn success(words: String) -> impl IntoView {
    view! {
        <div class="banner good" role="status" data-t="success">
            {icon(Icon::Shield)}
            <div>{words}</div>
        </div>
    }
}

/// Nothing is there yet, and what to do about it.
pub(crate) fn empty(words: &'static str, hint: &'static str) -> impl IntoView {
    view! {
        <div class="empty" data-t="empty">
            <p>{words}</p>
            <p class="muted">{hint}</p>
        </div>
    }
}

/// Being done; shown only if it takes a while.
pub(crate) fn working() -> impl IntoView {
    view! { <p class="reading muted" role="status">"Working …"</p> }
}

/// Being read; shown only if it takes a while.
pub(crate) fn reading() -> impl IntoView {
    view! { <p class="reading muted" role="status">"Reading …"</p> }
}
