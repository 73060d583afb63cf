//! `countersign record`: start, fill in, close.

use super::{find, register};
use crate::args::Record;
use crate::{Exit, Output};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use countersign_core::api::{
    Act, ApiError, AttachBytes, AttachFile, AttestRecord, ChangesSince, ChecklistSource, Code, ExportMarkdown,
    StartRecord,
};
use countersign_core::checklist::ItemKind;
use countersign_core::id::ItemId;
use countersign_core::record::baseline::compare;
use countersign_core::record::log::BundledEvent;
use countersign_core::record::{Answer, Intent, Person, Since, View, deviations, duties, progress};
use countersign_engine::{Engine, FILE_LIMIT};
use serde_json::json;
use std::fmt::Write as _;

/// Runs a `record` command.
pub async fn run(command: Record, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    match command {
        Record::New { file, from, set, rehearsal, acknowledge_changes, emergency, who } => {
            let mut header = set.iter().map(|fact| pair(fact)).collect::<Result<Vec<_>, _>>()?;
            let source = match (from, file) {
                (Some(from), _) => again(engine, &from, &mut header).await?,
                (None, file) => find::checklist(Some(engine), &file.unwrap_or_default()).await?,
            };
            let person = match header.iter().find(|(key, _)| key == "deployer") {
                Some((_, deployer)) if who.person.is_none() => Person::from(deployer.as_str()),
                _ => find::person(engine, who.person.as_deref()).await?,
            };
            let since = engine.changes_since(ChangesSince { source: source.clone() }).await?;
            if let Some(since) = &since {
                output.say(&changes(since));
            }
            let acknowledged = since.filter(|_| acknowledge_changes).map(|since| since.sha256);
            let start = StartRecord { source, header, rehearsal, person: person.clone(), acknowledged };
            let id = engine.start_record(start).await?;
            if let Some(reason) = emergency {
                let (record, intent) = (id.clone(), Intent::DeclareEmergency { reason });
                engine.act(Act { record, person, intent }).await?;
            }
            let number = engine.record(&id)?.number;
            output.result(&json!({ "number": number, "id": id }), || number.to_string())?;
        }
        Record::List(which) => register::list(which, engine, output).await?,
        Record::Statistics(which) => register::statistics(which, engine, output).await?,
        Record::Attest { record, output: to } => {
            let record = find::record(engine, &record).await?.id;
            let path = engine.attest_record(AttestRecord { record, path: to.display().to_string() }).await?;
            output.result(&json!({ "path": path }), || path.clone())?;
        }
        Record::Show { record } => {
            let view = find::record(engine, &record).await?;
            let object = json!({ "record": view, "progress": progress(&view), "deviations": deviations(&view), "rules": duties(&view) });
            output.result(&object, || words(&view))?;
        }
        command @ Record::Gate { .. } => return super::gate::run(command, engine, output).await,
        Record::Attach { record, file, item, name, who } => {
            let view = find::record(engine, &record).await?;
            let item = item.map(|item| find::item(&view, &item)).transpose()?;
            let person = find::person(engine, who.person.as_deref()).await?;
            let record = view.id;
            let written = if file.as_os_str() == "-" {
                let (media_type, content) = ("text/plain".to_owned(), BASE64.encode(what_comes_in()?));
                engine.attach_bytes(AttachBytes { record, person, item, name, media_type, content }).await?
            } else {
                let path = file.display().to_string();
                engine.attach_file(AttachFile { record, person, item, path }).await?
            };
            committed(&written, output)?;
        }
        Record::HandOver(command) => return super::people::hand_over(command, engine, output).await,
        Record::TakeOver { record, who } => {
            return super::people::take_over(&record, who.person.as_deref(), engine, output).await;
        }
        Record::Incident(command) => return super::people::incident(command, engine, output).await,
        Record::Contacts { record, keep, take, who } => {
            use countersign_core::api::ContactsWay;
            let way = keep.then_some(ContactsWay::Keep).or(take.then_some(ContactsWay::Take));
            return super::people::contacts(&record, way, who.person.as_deref(), engine, output).await;
        }
        Record::Markdown { record, output: to } => {
            let view = find::record(engine, &record).await?;
            let path = to.display().to_string();
            let path = engine.export_markdown(ExportMarkdown { record: view.id, path }).await?;
            output.result(&json!({ "path": path }), || path.clone())?;
        }
        Record::ImportForm(command) => return super::form::run(command, engine, output).await,
        Record::Baseline(command) => return super::rounds::baseline(command, engine, output).await,
        Record::Rounds { record } => return super::rounds::rounds(&record, engine, output).await,
        Record::Round(command) => return super::rounds::round(command, engine, output).await,
        command => {
            let (view, intent, person) = intent(command, engine).await?;
            let person = find::person(engine, person.as_deref()).await?;
            let valued = match &intent {
                Intent::Answer { item, answer: Answer::Value { .. }, .. } => Some(item.clone()),
                _ => None,
            };
            let written = engine.act(Act { record: view.id.clone(), person, intent }).await?;
            match valued {
                None => committed(&written, output)?,
                Some(item) => judged(&find::record(engine, &view.number.to_string()).await?, &item, &written, output)?,
            }
        }
    }
    Ok(Exit::Done)
}

