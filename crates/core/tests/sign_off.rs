//! Sign-offs: what a signature may be taken for, what each decision comes to, and signatures that come back by file.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

mod run;

use countersign_core::id::{Digest, RecordId};
use countersign_core::record::*;
use countersign_core::roster::{Roster, RosterCertificate, RosterFile, RosterPerson, RosterSaid, Signer};
use proptest::prelude::*;
use run::{Run, at};

const RELEASE: &str = "\
# Release

- [ ] Back up
- [ ] Deploy
- [ ] Watch
- [ ] Lead: ________________ Date: _______
";

fn approval(run: &Run, person: &str) -> Statement {
    run.statement(person, "Lead", Meaning::Approved, Decision::Approve)
}

/// Asks for a signature by file.
fn ask(run: &mut Run) {
    run.act(Intent::AskSignOff { of: None, role: Some("Lead".into()) }).unwrap();
}

#[test]
fn a_signature_is_for_one_record_one_version_one_artifact_and_one_state() {
    let mut run = Run::start(RELEASE);
    run.done("Back up");
    let good = approval(&run, "Lea");
    type Change = fn(&mut Statement);
    let elsewhere: [(&str, Change); 5] = [
        ("record", |of| of.record = RecordId("r2".into())),
        ("record number", |of| of.number = 2),
        ("version of the checklist", |of| of.template = Digest::of(b"another")),
        ("artifact", |of| of.artifact = "abd".into()),
        ("release", |of| of.release = "2.1".into()),
    ];
    for (expected, change) in elsewhere {
        let mut statement = good.clone();
        change(&mut statement);
        match run.take(statement) {
            Err(Refusal::SignedElsewhere { what, signed, here }) => {
                assert_eq!(what, expected);
                assert_ne!(signed, here);
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
    let other_state: [Change; 2] = [|of| of.state = Digest::of(b"x"), |of| of.head = Digest::of(b"x")];
    for change in other_state {
        let mut statement = good.clone();
        change(&mut statement);
        assert_eq!(run.take(statement), Err(Refusal::Outdated));
    }
    run.take(good.clone()).unwrap();
    assert_eq!(run.take(good), Err(Refusal::SignedAlready), "the same signature counts once");
    run.check();
}

#[test]
fn each_decision_is_its_own_thing_in_the_log_the_rules_and_the_deviations() {
    let ruled = "---\npolicy:\n  - sign-off: Lead, approved\n---\n# R\n\n- [ ] Watch\n";
    let item = Run::start(ruled).item("Watch");
    let until = Some(at("2026-02-01T00:00:00Z"));
    let excepted = Decision::ApproveWithExceptions { exceptions: "the cache".into(), items: vec![item], until };
    let cases = [
        (Decision::Approve, "approved", None, true),
        (
            excepted,
            "approved, except the cache (Watch), until 2026-02-01 00:00:00 UTC",
            Some(DeviationKind::Exceptions),
            true,
        ),
        (Decision::Return { reason: "no".into() }, "returned: no", Some(DeviationKind::Returned), false),
        (Decision::Dissent { reason: "too soon".into() }, "dissents: too soon", Some(DeviationKind::Dissent), false),
    ];
    for (decision, words, deviation, approves) in cases {
        let mut run = Run::start(ruled);
        run.done("Watch");
        run.sign_so("Lea", "Lead", Meaning::Approved, decision.clone());
        run.close(Outcome::Completed);
        assert_eq!(run.view.decision_words(&run.view.sign_offs[0].sign_off.statement), words);
        let told: Vec<_> = run.kinds().into_iter().filter(|kind| *kind != DeviationKind::RuleNotKept).collect();
        assert_eq!(told, deviation.into_iter().collect::<Vec<_>>(), "{decision:?}");
        assert_eq!(breaches(&run.view).is_empty(), approves, "{decision:?}: {:?}", breaches(&run.view));
        run.check();
    }
}

#[test]
fn a_refusal_needs_a_reason_and_an_exception_names_what_is_there() {
    let mut run = Run::start(RELEASE);
    let so = |run: &Run, decision| run.statement("Lea", "Lead", Meaning::Approved, decision);
    for decision in [
        Decision::Return { reason: " ".into() },
        Decision::Dissent { reason: String::new() },
        Decision::ApproveWithExceptions { exceptions: String::new(), items: Vec::new(), until: None },
    ] {
        let statement = so(&run, decision);
        assert!(matches!(run.take(statement), Err(Refusal::ReasonNeeded { .. })));
    }
    let unknown =
        Decision::ApproveWithExceptions { exceptions: "x".into(), items: vec!["nowhere".into()], until: None };
    let statement = so(&run, unknown);
    assert_eq!(run.take(statement), Err(Refusal::NoSuchException("nowhere".into())));
}

#[test]
fn two_leads_who_sign_by_file_at_the_same_time_both_come_into_the_log_and_both_stand() {
    let mut run = Run::start(RELEASE);
    run.done("Back up");
    ask(&mut run);
    let (lea, omar) = (approval(&run, "Lea"), approval(&run, "Omar"));
    run.take(omar).unwrap();
    run.take(lea).unwrap();
    let standing = run.view.standing_sign_offs();
    assert_eq!(standing.len(), 2);
    assert!(standing.iter().all(|signed| signed.changes.is_empty()), "neither is stale by the other");
    assert_eq!(run.view.asked[0].answers, 2);
    run.check();
}

#[test]
fn what_was_signed_by_file_and_changed_since_is_stale_with_the_difference() {
    let mut run = Run::start(RELEASE);
    run.done("Back up");
    ask(&mut run);
    let signed = approval(&run, "Lea");
    run.answer("Back up", Answer::Failed, Some("disk full")).unwrap();
    run.take(signed).unwrap();
    let [change] = run.view.sign_offs[0].changes.as_slice() else { panic!("{:?}", run.view.sign_offs[0].changes) };
    assert_eq!((change.then.as_str(), change.now.as_str()), ("done", "failed"));
    assert!(run.kinds().contains(&DeviationKind::SignOffStale));
    run.check();
}

#[test]
fn what_nobody_asked_for_by_file_is_outdated_once_the_record_went_on() {
    let mut run = Run::start(RELEASE);
    let signed = approval(&run, "Lea");
    run.done("Back up");
    assert_eq!(run.take(signed), Err(Refusal::Outdated));
}

/// Something that happens in a record.
#[derive(Clone, Debug)]
enum Act {
    Answer(usize, bool),
    Attach(u8),
    Incident,
}

fn play(run: &mut Run, act: &Act) {
    match act {
        Act::Answer(item, done) => {
            let answer = if *done { Answer::Done } else { Answer::Failed };
            run.answer(["Back up", "Deploy", "Watch"][*item], answer, Some("because")).unwrap();
        }
        Act::Attach(byte) => {
            let file = FileFact {
                name: format!("{byte}.txt"),
                media_type: "text/plain".into(),
                sha256: Digest::of(&[*byte]),
                size: 1,
                preview: None,
            };
            run.act(Intent::Attach { item: None, file }).unwrap();
        }
        Act::Incident => {
            let incident = Incident {
                severity: Severity::Minor,
                title: "slow".into(),
                start: run.now,
                end: None,
                root_cause: None,
                actions: Vec::new(),
            };
            run.act(Intent::Incident { number: None, incident: Box::new(incident) }).unwrap();
        }
    }
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..3_usize, any::<bool>()).prop_map(|(item, done)| Act::Answer(item, done)),
        (0..3_u8).prop_map(Act::Attach),
        Just(Act::Incident),
    ]
}

proptest! {
    #[test]
    fn a_signature_by_file_stands_as_one_that_was_given_on_the_spot(
        before in prop::collection::vec(act(), 0..6),
        meanwhile in prop::collection::vec(act(), 0..6),
        after in prop::collection::vec(act(), 0..6),
    ) {
        let mut run = Run::start(RELEASE);
        before.iter().for_each(|act| play(&mut run, act));
        ask(&mut run);
        let by_file = approval(&run, "Lea");
        // On the spot, in another role, so that both stand and fill different lines.
        run.sign_so("Omar", "Operations", Meaning::Approved, Decision::Approve);
        meanwhile.iter().for_each(|act| play(&mut run, act));
        run.take(by_file).unwrap();
        after.iter().for_each(|act| play(&mut run, act));
        let [on_the_spot, by_file] = run.view.sign_offs.as_slice() else { panic!("two have signed") };
        prop_assert_eq!(&on_the_spot.changes, &by_file.changes);
        run.check();
    }
}

fn roster() -> Roster {
    let certificate = |of: &[u8]| RosterCertificate {
        sha256: Digest::of(of),
        not_before: at("2026-01-01T00:00:00Z"),
        not_after: at("2027-01-01T00:00:00Z"),
    };
    let person = |name: &str, roles: &[&str]| RosterPerson {
        name: name.into(),
        email: None,
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        certificates: vec![certificate(name.as_bytes())],
        from: None,
        until: None,
    };
    let mut roster = Roster { v: 1, organisation: "Orders".into(), issue: 3, at: None, people: Vec::new() };
    roster.put(person("Omar", &["Operations"]));
    roster.put(person("Lea", &["Lead", "Security"]));
    roster
}

#[test]
fn a_roster_warns_of_each_thing_that_speaks_against_a_signer_and_of_nothing_else() {
    let mut roster = roster();
    roster.put(RosterPerson { until: Some(at("2026-06-01T00:00:00Z")), ..roster.people[1].clone() });
    let lea = Digest::of(b"Lea");
    let cases = [
        ("Lea", lea, "lead", "2026-01-31T00:00:00Z", None),
        ("lea", lea, "Lead", "2026-01-31T00:00:00Z", None),
        ("Eve", lea, "Lead", "2026-01-31T00:00:00Z", Some("Eve is not in the roster")),
        ("Lea", lea, "Operations", "2026-01-31T00:00:00Z", Some("does not give Lea the role «Operations»")),
        ("Lea", Digest::of(b"x"), "Lead", "2026-01-31T00:00:00Z", Some("not the one that the roster has of Lea")),
        ("Lea", lea, "Lead", "2027-01-31T00:00:00Z", Some("ended at 2027-01-01")),
        ("Lea", lea, "Lead", "2025-12-31T00:00:00Z", Some("begins at 2026-01-01")),
        ("Omar", Digest::of(b"Omar"), "Operations", "2026-07-31T00:00:00Z", Some("could sign until 2026-06-01")),
    ];
    for (name, certificate, role, moment, expected) in cases {
        let person = Person::from(name);
        let said = roster.warnings(&Signer { person: &person, certificate, role, at: at(moment) });
        match expected {
            None => assert_eq!(said, Vec::<String>::new(), "{name} as {role}"),
            Some(words) => assert!(said.len() == 1 && said[0].contains(words), "{words}: {said:?}"),
        }
    }
}

#[test]
fn a_roster_keeps_one_entry_for_a_person_and_comes_back_as_it_was_written() {
    let mut roster = roster();
    let names: Vec<_> = roster.people.iter().map(|person| person.name.0.clone()).collect();
    assert_eq!(names, ["Lea", "Omar"]);
    let new = RosterCertificate { sha256: Digest::of(b"new"), ..roster.people[0].certificates[0] };
    let again = RosterPerson { roles: vec!["Head".into()], certificates: vec![new], ..roster.people[0].clone() };
    roster.put(RosterPerson { name: " lea ".into(), ..again });
    assert_eq!((roster.people.len(), roster.people[0].certificates.len()), (2, 2));
    assert_eq!(roster.people[0].roles, ["Head"]);
    let text = String::from_utf8(roster.canonical().unwrap()).unwrap();
    let file = RosterFile { format: "countersign-roster".into(), v: 1, roster: text, signature: String::new() };
    let (_, read) = RosterFile::read(&serde_json::to_string_pretty(&file).unwrap()).unwrap();
    assert_eq!(read, roster);
    assert!(roster.problems(at("2026-12-15T00:00:00Z")).iter().any(|words| words.contains("Omar ends at")));
    for bad in ["{}", "[]", "{\"format\":\"x\",\"v\":1,\"roster\":\"{}\",\"signature\":\"\"}"] {
        assert!(RosterFile::read(bad).is_err(), "{bad}");
    }
}

#[test]
fn what_the_roster_has_against_a_signer_stands_on_page_one() {
    let mut run = Run::start(RELEASE);
    let statement = approval(&run, "Lea");
    let sign_off = Box::new(SignOff { statement, signature: String::new() });
    let warnings = vec!["Lea is not in the roster (issue 3).".to_owned()];
    let roster = Some(Box::new(RosterSaid { issue: 3, sha256: Digest::of(b"roster"), warnings }));
    run.act(Intent::SignOff { sign_off, roster }).unwrap();
    assert!(run.detail(DeviationKind::RosterWarning).ends_with("Lea is not in the roster (issue 3)."));
    run.check();
}
