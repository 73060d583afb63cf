//! Rounds at the edge: what is over is written down as missed with its cause, what becomes due is told once.
//!
//! What a round is, and when it is due, is `core`'s. Here is only what needs a clock that goes on and a memory of the computer.

use crate::error::Error;
use crate::installation::Installation;
use crate::ledger::{Asked, Desk, has_rounds};
use crate::store::Store;
use crate::{Engine, Environment, Notice, State, register};
use countersign_core::api::RecordStatus;
use countersign_core::id::RecordId;
use countersign_core::record::rounds::{SlotState, digest, slots};
use countersign_core::record::{Entry, Intent};
use countersign_core::register::Filter;
use countersign_core::time::Timestamp;
use std::collections::BTreeSet;
use std::path::Path;

/// How often what was seen of the computer is kept, in milliseconds.
const KEEP_EVERY: i64 = 60_000;
const SETTING: &str = "presence";

/// The records whose rounds are looked after.
#[derive(Debug, Default)]
pub struct Watch {
    /// Open records with rounds that have begun; none before the first look.
    records: Option<BTreeSet<RecordId>>,
    /// The slots that a person was told of.
    told: BTreeSet<(RecordId, usize, u32)>,
    kept_at: i64,
    /// The monotonic clock at the last look, and how far the wall clock had been set by then.
    last: Option<(u64, i64)>,
}

impl Watch {
    /// Something was written into a record: its rounds may have begun.
    pub fn also(&mut self, record: &RecordId) {
        if let Some(records) = &mut self.records {
            records.insert(record.clone());
        }
    }

    /// Those that have rounds under way, as far as is known.
    pub fn records(&self) -> Vec<RecordId> {
        self.records.iter().flatten().cloned().collect()
    }
}

/// What is outside the records: clocks, and the data directory.
#[derive(Clone, Copy)]
struct Outside<'a> {
    environment: &'a dyn Environment,
    folder: &'a Path,
}

impl<'a> Outside<'a> {
    fn desk(self, store: &'a mut Store, installation: &'a Installation) -> Desk<'a> {
        Desk { store, installation, environment: self.environment, folder: self.folder }
    }
}

/// What is due and what was missed since the last look.
type Found = Vec<(String, Timestamp)>;

impl Engine {
    fn outside(&self) -> Outside<'_> {
        Outside { environment: &*self.environment, folder: &self.folder }
    }

    /// Looks at the clocks and at all rounds that are under way. The events that were written, and what a person is to be told.
    pub(crate) fn look_at_rounds(&self) -> Result<(Vec<RecordId>, Option<Notice>), Error> {
        let outside = self.outside();
        let environment = outside.environment;
        let state = &mut *self.state();
        see(state, environment)?;
        let mut changed = Vec::new();
        let mut notices = Vec::new();
        for record in watched(state)? {
            let (mut written, missed) = settle(state, outside, &record)?;
            written |= told_of_jump(state, outside, &record)?;
            let view = state.ledger.view(&state.store, &state.installation, &record)?;
            if !has_rounds(view) {
                if let Some(records) = &mut state.watch.records {
                    records.remove(&record);
                }
            } else {
                let name = format!("#{} {}", view.number, view.header.headline());
                let mut due: Found = Vec::new();
                for of in slots(view, environment.now()) {
                    for slot in of.slots.iter().filter(|slot| slot.state.is_open() && slot.due <= environment.now()) {
                        if state.watch.told.insert((record.clone(), of.plan.section, slot.number)) {
                            due.push((of.plan.title.clone(), slot.due));
                        }
                    }
                }
                notices.extend(digest(&name, &due, &missed));
            }
            if written {
                changed.push(record);
            }
        }
        Ok((changed, together(notices)))
    }

    /// Writes what an intent comes to; the rounds that are over by then come first.
    pub(crate) fn write_after_rounds(
        &self,
        record: &RecordId,
        person: &countersign_core::record::Person,
        asked: Asked,
    ) -> Result<Vec<Entry>, Error> {
        let outside = self.outside();
        let state = &mut *self.state();
        let mut written = Vec::new();
        if matches!(asked.intent, Intent::TakeRound { .. } | Intent::Close { .. }) {
            load(state)?;
            written = over(state, outside, record)?.0;
        }
        let State { store, installation, ledger, .. } = &mut *state;
        written.extend(ledger.act(outside.desk(store, installation), record, person, asked)?);
        state.watch.also(record);
        Ok(written)
    }
}

