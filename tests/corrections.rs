//! Guesses of the reading, corrected by commands: kept with the version, taken over to the next, and in the record and its report.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, verdicts};

const FILE: &str =
    "# Orders\n\n- [ ] Run the tests\n- Tell the customers\n- p95: ____\n\n```\n[ ] a sample of a message\n```\n";

#[test]
fn corrections_are_kept_with_the_version_and_stand_in_the_record_and_its_report() {
    let desk = Desk::new();
    let file = desk.write("orders.md", FILE);
    let correct = |more: &[&str]| {
        let mut args = vec!["checklist", "correct", &file];
        args.extend(more);
        desk.run(&args)
    };
    correct(&["--item", "a sample", "--as", "content"]).expect(0);
    correct(&["--line", "4", "--as", "task"]).expect(0);
    correct(&["--item", "p95", "--unit", "ms"]).expect(0);
    correct(&["--item", "Run the", "--unit", "ms"]).refuses(2, "«Run the tests» is no field");
    correct(&["--item", "p95", "--as", "tiem"]).refuses(2, "«tiem»");
    let labels = |shown: &serde_json::Value| -> Vec<String> {
        shown["items"].as_array().unwrap().iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    };
    let shown = desk.json(&["checklist", "show", &file, "--corrected"]);
    assert_eq!(labels(&shown), ["Run the tests", "Tell the customers", "p95"]);
    assert_eq!((&shown["counts"]["tasks"], &shown["counts"]["fenced_tasks"]), (&2.into(), &0.into()));
    assert_eq!(labels(&desk.json(&["checklist", "show", &file])).len(), 3, "the file itself is as it was");

    desk.run(&["record", "new", &file, "--person", "Dana"]).expect(0);
    // A later change of mind changes nothing in the record.
    correct(&["--line", "4", "--as", "read"]).expect(0);
    desk.run(&["record", "answer", "1", "Tell the customers", "done", "--person", "Dana"]).expect(0);
    let answered = desk.run(&["record", "answer", "1", "p95", "120", "--person", "Dana"]).expect(0);
    assert!(answered.stdout.contains("120 ms"), "{answered}");
    desk.run(&["record", "close", "1", "--person", "Dana"]).expect(0);
    desk.run(&["report", "1", "-o", &desk.arg("report.pdf"), "--person", "Dana"]).expect(0);
    // The verifier has the bundle alone, and reads the same template from it.
    let verified = desk.run(&["--json", "verify", &desk.arg("report.pdf")]).json();
    assert_eq!(verdicts(&verified)[0], "yes", "{verified}");

    // A new version gets the corrections that still fit.
    desk.write(
        "orders.md",
        FILE.replace("# Orders", "# Orders\n\nNew words.")
            .replace("a sample of a message", "a sample of another message"),
    );
    let shown = desk.json(&["checklist", "show", &file, "--corrected"]);
    assert_eq!(labels(&shown), ["Run the tests", "p95"]);
}

#[test]
fn corrections_can_be_written_into_the_file() {
    let desk = Desk::new();
    let file = desk.write("orders.md", FILE);
    desk.run(&["checklist", "correct", &file, "--line", "4", "--as", "task"]).expect(0);
    desk.run(&["checklist", "correct", &file, "--item", "p95", "--unit", "ms"]).expect(0);
    desk.run(&["checklist", "correct", &file, "--item", "a sample", "--as", "content"]).expect(0);
    let written = desk.json(&["checklist", "annotate", &file, "-o", &desk.arg("annotated.md")]);
    assert_eq!((&written["written"], written["left_out"].as_array().unwrap().len()), (&2.into(), 1), "{written}");
    let text = std::fs::read_to_string(desk.path("annotated.md")).unwrap();
    assert!(text.contains("- Tell the customers <!-- cs: task -->\n- p95: ____ <!-- cs: unit ms -->\n"), "{text}");
    let shown = desk.json(&["checklist", "show", &desk.arg("annotated.md")]);
    assert_eq!(shown["counts"]["tasks"], 2);
}
