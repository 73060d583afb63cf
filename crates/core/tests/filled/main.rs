//! A record back into its checklist.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing step fails its test"
)]

#[path = "../run/mod.rs"]
mod run;

use countersign_core::checklist::{ItemKind, read};
use countersign_core::filled::filled;
use countersign_core::record::{Answer, Content, Meaning};
use proptest::prelude::*;
use run::{Run, common::checklists};
use std::path::Path;

fn text(run: &Run, checklist: &str) -> String {
    String::from_utf8(filled(checklist.as_bytes(), &run.view)).unwrap()
}

#[test]
fn every_answer_stands_in_its_place() {
    let checklist = "\u{feff}# Release <!-- cs: x -->\r
\r
## [ ] Prepare\r
\r
- [ ] Deploy é\r
  - p95: ___ ms, p99: ____ ms\r
- [] Tell people <!-- cs: required -->\r
* ☐ Glyph\r
1. [ ] Numbered\r
- Status: [ ] Yes [x] No [ ] Similar\r
- Version: \\_\\_\\_\\_\\_\\_\r
- **Primary**: [Name]\r
- **Reason**:\r
- [x] Came ticked\r
\r
## Colour\r
\r
Select one:\r
\r
- [ ] Blue\r
- [ ] Green\r
\r
| Step | Done | Value | Who |\r
|---|---|---|---|\r
| One | [ ] | ____ ms |  |\r
| Two | ☐ | ____ | TBD |\r
\r
- [ ] Engineering lead: ____________ Date: ________\r
";
    let mut run = Run::start(checklist);
    run.done("Prepare");
    run.done("Deploy");
    run.value("p95", "480");
    run.answer("p99", Answer::NotApplicable, Some("no\ntraffic <!-- cs: deploy -->")).unwrap();
    run.answer("Tell people", Answer::Skipped, Some("nobody is there")).unwrap();
    run.done("Glyph");
    run.answer("Numbered", Answer::Failed, None).unwrap();
    run.choose("Status", "Similar");
    run.value("Version", "2.1");
    run.value("Primary", "Ana");
    run.value("Reason", "it was time");
    run.choose("Colour", "Green");
    run.done("One");
    run.value("One · Value", "12 ms");
    run.answer("Two", Answer::Blocked, Some("a|b")).unwrap();
    run.value("Two · Value", "x|y");
    run.value("Two · Who", "Bo");
    run.sign("Cy", "Engineering lead", Meaning::Approved);
    let expected = "\u{feff}# Release <!-- cs: x -->\r
\r
## [x] Prepare\r
\r
- [x] Deploy é\r
  - p95: 480 ms, p99: not applicable: no traffic &lt;!-- cs: deploy --> ms\r
- [>] Tell people — *skipped: nobody is there* <!-- cs: required -->\r
* ☑ Glyph\r
1. [!] Numbered — *failed*\r
- Status: [ ] Yes [ ] No [x] Similar\r
- Version: 2.1\r
- **Primary**: Ana\r
- **Reason**: it was time\r
- [ ] Came ticked\r
\r
## Colour\r
\r
Select one:\r
\r
- [ ] Blue\r
- [x] Green\r
\r
| Step | Done | Value | Who |\r
|---|---|---|---|\r
| One | [x] | 12 ms |  |\r
| Two | ☒ — *blocked: a\\|b* | x\\|y | Bo |\r
\r
- [x] Engineering lead: Cy Date: 2026-01-05\r
";
    assert_eq!(text(&run, checklist), expected);
}

#[test]
fn an_empty_cell_and_a_gate_without_boxes_get_their_words() {
    let checklist = "# T\n\n| Role | Name | Phone |\n|---|---|---|\n| Lead |  ||\n\n- [ ] Gate: proceed or roll back\n- GO / NO-GO: ____\n";
    let mut run = Run::start(checklist);
    run.value("Lead · Name", "Ana");
    run.value("Lead · Phone", "112");
    run.choose("GO / NO-GO", "NO-GO");
    run.answer("proceed or", Answer::Chosen { option: "proceed".into() }, Some("all is well")).unwrap();
    let filled = text(&run, checklist);
    assert!(filled.contains("| Lead | Ana  | 112 |\n"), "{filled}");
    assert!(filled.contains("Gate: proceed or roll back → **proceed**\n"), "{filled}");
    assert!(filled.contains("GO / NO-GO: NO-GO\n"), "{filled}");
}

#[test]
fn a_file_that_is_no_utf8_stays_what_it_is() {
    let bytes = b"# T\n\n- [ ] caf\xe9 \x96 open\n- Ort\xe4: ________________\n";
    let mut run = Run::start_with("", |started| {
        started.checklist.content = Content::of(bytes);
        started.checklist.sha256 = countersign_core::id::Digest::of(bytes);
    });
    run.done("café");
    run.value("Ort", "Köln");
    assert_eq!(filled(bytes, &run.view), b"# T\n\n- [x] caf\xe9 \x96 open\n- Ort\xe4: K&#xF6;ln\n");
}

