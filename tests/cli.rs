//! What the command line answers: readings, conditions, lists, exit codes, and the tour.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, verdicts};
use countersign_tests::{orders, programs};
use serde_json::json;

#[test]
fn checklist_show_counts_what_is_there() {
    let desk = Desk::new();
    let bytes = orders::checklist("127.0.0.1:1");
    let file = desk.write("orders.md", &bytes);
    let shown = desk.json(&["checklist", "show", &file]);
    let counts = json!({
        "tasks": 11, "nested_tasks": 2, "heading_tasks": 1, "fenced_tasks": 2, "ordered_tasks": 2, "table_tasks": 2,
        "fields": 4, "choices": 1, "choice_options": 3, "signoffs": 2, "contacts": 1, "commands": 1, "thresholds": 2,
        "probes": 4,
    });
    for (name, count) in counts.as_object().unwrap() {
        assert_eq!(&shown["counts"][name], count, "{name}");
    }
    assert_eq!(shown["title"], "Orders service release");
    assert_eq!(shown["lossless"], true);
    assert_eq!(shown["sha256"].as_str().unwrap().len(), 64);
    let titles: Vec<_> =
        shown["sections"].as_array().unwrap().iter().map(|each| each["title"].as_str().unwrap()).collect();
    let headings = ["Orders service release", "Prepare", "Deploy", "Contacts", "Health", "Sign-off"];
    assert!(titles.ends_with(&headings), "{titles:?}");
    let problem = &shown["problems"][0];
    assert_eq!((&problem["line"], &problem["code"]), (&json!(34), &json!("fenced_boxes")));
    for key in ["column", "message", "hint"] {
        assert!(problem.get(key).is_some(), "a problem has a {key}");
    }
    assert!(!desk.data().exists(), "showing a checklist needs no data directory");
}

