//! Passphrases: from a file, from the environment, or asked for without showing. Never from the arguments, which other
//! users of the computer can read.

use countersign_core::api::{ApiError, Code, Secret};
use std::io::IsTerminal as _;
use std::path::Path;

/// The largest passphrase file, in bytes.
const LIMIT: u64 = 4_096;

/// Gets a passphrase. `what` says whose, `variable` which part of the environment may hold it.
pub fn get(what: &str, file: Option<&Path>, variable: &str) -> Result<Secret, ApiError> {
    if let Some(path) = file {
        let bytes = countersign_engine::read_limited(path, LIMIT).map_err(ApiError::from)?;
        let text = String::from_utf8(bytes).map_err(|_| missing(what, variable))?;
        return Ok(Secret(text.trim_end_matches(['\r', '\n']).to_owned()));
    }
    if let Ok(text) = std::env::var(variable) {
        return Ok(Secret(text));
    }
    if !std::io::stdin().is_terminal() {
        return Err(missing(what, variable));
    }
    rpassword::prompt_password(format!("Passphrase of {what}: ")).map(Secret).map_err(|_| missing(what, variable))
}

fn missing(what: &str, variable: &str) -> ApiError {
    ApiError {
        code: Code::Usage,
        message: format!("There is no passphrase for {what}."),
        hint: format!("Name a file with --passphrase-file, set {variable}, or run it in a terminal."),
    }
}
