//! The marks that blocks start with: list markers, boxes, fences, headings, rules, table delimiters.
//!
//! Everything here looks at one line and remembers nothing.

/// A bullet or a number at the start of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ListMarker {
    /// In bytes, without the space after it.
    pub(super) length: usize,
    /// In columns.
    pub(super) columns: usize,
    number: Option<u32>,
}

impl ListMarker {
    /// The marker that `text` starts with. A bullet needs a space after it, or a box, as people forget the space.
    pub(super) fn at(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let marker = match bytes.first()? {
            b'-' | b'*' | b'+' => Self { length: 1, columns: 1, number: None },
            b'0'..=b'9' => {
                let digits = bytes.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
                if digits > 9 || !matches!(bytes.get(digits), Some(b'.' | b')')) {
                    return None;
                }
                let number = text.get(..digits)?.parse().ok()?;
                Self { length: digits + 1, columns: digits + 1, number: Some(number) }
            }
            0xe2 if text.starts_with('•') || text.starts_with('◦') || text.starts_with('▪') => {
                Self { length: 3, columns: 1, number: None }
            }
            _ => return None,
        };
        match bytes.get(marker.length) {
            None | Some(b' ' | b'\t') => Some(marker),
            Some(b'[') if marker.number.is_none() => {
                let boxed = text.get(marker.length..).and_then(Tick::at)?;
                let tail = bytes.get(marker.length + boxed.length);
                matches!(tail, None | Some(b' ' | b'\t')).then_some(marker)
            }
            Some(0xc2) if bytes.get(marker.length + 1) == Some(&0xa0) => Some(marker),
            _ => None,
        }
    }

    /// Whether it is a number.
    pub(super) const fn is_number(&self) -> bool {
        self.number.is_some()
    }

    /// Whether it may end a paragraph without a blank line between: bullets, and numbers that start a list.
    pub(super) fn may_interrupt(&self) -> bool {
        self.number.is_none_or(|number| number <= 1)
    }
}

/// A box at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tick {
    /// In bytes.
    pub(super) length: usize,
    pub(super) mark: Mark,
    /// Written with a character such as ☐ and not with brackets.
    pub(super) glyph: bool,
}

/// What stands in a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Open,
    Done,
    /// Something else: `[-]`, `[~]`, `[!]`, `[N/A]`, ☒.
    Other,
}

const GLYPHS: [(char, Mark); 16] = [
    ('☐', Mark::Open),
    ('□', Mark::Open),
    ('⬜', Mark::Open),
    ('▢', Mark::Open),
    ('◻', Mark::Open),
    ('◽', Mark::Open),
    ('❏', Mark::Open),
    ('❑', Mark::Open),
    ('❒', Mark::Open),
    ('🔲', Mark::Open),
    ('🔳', Mark::Open),
    ('☑', Mark::Done),
    ('✅', Mark::Done),
    ('✔', Mark::Done),
    ('☒', Mark::Other),
    ('🗹', Mark::Done),
];

impl Tick {
    /// The box that `text` starts with.
    pub(super) fn at(text: &str) -> Option<Self> {
        match text.as_bytes().first()? {
            b'[' => Self::bracketed(text),
            b'<' => Self::input(text),
            0xe2 | 0xf0 => {
                let first = text.chars().next()?;
                let mark = GLYPHS.iter().find(|(glyph, _)| *glyph == first)?.1;
                let length = first.len_utf8();
                let variation = if text.get(length..)?.starts_with('\u{fe0f}') { 3 } else { 0 };
                Some(Self { length: length + variation, mark, glyph: true })
            }
            _ => None,
        }
    }

    fn bracketed(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        // Nearly all boxes.
        if let [_, inside @ (b' ' | b'x' | b'X'), b']', b' ', ..] = bytes {
            let mark = if *inside == b' ' { Mark::Open } else { Mark::Done };
            return Some(Self { length: 3, mark, glyph: false });
        }
        let close = bytes.iter().take(8).position(|&byte| byte == b']')?;
        let inside = text.get(1..close)?;
        let mark = match inside.trim_matches([' ', '\t', '\u{a0}', '\u{3000}']) {
            "" | "_" => Mark::Open,
            "x" | "X" | "✓" | "✔" | "✅" | "х" | "Х" | "√" | "v" | "V" => Mark::Done,
            "-" | "~" | "!" | "?" | ">" | "/" | "*" | "N/A" | "n/a" | "NA" | "✗" | "✘" | "❌" | "o" | "." => {
                Mark::Other
            }
            _ => return None,
        };
        if matches!(bytes.get(close + 1), Some(b'(' | b'[' | b':')) {
            return None;
        }
        Some(Self { length: close + 1, mark, glyph: false })
    }

