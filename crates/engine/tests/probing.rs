//! Probes with the rounds, offline and back, stopped, and added from files: the engine with a clock that the test sets, and a service on
//! this computer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_core::api::{Act, ChecklistSource, ImportProbes, RunProbes, SetNetwork, StartRecord, StopProbes};
use countersign_core::condition::Outcome;
use countersign_core::id::RecordId;
use countersign_core::record::{Answer, DeviationKind, Intent, ProbeEvent, ProbeRun, Said, View, deviations};
use countersign_core::time::Timestamp;
use countersign_engine::{Engine, Environment, Error};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const START: i64 = 1_774_737_000_000;

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

/// Answers `/up` with 200 and `/down` with 503; `/hangs` never.
fn service() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut head = [0; 1024];
                let length = visitor.read(&mut head).unwrap_or_default();
                let head = String::from_utf8_lossy(&head[..length]).into_owned();
                if head.contains("/hangs") {
                    std::thread::park();
                }
                let status = if head.contains("/up") { "200 OK" } else { "503 Service Unavailable" };
                let _ = write!(visitor, "HTTP/1.1 {status}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
            });
        }
    });
    address
}

struct Desk {
    clocks: Arc<Clocks>,
    engine: Arc<Engine>,
    record: RecordId,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new(checklist: &str, host: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clocks = Arc::new(Clocks { wall: AtomicI64::new(START), mono: AtomicU64::new(5_000) });
        let environment = Arc::clone(&clocks) as Arc<dyn Environment>;
        let engine = Arc::new(Engine::open_with(&folder.path().join("data"), environment).unwrap());
        let file = folder.path().join("c.md");
        std::fs::write(&file, checklist.replace("HOST", host)).unwrap();
        let source = ChecklistSource::File { path: file.display().to_string() };
        let start =
            StartRecord { source, header: Vec::new(), rehearsal: false, person: "Ana".into(), acknowledged: None };
        let record = engine.start_record(start).await.unwrap();
        let desk = Self { clocks, engine, record, folder };
        desk.act(Intent::AllowHost { host: host.to_owned(), also: None }).await;
        desk
    }

    async fn act(&self, intent: Intent) {
        self.try_to(intent).await.unwrap();
    }

    async fn try_to(&self, intent: Intent) -> Result<(), countersign_core::api::ApiError> {
        let (record, person) = (self.record.clone(), "Ana".into());
        self.engine.act(Act { record, person, intent }).await.map(drop)
    }

    fn view(&self) -> View {
        self.engine.record(&self.record).unwrap()
    }

    async fn deploy(&self) {
        let item = self.view().template.deploy_item().unwrap().id.clone();
        self.act(Intent::Answer { item, answer: Answer::Done, by: None, reason: None }).await;
    }

    /// Time goes on; the program looks every two seconds.
    async fn pass(&self, millis: i64) {
        for _ in 0..millis / (2 * SECOND) {
            self.clocks.wall.fetch_add(2 * SECOND, Ordering::SeqCst);
            self.clocks.mono.fetch_add(2_000, Ordering::SeqCst);
            self.engine.tick().await.unwrap();
            self.engine.probe_what_is_due().await.unwrap();
        }
    }

    async fn offline(&self, offline: bool) {
        self.engine.set_network(SetNetwork { offline, witnesses: None }).await.unwrap();
    }

    async fn run_all(&self) {
        let (record, person) = (self.record.clone(), "Ana".into());
        self.engine.run_probes(RunProbes { record, person, probes: Vec::new() }).await.unwrap();
    }

    fn runs(&self) -> Vec<ProbeRun> {
        self.view().probes.into_values().flatten().collect()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }
}

fn after(minutes: i64) -> Timestamp {
    Timestamp::from_millis(START + minutes * MINUTE)
}

const WATCHED: &str = "\
# Watch

- [ ] Deploy

## Metrics (Every 5 minutes for 15 minutes)
- p95: ___ ms (target: < 500 ms)
- [ ] The service is up
  <!-- cs: probe GET http://HOST/up -->
- [ ] Another is not asked
  <!-- cs: probe GET http://not-allowed.example/up -->

## Later
- [ ] Not of a round
  <!-- cs: probe GET http://HOST/down -->
";

#[tokio::test]
async fn probes_of_a_round_are_made_once_when_it_is_due() {
    let desk = Desk::new(WATCHED, &service()).await;
    desk.pass(6 * MINUTE).await;
    assert!(desk.runs().is_empty(), "rounds have not begun");
    desk.deploy().await;
    desk.pass(4 * MINUTE).await;
    assert!(desk.runs().is_empty());
    desk.pass(3 * MINUTE).await;
    let first = desk.runs();
    let [run] = first.as_slice() else { panic!("{first:?}") };
    let ProbeEvent::Ran { observation } = &run.what else { panic!("{run:?}") };
    assert_eq!((observation.due, observation.outcome), (after(11), Outcome::Met));
    let late = observation.at.since(observation.due);
    assert!((0..22 * SECOND).contains(&late), "a little later than due, by its own time: {late} ms");
    desk.pass(10 * MINUTE).await;
    let due: Vec<_> = desk.runs().iter().map(ProbeRun::due).collect();
    assert_eq!(due, [after(11), after(16), after(21)], "once a round, and what no round asks for not at all");
}

