//! Readings as people corrected them: kept with the file's hash, and taken over to a later version of the file.

use crate::error::Error;
use crate::files::write_whole;
use crate::library::{self, File};
use crate::store::Store;
use countersign_core::api::{AnnotateChecklist, Annotated, ChecklistReply, CorrectChecklist, ReadAs};
use countersign_core::checklist::correction::{annotate, carry, correct, take_back, task_on};
use countersign_core::checklist::versions::are_kin;
use countersign_core::checklist::{Correction, Problem, Severity, Template, read, read_with};
use countersign_core::id::Digest;
use countersign_core::time::Timestamp;
use std::path::Path;

/// How many earlier versions are looked at.
const VERSIONS: usize = 8;

/// A checklist as it was corrected.
#[derive(Debug)]
pub struct Corrected {
    /// The reading.
    pub template: Template,
    /// What was corrected, in terms of this version.
    pub corrections: Vec<Correction>,
}

/// Reads a file with what was corrected in it, or in an earlier version of it.
pub fn open(store: &Store, File { name, bytes, corrections }: &File) -> Result<Corrected, Error> {
    if let Some(corrections) = corrections {
        return Ok(Corrected { template: read_with(bytes, corrections), corrections: corrections.clone() });
    }
    let plain = read(bytes);
    if let Some(corrections) = store.corrections(plain.sha256)? {
        return Ok(Corrected { template: read_with(bytes, &corrections), corrections });
    }
    for earlier in store.corrected_versions(name, &plain.title, VERSIONS)? {
        let old = read(&earlier.bytes);
        if are_kin(&old, &plain) {
            let carried = carry(&old, &plain, bytes, &earlier.corrections);
            let mut template = read_with(bytes, &carried.corrections);
            template.problems.extend(carried.lost.iter().map(|lost| gone(lost, &old)));
            return Ok(Corrected { template, corrections: carried.corrections });
        }
    }
    Ok(Corrected { template: plain, corrections: Vec::new() })
}

/// A correction of an earlier version whose item or line is no longer there.
fn gone(lost: &Correction, old: &Template) -> Problem {
    let what = match lost {
        Correction::Task { text, .. } => text.clone(),
        other => other.item().and_then(|id| old.item(id)).map(|item| item.label.clone()).unwrap_or_default(),
    };
    Problem {
        line: 1,
        column: 1,
        severity: Severity::Note,
        code: "correction_lost".into(),
        message: format!("«{what}» was corrected in an earlier version ({}), and is not in this one.", lost.words())
            .into(),
        hint: "Look whether what stands in its place is read rightly.".into(),
    }
}

/// Corrects the reading of one line, and keeps that with the file's hash.
pub fn change(store: &mut Store, req: CorrectChecklist, now: Timestamp) -> Result<ChecklistReply, Error> {
    let file = library::file(store, &req.source)?;
    let mut corrections = open(store, &file)?.corrections;
    let template = match wanted(&file.bytes, &req)? {
        Some(correction) => correct(&file.bytes, &mut corrections, correction)
            .map_err(|why| Error::Correction { line: req.line, why })?,
        None => {
            take_back(&read(&file.bytes), &mut corrections, req.line);
            read_with(&file.bytes, &corrections)
        }
    };
    store.keep_corrections((&file.name, &template.title), &file.bytes, &corrections, now.millis())?;
    Ok(library::reply(&req.source, file, template, now))
}

/// The correction that is asked for; none: what was said of the line is taken back.
fn wanted(bytes: &[u8], req: &CorrectChecklist) -> Result<Option<Correction>, Error> {
    let item = || {
        let why = "there is no item to correct on it".to_owned();
        req.item.clone().ok_or(Error::Correction { line: req.line, why })
    };
    Ok(Some(match &req.reading {
        ReadAs::AsRead => return Ok(None),
        ReadAs::Task => task_on(bytes, req.line),
        ReadAs::Content => Correction::Content { item: item()? },
        ReadAs::Value { value } => Correction::Value { item: item()?, value: *value },
        ReadAs::Unit { unit } => Correction::Unit { item: item()?, unit: unit.trim().to_owned() },
        ReadAs::Role { role } => Correction::Role { item: item()?, role: role.trim().to_owned() },
    }))
}

/// Writes the corrections of a checklist into a copy of its file.
pub fn write(store: &Store, req: &AnnotateChecklist) -> Result<Annotated, Error> {
    let file = library::file(store, &req.source)?;
    let corrected = open(store, &file)?;
    let written = annotate(&file.bytes, &corrected.corrections);
    write_whole(Path::new(&req.path), &written.bytes)?;
    let plain = read(&file.bytes);
    let left_out = written.left_out.iter().map(|correction| {
        let (line, what) = match correction {
            Correction::Task { line, text } => (*line, text.clone()),
            other => other
                .item()
                .and_then(|id| plain.item(id))
                .map_or((0, String::new()), |item| (item.line, item.label.clone())),
        };
        format!("line {line}, «{what}»: {}", correction.words())
    });
    Ok(Annotated {
        path: req.path.clone(),
        sha256: Digest::of(&written.bytes),
        written: u32::try_from(written.written).unwrap_or(u32::MAX),
        left_out: left_out.collect(),
    })
}
