//! Where the project and its build output are, and a clean `cargo` for both.

use crate::shell::{self, Failure};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `build` and `test` select. xtask is left out because it runs while they do, and needs nothing of the rest.
pub(crate) const WHOLE: [&str; 4] =
    ["--workspace", "--exclude=xtask", "--features", "countersign-desktop/custom-protocol"];

/// The project's folder and cargo's output folder.
pub(crate) struct Project {
    /// The folder with the workspace's Cargo.toml.
    pub(crate) root: PathBuf,
    /// `CARGO_TARGET_DIR`, or `target` in the root.
    pub(crate) target: PathBuf,
}

impl Project {
    /// Finds the project that this xtask was started for.
    ///
    /// # Errors
    /// When it was started neither by cargo nor in the project.
    pub(crate) fn find() -> Result<Self, Failure> {
        let here = std::env::current_dir().map_err(Failure::io(Path::new(".")))?;
        let start = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| here.clone(), PathBuf::from);
        let root = start
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file())
            .ok_or_else(|| Failure::usage("this is no folder of the project; start it as `cargo xtask` in there"))?
            .to_path_buf();
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| here.join(folder));
        Ok(Project { root, target })
    }

    /// `cargo` in the root, without the variables that `cargo run` set for xtask: build scripts that watch those
    /// would otherwise be run anew each time cargo is started from here and by hand in turn.
    pub(crate) fn cargo<const N: usize>(&self, words: [&str; N]) -> Command {
        let mut command = self.command("cargo");
        command.args(words);
        command
    }

    /// `cargo build` of parts of the product. The selection is always the whole workspace, which settles the features of shared
    /// dependencies the same way every time: nothing is compiled once for the app and once more for the tests.
    pub(crate) fn build(&self, parts: &[&str]) -> Command {
        let mut command = self.cargo(["build"]);
        command.args(WHOLE).args(parts);
        command
    }

    /// Any program in the root, with the same clean environment as [`Project::cargo`].
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        if std::env::var_os("CARGO_TARGET_DIR").is_some() {
            command.env("CARGO_TARGET_DIR", &self.target);
        }
        for name in
            std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).filter(|name| set_by_cargo_run(name))
        {
            command.env_remove(name);
        }
        let libraries = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let own: Vec<PathBuf> = std::env::split_paths(&libraries).filter(|folder| !self.is_cargos(folder)).collect();
        match std::env::join_paths(&own) {
            Ok(own) if !own.is_empty() => command.env("LD_LIBRARY_PATH", own),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
        command
    }

    /// Whether `cargo run` put this folder on the library path: its output, or the toolchain's own libraries.
    fn is_cargos(&self, folder: &Path) -> bool {
        folder.starts_with(&self.target) || folder.components().any(|part| part.as_os_str() == "toolchains")
    }

    /// The path of a program that a debug build of the workspace makes.
    pub(crate) fn debug_program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// A path as a person in the root would write it.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// What `cargo metadata` says of the workspace's own packages.
    ///
    /// # Errors
    /// When a manifest is wrong; cargo's own words are in the message.
    pub(crate) fn metadata(&self) -> Result<serde_json::Value, Failure> {
        let mut command = self.cargo(["metadata", "--no-deps", "--format-version=1"]);
        let text = shell::capture(&mut command)?;
        serde_json::from_str(&text)
            .map_err(|error| Failure::new(format!("cargo metadata: {error}"), shell::alone(&command)))
    }

    /// The targets of a kind (`bench`, `test`, …), each with the name of its package.
    ///
    /// # Errors
    /// As [`Project::metadata`].
    pub(crate) fn targets(&self, kind: &str) -> Result<Vec<(String, String)>, Failure> {
        Ok(targets_of(&self.metadata()?, kind))
    }
}

fn targets_of(metadata: &serde_json::Value, kind: &str) -> Vec<(String, String)> {
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = Vec::new();
    for package in list(&metadata["packages"]) {
        for target in list(&package["targets"]) {
            if list(&target["kind"]).iter().any(|word| word == kind) {
                found.push((text(&package["name"]), text(&target["name"])));
            }
        }
    }
    found
}

fn set_by_cargo_run(name: &str) -> bool {
    let exact = ["CARGO", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"];
    exact.contains(&name) || name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
}

#[cfg(test)]
mod tests {
    use super::{set_by_cargo_run, targets_of};

    #[test]
    fn targets_are_told_by_kind_with_their_package() {
        let metadata = serde_json::json!({"packages": [
            {"name": "a", "targets": [{"kind": ["lib"], "name": "a"}, {"kind": ["bench"], "name": "speed"}]},
            {"name": "b", "targets": [{"kind": ["test"], "name": "window"}]},
        ]});
        assert_eq!(targets_of(&metadata, "bench"), [("a".to_owned(), "speed".to_owned())]);
        assert_eq!(targets_of(&metadata, "test"), [("b".to_owned(), "window".to_owned())]);
        assert!(targets_of(&metadata, "example").is_empty());
    }

    #[test]
    fn only_what_cargo_run_sets_is_taken_away() {
        for name in ["CARGO", "CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "OUT_DIR"] {
            assert!(set_by_cargo_run(name), "{name}");
        }
        for name in
            ["CARGO_HOME", "CARGO_TARGET_DIR", "CARGO_NET_OFFLINE", "CARGO_BUILD_JOBS", "RUSTUP_TOOLCHAIN", "PATH"]
        {
            assert!(!set_by_cargo_run(name), "{name}");
        }
    }
}