#[tokio::test]
async fn a_round_without_a_network_is_caught_up_with_both_times() {
    let desk = Desk::new(WATCHED, &service()).await;
    desk.deploy().await;
    desk.offline(true).await;
    desk.pass(6 * MINUTE).await;
    let runs = desk.runs();
    let [ProbeRun { what: ProbeEvent::NotExecuted { due, .. }, .. }] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!(*due, after(5));
    desk.pass(MINUTE).await;
    assert_eq!(desk.runs().len(), 1, "it waits, and is not told again and again");
    desk.offline(false).await;
    desk.pass(4 * SECOND).await;
    let runs = desk.runs();
    let Some(ProbeEvent::Ran { observation }) = runs.last().map(|run| &run.what) else { panic!("{runs:?}") };
    assert_eq!((runs.len(), observation.due, observation.outcome), (2, after(5), Outcome::Met));
    assert!(observation.at > after(7), "never back-dated");
}

#[tokio::test]
async fn probes_that_run_can_be_stopped_and_tell_how_far_they_are() {
    let host = service();
    let text =
        "# T\n- [ ] a\n  <!-- cs: probe GET http://HOST/hangs -->\n- [ ] b\n  <!-- cs: probe GET http://HOST/up -->\n";
    let desk = Desk::new(text, &host).await;
    let (mut progress, began) = (desk.engine.probe_progress(), Instant::now());
    let engine = Arc::clone(&desk.engine);
    let (record, person) = (desk.record.clone(), "Ana".into());
    let run = tokio::spawn(async move { engine.run_probes(RunProbes { record, person, probes: Vec::new() }).await });
    loop {
        let told = progress.recv().await.unwrap();
        assert_eq!(told.of, 2);
        if told.done == 1 {
            break;
        }
    }
    desk.engine.stop_probes(StopProbes { record: desk.record.clone() }).await.unwrap();
    run.await.unwrap().unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "it did not wait for the one that hangs");
    let runs = desk.runs();
    let [ProbeRun { what: ProbeEvent::Ran { observation }, .. }] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!(observation.outcome, Outcome::Met, "what was through is kept, what was stopped is not");
}

#[tokio::test]
async fn probes_of_a_file_are_added_on_the_spot_and_run_like_others() {
    let host = service();
    let desk = Desk::new("# T\n- [ ] Deploy\n", &host).await;
    let text = "endpoints:\n  - name: shop\n    url: http://HOST/up\n    conditions: ['[STATUS] == 200', '[BODY] == ok']\n  - name: echo\n    url: icmp://HOST\n";
    let path = desk.write("gatus.yaml", &text.replace("HOST", &host));
    let import = || ImportProbes { record: desk.record.clone(), person: "Ana".into(), path: path.clone() };
    desk.engine.import_probes(import()).await.unwrap();
    let view = desk.view();
    let [added] = view.added_probes.as_slice() else { panic!("{:?}", view.added_probes) };
    assert_eq!((added.source.as_str(), added.probes.len()), ("gatus.yaml (Gatus endpoints)", 1));
    assert_eq!(added.left, ["line 5: echo: there is no probe for «icmp://»"]);
    let told = deviations(&view).into_iter().find(|found| found.kind == DeviationKind::AddedOnTheSpot).unwrap();
    assert!(told.label.contains("gatus.yaml") && told.by == Some("Ana".into()), "{told:?}");
    desk.run_all().await;
    let runs = desk.runs();
    let [ProbeRun { what: ProbeEvent::Ran { observation }, .. }] = runs.as_slice() else { panic!("{runs:?}") };
    assert_eq!(observation.outcome, Outcome::Met);
    let twice = desk.engine.import_probes(import()).await.unwrap_err();
    assert!(twice.message.contains("already"), "{twice:?}");
    let other = desk.write("other.yaml", "a: 1\n");
    let refused = desk.engine.import_probes(ImportProbes { path: other, ..import() }).await.unwrap_err();
    assert!(refused.message.contains("no «endpoints»"), "{refused:?}");
}

#[tokio::test]
async fn a_finding_is_acknowledged_with_a_reason_and_stays_one() {
    let host = service();
    let desk = Desk::new(
        "# T\n- [ ] a\n  <!-- cs: probe GET http://HOST/down -->\n- [ ] b\n  <!-- cs: probe GET http://HOST/up -->\n",
        &host,
    )
    .await;
    desk.run_all().await;
    let event = |end: &str| desk.view().probes.iter().find(|(id, _)| id.0.ends_with(end)).unwrap().1[0].event;
    let known = |event, reason: &str| Intent::Acknowledge { observation: event, reason: reason.to_owned() };
    assert!(desk.try_to(known(event("/up"), "x")).await.unwrap_err().message.contains("nothing to acknowledge"));
    assert!(desk.try_to(known(event("/down"), " ")).await.is_err(), "not without a reason");
    desk.act(known(event("/down"), "maintenance until 6, ticket 17")).await;
    let view = desk.view();
    let judged = view.probes.values().flatten().find_map(|run| run.judged.as_ref()).unwrap();
    assert_eq!(
        (judged.said, judged.words().as_str()),
        (Said::Acknowledged, "acknowledged by Ana: maintenance until 6, ticket 17")
    );
    let told = deviations(&view).into_iter().find(|found| found.kind == DeviationKind::ProbeNotMet).unwrap();
    assert!(told.detail.contains("acknowledged by Ana: maintenance"), "{}", told.detail);
}
