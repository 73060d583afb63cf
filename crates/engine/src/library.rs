//! Checklists: those that ship with the program, those that were kept, and files. Reading them is `core`'s.

use crate::error::Error;
use crate::files::{read_limited, write_whole};
use crate::store::{Kept, Store};
use crate::{corrections, forms, watch};
use chrono::NaiveDate;
use countersign_core::api::{ChecklistReply, ChecklistSource, ChecklistState, ChecklistSummary};
use countersign_core::checklist::{Correction, Template, counts, read, review};
use countersign_core::id::{Digest, RecordId};
use countersign_core::record::Body;
use countersign_core::time::Timestamp;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

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
    /// What was corrected in its reading, where that is settled; none: what is kept with its hash.
    pub corrections: Option<Vec<Correction>>,
}

/// Fetches a checklist's file.
pub fn file(store: &Store, source: &ChecklistSource) -> Result<File, Error> {
    match source {
        ChecklistSource::Kept { sha256 } => {
            let kept = store.checklist(*sha256)?;
            let (name, bytes) = kept.ok_or_else(|| Error::NoChecklist(sha256.to_string()))?;
            Ok(File { name, bytes, corrections: None })
        }
        ChecklistSource::Record { record } => of_record(store, record),
        elsewhere => file_without_store(elsewhere),
    }
}

/// Fetches a shipped checklist's file, or one from the disk.
pub fn file_without_store(source: &ChecklistSource) -> Result<File, Error> {
    match source {
        ChecklistSource::Shipped { name } => {
            let shipped = SHIPPED.iter().find(|(known, _)| known == name);
            let (name, bytes) = shipped.ok_or_else(|| Error::NoChecklist(name.clone()))?;
            Ok(File { name: (*name).to_owned(), bytes: bytes.to_vec(), corrections: None })
        }
        ChecklistSource::File { path } => {
            let path = Path::new(path);
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let bytes = read_limited(path, LIMIT)?;
            // A form has its checklist with it.
            if bytes.starts_with(b"%PDF-") {
                Ok(forms::read(path)?.checklist)
            } else {
                Ok(File { name, bytes, corrections: None })
            }
        }
        ChecklistSource::Kept { sha256 } => Err(Error::NoChecklist(sha256.to_string())),
        ChecklistSource::Record { record } => Err(Error::NoChecklist(record.to_string())),
    }
}

/// Reads a checklist.
pub fn open(store: &Store, source: &ChecklistSource, now: Timestamp) -> Result<ChecklistReply, Error> {
    let file = file(store, source)?;
    let template = corrections::open(store, &file)?.template;
    Ok(reply(source, file, template, now))
}

/// Reads a shipped checklist or a file.
pub fn read_without_store(source: &ChecklistSource, now: Timestamp) -> Result<ChecklistReply, Error> {
    let file = file_without_store(source)?;
    let template = read(&file.bytes);
    Ok(reply(source, file, template, now))
}

/// A file and its reading.
pub fn reply(source: &ChecklistSource, file: File, template: Template, now: Timestamp) -> ChecklistReply {
    let File { name, bytes, .. } = file;
    let summary = summary(source.clone(), name, &template, now.utc().date_naive());
    ChecklistReply { summary, text: String::from_utf8_lossy(&bytes).into_owned(), template: Arc::new(template) }
}

/// The file names of the shipped checklists.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// A day, and the words that a checklist must have to be listed.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The day of today.
    pub today: NaiveDate,
    /// Words that all occur in name, title, facts or text.
    pub find: &'a str,
}

