//! Rounds under their heading: where each stands, the form of the one that is open or chosen, the values of all in a table and plots.

use super::slots::{unit_and_width, verdict_words};
use crate::browser;
use crate::components::draw::{add, all, at, clear, value_of};
use crate::components::plot::{Across, Point, plot};
use crate::desk::Desk;
use crate::state::{App, app};
use countersign_core::checklist::{Item, ItemKind};
use countersign_core::condition::Outcome;
use countersign_core::id::ItemId;
use countersign_core::record::rounds::{RoundEntry, RoundSlots, Slot, SlotState, slots};
use countersign_core::record::{Answer, Intent, View, value};
use countersign_core::report::plot_of_rounds;
use countersign_core::time::{Timestamp, duration_words};
use leptos::html::Div;
use leptos::prelude::*;
use std::collections::BTreeMap;
use web_sys::Element;

/// What a form is drawn for: how many entries there are, and which slot is open, and whether it wants a reason.
type Form = (usize, Option<(u32, bool)>);

#[component]
pub(super) fn Rounds(section: usize) -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let of = Memo::new(move |_| {
        let now = app.now.get();
        desk.view.with(|view| slots(view.as_ref()?, now).into_iter().find(|of| of.plan.section == section))
    });
    let kept = Memo::new(move |_| {
        desk.view.with(|view| view.as_ref().map_or(0, |view| view.rounds.of_section(section).count()))
    });
    let chosen = RwSignal::new(None::<u32>);
    let open = Memo::new(move |_| {
        let slot = of.with(|of| open_slot(of.as_ref()?, chosen.get()))?;
        desk.is_open.get().then_some((slot.number, slot.state != SlotState::Due))
    });
    let (strip, form, past) = (NodeRef::<Div>::new(), NodeRef::<Div>::new(), NodeRef::<Div>::new());
    Effect::new(move |_| {
        if let Some(strip) = strip.get() {
            of.with(|of| {
                if let Some(of) = of {
                    draw_strip(&strip, of, chosen.get());
                }
            });
        }
    });
    Effect::new(move |before: Option<Option<Form>>| {
        let (now, before, form) = ((kept.get(), open.get()), before.flatten(), form.get()?);
        if before != Some(now) {
            if before.is_some_and(|before| before.0 < now.0) {
                chosen.set(None);
            }
            draw_form(desk, &form, of, now.1);
        }
        Some(now)
    });
    Effect::new(move |_| {
        kept.track();
        if let (Some(past), Some(of)) = (past.get(), of.get()) {
            desk.view.with_untracked(|view| {
                if let Some(view) = view {
                    draw_table(&past, view, &of);
                }
            });
        }
    });
    let click = move |event: web_sys::MouseEvent| {
        if let Some((_, number)) = at(&event, "data-number") {
            let number = number.parse().ok();
            chosen.update(|chosen| *chosen = number.filter(|_| *chosen != number));
        } else if at(&event, "data-keep").is_some()
            && let (Some(form), Some((number, _))) = (form.get_untracked(), open.get_untracked())
        {
            keep(app, section, number, &form);
        }
    };
    let any = Memo::new(move |_| kept.get() > 0);
    let plots = move || {
        kept.track();
        let items = of.with_untracked(|of| of.as_ref().map(|of| of.plan.items.clone())).unwrap_or_default();
        desk.view
            .with_untracked(|view| items.iter().filter_map(|item| plot_of(view.as_ref()?, item)).collect::<Vec<_>>())
    };
    view! {
        <div class="rounds" data-t="rounds" on:click=click on:input=move |event| {
            typed(desk, &event);
        }>
            <p class="rounds-head">{move || of.with(|of| of.as_ref().map(|of| head_words(of, app.now.get())))}</p>
            <div class="round-slots" node_ref=strip></div>
            <div node_ref=form></div>
            <details class="round-history" data-t="round-history" class:hidden=move || !any.get()>
                <summary>"Values of all rounds"</summary>
                <div class="round-table" node_ref=past></div>
                <div class="round-plots">{plots}</div>
            </details>
        </div>
    }
}

