//! Tables: how a row splits into cells, and what a table is for.

use super::marker::{Mark, Tick};
use super::model::TablePurpose;
use super::phrase::{Pairs, Phrase};

/// The cells of a row, without the spaces around them. A bar in inline code or after a backslash does not split.
pub(super) fn cells(row: &str) -> impl Iterator<Item = &str> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = if row.ends_with('|') && !row.ends_with("\\|") { row.get(..row.len() - 1).unwrap_or(row) } else { row };
    let mut marks = memchr::memchr2_iter(b'|', b'\\', row.as_bytes());
    let mut start = Some(0);
    let mut escaped = usize::MAX;
    std::iter::from_fn(move || {
        let from = start?;
        for at in marks.by_ref() {
            match row.as_bytes().get(at) {
                _ if at == escaped => {}
                Some(b'|') => {
                    start = Some(at + 1);
                    return row.get(from..at).map(str::trim);
                }
                _ => escaped = at + 1,
            }
        }
        start = None;
        row.get(from..).map(str::trim)
    })
}

/// A cell of a row, looked at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'t> {
    pub(super) text: &'t str,
    pub(super) content: Content<'t>,
}

/// The rows under a table's head, each split into its cells.
#[derive(Default)]
pub(super) struct Rows<'t> {
    entries: Vec<Entry<'t>>,
    /// By row: one past its last entry.
    ends: Vec<usize>,
}

impl<'t> Rows<'t> {
    pub(super) fn of(rows: impl ExactSizeIterator<Item = &'t str>, columns: usize) -> Self {
        let count = rows.len();
        let mut all = Self { entries: Vec::with_capacity(count * columns.min(8)), ends: Vec::with_capacity(count) };
        for row in rows {
            all.entries.extend(cells(row).map(|text| Entry { text, content: content(text) }));
            all.ends.push(all.entries.len());
        }
        all
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[Entry<'t>]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| self.entries.get(*start..*end).unwrap_or_default())
    }

    /// By column: whether nothing but places to fill in stands in it.
    pub(super) fn empty_columns(&self, columns: usize) -> Vec<bool> {
        let mut empty = vec![true; columns];
        for row in self.iter() {
            for (column, entry) in empty.iter_mut().zip(row) {
                *column &= matches!(entry.content, Content::Empty | Content::Blank(_));
            }
        }
        empty
    }
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
    let plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if plain(cell.as_bytes().first()) && plain(cell.as_bytes().last()) {
        return if is_placeholder(cell) { Content::Blank(cell) } else { Content::Words };
    }
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
    // The boxes start with the same byte.
    memchr::memchr2(0xe2, b'[', text.as_bytes()).is_some()
        && (text.contains(['☐', '□', '⬜', '☑', '☒']) || text.contains("[ ]"))
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
    if cell.is_ascii() || memchr::memchr(b'/', cell.as_bytes()).is_none() {
        return None;
    }
    let signs: Vec<&str> = cell.split('/').map(str::trim).collect();
    let one = |sign: &&str| {
        !sign.is_ascii() && (1..=2).contains(&sign.chars().count()) && !sign.chars().any(char::is_alphanumeric)
    };
    (signs.len() > 1 && signs.iter().all(one)).then(|| signs.into_iter().map(str::to_owned).collect())
}

/// The words of a table's head.
pub(super) struct Head {
    /// Of each column, in lower case, and what occurs in them.
    cells: Vec<(String, Pairs)>,
}

impl Head {
    pub(super) fn of(cells: &[String]) -> Self {
        let lower = cells.iter().map(|cell| cell.to_lowercase());
        Self { cells: lower.map(|cell| (Pairs::of(&cell), cell)).map(|(pairs, cell)| (cell, pairs)).collect() }
    }

    /// The first column that is about one of the things.
    fn column(&self, things: &[Phrase]) -> Option<usize> {
        self.cells.iter().position(|(cell, pairs)| pairs.holds_any(cell, things))
    }

    fn says(&self, things: &[Phrase]) -> bool {
        self.column(things).is_some()
    }

    /// The column that has a row's target.
    pub(super) fn target(&self) -> Option<usize> {
        self.column(&TARGET)
    }

    /// The column that says who is to do what a row says.
    pub(super) fn owner(&self) -> Option<usize> {
        self.column(&OWNER)
    }
}

static TARGET: [Phrase; 7] = Phrase::all(["target", "threshold", "goal", "zielwert", "soll", "objetivo", "meta"]);
static OWNER: [Phrase; 9] = Phrase::all([
    "owner",
    "responsible",
    "assignee",
    "assigned",
    "responsável",
    "responsable",
    "verantwortlich",
    "责任人",
    "担当",
]);

static PEOPLE: [Phrase; 22] = Phrase::all([
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
]);
static SIGNED: [Phrase; 12] = Phrase::all([
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
]);
static DECIDING: [Phrase; 12] = Phrase::all([
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
]);
static ACTION: [Phrase; 9] =
    Phrase::all(["action", "decision", "response", "then", "timeline", "what to do", "maßnahme", "ação", "acción"]);

/// What a table is for, by its head and rows.
pub(super) fn purpose(head: &Head, rows: &Rows<'_>) -> TablePurpose {
    let boxed =
        |row: &[Entry<'_>]| row.iter().any(|entry| matches!(entry.content, Content::Box(..)) || has_box(entry.text));
    let open = |row: &[Entry<'_>]| row.iter().any(|entry| matches!(entry.content, Content::Empty | Content::Blank(_)));
    let several = head.cells.len() > 1;
    if rows.iter().any(boxed) {
        if head.says(&SIGNED) && rows.iter().any(open) && !rows.iter().all(boxed) {
            TablePurpose::SignOff
        } else {
            TablePurpose::Checklist
        }
    } else if several && rows.iter().any(open) && head.says(&SIGNED) {
        TablePurpose::SignOff
    } else if several && head.says(&PEOPLE) {
        TablePurpose::Contacts
    } else if head.says(&DECIDING) && head.says(&ACTION) {
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
        for (row, expected) in [
            ("| a | b \\| c | |", &["a", "b \\| c", ""][..]),
            ("a|b", &["a", "b"]),
            ("||", &[""]),
            ("", &[""]),
            ("a \\\\| b", &["a \\\\", "b"]),
        ] {
            assert_eq!(cells(row).collect::<Vec<_>>(), expected, "{row}");
        }
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
        let head = |text: &str| Head::of(&cells(text).map(str::to_owned).collect::<Vec<_>>());
        for (title, row, expected) in [
            ("Role|Name|Phone", "Lead|||", TablePurpose::Contacts),
            ("Severity|Error Rate|Action", "High|>5%|Rollback", TablePurpose::Decision),
            ("Step|Owner|Status", "Deploy|Ana|☐", TablePurpose::Checklist),
            ("Role|Signature|Date", "Lead|||", TablePurpose::SignOff),
            ("Service|Port", "api|80", TablePurpose::Reference),
        ] {
            assert_eq!(purpose(&head(title), &Rows::of([row].into_iter(), 3)), expected, "{title}");
        }
    }
}
