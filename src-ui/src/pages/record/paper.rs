//! The checklist with its answers. Built once for a record; each row then follows its own items and nothing else.

use super::baseline::Bar;
use super::prompt::PromptRow;
use super::rounds::Rounds;
use super::slots;
use crate::browser;
use crate::components::dialogs::Dialog;
use crate::components::facts::{initials, tag};
use crate::components::icon::{Icon, icon};
use crate::components::mark::{Form, Mark, mark};
use crate::components::paper::{Block, Line, Writer, blocks};
use crate::desk::{Desk, Prompt, row_id, show_chosen};
use crate::keys;
use crate::outline::{AnsweredBy, Outline};
use crate::state::{App, app};
use countersign_core::api::ApiError;
use countersign_core::checklist::{Item, ItemKind, Template};
use countersign_core::condition::Outcome;
use countersign_core::id::ItemId;
use countersign_core::record::baseline::members;
use countersign_core::record::rounds::plans;
use countersign_core::record::{AddedItem, State, View};
use countersign_core::time::Timestamp;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Paper() -> impl IntoView {
    let app = app();
    let template = app.desk.view.with_untracked(|view| view.as_ref().map(|view| Arc::clone(&view.template)));
    let (Some(template), Some(outline)) = (template, app.desk.outline.get_untracked()) else { return ().into_any() };
    let rows = Rows { app, template: Arc::clone(&template), outline: Arc::clone(&outline) };
    let blocks = blocks(&template, &|id| outline.item(&template, id), &rows);
    let by_section = group(blocks, template.sections.len());
    let rounds: Vec<usize> = plans(&template).iter().map(|plan| plan.section).collect();
    let baseline = members(&template).last().map(|member| member.section);
    let sections: Vec<_> = (0..)
        .zip(by_section)
        .map(|(section, mut blocks)| {
            if rounds.contains(&section) {
                // Right under the heading.
                blocks.insert(blocks.len().min(1), view! { <Rounds section/> }.into_any());
            }
            let bar = (baseline == Some(section)).then(|| view! { <Bar/> });
            let homeless = outline.homeless.iter().filter_map(|id| outline.item(&template, id));
            let homeless: Vec<_> =
                homeless.filter(|item| item.section == section).map(|item| rows.homeless(item)).collect();
            view! {
                <section class="paper-section">
                    {blocks}
                    {homeless}
                    {bar}
                    <Added section/>
                </section>
            }
        })
        .collect();
    view! {
        <div class="paper-holder">
            <article class="paper" aria-label="The checklist with its answers">{sections}</article>
        </div>
    }
    .into_any()
}

fn group(blocks: Vec<Block>, sections: usize) -> Vec<Vec<AnyView>> {
    let mut groups: Vec<Vec<AnyView>> = (0..sections.max(1)).map(|_| Vec::new()).collect();
    for block in blocks {
        if let Some(group) = groups.get_mut(block.section) {
            group.push(block.view);
        }
    }
    groups
}

/// What a row shows of the record.
#[derive(Clone, PartialEq, Default)]
struct Shown {
    mark: Mark,
    who: Option<(String, Timestamp)>,
    /// Why it is not simply done.
    reason: Option<String>,
    files: usize,
    notes: usize,
}

/// What a row shows of what goes on around it.
#[derive(Clone, PartialEq, Default)]
struct Light {
    chosen: bool,
    waiting: bool,
    refused: Option<ApiError>,
    prompt: Option<Prompt>,
}

fn shown_of(view: &View, items: &[ItemId], led_by_task: bool) -> Shown {
    let lead = items.first().map(|lead| view.item(lead));
    let all = || items.iter().map(|id| view.item(id));
    let of_item = |id: &ItemId| {
        let item = view.item(id);
        match item.verdict.as_ref().map(|verdict| verdict.outcome) {
            Some(Outcome::NotMet) if item.state == State::Done => Mark::Failed,
            Some(Outcome::Unknown) if item.state == State::Done => Mark::Unknown,
            _ => item.state.into(),
        }
    };
    let gravest = items.iter().map(of_item).max_by_key(|mark| mark.weight()).unwrap_or_default();
    let some_done = all().any(|item| item.state != State::Open);
    let own = lead.filter(|_| led_by_task).map(|lead| Mark::from(lead.state));
    let mark = match own {
        Some(own) => own,
        None if gravest == Mark::Open && some_done => Mark::Partly,
        None => gravest,
    };
    let last = all().filter_map(|item| item.answers.last()).max_by_key(|given| given.at);
    let last = last.filter(|given| given.answer.state() != State::Open);
    let reason = all().filter(|item| !matches!(item.state, State::Open | State::Done)).find_map(|item| {
        let reason = item.answers.last()?.reason.clone().unwrap_or_else(|| "no reason given".to_owned());
        Some(format!("{}: {reason}", item.state.word()))
    });
    Shown {
        mark,
        who: last.map(|given| (given.by.0.clone(), given.at)),
        reason,
        files: all().map(|item| item.files.len()).sum(),
        notes: all().map(|item| item.notes.len()).sum(),
    }
}

