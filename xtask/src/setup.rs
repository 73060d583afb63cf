//! The set-up: finds what is missing for a purpose, says what and why, and installs it.
//!
//! Each part looks first and returns in milliseconds when it is satisfied; nothing already there is upgraded or removed.

use crate::apt::{self, Package};
use crate::project::Project;
use crate::shell::{self, Failure};
use crate::stamp;
use crate::wasm::{self, Toolchain};
use std::path::PathBuf;

/// What the machine is to be made ready for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// The command line alone.
    CommandLine,
    /// The app with its window.
    Window,
    /// The app and all of its tests.
    Tests,
}

/// The driver of the real window, the one of the versions that works with WebKitGTK's.
const TAURI_DRIVER: &str = "2.1.0";

/// The verifiers that are not ours, to the digit: a test that fails tomorrow must fail for our reason.
const FOREIGN: &str = "pyhanko==0.38.0\npyhanko-cli==0.6.0\npikepdf[pdfa]==10.17.0\npypdf==7.1.0\njsonschema==4.25.1\n";

/// Makes the machine ready. Returns the compiler for the user interface where the need includes one.
///
/// # Errors
/// When something cannot be installed; with exit code [`shell::NEEDS_PERSON`] when only a person can.
pub(crate) fn ensure(project: &Project, need: Need) -> Result<Option<Toolchain>, Failure> {
    let missing = apt::missing(&packages(need));
    if !missing.is_empty() {
        apt::install(project, &missing)?;
    }
    if need == Need::CommandLine {
        return Ok(None);
    }
    let toolchain = wasm::ensure(project)?;
    if need == Need::Tests {
        tauri_driver(project)?;
        foreign_verifiers(project)?;
    }
    Ok(Some(toolchain))
}

fn packages(need: Need) -> Vec<Package> {
    let groups: &[&[Package]] = match need {
        Need::CommandLine => &[apt::COMPILER],
        Need::Window => &[apt::COMPILER, apt::WINDOW],
        Need::Tests => &[apt::COMPILER, apt::WINDOW, apt::TESTS],
    };
    groups.concat()
}

/// Where the driver of the real window is, once set up.
pub(crate) fn tauri_driver_path(project: &Project) -> PathBuf {
    project.target.join("tools/bin/tauri-driver")
}

/// The Python environment with the foreign verifiers, once set up.
pub(crate) fn foreign_path(project: &Project) -> PathBuf {
    project.target.join("foreign/venv")
}

fn tauri_driver(project: &Project) -> Result<(), Failure> {
    let root = project.target.join("tools");
    let ledger = std::fs::read_to_string(root.join(".crates.toml")).unwrap_or_default();
    if ledger.contains(&format!("\"tauri-driver {TAURI_DRIVER} ")) && tauri_driver_path(project).is_file() {
        return Ok(());
    }
    println!("Installing tauri-driver {TAURI_DRIVER} into {}, to drive the real window", project.shown(&root));
    let install = |locked: &[&str]| {
        let mut command = project.cargo(["install", "tauri-driver", "--quiet", "--version", TAURI_DRIVER]);
        command.arg("--root").arg(&root).arg("--target-dir").arg(root.join("build")).args(locked);
        shell::run(&mut command)
    };
    // A locked dependency may be one that the registry does not serve.
    install(&["--locked"]).or_else(|_| install(&[]))?;
    let build = root.join("build");
    std::fs::remove_dir_all(&build).map_err(Failure::io(&build))
}

fn foreign_verifiers(project: &Project) -> Result<(), Failure> {
    let venv = foreign_path(project);
    let done = venv.join("countersign-requirements.txt");
    if stamp::holds(&done, FOREIGN) {
        return Ok(());
    }
    println!(
        "Installing the foreign verifiers into {}, to check reports with: {}",
        project.shown(&venv),
        FOREIGN.trim().replace('\n', " ")
    );
    // The system's own Python, for which python3-venv was installed; one from elsewhere on the path only without it.
    let system = PathBuf::from("/usr/bin/python3");
    let python = if system.is_file() { system } else { PathBuf::from("python3") };
    shell::run(project.command(python).args(["-m", "venv", "--clear"]).arg(&venv))?;
    let mut install = project.command(venv.join("bin/python"));
    install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(FOREIGN.lines());
    shell::run(&mut install)?;
    stamp::write(&done, FOREIGN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_need_includes_the_smaller_ones() {
        let names = |need| packages(need).iter().map(|package| package.name).collect::<Vec<_>>();
        let (small, window, tests) = (names(Need::CommandLine), names(Need::Window), names(Need::Tests));
        assert!(window.starts_with(&small) && tests.starts_with(&window));
        assert!(small.contains(&"gcc") && !small.contains(&"libwebkit2gtk-4.1-dev"));
        assert!(window.contains(&"libwebkit2gtk-4.1-dev") && !window.contains(&"xvfb"));
        assert!(tests.contains(&"xvfb"));
    }

    #[test]
    fn every_foreign_verifier_is_pinned() {
        assert!(FOREIGN.lines().all(|line| line.contains("==")));
    }
}
