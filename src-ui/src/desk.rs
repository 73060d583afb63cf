//! The open record: its view, what is chosen in it, what is on its way to the disk, and what was refused.
//!
//! The view changes in one way only: by events that the engine has committed. What was merely asked for is «saving», and what
//! was refused stands at its item until the next try.

use crate::browser;
use crate::ipc;
use crate::outline::Outline;
use crate::state::App;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{Act, ApiError, AttachBytes, AttachFile, Code, Command, OpenRecord, RunProbes};
use countersign_core::id::{ItemId, ProbeId, RecordId};
use countersign_core::record::log::BundledEvent;
use countersign_core::record::value::EntryRefused;
use countersign_core::record::{Answer, Body, Entry, Intent, Person, State, View, value};
use countersign_core::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen::JsCast as _;

/// A question that must be answered before an answer is sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Prompt {
    pub(crate) item: ItemId,
    pub(crate) answer: Answer,
    pub(crate) question: String,
    /// Without a text the answer is not sent.
    pub(crate) required: bool,
}

/// What the side panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tab {
    Item,
    Deviations,
    Record,
}

#[derive(Clone, Copy)]
pub(crate) struct Desk {
    pub(crate) view: RwSignal<Option<View>>,
    pub(crate) outline: RwSignal<Option<Arc<Outline>>>,
    /// Why the record could not be opened.
    pub(crate) fault: RwSignal<Option<ApiError>>,
    pub(crate) chosen: RwSignal<Option<ItemId>>,
    pub(crate) prompt: RwSignal<Option<Prompt>>,
    pub(crate) tab: RwSignal<Tab>,
    /// How many requests are on their way, for each item.
    pub(crate) waiting: RwSignal<BTreeMap<Option<ItemId>, u32>>,
    /// What was refused, at its item; none: of the record.
    pub(crate) refused: RwSignal<BTreeMap<Option<ItemId>, ApiError>>,
    /// What was typed into fields and is not saved.
    pub(crate) drafts: RwSignal<BTreeMap<ItemId, String>>,
    pub(crate) saved_at: RwSignal<Option<Timestamp>>,
    /// Committed events whose predecessors have not arrived yet.
    early: RwSignal<Vec<Entry>>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self {
            view: RwSignal::new(None),
            outline: RwSignal::new(None),
            fault: RwSignal::new(None),
            chosen: RwSignal::new(None),
            prompt: RwSignal::new(None),
            tab: RwSignal::new(Tab::Item),
            waiting: RwSignal::new(BTreeMap::new()),
            refused: RwSignal::new(BTreeMap::new()),
            drafts: RwSignal::new(BTreeMap::new()),
            saved_at: RwSignal::new(None),
            early: RwSignal::new(Vec::new()),
        }
    }

    /// The open record.
    pub(crate) fn record(self) -> Option<RecordId> {
        self.view.with_untracked(|view| view.as_ref().map(|view| view.id.clone()))
    }

    /// Opens a record, or leaves it open if it is.
    pub(crate) fn open(self, app: App, record: &RecordId) {
        if self.record().as_ref() == Some(record) {
            return;
        }
        self.clear();
        self.read(app, record.clone());
    }

    fn clear(self) {
        self.view.set(None);
        self.outline.set(None);
        self.fault.set(None);
        self.chosen.set(None);
        self.prompt.set(None);
        self.tab.set(Tab::Item);
        self.waiting.set(BTreeMap::new());
        self.refused.set(BTreeMap::new());
        self.drafts.set(BTreeMap::new());
        self.saved_at.set(None);
        self.early.set(Vec::new());
    }

    fn read(self, app: App, record: RecordId) {
        spawn_local(async move {
            let read = ipc::call(OpenRecord { record: record.clone() }).await;
            // Another place may have been chosen meanwhile.
            if app.route.with_untracked(|route| route.record() != Some(&record)) {
                return;
            }
            match read {
                Ok(view) => self.show(view),
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Shows a view that was read. Where we were in the record is kept.
    pub(crate) fn show(self, view: View) {
        let known = self.record().as_ref() == Some(&view.id);
        self.early.update(Vec::clear);
        self.saved_at.set(Some(view.last_at));
        if known {
            self.view.set(Some(view));
            return;
        }
        self.clear();
        let outline = Outline::of(&view.template);
        let before = browser::kept(&format!("at.{}", view.id)).map(ItemId).filter(|item| outline.knows(item));
        self.chosen.set(before.or_else(|| outline.first_open(&view)));
        self.outline.set(Some(Arc::new(outline)));
        self.saved_at.set(Some(view.last_at));
        self.view.set(Some(view));
    }

    /// Something outside this window's own commands wrote events.
    pub(crate) fn changed_elsewhere(self, app: App, record: Option<&RecordId>) {
        let Some(open) = self.record() else { return };
        if record.is_some_and(|record| *record != open) {
            return;
        }
        if app.route.with_untracked(|route| route.record() == Some(&open)) {
            self.read(app, open);
        } else {
            self.clear();
        }
    }

    /// Chooses an item.
    pub(crate) fn choose(self, item: &ItemId) {
        if self.chosen.with_untracked(|chosen| chosen.as_ref() == Some(item)) {
            return;
        }
        if let Some(record) = self.record() {
            browser::keep(&format!("at.{record}"), &item.0);
        }
        self.prompt.set(None);
        self.chosen.set(Some(item.clone()));
    }

    /// Answers an item, or asks first why.
    pub(crate) fn answer(self, app: App, item: &ItemId, answer: Answer) {
        let Some(before) = self.view.with_untracked(|view| Some(before_sending(view.as_ref()?, item, &answer))) else {
            return;
        };
        self.forgive(item);
        match before {
            BeforeSending::Nothing => self.send_answer(app, item, answer, None),
            BeforeSending::Same => self.prompt.set(None),
            BeforeSending::Ask { question, required } => {
                self.choose(item);
                self.prompt.set(Some(Prompt { item: item.clone(), answer, question, required }));
                browser::focus_soon("[data-t=reason-input]");
            }
        }
    }

    /// Sends the answer that the prompt was about.
    pub(crate) fn answer_prompt(self, app: App, reason: &str) {
        let Some(prompt) = self.prompt.get_untracked() else { return };
        let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        if prompt.required && reason.is_none() {
            return;
        }
        self.prompt.set(None);
        show_chosen(&prompt.item);
        self.send_answer(app, &prompt.item, prompt.answer, reason);
    }

    fn send_answer(self, app: App, item: &ItemId, answer: Answer, reason: Option<String>) {
        self.act(app, Some(item), Intent::Answer { item: item.clone(), answer, by: None, reason });
    }

    /// Asks the engine for something; what it commits comes into the view.
    pub(crate) fn act(self, app: App, at: Option<&ItemId>, intent: Intent) {
        if let Some((record, person)) = self.who(app) {
            self.send(app, at.cloned(), Act { record, person, intent });
        }
    }

    /// Adds a file of this computer as evidence, to the chosen item if one is.
    pub(crate) fn attach_path(self, app: App, path: String) {
        let item = self.evidence_for();
        if let Some((record, person)) = self.who(app) {
            self.send(app, item.clone(), AttachFile { record, person, item, path });
        }
    }

    /// Adds bytes as evidence, to the chosen item if one is.
    pub(crate) fn attach_bytes(self, app: App, file: browser::PastedFile) {
        let item = self.evidence_for();
        if let Some((record, person)) = self.who(app) {
            let browser::PastedFile { name, media_type, content } = file;
            self.send(app, item.clone(), AttachBytes { record, person, item, name, media_type, content });
        }
    }

    fn evidence_for(self) -> Option<ItemId> {
        let of_record = self.tab.get_untracked() == Tab::Record;
        self.chosen.get_untracked().filter(|_| !of_record)
    }

    /// Runs probes now; none named: all that may run.
    pub(crate) fn run_probes(self, app: App, at: Option<&ItemId>, probes: Vec<ProbeId>) {
        if let Some((record, person)) = self.who(app) {
            self.send(app, at.cloned(), RunProbes { record, person, probes });
        }
    }

    /// Record and person; asks for the person's name if it is not known.
    fn who(self, app: App) -> Option<(RecordId, Person)> {
        let record = self.record()?;
        let person = app.person();
        if person.is_none() {
            app.dialog.set(Some(crate::components::dialogs::Dialog::Name));
        }
        Some((record, person?))
    }

    fn send<C: Command<Reply = Vec<BundledEvent>> + 'static>(self, app: App, at: Option<ItemId>, command: C) {
        let Some(record) = self.record() else { return };
        self.waiting.update(|waiting| *waiting.entry(at.clone()).or_default() += 1);
        spawn_local(async move {
            let reply = ipc::call(command).await;
            if self.record().as_ref() != Some(&record) {
                return;
            }
            self.waiting.update(|waiting| {
                let left = waiting.get(&at).copied().unwrap_or(0).saturating_sub(1);
                let _ = if left == 0 { waiting.remove(&at) } else { waiting.insert(at.clone(), left) };
            });
            match reply.and_then(|events| read_events(&events)) {
                Ok(events) => {
                    self.refused.update(|refused| drop(refused.remove(&at)));
                    self.take(app, events);
                    app.spoken.set("Saved.".to_owned());
                }
                Err(error) => {
                    app.spoken.set(format!("Not saved. {} {}", error.message, error.hint));
                    self.refused.update(|refused| drop(refused.insert(at, error)));
                }
            }
        });
    }

    /// Takes committed events as they came from the engine.
    pub(crate) fn take_bundled(self, app: App, events: &[BundledEvent]) {
        match read_events(events) {
            Ok(events) => self.take(app, events),
            Err(error) => app.fault.set(Some(error)),
        }
    }

    /// Takes committed events into the view, each after its parents. Replies can overtake each other.
    pub(crate) fn take(self, app: App, events: Vec<Entry>) {
        for entry in &events {
            if let Body::Answered { item, answer, .. } = &entry.event.body {
                self.settle_draft(item, answer.text());
            }
        }
        self.early.update(|early| early.extend(events));
        self.view.update(|view| {
            let Some(view) = view else { return };
            self.early.update(|early| {
                while let Some(next) = early.iter().position(|entry| entry.event.parents.contains(&view.head)) {
                    view.apply(&early.swap_remove(next));
                }
            });
        });
        self.saved_at.set(self.view.with_untracked(|view| view.as_ref().map(|view| view.last_at)));
        let waits = self.waiting.with_untracked(|waiting| !waiting.is_empty());
        if !waits && !self.early.with_untracked(Vec::is_empty) {
            // Somebody else wrote between; the engine has the whole log.
            self.early.update(Vec::clear);
            if let Some(record) = self.record() {
                self.read(app, record);
            }
        }
    }

    /// Sends what was typed into a field, if it is something new and a value that the field takes.
    pub(crate) fn keep_draft(self, app: App, item: &ItemId) {
        let Some(draft) = self.draft(item) else { return };
        if self.waiting.with_untracked(|waiting| waiting.contains_key(&Some(item.clone()))) {
            return;
        }
        let kept = self.view.with_untracked(|view| view.as_ref().and_then(|view| view.item(item).text.clone()));
        if draft.trim().is_empty() {
            self.drop_draft(item);
            if kept.is_some() {
                self.answer(app, item, Answer::Open);
            }
            return;
        }
        let taken = self.accept(item, &draft);
        match taken {
            Some(Ok(taken)) if Some(&taken) == kept.as_ref() => self.drop_draft(item),
            Some(Ok(taken)) => self.answer(app, item, Answer::Value { text: taken }),
            // The field says so itself, for as long as it stands there.
            Some(Err(refused)) => app.spoken.set(format!("Not saved. {refused}")),
            None => {}
        }
    }

    fn draft(self, item: &ItemId) -> Option<String> {
        self.drafts.with_untracked(|drafts| drafts.get(item).cloned())
    }

    /// The value as its field takes it; none if there is no such field.
    fn accept(self, item: &ItemId, text: &str) -> Option<Result<String, EntryRefused>> {
        self.view.with_untracked(|view| {
            let outline = self.outline.get_untracked()?;
            Some(value::accept(outline.item(&view.as_ref()?.template, item)?, text))
        })
    }

    /// What was typed is in the record now; something else that was typed meanwhile is still to be saved.
    fn settle_draft(self, item: &ItemId, saved: Option<&str>) {
        let Some(draft) = self.draft(item) else { return };
        let typed = self.accept(item, &draft).and_then(Result::ok);
        if saved.is_none() || typed.as_deref() == saved {
            self.drop_draft(item);
        }
    }

    /// Forgets what was typed into a field.
    pub(crate) fn drop_draft(self, item: &ItemId) {
        if self.drafts.with_untracked(|drafts| drafts.contains_key(item)) {
            self.drafts.update(|drafts| drop(drafts.remove(item)));
        }
    }

    /// Leaves the question that was asked, and what was typed for it.
    pub(crate) fn leave_prompt(self) {
        if let Some(prompt) = self.prompt.try_update(Option::take).flatten() {
            self.drop_draft(&prompt.item);
            show_chosen(&prompt.item);
        }
    }

    /// Takes away what was refused at an item.
    pub(crate) fn forgive(self, item: &ItemId) {
        let at = Some(item.clone());
        if self.refused.with_untracked(|refused| refused.contains_key(&at)) {
            self.refused.update(|refused| drop(refused.remove(&at)));
        }
    }

    /// Chooses the next or the previous line.
    pub(crate) fn step(self, by: isize) {
        let next = self.view.with_untracked(|view| {
            let outline = self.outline.get_untracked()?;
            outline.step(view.as_ref()?, self.chosen.get_untracked().as_ref(), by)
        });
        if let Some(next) = next {
            self.choose(&next);
            show_chosen(&next);
        }
    }

    /// Chooses an item and brings it to the middle.
    pub(crate) fn jump(self, item: &ItemId) {
        self.choose(item);
        self.tab.set(Tab::Item);
        if let Some(row) = row_of(item) {
            let _ = row.focus();
            browser::to_middle(&row);
        }
    }
}

/// The page's id of the row that an item leads.
pub(crate) fn row_id(lead: &ItemId) -> String {
    format!("row-{lead}")
}

/// The row that an item stands in.
fn row_of(item: &ItemId) -> Option<web_sys::HtmlElement> {
    browser::element(&row_id(item)).or_else(|| {
        let entry = browser::element(&format!("entry-{item}"))?;
        entry.closest(".row, tr").ok()??.dyn_into().ok()
    })
}

/// Focuses the row of an item and brings it into view.
pub(crate) fn show_chosen(item: &ItemId) {
    if let Some(row) = row_of(item) {
        let _ = row.focus();
        browser::reveal(&row);
    }
}

fn read_events(events: &[BundledEvent]) -> Result<Vec<Entry>, ApiError> {
    let unreadable = |why: String| ApiError {
        code: Code::Internal,
        message: format!("It was saved, but the window cannot read what was saved: {why}"),
        hint: "Leave the record and open it again.".to_owned(),
    };
    let read = |bundled: &BundledEvent| {
        let signature = BASE64.decode(&bundled.signature).map_err(|error| unreadable(error.to_string()))?;
        Entry::read(bundled.event.clone().into_bytes(), signature).map_err(|error| unreadable(error.to_string()))
    };
    events.iter().map(read).collect()
}

/// What to do before an answer is sent.
#[derive(Debug, PartialEq)]
enum BeforeSending {
    Nothing,
    /// It is what stands there already.
    Same,
    Ask {
        question: String,
        required: bool,
    },
}

fn before_sending(view: &View, item: &ItemId, answer: &Answer) -> BeforeSending {
    let now = view.item(item);
    let ask = |question: &str, required| BeforeSending::Ask { question: question.to_owned(), required };
    if now.state == answer.state() && now.text.as_deref() == answer.text() && !answer.needs_reason() {
        return BeforeSending::Same;
    }
    match answer {
        Answer::NotApplicable => ask("Why does it not apply?", true),
        Answer::Blocked => ask("What blocks it?", true),
        Answer::Skipped => ask("Why is it skipped?", true),
        Answer::Failed => ask("What went wrong?", false),
        Answer::Open => ask("Why is it taken back? The former answer stays in the log.", false),
        _ => match (now.state, now.answers.last()) {
            (State::Open | State::Blocked, _) | (_, None) => BeforeSending::Nothing,
            (_, Some(last)) => {
                let question = format!("It was «{}». Why the change? Both stay in the log.", last.answer);
                BeforeSending::Ask { question, required: false }
            }
        },
    }
}