fn light_of(desk: Desk, items: &[ItemId]) -> Light {
    items.iter().for_each(|item| desk.follow(item));
    let of = |id: &ItemId| items.contains(id);
    let any = |id: &Option<ItemId>| id.as_ref().is_some_and(of);
    Light {
        chosen: desk.chosen.with_untracked(|chosen| chosen.as_ref().is_some_and(of)),
        waiting: desk.waiting.with_untracked(|waiting| waiting.iter().any(any)),
        refused: desk
            .refused
            .with_untracked(|refused| refused.iter().find(|(id, _)| any(id)).map(|(_, error)| error.clone())),
        prompt: desk.prompt.with_untracked(|prompt| prompt.clone().filter(|prompt| of(&prompt.item))),
    }
}

/// The signals of one row.
#[derive(Clone, Copy)]
struct Row {
    app: App,
    shown: Memo<Shown>,
    light: Memo<Light>,
}

impl Row {
    fn new(app: App, items: &[ItemId], led_by_task: bool) -> Self {
        let (of_view, of_light) = (items.to_vec(), items.to_vec());
        let desk = app.desk;
        let shown = Memo::new(move |_| {
            of_view.iter().for_each(|item| desk.follow(item));
            let shown = |view: &Option<View>| Some(shown_of(view.as_ref()?, &of_view, led_by_task));
            desk.view.with_untracked(shown).unwrap_or_default()
        });
        Self { app, shown, light: Memo::new(move |_| light_of(desk, &of_light)) }
    }

    fn state(self) -> &'static str {
        self.shown.with(|shown| shown.mark.word())
    }

    /// Who and when, quiet at the right edge; evidence and notes as signs.
    fn side(self) -> impl IntoView {
        let who = move || self.shown.with(|shown| shown.who.clone());
        let counts = move || self.shown.with(|shown| (shown.files, shown.notes));
        view! {
            <span class="row-side">
                {move || {
                    let (files, notes) = counts();
                    view! {
                        {(files > 0).then(|| view! { <span class="sign" title="evidence">{icon(Icon::Clip)}{files}</span> })}
                        {(notes > 0).then(|| view! { <span class="sign" title="notes">{icon(Icon::Note)}{notes}</span> })}
                    }
                }}
                <span class="saving" aria-hidden="true">"saving …"</span>
                {move || who().map(|(name, at)| view! {
                    <span class="who" title=format!("{name}, {}", browser::with_zone(at))>{initials(&name)}" "<time>{browser::day_and_clock(at)}</time></span>
                })}
            </span>
        }
    }

    /// What stands under the words: reason, refusal, question.
    fn below(self) -> impl IntoView {
        let reason = move || self.shown.with(|shown| shown.reason.clone());
        let refused = Memo::new(move |_| self.light.with(|light| light.refused.clone()));
        let prompt = Memo::new(move |_| self.light.with(|light| light.prompt.clone()));
        view! {
            {move || reason().map(|reason| view! { <p class="reason">{reason}</p> })}
            {move || refused.get().map(|error| view! {
                <p class="row-fault" data-t="row-fault" role="alert"><strong>"Not saved. "{error.message}</strong>" "{error.hint}</p>
            })}
            {move || prompt.get().map(|prompt| view! { <PromptRow prompt/> })}
        }
    }
}

/// Writes rows.
struct Rows {
    app: App,
    template: Arc<Template>,
    outline: Arc<Outline>,
}

impl Rows {
    fn item(&self, id: &ItemId) -> Option<&Item> {
        self.outline.item(&self.template, id)
    }

    /// A task's box, or a round mark for anything else.
    fn mark_of(&self, row: Row, item: Option<&Item>) -> AnyView {
        match item {
            Some(item) if matches!(item.kind, ItemKind::Task { .. }) => {
                tick_box(row, item.id.clone(), item.label.clone())
            }
            _ => {
                view! { <span class="row-mark">{move || mark(row.shown.with(|shown| shown.mark), Form::Round)}</span> }
                    .into_any()
            }
        }
    }

    /// An item that no block of the file shows.
    fn homeless(&self, item: &Item) -> AnyView {
        let words = view! { {item.label.clone()}" "{self.slot_unless_task(item)} }.into_any();
        self.line(Line { items: vec![item.id.clone()], words, depth: 0, heading: None, source_line: item.line })
    }

    fn slot_unless_task(&self, item: &Item) -> Option<AnyView> {
        (!matches!(item.kind, ItemKind::Task { .. })).then(|| self.slot(item))
    }
}

fn tick_box(row: Row, id: ItemId, label: String) -> AnyView {
    let app = row.app;
    let of_click = id.clone();
    let click = move |_| {
        app.desk.choose(&of_click);
        let open = app
            .desk
            .view
            .with_untracked(|view| view.as_ref().is_some_and(|view| view.item(&of_click).state == State::Open));
        if open {
            keys::done(app, &of_click);
        }
        if app.desk.prompt.with_untracked(Option::is_none) {
            show_chosen(&of_click);
        }
    };
    view! {
        <button
            type="button"
            class="row-mark tick"
            tabindex="-1"
            data-t="mark"
            data-item=id.to_string()
            aria-label=move || format!("{label}: {}", row.state())
            on:click=click
        >
            {move || mark(row.shown.with(|shown| shown.mark), Form::Box)}
        </button>
    }
    .into_any()
}

