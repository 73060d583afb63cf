//! What several test programs of this crate need: the files to try on, and the view as the window makes it.
#![allow(dead_code, reason = "each test program uses a part of it")]

use countersign_core::record::{Entry, View};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The shipped checklists, and real ones where the machine has them.
pub fn checklists() -> Vec<(PathBuf, Vec<u8>)> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("COUNTERSIGN_SHARED").map_or_else(|| home.join("../../../shared"), PathBuf::from);
    let mut found = Vec::new();
    let mut waiting = vec![home.join("../../checklists"), shared.join("corpus"), shared.join("seeds")];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "md") {
                found.push((path.clone(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

/// The view as the window makes it: of the events, and of the checklist's reading as JSON.
pub fn in_the_window(log: &[Entry], view: &View) -> View {
    let template = serde_json::from_str(&serde_json::to_string(&*view.template).unwrap()).unwrap();
    let mut view = View::begin(&log[0], Arc::new(template)).unwrap();
    log[1..].iter().for_each(|entry| view.apply(entry));
    view
}
