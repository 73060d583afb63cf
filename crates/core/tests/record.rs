//! A record from start to end: decided, written, folded, and held against what must hold.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use countersign_core::id::{Digest, ItemId, RecordId};
use countersign_core::record::log::{Bundle, LogFault, check};
use countersign_core::record::*;
use countersign_core::time::Timestamp;
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};

const CHECKLIST: &str = "\
# Release

## Before
- [ ] Back up
- [ ] Announce
- p95: ___ ms (target: <500ms)
- Better than before? ☐ Yes ☐ No ☐ Similar

## Deploy
- [ ] Deploy
- [ ] Check `curl -f http://127.0.0.1:8080/health`

## Sign-off
- [ ] Engineering lead: ________________ Date: _______
";

/// A record under test: its log, its view, and a clock that goes a second per event.
struct Run {
    key: SigningKey,
    log: Vec<Entry>,
    view: View,
}

impl Run {
    fn start() -> Self {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let mut header = Header::default();
        for (name, value) in [("release", "2.0"), ("commit", "abc"), ("environment", "production"), ("deployer", "Ana")]
        {
            header.set(name, value).unwrap();
        }
        let content = Content::of(CHECKLIST.as_bytes());
        let checklist = ChecklistFile {
            name: "release.md".into(),
            sha256: Digest::of(CHECKLIST.as_bytes()),
            content,
            corrections: Vec::new(),
        };
        let body = Body::Started(Box::new(Started { number: 1, checklist, header, rehearsal: false, since: None }));
        let first = entry(&key, 0, Vec::new(), body);
        let view = View::open(&first).unwrap();
        Self { key, log: vec![first], view }
    }

    fn try_act(&mut self, intent: Intent) -> Result<(), Refusal> {
        let now = Timestamp::from_millis(1_767_225_600_000 + self.log.len() as i64 * 1000);
        let body = decide(&self.view, intent, &Moment::new(now, "Ana".into()))?;
        let entry = entry(&self.key, self.log.len() as i64, vec![self.view.head], body);
        self.view.apply(&entry);
        self.log.push(entry);
        Ok(())
    }

    fn act(&mut self, intent: Intent) {
        self.try_act(intent).unwrap();
    }

    fn item(&self, label: &str) -> ItemId {
        let mut found = self.view.template.items.iter().filter(|item| item.label.starts_with(label));
        found.next().unwrap_or_else(|| panic!("no item {label}")).id.clone()
    }

    fn answer(&mut self, label: &str, answer: Answer) -> Result<(), Refusal> {
        self.answer_because(label, answer, None)
    }

    fn answer_because(&mut self, label: &str, answer: Answer, reason: Option<&str>) -> Result<(), Refusal> {
        let item = self.item(label);
        self.try_act(Intent::Answer { item, answer, by: None, reason: reason.map(str::to_owned) })
    }

    fn sign(&mut self, role: &str) {
        let line = self.view.template.items.iter().find(
            |item| matches!(&item.kind, countersign_core::checklist::ItemKind::SignOff { role: known } if same_role(known, role)),
        );
        let statement = Statement {
            v: 1,
            record: self.view.id.clone(),
            number: 1,
            template: self.view.template.sha256,
            artifact: self.view.header.artifact.clone(),
            release: self.view.header.release.clone(),
            state: self.view.state_digest().unwrap(),
            head: self.view.head,
            person: "Lea".into(),
            certificate: Digest::of(b"Lea"),
            role: role.to_owned(),
            meaning: Meaning::Approved,
            decision: Decision::Approve,
            at: Timestamp::from_millis(0),
            item: line.map(|item| item.id.clone()),
            shown: None,
        };
        self.act(Intent::SignOff { sign_off: Box::new(SignOff { statement, signature: String::new() }), roster: None });
    }

    fn kinds(&self) -> Vec<DeviationKind> {
        deviations(&self.view).into_iter().map(|deviation| deviation.kind).collect()
    }
}

fn entry(key: &SigningKey, second: i64, parents: Vec<Digest>, body: Body) -> Entry {
    let at = Timestamp::from_millis(1_767_225_600_000 + second * 1000);
    let author = Author { installation: installation(key).digest(), app: "test".into(), person: "Ana".into() };
    let event =
        Event { v: FORMAT, record: RecordId("r1".into()), parents, at, mono: 0, author, masked: Vec::new(), body };
    let bytes = event.canonical().unwrap();
    let signature: Signature = key.sign(&bytes);
    Entry::read(bytes, signature.to_bytes().to_vec()).unwrap()
}

