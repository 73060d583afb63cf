//! The register: which records are asked for, and what all of them together say.
//!
//! Pure. Where records are kept and searched is the engine's.

use crate::record::{Outcome, View};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Which records are wanted. What is left out does not narrow.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Beginnings of words that all occur in the record: header facts, people, values, reasons, notes, its id. `#12` is a number.
    pub find: String,
    /// Where it stands.
    pub status: Option<RecordStatus>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Rehearsals only, or none of them.
    pub rehearsal: Option<bool>,
    /// The service of the header, letter for letter but for case.
    pub service: Option<String>,
    /// Began at this time or later.
    pub since: Option<Timestamp>,
    /// Began before this time.
    pub until: Option<Timestamp>,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordStatus {
    /// Being worked on.
    Open,
    /// Ended, no report yet.
    Closed,
    /// A report was made.
    Reported,
    /// Does not count.
    Voided,
    /// Its log cannot be read.
    Damaged,
}

impl RecordStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Open, Self::Closed, Self::Reported, Self::Voided, Self::Damaged];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Reported => "reported",
            Self::Voided => "voided",
            Self::Damaged => "damaged",
        }
    }
}

/// A live deployment that ended: what the figures are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finished {
    /// When the record began.
    pub started: Timestamp,
    /// When the deploy item was ticked, if it was.
    pub deployed: Option<Timestamp>,
    /// When the record was closed.
    pub closed: Timestamp,
    /// How.
    pub outcome: Outcome,
    /// How many deviations it has.
    pub deviations: u32,
    /// How many rounds were late or missed.
    pub late_rounds: u32,
}

impl Finished {
    /// Production was changed and the change was taken back or given up. A record that was aborted before its deploy
    /// item was ticked changed nothing.
    fn failed(&self) -> bool {
        match self.outcome {
            Outcome::Completed => false,
            Outcome::RolledBack => true,
            Outcome::Aborted => self.deployed.is_some(),
        }
    }

    /// Production was changed.
    fn deployed(&self) -> bool {
        self.outcome != Outcome::Aborted || self.deployed.is_some()
    }
}

/// What finished live deployments come to. Rehearsals and voided records are no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// How many deployments there were.
    pub deployments: u32,
    /// How many of them failed: rolled back, or aborted after the deploy item. Their share is the change failure rate.
    pub failed: u32,
    /// How many have no deviation.
    pub clean: u32,
    /// Rounds that were late or missed, in all.
    pub late_rounds: u32,
    /// The median from start to close, in milliseconds.
    pub duration: Option<i64>,
    /// The median from deploy item to close of those that failed, in milliseconds: the time to restore.
    pub restore: Option<i64>,
    /// Week by week, oldest first; weeks without a deployment are there too.
    pub weeks: Vec<Week>,
}

/// A week, from Monday 00:00 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Its first moment.
    pub from: Timestamp,
    /// Deployments that ended in it.
    pub deployments: u32,
    /// Those that failed.
    pub failed: u32,
}

const WEEK: i64 = 7 * 86_400_000;
/// 1970-01-05, the first Monday of the epoch.
const MONDAY: i64 = 4 * 86_400_000;
/// How many weeks are shown at most: a year.
const WEEKS: i64 = 53;

impl Statistics {
    /// The change failure rate in tenths of a percent; none without a deployment.
    pub fn failure_permille(&self) -> Option<u32> {
        (self.failed * 1000).checked_div(self.deployments)
    }
}

/// The figures over finished deployments, in any order.
pub fn statistics(finished: &[Finished]) -> Statistics {
    let all: Vec<Finished> = finished.iter().copied().filter(|each| each.deployed()).collect();
    let count = |wanted: &dyn Fn(&Finished) -> bool| {
        u32::try_from(all.iter().filter(|each| wanted(each)).count()).unwrap_or(u32::MAX)
    };
    let restored = all.iter().filter(|each| each.failed()).filter_map(|each| Some(each.closed.since(each.deployed?)));
    Statistics {
        deployments: count(&|_| true),
        failed: count(&|each| each.failed()),
        clean: count(&|each| each.deviations == 0),
        late_rounds: all.iter().map(|each| each.late_rounds).fold(0, u32::saturating_add),
        duration: median(all.iter().map(|each| each.closed.since(each.started)).collect()),
        restore: median(restored.collect()),
        weeks: weeks(&all),
    }
}

fn weeks(all: &[Finished]) -> Vec<Week> {
    let number = |each: &Finished| (each.closed.millis() - MONDAY).div_euclid(WEEK);
    let Some(last) = all.iter().map(number).max() else { return Vec::new() };
    let first = all.iter().map(number).min().unwrap_or(last).max(last - WEEKS + 1);
    let mut weeks: Vec<Week> = (first..=last)
        .map(|week| Week { from: Timestamp::from_millis(week * WEEK + MONDAY), deployments: 0, failed: 0 })
        .collect();
    for each in all {
        let week = usize::try_from(number(each) - first).ok().and_then(|at| weeks.get_mut(at));
        if let Some(week) = week {
            week.deployments += 1;
            week.failed += u32::from(each.failed());
        }
    }
    weeks
}

