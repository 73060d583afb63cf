//! From a file's bytes to text that can be read, with the way back to the bytes.
//!
//! Valid UTF-8 is taken as it is. Bytes that are no UTF-8 are read as Windows-1252, and UTF-8 that was once read as
//! Windows-1252 (`â‰¥` for `≥`) is repaired in what is shown; both are said as problems. Spans always mean the file's own
//! bytes. Deliberately not here: UTF-16, which is reported and not read, and guessing among other legacy encodings.

use super::model::{Problem, Severity, Span};
use std::borrow::Cow;
use std::cell::Cell;
use std::ops::Range;

/// How many problems of one encoding kind are listed one by one before they are summed up.
const LISTED: usize = 20;

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
                code: "no_text".to_owned(),
                message: format!("This is no text: {why}."),
                hint: "Save the checklist as UTF-8 text and open it again.".to_owned(),
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

    /// Takes text over, of which `foreign` are the stretches that are no UTF-8.
    fn decode(&mut self, foreign: &[Range<usize>], found: &mut Found) {
        let bytes = self.bytes;
        let mut at = self.bom();
        if at > 0 {
            self.shifts.push(Shift { text: 0, raw: at });
        }
        let mut text = String::with_capacity(bytes.len() + bytes.len() / 64 + 2 * foreign.len());
        for stray in foreign.iter().cloned().chain(std::iter::once(bytes.len()..bytes.len())) {
            let valid =
                bytes.get(at..stray.start).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
            self.take_valid(valid, at, &mut text, found);
            at = stray.start;
            for &byte in bytes.get(stray).unwrap_or_default() {
                found.foreign.push(text.len());
                text.push(windows_1252(byte));
                at += 1;
                self.shifts.push(Shift { text: text.len(), raw: at });
            }
        }
        self.text = Cow::Owned(text);
    }

    /// Takes valid UTF-8 over, and puts right what was once read as Windows-1252.
    fn take_valid(&mut self, valid: &str, raw: usize, text: &mut String, found: &mut Found) {
        let mut rest = valid;
        // U+00C2 to U+00F4 start with the byte 0xC3.
        while let Some(at) = memchr::memchr3(0, 0xc3, 0xc2, rest.as_bytes()) {
            let (before, tail) = rest.split_at(at);
            text.push_str(before);
            found.line_ended |= memchr::memchr2(b'\n', b'\r', before.as_bytes()).is_some();
            let here = raw + (valid.len() - tail.len());
            let (replacement, taken) = match ungarbled(tail) {
                Some((character, taken)) => {
                    found.last_garbled = Some(text.len());
                    // Each line is reported once.
                    if std::mem::replace(&mut found.line_ended, false) || found.garbled.is_empty() {
                        found.garbled.push((text.len(), here..here + taken, character));
                    }
                    (character, taken)
                }
                None if tail.starts_with('\0') => {
                    found.nul.push(text.len());
                    ('\u{fffd}', 1)
                }
                None => {
                    let first = tail.chars().next().unwrap_or_default();
                    (first, first.len_utf8())
                }
            };
            text.push(replacement);
            if replacement.len_utf8() != taken || self.shifts.last().is_some_and(|last| last.text == text.len()) {
                self.shifts.push(Shift { text: text.len(), raw: here + taken });
            }
            rest = tail.get(taken..).unwrap_or_default();
        }
        found.line_ended |= memchr::memchr2(b'\n', b'\r', rest.as_bytes()).is_some();
        text.push_str(rest);
    }

    fn report(&mut self, found: &Found) {
        if self.bytes.starts_with(BOM) {
            self.say(0, Severity::Note, "bom", "The file starts with a byte order mark.", "It does no harm.");
        }
        let mut last_line = 0;
        let mut lines = 0;
        for (offset, garbled, character) in &found.garbled {
            let line = self.line_of(*offset);
            if line == last_line {
                continue;
            }
            last_line = line;
            lines += 1;
            if lines <= LISTED {
                let garbled = String::from_utf8_lossy(self.bytes.get(garbled.clone()).unwrap_or_default());
                let message = format!("«{garbled}» is «{character}» that went through a wrong encoding.");
                self.say(
                    *offset,
                    Severity::Warning,
                    "mojibake",
                    &message,
                    &format!("Write «{character}» in the file."),
                );
            }
        }
        self.sum_up(found.last_garbled, lines, "mojibake");
        let mut last_line = 0;
        let mut lines = 0;
        for &offset in &found.foreign {
            let line = self.line_of(offset);
            if line != last_line {
                lines += 1;
                last_line = line;
                if lines <= LISTED {
                    let message = "The line has bytes that are no UTF-8; they were read as Windows-1252.";
                    self.say(offset, Severity::Warning, "not_utf8", message, "Save the file as UTF-8.");
                }
            }
        }
        self.sum_up(found.foreign.last().copied(), lines, "not_utf8");
        for &offset in found.nul.iter().take(LISTED) {
            self.say(
                offset,
                Severity::Warning,
                "nul",
                "A NUL character stands here.",
                "The file may be damaged; compare it with its source.",
            );
        }
        self.sum_up(found.nul.last().copied(), found.nul.len(), "nul");
    }

    fn sum_up(&mut self, offset: Option<usize>, count: usize, code: &str) {
        if let Some(offset) = offset.filter(|_| count > LISTED) {
            let message = format!("{} more lines are like this.", count - LISTED);
            self.say(offset, Severity::Warning, code, &message, "Mend the file's encoding as a whole.");
        }
    }

    fn say(&mut self, offset: usize, severity: Severity, code: &str, message: &str, hint: &str) {
        let (line, column) = self.place(offset);
        self.problems.push(Problem {
            line,
            column,
            severity,
            code: code.to_owned(),
            message: message.to_owned(),
            hint: hint.to_owned(),
        });
    }
}

