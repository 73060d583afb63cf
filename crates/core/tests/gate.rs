//! Gates: every state of one, and every decision in it, against the rule that nothing unknown and no mere passing of time opens it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

mod run;

use countersign_core::condition::Outcome as Judged;
use countersign_core::record::*;
use run::Run;

const CANARY: &str = "\
# Canary

- [ ] Deploy
  <!-- cs: deploy -->

## Stage 1: 5% of traffic

- [ ] **Gate:** first
  <!-- cs: gate proceed, hold, roll back -->

## Stage 2: 25% of traffic

- [ ] Switch on
- [ ] Watch for 1 hour
  - Error rate: ___ % (target: < 1%)
- All good? ☐ Yes ☐ No
- [ ] **Gate:** second
  <!-- cs: gate proceed, hold, roll back -->
";

fn gate_item(run: &Run, nth: usize) -> countersign_core::id::ItemId {
    gates(&run.view, run.now)[nth].item.clone()
}

fn decide_at(run: &mut Run, nth: usize, way: Way, reason: Option<&str>) -> Result<(), Refusal> {
    let gate = Some(gate_item(run, nth));
    run.act(Intent::Decide { gate, way, by: None, reason: reason.map(str::to_owned) })
}

/// Everything that the second gate depends on.
#[derive(Clone, Copy, Debug)]
struct Case {
    before: Option<Way>,
    switch: State,
    watch: State,
    rate: Option<&'static str>,
    good: Option<&'static str>,
    wait: i64,
}

impl Case {
    /// What must be proposed, from the case alone.
    fn expected(self) -> Way {
        let failed = [self.switch, self.watch].contains(&State::Failed);
        if failed || self.rate == Some("2%") || self.good == Some("No") {
            return Way::RollBack;
        }
        let settled = matches!(self.switch, State::Done | State::NotApplicable) && self.watch == State::Done;
        let measured = self.rate == Some("0.5%") && self.good == Some("Yes");
        if self.before == Some(Way::Proceed) && settled && measured && self.wait >= 3600 {
            Way::Proceed
        } else {
            Way::Hold
        }
    }

    fn play(self, fresh: &Run) -> Run {
        let mut run = Run {
            view: fresh.view.clone(),
            log: fresh.log.clone(),
            now: fresh.now,
            person: "Ana".into(),
            around: None,
        };
        run.done("Deploy");
        if let Some(way) = self.before {
            decide_at(&mut run, 0, way, Some("for the case")).unwrap();
        }
        for (label, state) in [("Switch", self.switch), ("Watch", self.watch)] {
            let answer = match state {
                State::Open => continue,
                State::Done => Answer::Done,
                State::Failed => Answer::Failed,
                State::NotApplicable => Answer::NotApplicable,
                State::Blocked => Answer::Blocked,
                State::Skipped => Answer::Skipped,
            };
            run.answer(label, answer, Some("for the case")).unwrap();
        }
        self.rate.into_iter().for_each(|rate| run.value("Error rate", rate));
        self.good.into_iter().for_each(|good| run.choose("All good", good));
        run.wait(self.wait);
        run
    }
}

fn cases() -> Vec<Case> {
    const STATES: [State; 6] =
        [State::Open, State::Done, State::Failed, State::NotApplicable, State::Blocked, State::Skipped];
    let mut cases = Vec::new();
    for before in [None, Some(Way::Proceed), Some(Way::Hold), Some(Way::RollBack)] {
        for switch in STATES {
            for watch in [State::Open, State::Done, State::Failed, State::Skipped] {
                for rate in [None, Some("0.5%"), Some("2%")] {
                    for good in [None, Some("Yes"), Some("No")] {
                        for wait in [0, 3500, 3600, 100_000_000] {
                            cases.push(Case { before, switch, watch, rate, good, wait });
                        }
                    }
                }
            }
        }
    }
    cases
}

