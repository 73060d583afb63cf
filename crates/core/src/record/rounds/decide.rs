//! May this round be taken, may that one be called missed: decided without a clock, for the time that is passed in.

use super::{Cause, RoundPlan, Slot, SlotState, slots};
use crate::id::ItemId;
use crate::record::answer::{Answer, Person};
use crate::record::decide::fitting;
use crate::record::event::Body;
use crate::record::refusal::Refusal;
use crate::record::view::View;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A round as somebody wants it kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The section that states the schedule.
    pub section: usize,
    /// Which slot, from 1; none: the one that is open now.
    pub number: Option<u32>,
    /// What was observed.
    pub values: BTreeMap<ItemId, Answer>,
    /// Who looked, if somebody else than the writer.
    pub by: Option<Person>,
    /// Why late, or why changed.
    pub reason: Option<String>,
}

/// Why a round was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoundRefused {
    /// The section has no schedule.
    #[error("Section {0} has no rounds.")]
    NoRounds(usize),
    /// T0 has not come.
    #[error("Rounds count from the deployment, and that is not ticked yet.")]
    NotStarted,
    /// There is no slot of that number.
    #[error("«{title}» has {most} rounds, none of number {number}.")]
    NoSlot {
        /// The section.
        title: String,
        /// How many it has.
        most: usize,
        /// The number.
        number: u32,
    },
    /// Nothing is due.
    #[error("No round of «{title}» can be taken now{}.", next.map(|next| format!("; the next is due {}", next.for_people())).unwrap_or_default())]
    NotDue {
        /// The section.
        title: String,
        /// The next due time.
        next: Option<Timestamp>,
    },
    /// The item is none of the round's.
    #[error("«{label}» is not entered in the rounds of «{title}».")]
    NotOfRound {
        /// The item.
        label: String,
        /// The section.
        title: String,
    },
    /// It is late, and nobody says why.
    #[error("Round {number} was due {}: late needs a reason.", due.for_people())]
    LateNeedsReason {
        /// Which.
        number: u32,
        /// When it was due.
        due: Timestamp,
    },
    /// Something else was entered for it before.
    #[error("Round {number} has other values already: a change needs a reason.")]
    ChangeNeedsReason {
        /// Which.
        number: u32,
    },
    /// It is not over, or it was taken, or it is called missed already.
    #[error("Round {number} was not missed.")]
    NotMissed {
        /// Which.
        number: u32,
    },
}

impl RoundRefused {
    /// What to do instead.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoRounds(_) | Self::NoSlot { .. } => "`record rounds` lists the sections and their rounds.",
            Self::NotStarted => "Tick the deployment first; its tick is T0.",
            Self::NotDue { .. } => "A round can be taken from a quarter of its interval before it is due.",
            Self::NotOfRound { .. } => "Answer it as an item of the checklist.",
            Self::LateNeedsReason { .. } | Self::ChangeNeedsReason { .. } => {
                "Say why, in a few words; the auditor will read it."
            }
            Self::NotMissed { .. } => "Look at the rounds again.",
        }
    }
}

fn plan(view: &View, section: usize, now: Timestamp) -> Result<(RoundPlan, Vec<Slot>), RoundRefused> {
    let mut all = slots(view, now);
    let at = all.iter().position(|of| of.plan.section == section).ok_or(RoundRefused::NoRounds(section))?;
    if view.rounds.anchor.is_none() {
        return Err(RoundRefused::NotStarted);
    }
    let of = all.swap_remove(at);
    Ok((of.plan, of.slots))
}

fn slot<'s>(
    plan: &RoundPlan,
    slots: &'s [Slot],
    number: Option<u32>,
    now: Timestamp,
) -> Result<&'s Slot, RoundRefused> {
    let title = || plan.title.clone();
    let next = || slots.iter().find(|slot| slot.state == SlotState::Upcoming).map(|slot| slot.due);
    match number {
        Some(number) => {
            let found = slots.iter().find(|slot| slot.number == number);
            let found = found.ok_or_else(|| RoundRefused::NoSlot { title: title(), most: slots.len(), number })?;
            if found.state == SlotState::Upcoming {
                Err(RoundRefused::NotDue { title: title(), next: Some(found.due) })
            } else {
                Ok(found)
            }
        }
        None => {
            let open = slots.iter().find(|slot| slot.opens <= now && now < slot.closes);
            open.ok_or_else(|| RoundRefused::NotDue { title: title(), next: next() })
        }
    }
}

/// Decides whether a round is kept.
pub(in crate::record) fn take(view: &View, entry: Entry, now: Timestamp) -> Result<Body, Refusal> {
    let Entry { section, number, values, by, reason } = entry;
    let (plan, slots) = plan(view, section, now)?;
    let slot = slot(&plan, &slots, number, now)?;
    let (number, due) = (slot.number, slot.due);
    let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    let mut fitted = BTreeMap::new();
    for (item, answer) in values {
        if !plan.items.contains(&item) {
            return Err(RoundRefused::NotOfRound { label: view.label(&item), title: plan.title }.into());
        }
        let answer = fitting(view, &item, answer)?;
        if answer.needs_reason() && reason.is_none() {
            return Err(Refusal::ReasonNeeded { state: answer.state().word() });
        }
        fitted.insert(item, answer);
    }
    if fitted.is_empty() {
        return Err(Refusal::Empty);
    }
    let first = view.rounds.of_slot(section, number).next().is_none();
    let changes = fitted.iter().any(|(item, answer)| {
        view.rounds.value(section, number, item).is_some_and(|entered| entered.answer != *answer)
    });
    if reason.is_none() && first && now > slot.on_time_until {
        return Err(RoundRefused::LateNeedsReason { number, due }.into());
    }
    if reason.is_none() && changes {
        return Err(RoundRefused::ChangeNeedsReason { number }.into());
    }
    Ok(Body::RoundTaken { section, number, due, values: fitted, by: by.filter(|by| !by.0.is_empty()), reason })
}

/// Decides whether a slot is called missed.
pub(in crate::record) fn miss(
    view: &View,
    (section, number): (usize, u32),
    (cause, evidence): (Cause, String),
    now: Timestamp,
) -> Result<Body, Refusal> {
    let (plan, slots) = plan(view, section, now)?;
    let slot = slot(&plan, &slots, Some(number), now)?;
    match slot.state {
        SlotState::Missed { cause: None } => Ok(Body::RoundMissed { section, number, due: slot.due, cause, evidence }),
        _ => Err(RoundRefused::NotMissed { number }.into()),
    }
}