#[test]
fn the_checklists_that_started_it_all_are_counted_exactly() {
    let Some(shared) = programs::shared() else { return };
    let names = [
        "tasks",
        "nested_tasks",
        "ordered_tasks",
        "heading_tasks",
        "fenced_tasks",
        "blanks",
        "choice_options",
        "choice_lines",
        "signoffs",
    ];
    let expected = [
        ("000_", [21, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("001_", [99, 11, 0, 0, 0, 0, 0, 0, 0]),
        ("002_", [138, 5, 0, 28, 0, 60, 35, 18, 4]),
        ("003_", [148, 3, 7, 0, 16, 13, 0, 0, 5]),
        ("004_", [121, 21, 0, 0, 0, 0, 0, 0, 0]),
    ];
    let files: Vec<_> = std::fs::read_dir(shared.join("seeds")).unwrap().map(|entry| entry.unwrap().path()).collect();
    for (start, counts) in expected {
        let file = files.iter().find(|file| file.file_name().unwrap().to_string_lossy().starts_with(start)).unwrap();
        let shown = Desk::new().json(&["checklist", "show", &file.display().to_string()]);
        let found = names.map(|name| shown["counts"][name].as_u64().unwrap());
        assert_eq!(found, counts, "{start}: {names:?}");
        assert_eq!(shown["lossless"], true, "{start}");
    }
}

#[test]
fn every_shipped_checklist_opens_by_its_name_with_notes_at_most() {
    let desk = Desk::new();
    let listed = desk.json(&["checklist", "list"]);
    let listed = listed["checklists"].as_array().unwrap();
    assert_eq!(listed.len(), 5);
    for checklist in listed {
        let name = checklist["name"].as_str().unwrap();
        let shown = desk.json(&["checklist", "show", name.strip_suffix(".md").unwrap()]);
        assert_eq!(shown["sha256"], checklist["sha256"]);
        assert_eq!(shown["lossless"], true, "{name}");
        let notes = shown["problems"].as_array().unwrap().iter().all(|problem| problem["severity"] == "note");
        assert!(notes, "{name}: {}", shown["problems"]);
    }
}

#[test]
fn conditions_are_evaluated_with_the_values_put_in() {
    let desk = Desk::new();
    let facts = json!({
        "values": { "p95": "612 ms", "p75": "210 ms", "http": { "status": 200 }, "tls": { "expires_in": "45 d" }, "jobs": null },
        "baseline": { "p75": "200 ms" },
        "series": { "error_rate": [
            { "at": "2026-01-01T10:00:00Z", "value": "1.2 %" }, { "at": "2026-01-01T10:02:00Z", "value": "1.3 %" },
            { "at": "2026-01-01T10:04:00Z", "value": "1.1 %" }, { "at": "2026-01-01T10:06:00Z", "value": "1.4 %" },
        ] },
    });
    let file = desk.write("facts.json", facts.to_string());
    for (expression, outcome, code) in [
        ("p95 < 500 ms", "not_met", 1),
        ("p95 < 0.7 s", "met", 0),
        ("http.status == 200", "met", 0),
        ("tls.expires_in > 30 d", "met", 0),
        ("p75 < 110% of baseline(p75)", "met", 0),
        ("p75 < 105% of baseline(p75)", "not_met", 1),
        ("error_rate > 1% sustained 5m", "met", 0),
        ("error_rate > 1% sustained 10m", "unknown", 1),
        ("jobs < 10", "unknown", 1),
        ("nobody.knows < 1", "unknown", 1),
        ("p95 < 5%", "unknown", 1),
        ("nobody.knows < 1 or http.status == 200", "met", 0),
        ("2 of (http.status == 200, p95 < 1 s, nobody.knows < 1)", "met", 0),
        ("not (p95 < 500 ms)", "met", 0),
    ] {
        let ran = desk.run(&["--json", "condition", "eval", expression, "--facts", &file]).expect(code);
        assert_eq!(ran.json()["outcome"], outcome, "{ran}");
    }
    let words = desk.run(&["condition", "eval", "p95 < 500 ms", "--facts", &file]).expect(1);
    assert!(words.stdout.starts_with("p95 (612 ms) < 500 ms → not met"), "{words}");
    desk.run(&["condition", "eval", "p95 <"]).expect(2);
    desk.run(&["condition", "eval", "5 ms < 3%"]).expect(2);
    desk.run(&["condition", "eval", "p95 < 1", "--facts", &desk.write("none.json", "{")]).refuses(3, "none.json");
    desk.run(&["condition", "eval", "p95 < 1", "--facts", &desk.arg("missing.json")]).refuses(3, "missing.json");
}

#[test]
fn wrong_arguments_are_usage_and_help_is_none() {
    let desk = Desk::new();
    for args in [
        &["record"][..],
        &["record", "answer", "1"],
        &["fly"],
        &["verify"],
        &["record", "new", "staged-canary", "--set", "release"],
    ] {
        desk.run(args).expect(2);
    }
    desk.run(&["record", "new", "staged-canary", "--set", "weather=fine", "--person", "Dana"]).refuses(2, "weather");
    desk.run(&["record", "new", "staged-canary", "--set", "release=1"]).refuses(2, "not known who");
    assert!(desk.run(&["--help"]).expect(0).stdout.contains("tour"));
    assert!(desk.run(&["--version"]).expect(0).stdout.starts_with("countersign "));
    let error = desk.run(&["--json", "record", "show", "7"]).expect(3).json();
    assert_eq!(error["error"]["code"], "not_found");
}

#[test]
fn numbers_have_no_gaps_and_a_voided_record_stays_listed() {
    let desk = Desk::new();
    let start = ["record", "new", "staged-canary", "--person", "Dana", "--set"];
    for number in ["1", "2", "3"] {
        let begun = desk.run(&[&start[..], &["release=1"]].concat()).expect(0);
        assert_eq!(begun.stdout.trim(), number);
        desk.run(&[&start[..], &["weather=fine"]].concat()).expect(2);
        desk.run(&["record", "void", number, "--person", "Dana", "--reason", "only a try"]).expect(0);
    }
    let listed = desk.json(&["record", "list"]);
    let numbers: Vec<_> =
        listed["records"].as_array().unwrap().iter().map(|each| (&each["number"], &each["status"])).collect();
    assert_eq!(numbers, [(&json!(3), &json!("voided")), (&json!(2), &json!("voided")), (&json!(1), &json!("voided"))]);
}

#[test]
fn the_tour_ends_with_a_report_that_verifies_within_a_minute() {
    let started = std::time::Instant::now();
    let desk = Desk::new();
    let ran = desk.run(&["tour", "--out", &desk.arg("tour")]).expect(0);
    assert!(started.elapsed().as_secs() < 60, "it took {:?}", started.elapsed());
    let report = desk.arg("tour/report.pdf");
    assert!(ran.stdout.trim_end().ends_with(&report), "the report's path comes last: {ran}");
    let verified = desk.json(&["verify", &report, "--trust", &desk.arg("tour/roots.pem")]);
    assert_eq!(verdicts(&verified), ["yes"; 5]);
    desk.run(&["tour", "--out", &desk.arg("tour")]).expect(0);
    std::fs::create_dir_all(desk.path("mine/data")).unwrap();
    desk.run(&["tour", "--out", &desk.arg("mine")]).refuses(4, "no tour made it");
}

const CANARY: &str = "# Canary\n\n- [ ] Deploy\n  <!-- cs: deploy -->\n\n## Stage 1: 5% of traffic\n\n- p95: ___ ms (target: < 500 ms)\n\
- [ ] **Gate:** go on\n  <!-- cs: gate proceed, hold, roll back -->\n\n## Roll back\n\n- [ ] Revert\n- [ ] Write the post-mortem, within 24 hours\n";

#[test]
fn a_gate_is_decided_by_name_and_an_override_needs_a_reason() {
    let desk = Desk::new();
    let file = desk.write("canary.md", CANARY);
    desk.run(&["record", "new", &file, "--person", "Dana"]).expect(0);
    let by_dana = |args: &[&str]| desk.run(&[&["record"][..], args, &["--person", "Dana"]].concat());
    by_dana(&["answer", "1", "p95", "612"]).expect(0);
    let shown = desk.json(&["record", "gate", "1"]);
    assert_eq!((&shown["gates"][0]["proposed"], &shown["stages"][0]["traffic"]), (&json!("roll_back"), &json!("5")));
    assert_eq!(shown["gates"][0]["criteria"][0]["outcome"], "not_met");
    by_dana(&["gate", "1", "Stage 1", "--decide", "proceed"]).refuses(4, "«roll back» is proposed");
    by_dana(&["answer", "1", "Revert", "done"]).refuses(4, "nobody has decided to roll back");
    by_dana(&["gate", "1", "Stage 1", "--decide", "proceed", "--reason", "a known outlier", "--by", "Lena"]).expect(0);
    by_dana(&["gate", "1", "--decide", "roll-back", "--reason", "customers call"]).expect(0);
    by_dana(&["answer", "1", "Revert", "done"]).expect(0);
    let words = desk.run(&["record", "gate", "1"]).expect(0);
    for said in ["decided:  proceed by Lena", "a known outlier", "owed     Write the post-mortem", "5%  passed"] {
        assert!(words.stdout.contains(said), "«{said}»: {words}");
    }
    let shown = desk.json(&["record", "show", "1"]);
    let kinds: Vec<_> = shown["deviations"].as_array().unwrap().iter().map(|of| &of["kind"]).collect();
    assert!(kinds.contains(&&json!("overridden")), "{kinds:?}");
}

#[test]
fn an_emergency_lists_what_was_skipped_and_another_record_of_the_service_is_told() {
    let desk = Desk::new();
    let ruled = "---\npolicy:\n  - sign-off: Lead, approved to deploy, before deploy\n---\n# R\n\n- [ ] Deploy\n  <!-- cs: deploy -->\n";
    let file = desk.write("ruled.md", ruled);
    let service = ["--set", "service=api", "--set", "environment=production", "--person", "Dana"];
    desk.run(&[&["record", "new", &file][..], &service].concat()).expect(0);
    desk.run(&["record", "answer", "1", "Deploy", "done", "--person", "Dana"]).refuses(4, "has not signed");
    desk.run(&[&["record", "new", &file, "--emergency", "the site is down"][..], &service].concat()).expect(0);
    desk.run(&["record", "answer", "2", "Deploy", "done", "--person", "Dana"]).expect(0);
    let shown = desk.json(&["record", "gate", "2"]);
    assert_eq!(shown["emergency"]["reason"], "the site is down");
    assert_eq!(shown["skipped_controls"][0]["by"], "Dana", "{shown:#}");
    assert!(shown["obligations"][0]["due"].is_string());
    let shown = desk.json(&["record", "show", "2"]);
    let concurrent = shown["deviations"].as_array().unwrap().iter().find(|of| of["kind"] == "concurrent");
    assert!(concurrent.unwrap()["label"].as_str().unwrap().starts_with("Record 1"));
}

#[test]
fn an_approval_before_the_deployment_holds_at_the_end_and_one_person_may_sign_with_two_meanings() {
    let desk = Desk::new();
    let secret = desk.write("secret", "correct horse battery staple");
    let secret = secret.as_str();
    let root = ["--root-passphrase-file", secret];
    desk.run(&[&["roster", "init", "--organisation", "Example"][..], &root].concat()).expect(0);
    desk.run(&[&["key", "new", "--name", "Lena", "--passphrase-file", secret][..], &root].concat()).expect(0);
    let ruled = "---\npolicy:\n  - sign-off: Lead, approved to deploy, before deploy\n  - sign-off: Lead, verified\n  - separation: approver performed no item\n---\n\
        # R\n\n- [ ] Deploy\n  <!-- cs: deploy -->\n- [ ] Watch\n";
    desk.run(&["record", "new", &desk.write("ruled.md", ruled), "--person", "Dana"]).expect(0);
    let sign = |meaning: &str| {
        let args = ["sign", "1", "--as", "Lena", "--role", "Lead", "--meaning", meaning, "--passphrase-file", secret];
        desk.run(&[&args[..], &["--person", "Dana"]].concat()).expect(0);
    };
    sign("approved to deploy");
    for item in ["Deploy", "Watch"] {
        desk.run(&["record", "answer", "1", item, "done", "--person", "Dana"]).expect(0);
    }
    desk.run(&["record", "close", "1", "--person", "Dana"]).expect(0);
    sign("verified");
    let report = desk.arg("report.pdf");
    let args = ["report", "1", "-o", &report, "--as", "Lena", "--passphrase-file", secret, "--person", "Dana"];
    desk.run(&args).expect(0);
    desk.run(&["roster", "export", "-o", &desk.arg("roots.pem")]).expect(0);
    let verified = desk.json(&["verify", &report, "--trust", &desk.arg("roots.pem")]);
    assert_eq!(verdicts(&verified), ["yes"; 5], "{verified:#}");
}
