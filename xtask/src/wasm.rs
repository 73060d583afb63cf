//! The Rust that compiles for `wasm32-unknown-unknown`: which one the machine has, and how to get one.
//!
//! rustup's target comes first. Where rustup cannot bring it, Debian's `rustc-web` builds the standard library from its sources.

use crate::apt;
use crate::project::Project;
use crate::shell::{self, Failure};
use std::process::Command;

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A Rust that can compile for [`TARGET`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one that compiles everything else, with the target added.
    Own,
    /// Debian's, with the standard library's sources.
    Debian,
}

impl Toolchain {
    /// `cargo WORD` for the target, with an output folder of its own: two compilers in one folder would wait for each other.
    pub(crate) fn cargo(self, project: &Project, word: &str) -> Command {
        let mut command = match self {
            Toolchain::Own => project.cargo([word]),
            Toolchain::Debian => {
                let mut command = project.command("/usr/bin/cargo");
                // The bootstrap switch opens `-Zbuild-std` on a stable compiler.
                command.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
                command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-19");
                command.arg(word).arg("-Zbuild-std=std,panic_abort");
                command
            }
        };
        // Leptos' views as one type: a fifth less program, and quicker to compile.
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "--cfg erase_components");
        command.arg("--target").arg(TARGET).arg("--target-dir").arg(project.target.join("wasm"));
        command
    }

    /// For stamps: what another compiler makes is another thing.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Toolchain::Own => "own",
            Toolchain::Debian => "debian",
        }
    }
}

/// The toolchain that is there, if one is.
pub(crate) fn find(project: &Project) -> Option<Toolchain> {
    if own_has_target(project) {
        Some(Toolchain::Own)
    } else if apt::is_here() && apt::missing(apt::WASM).is_empty() {
        Some(Toolchain::Debian)
    } else {
        None
    }
}

/// The toolchain that is there, or one fetched now.
///
/// # Errors
/// When neither rustup nor apt can bring one; says what each of them said.
pub(crate) fn ensure(project: &Project) -> Result<Toolchain, Failure> {
    if let Some(found) = find(project) {
        return Ok(found);
    }
    println!("Fetching the WebAssembly target, for the user interface: rustup target add {TARGET}");
    let by_rustup = shell::capture(project.command("rustup").args(["target", "add", TARGET]));
    if by_rustup.is_ok() && own_has_target(project) {
        return Ok(Toolchain::Own);
    }
    let why = by_rustup.err().map_or_else(|| "it did not bring it".to_owned(), |failure| failure.what);
    println!("rustup cannot ({}). Debian's own Rust for the web builds it from source instead.", last_line(&why));
    apt::install(project, &apt::missing(apt::WASM)).map(|()| Toolchain::Debian).map_err(|failure| {
        Failure::needs_person(
            format!("There is no Rust here that compiles for {TARGET}.\nrustup: {}\napt: {failure}", last_line(&why)),
            format!("Once one of these works, start the same command again: rustup target add {TARGET}, or the packages above."),
        )
    })
}

/// Whether rustc's folder for the target holds a standard library.
fn own_has_target(project: &Project) -> bool {
    let asked = shell::capture(project.command("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    let Ok(folder) = asked else { return false };
    let entries = std::fs::read_dir(folder.trim()).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().starts_with("libstd-"))
}

fn last_line(text: &str) -> &str {
    text.trim().lines().last().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    #[test]
    fn both_toolchains_build_for_the_target_in_a_folder_of_its_own() {
        let project = Project { root: PathBuf::from("/p"), target: PathBuf::from("/p/target") };
        for toolchain in [Toolchain::Own, Toolchain::Debian] {
            let shown = shell::shown(&toolchain.cargo(&project, "build"));
            assert!(shown.ends_with("--target wasm32-unknown-unknown --target-dir /p/target/wasm"), "{shown}");
            assert_eq!(shown.contains("-Zbuild-std=std,panic_abort"), toolchain == Toolchain::Debian, "{shown}");
        }
    }

    #[test]
    fn of_a_long_complaint_the_last_line_is_told() {
        assert_eq!(last_line("info: downloading\n\nerror: no such host\n"), "error: no such host");
        assert_eq!(last_line(""), "");
    }
}
