//! Corrections: each kind on each place, what stays whole, what is told, and the way into the file and to its next version.

use countersign_core::checklist::correction::{annotate, carry, correct, take_back, task_on};
use countersign_core::checklist::{Correction, ItemKind, NodeKind, Template, ValueKind, read, read_with};
use countersign_core::id::ItemId;
use std::collections::HashSet;

const FILE: &str = "# Release\n\n- [ ] Run the tests\n  - [ ] Unit tests\n  - p95 under 500 ms\n- Tell the customers\n\nClose the ticket afterwards.\n\n\
- p95: ____ ms\n- CPU: ____ %, Memory: ____ %\n- [ ] Back up, size: ____ GB\n- Engineering lead: ____________ Date: ________\n\n\
## Deploy\n\n| step | who |\n|---|---|\n| Stop the workers | Ana |\n\n```yaml\na: 1\n- [ ] b: 2\nc: 3\n```\n\nGo? ☐ Yes ☐ No\n";

fn id(template: &Template, label: &str) -> ItemId {
    let found = template.items.iter().find(|item| item.label == label);
    found.unwrap_or_else(|| panic!("no item {label}: {:?}", labels(template))).id.clone()
}

fn labels(template: &Template) -> Vec<&str> {
    template.items.iter().map(|item| item.label.as_str()).collect()
}

fn line(words: &str) -> u32 {
    let at = FILE.lines().position(|line| line.contains(words)).unwrap();
    u32::try_from(at).unwrap() + 1
}

fn codes(template: &Template) -> Vec<&str> {
    template.problems.iter().map(|problem| &*problem.code).collect()
}

/// Every id that the template mentions is an item, nodes cover the file, and counts are those of the lists.
fn is_sound(template: &Template, bytes: &[u8]) {
    assert!(template.lossless);
    let mut at = 0;
    for node in &template.nodes {
        assert!(node.span.start == at && node.span.end > at, "{node:?}");
        at = node.span.end;
    }
    assert_eq!(at, bytes.len());
    let ids: HashSet<&ItemId> = template.items.iter().map(|item| &item.id).collect();
    assert_eq!(ids.len(), template.items.len());
    assert!(template.items.iter().filter_map(|item| item.parent.as_ref()).all(|parent| ids.contains(parent)));
    assert!(template.sections.iter().filter_map(|section| section.item.as_ref()).all(|item| ids.contains(item)));
    let json = serde_json::to_string(&template.nodes).unwrap();
    let named = json.split("\"item\":\"").skip(1).chain(json.split("\"task\":\"").skip(1));
    for id in named.map(|tail| tail.split('"').next().unwrap()) {
        assert!(ids.contains(&ItemId::from(id)), "{id} is mentioned and no item");
    }
    let tasks = template.items.iter().filter(|item| matches!(item.kind, ItemKind::Task { .. })).count();
    let counts = &template.counts;
    let counted = counts.tasks + counts.heading_tasks + counts.fenced_tasks + counts.table_tasks;
    assert_eq!(counted as usize, tasks);
    let fields = template.items.iter().filter(|item| matches!(item.kind, ItemKind::Field { .. })).count();
    assert_eq!(counts.fields as usize, fields);
}

#[test]
fn a_line_of_any_kind_becomes_a_task() {
    for (words, label) in [
        ("p95 under", "p95 under 500 ms"),
        ("Tell the", "Tell the customers"),
        ("Close the", "Close the ticket afterwards."),
        ("## Deploy", "Deploy"),
        ("Stop the", "Stop the workers"),
        ("b: 2", "[ ] b: 2"),
        ("a: 1", "a: 1"),
        ("c: 3", "c: 3"),
        ("p95: __", "p95"),
    ] {
        let mut corrections = Vec::new();
        let template = correct(FILE.as_bytes(), &mut corrections, task_on(FILE.as_bytes(), line(words))).unwrap();
        is_sound(&template, FILE.as_bytes());
        let item = template.items.iter().find(|item| item.label == label);
        let item = item.unwrap_or_else(|| panic!("{words}: {:?}", labels(&template)));
        assert!(matches!(item.kind, ItemKind::Task { .. }) && item.line == line(words), "{item:?}");
        assert_eq!(template.items.len(), read(FILE.as_bytes()).items.len() + 1);
        assert!(codes(&template).contains(&"corrected"));
    }
    let blank = task_on(FILE.as_bytes(), 2);
    assert!(correct(FILE.as_bytes(), &mut Vec::new(), blank).unwrap_err().contains("line 2"));
}

