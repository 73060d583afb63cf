//! The people behind the record: what went wrong and who sees to it, and who handed the watch over to whom.

use super::compose::heading;
use super::model::{Block, Span, Style, Text, plain};
use crate::record::{HandedOver, Incident, KnownIncident, Severity, View};

/// Appends incidents and handovers, as far as there are any.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    if !view.incidents.is_empty() {
        blocks.push(heading(1, "Incidents"));
        view.incidents.iter().for_each(|of| incident(of, blocks));
    }
    if !view.handovers.is_empty() {
        blocks.push(heading(1, "Handovers"));
        view.handovers.iter().for_each(|of| handover(view, of, blocks));
    }
}

/// What a copy of the record leaves out, for page 2; none if it is whole.
pub(super) fn left_out(view: &View) -> Option<(String, Text)> {
    let many = match view.left_out {
        0 => return None,
        1 => "1 contact is".to_owned(),
        more => format!("{more} contacts are"),
    };
    let words =
        format!("{many} left out of this copy; the log has the hash of each, and the full record has the words.");
    Some(("Left out".to_owned(), vec![Span::new(words, Style::Unsure)]))
}

fn incident(of: &KnownIncident, blocks: &mut Vec<Block>) {
    let Incident { severity, title, start, end, root_cause, actions } = &of.incident;
    blocks.push(heading(2, format!("{}. {title}", of.number)));
    let style = if *severity == Severity::Minor { Style::Unsure } else { Style::Bad };
    let unsure = |words: &str| vec![Span::new(words, Style::Unsure)];
    let mut rows = vec![
        ("Severity".to_owned(), vec![Span::new(severity.word(), style)]),
        ("Since".to_owned(), plain(start.for_people())),
        ("Until".to_owned(), end.map_or_else(|| unsure("not over"), |end| plain(end.for_people()))),
        ("Root cause".to_owned(), root_cause.as_ref().map_or_else(|| unsure("not known"), plain)),
    ];
    rows.extend(actions.iter().map(|action| ("Action".to_owned(), plain(Incident::action_words(action)))));
    let written = format!("{}, {}; last changed {}", of.by, of.at.for_people(), of.changed.for_people());
    rows.push(("Written down by".to_owned(), vec![Span::new(written, Style::Quiet)]));
    blocks.push(Block::Facts { rows });
}

fn handover(view: &View, of: &HandedOver, blocks: &mut Vec<Block>) {
    let baton = &of.signed.baton;
    blocks.push(heading(2, format!("{} to {}", baton.from, baton.to)));
    let taken = match &of.taken {
        Some((at, by)) => plain(format!("{} by {by}", at.for_people())),
        None => vec![Span::new("by nobody", Style::Unsure)],
    };
    let mut rows = vec![
        ("Handed over".to_owned(), plain(format!("{}, signed by {}", baton.at.for_people(), baton.from))),
        ("Taken over".to_owned(), taken),
        ("What was open".to_owned(), plain(baton.words())),
    ];
    let labels: Vec<_> = baton.open.iter().take(MOST_ITEMS).map(|item| view.label(item)).collect();
    if !labels.is_empty() {
        let more = baton.open.len().saturating_sub(MOST_ITEMS);
        let more = if more == 0 { String::new() } else { format!("; and {more} more, in the log") };
        rows.push(("Items".to_owned(), plain(format!("{}{more}", labels.join("; ")))));
    }
    if !baton.notes.is_empty() {
        rows.push(("Notes".to_owned(), plain(&baton.notes)));
    }
    rows.push(("Certificate".to_owned(), vec![Span::new(baton.certificate.to_string(), Style::Code)]));
    blocks.push(Block::Facts { rows });
}

/// As many open items as stand in the report by their words.
const MOST_ITEMS: usize = 30;
