//! Intent to event: what may happen in a record as it stands. Pure; a refusal is a value that says what to do instead.

use super::answer::{Answer, Outcome, Person};
use super::event::{Body, FileFact};
use super::gate::{self, Way};
use super::handover::{self, SignedBaton};
use super::incident::{self, Incident};
use super::moment::Moment;
use super::observation::{Also, Observation};
use super::policy;
use super::probed::ProbeEvent;
use super::refusal::Refusal;
use super::rollback;
use super::rounds::{self, Cause, RoundEntry};
use super::sign_off::{self, SignOff};
use super::value;
use super::view::View;
use crate::checklist::{ItemKind, ProbeOffer};
use crate::condition::Outcome as Kleene;
use crate::id::{Digest, ItemId, ProbeId};
use crate::roster::RosterSaid;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What somebody wants to happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "intent", rename_all = "snake_case")]
pub enum Intent {
    /// Answer an item.
    Answer {
        /// Which.
        item: ItemId,
        /// What.
        answer: Answer,
        /// Who did it, if somebody else than the writer.
        by: Option<Person>,
        /// Why.
        reason: Option<String>,
    },
    /// Write a note.
    Note {
        /// On which item; none: on the record.
        item: Option<ItemId>,
        /// The note.
        text: String,
    },
    /// Add a file, already stored by its hash.
    Attach {
        /// To which item; none: to the record.
        item: Option<ItemId>,
        /// The file.
        file: FileFact,
    },
    /// Add a link as evidence.
    Link {
        /// To which item; none: to the record.
        item: Option<ItemId>,
        /// Where it leads.
        url: String,
        /// What is there; may be empty.
        words: String,
    },
    /// Add an item that the checklist does not have.
    AddItem {
        /// In which section.
        section: usize,
        /// What it asks.
        label: String,
    },
    /// Allow probes to connect to a host.
    AllowHost {
        /// What is allowed beside asking it.
        #[serde(default)]
        also: Option<Also>,
        /// Host, with its port if it has one.
        host: String,
    },
    /// Keep what a probe measured.
    Observe {
        /// The observation.
        observation: Box<Observation>,
    },
    /// Keep that a probe was due and could not be executed.
    Defer {
        /// Which probe.
        probe: ProbeId,
        /// When it was due.
        due: Timestamp,
        /// Why.
        reason: String,
    },
    /// Accept or dispute an observation.
    Judge {
        /// Its event.
        observation: Digest,
        /// Accepted, or disputed.
        accepted: bool,
        /// Why.
        reason: Option<String>,
    },
    /// Say that a finding is known.
    Acknowledge {
        /// Its event.
        observation: Digest,
        /// What is known of it.
        reason: String,
    },
    /// Add probes that the checklist does not have. Their ids are given here.
    AddProbes {
        /// The name of the file that they come from.
        source: String,
        /// SHA-256 of its bytes.
        sha256: Digest,
        /// The probes.
        probes: Vec<ProbeOffer>,
        /// What of the file did not fit.
        left: Vec<String>,
    },
    /// Freeze the baseline as it stands.
    FreezeBaseline,
    /// Go on without a baseline.
    WaiveBaseline {
        /// Why.
        reason: String,
    },
    /// Keep a round.
    TakeRound {
        /// Which, and what was observed.
        round: RoundEntry,
    },
    /// Keep that a round was missed.
    MissRound {
        /// The section that states the schedule.
        section: usize,
        /// Which slot, from 1.
        number: u32,
        /// Why, as far as the computer knows.
        cause: Cause,
        /// What the computer knows.
        evidence: String,
    },
    /// Keep a sign-off.
    SignOff {
        /// Statement and signature.
        sign_off: Box<SignOff>,
        /// What the roster says of the signer.
        #[serde(default)]
        roster: Option<Box<RosterSaid>>,
    },
    /// Ask somebody for a signature by file.
    AskSignOff {
        /// Whom; none: whoever has the role.
        of: Option<Person>,
        /// In which role; none: the signer's choice.
        role: Option<String>,
    },
    /// Decide at a gate, or about the deployment as a whole.
    Decide {
        /// The gate; none: the deployment as a whole.
        gate: Option<ItemId>,
        /// What.
        way: Way,
        /// Who decides, if somebody else than the writer.
        by: Option<Person>,
        /// Why; needed to be less careful than what is proposed.
        reason: Option<String>,
    },
    /// Go the fast path from here on.
    DeclareEmergency {
        /// Why.
        reason: String,
    },
    /// Hand the watch over.
    HandOver {
        /// The baton and its signature.
        handover: Box<SignedBaton>,
    },
    /// Take the watch over.
    TakeOver {
        /// The event of the handover.
        handover: Digest,
    },
    /// Write an incident down, or what more is known of it.
    Incident {
        /// Which; none: a new one.
        number: Option<u32>,
        /// The whole of it.
        incident: Box<Incident>,
    },
    /// End the work.
    Close {
        /// How it ended.
        outcome: Outcome,
        /// In words.
        summary: Option<String>,
    },
    /// Go on with a closed record.
    Reopen {
        /// Why.
        reason: String,
    },
    /// Declare that the record does not count.
    Void {
        /// Why.
        reason: String,
    },
    /// Keep that a report was made.
    Report {
        /// SHA-256 of its base revision.
        base: Digest,
        /// Its signature fields.
        fields: Vec<String>,
    },
}

