//! Small checklists, one construct each, and the items they are read into.

use super::dump::items;
use countersign_core::checklist::{NodeKind, Template, read};

fn template(text: &str) -> Template {
    let template = read(text.as_bytes());
    assert!(template.lossless, "{text}");
    template
}

fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(items(&template(text)), *expected, "{text}");
    }
}

#[test]
fn tasks_stand_in_every_kind_of_list() {
    check(&[
        ("- [ ] a\n* [x] b\n+ [X] c\n", &["1 task Bullet «a»", "2 task Bullet ✓ «b»", "3 task Bullet ✓ «c»"]),
        ("1. [ ] a\n2) [ ] b\n", &["1 task Ordered «a»", "2 task Ordered «b»"]),
        ("### [ ] Phase\n", &["1 task Heading «Phase»"]),
        (
            "- [ ] a\n  - [ ] b\n    - [ ] c\n- [ ] d\n",
            &["1 task Bullet «a»", "2 task Nested «b» under «a»", "3 task Nested «c» under «b»", "4 task Bullet «d»"],
        ),
        (
            "- [ ] a\n\n   - [ ] by content column\n",
            &["1 task Bullet «a»", "3 task Nested «by content column» under «a»"],
        ),
        (
            "1. [ ] a\n  - [ ] two columns will do\n",
            &["1 task Ordered «a»", "2 task Nested «two columns will do» under «a»"],
        ),
        ("- [ ] a\n\t- [ ] tab\n", &["1 task Bullet «a»", "2 task Nested «tab» under «a»"]),
        (" - [ ] a\n - [ ] b\n", &["1 task Bullet «a»", "2 task Bullet «b»"]),
        (
            "- [ ] wrapped\n  here\nand lazily\n\n- [ ] loose\n",
            &["1 task Bullet «wrapped here and lazily»", "5 task Bullet «loose»"],
        ),
        ("> [!NOTE]\n> - [ ] quoted\n", &["2 task Bullet «quoted»"]),
        ("<details>\n<summary>More</summary>\n- [ ] inside\n</details>\n", &["3 task Bullet «inside»"]),
        ("- Group\n  - [ ] a\n", &["2 task Nested «a»"]),
        (
            "- ☐ a\n- ☑ b\n⬜ c\n[ ] d\n",
            &["1 task Bullet «a»", "2 task Bullet ✓ «b»", "3 task Bullet «c»", "4 task Bullet «d»"],
        ),
        ("☐ a\n☐ b\n", &["1 task Bullet «a»", "2 task Bullet «b»"]),
        ("-[ ] no space\n", &["1 task Bullet «no space»"]),
        ("- [-] part\n- [N/A] none\n", &["1 task Bullet «part»", "2 task Bullet «none»"]),
        ("- [ ] [ ] twice\n", &["1 task Bullet «twice»"]),
        ("- [ ] ✅ once\n", &["1 task Bullet «✅ once»"]),
        ("- [ ] a\r\n- [ ] b\r\n", &["1 task Bullet «a»", "2 task Bullet «b»"]),
    ]);
}

#[test]
fn what_is_no_task_is_not_taken_for_one() {
    check(&[
        ("<!-- - [ ] a -->\n<!--\n- [ ] b\n-->\n[//]: # ([ ] c)\n", &[]),
        ("Error rate [X]% and [x] marks\n", &[]),
        ("```js\n// [ ] a\n- [ ] b\n```\n", &[]),
        ("    - code\n", &[]),
        ("[x](y) and [ref]: z\n", &[]),
        ("## Instructions\n- ✅ Check the box when done\n", &[]),
        ("```\nTime: [HH:MM]\n[X] sent\n[ ] closed\n```\n", &[]),
        ("# ✅ Done list\n", &[]),
        ("Pick one\n\n- [ ] a\n- [ ] b\n", &["3 choice a | b «»"]),
        (
            "### Type\n<!-- Select one -->\n- [ ] a\n- [ ] b\n\n### Next\n- [ ] c\n",
            &["3 choice a | b «Type»", "7 task Bullet «c»"],
        ),
        ("### Criteria\n- [ ] \n", &["2 field Text «Criteria»"]),
    ]);
}