/// The middle one; of an even number the lower of the two.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().saturating_sub(1) / 2).copied()
}

/// Everything in a record that a search for words should find, but for what the checklist says itself.
pub fn words(view: &View) -> String {
    let mut words: Vec<&str> = vec![&view.id.0, &view.template.title, &view.checklist, &view.started_by.0];
    let facts = view.header.facts();
    words.extend(facts.iter().map(|(_, value)| value.as_str()));
    for item in view.items.values() {
        words.extend(item.text.as_deref());
        words.extend(
            item.answers.iter().flat_map(|given| [Some(given.by.0.as_str()), given.reason.as_deref()]).flatten(),
        );
        words.extend(item.notes.iter().flat_map(|note| [note.by.0.as_str(), note.text.as_str()]));
        words.extend(item.files.iter().map(|file| file.file.name.as_str()));
    }
    words.extend(view.notes.iter().map(|note| note.text.as_str()));
    words.extend(view.files.iter().map(|file| file.file.name.as_str()));
    words.extend(view.added.iter().map(|added| added.label.as_str()));
    for signed in &view.sign_offs {
        words.extend([signed.sign_off.statement.person.0.as_str(), signed.sign_off.statement.role.as_str()]);
    }
    for of in &view.incidents {
        words.extend([Some(of.incident.title.as_str()), of.incident.root_cause.as_deref()].into_iter().flatten());
    }
    words.extend(
        view.handovers.iter().flat_map(|of| [&of.signed.baton.from, &of.signed.baton.to]).map(|of| of.0.as_str()),
    );
    let links = view.items.values().flat_map(|item| &item.links).chain(&view.links);
    words.extend(links.flat_map(|link| [link.url.as_str(), link.words.as_str()]));
    words.extend(view.closed.as_ref().and_then(|closed| closed.summary.as_deref()));
    words.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const HOUR: i64 = 3_600_000;

    /// Closed at an hour of 2026-11-16, a Monday, plus days.
    fn finished(day: i64, outcome: Outcome, deployed: bool) -> Finished {
        let start = "2026-11-16T08:00:00Z".parse::<Timestamp>().unwrap().millis() + day * DAY;
        let at = Timestamp::from_millis;
        Finished {
            started: at(start),
            deployed: deployed.then(|| at(start + HOUR)),
            closed: at(start + (2 + day) * HOUR),
            outcome,
            deviations: u32::from(outcome != Outcome::Completed),
            late_rounds: 1,
        }
    }

    #[test]
    fn what_changed_nothing_is_no_deployment_and_what_was_given_up_after_the_tick_failed() {
        let all = [
            finished(0, Outcome::Completed, true),
            finished(1, Outcome::RolledBack, true),
            finished(2, Outcome::Aborted, false),
            finished(3, Outcome::Aborted, true),
        ];
        let figures = statistics(&all);
        assert_eq!((figures.deployments, figures.failed, figures.clean, figures.late_rounds), (3, 2, 1, 3));
        assert_eq!(figures.failure_permille(), Some(666));
        assert_eq!(figures.duration, Some(3 * HOUR), "2, 3 and 5 hours");
        assert_eq!(figures.restore, Some(2 * HOUR), "the lower of 2 and 4 hours");
    }

    #[test]
    fn weeks_begin_on_monday_and_empty_ones_are_there() {
        let figures = statistics(&[finished(0, Outcome::Completed, true), finished(15, Outcome::RolledBack, true)]);
        let weeks: Vec<_> =
            figures.weeks.iter().map(|week| (week.from.to_string(), week.deployments, week.failed)).collect();
        let expected = [("2026-11-16", 1, 0), ("2026-11-23", 0, 0), ("2026-11-30", 1, 1)];
        assert_eq!(weeks, expected.map(|(day, all, failed)| (format!("{day}T00:00:00.000Z"), all, failed)));
    }

    #[test]
    fn a_year_of_weeks_is_shown_and_all_of_it_is_counted() {
        let all: Vec<_> = (0..200).map(|week| finished(week * 7, Outcome::Completed, true)).collect();
        let figures = statistics(&all);
        assert_eq!((figures.deployments, figures.weeks.len()), (200, 53));
        assert!(figures.weeks.iter().all(|week| week.deployments <= 2));
    }

    #[test]
    fn nothing_finished_is_no_rate() {
        assert_eq!(statistics(&[]), Statistics::default());
        assert_eq!(statistics(&[]).failure_permille(), None);
    }
}
