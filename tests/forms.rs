//! Forms end to end: what other programs see of a blank one, and what comes back of one that they filled in.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing step fails its test")]

use countersign_tests::desk::{Desk, Ran};
use countersign_tests::programs;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const SHIPPED: [&str; 5] =
    ["edge-workers-platform", "layered-services-release", "managed-queue-worker", "messaging-api", "staged-canary"];

const CHECKLIST: &str = "# Release

- [ ] Deploy
  - p95: ___ ms (target: <500ms)
  - p99: ___ ms (target: <900ms)
- Status: [ ] Yes [ ] No
- Version: ________
- Remark: ________________

- Engineering lead: ____________ Date: ________
";

#[test]
fn other_programs_find_nothing_wrong_with_a_blank_form() {
    let desk = Desk::new();
    for (name, paper, size) in SHIPPED.map(|name| (name, "a4", "595.28 x 841.89")).into_iter().chain([(
        "staged-canary",
        "letter",
        "612 x 792",
    )]) {
        let pdf = desk.arg("form.pdf");
        let made = desk.json(&["checklist", "blank", name, "-o", &pdf, "--paper", paper]);
        assert_eq!(made["missing"], json!([]));
        if let Some(qpdf) = programs::foreign("qpdf") {
            let ran = Ran::of(Command::new(qpdf).arg("--check").arg(&pdf)).expect(0);
            assert!(!ran.stdout.contains("WARNING") && ran.stderr.is_empty(), "{ran}");
        }
        if let Some(pdfinfo) = programs::foreign("pdfinfo") {
            let ran = Ran::of(Command::new(pdfinfo).arg(&pdf)).expect(0);
            assert!(ran.stdout.contains("AcroForm") && ran.stdout.contains(size) && ran.stderr.is_empty(), "{ran}");
            assert!(ran.stdout.contains(&format!("{}\n", made["pages"])), "{ran}");
        }
        if let Some(pdftotext) = programs::foreign("pdftotext") {
            let ran = Ran::of(Command::new(pdftotext).arg("-layout").arg(&pdf).arg("-")).expect(0);
            let flat = |text: &str| text.split_whitespace().collect::<String>();
            let text = flat(&ran.stdout);
            let shown = desk.json(&["checklist", "show", name]);
            for section in shown["sections"].as_array().unwrap() {
                assert!(text.contains(&flat(section["title"].as_str().unwrap())), "{name}: {}", section["title"]);
            }
            for item in shown["items"].as_array().unwrap().iter().filter(|item| item["kind"]["form"] == "bullet") {
                let words = item["label"].as_str().unwrap();
                let start: String = words.chars().take(30).collect();
                assert!(text.contains(&flat(&start)), "{name}: {words}");
            }
            assert!(text.contains(shown["sha256"].as_str().unwrap()), "the whole hash stands on the first page");
        }
    }
}