/// Decides what an intent comes to.
pub fn decide(view: &View, intent: Intent, moment: &Moment) -> Result<Body, Refusal> {
    if view.voided.is_some() {
        return Err(Refusal::Voided);
    }
    let objections = policy::objections(view, &intent, moment);
    match intent {
        Intent::Answer { item, answer: Answer::Chosen { option }, by, reason } if is_gate(view, &item) => {
            let Answer::Chosen { option } = fitting(view, &item, Answer::Chosen { option })? else {
                return Err(Refusal::NoSuchItem(item));
            };
            decide_gate(view, Some(item), Way::of_option(&option), by, reason, moment)
        }
        Intent::Decide { gate, way, by, reason } => decide_gate(view, gate, way, by, reason, moment),
        Intent::DeclareEmergency { reason } => {
            open(view)?;
            match view.conduct.emergency {
                Some(_) => Err(Refusal::EmergencyAlready),
                None => Ok(Body::Emergency { reason: written(&reason)? }),
            }
        }
        Intent::Answer { item, answer, by, reason } => {
            open(view)?;
            if view.template.item(&item).is_some_and(|item| rollback::waits_for_rollback(view, item, &answer)) {
                return Err(Refusal::NotRollingBack { label: view.label(&item) });
            }
            let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
            if !objections.is_empty() && reason.is_none() {
                return Err(Refusal::AgainstPolicy { objections });
            }
            let answer = fitting(view, &item, answer)?;
            if answer.needs_reason() && reason.is_none() {
                return Err(Refusal::ReasonNeeded { state: answer.state().word() });
            }
            let normal = view.conduct.emergency.is_none();
            if normal && answer == Answer::Done && view.baseline_is_open() && is_deploy(view, &item) {
                return Err(Refusal::BaselineOpen);
            }
            if reason.is_none() && corrects_baseline(view, &item, &answer) {
                return Err(Refusal::ReasonNeeded { state: "a change of the frozen baseline" });
            }
            Ok(Body::Answered { item, answer, by: by.filter(|by| !by.0.is_empty()), reason })
        }
        Intent::Note { item, text } => {
            item.iter().try_for_each(|item| exists(view, item))?;
            Ok(Body::Noted { item, text: written(&text)? })
        }
        Intent::Attach { item, file } => {
            item.iter().try_for_each(|item| exists(view, item))?;
            Ok(Body::Attached { item, file })
        }
        Intent::Link { item, url, words } => {
            item.iter().try_for_each(|item| exists(view, item))?;
            let url = url.trim().to_owned();
            let known = url.starts_with("https://") || url.starts_with("http://");
            super::probe::host_of(&url).filter(|host| known && !host.is_empty()).ok_or(Refusal::NoLink)?;
            Ok(Body::Linked { item, url, words: words.trim().to_owned() })
        }
        Intent::AddItem { section, label } => {
            open(view)?;
            view.template.sections.get(section).ok_or(Refusal::NoSuchSection(section))?;
            let item = ItemId::from(format!("added-{}", view.added.len() + 1).as_str());
            Ok(Body::ItemAdded { item, section, label: written(&label)? })
        }
        Intent::AllowHost { host, also } => Ok(Body::HostAllowed { host: written(&host)?.to_ascii_lowercase(), also }),
        Intent::Observe { observation } => {
            super::probe::may_ask(view, &observation.probe)?;
            Ok(Body::Observed { observation })
        }
        Intent::Defer { probe, due, reason } => Ok(Body::Deferred { probe, due, reason }),
        Intent::Judge { observation, accepted, reason } => {
            view.probes.values().flatten().find(|run| run.event == observation).ok_or(Refusal::NoSuchObservation)?;
            let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
            if !accepted && reason.is_none() {
                return Err(Refusal::ReasonNeeded { state: "disputed" });
            }
            Ok(Body::Judged { observation, accepted, reason })
        }
        Intent::Acknowledge { observation, reason } => {
            let run = view.probes.values().flatten().find(|run| run.event == observation);
            let found = match &run.ok_or(Refusal::NoSuchObservation)?.what {
                ProbeEvent::Ran { observation } => observation.outcome != Kleene::Met,
                ProbeEvent::NotExecuted { .. } => true,
            };
            let reason = reason.trim().to_owned();
            match () {
                () if !found => Err(Refusal::NothingWrong),
                () if reason.is_empty() => Err(Refusal::ReasonNeeded { state: "acknowledged" }),
                () => Ok(Body::Acknowledged { observation, reason }),
            }
        }
        Intent::AddProbes { source, sha256, probes, left } => {
            open(view)?;
            let probes = added_probes(view, probes);
            match probes.is_empty() {
                true => Err(Refusal::ProbesKnown),
                false => Ok(Body::ProbesAdded { source, sha256, probes, left }),
            }
        }
        Intent::FreezeBaseline => {
            unsettled(view)?;
            match view.baseline_values() {
                (values, _) if values.is_empty() => Err(Refusal::BaselineEmpty),
                (values, missing) => Ok(Body::BaselineFrozen { values, missing }),
            }
        }
        Intent::WaiveBaseline { reason } => {
            unsettled(view)?;
            Ok(Body::BaselineWaived { reason: written(&reason)? })
        }
        Intent::TakeRound { round } => {
            open(view)?;
            rounds::take(view, round, moment.now)
        }
        Intent::MissRound { section, number, cause, evidence } => {
            rounds::miss(view, (section, number), (cause, evidence), moment.now)
        }
        Intent::SignOff { sign_off, roster } => {
            sign_off::fits(view, &sign_off.statement)?;
            Ok(Body::SignedOff { sign_off, roster })
        }
        Intent::AskSignOff { of, role } => {
            let role = role.map(|role| role.trim().to_owned()).filter(|role| !role.is_empty());
            Ok(Body::SignOffAsked { of: of.filter(|of| !of.0.trim().is_empty()), role })
        }
        Intent::HandOver { handover } => {
            open(view)?;
            handover::hand_over(view, &handover)?;
            Ok(Body::HandedOver { handover })
        }
        Intent::TakeOver { handover } => {
            handover::take_over(view, handover, &moment.person)?;
            Ok(Body::TakenOver { handover })
        }
        // The root cause is often found after the record was closed.
        Intent::Incident { number, incident } => {
            let number = incident::number(view, number)?;
            Ok(Body::Incident { number, incident: Box::new(incident.checked()?) })
        }
        Intent::Close { outcome, summary } => {
            open(view)?;
            let summary = summary.map(|summary| summary.trim().to_owned()).filter(|summary| !summary.is_empty());
            Ok(Body::Closed { outcome, summary })
        }
        Intent::Reopen { reason } => match view.closed {
            Some(_) => Ok(Body::Reopened { reason: written(&reason)? }),
            None => Err(Refusal::StillOpen),
        },
        Intent::Void { reason } => Ok(Body::Voided { reason: written(&reason)? }),
        Intent::Report { base, fields } => Ok(Body::Reported { base, fields }),
    }
}

