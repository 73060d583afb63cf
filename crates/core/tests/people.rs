//! The people of a record: contacts that a copy can leave out, the watch that is handed over, incidents.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

mod run;

use countersign_core::id::Digest;
use countersign_core::record::log::without_contacts;
use countersign_core::record::*;
use run::{Run, at};

const CHECKLIST: &str = "\
# Release

- [ ] Announce
- [ ] Deploy the release

## Contacts

| Role | Name | Phone |
|---|---|---|
| On call | | |

## Sign-off

- [ ] Engineering lead: ________________ Date: _______
";

fn give(run: &mut Run, text: &str, salt: u8) {
    let (item, ..) = contacts(&run.view).remove(1);
    let answer = Answer::Value { text: text.to_owned() };
    let body = decide(&run.view, Intent::Answer { item, answer, by: None, reason: None }, &run.moment()).unwrap();
    let (body, aside) = set_apart(&run.view, body, [salt; 16]).unwrap();
    assert!(!serde_json::to_string(&body).unwrap().contains(text), "the event does not have the words");
    run.write_with(body, aside);
}

#[test]
fn a_copy_leaves_contacts_out_and_its_signed_state_stays_the_same() {
    let mut run = Run::start(CHECKLIST);
    give(&mut run, "+43 1 555 0100", 7);
    run.sign("Lea", "Engineering lead", Meaning::Approved);
    run.check();
    let phone = contacts(&run.view).remove(1).0;
    assert_eq!(run.view.item(&phone).text.as_deref(), Some("+43 1 555 0100"));
    assert_eq!((run.view.left_out, run.kinds()), (0, vec![]));

    let copy = without_contacts(&run.log);
    let left = fold(&copy).unwrap();
    assert_eq!(left.left_out, 1);
    assert!(left.item(&phone).text.as_ref().unwrap().starts_with("left out of this copy (SHA-256 "));
    assert!(!serde_json::to_string(&left).unwrap().contains("555 0100"));
    assert_eq!(left.state_digest().unwrap(), run.view.state_digest().unwrap(), "what was signed is what is there");
    assert_eq!(left.sign_offs[0].changes, []);
    assert_eq!((left.head, copy.len()), (run.view.head, run.log.len()), "the chain is the same");
}

#[test]
fn the_same_words_have_another_hash_each_time() {
    let hash = |salt| {
        let mut run = Run::start(CHECKLIST);
        give(&mut run, "+43 1 555 0100", salt);
        run.log.last().unwrap().event.body.aside().unwrap()
    };
    assert_ne!(hash(1), hash(2));
}

#[test]
fn a_contact_that_is_changed_makes_a_sign_off_stale() {
    let mut run = Run::start(CHECKLIST);
    give(&mut run, "+43 1 555 0100", 1);
    run.sign("Lea", "Engineering lead", Meaning::Approved);
    give(&mut run, "+43 1 555 0199", 2);
    assert_eq!(run.kinds(), [DeviationKind::SignOffStale, DeviationKind::Corrected]);
}

fn baton(run: &Run, to: &str) -> Box<SignedBaton> {
    let from = (Person::from("Ana"), Digest::of(b"Ana"));
    let baton = Baton::of(&run.view, from, to.into(), "Queue is slow.", run.now);
    Box::new(SignedBaton { baton, signature: String::new() })
}

#[test]
fn a_watch_is_pending_until_the_next_person_takes_it_over() {
    let mut run = Run::start(CHECKLIST);
    run.done("Announce");
    run.act(Intent::HandOver { handover: baton(&run, "Bo") }).unwrap();
    run.check();
    let pending = run.view.pending_handover().unwrap().clone();
    let open: Vec<_> = pending.signed.baton.open.iter().map(|item| run.view.label(item)).collect();
    assert!(open.contains(&"Deploy the release".to_owned()) && !open.contains(&"Announce".to_owned()), "{open:?}");
    assert_eq!(run.kinds(), [DeviationKind::NotTakenOver]);

    let take = Intent::TakeOver { handover: pending.event };
    assert_eq!(run.act(take.clone()), Err(Refusal::ForSomebodyElse { to: "Bo".into() }));
    run.by("bo").act(take.clone()).unwrap();
    assert_eq!(run.view.pending_handover(), None);
    assert_eq!(run.view.handovers[0].taken.as_ref().unwrap().1, "bo".into());
    assert_eq!(run.kinds(), []);
    assert_eq!(run.act(take), Err(Refusal::NoHandover));
    run.check();
}

