//! What a register of 100,000 records costs: its first page, a filter and a search for words each under 50 ms; and how much larger the
//! database is than the events in it, at most 1.6 times. Printed as ratios to these limits.
//!
//! The records of the register are copies of one that the engine wrote, put into its tables as the engine would have: to write 100,000
//! records one after the other takes an hour, and what is measured is reading.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use countersign_core::api::{Act, ChecklistSource, RecordStatus, Register, StartRecord};
use countersign_core::record::{Answer, Intent, Outcome};
use countersign_core::register::Filter;
use countersign_engine::Engine;
use rusqlite::{Connection, params};
use std::path::Path;
use std::time::{Duration, Instant};

const RECORDS: u32 = 100_000;
/// So many answers go into the record whose bytes are weighed.
const ANSWERS: usize = 3_000;
/// The limits.
const QUESTION: Duration = Duration::from_millis(50);
const LARGER: f64 = 1.6;

#[tokio::main]
async fn main() {
    let mut held = weigh().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    write_one(&data, folder.path(), 3).await;
    multiply(&data.join("countersign.sqlite"));
    let engine = Engine::open(&data).unwrap();
    let words = |find: &str| Filter { find: find.to_owned(), ..Filter::default() };
    let questions = [
        ("first page", Filter::default()),
        ("filter by outcome", Filter { outcome: Some(Outcome::RolledBack), ..Filter::default() }),
        ("filter by service", Filter { service: Some("service-37".to_owned()), ..Filter::default() }),
        ("filter by state", Filter { status: Some(RecordStatus::Open), ..Filter::default() }),
        ("search for two words", words("release-777 kern")),
        ("search for the beginning of a word that all have", words("ana")),
    ];
    for (name, filter) in questions {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..15 {
            let asked = Register { filter: filter.clone(), before: None, limit: 50 };
            let start = Instant::now();
            let reply = engine.register(asked).await.unwrap();
            times.push(start.elapsed());
            found = reply.found;
            assert!(!reply.records.is_empty(), "{name} finds something");
        }
        times.sort_unstable();
        let took = times[times.len() / 2];
        let ratio = took.as_secs_f64() / QUESTION.as_secs_f64();
        println!("register of {RECORDS}, {name} / {QUESTION:?}: {ratio:.2} (at most 1.00); {took:?}, {found} found");
        held &= took <= QUESTION;
    }
    if !held {
        std::process::exit(1);
    }
}

/// The database of one long record against the bytes of its events.
async fn weigh() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    write_one(&data, folder.path(), ANSWERS).await;
    let database = data.join("countersign.sqlite");
    let connection = Connection::open(&database).unwrap();
    let events: i64 = connection.query_row("SELECT sum(length(bytes)) FROM event", [], |row| row.get(0)).unwrap();
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    drop(connection);
    let size = std::fs::metadata(&database).unwrap().len();
    let ratio = size as f64 / events as f64;
    println!("database / bytes of its events: {ratio:.2} (at most {LARGER:.2}); {size} against {events}");
    ratio <= LARGER
}

async fn write_one(data: &Path, folder: &Path, answers: usize) {
    let engine = Engine::open(data).unwrap();
    let mut text = "# Benchmark\n\n".to_owned();
    (0..200).for_each(|item| text += &format!("- [ ] Step number {item}\n"));
    let path = folder.join("benchmark.md");
    std::fs::write(&path, text).unwrap();
    let header =
        [("service", "service-0"), ("release", "release-0"), ("environment", "production"), ("deployer", "Ana Kern")];
    let header = header.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    let source = ChecklistSource::File { path: path.display().to_string() };
    let start = StartRecord { source, header, rehearsal: false, person: "Ana Kern".into(), acknowledged: None };
    let record = engine.start_record(start).await.unwrap();
    let view = engine.record(&record).unwrap();
    let items: Vec<_> = view.template.items.iter().map(|item| item.id.clone()).collect();
    for at in 0..answers {
        let item = items[at % items.len()].clone();
        let answer = if (at / items.len()).is_multiple_of(2) { Answer::Done } else { Answer::Open };
        let intent = Intent::Answer { item, answer, by: None, reason: None };
        engine.act(Act { record: record.clone(), person: "Ana Kern".into(), intent }).await.unwrap();
    }
    let page = Register { filter: Filter::default(), before: None, limit: 1 };
    assert_eq!(engine.register(page).await.unwrap().found, 1);
}

/// Copies what the register has of the one record, with other services, releases, outcomes and times.
fn multiply(database: &Path) {
    let mut connection = Connection::open(database).unwrap();
    let line: String = connection.query_row("SELECT json FROM register_line", [], |row| row.get(0)).unwrap();
    let transaction = connection.transaction().unwrap();
    for number in 2..=RECORDS {
        let record = format!("{number:032x}");
        let (status, outcome) = match number % 20 {
            0 if number % 1000 == 0 => ("open", None),
            1 => ("closed", Some("rolled_back")),
            _ => ("reported", Some("completed")),
        };
        let (service, release) = (format!("service-{}", number % 200), format!("release-{}", number % 5000));
        let line = line.replace("service-0", &service).replace("release-0", &release);
        let id: [u8; 32] = std::array::from_fn(|at| number.to_be_bytes()[at % 4] ^ u8::try_from(at).unwrap());
        let began = 1_767_225_600_000_i64 + i64::from(number) * 600_000;
        let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
            transaction.prepare_cached(sql).unwrap().execute(values).unwrap()
        };
        run("INSERT INTO record (id, number) VALUES (?1, ?2)", params![record, number]);
        run("INSERT INTO event (record, id, bytes, signature) VALUES (?1, ?2, x'7b7d', x'00')", params![record, id]);
        run(
            "INSERT INTO register SELECT ?1, ?2, ?3, ?4, 0, ?5, ?6, NULL, ?6 + 3600000, 2, 0, 0",
            params![number, record, status, outcome, service, began],
        );
        run("INSERT INTO register_line VALUES (?1, ?2)", params![number, line]);
        let words = format!(
            "{record} Benchmark {service} {release} production Ana Kern Bo Lead approved checked all went well"
        );
        run("INSERT INTO register_words (rowid, words) VALUES (?1, ?2)", params![number, words]);
    }
    transaction.execute("UPDATE register_made SET seq = (SELECT max(seq) FROM event)", []).unwrap();
    transaction.commit().unwrap();
}
