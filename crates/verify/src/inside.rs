//! The record inside a report: read, checked by itself, and set again as pages.

use crate::FontFinder;
use countersign_core::record::log::{Bundle, PageSetting};
use countersign_core::record::{Entry, View, deviations, fold_checked, progress};
use countersign_core::report::{self, ComposeError, RECORD_FILE};
use countersign_core::verdict::RecordFact;
use countersign_pades::verify::Inspection;
use countersign_pages::{Fonts, PagesError};

/// The record inside a report.
pub(crate) struct Inside {
    pub(crate) bundle: Bundle,
    pub(crate) log: Vec<Entry>,
    pub(crate) view: View,
    /// Sign-offs that are about another record or state than the one that they stand in, in sentences.
    pub(crate) misfits: Vec<String>,
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
    let (view, misfits) = fold_checked(&log).map_err(|error| format!("The record inside does not hold: {error}"))?;
    Ok(Inside { bundle, log, view, misfits })
}

/// Why pages could not be set again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unset {
    #[error("{0}")]
    Compose(#[from] ComposeError),
    #[error("{0}")]
    Pages(#[from] PagesError),
    #[error("they name {0}, which their text does not need.")]
    Needless(String),
    /// Fonts that are not here.
    #[error("{0}")]
    Fonts(String),
}

/// What the pages should be: the same record gives the same bytes.
pub(crate) fn pages(inside: &Inside, fonts: &FontFinder<'_>) -> Result<Vec<u8>, Unset> {
    let PageSetting { paper, fonts: named, .. } = &inside.bundle.pages;
    let report = report::compose(&inside.view, &inside.bundle, &inside.log, *paper)?;
    if named.is_empty() {
        return Ok(countersign_pages::render(&report)?.pdf);
    }
    let names = || named.iter().map(|font| font.name.as_str()).collect::<Vec<_>>().join(" and ");
    // Otherwise whoever names a font that nobody has would not be compared with.
    if countersign_pages::render(&report)?.missing_glyphs.is_empty() {
        return Err(Unset::Needless(names()));
    }
    let found: Option<Vec<Vec<u8>>> = named.iter().map(fonts).collect();
    let found = found.ok_or_else(|| Unset::Fonts(names()))?;
    let together = found.into_iter().fold(Fonts::bundled(), Fonts::with);
    Ok(countersign_pages::render_with(&report, &together)?.pdf)
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