/// The chosen slot, or the one that can be taken now and was not.
fn open_slot(of: &RoundSlots, chosen: Option<u32>) -> Option<Slot> {
    let found = of.slots.iter().find(|slot| match chosen {
        Some(number) => slot.number == number,
        None => slot.state.is_open(),
    });
    found.cloned()
}

fn waits(slot: &&Slot) -> bool {
    matches!(slot.state, SlotState::Upcoming | SlotState::Due | SlotState::Overdue)
}

fn head_words(of: &RoundSlots, now: Timestamp) -> String {
    let plan = of.plan.words();
    if of.slots.is_empty() {
        return format!("{plan}, counted from the deploy tick");
    }
    match of.slots.iter().find(waits) {
        Some(slot) => format!("{plan} · round {} {}", slot.number, due_words(slot, now)),
        None => format!("{plan} · over"),
    }
}

/// «due in 1 min 40 s», «due since 20 s», «late by 3 min 05 s».
fn due_words(slot: &Slot, now: Timestamp) -> String {
    let left = slot.due.since(now);
    let (word, time) = match (&slot.state, left) {
        (SlotState::Overdue, _) => ("late by", -left),
        (_, ..=0) => ("due since", -left),
        _ => ("due in", left),
    };
    format!("{word} {}", duration_words(time / 1000 * 1000))
}

/// Sign and class of a state: never by colour alone.
fn sign_of(slot: &Slot) -> (&'static str, &'static str) {
    match &slot.state {
        SlotState::Upcoming | SlotState::Dropped => ("○", ""),
        SlotState::Due => ("●", "due"),
        SlotState::Overdue => ("!", "warn"),
        SlotState::Taken { .. } => ("✓", "good"),
        SlotState::Late { .. } => ("✓ late", "warn"),
        SlotState::Missed { .. } => ("✕", "bad"),
    }
}

fn draw_strip(strip: &Element, of: &RoundSlots, chosen: Option<u32>) {
    clear(strip);
    for slot in &of.slots {
        let (sign, class) = sign_of(slot);
        let words = match &slot.state {
            SlotState::Missed { cause: Some(cause) } => format!("missed: {}", cause.words()),
            SlotState::Late { late_by, reason, .. } => {
                format!("{} late: {}", duration_words(*late_by), reason.as_deref().unwrap_or("no reason given"))
            }
            state => state.word().to_owned(),
        };
        let number = slot.number.to_string();
        let title = format!("Round {number}, due {}\n{words}", browser::with_zone(slot.due));
        let pressed = (chosen == Some(slot.number)).to_string();
        let mut attributes = vec![
            ("type", "button"),
            ("data-t", "round-slot"),
            ("data-number", number.as_str()),
            ("data-state", slot.state.word()),
            ("title", title.as_str()),
            ("aria-label", title.as_str()),
            ("aria-pressed", pressed.as_str()),
        ];
        if matches!(slot.state, SlotState::Upcoming | SlotState::Dropped) {
            attributes.push(("disabled", ""));
        }
        add(strip, "button", &format!("round-slot {class}"), &format!("{sign} {number}"), &attributes);
    }
}

/// The form of a slot. Drawn anew only when the slot or its state changes, so that what is typed stays.
fn draw_form(desk: Desk, form: &Element, of: Memo<Option<RoundSlots>>, open: Option<(u32, bool)>) {
    clear(form);
    form.set_class_name("");
    let Some((number, late)) = open else { return };
    form.set_class_name("round-form");
    let _ = form.set_attribute("data-t", "round-form");
    let Some(fields) = add(form, "div", "round-fields", "", &[]) else { return };
    desk.view.with_untracked(|view| {
        let (Some(view), Some(of)) = (view, of.get_untracked()) else { return };
        for item in of.plan.items.iter().filter_map(|id| view.template.item(id)) {
            draw_entry(&fields, item);
        }
    });
    if late {
        let asks = "Why late, or why changed?";
        add(
            form,
            "input",
            "round-reason",
            "",
            &[("type", "text"), ("data-t", "round-reason"), ("placeholder", asks), ("aria-label", asks)],
        );
    }
    let words = format!("Keep round {number}");
    add(
        form,
        "button",
        "button small primary",
        &words,
        &[("type", "button"), ("data-t", "round-keep"), ("data-keep", "")],
    );
}

