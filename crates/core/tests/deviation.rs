//! Deviations that say how the work was done: each appears when it happened, and not when it did not.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

mod run;

use countersign_core::record::*;
use run::{Run, at};

fn boxes(count: usize) -> String {
    (0..count).fold("# R\n\n".to_owned(), |text, at| format!("{text}- [ ] Box {at}.\n"))
}

#[test]
fn many_ticks_within_seconds_are_a_burst() {
    let mut run = Run::start(&boxes(20));
    let begin = run.now;
    for tick in 0..14_i64 {
        run.now = at(&begin.to_string());
        run.wait(tick * 9 / 13);
        run.done(&format!("Box {tick}."));
    }
    run.wait(3600);
    run.done("Box 15.");
    assert_eq!(run.detail(DeviationKind::Burst), "Box 0.: 14 items in 9 s");
    let mut slow = Run::start(&boxes(20));
    (0..14).for_each(|tick| slow.done(&format!("Box {tick}.")));
    assert_eq!(slow.kinds(), [], "one in five seconds is work");
}

#[test]
fn a_clock_that_is_set_back_makes_no_burst() {
    let mut run = Run::start(&boxes(20));
    for tick in 0..14 {
        run.done(&format!("Box {tick}."));
        run.wait(-3600);
    }
    assert_eq!(run.kinds(), []);
}

#[test]
fn what_was_open_before_the_deployment_is_told_and_its_own_heading_is_not() {
    let checklist =
        "# R\n\n- [ ] Back up\n- [ ] Announce\n\n## [ ] Go live\n\n- [ ] Deploy\n  <!-- cs: deploy -->\n- [ ] Watch\n";
    let mut run = Run::start(checklist);
    run.done("Back up");
    run.done("Deploy");
    assert_eq!(run.detail(DeviationKind::OutOfOrder), "Deploy: ticked while what comes before it was open: «Announce»");
    run.done("Announce");
    assert!(run.kinds().contains(&DeviationKind::OutOfOrder), "doing it later does not undo it");
    let mut run = Run::start(checklist);
    ["Back up", "Announce", "Deploy"].into_iter().for_each(|label| run.done(label));
    assert_eq!(run.kinds(), []);
}

#[test]
fn another_open_record_of_the_service_is_told_once() {
    let mut run = Run::start("# R\n\n- [ ] Deploy\n  <!-- cs: deploy -->\n");
    let other = OtherRecord {
        record: countersign_core::id::RecordId("r7".into()),
        number: 7,
        headline: "api 1.9 → prod".into(),
        started_at: run.now,
    };
    run.around = Some(Around { offset: 0, holiday: None, others: vec![other] });
    run.done("Deploy");
    run.close(Outcome::Completed);
    assert!(run.detail(DeviationKind::Concurrent).starts_with("Record 7 api 1.9 → prod: of the same service"));
}

#[test]
fn a_rehearsal_what_is_required_and_what_was_done_against_the_evidence_are_told() {
    let checklist =
        "# R\n\n- [ ] Back up\n  <!-- cs: required -->\n- [ ] Measure\n  - p95: ___ ms (target: < 500 ms)\n";
    let mut run = Run::start_with(checklist, |started| started.rehearsal = true);
    run.answer("Back up", Answer::Skipped, Some("no disk")).unwrap();
    run.value("p95", "612");
    run.done("Measure");
    assert!(run.detail(DeviationKind::Rehearsal).contains("no deployment"));
    assert!(run.detail(DeviationKind::Waived).ends_with("required, and skipped: no disk"));
    assert!(run.detail(DeviationKind::Overridden).contains("done although p95: value (612 ms) < 500 ms → not met"));
}
