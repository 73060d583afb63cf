//! Deviations of how the deployment was conducted: order, hours, rules, other deployments, and what was done against the evidence.

use super::lines::Lines;
use super::{Deviation, DeviationKind};
use crate::condition::Outcome;
use crate::id::ItemId;
use crate::record::answer::State;
use crate::record::policy::{DutyKind, Standing, duties};
use crate::record::probed::ProbeEvent;
use crate::record::rollback::{alarms, obligations, override_words, skipped_controls};
use crate::record::view::View;
use crate::time::duration_words;
use std::collections::{BTreeMap, BTreeSet};

/// Items that were ticked although a limit of theirs is missed, or their probe did not find what was expected.
pub(super) fn overridden(view: &View, lines: &Lines<'_>, found: &mut Vec<Deviation>) {
    let mut against: BTreeMap<&ItemId, Vec<String>> = BTreeMap::new();
    for (id, entered) in &view.items {
        let missed = entered.verdict.as_ref().filter(|verdict| verdict.outcome == Outcome::NotMet);
        if let Some((parent, verdict)) = lines.item(id).and_then(|item| item.parent.as_ref()).zip(missed) {
            against.entry(parent).or_default().push(format!("{}: {}", lines.label(id), verdict.shown));
        }
    }
    for runs in view.probes.values() {
        let Some(run) = runs.last() else { continue };
        if let ProbeEvent::Ran { observation } = &run.what
            && observation.outcome == Outcome::NotMet
            && let Some(item) = &observation.item
        {
            against.entry(item).or_default().push(observation.summary());
        }
    }
    for (id, against) in against {
        let entered = view.item(id);
        let Some(last) = entered.answers.last().filter(|_| entered.state == State::Done) else { continue };
        let reason = last.reason.as_ref().map(|reason| format!("; {reason}")).unwrap_or_default();
        found.push(Deviation {
            kind: DeviationKind::Overridden,
            item: Some(id.clone()),
            label: lines.label(id),
            detail: format!("done although {}{reason}", against.join(", ")),
            by: Some(last.by.clone()),
            at: Some(last.at),
        });
    }
}

/// What was open when it was deployed, and which other deployments were going on.
pub(super) fn of_conduct(view: &View, lines: &Lines<'_>, found: &mut Vec<Deviation>) {
    if let Some(deployed) = &view.conduct.deployed
        && let [first, rest @ ..] = deployed.open_before.as_slice()
    {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        found.push(Deviation {
            kind: DeviationKind::OutOfOrder,
            item: Some(first.clone()),
            label: lines.label(&deployed.item),
            detail: format!("ticked while what comes before it was open: «{}»{more}", lines.label(first)),
            by: Some(deployed.by.clone()),
            at: Some(deployed.at),
        });
    }
    let mut told = BTreeSet::new();
    for known in &view.conduct.around {
        for other in known.around.others.iter().filter(|other| told.insert(&other.record)) {
            found.push(Deviation {
                kind: DeviationKind::Concurrent,
                item: None,
                label: format!("Record {} {}", other.number, other.headline).trim_end().to_owned(),
                detail: format!("of the same service, open since {}", other.started_at.for_people()),
                by: None,
                at: Some(known.at),
            });
        }
    }
}

/// Rules that were broken.
pub(super) fn of_policy(view: &View, found: &mut Vec<Deviation>) {
    for duty in duties(view).into_iter().filter(|duty| duty.standing == Standing::Broken) {
        let kind = match duty.kind {
            DutyKind::SignOff | DutyKind::Separation | DutyKind::NotUnderstood => DeviationKind::RuleNotKept,
            DutyKind::Order => DeviationKind::OutOfOrder,
            DutyKind::Hours => DeviationKind::ForbiddenHours,
            DutyKind::Evidence => DeviationKind::EvidenceMissing,
        };
        let (item, by, at) = (duty.item, duty.by, duty.at);
        found.push(Deviation { kind, item, label: duty.rule, detail: duty.detail, by, at });
    }
}

/// The fast path, triggers that tripped with what was decided then, decisions against the proposal, and what is overdue.
pub(super) fn of_decisions(view: &View, lines: &Lines<'_>, found: &mut Vec<Deviation>) {
    if let Some(emergency) = &view.conduct.emergency {
        let skipped = skipped_controls(view).len();
        let due = emergency.review_due.for_people();
        found.push(Deviation {
            kind: DeviationKind::Emergency,
            item: None,
            label: emergency.reason.clone(),
            detail: format!("controls skipped: {skipped}; to be reviewed until {due}"),
            by: Some(emergency.by.clone()),
            at: Some(emergency.at),
        });
    }
    for alarm in alarms(view) {
        let decided = match &alarm.decided {
            Some(decided) => {
                let after = duration_words(decided.at.since(alarm.tripped.at));
                format!("; {} decided to {} {after} later", decided.by, decided.way.words())
            }
            None => "; nothing was decided since".to_owned(),
        };
        found.push(Deviation {
            kind: DeviationKind::TriggerTripped,
            item: None,
            label: alarm.label,
            detail: format!("{}{decided}", alarm.tripped.shown),
            by: None,
            at: Some(alarm.tripped.at),
        });
    }
    for decided in view.conduct.decisions.iter().filter(|decided| decided.is_override()) {
        let whole = || "The deployment as a whole".to_owned();
        found.push(Deviation {
            kind: DeviationKind::Overridden,
            item: decided.gate.clone(),
            label: decided.gate.as_ref().map_or_else(whole, |gate| lines.label(gate)),
            detail: override_words(decided),
            by: Some(decided.by.clone()),
            at: Some(decided.at),
        });
    }
    for owed in obligations(view).into_iter().filter(|owed| owed.is_overdue(view.last_at)) {
        let detail = match owed.settled {
            Some(settled) => {
                format!("due {}, done {} late", owed.due.for_people(), duration_words(settled.since(owed.due)))
            }
            None => format!("due {} and open", owed.due.for_people()),
        };
        let (item, at) = (Some(owed.item), Some(owed.due));
        found.push(Deviation { kind: DeviationKind::Overdue, item, label: owed.label, detail, by: None, at });
    }
}
