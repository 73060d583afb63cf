//! What went otherwise than the checklist says. Computed from the view, never entered, so that nothing can be hidden.

mod burst;
mod conduct;
mod lines;

pub use burst::{BURST_ITEMS, BURST_SECONDS};

use super::answer::{Answer, Person, State};
use super::baseline::Correction;
use super::policy::{Freshness, freshness};
use super::probed::{ProbeEvent, ProbeRun, Said};
use super::view::{ItemView, View};
use crate::checklist::Mark;
use crate::condition::Outcome;
use crate::id::{ItemId, ProbeId};
use crate::time::{Timestamp, duration_words};
use lines::Lines;
use serde::{Deserialize, Serialize};

/// One thing that went otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deviation {
    /// What sort.
    pub kind: DeviationKind,
    /// The item it is about.
    pub item: Option<ItemId>,
    /// The item's words, or what it is about.
    pub label: String,
    /// What exactly, with the reason that was given.
    pub detail: String,
    /// Who.
    pub by: Option<Person>,
    /// When.
    pub at: Option<Timestamp>,
}

/// The sorts of deviations, gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviationKind {
    /// It was not the real thing.
    Rehearsal,
    /// It went the fast path.
    Emergency,
    /// A condition to go back by came true.
    TriggerTripped,
    /// A person signed that it must go back.
    Returned,
    /// A person signed an objection.
    Dissent,
    /// Something went wrong around the deployment.
    Incident,
    /// A rule of the checklist is not kept: who signs, who may not, what comes first.
    RuleNotKept,
    /// It was deployed in hours that a rule forbids.
    ForbiddenHours,
    /// Another deployment of the same service was going on.
    Concurrent,
    /// An item failed.
    Failed,
    /// A value misses its limit, or trips an alert.
    LimitNotMet,
    /// It was done although a limit or a probe spoke against it.
    Overridden,
    /// A probe did not find what was expected.
    ProbeNotMet,
    /// A probe ran and its outcome is not known.
    ProbeUnknown,
    /// A person disputes what a probe measured.
    ProbeDisputed,
    /// A probe was due and was never executed.
    ProbeNotExecuted,
    /// A person approved with exceptions.
    Exceptions,
    /// The roster speaks against who signed.
    RosterWarning,
    /// A sign-off is for a state that is no longer the state.
    SignOffStale,
    /// The watch was handed over, and nobody took it over.
    NotTakenOver,
    /// What was owed by a time was not there by then.
    Overdue,
    /// Something required was set aside.
    Waived,
    /// The deployment went on without a baseline.
    BaselineWaived,
    /// The baseline was frozen with values missing.
    BaselineIncomplete,
    /// A value of the baseline was changed after it was frozen.
    BaselineCorrected,
    /// An answer or a verdict was made with a baseline that has been corrected since.
    VerdictStale,
    /// Rounds were not taken.
    RoundMissed,
    /// A round was taken late.
    RoundLate,
    /// An item is blocked.
    Blocked,
    /// An item was skipped.
    Skipped,
    /// An item does not apply.
    NotApplicable,
    /// Evidence that is asked for is missing, or not fresh.
    EvidenceMissing,
    /// Something was done before what should have come first.
    OutOfOrder,
    /// Many items were ticked within seconds.
    Burst,
    /// An answer was changed after it was first given.
    Corrected,
    /// An item was added on the spot.
    AddedOnTheSpot,
    /// A secret was masked before something was stored.
    Masked,
    /// An item was still open when the record was closed.
    LeftOpen,
    /// Work was done outside the planned window.
    OutsideWindow,
    /// The clock jumped.
    ClockJumped,
    /// The header lacks facts.
    HeaderIncomplete,
    /// The log has events that this version does not know.
    NotUnderstood,
}

