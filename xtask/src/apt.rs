//! System packages: which are needed and what for, which are missing, and their installation by apt.
//!
//! Where there is no apt nothing is installed: the missing ones are listed for a person, found by what they leave on the machine.

use crate::project::Project;
use crate::shell::{self, Failure};
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

/// How to see without a package database that something is there.
#[derive(Clone, Copy)]
enum Trace {
    /// A module that pkg-config knows.
    Module(&'static str),
    /// A program on `PATH`; any one of them.
    Program(&'static [&'static str]),
    /// A file; any one of them.
    File(&'static [&'static str]),
}

/// A Debian package, what it is for, and its trace on a machine of another kind.
#[derive(Clone, Copy)]
pub(crate) struct Package {
    /// Its name in Debian and Ubuntu.
    pub(crate) name: &'static str,
    purpose: &'static str,
    trace: Trace,
}

const fn package(name: &'static str, purpose: &'static str, trace: Trace) -> Package {
    Package { name, purpose, trace }
}

/// What compiling anything of the project needs.
pub(crate) const COMPILER: &[Package] = &[
    package("gcc", "C compiler and linker, for SQLite and the cryptography", Trace::Program(&["cc", "gcc", "clang"])),
    package("libc6-dev", "C headers", Trace::File(&["/usr/include/stdio.h", "/usr/local/include/stdio.h"])),
    package("pkg-config", "finds the libraries below", Trace::Program(&["pkg-config", "pkgconf"])),
];

/// What the desktop app links.
pub(crate) const WINDOW: &[Package] = &[
    package("libwebkit2gtk-4.1-dev", "the window's content: WebKitGTK", Trace::Module("webkit2gtk-4.1")),
    package("librsvg2-dev", "icons", Trace::Module("librsvg-2.0")),
    package("libayatana-appindicator3-dev", "desktop notifications area", Trace::Module("ayatana-appindicator3-0.1")),
    package(
        "libxdo-dev",
        "keyboard accelerators of menus",
        Trace::File(&["/usr/include/xdo.h", "/usr/local/include/xdo.h"]),
    ),
];

/// What the tests use besides.
pub(crate) const TESTS: &[Package] = &[
    package("webkit2gtk-driver", "drives the real window", Trace::Program(&["WebKitWebDriver"])),
    package("xvfb", "a screen for the real window", Trace::Program(&["Xvfb"])),
    package("dbus", "a session bus for the real window", Trace::Program(&["dbus-run-session"])),
    package("dbus-x11", "a session bus for the real window", Trace::Program(&["dbus-launch"])),
    package(
        "at-spi2-core",
        "accessibility of the real window",
        Trace::File(&[
            "/usr/libexec/at-spi-bus-launcher",
            "/usr/lib/at-spi2-core/at-spi-bus-launcher",
            "/usr/lib/at-spi-bus-launcher",
        ]),
    ),
    package("xdotool", "keys and drops on the real window", Trace::Program(&["xdotool"])),
    package("imagemagick", "pictures of the screen", Trace::Program(&["import", "magick"])),
    package("poppler-utils", "reads reports back: pdfsig, pdftotext", Trace::Program(&["pdfsig"])),
    package("qpdf", "checks the structure of reports", Trace::Program(&["qpdf"])),
    package("libnss3-tools", "a trust store for pdfsig: certutil", Trace::Program(&["certutil"])),
    package("openssl", "checks signatures on its own", Trace::Program(&["openssl"])),
    package(
        "fonts-droid-fallback",
        "Chinese, Japanese and Korean glyphs for reports",
        Trace::File(&["/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"]),
    ),
    package(
        "postgresql",
        "a database for probes to ask",
        Trace::File(&["/usr/lib/postgresql", "/usr/bin/postgres", "/usr/local/bin/postgres"]),
    ),
    package("redis-server", "a Redis for probes to ask", Trace::Program(&["redis-server", "valkey-server"])),
    package("python3-venv", "a place for the foreign verifiers", Trace::Program(&["python3"])),
];

/// A Rust that carries the sources of its standard library for WebAssembly, where rustup cannot bring the target.
pub(crate) const WASM: &[Package] = &[
    package("rustc-web", "compiles the user interface to WebAssembly", Trace::Program(&[])),
    package("rust-web-src", "the standard library's sources for it", Trace::Program(&[])),
    package("cargo-web", "the cargo that goes with it", Trace::Program(&[])),
    package("lld-19", "links WebAssembly", Trace::Program(&["wasm-ld-19"])),
];

/// Whether this machine's packages come from apt.
pub(crate) fn is_here() -> bool {
    shell::on_path("apt-get") && shell::on_path("dpkg-query")
}

/// The packages of `needed` that the machine lacks, in one call of dpkg-query, or by their traces where there is no apt.
pub(crate) fn missing(needed: &[Package]) -> Vec<Package> {
    if !is_here() {
        return needed.iter().filter(|package| !leaves_trace(package.trace)).copied().collect();
    }
    // Unknown names make it end with 1 and are told on stderr; what it knows stands on stdout all the same.
    let mut query = Command::new("dpkg-query");
    query.args(["-W", "-f=${Package} ${db:Status-Status}\n"]).args(needed.iter().map(|package| package.name));
    let said = query.output().map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    lacking(needed, &said)
}

