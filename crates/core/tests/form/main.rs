//! Forms: what stands on a blank one, and what a filled one says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

mod blank;
mod fill;

use countersign_core::checklist::{Template, read};
use countersign_core::form;
use countersign_core::report::{Block, FormPart, Lead, Paper, Report, Slot};
use countersign_core::time::Timestamp;
use std::path::{Path, PathBuf};

fn form_of(bytes: &[u8]) -> (Template, Report) {
    let template = read(bytes);
    let form = form::blank(&template, "checklist.md", bytes, Paper::A4, Timestamp::from_millis(0));
    (template, form)
}

/// Every slot that stands on the pages.
fn slots(form: &Report) -> Vec<Slot> {
    let of = |parts: &[FormPart]| -> Vec<Slot> {
        parts.iter().filter_map(|part| if let FormPart::Slot(slot) = part { Some(*slot) } else { None }).collect()
    };
    let mut found = Vec::new();
    for block in &form.blocks {
        match block {
            Block::Form { lines } => {
                for line in lines {
                    found.extend(if let Lead::Box(slot) = line.lead { Some(slot) } else { None });
                    found.extend(of(&line.parts));
                }
            }
            Block::FormTable { rows, .. } => rows.iter().flatten().for_each(|cell| found.extend(of(cell))),
            _ => {}
        }
    }
    found
}

/// The shipped checklists, and real ones where the machine has them.
fn checklists() -> Vec<(PathBuf, Vec<u8>)> {
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
                let bytes = std::fs::read(&path).unwrap();
                found.push((path, bytes));
            }
        }
    }
    found
}
