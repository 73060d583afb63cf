//! What it costs to read a record's log into its view, and to take one more event: 50,000 events under 100 ms, one more under 1 ms
//! however many there are. Printed as ratios to these limits, and as the cost of one more event in a long record to that in a short one.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot run has nothing to say")]

use countersign_core::id::{Digest, RecordId};
use countersign_core::record::{
    Answer, Author, Body, ChecklistFile, Content, Entry, Event, FORMAT, Header, Person, Started, View, fold,
};
use countersign_core::time::Timestamp;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

const EVENTS: usize = 50_000;
const SECTIONS: usize = 12;
const TASKS: usize = 40;
const FIELDS: usize = 6;
/// The limits: a whole log, one event, and how much more one event may cost in a log that is 50 times as long.
const WHOLE: Duration = Duration::from_millis(100);
const ONE: Duration = Duration::from_millis(1);
const GROWTH: f64 = 3.0;

fn main() {
    let log = log();
    let whole = median((0..7).map(|_| {
        let start = Instant::now();
        let view = fold(&log).unwrap();
        let took = start.elapsed();
        assert_eq!(view.events as usize, EVENTS);
        took
    }));
    let (short, long) = (one_more(&log, EVENTS / 50), one_more(&log, EVENTS));
    let ratio = |took: Duration, limit: Duration| took.as_secs_f64() / limit.as_secs_f64();
    let growth = long.as_secs_f64() / short.as_secs_f64();
    println!("fold of {EVENTS} events / {WHOLE:?}: {:.2} (at most 1.00); {whole:?}", ratio(whole, WHOLE));
    println!("one more event / {ONE:?}: {:.4} (at most 1.00); {long:?}", ratio(long, ONE));
    println!(
        "one more event after {EVENTS} / after {}: {growth:.2} (at most {GROWTH:.2}); {long:?}, {short:?}",
        EVENTS / 50
    );
    if whole > WHOLE || long > ONE || growth > GROWTH {
        std::process::exit(1);
    }
}

/// The median cost of one more event after `length` of them.
fn one_more(log: &[Entry], length: usize) -> Duration {
    let mut view = fold(&log[..length]).unwrap();
    let last: Vec<_> = log.iter().skip(1).step_by(97).take(400).collect();
    median(last.into_iter().map(|entry| {
        let start = Instant::now();
        view.apply(entry);
        start.elapsed()
    }))
}

/// Ticks, values with limits, notes: as a long watch writes them.
fn log() -> Vec<Entry> {
    let mut text = "# Long watch\n".to_owned();
    for section in 0..SECTIONS {
        let _ = writeln!(text, "\n## Phase {section}\n");
        (0..TASKS).for_each(|task| writeln!(text, "- [ ] Step {section}.{task}: do what has to be done").unwrap());
        (0..FIELDS)
            .for_each(|field| writeln!(text, "- Figure {section} {field} p95: ___ ms (target: <500ms)").unwrap());
    }
    let checklist = ChecklistFile {
        name: "long.md".to_owned(),
        sha256: Digest::of(text.as_bytes()),
        content: Content::of(text.as_bytes()),
        corrections: Vec::new(),
    };
    let mut header = Header::default();
    header.set("release", "2.14.0").unwrap();
    let started = Started { number: 1, checklist, header, rehearsal: false, since: None };
    let first = entry(0, Vec::new(), Body::Started(Box::new(started)));
    let view = View::open(&first).unwrap();
    let items = &view.template.items;
    let mut log = vec![first];
    for at in 1..EVENTS {
        let item = &items[at * 7 % items.len()];
        let body = match at % 10 {
            0 => Body::Noted { item: Some(item.id.clone()), text: format!("Seen {at} times.") },
            _ => {
                let number = matches!(&item.kind, countersign_core::checklist::ItemKind::Field { .. });
                let answer = match number {
                    true => Answer::Value { text: format!("{} ms", 300 + at % 300) },
                    false if (at / items.len()).is_multiple_of(2) => Answer::Done,
                    false => Answer::Open,
                };
                Body::Answered { item: item.id.clone(), answer, by: None, reason: None }
            }
        };
        let before = log.last().map(|entry| vec![entry.id]).unwrap_or_default();
        log.push(entry(at, before, body));
    }
    log
}

fn entry(second: usize, parents: Vec<Digest>, body: Body) -> Entry {
    let person = Person::from("Ana Kern");
    let author = Author { installation: Digest::of(b"installation"), app: "bench".to_owned(), person };
    let at = Timestamp::from_millis(1_767_225_600_000 + second as i64 * 20_000);
    let record = RecordId("0123456789abcdef0123456789abcdef".to_owned());
    let event = Event { v: FORMAT, record, parents, at, mono: second as u64, author, masked: Vec::new(), body };
    Entry::read(event.canonical().unwrap(), Vec::new()).unwrap()
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times[times.len() / 2]
}
