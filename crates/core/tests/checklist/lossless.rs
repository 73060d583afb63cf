//! Every byte of every input belongs to one node, whatever the input is.

use super::printed;
use countersign_core::checklist::{Template, read};
use proptest::prelude::*;

fn checked(bytes: &[u8]) -> Template {
    let template = read(bytes);
    assert!(template.lossless, "{:?}", String::from_utf8_lossy(bytes));
    assert!(printed(&template, bytes) == bytes);
    let places = template.items.iter().map(|item| (item.line, item.column));
    assert!(
        places
            .chain(template.problems.iter().map(|problem| (problem.line, problem.column)))
            .all(|(line, column)| line > 0 && column > 0)
    );
    template
}

/// Pieces that checklists are made of, and pieces that break them.
const PIECES: [&str; 64] = [
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "  ",
    "    ",
    "\t",
    "- [ ] ",
    "- [x] ",
    "* ",
    "+ [X] ",
    "1. ",
    "2) [ ] ",
    "# ",
    "### [ ] ",
    "> ",
    "> - [ ] ",
    "```",
    "```bash\n",
    "~~~",
    "```env\n",
    "---",
    "===",
    "___",
    "| a | b |",
    "|---|---|",
    "| ☐ | |",
    "☐ Yes ☐ No",
    "☐ ",
    "⬜ ",
    "✅ ",
    "[ ] ",
    "[]",
    "[",
    "]",
    "](",
    ")",
    "<!-- ",
    " -->",
    "<!-- cs: probe GET https://a.example/; expect http.status == 200 -->",
    "<details>",
    "<b",
    "**",
    "*",
    "__",
    "_",
    "`",
    "___ms",
    "Date: ____",
    "p95 < 500ms",
    "(target: >",
    "99.9%",
    "https://a.example/x",
    "\\",
    "&#x2610;",
    "[a]: b.md",
    "[//]: # (x)",
    "â‰¥",
    "é",
    "word",
    "\u{feff}",
    "\0",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_that_looks_like_a_checklist(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60)) {
        checked(pieces.concat().as_bytes());
    }

    #[test]
    fn bytes_that_are_anything(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        checked(&bytes);
    }

    #[test]
    fn text_with_bytes_broken_in(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..40), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = pieces.concat().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        checked(&bytes);
    }

    #[test]
    fn the_same_bytes_read_the_same(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        let text = pieces.concat();
        prop_assert_eq!(read(text.as_bytes()), read(text.as_bytes()));
    }
}

#[test]
fn inputs_made_to_be_slow_or_deep_are_read() {
    let many = 20_000;
    let deep: String = (0..2_000).map(|depth| format!("{}- [ ] x\n", "  ".repeat(depth % 400))).collect();
    for text in [
        "[".repeat(many),
        "[a](".repeat(many),
        "> ".repeat(many),
        format!("{}- [ ] x", "> ".repeat(many)),
        "- ".repeat(many),
        "```\n".repeat(many + 1),
        "<!-- ".repeat(many),
        "`".repeat(many),
        "` `` ``` ".repeat(many / 4),
        "**a _b ".repeat(many),
        "_".repeat(many),
        "<a ".repeat(many),
        "|".repeat(many),
        (1..400).rev().map(|length| "`".repeat(length) + "\n").collect(),
        "- [ ] Merge\n".repeat(10_000),
        deep,
    ] {
        checked(text.as_bytes());
    }
}
