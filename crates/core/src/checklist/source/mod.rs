//! From a file's bytes to text that can be read, with the way back to the bytes.
//!
//! Valid UTF-8 is taken as it is. Bytes that are no UTF-8 are read as Windows-1252, and UTF-8 that was once read as
//! Windows-1252 (`â‰¥` for `≥`) is repaired in what is shown; both are said as problems. Spans always mean the file's own
//! bytes. Deliberately not here: UTF-16, which is reported and not read, and guessing among other legacy encodings.

mod decode;
mod report;
mod windows_1252;

use super::model::{Problem, Severity, Span};
use decode::{Found, foreign, is_clean, not_text};
use std::borrow::Cow;
use std::cell::Cell;
use windows_1252::may_be_garbled;

/// The text of a checklist and where each part of it stands in the file.
pub(super) struct Source<'b> {
    bytes: &'b [u8],
    text: Cow<'b, str>,
    /// Where text and bytes go out of step; between two entries they run in parallel.
    shifts: Vec<Shift>,
    /// Text offset of each line's first character.
    starts: Vec<u32>,
    /// What was repaired, and what could not be.
    problems: Vec<Problem>,
    /// False for what is no text at all.
    readable: bool,
    /// The place that was asked for last.
    here: Cell<Here>,
    /// The stretch between two shifts that was used last.
    stretch: Cell<Stretch>,
}

#[derive(Clone, Copy, Default)]
struct Here {
    /// From 0.
    line: usize,
    offset: usize,
    /// From 0.
    column: usize,
}

#[derive(Clone, Copy, Default)]
struct Shift {
    text: usize,
    raw: usize,
}

/// Text from a shift up to the next one.
#[derive(Clone, Copy, Default)]
struct Stretch {
    from: Shift,
    until: usize,
}

impl<'b> Source<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        let mut source = Self {
            bytes,
            text: Cow::Borrowed(""),
            shifts: Vec::new(),
            starts: vec![0],
            problems: Vec::new(),
            readable: true,
            here: Cell::default(),
            stretch: Cell::default(),
        };
        let whole = std::str::from_utf8(bytes);
        let clean = is_clean(bytes);
        let foreign = if whole.is_ok() { Some(Vec::new()) } else { foreign(bytes) };
        let why = if bytes.len() > MOST {
            Some("it is longer than 1 GB")
        } else {
            not_text(bytes, clean).or(if foreign.is_none() {
                Some("most of its bytes are in no encoding that is known")
            } else {
                None
            })
        };
        if let Some(why) = why {
            source.readable = false;
            source.problems.push(Problem {
                line: 1,
                column: 1,
                severity: Severity::Error,
                code: "no_text".into(),
                message: format!("This is no text: {why}.").into(),
                hint: "Save the checklist as UTF-8 text and open it again.".into(),
            });
            return source;
        }
        let mut found = Found::default();
        match whole.map(|text| text.strip_prefix('\u{feff}').unwrap_or(text)) {
            Ok(text) if !may_be_garbled(text.as_bytes()) && (clean || !text.contains('\0')) => {
                if text.len() < bytes.len() {
                    source.shifts.push(Shift { text: 0, raw: BOM.len() });
                }
                source.text = Cow::Borrowed(text);
            }
            _ => source.decode(&foreign.unwrap_or_default(), &mut found),
        }
        source.starts = line_starts(&source.text);
        source.report(&found);
        source
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn readable(&self) -> bool {
        self.readable
    }

    pub(super) fn starts(&self) -> &[u32] {
        &self.starts
    }

    pub(super) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// The file's bytes that a stretch of the text stands for.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span { start: self.raw(start), end: self.raw(end) }
    }

    /// The 1-based line and column, in characters as the file has them, of a text offset. Places are asked for nearly in order,
    /// so each search and each count starts at the place before.
    pub(super) fn place(&self, offset: usize) -> (u32, u32) {
        let last = self.here.get();
        let line = self.line_at(offset, last.line);
        let start = self.start(line);
        let (from, before) =
            if line == last.line && offset >= last.offset { (last.offset, last.column) } else { (start, 0) };
        let column = before + self.characters(from, offset);
        self.here.set(Here { line, offset, column });
        (number(line + 1), number(column + 1))
    }

    /// The 1-based line of a text offset.
    pub(super) fn line_of(&self, offset: usize) -> u32 {
        let last = self.here.get();
        let line = self.line_at(offset, last.line);
        if line != last.line {
            let start = self.start(line);
            self.here.set(Here { line, offset: start, column: 0 });
        }
        number(line + 1)
    }

    fn start(&self, line: usize) -> usize {
        self.starts.get(line).map_or(0, |start| *start as usize)
    }

    fn line_at(&self, offset: usize, hint: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        // Places are asked for nearly in order: the line is the last one, or one of the next few.
        let near = self.starts.get(hint..).unwrap_or_default();
        match near.iter().take(8).position(|start| *start > offset) {
            Some(0) | None => self.starts.partition_point(|start| *start <= offset).saturating_sub(1),
            Some(past) => hint + past - 1,
        }
    }

    /// Characters of the file between two text offsets of a line.
    fn characters(&self, from: usize, to: usize) -> usize {
        if self.shifts.is_empty() {
            return characters(self.text.as_bytes().get(from..to).unwrap_or_default());
        }
        let before = self.bytes.get(self.raw(from).max(self.bom())..self.raw(to)).unwrap_or_default();
        characters(before)
    }

    fn bom(&self) -> usize {
        if self.bytes.starts_with(BOM) { BOM.len() } else { 0 }
    }

    fn raw(&self, offset: usize) -> usize {
        if offset == 0 || self.shifts.is_empty() {
            return offset;
        }
        let mut stretch = self.stretch.get();
        if offset < stretch.from.text || offset >= stretch.until {
            let next = self.shifts.partition_point(|shift| shift.text <= offset);
            let from = next.checked_sub(1).and_then(|last| self.shifts.get(last)).copied().unwrap_or_default();
            stretch = Stretch { from, until: self.shifts.get(next).map_or(usize::MAX, |next| next.text) };
            self.stretch.set(stretch);
        }
        (stretch.from.raw + (offset - stretch.from.text)).min(self.bytes.len())
    }
}

