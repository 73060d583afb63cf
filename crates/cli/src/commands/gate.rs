//! `countersign record gate`: what is proposed and why, what stands around it, and the decision of a person.

use super::find;
use crate::args::{Record, WayArg};
use crate::{Exit, Output};
use countersign_core::api::{Act, ApiError, Overview};
use countersign_core::id::ItemId;
use countersign_core::record::{
    Gate, Intent, Person, View, Way, alarms, gates, obligations, points_of_no_return, skipped_controls, stages,
};
use countersign_core::time::{Timestamp, duration_words};
use countersign_engine::Engine;
use serde_json::json;
use std::fmt::Write as _;

/// Shows, or decides.
pub async fn run(command: Record, engine: &Engine, output: &mut Output) -> Result<Exit, ApiError> {
    let Record::Gate { record, gate, decide, reason, by, who } = command else { return Ok(Exit::Usage) };
    let view = find::record(engine, &record).await?;
    let gate = gate.map(|gate| find_gate(&view, &gate)).transpose()?;
    match decide {
        Some(way) => {
            let way = match way {
                WayArg::Proceed => Way::Proceed,
                WayArg::Hold => Way::Hold,
                WayArg::RollBack => Way::RollBack,
            };
            let person = find::person(engine, who.person.as_deref()).await?;
            let by = by.map(|by| Person::from(by.as_str()));
            let intent = Intent::Decide { gate, way, by, reason };
            let written = engine.act(Act { record: view.id, person, intent }).await?;
            super::record::committed(&written, output)?;
        }
        None => {
            let now = engine.overview(Overview {}).await?.now;
            show(&view, gate.as_ref(), now, output)?;
        }
    }
    Ok(Exit::Done)
}

/// A gate by its id, or by the beginning of the words of it or of its stage.
fn find_gate(view: &View, words: &str) -> Result<ItemId, ApiError> {
    let begins = |text: &str| text.to_lowercase().starts_with(&words.to_lowercase());
    let all = gates(view, view.last_at);
    let known: Vec<_> = all.iter().filter(|gate| begins(&gate.label) || begins(&gate.stage)).collect();
    match (all.iter().find(|gate| gate.item.as_str() == words), known.as_slice()) {
        (Some(gate), _) => Ok(gate.item.clone()),
        (None, [gate]) => Ok(gate.item.clone()),
        _ => find::item(view, words),
    }
}

fn show(view: &View, only: Option<&ItemId>, now: Timestamp, output: &mut Output) -> Result<(), ApiError> {
    let mut gates = gates(view, now);
    gates.retain(|gate| only.is_none_or(|only| gate.item == *only));
    let object = json!({
        "gates": gates,
        "stages": stages(view),
        "alarms": alarms(view),
        "matrix": view.conduct.matrix,
        "points_of_no_return": points_of_no_return(view),
        "obligations": obligations(view),
        "emergency": view.conduct.emergency,
        "skipped_controls": skipped_controls(view),
    });
    output.result(&object, || words(view, &gates, now))
}

fn words(view: &View, gates: &[Gate], now: Timestamp) -> String {
    let mut words = String::new();
    for stage in stages(view) {
        let _ = writeln!(words, "stage  {:>5}%  {:<12} {}", stage.traffic, stage.standing.words(), stage.title);
    }
    for gate in gates {
        let _ = writeln!(words, "gate   {}  {} · {}", gate.item, gate.stage, gate.label);
        for criterion in &gate.criteria {
            let _ =
                writeln!(words, "         {:<8} {}: {}", criterion.outcome.words(), criterion.label, criterion.shown);
        }
        if let Some(soak) = &gate.soak {
            let left =
                soak.left(now).map_or_else(|| "not begun".to_owned(), |left| format!("{} left", duration_words(left)));
            let _ = writeln!(words, "         soak {}: {left}", duration_words(soak.least));
        }
        let _ = writeln!(words, "       proposed: {}. {}", gate.proposed.words(), gate.because.join(" "));
        if let Some(decided) = &gate.decided {
            let reason = decided.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
            let _ = writeln!(
                words,
                "       decided:  {} by {}, {}{reason}",
                decided.way.words(),
                decided.by,
                decided.at.for_people()
            );
        }
    }
    for alarm in alarms(view) {
        let after = alarm.decided.map(|of| {
            format!("; {} by {} {} later", of.way.words(), of.by, duration_words(of.at.since(alarm.tripped.at)))
        });
        let after = after.unwrap_or_else(|| "; not decided".to_owned());
        let _ = writeln!(words, "tripped  {} at {}{after}", alarm.label, alarm.tripped.at.for_people());
    }
    if let Some(row) = &view.conduct.matrix {
        let due = row.due().map(|due| format!(", until {}", due.for_people())).unwrap_or_default();
        let _ = writeln!(words, "matrix   {}: {}{due} ({})", row.name(), row.action(), row.shown);
    }
    for (item, what, _) in points_of_no_return(view) {
        let _ = writeln!(words, "no way back from «{}»: {what}", view.label(&item));
    }
    for owed in obligations(view) {
        let settled = owed.settled.map_or_else(|| "open".to_owned(), |at| format!("done {}", at.for_people()));
        let _ = writeln!(words, "owed     {} until {}: {settled}", owed.label, owed.due.for_people());
    }
    if let Some(emergency) = &view.conduct.emergency {
        let _ = writeln!(
            words,
            "emergency: {} ({}); review until {}",
            emergency.reason,
            emergency.by,
            emergency.review_due.for_people()
        );
        for skipped in skipped_controls(view) {
            let by = skipped.by.map(|by| by.to_string()).unwrap_or_default();
            let _ = writeln!(words, "skipped  {}: {} ({by})", skipped.control, skipped.how);
        }
    }
    if words.is_empty() { "The checklist has no gates.".to_owned() } else { words }
}
