//! Gates: points that only a named decision passes. The numbers propose, a person decides.
//!
//! What a gate looks at stands above it in its section: tasks, fields with limits, questions answered with yes or no, probes that ran,
//! limits of its own (`limit` in an annotation) over the record's current values, and the gate of the stage before. A line such as
//! «Watch for 24 hours» states a minimum soak, which begins once everything above that line is settled. The proposal is
//!
//! - **roll back** if something failed: a limit missed, an alert tripped, a «No», a failed task, a tripped trigger;
//! - **proceed** if there is something to look at, all of it is met and the soak is over;
//! - **hold** otherwise. What is unknown holds. Elapsed time by itself proposes nothing.
//!
//! To decide less carefully than proposed needs a reason, and is an override. Pure; time is an argument.

use super::alarm;
use super::answer::{Answer, Person, State};
use super::probed::{ProbeEvent, Said};
use super::view::View;
use crate::checklist::{Item, ItemKind, LimitRole};
use crate::condition::Outcome;
use crate::id::{Digest, ItemId};
use crate::time::{Timestamp, duration_words};
use serde::{Deserialize, Serialize};

/// The ways out of a decision, the boldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Go on.
    Proceed,
    /// Wait.
    Hold,
    /// Go back.
    RollBack,
}

impl Way {
    /// All, in their order.
    pub const ALL: [Self; 3] = [Self::Proceed, Self::Hold, Self::RollBack];

    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Proceed => "proceed",
            Self::Hold => "hold",
            Self::RollBack => "roll back",
        }
    }

    /// What an option of a checklist means: «expand» goes on, «not yet» holds, «Rollback» goes back. A word that is not known goes
    /// on, so that it needs all that going on needs.
    pub fn of_option(option: &str) -> Self {
        let plain: String = option.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        let says = |words: &[&str]| words.iter().any(|word| plain.contains(word));
        if says(&["rollback", "goback", "revert", "abort"]) {
            Self::RollBack
        } else if says(&["hold", "wait", "notyet", "pause", "stay", "nogo"]) || plain == "no" {
            Self::Hold
        } else {
            Self::Proceed
        }
    }
}

/// A decision that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The event.
    pub event: Digest,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: Person,
    /// The gate; none: about the deployment as a whole.
    pub gate: Option<ItemId>,
    /// What.
    pub way: Way,
    /// What the numbers proposed; none for a record of an older version.
    pub proposed: Option<Way>,
    /// What was looked at, with the values put in.
    pub saw: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

impl Decided {
    /// It was less careful than what was proposed, or nobody knows what was.
    pub fn is_override(&self) -> bool {
        self.proposed.is_none_or(|proposed| self.way < proposed)
    }
}

/// A gate as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// The item.
    pub item: ItemId,
    /// What it asks.
    pub label: String,
    /// Index of its section.
    pub section: usize,
    /// The section's title.
    pub stage: String,
    /// The share of traffic in percent, if the stage states one.
    pub traffic: Option<String>,
    /// The ways out that it offers, as the checklist writes them.
    pub options: Vec<(Way, String)>,
    /// What it looks at.
    pub criteria: Vec<Criterion>,
    /// The minimum soak, if a line states one.
    pub soak: Option<Soak>,
    /// What the numbers propose.
    pub proposed: Way,
    /// Why, a sentence each.
    pub because: Vec<String>,
    /// The newest decision.
    pub decided: Option<Decided>,
}

/// Something that a gate looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// The item.
    pub item: Option<ItemId>,
    /// It must hold before the soak begins, not at its end.
    pub entry: bool,
    /// What it is about.
    pub label: String,
    /// Whether it holds.
    pub outcome: Outcome,
    /// With the values put in.
    pub shown: String,
}

/// A minimum soak.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Soak {
    /// How long, in milliseconds.
    pub least: i64,
    /// When it began; none while something above its line is open.
    pub began: Option<Timestamp>,
}

impl Soak {
    /// Milliseconds that are left; none if it has not begun.
    pub fn left(&self, now: Timestamp) -> Option<i64> {
        self.began.map(|began| (self.least - now.since(began)).max(0))
    }
}

/// All gates of the record, in the checklist's order.
pub fn gates(view: &View, now: Timestamp) -> Vec<Gate> {
    let items = view.template.items.iter().enumerate();
    items
        .filter(|(_, item)| matches!(item.kind, ItemKind::Gate { .. }))
        .filter_map(|(at, _)| gate(view, at, now))
        .collect()
}

/// What is proposed at a gate, and why; none if the item is no gate.
pub fn propose(view: &View, item: &ItemId, now: Timestamp) -> Option<Gate> {
    gate(view, view.template.items.iter().position(|of| of.id == *item)?, now)
}

