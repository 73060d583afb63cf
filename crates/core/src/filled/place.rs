//! Places in a file's bytes: lines, columns, boxes, blanks, cells.

use std::ops::Range;

/// The lines of a file.
pub(super) struct Lines<'b> {
    pub(super) bytes: &'b [u8],
    starts: Vec<usize>,
}

const BOM: &[u8] = b"\xef\xbb\xbf";

impl<'b> Lines<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        let end = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
        let after_end = bytes.iter().enumerate().filter(|(_, byte)| **byte == end).map(|(at, _)| at + 1);
        let start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
        Self { bytes, starts: std::iter::once(start).chain(after_end).collect() }
    }

    /// The content of a line, counted from 1, without its end.
    pub(super) fn line(&self, number: u32) -> Range<usize> {
        let index = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        let Some(&start) = self.starts.get(index) else { return self.bytes.len()..self.bytes.len() };
        let end = self.starts.get(index + 1).copied().unwrap_or(self.bytes.len());
        let content = self.bytes.get(start..end).unwrap_or_default();
        let ends = content.iter().rev().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        start..end - ends
    }

    /// The offset of a line and column, both counted from 1; columns are characters, and each stray byte is one.
    pub(super) fn offset(&self, line: u32, column: u32) -> usize {
        let range = self.line(line);
        let mut left = usize::try_from(column).unwrap_or(usize::MAX).saturating_sub(1);
        let mut at = range.start;
        for chunk in self.bytes.get(range.clone()).unwrap_or_default().utf8_chunks() {
            for c in chunk.valid().chars() {
                if left == 0 {
                    return at;
                }
                left -= 1;
                at += c.len_utf8();
            }
            for _ in chunk.invalid() {
                if left == 0 {
                    return at;
                }
                left -= 1;
                at += 1;
            }
        }
        at
    }

    /// What stands from an offset on, as far as it is UTF-8.
    pub(super) fn text(&self, range: Range<usize>) -> &'b str {
        let bytes = self.bytes.get(range).unwrap_or_default();
        bytes.utf8_chunks().next().map(|chunk| chunk.valid()).unwrap_or_default()
    }
}

/// A box to tick: what of it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Box {
    /// The whole of it.
    pub(super) range: Range<usize>,
    pub(super) look: Look,
    /// It is ticked in the file.
    pub(super) ticked: bool,
}

/// How a box is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// `[ ]`
    Brackets,
    /// `☐`
    Glyph,
    /// `<input type="checkbox">`
    Input,
}

const OPEN: &str = "☐□⬜▢◻◽❏❑❒🔲🔳";
const TICKED: &str = "☑✅✔🗹";
const INSIDE: [&str; 24] = [
    "", "_", "x", "X", "✓", "✔", "✅", "х", "Х", "√", "v", "V", "-", "~", "!", "?", ">", "/", "*", "N/A", "n/a", "NA",
    "✗", "o",
];

/// The box that stands at the start of `text`, which begins at `at`.
fn box_here(text: &str, at: usize) -> Option<Box> {
    let first = text.chars().next()?;
    let (length, look, ticked) = match first {
        '[' => {
            let close = text.char_indices().take(8).find(|(_, c)| *c == ']')?.0;
            let inside = text.get(1..close)?.trim_matches([' ', '\t', '\u{a0}', '\u{3000}']);
            let link = text.get(close + 1..)?.starts_with(['(', '[', ':']);
            if link || !INSIDE.contains(&inside) {
                return None;
            }
            let ticked = matches!(inside, "x" | "X" | "✓" | "✔" | "✅" | "х" | "Х" | "√" | "v" | "V");
            (close + 1, Look::Brackets, ticked)
        }
        '<' => {
            let close = text.char_indices().take(120).find(|(_, c)| *c == '>')?.0;
            let tag = text.get(..close)?.to_ascii_lowercase();
            if !(tag.starts_with("<input") && tag.contains("checkbox")) {
                return None;
            }
            (close + 1, Look::Input, tag.contains("checked"))
        }
        c if OPEN.contains(c) || TICKED.contains(c) || c == '☒' => {
            let length = c.len_utf8();
            let variation = if text.get(length..)?.starts_with('\u{fe0f}') { '\u{fe0f}'.len_utf8() } else { 0 };
            (length + variation, Look::Glyph, TICKED.contains(c))
        }
        _ => return None,
    };
    Some(Box { range: at..at + length, look, ticked })
}