/// What had to be repaired, by text offset.
#[derive(Default)]
struct Found {
    /// The first of each line, with the bytes of the file that stand for the character.
    garbled: Vec<(usize, Range<usize>, char)>,
    last_garbled: Option<usize>,
    /// A line ended since the last of them.
    line_ended: bool,
    foreign: Vec<usize>,
    nul: Vec<usize>,
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

/// Whether no control character stands in bytes. Folded in stretches, so that it runs on many bytes at once.
fn is_clean(bytes: &[u8]) -> bool {
    bytes.chunks(256).all(|chunk| !chunk.iter().fold(false, |found, &byte| found | is_control(byte)))
}

/// Why bytes are no text, if they are none for another reason than their encoding.
fn not_text(bytes: &[u8], clean: bool) -> Option<&'static str> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Some("it is UTF-16, and UTF-8 is needed");
    }
    if clean {
        return None;
    }
    let nul = bytes.iter().filter(|&&byte| byte == 0).count();
    if nul * 4 > bytes.len() && bytes.len() > 3 {
        return Some("every other byte is empty, as in UTF-16");
    }
    let controls = bytes.iter().filter(|&&byte| is_control(byte)).count();
    let binary = nul * 100 > bytes.len() || controls * 20 > bytes.len();
    binary.then_some("it is full of control characters, as in a binary file")
}

/// The stretches of bytes that are no UTF-8, in order; none if they are more than a quarter of all.
fn foreign(bytes: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut found = Vec::new();
    let (mut at, mut count) = (0, 0);
    while let Err(error) = std::str::from_utf8(bytes.get(at..).unwrap_or_default()) {
        let start = at + error.valid_up_to();
        at = error.error_len().map_or(bytes.len(), |length| start + length);
        count += at - start;
        if count * 4 > bytes.len() {
            return None;
        }
        found.push(start..at);
    }
    Some(found)
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)
}

/// Characters of bytes that need not be UTF-8: each stray byte counts as one.
fn characters(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// Whether a lead byte of UTF-8 that was encoded once more occurs: a cheap test before the careful one.
fn may_be_garbled(bytes: &[u8]) -> bool {
    memchr::memchr_iter(0xc3, bytes).any(|at| {
        let after = (bytes.get(at + 1), bytes.get(at + 2));
        matches!(after, (Some(0x82..=0xb4), Some(0xc2 | 0xc3 | 0xc5 | 0xc6 | 0xcb | 0xe2)))
    })
}

/// The character that Windows-1252 made several of, and how many bytes those take, at the start of `text`.
fn ungarbled(text: &str) -> Option<(char, usize)> {
    let mut characters = text.chars();
    let first = characters.next().and_then(windows_1252_byte)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let mut bytes = [first, 0, 0, 0];
    let mut taken = text.len() - characters.as_str().len();
    for slot in bytes.iter_mut().take(length).skip(1) {
        let next = characters.next()?;
        *slot = windows_1252_byte(next).filter(|byte| matches!(byte, 0x80..=0xbf))?;
        taken += next.len_utf8();
    }
    let decoded = std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()?;
    (!decoded.is_control()).then_some((decoded, taken))
}

/// What Windows-1252 has at 0x80 to 0x9F; the five bytes it leaves free stand for themselves.
const UPPER: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => UPPER.get(usize::from(byte - 0x80)).copied().unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

fn windows_1252_byte(character: char) -> Option<u8> {
    if let Some(at) = UPPER.iter().position(|&upper| upper == character) {
        return u8::try_from(at + 0x80).ok();
    }
    u8::try_from(u32::from(character)).ok().filter(|byte| *byte < 0x80 || *byte >= 0xa0)
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