impl DeviationKind {
    /// It says by itself that something is wrong, not merely that something went another way.
    pub fn is_grave(self) -> bool {
        matches!(
            self,
            Self::Rehearsal
                | Self::Emergency
                | Self::TriggerTripped
                | Self::Incident
                | Self::Overdue
                | Self::Returned
                | Self::Dissent
                | Self::RosterWarning
                | Self::RuleNotKept
                | Self::ForbiddenHours
                | Self::Failed
                | Self::LimitNotMet
                | Self::ProbeNotMet
                | Self::Overridden
        )
    }

    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rehearsal => "rehearsal",
            Self::Emergency => "emergency",
            Self::TriggerTripped => "trigger tripped",
            Self::Incident => "incident",
            Self::NotTakenOver => "not taken over",
            Self::Overdue => "overdue",
            Self::Returned => "returned",
            Self::Dissent => "dissent",
            Self::Exceptions => "approved with exceptions",
            Self::RosterWarning => "not as the roster says",
            Self::RuleNotKept => "rule not kept",
            Self::ForbiddenHours => "forbidden hours",
            Self::Concurrent => "concurrent",
            Self::Overridden => "overridden",
            Self::Waived => "waived",
            Self::EvidenceMissing => "evidence missing",
            Self::OutOfOrder => "out of order",
            Self::Burst => "ticked in a burst",
            Self::Failed => "failed",
            Self::LimitNotMet => "limit not met",
            Self::ProbeNotMet => "probe not met",
            Self::ProbeUnknown => "probe outcome unknown",
            Self::ProbeDisputed => "probe disputed",
            Self::ProbeNotExecuted => "probe not executed",
            Self::SignOffStale => "sign-off stale",
            Self::BaselineWaived => "baseline waived",
            Self::BaselineIncomplete => "baseline incomplete",
            Self::BaselineCorrected => "baseline corrected",
            Self::VerdictStale => "verdict stale",
            Self::RoundMissed => "round missed",
            Self::RoundLate => "round late",
            Self::Blocked => "blocked",
            Self::Skipped => "skipped",
            Self::NotApplicable => "not applicable",
            Self::Corrected => "corrected",
            Self::AddedOnTheSpot => "added on the spot",
            Self::Masked => "secret masked",
            Self::LeftOpen => "left open",
            Self::OutsideWindow => "outside the window",
            Self::ClockJumped => "clock jumped",
            Self::HeaderIncomplete => "header incomplete",
            Self::NotUnderstood => "not understood",
        }
    }
}

/// Everything that went otherwise, gravest first. The work grows with the record's length and no faster.
pub fn deviations(view: &View) -> Vec<Deviation> {
    let lines = Lines::of(view);
    let mut found = of_record(view);
    for (id, item) in &view.items {
        of_item(&lines, &view.baseline.corrections, id, item, &mut found);
    }
    for (probe, runs) in &view.probes {
        of_probe(&lines, probe, runs, &mut found);
    }
    conduct::overridden(view, &lines, &mut found);
    conduct::of_conduct(view, &lines, &mut found);
    conduct::of_policy(view, &mut found);
    conduct::of_decisions(view, &lines, &mut found);
    found.extend(burst::bursts(view, &lines));
    super::baseline::deviations(view, &mut found);
    super::rounds::deviations(view, &mut found);
    of_sign_offs(view, &mut found);
    if view.closed.is_some() {
        left_open(view, &lines, &mut found);
    }
    found.sort_by_key(|deviation| (deviation.kind, deviation.at));
    found
}

fn of_record(view: &View) -> Vec<Deviation> {
    let mut found = Vec::new();
    let plain = |kind, label: String, detail: String, at| Deviation { kind, item: None, label, detail, by: None, at };
    if view.rehearsal {
        let detail = "it stands for no deployment".to_owned();
        found.push(plain(DeviationKind::Rehearsal, "The whole record".to_owned(), detail, Some(view.started_at)));
    }
    let missing = view.header.missing();
    if !missing.is_empty() {
        found.push(plain(
            DeviationKind::HeaderIncomplete,
            "Header".to_owned(),
            format!("no {}", missing.join(", no ")),
            None,
        ));
    }
    for (at, by) in &view.clock_jumps {
        let way = if *by < 0 { "back" } else { "forward" };
        let detail = format!("set {way} by {}", duration_words(by.saturating_abs()));
        found.push(plain(DeviationKind::ClockJumped, "Clock of the computer".to_owned(), detail, Some(*at)));
    }
    for kind in &view.unknown_kinds {
        let detail = "written by a newer version; kept as it is".to_owned();
        found.push(plain(DeviationKind::NotUnderstood, format!("Event of the kind «{kind}»"), detail, None));
    }
    for added in view.added.iter().filter(|added| !View::is_review(&added.item)) {
        found.push(Deviation {
            kind: DeviationKind::AddedOnTheSpot,
            item: Some(added.item.clone()),
            label: added.label.clone(),
            detail: view.item(&added.item).state.word().to_owned(),
            by: Some(added.by.clone()),
            at: Some(added.at),
        });
    }
    for added in &view.added_probes {
        found.push(Deviation {
            kind: DeviationKind::AddedOnTheSpot,
            item: None,
            label: format!("Probes of {}", added.source),
            detail: format!(
                "{} probes that the checklist does not have (SHA-256 {})",
                added.probes.len(),
                added.sha256.short()
            ),
            by: Some(added.by.clone()),
            at: Some(added.at),
        });
    }
    found.extend(outside_window(view));
    of_people(view, &mut found);
    found
}

