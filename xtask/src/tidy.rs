//! `cargo xtask tidy`: the layering and the house rules, read from the manifests and the sources.
//!
//! What the compiler or clippy can say is left to them. Each rule is a pure function from text to findings.

use crate::project::Project;
use crate::shell::{self, Failure};
use serde_json::Value;

mod manifests;
mod sources;

/// Something that a rule does not allow: where, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    place: String,
    what: String,
}

impl Finding {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Finding { place: place.into(), what: what.into() }
    }
}

/// A file of the project: its path from the root, and its text.
pub(crate) struct Source {
    path: String,
    text: String,
}

/// Checks every rule and lists all findings.
///
/// # Errors
/// When there is a finding. Files that are merely long are listed and no error.
pub(crate) fn command(project: &Project) -> Result<(), Failure> {
    let metadata: Value = project.metadata()?;
    let sources = shipped(project)?;
    let mut findings = manifests::findings(&metadata);
    findings.extend(sources::findings(&sources));
    for note in sources::long(&sources) {
        println!("long: {} {}", note.place, note.what);
    }
    if findings.is_empty() {
        println!("Layering and house rules hold in {} files.", sources.len());
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(|finding| format!("  {}: {}", finding.place, finding.what)).collect();
    Err(Failure::new(format!("the house rules do not hold:\n{}", lines.join("\n")), "Alone: cargo xtask tidy"))
}

/// Every text file that git has or would take.
fn shipped(project: &Project) -> Result<Vec<Source>, Failure> {
    let mut git = project.command("git");
    let listed = shell::capture(git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let mut sources = Vec::new();
    for path in listed.split('\0').filter(|path| !path.is_empty()) {
        // A file may be gone from the tree and still be in git's list; binary ones hold no rule.
        if let Ok(text) = std::fs::read_to_string(project.root.join(path)) {
            sources.push(Source { path: path.to_owned(), text });
        }
    }
    Ok(sources)
}
