//! Events to view, one at a time. Nothing is refused here: what is in the log has happened.

use super::alarm;
use super::answer::{Answer, Person, State};
use super::baseline::{Correction, Frozen};
use super::conduct::AroundAt;
use super::contact;
use super::event::{Body, ChecklistFile, Event, Started};
use super::gate::Decided;
use super::handover::HandedOver;
use super::incident::{Incident, KnownIncident};
use super::latency;
use super::log::Entry;
use super::observation::Also;
use super::probed::{AddedProbes, Judgement, ProbeEvent, ProbeRun, Said};
use super::sign_off;
use super::value;
use super::view::{
    AddedItem, AskedByFile, AttachedFile, Closing, Given, Link, MaskedAt, Note, Reported, SignedItem, SignedOff, View,
    covered,
};
use super::{Change, SignOff};
use crate::checklist::{self, ItemKind, Template};
use crate::condition::Evaluation;
use crate::id::{Digest, ItemId};
use crate::roster::RosterSaid;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use std::sync::Arc;

/// Says why a log has no view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// The log is empty, or does not begin with the beginning.
    #[error("The log does not begin with the start of a record.")]
    NoStart,
    /// The checklist in the first event is not the one whose hash stands beside it.
    #[error("The checklist in the record is not the one whose hash the record states.")]
    Checklist,
}

/// Reads a whole log.
pub fn fold(log: &[Entry]) -> Result<View, FoldError> {
    let (first, rest) = log.split_first().ok_or(FoldError::NoStart)?;
    let mut view = View::open(first)?;
    rest.iter().for_each(|entry| view.apply(entry));
    Ok(view)
}

/// Reads a whole log, and says of each sign-off that does not fit the record and the state that it stands in, in sentences, why.
pub fn fold_checked(log: &[Entry]) -> Result<(View, Vec<String>), FoldError> {
    let (first, rest) = log.split_first().ok_or(FoldError::NoStart)?;
    let (mut view, mut misfits) = (View::open(first)?, Vec::new());
    for entry in rest {
        if let Body::SignedOff { sign_off, .. } = &entry.event.body
            && let Err(refusal) = sign_off::fits(&view, &sign_off.statement)
        {
            let statement = &sign_off.statement;
            misfits.push(format!("Sign-off of {} as {}: {refusal}", statement.person, statement.role));
        }
        view.apply(entry);
    }
    Ok((view, misfits))
}

impl View {
    /// The view after the first event, whose checklist is read.
    pub fn open(first: &Entry) -> Result<Self, FoldError> {
        let Body::Started(started) = &first.event.body else { return Err(FoldError::NoStart) };
        let ChecklistFile { content, sha256, corrections, .. } = &started.checklist;
        let bytes = content.bytes().filter(|bytes| Digest::of(bytes) == *sha256);
        Self::begin(first, Arc::new(checklist::read_with(&bytes.ok_or(FoldError::Checklist)?, corrections)))
    }

    /// The view after the first event, by somebody who has the reading of its checklist.
    pub fn begin(first: &Entry, template: Arc<Template>) -> Result<Self, FoldError> {
        let Body::Started(started) = &first.event.body else { return Err(FoldError::NoStart) };
        let Started { number, checklist, header, rehearsal, since } = &**started;
        let conduct = alarm::conduct_of(&template);
        Ok(Self {
            id: first.event.record.clone(),
            number: *number,
            rehearsal: *rehearsal,
            header: header.clone(),
            checklist: checklist.name.clone(),
            since: since.clone(),
            latency_probes: latency::offers(&template),
            added_probes: Vec::new(),
            template,
            started_at: first.event.at,
            started_by: first.event.author.person.clone(),
            items: Default::default(),
            added: Vec::new(),
            notes: Vec::new(),
            files: Vec::new(),
            links: Vec::new(),
            masked: MaskedAt::of(&first.event).into_iter().collect(),
            hosts: Vec::new(),
            private_hosts: Vec::new(),
            sending_hosts: Vec::new(),
            probes: Default::default(),
            sign_offs: Vec::new(),
            asked: Vec::new(),
            closed: None,
            voided: None,
            reports: Vec::new(),
            baseline: Default::default(),
            rounds: Default::default(),
            clock_jumps: Vec::new(),
            unknown_kinds: Vec::new(),
            handovers: Vec::new(),
            incidents: Vec::new(),
            left_out: 0,
            conduct,
            head: first.id,
            events: 1,
            last_at: first.event.at,
        })
    }