fn draw_entry(fields: &Element, item: &Item) -> Option<()> {
    let row = add(fields, "label", "round-entry", "", &[])?;
    add(&row, "span", "", &item.label, &[])?;
    let handles = [("data-t", "round-input"), ("data-item", item.id.as_str()), ("data-entry", "")];
    let options = match &item.kind {
        ItemKind::Field { .. } => {
            let (unit, width, mode) = unit_and_width(item);
            let style = format!("--width:{width}ch");
            let more = [("type", "text"), ("inputmode", mode), ("style", style.as_str()), ("autocomplete", "off")];
            add(&row, "input", "blank", "", &[&handles[..], &more].concat())?;
            add(&row, "span", "unit", &unit.unwrap_or_default(), &[])?;
            add(&row, "span", "verdict", "", &[("data-verdict", ""), ("role", "status")])?;
            return Some(());
        }
        ItemKind::Choice { options } => options.clone(),
        _ => vec!["Done".to_owned(), "Failed".to_owned()],
    };
    let select = add(&row, "select", "", "", &handles)?;
    add(&select, "option", "", "—", &[("value", "")])?;
    for option in options {
        add(&select, "option", "", &option, &[("value", &option)])?;
    }
    Some(())
}

/// The verdict beside a value while it is typed.
fn typed(desk: Desk, event: &web_sys::Event) -> Option<()> {
    let (input, id) = at(event, "data-item")?;
    let verdict = input.parent_element().and_then(|row| all(&row, "data-verdict").pop())?;
    let text = value_of(&input);
    let (class, words) = desk
        .view
        .with_untracked(|view| {
            let view = view.as_ref()?;
            let item = view.template.item(&ItemId::from(id.as_str()))?;
            if text.trim().is_empty() {
                return None;
            }
            Some(match value::accept(item, &text) {
                Err(refused) => ("verdict refused", refused.to_string()),
                Ok(taken) => {
                    view.judge(&item.id, &taken).map_or(("verdict", String::new()), |found| verdict_words(&found))
                }
            })
        })
        .unwrap_or(("verdict", String::new()));
    verdict.set_class_name(class);
    verdict.set_text_content(Some(&words));
    Some(())
}

fn keep(app: App, section: usize, number: u32, form: &Element) {
    let desk = app.desk;
    let reason = all(form, "data-t").iter().find(|of| of.class_name() == "round-reason").map(value_of);
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let entered = all(form, "data-entry");
    let entered =
        entered.iter().filter_map(|of| Some((ItemId::from(of.get_attribute("data-item")?.as_str()), value_of(of))));
    let values = desk.view.with_untracked(|view| {
        let view = view.as_ref()?;
        let mut values = BTreeMap::new();
        values.extend(entered.filter_map(|(id, text)| as_answer(view, &id, text.trim()).map(|answer| (id, answer))));
        Some(values)
    });
    let Some(values) = values else { return };
    let round = RoundEntry { section, number: Some(number), values, by: None, reason };
    desk.act(app, None, Intent::TakeRound { round });
}

fn as_answer(view: &View, id: &ItemId, text: &str) -> Option<Answer> {
    match (&view.template.item(id)?.kind, text) {
        (_, "") => None,
        (ItemKind::Field { .. }, text) => Some(Answer::Value { text: text.to_owned() }),
        (ItemKind::Choice { .. }, text) => Some(Answer::Chosen { option: text.to_owned() }),
        (_, "Failed") => Some(Answer::Failed),
        _ => Some(Answer::Done),
    }
}

