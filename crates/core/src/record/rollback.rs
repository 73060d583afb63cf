//! Going back, and the fast path: what was decided after which trigger, what can no longer be undone, what is owed afterwards, and
//! which controls an emergency left out.

use super::alarm::{self, Tripped};
use super::answer::{Answer, Person, State};
use super::branch::{self, Branch};
use super::gate::{Decided, Way};
use super::policy::{Standing, duties};
use super::view::{AddedItem, View};
use crate::checklist::{Item, Mark, PolicyRule};
use crate::id::ItemId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// How long after an emergency it is looked at, if no rule says: 24 hours, in milliseconds.
const REVIEW: i64 = 24 * 3_600_000;
/// The item that an emergency adds.
const REVIEW_ITEM: &str = "emergency-review";

/// The record goes the fast path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emergency {
    /// Since when.
    pub at: Timestamp,
    /// Who said so.
    pub by: Person,
    /// Why.
    pub reason: String,
    /// When it must have been looked at.
    pub review_due: Timestamp,
}

/// Something that is owed by a point in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Obligation {
    /// The item that settles it.
    pub item: ItemId,
    /// What it asks.
    pub label: String,
    /// By when.
    pub due: Timestamp,
    /// When it was settled.
    pub settled: Option<Timestamp>,
}

impl Obligation {
    /// It was settled too late, or is not settled and the time is over.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.settled.unwrap_or(now) > self.due
    }
}

/// A control that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// What it would have been.
    pub control: String,
    /// How it was left out.
    pub how: String,
    /// The item.
    pub item: Option<ItemId>,
    /// By whom.
    pub by: Option<Person>,
    /// When.
    pub at: Option<Timestamp>,
}

/// A trigger that tripped, and what was decided then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// What the checklist says.
    pub label: String,
    /// When and by what.
    pub tripped: Tripped,
    /// The first decision after it.
    pub decided: Option<Decided>,
}

/// Every trigger that tripped, in order.
pub fn alarms(view: &View) -> Vec<Alarm> {
    let conduct = &view.conduct;
    let alarm = |tripped: &Tripped| Alarm {
        label: conduct.triggers.get(tripped.trigger).map(|trigger| trigger.label.clone()).unwrap_or_default(),
        tripped: tripped.clone(),
        decided: conduct.decisions.get(tripped.decisions).cloned(),
    };
    conduct.tripped.iter().map(alarm).collect()
}

/// What stands as it is even when everything else goes back: of items with such a mark that are done, with since when.
pub fn points_of_no_return(view: &View) -> Vec<(ItemId, String, Timestamp)> {
    let passed = view.template.items.iter().filter_map(|item| {
        let what = item.marks.iter().find_map(|mark| match mark {
            Mark::NoReturn { what } => Some(what.clone()),
            _ => None,
        })?;
        let entered = view.item(&item.id);
        let since = entered.answers.iter().find(|given| given.answer == Answer::Done)?;
        Some((item.id.clone(), what, since.at))
    });
    passed.collect()
}

/// What is owed: items of the rollback branch that state a time, counted from the decision to go back; and the review of an emergency.
pub fn obligations(view: &View) -> Vec<Obligation> {
    let mut found = Vec::new();
    let obligation = |item: &ItemId, label: &str, due: Timestamp| {
        let entered = view.item(item);
        let settled = (entered.state == State::Done).then(|| entered.answers.last().map(|given| given.at)).flatten();
        Obligation { item: item.clone(), label: label.to_owned(), due, settled }
    };
    if let Some(back) = view.conduct.decisions.iter().find(|decided| decided.way == Way::RollBack) {
        let branches = branch::branches(&view.template);
        let in_branch = |item: &&Item| branches.get(item.section) == Some(&Some(Branch::Rollback));
        for item in view.template.items.iter().filter(in_branch) {
            let within = item.label.to_lowercase().split_once("within ").and_then(|(_, time)| alarm::duration_in(time));
            if let Some((_, most)) = within {
                found.push(obligation(&item.id, &item.label, later(back.at, most)));
            }
        }
    }
    if let Some(emergency) = &view.conduct.emergency {
        found.push(obligation(&REVIEW_ITEM.into(), REVIEW_LABEL, emergency.review_due));
    }
    found
}

const REVIEW_LABEL: &str = "Review the emergency: what was skipped, why, and whether it was right";

fn later(at: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_millis(at.millis().saturating_add(millis))
}

