//! The full plan of a deployment watch on a simulated clock, against an oracle that walks through real time minute by minute.

use crate::run::Run;
use countersign_core::condition::Outcome as Verdict;
use countersign_core::record::rounds::{Cause, RoundEntry, RoundRefused, SlotState, slot_at, slots};
use countersign_core::record::*;
use std::collections::BTreeMap;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

const CHECKLIST: &str = "\
# Watch

- [ ] Deploy

## First hour

### Metrics (Every 5 minutes for first 30 minutes, then every 15 minutes)
- p95: ___ ms (target: < 500 ms)
- Error rate: ___ % (target: < 0.1%)

## Later

### Hourly (First 8 hours)
- [ ] Error rate is steady
### Health (Every 6 hours for 24 hours)
- [ ] Memory does not leak
### Business (Daily for 1 week)
- Message delivery: ___ % (target: > 99%)
";

/// When rounds are due, in minutes after T0, written down by hand.
fn oracle_dues() -> [Vec<i64>; 4] {
    [
        vec![5, 10, 15, 20, 25, 30, 45, 60],
        (1..=8).map(|hour| hour * 60).collect(),
        vec![360, 720, 1080, 1440],
        (1..=7).map(|day| day * 1440).collect(),
    ]
}

/// What the world does, in minutes of real time after T0.
struct World {
    /// The computer sleeps from, until.
    asleep: Vec<(i64, i64)>,
    /// At a minute, the clock is set by so many minutes.
    set: Vec<(i64, i64)>,
    /// The program starts anew.
    restarts: Vec<i64>,
}

impl World {
    fn sleeps(&self, minute: i64) -> bool {
        self.asleep.iter().any(|(from, until)| (*from..*until).contains(&minute))
    }
}

/// The slot whose window a minute lies in, found without arithmetic on windows: the nearest due time, where the middle between
/// two neighbours is a quarter of the later one's distance before it.
fn oracle_slot(dues: &[i64], minute: i64) -> Option<(usize, i64)> {
    let mut best = None;
    let mut previous = 0;
    for (index, due) in dues.iter().enumerate() {
        let distance = due - previous;
        if 4 * minute >= 4 * due - distance {
            best = Some((index + 1, 4 * (minute - due) - distance));
        }
        previous = *due;
    }
    let last = dues.last()?;
    let distance = last - dues.iter().rev().nth(1)?;
    // After three quarters of the last distance all is over.
    best.filter(|_| 4 * (minute - last) < 3 * distance)
}

struct Seen {
    taken: BTreeMap<(usize, usize), bool>,
    missed: Vec<(usize, usize)>,
}

/// Lives through eight days, looking at the record each minute that the computer is awake, as the engine does. A person takes each
/// open round at the minutes that `takes` says, always with a reason.
fn live(world: &World, takes: impl Fn(usize, usize, i64, i64) -> bool) -> (Run, Seen) {
    let mut run = Run::start(CHECKLIST);
    let deploy = run.item("Deploy");
    run.answer(&deploy, Answer::Done, None).unwrap();
    let dues = oracle_dues();
    let sections: Vec<_> =
        slots(&run.view, run.now()).iter().map(|of| (of.plan.section, of.plan.items.clone())).collect();
    let mut seen = Seen { taken: BTreeMap::new(), missed: Vec::new() };
    for minute in 1..8 * 1440 + 1 {
        run.wall += MINUTE;
        if let Some((_, by)) = world.set.iter().find(|(at, _)| *at == minute) {
            run.wall += by * MINUTE;
            run.write(Body::ClockJumped { by: by * MINUTE });
        }
        if world.sleeps(minute) {
            continue;
        }
        if world.restarts.contains(&minute) {
            run.restart();
        }
        let now = slots(&run.view, run.now());
        for (at, (section, items)) in sections.iter().enumerate() {
            // What the engine does: what is over is written down as missed.
            let over: Vec<_> = now[at]
                .slots
                .iter()
                .filter(|slot| slot.state == SlotState::Missed { cause: None })
                .map(|slot| slot.number)
                .collect();
            for number in over {
                let (section, cause, evidence) = (*section, Cause::Asleep, "test".to_owned());
                run.act(Intent::MissRound { section, number, cause, evidence }).unwrap();
                seen.missed.push((at, number as usize));
            }
            let Some((number, late)) = oracle_slot(&dues[at], minute) else { continue };
            if seen.taken.contains_key(&(at, number)) || !takes(at, number, minute, dues[at][number - 1]) {
                continue;
            }
            let answer = if at == 0 { Answer::Value { text: "480".into() } } else { answer_for(&run, &items[0]) };
            let reason = Some("was away".to_owned());
            let values = BTreeMap::from([(items[0].clone(), answer)]);
            let round = RoundEntry { section: *section, number: None, values, by: None, reason };
            run.act(Intent::TakeRound { round }).unwrap();
            seen.taken.insert((at, number), late > 0);
        }
    }
    (run, seen)
}

