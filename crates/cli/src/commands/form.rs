//! `countersign record import-form`: a filled form into a record.

use super::find;
use super::record::{changes, pair};
use crate::args::ImportForm;
use crate::{Exit, Output};
use countersign_core::api::{
    ApiError, ChangesSince, ChecklistSource, FillFromForm, FormReading, ReadForm, StartRecord,
};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

/// Takes a form into the record that is named, or into a new one that begins with the checklist in the form.
pub async fn run(command: ImportForm, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let person = find::person(engine, command.who.person.as_deref()).await?;
    let path = command.form.display().to_string();
    let view = match &command.record {
        Some(record) => find::record(engine, record).await?,
        None => {
            let mut header = countersign_engine::form_header(&command.form)?;
            header.extend(command.set.iter().map(|fact| pair(fact)).collect::<Result<Vec<_>, _>>()?);
            let (source, rehearsal) = (ChecklistSource::File { path: path.clone() }, command.rehearsal);
            let since = engine.changes_since(ChangesSince { source: source.clone() }).await?;
            if let Some(since) = &since {
                output.say(&changes(since));
            }
            let acknowledged = since.filter(|_| command.acknowledge_changes).map(|since| since.sha256);
            let start = StartRecord { source, header, rehearsal, person: person.clone(), acknowledged };
            let id = engine.start_record(start).await?;
            engine.record(&id)?
        }
    };
    let (record, number) = (view.id.clone(), view.number);
    let read = ReadForm { record: record.clone(), person: person.clone(), path: path.clone() };
    let reading = engine.read_form(read).await?;
    let written = match command.dry_run {
        true => Vec::new(),
        false => engine.fill_from_form(FillFromForm { record: record.clone(), person, path }).await?,
    };
    let events: Vec<_> = written.iter().map(|event| event.id).collect();
    let object = json!({ "number": number, "id": record, "events": events, "form": reading });
    output.result(&object, || words(number, &reading))?;
    Ok(if reading.taken.is_empty() && !reading.left.is_empty() { Exit::Refused } else { Exit::Done })
}

fn words(number: u32, reading: &FormReading) -> String {
    let mut words = format!("{number}\n");
    for notice in &reading.notices {
        let _ = writeln!(words, "{notice}");
    }
    for (what, said) in &reading.taken {
        let _ = writeln!(words, "taken  {what}: {said}");
    }
    for (what, why) in &reading.left {
        let _ = writeln!(words, "left   {what}: {why}");
    }
    let _ =
        writeln!(words, "{} taken, {} left, {} as they were.", reading.taken.len(), reading.left.len(), reading.same);
    words
}
