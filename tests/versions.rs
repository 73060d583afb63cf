//! A checklist over its versions, by commands: what is different, and that nobody begins a record without having been told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, verdicts};
use countersign_tests::programs;
use serde_json::json;

const OLD: &str = "# Orders\n\n## Before\n\n- [ ] Run the tests\n- [ ] Back up the database\n- p95: ____ ms (target: < 500ms)\n\n\
## After\n\n- [ ] Check the logs\n- [ ] Tell the customers\n";

fn newer() -> String {
    OLD.replace("Run the tests", "Run all the tests")
        .replace("< 500ms", "< 300ms")
        .replace("- [ ] Tell the customers\n", "")
        + "- [ ] Close the ticket\n"
}

#[test]
fn two_versions_are_compared_without_a_data_directory() {
    let desk = Desk::new();
    let (old, new) = (desk.write("old.md", OLD), desk.write("new.md", newer()));
    let found = desk.json(&["checklist", "diff", &old, &new]);
    assert_eq!(found["headline"], "4 items changed: 1 added, 1 removed, 2 changed");
    assert_eq!(found["unchanged"], 2);
    assert_eq!(
        found["counts"],
        json!({"added": 1, "removed": 1, "changed": 2, "moved": 0, "split_off": 0, "merged": 0})
    );
    let limit = found["changes"].as_array().unwrap().iter().find(|change| change["title"] == "p95").unwrap();
    assert_eq!(limit["details"], json!([{"what": "limit", "then": "value < 500 ms", "now": "value < 300 ms"}]));
    let words = desk.run(&["checklist", "diff", &old, &new]).expect(0).stdout;
    assert!(words.contains("removed task «Tell the customers» (After)"), "{words}");
    assert_eq!(desk.json(&["checklist", "diff", &old, &old])["changes"], json!([]));
    assert!(!desk.data().exists());
}

#[test]
fn a_record_by_a_changed_checklist_begins_only_when_the_changes_were_acknowledged_and_its_report_lists_them() {
    let desk = Desk::new();
    let start = |file: &str, more: &[&str]| {
        let mut args = vec!["record", "new", file, "--person", "Dana"];
        args.extend(more);
        desk.run(&args)
    };
    let file = desk.write("orders.md", OLD);
    start(&file, &[]).expect(0);
    start(&file, &[]).expect(0);
    // Other words around the items are nothing to look at.
    desk.write("orders.md", format!("{OLD}\nThat is all.\n"));
    start(&file, &[]).expect(0);
    desk.write("orders.md", newer());
    let refused = start(&file, &[]).refuses(4, "4 items changed: 1 added, 1 removed, 2 changed, since record 3");
    assert!(refused.stderr.contains("added task «Close the ticket» (After)"), "{refused}");
    start(&file, &["--acknowledge-changes"]).expect(0);
    // The next one has seen them.
    start(&file, &[]).expect(0);
    // Another checklist of the same name is no version of it.
    std::fs::create_dir(desk.path("other")).unwrap();
    let other = desk.write("other/orders.md", "# Billing\n- [ ] Call the bank\n- [ ] Print the invoices\n");
    start(&other, &[]).expect(0);
    let shown = desk.json(&["record", "show", "4"]);
    assert_eq!(shown["record"]["since"]["number"], 3);
    assert_eq!(shown["record"]["since"]["changes"].as_array().unwrap().len(), 4);

    desk.run(&["record", "close", "4", "--person", "Dana"]).expect(0);
    desk.run(&["report", "4", "-o", &desk.arg("report.pdf"), "--person", "Dana"]).expect(0);
    let verified = desk.run(&["--json", "verify", &desk.arg("report.pdf")]).json();
    assert_eq!(verdicts(&verified)[0], "yes", "the pages follow from the record: {verified}");
    let Some(pdftotext) = programs::foreign("pdftotext") else { return };
    let text = std::process::Command::new(pdftotext).arg(desk.path("report.pdf")).arg("-").output().unwrap();
    let text = String::from_utf8_lossy(&text.stdout).replace('\n', " ");
    for words in ["The checklist since record 3", "Dana acknowledged this", "removed task «Tell the customers» (After)"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
}