#[test]
fn fences_are_read_by_what_they_hold() {
    check(&[
        ("```env\n- [ ] A=<b>\n```\n", &["2 task Fenced «A=<b>»"]),
        ("```[tasklist]\n### x\n- [ ] **a**\n```\n", &["3 task Fenced «a»"]),
        ("```text\n┌──┐\n│ ☐ a │\n└──┘\n```\n", &["3 task Fenced «a»"]),
        ("```bash\n# [ ] a\nmake b\n```\n", &["2 task Fenced «a»"]),
        ("- ```\n  a\n  ```\n- [ ] after a fence on the bullet\n", &["4 task Bullet «after a fence on the bullet»"]),
        ("- [ ] a\n  ```sh\n  make b\n```\n- [ ] c\n", &["1 task Bullet «a» runs [\"make b\"]", "5 task Bullet «c»"]),
        ("```cmd``` is inline\n- [ ] a\n", &["2 task Bullet «a»"]),
        ("```\nnever closed\n\n- [ ] a\n", &["4 task Bullet «a»"]),
        ("STATUS:\n```\n□ A\nSTATUS: □ B □ C\n```\n", &["3 task Fenced «A»"]),
        ("## Notes\n```\n________\n\n________\n```\n", &["2 field Text «Notes»"]),
    ]);
}

#[test]
fn lines_to_fill_in_sign_and_choose() {
    check(&[
        (
            "- [ ] Error Rate: ___% (target: <0.1%)\n",
            &["1 task Bullet «Error Rate»", "1 field Number[%] «Error Rate» under «Error Rate» Target: value < 0.1%"],
        ),
        ("**Deployed By**: ____\n**Date**: ____\n", &["1 field Contact «Deployed By»", "2 field Date «Date»"]),
        ("- [ ] Lead: ______ Date: ___\n", &["1 task Bullet «Lead»", "1 sign-off by Lead «Lead» under «Lead»"]),
        ("**Unterschrift**: ______ Datum: ___\n", &["1 sign-off by Unterschrift «Unterschrift»"]),
        ("- [ ] Better? ☐ Yes ☐ No\n", &["1 task Bullet «Better?»", "1 choice Yes | No «Better?» under «Better?»"]),
        ("**Decision:** [ ] GO  [ ] NO-GO\n", &["1 gate GO | NO-GO «Decision»"]),
        (
            "- [ ] **Gate**: Expand or hold decision\n",
            &[
                "1 task Bullet «Gate: Expand or hold decision»",
                "1 gate Expand | hold «Expand or hold decision» under «Gate: Expand or hold decision»",
            ],
        ),
        (
            "- **Primary**: [Name] - [Contact]\n",
            &["1 field Contact «Primary Name»", "1 field Contact «Primary Contact»"],
        ),
        ("**Reason:**\n_[Say why it was decided]_\n", &["2 field Text «Reason»"]),
        ("Votes: ___ For, ___ Against\n", &["1 field Number «For»", "1 field Number «Against»"]),
        ("- **Total:** \n- **Used:** \n", &["1 field Text «Total»", "2 field Text «Used»"]),
    ]);
}

#[test]
fn tables_are_told_apart_by_their_heads() {
    check(&[
        (
            "| Role | Name | Phone |\n|---|---|---|\n| Lead | | [Phone] |\n",
            &["3 field Contact «Lead · Name»", "3 field Contact «Lead · Phone»"],
        ),
        (
            "| # | Item | Done | Owner |\n|---|---|---|---|\n| 1 | Load < 3 s | ☐ | Ana |\n",
            &["3 task Table «Load < 3 s» Target: load < 3 s owner Ana"],
        ),
        (
            "| Item | By |\n|---|---|\n| ☐ a | |\n<!-- x -->\n| ☐ b | |\n",
            &[
                "3 task Table «a»",
                "3 field Contact «a · By» under «a»",
                "5 task Table «b»",
                "5 field Contact «b · By» under «b»",
            ],
        ),
        (
            "| Role | Signature | Date |\n|---|---|---|\n| Lead | | |\n",
            &["3 sign-off by Lead «Lead · Signature»", "3 field Date «Lead · Date»"],
        ),
        (
            "| KPI | Actual | Target |\n|---|---|---|\n| Rate | ___% | >98% |\n",
            &["3 field Number[%] «Rate · Actual» Target: value > 98%"],
        ),
        ("| Check | Yes | No |\n|---|---|---|\n| Backup | ☐ | ☐ |\n", &["3 choice Yes | No «Backup»"]),
        ("| Port | Use |\n|---|---|\n| 80 | web |\n", &[]),
    ]);
}

