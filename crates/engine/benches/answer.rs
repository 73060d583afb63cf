//! What one answer costs, from command to committed and view returned, in a record of 1,000 items and 5,000 events: as a ratio
//! to a bare SQLite insert with `synchronous=FULL` on the same disk in the same run.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use countersign_core::api::{Act, ChecklistSource, StartRecord};
use countersign_core::record::{Answer, Intent, Person, View};
use countersign_engine::Engine;
use std::time::{Duration, Instant};

const ITEMS: usize = 1_000;
const EVENTS: u32 = 5_000;
const ROUNDS: usize = 300;
/// The limit of the ratio.
const LIMIT: f64 = 2.0;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::open(&folder.path().join("data")).unwrap();
    let view = fill(&engine, folder.path()).await;
    let bare = rusqlite::Connection::open(folder.path().join("bare.sqlite")).unwrap();
    bare.pragma_update(None, "journal_mode", "wal").unwrap();
    bare.pragma_update(None, "synchronous", "full").unwrap();
    bare.execute_batch("CREATE TABLE event (seq INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT").unwrap();
    let bytes = vec![b'x'; 600];
    let (mut answers, mut inserts) = (Vec::new(), Vec::new());
    // In turn, so that a disk that slows down slows both.
    for round in 0..ROUNDS {
        let start = Instant::now();
        bare.execute("INSERT INTO event (bytes) VALUES (?1)", [&bytes]).unwrap();
        inserts.push(start.elapsed());
        let start = Instant::now();
        answer(&engine, &view, round).await;
        answers.push(start.elapsed());
    }
    let (answer, insert) = (median(answers), median(inserts));
    let ratio = answer.as_secs_f64() / insert.as_secs_f64();
    println!("one answer / bare insert: {ratio:.2} (at most {LIMIT:.2}); {answer:?} against {insert:?}");
    if ratio > LIMIT {
        std::process::exit(1);
    }
}

async fn fill(engine: &Engine, folder: &std::path::Path) -> View {
    let mut text = String::from("# Benchmark\n\n");
    for item in 0..ITEMS {
        text += &format!("- [ ] Step number {item}\n");
    }
    let path = folder.join("benchmark.md");
    std::fs::write(&path, text).unwrap();
    let source = ChecklistSource::File { path: path.display().to_string() };
    let start =
        StartRecord { source, header: Vec::new(), rehearsal: true, person: Person::from("Bench"), acknowledged: None };
    let record = engine.start_record(start).await.unwrap();
    let view = engine.record(&record).unwrap();
    for event in 1..EVENTS {
        answer(engine, &view, event as usize).await;
    }
    view
}

async fn answer(engine: &Engine, view: &View, round: usize) {
    let item = view.template.items[round % ITEMS].id.clone();
    let answer = if (round / ITEMS).is_multiple_of(2) { Answer::Done } else { Answer::Open };
    let intent = Intent::Answer { item, answer, by: None, reason: None };
    engine.act(Act { record: view.id.clone(), person: Person::from("Bench"), intent }).await.unwrap();
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
