//! The baseline: settled before the deploy tick, compared with afterwards, corrected in sight of everybody.

use crate::run::Run;
use countersign_core::condition::Outcome;
use countersign_core::record::baseline::{Trend, comparisons, members, proposals};
use countersign_core::record::*;

const CHECKLIST: &str = "\
# Release

## Before
- [ ] Write the figures down
  <!-- cs: baseline -->
  - p75: ___ ms
  - Error rate: ___ %
  - Request rate: ___ req/s

## Go
- [ ] Deploy

## After
- p75: ___ ms (target: < 110% baseline)
- Error rate: ___ % (target: < 1%)
- Request rate: ___ req/s
- Metrics better than before? ☐ Yes ☐ No ☐ Similar
- Error rate improved? ☐ Yes ☐ No ☐ Similar
- Latency improved? ☐ Yes ☐ No ☐ Similar

- [ ] Engineering lead: ________________ Date: _______
";

fn frozen() -> Run {
    let mut run = Run::start(CHECKLIST);
    for (label, text) in [("p75", "200"), ("Error rate", "0.5"), ("Request rate", "1000")] {
        let item = run.item(label);
        run.value(&item, text);
    }
    run.act(Intent::FreezeBaseline).unwrap();
    let deploy = run.item("Deploy");
    run.answer(&deploy, Answer::Done, None).unwrap();
    run
}

#[test]
fn the_deploy_tick_waits_for_the_baseline() {
    let mut run = Run::start(CHECKLIST);
    let deploy = run.item("Deploy");
    assert_eq!(run.answer(&deploy, Answer::Done, None), Err(Refusal::BaselineOpen));
    assert_eq!(run.act(Intent::FreezeBaseline), Err(Refusal::BaselineEmpty));
    assert_eq!(run.act(Intent::WaiveBaseline { reason: " ".into() }), Err(Refusal::Empty));
    run.act(Intent::WaiveBaseline { reason: "first release".into() }).unwrap();
    run.answer(&deploy, Answer::Done, None).unwrap();
    assert_eq!(run.kinds(), [DeviationKind::BaselineWaived]);
    assert!(matches!(run.act(Intent::FreezeBaseline), Err(Refusal::BaselineSettled { .. })));
    run.restart();
}

#[test]
fn a_deployment_without_a_baseline_has_nothing_to_wait_for() {
    let mut run = Run::start("# T\n- [ ] Deploy\n- p95: ___ ms\n");
    assert!(members(&run.view.template).is_empty());
    assert_eq!(run.act(Intent::FreezeBaseline), Err(Refusal::NoBaseline));
    let deploy = run.item("Deploy");
    run.answer(&deploy, Answer::Done, None).unwrap();
}

#[test]
fn a_baseline_is_found_without_a_mark_by_its_words() {
    let run = Run::start(
        "# T\n## Go\n- [ ] Record baseline numbers:\n  - API latency (p50, p95): ___ms, ___ms\n  - Error rate: ___%\n- [ ] Deploy\n## Compare with the baseline\n- p95: ___ ms\n",
    );
    let labels: Vec<_> = members(&run.view.template).iter().map(|item| item.label.as_str()).collect();
    assert_eq!(labels, ["API latency p50", "API latency p95", "Error rate"]);
}

#[test]
fn what_is_frozen_incomplete_says_so() {
    let mut run = Run::start(CHECKLIST);
    let (p75, errors) = (run.item("p75"), run.item("Error rate"));
    run.value(&p75, "200");
    run.answer(&errors, Answer::NotApplicable, Some("no traffic")).unwrap();
    run.act(Intent::FreezeBaseline).unwrap();
    let found = deviations(&run.view);
    let incomplete = found.iter().find(|found| found.kind == DeviationKind::BaselineIncomplete).unwrap();
    assert_eq!(incomplete.detail, "frozen without Request rate", "what was set aside with a reason is not missing");
}

#[test]
fn later_values_are_better_worse_or_similar_by_a_stated_band() {
    for (after, trend, shown) in [
        ("210", Trend::Similar, "210 ms, before 200 ms: +5%, within ±5% → similar"),
        ("190", Trend::Similar, "190 ms, before 200 ms: -5%, within ±5% → similar"),
        ("210.1", Trend::Worse, "210.1 ms, before 200 ms: +5.05%, beyond ±5% → worse"),
        ("189.9", Trend::Better, "189.9 ms, before 200 ms: -5.05%, beyond ±5% → better"),
        ("0,1 s", Trend::Better, "100 ms, before 200 ms: -50%, beyond ±5% → better"),
    ] {
        let mut run = frozen();
        let item = run.view.template.items.iter().filter(|item| item.label == "p75").nth(1).unwrap().id.clone();
        run.value(&item, after);
        let found = comparisons(&run.view);
        assert_eq!((found[0].trend, found[0].shown.as_str()), (trend, shown), "{after}");
    }
}