    /// Takes one more event.
    pub fn apply(&mut self, entry: &Entry) {
        let event = &entry.event;
        let covers = self.head;
        (self.head, self.last_at) = (entry.id, event.at);
        self.events = self.events.saturating_add(1);
        let writer = &event.author.person;
        self.masked.extend(MaskedAt::of(event));
        let note = |text: &str| Note { at: event.at, by: writer.clone(), text: text.to_owned() };
        match &event.body {
            Body::Started(_) => {}
            Body::Answered { item, answer, by, reason } => {
                self.note_deploy(entry, item, answer, reason.as_ref());
                let given = Given { reason: reason.clone(), ..self.given(entry, answer.clone(), by.as_ref()) };
                let corrected = self.baseline_correction(item, &given);
                self.answer(item, given);
                if let Some(correction) = corrected {
                    self.correct_baseline(correction);
                }
                self.anchor_rounds(entry, item);
                self.note_value(entry, item);
            }
            Body::Decided { gate, way, proposed, saw, by, reason } => {
                let decided = Decided {
                    event: entry.id,
                    at: event.at,
                    by: by.as_ref().unwrap_or(writer).clone(),
                    gate: gate.clone(),
                    way: *way,
                    proposed: Some(*proposed),
                    saw: saw.clone(),
                    reason: reason.clone(),
                };
                let option = gate.as_ref().and_then(|gate| self.option_for(gate, *way));
                let answer = Answer::Chosen { option: option.unwrap_or_else(|| way.words().to_owned()) };
                let given = Given { reason: reason.clone(), ..self.given(entry, answer, by.as_ref()) };
                self.note_decision(decided, given);
            }
            Body::Emergency { reason } => self.note_emergency(event.at, writer, reason),
            Body::Noted { item: Some(item), text } => {
                self.items.entry(item.clone()).or_default().notes.push(note(text))
            }
            Body::Noted { item: None, text } => self.notes.push(note(text)),
            Body::Attached { item, file } => {
                let preview = entry.aside.as_deref().map(|jpeg| BASE64.encode(jpeg));
                let file = AttachedFile { at: event.at, by: writer.clone(), file: file.clone(), preview };
                self.attach(item.as_ref(), file);
            }
            Body::Linked { item, url, words } => {
                let link = Link { at: event.at, by: writer.clone(), url: url.clone(), words: words.clone() };
                match item {
                    Some(item) => self.items.entry(item.clone()).or_default().links.push(link),
                    None => self.links.push(link),
                }
            }
            Body::ItemAdded { item, section, label } => self.added.push(AddedItem {
                item: item.clone(),
                section: *section,
                label: label.clone(),
                at: event.at,
                by: writer.clone(),
            }),
            Body::HostAllowed { host, also } => {
                let also = match also {
                    None => None,
                    Some(Also::Private) => Some(&mut self.private_hosts),
                    Some(Also::Send) => Some(&mut self.sending_hosts),
                };
                for hosts in also.into_iter().chain([&mut self.hosts]) {
                    if !hosts.contains(host) {
                        hosts.push(host.clone());
                    }
                }
            }
            Body::Observed { observation } => {
                let probe = observation.probe.clone();
                self.probes
                    .entry(probe)
                    .or_default()
                    .push(run(entry, ProbeEvent::Ran { observation: observation.clone() }));
            }
            Body::Deferred { probe, due, reason } => {
                let what = ProbeEvent::NotExecuted { due: *due, reason: reason.clone() };
                self.probes.entry(probe.clone()).or_default().push(run(entry, what));
            }
            Body::Judged { observation, accepted, reason } => {
                let said = if *accepted { Said::Accepted } else { Said::Disputed };
                self.said_of(entry, observation, said, reason.clone());
            }
            Body::SignedOff { sign_off, roster } => self.sign(entry, sign_off, roster.as_deref()),
            Body::SignOffAsked { of, role } => {
                let (event, at, by) = (entry.id, event.at, writer.clone());
                let (of, role, shown) = (of.clone(), role.clone(), self.signed_state());
                self.asked.push(AskedByFile { event, at, by, of, role, answers: 0, changes: Vec::new(), shown });
            }
            Body::Acknowledged { observation, reason } => {
                self.said_of(entry, observation, Said::Acknowledged, Some(reason.clone()));
            }
            Body::ProbesAdded { source, sha256, probes, left } => self.added_probes.push(AddedProbes {
                source: source.clone(),
                sha256: *sha256,
                probes: probes.clone(),
                left: left.clone(),
                at: event.at,
                by: writer.clone(),
            }),
            Body::Closed { outcome, summary } => {
                let (at, by) = (event.at, writer.clone());
                self.closed = Some(Closing { outcome: *outcome, summary: summary.clone(), at, by });
            }
            Body::Reopened { reason } => {
                self.closed = None;
                self.notes.push(note(&format!("Opened again: {reason}")));
            }
            Body::Voided { reason } => self.voided = Some(note(reason)),
            Body::Reported { base, fields } => {
                let fields = fields.clone();
                self.reports.push(Reported { event: entry.id, at: event.at, base: *base, fields, covers });
            }
            Body::Around { around } => {
                self.conduct.around.push(AroundAt { at: event.at, around: around.clone() });
            }
            Body::BaselineFrozen { values, missing } => {
                let (event, at, by) = (entry.id, event.at, writer.clone());
                let (values, missing) = (values.clone(), missing.clone());
                self.baseline.frozen = Some(Frozen { event, at, by, values, missing });
                self.judge_by_baseline();
            }
            Body::BaselineWaived { reason } => {
                self.baseline.waived = Some(note(reason));
                for (_, changes) in covered(&mut self.sign_offs, &mut self.asked) {
                    let (then, now) = ("to be frozen".to_owned(), "waived".to_owned());
                    changes.push(Change { item: None, label: "Baseline".to_owned(), then, now });
                }
            }
            Body::RoundTaken { section, number, due, values, by, reason } => {
                self.take_round(entry, (*section, *number, *due), values, by.as_ref(), reason.as_ref());
                values.keys().for_each(|item| self.note_value(entry, item));
            }
            Body::RoundMissed { section, number, due, cause, evidence } => {
                self.miss_round(event.at, (*section, *number, *due), (*cause, evidence));
            }
            Body::ClockJumped { by } => self.clock_jumps.push((event.at, *by)),
            Body::ContactGiven { item, aside, by, reason } => {
                self.left_out = self.left_out.saturating_add(u32::from(entry.aside.is_none()));
                let answer = Answer::Value { text: contact::words(*aside, entry.aside.as_deref()) };
                let given = self.given(entry, answer, by.as_ref());
                self.answer(item, Given { reason: reason.clone(), aside: Some(*aside), ..given });
            }
            Body::HandedOver { handover } => {
                let (event, at, signed) = (entry.id, event.at, (**handover).clone());
                self.handovers.push(HandedOver { event, at, signed, taken: None });
            }
            Body::TakenOver { handover } => {
                if let Some(of) = self.handovers.iter_mut().find(|of| of.event == *handover) {
                    of.taken = Some((event.at, writer.clone()));
                }
            }
            Body::Incident { number, incident } => self.note_incident(event, *number, incident),
            Body::Unknown(_) => self.unknown_kinds.push(event.body.kind().to_owned()),
        }
    }

