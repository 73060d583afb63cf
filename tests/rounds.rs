//! Baseline and rounds by separate commands, up to the report that shows them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran};
use countersign_tests::programs;
use countersign_tests::service::Service;
use serde_json::Value;
use std::process::Command;
use std::time::{Duration, Instant};

const CHECKLIST: &str = "\
# Watched release

## Before

- [ ] Write the figures down
  <!-- cs: baseline; dead-band 10% -->
  - p95: ___ ms
  - Error rate: ___ %

## Go

- [ ] Deploy the release

## Watch (Every 4 seconds for 40 seconds)

- p95: ___ ms (target: < 500 ms)
- Error rate: ___ % (target: < 1%)
- [ ] No new errors in the log

## After

- Error rate improved? ☐ Yes ☐ No ☐ Similar
";

fn by_dana(desk: &Desk, args: &[&str]) -> Ran {
    desk.run(&[args, &["--person", "Dana"]].concat())
}

fn begun() -> Desk {
    let desk = Desk::new();
    let file = desk.write("watched.md", CHECKLIST);
    by_dana(&desk, &["record", "new", &file, "--set", "release=2"]).expect(0);
    desk
}

#[test]
fn the_baseline_takes_what_probes_measured_and_leaves_what_is_typed() {
    let (desk, service) = (Desk::new(), Service::start());
    let before = CHECKLIST.split("## Watch").next().unwrap();
    let file =
        desk.write("watched.md", format!("{before}- [ ] The figures answer: `curl -f {}`\n", service.url("/figures")));
    by_dana(&desk, &["record", "new", &file, "--set", "release=2"]).expect(0);
    by_dana(&desk, &["record", "answer", "1", "Error rate", "0.3"]).expect(0);
    by_dana(&desk, &["record", "baseline", "1", "--fill"]).expect(4);
    assert_eq!(texts(&desk), ["0.3%"], "nothing was measured yet");
    by_dana(&desk, &["probe", "run", "1", "--allow", &service.host]).expect(0);
    by_dana(&desk, &["record", "baseline", "1", "--fill"]).expect(0);
    assert_eq!(texts(&desk), ["0.3%", "480 ms"]);
}

/// The values of the record, sorted.
fn texts(desk: &Desk) -> Vec<String> {
    let shown = desk.json(&["record", "show", "1"]);
    let items = shown["record"]["items"].as_object().unwrap().values();
    let mut texts: Vec<_> = items.filter_map(|item| item["text"].as_str().map(str::to_owned)).collect();
    texts.sort();
    texts
}

/// Waits until a round can be taken, and takes it. A machine may be slow: the reason is there in case it comes late.
fn take(desk: &Desk, values: &[&str]) {
    let sets: Vec<&str> = values.iter().flat_map(|value| ["--set", value]).collect();
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        let args = [&["record", "round", "1", "Watch", "--reason", "slow machine"][..], &sets].concat();
        let ran = by_dana(desk, &args);
        if ran.code == 0 {
            return;
        }
        assert!(ran.code == 4 && Instant::now() < end, "{ran}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

fn rounds(desk: &Desk) -> Value {
    desk.json(&["record", "rounds", "1"])
}

#[test]
fn the_baseline_is_settled_before_the_deployment() {
    let desk = begun();
    by_dana(&desk, &["record", "answer", "1", "Deploy", "done"]).refuses(4, "baseline");
    by_dana(&desk, &["record", "baseline", "1", "--freeze"]).refuses(4, "No value");
    by_dana(&desk, &["record", "baseline", "1", "--waive", "first release"]).expect(0);
    by_dana(&desk, &["record", "answer", "1", "Deploy", "done"]).expect(0);
    let shown = desk.json(&["record", "show", "1"]);
    assert!(shown["deviations"].as_array().unwrap().iter().any(|found| found["kind"] == "baseline_waived"));
}

#[test]
fn rounds_are_taken_and_missed_and_stand_in_the_report() {
    let desk = begun();
    let items = desk.json(&["record", "baseline", "1"])["items"].as_array().unwrap().clone();
    assert_eq!(items.len(), 2);
    for (item, value) in items.iter().zip(["0,48 s", "0.5"]) {
        by_dana(&desk, &["record", "answer", "1", item["item"].as_str().unwrap(), value]).expect(0);
    }
    by_dana(&desk, &["record", "baseline", "1", "--freeze"]).expect(0);
    assert_eq!(desk.json(&["record", "baseline", "1"])["frozen"]["values"][0]["value"], "480 ms");
    by_dana(&desk, &["record", "round", "1", "Watch", "--set", "p95=1"]).refuses(4, "not ticked");
    by_dana(&desk, &["record", "answer", "1", "Deploy", "done"]).expect(0);
    by_dana(&desk, &["record", "round", "1", "Nowhere", "--set", "p95=1"]).refuses(3, "no section");
    by_dana(&desk, &["record", "round", "1", "Watch", "--set", "weather=fine"]).refuses(3, "none of the round's items");
    take(&desk, &["p95=0,49 s", "Error rate=0.2", "No new=done"]);
    take(&desk, &["p95=612", "Error rate=0.2"]);
    let found = rounds(&desk);
    let taken = found["taken"].as_array().unwrap();
    assert_eq!(taken.len(), 2);
    let verdicts: Vec<_> = taken
        .iter()
        .flat_map(|taken| taken["values"].as_object().unwrap().values())
        .filter_map(|entered| entered["verdict"]["outcome"].as_str())
        .collect();
    assert_eq!(verdicts.iter().filter(|verdict| **verdict == "not_met").count(), 1, "{verdicts:?}");
    // Nobody comes for two rounds; closing writes down that they were missed, and why.
    std::thread::sleep(Duration::from_secs(9));
    let proposal = &desk.json(&["record", "baseline", "1"])["proposals"][0];
    assert_eq!(proposal["option"], "Yes", "{proposal}");
    by_dana(&desk, &["record", "close", "1"]).expect(0);
    let shown = desk.json(&["record", "show", "1"]);
    let missed = shown["record"]["rounds"]["missed"].as_array().unwrap();
    assert!(!missed.is_empty());
    assert_eq!(missed[0]["cause"], "not_running", "between two commands no program runs");
    let kinds: Vec<_> =
        shown["deviations"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect();
    for kind in ["round_missed", "limit_not_met", "left_open"] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let report = desk.arg("report.pdf");
    by_dana(&desk, &["report", "1", "-o", &report]).expect(0);
    let Some(pdftotext) = programs::foreign("pdftotext") else { return };
    let words = Ran::of(Command::new(pdftotext).args(["-layout", &report, "-"])).expect(0).stdout;
    for said in ["Baseline", "before 480 ms", "Rounds", "missed", "program not running", "612 ms"] {
        assert!(words.contains(said), "«{said}» in {words}");
    }
}