    /// `<input type="checkbox" checked>`
    fn input(text: &str) -> Option<Self> {
        let close = text.as_bytes().iter().take(120).position(|&byte| byte == b'>')?;
        let tag = text.get(..close)?.to_ascii_lowercase();
        if !(tag.starts_with("<input") && tag.contains("checkbox")) {
            return None;
        }
        let mark = if tag.contains("checked") { Mark::Done } else { Mark::Open };
        Some(Self { length: close + 1, mark, glyph: true })
    }

    /// Like [`Tick::at`], where the box is followed by a space or nothing, or is open and written with brackets.
    pub(super) fn leading(text: &str) -> Option<Self> {
        let tick = Self::at(text)?;
        let after = text.get(tick.length..)?;
        let set_off = after.is_empty() || after.starts_with([' ', '\t', '\u{a0}', '\u{3000}', '\n']);
        let mild = tick.glyph || (tick.mark == Mark::Open && text.starts_with("[ "));
        (set_off || mild).then_some(tick)
    }
}

/// [`str::trim_start`], at less cost where nothing but plain spaces stands before the words.
pub(super) fn trim_start(text: &str) -> &str {
    let spaces = text.bytes().take_while(|&byte| byte == b' ').count();
    let words = text.get(spaces..).unwrap_or_default();
    if words.as_bytes().first().is_some_and(u8::is_ascii_graphic) { words } else { words.trim_start() }
}

/// Whether a text, after its list marker, starts with a box.
pub(super) fn has_box(text: &str) -> bool {
    matches!(text.as_bytes().first(), Some(b'[' | b'<' | 0xe2 | 0xf0)) && Tick::leading(text).is_some()
}

/// Whether a line is a list item with a box.
pub(super) fn has_box_after_marker(line: &str) -> bool {
    ListMarker::at(line).is_some_and(|marker| has_box(trim_start(line.get(marker.length..).unwrap_or_default())))
}

/// An opening code fence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fence<'t> {
    pub(super) tilde: bool,
    pub(super) length: usize,
    pub(super) info: &'t str,
}

impl<'t> Fence<'t> {
    pub(super) fn opening(text: &'t str) -> Option<Self> {
        let mark = *text.as_bytes().first().filter(|byte| matches!(byte, b'`' | b'~'))?;
        let length = text.bytes().take_while(|&byte| byte == mark).count();
        let info = text.get(length..)?.trim();
        (length >= 3 && (mark == b'~' || !info.contains('`'))).then_some(Self { tilde: mark == b'~', length, info })
    }

    /// Whether a line without indentation closes this fence.
    pub(super) fn closes(&self, text: &str) -> bool {
        let mark = if self.tilde { b'~' } else { b'`' };
        let length = text.bytes().take_while(|&byte| byte == mark).count();
        length >= self.length && text.get(length..).is_some_and(|tail| tail.trim().is_empty())
    }
}

/// Level and text of an ATX heading.
pub(super) fn heading(text: &str) -> Option<(u8, &str)> {
    if !text.starts_with('#') {
        return None;
    }
    let level = text.bytes().take_while(|&byte| byte == b'#').count();
    let after = text.get(level..)?;
    if level > 6 || !(after.is_empty() || after.starts_with([' ', '\t'])) {
        return None;
    }
    let after = after.trim();
    let without = after.trim_end_matches('#');
    let title = if without.is_empty() || without.ends_with([' ', '\t']) { without.trim_end() } else { after };
    Some((u8::try_from(level).ok()?, title))
}

/// A thematic break. A long row of underscores is a line to write on instead.
pub(super) fn is_rule(text: &str) -> bool {
    let Some(mark) = text.bytes().next().filter(|byte| matches!(byte, b'-' | b'*' | b'_')) else { return false };
    let mut count = 0;
    for byte in text.bytes() {
        match byte {
            b' ' | b'\t' => {}
            _ if byte == mark => count += 1,
            _ => return false,
        }
    }
    count >= 3 && !(mark == b'_' && count >= 10)
}