    fn given(&self, entry: &Entry, answer: Answer, by: Option<&Person>) -> Given {
        let Event { at, author, .. } = &entry.event;
        let written_by = by.filter(|by| **by != author.person).map(|_| author.person.clone());
        let by = by.unwrap_or(&author.person).clone();
        Given {
            event: entry.id,
            seq: self.events,
            at: *at,
            by,
            written_by,
            answer,
            reason: None,
            of_round: false,
            aside: None,
        }
    }

    pub(super) fn answer(&mut self, id: &ItemId, given: Given) {
        let verdict = given.answer.text().and_then(|text| self.judge(id, text));
        let item = self.items.entry(id.clone()).or_default();
        item.state = given.answer.state();
        item.text = given.answer.text().map(str::to_owned);
        item.verdict = verdict;
        item.stale = None;
        item.answers.push(given);
        let nobody = self.sign_offs.is_empty() && self.asked.is_empty();
        if !nobody && !self.filled_by_sign_off(id) {
            self.compare_item(id);
        }
    }

    /// A value against the limits of its item, with all that the record knows.
    pub fn judge(&self, id: &ItemId, text: &str) -> Option<Evaluation> {
        let item = self.template.item(id)?;
        if item.limits.is_empty() {
            return None;
        }
        let alone = item.limits.iter().all(|limit| limit.condition.asks_for_value_only());
        let facts = if alone { self.facts_alone(item, text) } else { self.facts_of(item, text) };
        value::judge_by(item, &facts)
    }

