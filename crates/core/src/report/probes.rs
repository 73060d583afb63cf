//! What the probes measured, with their evidence.

use super::compose::{column, heading};
use super::model::{Block, Span, Style, Text, plain};
use crate::condition::Outcome;
use crate::record::{Observation, ProbeEvent, ProbeResult, ProbeRun, View};

/// Appends a section with every run of every probe; nothing if there was none.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    if view.probes.is_empty() {
        return;
    }
    blocks.push(heading(1, "Probes"));
    for (probe, runs) in &view.probes {
        let offer = view.template.probes.iter().find(|offer| offer.id == *probe);
        blocks.push(heading(2, offer.map_or(probe.0.as_str(), |offer| offer.name.as_str())));
        let columns = vec![column("Due", 18), column("Ran", 18), column("Outcome", 14), column("What was found", 50)];
        blocks.push(Block::Table { columns, rows: runs.iter().map(row).collect() });
        let last = runs.iter().rev().find_map(|run| match &run.what {
            ProbeEvent::Ran { observation } => Some(observation),
            ProbeEvent::NotExecuted { .. } => None,
        });
        if let Some(observation) = last {
            evidence(observation, blocks);
        }
    }
}

fn row(run: &ProbeRun) -> Vec<Text> {
    let quiet = |text: String| vec![Span::new(text, Style::Quiet)];
    let mut row = match &run.what {
        ProbeEvent::NotExecuted { due, reason } => vec![
            quiet(due.for_people()),
            quiet("—".to_owned()),
            vec![Span::new("not executed (offline)", Style::Unsure)],
            plain(reason),
        ],
        ProbeEvent::Ran { observation } => {
            let style = match observation.outcome {
                Outcome::Met => Style::Good,
                Outcome::NotMet => Style::Bad,
                Outcome::Unknown => Style::Unsure,
            };
            vec![
                quiet(observation.due.for_people()),
                quiet(observation.at.for_people()),
                vec![Span::new(observation.outcome.to_string(), style)],
                plain(observation.summary()),
            ]
        }
    };
    if let (Some(judged), Some(found)) = (&run.judged, row.last_mut()) {
        let word = if judged.accepted { "accepted" } else { "disputed" };
        let reason = judged.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        found.push(Span::new(format!(" · {word} by {}{reason}", judged.by), Style::Unsure));
    }
    row
}

fn evidence(observation: &Observation, blocks: &mut Vec<Block>) {
    let mut rows = vec![("Asked".to_owned(), plain(format!("{} {}", observation.method, observation.url)))];
    match &observation.result {
        ProbeResult::Failed { message, after_ms, .. } => {
            rows.push(("Came".to_owned(), plain(format!("{message} (after {after_ms} ms)"))));
        }
        ProbeResult::Answered(answer) => {
            let address = answer.address.as_ref().map(|address| format!(" from {address}")).unwrap_or_default();
            rows.push((
                "Came".to_owned(),
                plain(format!(
                    "{} {}{address}, head after {} ms, all after {} ms",
                    answer.version, answer.status, answer.head_ms, answer.total_ms
                )),
            ));
            let cut = if answer.body_cut { ", cut at the limit" } else { "" };
            rows.push((
                "Body".to_owned(),
                vec![
                    Span::plain(format!("{} bytes{cut}, SHA-256 ", answer.body_size)),
                    Span::new(answer.body_sha256.to_string(), Style::Code),
                ],
            ));
        }
    }
    for condition in &observation.conditions {
        rows.push(("Expected".to_owned(), plain(&condition.shown)));
    }
    blocks.push(Block::Facts { rows });
    if let ProbeResult::Answered(answer) = &observation.result
        && !answer.excerpt.trim().is_empty()
    {
        blocks.push(Block::Code { text: answer.excerpt.trim_end().to_owned() });
    }
}
