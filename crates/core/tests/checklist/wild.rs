//! Files that nobody wrote for us.

use countersign_core::checklist::{counts, read};
use std::path::{Path, PathBuf};

fn shared() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("COUNTERSIGN_SHARED").map_or(beside, PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let Some(shared) = shared() else { return Vec::new() };
    let Ok(entries) = std::fs::read_dir(shared.join(folder)) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md" || extension == "txt"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn the_five_first_checklists_are_counted_exactly() {
    let expected = [
        // tasks, nested, ordered, heading, fenced, blanks, options, lines with options, sign-off lines
        [21, 0, 0, 0, 0, 0, 0, 0, 0],
        [99, 11, 0, 0, 0, 0, 0, 0, 0],
        [138, 5, 0, 28, 0, 60, 35, 18, 4],
        [148, 3, 7, 0, 16, 13, 0, 0, 5],
        [121, 21, 0, 0, 0, 0, 0, 0, 0],
    ];
    for ((name, bytes), expected) in files("seeds").iter().zip(expected) {
        let c = counts(&read(bytes));
        let found = [
            c.tasks,
            c.nested_tasks,
            c.ordered_tasks,
            c.heading_tasks,
            c.fenced_tasks,
            c.blanks,
            c.choice_options,
            c.choice_lines,
            c.signoffs,
        ];
        assert_eq!(found, expected, "{name}: {c:?}");
    }
}

#[test]
fn real_files_print_as_they_are_and_ids_are_distinct() {
    for (name, bytes) in files("seeds").into_iter().chain(files("corpus")) {
        let template = read(&bytes);
        assert!(template.lossless, "{name}");
        assert!(super::printed(&template, &bytes) == bytes, "{name}");
        let ids: std::collections::HashSet<_> = template.items.iter().map(|item| &item.id).collect();
        assert_eq!(ids.len(), template.items.len(), "{name}");
    }
}
