//! What the probes measured, with their evidence.

use super::compose::{column, heading};
use super::model::{Block, Span, Style, Text, plain};
use crate::condition::Outcome;
use crate::record::{AddedProbes, Exchange, Observation, ProbeEvent, ProbeRun, View, millis};

/// Appends a section with every run of every probe; nothing if there was none.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    if view.probes.is_empty() && view.added_probes.is_empty() {
        return;
    }
    blocks.push(heading(1, "Probes"));
    view.added_probes.iter().for_each(|added| on_the_spot(added, blocks));
    for (probe, runs) in &view.probes {
        let offer = view.offer(probe);
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

/// Probes that the checklist does not have: where they come from, and what of that did not fit.
fn on_the_spot(added: &AddedProbes, blocks: &mut Vec<Block>) {
    let from =
        vec![Span::plain(format!("{}, SHA-256 ", added.source)), Span::new(added.sha256.to_string(), Style::Code)];
    let mut rows = vec![
        ("Added on the spot".to_owned(), plain(format!("{} probes", added.probes.len()))),
        ("From".to_owned(), from),
        ("By".to_owned(), plain(format!("{}, {}", added.by, added.at.for_people()))),
    ];
    rows.extend(added.left.iter().map(|left| ("Did not fit".to_owned(), plain(left))));
    blocks.push(Block::Facts { rows });
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
            let style = style(observation.outcome);
            vec![
                quiet(observation.due.for_people()),
                quiet(observation.at.for_people()),
                vec![Span::new(observation.outcome.to_string(), style)],
                plain(observation.summary()),
            ]
        }
    };
    if let (Some(judged), Some(found)) = (&run.judged, row.last_mut()) {
        found.push(Span::new(format!(" · {}", judged.words()), Style::Unsure));
    }
    row
}

/// Each exchange with its addresses, encryption, times and answer, then what was measured and what was expected.
fn evidence(observation: &Observation, blocks: &mut Vec<Block>) {
    let mut rows = vec![("Asked".to_owned(), plain(&observation.asked))];
    if let [only] = observation.exchanges.as_slice() {
        exchange(only, &mut rows);
        judged(observation, &mut rows);
        blocks.push(Block::Facts { rows });
        return excerpt(only, blocks);
    }
    for each in &observation.exchanges {
        rows.push(("Exchange".to_owned(), vec![Span::new(&each.asked, Style::Strong)]));
        exchange(each, &mut rows);
    }
    judged(observation, &mut rows);
    blocks.push(Block::Facts { rows });
    observation.exchanges.iter().for_each(|each| excerpt(each, blocks));
}

fn exchange(of: &Exchange, rows: &mut Vec<(String, Text)>) {
    let failed = of.failed.map(|phase| format!(" ({})", phase.words())).unwrap_or_default();
    rows.push(("Came".to_owned(), plain(format!("{}{failed}", of.came))));
    let resolved = of.resolved.join(", ");
    let address = match &of.address {
        Some(address) if of.resolved.len() > 1 => format!("{address}, of {resolved}"),
        Some(address) => address.clone(),
        None => resolved,
    };
    if !address.is_empty() {
        rows.push(("Address".to_owned(), plain(address)));
    }
    for (name, value) in &of.tls {
        rows.push((format!("TLS {name}"), vec![Span::new(value, Style::Code)]));
    }
    let mut times: Vec<_> = of.times.iter().map(|(phase, us)| format!("{} {}", phase.words(), millis(*us))).collect();
    times.push(format!("in all {}", millis(of.total_us)));
    rows.push(("Times".to_owned(), plain(times.join(" · "))));
    for (name, value) in &of.headers {
        rows.push((name.clone(), plain(value)));
    }
    if let (Some(size), Some(digest)) = (of.body_size, &of.body_sha256) {
        let cut = if of.body_cut { ", cut at the limit" } else { "" };
        let size = Span::plain(format!("{size} bytes{cut}, SHA-256 "));
        rows.push(("Body".to_owned(), vec![size, Span::new(digest.to_string(), Style::Code)]));
    }
}

fn judged(observation: &Observation, rows: &mut Vec<(String, Text)>) {
    let measured: Vec<_> = observation.facts.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if !measured.is_empty() {
        rows.push(("Measured".to_owned(), plain(measured.join(" · "))));
    }
    for condition in &observation.conditions {
        let style = style(condition.outcome);
        let shown = Span::plain(format!("{} ", condition.shown));
        rows.push(("Expected".to_owned(), vec![shown, Span::new(condition.outcome.to_string(), style)]));
    }
    if let Some(need) = &observation.needs {
        rows.push(("Not allowed".to_owned(), plain(&need.host)));
    }
}

fn excerpt(of: &Exchange, blocks: &mut Vec<Block>) {
    if !of.excerpt.trim().is_empty() {
        blocks.push(Block::Code { text: of.excerpt.trim_end().to_owned() });
    }
}

fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Met => Style::Good,
        Outcome::NotMet => Style::Bad,
        Outcome::Unknown => Style::Unsure,
    }
}