#[test]
fn the_band_can_be_set_and_the_way_must_be_known() {
    let text = CHECKLIST.replace("cs: baseline", "cs: baseline; dead-band 50%");
    let mut run = Run::start(&text);
    for (label, text) in [("p75", "200"), ("Request rate", "1000")] {
        let item = run.item(label);
        run.value(&item, text);
    }
    run.act(Intent::FreezeBaseline).unwrap();
    for (label, text) in [("p75", "299"), ("Request rate", "2000")] {
        let item = run.later(label);
        run.value(&item, text);
    }
    let trends: Vec<_> = comparisons(&run.view).iter().map(|found| found.trend).collect();
    assert_eq!(trends, [Trend::Similar, Trend::Unknown], "nobody says whether more requests are better");
}

#[test]
fn the_checklists_questions_get_a_proposal_and_never_an_answer() {
    let mut run = frozen();
    assert!(proposals(&run.view).is_empty(), "nothing is proposed before anything was measured");
    for (label, text) in [("p75", "150"), ("Error rate", "0.8"), ("Request rate", "1500")] {
        let item = run.later(label);
        run.value(&item, text);
    }
    let proposed: Vec<_> =
        proposals(&run.view).into_iter().map(|each| (run.view.label(&each.item), each.option)).collect();
    let said = |label: &str, option: &str| (label.to_owned(), option.to_owned());
    assert_eq!(
        proposed,
        [
            said("Metrics better than before?", "No"),
            said("Error rate improved?", "No"),
            said("Latency improved?", "Yes")
        ]
    );
    let question = run.item("Latency improved");
    assert_eq!(run.view.item(&question).state, State::Open);
}

#[test]
fn a_limit_that_names_the_baseline_is_judged_by_it() {
    let mut run = frozen();
    let p75 = run.later("p75");
    run.value(&p75, "219");
    assert_eq!(run.view.item(&p75).verdict.as_ref().unwrap().outcome, Outcome::Met);
    run.answer(&p75, Answer::Value { text: "221".into() }, Some("typo")).unwrap();
    let verdict = run.view.item(&p75).verdict.clone().unwrap();
    assert_eq!(verdict.outcome, Outcome::NotMet);
    assert!(verdict.shown.contains("220 ms"), "the arithmetic is shown: {}", verdict.shown);
}

#[test]
fn without_a_frozen_baseline_such_a_limit_is_unknown() {
    let mut run = Run::start(CHECKLIST);
    let (before, after) = (run.item("p75"), run.later("p75"));
    run.value(&before, "200");
    run.value(&after, "100");
    assert_eq!(run.view.item(&after).verdict.as_ref().unwrap().outcome, Outcome::Unknown);
    run.act(Intent::FreezeBaseline).unwrap();
    assert_eq!(run.view.item(&after).verdict.as_ref().unwrap().outcome, Outcome::Met, "freezing judges again");
}

#[test]
fn correcting_it_needs_a_reason_and_marks_what_used_it_as_stale() {
    let mut run = frozen();
    let (before, after, question) = (run.item("p75"), run.later("p75"), run.item("Latency improved"));
    run.value(&after, "215");
    run.answer(&question, Answer::Chosen { option: "Similar".into() }, None).unwrap();
    let errors = run.later("Error rate");
    run.value(&errors, "0.4");
    sign(&mut run);
    let change = Answer::Value { text: "190".into() };
    assert!(matches!(run.answer(&before, change.clone(), None), Err(Refusal::ReasonNeeded { .. })));
    run.answer(&before, change, Some("read from the wrong graph")).unwrap();
    assert_eq!(run.view.item(&after).verdict.as_ref().unwrap().outcome, Outcome::NotMet, "215 is above 110% of 190");
    assert!(run.view.item(&after).stale.as_ref().unwrap().contains("200 ms"));
    assert!(run.view.item(&question).stale.is_some());
    assert!(run.view.item(&errors).stale.is_none(), "what did not use it stands");
    let kinds = run.kinds();
    for kind in [DeviationKind::BaselineCorrected, DeviationKind::VerdictStale, DeviationKind::SignOffStale] {
        assert!(kinds.contains(&kind), "{kind:?} in {kinds:?}");
    }
    assert!(!kinds.contains(&DeviationKind::Corrected), "one change is told once");
    run.answer(&question, Answer::Chosen { option: "No".into() }, Some("looked again")).unwrap();
    assert!(run.view.item(&question).stale.is_none());
    run.restart();
}

fn sign(run: &mut Run) {
    let statement = Statement {
        v: 1,
        record: run.view.id.clone(),
        number: 1,
        template: run.view.template.sha256,
        artifact: run.view.header.artifact.clone(),
        release: run.view.header.release.clone(),
        state: run.view.state_digest().unwrap(),
        head: run.view.head,
        person: "Lea".into(),
        certificate: countersign_core::id::Digest::of(b"Lea"),
        role: "Engineering lead".into(),
        meaning: Meaning::Approved,
        decision: Decision::Approve,
        at: run.now(),
        item: None,
        shown: None,
    };
    run.act(Intent::SignOff { sign_off: Box::new(SignOff { statement, signature: String::new() }), roster: None })
        .unwrap();
}
