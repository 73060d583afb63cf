//! The record inside a report: read, checked by itself, and set again as pages.

use countersign_core::record::log::Bundle;
use countersign_core::record::{Entry, View, deviations, fold, progress};
use countersign_core::report::{self, ComposeError, Paper, RECORD_FILE};
use countersign_core::verdict::RecordFact;
use countersign_pades::verify::Inspection;
use countersign_pages::PagesError;

/// The record inside a report.
pub(crate) struct Inside {
    pub(crate) bundle: Bundle,
    pub(crate) log: Vec<Entry>,
    pub(crate) view: View,
}

/// Reads it, and checks hashes, chain and the installation's signatures. A problem is a sentence.
pub(crate) fn read(found: &Inspection) -> Result<Inside, String> {
    let mut files = found.attachments.iter().filter(|file| file.name == RECORD_FILE);
    let file = match (files.next(), files.next()) {
        (Some(file), None) => file,
        (None, _) => return Err(format!("There is no {RECORD_FILE} inside.")),
        (Some(_), Some(_)) => return Err(format!("There are two files named {RECORD_FILE} inside.")),
    };
    let bundle: Bundle =
        serde_json::from_slice(&file.bytes).map_err(|error| format!("{RECORD_FILE} cannot be read: {error}."))?;
    let log = bundle.open().map_err(|fault| format!("The record inside does not hold: {fault}"))?;
    let view = fold(&log).map_err(|error| format!("The record inside does not hold: {error}"))?;
    Ok(Inside { bundle, log, view })
}

/// Why pages could not be set again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unset {
    #[error("{0}")]
    Compose(#[from] ComposeError),
    #[error("{0}")]
    Pages(#[from] PagesError),
}

/// What the pages should be: the same record gives the same bytes.
pub(crate) fn pages(inside: &Inside) -> Result<Vec<u8>, Unset> {
    let report = report::compose(&inside.view, &inside.bundle, &inside.log, Paper::A4)?;
    Ok(countersign_pages::render(&report)?.pdf)
}

pub(crate) fn fact(inside: &Inside) -> RecordFact {
    let view = &inside.view;
    let outcome = view.closed.as_ref().map_or("Not closed", |closed| closed.outcome.words());
    RecordFact {
        number: view.number,
        title: view.template.title.clone(),
        header: view.header.clone(),
        rehearsal: view.rehearsal,
        outcome: outcome.to_owned(),
        progress: progress(view),
        deviations: u32::try_from(deviations(view).len()).unwrap_or(u32::MAX),
        events: view.events,
    }
}