/// The packages that the answer of dpkg-query does not call installed.
fn lacking(needed: &[Package], dpkg: &str) -> Vec<Package> {
    let installed: HashSet<&str> = dpkg.lines().filter_map(|line| line.strip_suffix(" installed")).collect();
    needed.iter().filter(|package| !installed.contains(package.name)).copied().collect()
}

fn leaves_trace(trace: Trace) -> bool {
    match trace {
        Trace::Module(name) => shell::succeeds(Command::new("pkg-config").args(["--exists", name])),
        Trace::Program(names) => names.iter().any(|name| shell::on_path(name)),
        Trace::File(paths) => paths.iter().any(|path| Path::new(path).exists()),
    }
}

/// How this process may install packages.
enum Right {
    Root,
    Sudo,
    None,
}

fn right() -> Right {
    let id = shell::capture(Command::new("id").arg("-u")).unwrap_or_default();
    match id.trim() {
        "0" => Right::Root,
        _ if shell::on_path("sudo") => Right::Sudo,
        _ => Right::None,
    }
}

/// Says what is missing and why, then installs it.
///
/// # Errors
/// With the list for a person where there is no apt or no right to use it; with apt's end otherwise.
pub(crate) fn install(project: &Project, packages: &[Package]) -> Result<(), Failure> {
    let names: Vec<&str> = packages.iter().map(|package| package.name).collect();
    let list = listed(packages);
    if !is_here() {
        return Err(Failure::needs_person(
            format!("These are missing, and this system has no apt to install them with (names are Debian's):\n{list}"),
            "Install them with this system's own package manager, then start the same command again.",
        ));
    }
    let sudo = match right() {
        Right::Root => false,
        Right::Sudo => true,
        Right::None => {
            return Err(Failure::needs_person(
                format!("These are missing, and only root may install them (there is no sudo):\n{list}"),
                format!("As root: apt-get install {}", names.join(" ")),
            ));
        }
    };
    println!("Installing with apt{}:\n{list}", if sudo { ", by sudo" } else { "" });
    let fresh = has_lists(Path::new("/var/lib/apt/lists"));
    if !fresh {
        shell::run(&mut apt(project, sudo, &["update"]))?;
    }
    let words: Vec<&str> = ["install", "--yes", "--no-install-recommends"].into_iter().chain(names).collect();
    match shell::run(&mut apt(project, sudo, &words)) {
        // Lists from another day name versions that the archive no longer has.
        Err(_) if fresh => {
            shell::run(&mut apt(project, sudo, &["update"]))?;
            shell::run(&mut apt(project, sudo, &words))
        }
        ended => ended,
    }
}

/// apt-get that asks nothing and waits for another one to finish.
fn apt(project: &Project, sudo: bool, words: &[&str]) -> Command {
    let mut command = project.command(if sudo { "sudo" } else { "apt-get" });
    if sudo {
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    } else {
        command.env("DEBIAN_FRONTEND", "noninteractive");
    }
    command.args(["-qq", "-o", "DPkg::Lock::Timeout=600", "-o", "Dpkg::Use-Pty=0"]).args(words);
    command
}

/// Whether apt has ever fetched the lists of what can be installed.
fn has_lists(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().contains("_Packages"))
}

fn listed(packages: &[Package]) -> String {
    let width = packages.iter().map(|package| package.name.len()).max().unwrap_or(0);
    let lines = packages.iter().map(|package| format!("  {:width$}  {}", package.name, package.purpose));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(packages: &[Package]) -> Vec<&str> {
        packages.iter().map(|package| package.name).collect()
    }

    #[test]
    fn only_a_package_called_installed_counts_as_there() {
        let dpkg = "gcc installed\nlibc6-dev config-files\npkg-config not-installed\n";
        assert_eq!(names(&lacking(COMPILER, dpkg)), ["libc6-dev", "pkg-config"]);
        assert_eq!(names(&lacking(COMPILER, "")), names(COMPILER));
        assert!(lacking(COMPILER, "gcc installed\npkg-config installed\nlibc6-dev installed\n").is_empty());
    }

    #[test]
    fn a_name_that_begins_like_an_installed_one_is_missing() {
        assert_eq!(names(&lacking(&TESTS[2..4], "dbus-x11 installed\n")), ["dbus"]);
    }

    #[test]
    fn the_list_says_name_and_purpose_of_each() {
        assert_eq!(listed(&COMPILER[1..]), "  libc6-dev   C headers\n  pkg-config  finds the libraries below");
    }

    #[test]
    fn no_package_is_named_twice() {
        let all: Vec<&str> = [COMPILER, WINDOW, TESTS, WASM].iter().flat_map(|group| names(group)).collect();
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
