//! Rounds: the due sets of observations of a monitoring schedule, what became of each, and what was measured.
//!
//! The plan is the checklist's («every 5 min for 30 min, then every 15 min»), anchored to T0, the tick of the deploy task. [`plans`]
//! says what is due when, [`slots`] where each slot stands at a point in time. Pure: the engine looks at the clock, reminds, and
//! writes down what was missed and why. Due times count real time since T0: a clock that is set moves them along with it.

mod decide;
mod deviation;
mod fold;
mod plan;
mod slots;

pub use decide::{Entry as RoundEntry, RoundRefused};
pub use plan::{DEFAULT_SPAN, RoundPlan, plans, section_of};
pub use slots::{RoundSlots, Slot, SlotState, digest, slot_at, slots};

pub(super) use decide::{miss, take};
pub(super) use deviation::deviations;

use super::answer::{Answer, Person};
use crate::condition::Evaluation;
use crate::id::{Digest, ItemId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The rounds of a record.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rounds {
    /// T0.
    pub anchor: Option<Anchor>,
    /// What was entered, in order. A second entry for a slot adds to it or corrects it.
    pub taken: Vec<Taken>,
    /// What was missed, in order.
    pub missed: Vec<Missed>,
}

/// The event that rounds count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The event of the deploy tick.
    pub event: Digest,
    /// The wall clock at it.
    pub at: Timestamp,
    /// How many jumps of the clock the record had before it.
    pub jumps: usize,
}

/// A round as it was entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Taken {
    /// The event.
    pub event: Digest,
    /// When it was entered.
    pub at: Timestamp,
    /// Who looked.
    pub by: Person,
    /// Who wrote it down, if that was somebody else.
    pub written_by: Option<Person>,
    /// The section that states the schedule.
    pub section: usize,
    /// Which slot, from 1.
    pub number: u32,
    /// When it was due.
    pub due: Timestamp,
    /// What was entered.
    pub values: BTreeMap<ItemId, Entered>,
    /// Why late, or why changed.
    pub reason: Option<String>,
}

/// An answer of a round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entered {
    /// The answer.
    pub answer: Answer,
    /// The value against its limits.
    pub verdict: Option<Evaluation>,
}

/// A round that nobody took while it was due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// When that was written down.
    pub at: Timestamp,
    /// The section that states the schedule.
    pub section: usize,
    /// Which slot, from 1.
    pub number: u32,
    /// When it was due.
    pub due: Timestamp,
    /// Why, as far as the computer knows.
    pub cause: Cause,
    /// What the computer knows.
    pub evidence: String,
}

/// Why a round was missed, by what the program itself saw of the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The program ran with a network, and nobody took it.
    Forgotten,
    /// The computer slept.
    Asleep,
    /// The program did not run.
    NotRunning,
    /// The program ran without a network.
    Offline,
}

impl Cause {
    /// As the screen and the report say it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Forgotten => "forgotten",
            Self::Asleep => "computer asleep",
            Self::NotRunning => "program not running",
            Self::Offline => "offline",
        }
    }
}

impl Rounds {
    /// The entries for a slot, the first one first.
    pub fn of_slot(&self, section: usize, number: u32) -> impl Iterator<Item = &Taken> {
        self.taken.iter().filter(move |taken| taken.section == section && taken.number == number)
    }

    /// The entries for a section's rounds, in order.
    pub fn of_section(&self, section: usize) -> impl Iterator<Item = &Taken> {
        self.taken.iter().filter(move |taken| taken.section == section)
    }

    /// What stands in a slot for an item: the last that was entered.
    pub fn value(&self, section: usize, number: u32, item: &ItemId) -> Option<&Entered> {
        self.of_slot(section, number).filter_map(|taken| taken.values.get(item)).last()
    }

    /// The values of an item in all rounds, each with the first entry that has one: its slot, and when it was taken. A value that
    /// was corrected counts once, as it stands now.
    pub fn values_of<'r>(&'r self, item: &'r ItemId) -> impl Iterator<Item = (&'r Taken, &'r str)> {
        let first = |taken: &&Taken| {
            let mut same = self.of_slot(taken.section, taken.number).filter(|other| other.values.contains_key(item));
            same.next().is_some_and(|first| first.event == taken.event)
        };
        self.taken
            .iter()
            .filter(|taken| taken.values.contains_key(item))
            .filter(first)
            .filter_map(|taken| Some((taken, self.value(taken.section, taken.number, item)?.answer.text()?)))
    }
}
