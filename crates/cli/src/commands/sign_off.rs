//! `countersign signoff`: signatures that travel as files.

use super::{find, sign};
use crate::args::{Deciding, SignOff};
use crate::{Exit, Output, passphrase};
use countersign_core::api::{
    AnswerByFile, ApiError, AskByFile, OpenRequest, PrepareSignOff, SignReportFile, TakeAnswer, TakeReport,
};
use countersign_core::record::View;
use countersign_engine::Engine;
use serde_json::json;
use std::path::Path;

/// Runs a `signoff` command.
pub async fn run(command: SignOff, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    match command {
        SignOff::Request { record, output: to, of, role, who } => {
            let view = find::record(engine, &record).await?;
            let person = find::person(engine, who.person.as_deref()).await?;
            let path = to.display().to_string();
            engine.ask_by_file(AskByFile { record: view.id, person, of, role, path: path.clone() }).await?;
            output.result(&json!({ "path": path }), || {
                format!("{path}\nTake it to the signer's computer, sign it there, and bring the answer back.")
            })?;
        }
        SignOff::Show { file } => {
            let view = opened(engine, &file).await?;
            let asked = view.asked.last();
            let object = json!({ "record": view, "asked": asked });
            output.result(&object, || sign::shown(&view))?;
        }
        SignOff::Sign { file, deciding, output: to } => return answer(&file, deciding, &to, engine, output).await,
        SignOff::Take { record, file, who } => {
            let view = find::record(engine, &record).await?;
            let path = file.display().to_string();
            if is_pdf(&file)? {
                let state = engine.take_report(TakeReport { record: view.id, path }).await?;
                output.result(&state, || super::report::words("Taken.", &state))?;
            } else {
                let person = find::person(engine, who.person.as_deref()).await?;
                let before = view.sign_offs.len();
                let written = engine.take_answer(TakeAnswer { record: view.id, person, path }).await?;
                let view = find::record(engine, &record).await?;
                let ids: Vec<_> = written.iter().map(|event| event.id).collect();
                let taken = view.sign_offs.get(before);
                let statement = taken.map(|taken| &taken.sign_off.statement);
                let warnings = taken.map(|taken| taken.warnings().to_vec()).unwrap_or_default();
                let changes = taken.map_or(0, |taken| taken.changes.len());
                output.result(
                    &json!({ "events": ids, "statement": statement, "warnings": warnings, "changes": changes }),
                    || {
                        let who =
                            statement.map(|of| format!("{}, {}: {}", of.person, of.role, view.decision_words(of)));
                        let stale = if changes == 0 {
                            String::new()
                        } else {
                            format!(" It is stale: {changes} things changed since it was asked for.")
                        };
                        format!(
                            "Taken: {}.{stale}{}",
                            who.unwrap_or_default(),
                            warnings.iter().map(|of| format!("\n! {of}")).collect::<String>()
                        )
                    },
                )?;
            }
        }
    }
    Ok(Exit::Done)
}

async fn opened(engine: &Engine, file: &Path) -> Result<View, ApiError> {
    let record = engine.open_request(OpenRequest { path: file.display().to_string() }).await?;
    engine.record(&record)
}

async fn answer(
    file: &Path,
    deciding: Deciding,
    to: &Path,
    engine: &Engine,
    output: &mut Output,
) -> Result<Exit, ApiError> {
    let key = engine.find_key(&deciding.key)?;
    let path = to.display().to_string();
    if is_pdf(file)? {
        let passphrase = passphrase::get(&deciding.key, deciding.passphrase_file.as_deref(), "COUNTERSIGN_PASSPHRASE")?;
        let report = SignReportFile { path: file.display().to_string(), key, passphrase, to: path };
        let path = engine.sign_report_file(report).await?;
        output.result(&json!({ "path": path }), || format!("Signed: {path}"))?;
        return Ok(Exit::Done);
    }
    let view = opened(engine, file).await?;
    let asked = view.asked.last().and_then(|asked| asked.role.clone()).unwrap_or_default();
    let role = if deciding.role.is_empty() { asked } else { deciding.role.clone() };
    let (meaning, decision) = sign::decision(&deciding, &view)?;
    let asked = PrepareSignOff { record: view.id.clone(), key: key.clone(), role, meaning, decision };
    let prepared = engine.prepare_sign_off(asked).await?;
    output.say(&sign::shown(&view));
    output.say(&sign::oath(&view, &prepared));
    let statement = prepared.statement;
    let passphrase =
        passphrase::get(&statement.person.0, deciding.passphrase_file.as_deref(), "COUNTERSIGN_PASSPHRASE")?;
    let answer = AnswerByFile { key, passphrase, statement: statement.clone(), seconds: None, path };
    let path = engine.answer_by_file(answer).await?;
    output.result(&json!({ "path": path, "statement": statement, "warnings": prepared.warnings }), || {
        format!("{path}\nBring it back to where the record is.")
    })?;
    Ok(Exit::Done)
}

/// A report begins with its own mark; everything else is taken for JSON.
fn is_pdf(file: &Path) -> Result<bool, ApiError> {
    let limit = countersign_engine::FILE_LIMIT;
    Ok(countersign_engine::read_limited(file, limit).map_err(ApiError::from)?.starts_with(b"%PDF-"))
}
