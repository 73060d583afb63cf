//! `countersign sign`: a person signs off a record as it stands.

use super::find;
use crate::args::Sign;
use crate::{Exit, Output, passphrase};
use countersign_core::api::{ApiError, Code, PrepareSignOff, SignOffRecord};
use countersign_core::record::{Decision, Meaning};
use countersign_engine::Engine;
use serde_json::json;

/// Runs the `sign` command.
pub async fn run(command: Sign, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, &command.record).await?;
    let key = engine.find_key(&command.key)?;
    let meaning = Meaning::from_words(&command.meaning).ok_or_else(|| ApiError {
        code: Code::Usage,
        message: format!("«{}» is no meaning of a signature.", command.meaning),
        hint: format!("Take one of: {}.", Meaning::ALL.map(Meaning::words).join(", ")),
    })?;
    let decision = match (command.except, command.send_back) {
        (Some(exceptions), _) => Decision::ApproveWithExceptions { exceptions },
        (None, Some(reason)) => Decision::Return { reason },
        (None, None) => Decision::Approve,
    };
    let asked = PrepareSignOff { record: view.id, key: key.clone(), role: command.role, meaning, decision };
    let prepared = engine.prepare_sign_off(asked).await?;
    let statement = prepared.statement;
    output.say(&format!(
        "{} signs record {} as {}: {}. {} of {} items done, {} deviations, log head {}.",
        statement.person,
        statement.number,
        statement.role,
        statement.meaning.words(),
        prepared.progress.done,
        prepared.progress.total(),
        prepared.deviations.len(),
        statement.head.short(),
    ));
    let passphrase =
        passphrase::get(&statement.person.0, command.passphrase_file.as_deref(), "COUNTERSIGN_PASSPHRASE")?;
    let person = find::person(engine, command.who.person.as_deref()).await?;
    let written = engine.sign_off(SignOffRecord { person, key, passphrase, statement: statement.clone() }).await?;
    let ids: Vec<_> = written.iter().map(|event| event.id).collect();
    output.result(&json!({ "events": ids, "statement": statement }), || "Signed.".to_owned())?;
    Ok(Exit::Done)
}
