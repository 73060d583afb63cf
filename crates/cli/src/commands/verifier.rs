//! `countersign verifier`: the verifier as one HTML page, for auditors who install nothing. The page lies beside the program.

use crate::{Exit, Output};
use countersign_core::api::{ApiError, Code};
use countersign_engine::{read_limited, write_whole};
use std::path::{Path, PathBuf};

/// The page's file name beside the program.
const FILE: &str = "countersign-verifier.html";
/// Names the page when it lies elsewhere.
const VARIABLE: &str = "COUNTERSIGN_VERIFIER";
/// The largest page that is taken, in bytes.
const LIMIT: u64 = 64_000_000;

/// Runs the `verifier` command.
pub fn run(to: &Path, output: &mut Output) -> Result<Exit, ApiError> {
    write(to)?;
    output.result(&serde_json::json!({ "path": to }), || to.display().to_string())?;
    Ok(Exit::Done)
}

/// Writes the page to a file.
pub fn write(to: &Path) -> Result<(), ApiError> {
    let page = page().ok_or_else(|| ApiError {
        code: Code::NotFound,
        message: format!("The page {FILE} does not lie beside this program."),
        hint: format!("`cargo xtask verifier` builds it; {VARIABLE} names it where it lies elsewhere."),
    })?;
    Ok(write_whole(to, &read_limited(&page, LIMIT)?)?)
}

/// Where the page goes that is handed over with a report: into the report's folder.
pub fn beside(report: &Path) -> PathBuf {
    report.with_file_name(FILE)
}

fn page() -> Option<PathBuf> {
    let named = std::env::var_os(VARIABLE).map(PathBuf::from);
    let beside = || std::env::current_exe().ok().map(|program| program.with_file_name(FILE));
    named.or_else(beside).filter(|page| page.is_file())
}