/// Incidents, secrets that somebody brought, and a watch that nobody has.
fn of_people(view: &View, found: &mut Vec<Deviation>) {
    found.extend(view.incidents.iter().map(|of| Deviation {
        kind: DeviationKind::Incident,
        item: None,
        label: of.incident.title.clone(),
        detail: of.incident.words(),
        by: Some(of.by.clone()),
        at: Some(of.incident.start),
    }));
    found.extend(view.masked.iter().map(|of| Deviation {
        kind: DeviationKind::Masked,
        item: of.item.clone(),
        label: of.item.as_ref().map_or_else(|| "The whole record".to_owned(), |item| view.label(item)),
        detail: format!("{} before it was stored", of.words),
        by: Some(of.by.clone()),
        at: Some(of.at),
    }));
    if let Some(last) = view.handovers.last().filter(|last| last.taken.is_none()) {
        let baton = &last.signed.baton;
        found.push(Deviation {
            kind: DeviationKind::NotTakenOver,
            item: None,
            label: format!("Handover from {} to {}", baton.from, baton.to),
            detail: baton.words(),
            by: Some(baton.from.clone()),
            at: Some(last.at),
        });
    }
}

/// The first and the last answer that fell outside the planned window speak for all of them.
fn outside_window(view: &View) -> Option<Deviation> {
    let (start, end) = (view.header.window_start?, view.header.window_end?);
    let outside = |at: &Timestamp| *at < start || *at > end;
    let given = view.items.values().flat_map(|item| &item.answers).map(|given| given.at);
    let mut times: Vec<_> = given.filter(outside).collect();
    times.sort_unstable();
    let (first, last) = (times.first()?, times.last()?);
    let detail = format!("{} answers between {} and {}", times.len(), first.for_people(), last.for_people());
    let label = format!("Window {} to {}", start.for_people(), end.for_people());
    Some(Deviation { kind: DeviationKind::OutsideWindow, item: None, label, detail, by: None, at: Some(*first) })
}

fn of_item(lines: &Lines<'_>, corrections: &[Correction], id: &ItemId, item: &ItemView, found: &mut Vec<Deviation>) {
    let Some(last) = item.answers.last() else { return };
    let mut add = |kind, detail: String| {
        let (by, at) = (Some(last.by.clone()), Some(last.at));
        found.push(Deviation { kind, item: Some(id.clone()), label: lines.label(id), detail, by, at });
    };
    let required = lines.item(id).is_some_and(|item| item.marks.contains(&Mark::Required));
    let reason = last.reason.clone().unwrap_or_else(|| "no reason given".to_owned());
    match item.state {
        State::Failed => add(DeviationKind::Failed, reason.clone()),
        State::Blocked => add(DeviationKind::Blocked, reason.clone()),
        State::Skipped | State::NotApplicable if required => {
            add(DeviationKind::Waived, format!("required, and {}: {reason}", item.state.word()));
        }
        State::Skipped => add(DeviationKind::Skipped, reason.clone()),
        State::NotApplicable => add(DeviationKind::NotApplicable, reason.clone()),
        State::Open | State::Done => {}
    }
    let in_round = last.of_round;
    if let Some(verdict) = item.verdict.as_ref().filter(|verdict| verdict.outcome == Outcome::NotMet && !in_round) {
        add(DeviationKind::LimitNotMet, verdict.shown.clone());
    }
    let of_baseline = corrections.iter().find(|correction| correction.item == *id);
    let first = corrected(item, lines.signed(id));
    // What was changed since the freezing stands under the baseline.
    if let Some(first) = first.filter(|first| of_baseline.is_none_or(|of| first.text() != Some(of.then.as_str()))) {
        add(DeviationKind::Corrected, format!("{first} → {}: {reason}", last.answer));
    }
}