#[test]
fn an_item_of_any_kind_becomes_content_and_what_stood_in_it_moves_up() {
    let plain = read(FILE.as_bytes());
    for item in &plain.items {
        let correction = Correction::Content { item: item.id.clone() };
        let template = correct(FILE.as_bytes(), &mut Vec::new(), correction).unwrap();
        is_sound(&template, FILE.as_bytes());
        assert!(template.item(&item.id).is_none());
        assert_eq!(template.items.len(), plain.items.len() - 1);
    }
    let correction = Correction::Content { item: id(&plain, "Run the tests") };
    let template = read_with(FILE.as_bytes(), &[correction]);
    assert_eq!(template.item(&id(&template, "Unit tests")).unwrap().parent, None);
    let prose =
        template.nodes.iter().any(|node| matches!(&node.kind, NodeKind::Prose { text, .. } if text == "Run the tests"));
    assert!(prose, "its words stay to be read");
}

#[test]
fn all_at_once_is_as_sound_as_one_by_one() {
    let plain = read(FILE.as_bytes());
    let all: Vec<Correction> = plain.items.iter().map(|item| Correction::Content { item: item.id.clone() }).collect();
    let lines = u32::try_from(FILE.lines().count()).unwrap();
    let tasks = (1..=lines).map(|line| task_on(FILE.as_bytes(), line));
    for corrections in [all.clone(), tasks.clone().collect(), all.into_iter().chain(tasks).collect()] {
        let template = read_with(FILE.as_bytes(), &corrections);
        is_sound(&template, FILE.as_bytes());
        let json = serde_json::to_string(&corrections).unwrap();
        assert_eq!(read_with(FILE.as_bytes(), &serde_json::from_str::<Vec<_>>(&json).unwrap()), template);
    }
}

#[test]
fn fields_and_roles_are_put_right_and_what_does_not_fit_is_told() {
    let bytes = FILE.as_bytes();
    let plain = read(bytes);
    let field = |template: &Template, label: &str| match &template.item(&id(template, label)).unwrap().kind {
        ItemKind::Field { value, unit, .. } => (*value, unit.clone()),
        other => panic!("{other:?}"),
    };
    let mut corrections = Vec::new();
    let p95 = id(&plain, "p95");
    correct(bytes, &mut corrections, Correction::Unit { item: p95.clone(), unit: "s".into() }).unwrap();
    let template =
        correct(bytes, &mut corrections, Correction::Unit { item: p95.clone(), unit: "min".into() }).unwrap();
    assert_eq!((field(&template, "p95"), corrections.len()), ((ValueKind::Number, Some("min".into())), 1));
    let template = correct(bytes, &mut corrections, Correction::Value { item: p95, value: ValueKind::Text }).unwrap();
    assert_eq!((field(&template, "p95").0, corrections.len()), (ValueKind::Text, 2));

    let lead = plain.items.iter().find(|item| matches!(item.kind, ItemKind::SignOff { .. })).unwrap();
    let role = Correction::Role { item: lead.id.clone(), role: "Head of operations".into() };
    let template = correct(bytes, &mut corrections, role).unwrap();
    let ItemKind::SignOff { role } = &template.item(&lead.id).unwrap().kind else { panic!() };
    assert_eq!(role, "Head of operations");

    let task = id(&plain, "Run the tests");
    let wrong = Correction::Unit { item: task, unit: "ms".into() };
    assert!(correct(bytes, &mut corrections, wrong.clone()).unwrap_err().contains("no field"));
    assert_eq!(corrections.len(), 3, "what does not fit is not kept");
    let stranger = Correction::Content { item: ItemId::from("t000000000000") };
    let template = read_with(bytes, &[wrong, stranger]);
    assert_eq!(codes(&template).iter().filter(|code| **code == "correction_lost").count(), 2);

    take_back(&plain, &mut corrections, line("p95: __"));
    assert_eq!(corrections.len(), 1);
}

#[test]
fn a_later_version_takes_them_over_as_far_as_they_fit() {
    let plain = read(FILE.as_bytes());
    let corrections = [
        Correction::Content { item: id(&plain, "Unit tests") },
        Correction::Unit { item: id(&plain, "p95"), unit: "s".into() },
        task_on(FILE.as_bytes(), line("Tell the")),
        task_on(FILE.as_bytes(), line("Close the")),
    ];
    let later = FILE
        .replace("# Release", "# Release\n\nRead this first.")
        .replace("Unit tests", "All unit tests")
        .replace("Close the ticket afterwards.\n", "");
    let new = read(later.as_bytes());
    let carried = carry(&plain, &new, later.as_bytes(), &corrections);
    assert_eq!((carried.corrections.len(), carried.lost.len()), (3, 1));
    let template = read_with(later.as_bytes(), &carried.corrections);
    is_sound(&template, later.as_bytes());
    assert!(!codes(&template).contains(&"correction_lost"), "{:?}", template.problems);
    assert!(labels(&template).contains(&"Tell the customers") && !labels(&template).contains(&"All unit tests"));
}