#[test]
fn annotations_say_what_markdown_cannot() {
    check(&[
        ("- [ ] Deploy <!-- cs: deploy; evidence log -->\n", &["1 task Bullet «Deploy» evidence [\"log\"] [Deploy]"]),
        (
            "- [ ] Approve\n  <!-- cs: sign-off role \"Lead\"; meaning approved -->\n",
            &[
                "1 task Bullet «Approve»",
                "2 sign-off by Lead «Lead» under «Approve» [SignOff { role: \"Lead\", meaning: \"approved\" }]",
            ],
        ),
        ("<!-- cs: owner @ana; if major changes -->\n- [ ] a\n", &["2 task Bullet «a» owner @ana if major changes"]),
        (
            "- p95: ____\n  <!-- cs: unit ms; limit value < 500 ms; alert value > 1 s -->\n",
            &["1 field Number[ms] «p95» Target: value < 500 ms Alert: value > 1 s"],
        ),
        (
            "- [ ] Go on\n  <!-- cs: gate proceed, hold -->\n",
            &["1 task Bullet «Go on»", "2 gate proceed | hold «Go on» under «Go on»"],
        ),
    ]);
    let text = "- [ ] Up\n  <!-- cs: probe GET https://a.example/health; expect http.status == 200; expect body.status == \"ok\" -->\n";
    let probes = template(text).probes;
    let expect: Vec<String> = probes[0].expect.iter().map(ToString::to_string).collect();
    assert_eq!((probes.len(), expect), (1, vec!["http.status == 200".to_owned(), "body.status == \"ok\"".to_owned()]));
    assert_eq!(template("## Figures\n<!-- cs: baseline -->\n").sections[1].marks.len(), 1);
}

#[test]
fn what_was_guessed_repaired_or_wrong_is_said_with_its_place() {
    for (text, line, column, code) in [
        ("- [ ] a\n```sh\nx\n\n- [ ] b\n", 2, 1, "unclosed_fence"),
        ("- [ ] [ ] a\n", 1, 3, "doubled_box"),
        ("- [~] a\n", 1, 3, "unusual_mark"),
        ("- [ ] \n", 1, 3, "empty_item"),
        ("x\n- [ ] see [the docs][nowhere]\n", 2, 11, "unresolved_reference"),
        ("é \u{e2}\u{2030}\u{a5} 80%\n", 1, 3, "mojibake"),
        ("- [ ] a <!-- cs: depoly -->\n", 1, 9, "annotation"),
        ("- [ ] a\n\n<!-- cs: deploy -->\n", 3, 1, "annotation_alone"),
        ("a\n<!-- never closed\n", 2, 1, "unclosed_comment"),
        ("```\n[ ] a\n```\n", 1, 1, "fenced_boxes"),
        ("- [ ] x\n\n```bash\ncurl https://<host>/health\n```\n", 4, 1, "probe_placeholder"),
        ("---\npolicy:\n  - nonsense: x\n---\n", 3, 1, "policy_not_understood"),
        ("some text, with a comma: yes\n---\n", 2, 1, "rule_under_text"),
    ] {
        let problems = template(text).problems;
        let found: Vec<_> = problems.iter().map(|problem| (problem.line, problem.column, &*problem.code)).collect();
        assert_eq!(found, [(line, column, code)], "{text}");
        assert!(problems.iter().all(|problem| !problem.hint.is_empty() && !problem.message.is_empty()), "{text}");
    }
}