fn gate(view: &View, at: usize, now: Timestamp) -> Option<Gate> {
    let item = view.template.items.get(at)?;
    let ItemKind::Gate { options } = &item.kind else { return None };
    let section = view.template.sections.get(item.section);
    let above = above(view, at);
    let soak_at = above.iter().rposition(|of| soak_words(&of.label).is_some());
    let mut criteria: Vec<Criterion> = above
        .iter()
        .enumerate()
        .flat_map(|(at, of)| criteria_of(view, of, soak_at.is_some_and(|soak| at < soak)))
        .collect();
    criteria.extend(gate_before(view, at));
    criteria.extend(own_limits(view, item));
    let tripped = view.conduct.standing_triggers();
    criteria.extend(tripped.map(|(label, tripped)| Criterion {
        item: None,
        entry: false,
        label: format!("Trigger: {label}"),
        outcome: Outcome::NotMet,
        shown: tripped.shown.clone(),
    }));
    let soak = soak_at.and_then(|line| soak(view, &above, line));
    let (proposed, because) = weigh(&criteria, soak.as_ref(), options, now);
    let decided = view.conduct.decisions.iter().rev().find(|of| of.gate.as_ref() == Some(&item.id)).cloned();
    Some(Gate {
        item: item.id.clone(),
        label: item.label.clone(),
        section: item.section,
        stage: section.map(|section| section.title.clone()).unwrap_or_default(),
        traffic: section.and_then(|section| section.traffic.clone()),
        options: options.iter().map(|option| (Way::of_option(option), option.clone())).collect(),
        criteria,
        soak,
        proposed,
        because,
        decided,
    })
}

/// What stands above the gate in its section, without gates, contacts, and the task on the gate's own line.
fn above(view: &View, at: usize) -> Vec<&Item> {
    let items = view.template.items.get(..at).unwrap_or_default();
    let Some(gate) = view.template.items.get(at) else { return Vec::new() };
    let here = items.iter().rev().take_while(|item| item.section == gate.section);
    let mut above: Vec<_> = here
        .filter(|item| item.line != gate.line && !item.is_contact() && !matches!(item.kind, ItemKind::Gate { .. }))
        .filter(|item| view.template.sections.get(gate.section).is_none_or(|of| of.item.as_ref() != Some(&item.id)))
        .collect();
    above.reverse();
    above
}

fn criteria_of(view: &View, item: &Item, entry: bool) -> Vec<Criterion> {
    let entered = view.item(&item.id);
    let criterion = |outcome, shown: String| Criterion {
        item: Some(item.id.clone()),
        entry,
        label: item.label.clone(),
        outcome,
        shown,
    };
    let set_aside = || {
        let reason = entered.answers.last().and_then(|given| given.reason.clone()).unwrap_or_default();
        format!("{}: {reason}", entered.state.word())
    };
    let mut found = Vec::new();
    match (&item.kind, entered.state) {
        (ItemKind::Gate { .. }, _) => {}
        (_, State::Failed) => found.push(criterion(Outcome::NotMet, "failed".to_owned())),
        // Nobody measured what was set aside; a task that does not apply is nothing to look at.
        (ItemKind::Task { .. }, State::NotApplicable) => {}
        (_, State::NotApplicable | State::Skipped | State::Blocked) => {
            found.push(criterion(Outcome::Unknown, set_aside()));
        }
        (ItemKind::Task { .. } | ItemKind::SignOff { .. }, state) => {
            found.push(criterion(
                if state == State::Done { Outcome::Met } else { Outcome::Unknown },
                state.word().to_owned(),
            ));
        }
        (ItemKind::Choice { options }, _) => {
            let has = |word: &str| options.iter().any(|option| option.eq_ignore_ascii_case(word));
            if has("yes") && has("no") {
                let (outcome, shown) = match entered.text.as_deref() {
                    None => (Outcome::Unknown, "open"),
                    Some(said) if said.eq_ignore_ascii_case("no") => (Outcome::NotMet, said),
                    Some(said) => (Outcome::Met, said),
                };
                found.push(criterion(outcome, shown.to_owned()));
            }
        }
        (ItemKind::Field { .. }, _) if item.limits.is_empty() => {}
        (ItemKind::Field { .. }, _) => found.push(match &entered.verdict {
            Some(verdict) => criterion(verdict.outcome, verdict.shown.clone()),
            None => criterion(Outcome::Unknown, "no value".to_owned()),
        }),
    }
    if matches!(item.kind, ItemKind::Task { .. }) {
        found.extend(probes_of(view, item).map(|(outcome, shown)| criterion(outcome, shown)));
        let judged = item.limits.iter().map(|limit| limit_over_facts(view, limit));
        // A tick without numbers stands for itself; numbers that speak against it do too.
        found.extend(
            judged.filter(|(outcome, _)| *outcome == Outcome::NotMet).map(|(outcome, shown)| criterion(outcome, shown)),
        );
    }
    found
}

