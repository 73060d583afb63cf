//! The open record: its view, what is chosen in it, what is on its way to the disk, and what was refused.
//!
//! The view changes in one way only: by events that the engine has committed. What was merely asked for is «saving», and what
//! was refused stands at its item until the next try.

mod bells;
mod drafts;
mod findings;
mod pairs;
mod sending;

use crate::browser;
use crate::ipc;
use crate::outline::Outline;
use crate::state::App;
use bells::Bells;
use countersign_core::api::{ApiError, Found, OpenRecord};
use countersign_core::id::{ItemId, RecordId};
use countersign_core::record::{Answer, Around, Entry, Intent, Moment, Person, State, View, objections};
use countersign_core::time::Timestamp;
use findings::Search;
use leptos::prelude::*;
use leptos::task::spawn_local;
use pairs::Pairs;
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
    /// The items of the requests that are on their way, one for each; none: of the record.
    pub(crate) waiting: RwSignal<Vec<Option<ItemId>>>,
    /// What was refused, at its item; none: of the record.
    pub(crate) refused: RwSignal<Pairs<Option<ItemId>, ApiError>>,
    /// What was typed into fields and is not saved.
    pub(crate) drafts: RwSignal<Pairs<ItemId, String>>,
    pub(crate) saved_at: RwSignal<Option<Timestamp>>,
    /// What deviates, as the engine found it last.
    pub(crate) found: RwSignal<Found>,
    search: StoredValue<Search>,
    /// For whom things are written down; empty: for oneself.
    pub(crate) done_by: RwSignal<String>,
    /// Committed events whose predecessors have not arrived yet.
    early: RwSignal<Vec<Entry>>,
    /// Answers can still be given.
    pub(crate) is_open: RwSignal<bool>,
    /// The record of another computer that was opened to be signed here.
    pub(crate) guest: RwSignal<Option<RecordId>>,
    /// How many of the probes that run now are through, and how many there are.
    pub(crate) probing: RwSignal<Option<(u32, u32)>>,
    bells: Bells,
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
            waiting: RwSignal::new(Vec::new()),
            refused: RwSignal::new(Pairs::new()),
            drafts: RwSignal::new(Pairs::new()),
            saved_at: RwSignal::new(None),
            found: RwSignal::new(Found::default()),
            search: StoredValue::new(Search::Idle),
            done_by: RwSignal::new(String::new()),
            early: RwSignal::new(Vec::new()),
            is_open: RwSignal::new(false),
            guest: RwSignal::new(None),
            probing: RwSignal::new(None),
            bells: Bells::new(),
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

    /// It belongs to another computer: it can be looked at and signed here, and not changed.
    pub(crate) fn is_guest(self, record: &RecordId) -> bool {
        self.guest.with_untracked(|guest| guest.as_ref() == Some(record))
    }

    fn clear(self) {
        self.view.set(None);
        self.outline.set(None);
        self.fault.set(None);
        self.chosen.set(None);
        self.prompt.set(None);
        self.tab.set(Tab::Item);
        self.probing.set(None);
        self.waiting.set(Vec::new());
        self.refused.set(Pairs::new());
        self.drafts.set(Pairs::new());
        self.saved_at.set(None);
        self.found.set(Found::default());
        self.done_by.set(String::new());
        self.early.set(Vec::new());
        self.bells.clear();
    }

    fn read(self, app: App, record: RecordId) {
        spawn_local(async move {
            let read = ipc::call(OpenRecord { record: record.clone() }).await;
            // Another place may have been chosen meanwhile.
            if app.route.with_untracked(|route| route.record() != Some(&record)) {
                return;
            }
            match read.and_then(sending::view_of) {
                Ok(view) => self.show(view),
                Err(error) => self.fault.set(Some(error)),
            }
        });
    }

    /// Shows a view that was read. Where we were in the record is kept.
    fn show(self, view: View) {
        let (now, events) =
            self.view.with_untracked(|now| now.as_ref().map(|now| (now.id.clone(), now.events))).unzip();
        if now.as_ref() == Some(&view.id) {
            // A log only grows: what has fewer events was read before some of ours were written.
            if events.is_some_and(|events| events <= view.events) {
                self.early.update(Vec::clear);
                self.saved_at.set(Some(view.last_at));
                self.is_open.set(view.is_open() && !self.is_guest(&view.id));
                self.view.set(Some(view));
                self.bells.ring_all();
                self.find_deviations();
            }
            return;
        }
        self.clear();
        let outline = Outline::of(&view.template);
        let before = browser::kept(&format!("at.{}", view.id))
            .map(|id| ItemId::from(id.as_str()))
            .filter(|item| outline.knows(item));
        self.chosen.set(before.or_else(|| outline.first_open(&view)));
        self.outline.set(Some(Arc::new(outline)));
        self.saved_at.set(Some(view.last_at));
        self.is_open.set(view.is_open() && !self.is_guest(&view.id));
        self.view.set(Some(view));
        self.find_deviations();
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
            browser::keep(&format!("at.{record}"), item.as_str());
        }
        self.ask(None);
        let before = self.chosen.get_untracked();
        self.chosen.set(Some(item.clone()));
        before.iter().chain([item]).for_each(|item| self.bells.ring(item));
    }

    /// Asks a question in a row, or no longer.
    fn ask(self, prompt: Option<Prompt>) {
        let before = self.prompt.get_untracked();
        if before != prompt {
            self.prompt.set(prompt.clone());
            before.iter().chain(&prompt).for_each(|prompt| self.bells.ring(&prompt.item));
        }
    }

    /// Follows an item: the closure around this runs again when something of the item may look different.
    pub(crate) fn follow(self, item: &ItemId) {
        self.bells.follow(item);
    }

    /// Answers an item, or asks first why.
    pub(crate) fn answer(self, app: App, item: &ItemId, answer: Answer) {
        let moment = moment(app);
        let before = self.view.with_untracked(|view| Some(before_sending(view.as_ref()?, item, &answer, &moment)));
        let Some(before) = before else {
            return;
        };
        self.forgive(item);
        match before {
            BeforeSending::Nothing => self.send_answer(app, item, answer, None),
            BeforeSending::Same => self.ask(None),
            BeforeSending::Ask { question, required } => {
                self.choose(item);
                self.ask(Some(Prompt { item: item.clone(), answer, question, required }));
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
        self.ask(None);
        show_chosen(&prompt.item);
        self.send_answer(app, &prompt.item, prompt.answer, reason);
    }

    fn send_answer(self, app: App, item: &ItemId, answer: Answer, reason: Option<String>) {
        self.act(app, Some(item), Intent::Answer { item: item.clone(), answer, by: None, reason });
    }

    /// Leaves the question that was asked, and what was typed for it.
    pub(crate) fn leave_prompt(self) {
        if let Some(prompt) = self.prompt.get_untracked() {
            self.ask(None);
            self.drop_draft(&prompt.item);
            show_chosen(&prompt.item);
        }
    }

    /// Takes away what was refused at an item.
    pub(crate) fn forgive(self, item: &ItemId) {
        let at = Some(item.clone());
        if self.refused.with_untracked(|refused| refused.get(&at).is_some()) {
            self.refused.update(|refused| refused.remove(&at));
            self.bells.ring(item);
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

/// Now, here: local time is what this window shows.
pub(crate) fn moment(app: App) -> Moment {
    let now = app.now.get_untracked();
    let person = app.person().unwrap_or_else(|| Person(String::new()));
    Moment { around: Some(Around { offset: browser::offset(now), ..Around::default() }), ..Moment::new(now, person) }
}

fn before_sending(view: &View, item: &ItemId, answer: &Answer, moment: &Moment) -> BeforeSending {
    let now = view.item(item);
    let ask = |question: &str, required| BeforeSending::Ask { question: question.to_owned(), required };
    if now.state == answer.state() && now.text.as_deref() == answer.text() && !answer.needs_reason() {
        return BeforeSending::Same;
    }
    let intent = Intent::Answer { item: item.clone(), answer: answer.clone(), by: None, reason: None };
    let objections = objections(view, &intent, moment);
    if !objections.is_empty() {
        return ask(&format!("{} Why is it done all the same?", objections.join(" ")), true);
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
