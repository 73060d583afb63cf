//! Asking the engine, and taking what it has committed into the view.

use super::Desk;
use crate::browser;
use crate::components::dialogs::Dialog;
use crate::ipc;
use crate::reply;
use crate::state::App;
use countersign_core::api::{Act, ApiError, AttachBytes, AttachFile, Code, Command, Opened, RunProbes};
use countersign_core::checklist::ItemKind;
use countersign_core::id::{ItemId, ProbeId, RecordId};
use countersign_core::record::log::BundledEvent;
use countersign_core::record::{Body, Content, Entry, FoldError, Intent, Person, View, contact_of};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::error::Error;

impl Desk {
    /// Asks the engine for something; what it commits comes into the view.
    pub(crate) fn act(self, app: App, at: Option<&ItemId>, intent: Intent) {
        if let Some((record, person)) = self.who(app) {
            let intent = self.for_somebody(intent);
            self.send(app, at.cloned(), Act { record, person, intent });
        }
    }

    /// Runs a command about the record as a whole; what it commits comes into the view.
    pub(crate) fn command<C: Command<Reply = Vec<BundledEvent>> + 'static>(
        self,
        app: App,
        make: impl FnOnce(RecordId, Person) -> C,
    ) {
        if let Some((record, person)) = self.who(app) {
            self.send(app, None, make(record, person));
        }
    }

    /// Who did it and who writes it down may be two people.
    fn for_somebody(self, mut intent: Intent) -> Intent {
        let name = self.done_by.get_untracked();
        let other = Some(Person::from(name.as_str())).filter(|other| !other.0.is_empty());
        match &mut intent {
            Intent::Answer { by, .. } | Intent::Decide { by, .. } => *by = by.take().or(other),
            Intent::TakeRound { round } => round.by = round.by.take().or(other),
            _ => {}
        }
        intent
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
        let of_record = self.tab.get_untracked() == super::Tab::Record;
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
            app.dialog.set(Some(Dialog::Name));
        }
        Some((record, person?))
    }

    fn send<C: Command<Reply = Vec<BundledEvent>> + 'static>(self, app: App, at: Option<ItemId>, command: C) {
        self.await_events(app, at, Box::pin(ipc::call(command)));
    }

    fn await_events(self, app: App, at: Option<ItemId>, reply: ipc::Answer<Vec<BundledEvent>>) {
        let Some(record) = self.record() else { return };
        self.waiting.update(|waiting| waiting.push(at.clone()));
        at.iter().for_each(|item| self.bells.ring(item));
        spawn_local(async move {
            let reply = reply.await;
            if self.record().as_ref() != Some(&record) {
                return;
            }
            self.waiting.update(|waiting| {
                if let Some(ours) = waiting.iter().position(|one| *one == at) {
                    waiting.swap_remove(ours);
                }
            });
            match reply.and_then(|events| read_events(&events)) {
                Ok(events) => {
                    if self.refused.with_untracked(|refused| refused.get(&at).is_some()) {
                        self.refused.update(|refused| refused.remove(&at));
                    }
                    self.take(app, events);
                    app.spoken.set("Saved.".to_owned());
                }
                Err(error) => {
                    app.spoken.set(format!("Not saved. {} {}", error.message, error.hint));
                    self.refused.update(|refused| refused.insert(at.clone(), error));
                }
            }
            at.iter().for_each(|item| self.bells.ring(item));
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
            match &entry.event.body {
                // What was masked is not what was typed, and not to be typed again.
                Body::Answered { item, answer, .. } => {
                    self.settle_draft(item, answer.text().filter(|_| entry.event.masked.is_empty()));
                }
                Body::ContactGiven { item, .. } => self.settle_draft(item, contact_of(entry).as_deref()),
                _ => {}
            }
        }
        let touched: Vec<_> = events.iter().flat_map(|entry| self.touched_by(&entry.event.body)).collect();
        self.early.update(|early| early.extend(events));
        self.view.update(|view| {
            let Some(view) = view else { return };
            self.early.update(|early| {
                while let Some(next) = early.iter().position(|entry| entry.event.parents.contains(&view.head)) {
                    view.apply(&early.swap_remove(next));
                }
            });
        });
        let (last_at, is_open) =
            self.view.with_untracked(|view| view.as_ref().map(|view| (view.last_at, view.is_open()))).unzip();
        self.saved_at.set(last_at);
        if is_open != Some(self.is_open.get_untracked()) {
            self.is_open.set(is_open.unwrap_or_default());
        }
        touched.iter().for_each(|item| self.bells.ring(item));
        self.find_deviations();
        let waits = self.waiting.with_untracked(|waiting| !waiting.is_empty());
        if !waits && !self.early.with_untracked(Vec::is_empty) {
            // Somebody else wrote between; the engine has the whole log.
            self.early.update(Vec::clear);
            if let Some(record) = self.record() {
                self.read(app, record);
            }
        }
    }

    /// Later values stand otherwise to the baseline afterwards.
    fn changes_baseline(self, body: &Body) -> bool {
        let of_frozen = |item: &ItemId| {
            self.view.with_untracked(|view| {
                let frozen = view.as_ref().and_then(|view| view.baseline.frozen.as_ref());
                frozen.is_some_and(|frozen| frozen.values.iter().any(|value| value.item == *item))
            })
        };
        match body {
            Body::BaselineFrozen { .. } => true,
            Body::Answered { item, .. } => of_frozen(item),
            _ => false,
        }
    }

    /// The items whose rows an event changes. A signature fills its line and the box of it.
    fn touched_by(self, body: &Body) -> Vec<ItemId> {
        match body {
            Body::Answered { item, .. } if !self.changes_baseline(body) => vec![item.clone()],
            Body::ContactGiven { item, .. } => vec![item.clone()],
            Body::Noted { item: Some(item), .. }
            | Body::Attached { item: Some(item), .. }
            | Body::Linked { item: Some(item), .. } => vec![item.clone()],
            Body::RoundTaken { values, .. } => values.keys().cloned().collect(),
            _ if self.changes_baseline(body) => self.view.with_untracked(|view| {
                view.iter().flat_map(|view| view.template.items.iter().map(|item| item.id.clone())).collect()
            }),
            Body::Decided { gate: Some(gate), .. } => {
                self.outline.get_untracked().map(|outline| outline.line(gate)).unwrap_or_default()
            }
            Body::SignedOff { .. } => self.view.with_untracked(|view| {
                let (Some(view), Some(outline)) = (view, self.outline.get_untracked()) else { return Vec::new() };
                let lines = view.template.items.iter().filter(|item| matches!(item.kind, ItemKind::SignOff { .. }));
                lines.flat_map(|item| outline.line(&item.id)).collect()
            }),
            _ => Vec::new(),
        }
    }
}