    /// Judges again what has a limit that names the baseline.
    fn judge_by_baseline(&mut self) {
        let template = Arc::clone(&self.template);
        let by_baseline = template
            .items
            .iter()
            .filter(|item| item.limits.iter().any(|limit| !limit.condition.baselines().is_empty()));
        for item in by_baseline {
            let verdict = self.item(&item.id).text.clone().and_then(|text| self.judge(&item.id, &text));
            if let Some(entered) = self.items.get_mut(&item.id) {
                entered.verdict = verdict;
            }
        }
    }

    /// What an answer changes in the frozen baseline.
    fn baseline_correction(&self, id: &ItemId, given: &Given) -> Option<Correction> {
        let frozen = self.baseline.frozen.as_ref()?;
        let known = frozen.values.iter().find(|value| value.item == *id)?;
        let now = given.answer.text().map(str::to_owned);
        (now.as_deref() != Some(known.value.as_str())).then(|| Correction {
            item: id.clone(),
            then: known.value.clone(),
            now,
            reason: given.reason.clone(),
            by: given.by.clone(),
            at: given.at,
            used_by: self.users_of(id),
        })
    }

    fn correct_baseline(&mut self, correction: Correction) {
        let label = self.label(&correction.item);
        if let Some(frozen) = &mut self.baseline.frozen {
            match &correction.now {
                Some(now) => {
                    frozen
                        .values
                        .iter_mut()
                        .filter(|value| value.item == correction.item)
                        .for_each(|value| value.value.clone_from(now));
                }
                None => frozen.values.retain(|value| value.item != correction.item),
            }
        }
        let now = correction.now.as_deref().unwrap_or("taken away");
        for id in &correction.used_by {
            if let Some(user) = self.items.get_mut(id) {
                user.stale = Some(format!("«{label}» in the baseline was {} then, and is {now} now", correction.then));
            }
        }
        self.baseline.corrections.push(correction);
        self.judge_by_baseline();
    }

    /// Keeps what a person said of an observation.
    fn said_of(&mut self, entry: &Entry, observation: &Digest, said: Said, reason: Option<String>) {
        let judged = Judgement { said, reason, by: entry.event.author.person.clone(), at: entry.event.at };
        let mut runs = self.probes.values_mut().flatten();
        if let Some(run) = runs.find(|run| run.event == *observation) {
            run.judged = Some(judged);
        }
    }