#[test]
fn an_item_keeps_its_id_when_others_come_go_or_move_around_it() {
    let ids = |text: &str| -> Vec<String> { template(text).items.iter().map(|item| item.id.to_string()).collect() };
    let before = ids("# T\n## A\n- [ ] one\n- [ ] two\n## B\n- [ ] one\n");
    let after = ids("# T\n\nWords.\n## B\n- [ ] one\n## A\n- [ ] zero\n- [ ] **Two**:\n- [ ] one\n");
    assert_eq!(before.len(), 3);
    assert_ne!(before[0], before[2], "the same words in another section are another item");
    for id in &before {
        assert!(after.contains(id));
    }
}

#[test]
fn our_own_checklists_are_read_without_a_warning_and_as_commonmark_reads_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../checklists");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let template = template(&text);
        let worst = template.problems.iter().map(|problem| problem.severity).max();
        assert!(worst.is_none_or(|worst| worst == countersign_core::checklist::Severity::Note), "{}", path.display());
        let boxes = pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::ENABLE_TASKLISTS)
            .filter(|event| matches!(event, pulldown_cmark::Event::TaskListMarker(_)))
            .count();
        assert_eq!(template.counts.tasks as usize, boxes, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 5);
}

#[test]
fn a_whole_checklist_reads_as_it_was_reviewed() {
    let template = template(include_str!("golden/release.md"));
    let found = super::dump::dump(&template);
    let expected = include_str!("golden/release.txt");
    for (number, (found, expected)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of the golden file", number + 1);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

#[test]
fn items_are_found_by_id_and_sign_offs_by_line_also_after_a_way_through_json() {
    let read = template("- [ ] Deploy\n- [ ] Approved by: ____________ Date: ________\n- [ ] Deploy\n");
    let again: Template = serde_json::from_str(&serde_json::to_string(&read).unwrap()).unwrap();
    for template in [&read, &again] {
        for item in &template.items {
            assert_eq!(template.item(&item.id), Some(item));
        }
        assert_eq!(template.item(&"no such item".into()), None);
        let beside: Vec<bool> =
            template.items.iter().map(|item| template.sign_off_on_line_of(item).is_some()).collect();
        let signed = template.items.iter().position(|item| item.label.starts_with("Approved")).unwrap();
        assert_eq!(beside.iter().filter(|beside| **beside).count(), 1);
        assert!(beside[signed], "the task on the line of the sign-off");
    }
    assert_eq!(read, again);
}

#[test]
fn what_is_called_after_something_very_long_is_called_by_its_first_words() {
    let words = "Wait for every worker ".repeat(200);
    let long = format!("- [ ] {words}\n  - [ ]\n  - [ ]\n\n{words}__, __, __\n\n|{words}|a|\n|-|-|\n|{words}||\n");
    let read = template(&long);
    assert_eq!(read.items[0].label, words.trim(), "its own words stay whole");
    let called: Vec<usize> = read.items.iter().skip(1).map(|item| item.label.len()).collect();
    assert!(called.len() >= 6 && called.iter().all(|length| (900..1100).contains(length)), "{called:?}");
}

#[test]
fn a_table_of_many_columns_and_many_short_rows_is_read() {
    let read = template(&["|a".repeat(20_000), "|-".repeat(20_000), "|\n".repeat(20_000)].join("\n"));
    let rows = read.nodes.iter().find_map(|node| match &node.kind {
        NodeKind::Table { head, rows, .. } => Some((head.len(), rows.len())),
        _ => None,
    });
    assert_eq!((rows, read.lossless), (Some((20_000, 20_000)), true));
}

#[test]
fn each_link_to_nowhere_in_a_long_paragraph_has_its_own_place() {
    let read = template(&"x [a][b]\n".repeat(3_000));
    let places: Vec<(u32, u32)> = read.problems.iter().map(|problem| (problem.line, problem.column)).collect();
    assert_eq!(places, (1..=3_000).map(|line| (line, 3)).collect::<Vec<_>>());
}
