//! Where each slot stands at a point in time.
//!
//! The windows of a section's slots tile the time: each opens a quarter of its interval before it is due, is on time until a
//! quarter after, and ends where the next one opens. At any time one slot at most can be taken without saying why it is late.

use super::{Cause, RoundPlan, Taken, plans};
use crate::record::view::View;
use crate::time::{Timestamp, duration_words};
use serde::{Deserialize, Serialize};

/// The part of its interval by which a round may be early or late: a quarter.
const TOLERANCE: i64 = 4;

/// The slots of one section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoundSlots {
    /// The plan that they are of.
    pub plan: RoundPlan,
    /// In order of time; none before T0.
    pub slots: Vec<Slot>,
}

/// One due round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slot {
    /// From 1.
    pub number: u32,
    /// When it is due, by the clock as it is set now; for a slot that is over, by the clock as it was set then.
    pub due: Timestamp,
    /// From when on it can be taken.
    pub opens: Timestamp,
    /// Until when it is on time.
    pub on_time_until: Timestamp,
    /// When it is over.
    pub closes: Timestamp,
    /// Where it stands.
    pub state: SlotState,
}

/// Where a slot stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SlotState {
    /// Not yet.
    Upcoming,
    /// It can be taken, and is on time.
    Due,
    /// It can still be taken, with a reason.
    Overdue,
    /// Taken on time.
    Taken {
        /// When it was entered.
        at: Timestamp,
    },
    /// Taken late.
    Late {
        /// When it was entered.
        at: Timestamp,
        /// Milliseconds after it was due.
        late_by: i64,
        /// Why.
        reason: Option<String>,
    },
    /// Over, and nobody took it.
    Missed {
        /// Why; none: not written down yet.
        cause: Option<Cause>,
    },
    /// Not due any more: the record was closed before.
    Dropped,
}

impl SlotState {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Upcoming => "upcoming",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Taken { .. } => "taken",
            Self::Late { .. } => "taken late",
            Self::Missed { .. } => "missed",
            Self::Dropped => "not due any more",
        }
    }

    /// It can be taken now.
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Due | Self::Overdue)
    }
}

/// Where all slots stand at `now`, by section. Before T0 there are plans and no slots.
pub fn slots(view: &View, now: Timestamp) -> Vec<RoundSlots> {
    plans(&view.template).into_iter().map(|plan| RoundSlots { slots: of_plan(view, &plan, now), plan }).collect()
}

/// The slot of a section that is open at `now`.
pub fn slot_at(view: &View, plan: &RoundPlan, now: Timestamp) -> Option<Slot> {
    of_plan(view, plan, now).into_iter().find(|slot| slot.opens <= now && now < slot.closes)
}

fn of_plan(view: &View, plan: &RoundPlan, now: Timestamp) -> Vec<Slot> {
    let Some(anchor) = &view.rounds.anchor else { return Vec::new() };
    // Where T0 lies by the clock as it is set now.
    let moved: i64 = view.clock_jumps.iter().skip(anchor.jumps).map(|(_, by)| *by).fold(0, i64::saturating_add);
    let zero = anchor.at.millis().saturating_add(moved);
    let at = |seconds: i64| zero.saturating_add(seconds.saturating_mul(1000));
    let opens = |due: i64, every: i64| at(due).saturating_sub(every.saturating_mul(1000) / TOLERANCE);
    let mut slots = Vec::with_capacity(plan.slots.len());
    for (index, (due, every)) in plan.slots.iter().enumerate() {
        let quarter = every.saturating_mul(1000) / TOLERANCE;
        let next = plan.slots.get(index + 1);
        let closes = next.map_or(at(*due).saturating_add(3 * quarter), |(due, every)| opens(*due, *every));
        let times = [opens(*due, *every), at(*due).saturating_add(quarter), closes].map(Timestamp::from_millis);
        let [opens, on_time_until, closes] = times;
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let due = Timestamp::from_millis(at(*due));
        let mut slot = Slot { number, due, opens, on_time_until, closes, state: SlotState::Upcoming };
        settle(view, plan.section, &mut slot, quarter, now);
        slots.push(slot);
    }
    slots
}

fn settle(view: &View, section: usize, slot: &mut Slot, quarter: i64, now: Timestamp) {
    let rounds = &view.rounds;
    let missed = rounds.missed.iter().find(|missed| missed.section == section && missed.number == slot.number);
    if let Some(taken) = rounds.of_slot(section, slot.number).next() {
        slot.due = taken.due;
        slot.state = taken_state(taken, quarter);
        return;
    }
    if let Some(missed) = missed {
        slot.due = missed.due;
        slot.state = SlotState::Missed { cause: Some(missed.cause) };
        return;
    }
    let ended = view.closed.as_ref().map(|closed| closed.at).or(view.voided.as_ref().map(|voided| voided.at));
    slot.state = match () {
        () if ended.is_some_and(|ended| slot.closes > ended) => SlotState::Dropped,
        () if now < slot.opens => SlotState::Upcoming,
        () if now <= slot.on_time_until => SlotState::Due,
        () if now < slot.closes => SlotState::Overdue,
        () => SlotState::Missed { cause: None },
    };
}

fn taken_state(taken: &Taken, quarter: i64) -> SlotState {
    let late_by = taken.at.since(taken.due);
    if late_by > quarter {
        SlotState::Late { at: taken.at, late_by, reason: taken.reason.clone() }
    } else {
        SlotState::Taken { at: taken.at }
    }
}

/// One notification for all that became due or was missed since the last one: title and text. None if there is nothing.
pub fn digest(record: &str, due: &[(String, Timestamp)], missed: &[(String, Timestamp)]) -> Option<(String, String)> {
    let newest =
        |all: &[(String, Timestamp)]| all.iter().map(|(title, _)| title.clone()).next_back().unwrap_or_default();
    let title = match (due.len(), missed.len()) {
        (0, 0) => return None,
        (1, 0) => format!("Round due: {}", newest(due)),
        (0, 1) => format!("Round missed: {}", newest(missed)),
        (due, 0) => format!("{due} rounds are due"),
        (0, missed) => format!("{missed} rounds were missed"),
        (due, missed) => format!("{due} due, {missed} missed"),
    };
    let mut lines = vec![record.to_owned()];
    lines.extend(due.iter().map(|(title, at)| format!("Due {}: {title}", at.utc().format("%H:%M UTC"))));
    if let (Some((_, first)), Some((_, last))) = (missed.first(), missed.last()) {
        let from = first.utc().format("%d %b %H:%M");
        lines.push(match last.since(*first) {
            0 => format!("Missed: {} of {from} UTC", newest(missed)),
            span => format!("Missed: {} from {from} UTC on, over {}", missed.len(), duration_words(span)),
        });
    }
    Some((title, lines.join("\n")))
}
