//! Rules of a checklist: each judged at the moment that it names, held against a small checker that shares no code with it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

mod run;

use countersign_core::record::*;
use proptest::prelude::*;
use run::{Run, at};
use std::collections::{BTreeMap, BTreeSet};

const RELEASE: &str = "\
---
policy:
  - sign-off: Lead, approved to deploy, before deploy
  - sign-off: 2 Lead, verified
  - separation: approver performed no item
---
# Release

- [ ] Back up
- [ ] Announce
- [ ] Deploy
  <!-- cs: deploy -->
- [ ] Watch
- [ ] Lead: ________________ Date: _______
  <!-- cs: sign-off role \"Lead\"; meaning approved to deploy -->
";

#[test]
fn an_approval_to_deploy_is_judged_at_the_deploy_tick_and_never_again() {
    let mut run = Run::start(RELEASE);
    run.done("Back up");
    run.done("Announce");
    assert_eq!(run.rule("Lead: approved to deploy"), Standing::Open);
    run.sign("Lea", "Lead", Meaning::ApprovedToDeploy);
    run.done("Deploy");
    run.done("Watch");
    assert_eq!(run.rule("Lead: approved to deploy"), Standing::Kept);
    let words = freshness(&run.view, &run.view.sign_offs[0]).words(Meaning::ApprovedToDeploy);
    assert_eq!(words, "signed before the deploy; 2 answers since then, as intended");
    assert_eq!(run.kinds(), [], "nothing about it is stale");
    run.sign("Lea", "Lead", Meaning::Verified);
    run.sign("Max", "Lead", Meaning::Verified);
    assert_eq!(run.view.standing_sign_offs().len(), 3, "another meaning replaces nothing");
    run.close(Outcome::Completed);
    assert_eq!(breaches(&run.view), [] as [String; 0]);
    run.check();
}

#[test]
fn deploying_without_the_approval_needs_a_reason_and_stays_a_deviation() {
    let mut run = Run::start(RELEASE);
    let refused = run.answer("Deploy", Answer::Done, None).unwrap_err();
    assert!(matches!(&refused, Refusal::AgainstPolicy { objections } if objections.len() == 1), "{refused}");
    assert_eq!(run.view.events, 1, "nothing was written");
    run.answer("Deploy", Answer::Done, Some("the site is down")).unwrap();
    run.sign("Lea", "Lead", Meaning::ApprovedToDeploy);
    assert_eq!(run.rule("Lead: approved to deploy"), Standing::Broken, "too late");
    let said = run.detail(DeviationKind::RuleNotKept);
    assert!(said.contains("Lead has not signed") && said.ends_with("Ana went on: the site is down"), "{said}");
}

#[test]
fn an_approval_that_was_stale_at_the_deployment_was_none() {
    let mut run = Run::start(RELEASE);
    run.done("Back up");
    run.sign("Lea", "Lead", Meaning::ApprovedToDeploy);
    run.answer("Back up", Answer::Failed, Some("disk full")).unwrap();
    assert!(run.answer("Deploy", Answer::Done, None).unwrap_err().to_string().contains("stale"));
    run.answer("Deploy", Answer::Done, Some("no time")).unwrap();
    assert_eq!(run.rule("Lead: approved to deploy"), Standing::Broken);
}

#[test]
fn roles_are_asked_only_for_branches_that_were_opened() {
    let run = Run::start(&format!(
        "{RELEASE}\n## Roll back, if needed\n\n- [ ] Chief: ________ Date: ____\n\n## Emergency path\n\n- [ ] Senior: ________ Date: ____\n"
    ));
    let roles = |run: &Run| asked_sign_offs(&run.view).into_iter().map(|asked| asked.role).collect::<BTreeSet<_>>();
    assert_eq!(roles(&run), BTreeSet::from(["Lead".to_owned()]));
    let mut run = run;
    run.close(Outcome::RolledBack);
    assert_eq!(roles(&run), BTreeSet::from(["Chief".to_owned(), "Lead".to_owned()]));
}