/// The first answer, if the item was answered differently later. Blocked items that went on are no correction, and a
/// sign-off line that is signed again shows under the sign-offs.
fn corrected(item: &ItemView, signed: bool) -> Option<&Answer> {
    let typed = item.answers.iter().filter(|given| !given.of_round);
    let mut given = typed.map(|given| &given.answer).filter(|answer| **answer != Answer::Blocked);
    let first = given.next()?;
    (!signed && given.any(|answer| answer != first)).then_some(first)
}

fn of_probe(lines: &Lines<'_>, probe: &ProbeId, runs: &[ProbeRun], found: &mut Vec<Deviation>) {
    let Some(last) = runs.last() else { return };
    let offer = lines.probe(probe);
    let known = last.judged.as_ref().filter(|judged| judged.said == Said::Acknowledged);
    let known = known.map(|judged| format!("; {}", judged.words())).unwrap_or_default();
    let mut add = |kind, detail: String, by| {
        let label = offer.map_or_else(|| probe.0.clone(), |offer| offer.name.clone());
        let (item, at) = (offer.and_then(|offer| offer.item.clone()), Some(last.at));
        found.push(Deviation { kind, item, label, detail, by, at });
    };
    match &last.what {
        ProbeEvent::NotExecuted { due, reason } => {
            add(DeviationKind::ProbeNotExecuted, format!("due {}: {reason}{known}", due.for_people()), None);
        }
        ProbeEvent::Ran { observation } => {
            let kind = match observation.outcome {
                Outcome::NotMet => Some(DeviationKind::ProbeNotMet),
                Outcome::Unknown => Some(DeviationKind::ProbeUnknown),
                Outcome::Met => None,
            };
            if let Some(kind) = kind {
                add(kind, format!("{}{known}", observation.summary()), None);
            }
        }
    }
    if let Some(judged) = last.judged.as_ref().filter(|judged| judged.said == Said::Disputed) {
        add(DeviationKind::ProbeDisputed, judged.reason.clone().unwrap_or_default(), Some(judged.by.clone()));
    }
}

fn of_sign_offs(view: &View, found: &mut Vec<Deviation>) {
    for signed in view.standing_sign_offs() {
        let statement = &signed.sign_off.statement;
        let mut add = |kind, detail: String| {
            found.push(Deviation {
                kind,
                item: statement.item.clone(),
                label: format!("{} ({})", statement.role, statement.meaning.words()),
                detail,
                by: Some(statement.person.clone()),
                at: Some(signed.at),
            });
        };
        match &statement.decision {
            super::Decision::Approve => {}
            super::Decision::ApproveWithExceptions { .. } => {
                add(DeviationKind::Exceptions, view.exceptions(statement));
            }
            super::Decision::Return { reason } => add(DeviationKind::Returned, reason.clone()),
            super::Decision::Dissent { reason } => add(DeviationKind::Dissent, reason.clone()),
        }
        if !signed.warnings().is_empty() {
            add(DeviationKind::RosterWarning, signed.warnings().join(" "));
        }
        if let (Freshness::Stale(_), [first, rest @ ..]) = (freshness(view, signed), signed.changes.as_slice()) {
            let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
            add(DeviationKind::SignOffStale, format!("{}: {} → {}{more}", first.label, first.then, first.now));
        }
    }
}

fn left_open(view: &View, lines: &Lines<'_>, found: &mut Vec<Deviation>) {
    let of_template = lines.to_do(view).map(|item| (&item.id, &item.label));
    let open = of_template.chain(view.added.iter().map(|added| (&added.item, &added.label)));
    for (id, label) in open.filter(|(id, _)| view.item(id).state == State::Open) {
        found.push(Deviation {
            kind: DeviationKind::LeftOpen,
            item: Some(id.clone()),
            label: label.clone(),
            detail: "nothing was entered".to_owned(),
            by: None,
            at: None,
        });
    }
}
