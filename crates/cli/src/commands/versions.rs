//! `countersign checklist diff`: two versions of a checklist, item by item.

use super::find;
use crate::{Exit, Output};
use countersign_core::api::{ApiError, ChecklistReply, ReadChecklist};
use countersign_core::checklist::versions::{Fate, difference};
use countersign_core::id::Digest;
use countersign_core::record::sentence;
use countersign_engine::Engine;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Shows what is different. The library is opened only for a version that is named by its hash.
pub async fn diff(
    old: &Path,
    new: &Path,
    open: impl FnOnce() -> Result<Engine, ApiError>,
    output: &mut Output,
) -> Result<Exit, ApiError> {
    let is_hash = |of: &Path| !of.exists() && of.to_string_lossy().parse::<Digest>().is_ok();
    let engine = if is_hash(old) || is_hash(new) { Some(open()?) } else { None };
    let (old, new) = (version(engine.as_ref(), old).await?, version(engine.as_ref(), new).await?);
    let found = difference(&old.template, &new.template);
    let count = |fate: Fate| found.changes.iter().filter(|change| change.fate == fate).count();
    let counts: Map<String, Value> =
        Fate::ALL.iter().map(|fate| (fate.word().replace(' ', "_"), count(*fate).into())).collect();
    let named = |of: &ChecklistReply| json!({ "name": of.summary.name, "title": of.template.title, "sha256": of.template.sha256 });
    let object = json!({
        "old": named(&old),
        "new": named(&new),
        "headline": found.headline(),
        "unchanged": found.unchanged,
        "counts": counts,
        "changes": found.changes,
    });
    output.result(&object, || {
        let mut words = format!("{}; {} as before.\n", found.headline(), found.unchanged);
        for change in &found.changes {
            let _ = writeln!(words, "{:>6}  {}", change.line, sentence(change));
        }
        words
    })?;
    Ok(Exit::Done)
}

async fn version(engine: Option<&Engine>, file: &Path) -> Result<ChecklistReply, ApiError> {
    let source = find::checklist(engine, file).await?;
    match engine {
        Some(engine) => engine.read_checklist(ReadChecklist { source }).await,
        None => countersign_engine::read_checklist(&source),
    }
}