/// The checklist of a record, and its facts that are the same every time where none are set.
async fn again(engine: &Engine, from: &str, header: &mut Vec<(String, String)>) -> Result<ChecklistSource, ApiError> {
    let view = find::record(engine, from).await?;
    let reviewers = view.header.reviewers.iter().map(|person| person.0.as_str()).collect::<Vec<_>>().join(", ");
    let same = [("service", view.header.service), ("environment", view.header.environment), ("reviewers", reviewers)];
    for (key, value) in same {
        if !value.is_empty() && !header.iter().any(|(known, _)| known == key) {
            header.push((key.to_owned(), value));
        }
    }
    Ok(ChecklistSource::Record { record: view.id })
}

/// What changed since the last record, a line each.
pub(super) fn changes(since: &Since) -> String {
    let more = if since.more > 0 { format!("\n  and {} more", since.more) } else { String::new() };
    let lines: String = since.changes.iter().map(|change| format!("\n  {change}")).collect();
    format!("{}, since record {}:{lines}{more}", since.headline, since.number)
}

/// A value was taken: as it is kept, against its limits and the baseline.
fn judged(view: &View, item: &ItemId, written: &[BundledEvent], output: &mut Output) -> Result<(), ApiError> {
    let ids: Vec<_> = written.iter().map(|event| event.id).collect();
    let entered = view.item(item);
    let text = entered.text.as_deref().unwrap_or_default();
    let compared = view.template.item(item).and_then(|item| compare(view, item, text));
    let object = json!({ "events": ids, "value": text, "verdict": entered.verdict, "baseline": compared });
    output.result(&object, || {
        let verdict = entered.verdict.as_ref().map(|verdict| format!("\n{}\n{}", verdict.shown, verdict.reason));
        let against = compared.as_ref().map(|found| format!("\n{}", found.shown));
        format!("Saved: {text}.{}{}", verdict.unwrap_or_default().trim_end(), against.unwrap_or_default())
    })
}

pub(super) fn committed(written: &[BundledEvent], output: &mut Output) -> Result<(), ApiError> {
    let ids: Vec<_> = written.iter().map(|event| event.id).collect();
    output.result(&json!({ "events": ids }), || "Saved.".to_owned())
}

