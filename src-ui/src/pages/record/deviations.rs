//! What went otherwise than the checklist says, gravest first: the list that page 1 of the report shows.

use crate::components::banner::empty;
use crate::components::facts::{tag, time};
use crate::state::app;
use countersign_core::record::{Deviation, DeviationKind, Standing};
use leptos::prelude::*;

#[component]
pub(super) fn Deviations() -> impl IntoView {
    let desk = app().desk;
    let list = move || {
        let found = desk.found.with(|found| found.deviations.clone());
        if found.is_empty() {
            return empty(
                "Nothing deviates so far.",
                "Skipped, failed and corrected items, missed limits and stale sign-offs come up here by themselves.",
            )
            .into_any();
        }
        let rows = found.into_iter().map(|deviation| {
            let item = deviation.item.clone();
            let kind = format!("{:?}", deviation.kind);
            view! {
                <li>
                    <button type="button" class="deviation" data-t="deviation" data-kind=kind disabled=item.is_none() on:click=move |_| {
                        if let Some(item) = &item {
                            desk.jump(item);
                        }
                    }>
                        {deviation_words(deviation)}
                    </button>
                </li>
            }
        });
        view! { <ul class="deviations">{rows.collect_view()}</ul> }.into_any()
    };
    view! { {list}<Rules/> }
}

/// The colour of a sort of deviation.
fn class_of(kind: DeviationKind) -> &'static str {
    match kind {
        kind if kind.is_grave() => "bad",
        DeviationKind::NotApplicable | DeviationKind::AddedOnTheSpot | DeviationKind::NotUnderstood => "plain",
        _ => "warn",
    }
}

/// The checklist's rules, each with whether it is kept.
#[component]
fn Rules() -> impl IntoView {
    let desk = app().desk;
    move || {
        let rows = desk.found.with(|found| found.duties.clone()).into_iter().map(|duty| {
            let (class, state) = match duty.standing {
                Standing::Kept => ("good", "kept"),
                Standing::Open => ("plain", "open"),
                Standing::Broken => ("bad", "broken"),
            };
            view! {
                <li class="deviation" data-t="rule" data-standing=state>
                    <span class="deviation-head">{tag(class, duty.standing.words())}<strong>{duty.rule}</strong></span>
                    <span>{duty.detail}</span>
                </li>
            }
        });
        let rows = rows.collect_view();
        (!rows.is_empty()).then(|| view! { <h3>"Rules"</h3><ul class="deviations">{rows}</ul> })
    }
}

/// A deviation with what, why, who and when.
pub(crate) fn deviation_words(deviation: Deviation) -> impl IntoView {
    let by = deviation.by.map(|by| by.0);
    view! {
        <span class="deviation-head">{tag(class_of(deviation.kind), deviation.kind.words())}<strong>{deviation.label}</strong></span>
        <span>{deviation.detail}</span>
        <span class="muted">{by}{deviation.at.map(|at| view! { " "{time(at)} })}</span>
    }
}
