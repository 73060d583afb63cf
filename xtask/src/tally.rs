//! What the tests said: the closing lines of cargo's test programs, added up.

use crate::shell::{self, Failure};
use std::io::{BufRead as _, BufReader, Write};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

/// How many tests ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Ran and held.
    pub(crate) passed: u64,
    /// Ran and did not hold.
    pub(crate) failed: u64,
    /// Marked to be left out.
    pub(crate) ignored: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
    }
}

impl Tally {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`; any other line is none.
    pub(crate) fn of_line(line: &str) -> Option<Tally> {
        let (_, numbers) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
        let mut tally = Tally::default();
        for part in numbers.split(';') {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse() else { continue };
            match word {
                "passed" => tally.passed = number,
                "failed" => tally.failed = number,
                "ignored" => tally.ignored = number,
                _ => {}
            }
        }
        Some(tally)
    }
}

/// Runs a command with its output going through, and adds up the closing lines in it.
///
/// # Errors
/// As [`shell::run`]; the tally is filled also then.
pub(crate) fn run(command: &mut Command, tally: &mut Tally) -> Result<(), Failure> {
    run_into(command, tally, &mut std::io::stdout())
}

fn run_into(command: &mut Command, tally: &mut Tally, out: &mut impl Write) -> Result<(), Failure> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| shell::not_started(command, &error))?;
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n').map_while(Result::ok) {
            // The reader of xtask's own output may be gone; the tests go on all the same.
            let _ = out.write_all(&line).and_then(|()| out.write_all(b"\n"));
            if let Some(found) = Tally::of_line(&String::from_utf8_lossy(&line)) {
                *tally += found;
            }
        }
    }
    let status = child.wait().map_err(|error| shell::not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("ended with {status}"), shell::alone(command))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_read() {
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.01s",
                Some((12, 0, 1)),
            ),
            (
                "test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\r",
                Some((7, 2, 0)),
            ),
            (
                "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
                Some((0, 0, 0)),
            ),
            ("test parse::takes_all ... ok", None),
            ("running 12 tests", None),
            ("the test result: ok. 1 passed; 0 failed", None),
        ];
        for (line, expected) in cases {
            let expected = expected.map(|(passed, failed, ignored)| Tally { passed, failed, ignored });
            assert_eq!(Tally::of_line(line), expected, "{line}");
        }
    }

    #[test]
    fn lines_of_several_programs_add_up_even_when_the_command_fails() {
        let mut tally = Tally::default();
        let script = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'; echo 'test result: FAILED. 1 passed; 1 failed; 4 ignored'; exit 101";
        let mut out = Vec::new();
        assert!(run_into(Command::new("sh").args(["-c", script]), &mut tally, &mut out).is_err());
        assert_eq!(out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count(), 2);
        assert_eq!(tally, Tally { passed: 3, failed: 1, ignored: 4 });
    }
}
