//! `countersign checklist correct` and `annotate`: guesses of the reading put right, and written into the file.

use super::find;
use crate::args::Correct;
use crate::{Exit, Output};
use countersign_core::api::{
    AnnotateChecklist, ApiError, ChecklistReply, Code, CorrectChecklist, ReadAs, ReadChecklist,
};
use countersign_core::checklist::{Item, Template, ValueKind};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;

/// Corrects an item or a line.
pub async fn correct(what: Correct, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let source = find::checklist(Some(engine), &what.file).await?;
    let before = engine.read_checklist(ReadChecklist { source: source.clone() }).await?;
    let item = what.item.as_deref().map(|words| item(&before.template, words)).transpose()?;
    let line = item.map(|item| item.line).or(what.line).unwrap_or(1);
    let item = item.map(|item| item.id.clone());
    let mut wanted = Vec::new();
    wanted.extend(what.reading.as_deref().map(reading).transpose()?);
    let unit = what.unit.map(|unit| if unit == "none" { String::new() } else { unit });
    wanted.extend(unit.map(|unit| ReadAs::Unit { unit }));
    wanted.extend(what.role.map(|role| ReadAs::Role { role }));
    let mut reply = before;
    for reading in wanted {
        let command = CorrectChecklist { source: source.clone(), line, item: item.clone(), reading };
        reply = engine.correct_checklist(command).await?;
    }
    let ChecklistReply { summary, template, .. } = reply;
    let on_line: Vec<&Item> = template.items.iter().filter(|item| item.line == line).collect();
    let corrected: Vec<&str> = template
        .problems
        .iter()
        .filter(|problem| problem.code.starts_with("correct"))
        .map(|problem| &*problem.message)
        .collect();
    let object = json!({ "sha256": summary.sha256, "line": line, "items": on_line, "corrections": corrected });
    output.result(&object, || {
        let told = corrected.iter().fold(String::new(), |mut words, told| {
            let _ = writeln!(words, "{told}");
            words
        });
        if told.is_empty() { "The checklist is read as it stands.".to_owned() } else { told }
    })?;
    Ok(Exit::Done)
}

/// Writes the corrections into a copy of the file.
pub async fn annotate(file: &Path, to: &Path, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let source = find::checklist(Some(engine), file).await?;
    let path = to.display().to_string();
    let written = engine.annotate_checklist(AnnotateChecklist { source, path }).await?;
    output.result(&written, || {
        let mut words = format!("{} corrections written to {}.\n", written.written, written.path);
        for left in &written.left_out {
            let _ = writeln!(words, "No annotation can say this; it stays with the data directory: {left}");
        }
        words
    })?;
    Ok(Exit::Done)
}

fn reading(word: &str) -> Result<ReadAs, ApiError> {
    Ok(match word {
        "read" => ReadAs::AsRead,
        "content" => ReadAs::Content,
        "task" => ReadAs::Task,
        other => match other.parse::<ValueKind>() {
            Ok(value) => ReadAs::Value { value },
            Err(()) => {
                let known = ValueKind::ALL.map(ValueKind::word).join(", ");
                return Err(ApiError {
                    code: Code::Usage,
                    message: format!("«{other}» is nothing that a line can be read as."),
                    hint: format!("It is one of read, task, content, {known}."),
                });
            }
        },
    })
}

/// An item by its id, or by the beginning of its words if that names exactly one.
fn item<'t>(template: &'t Template, words: &str) -> Result<&'t Item, ApiError> {
    let plain = words.to_lowercase();
    let by_id = template.items.iter().find(|item| item.id.as_str() == words);
    let mut named = template.items.iter().filter(|item| item.label.to_lowercase().starts_with(&plain));
    let first = by_id.or_else(|| named.next());
    match (first, by_id.is_none() && named.next().is_some()) {
        (Some(item), false) => Ok(item),
        (None, _) => Err(ApiError {
            code: Code::NotFound,
            message: format!("The checklist has no item «{words}»."),
            hint: "`countersign checklist show --json` lists the items with their ids; a line of content has a --line."
                .to_owned(),
        }),
        (Some(_), true) => Err(ApiError {
            code: Code::Usage,
            message: format!("Several items begin with «{words}»."),
            hint: "`countersign checklist show --json` lists the items with their ids.".to_owned(),
        }),
    }
}
