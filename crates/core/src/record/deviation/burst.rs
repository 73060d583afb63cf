//! Bursts: many items ticked within seconds. Nobody has done so much in so little time; the ticks say when it was written down, not
//! when it was done.

use super::lines::Lines;
use super::{Deviation, DeviationKind};
use crate::id::ItemId;
use crate::record::answer::{Answer, Person};
use crate::record::view::{Given, View};
use std::collections::BTreeMap;

/// So many items, at least …
pub const BURST_ITEMS: usize = 8;
/// … within so many seconds are a burst: faster than one in 1.5 s, and longer than a section's last few boxes.
pub const BURST_SECONDS: i64 = 12;

/// The bursts of each person, each as long as it went on.
pub(super) fn bursts(view: &View, lines: &Lines<'_>) -> Vec<Deviation> {
    let mut ticks: BTreeMap<&Person, Vec<(&ItemId, &Given)>> = BTreeMap::new();
    for (id, item) in view.items.iter().filter(|(id, _)| !lines.signed(id)) {
        for given in item.answers.iter().filter(|given| given.answer == Answer::Done && !given.of_round) {
            let writer = given.written_by.as_ref().unwrap_or(&given.by);
            ticks.entry(writer).or_default().push((id, given));
        }
    }
    let mut found = Vec::new();
    for (person, mut ticks) in ticks {
        // The log's order: a clock that was set back reorders nothing.
        ticks.sort_unstable_by_key(|(_, given)| given.seq);
        for burst in of_one(&ticks) {
            let ([(first, from), ..], [.., (_, to)]) = (burst, burst) else { continue };
            let seconds = (to.at.since(from.at).max(0) + 999) / 1000;
            found.push(Deviation {
                kind: DeviationKind::Burst,
                item: Some((*first).clone()),
                label: lines.label(first),
                detail: format!("{} items in {seconds} s", burst.len()),
                by: Some(person.clone()),
                at: Some(from.at),
            });
        }
    }
    found
}

/// Stretches in which every tick belongs to some window of [`BURST_ITEMS`] within [`BURST_SECONDS`].
fn of_one<'t, 'a>(ticks: &'t [(&'a ItemId, &'a Given)]) -> Vec<&'t [(&'a ItemId, &'a Given)]> {
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (at, window) in ticks.windows(BURST_ITEMS).enumerate() {
        let ([(_, first), ..], [.., (_, last)]) = (window, window) else { continue };
        if !(0..=BURST_SECONDS * 1000).contains(&last.at.since(first.at)) {
            continue;
        }
        let end = at + BURST_ITEMS;
        match stretches.last_mut() {
            Some((_, known)) if *known >= at => *known = end,
            _ => stretches.push((at, end)),
        }
    }
    stretches.into_iter().filter_map(|(from, to)| ticks.get(from..to)).collect()
}
