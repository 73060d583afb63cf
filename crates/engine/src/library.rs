//! Checklists: those that ship with the program, those that were kept, and files. Reading them is `core`'s.

use crate::corrections;
use crate::error::Error;
use crate::files::read_limited;
use crate::forms;
use crate::store::Store;
use countersign_core::api::{ChecklistReply, ChecklistSource, ChecklistSummary};
use countersign_core::checklist::{Template, counts, read};
use countersign_core::id::Digest;
use std::path::Path;

/// The largest checklist that is taken, in bytes.
pub const LIMIT: u64 = 32_000_000;

const SHIPPED: &[(&str, &[u8])] = &[
    ("layered-services-release.md", include_bytes!("../../../checklists/layered-services-release.md")),
    ("edge-workers-platform.md", include_bytes!("../../../checklists/edge-workers-platform.md")),
    ("messaging-api.md", include_bytes!("../../../checklists/messaging-api.md")),
    ("managed-queue-worker.md", include_bytes!("../../../checklists/managed-queue-worker.md")),
    ("staged-canary.md", include_bytes!("../../../checklists/staged-canary.md")),
];

/// A checklist's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// File name, without folders.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Fetches a checklist's file.
pub fn file(store: &Store, source: &ChecklistSource) -> Result<File, Error> {
    match source {
        ChecklistSource::Kept { sha256 } => {
            let kept = store.checklist(*sha256)?;
            let (name, bytes) = kept.ok_or_else(|| Error::NoChecklist(sha256.to_string()))?;
            Ok(File { name, bytes })
        }
        elsewhere => file_without_store(elsewhere),
    }
}

/// Fetches a shipped checklist's file, or one from the disk.
pub fn file_without_store(source: &ChecklistSource) -> Result<File, Error> {
    match source {
        ChecklistSource::Shipped { name } => {
            let shipped = SHIPPED.iter().find(|(known, _)| known == name);
            let (name, bytes) = shipped.ok_or_else(|| Error::NoChecklist(name.clone()))?;
            Ok(File { name: (*name).to_owned(), bytes: bytes.to_vec() })
        }
        ChecklistSource::File { path } => {
            let path = Path::new(path);
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let bytes = read_limited(path, LIMIT)?;
            // A form has its checklist with it.
            if bytes.starts_with(b"%PDF-") { Ok(forms::read(path)?.checklist) } else { Ok(File { name, bytes }) }
        }
        ChecklistSource::Kept { sha256 } => Err(Error::NoChecklist(sha256.to_string())),
    }
}

/// Reads a checklist.
pub fn open(store: &Store, source: &ChecklistSource) -> Result<ChecklistReply, Error> {
    let file = file(store, source)?;
    let template = corrections::open(store, &file)?.template;
    Ok(reply(source, file, template))
}

/// Reads a shipped checklist or a file.
pub fn read_without_store(source: &ChecklistSource) -> Result<ChecklistReply, Error> {
    let file = file_without_store(source)?;
    let template = read(&file.bytes);
    Ok(reply(source, file, template))
}

/// A file and its reading.
pub fn reply(source: &ChecklistSource, File { name, bytes }: File, template: Template) -> ChecklistReply {
    let summary = summary(source.clone(), name, &template);
    ChecklistReply { summary, text: String::from_utf8_lossy(&bytes).into_owned(), template }
}

/// The file names of the shipped checklists.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// All checklists that ship or were kept.
pub fn list(store: &Store) -> Result<Vec<ChecklistSummary>, Error> {
    let kept = store
        .checklists()?
        .into_iter()
        .map(|(name, bytes)| summary(ChecklistSource::Kept { sha256: Digest::of(&bytes) }, name, &read(&bytes)));
    let shipped = SHIPPED.iter().map(|(name, bytes)| {
        summary(ChecklistSource::Shipped { name: (*name).to_owned() }, (*name).to_owned(), &read(bytes))
    });
    Ok(kept.chain(shipped).collect())
}

fn summary(source: ChecklistSource, name: String, template: &Template) -> ChecklistSummary {
    let fact = |key: &str| template.facts.iter().find(|fact| fact.key == key).map(|fact| fact.value.clone());
    ChecklistSummary {
        source,
        name,
        title: template.title.clone(),
        sha256: template.sha256,
        version: fact("version"),
        owner: fact("owner"),
        next_review: fact("next_review"),
        counts: counts(template),
        problems: u32::try_from(template.problems.len()).unwrap_or(u32::MAX),
    }
}