fn probes_of<'a>(view: &'a View, item: &'a Item) -> impl Iterator<Item = (Outcome, String)> + 'a {
    let offers = view.template.probes.iter().filter(|offer| offer.item.as_ref() == Some(&item.id));
    offers.filter_map(|offer| view.last_run(&offer.id)).map(|run| {
        let disputed = run.judged.as_ref().is_some_and(|judged| judged.said == Said::Disputed);
        match &run.what {
            ProbeEvent::Ran { observation } if disputed => {
                (Outcome::Unknown, format!("disputed: {}", observation.summary()))
            }
            ProbeEvent::Ran { observation } => (observation.outcome, observation.summary()),
            ProbeEvent::NotExecuted { .. } => (Outcome::Unknown, "not executed".to_owned()),
        }
    })
}

fn limit_over_facts(view: &View, limit: &crate::checklist::Limit) -> (Outcome, String) {
    let found = limit.condition.evaluate(&view.conduct.facts);
    match limit.role {
        LimitRole::Target => (found.outcome, found.shown),
        LimitRole::Alert => (!found.outcome, format!("alert {}", found.shown)),
    }
}

/// Limits that an annotation gives the gate's own line, over what was measured last.
fn own_limits<'a>(view: &'a View, gate: &'a Item) -> impl Iterator<Item = Criterion> + 'a {
    let on_line = view.template.items.iter().filter(|item| item.line == gate.line);
    on_line.flat_map(|item| item.limits.iter().map(move |limit| (item, limit))).map(|(item, limit)| {
        let (outcome, shown) = limit_over_facts(view, limit);
        Criterion { item: Some(item.id.clone()), entry: false, label: limit.text.clone(), outcome, shown }
    })
}

/// A stage follows on the gate of the stage before it.
fn gate_before(view: &View, at: usize) -> Option<Criterion> {
    let template = &*view.template;
    let gate = template.items.get(at)?;
    let staged = |item: &Item| template.sections.get(item.section).is_some_and(|section| section.traffic.is_some());
    if !staged(gate) {
        return None;
    }
    let before = template
        .items
        .get(..at)?
        .iter()
        .rev()
        .find(|item| item.section != gate.section && staged(item) && matches!(item.kind, ItemKind::Gate { .. }))?;
    let decided = view.conduct.decisions.iter().rev().find(|of| of.gate.as_ref() == Some(&before.id));
    let (outcome, shown) = match decided.map(|of| of.way) {
        Some(Way::Proceed) => (Outcome::Met, "passed".to_owned()),
        Some(way) => (Outcome::Unknown, format!("decided: {}", way.words())),
        None => (Outcome::Unknown, "not decided".to_owned()),
    };
    let label = format!("The gate before: {}", before.label);
    Some(Criterion { item: Some(before.id.clone()), entry: true, label, outcome, shown })
}

/// The least that a line asks to wait, in milliseconds: «Watch for 48-72 hours» gives 48 hours.
fn soak_words(label: &str) -> Option<i64> {
    let lower = label.to_lowercase();
    let first = lower.split_whitespace().next()?;
    let waits = ["watch", "soak", "observe", "monitor", "wait", "let", "keep"].contains(&first);
    waits.then(|| alarm::duration_in(&lower)).flatten().map(|(least, _)| least)
}

fn soak(view: &View, above: &[&Item], line: usize) -> Option<Soak> {
    let least = soak_words(&above.get(line)?.label)?;
    let mut began = Some(view.deployed_at().unwrap_or(view.started_at));
    for item in above.get(..line).unwrap_or_default().iter().filter(|item| matches!(item.kind, ItemKind::Task { .. })) {
        let entered = view.item(&item.id);
        let settled = matches!(entered.state, State::Done | State::NotApplicable);
        // The first answer of the state that it is in now: a note of evidence or a second tick does not begin it anew.
        let since = entered.answers.iter().rev().take_while(|given| given.answer.state() == entered.state).last();
        began = match (began, since.filter(|_| settled)) {
            (Some(began), Some(given)) => Some(began.max(given.at)),
            _ => None,
        };
    }
    Some(Soak { least, began })
}

