//! Where words go: results to standard output, messages to standard error. A closed pipe ends the talk, not the program.

use countersign_core::api::{ApiError, Code};
use serde::Serialize;
use std::io::Write as _;

/// The two streams, and whether a program or a person listens.
#[derive(Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// With `json` one object is printed, and no words.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints the result: `object` for programs, `words` for people.
    pub fn result(&mut self, object: &impl Serialize, words: impl FnOnce() -> String) -> Result<(), ApiError> {
        let text = if self.json {
            serde_json::to_string_pretty(object).map_err(|error| ApiError {
                code: Code::Internal,
                message: format!("The result cannot be written as JSON: {error}."),
                hint: "Please report it.".to_owned(),
            })?
        } else {
            words()
        };
        let text = text.trim_end();
        if !text.is_empty() {
            // Nobody is left to tell that nobody listens.
            let _ = writeln!(std::io::stdout(), "{text}");
        }
        Ok(())
    }

    /// Says something while work goes on.
    pub fn say(&mut self, words: &str) {
        let _ = writeln!(std::io::stderr(), "{words}");
    }

    /// Says why nothing was done.
    pub fn error(&mut self, error: &ApiError) {
        if self.json {
            let object = serde_json::json!({ "error": error });
            let _ = writeln!(std::io::stdout(), "{object}");
        }
        let _ = writeln!(std::io::stderr(), "{}\n{}", error.message, error.hint);
    }
}
