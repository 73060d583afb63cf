//! `countersign record baseline`, `rounds`, `round`: what was measured before the deployment and again and again after it.

use super::{find, record::as_answer};
use crate::args::{Baseline, Round};
use crate::{Exit, Output};
use countersign_core::api::{Act, ApiError, Code, FillBaseline, Overview};
use countersign_core::record::baseline::{comparisons, members, proposals};
use countersign_core::record::rounds::{RoundEntry, RoundSlots, slots};
use countersign_core::record::{Intent, Person, View};
use countersign_core::time::Timestamp;
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

/// Freezes or waives the baseline, or shows where it stands.
pub async fn baseline(command: Baseline, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, &command.record).await?;
    if command.fill {
        let person = find::person(engine, command.who.person.as_deref()).await?;
        engine.fill_baseline(FillBaseline { record: view.id.clone(), person }).await?;
    }
    let view = if command.fill { find::record(engine, &command.record).await? } else { view };
    let intent = match (command.freeze, command.waive) {
        (true, _) => Some(Intent::FreezeBaseline),
        (false, Some(reason)) => Some(Intent::WaiveBaseline { reason }),
        (false, None) => None,
    };
    let view = match intent {
        None => view,
        Some(intent) => {
            let person = find::person(engine, command.who.person.as_deref()).await?;
            engine.act(Act { record: view.id, person, intent }).await?;
            find::record(engine, &command.record).await?
        }
    };
    let of = members(&view.template);
    let items: Vec<_> = of
        .iter()
        .map(|item| json!({ "item": item.id, "label": item.label, "value": view.item(&item.id).text }))
        .collect();
    let (compared, proposed) = (comparisons(&view), proposals(&view));
    let object = json!({
        "items": items,
        "frozen": view.baseline.frozen,
        "waived": view.baseline.waived,
        "corrections": view.baseline.corrections,
        "comparisons": compared,
        "proposals": proposed,
    });
    output.result(&object, || {
        let mut words = match (&view.baseline.frozen, &view.baseline.waived) {
            _ if of.is_empty() => "The checklist has no baseline.\n".to_owned(),
            (Some(frozen), _) => format!("Frozen {} by {}.\n", frozen.at.for_people(), frozen.by),
            (None, Some(waived)) => format!("Waived {} by {}: {}\n", waived.at.for_people(), waived.by, waived.text),
            (None, None) => "Neither frozen nor waived; the deployment cannot be ticked yet.\n".to_owned(),
        };
        for item in &of {
            let value = view.item(&item.id).text.as_deref().unwrap_or("—");
            let _ = writeln!(words, "{:<18} {value:<16} {}", item.id, item.label);
        }
        for found in &compared {
            let _ = writeln!(words, "{:<18} {}: {}", found.item, view.label(&found.item), found.shown);
        }
        for each in &proposed {
            let _ = writeln!(
                words,
                "{:<18} {} → {} proposed: {}",
                each.item,
                view.label(&each.item),
                each.option,
                each.reason
            );
        }
        words
    })?;
    Ok(Exit::Done)
}

/// Lists the rounds of a record and where each stands now.
pub async fn rounds(record: &str, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, record).await?;
    let now = engine.overview(Overview {}).await?.now;
    let all = slots(&view, now);
    let object = json!({ "now": now, "deployed": view.rounds.anchor, "sections": all, "taken": view.rounds.taken, "missed": view.rounds.missed });
    output.result(&object, || words(&view, &all, now))?;
    Ok(Exit::Done)
}

fn words(view: &View, all: &[RoundSlots], now: Timestamp) -> String {
    let mut words = match &view.rounds.anchor {
        _ if all.is_empty() => return "The checklist has no rounds.".to_owned(),
        Some(anchor) => format!("T0 {}, now {}\n", anchor.at.for_people(), now.for_people()),
        None => "The deployment is not ticked yet; rounds count from it.\n".to_owned(),
    };
    for of in all {
        let _ = writeln!(words, "\n{} {} ({})", of.plan.section, of.plan.title, of.plan.words());
        for slot in &of.slots {
            let missed = view
                .rounds
                .missed
                .iter()
                .find(|missed| missed.section == of.plan.section && missed.number == slot.number);
            let cause =
                missed.map(|missed| format!(": {}, {}", missed.cause.words(), missed.evidence)).unwrap_or_default();
            let _ = writeln!(words, "{:>5}  due {}  {}{cause}", slot.number, slot.due.for_people(), slot.state.word());
            for item in &of.plan.items {
                if let Some(entered) = view.rounds.value(of.plan.section, slot.number, item) {
                    let verdict =
                        entered.verdict.as_ref().map(|verdict| format!(" · {}", verdict.outcome)).unwrap_or_default();
                    let _ = writeln!(words, "         {} {}{verdict}", view.label(item), entered.answer);
                }
            }
        }
        if of.slots.is_empty() {
            for item in &of.plan.items {
                let _ = writeln!(words, "       {}", view.label(item));
            }
        }
    }
    words
}

/// Takes a round.
pub async fn round(command: Round, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let view = find::record(engine, &command.record).await?;
    let now = engine.overview(Overview {}).await?.now;
    let of = section(&view, &slots(&view, now), &command.section)?;
    let mut values = std::collections::BTreeMap::new();
    for pair in &command.set {
        let (item, value) = pair.split_once('=').ok_or_else(|| ApiError {
            code: Code::Usage,
            message: format!("«{pair}» is no value."),
            hint: "Write it like --set p95=480 or --set \"Error rate=0.05\".".to_owned(),
        })?;
        let item = find::item_among(&view, &of.plan.items, item.trim())?;
        let answer = as_answer(&view, &item, value.trim());
        values.insert(item, answer);
    }
    let by = command.by.map(|by| Person::from(by.as_str()));
    let round = RoundEntry { section: of.plan.section, number: command.number, values, by, reason: command.reason };
    let person = find::person(engine, command.who.person.as_deref()).await?;
    let written = engine.act(Act { record: view.id, person, intent: Intent::TakeRound { round } }).await?;
    super::record::committed(&written, output)?;
    Ok(Exit::Done)
}

/// A section with rounds: by its index, or by the beginning of its title.
fn section(view: &View, all: &[RoundSlots], words: &str) -> Result<RoundSlots, ApiError> {
    let plain = words.to_lowercase();
    let by_index = words.parse().ok().and_then(|index: usize| all.iter().find(|of| of.plan.section == index));
    let by_title = || {
        let mut found = all.iter().filter(|of| of.plan.title.to_lowercase().starts_with(&plain));
        found.next().filter(|_| found.next().is_none())
    };
    by_index.or_else(by_title).cloned().ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|of| format!("{} ({})", of.plan.section, of.plan.title)).collect();
        ApiError {
            code: Code::NotFound,
            message: format!("«{words}» names no section with rounds, or several."),
            hint: match known.is_empty() {
                true => format!("Record {} has no rounds.", view.number),
                false => format!("There are: {}.", known.join(", ")),
            },
        }
    })
}
