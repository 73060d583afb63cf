//! `countersign condition`: the condition language on its own.

use crate::args::Condition as Args;
use crate::{Exit, Output};
use countersign_core::api::{ApiError, Code};
use countersign_core::condition::{Condition, Facts, Outcome};

/// The largest facts file, in bytes.
const LIMIT: u64 = 64_000_000;

/// Runs a `condition` command. Exit code 1 if the condition is not met, or unknown.
pub fn run(command: Args, output: &mut Output) -> Result<Exit, ApiError> {
    let Args::Eval { expression, facts } = command;
    let condition: Condition = expression.parse().map_err(|error: countersign_core::condition::ParseError| {
        ApiError { code: Code::Usage, message: error.to_string(), hint: error.fix.clone() }
    })?;
    let facts = match facts {
        None => Facts::default(),
        Some(path) => {
            let bytes = countersign_engine::read_limited(&path, LIMIT).map_err(ApiError::from)?;
            Facts::from_json(&String::from_utf8_lossy(&bytes)).map_err(|error| ApiError {
                code: Code::Unreadable,
                message: format!("{} holds no facts: {error}.", path.display()),
                hint: r#"Write it like {"values": {"p95": "612 ms"}, "baseline": {}, "series": {}}."#.to_owned(),
            })?
        }
    };
    let evaluation = condition.evaluate(&facts);
    output.result(&evaluation, || format!("{}\n{}", evaluation.shown, evaluation.reason))?;
    Ok(if evaluation.outcome == Outcome::Met { Exit::Done } else { Exit::DoesNotHold })
}
