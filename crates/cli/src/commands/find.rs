//! What people call things, and what they mean by it.

use countersign_core::api::{ApiError, ChecklistSource, Code, Overview, Register};
use countersign_core::id::{ItemId, ProbeId};
use countersign_core::record::{Person, View};
use countersign_core::register::Filter;
use countersign_engine::Engine;
use std::path::Path;

/// A record by its number or the beginning of its id.
pub async fn record(engine: &Engine, words: &str) -> Result<View, ApiError> {
    let number = words.parse::<u32>().ok();
    let find = number.map_or_else(|| words.to_owned(), |number| format!("#{number}"));
    let filter = Filter { find, ..Filter::default() };
    let records = engine.register(Register { filter, before: None, limit: u32::MAX }).await?.records;
    let named = |id: &str| number.is_some() || (words.len() >= 6 && id.starts_with(words));
    match records.iter().find(|record| named(&record.id.0)) {
        Some(found) => engine.record(&found.id),
        None => Err(ApiError {
            code: Code::NotFound,
            message: format!("There is no record {words}."),
            hint: "`countersign record list` shows the records.".to_owned(),
        }),
    }
}

/// An item by its id, or by the beginning of its words if that names exactly one.
pub fn item(view: &View, words: &str) -> Result<ItemId, ApiError> {
    let of_template = view.template.items.iter().map(|item| (&item.id, item.label.as_str()));
    let all: Vec<_> = of_template.chain(view.added.iter().map(|added| (&added.item, added.label.as_str()))).collect();
    if let Some((id, _)) = all.iter().find(|(id, _)| id.as_str() == words) {
        return Ok((*id).clone());
    }
    let plain = words.to_lowercase();
    let found: Vec<_> = all.iter().filter(|(_, label)| label.to_lowercase().starts_with(&plain)).collect();
    match found.as_slice() {
        [(id, _)] => Ok((*id).clone()),
        [] => Err(ApiError {
            code: Code::NotFound,
            message: format!("The record has no item «{words}»."),
            hint: format!("`countersign record show {}` lists the items with their ids.", view.number),
        }),
        several => Err(ApiError {
            code: Code::Usage,
            message: format!("{} items begin with «{words}».", several.len()),
            hint: format!("Use an id: {}.", ids(several)),
        }),
    }
}

/// One of these items, by its id or the beginning of its words.
pub fn item_among(view: &View, among: &[ItemId], words: &str) -> Result<ItemId, ApiError> {
    let plain = words.to_lowercase();
    let labelled = |found: &dyn Fn(&str) -> bool| {
        let mut matching = among.iter().filter(|id| found(&view.label(id).to_lowercase()));
        matching.next().filter(|_| matching.next().is_none())
    };
    let by_id = among.iter().find(|id| id.as_str() == words);
    let found =
        by_id.or_else(|| labelled(&|label| label == plain)).or_else(|| labelled(&|label| label.starts_with(&plain)));
    found.cloned().ok_or_else(|| ApiError {
        code: Code::NotFound,
        message: format!("«{words}» names none of the round's items, or several."),
        hint: format!(
            "They are: {}.",
            among.iter().map(|id| format!("{} ({id})", view.label(id))).collect::<Vec<_>>().join(", ")
        ),
    })
}

fn ids(items: &[&(&ItemId, &str)]) -> String {
    items.iter().take(8).map(|(id, label)| format!("{id} ({label})")).collect::<Vec<_>>().join(", ")
}

/// A probe by its id or name.
pub fn probe(view: &View, words: &str) -> Result<ProbeId, ApiError> {
    let mut offers = view.offers().chain(&view.latency_probes);
    let found = offers.find(|offer| offer.id.0 == words || offer.name.eq_ignore_ascii_case(words));
    found.map(|offer| offer.id.clone()).ok_or_else(|| ApiError {
        code: Code::NotFound,
        message: format!("The checklist offers no probe «{words}»."),
        hint: format!("`countersign record show {}` lists the probes.", view.number),
    })
}

/// A checklist: a file if there is one, or a shipped one by its name.
pub async fn checklist(engine: Option<&Engine>, file: &Path) -> Result<ChecklistSource, ApiError> {
    let name = file.to_string_lossy();
    let shipped = countersign_engine::shipped_checklists()
        .find(|known| *known == name || known.strip_suffix(".md") == Some(&name));
    if let Some(name) = shipped.filter(|_| !file.exists()) {
        return Ok(ChecklistSource::Shipped { name: name.to_owned() });
    }
    if !file.exists()
        && let (Some(engine), Ok(sha256)) = (engine, name.parse())
        && engine.overview(Overview {}).await?.checklists.iter().any(|kept| kept.sha256 == sha256)
    {
        return Ok(ChecklistSource::Kept { sha256 });
    }
    Ok(ChecklistSource::File { path: name.into_owned() })
}

/// Who is at the keyboard: as named, as set in the environment or the app, or the login name.
pub async fn person(engine: &Engine, named: Option<&str>) -> Result<Person, ApiError> {
    let named =
        named.map(Person::from).or_else(|| std::env::var("COUNTERSIGN_PERSON").ok().map(|name| name.as_str().into()));
    let person = match named {
        Some(person) => Some(person),
        None => engine.overview(Overview {}).await?.person,
    };
    let login = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let person = person.or_else(|| login().map(|name| name.as_str().into())).filter(|person| !person.0.is_empty());
    person.ok_or_else(|| ApiError {
        code: Code::Usage,
        message: "It is not known who is writing.".to_owned(),
        hint: "Say it with --person NAME, or set COUNTERSIGN_PERSON.".to_owned(),
    })
}