/// Takes a look at clock and network, and keeps what was seen from time to time.
fn see(state: &mut State, environment: &dyn Environment) -> Result<(), Error> {
    load(state)?;
    let now = environment.now();
    let (mono, moved) = (environment.monotonic(), state.ledger.look(environment));
    let Some(presence) = &mut state.presence else { return Ok(()) };
    let passed = state.watch.last.replace((mono, moved)).map(|(last, before)| {
        presence.moved(moved.saturating_sub(before));
        i64::try_from(mono.saturating_sub(last)).unwrap_or(i64::MAX)
    });
    let changed = presence.look(now, passed, state.network.online());
    let due = now.since(Timestamp::from_millis(state.watch.kept_at)).abs() >= KEEP_EVERY;
    let watching = state.watch.records.as_ref().is_some_and(|records| !records.is_empty());
    if watching && (changed || due) {
        let json = serde_json::to_string(presence).map_err(|error| Error::Internal(error.to_string()))?;
        state.store.set(SETTING, &json)?;
        state.watch.kept_at = now.millis();
    }
    Ok(())
}

/// What an earlier run of the program saw.
fn load(state: &mut State) -> Result<(), Error> {
    if state.presence.is_none() {
        let kept = state.store.setting(SETTING)?;
        state.presence = Some(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default());
    }
    Ok(())
}

/// The records to look after; on the first look all open ones.
fn watched(state: &mut State) -> Result<Vec<RecordId>, Error> {
    if state.watch.records.is_none() {
        register::refresh(&mut state.store, &state.installation, &state.ledger)?;
        let open = Filter { status: Some(RecordStatus::Open), ..Filter::default() };
        let open = state.store.page(&open, None, u32::MAX)?;
        let open = open.into_iter().filter(|record| record.rounds).map(|record| record.id).collect();
        state.watch.records = Some(open);
    }
    Ok(state.watch.records.iter().flatten().cloned().collect())
}

fn settle(state: &mut State, outside: Outside<'_>, record: &RecordId) -> Result<(bool, Found), Error> {
    let (written, missed) = over(state, outside, record)?;
    Ok((!written.is_empty(), missed))
}

/// Writes down which rounds of a record are over and were not taken.
fn over(state: &mut State, outside: Outside<'_>, record: &RecordId) -> Result<(Vec<Entry>, Found), Error> {
    let now = outside.environment.now();
    let view = state.ledger.view(&state.store, &state.installation, record)?;
    if view.rounds.anchor.is_none() || !view.is_open() {
        return Ok((Vec::new(), Vec::new()));
    }
    let person = view.started_by.clone();
    let presence = state.presence.clone().unwrap_or_default();
    let (mut intents, mut missed) = (Vec::new(), Vec::new());
    for of in slots(view, now) {
        for slot in of.slots.iter().filter(|slot| slot.state == SlotState::Missed { cause: None }) {
            let (cause, evidence) = presence.cause(slot.opens, slot.closes);
            let (section, number) = (of.plan.section, slot.number);
            intents.push(Intent::MissRound { section, number, cause, evidence });
            missed.push((of.plan.title.clone(), slot.due));
        }
    }
    let mut written = Vec::new();
    for intent in intents {
        let State { store, installation, ledger, .. } = &mut *state;
        written.extend(ledger.act(outside.desk(store, installation), record, &person, intent)?);
    }
    missed.sort_by_key(|(_, due)| *due);
    Ok((written, missed))
}

/// Writes into a record under watch that the clock was set, as soon as that is seen.
fn told_of_jump(state: &mut State, outside: Outside<'_>, record: &RecordId) -> Result<bool, Error> {
    let State { store, installation, ledger, .. } = state;
    Ok(!ledger.tell_jump(&mut outside.desk(store, installation), record)?.is_empty())
}

/// One notice for all records: after a wake a person is told once.
fn together(mut notices: Vec<(String, String)>) -> Option<Notice> {
    match notices.len() {
        0 => None,
        1 => notices.pop().map(|(title, body)| Notice { title, body }),
        many => {
            let body = notices.iter().map(|(title, body)| format!("{title}\n{body}")).collect::<Vec<_>>().join("\n");
            Some(Notice { title: format!("Rounds in {many} records"), body })
        }
    }
}
