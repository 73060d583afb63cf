//! Keys: which key means what, as one table that the handler, the help and the palette are made from.

use crate::browser;
use crate::components::dialogs::Dialog;
use crate::desk::{Tab, show_chosen};
use crate::outline::AnsweredBy;
use crate::route::{Place, Route};
use crate::state::App;
use countersign_core::id::ItemId;
use countersign_core::record::Answer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// What a key or a menu entry can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Done,
    Failed,
    NotApplicable,
    Skip,
    Block,
    Reopen,
    Edit,
    /// The option at this place, from 1.
    Option(usize),
    Evidence,
    CopyCommand,
    Find,
    Next,
    Previous,
    NextOpen,
    Deviations,
    SignOff,
    Report,
    Go(Place),
    Palette,
    Keys,
    OpenFile,
    Back,
}

/// An action with its key and its words.
pub(crate) struct Binding {
    /// As `KeyboardEvent.key` has it, in lower case for letters.
    pub(crate) key: &'static str,
    /// As people read it.
    pub(crate) shown: &'static str,
    pub(crate) action: Action,
    pub(crate) words: &'static str,
}

const fn bind(key: &'static str, shown: &'static str, action: Action, words: &'static str) -> Binding {
    Binding { key, shown, action, words }
}

/// Keys of an open record, pressed alone.
pub(crate) const RECORD: &[Binding] = &[
    bind(" ", "Space", Action::Done, "Done"),
    bind("f", "F", Action::Failed, "Failed"),
    bind("n", "N", Action::NotApplicable, "Not applicable, with a reason"),
    bind("b", "B", Action::Block, "Blocked, with a reason"),
    bind("s", "S", Action::Skip, "Skip, with a reason"),
    bind("u", "U", Action::Reopen, "Back to open; the answer stays in the log"),
    bind("enter", "Enter", Action::Edit, "Fill in the value or choose"),
    bind("e", "E", Action::Evidence, "Add evidence"),
    bind("c", "C", Action::CopyCommand, "Copy the command"),
    bind("/", "/", Action::Find, "Find in the checklist"),
    bind("j", "J", Action::Next, "Next line"),
    bind("k", "K", Action::Previous, "Line before"),
    bind("arrowdown", "↓", Action::Next, "Next line"),
    bind("arrowup", "↑", Action::Previous, "Line before"),
    bind("o", "O", Action::NextOpen, "Next open line"),
    bind("d", "D", Action::Deviations, "Deviations"),
];

/// Keys of the whole app: with Ctrl, or ? alone.
pub(crate) const EVERYWHERE: &[Binding] = &[
    bind("k", "Ctrl K", Action::Palette, "Every action"),
    bind("o", "Ctrl O", Action::OpenFile, "Open a file"),
    bind("[", "Alt ←", Action::Back, "Where we were before"),
    bind("?", "?", Action::Keys, "All keys"),
];

/// The bound action of a plain key.
fn bound(key: &str) -> Option<Action> {
    RECORD.iter().find(|binding| binding.key == key).map(|binding| binding.action)
}

/// Where the last G was pressed, the next letter names a place.
#[derive(Clone, Copy, Default)]
pub(crate) struct Chord(bool);

/// Handles a key that no control has taken.
pub(crate) fn pressed(app: App, chord: StoredValue<Chord>, event: &KeyboardEvent) {
    let key = event.key().to_lowercase();
    let control = event.ctrl_key() || event.meta_key();
    let target: Option<HtmlElement> = event.target().and_then(|target| target.dyn_into().ok());
    let typing = target.as_ref().is_some_and(is_typing);
    if event.is_composing() || event.default_prevented() {
        return;
    }
    let action = match key.as_str() {
        "k" if control => Some(Action::Palette),
        "o" if control => Some(Action::OpenFile),
        "f" if control && at_record(app) => Some(Action::Find),
        "arrowleft" if event.alt_key() => Some(Action::Back),
        _ if control || event.alt_key() => None,
        _ if typing || app.dialog.with_untracked(Option::is_some) => None,
        "?" => Some(Action::Keys),
        "g" => {
            chord.set_value(Chord(true));
            event.prevent_default();
            return;
        }
        _ if chord.get_value().0 => {
            chord.set_value(Chord(false));
            match key.as_str() {
                "d" if at_record(app) => Some(Action::Deviations),
                "o" if at_record(app) => Some(Action::SignOff),
                "t" if at_record(app) => Some(Action::Report),
                letter => Place::ALL.into_iter().find(|place| letter.starts_with(place.letter())).map(Action::Go),
            }
        }
        // A focused button has its own Space and Enter.
        " " | "enter" if target.as_ref().is_some_and(is_control) => None,
        _ if at_record(app) => {
            bound(&key).or_else(|| key.parse().ok().filter(|number| *number > 0).map(Action::Option))
        }
        _ => None,
    };
    if let Some(action) = action {
        event.prevent_default();
        run(app, action);
    }
}

fn at_record(app: App) -> bool {
    app.route.with_untracked(|route| matches!(route, Route::Record(_)))
}

fn is_typing(element: &HtmlElement) -> bool {
    matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
}