#[test]
fn hours_are_judged_at_the_deploy_tick_in_local_time() {
    let checklist = "---\npolicy:\n  - allowed: Monday to Thursday, 10:00-16:00\n  - forbidden: Friday afternoon, weekend, holiday\n  - holidays: 2026-01-06 Epiphany\n---\n# R\n\n- [ ] Deploy\n  <!-- cs: deploy -->\n";
    for (time, offset, holiday, objections) in [
        ("2026-01-05T11:00:00Z", 0, None, 0),
        ("2026-01-05T16:00:00Z", 0, None, 1),
        ("2026-01-05T15:30:00Z", 60, None, 1),
        ("2026-01-06T11:00:00Z", 0, None, 1),
        ("2026-01-07T11:00:00Z", 0, Some("Founders' Day"), 1),
        ("2026-01-09T13:00:00Z", 0, None, 2),
        ("2026-01-10T13:00:00Z", 0, None, 2),
    ] {
        let mut run = Run::start(checklist);
        run.now = at(time);
        run.around = Some(Around { offset, holiday: holiday.map(str::to_owned), others: Vec::new() });
        let refused = run.answer("Deploy", Answer::Done, None);
        let found = match &refused {
            Err(Refusal::AgainstPolicy { objections }) => objections.len(),
            other => {
                assert_eq!(*other, Ok(()));
                0
            }
        };
        assert_eq!(found, objections, "{time} {refused:?}");
        if refused.is_err() {
            run.answer("Deploy", Answer::Done, Some("agreed with the chief")).unwrap();
        }
        let broken = run.kinds().into_iter().filter(|kind| *kind == DeviationKind::ForbiddenHours).count();
        assert_eq!(broken, objections, "{time}");
    }
    let mut run = Run::start(&checklist.replace("Friday afternoon", "when the moon is full"));
    run.done("Deploy");
    assert!(run.detail(DeviationKind::RuleNotKept).contains("not understood"), "what cannot be judged is not kept");
}

#[test]
fn evidence_is_asked_by_kind_and_freshness() {
    let mut run = Run::start(
        "# R\n\n- [ ] Shoot\n  <!-- cs: evidence screenshot within 10 min -->\n- [ ] Log\n  <!-- cs: evidence log -->\n",
    );
    let attach = |run: &mut Run, label: &str, media_type: &str| {
        let item = Some(run.item(label));
        let sha256 = countersign_core::id::Digest::of(label.as_bytes());
        let file = FileFact { name: "file".into(), media_type: media_type.into(), sha256, size: 1, preview: None };
        run.act(Intent::Attach { item, file }).unwrap();
    };
    attach(&mut run, "Shoot", "image/png");
    run.wait(3600);
    run.done("Shoot");
    run.done("Log");
    attach(&mut run, "Log", "image/png");
    let lacking: Vec<_> = deviations(&run.view).into_iter().map(|of| (of.kind, of.detail)).collect();
    assert_eq!(lacking.len(), 2, "{lacking:?}");
    assert!(lacking.iter().all(|(kind, _)| *kind == DeviationKind::EvidenceMissing));
    assert!(lacking.iter().any(|(_, detail)| detail.contains("1 h 00 min away")), "{lacking:?}");
    attach(&mut run, "Log", "text/plain");
    attach(&mut run, "Shoot", "image/png");
    assert_eq!(run.kinds(), []);
}

#[test]
fn phases_in_order_are_kept_or_named() {
    let checklist =
        "---\npolicy:\n  - order: phases\n---\n# R\n\n## Before\n\n- [ ] One\n- [ ] Two\n\n## After\n\n- [ ] Three\n";
    let mut run = Run::start(checklist);
    run.done("One");
    run.done("Three");
    run.done("Two");
    assert!(run.detail(DeviationKind::OutOfOrder).contains("«After» began while 1 item"));
    let mut run = Run::start(checklist);
    ["One", "Two", "Three"].into_iter().for_each(|label| run.done(label));
    assert_eq!(run.kinds(), []);
}

/// One thing that somebody does, for the property below.
#[derive(Clone, Debug)]
enum Act {
    Answer { item: usize, done: bool, person: usize },
    Sign { person: usize, meaning: Meaning, approves: bool },
    Deploy,
}

const ITEMS: [&str; 3] = ["Back up", "Announce", "Watch"];
const PEOPLE: [&str; 4] = ["Ana", "Lea", "Max", "Zoe"];

fn act() -> impl Strategy<Value = Act> {
    let meaning = prop_oneof![Just(Meaning::ApprovedToDeploy), Just(Meaning::Verified), Just(Meaning::Performed)];
    prop_oneof![
        3 => (0..3_usize, any::<bool>(), 0..4_usize).prop_map(|(item, done, person)| Act::Answer { item, done, person }),
        4 => (1..4_usize, meaning, prop::bool::weighted(0.8)).prop_map(|(person, meaning, approves)| Act::Sign { person, meaning, approves }),
        1 => Just(Act::Deploy),
    ]
}

/// The rules of [`RELEASE`], from the list of acts alone.
struct Reference<'a>(&'a [Act]);