/// The view of a record that was opened.
pub(super) fn view_of(opened: Opened) -> Result<View, ApiError> {
    let events = read_events(&opened.events)?;
    let (first, rest) = events.split_first().ok_or_else(|| unreadable(&FoldError::NoStart))?;
    let mut view = View::begin(first, opened.template).map_err(|error| unreadable(&error))?;
    rest.iter().for_each(|entry| view.apply(entry));
    Ok(view)
}

fn read_events(events: &[BundledEvent]) -> Result<Vec<Entry>, ApiError> {
    let read = |bundled: &BundledEvent| {
        let event = reply::event(&bundled.event).map_err(|error| unreadable(&error))?;
        // What stands beside an event is JSON, so it is text.
        let aside = bundled.aside.as_ref().and_then(|content| match content {
            Content::Text(text) => Some(text.clone().into_bytes()),
            Content::Base64(_) => None,
        });
        // The engine has checked the signatures; nothing here asks for them.
        Ok(Entry { id: bundled.id, bytes: bundled.event.clone().into_bytes(), signature: Vec::new(), event, aside })
    };
    events.iter().map(read).collect()
}

fn unreadable(why: &dyn Error) -> ApiError {
    ApiError {
        code: Code::Internal,
        message: format!("The window cannot read what was saved: {why}"),
        hint: "What was saved is safe. Leave the record and open it again.".to_owned(),
    }
}