/// Which controls were left out, by whom; gravest first. Told of every record, and what an emergency is reviewed by.
pub fn skipped_controls(view: &View) -> Vec<Skipped> {
    let mut found: Vec<Skipped> = duties(view)
        .into_iter()
        .filter(|duty| duty.standing == Standing::Broken)
        .map(|duty| {
            let deployer = view.conduct.deployed.as_ref().map(|deployed| (deployed.by.clone(), deployed.at));
            let (by, at) = deployer.unzip();
            Skipped { control: duty.rule, how: duty.detail, item: duty.item, by: duty.by.or(by), at: duty.at.or(at) }
        })
        .collect();
    for decided in view.conduct.decisions.iter().filter(|decided| decided.is_override()) {
        found.push(Skipped {
            control: decided.gate.as_ref().map_or_else(|| "Decision".to_owned(), |gate| view.label(gate)),
            how: override_words(decided),
            item: decided.gate.clone(),
            by: Some(decided.by.clone()),
            at: Some(decided.at),
        });
    }
    found.extend(baseline(view));
    if let Some(deployed) = &view.conduct.deployed {
        found.extend(deployed.open_before.iter().map(|item| Skipped {
            control: view.label(item),
            how: "open when it was deployed".to_owned(),
            item: Some(item.clone()),
            by: Some(deployed.by.clone()),
            at: Some(deployed.at),
        }));
    }
    for (id, entered) in &view.items {
        let aside = matches!(entered.state, State::Skipped | State::NotApplicable | State::Blocked);
        let Some(last) = entered.answers.last().filter(|_| aside) else { continue };
        let reason = last.reason.as_deref().unwrap_or("no reason given");
        found.push(Skipped {
            control: view.label(id),
            how: format!("{}: {reason}", entered.state.word()),
            item: Some(id.clone()),
            by: Some(last.by.clone()),
            at: Some(last.at),
        });
    }
    found
}

/// The baseline, if it was waived, or if it was deployed without one.
fn baseline(view: &View) -> Option<Skipped> {
    let control = "Baseline before the deployment".to_owned();
    if let Some(waived) = &view.baseline.waived {
        let how = format!("waived: {}", waived.text);
        return Some(Skipped { control, how, item: None, by: Some(waived.by.clone()), at: Some(waived.at) });
    }
    let deployed = view.conduct.deployed.as_ref().filter(|_| view.baseline_is_open())?;
    let (by, at) = (Some(deployed.by.clone()), Some(deployed.at));
    Some(Skipped { control, how: "neither frozen nor waived".to_owned(), item: None, by, at })
}

/// «proceed although hold was proposed: …».
pub(super) fn override_words(decided: &Decided) -> String {
    let reason = decided.reason.as_deref().unwrap_or("no reason given");
    match decided.proposed {
        Some(proposed) => format!("{} although {} was proposed: {reason}", decided.way.words(), proposed.words()),
        None => format!("{}; what was proposed is not known", decided.way.words()),
    }
}

/// The item may be entered only after the decision to go back. Where that decision is made, and what is set aside, may be entered before.
pub(super) fn waits_for_rollback(view: &View, item: &Item, answer: &Answer) -> bool {
    let entered = !matches!(answer, Answer::NotApplicable | Answer::Skipped | Answer::Open);
    let template = &*view.template;
    let Some(section) = template.sections.get(item.section).filter(|section| entered && section.rollback) else {
        return false;
    };
    let title = section.title.to_lowercase();
    let deciding = ["decid", "decision", "trigger", "criteria", "when to"].iter().any(|word| title.contains(word));
    let heading = section.item.as_ref() == Some(&item.id);
    !deciding && !heading && !view.rolls_back()
}

impl View {
    /// The decision to go back was taken, or it went back.
    pub fn rolls_back(&self) -> bool {
        let decided = self.conduct.decisions.iter().any(|decided| decided.way == Way::RollBack);
        decided || self.closed.as_ref().is_some_and(|closed| closed.outcome == super::Outcome::RolledBack)
    }

    /// The item was added by an emergency, not by a person.
    pub fn is_review(item: &ItemId) -> bool {
        item.as_str() == REVIEW_ITEM
    }

    /// The record goes the fast path from here on. The first declaration counts.
    pub(super) fn note_emergency(&mut self, at: Timestamp, by: &Person, reason: &str) {
        if self.conduct.emergency.is_some() {
            return;
        }
        let ruled = self.template.policy.iter().find_map(|line| match &line.rule {
            PolicyRule::Review { within } => alarm::duration_in(&within.to_lowercase()),
            _ => None,
        });
        let review_due = later(at, ruled.map_or(REVIEW, |(_, most)| most));
        self.conduct.emergency = Some(Emergency { at, by: by.clone(), reason: reason.to_owned(), review_due });
        let section = self.template.sections.len().saturating_sub(1);
        let label = REVIEW_LABEL.to_owned();
        self.added.push(AddedItem { item: REVIEW_ITEM.into(), section, label, at, by: by.clone() });
    }
}
