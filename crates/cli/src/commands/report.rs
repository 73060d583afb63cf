//! `countersign report`: the signed PDF of a closed record.

use super::{find, verifier};
use crate::args::{Later, Report};
use crate::{Exit, Output, passphrase};
use countersign_core::api::{ApiError, ExportReport, MakeReport, ReportState, ReportStatus, SignReport, StampReport};
use countersign_engine::Engine;
use std::fmt::Write as _;

/// Runs the `report` command: makes the report if there is none of the record as it stands, signs it with the keys that
/// were named, and writes it.
pub async fn run(command: Report, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let (number, to) = match (command.record, command.output, command.later) {
        (_, _, Some(later)) => return add(later, engine, output).await,
        (Some(number), Some(to), None) => (number, to),
        _ => return Ok(Exit::Usage),
    };
    if !command.tsa.is_empty() {
        engine.use_authorities(command.tsa);
    }
    let record = find::record(engine, &number).await?.id;
    let mut state = engine.report_state(ReportStatus { record: record.clone() }).await?;
    if state.made.is_none() || state.outdated || command.anew || command.leave_out_contacts {
        let person = find::person(engine, command.who.person.as_deref()).await?;
        let leave_out_contacts = command.leave_out_contacts;
        state = engine
            .make_report(MakeReport { record: record.clone(), person, leave_out_contacts, paper: command.paper.into() })
            .await?;
    }
    let mut signed = Vec::new();
    for (index, words) in command.keys.iter().enumerate() {
        let key = engine.find_key(words)?;
        // One signing fills every field of its person.
        if signed.contains(&key) {
            continue;
        }
        signed.push(key.clone());
        let file = command.passphrase_files.get(index).map(AsRef::as_ref);
        let passphrase = passphrase::get(words, file, "COUNTERSIGN_PASSPHRASE")?;
        state = engine.sign_report(SignReport { record: record.clone(), key, passphrase }).await?;
    }
    if command.long_term {
        state = engine.stamp_report(StampReport { record: record.clone(), long_term: true }).await?;
    }
    let path = engine.export_report(ExportReport { record, path: to.display().to_string() }).await?;
    if command.with_verifier {
        let page = verifier::beside(&to);
        verifier::write(&page)?;
        output.say(&format!("The verifier: {}", page.display()));
    }
    output.result(&serde_json::json!({ "path": path, "report": state }), || words(&path, &state))?;
    Ok(Exit::Done)
}

/// Adds to a signed file what may be added later.
async fn add(later: Later, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let Later::Timestamp { file, output: to, tsa, long_term } = later;
    if !tsa.is_empty() {
        engine.use_authorities(tsa);
    }
    let to = to.unwrap_or_else(|| file.clone());
    let time = engine.stamp_file(&file, &to, long_term).await?;
    output.result(&serde_json::json!({ "path": to, "time": time }), || format!("{}\n{time}", to.display()))?;
    Ok(Exit::Done)
}

/// Where a report stands, in words.
pub fn words(path: &str, state: &ReportState) -> String {
    let mut words = format!("{path}\n");
    if let Some(made) = &state.made {
        let _ = writeln!(words, "{} pages, {} bytes, SHA-256 {}", made.pages, made.size, made.sha256);
        for field in &made.fields {
            let signed = if field.signed { "signed" } else { "not signed yet" };
            let _ = writeln!(words, "  {:<14} {}, {}", signed, field.person, field.role);
        }
        if !state.missing.is_empty() {
            let _ = writeln!(words, "No font has {}; each stands as its code.", state.missing.join(" "));
        }
        let _ = writeln!(words, "{}", state.time);
    }
    words
}