fn installation(key: &SigningKey) -> InstallationKey {
    InstallationKey::new(key.verifying_key().to_sec1_point(false).as_bytes().to_vec())
}

fn value(text: &str) -> Answer {
    Answer::Value { text: text.into() }
}

#[test]
fn answers_need_what_their_item_takes() {
    let mut run = Run::start();
    assert_eq!(run.answer("Back up", Answer::Done), Ok(()));
    assert!(matches!(run.answer("Back up", value("x")), Err(Refusal::WrongAnswer { .. })));
    assert!(matches!(run.answer("p95", Answer::Done), Err(Refusal::WrongAnswer { .. })));
    assert!(matches!(run.answer("p95", value("fast")), Err(Refusal::Entry(_))));
    assert_eq!(run.answer("p95", value("0.48 s")), Ok(()));
    assert!(matches!(
        run.answer("Better", Answer::Chosen { option: "Maybe".into() }),
        Err(Refusal::WrongAnswer { .. })
    ));
    assert_eq!(run.answer("Better", Answer::Chosen { option: "similar".into() }), Ok(()));
    assert_eq!(run.view.item(&run.item("Better")).text.as_deref(), Some("Similar"));
    assert!(matches!(
        run.try_act(Intent::Note { item: Some("nothing".into()), text: "x".into() }),
        Err(Refusal::NoSuchItem(_))
    ));
}

#[test]
fn what_is_set_aside_needs_a_reason() {
    for (answer, kind) in [
        (Answer::NotApplicable, DeviationKind::NotApplicable),
        (Answer::Skipped, DeviationKind::Skipped),
        (Answer::Blocked, DeviationKind::Blocked),
    ] {
        let mut run = Run::start();
        assert!(matches!(run.answer("Announce", answer.clone()), Err(Refusal::ReasonNeeded { .. })));
        assert!(matches!(
            run.answer_because("Announce", answer.clone(), Some("  ")),
            Err(Refusal::ReasonNeeded { .. })
        ));
        run.answer_because("Announce", answer, Some("no users")).unwrap();
        assert_eq!(run.kinds(), [kind]);
    }
}

#[test]
fn a_correction_keeps_the_first_answer_and_deviates() {
    let mut run = Run::start();
    run.answer("p95", value("612")).unwrap();
    assert_eq!(run.kinds(), [DeviationKind::LimitNotMet]);
    run.answer_because("p95", value("480"), Some("read the wrong graph")).unwrap();
    assert_eq!(run.kinds(), [DeviationKind::Corrected]);
    let p95 = run.view.item(&run.item("p95"));
    assert_eq!(p95.answers.len(), 2);
    assert_eq!(deviations(&run.view)[0].detail, "612 ms → 480 ms: read the wrong graph");
}

#[test]
fn a_sign_off_goes_stale_and_says_by_what() {
    let mut run = Run::start();
    run.answer("Back up", Answer::Done).unwrap();
    run.sign("Engineering Lead");
    assert_eq!(run.view.item(&run.item("Engineering lead")).state, State::Done, "its line is filled");
    assert!(run.view.sign_offs[0].changes.is_empty());
    run.answer_because("Back up", Answer::Failed, Some("disk full")).unwrap();
    let change = &run.view.sign_offs[0].changes[0];
    assert_eq!((change.label.as_str(), change.then.as_str(), change.now.as_str()), ("Back up", "done", "failed"));
    assert!(run.kinds().contains(&DeviationKind::SignOffStale));
    run.answer("Back up", Answer::Done).unwrap();
    assert!(run.view.sign_offs[0].changes.is_empty(), "what is signed is there again");
    run.answer_because("Back up", Answer::Failed, Some("again")).unwrap();
    run.sign("engineering-lead");
    assert!(!run.kinds().contains(&DeviationKind::SignOffStale), "a newer one in the same role stands");
}

#[test]
fn a_sign_off_line_takes_no_tick() {
    let mut run = Run::start();
    let lines: Vec<_> =
        run.view.template.items.iter().filter(|item| item.line == 14).map(|item| item.id.clone()).collect();
    assert!(!lines.is_empty());
    for item in lines {
        let intent = Intent::Answer { item, answer: Answer::Done, by: None, reason: None };
        assert!(matches!(run.try_act(intent), Err(Refusal::WrongAnswer { .. })));
    }
}

