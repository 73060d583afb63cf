//! The register over a real data directory: it follows the events, finds what people wrote, and one damaged record hides no
//! other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_core::api::{
    Act, ChecklistSource, FindDeviations, RecordStatus, Register, RegisterStatistics, StartRecord,
};
use countersign_core::record::{Answer, Intent, Outcome, Person, View, deviations};
use countersign_core::register::Filter;
use countersign_engine::Engine;
use std::path::Path;

const CHECKLIST: &str = "# Müller release\n\n- [ ] Back up\n- [ ] Deploy the release\n- Comment: ____________\n";

struct Desk {
    folder: tempfile::TempDir,
    engine: Engine,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("release.md"), CHECKLIST).unwrap();
        let engine = Engine::open(&data(folder.path())).unwrap();
        Self { folder, engine }
    }

    async fn start(&self, service: &str, rehearsal: bool) -> View {
        let source = ChecklistSource::File { path: self.folder.path().join("release.md").display().to_string() };
        let header = vec![("service".to_owned(), service.to_owned()), ("release".to_owned(), "2.4.0".to_owned())];
        let person = Person::from("Dana Deployer");
        let record = self
            .engine
            .start_record(StartRecord { source, header, rehearsal, person, acknowledged: None })
            .await
            .unwrap();
        self.engine.record(&record).unwrap()
    }

    async fn act(&self, view: &View, intent: Intent) {
        let person = Person::from("Dana Deployer");
        self.engine.act(Act { record: view.id.clone(), person, intent }).await.unwrap();
    }

    async fn numbers(&self, filter: Filter) -> Vec<u32> {
        let reply = self.engine.register(Register { filter, before: None, limit: 100 }).await.unwrap();
        assert_eq!(reply.found as usize, reply.records.len());
        reply.records.iter().map(|record| record.number).collect()
    }

    async fn find(&self, words: &str) -> Vec<u32> {
        self.numbers(Filter { find: words.to_owned(), ..Filter::default() }).await
    }
}

fn data(folder: &Path) -> std::path::PathBuf {
    folder.join("data")
}

fn close(outcome: Outcome) -> Intent {
    Intent::Close { outcome, summary: Some("The queue was behind.".to_owned()) }
}

