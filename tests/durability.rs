//! What was acknowledged is on disk: a writer is killed at random moments, again and again, and nothing that it had been told is
//! saved is ever missing.
//!
//! The writer is this very test, started once more with a variable set. It answers as fast as it can through the engine, which the
//! command line and the desktop use as well, and prints the id of each event once it has been told that it is saved.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_core::api::{Act, ChecklistSource, StartRecord};
use countersign_core::id::{Digest, ItemId, RecordId};
use countersign_core::record::{Answer, Intent, View};
use countersign_engine::Engine;
use countersign_tests::desk::Desk;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const FOLDER: &str = "COUNTERSIGN_WRITER_FOLDER";
const RECORD: &str = "COUNTERSIGN_WRITER_RECORD";
/// How often the writer is killed, if `COUNTERSIGN_KILLS` says nothing else.
const KILLS: u32 = 50;
/// After how many kills a new record is begun, so that reading it does not take most of the time.
const PER_RECORD: u32 = 10;
/// The longest life of a writer.
const LONGEST: Duration = Duration::from_millis(350);

#[tokio::test]
async fn whatever_was_acknowledged_survives_a_kill_at_any_moment() {
    if let (Some(folder), Ok(record)) = (std::env::var_os(FOLDER), std::env::var(RECORD)) {
        return write_until_killed(Path::new(&folder), RecordId(record)).await;
    }
    let kills = std::env::var("COUNTERSIGN_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    let desk = Desk::new();
    let (mut record, mut known) = (begin(&desk).await, Vec::new());
    let mut acknowledged = 0;
    for round in 0..kills {
        if round % PER_RECORD == 0 {
            record = begin(&desk).await;
            known = Vec::new();
        }
        let said = killed(
            writer(&desk, ("whatever_was_acknowledged_survives_a_kill_at_any_moment", &record.0)),
            at_random(LONGEST),
        );
        acknowledged += said.len();
        let kept = answers(&open(&desk, &record).await);
        nothing_lost(&known, &said, &kept).unwrap_or_else(|lost| panic!("kill {round}: {lost}"));
        known = kept;
    }
    println!("{kills} kills, {acknowledged} answers acknowledged, none lost");
    assert!(acknowledged > kills as usize, "only {acknowledged} answers were written in {kills} lives");

    // A person goes on where it was.
    let number = open(&desk, &record).await.number.to_string();
    let shown = desk.json(&["record", "show", &number]);
    let answers = shown["record"]["items"].as_object().unwrap().values().next().unwrap()["answers"].as_array().unwrap();
    assert_eq!(answers.len(), known.len());
    desk.run(&["record", "note", &number, "Still here.", "--person", "Dana"]).expect(0);
}

/// The proof that the test above can fail: a store that says «saved» before its commit is found out by the same question.
#[test]
fn a_store_that_acknowledges_before_its_commit_is_found_out() {
    const NAME: &str = "a_store_that_acknowledges_before_its_commit_is_found_out";
    if let Some(folder) = std::env::var_os(FOLDER) {
        return acknowledge_too_early(Path::new(&folder));
    }
    let desk = Desk::new();
    std::fs::create_dir_all(desk.data()).unwrap();
    let mut known = Vec::new();
    for _ in 0..KILLS {
        let said = killed(writer(&desk, (NAME, "none")), at_random(LONGEST));
        let kept = early_answers(&early_store(&desk.data()));
        match nothing_lost(&known, &said, &kept) {
            Ok(()) => known = kept,
            Err(lost) => return println!("found out: {lost}"),
        }
    }
    panic!("{KILLS} kills, and nothing was lost by a store that commits too late: the test cannot fail");
}

/// As the engine's store, but for the order of the last two steps.
fn acknowledge_too_early(folder: &Path) {
    let mut store = early_store(folder);
    let mut out = std::io::stdout();
    writeln!(out).unwrap();
    for turn in early_answers(&store).len().. {
        let id = Digest::of(&turn.to_be_bytes());
        let transaction = store.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        transaction.execute("INSERT INTO event (id) VALUES (?1)", [id.as_bytes()]).unwrap();
        writeln!(out, "saved {id}").unwrap();
        transaction.commit().unwrap();
    }
}

fn early_store(folder: &Path) -> rusqlite::Connection {
    let store = rusqlite::Connection::open(folder.join("early.sqlite")).unwrap();
    store.pragma_update(None, "journal_mode", "wal").unwrap();
    store.pragma_update(None, "synchronous", "full").unwrap();
    store.execute_batch("CREATE TABLE IF NOT EXISTS event (seq INTEGER PRIMARY KEY, id BLOB NOT NULL) STRICT").unwrap();
    store
}

fn early_answers(store: &rusqlite::Connection) -> Vec<Digest> {
    let mut statement = store.prepare("SELECT id FROM event ORDER BY seq").unwrap();
    let ids = statement.query_map([], |row| row.get::<_, [u8; 32]>(0)).unwrap();
    ids.map(|id| Digest::from_bytes(id.unwrap())).collect()
}

/// Whether what is kept is what was known before, then all that was acknowledged, then at most the one that was on its way.
fn nothing_lost(known: &[Digest], said: &[Digest], kept: &[Digest]) -> Result<(), String> {
    let Some(new) = kept.strip_prefix(known) else {
        return Err("what an earlier writer had written is not as it was".to_owned());
    };
    match new.strip_prefix(said) {
        None => Err(format!("{} were acknowledged, {} are kept", said.len(), new.len())),
        Some([] | [_]) => Ok(()),
        Some(more) => Err(format!("{} are kept that were not on their way", more.len())),
    }
}

#[tokio::test]
async fn a_first_start_may_be_killed_at_any_moment() {
    for round in 0..20 {
        let desk = Desk::new();
        let mut first = desk.command(&["record", "list"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(at_random(Duration::from_millis(60)));
        first.kill().unwrap();
        first.wait().unwrap();
        let record = begin(&desk).await;
        assert_eq!(open(&desk, &record).await.number, 1, "start {round}");
    }
}

async fn write_until_killed(folder: &Path, record: RecordId) {
    let engine = Engine::open(folder).unwrap();
    let mut out = std::io::stdout();
    writeln!(out).unwrap();
    for turn in 0_u64.. {
        let answer = if turn % 2 == 0 { Answer::Done } else { Answer::Open };
        let intent = Intent::Answer { item: task(&engine, &record).await, answer, by: None, reason: None };
        let written = engine.act(Act { record: record.clone(), person: "Dana".into(), intent }).await.unwrap();
        for event in written {
            // The parent reads whole lines only, and a pipe keeps what was written to it.
            writeln!(out, "saved {}", event.id).unwrap();
        }
    }
}

async fn task(engine: &Engine, record: &RecordId) -> ItemId {
    let view = engine.record(record).unwrap();
    view.template.items.first().unwrap().id.clone()
}

async fn begin(desk: &Desk) -> RecordId {
    let path = desk.write("one.md", "# One\n\n- [ ] Do it\n");
    let engine = Engine::open(&desk.data()).unwrap();
    let source = ChecklistSource::File { path };
    let begun = StartRecord { source, header: Vec::new(), rehearsal: false, person: "Dana".into(), acknowledged: None };
    engine.start_record(begun).await.unwrap()
}

/// The record as a fresh process would see it. Opening checks the chain, every hash and every signature.
async fn open(desk: &Desk, record: &RecordId) -> View {
    let engine = Engine::open(&desk.data()).unwrap();
    engine.record(record).unwrap()
}

fn answers(view: &View) -> Vec<Digest> {
    view.items.values().flat_map(|item| item.answers.iter().map(|given| given.event)).collect()
}

fn writer(desk: &Desk, (test, record): (&str, &str)) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command.env(FOLDER, desk.data()).env(RECORD, record).stdout(Stdio::piped()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Kills the writer after a while; what it had been told is saved.
fn killed(mut writer: Child, after: Duration) -> Vec<Digest> {
    let pipe = BufReader::new(writer.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        let lines = pipe.split(b'\n').map(Result::unwrap);
        let ids = lines.filter_map(|line| Some(String::from_utf8_lossy(&line).strip_prefix("saved ")?.to_owned()));
        // A line may have been cut by the kill; an id cut short is no id.
        ids.filter_map(|id| id.parse().ok()).collect()
    });
    std::thread::sleep(after);
    writer.kill().unwrap();
    writer.wait().unwrap();
    reader.join().unwrap()
}

/// A moment between nothing and `longest`.
fn at_random(longest: Duration) -> Duration {
    longest.mul_f64((RandomState::new().hash_one(0) % 10_000) as f64 / 10_000.0)
}
