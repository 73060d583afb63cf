//! What the checklist's rules ask of a record, and where the record does not give it.
//!
//! Rules stand in the front matter and in annotations; sign-off lines and asked evidence are rules too. Each is judged at the moment
//! that it names: what must be there before the deployment at the deploy tick, what is final at the end. A breach never blocks for
//! good: it can be allowed with a reason, and is a deviation. What cannot be judged never counts as kept.

mod asked;
mod evidence;
mod hours;
mod order;

pub use asked::{AskedSignOff, Freshness, When, asked_sign_offs, freshness, line_to_fill, sign_offs_to_give};
pub use hours::on_day;

use super::answer::{Answer, Person};
use super::decide::Intent;
use super::gate::{self, Way};
use super::moment::Moment;
use super::view::View;
use crate::checklist::PolicyRule;
use crate::id::ItemId;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A rule, and whether the record keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// What is asked, in words.
    pub rule: String,
    /// Which sort of rule.
    pub kind: DutyKind,
    /// Whether it is kept.
    pub standing: Standing,
    /// What there is, or what is missing; a whole sentence.
    pub detail: String,
    /// The item that it is about.
    pub item: Option<ItemId>,
    /// Who broke or kept it, if one person did.
    pub by: Option<Person>,
    /// When.
    pub at: Option<Timestamp>,
}

/// The sorts of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyKind {
    /// A role must sign.
    SignOff,
    /// Who approves must not have worked on it.
    Separation,
    /// Something must come before something else.
    Order,
    /// Hours in which it may or may not be deployed.
    Hours,
    /// Evidence of a kind.
    Evidence,
    /// The rule itself cannot be judged.
    NotUnderstood,
}

/// Whether a rule is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is.
    Kept,
    /// It is not yet, and still can be.
    Open,
    /// It is not, and nothing that is done later can change that; or it is the end.
    Broken,
}

impl Standing {
    /// The word for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Open => "open",
            Self::Broken => "not kept",
        }
    }
}

impl Duty {
    fn new(kind: DutyKind, rule: impl Into<String>, standing: Standing, detail: impl Into<String>) -> Self {
        let (rule, detail) = (rule.into(), detail.into());
        Self { rule, kind, standing, detail, item: None, by: None, at: None }
    }
}

/// Every rule of the record, with how it stands. Evidence shows only where it is missing.
pub fn duties(view: &View) -> Vec<Duty> {
    let mut found: Vec<Duty> = asked_sign_offs(view).iter().map(|asked| asked::judge(view, asked)).collect();
    for line in &view.template.policy {
        match &line.rule {
            PolicyRule::SignOff { .. } => {}
            PolicyRule::Separation => found.extend(order::separation(view)),
            PolicyRule::ApprovalBeforeDeploy => found.push(asked::approval_before_deploy(view)),
            PolicyRule::PhaseOrder => found.push(order::phases(view)),
            PolicyRule::Allowed { window } => found.push(hours::duty(view, window, hours::Sense::Allowed)),
            PolicyRule::Forbidden { window } => found.push(hours::duty(view, window, hours::Sense::Forbidden)),
            PolicyRule::Holidays { .. } | PolicyRule::Review { .. } => {}
        }
    }
    found.extend(evidence::missing(view));
    found
}

/// Where the record breaks the rules of its checklist; in words, gravest first. Empty: it keeps them.
pub fn breaches(view: &View) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(voided) = &view.voided {
        found.push(format!("The record was voided: {}", voided.text));
    }
    if view.rehearsal {
        found.push("The record is a rehearsal and stands for no deployment.".to_owned());
    }
    if view.closed.is_none() {
        found.push("The record was not closed.".to_owned());
    }
    let broken = duties(view).into_iter().filter(|duty| duty.standing != Standing::Kept);
    found.extend(broken.map(|duty| duty.detail));
    let mut seen = BTreeSet::new();
    found.retain(|breach| seen.insert(breach.clone()));
    found
}

/// What speaks against doing this now: rules against the first deploy tick, the proposal of a gate against a bolder decision. It can be
/// done all the same, with a reason.
pub fn objections(view: &View, intent: &Intent, moment: &Moment) -> Vec<String> {
    if let Intent::Answer { item, answer: Answer::Chosen { option }, .. } = intent {
        return override_of(view, item, Way::of_option(option), moment);
    }
    if let Intent::Decide { gate: Some(gate), way, .. } = intent {
        return override_of(view, gate, *way, moment);
    }
    let Intent::Answer { item, answer: Answer::Done, .. } = intent else { return Vec::new() };
    let is_deploy = view.template.item(item).is_some_and(crate::checklist::Item::is_deploy);
    // In an emergency the reason was given when it was declared; what is skipped is told all the same.
    if !is_deploy || view.conduct.deployed.is_some() || view.conduct.emergency.is_some() {
        return Vec::new();
    }
    let mut found: Vec<String> = asked_sign_offs(view)
        .iter()
        .filter(|asked| asked.when == When::BeforeDeploy)
        .filter_map(|asked| asked::missing_now(view, asked))
        .collect();
    for line in &view.template.policy {
        found.extend(match &line.rule {
            PolicyRule::ApprovalBeforeDeploy => asked::no_approval_now(view),
            PolicyRule::Allowed { window } => hours::objection(view, window, hours::Sense::Allowed, moment),
            PolicyRule::Forbidden { window } => hours::objection(view, window, hours::Sense::Forbidden, moment),
            _ => None,
        });
    }
    let mut seen = BTreeSet::new();
    found.retain(|objection| seen.insert(objection.clone()));
    found
}

/// Why a decision would be less careful than what the gate proposes.
fn override_of(view: &View, item: &ItemId, way: Way, moment: &Moment) -> Vec<String> {
    match gate::propose(view, item, moment.now) {
        Some(gate) if way < gate.proposed => {
            let proposed = format!("«{}» is proposed.", gate.proposed.words());
            [proposed].into_iter().chain(gate.because).collect()
        }
        _ => Vec::new(),
    }
}

/// « It was allowed: …», with who deployed and the reason given; empty if none was.
fn allowed_because(view: &View) -> String {
    let deployed = view.conduct.deployed.as_ref();
    let emergency = view.conduct.emergency.as_ref().map(|emergency| (&emergency.by, &emergency.reason));
    let reason = deployed.and_then(|deployed| Some((&deployed.by, deployed.reason.as_ref()?))).or(emergency);
    reason.map(|(by, reason)| format!(" {by} went on: {reason}")).unwrap_or_default()
}