impl Reference<'_> {
    /// What the items are after so many acts.
    fn state(&self, until: usize) -> BTreeMap<usize, bool> {
        let mut state = BTreeMap::new();
        for act in &self.0[..until] {
            match act {
                Act::Answer { item, done, .. } => drop(state.insert(*item, *done)),
                Act::Deploy => drop(state.insert(99, true)),
                Act::Sign { .. } => {}
            }
        }
        state
    }

    /// The signatures that count after so many acts: index, person, meaning, whether it approves.
    fn signed(&self, until: usize) -> Vec<(usize, usize, Meaning, bool)> {
        let signs = || {
            self.0[..until].iter().enumerate().filter_map(|(at, act)| match act {
                Act::Sign { person, meaning, approves } => Some((at, *person, *meaning, *approves)),
                _ => None,
            })
        };
        let replaced = |one: &(usize, usize, Meaning, bool)| {
            signs().any(|later| later.0 > one.0 && later.1 == one.1 && (later.2 == one.2 || !one.3))
        };
        signs().filter(|one| !replaced(one)).collect()
    }

    fn people(&self, until: usize, meaning: Meaning) -> usize {
        let fits = |(at, _, of, approves): &(usize, usize, Meaning, bool)| {
            *approves && *of == meaning && self.state(*at) == self.state(until)
        };
        self.signed(until).iter().filter(|one| fits(one)).map(|one| one.1).collect::<BTreeSet<_>>().len()
    }

    fn approved_before_deploy(&self) -> bool {
        let deployed = self.0.iter().position(|act| matches!(act, Act::Deploy));
        deployed.is_some_and(|at| self.people(at, Meaning::ApprovedToDeploy) >= 1)
    }

    fn separated(&self) -> bool {
        let performed: BTreeSet<usize> = self
            .0
            .iter()
            .filter_map(|act| match act {
                Act::Answer { person, .. } => Some(*person),
                Act::Deploy => Some(0),
                Act::Sign { .. } => None,
            })
            .collect();
        let signed = self.signed(self.0.len());
        !signed.iter().any(|(_, person, meaning, approves)| {
            *approves && *meaning != Meaning::Performed && performed.contains(person)
        })
    }
}

fn play(acts: &[Act]) -> Run {
    let mut run = Run::start(RELEASE);
    for act in acts {
        match act {
            Act::Answer { item, done, person } => {
                let answer = if *done { Answer::Done } else { Answer::Failed };
                let item = run.item(ITEMS[*item]);
                let by = Some(PEOPLE[*person].into());
                run.act(Intent::Answer { item, answer, by, reason: Some("because".into()) }).unwrap();
            }
            Act::Sign { person, meaning, approves: true } => run.sign(PEOPLE[*person], "Lead", *meaning),
            Act::Sign { person, meaning, approves: false } => {
                run.sign_so(PEOPLE[*person], "Lead", *meaning, Decision::Return { reason: "no".into() });
            }
            Act::Deploy => run.answer("Deploy", Answer::Done, Some("go")).unwrap(),
        }
    }
    run
}

proptest! {
    #[test]
    fn the_verdicts_are_those_of_an_independent_checker(acts in prop::collection::vec(act(), 0..24)) {
        let mut run = play(&acts);
        run.close(Outcome::Completed);
        let reference = Reference(&acts);
        let kept = |rule: &str| {
            let mut found = duties(&run.view).into_iter().filter(|duty| duty.rule.starts_with(rule)).peekable();
            assert!(found.peek().is_some(), "no rule {rule}");
            found.all(|duty| duty.standing == Standing::Kept)
        };
        let verified = reference.people(acts.len(), Meaning::Verified) >= 2;
        prop_assert_eq!(kept("Lead: approved to deploy"), reference.approved_before_deploy());
        prop_assert_eq!(kept("2 × Lead"), verified);
        prop_assert_eq!(kept("who approves"), reference.separated());
        let all = reference.approved_before_deploy() && verified && reference.separated();
        prop_assert_eq!(breaches(&run.view).is_empty(), all, "{:?}", breaches(&run.view));
        // A breach is a deviation, and cannot be left out.
        let told = run.kinds().contains(&DeviationKind::RuleNotKept);
        prop_assert_eq!(told, !all);
    }

    #[test]
    fn nothing_after_the_deploy_tick_changes_what_is_said_of_before_it(
        before in prop::collection::vec(act(), 0..12),
        after in prop::collection::vec(act(), 0..12),
    ) {
        let mut acts = before;
        acts.push(Act::Deploy);
        let then = play(&acts).rule("Lead: approved to deploy");
        acts.extend(after);
        prop_assert_eq!(play(&acts).rule("Lead: approved to deploy"), then);
    }
}
