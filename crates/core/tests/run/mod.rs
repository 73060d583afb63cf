//! A record under test: what is asked for is decided, written and folded as the engine does it, with a clock that the test sets.
#![allow(dead_code, reason = "each test program uses a part of it")]

#[path = "../common/mod.rs"]
pub mod common;

use countersign_core::id::{Digest, ItemId, RecordId};
use countersign_core::record::*;
use countersign_core::time::Timestamp;

pub struct Run {
    pub view: View,
    pub log: Vec<Entry>,
    pub now: Timestamp,
    pub person: Person,
    pub around: Option<Around>,
}

/// The Monday at 10:00 UTC on which every run begins.
pub fn monday() -> Timestamp {
    at("2026-01-05T10:00:00Z")
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Run {
    pub fn start(checklist: &str) -> Self {
        Self::start_with(checklist, |_| ())
    }

    pub fn start_with(checklist: &str, change: impl FnOnce(&mut Started)) -> Self {
        let mut header = Header::default();
        let facts =
            [("service", "api"), ("release", "2.0"), ("commit", "abc"), ("environment", "prod"), ("deployer", "Ana")];
        facts.into_iter().for_each(|(name, value)| header.set(name, value).unwrap());
        let content = Content::of(checklist.as_bytes());
        let file = ChecklistFile {
            name: "release.md".into(),
            sha256: Digest::of(checklist.as_bytes()),
            content,
            corrections: Vec::new(),
        };
        let mut started = Started { number: 1, checklist: file, header, rehearsal: false, since: None };
        change(&mut started);
        let first = entry(monday(), &"Ana".into(), Vec::new(), Body::Started(Box::new(started)));
        let view = View::open(&first).unwrap();
        Self { view, log: vec![first], now: monday(), person: "Ana".into(), around: None }
    }

    /// Lets time pass.
    pub fn wait(&mut self, seconds: i64) {
        self.now = Timestamp::from_millis(self.now.millis() + seconds * 1000);
    }

    pub fn moment(&self) -> Moment {
        Moment { around: self.around.clone(), ..Moment::new(self.now, self.person.clone()) }
    }

    pub fn write(&mut self, body: Body) {
        self.write_with(body, None);
    }

    /// With what lies beside the event.
    pub fn write_with(&mut self, body: Body, aside: Option<Vec<u8>>) {
        let entry = Entry { aside, ..entry(self.now, &self.person, vec![self.view.head], body) };
        self.view.apply(&entry);
        self.log.push(entry);
    }

    /// Five seconds pass, so that nothing looks like a burst unless a test wants it to.
    pub fn act(&mut self, intent: Intent) -> Result<(), Refusal> {
        let body = decide(&self.view, intent, &self.moment())?;
        if let Some(around) = self.around.clone() {
            self.write(Body::Around { around });
        }
        self.write(body);
        self.wait(5);
        Ok(())
    }

    pub fn by(&mut self, person: &str) -> &mut Self {
        self.person = person.into();
        self
    }

    pub fn item(&self, label: &str) -> ItemId {
        let mut found = self.view.template.items.iter().filter(|item| item.label.starts_with(label));
        found.next().unwrap_or_else(|| panic!("no item {label}")).id.clone()
    }

    pub fn answer(&mut self, label: &str, answer: Answer, reason: Option<&str>) -> Result<(), Refusal> {
        let item = self.item(label);
        self.act(Intent::Answer { item, answer, by: None, reason: reason.map(str::to_owned) })
    }

    pub fn done(&mut self, label: &str) {
        self.answer(label, Answer::Done, None).unwrap();
    }

    pub fn value(&mut self, label: &str, text: &str) {
        self.answer(label, Answer::Value { text: text.to_owned() }, None).unwrap();
    }

    pub fn choose(&mut self, label: &str, option: &str) {
        self.answer(label, Answer::Chosen { option: option.to_owned() }, None).unwrap();
    }

    pub fn close(&mut self, outcome: Outcome) {
        self.act(Intent::Close { outcome, summary: None }).unwrap();
    }

    pub fn sign(&mut self, person: &str, role: &str, meaning: Meaning) {
        self.sign_so(person, role, meaning, Decision::Approve);
    }

    pub fn sign_so(&mut self, person: &str, role: &str, meaning: Meaning, decision: Decision) {
        let statement = self.statement(person, role, meaning, decision);
        self.take(statement).unwrap();
    }

    /// Takes a statement into the log, as if somebody had signed it.
    pub fn take(&mut self, statement: Statement) -> Result<(), Refusal> {
        let sign_off = Box::new(SignOff { statement, signature: String::new() });
        self.act(Intent::SignOff { sign_off, roster: None })
    }

    /// What a person would sign now.
    pub fn statement(&self, person: &str, role: &str, meaning: Meaning, decision: Decision) -> Statement {
        Statement {
            v: 1,
            record: self.view.id.clone(),
            number: 1,
            template: self.view.template.sha256,
            artifact: self.view.header.artifact.clone(),
            release: self.view.header.release.clone(),
            state: self.view.state_digest().unwrap(),
            head: self.view.head,
            person: person.into(),
            certificate: Digest::of(person.as_bytes()),
            role: role.to_owned(),
            meaning,
            decision,
            at: self.now,
            item: line_to_fill(&self.view, role, meaning),
            shown: None,
        }
    }

    pub fn kinds(&self) -> Vec<DeviationKind> {
        deviations(&self.view).into_iter().map(|deviation| deviation.kind).collect()
    }

    /// The detail of the one deviation of a kind.
    pub fn detail(&self, kind: DeviationKind) -> String {
        let found: Vec<_> = deviations(&self.view).into_iter().filter(|of| of.kind == kind).collect();
        let [one] = found.as_slice() else { panic!("not one {kind:?} in {:?}", deviations(&self.view)) };
        format!("{}: {}", one.label, one.detail)
    }

    pub fn rule(&self, start: &str) -> Standing {
        let found: Vec<_> = duties(&self.view).into_iter().filter(|duty| duty.rule.starts_with(start)).collect();
        let [one] = found.as_slice() else { panic!("not one rule {start} in {:?}", duties(&self.view)) };
        one.standing
    }

    /// Folding what is stored gives the same view, and so does what the window does.
    pub fn check(&self) {
        assert_eq!(fold(&self.log).unwrap(), self.view);
        assert_eq!(common::in_the_window(&self.log, &self.view), self.view);
    }
}

fn entry(at: Timestamp, person: &Person, parents: Vec<Digest>, body: Body) -> Entry {
    let author = Author { installation: Digest::of(b"installation"), app: "test".into(), person: person.clone() };
    let event =
        Event { v: FORMAT, record: RecordId("r1".into()), parents, at, mono: 0, author, masked: Vec::new(), body };
    Entry::read(event.canonical().unwrap(), Vec::new()).unwrap()
}
