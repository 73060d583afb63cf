//! `countersign sign`: a person signs off a record as it stands.

use super::find;
use crate::args::{Deciding, Sign};
use crate::{Exit, Output, passphrase};
use countersign_core::api::{ApiError, Code, PrepareSignOff, Prepared, SignOffRecord};
use countersign_core::record::{Decision, Meaning, View, deviations, progress};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

/// Runs the `sign` command.
pub async fn run(command: Sign, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, &command.record).await?;
    let deciding = &command.deciding;
    let key = engine.find_key(&deciding.key)?;
    let (meaning, decision) = decision(deciding, &view)?;
    let role = deciding.role.clone();
    let asked = PrepareSignOff { record: view.id.clone(), key: key.clone(), role, meaning, decision };
    let prepared = engine.prepare_sign_off(asked).await?;
    output.say(&oath(&view, &prepared));
    let statement = prepared.statement;
    let passphrase =
        passphrase::get(&statement.person.0, deciding.passphrase_file.as_deref(), "COUNTERSIGN_PASSPHRASE")?;
    let person = find::person(engine, command.who.person.as_deref()).await?;
    let signed = SignOffRecord { person, key, passphrase, statement: statement.clone(), seconds: None };
    let written = engine.sign_off(signed).await?;
    let ids: Vec<_> = written.iter().map(|event| event.id).collect();
    let object = json!({ "events": ids, "statement": statement, "warnings": prepared.warnings });
    output.result(&object, || "Signed.".to_owned())?;
    Ok(Exit::Done)
}

/// Meaning and decision of what was asked for.
pub fn decision(of: &Deciding, view: &View) -> Result<(Meaning, Decision), ApiError> {
    let meaning = Meaning::from_words(&of.meaning).ok_or_else(|| ApiError {
        code: Code::Usage,
        message: format!("«{}» is no meaning of a signature.", of.meaning),
        hint: format!("Take one of: {}.", Meaning::ALL.map(Meaning::words).join(", ")),
    })?;
    let items = of.except_item.iter().map(|words| find::item(view, words)).collect::<Result<Vec<_>, _>>()?;
    let decision = match (&of.except, &of.send_back, &of.dissent) {
        (Some(exceptions), ..) => {
            Decision::ApproveWithExceptions { exceptions: exceptions.clone(), items, until: of.until }
        }
        (None, Some(reason), _) => Decision::Return { reason: reason.clone() },
        (None, None, Some(reason)) => Decision::Dissent { reason: reason.clone() },
        (None, None, None) => Decision::Approve,
    };
    Ok((meaning, decision))
}

/// What is signed, in one sentence, and what speaks against the signer.
pub fn oath(view: &View, prepared: &Prepared) -> String {
    let Prepared { statement, deviations, progress, warnings } = prepared;
    let mut words = format!(
        "{} signs record {} as {}: {}. {} of {} items done, {} deviations, log head {}.",
        statement.person,
        statement.number,
        statement.role,
        view.decision_words(statement),
        progress.done,
        progress.total(),
        deviations.len(),
        statement.head.short(),
    );
    for warning in warnings {
        let _ = write!(words, "\n! {warning}");
    }
    words
}

/// The state that is to be signed: what it is about, every item that is not open, what deviates.
pub fn shown(view: &View) -> String {
    let mut words = format!("Record {}: {} · {}\n", view.number, view.template.title, view.header.headline());
    for (name, value) in view.header.facts() {
        let _ = writeln!(words, "  {name:<20} {value}");
    }
    if let Some(asked) = view.asked.last() {
        let of = asked.of.as_ref().map(|of| format!(" by {of}")).unwrap_or_default();
        let role = asked.role.as_deref().map(|role| format!(" as {role}")).unwrap_or_default();
        let _ = writeln!(words, "{} asks for a signature{of}{role}, {}", asked.by, asked.at.for_people());
    }
    let came = progress(view);
    let _ = writeln!(words, "{} of {} items done", came.done, came.total());
    for item in &view.template.items {
        let entered = view.item(&item.id);
        if let Some(last) = entered.answers.last() {
            let value = entered.text.as_deref().unwrap_or(entered.state.word());
            let _ = writeln!(words, "  {:<10} {} ({})", value, item.label, last.by);
        }
    }
    let found = deviations(view);
    let _ = writeln!(words, "{} deviations", found.len());
    for deviation in found {
        let _ = writeln!(words, "  {}: {}: {}", deviation.kind.words(), deviation.label, deviation.detail);
    }
    words
}
