//! What stands in the blanks of a row: fields with unit and verdict, choices, signatures.

use crate::browser;
use crate::components::facts::tag;
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::desk::{Desk, show_chosen};
use crate::route::Route;
use crate::state::App;
use countersign_core::checklist::{Item, ItemKind, ValueKind};
use countersign_core::condition::{Evaluation, Outcome};
use countersign_core::id::ItemId;
use countersign_core::record::{Answer, Freshness, ItemView, Meaning, freshness, value};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, KeyboardEvent};

/// Where a field stands.
#[derive(Clone, PartialEq)]
enum Standing {
    Plain,
    Judged(Evaluation),
    /// What is typed is not a value that the field takes.
    Refused(String),
}

/// A field: typed in place, with its unit, and its verdict beside it while it is typed.
pub(super) fn field(app: App, item: &Item) -> AnyView {
    let desk = app.desk;
    let id = item.id.clone();
    let (unit, width, mode) = unit_and_width(item);
    let (of_kept, of_unit) = (id.clone(), unit.clone());
    let kept = Memo::new(move |_| {
        let text = entered(desk, &of_kept, |item| item.text.clone())?;
        Some(without_unit(&text, of_unit.as_deref()).to_owned())
    });
    let of_draft = id.clone();
    let draft = Memo::new(move |_| {
        desk.follow(&of_draft);
        desk.drafts.with_untracked(|drafts| drafts.get(&of_draft).cloned())
    });
    let of_former = id.clone();
    let former = Memo::new(move |_| entered(desk, &of_former, former_text));
    let asked = item.clone();
    let of_verdict = id.clone();
    let standing = Memo::new(move |_| match draft.get().filter(|draft| !draft.trim().is_empty()) {
        Some(draft) => match value::accept(&asked, &draft) {
            Ok(taken) => standing_of(desk.view.with_untracked(|view| view.as_ref()?.judge(&asked.id, &taken))),
            Err(refused) => Standing::Refused(refused.to_string()),
        },
        None => standing_of(entered(desk, &of_verdict, |item| item.verdict.clone())),
    });
    let against = super::baseline::against(desk, item);
    let in_rounds = super::baseline::entered_in_rounds(desk, item);
    let label = item.label.clone();
    let (typed, focused, left, keyed) = (id.clone(), id.clone(), id.clone(), id.clone());
    view! {
        <span class="slot-field" class:unsaved=move || draft.get().is_some() class:refused=move || matches!(standing.get(), Standing::Refused(_))>
            {move || former.get().map(|former| view! { <s class="former" title="the value before">{former}</s>" " })}
            <input
                type="text"
                id=format!("entry-{id}")
                class="blank"
                style=format!("--width:{width}ch")
                inputmode=mode
                data-t="field-input"
                data-item=id.to_string()
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                prop:readOnly=move || !desk.is_open.get() || in_rounds.get()
                title=move || in_rounds.get().then_some("Entered in rounds, under the heading above")
                prop:value=move || draft.get().or_else(|| kept.get()).unwrap_or_default()
                on:input:target=move |event| desk.type_draft(&typed, event.target().value())
                on:focus=move |_| desk.choose(&focused)
                on:blur=move |_| {
                    let asking = desk.prompt.with_untracked(|prompt| prompt.as_ref().is_some_and(|prompt| prompt.item == left));
                    if !asking {
                        desk.keep_draft(app, &left);
                    }
                }
                on:mousedown=|event| event.stop_propagation()
                on:keydown=move |event| field_key(app, &keyed, &event)
            />
            {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
            {move || verdict_view(standing.get())}
            {against}
        </span>
    }
    .into_any()
}

/// Something of what was entered for an item; follows the item.
fn entered<T>(desk: Desk, id: &ItemId, of: impl Fn(&ItemView) -> Option<T>) -> Option<T> {
    desk.follow(id);
    desk.view.with_untracked(|view| of(view.as_ref()?.item(id)))
}

fn field_key(app: App, id: &ItemId, event: &KeyboardEvent) {
    let desk = app.desk;
    match event.key().as_str() {
        "Enter" => {
            desk.keep_draft(app, id);
            if desk.prompt.with_untracked(Option::is_none) {
                go_on(desk, id);
            }
        }
        "Escape" => {
            desk.drop_draft(id);
            desk.forgive(id);
            show_chosen(id);
        }
        "ArrowDown" | "ArrowUp" => {
            desk.keep_draft(app, id);
            if desk.prompt.with_untracked(Option::is_none) {
                desk.step(if event.key() == "ArrowDown" { 1 } else { -1 });
            }
        }
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// To the field that follows, on the same line or the next; otherwise the row is left chosen.
fn go_on(desk: Desk, id: &ItemId) {
    let Some(outline) = desk.outline.get_untracked() else { return };
    let line = outline.line(id);
    let rest = line.iter().skip_while(|item| *item != id).skip(1);
    let next_line = desk.view.with_untracked(|view| outline.step(view.as_ref()?, Some(id), 1));
    let next_line = next_line.map(|lead| outline.line(&lead)).filter(|next| *next != line).unwrap_or_default();
    let is_field = |id: &&ItemId| browser::element(&format!("entry-{id}")).is_some_and(|of| of.tag_name() == "INPUT");
    let only_fields = next_line.first().filter(is_field);
    match rest.into_iter().find(is_field).or(only_fields) {
        Some(next) => {
            if let Some(entry) = browser::element(&format!("entry-{next}")) {
                let _ = entry.focus();
            }
        }
        None => show_chosen(id),
    }
}

/// Unit, width in characters, and which keyboard a touch screen shows.
pub(super) fn unit_and_width(item: &Item) -> (Option<String>, usize, &'static str) {
    let own = |unit: &Option<Box<str>>| unit.as_deref().map(str::to_owned);
    match &item.kind {
        ItemKind::Field { value: ValueKind::Number, unit, .. } => (own(unit), 8, "decimal"),
        ItemKind::Field { value: ValueKind::Date | ValueKind::Time | ValueKind::Version, unit, .. } => {
            (own(unit), 14, "text")
        }
        ItemKind::Field { value: ValueKind::Contact, unit, .. } => (own(unit), 16, "text"),
        ItemKind::Field { unit, .. } => (own(unit), 26, "text"),
        _ => (None, 26, "text"),
    }
}

/// The record keeps a number with its unit; in the blank the unit stands beside it.
fn without_unit<'a>(text: &'a str, unit: Option<&str>) -> &'a str {
    unit.and_then(|unit| text.strip_suffix(unit)).map_or(text, str::trim_end)
}

/// The last value that was another one, when a value was corrected. The values of rounds follow each other and correct nothing.
fn former_text(item: &ItemView) -> Option<String> {
    let now = item.text.as_deref()?;
    let typed = item.answers.iter().rev().take_while(|given| !given.of_round);
    typed.filter_map(|given| given.answer.text()).find(|text| *text != now).map(str::to_owned)
}

fn standing_of(verdict: Option<Evaluation>) -> Standing {
    verdict.map_or(Standing::Plain, Standing::Judged)
}

/// Class and words of a verdict.
pub(super) fn verdict_words(found: &Evaluation) -> (&'static str, String) {
    match found.outcome {
        Outcome::Met => ("verdict good", "✓ met".to_owned()),
        Outcome::NotMet => ("verdict bad", "✕ not met".to_owned()),
        Outcome::Unknown => ("verdict warn", "? unknown".to_owned()),
    }
}

fn verdict_view(standing: Standing) -> Option<AnyView> {
    match standing {
        Standing::Plain => None,
        Standing::Refused(why) => Some(view! { <span class="verdict refused" role="alert">{why}</span> }.into_any()),
        Standing::Judged(evaluation) => {
            let class = match evaluation.outcome {
                Outcome::Met => "good",
                Outcome::NotMet => "bad",
                Outcome::Unknown => "warn",
            };
            let title = format!("{}\n{}", evaluation.shown, evaluation.reason).trim().to_owned();
            Some(
                view! {
                    <span class=format!("verdict {class}") title=title>
                        {mark(evaluation.outcome.into(), Form::Round)}
                        {evaluation.outcome.words()}
                    </span>
                }
                .into_any(),
            )
        }
    }
}

/// A choice: its options as they stand in the checklist.
pub(super) fn choice(app: App, item: &Item, options: Vec<String>) -> AnyView {
    let desk = app.desk;
    let id = item.id.clone();
    let of_kept = id.clone();
    let kept = Memo::new(move |_| entered(desk, &of_kept, |item| item.text.clone()));
    let group = id.clone();
    let buttons: Vec<_> = options
        .into_iter()
        .enumerate()
        .map(|(index, option)| {
            let (of_mark, of_click, item) = (option.clone(), option.clone(), id.clone());
            let chosen = Memo::new(move |_| kept.with(|kept| kept.as_deref() == Some(of_mark.as_str())));
            let pick = move |event: web_sys::MouseEvent| {
                desk.choose(&item);
                desk.answer(app, &item, Answer::Chosen { option: of_click.clone() });
                // A click of the mouse leaves the keys with the row.
                if event.detail() > 0 && desk.prompt.with_untracked(Option::is_none) {
                    show_chosen(&item);
                }
            };
            view! {
                <button
                    type="button"
                    role="radio"
                    id=(index == 0).then(|| format!("entry-{id}"))
                    class="option"
                    class:picked=move || chosen.get()
                    aria-checked=move || chosen.get().to_string()
                    data-t="choice-option"
                    data-item=id.to_string()
                    data-option=option.clone()
                    disabled=move || !desk.is_open.get()
                    on:mousedown=|event| event.stop_propagation()
                    on:click=pick
                >
                    {move || chosen.get().then(|| mark(Mark::Done, Form::Round))}
                    {option.clone()}
                </button>
            }
        })
        .collect();
    view! {
        <span class="choice" role="radiogroup" aria-label=item.label.clone() on:keydown=move |event| choice_key(desk, &group, &event)>{buttons}</span>
        {super::baseline::proposed(app, item)}
    }
    .into_any()
}

/// The arrows move within the options; Esc gives the keys back to the row.
fn choice_key(desk: Desk, id: &ItemId, event: &KeyboardEvent) {
    let target: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
    let Some(button) = target else { return };
    let to = match event.key().as_str() {
        "ArrowRight" => button.next_element_sibling(),
        "ArrowLeft" => button.previous_element_sibling(),
        "Escape" => {
            desk.choose(id);
            show_chosen(id);
            None
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(to) = to.and_then(|to| to.dyn_into::<HtmlElement>().ok()) {
        let _ = to.focus();
    }
}

/// What stands on a sign-off line.
#[derive(Clone, PartialEq)]
struct Signed {
    words: String,
    title: String,
    approves: bool,
    freshness: Freshness,
    meaning: Meaning,
}

/// A sign-off line: who signed, or the way to sign.
pub(super) fn signature(app: App, item: &Item, role: String) -> AnyView {
    let desk = app.desk;
    let (of_item, of_role, id) = (item.id.clone(), role.clone(), item.id.clone());
    let signed = Memo::new(move |_| {
        desk.view.with(|view| {
            let view = view.as_ref()?;
            let on_line =
                view.sign_offs.iter().rev().find(|signed| signed.sign_off.statement.item.as_ref() == Some(&of_item));
            let signed = on_line?;
            let statement = &signed.sign_off.statement;
            let decision = view.decision_words(statement);
            Some(Signed {
                words: format!("{}: {decision}", statement.person),
                title: format!(
                    "Signed {}\nby the certificate {}",
                    browser::with_zone(statement.at),
                    statement.certificate
                ),
                approves: statement.decision.approves(),
                freshness: freshness(view, signed),
                meaning: statement.meaning,
            })
        })
    });
    let go = move |_| {
        desk.choose(&id);
        if let Some(record) = desk.record() {
            app.go(Route::SignOff(record, Some(of_role.clone())));
        }
    };
    let (handle, entry) = (item.id.to_string(), format!("entry-{}", item.id));
    view! {
        <span class="signature-slot" data-t="sign-line" data-item=handle>
            {move || {
                let signed = signed.get();
                let sign = if signed.is_some() { "Sign again" } else { "Sign" };
                view! {
                    {signed
                        .as_ref()
                        .map(|signed| {
                            view! {
                                <span class="signed-by" class:returned=!signed.approves title=signed.title.clone()>
                                    {icon(Icon::Shield)}
                                    {signed.words.clone()}
                                </span>
                                {match signed.freshness {
                                    Freshness::Current => None,
                                    Freshness::AsIntended(_) => Some(tag("plain", signed.freshness.words(signed.meaning)).into_any()),
                                    Freshness::Stale(_) => Some(tag("warn", "stale: changed since").into_any()),
                                }}
                            }
                        })}
                    <button type="button" id=entry.clone() class="button small" class:quiet=signed.is_some() title=format!("Sign as {role}") on:click=go.clone()>
                        {icon(Icon::Pen)}
                        {sign}
                    </button>
                }
            }}
        </span>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_stands_once() {
        for (text, unit, shown) in
            [("612 ms", Some("ms"), "612"), ("0.1%", Some("%"), "0.1"), ("5 s", Some("ms"), "5 s"), ("v2", None, "v2")]
        {
            assert_eq!(without_unit(text, unit), shown);
        }
    }
}
