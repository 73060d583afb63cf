//! Tables: how a row splits into cells, and what a table is for.

use super::marker::{Mark, Tick};
use super::model::TablePurpose;

/// The cells of a row, without the spaces around them. A bar in inline code or after a backslash does not split.
pub(super) fn cells(row: &str) -> Vec<&str> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = if row.ends_with('|') && !row.ends_with("\\|") { row.get(..row.len() - 1).unwrap_or(row) } else { row };
    let mut out = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, byte) in row.bytes().enumerate() {
        if byte == b'|' && !escaped {
            out.push(row.get(start..at).unwrap_or_default().trim());
            start = at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    out.push(row.get(start..).unwrap_or_default().trim());
    out
}

/// What stands in a cell, as far as it can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content<'t> {
    Empty,
    /// A box with the words after it.
    Box(Mark, &'t str),
    /// Nothing but a placeholder, such as `[Name]` or underscores.
    Blank(&'t str),
    Words,
}

pub(super) fn content(cell: &str) -> Content<'_> {
    let bare = cell.trim_matches([' ', '\u{a0}', '`']);
    if bare.is_empty() {
        return Content::Empty;
    }
    if let Some(tick) = Tick::leading(cell) {
        let rest = cell.get(tick.length..).unwrap_or_default().trim();
        let settled = cell.starts_with(['✅', '✔']);
        if Tick::at(rest).is_none() && !(settled) && !has_box(rest) {
            return Content::Box(tick.mark, rest);
        }
    }
    if bare.len() >= 2
        && bare.bytes().all(|byte| matches!(byte, b'_' | b' ' | b'/' | b'\\' | b'.' | b':'))
        && bare.contains("__")
    {
        return Content::Blank(bare);
    }
    if is_placeholder(bare) { Content::Blank(bare) } else { Content::Words }
}

fn has_box(text: &str) -> bool {
    text.contains(['☐', '□', '⬜', '☑', '☒']) || text.contains("[ ]")
}

/// `[Name]`, `[Phone/Slack]`, `TBD`: to be replaced by what it names.
pub(super) fn is_placeholder(text: &str) -> bool {
    let inside = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let named = inside.is_some_and(|inside| {
        inside.len() > 1
            && inside.len() < 40
            && !inside.contains(['[', ']'])
            && inside.chars().next().is_some_and(char::is_alphabetic)
    });
    named
        || matches!(
            text,
            "TBD" | "tbd" | "TBC" | "…" | "..." | "YYYY-MM-DD" | "HH:MM" | "DD/MM/YYYY" | "MM/DD/YYYY" | "TT.MM.JJJJ"
        )
}

/// `🟢/🟡/🔴`, `↑/→/↓`: options that are one sign each.
pub(super) fn signs(cell: &str) -> Option<Vec<String>> {
    let signs: Vec<&str> = cell.split('/').map(str::trim).collect();
    let one = |sign: &&str| {
        !sign.is_ascii() && (1..=2).contains(&sign.chars().count()) && !sign.chars().any(char::is_alphanumeric)
    };
    (signs.len() > 1 && signs.iter().all(one)).then(|| signs.into_iter().map(str::to_owned).collect())
}

/// The column that has a row's target, and the one that has its owner.
pub(super) fn column(head: &[String], words: &[&str]) -> Option<usize> {
    head.iter().map(|cell| cell.to_lowercase()).position(|cell| words.iter().any(|word| cell.contains(word)))
}

pub(super) const TARGET: [&str; 7] = ["target", "threshold", "goal", "zielwert", "soll", "objetivo", "meta"];
pub(super) const OWNER: [&str; 9] =
    ["owner", "responsible", "assignee", "assigned", "responsável", "responsable", "verantwortlich", "责任人", "担当"];

const PEOPLE: [&str; 22] = [
    "phone",
    "email",
    "e-mail",
    "mail",
    "slack",
    "contact",
    "telefon",
    "teléfono",
    "telefone",
    "kontakt",
    "contacto",
    "contato",
    "mobile",
    "cell",
    "电话",
    "邮箱",
    "联系方式",
    "联系人",
    "連絡先",
    "телефон",
    "контакт",
    "handle",
];
const SIGNED: [&str; 12] = [
    "signature",
    "sign-off",
    "signoff",
    "signed",
    "unterschrift",
    "firma",
    "assinatura",
    "подпись",
    "签字",
    "签名",
    "署名",
    "approval",
];
const DECIDING: [&str; 12] = [
    "severity",
    "condition",
    "trigger",
    "if",
    "threshold",
    "symptom",
    "scenario",
    "error rate",
    "criteria",
    "bedingung",
    "condição",
    "gravidade",
];
const ACTION: [&str; 9] =
    ["action", "decision", "response", "then", "timeline", "what to do", "maßnahme", "ação", "acción"];

/// What a table is for, by its head and rows.
pub(super) fn purpose(head: &[String], rows: &[Vec<&str>]) -> TablePurpose {
    let head: Vec<String> = head.iter().map(|cell| cell.to_lowercase()).collect();
    let any = |words: &[&str]| head.iter().any(|cell| words.iter().any(|word| cell.contains(word)));
    let boxed = |row: &Vec<&str>| row.iter().any(|cell| matches!(content(cell), Content::Box(..)) || has_box(cell));
    let open = |row: &Vec<&str>| row.iter().any(|cell| matches!(content(cell), Content::Empty | Content::Blank(_)));
    if rows.iter().any(boxed) {
        if any(&SIGNED) && rows.iter().any(open) && !rows.iter().all(boxed) {
            TablePurpose::SignOff
        } else {
            TablePurpose::Checklist
        }
    } else if any(&SIGNED) && rows.iter().any(open) && head.len() > 1 {
        TablePurpose::SignOff
    } else if any(&PEOPLE) && head.len() > 1 {
        TablePurpose::Contacts
    } else if any(&DECIDING) && any(&ACTION) {
        TablePurpose::Decision
    } else {
        TablePurpose::Reference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_split_at_bars_that_are_not_escaped() {
        assert_eq!(cells("| a | b \\| c | |"), ["a", "b \\| c", ""]);
        assert_eq!(cells("a|b"), ["a", "b"]);
        assert_eq!(cells("||"), [""]);
    }

    #[test]
    fn a_cell_is_empty_boxed_blank_or_words() {
        for (cell, expected) in [
            ("", Content::Empty),
            ("☐ Done", Content::Box(Mark::Open, "Done")),
            ("[ ]", Content::Box(Mark::Open, "")),
            ("____", Content::Blank("____")),
            ("`____`", Content::Blank("____")),
            ("[Name]", Content::Blank("[Name]")),
            ("☐ Yes ☐ No", Content::Words),
            ("✅ Live", Content::Words),
            ("PagerDuty", Content::Words),
        ] {
            assert_eq!(content(cell), expected, "{cell}");
        }
    }

    #[test]
    fn a_table_is_for_what_its_head_says() {
        let head = |text: &str| cells(text).into_iter().map(str::to_owned).collect::<Vec<_>>();
        for (title, row, expected) in [
            ("Role|Name|Phone", "Lead|||", TablePurpose::Contacts),
            ("Severity|Error Rate|Action", "High|>5%|Rollback", TablePurpose::Decision),
            ("Step|Owner|Status", "Deploy|Ana|☐", TablePurpose::Checklist),
            ("Role|Signature|Date", "Lead|||", TablePurpose::SignOff),
            ("Service|Port", "api|80", TablePurpose::Reference),
        ] {
            assert_eq!(purpose(&head(title), &[cells(row)]), expected, "{title}");
        }
    }
}
