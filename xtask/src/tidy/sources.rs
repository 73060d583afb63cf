//! What may not stand in a source file.

use super::{Finding, Source};

/// Lines after which a file is said to be long.
const LONG: usize = 500;

/// What gives I/O, a clock or chance away in the sources of the pure crate.
const IMPURE: &[&str] = &[
    "std::fs",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "std::process",
    "std::env",
    "std::thread",
    "File::open",
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "Local::now",
    "thread_rng",
    "getrandom",
    "println!",
    "eprintln!",
];

/// Folders that exist on one machine only. Put together here, so that this file does not name one itself.
const MACHINE: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];

/// All findings in all files.
pub(crate) fn findings(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .flat_map(|source| [impure(source), invoking(source), machine_paths(source), unopened(source)].concat())
        .collect()
}

/// Source files longer than people like to read.
pub(crate) fn long(sources: &[Source]) -> Vec<Finding> {
    let rust = sources.iter().filter(|source| source.path.ends_with(".rs"));
    let counted = rust.map(|source| (source, source.text.lines().count())).filter(|(_, lines)| *lines > LONG);
    counted.map(|(source, lines)| Finding::new(&source.path, format!("has {lines} lines, {LONG} are enough"))).collect()
}

/// `core` does no I/O, reads no clock and makes no random numbers.
fn impure(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("crates/core/src/") || source.path.ends_with("tests.rs") {
        return Vec::new();
    }
    let found = product_lines(&source.text).filter_map(|(number, line)| {
        let word = IMPURE.iter().find(|word| line.contains(*word))?;
        Some(at(source, number, format!("the core is pure and may not use {word}")))
    });
    found.collect()
}

/// One file of the user interface talks to the shell.
fn invoking(source: &Source) -> Vec<Finding> {
    if !source.path.starts_with("src-ui/src/") || source.path == "src-ui/src/ipc.rs" {
        return Vec::new();
    }
    let found = product_lines(&source.text).filter(|(_, line)| line.contains("invoke") || line.contains("__TAURI"));
    found.map(|(number, _)| at(source, number, "only src-ui/src/ipc.rs may know `invoke`")).collect()
}

/// What is shipped works on every machine.
fn machine_paths(source: &Source) -> Vec<Finding> {
    let found = source.text.lines().zip(1..).filter_map(|(line, number)| {
        let path = MACHINE.iter().find(|path| begins_path(line, path))?;
        Some(at(source, number, format!("names a folder of one machine: {path}")))
    });
    found.collect()
}

/// Whether the folder stands in the line as the beginning of a path, and not inside a longer one.
fn begins_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(start, _)| {
        let before = line.get(..start).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| c.is_alphanumeric() || "_-.}~)>*".contains(c))
    })
}

/// Each module opens with what it is.
fn unopened(source: &Source) -> Vec<Finding> {
    let rust = source.path.ends_with(".rs") && !source.path.ends_with("build.rs");
    let said = |line: &&str| line.trim_start().strip_prefix("//!").is_some_and(|rest| !rest.trim().is_empty());
    if !rust || source.text.lines().take(20).any(|line| said(&line)) {
        return Vec::new();
    }
    vec![at(source, 1, "does not open with what it is (//!)")]
}

/// The numbered lines that are neither comment nor test: a test module is the last thing in its file.
fn product_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().zip(1..).take_while(|(line, _)| line.trim() != "#[cfg(test)]");
    lines.map(|(line, number)| (number, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
}

fn at(source: &Source, line: usize, what: impl Into<String>) -> Finding {
    Finding::new(format!("{}:{line}", source.path), what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(path: &str, text: &str) -> Vec<String> {
        let source = Source { path: path.to_owned(), text: format!("//! What it is.\n{text}") };
        findings(&[source]).into_iter().map(|finding| finding.place).collect()
    }

    #[test]
    fn the_core_is_held_to_be_pure_outside_tests_and_comments() {
        let text = "use std::fs;\n// std::fs is not for us\n#[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(places("crates/core/src/a.rs", text), ["crates/core/src/a.rs:2"]);
        assert!(places("crates/engine/src/a.rs", text).is_empty());
        assert_eq!(places("crates/core/src/b.rs", "let t = Utc::now();"), ["crates/core/src/b.rs:2"]);
    }

    #[test]
    fn only_the_ipc_file_invokes() {
        assert!(places("src-ui/src/ipc.rs", "fn invoke();").is_empty());
        assert_eq!(places("src-ui/src/page.rs", "ipc::invoke(x)"), ["src-ui/src/page.rs:2"]);
    }

    #[test]
    fn paths_of_one_machine_are_found_and_parts_of_longer_paths_are_not() {
        let home = concat!("/ho", "me/me/x");
        let cases = [
            (format!("\"{home}\""), true),
            (format!("see {home}"), true),
            (format!("https://example.org{home}"), false),
            (format!("../..{home}"), false),
            ("target/tour".to_owned(), false),
        ];
        for (line, found) in cases {
            assert_eq!(!places("README.md", &line).is_empty(), found, "{line}");
        }
    }

    #[test]
    fn a_module_says_what_it_is() {
        for (text, held) in [
            ("//! A thing.\n", true),
            ("#![x]\n//! A thing.\n", true),
            ("//!\nfn main() {}\n", false),
            ("fn a() {}\n", false),
        ] {
            let source = Source { path: "crates/x/src/lib.rs".to_owned(), text: text.to_owned() };
            assert_eq!(findings(&[source]).is_empty(), held, "{text}");
        }
    }

    #[test]
    fn only_long_rust_files_are_called_long() {
        let source = |path: &str, lines: usize| Source { path: path.to_owned(), text: "x\n".repeat(lines) };
        let found = long(&[source("a.rs", 500), source("b.rs", 501), source("c.md", 900)]);
        assert_eq!(found, [Finding::new("b.rs", "has 501 lines, 500 are enough")]);
    }
}