/// The checklists that were kept, newest first, and those that ship.
pub fn list(store: &Store, of: Listed<'_>) -> Result<Vec<ChecklistSummary>, Error> {
    let mut known: HashSet<String> = HashSet::new();
    let mut listed = Vec::new();
    for Kept { name, bytes, path, state } in store.kept()? {
        let superseded = !known.insert(path.clone().unwrap_or_else(|| name.clone()));
        if !has_words(&name, &bytes, of.find) {
            continue;
        }
        let file = File { name, bytes, corrections: None };
        let template = corrections::open(store, &file)?.template;
        let offer = path.as_deref().filter(|_| !superseded).and_then(|path| watch::offer(path, &template));
        let source = ChecklistSource::Kept { sha256: template.sha256 };
        let summary = summary(source, file.name, &template, of.today);
        listed.push(ChecklistSummary { superseded, offer, state: state.unwrap_or(summary.state), ..summary });
    }
    for (name, bytes) in SHIPPED.iter().filter(|(name, bytes)| has_words(name, bytes, of.find)) {
        let file = File { name: (*name).to_owned(), bytes: bytes.to_vec(), corrections: None };
        let template = corrections::open(store, &file)?.template;
        listed.push(summary(ChecklistSource::Shipped { name: file.name.clone() }, file.name, &template, of.today));
    }
    Ok(listed)
}

/// Whether all words begin a word of a file or its name, whatever their case.
fn has_words(name: &str, bytes: &[u8], find: &str) -> bool {
    let mut words = find.split_whitespace().map(str::to_lowercase).peekable();
    if words.peek().is_none() {
        return true;
    }
    let text = format!("{name}\n{}", String::from_utf8_lossy(bytes)).to_lowercase();
    words.all(|word| {
        text.match_indices(&word).any(|(at, _)| !text.get(..at).unwrap_or_default().ends_with(char::is_alphanumeric))
    })
}

fn summary(source: ChecklistSource, name: String, template: &Template, today: NaiveDate) -> ChecklistSummary {
    let fact = |key: &str| template.facts.iter().find(|fact| fact.key == key).map(|fact| fact.value.clone());
    let next_review = fact("next_review");
    let draft = fact("status").is_some_and(|status| status.to_lowercase().contains("draft"));
    ChecklistSummary {
        source,
        name,
        title: template.title.clone(),
        sha256: template.sha256,
        version: fact("version"),
        owner: fact("owner"),
        review_past: next_review.as_deref().and_then(|review| review::is_past(review, today)).unwrap_or(false),
        next_review,
        counts: counts(template),
        problems: u32::try_from(template.problems.len()).unwrap_or(u32::MAX),
        state: if draft { ChecklistState::Draft } else { ChecklistState::Released },
        superseded: false,
        offer: None,
    }
}

/// Keeps a checklist; of a file also where it lies, so that a newer version of it can be offered.
pub fn keep(store: &mut Store, source: &ChecklistSource, now: Timestamp) -> Result<ChecklistReply, Error> {
    let File { name, bytes, .. } = file(store, source)?;
    let sha256 = Digest::of(&bytes);
    store.keep_checklist(sha256, &name, &bytes, now.millis())?;
    if let ChecklistSource::File { path } = source {
        let whole = std::fs::canonicalize(path).map_err(Error::file(Path::new(path)))?;
        store.keep_path(sha256, &whole.display().to_string())?;
    }
    open(store, &ChecklistSource::Kept { sha256 }, now)
}

/// Writes a copy of a checklist, never over a file that is there.
pub fn duplicate(store: &Store, source: &ChecklistSource, to: &Path) -> Result<(), Error> {
    let bytes = file(store, source)?.bytes;
    if to.exists() {
        let source = std::io::Error::new(std::io::ErrorKind::AlreadyExists, "there is a file of this name already");
        return Err(Error::File { path: to.to_owned(), source });
    }
    write_whole(to, &bytes)
}

/// The checklist that a record began from.
fn of_record(store: &Store, record: &RecordId) -> Result<File, Error> {
    let log = store.log(record)?;
    let started = log.first().and_then(|entry| match &entry.event.body {
        Body::Started(started) => Some(&started.checklist),
        _ => None,
    });
    let file = started.and_then(|file| Some((file, file.content.bytes()?)));
    let (file, bytes) = file.ok_or_else(|| Error::NoChecklist(record.to_string()))?;
    Ok(File { name: file.name.clone(), bytes, corrections: Some(file.corrections.clone()) })
}
