//! Where the programs under test and the foreign verifiers are.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The command line: `COUNTERSIGN_CLI`, or the one that was built beside the tests.
///
/// # Panics
/// When there is none; the message says how to build it.
pub fn cli() -> PathBuf {
    built("COUNTERSIGN_CLI", "countersign", "cargo build -p countersign")
}

/// The desktop app: `COUNTERSIGN_APP`, or the one that was built beside the tests.
///
/// # Panics
/// When there is none; the message says how to build it.
pub fn app() -> PathBuf {
    built("COUNTERSIGN_APP", "countersign-desktop", "cargo xtask test")
}

/// The driver of the real window, if it is set up.
pub fn tauri_driver() -> Option<PathBuf> {
    let named = std::env::var_os("COUNTERSIGN_TAURI_DRIVER").map(PathBuf::from);
    named.filter(|path| path.is_file()).or_else(|| on_path("tauri-driver"))
}

/// A program of others, from the environment `COUNTERSIGN_FOREIGN` or from the path. Where it is missing the test is passed
/// over with a line that says so, unless `COUNTERSIGN_REQUIRE_FOREIGN` is `1`.
///
/// # Panics
/// When it is missing and required.
pub fn foreign(name: &str) -> Option<PathBuf> {
    let set_up = std::env::var_os("COUNTERSIGN_FOREIGN").map(|folder| Path::new(&folder).join("bin").join(name));
    let found = set_up.filter(|path| path.is_file()).or_else(|| on_path(name));
    if found.is_none() {
        let required = std::env::var_os("COUNTERSIGN_REQUIRE_FOREIGN").is_some_and(|word| word == "1");
        assert!(!required, "{name} is required here and not installed; `cargo xtask test` installs it");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// Checklists as they are in the wild, which are test input and no part of the project: `COUNTERSIGN_SHARED`, or a folder
/// beside the project.
pub fn shared() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("COUNTERSIGN_SHARED").map_or_else(beside, PathBuf::from);
    folder.join("seeds").is_dir().then_some(folder)
}

/// The search path, which programs under test keep.
pub(crate) fn path() -> OsString {
    std::env::var_os("PATH").unwrap_or_default()
}

fn on_path(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&path()).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn built(variable: &str, name: &str, how: &str) -> PathBuf {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let beside = || {
        let test = std::env::current_exe().expect("a test knows its own path");
        let folder = test.parent().and_then(Path::parent).expect("tests lie in deps, below the programs");
        folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    };
    let path = named.unwrap_or_else(beside);
    assert!(path.is_file(), "{} is not there; build it with `{how}`, or name it in {variable}", path.display());
    path
}