#[tokio::test]
async fn words_status_outcome_and_service_narrow_and_voided_records_stay() {
    let desk = Desk::new();
    let billing = desk.start("Billing", false).await;
    let search = desk.start("search", false).await;
    let rehearsal = desk.start("billing", true).await;
    desk.act(&search, Intent::Void { reason: "started twice".to_owned() }).await;
    let field = billing.template.items.last().unwrap().id.clone();
    let answer = Answer::Value { text: "Königsberg cut-over \"now\"".to_owned() };
    desk.act(&billing, Intent::Answer { item: field, answer, by: None, reason: None }).await;

    assert_eq!(desk.numbers(Filter::default()).await, [3, 2, 1]);
    for (words, expected) in [
        ("", &[3, 2, 1][..]),
        ("billing", &[3, 1]),
        ("BILL dana", &[3, 1]),
        ("konigsberg", &[1]),
        ("\"now\"", &[1]),
        ("muller", &[3, 2, 1]),
        ("#2", &[2]),
        ("nothing", &[]),
        ("AND OR ( * ^", &[]),
    ] {
        assert_eq!(desk.find(words).await, expected, "{words}");
    }
    let of = |filter| desk.numbers(filter);
    assert_eq!(of(Filter { service: Some("BILLING".into()), ..Filter::default() }).await, [3, 1]);
    assert_eq!(of(Filter { rehearsal: Some(true), ..Filter::default() }).await, [3]);
    assert_eq!(of(Filter { status: Some(RecordStatus::Voided), ..Filter::default() }).await, [2]);
    assert_eq!(of(Filter { until: Some(billing.started_at), ..Filter::default() }).await, [0_u32; 0]);
    assert_eq!(of(Filter { since: Some(rehearsal.started_at), ..Filter::default() }).await, [3]);

    // The register follows what happens next.
    desk.act(&billing, close(Outcome::RolledBack)).await;
    assert_eq!(of(Filter { outcome: Some(Outcome::RolledBack), ..Filter::default() }).await, [1]);
    assert_eq!(desk.find("queue behind").await, [1]);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_overlap() {
    let desk = Desk::new();
    for _ in 0..7 {
        desk.start("billing", false).await;
    }
    let (mut before, mut all) = (None, Vec::new());
    loop {
        let page = desk.engine.register(Register { filter: Filter::default(), before, limit: 3 }).await.unwrap();
        assert_eq!(page.found, 7);
        all.extend(page.records.iter().map(|record| record.number));
        match page.records.last() {
            Some(last) => before = Some(last.number),
            None => break,
        }
    }
    assert_eq!(all, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn only_finished_live_records_are_counted() {
    let desk = Desk::new();
    for (rehearsal, voided, outcome) in [
        (false, false, Outcome::Completed),
        (false, false, Outcome::RolledBack),
        (true, false, Outcome::RolledBack),
        (false, true, Outcome::RolledBack),
    ] {
        let view = desk.start("billing", rehearsal).await;
        desk.act(&view, close(outcome)).await;
        if voided {
            desk.act(&view, Intent::Void { reason: "twice".to_owned() }).await;
        }
    }
    desk.start("billing", false).await;
    let figures = desk.engine.statistics(RegisterStatistics { filter: Filter::default() }).await.unwrap();
    assert_eq!((figures.deployments, figures.failed), (2, 1));
}

#[tokio::test]
async fn a_damaged_record_is_listed_as_damaged_and_hides_no_other() {
    let Desk { folder, engine } = {
        let desk = Desk::new();
        desk.start("billing", false).await;
        desk.start("search", false).await;
        desk
    };
    drop(engine);
    let database = rusqlite::Connection::open(data(folder.path()).join("countersign.sqlite")).unwrap();
    database.execute_batch("DROP TRIGGER event_stays").unwrap();
    let changed = "UPDATE event SET bytes = CAST(replace(bytes, 'search', 'sEarch') AS BLOB) WHERE record = (SELECT id FROM record WHERE number = 2)";
    assert!(database.execute(changed, []).unwrap() > 0);
    database.execute("DELETE FROM register_made", []).unwrap();
    drop(database);

    let desk = Desk { engine: Engine::open(&data(folder.path())).unwrap(), folder };
    assert_eq!(desk.numbers(Filter { status: Some(RecordStatus::Damaged), ..Filter::default() }).await, [2]);
    assert_eq!(desk.numbers(Filter { status: Some(RecordStatus::Open), ..Filter::default() }).await, [1]);
}

#[tokio::test]
async fn a_database_from_before_the_register_gets_one() {
    let Desk { folder, engine } = {
        let desk = Desk::new();
        desk.start("billing", false).await;
        desk
    };
    drop(engine);
    let database = rusqlite::Connection::open(data(folder.path()).join("countersign.sqlite")).unwrap();
    let before = "DROP TABLE register; DROP TABLE register_line; DROP TABLE register_words; DROP TABLE register_made;
        DROP TABLE register_checklist; DROP TABLE aside; DROP TABLE contact; DROP TABLE correction; DROP TABLE library;
        DROP TABLE key_try;
        CREATE TABLE summary (record TEXT PRIMARY KEY, seq INTEGER NOT NULL, json TEXT NOT NULL) STRICT;
        PRAGMA user_version = 1";
    database.execute_batch(before).unwrap();
    drop(database);

    let desk = Desk { engine: Engine::open(&data(folder.path())).unwrap(), folder };
    assert_eq!(desk.find("billing").await, [1]);
}

#[tokio::test]
async fn what_deviates_is_found_as_it_stands_on_the_disk() {
    let desk = Desk::new();
    let record = desk.start("billing", false).await;
    let found = |id| desk.engine.find_deviations(FindDeviations { record: id });
    let before = found(record.id.clone()).await.unwrap();
    let item = record.template.items.first().unwrap().id.clone();
    let reason = Some("no room left".to_owned());
    desk.act(&record, Intent::Answer { item: item.clone(), answer: Answer::Skipped, by: None, reason }).await;
    let after = found(record.id.clone()).await.unwrap();
    assert!(after.deviations.iter().any(|deviation| deviation.item.as_ref() == Some(&item)), "{after:?}");
    assert!(before.deviations.iter().all(|deviation| deviation.item.as_ref() != Some(&item)));
    assert_eq!(after.deviations, deviations(&desk.engine.record(&record.id).unwrap()));
}