fn is_control(element: &HtmlElement) -> bool {
    matches!(element.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY")
}

/// Does what a menu entry of the shell asks.
pub(crate) fn menu(app: App, id: &str) {
    let action = match id {
        "open" => Action::OpenFile,
        "new" => Action::Go(Place::Checklists),
        "verify" => Action::Go(Place::Verify),
        "settings" => Action::Go(Place::Settings),
        "register" => Action::Go(Place::Register),
        "people" => Action::Go(Place::People),
        "home" => Action::Go(Place::Home),
        "find" if at_record(app) => Action::Find,
        "find" | "palette" => Action::Palette,
        "keys" | "help" => Action::Keys,
        _ => return,
    };
    run(app, action);
}

/// Does it.
pub(crate) fn run(app: App, action: Action) {
    let desk = app.desk;
    match action {
        Action::Go(place) => app.go(place.route()),
        Action::Palette => app.dialog.set(Some(Dialog::Palette)),
        Action::Keys => app.dialog.set(Some(Dialog::Keys)),
        Action::OpenFile => app.dialog.set(Some(Dialog::Open)),
        Action::Back => app.back(),
        Action::Next => desk.step(1),
        Action::Previous => desk.step(-1),
        Action::NextOpen => next_open(app),
        Action::Find => browser::focus_soon("[data-t=find-input]"),
        Action::Deviations => {
            let tab = if desk.tab.get_untracked() == Tab::Deviations { Tab::Item } else { Tab::Deviations };
            desk.tab.set(tab);
        }
        Action::SignOff | Action::Report => {
            if let Some(record) = desk.record() {
                app.go(if action == Action::SignOff { Route::SignOff(record, None) } else { Route::Report(record) });
            }
        }
        of_item => {
            if let Some(item) = desk.chosen.get_untracked() {
                on_item(app, &item, of_item);
            }
        }
    }
}

fn on_item(app: App, item: &ItemId, action: Action) {
    let desk = app.desk;
    match action {
        Action::Done => done(app, item),
        Action::Failed => desk.answer(app, item, Answer::Failed),
        Action::NotApplicable => desk.answer(app, item, Answer::NotApplicable),
        Action::Skip => desk.answer(app, item, Answer::Skipped),
        Action::Block => desk.answer(app, item, Answer::Blocked),
        Action::Reopen => desk.answer(app, item, Answer::Open),
        Action::Edit => edit(app, item),
        Action::Option(number) => choose_option(app, item, number),
        Action::Evidence => {
            desk.tab.set(Tab::Item);
            browser::focus_soon("[data-t=evidence-drop]");
        }
        Action::CopyCommand => copy_command(app, item),
        _ => {}
    }
}

/// A tick is ticked; what takes a value or a choice is entered; a sign-off line leads to signing.
pub(crate) fn done(app: App, item: &ItemId) {
    let desk = app.desk;
    let answered_by = desk.view.with_untracked(|view| {
        let (view, outline) = (view.as_ref()?, desk.outline.get_untracked()?);
        outline.item(&view.template, item).map(|of| AnsweredBy::of(&view.template, of))
    });
    match (answered_by, desk.record()) {
        (None | Some(AnsweredBy::Tick), _) => desk.answer(app, item, Answer::Done),
        (Some(AnsweredBy::Signature(role)), Some(record)) => app.go(Route::SignOff(record, Some(role))),
        _ => edit(app, item),
    }
}

/// Puts the focus into the first field or choice of the item's line.
fn edit(app: App, item: &ItemId) {
    let Some(outline) = app.desk.outline.get_untracked() else { return };
    let inputs = outline.line(item).into_iter().filter_map(|item| browser::element(&format!("entry-{item}")));
    let chosen = browser::element(&format!("entry-{item}"));
    match chosen.or_else(|| inputs.into_iter().next()) {
        Some(entry) => drop(entry.focus()),
        None => show_chosen(item),
    }
}

/// Chooses an option of the first choice on the item's line.
fn choose_option(app: App, item: &ItemId, number: usize) {
    let desk = app.desk;
    let chosen = desk.view.with_untracked(|view| {
        let (view, outline) = (view.as_ref()?, desk.outline.get_untracked()?);
        let on_line = outline.line(item);
        let mut options =
            on_line.iter().filter_map(|id| match AnsweredBy::of(&view.template, outline.item(&view.template, id)?) {
                AnsweredBy::Option(options) => Some((id.clone(), options.get(number.checked_sub(1)?)?.clone())),
                _ => None,
            });
        options.next()
    });
    if let Some((item, option)) = chosen {
        desk.answer(app, &item, Answer::Chosen { option });
    }
}

fn next_open(app: App) {
    let desk = app.desk;
    let next = desk.view.with_untracked(|view| {
        let (view, outline) = (view.as_ref()?, desk.outline.get_untracked()?);
        outline.next_open(view, desk.chosen.get_untracked().as_ref())
    });
    if let Some(next) = next {
        desk.jump(&next);
    }
}

fn copy_command(app: App, item: &ItemId) {
    let desk = app.desk;
    let command = desk.view.with_untracked(|view| {
        let outline = desk.outline.get_untracked()?;
        outline.item(&view.as_ref()?.template, item)?.commands.first().cloned()
    });
    if let Some(command) = command {
        spawn_local(async move {
            let copied = browser::copy(command).await;
            app.spoken.set(if copied { "Command copied." } else { "The command could not be copied." }.to_owned());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_key_means_two_things() {
        for table in [RECORD, EVERYWHERE] {
            let keys: HashSet<_> = table.iter().map(|binding| binding.key).collect();
            assert_eq!(keys.len(), table.len());
        }
    }

    #[test]
    fn g_is_left_free_for_places() {
        assert_eq!(bound("g"), None);
        assert_eq!(bound(" "), Some(Action::Done));
    }
}