#[test]
fn written_into_the_file_they_say_the_same() {
    let bytes = FILE.as_bytes();
    let plain = read(bytes);
    let lead = plain.items.iter().find(|item| matches!(item.kind, ItemKind::SignOff { .. })).unwrap();
    let corrections = [
        Correction::Content { item: id(&plain, "Unit tests") },
        Correction::Content { item: id(&plain, "Memory") },
        Correction::Value { item: id(&plain, "p95"), value: ValueKind::Date },
        Correction::Role { item: lead.id.clone(), role: "Head of operations".into() },
        Correction::Role { item: id(&plain, "Run the tests"), role: "QA".into() },
        task_on(bytes, line("Tell the")),
        task_on(bytes, line("Close the")),
        task_on(bytes, line("## Deploy")),
        // No annotation can stand in a code block.
        task_on(bytes, line("a: 1")),
    ];
    for file in [FILE.to_owned(), FILE.replace('\n', "\r\n")] {
        let written = annotate(file.as_bytes(), &corrections);
        assert_eq!((written.written, written.left_out.len()), (8, 1), "{}", String::from_utf8_lossy(&written.bytes));
        let (annotated, meant) = (read(&written.bytes), read_with(file.as_bytes(), &corrections[..8]));
        is_sound(&annotated, &written.bytes);
        let asked = |template: &Template| -> Vec<(u32, String)> {
            template.items.iter().map(|item| (item.line, format!("{:?}", std::mem::discriminant(&item.kind)))).collect()
        };
        assert_eq!(asked(&annotated), asked(&meant), "{}", String::from_utf8_lossy(&written.bytes));
        assert!(!codes(&annotated).contains(&"annotation"), "{:?}", annotated.problems);
        let again: String = String::from_utf8(written.bytes).unwrap();
        let without: String =
            again.lines().map(|line| line.split(" <!-- cs:").next().unwrap().to_owned() + "\n").collect();
        assert_eq!(without, FILE, "nothing but annotations was added");
    }
}

#[test]
fn annotations_that_correct_nothing_are_told() {
    for (file, hint) in [
        ("- [ ] a <!-- cs: task -->\n", "task"),
        ("Words. <!-- cs: content -->\n", "content"),
        ("- p95: ____ ms <!-- cs: content \"p99\" -->\n", "content"),
        ("- p95: ____ ms <!-- cs: type nubmer -->\n", "number"),
        ("- [ ] a <!-- CS: deploy -->\n", "small letters"),
        ("- [ ] a\n  <!-- cs depoly; deploy -->\n- [ ] b <!-- cs: depoly -->\n", "deploy"),
    ] {
        let template = read(file.as_bytes());
        let found = template.problems.iter().find(|problem| problem.code == "annotation");
        let found = found.unwrap_or_else(|| panic!("{file}: {:?}", template.problems));
        assert!(format!("{} {}", found.message, found.hint).contains(hint), "{found:?}");
    }
}

#[test]
fn the_page_of_annotations_names_each_and_each_that_it_shows_is_understood() {
    let page = include_str!("../../../../docs/annotations.md");
    let rows: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    for key in countersign_core::checklist::annotation::KEYS {
        assert!(rows.iter().any(|row| row.split([' ', ';']).any(|word| word == key)), "{key}");
    }
    for row in rows {
        // Each on a line that it can be about.
        let on =
            if row == "task" { "Words" } else { "- [ ] Words, p95: ____ ms, approved: ____________ Date: ________" };
        let key = row.split([' ', ';']).next().unwrap_or_default();
        let before = match key {
            "expect" => "probe GET https://a.example; ",
            // What a probe asks stands in a table of its own.
            key if !countersign_core::checklist::annotation::KEYS.contains(&key) => "probe ",
            _ => "",
        };
        let file = format!("{on} <!-- cs: {before}{} -->\n", row.replace("content \"p95\"", "content"));
        let template = read(file.as_bytes());
        assert!(!codes(&template).contains(&"annotation"), "{file}: {:?}", template.problems);
    }
}
