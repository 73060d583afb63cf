//! The baseline on the paper: the bar that freezes or waives it, how a value stands to it, what it proposes for a question.

use crate::components::facts::{tag, time};
use crate::components::icon::{Icon, icon};
use crate::desk::Desk;
use crate::state::{App, app};
use countersign_core::api::FillBaseline;
use countersign_core::checklist::{Item, ItemKind};
use countersign_core::record::baseline::{Baseline, Trend, compare, members, proposals};
use countersign_core::record::rounds::section_of;
use countersign_core::record::{Answer, Intent};
use leptos::prelude::*;

/// Under the baseline's fields: whether it is frozen, and the way to freeze or waive it.
#[component]
pub(super) fn Bar() -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let stands = Memo::new(move |_| {
        desk.view.with(|view| {
            let view = view.as_ref()?;
            let all = members(&view.template);
            let filled = all.iter().filter(|item| view.item(&item.id).text.is_some()).count();
            let settled = view.rounds.anchor.is_some() || !view.is_open();
            Some((view.baseline.clone(), filled, all.len(), settled))
        })
    });
    let reason = RwSignal::new(String::new());
    let waive = move |_| desk.act(app, None, Intent::WaiveBaseline { reason: reason.get_untracked() });
    move || {
        let (Baseline { frozen, waived, corrections }, filled, all, settled) = stands.get()?;
        let words = match (frozen, waived) {
            (Some(frozen), _) => {
                let missing = frozen.missing.len();
                view! {
                    {tag("good", "baseline frozen")}
                    <span>{time(frozen.at)}{format!(" by {}, {} values", frozen.by, frozen.values.len())}</span>
                    {(missing > 0).then(|| tag("warn", format!("{missing} without a value")))}
                    {(!corrections.is_empty()).then(|| tag("warn", format!("{} corrected since", corrections.len())))}
                }
                .into_any()
            }
            (None, Some(waived)) => {
                view! { {tag("warn", "baseline waived")}<span>{format!("{}: {}", waived.by, waived.text)}</span> }.into_any()
            }
            (None, None) if settled => tag("warn", "no baseline was frozen").into_any(),
            (None, None) => view! {
                <span><strong>"Baseline"</strong>{format!(" {filled} of {all} values. Freeze it before the deployment is ticked.")}</span>
                <button type="button" class="button small primary" data-t="baseline-freeze" disabled=filled == 0 on:click=move |_| desk.act(app, None, Intent::FreezeBaseline)>
                    {icon(Icon::Shield)}
                    "Freeze"
                </button>
                <button type="button" class="button small" data-t="baseline-fill" disabled=filled == all on:click=move |_| desk.command(app, |record, person| FillBaseline { record, person })>
                    "Take over what probes measured"
                </button>
                <details>
                    <summary>"Go on without …"</summary>
                    <input type="text" data-t="baseline-reason" aria-label="Why is there no baseline?" placeholder="Why is there none?" on:input:target=move |event| reason.set(event.target().value())/>
                    <button type="button" class="button small" data-t="baseline-waive" disabled=move || reason.with(|reason| reason.trim().is_empty()) on:click=waive>"Waive"</button>
                </details>
            }
            .into_any(),
        };
        Some(view! { <div class="baseline-bar" data-t="baseline">{words}</div> })
    }
}

/// Better, worse or similar, beside a value; and that the baseline was corrected since.
pub(super) fn against(desk: Desk, item: &Item) -> impl IntoView + use<> {
    let asked = item.clone();
    let found = Memo::new(move |_| {
        desk.follow(&asked.id);
        desk.view.with_untracked(|view| {
            let view = view.as_ref()?;
            let entered = view.item(&asked.id);
            let compared = compare(view, &asked, entered.text.as_deref()?);
            Some((compared.map(|found| (found.trend, found.shown)), entered.stale.clone()))
        })
    });
    move || {
        found.get().map(|(compared, stale)| {
            let compared = compared.map(|(trend, shown)| {
                let class = match trend {
                    Trend::Better => "verdict good",
                    Trend::Worse => "verdict bad",
                    Trend::Similar => "verdict",
                    Trend::Unknown => "verdict warn",
                };
                let arrow = match trend {
                    Trend::Better => "↗ better",
                    Trend::Worse => "↘ worse",
                    Trend::Similar => "≈ similar",
                    Trend::Unknown => "? to baseline",
                };
                view! { <span class=class title=shown data-t="trend">{arrow}</span> }
            });
            view! { {compared}{stale.map(|stale| view! { <span class="verdict warn" title=stale>"stale: baseline changed"</span> })} }
        })
    }
}

/// The item is entered in rounds now, not here.
pub(super) fn entered_in_rounds(desk: Desk, item: &Item) -> Memo<bool> {
    let of_rounds =
        desk.view.with_untracked(|view| view.as_ref().is_some_and(|view| section_of(&view.template, item).is_some()));
    Memo::new(move |_| {
        of_rounds && desk.view.with(|view| view.as_ref().is_some_and(|view| view.rounds.anchor.is_some()))
    })
}

/// What the values speak for, beside a question that nobody has answered. A click takes it over.
pub(super) fn proposed(app: App, item: &Item) -> Option<impl IntoView + use<>> {
    let ItemKind::Choice { options } = &item.kind else { return None };
    if options.len() < 3 {
        return None;
    }
    let desk = app.desk;
    let id = item.id.clone();
    let of_memo = id.clone();
    let found = Memo::new(move |_| {
        desk.view.with(|view| {
            let view = view.as_ref()?;
            let open = view.item(&of_memo).text.is_none();
            proposals(view).into_iter().find(|each| open && each.item == of_memo)
        })
    });
    Some(move || {
        found.get().map(|each| {
            let (id, option) = (id.clone(), each.option.clone());
            let take = move |_| desk.answer(app, &id, Answer::Chosen { option: option.clone() });
            view! {
                <button type="button" class="proposal" data-t="proposal" title=each.reason disabled=move || !desk.is_open.get() on:mousedown=|event| event.stop_propagation() on:click=take>
                    {format!("the values say {}", each.option)}
                </button>
            }
        })
    })
}