#[test]
fn in_every_state_only_met_criteria_or_a_named_reason_open_the_gate() {
    let fresh = Run::start(CANARY);
    let (mut opened, all) = (0, cases());
    for case in &all {
        let run = case.play(&fresh);
        let item = gate_item(&run, 1);
        let gate = propose(&run.view, &item, run.now).unwrap();
        assert_eq!(gate.proposed, case.expected(), "{case:?} {:?}", gate.because);
        let unknown = gate.criteria.iter().any(|of| of.outcome != Judged::Met);
        assert!(!(unknown && gate.proposed == Way::Proceed), "{case:?}");
        for way in Way::ALL {
            for reason in [None, Some("the chief said so".to_owned())] {
                let intent = Intent::Decide { gate: Some(item.clone()), way, by: None, reason: reason.clone() };
                let named = decide(&run.view, intent.clone(), &run.moment());
                let nameless = Moment { person: "  ".into(), ..run.moment() };
                assert_eq!(decide(&run.view, intent, &nameless), Err(Refusal::Nameless), "{case:?}");
                let passes = way >= gate.proposed || reason.is_some();
                assert_eq!(named.is_ok(), passes, "{case:?} {way:?} {reason:?}");
                if let Ok(Body::Decided { way: Way::Proceed, proposed, reason, .. }) = &named {
                    assert!(*proposed == Way::Proceed || reason.is_some(), "{case:?}");
                    opened += 1;
                }
                // Choosing the option is the same as deciding.
                let answer = Answer::Chosen { option: way.words().to_owned() };
                let chosen = Intent::Answer { item: item.clone(), answer, by: None, reason };
                assert_eq!(decide(&run.view, chosen, &run.moment()), named, "{case:?}");
            }
        }
        let tick =
            Intent::Answer { item: run.item("Gate: second"), answer: Answer::Done, by: None, reason: Some("x".into()) };
        assert!(decide(&run.view, tick, &run.moment()).is_err(), "a tick opens no gate");
    }
    let by_numbers = all.iter().filter(|case| case.expected() == Way::Proceed).count();
    assert_eq!(opened, all.len() + by_numbers, "with a reason everywhere, without one only where all is met");
    assert!(by_numbers > 0);
}

#[test]
fn a_soak_begins_when_everything_above_its_line_is_done() {
    let mut run = Run::start(CANARY);
    let soak = |run: &Run| gates(&run.view, run.now)[1].soak.clone().unwrap();
    run.done("Deploy");
    assert_eq!(soak(&run).began, None);
    run.done("Switch");
    assert_eq!(soak(&run).left(run.now), Some(3_595_000));
    run.wait(4000);
    assert_eq!(soak(&run).left(run.now), Some(0));
    run.answer("Switch", Answer::Open, Some("it was off")).unwrap();
    run.done("Switch");
    assert_eq!(soak(&run).left(run.now), Some(3_595_000), "switched on anew, it soaks anew");
}

#[test]
fn a_gate_on_hold_stays_open_and_an_override_is_a_deviation() {
    let mut run = Run::start(CANARY);
    run.done("Deploy");
    decide_at(&mut run, 0, Way::Hold, None).unwrap();
    let item = gate_item(&run, 0);
    assert_eq!(run.view.item(&item).state, State::Open);
    assert_eq!(stages(&run.view)[0].standing, StageStanding::OnHold);
    let refused = decide_at(&mut run, 0, Way::Proceed, None).unwrap_err();
    assert!(matches!(&refused, Refusal::OverrideNeedsReason { proposed: Way::Hold, .. }), "{refused}");
    decide_at(&mut run, 0, Way::Proceed, Some("the pilot is waiting")).unwrap();
    assert_eq!(run.view.item(&item).state, State::Done);
    assert_eq!(run.view.item(&run.item("Gate: first")).state, State::Done, "its box is filled with it");
    let standing: Vec<_> = stages(&run.view).into_iter().map(|stage| (stage.traffic, stage.standing)).collect();
    assert_eq!(standing, [("5".to_owned(), StageStanding::Passed), ("25".to_owned(), StageStanding::Here)]);
    assert!(
        run.detail(DeviationKind::Overridden).ends_with("proceed although hold was proposed: the pilot is waiting")
    );
    run.check();
}

const BACK: &str = "\
# Release

- [ ] Deploy
  <!-- cs: deploy; no-return keep migration 0007 -->
- Error rate: ___ %
- p95: ___ ms

## Severity

| Severity | Error rate | Response time | Action | Within |
|---|---|---|---|---|
| Critical | >5% | >2s | Roll back at once | <5 min |
| High | 2-5% | 1-2s | Fix forward | <15 min |
| Low | <1% | <500ms | Fix in the next release | Next deploy |

## Roll back

### Triggers

- Error rate > 5%
- Error rate > 1% for 5 minutes

### Steps

- [ ] Revert
- [ ] Put the post-mortem into the calendar, within 24 hours
";