#[test]
fn a_sign_off_for_another_state_is_refused() {
    let mut run = Run::start();
    run.sign("Engineering lead");
    let old = run.view.sign_offs[0].sign_off.clone();
    run.answer("Back up", Answer::Done).unwrap();
    assert_eq!(run.try_act(Intent::SignOff { sign_off: Box::new(old), roster: None }), Err(Refusal::SignedAlready));
}

#[test]
fn a_closed_record_says_what_was_left_open_and_takes_no_answers() {
    let mut run = Run::start();
    run.answer("Back up", Answer::Done).unwrap();
    run.act(Intent::Close { outcome: Outcome::Completed, summary: None });
    assert_eq!(run.answer("Announce", Answer::Done), Err(Refusal::Closed));
    assert!(run.kinds().contains(&DeviationKind::LeftOpen));
    run.act(Intent::Reopen { reason: "closed too early".into() });
    assert_eq!(run.answer("Announce", Answer::Done), Ok(()));
    run.act(Intent::Void { reason: "wrong service".into() });
    assert_eq!(run.try_act(Intent::Reopen { reason: "x".into() }), Err(Refusal::Voided));
}

#[test]
fn folding_the_stored_bytes_gives_the_same_view() {
    let mut run = Run::start();
    run.answer("Back up", Answer::Done).unwrap();
    run.answer("p95", value("480")).unwrap();
    run.act(Intent::AddItem { section: 1, label: "Warm the cache".into() });
    run.act(Intent::Answer { item: "added-1".into(), answer: Answer::Done, by: Some("Bo".into()), reason: None });
    run.sign("Engineering lead");
    run.act(Intent::Close { outcome: Outcome::Completed, summary: Some("fine".into()) });
    assert_eq!(fold(&run.log).unwrap(), run.view);
    assert_eq!(common::in_the_window(&run.log, &run.view), run.view);
    let bundle = Bundle::of(&run.log, &[installation(&run.key)], "test").unwrap();
    let again: Bundle = serde_json::from_slice(&serde_json::to_vec(&bundle).unwrap()).unwrap();
    assert_eq!(again.open().unwrap(), run.log);
}

#[test]
fn every_change_to_a_log_is_found() {
    let mut run = Run::start();
    for _ in 0..3 {
        run.act(Intent::Note { item: None, text: "x".into() });
    }
    let keys = [installation(&run.key)];
    check(&run.log, &keys).unwrap();
    let changed = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut log = run.log.clone();
        change(&mut log);
        check(&log, &keys).unwrap_err()
    };
    assert!(matches!(
        changed(&|log| {
            log.remove(1);
        }),
        LogFault::Chain { at: 2 }
    ));
    assert!(matches!(changed(&|log| log.swap(1, 2)), LogFault::Chain { at: 2 }));
    assert!(matches!(changed(&|log| log[2].bytes[5] ^= 1), LogFault::Hash { at: 3 }));
    assert!(matches!(changed(&|log| log[1].signature[5] ^= 1), LogFault::Signature { at: 2 }));
    assert!(matches!(changed(&|log| log.clear()), LogFault::Empty));
    assert!(matches!(check(&run.log, &[]), Err(LogFault::UnknownInstallation { at: 1 })));
}

#[test]
fn kinds_of_a_newer_version_survive_and_are_told() {
    let run = Run::start();
    let text = String::from_utf8(run.log[0].bytes.clone()).unwrap();
    let newer = text.replacen("\"started\"", "\"teleported\"", 1);
    let entry = Entry::read(newer.clone().into_bytes(), Vec::new()).unwrap();
    assert_eq!(entry.event.body.kind(), "teleported");
    assert_eq!(entry.event.canonical().unwrap(), newer.into_bytes(), "nothing of it is lost");
    let mut view = run.view.clone();
    view.apply(&entry);
    assert_eq!(view.unknown_kinds, ["teleported"]);
    let broken = text.replacen("\"rehearsal\":false", "\"rehearsal\":3", 1);
    assert!(matches!(Entry::read(broken.into_bytes(), Vec::new()), Err(EventError::Malformed(_))));
}

#[test]
fn the_roles_that_are_asked_for_must_have_signed_what_is_there() {
    let mut run = Run::start();
    run.answer("Back up", Answer::Done).unwrap();
    run.act(Intent::Close { outcome: Outcome::Completed, summary: None });
    assert_eq!(breaches(&run.view), ["Engineering lead has not signed off."]);
    run.sign("Engineering lead");
    assert!(breaches(&run.view).is_empty());
    run.act(Intent::Reopen { reason: "one more".into() });
    run.answer("Announce", Answer::Done).unwrap();
    let said = breaches(&run.view);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[1].contains("stale"), "{said:?}");
}