impl Writer for Rows {
    fn line(&self, line: Line) -> AnyView {
        let Some(lead) = line.items.first().cloned() else { return line.words };
        let item = self.item(&lead);
        let led_by_task = item.is_none_or(|item| matches!(item.kind, ItemKind::Task { .. }));
        let row = Row::new(self.app, &line.items, led_by_task);
        let extra = item.map(extras);
        let mark = self.mark_of(row, item);
        let class = line.heading.map_or_else(|| "row".to_owned(), |level| format!("row heading level-{level}"));
        let desk = self.app.desk;
        let chosen = lead.clone();
        view! {
            <div
                class=class
                id=row_id(&lead)
                style=format!("--depth:{}", line.depth)
                tabindex="-1"
                data-t="item"
                data-item=lead.to_string()
                data-state=move || row.state()
                class:chosen=move || row.light.with(|light| light.chosen)
                class:waiting=move || row.light.with(|light| light.waiting)
                on:mousedown=move |_| desk.choose(&chosen)
            >
                {mark}
                <div class="row-body">
                    <div class="row-words">{line.words}{extra}</div>
                    {row.below()}
                </div>
                {row.side()}
            </div>
        }
        .into_any()
    }

    fn table_row(&self, items: &[ItemId], cells: AnyView, _: u32) -> AnyView {
        let Some(lead) = items.first().cloned() else { return view! { <tr>{cells}</tr> }.into_any() };
        let row =
            Row::new(self.app, items, self.item(&lead).is_some_and(|item| matches!(item.kind, ItemKind::Task { .. })));
        let desk = self.app.desk;
        let chosen = lead.clone();
        view! {
            <tr
                id=row_id(&lead)
                tabindex="-1"
                data-t="item"
                data-item=lead.to_string()
                data-state=move || row.state()
                class:chosen=move || row.light.with(|light| light.chosen)
                class:waiting=move || row.light.with(|light| light.waiting)
                on:mousedown=move |_| desk.choose(&chosen)
            >
                {cells}
                <td class="row-end">{row.side()}{row.below()}</td>
            </tr>
        }
        .into_any()
    }

    fn slot(&self, item: &Item) -> AnyView {
        match AnsweredBy::of(&self.template, item) {
            AnsweredBy::Value => slots::field(self.app, item),
            AnsweredBy::Option(options) => slots::choice(self.app, item, options),
            AnsweredBy::Signature(role) => slots::signature(self.app, item, role),
            AnsweredBy::Tick => self.tick(item),
        }
    }

    fn tick(&self, item: &Item) -> AnyView {
        let row = Row::new(self.app, std::slice::from_ref(&item.id), true);
        tick_box(row, item.id.clone(), item.label.clone())
    }
}

/// Owner and circumstance, and that evidence is asked for.
fn extras(item: &Item) -> impl IntoView + use<> {
    let owner = item.owner.as_deref().map(|owner| tag("plain", owner.to_owned()));
    let only_if = item.only_if.as_deref().map(|only_if| tag("plain", format!("if {only_if}")));
    let evidence = (!item.evidence.is_empty()).then(|| tag("plain", format!("evidence: {}", item.evidence.join(", "))));
    view! { {owner}{only_if}{evidence} }
}

/// What was added on the spot to a section.
#[component]
fn Added(section: usize) -> impl IntoView {
    let app = app();
    let desk = app.desk;
    let added = Memo::new(move |_| {
        let of_section =
            |view: &View| view.added.iter().filter(|added| added.section == section).cloned().collect::<Vec<_>>();
        desk.view.with(|view| view.as_ref().map(of_section)).unwrap_or_default()
    });
    view! {
        <For each=move || added.get() key=|added| added.item.clone() children=move |added| added_row(app, added)/>
        <button type="button" class="add-here" tabindex="-1" data-t="add-item" data-section=section title="Add a step that the checklist does not have" on:click=move |_| app.dialog.set(Some(Dialog::AddItem(section)))>
            {icon(Icon::Plus)}
            "Add a step here"
        </button>
    }
}

fn added_row(app: App, added: AddedItem) -> AnyView {
    let why = if View::is_review(&added.item) { "owed after the emergency" } else { "added on the spot" };
    let row = Row::new(app, std::slice::from_ref(&added.item), true);
    let desk = app.desk;
    let chosen = added.item.clone();
    view! {
        <div
            class="row"
            id=row_id(&added.item)
            tabindex="-1"
            data-t="item"
            data-item=added.item.to_string()
            data-state=move || row.state()
            class:chosen=move || row.light.with(|light| light.chosen)
            class:waiting=move || row.light.with(|light| light.waiting)
            on:mousedown=move |_| desk.choose(&chosen)
        >
            {tick_box(row, added.item.clone(), added.label.clone())}
            <div class="row-body">
                <div class="row-words">{added.label}" "{tag("warn", why)}</div>
                {row.below()}
            </div>
            {row.side()}
        </div>
    }
    .into_any()
}
