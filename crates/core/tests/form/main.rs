//! Forms: what stands on a blank one, and what a filled one says.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

mod blank;
#[path = "../common/mod.rs"]
mod common;
mod fill;

use countersign_core::checklist::{Template, read};
use countersign_core::form;
use countersign_core::report::{Block, FormPart, Lead, Paper, Report, Slot};
use countersign_core::time::Timestamp;

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
