//! What the events of rounds come to in the view.

use super::{Anchor, Cause, Entered, Missed, Taken};
use crate::id::ItemId;
use crate::record::answer::{Answer, Person, State};
use crate::record::log::Entry;
use crate::record::view::{Given, View, covered};
use crate::time::Timestamp;
use crate::tree;
use std::collections::BTreeMap;

impl View {
    /// Sets T0 at the deploy tick. It moves with a tick that is taken back and given anew, until the first round.
    pub(in crate::record) fn anchor_rounds(&mut self, entry: &Entry, item: &ItemId) {
        if self.conduct.deployment.as_ref() != Some(item) {
            return;
        }
        let begun = !(self.rounds.taken.is_empty() && self.rounds.missed.is_empty());
        let done = self.item(item).state == State::Done;
        if done && self.rounds.anchor.is_none() {
            let (event, at, jumps) = (entry.id, entry.event.at, self.clock_jumps.len());
            self.rounds.anchor = Some(Anchor { event, at, jumps });
        } else if !done && !begun {
            self.rounds.anchor = None;
        }
    }

    pub(in crate::record) fn take_round(
        &mut self,
        entry: &Entry,
        slot: (usize, u32, Timestamp),
        values: &BTreeMap<ItemId, Answer>,
        by: Option<&Person>,
        reason: Option<&String>,
    ) {
        let ((section, number, due), writer) = (slot, &entry.event.author.person);
        let who = by.unwrap_or(writer).clone();
        let written_by = (who != *writer).then(|| writer.clone());
        let entered =
            values.iter().map(|(item, answer)| (item.clone(), Entered { answer: answer.clone(), verdict: None }));
        let (event, at) = (entry.id, entry.event.at);
        let taken = Taken {
            event,
            at,
            by: who.clone(),
            written_by: written_by.clone(),
            section,
            number,
            due,
            values: tree::map(entered),
            reason: reason.cloned(),
        };
        for (signed, changes) in covered(&mut self.sign_offs, &mut self.asked) {
            let corrected = self.rounds.of_slot(section, number).find(|known| signed.rounds.contains(&known.event));
            changes.extend(corrected.map(|known| crate::record::Change {
                item: None,
                label: format!("Round {number}, due {}", known.due.for_people()),
                then: "as signed".to_owned(),
                now: "changed".to_owned(),
            }));
        }
        // All values stand before any is judged: a limit may compare two of them.
        self.rounds.taken.push(taken);
        for (id, answer) in values {
            let given = Given {
                event,
                seq: self.events,
                at,
                by: who.clone(),
                written_by: written_by.clone(),
                answer: answer.clone(),
                reason: reason.cloned(),
                of_round: true,
                aside: None,
            };
            let item = self.items.entry(id.clone()).or_default();
            item.state = answer.state();
            item.text = answer.text().map(str::to_owned);
            item.stale = None;
            item.answers.push(given);
        }
        let verdicts: Vec<_> =
            values.iter().map(|(id, answer)| (id, answer.text().and_then(|text| self.judge(id, text)))).collect();
        for (id, verdict) in verdicts {
            if let Some(item) = self.items.get_mut(id) {
                item.verdict.clone_from(&verdict);
            }
            if let Some(entered) = self.rounds.taken.last_mut().and_then(|taken| taken.values.get_mut(id)) {
                entered.verdict = verdict;
            }
        }
    }

    pub(in crate::record) fn miss_round(
        &mut self,
        at: Timestamp,
        (section, number, due): (usize, u32, Timestamp),
        (cause, evidence): (Cause, &str),
    ) {
        self.rounds.missed.push(Missed { at, section, number, due, cause, evidence: evidence.to_owned() });
    }
}
