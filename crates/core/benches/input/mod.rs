//! What the benchmarks read: the checklists that ship, those of others if they are at hand, and shapes that are hard to read.

use std::path::{Path, PathBuf};

/// Makes about so many bytes of a shape.
pub type Shape = fn(usize) -> String;

/// Shapes that make careless parsers slow.
pub fn shapes() -> [(&'static str, Shape); 11] {
    [
        ("nested quotes", nested_quotes),
        ("deep lists", deep_lists),
        ("unclosed fences", |size| "```sh\n- [ ] a\n".repeat(size / 14)),
        ("brackets", |size| "[".repeat(size)),
        // What one line or block asks of the whole of it, many times over.
        ("links to nowhere in one paragraph", |size| "x [a][b]\n".repeat(size / 9)),
        ("settled boxes in one line", |size| "✅ [x] ".repeat(size / 8)),
        ("limits in one line", |size| "<5 at most 3% ".repeat(size / 14)),
        ("blanks after many words", |size| format!("{}{}", "word ".repeat(size / 10), "__ ".repeat(size / 6))),
        ("boxes under many words", boxes_under_words),
        ("wide tables", |size| {
            format!("{}\n{}\n{}", "|a".repeat(size / 8), "|-".repeat(size / 8), "|\n".repeat(size / 4))
        }),
        ("addresses, twice", |size| [addresses(size / 2), addresses(size / 2)].concat()),
    ]
}

fn boxes_under_words(size: usize) -> String {
    format!("- [ ] {}\n{}", "word ".repeat(size / 10), "  - [ ]\n".repeat(size / 16))
}

fn addresses(size: usize) -> String {
    (0..size / 40).map(|number| format!("- See https://host{number:07}.example/health\n")).collect()
}

/// The checklists that ship.
pub fn shipped() -> Vec<(String, Vec<u8>)> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checklists"))
}

fn nested_quotes(size: usize) -> String {
    let line = format!("{}- [ ] a\n", "> ".repeat(60));
    line.repeat(size / line.len())
}

fn deep_lists(size: usize) -> String {
    let steps: String = (0..60).map(|depth| format!("{}- [ ] a\n", "  ".repeat(depth))).collect();
    steps.repeat((size / steps.len()).max(1))
}

/// Where checklists of others lie, if they are at hand.
pub fn shared() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("COUNTERSIGN_SHARED").map_or(beside, PathBuf::from)
}

/// The Markdown files of a folder by name; none if there is no such folder.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md"))
        .filter_map(|path| Some((path.file_name()?.to_string_lossy().into_owned(), std::fs::read(&path).ok()?)))
        .collect();
    files.sort();
    files
}

/// All of them as one.
pub fn join(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    files.iter().flat_map(|(_, bytes)| [bytes, &b"\n\n"[..]].concat()).collect()
}

/// As often as it takes to get so many bytes.
pub fn repeated(bytes: &[u8], size: usize) -> Vec<u8> {
    bytes.repeat(size.div_ceil(bytes.len()))
}