fn answer_for(run: &Run, item: &countersign_core::id::ItemId) -> Answer {
    match run.view.template.item(item).unwrap().label.as_str() {
        "Message delivery" => Answer::Value { text: "99.9".into() },
        _ => Answer::Done,
    }
}

/// Which slots nobody could take although somebody tried in every minute awake from the due time on.
fn oracle_missed(world: &World) -> Vec<(usize, usize)> {
    let mut missed = Vec::new();
    for (at, dues) in oracle_dues().iter().enumerate() {
        for number in 1..=dues.len() {
            let awake = (dues[number - 1]..8 * 1440 + 1).any(|minute| {
                !world.sleeps(minute) && oracle_slot(dues, minute).is_some_and(|(open, _)| open == number)
            });
            if !awake {
                missed.push((at, number));
            }
        }
    }
    missed
}

fn worlds() -> Vec<World> {
    vec![
        World { asleep: vec![], set: vec![], restarts: vec![] },
        // Asleep over two early rounds, over a night, and over a day and a half.
        World { asleep: vec![(8, 23), (700, 1300), (3000, 5200)], set: vec![], restarts: vec![26, 1300, 5200] },
        // The clock goes back by three hours in the first half hour, forward by one in the night, and back again.
        World {
            asleep: vec![(100, 160)],
            set: vec![(12, -180), (240, 60), (4000, -60)],
            restarts: vec![13, 161, 4001],
        },
        // It is set while the computer sleeps, and the program starts at once.
        World { asleep: vec![(14, 44), (1000, 1500)], set: vec![(20, -180), (1200, 1440)], restarts: vec![44, 1500] },
    ]
}

#[test]
fn the_whole_plan_is_taken_and_missed_as_the_oracle_says() {
    for (index, world) in worlds().iter().enumerate() {
        // Somebody tries in every minute from the due time on.
        let (mut run, seen) = live(world, |_, _, minute, due| minute >= due);
        let of_oracle = oracle_missed(world);
        let mut missed = seen.missed.clone();
        missed.sort_unstable();
        assert_eq!(missed, of_oracle, "world {index}");
        assert_eq!(seen.taken.len() + missed.len(), 8 + 8 + 4 + 7, "world {index}: each slot ends in one way");
        let mut late = 0;
        for (at, of) in slots(&run.view, run.now()).iter().enumerate() {
            assert_eq!(of.slots.len(), oracle_dues()[at].len());
            for slot in &of.slots {
                match &slot.state {
                    SlotState::Taken { .. } => {
                        assert!(!seen.taken[&(at, slot.number as usize)], "world {index}: {slot:?}")
                    }
                    SlotState::Late { late_by, reason, .. } => {
                        late += 1;
                        assert!(*late_by > 0 && reason.is_some());
                        assert!(seen.taken[&(at, slot.number as usize)], "world {index}: {slot:?}");
                    }
                    SlotState::Missed { cause } => assert_eq!(*cause, Some(Cause::Asleep)),
                    other => panic!("world {index}: {other:?}"),
                }
            }
        }
        let kinds = run.kinds();
        assert_eq!(kinds.iter().filter(|kind| **kind == DeviationKind::RoundLate).count(), late, "world {index}");
        assert_eq!(kinds.contains(&DeviationKind::RoundMissed), !of_oracle.is_empty(), "world {index}");
        assert_eq!(kinds.iter().filter(|kind| **kind == DeviationKind::ClockJumped).count(), world.set.len());
        run.restart();
    }
}

#[test]
fn without_anybody_every_round_is_missed_and_none_twice() {
    let (run, seen) = live(&worlds()[1], |_, _, _, _| false);
    assert_eq!(seen.missed.len(), 27);
    assert_eq!(run.view.rounds.missed.len(), 27);
}

#[test]
fn a_clock_set_back_three_hours_moves_due_times_and_orders_nothing_anew() {
    let mut run = Run::start(CHECKLIST);
    let deploy = run.item("Deploy");
    run.answer(&deploy, Answer::Done, None).unwrap();
    run.wall += 6 * MINUTE;
    let plan = slots(&run.view, run.now())[0].plan.clone();
    assert_eq!(slot_at(&run.view, &plan, run.now()).unwrap().number, 1);
    run.wall -= 3 * HOUR;
    run.write(Body::ClockJumped { by: -3 * HOUR });
    let slot = slot_at(&run.view, &plan, run.now()).unwrap();
    assert_eq!((slot.number, slot.state.word()), (1, "due"));
    assert_eq!(run.now().since(slot.due), MINUTE, "six minutes have passed, whatever the clock says");
    let heads: Vec<_> = run.log.iter().map(|entry| entry.id).collect();
    run.restart();
    assert_eq!(run.log.iter().map(|entry| entry.id).collect::<Vec<_>>(), heads);
    let jump = deviations(&run.view).into_iter().find(|found| found.kind == DeviationKind::ClockJumped).unwrap();
    assert_eq!(jump.detail, "set back by 3 h 00 min");
}