#[test]
fn a_trigger_trips_at_a_time_and_somebody_decides_later() {
    let mut run = Run::start(BACK);
    run.value("Error rate", "9");
    assert_eq!(alarms(&run.view), [], "before the deployment nothing trips");
    run.done("Deploy");
    assert!(matches!(run.answer("Revert", Answer::Done, None), Err(Refusal::NotRollingBack { .. })));
    run.answer("Revert", Answer::NotApplicable, Some("it stays")).unwrap();
    run.value("Error rate", "9");
    let tripped = alarms(&run.view);
    assert_eq!(tripped.len(), 1);
    assert!(tripped[0].decided.is_none() && tripped[0].tripped.shown.contains("9%"), "{tripped:?}");
    let go_on = Intent::Decide { gate: None, way: Way::Proceed, by: None, reason: None };
    assert!(matches!(run.act(go_on), Err(Refusal::OverrideNeedsReason { proposed: Way::RollBack, .. })));
    run.wait(55);
    run.by("Bo").act(Intent::Decide { gate: None, way: Way::RollBack, by: None, reason: None }).unwrap();
    let said = run.detail(DeviationKind::TriggerTripped);
    assert!(said.ends_with("Bo decided to roll back 1 min 00 s later"), "{said}");
    run.answer("Revert", Answer::Done, Some("now it goes back")).unwrap();
    let owed = obligations(&run.view);
    assert_eq!((owed.len(), owed[0].settled), (1, None));
    assert_eq!(owed[0].due.since(run.view.conduct.decisions[0].at), 24 * 3_600_000);
    let stays: Vec<_> = points_of_no_return(&run.view).into_iter().map(|(_, what, _)| what).collect();
    assert_eq!(stays, ["keep migration 0007"]);
    run.wait(25 * 3600);
    run.done("Put the post-mortem");
    assert!(run.detail(DeviationKind::Overdue).contains("late"));
    run.value("Error rate", "0.1");
    assert!(alarms(&run.view)[0].tripped.until.is_some());
    run.check();
}

#[test]
fn a_sustained_trigger_needs_its_time() {
    let mut run = Run::start(BACK);
    run.done("Deploy");
    for round in 0..3 {
        run.value("Error rate", "2");
        assert_eq!(alarms(&run.view), [], "round {round}: the series does not reach back 5 minutes");
        run.wait(115);
    }
    run.value("Error rate", "2");
    let tripped = alarms(&run.view);
    assert!(tripped[0].tripped.shown.contains("sustained 5 min"), "{tripped:?}");
}

#[test]
fn the_matrix_takes_the_worse_reading_and_starts_its_clock() {
    let mut run = Run::start(BACK);
    run.done("Deploy");
    run.value("p95", "300");
    assert_eq!(run.view.conduct.matrix.as_ref().unwrap().name(), "Low");
    run.value("Error rate", "3");
    let since = run.view.conduct.matrix.as_ref().unwrap().since;
    run.value("p95", "310");
    let row = run.view.conduct.matrix.clone().unwrap();
    assert_eq!((row.name(), row.action(), row.since), ("High", "Fix forward", since));
    assert_eq!(row.due().unwrap().since(since), 15 * 60_000);
    run.value("p95", "2100");
    let row = run.view.conduct.matrix.clone().unwrap();
    assert_eq!(row.name(), "Critical");
    assert!(row.shown.contains("2100 ms"), "{row:?}");
}

#[test]
fn an_emergency_skips_and_says_exactly_what_and_by_whom() {
    let checklist = "---\npolicy:\n  - sign-off: Lead, approved to deploy, before deploy\n  - review: within 48 h\n---\n# R\n\n- [ ] Back up\n- [ ] Figures\n  <!-- cs: baseline -->\n  - p95: ___ ms\n- [ ] Test\n- [ ] Deploy\n  <!-- cs: deploy -->\n";
    let mut run = Run::start(checklist);
    assert!(run.answer("Deploy", Answer::Done, None).is_err());
    run.act(Intent::DeclareEmergency { reason: "the site is down".into() }).unwrap();
    assert_eq!(run.act(Intent::DeclareEmergency { reason: "again".into() }), Err(Refusal::EmergencyAlready));
    run.answer("Test", Answer::Skipped, Some("no time")).unwrap();
    run.by("Bo").answer("Deploy", Answer::Done, None).unwrap();
    let skipped = skipped_controls(&run.view);
    let told: Vec<_> = skipped.iter().map(|of| (of.control.as_str(), of.by.as_ref().unwrap().0.as_str())).collect();
    assert_eq!(
        told,
        [
            ("Lead: approved to deploy, before the deployment", "Bo"),
            ("Baseline before the deployment", "Bo"),
            ("Back up", "Bo"),
            ("Figures", "Bo"),
            ("p95", "Bo"),
            ("Test", "Ana"),
        ]
    );
    let owed = obligations(&run.view);
    assert_eq!(owed[0].due.since(run.view.conduct.emergency.as_ref().unwrap().at), 48 * 3_600_000);
    run.act(Intent::Answer { item: owed[0].item.clone(), answer: Answer::Done, by: None, reason: None }).unwrap();
    assert!(obligations(&run.view)[0].settled.is_some());
    assert!(run.kinds().contains(&DeviationKind::Emergency));
    assert!(!run.kinds().contains(&DeviationKind::AddedOnTheSpot), "the review was added by a rule");
    run.check();
}
