//! PDF syntax to values (ISO 32000-2 sections 7.2 and 7.3), with the offset of whatever is wrong.

use core::ops::Range;

use super::object::{Dict, Object, Ref};
use super::{MAX_DEPTH, MAX_VALUES, PdfError};

/// Reads values one after the other.
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    pub(crate) at: usize,
    values: usize,
}

type Parsed<T> = Result<T, PdfError>;

impl<'a> Parser<'a> {
    pub(crate) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, values: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn bad(&self, what: &'static str) -> PdfError {
        PdfError::damaged(self.at, what)
    }

    /// Skips white space and comments.
    pub(crate) fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b'%' => {
                    self.at += self.rest().iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(self.rest().len())
                }
                _ if is_space(byte) => self.at += 1,
                _ => return,
            }
        }
    }

    /// Takes these bytes if they come next, as a whole word.
    pub(crate) fn word(&mut self, word: &[u8]) -> bool {
        self.space();
        let ends = self.rest().get(word.len()).is_none_or(|byte| !is_regular(*byte));
        let fits = self.rest().starts_with(word) && ends;
        if fits {
            self.at += word.len();
        }
        fits
    }

    pub(crate) fn expect(&mut self, word: &'static [u8], what: &'static str) -> Parsed<()> {
        if self.word(word) { Ok(()) } else { Err(self.bad(what)) }
    }

    /// A non-negative integer.
    pub(crate) fn unsigned(&mut self, what: &'static str) -> Parsed<u64> {
        self.space();
        let length = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let digits = self.rest().get(..length).and_then(|digits| core::str::from_utf8(digits).ok());
        let value = digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| self.bad(what))?;
        self.at += length;
        Ok(value)
    }

    /// `12 0 obj`.
    pub(crate) fn header(&mut self) -> Parsed<Ref> {
        const WHAT: &str = "an object was to begin here";
        let number = u32::try_from(self.unsigned(WHAT)?).map_err(|_| self.bad(WHAT))?;
        let generation = u16::try_from(self.unsigned(WHAT)?).map_err(|_| self.bad(WHAT))?;
        self.expect(b"obj", WHAT)?;
        Ok(Ref { number, generation })
    }

    /// Any value but a stream.
    pub(crate) fn object(&mut self) -> Parsed<Object> {
        self.value(0)
    }

    fn value(&mut self, depth: usize) -> Parsed<Object> {
        if depth > MAX_DEPTH {
            return Err(PdfError::TooLarge { what: "levels of nesting", limit: MAX_DEPTH });
        }
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(PdfError::TooLarge { what: "values in one object", limit: MAX_VALUES });
        }
        self.space();
        match self.peek().ok_or_else(|| self.bad("the file ends in the middle of a value"))? {
            b'/' => Ok(Object::Name(self.name()?)),
            b'(' => Ok(Object::Text(self.literal()?)),
            b'[' => self.array(depth),
            b'<' if self.rest().starts_with(b"<<") => Ok(Object::Dict(self.dict(depth)?)),
            b'<' => Ok(Object::Text(self.hex()?)),
            b'+' | b'-' | b'.' | b'0'..=b'9' => self.number(),
            _ if self.word(b"true") => Ok(Object::Bool(true)),
            _ if self.word(b"false") => Ok(Object::Bool(false)),
            _ if self.word(b"null") => Ok(Object::Null),
            _ => Err(self.bad("no PDF value")),
        }
    }

    fn array(&mut self, depth: usize) -> Parsed<Object> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Object::Array(items));
            }
            items.push(self.value(depth + 1)?);
        }
    }

    fn dict(&mut self, depth: usize) -> Parsed<Dict> {
        let mut dict = Dict::default();
        self.entries(depth, |key, value, _| {
            let doubled = dict.0.insert(key, value).is_some();
            !doubled
        })?;
        Ok(dict)
    }

    fn entries(&mut self, depth: usize, mut take: impl FnMut(Vec<u8>, Object, Range<usize>) -> bool) -> Parsed<()> {
        if !self.rest().starts_with(b"<<") {
            return Err(self.bad("a dictionary was to begin here"));
        }
        self.at += 2;
        loop {
            self.space();
            if self.rest().starts_with(b">>") {
                self.at += 2;
                return Ok(());
            }
            if self.peek() != Some(b'/') {
                return Err(self.bad("a key was to stand here"));
            }
            let key = self.name()?;
            self.space();
            let from = self.at;
            let value = self.value(depth + 1)?;
            if !take(key, value, from..self.at) {
                return Err(PdfError::damaged(from, "a key stands twice in one dictionary"));
            }
        }
    }

    /// Where the value of `key` stands in the dictionary that comes next.
    pub(crate) fn span_of(&mut self, key: &[u8]) -> Parsed<Option<Range<usize>>> {
        self.space();
        let mut found = None;
        self.entries(0, |name, _, span| {
            if name == key {
                found = Some(span);
            }
            true
        })?;
        Ok(found)
    }

    fn name(&mut self) -> Parsed<Vec<u8>> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            name.push(match (byte, self.rest()) {
                (b'#', [high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                    self.at += 2;
                    digit(*high) << 4 | digit(*low)
                }
                _ => byte,
            });
        }
        Ok(name)
    }

    fn number(&mut self) -> Parsed<Object> {
        let length = self.rest().iter().take_while(|b| matches!(b, b'+' | b'-' | b'.' | b'0'..=b'9')).count();
        let word = self.rest().get(..length).and_then(|word| core::str::from_utf8(word).ok()).unwrap_or_default();
        if word.contains('.') {
            let value: f64 = word.parse().map_err(|_| self.bad("no number"))?;
            self.at += length;
            return Ok(Object::Real(value));
        }
        let value: i64 = word.parse().map_err(|_| self.bad("no number"))?;
        let signed = !word.starts_with(|c: char| c.is_ascii_digit());
        self.at += length;
        if signed { Ok(Object::Int(value)) } else { Ok(self.reference(value).unwrap_or(Object::Int(value))) }
    }

    /// Whether `0 R` follows a number, which makes it a reference.
    fn reference(&mut self, number: i64) -> Option<Object> {
        let number = u32::try_from(number).ok()?;
        let back = self.at;
        self.space();
        let generation = self.unsigned("").ok().and_then(|value| u16::try_from(value).ok());
        match generation {
            Some(generation) if self.word(b"R") => Some(Object::Ref(Ref { number, generation })),
            _ => {
                self.at = back;
                None
            }
        }
    }

    fn hex(&mut self) -> Parsed<Vec<u8>> {
        self.at += 1;
        let mut bytes = Vec::new();
        let mut high = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match (byte, high) {
                (b'>', None) => return Ok(bytes),
                (b'>', Some(half)) => {
                    bytes.push(half);
                    return Ok(bytes);
                }
                (space, _) if is_space(space) => {}
                (one, None) if one.is_ascii_hexdigit() => high = Some(digit(one) << 4),
                (one, Some(half)) if one.is_ascii_hexdigit() => {
                    bytes.push(half | digit(one));
                    high = None;
                }
                _ => return Err(PdfError::damaged(self.at - 1, "no hexadecimal digit")),
            }
        }
        Err(self.bad("a string does not end"))
    }

    fn literal(&mut self) -> Parsed<Vec<u8>> {
        self.at += 1;
        let mut bytes = Vec::new();
        let mut open = 1usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' if open == 1 => return Ok(bytes),
                b')' => open -= 1,
                b'\\' => {
                    self.escape(&mut bytes);
                    continue;
                }
                b'\r' => {
                    if self.peek() == Some(b'\n') {
                        self.at += 1;
                    }
                    bytes.push(b'\n');
                    continue;
                }
                _ => {}
            }
            bytes.push(byte);
        }
        Err(self.bad("a string does not end"))
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => bytes.push(b'\n'),
            b'r' => bytes.push(b'\r'),
            b't' => bytes.push(b'\t'),
            b'b' => bytes.push(8),
            b'f' => bytes.push(12),
            b'\r' if self.peek() == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            b'0'..=b'7' => {
                let mut code = u16::from(byte - b'0');
                for _ in 0..2 {
                    let Some(next @ b'0'..=b'7') = self.peek() else { break };
                    code = code * 8 + u16::from(next - b'0');
                    self.at += 1;
                }
                bytes.push(code.to_le_bytes()[0]);
            }
            other => bytes.push(other),
        }
    }
}

const fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'f' => byte - b'a' + 10,
        _ => byte.wrapping_sub(b'A').wrapping_add(10),
    }
}

pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}