/// The longest file that is read, in bytes: offsets are kept in 32 bits, also when the encoding was repaired.
const MOST: usize = 1 << 30;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A count as the model has it; files beyond four milliards of lines are not told apart.
pub(super) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let end = if memchr::memchr(b'\n', bytes).is_some() { b'\n' } else { b'\r' };
    let mut starts = Vec::with_capacity(bytes.len() / 24 + 1);
    starts.push(0);
    starts.extend(memchr::memchr_iter(end, bytes).map(|at| number(at + 1)));
    if starts.len() > 1 && starts.last() == Some(&number(bytes.len())) {
        starts.pop();
    }
    starts
}

/// Characters of bytes that need not be UTF-8: each stray byte counts as one.
fn characters(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_repaired_and_spans_mean_the_file() {
        let garbled = "a \u{e2}\u{2030}\u{a5} 80%\nb".as_bytes();
        for (bytes, text, code) in [
            (&b"plain"[..], "plain", None),
            ("\u{feff}x".as_bytes(), "x", Some("bom")),
            (garbled, "a ≥ 80%\nb", Some("mojibake")),
            (b"caf\xe9 \x96 ok", "café – ok", Some("not_utf8")),
            (b"a\0b, and some more text around it so that it is text. And more of it, all in plain words, as long as it takes.", "a\u{fffd}b, and some more text around it so that it is text. And more of it, all in plain words, as long as it takes.", Some("nul")),
        ] {
            let mut source = Source::of(bytes);
            assert_eq!(source.text(), text);
            assert_eq!(source.take_problems().first().map(|problem| problem.code.clone()).as_deref(), code);
            let end = source.text().len();
            assert_eq!(source.span(0, end), Span { start: 0, end: bytes.len() });
        }
        let source = Source::of(garbled);
        let second = source.text().find('b').unwrap();
        assert_eq!(source.place(second), (2, 1));
        assert_eq!(garbled[source.span(second, second + 1).start], b'b');
        assert_eq!(source.place(source.text().find('8').unwrap()), (1, 7), "columns are the file's own");
    }

    #[test]
    fn what_is_no_text_is_said_to_be_none() {
        let utf16: Vec<u8> = "- [ ] a".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let binary: Vec<u8> = (0..=255).cycle().take(2000).collect();
        for bytes in [&b"\xff\xfea\0"[..], &utf16, &binary] {
            let mut source = Source::of(bytes);
            assert!(!source.readable());
            assert_eq!(source.take_problems()[0].code, "no_text");
        }
        assert!(Source::of(b"").readable());
    }

    #[test]
    fn lines_end_as_the_file_ends_them() {
        for (text, starts) in [("a\nb\n", vec![0, 2]), ("a\r\nb", vec![0, 3]), ("a\rb\r", vec![0, 2]), ("", vec![0])] {
            assert_eq!(line_starts(text), starts, "{text:?}");
        }
    }
}
