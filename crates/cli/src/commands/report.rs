//! `countersign report`: the signed PDF of a closed record.

use super::{find, verifier};
use crate::args::Report;
use crate::{Exit, Output, passphrase};
use countersign_core::api::{ApiError, ExportReport, MakeReport, ReportState, ReportStatus, SignReport};
use countersign_engine::Engine;
use std::fmt::Write as _;

/// Runs the `report` command: makes the report if there is none of the record as it stands, signs it with the keys that
/// were named, and writes it.
pub async fn run(command: Report, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let record = find::record(engine, &command.record).await?.id;
    let mut state = engine.report_state(ReportStatus { record: record.clone() }).await?;
    if state.made.is_none() || state.outdated || command.anew || command.leave_out_contacts {
        let person = find::person(engine, command.who.person.as_deref()).await?;
        let leave_out_contacts = command.leave_out_contacts;
        state = engine.make_report(MakeReport { record: record.clone(), person, leave_out_contacts }).await?;
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
    let path = engine.export_report(ExportReport { record, path: command.output.display().to_string() }).await?;
    if command.with_verifier {
        let page = verifier::beside(&command.output);
        verifier::write(&page)?;
        output.say(&format!("The verifier: {}", page.display()));
    }
    output.result(&serde_json::json!({ "path": path, "report": state }), || words(&path, &state))?;
    Ok(Exit::Done)
}

fn words(path: &str, state: &ReportState) -> String {
    let mut words = format!("{path}\n");
    if let Some(made) = &state.made {
        let _ = writeln!(words, "{} pages, {} bytes, SHA-256 {}", made.pages, made.size, made.sha256);
        for field in &made.fields {
            let signed = if field.signed { "signed" } else { "not signed yet" };
            let _ = writeln!(words, "  {:<14} {}, {}", signed, field.person, field.role);
        }
    }
    words
}
