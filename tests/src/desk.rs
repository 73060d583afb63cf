//! A desk: a folder of its own with a data directory, and the command line that works there and sees nothing else.

use crate::programs;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder for one test, gone at its end.
#[derive(Debug)]
pub struct Desk {
    folder: TempDir,
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

/// How a run of a program ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// What was run, for messages.
    pub command: String,
    /// Exit code; -1 after a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Desk {
    /// A fresh one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A path on the desk.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A path on the desk as an argument.
    pub fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The database in the data directory.
    pub fn database(&self) -> PathBuf {
        self.data().join("countersign.sqlite")
    }

    /// Writes a file on the desk; its path as an argument.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), content).expect("the desk can be written to");
        self.arg(name)
    }

    /// The command line with this data directory. It inherits nothing but the search path; its home is the desk.
    pub fn command<S: AsRef<str>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(programs::cli());
        command.env_clear().env("PATH", programs::path()).env("HOME", self.folder.path());
        command.stdin(std::process::Stdio::null()).current_dir(self.folder.path());
        command.arg("--data-dir").arg(self.data()).args(args.iter().map(AsRef::as_ref));
        command
    }

    /// Runs the command line to its end.
    pub fn run<S: AsRef<str>>(&self, args: &[S]) -> Ran {
        Ran::of(&mut self.command(args))
    }

    /// Runs it with `--json`, expects exit code 0, and reads what it printed.
    pub fn json<S: AsRef<str>>(&self, args: &[S]) -> Value {
        let mut all = vec!["--json"];
        all.extend(args.iter().map(AsRef::as_ref));
        self.run(&all).expect(0).json()
    }
}

impl Ran {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it cannot be started, and when it panicked: no input whatever may make it.
    pub fn of(command: &mut Command) -> Self {
        let shown = format!("{command:?}");
        let Output { status, stdout, stderr } = command.output().unwrap_or_else(|error| panic!("{shown}: {error}"));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let ran =
            Self { command: shown, code: status.code().unwrap_or(-1), stdout: text(&stdout), stderr: text(&stderr) };
        assert!(!ran.stderr.contains("panicked") && ran.code != 101, "{ran}");
        ran
    }

    /// Expects an exit code.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self}");
        self
    }

    /// Expects an exit code, and that the error says these words.
    #[track_caller]
    pub fn refuses(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, code, "{self}");
        assert!(self.stderr.contains(words), "it does not say «{words}»:\n{self}");
        let lines: Vec<&str> = self.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
        assert!(lines.len() >= 2, "an error says what happened and what to do:\n{self}");
        self
    }

    /// Reads standard output as one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { command, code, stdout, stderr } = self;
        write!(f, "{command}\nexit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// A signed report of a tour, with what else it left; made once for all tests of a program.
#[derive(Debug)]
pub struct Tour {
    desk: Desk,
    /// How the tour ended.
    pub ran: Ran,
}

impl Tour {
    /// Takes the tour, or waits for another test that is taking it.
    pub fn taken() -> &'static Self {
        static TOUR: std::sync::OnceLock<Tour> = std::sync::OnceLock::new();
        TOUR.get_or_init(|| {
            let desk = Desk::new();
            let ran = desk.run(&["tour", "--out", &desk.arg("tour")]).expect(0);
            Self { desk, ran }
        })
    }

    /// A file that the tour left.
    pub fn path(&self, name: &str) -> PathBuf {
        self.desk.path("tour").join(name)
    }

    /// The report's bytes.
    pub fn report(&self) -> Vec<u8> {
        std::fs::read(self.path("report.pdf")).expect("the tour left a report")
    }

    /// The certificates to trust, as an argument.
    pub fn roots(&self) -> String {
        self.path("roots.pem").display().to_string()
    }

    /// The data directory that it worked in.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }
}

/// The five verdicts in their order: integrity, identity, time, completeness, policy.
///
/// # Panics
/// When one is missing.
pub fn verdicts(verification: &Value) -> [&str; 5] {
    ["integrity", "identity", "time", "completeness", "policy"]
        .map(|verdict| verification[verdict]["outcome"].as_str().unwrap())
}
