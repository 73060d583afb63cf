//! Running other programs, and the one error type of xtask.
//!
//! Nothing here decides what to run. Output of a program goes through live unless it is asked for.

use std::fmt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Exit code of a check that did not hold.
pub(crate) const CHECK_FAILED: u8 = 1;
/// Exit code of wrong arguments.
pub(crate) const USAGE: u8 = 2;
/// Exit code of a set-up that cannot go on without a person.
pub(crate) const NEEDS_PERSON: u8 = 3;

/// What went wrong, and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong, with the place.
    pub(crate) what: String,
    /// What the reader can do; empty where `what` says it.
    pub(crate) mend: String,
    /// The exit code of xtask.
    pub(crate) code: u8,
}

impl Failure {
    /// A check or a step that did not hold.
    pub(crate) fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Failure { what: what.into(), mend: mend.into(), code: CHECK_FAILED }
    }

    /// Arguments that mean nothing.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Failure { what: what.into(), mend: String::new(), code: USAGE }
    }

    /// Something that only a person can put right.
    pub(crate) fn needs_person(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Failure { what: what.into(), mend: mend.into(), code: NEEDS_PERSON }
    }

    /// For file operations: names the path that the operation was on.
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Failure {
        let path = path.display().to_string();
        move |error| {
            Failure::new(format!("{path}: {error}"), "Check that the file is there and may be read and written.")
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if self.mend.is_empty() { Ok(()) } else { write!(f, "\n{}", self.mend) }
    }
}

/// Runs a program with its output going through.
///
/// # Errors
/// When it cannot be started or does not end with 0; the message holds the command to run it alone.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("ended with {status}"), alone(command))) }
}

/// Runs a program and returns what it wrote to stdout; its stderr is kept for the message of a failure.
///
/// # Errors
/// As [`run`].
pub(crate) fn capture(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Failure::new(format!("ended with {}: {}", output.status, said.trim()), alone(command)))
}

/// Whether a program can be started and ends with 0; its output is dropped.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

/// Whether a program of this name is on `PATH`.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The failure of a program that could not be started at all.
pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    Failure::new(format!("{program} could not be started: {error}"), alone(command))
}

/// The sentence that says how to run a command by itself.
pub(crate) fn alone(command: &Command) -> String {
    format!("Alone: {}", shown(command))
}

/// A command as one would type it, with the variables that were set for it.
pub(crate) fn shown(command: &Command) -> String {
    let variables = command.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let variables = variables.map(|(name, value)| format!("{}={}", name.to_string_lossy(), quoted(value)));
    let words = std::iter::once(command.get_program()).chain(command.get_args()).map(quoted);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &std::ffi::OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A duration for people: `0.4 s`, `12.3 s`, `3 min 05 s`.
pub(crate) fn spoken(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_pasted() {
        let mut command = Command::new("cargo");
        command.args(["doc", "a b", "it's"]).env("RUSTDOCFLAGS", "-D warnings").env_remove("CARGO");
        assert_eq!(shown(&command), r"RUSTDOCFLAGS='-D warnings' cargo doc 'a b' 'it'\''s'");
    }

    #[test]
    fn durations_are_spoken_in_the_unit_that_fits() {
        for (millis, text) in [(432, "0.4 s"), (59_900, "59.9 s"), (60_000, "1 min 00 s"), (185_000, "3 min 05 s")] {
            assert_eq!(spoken(Duration::from_millis(millis)), text);
        }
    }

    #[test]
    fn a_failing_program_names_the_command_to_run_alone() {
        let failure = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err();
        assert!(failure.what.contains('7'), "{failure}");
        assert_eq!(failure.mend, "Alone: sh -c 'exit 7'");
    }
}
