//! A record under test, with a clock that the test sets.

use super::common::in_the_window;
use countersign_core::id::{Digest, ItemId, RecordId};
use countersign_core::record::log::InstallationKey;
use countersign_core::record::*;
use countersign_core::time::Timestamp;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

/// 2026-03-28T22:30:00Z: the clocks of Europe go forward in the night that follows.
pub const BEGIN: i64 = 1_774_737_000_000;

pub struct Run {
    key: SigningKey,
    pub log: Vec<Entry>,
    pub view: View,
    /// The wall clock, in milliseconds.
    pub wall: i64,
}

impl Run {
    pub fn start(checklist: &str) -> Self {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let content = Content::of(checklist.as_bytes());
        let file = ChecklistFile {
            name: "c.md".into(),
            sha256: Digest::of(checklist.as_bytes()),
            content,
            corrections: Vec::new(),
        };
        let mut header = Header::default();
        for (name, value) in [("release", "2"), ("commit", "abc"), ("environment", "production"), ("deployer", "Ana")] {
            header.set(name, value).unwrap();
        }
        let body =
            Body::Started(Box::new(Started { number: 1, checklist: file, header, rehearsal: false, since: None }));
        let first = entry(&key, BEGIN, Vec::new(), body);
        let view = View::open(&first).unwrap();
        Self { key, log: vec![first], view, wall: BEGIN }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.wall)
    }

    pub fn write(&mut self, body: Body) {
        let entry = entry(&self.key, self.wall, vec![self.view.head], body);
        self.view.apply(&entry);
        self.log.push(entry);
    }

    pub fn act(&mut self, intent: Intent) -> Result<(), Refusal> {
        let body = decide(&self.view, intent, &Moment::new(self.now(), "Ana".into()))?;
        self.write(body);
        Ok(())
    }

    pub fn item(&self, label: &str) -> ItemId {
        let mut found = self.view.template.items.iter().filter(|item| item.label.starts_with(label));
        found.next().unwrap_or_else(|| panic!("no item {label}")).id.clone()
    }

    /// The last item of that label.
    pub fn later(&self, label: &str) -> ItemId {
        let mut found = self.view.template.items.iter().rev().filter(|item| item.label == label);
        found.next().unwrap_or_else(|| panic!("no item {label}")).id.clone()
    }

    pub fn answer(&mut self, item: &ItemId, answer: Answer, reason: Option<&str>) -> Result<(), Refusal> {
        self.act(Intent::Answer { item: item.clone(), answer, by: None, reason: reason.map(str::to_owned) })
    }

    pub fn value(&mut self, item: &ItemId, text: &str) {
        self.answer(item, Answer::Value { text: text.into() }, None).unwrap();
    }

    /// What the log alone gives is what we have: a restart changes nothing.
    pub fn restart(&mut self) {
        let again = fold(&self.log).unwrap();
        assert_eq!(again, self.view);
        assert_eq!(in_the_window(&self.log, &again), again);
        for entry in &self.log {
            assert_eq!(Event::read(&entry.bytes).unwrap(), entry.event);
        }
        self.view = again;
    }

    pub fn kinds(&self) -> Vec<DeviationKind> {
        deviations(&self.view).into_iter().map(|deviation| deviation.kind).collect()
    }
}

fn entry(key: &SigningKey, wall: i64, parents: Vec<Digest>, body: Body) -> Entry {
    let installation = InstallationKey::new(key.verifying_key().to_sec1_point(false).as_bytes().to_vec()).digest();
    let author = Author { installation, app: "test".into(), person: "Ana".into() };
    let at = Timestamp::from_millis(wall);
    let event =
        Event { v: FORMAT, record: RecordId("r1".into()), parents, at, mono: 0, author, masked: Vec::new(), body };
    let bytes = event.canonical().unwrap();
    let signature: Signature = key.sign(&bytes);
    Entry::read(bytes, signature.to_bytes().to_vec()).unwrap()
}