/// The probes that the record does not have yet, each with an id of its own.
fn added_probes(view: &View, probes: Vec<ProbeOffer>) -> Vec<ProbeOffer> {
    let before: usize = view.added_probes.iter().map(|added| added.probes.len()).sum();
    let mut fresh: Vec<ProbeOffer> = Vec::new();
    for probe in probes {
        let same = |known: &ProbeOffer| known.ask == probe.ask && known.expect == probe.expect && known.item.is_none();
        if !view.offers().any(same) && !fresh.iter().any(same) {
            let id = ProbeId(format!("added-{} {}", before + fresh.len() + 1, probe.name));
            fresh.push(ProbeOffer { id, item: None, ..probe });
        }
    }
    fresh
}

fn is_gate(view: &View, id: &ItemId) -> bool {
    view.template.item(id).is_some_and(|item| matches!(item.kind, ItemKind::Gate { .. }))
}

/// A decision by a named person, with what was proposed and seen. Nothing less careful than proposed passes without a reason.
fn decide_gate(
    view: &View,
    gate: Option<ItemId>,
    way: Way,
    by: Option<Person>,
    reason: Option<String>,
    moment: &Moment,
) -> Result<Body, Refusal> {
    open(view)?;
    let by = by.map(|by| Person::from(by.0.as_str())).filter(|by| !by.0.is_empty());
    if by.as_ref().unwrap_or(&moment.person).0.trim().is_empty() {
        return Err(Refusal::Nameless);
    }
    let (proposed, because, saw) = match &gate {
        Some(item) => {
            exists(view, item)?;
            let gate = gate::propose(view, item, moment.now).ok_or_else(|| Refusal::NoGate(view.label(item)))?;
            let saw = gate.criteria.iter().map(|of| format!("{}: {} → {}", of.label, of.shown, of.outcome)).collect();
            (gate.proposed, gate.because, saw)
        }
        None => {
            let (proposed, saw) = gate::propose_whole(view);
            (proposed, saw.clone(), saw)
        }
    };
    let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    // To go back on no gate's account is always a person's own judgement.
    let own_judgement = gate.is_none() && way != proposed;
    if (way < proposed || own_judgement) && reason.is_none() {
        return Err(Refusal::OverrideNeedsReason { proposed, because });
    }
    Ok(Body::Decided { gate, way, proposed, saw, by, reason })
}