/// All rounds that are over or begun, with what was entered.
fn draw_table(past: &Element, view: &View, of: &RoundSlots) -> Option<()> {
    clear(past);
    let section = of.plan.section;
    let entered = |item: &&ItemId| view.rounds.of_section(section).any(|taken| taken.values.contains_key(*item));
    let items: Vec<&ItemId> = of.plan.items.iter().filter(entered).collect();
    let table = add(past, "table", "", "", &[])?;
    let head = add(&table, "tr", "", "", &[])?;
    let labels = items.iter().map(|item| view.label(item));
    for words in ["Round", "Due", ""].map(str::to_owned).into_iter().chain(labels) {
        add(&head, "th", "", &words, &[]);
    }
    for slot in of.slots.iter().filter(|slot| !matches!(slot.state, SlotState::Upcoming | SlotState::Dropped)) {
        let row = add(&table, "tr", "", "", &[])?;
        let (sign, class) = sign_of(slot);
        add(&row, "th", "", &slot.number.to_string(), &[]);
        add(&row, "td", "", &browser::day_and_clock(slot.due), &[]);
        add(&row, "td", class, &format!("{sign} {}", slot.state.word()), &[]);
        for item in &items {
            let entered = view.rounds.value(section, slot.number, item);
            let verdict = entered.and_then(|entered| entered.verdict.as_ref());
            let (class, title) = verdict.map_or(("", ""), |found| (class_of(found.outcome), found.shown.as_str()));
            let text = entered.map_or_else(|| "—".to_owned(), |entered| entered.answer.to_string());
            add(&row, "td", class, &text, &[("title", title)]);
        }
    }
    Some(())
}

fn class_of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Met => "",
        Outcome::NotMet => "bad",
        Outcome::Unknown => "warn",
    }
}

fn plot_of(view: &View, item: &ItemId) -> Option<AnyView> {
    let found = plot_of_rounds(view, item)?;
    // For drawing only; what is judged stays exact.
    let number = |text: String| browser::number(&text);
    let bad: Vec<Timestamp> = view
        .rounds
        .values_of(item)
        .filter(|(taken, _)| {
            let entered = view.rounds.value(taken.section, taken.number, item);
            entered
                .and_then(|entered| entered.verdict.as_ref())
                .is_some_and(|verdict| verdict.outcome == Outcome::NotMet)
        })
        .map(|(taken, _)| taken.at)
        .collect();
    let breaks = found.breaks.unwrap_or_default();
    let mut points = Vec::new();
    for (at, value) in &found.points {
        let x = at.millis() as f64;
        points.push(Point { at: x, value: Some(number(value.to_string())), good: !bad.contains(at) });
        if breaks.contains(at) {
            points.push(Point { at: x, value: None, good: true });
        }
    }
    let across = |words, value: String, class| Across { words, value: number(value), class };
    let mut lines: Vec<_> =
        found.limits.into_iter().map(|(words, value)| across(words, value.to_string(), "limit")).collect();
    lines.extend(
        found.baseline.map(|value| across(format!("baseline {value} {}", found.unit), value.to_string(), "baseline")),
    );
    let label = format!("{} in all rounds, {}", found.title, found.unit);
    Some(
        view! { <figure><figcaption>{label.clone()}</figcaption>{plot(label, found.unit, points, lines)}</figure> }
            .into_any(),
    )
}

/// Which round is next of all, for the bar below; none if no round waits.
pub(super) fn next_words(view: &View, now: Timestamp) -> Option<(usize, bool, String)> {
    if !view.is_open() || view.rounds.anchor.is_none() {
        return None;
    }
    let all = slots(view, now).into_iter().filter_map(|of| Some((of.slots.iter().find(waits)?.clone(), of.plan)));
    let (slot, plan) = all.min_by_key(|(slot, _)| slot.due)?;
    Some((plan.section, slot.due <= now, format!("{}: round {} {}", plan.title, slot.number, due_words(&slot, now))))
}

/// The next round, and the way to it.
#[component]
pub(super) fn Next() -> impl IntoView {
    let app = app();
    let next = Memo::new(move |_| {
        let now = app.now.get();
        app.desk.view.with(|view| next_words(view.as_ref()?, now))
    });
    let go = move |_| {
        let section = next.with_untracked(|next| next.as_ref().map(|next| next.0));
        if let Some(heading) = section.and_then(|section| browser::element(&format!("section-{section}"))) {
            browser::to_top(&heading);
        }
    };
    view! {
        <button
            type="button"
            class="link round-next"
            class:warn=move || next.with(|next| next.as_ref().is_some_and(|next| next.1))
            class:hidden=move || next.with(Option::is_none)
            data-t="round-next"
            title="To the round"
            on:click=go
        >
            {move || next.with(|next| next.as_ref().map(|next| next.2.clone()))}
        </button>
    }
}