/// The values to fill in by the words of their items, as field names.
fn values(desk: &Desk, file: &str) -> BTreeMap<String, String> {
    let shown = desk.json(&["checklist", "show", file]);
    let id = |words: &str| {
        let items = shown["items"].as_array().unwrap();
        items.iter().find(|item| item["label"] == words).unwrap()["id"].as_str().unwrap().to_owned()
    };
    [
        (id("Deploy"), "/Yes"),
        (id("p95"), "0.48 s"),
        (id("p99"), "fast"),
        (id("Status"), "/No"),
        (id("Version"), "2.1 — “ß”"),
        (id("Remark"), "日本語 (ok)"),
        (id("Engineering lead"), "Ana"),
        (format!("{}-date", id("Engineering lead")), "2026-11-21"),
        ("header-service".to_owned(), "web"),
        ("filled-by".to_owned(), "Bo Öst"),
        ("notes".to_owned(), "one\ntwo"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

/// A form filled in by another program; none if that is not installed.
fn filled(desk: &Desk, how: &str, form: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let python = programs::foreign("python3")?;
    let library = how.split('-').next().unwrap();
    let there = Command::new(&python).args(["-c", &format!("import {library}")]).output().unwrap().status.success();
    if !there {
        let required = std::env::var_os("COUNTERSIGN_REQUIRE_FOREIGN").is_some_and(|word| word == "1");
        assert!(!required, "{library} is required here and not installed; `cargo xtask test` installs it");
        eprintln!("skipped: {library} is not installed");
        return None;
    }
    let values = desk.write("values.json", serde_json::to_string(values).unwrap());
    let target = desk.arg(&format!("filled by {how}.pdf"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fill_form.py");
    Ran::of(Command::new(python).arg(script).args([how, form, &target, &values])).expect(0);
    Some(target)
}

fn pairs(list: &Value) -> Vec<(String, String)> {
    serde_json::from_value(list.clone()).unwrap()
}

#[test]
fn a_form_that_another_program_filled_in_reads_back_item_by_item() {
    for how in ["pikepdf", "pypdf", "pypdf-update"] {
        let desk = Desk::new();
        let file = desk.write("release.md", CHECKLIST);
        let form = desk.arg("form.pdf");
        desk.run(&["checklist", "blank", &file, "-o", &form]).expect(0);
        let Some(filled) = filled(&desk, how, &form, &values(&desk, &file)) else { return };
        // The form is all that is needed.
        std::fs::remove_file(&file).unwrap();
        let reply = desk.json(&["record", "import-form", &filled, "--person", "Cy"]);
        let taken = pairs(&reply["form"]["taken"]);
        let taken: Vec<(&str, &str)> = taken.iter().map(|(what, said)| (what.as_str(), said.as_str())).collect();
        let expected = [
            ("Deploy", "ticked"),
            ("p95", "480 ms · met"),
            ("Status", "No"),
            ("Version", "2.1 — “ß”"),
            ("Remark", "日本語 (ok)"),
            ("Engineering lead", "Ana, 2026-11-21"),
            ("Notes", "one\ntwo"),
        ];
        assert_eq!(taken, expected, "{how}");
        let left = pairs(&reply["form"]["left"]);
        assert!(
            matches!(left.as_slice(), [(what, why)] if what == "p99" && why.contains("«fast» is not a number")),
            "{how}: {left:?}"
        );
        let number = reply["number"].to_string();
        let shown = desk.json(&["record", "show", &number]);
        let record = &shown["record"];
        assert_eq!(record["header"]["service"], "web");
        let answers: Vec<&Value> = record["items"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|item| item["answers"].as_array().unwrap())
            .collect();
        assert_eq!(answers.len(), 5, "{how}: a name on a form signs nothing");
        assert!(
            answers.iter().all(|given| given["by"] == "Bo Öst" && given["written_by"] == "Cy"),
            "{how}: {answers:?}"
        );
        let note = record["notes"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap();
        assert!(note.contains("From the form") && note.contains("7 taken, 1 left") && note.contains("p99"), "{note}");
        assert_eq!(record["files"][0]["file"]["media_type"], "application/pdf");
        // Once more: nothing is taken twice, and nothing is written.
        let again = desk.run(&["--json", "record", "import-form", &filled, &number, "--person", "Cy"]).expect(4).json();
        assert_eq!((pairs(&again["form"]["taken"]).len(), &again["form"]["same"]), (0, &json!(8)), "{how}");
        assert_eq!(desk.json(&["record", "show", &number])["record"]["events"], record["events"]);
    }
}

#[test]
fn what_the_record_says_already_is_never_overwritten_and_a_look_writes_nothing() {
    let desk = Desk::new();
    let file = desk.write("release.md", CHECKLIST);
    let form = desk.arg("form.pdf");
    desk.run(&["checklist", "blank", &file, "-o", &form]).expect(0);
    let Some(filled) = filled(&desk, "pypdf", &form, &values(&desk, &file)) else { return };
    desk.run(&["record", "new", &file, "--person", "Cy"]).expect(0);
    desk.run(&["record", "answer", "1", "p95", "300", "--person", "Cy"]).expect(0);
    let before = desk.json(&["record", "show", "1"])["record"]["events"].clone();
    let look = desk.json(&["record", "import-form", &filled, "1", "--dry-run", "--person", "Cy"]);
    assert_eq!(desk.json(&["record", "show", "1"])["record"]["events"], before);
    let left = pairs(&look["form"]["left"]);
    assert!(
        left.iter().any(|(what, why)| what == "p95" && why.contains("the record has «300 ms» already")),
        "{left:?}"
    );
    assert!(left.iter().any(|(what, _)| what == "service"), "a record's facts are stated when it begins: {left:?}");
    let took = desk.json(&["record", "import-form", &filled, "1", "--person", "Cy"]);
    assert_eq!(took["form"], look["form"], "what was shown is what is taken");
    let shown = desk.run(&["record", "show", "1"]).expect(0);
    assert!(shown.stdout.contains("300 ms") && shown.stdout.contains("2.1 — “ß”"), "{shown}");
}

#[test]
fn a_form_of_another_version_is_matched_item_by_item() {
    let desk = Desk::new();
    let file = desk.write("release.md", CHECKLIST);
    let form = desk.arg("form.pdf");
    desk.run(&["checklist", "blank", &file, "-o", &form]).expect(0);
    let Some(filled) = filled(&desk, "pypdf", &form, &values(&desk, &file)) else { return };
    desk.write("release.md", CHECKLIST.replace("- Version: ________\n", "- [ ] A new step\n"));
    desk.run(&["record", "new", &file, "--person", "Cy"]).expect(0);
    let reply = desk.json(&["record", "import-form", &filled, "1", "--person", "Cy"]);
    assert!(reply["form"]["notices"][0].as_str().unwrap().contains("another version of the checklist"), "{reply}");
    assert_eq!(pairs(&reply["form"]["taken"]).len(), 6);
    let left = pairs(&reply["form"]["left"]);
    assert!(left.iter().any(|(_, why)| why.contains("2.1") && why.contains("no item of this name")), "{left:?}");
}

#[test]
fn what_is_no_form_or_damaged_is_refused_with_what_to_do() {
    let desk = Desk::new();
    let file = desk.write("release.md", CHECKLIST);
    let form = desk.arg("form.pdf");
    desk.run(&["checklist", "blank", &file, "-o", &form]).expect(0);
    desk.run(&["record", "new", &file, "--person", "Cy"]).expect(0);
    let import = |path: &str| desk.run(&["record", "import-form", path, "1", "--person", "Cy"]);
    import(&file).refuses(3, "not a PDF");
    import(&desk.arg("nowhere.pdf")).refuses(3, "nowhere.pdf");
    let whole = std::fs::read(&form).unwrap();
    import(&desk.write("cut.pdf", &whole[..whole.len() / 2])).refuses(3, "damaged");
    let other = desk.write("other.md", "# Other\n\n- [ ] Something else\n");
    // Another checklist's form asks for nothing that this record has.
    desk.run(&["checklist", "blank", &other, "-o", &desk.arg("other.pdf")]).expect(0);
    let nothing = desk.json(&["record", "import-form", &desk.arg("other.pdf"), "1", "--person", "Cy"]);
    assert_eq!((pairs(&nothing["form"]["taken"]).len(), pairs(&nothing["form"]["left"]).len()), (0, 0));
    let bare = "%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\nstartxref\n42\n%%EOF\n";
    import(&desk.write("bare.pdf", bare)).refuses(3, "no form of a checklist");
    for step in 0..24 {
        let mut changed = whole.clone();
        let at = whole.len() / 25 * (step + 1);
        changed[at] ^= 0x15;
        let ran = import(&desk.write("changed.pdf", &changed));
        assert!([0, 3, 4].contains(&ran.code), "{ran}");
    }
    assert_eq!(desk.json(&["record", "show", "1"])["record"]["items"], json!({}), "nothing was filled in");
}

#[test]
fn a_record_goes_back_into_its_markdown() {
    let desk = Desk::new();
    let file = desk.write("release.md", CHECKLIST);
    desk.run(&["record", "new", &file, "--person", "Cy"]).expect(0);
    let answers = [("Deploy", "done"), ("p95", "0.48 s"), ("Status", "No"), ("Remark", "well | done")];
    for (item, answer) in answers {
        desk.run(&["record", "answer", "1", item, answer, "--person", "Cy"]).expect(0);
    }
    desk.run(&["record", "markdown", "1", "-o", &desk.arg("filled.md")]).expect(0);
    let expected = CHECKLIST
        .replace("- [ ] Deploy", "- [x] Deploy")
        .replace("p95: ___ ms", "p95: 480 ms")
        .replace("[ ] No\n", "[x] No\n")
        .replace("Remark: ________________", "Remark: well | done");
    assert_eq!(std::fs::read_to_string(desk.path("filled.md")).unwrap(), expected);
    desk.run(&["record", "markdown", "1", "-o", &desk.arg("no/such/folder.md")]).refuses(3, "no/such");
}