/// The level of a setext heading's underline.
pub(super) fn underline(text: &str) -> Option<u8> {
    let text = text.trim_end();
    let all = |mark: u8| text.len() >= 2 && text.bytes().all(|byte| byte == mark);
    if all(b'=') {
        Some(1)
    } else if all(b'-') {
        Some(2)
    } else {
        None
    }
}

/// The row under a table's head.
pub(super) fn is_delimiter_row(text: &str) -> bool {
    let text = text.trim();
    matches!(text.as_bytes().first(), Some(b'|' | b'-' | b':'))
        && text.contains('-')
        && text.contains('|')
        && text.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t'))
}

/// Whether a line starts something else than a paragraph, so that it cannot lazily continue one.
pub(super) fn starts_block(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'#') => heading(text).is_some(),
        Some(b'`' | b'~') => Fence::opening(text).is_some(),
        Some(b'>') => true,
        Some(b'<') => text.starts_with("<!--") || is_html_block(text),
        Some(b'|') => true,
        Some(b'[') => has_box(text) || text.starts_with("[//]"),
        Some(b'-' | b'*' | b'+' | b'_' | b'0'..=b'9' | 0xe2 | 0xf0) => {
            is_rule(text) || ListMarker::at(text).is_some() || has_box(text)
        }
        _ => false,
    }
}

fn is_html_block(text: &str) -> bool {
    let tag = text.trim_start_matches(['<', '/']);
    ["details", "summary", "div", "table", "ul", "ol", "p>", "hr"]
        .iter()
        .any(|name| tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_told_from_other_brackets() {
        for (text, mark) in [
            ("[ ] a", Some(Mark::Open)),
            ("[] a", Some(Mark::Open)),
            ("[x] a", Some(Mark::Done)),
            ("[X] a", Some(Mark::Done)),
            ("[-] a", Some(Mark::Other)),
            ("[N/A] a", Some(Mark::Other)),
            ("[\u{a0}] a", Some(Mark::Open)),
            ("[ ]a", Some(Mark::Open)),
            ("[ ]", Some(Mark::Open)),
            ("☐ a", Some(Mark::Open)),
            ("☑️ a", Some(Mark::Done)),
            ("<input type=\"checkbox\" checked> a", Some(Mark::Done)),
            ("[x](url)", None),
            ("[x]a", None),
            ("[](url)", None),
            ("[X]: url", None),
            ("[Name] a", None),
            ("a", None),
        ] {
            assert_eq!(Tick::leading(text).map(|tick| tick.mark), mark, "{text}");
        }
    }

    #[test]
    fn list_markers() {
        for (text, length) in [
            ("- a", Some(1)),
            ("* a", Some(1)),
            ("+\ta", Some(1)),
            ("-", Some(1)),
            ("-[ ] a", Some(1)),
            ("12. a", Some(3)),
            ("1) a", Some(2)),
            ("• a", Some(3)),
            ("-a", None),
            ("-[a](b)", None),
            ("1.a", None),
            ("1234567890. a", None),
        ] {
            assert_eq!(ListMarker::at(text).map(|marker| marker.length), length, "{text}");
        }
    }

    #[test]
    fn rules_underlines_and_delimiter_rows() {
        assert!(is_rule("---") && is_rule("* * *") && is_rule("___"));
        assert!(!is_rule("--") && !is_rule("- a") && !is_rule("____________________"));
        assert_eq!(
            (underline("==="), underline("--"), underline("-"), underline("- -")),
            (Some(1), Some(2), None, None)
        );
        assert!(is_delimiter_row("|---|:-:|") && is_delimiter_row("--- | ---"));
        assert!(!is_delimiter_row("---") && !is_delimiter_row("| a | - |"));
    }

    #[test]
    fn headings_and_fences() {
        assert_eq!(heading("## A ##"), Some((2, "A")));
        assert_eq!(heading("# C#"), Some((1, "C#")));
        assert_eq!(heading("#hash"), None);
        assert_eq!(heading("####### A"), None);
        let fence = Fence::opening("```bash").unwrap();
        assert!(fence.closes("````  ") && !fence.closes("``") && !fence.closes("```sh"));
        assert!(Fence::opening("```cmd```").is_none());
    }
}
