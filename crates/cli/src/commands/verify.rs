//! `countersign verify`: five verdicts on a report. Needs no data directory and no network.

use crate::args::Verify;
use crate::{Exit, Output};
use countersign_core::api::ApiError;
use countersign_core::verdict::{Holds, Verdict, Verification};
use std::fmt::Write as _;

/// Runs the `verify` command.
pub fn run(command: &Verify, output: &mut Output) -> Result<Exit, ApiError> {
    let verification = countersign_engine::verify(&command.file, command.trust.as_deref(), command.roster.as_deref())?;
    output.result(&verification, || words(&verification))?;
    Ok(if verification.holds { Exit::Done } else { Exit::DoesNotHold })
}

/// The verdicts in plain words.
pub fn words(verification: &Verification) -> String {
    let mut words = format!("{}\nSHA-256 {}\n", verification.file, verification.sha256);
    if let Some(record) = &verification.record {
        let rehearsal = if record.rehearsal { " (rehearsal)" } else { "" };
        let _ = writeln!(words, "Record {}{rehearsal}: {} · {}", record.number, record.title, record.header.headline());
        let (done, total) = (record.progress.done, record.progress.total());
        let _ = writeln!(words, "{}, {done} of {total} items done, {} deviations", record.outcome, record.deviations);
    }
    for (name, verdict) in [
        ("Integrity", &verification.integrity),
        ("Identity", &verification.identity),
        ("Time", &verification.time),
        ("Completeness", &verification.completeness),
        ("Policy", &verification.policy),
    ] {
        one(name, verdict, &mut words);
    }
    let _ = writeln!(words, "\n{}", if verification.holds { "Everything holds." } else { "It does not hold." });
    words
}

fn one(name: &str, verdict: &Verdict, words: &mut String) {
    let outcome = match verdict.outcome {
        Holds::Yes => "holds",
        Holds::No => "DOES NOT HOLD",
        Holds::Unknown => "cannot be known",
    };
    let _ = writeln!(words, "\n{name:<13} {outcome}");
    for reason in &verdict.reasons {
        let _ = writeln!(words, "  {reason}");
    }
}