    fn note_incident(&mut self, event: &Event, number: u32, incident: &Incident) {
        let label = format!("Incident {number}");
        let now = incident.signed_words();
        for (signed, changes) in covered(&mut self.sign_offs, &mut self.asked) {
            let then = signed.incidents.get(&number).cloned().unwrap_or_else(|| "not there".to_owned());
            changes.retain(|change| change.label != label);
            if then != now {
                changes.push(Change { item: None, label: label.clone(), then, now: now.clone() });
            }
        }
        match self.incidents.iter_mut().find(|of| of.number == number) {
            Some(known) => (known.incident, known.changed) = (incident.clone(), event.at),
            None => {
                let (by, at, changed) = (event.author.person.clone(), event.at, event.at);
                self.incidents.push(KnownIncident { number, incident: incident.clone(), by, at, changed });
            }
        }
    }

    fn attach(&mut self, item: Option<&ItemId>, file: AttachedFile) {
        for (signed, changes) in covered(&mut self.sign_offs, &mut self.asked) {
            if !signed.files.contains_key(&file.file.sha256) {
                changes.push(Change {
                    item: item.cloned(),
                    label: file.file.name.clone(),
                    then: "not there".to_owned(),
                    now: "added".to_owned(),
                });
            }
        }
        match item {
            Some(item) => self.items.entry(item.clone()).or_default().files.push(file),
            None => self.files.push(file),
        }
    }

    /// Brings the changes of every sign-off up to date for one item.
    fn compare_item(&mut self, id: &ItemId) {
        let label = self.label(id);
        let now = self.item(id);
        let now = now.signed();
        let open = SignedItem { state: State::Open, text: None };
        for (signed, changes) in covered(&mut self.sign_offs, &mut self.asked) {
            let then = signed.items.get(id).unwrap_or(&open);
            changes.retain(|change| change.item.as_ref() != Some(id) || change.label != label);
            if *then != now {
                let (then, now) = (then.words(), now.words());
                changes.push(Change { item: Some(id.clone()), label: label.clone(), then, now });
            }
        }
    }

    fn sign(&mut self, entry: &Entry, sign_off: &SignOff, roster: Option<&RosterSaid>) {
        let statement = &sign_off.statement;
        let answer = if statement.decision.approves() { Answer::Done } else { Answer::Failed };
        if let Some(line) = &statement.item {
            let boxes = self.template.items.iter().filter(|item| matches!(item.kind, ItemKind::Task { .. }));
            let on_line = |sign_off: &checklist::Item| sign_off.id == *line;
            let ticked = boxes.filter(|task| self.template.sign_off_on_line_of(task).is_some_and(on_line));
            let filled: Vec<_> = ticked.map(|task| task.id.clone()).chain([line.clone()]).collect();
            for id in filled {
                let given = self.given(entry, answer.clone(), Some(&statement.person));
                self.answer(&id, given);
            }
        }
        let (event, at, roster, sign_off) = (entry.id, entry.event.at, roster.cloned(), sign_off.clone());
        // What was signed by file was shown earlier: all that came since is different from what was signed.
        let asked = self.asked.iter_mut().find(|asked| asked.event == sign_off.statement.head);
        let (signed, changes) = match asked {
            Some(asked) => {
                asked.answers = asked.answers.saturating_add(1);
                (asked.shown.clone(), asked.changes.clone())
            }
            None => (self.signed_state(), Vec::new()),
        };
        self.sign_offs.push(SignedOff { event, at, sign_off, changes, roster, signed });
    }
}

fn run(entry: &Entry, what: ProbeEvent) -> ProbeRun {
    ProbeRun { event: entry.id, at: entry.event.at, what, judged: None }
}