/// What a command wants of a record, and who is named as the writer.
async fn intent(command: Record, engine: &Engine) -> Result<(View, Intent, Option<String>), ApiError> {
    match command {
        Record::Answer { record, item, answer, reason, by, who } => {
            let view = find::record(engine, &record).await?;
            let item = find::item(&view, &item)?;
            let (answer, by) = (as_answer(&view, &item, &answer), by.map(|by| Person::from(by.as_str())));
            Ok((view, Intent::Answer { item, answer, by, reason }, who.person))
        }
        Record::Note { record, text, item, who } => {
            let view = find::record(engine, &record).await?;
            let item = item.map(|item| find::item(&view, &item)).transpose()?;
            Ok((view, Intent::Note { item, text }, who.person))
        }
        Record::Link { record, url, words, item, who } => {
            let view = find::record(engine, &record).await?;
            let item = item.map(|item| find::item(&view, &item)).transpose()?;
            Ok((view, Intent::Link { item, url, words }, who.person))
        }
        Record::AddItem { record, label, section, who } => {
            Ok((find::record(engine, &record).await?, Intent::AddItem { section, label }, who.person))
        }
        Record::Emergency { record, reason, who } => {
            Ok((find::record(engine, &record).await?, Intent::DeclareEmergency { reason }, who.person))
        }
        Record::Close { record, outcome, summary, who } => {
            Ok((find::record(engine, &record).await?, Intent::Close { outcome: outcome.into(), summary }, who.person))
        }
        Record::Reopen { record, reason, who } => {
            Ok((find::record(engine, &record).await?, Intent::Reopen { reason }, who.person))
        }
        Record::Void { record, reason, who } => {
            Ok((find::record(engine, &record).await?, Intent::Void { reason }, who.person))
        }
        Record::New { .. }
        | Record::List(_)
        | Record::Statistics(_)
        | Record::Attest { .. }
        | Record::Show { .. }
        | Record::Attach { .. }
        | Record::Gate { .. }
        | Record::HandOver(_)
        | Record::TakeOver { .. }
        | Record::Incident(_)
        | Record::Contacts { .. }
        | Record::ImportForm(_)
        | Record::Markdown { .. }
        | Record::Baseline(_)
        | Record::Rounds { .. }
        | Record::Round(_) => Err(ApiError {
            code: Code::Internal,
            message: "A command was taken for another one.".to_owned(),
            hint: "Please report it.".to_owned(),
        }),
    }
}

/// The word for a state, or what the item takes: a value, or an option.
pub(super) fn as_answer(view: &View, item: &ItemId, words: &str) -> Answer {
    match words {
        "done" => Answer::Done,
        "failed" => Answer::Failed,
        "na" | "not-applicable" => Answer::NotApplicable,
        "blocked" => Answer::Blocked,
        "skipped" => Answer::Skipped,
        "open" => Answer::Open,
        other => match view.template.item(item).map(|item| &item.kind) {
            Some(ItemKind::Choice { .. } | ItemKind::Gate { .. }) => Answer::Chosen { option: other.to_owned() },
            _ => Answer::Value { text: other.to_owned() },
        },
    }
}

/// All of standard input, as far as a file may be long.
fn what_comes_in() -> Result<Vec<u8>, ApiError> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(FILE_LIMIT + 1).read_to_end(&mut bytes);
    let error = match read {
        Ok(length) if length as u64 <= FILE_LIMIT => return Ok(bytes),
        Ok(_) => format!("More than {FILE_LIMIT} bytes came in."),
        Err(error) => format!("What comes in cannot be read: {error}."),
    };
    Err(ApiError { code: Code::Unreadable, message: error, hint: "Take only the part that matters.".to_owned() })
}

pub(super) fn pair(fact: &str) -> Result<(String, String), ApiError> {
    let (key, value) = fact.split_once('=').ok_or_else(|| ApiError {
        code: Code::Usage,
        message: format!("«{fact}» is no header fact."),
        hint: "Write it like --set release=2.14.0.".to_owned(),
    })?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

fn words(view: &View) -> String {
    let came = progress(view);
    let mut words = format!("#{} {}  {}\n", view.number, view.header.headline(), view.template.title);
    let _ =
        writeln!(words, "{} of {} done, {} events, head {}", came.done, came.total(), view.events, view.head.short());
    for item in &view.template.items {
        let state = view.item(&item.id);
        let value = state.text.as_deref().unwrap_or_else(|| state.state.word());
        let verdict = state.verdict.as_ref().map(|verdict| format!(" · {}", verdict.outcome)).unwrap_or_default();
        let _ = writeln!(words, "{:<18} {:<16} {}{verdict}", item.id, value, item.label);
    }
    for added in &view.added {
        let _ = writeln!(words, "{:<18} {:<16} {}", added.item, view.item(&added.item).state.word(), added.label);
    }
    for offer in view.offers().chain(&view.latency_probes) {
        let _ = writeln!(words, "probe {:<24} {}", offer.id.0, offer.ask);
    }
    for duty in duties(view) {
        let _ = writeln!(words, "rule  {:<8} {}: {}", duty.standing.words(), duty.rule, duty.detail);
    }
    for deviation in deviations(view) {
        let _ = writeln!(words, "deviation  {}: {}: {}", deviation.kind.words(), deviation.label, deviation.detail);
    }
    words
}
