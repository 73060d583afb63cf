//! The moment at which something is asked for: when, by whom, and what the computer knows of the world around the record.
//!
//! `core` reads no clock and no other record; whoever asks says so here. Nothing is decided here.

use super::answer::Person;
use crate::id::RecordId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// When something is asked for, and by whom.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// The wall clock.
    pub now: Timestamp,
    /// The person at the keyboard.
    pub person: Person,
    /// What the computer knows around the record, if it was looked up for this.
    pub around: Option<Around>,
}

impl Moment {
    /// A moment of which nothing more is known.
    pub fn new(now: Timestamp, person: Person) -> Self {
        Self { now, person, around: None }
    }
}

/// What the computer knows around a record at a point in time. It is an event of its own when a record begins, right before the
/// deploy tick and when the record is closed, so that rules about hours and about other deployments can be judged from the log.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Around {
    /// How far local time is ahead of UTC, in minutes.
    pub offset: i32,
    /// The holiday that the day is, by the calendar of this installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holiday: Option<String>,
    /// Other open records of the same service and environment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherRecord>,
}

/// Another open record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherRecord {
    /// Which.
    pub record: RecordId,
    /// Its number.
    pub number: u32,
    /// What it deploys where.
    pub headline: String,
    /// When it began.
    pub started_at: Timestamp,
}
