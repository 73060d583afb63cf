//! Gates with what they looked at and who decided; triggers, the way back, and what an emergency left out.

use super::compose::{column, heading};
use super::model::{Block, Span, Style, Text, plain};
use crate::condition::Outcome;
use crate::record::{
    Decided, Gate, View, Way, alarms, gates, obligations, points_of_no_return, skipped_controls, stages,
};
use crate::time::duration_words;

/// Appends the sections, as far as there is something to say; as of the record's last event.
pub(super) fn blocks(view: &View, blocks: &mut Vec<Block>) {
    let gates = gates(view, view.last_at);
    if !gates.is_empty() {
        blocks.push(heading(1, "Gates"));
        stage_table(view, blocks);
        gates.iter().for_each(|gate| of_gate(view, gate, blocks));
    }
    rollback(view, blocks);
    emergency(view, blocks);
}

fn stage_table(view: &View, blocks: &mut Vec<Block>) {
    let rows: Vec<_> = stages(view)
        .iter()
        .map(|stage| vec![plain(&stage.title), plain(format!("{}%", stage.traffic)), plain(stage.standing.words())])
        .collect();
    if !rows.is_empty() {
        let columns = vec![column("Stage", 60), column("Traffic", 15), column("Standing", 25)];
        blocks.push(Block::Table { columns, rows });
    }
}

fn of_gate(view: &View, gate: &Gate, blocks: &mut Vec<Block>) {
    let title = if gate.label.is_empty() { &gate.stage } else { &gate.label };
    blocks.push(heading(2, title));
    let of_gate: Vec<_> =
        view.conduct.decisions.iter().filter(|decided| decided.gate.as_ref() == Some(&gate.item)).collect();
    for decided in &of_gate {
        blocks.push(Block::Paragraph { text: decision(decided) });
    }
    // What was seen is part of the decision; what stands now matters only where nobody has decided.
    if let Some(last) = of_gate.last() {
        let rows: Vec<_> = last.saw.iter().map(|saw| vec![plain(saw)]).collect();
        if !rows.is_empty() {
            blocks.push(Block::Table { columns: vec![column("Looked at", 100)], rows });
        }
        return;
    }
    let proposed = Span::new(gate.proposed.words(), way_style(gate.proposed));
    let because = Span::plain(format!(" is proposed: {}", gate.because.join(" ")));
    blocks.push(Block::Paragraph { text: vec![Span::plain("Not decided; "), proposed, because] });
    let rows: Vec<_> = gate
        .criteria
        .iter()
        .map(|of| {
            let style = match of.outcome {
                Outcome::Met => Style::Good,
                Outcome::NotMet => Style::Bad,
                Outcome::Unknown => Style::Unsure,
            };
            vec![vec![Span::new(of.outcome.words(), style)], plain(&of.label), plain(&of.shown)]
        })
        .collect();
    if !rows.is_empty() {
        let columns = vec![column("Criterion", 14), column("Of", 46), column("Value", 40)];
        blocks.push(Block::Table { columns, rows });
    }
}

fn way_style(way: Way) -> Style {
    match way {
        Way::Proceed => Style::Good,
        Way::Hold => Style::Unsure,
        Way::RollBack => Style::Bad,
    }
}

fn decision(decided: &Decided) -> Text {
    let mut text = vec![
        Span::new(decided.by.to_string(), Style::Strong),
        Span::plain(" decided: "),
        Span::new(decided.way.words(), way_style(decided.way)),
    ];
    if decided.is_override() {
        let proposed = decided.proposed.map_or("nothing that is known", Way::words);
        text.push(Span::new(format!(", although {proposed} was proposed"), Style::Unsure));
    }
    text.extend(decided.reason.as_ref().map(|reason| Span::plain(format!(": {reason}"))));
    text.push(Span::new(format!(" · {}", decided.at.for_people()), Style::Quiet));
    text
}

fn rollback(view: &View, blocks: &mut Vec<Block>) {
    let alarms = alarms(view);
    let whole: Vec<_> = view.conduct.decisions.iter().filter(|decided| decided.gate.is_none()).collect();
    let owed = obligations(view);
    let stays = if view.rolls_back() { points_of_no_return(view) } else { Vec::new() };
    if alarms.is_empty() && whole.is_empty() && owed.is_empty() && stays.is_empty() {
        return;
    }
    blocks.push(heading(1, "Rollback"));
    for alarm in &alarms {
        let mut text = vec![
            Span::new(alarm.label.clone(), Style::Bad),
            Span::plain(format!(": {} at {}", alarm.tripped.shown, alarm.tripped.at.for_people())),
        ];
        text.push(match &alarm.decided {
            Some(decided) => {
                let after = duration_words(decided.at.since(alarm.tripped.at));
                Span::plain(format!("; decided {after} later by {}: {}", decided.by, decided.way.words()))
            }
            None => Span::new("; nothing was decided since", Style::Unsure),
        });
        blocks.push(Block::Paragraph { text });
    }
    blocks.extend(whole.into_iter().map(|decided| Block::Paragraph { text: decision(decided) }));
    for (item, what, since) in stays {
        let text = plain(format!("No way back from «{}», done {}: {what}.", view.label(&item), since.for_people()));
        blocks.push(Block::Paragraph { text });
    }
    if !owed.is_empty() {
        let rows = owed.iter().map(|owed| {
            let late = owed.is_overdue(view.last_at);
            let settled = owed.settled.map_or_else(|| "open".to_owned(), |at| at.for_people());
            let style = if late { Style::Bad } else { Style::Plain };
            vec![plain(&owed.label), plain(owed.due.for_people()), vec![Span::new(settled, style)]]
        });
        let columns = vec![column("Owed", 50), column("Due", 25), column("Done", 25)];
        blocks.push(Block::Table { columns, rows: rows.collect() });
    }
}

fn emergency(view: &View, blocks: &mut Vec<Block>) {
    let Some(emergency) = &view.conduct.emergency else { return };
    blocks.push(heading(1, "Emergency"));
    blocks.push(Block::Paragraph {
        text: vec![
            Span::new(emergency.reason.clone(), Style::Strong),
            Span::plain(format!(
                " · declared by {}, {}; to be reviewed until {}.",
                emergency.by,
                emergency.at.for_people(),
                emergency.review_due.for_people()
            )),
        ],
    });
    let rows: Vec<_> = skipped_controls(view)
        .into_iter()
        .map(|skipped| {
            let by = skipped.by.map(|by| by.to_string()).unwrap_or_default();
            vec![plain(skipped.control), plain(skipped.how), plain(by)]
        })
        .collect();
    if !rows.is_empty() {
        let columns = vec![column("Control that was skipped", 42), column("How", 40), column("By", 18)];
        blocks.push(Block::Table { columns, rows });
    }
}
