//! `countersign record hand-over`, `take-over`, `incident`, `contacts`: who has the watch, what went wrong, whom to reach.

use super::{find, record::committed};
use crate::args::{HandOver, Incident};
use crate::{Exit, Output, passphrase};
use countersign_core::api::{self, Act, ApiError, Code, Contacts, ContactsWay, Overview};
use countersign_core::record::{self, IncidentAction, Intent, Person, Severity, View};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

/// Hands the watch over.
pub async fn hand_over(command: HandOver, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, &command.record).await?;
    let key = engine.find_key(&command.key)?;
    let person = find::person(engine, command.who.person.as_deref()).await?;
    let passphrase = passphrase::get(&command.key, command.passphrase_file.as_deref(), "COUNTERSIGN_PASSPHRASE")?;
    let (to, notes, head) = (Person::from(command.to.as_str()), command.notes, view.head);
    let asked = api::HandOver { record: view.id, person, key, passphrase, to, notes, head };
    let written = engine.hand_over(asked).await?;
    let view = find::record(engine, &command.record).await?;
    let ids: Vec<_> = written.iter().map(|event| event.id).collect();
    let baton = view.pending_handover().map(|of| &of.signed.baton);
    output.result(&json!({ "events": ids, "handover": baton }), || {
        let words = baton.map(|baton| format!("Handed over to {}: {}.", baton.to, baton.words()));
        words.unwrap_or_default()
    })?;
    Ok(Exit::Done)
}

/// Takes the watch over.
pub async fn take_over(
    record: &str,
    who: Option<&str>,
    engine: &Engine,
    output: &mut Output,
) -> Result<Exit, ApiError> {
    let view = find::record(engine, record).await?;
    let person = find::person(engine, who).await?;
    let handover = view.pending_handover().map_or(view.head, |pending| pending.event);
    let written = engine.act(Act { record: view.id, person, intent: Intent::TakeOver { handover } }).await?;
    committed(&written, output)?;
    Ok(Exit::Done)
}

/// Lists incidents, or writes one down.
pub async fn incident(command: Incident, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, &command.record).await?;
    let asked = command.number.is_some() || command.title.is_some();
    if !asked {
        output.result(&json!({ "incidents": view.incidents }), || {
            let mut words = String::new();
            for of in &view.incidents {
                let _ = writeln!(words, "{}  {}: {}", of.number, of.incident.title, of.incident.words());
            }
            if words.is_empty() { "No incidents.".to_owned() } else { words }
        })?;
        return Ok(Exit::Done);
    }
    let now = engine.overview(Overview {}).await?.now;
    let known = view.incidents.iter().find(|of| Some(of.number) == command.number).map(|of| of.incident.clone());
    let mut incident = known.unwrap_or(record::Incident {
        severity: Severity::Major,
        title: String::new(),
        start: now,
        end: None,
        root_cause: None,
        actions: Vec::new(),
    });
    incident.title = command.title.unwrap_or(incident.title);
    incident.severity = command.severity.unwrap_or(incident.severity);
    incident.start = command.start.unwrap_or(incident.start);
    incident.root_cause = command.root_cause.or(incident.root_cause);
    if let Some(end) = command.end {
        let read = if end == "now" { Ok(now) } else { end.parse() };
        incident.end = Some(read.map_err(|_| {
            usage(format!("«{end}» is no time."), "Write `now`, or a time such as 2026-11-21T10:00:00Z.")
        })?);
    }
    for action in &command.actions {
        let (what, owner) = action.rsplit_once('=').ok_or_else(|| {
            usage(format!("«{action}» names no owner."), "Write it like --action \"Add an alert=Bo\".")
        })?;
        let owner = Person::from(owner);
        match incident.actions.iter_mut().find(|known| known.what == what.trim()) {
            Some(known) => known.owner = owner,
            None => incident.actions.push(IncidentAction { what: what.trim().to_owned(), owner, done: false }),
        }
    }
    for done in &command.done {
        let found =
            incident.actions.iter_mut().find(|action| action.what.to_lowercase().starts_with(&done.to_lowercase()));
        let found =
            found.ok_or_else(|| usage(format!("No action begins with «{done}»."), "`record incident` lists them."))?;
        found.done = true;
    }
    let person = find::person(engine, command.who.person.as_deref()).await?;
    let intent = Intent::Incident { number: command.number, incident: Box::new(incident) };
    let written = engine.act(Act { record: view.id, person, intent }).await?;
    committed(&written, output)?;
    Ok(Exit::Done)
}

/// Shows, keeps or takes over contacts.
pub async fn contacts(
    record: &str,
    way: Option<ContactsWay>,
    who: Option<&str>,
    engine: &Engine,
    output: &mut Output,
) -> Result<Exit, ApiError> {
    let mut view = find::record(engine, record).await?;
    if let Some(way) = way {
        let person = find::person(engine, who).await?;
        engine.contacts(Contacts { record: view.id, person, way }).await?;
        view = find::record(engine, record).await?;
    }
    let all = record::contacts(&view);
    let object: Vec<_> =
        all.iter().map(|(item, known_as, text)| json!({ "item": item, "known_as": known_as, "text": text })).collect();
    output.result(&json!({ "contacts": object }), || words(&view))?;
    Ok(Exit::Done)
}

fn words(view: &View) -> String {
    let mut words = String::new();
    for (item, _, text) in record::contacts(view) {
        let _ = writeln!(words, "{item:<18} {:<24} {}", text.as_deref().unwrap_or("—"), view.label(&item));
    }
    if words.is_empty() { "The checklist asks for no contacts.".to_owned() } else { words }
}

fn usage(message: String, hint: &str) -> ApiError {
    ApiError { code: Code::Usage, message, hint: hint.to_owned() }
}