impl Lines<'_> {
    /// The first box from `from` on, before `to`. Marks of what is done stand in prose too; after a box of another look they are words.
    pub(super) fn box_from(&self, from: usize, to: usize) -> Option<Box> {
        let mut at = from;
        while at < to {
            let text = self.text(at..to);
            let found = text.char_indices().find_map(|(offset, _)| box_here(text.get(offset..)?, at + offset));
            if found.is_some() {
                return found;
            }
            at += text.len() + 1;
        }
        None
    }

    /// The blank that stands at an offset: underscores, also escaped or in backticks.
    pub(super) fn blank_at(&self, at: usize, to: usize) -> Option<Range<usize>> {
        let text = self.text(at..to);
        let bare = text.trim_start_matches('`');
        let ticks = text.len() - bare.len();
        let length = match bare.as_bytes() {
            [b'\\', b'_', ..] => 2 * bare.as_bytes().chunks(2).take_while(|pair| *pair == b"\\_").count(),
            _ => bare.bytes().take_while(|byte| *byte == b'_').count(),
        };
        let closed =
            bare.get(length..).is_some_and(|rest| rest.bytes().take_while(|byte| *byte == b'`').count() == ticks);
        (length >= 2 && (ticks == 0 || closed)).then(|| at..at + length + 2 * ticks)
    }

    /// The first blank from an offset on.
    pub(super) fn blank_from(&self, from: usize, to: usize) -> Option<Range<usize>> {
        (from..to)
            .filter(|at| matches!(self.bytes.get(*at), Some(b'_' | b'\\' | b'`')))
            .find_map(|at| self.blank_at(at, to))
    }

    /// `[Name]` at an offset.
    pub(super) fn placeholder_at(&self, at: usize, to: usize) -> Option<Range<usize>> {
        let text = self.text(at..to);
        let close = text.starts_with('[').then(|| text.find(']'))??;
        let linked = text.get(close + 1..)?.starts_with(['(', '[', ':']);
        (close > 1 && close < 60 && !linked).then(|| at..at + close + 1)
    }

    /// Where the cell of a table row ends that an offset stands in: before its bar, without the spaces there.
    pub(super) fn cell_end(&self, at: usize, to: usize) -> usize {
        let bytes = self.bytes.get(at..to).unwrap_or_default();
        let mut code = false;
        let mut end = bytes.len();
        for (offset, byte) in bytes.iter().enumerate() {
            let escaped = offset > 0 && bytes.get(offset - 1) == Some(&b'\\');
            code ^= *byte == b'`';
            if *byte == b'|' && !escaped && !code {
                end = offset;
                break;
            }
        }
        let cell = bytes.get(..end).unwrap_or_default();
        at + cell.trim_ascii_end().len()
    }

    /// Where a line's words end: before spaces, a comment, and the frame of a drawing.
    pub(super) fn words_end(&self, from: usize, to: usize) -> usize {
        let text = self.bytes.get(from..to).unwrap_or_default();
        let comment = text.windows(4).position(|four| four == b"<!--").unwrap_or(text.len());
        let mut words = text.get(..comment).unwrap_or_default().trim_ascii_end();
        for frame in ["│", "┃", "║"] {
            words = words.strip_suffix(frame.as_bytes()).unwrap_or(words).trim_ascii_end();
        }
        from + words.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_those_of_the_file() {
        let bytes = b"\xef\xbb\xbfa\r\ncaf\xe9 b\r\n\xc3\xa9c";
        let lines = Lines::of(bytes);
        assert_eq!([lines.offset(1, 1), lines.offset(2, 6), lines.offset(3, 2)], [3, 11, 16]);
        assert_eq!(lines.line(2), 6..12);
        assert_eq!(lines.line(9), bytes.len()..bytes.len());
    }

    #[test]
    fn boxes_and_blanks_are_found_where_they_stand() {
        for (text, range) in [
            ("a [ ] b", Some(2..5)),
            ("a [x](b) ☐ c", Some(9..12)),
            ("a ☑\u{fe0f} c", Some(2..8)),
            ("<input type=checkbox> a", Some(0..21)),
            ("[Name] a", None),
        ] {
            assert_eq!(Lines::of(text.as_bytes()).box_from(0, text.len()).map(|found| found.range), range, "{text}");
        }
        for (text, range) in [
            ("a: ____ ms", Some(3..7)),
            ("a: \\_\\_\\_ ms", Some(3..9)),
            ("a: `____` ms", Some(3..9)),
            ("a_b: `code` __", Some(12..14)),
            ("a_b", None),
        ] {
            assert_eq!(Lines::of(text.as_bytes()).blank_from(0, text.len()), range, "{text}");
        }
    }
}
