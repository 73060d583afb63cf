//! `countersign record list` and `record statistics`: the register by words, status, outcome, service and day. `register export`:
//! all of it for an auditor.

use crate::args::{RegisterCommand, Which};
use crate::{Exit, Output};
use countersign_core::api::{ApiError, ExportRegister, RecordSummary, Register, RegisterStatistics};
use countersign_core::record::Outcome;
use countersign_core::register::{Filter, Statistics};
use countersign_core::time::duration_words;
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

/// Runs a `register` command.
pub async fn run(command: RegisterCommand, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let RegisterCommand::Export { out, sample, seed } = command;
    let (path, seed) = (out.display().to_string(), seed.unwrap_or_default());
    let written = engine.export_register(ExportRegister { path, sample, seed }).await?;
    output.result(&json!({ "path": out, "written": written }), || written.clone())?;
    Ok(Exit::Done)
}

/// Lists records, newest first.
pub async fn list(which: Which, engine: &Engine, output: &mut Output) -> Result<(), ApiError> {
    let register = Register { filter: filter(which), before: None, limit: u32::MAX };
    let records = engine.register(register).await?.records;
    output.result(&json!({ "records": records }), || records.iter().map(summary).collect())
}

/// Says what the finished live deployments come to.
pub async fn statistics(which: Which, engine: &Engine, output: &mut Output) -> Result<(), ApiError> {
    let statistics = engine.statistics(RegisterStatistics { filter: filter(which) }).await?;
    output.result(&json!({ "statistics": statistics }), || figures(&statistics))
}

fn filter(which: Which) -> Filter {
    Filter {
        find: which.find.join(" "),
        status: which.status,
        outcome: which.outcome.map(Outcome::from),
        rehearsal: if which.live { Some(false) } else { which.rehearsals.then_some(true) },
        service: which.service,
        since: which.since,
        until: which.until,
    }
}

fn figures(of: &Statistics) -> String {
    let mut text = format!("{} deployments, {} of them failed", of.deployments, of.failed);
    if let Some(permille) = of.failure_permille() {
        let _ = write!(text, " ({}.{} %)", permille / 10, permille % 10);
    }
    let _ = write!(text, ", {} without a deviation, {} rounds late or missed", of.clean, of.late_rounds);
    for (name, time) in [("From start to close", of.duration), ("To restore after a failure", of.restore)] {
        let _ = write!(text, "\n{name}: {}", time.map_or_else(|| "none".to_owned(), duration_words));
    }
    for week in &of.weeks {
        let bar = "#".repeat(week.deployments.min(60) as usize);
        let _ = write!(text, "\nweek of {}  {:>3}  {bar}", week.from.utc().format("%Y-%m-%d"), week.deployments);
        if week.failed > 0 {
            let _ = write!(text, " ({} failed)", week.failed);
        }
    }
    text
}

fn summary(record: &RecordSummary) -> String {
    let status = serde_json::to_value(record.status).unwrap_or_default();
    let rehearsal = if record.rehearsal { " (rehearsal)" } else { "" };
    format!(
        "{:>5}  {:<9} {:>3}/{:<3} {:>2} deviations  {}  {}{rehearsal}\n",
        record.number,
        status.as_str().unwrap_or_default(),
        record.progress.done,
        record.progress.total(),
        record.deviations,
        record.header.headline(),
        record.title,
    )
}