fn open(view: &View) -> Result<(), Refusal> {
    if view.closed.is_some() { Err(Refusal::Closed) } else { Ok(()) }
}

/// The baseline can still be frozen or waived.
fn unsettled(view: &View) -> Result<(), Refusal> {
    open(view)?;
    let settled = |why| Err(Refusal::BaselineSettled { why });
    match () {
        () if super::baseline::members(&view.template).is_empty() => Err(Refusal::NoBaseline),
        () if view.baseline.frozen.is_some() => settled("it was frozen"),
        () if view.baseline.waived.is_some() => settled("it was waived"),
        () if view.rounds.anchor.is_some() => settled("the deployment has begun"),
        () => Ok(()),
    }
}

fn is_deploy(view: &View, item: &ItemId) -> bool {
    view.template.deploy_item().is_some_and(|deploy| deploy.id == *item)
}

fn corrects_baseline(view: &View, item: &ItemId, answer: &Answer) -> bool {
    let values = view.baseline.frozen.iter().flat_map(|frozen| &frozen.values);
    let mut of_item = values.filter(|value| value.item == *item);
    of_item.any(|value| answer.text() != Some(value.value.as_str()))
}

fn written(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    if text.is_empty() { Err(Refusal::Empty) } else { Ok(text.to_owned()) }
}

fn exists(view: &View, id: &ItemId) -> Result<(), Refusal> {
    let known = view.template.item(id).is_some() || view.added.iter().any(|added| added.item == *id);
    if known { Ok(()) } else { Err(Refusal::NoSuchItem(id.clone())) }
}

/// The answer as its item takes it: options spelt as in the checklist, values checked.
pub(super) fn fitting(view: &View, id: &ItemId, answer: Answer) -> Result<Answer, Refusal> {
    exists(view, id)?;
    let Some(item) = view.template.item(id) else {
        return match answer {
            Answer::Value { .. } | Answer::Chosen { .. } => Err(wrong(view, id, "a tick".to_owned())),
            tick => Ok(tick),
        };
    };
    match (&item.kind, answer) {
        (ItemKind::SignOff { .. }, _) => Err(wrong(view, id, "a signature: sign off in its role".to_owned())),
        (ItemKind::Task { .. }, Answer::Done) if view.template.sign_off_on_line_of(item).is_some() => {
            Err(wrong(view, id, "a signature: sign off in its role".to_owned()))
        }
        (ItemKind::Task { .. }, Answer::Done) if gate_on_line(view, item) => {
            Err(wrong(view, id, "a decision: proceed, hold or roll back".to_owned()))
        }
        (ItemKind::Task { .. }, Answer::Value { .. } | Answer::Chosen { .. }) => {
            Err(wrong(view, id, "a tick".to_owned()))
        }
        (ItemKind::Field { .. }, Answer::Done | Answer::Chosen { .. }) => Err(wrong(view, id, "a value".to_owned())),
        (ItemKind::Field { .. }, Answer::Value { text }) => Ok(Answer::Value { text: value::accept(item, &text)? }),
        (ItemKind::Choice { options } | ItemKind::Gate { options }, answer) => match answer {
            Answer::Done | Answer::Value { .. } => Err(wrong(view, id, format!("one of {}", options.join(", ")))),
            Answer::Chosen { option } => {
                let chosen = options.iter().find(|known| known.eq_ignore_ascii_case(option.trim())).cloned();
                let option = chosen.ok_or_else(|| wrong(view, id, format!("one of {}", options.join(", "))))?;
                Ok(Answer::Chosen { option })
            }
            other => Ok(other),
        },
        (_, answer) => Ok(answer),
    }
}

fn gate_on_line(view: &View, task: &crate::checklist::Item) -> bool {
    view.template.items.iter().any(|item| item.line == task.line && matches!(item.kind, ItemKind::Gate { .. }))
}

fn wrong(view: &View, id: &ItemId, takes: String) -> Refusal {
    Refusal::WrongAnswer { label: view.label(id), takes }
}
