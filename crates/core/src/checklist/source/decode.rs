//! Text of bytes that are not plain UTF-8: what is no text at all, stray bytes, and characters that went through a wrong encoding.

use super::windows_1252::{self, ungarbled};
use super::{Shift, Source};
use std::borrow::Cow;
use std::ops::Range;

/// What had to be repaired, by text offset.
#[derive(Default)]
pub(super) struct Found {
    /// The first of each line, with the bytes of the file that stand for the character.
    pub(super) garbled: Vec<(usize, Range<usize>, char)>,
    pub(super) last_garbled: Option<usize>,
    /// A line ended since the last of them.
    line_ended: bool,
    pub(super) foreign: Vec<usize>,
    pub(super) nul: Vec<usize>,
}

impl Source<'_> {
    /// Takes text over, of which `foreign` are the stretches that are no UTF-8.
    pub(super) fn decode(&mut self, foreign: &[Range<usize>], found: &mut Found) {
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
                text.push(windows_1252::character(byte));
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
}

/// Whether no control character stands in bytes. Folded in stretches, so that it runs on many bytes at once.
pub(super) fn is_clean(bytes: &[u8]) -> bool {
    bytes.chunks(256).all(|chunk| !chunk.iter().fold(false, |found, &byte| found | is_control(byte)))
}

/// Why bytes are no text, if they are none for another reason than their encoding.
pub(super) fn not_text(bytes: &[u8], clean: bool) -> Option<&'static str> {
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
pub(super) fn foreign(bytes: &[u8]) -> Option<Vec<Range<usize>>> {
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
