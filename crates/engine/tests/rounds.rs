//! The engine's part in rounds and in honest time, with a clock that the test sets: sleep, a clock set back, a new start.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_core::api::{Act, ChecklistSource, StartRecord};
use countersign_core::record::rounds::{Cause, RoundEntry, slots};
use countersign_core::record::{Answer, DeviationKind, Intent, Outcome, View, deviations};
use countersign_core::time::Timestamp;
use countersign_engine::{Engine, Environment, Error};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

const CHECKLIST: &str = "\
# Watch

- [ ] Deploy

## Metrics (Every 5 minutes for 30 minutes, then every 15 minutes for 1 hour)
- p95: ___ ms (target: < 500 ms)
";

/// A wall clock and a clock that goes on during sleep. Randomness is the system's.
struct Clocks {
    wall: AtomicI64,
    mono: AtomicU64,
}

impl Environment for Clocks {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.wall.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> u64 {
        self.mono.load(Ordering::SeqCst)
    }

    fn random(&self, bytes: &mut [u8]) -> Result<(), Error> {
        countersign_engine::Computer::new().random(bytes)
    }
}

struct Desk {
    clocks: Arc<Clocks>,
    engine: Engine,
    record: countersign_core::id::RecordId,
}

impl Desk {
    async fn new(folder: &Path) -> Self {
        let clocks = Arc::new(Clocks { wall: AtomicI64::new(1_774_737_000_000), mono: AtomicU64::new(5_000) });
        let engine = Engine::open_with(&folder.join("data"), Arc::clone(&clocks) as Arc<dyn Environment>).unwrap();
        let file = folder.join("watch.md");
        std::fs::write(&file, CHECKLIST).unwrap();
        let source = ChecklistSource::File { path: file.display().to_string() };
        let start =
            StartRecord { source, header: Vec::new(), rehearsal: false, person: "Ana".into(), acknowledged: None };
        let record = engine.start_record(start).await.unwrap();
        let desk = Self { clocks, engine, record };
        let deploy = desk.view().await.template.deploy_item().unwrap().id.clone();
        desk.act(Intent::Answer { item: deploy, answer: Answer::Done, by: None, reason: None }).await.unwrap();
        desk
    }

    async fn view(&self) -> View {
        self.engine.record(&self.record).unwrap()
    }

    async fn act(&self, intent: Intent) -> Result<(), countersign_core::api::ApiError> {
        let (record, person) = (self.record.clone(), "Ana".into());
        self.engine.act(Act { record, person, intent }).await.map(drop)
    }

    /// Time goes on; the program looks every two seconds.
    async fn pass(&self, millis: i64) -> Vec<String> {
        let mut titles = Vec::new();
        for _ in 0..millis / (2 * SECOND) {
            self.step(2 * SECOND);
            titles.extend(self.engine.tick().await.unwrap().notice.map(|notice| notice.title));
        }
        titles
    }

    fn step(&self, millis: i64) {
        self.clocks.wall.fetch_add(millis, Ordering::SeqCst);
        self.clocks.mono.fetch_add(millis.unsigned_abs(), Ordering::SeqCst);
    }

    async fn take(&self, text: &str) -> Result<(), countersign_core::api::ApiError> {
        let view = self.view().await;
        let plan = slots(&view, self.clocks.now()).remove(0).plan;
        let values = BTreeMap::from([(plan.items.first().unwrap().clone(), Answer::Value { text: text.into() })]);
        let round = RoundEntry { section: plan.section, number: None, values, by: None, reason: None };
        self.act(Intent::TakeRound { round }).await
    }

    fn restart(self, folder: &Path) -> Self {
        let Self { clocks, engine, record } = self;
        drop(engine);
        clocks.mono.store(1, Ordering::SeqCst);
        let engine = Engine::open_with(&folder.join("data"), Arc::clone(&clocks) as Arc<dyn Environment>).unwrap();
        Self { clocks, engine, record }
    }
}

async fn causes(desk: &Desk) -> Vec<(u32, Cause)> {
    desk.view().await.rounds.missed.iter().map(|missed| (missed.number, missed.cause)).collect()
}

#[tokio::test]
async fn a_person_is_told_once_when_a_round_is_due_and_once_after_a_sleep() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path()).await;
    assert_eq!(desk.pass(5 * MINUTE).await.len(), 1, "the first round is due");
    desk.take("480").await.unwrap();
    assert!(desk.pass(MINUTE).await.is_empty(), "nobody is told twice");
    // The lid is closed over three rounds.
    desk.step(15 * MINUTE);
    let told = desk.engine.tick().await.unwrap().notice.unwrap();
    assert_eq!(told.title, "1 due, 2 missed", "one notice for all: {told:?}");
    assert_eq!(causes(&desk).await, [(2, Cause::Asleep), (3, Cause::Asleep)]);
    assert!(
        !deviations(&desk.view().await).iter().any(|found| found.kind == DeviationKind::ClockJumped),
        "a sleep is no jump"
    );
    // Nobody comes although the program runs.
    desk.pass(10 * MINUTE).await;
    let fourth = causes(&desk).await.into_iter().find(|(number, _)| *number == 4).unwrap();
    assert!(matches!(fourth.1, Cause::Forgotten | Cause::Offline), "{fourth:?}");
}

#[tokio::test]
async fn what_was_missed_while_the_program_did_not_run_is_told_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path()).await;
    desk.pass(2 * MINUTE).await;
    desk.step(20 * MINUTE);
    let desk = desk.restart(folder.path());
    let ticked = desk.engine.tick().await.unwrap();
    assert_eq!(ticked.records, std::slice::from_ref(&desk.record));
    assert_eq!(ticked.notice.unwrap().title, "1 due, 3 missed");
    assert!(causes(&desk).await.iter().all(|(_, cause)| *cause == Cause::NotRunning));
    // A round that is taken before anybody looked settles what is over first; closing does, too.
    let desk = desk.restart(folder.path());
    desk.step(10 * MINUTE);
    desk.act(Intent::Close { outcome: Outcome::Completed, summary: None }).await.unwrap();
    assert_eq!(causes(&desk).await.len(), 5);
}

#[tokio::test]
async fn a_clock_set_back_three_hours_is_an_event_and_moves_no_round() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(folder.path()).await;
    desk.pass(6 * MINUTE).await;
    let before = desk.view().await;
    desk.clocks.wall.fetch_sub(3 * HOUR, Ordering::SeqCst);
    desk.pass(10 * SECOND).await;
    let view = desk.view().await;
    assert_eq!(view.clock_jumps.len(), 1);
    assert_eq!(view.clock_jumps[0].1, -3 * HOUR);
    assert_eq!(view.events, before.events + 1, "it stands in the log as soon as it is seen, once");
    assert!(deviations(&view).iter().any(|found| found.kind == DeviationKind::ClockJumped));
    desk.take("480").await.unwrap();
    let view = desk.view().await;
    assert_eq!(view.rounds.taken[0].number, 1, "six minutes have passed, whatever the clock says");
    assert!(
        view.rounds.taken[0].at < before.last_at,
        "the log says what the clock said, in the order of what happened"
    );
    assert!(view.rounds.missed.is_empty());
    // The same across a new start: only that the clock is before the newest event is known, and that is told.
    desk.clocks.wall.fetch_sub(HOUR, Ordering::SeqCst);
    let desk = desk.restart(folder.path());
    desk.engine.tick().await.unwrap();
    assert_eq!(desk.view().await.clock_jumps.len(), 2);
}
