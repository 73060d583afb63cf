//! Required evidence: that what was ticked has the kinds of evidence that the checklist asks for, and that it is fresh.
//!
//! `evidence screenshot, log within 10 min` in an annotation: a picture, and a log that was added within 10 minutes of the tick.
//! Known kinds are screenshot, log, link, file, probe and note; any other word takes any file.

use super::super::answer::State;
use super::super::probed::ProbeEvent;
use super::super::view::{ItemView, View};
use super::{Duty, DutyKind, Standing};
use crate::checklist::Item;
use crate::condition::quantity::Quantity;
use crate::time::{Timestamp, duration_words};

/// What is missing of the items that are done.
pub(super) fn missing(view: &View) -> Vec<Duty> {
    let asked = view.template.items.iter().filter(|item| !item.evidence.is_empty());
    asked.flat_map(|item| of_item(view, item)).collect()
}

fn of_item(view: &View, item: &Item) -> Vec<Duty> {
    let entered = view.item(&item.id);
    let Some(last) = entered.answers.last().filter(|_| entered.state == State::Done) else { return Vec::new() };
    let lack = |asked: &String| {
        let (kind, within) = Kind::read(asked);
        let times = kind.found(view, item, entered);
        let why = match (times.is_empty(), within) {
            (true, _) => "there is none".to_owned(),
            (false, None) => return None,
            (false, Some(within)) => {
                let distance = |at: &Timestamp| at.since(last.at).saturating_abs();
                let nearest = times.iter().map(distance).min().filter(|nearest| *nearest > within)?;
                format!("the nearest is {} away from the tick", duration_words(nearest))
            }
        };
        let detail = format!("«{}» asks for {asked}, and {why}.", item.label);
        Some(Duty {
            item: Some(item.id.clone()),
            by: Some(last.by.clone()),
            at: Some(last.at),
            ..Duty::new(DutyKind::Evidence, format!("evidence: {asked}"), Standing::Broken, detail)
        })
    };
    item.evidence.iter().filter_map(lack).collect()
}

enum Kind {
    Picture,
    Text,
    Link,
    Probe,
    Note,
    File,
}

impl Kind {
    /// The kind, and how fresh it must be in milliseconds.
    fn read(asked: &str) -> (Self, Option<i64>) {
        let lower = asked.to_lowercase();
        let (kind, within) = lower.split_once(" within ").unwrap_or((&lower, ""));
        let kind = match kind.trim() {
            "screenshot" | "picture" | "photo" | "image" => Self::Picture,
            "log" | "output" | "command output" | "text" => Self::Text,
            "link" | "url" => Self::Link,
            "probe" => Self::Probe,
            "note" => Self::Note,
            _ => Self::File,
        };
        (kind, duration(within))
    }

    /// When each piece of evidence of this kind was added.
    fn found(&self, view: &View, item: &Item, entered: &ItemView) -> Vec<Timestamp> {
        let files = |fits: &dyn Fn(&str, &str) -> bool| {
            let fitting = entered.files.iter().filter(|file| fits(&file.file.media_type, &file.file.name));
            fitting.map(|file| file.at).collect::<Vec<_>>()
        };
        let notes = |fits: &dyn Fn(&str) -> bool| {
            entered.notes.iter().filter(|note| fits(&note.text)).map(|note| note.at).collect::<Vec<_>>()
        };
        match self {
            Self::Picture => files(&|media, _| media.starts_with("image/") || media == "application/pdf"),
            Self::Text => files(&|media, name| {
                media.starts_with("text/") || media == "application/json" || name.ends_with(".log")
            }),
            Self::Link => {
                let mut found = notes(&|text| text.contains("http://") || text.contains("https://"));
                found.extend(entered.links.iter().map(|link| link.at));
                found
            }
            Self::Note => notes(&|_| true),
            Self::File => files(&|_, _| true),
            Self::Probe => {
                let runs = view.probes.values().flatten();
                let ran = runs.filter(|run| match &run.what {
                    ProbeEvent::Ran { observation } => observation.item.as_ref() == Some(&item.id),
                    ProbeEvent::NotExecuted { .. } => false,
                });
                ran.map(|run| run.at).collect()
            }
        }
    }
}

/// A length of time such as «10 min», in milliseconds.
pub(super) fn duration(words: &str) -> Option<i64> {
    use crate::condition::quantity::{TimeUnit, Unit};
    let quantity: Quantity = words.trim().parse().ok()?;
    let millis = quantity.convert(Unit::Time(TimeUnit::Millisecond))?;
    millis.amount.trunc().to_string().parse().ok()
}