fn run_of(bytes: &[u8]) -> Run {
    Run::start_with("", |started| {
        started.checklist.content = Content::of(bytes);
        started.checklist.sha256 = countersign_core::id::Digest::of(bytes);
    })
}

/// Answers every item that `wanted` picks, as far as it may be.
fn answer(run: &mut Run, wanted: impl Fn(usize) -> bool) {
    let items: Vec<_> = run.view.template.items.iter().cloned().enumerate().filter(|(at, _)| wanted(*at)).collect();
    for (_, item) in items {
        let answer = match &item.kind {
            ItemKind::Task { .. } => Answer::Done,
            ItemKind::Field { .. } => Answer::Value { text: "77".into() },
            ItemKind::Choice { options } | ItemKind::Gate { options } => {
                Answer::Chosen { option: options.last().unwrap().clone() }
            }
            ItemKind::SignOff { .. } => continue,
        };
        let intent =
            countersign_core::record::Intent::Answer { item: item.id, answer, by: None, reason: Some("r".into()) };
        let _ = run.act(intent);
    }
}

/// What no answer may touch: everything but boxes, blanks and white space.
fn kept(bytes: &[u8]) -> Vec<u8> {
    let slots = |byte: &u8| byte.is_ascii_whitespace() || b"_[]xX-~!?>/*\\`TBDn.".contains(byte) || !byte.is_ascii();
    bytes.iter().copied().filter(|byte| !slots(byte)).collect()
}

fn is_subsequence(of: &[u8], whole: &[u8]) -> bool {
    let mut rest = whole.iter();
    of.iter().all(|byte| rest.any(|other| other == byte))
}

fn only_the_answers_differ(name: &str, bytes: &[u8], run: &Run) {
    let out = filled(bytes, &run.view);
    let ends = |bytes: &[u8]| bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    assert_eq!(ends(&out), ends(bytes), "{name}: no line is added or lost");
    let asked: std::collections::BTreeSet<u32> = run.view.template.items.iter().map(|item| item.line).collect();
    let lists_options =
        |line: &[u8]| line.windows(3).any(|three| three[0] == b'[' && three[2] == b']') || !line.is_ascii();
    for (number, (before, after)) in
        (1u32..).zip(bytes.split(|byte| *byte == b'\n').zip(out.split(|byte| *byte == b'\n')))
    {
        if !asked.contains(&number) && !lists_options(before) {
            assert_eq!(before, after, "{name}:{number} asks nothing and is as it was");
        }
        let kept = kept(before);
        let placeholder = before.contains(&b'[');
        assert!(
            placeholder || is_subsequence(&kept, after),
            "{name}:{number}: {:?} became {:?}",
            String::from_utf8_lossy(before),
            String::from_utf8_lossy(after)
        );
    }
    let again = read(&out);
    let (mut done, mut ticked) = (0, 0);
    for item in &run.view.template.items {
        let is_task = matches!(item.kind, ItemKind::Task { .. });
        done += usize::from(is_task && run.view.item(&item.id).state == countersign_core::record::State::Done);
    }
    for item in &again.items {
        ticked += usize::from(matches!(item.kind, ItemKind::Task { prechecked: true, .. }));
    }
    // An art frame's or sample's box may be settled text once it is ticked; a bullet's never is.
    assert!(ticked <= done && ticked * 100 >= done * 97, "{name}: {done} done, {ticked} read as ticked");
}

#[test]
fn a_record_without_answers_gives_the_file_back_but_for_boxes_that_came_ticked() {
    for (path, bytes) in checklists() {
        let run = run_of(&bytes);
        let came_ticked =
            run.view.template.items.iter().filter(|item| matches!(item.kind, ItemKind::Task { prechecked: true, .. }));
        if came_ticked.count() == 0 {
            assert_eq!(filled(&bytes, &run.view), bytes, "{}", path.display());
        }
    }
}

#[test]
fn every_other_byte_of_a_real_checklist_is_as_it_was() {
    for (path, bytes) in checklists() {
        let mut run = run_of(&bytes);
        answer(&mut run, |_| true);
        only_the_answers_differ(&path.display().to_string(), &bytes, &run);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whichever_items_are_answered_only_they_differ(seed in 0usize..1000, which in 0usize..5) {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checklists");
        let names = ["edge-workers-platform", "layered-services-release", "managed-queue-worker", "messaging-api", "staged-canary"];
        let bytes = std::fs::read(home.join(format!("{}.md", names[which]))).unwrap();
        let mut run = run_of(&bytes);
        answer(&mut run, |at| (at * 7 + seed) % 3 == 0);
        only_the_answers_differ(names[which], &bytes, &run);
    }
}