fn take(run: &mut Run, number: Option<u32>, values: &[(&str, &str)], reason: Option<&str>) -> Result<(), Refusal> {
    let section = slots(&run.view, run.now())[0].plan.section;
    let values = values.iter().map(|(label, text)| (run.item(label), Answer::Value { text: (*text).to_owned() }));
    let round = RoundEntry { section, number, values: values.collect(), by: None, reason: reason.map(str::to_owned) };
    run.act(Intent::TakeRound { round })
}

#[test]
fn rounds_are_refused_where_they_would_not_be_true() {
    let mut run = Run::start(CHECKLIST);
    assert_eq!(take(&mut run, None, &[("p95", "1")], None), Err(Refusal::Round(RoundRefused::NotStarted)));
    let deploy = run.item("Deploy");
    run.answer(&deploy, Answer::Done, None).unwrap();
    run.wall += 3 * MINUTE;
    assert!(matches!(
        take(&mut run, None, &[("p95", "1")], None),
        Err(Refusal::Round(RoundRefused::NotDue { next: Some(_), .. }))
    ));
    assert!(matches!(take(&mut run, Some(9), &[("p95", "1")], None), Err(Refusal::Round(RoundRefused::NoSlot { .. }))));
    run.wall += MINUTE;
    assert!(matches!(
        take(&mut run, None, &[("Message", "99")], None),
        Err(Refusal::Round(RoundRefused::NotOfRound { .. }))
    ));
    assert_eq!(take(&mut run, None, &[], None), Err(Refusal::Empty));
    assert!(matches!(take(&mut run, None, &[("p95", "fast")], None), Err(Refusal::Entry(_))));
    take(&mut run, None, &[("p95", "0,48 s")], None).unwrap();
    run.wall += 3 * MINUTE;
    assert!(matches!(
        take(&mut run, Some(1), &[("p95", "490")], None),
        Err(Refusal::Round(RoundRefused::ChangeNeedsReason { number: 1 }))
    ));
    take(&mut run, Some(1), &[("Error rate", "0.05")], None).unwrap();
    take(&mut run, Some(1), &[("p95", "490")], Some("typo")).unwrap();
    assert_eq!(run.kinds(), [DeviationKind::Corrected]);
    run.wall += 5 * MINUTE;
    assert!(matches!(
        take(&mut run, None, &[("p95", "1")], None),
        Err(Refusal::Round(RoundRefused::LateNeedsReason { number: 2, .. }))
    ));
    take(&mut run, None, &[("p95", "700"), ("Error rate", "0.05")], Some("on the phone")).unwrap();
    let p95 = run.item("p95");
    let values: Vec<_> = run.view.rounds.values_of(&p95).map(|(_, text)| text.to_owned()).collect();
    assert_eq!(values, ["490 ms", "700 ms"], "a corrected value counts once");
    assert_eq!(run.view.item(&p95).verdict.as_ref().unwrap().outcome, Verdict::NotMet);
    let found = deviations(&run.view);
    let late = found.iter().find(|found| found.kind == DeviationKind::RoundLate).unwrap();
    assert_eq!(late.detail, "round 2: 2 min 00 s late: on the phone");
    let off = found.iter().find(|found| found.kind == DeviationKind::LimitNotMet).unwrap();
    assert!(off.detail.starts_with("round 2: "), "{}", off.detail);
    run.act(Intent::Close { outcome: Outcome::Completed, summary: None }).unwrap();
    let open: Vec<_> = deviations(&run.view)
        .into_iter()
        .filter(|found| found.kind == DeviationKind::LeftOpen && found.item.is_none())
        .map(|found| found.detail)
        .collect();
    assert_eq!(
        open,
        [
            "6 of 8 rounds were still to come",
            "8 of 8 rounds were still to come",
            "4 of 4 rounds were still to come",
            "7 of 7 rounds were still to come"
        ]
    );
    run.restart();
}

#[test]
fn a_limit_that_must_be_sustained_looks_at_the_rounds() {
    let text = "# T\n- [ ] Deploy\n## Watch (Every 5 minutes for 30 minutes)\n- Error rate: ___ %\n  <!-- cs: alert value > 1% sustained 10m -->\n";
    let mut run = Run::start(text);
    let deploy = run.item("Deploy");
    run.answer(&deploy, Answer::Done, None).unwrap();
    let outcome = |run: &Run| run.view.item(&run.item("Error rate")).verdict.as_ref().unwrap().outcome;
    let mut outcomes = Vec::new();
    for value in ["2", "2", "2", "0.5", "2"] {
        run.wall += 5 * MINUTE;
        take(&mut run, None, &[("Error rate", value)], None).unwrap();
        outcomes.push(outcome(&run));
    }
    use countersign_core::condition::Outcome::{Met, NotMet, Unknown};
    assert_eq!(
        outcomes,
        [Unknown, Unknown, NotMet, Met, Met],
        "an alert that holds is not met; too short a series is unknown"
    );
}