fn weigh(criteria: &[Criterion], soak: Option<&Soak>, options: &[String], now: Timestamp) -> (Way, Vec<String>) {
    let of = |outcome: Outcome| criteria.iter().filter(move |criterion| criterion.outcome == outcome);
    let told = |criterion: &Criterion| format!("{}: {}.", criterion.label, criterion.shown);
    if of(Outcome::NotMet).next().is_some() {
        let back = options.iter().any(|option| Way::of_option(option) == Way::RollBack);
        return (if back { Way::RollBack } else { Way::Hold }, of(Outcome::NotMet).map(told).collect());
    }
    let mut because: Vec<String> = of(Outcome::Unknown).map(told).collect();
    match soak.map(|soak| (soak, soak.left(now))) {
        Some((soak, None)) => because.push(format!("The soak of {} has not begun.", duration_words(soak.least))),
        Some((_, Some(left))) if left > 0 => because.push(format!("The soak goes on for {}.", duration_words(left))),
        _ => {}
    }
    if of(Outcome::Met).next().is_none() {
        because.push("There is nothing here that speaks for going on.".to_owned());
    }
    if because.is_empty() {
        return (Way::Proceed, vec![format!("All {} criteria are met.", criteria.len())]);
    }
    (Way::Hold, because)
}

/// What is proposed for the deployment as a whole, with what was looked at.
pub(super) fn propose_whole(view: &View) -> (Way, Vec<String>) {
    let mut saw: Vec<String> =
        view.conduct.standing_triggers().map(|(label, tripped)| format!("{label}: {}", tripped.shown)).collect();
    if let Some(row) = view.conduct.matrix.as_ref().filter(|row| Way::of_option(row.action()) == Way::RollBack) {
        saw.push(format!("{}: {}", row.name(), row.shown));
    }
    (if saw.is_empty() { Way::Proceed } else { Way::RollBack }, saw)
}

/// A stage of a roll-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Index of its section.
    pub section: usize,
    /// Its title.
    pub title: String,
    /// The share of traffic, in percent.
    pub traffic: String,
    /// Its gate, if it has one.
    pub gate: Option<ItemId>,
    /// Where it stands.
    pub standing: StageStanding,
}

/// Where a stage stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageStanding {
    /// Its gate was passed.
    Passed,
    /// The roll-out is here.
    Here,
    /// It is here, and was decided to wait.
    OnHold,
    /// It was decided to go back here.
    RolledBack,
    /// Not reached.
    Ahead,
}

impl StageStanding {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Here => "here",
            Self::OnHold => "on hold",
            Self::RolledBack => "rolled back",
            Self::Ahead => "ahead",
        }
    }
}

/// The stages of a roll-out: the sections that state a share of traffic.
pub fn stages(view: &View) -> Vec<Stage> {
    let template = &*view.template;
    let mut reached = true;
    let staged =
        template.sections.iter().enumerate().filter_map(|(at, section)| Some((at, section, section.traffic.as_ref()?)));
    let mut found = Vec::new();
    for (section, of, traffic) in staged {
        let gate =
            template.items.iter().rfind(|item| item.section == section && matches!(item.kind, ItemKind::Gate { .. }));
        let way = gate.and_then(|gate| {
            let newest = view.conduct.decisions.iter().rev().find(|of| of.gate.as_ref() == Some(&gate.id));
            newest.map(|decided| decided.way)
        });
        let standing = match way {
            _ if !reached => StageStanding::Ahead,
            Some(Way::Proceed) => StageStanding::Passed,
            Some(Way::RollBack) => StageStanding::RolledBack,
            Some(Way::Hold) => StageStanding::OnHold,
            None if view.rolls_back() => StageStanding::RolledBack,
            None => StageStanding::Here,
        };
        reached = reached && standing == StageStanding::Passed;
        let (title, traffic) = (of.title.clone(), traffic.clone());
        found.push(Stage { section, title, traffic, gate: gate.map(|gate| gate.id.clone()), standing });
    }
    found
}

impl View {
    /// The option of a gate that means this way.
    pub(super) fn option_for(&self, gate: &ItemId, way: Way) -> Option<String> {
        match &self.template.item(gate)?.kind {
            ItemKind::Gate { options } => options.iter().find(|option| Way::of_option(option) == way).cloned(),
            _ => None,
        }
    }

    /// Keeps a decision, and fills the gate's line with it. A gate on hold stays open.
    pub(super) fn note_decision(&mut self, decided: Decided, given: super::Given) {
        if let Some(gate) = decided.gate.clone() {
            let template = std::sync::Arc::clone(&self.template);
            let line = template.items.iter().find(|item| item.id == gate).map(|item| item.line);
            let boxes = template.items.iter().filter(|item| {
                Some(item.line) == line && matches!(item.kind, ItemKind::Task { .. }) && decided.way != Way::Hold
            });
            for task in boxes {
                self.answer(&task.id, super::Given { answer: Answer::Done, reason: None, ..given.clone() });
            }
            self.answer(&gate, given);
            if decided.way == Way::Hold {
                self.items.entry(gate).or_default().state = State::Open;
            }
        }
        self.conduct.decisions.push(decided);
    }
}