#[test]
fn a_handover_says_what_stands_and_goes_to_somebody_else() {
    let mut run = Run::start(CHECKLIST);
    let shown = baton(&run, "Bo");
    run.done("Announce");
    assert_eq!(run.act(Intent::HandOver { handover: shown }), Err(Refusal::Outdated), "something happened since");
    let mut less = baton(&run, "Bo");
    less.baton.open.pop();
    assert_eq!(run.act(Intent::HandOver { handover: less }), Err(Refusal::Outdated), "nothing open is kept back");
    assert_eq!(run.act(Intent::HandOver { handover: baton(&run, " ana ") }), Err(Refusal::ToOneself));
    assert_eq!(run.act(Intent::HandOver { handover: baton(&run, " ") }), Err(Refusal::Nameless));
}

fn incident() -> Incident {
    Incident {
        severity: Severity::Major,
        title: " Queue stuck ".into(),
        start: at("2026-01-05T10:20:00Z"),
        end: None,
        root_cause: Some("  ".into()),
        actions: vec![IncidentAction { what: "Add an alert".into(), owner: "Bo".into(), done: false }],
    }
}

#[test]
fn an_incident_is_known_better_with_time_and_stands_among_the_deviations() {
    let mut run = Run::start(CHECKLIST);
    let keep = |number, incident| Intent::Incident { number, incident: Box::new(incident) };
    run.act(keep(None, incident())).unwrap();
    run.sign("Lea", "Engineering lead", Meaning::Approved);
    assert_eq!(
        run.detail(DeviationKind::Incident),
        "Queue stuck: major, since 2026-01-05 10:20:00 UTC, not over; root cause not known; Add an alert, Bo"
    );
    let mut over = incident();
    (over.end, over.root_cause) = (Some(at("2026-01-05T10:50:00Z")), Some("A full disk".into()));
    run.act(keep(Some(1), over)).unwrap();
    let [known] = run.view.incidents.as_slice() else { panic!("one incident") };
    assert_eq!((known.number, known.incident.root_cause.as_deref()), (1, Some("A full disk")));
    assert_eq!(run.kinds(), [DeviationKind::Incident, DeviationKind::SignOffStale], "it was signed as not over");
    run.check();

    for (number, change, refusal) in [
        (None, (|of: &mut Incident| of.title = " ".into()) as fn(&mut Incident), Refusal::Empty),
        (Some(2), |_| (), Refusal::NoSuchIncident(2)),
        (None, |of| of.end = Some(at("2026-01-05T10:00:00Z")), Refusal::IncidentBackwards),
        (None, |of| of.actions[0].owner = "".into(), Refusal::Nameless),
    ] {
        let mut wrong = incident();
        change(&mut wrong);
        assert_eq!(run.act(keep(number, wrong)), Err(refusal));
    }
    run.close(Outcome::Completed);
    run.act(keep(Some(1), incident())).unwrap();
}

#[test]
fn everybody_whom_the_record_names_is_there_once() {
    let mut run = Run::start_with(CHECKLIST, |started| started.header.set("reviewers", "Cy, Ana").unwrap());
    let item = run.item("Announce");
    run.act(Intent::Answer { item, answer: Answer::Done, by: Some("Dee".into()), reason: None }).unwrap();
    let names: Vec<_> = run.view.people().into_iter().map(|person| person.0.as_str()).collect();
    assert_eq!(names, ["Ana", "Cy", "Dee"]);
    let given = run.view.item(&run.item("Announce")).answers[0].clone();
    assert_eq!((given.by, given.written_by), ("Dee".into(), Some("Ana".into())));
}
