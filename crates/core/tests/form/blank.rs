//! What stands on a blank form.

use super::common::checklists;
use super::{form_of, slots};
use countersign_core::checklist::{ItemKind, read};
use countersign_core::report::Takes;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const SMALL: &str = "# Release

- [ ] Deploy
  - p95: ___ ms (target: <500ms)
- [ ] Status: [ ] Yes [ ] No [ ] n/a?
- Version: ________ by [Name]

Select one:

- [ ] Blue
- [ ] Green
- [ ] Off

| Step | Done | Value |
|---|---|---|
| First | [ ] | ____ ms, then ____ ms |

- Engineering lead: ____________ Date: ________
- [ ] GO / NO-GO: ____
";

#[test]
fn the_fields_of_a_checklist_are_these() {
    let (template, form) = form_of(SMALL.as_bytes());
    let by_id: BTreeMap<String, &str> =
        template.items.iter().map(|item| (item.id.to_string(), item.label.as_str())).collect();
    let shown: Vec<String> = form
        .fields
        .iter()
        .map(|field| {
            let (id, part) = field.name.split_once("-date").unwrap_or((&field.name, "-"));
            let name = by_id
                .get(id)
                .map_or(field.name.clone(), |label| format!("«{label}»{}", if part.is_empty() { " date" } else { "" }));
            format!("{name} {:?}", field.takes)
        })
        .collect();
    let expected = [
        "header-service Line",
        "header-release Line",
        "header-environment Line",
        "header-change Line",
        "header-deployer Line",
        "header-reviewers Line",
        "filled-by Line",
        "filled-on Line",
        "«Deploy» Tick",
        "«p95» Line",
        "«Status» Tick",
        "«Status» OneOf([\"Yes\", \"No\", \"n-a\"])",
        "«Version» Line",
        "«Release» OneOf([\"Blue\", \"Green\", \"option-3\"])",
        "«First» Tick",
        "«First · Value» Line",
        "«then» Line",
        "«Engineering lead» Line",
        "«Engineering lead» date Line",
        "«GO / NO-GO» Tick",
        "«GO / NO-GO» OneOf([\"GO\", \"NO-GO\"])",
        "notes Line",
    ];
    let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
    assert_eq!(shown.iter().map(|line| line.replace("notes Lines", "notes Line")).collect::<Vec<_>>(), expected);
    let p95 = form.fields.iter().find(|field| field.words.starts_with("p95")).unwrap();
    assert_eq!(p95.words, "p95 [ms] (<500ms)");
    assert_eq!(form.attachments[0].bytes, SMALL.as_bytes());
}

fn every_item_has_its_field_and_every_field_its_place(bytes: &[u8], name: &str) {
    let (template, form) = form_of(bytes);
    let names: BTreeSet<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names.len(), form.fields.len(), "{name}: each name once");
    let mut expected: BTreeSet<String> = ["service", "release", "environment", "change", "deployer", "reviewers"]
        .map(|key| format!("header-{key}"))
        .into();
    expected.extend(["filled-by", "filled-on", "notes"].map(str::to_owned));
    for item in &template.items {
        let id = item.id.to_string();
        let takes = &form
            .fields
            .iter()
            .find(|field| field.name == id)
            .unwrap_or_else(|| panic!("{name}: {}", item.label))
            .takes;
        let fits = match &item.kind {
            ItemKind::Task { .. } => *takes == Takes::Tick,
            ItemKind::Field { .. } | ItemKind::SignOff { .. } => matches!(takes, Takes::Line | Takes::Lines),
            ItemKind::Choice { options } | ItemKind::Gate { options } => {
                matches!(takes, Takes::OneOf(states) if states.len() == options.len())
            }
        };
        assert!(fits, "{name}: {} takes {takes:?}", item.label);
        expected.insert(id);
    }
    let dates: BTreeSet<String> = template
        .items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::SignOff { .. }))
        .map(|item| format!("{}-date", item.id))
        .collect();
    let strays: Vec<_> = names.iter().filter(|name| !expected.contains(**name) && !dates.contains(**name)).collect();
    assert!(strays.is_empty(), "{name}: {strays:?}");
    // Where it stands: each field once, a choice once for each of its options.
    let mut places: BTreeMap<(usize, Option<usize>), usize> = BTreeMap::new();
    for slot in slots(&form) {
        *places.entry((slot.field, slot.option)).or_default() += 1;
    }
    for (at, field) in form.fields.iter().enumerate() {
        let of = |option| places.get(&(at, option)).copied().unwrap_or_default();
        match &field.takes {
            Takes::OneOf(states) => {
                (0..states.len()).for_each(|k| assert_eq!(of(Some(k)), 1, "{name}: {} option {k}", field.words))
            }
            _ => assert_eq!(of(None), 1, "{name}: {}", field.words),
        }
    }
}

#[test]
fn every_task_field_choice_and_sign_off_line_has_its_field_and_every_field_its_place() {
    every_item_has_its_field_and_every_field_its_place(SMALL.as_bytes(), "small");
    let all = checklists();
    assert!(all.len() >= 5);
    for (path, bytes) in all {
        every_item_has_its_field_and_every_field_its_place(&bytes, &path.display().to_string());
    }
}

#[test]
fn the_names_of_fields_stay_while_the_file_is_edited() {
    let (_, form) = form_of(SMALL.as_bytes());
    let edited = SMALL.replace("# Release\n", "# Release\n\nA new introduction.\n\n- [ ] A new first step\n");
    let (template, _) = form_of(edited.as_bytes());
    let kept =
        form.fields.iter().filter(|field| template.items.iter().any(|item| item.id.to_string() == field.name)).count();
    assert_eq!(kept, read(SMALL.as_bytes()).items.len());
}

proptest! {
    #[test]
    fn any_lines_of_a_checklist_make_a_whole_form(lines in prop::collection::vec(prop::sample::select(SMALL.lines().collect::<Vec<_>>()), 0..40)) {
        every_item_has_its_field_and_every_field_its_place(lines.join("\n").as_bytes(), "shuffled");
    }
}
